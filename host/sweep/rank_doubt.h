/* rank_doubt.h - are ranked predictions ranked?
 *
 * Many programs write the best classes of a row in no order (argpartition, topk without sorting).
 * Taken for ranked they give an accuracy that is far too low and looks like one.
 */
#ifndef RS_RANK_DOUBT_H
#define RS_RANK_DOUBT_H

#include <stdbool.h>

#include "report/record.h"

/* True when the later predictions of the rows are right about as often as the first. Never of a
 * model that is not right in most rows within its top-K, where that can be. */
bool rs_ranks_look_unsorted(const rs_record *record);

#endif
