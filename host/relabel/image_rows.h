/* image_rows.h - which row of the labels an image is, by its name.
 *
 * Images of the ILSVRC validation set carry their number. Those of other data sets are found in a
 * list of file names, one a line, in the order of the labels.
 */
#ifndef RS_IMAGE_ROWS_H
#define RS_IMAGE_ROWS_H

#include <stdint.h>

#include "reassess/labels.h"
#include "relabel/name_table.h"
#include "relabel/pairs.h"

/* Free with rs_image_rows_clear. */
typedef struct rs_image_rows {
    char *path;          /* of the list; NULL: by ILSVRC numbers */
    uint64_t rows;       /* how many there are */
    const rs_labels *part; /* not owned: rows are those of labels of some of them; NULL: of all */
    rs_name_table names; /* of the list: name i is row i */
} rs_image_rows;

/* `list_path` is NULL without a list. `rows` is the number of labels, or 0 when there are none:
 * then it is that of the list, or of the ILSVRC validation set. */
rs_status rs_image_rows_read(const char *list_path, uint64_t rows, rs_image_rows *images,
                             rs_error *error);

/* Among all images: -1 when the name is that of none. */
int64_t rs_image_rows_find(const rs_image_rows *images, rs_span name);

enum { RS_IMAGE_NAME_BYTES = 40 };
/* The name of a row that exists; `out` is room for one that is made up from its number. */
rs_span rs_image_rows_name(const rs_image_rows *images, uint64_t row,
                           char out[RS_IMAGE_NAME_BYTES]);
/* Its number among all images. */
uint64_t rs_image_rows_number(const rs_image_rows *images, uint64_t row);

#define RS_NO_IMAGE_ROW UINT32_MAX

/* The row of every image of `pairs`, which came from `file`; RS_NO_IMAGE_ROW for one that is none
 * of the part. Free *row with free(). */
rs_status rs_image_rows_map(const rs_image_rows *images, const rs_pairs *pairs, const char *file,
                            uint32_t **row, rs_error *error);

void rs_image_rows_clear(rs_image_rows *images);

#endif
