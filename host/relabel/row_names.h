/* row_names.h - what the rows of the labels are called, for lists of images.
 *
 * From a list of file names, a line a row, which are kept as they are spelled; else from the label
 * file where it named its images; else rows have no names and go by their number.
 */
#ifndef RS_ROW_NAMES_H
#define RS_ROW_NAMES_H

#include <stdint.h>

#include "base/file_read.h"
#include "labels/label_text.h"
#include "reassess/labels.h"

/* Free with rs_row_names_clear. */
typedef struct rs_row_names {
    const rs_labels *labels;
    rs_file_bytes bytes; /* of the list */
    rs_span *name;       /* [rows]; NULL: no list */
} rs_row_names;

/* `list_path` may be NULL. On failure *names is empty. */
rs_status rs_row_names_read(const char *list_path, const rs_labels *labels, rs_row_names *names,
                            rs_error *error);

/* Not NUL-terminated; empty when the row has no name. */
rs_span rs_row_names_get(const rs_row_names *names, uint64_t row);

void rs_row_names_clear(rs_row_names *names);

#endif
