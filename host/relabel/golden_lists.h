/* golden_lists.h - golden sets from lists of the classes that are there. */
#ifndef RS_GOLDEN_LISTS_H
#define RS_GOLDEN_LISTS_H

#include "reassess/labels.h"
#include "relabel/golden.h"
#include "relabel/image_rows.h"

/* The form is that of rs_golden_read. */
rs_status rs_golden_read_lists(const char *path, const rs_labels *labels,
                               const rs_image_rows *images, rs_golden *golden, rs_error *error);

#endif
