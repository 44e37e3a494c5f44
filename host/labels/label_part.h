/* label_part.h - what the labels of some of the images are a part of (labels_subset.h makes them).
 */
#ifndef RS_LABEL_PART_H
#define RS_LABEL_PART_H

#include <stdint.h>

#include "reassess/labels.h"

/* The labels that these are a part of; NULL for labels that are no part. */
const rs_labels *rs_labels_whole(const rs_labels *labels);
/* The list of a part; NULL otherwise. */
const char *rs_labels_list_path(const rs_labels *labels);

/* Which image of the whole a row is, and back: -1 where an image is not among these. */
uint32_t rs_labels_image(const rs_labels *labels, uint64_t row);
int64_t rs_labels_row_of(const rs_labels *labels, uint64_t image);

#endif
