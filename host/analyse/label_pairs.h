/* label_pairs.h - which classes share images. */
#ifndef RS_LABEL_PAIRS_H
#define RS_LABEL_PAIRS_H

#include "analyse/label_stats.h"

/* Fills pairs_distinct, pair_count and pair. */
rs_status rs_label_pairs_count(const rs_label_view *view, size_t wanted, rs_label_stats *stats,
                               rs_error *error);

#endif
