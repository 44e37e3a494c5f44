/* labels_subset.h - the labels of some of the images, as labels of their own: everything that takes
 * labels then scores these images alone, and their hash tells results of other images apart.
 */
#ifndef RS_LABELS_SUBSET_H
#define RS_LABELS_SUBSET_H

#include <stdint.h>

#include "reassess/labels.h"

/* Of the images row[0 .. count), each once, in file-name order. Takes `whole` over, whatever the
 * outcome. `list_path` is the list that named them; NULL: no list did. */
rs_status rs_labels_subset(rs_labels *whole, const uint32_t *row, uint64_t count,
                           const char *list_path, rs_labels **subset, rs_error *error);

#endif
