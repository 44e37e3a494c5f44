/* csv_columns.h - which columns of a table are the image, the predicted classes and their scores:
 * by what tools call them, never by their places.
 */
#ifndef RS_CSV_COLUMNS_H
#define RS_CSV_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/csv_lines.h"

#define RS_CSV_NO_FILE SIZE_MAX

typedef struct rs_csv_columns {
    char separator;
    size_t cell_count; /* of the header */
    size_t file;       /* RS_CSV_NO_FILE: a line is an image, in the order of the file */
    size_t ranks;  /* how many columns of classes there are: 1, or index_0, index_1, ... */
    bool numbered; /* they are the latter: a line holds all predictions of an image */
    bool scored;   /* each has its score */
    size_t class_at[RS_CSV_CELLS_MAX];
    size_t score_at[RS_CSV_CELLS_MAX];
} rs_csv_columns;

/* The separator of a header line that names an image and a class, or predictions and nothing that
 * could be an image; or 0. */
char rs_csv_separator(const char *line, size_t size);

/* From the cells of the header, which rs_csv_next read; `separated`: rs_csv_separator found one. */
rs_status rs_csv_columns_find(const rs_csv_lines *header, bool separated, rs_csv_columns *columns,
                              rs_error *error);

#endif
