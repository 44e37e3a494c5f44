/* file_names.h - images known by their file names.
 *
 * Only the base name counts: "val/n01440764/ILSVRC2012_val_00000293.JPEG" and
 * "ILSVRC2012_val_00000293" are the same image. Names of the ILSVRC-2012 validation set are
 * compared by their number, all others by their bytes.
 */
#ifndef RS_FILE_NAMES_H
#define RS_FILE_NAMES_H

#include <stdint.h>

#include "labels/label_text.h"
#include "reassess/labels.h"
#include "reassess/status.h"

/* The validation set's. */
enum { RS_ILSVRC_IMAGES = 50000 };

/* Behind the last '/' or '\'. */
rs_span rs_base_name(rs_span path);

/* N of "ILSVRC2012_val_0000000N...", or 0 when `name` (a base name) is none. */
uint32_t rs_ilsvrc_number(rs_span name);

/* One line of a "file label" list. */
typedef struct rs_named_row {
    rs_span name;    /* base name */
    uint32_t number; /* ILSVRC number, or 0 */
    int32_t label;
    uint64_t line;
} rs_named_row;

/* Sorts into file-name order. Refuses a name that comes twice, ILSVRC names among others, and
 * ILSVRC numbers above 50,000: so that 50,000 names are the whole validation set. `file` names the
 * list in errors. */
rs_status rs_named_rows_sort(const char *file, rs_named_row *rows, uint64_t count, rs_error *error);

/* The names of the rows of labels, for finding the row of a name. rows is 0 when there are none. */
typedef struct rs_file_names {
    uint32_t rows;
    char *text;      /* base names without separators */
    uint64_t *begin; /* [rows + 1] */
} rs_file_names;

/* From sorted rows. */
rs_status rs_file_names_make(const rs_named_row *rows, uint64_t count, rs_file_names *names,
                             rs_error *error);
rs_span rs_file_names_get(const rs_file_names *names, uint32_t row);
/* The row of base name `name`, or -1. */
int64_t rs_file_names_find(const rs_file_names *names, rs_span name);
void rs_file_names_clear(rs_file_names *names);

/* The base name of a row of the labels, when the label file named its images; else empty. Not
 * NUL-terminated. */
rs_span rs_labels_row_name(const rs_labels *labels, uint64_t row);

#endif
