/* golden_read.h - golden sets from files in every form. */
#ifndef RS_GOLDEN_READ_H
#define RS_GOLDEN_READ_H

#include "reassess/labels.h"
#include "relabel/golden.h"
#include "relabel/image_rows.h"

/* Reads votes of experts in any form that rs_votes_read takes, or lists of the classes that are
 * there: {"a.jpg": [65, 970], ...}, or an array with a list a row and null where nobody looked,
 * rows being those of `images`. */
rs_status rs_golden_read(const char *path, const rs_labels *labels, const rs_image_rows *images,
                         rs_golden *golden, rs_error *error);

#endif
