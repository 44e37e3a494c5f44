/* pair_interval.h - the interval of the difference of two models alone.
 *
 * What rs_comparison_make gives of a comparison of these two, without their predictions: for
 * whoever wants neighbours of a long list and not every pair of it.
 */
#ifndef RS_PAIR_INTERVAL_H
#define RS_PAIR_INTERVAL_H

#include "analyse/bootstrap.h"

/* Bits of all images, those of the labels in file-name order, [rs_bit_words(rows)] each. */
typedef struct rs_model_bits {
    const uint64_t *right[RS_MEASURES]; /* by the original label, and by ReaL */
} rs_model_bits;

/* Of first minus second by ReaL, over all images of `labels`. */
rs_status rs_pair_interval(const rs_label_view *labels, const rs_model_bits *first,
                           const rs_model_bits *second, const rs_bootstrap_options *options,
                           rs_evaluator *evaluator, rs_thread_pool *pool, const rs_watch *watch,
                           rs_bootstrap_interval *interval, rs_error *error);

#endif
