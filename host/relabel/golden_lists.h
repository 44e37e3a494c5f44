/* golden_lists.h - golden sets from lists of the classes that are there. */
#ifndef RS_GOLDEN_LISTS_H
#define RS_GOLDEN_LISTS_H

#include "formats/input.h"
#include "reassess/labels.h"
#include "relabel/golden.h"
#include "relabel/image_rows.h"

/* The form is that of rs_golden_read. The input is read to its end; the caller closes it. */
rs_status rs_golden_read_lists(rs_input *input, const rs_labels *labels,
                               const rs_image_rows *images, rs_golden *golden, rs_error *error);

#endif
