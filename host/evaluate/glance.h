/* glance.h - whether the ranks that a pass found ask for a look at the order of its rows.
 *
 * Which rows are right costs nothing to keep. A model is wrong now here and now there; wrong rows
 * that stand together are those of a file that was filled by more than one hand. What they are is
 * for reassess/diagnose.h to say, which needs the predictions.
 */
#ifndef RS_GLANCE_H
#define RS_GLANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"

/* `labels` in the order of the rows; rank[row] from 1, 0: none known. `accuracy`: the share of the
 * rows with a label that have rank 1. */
bool rs_ranks_ask_for_a_look(const rs_label_view *labels, const uint32_t *rank, double accuracy);

#endif
