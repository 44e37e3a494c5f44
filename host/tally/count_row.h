/* count_row.h - what one row adds to a tally, once the ranks of its labels are known.
 *
 * The one definition of the counters, used by the CPU engine, the CUDA engine and the tests. A rank
 * is the number of columns ahead of a label in the order of a row (base/row_order.h), plus one; 0
 * stands for "no rank": an unknown label, an invalid row, a class without a column, or a label
 * beyond the depth of ranked predictions. Compiles as C, C++ and CUDA.
 */
#ifndef RS_COUNT_ROW_H
#define RS_COUNT_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/host_device.h"
#include "tally/tally_layout.h"

/* What the counters need to know of a row. */
typedef struct rs_row_outcome {
    int32_t original;         /* y_i, or negative when it is unknown */
    uint32_t rank;            /* of y_i, or 0 */
    uint32_t set_size;        /* |R_i| */
    bool original_in_set;     /* y_i is in R_i */
    uint32_t best_real_rank;  /* smallest rank of the labels in R_i, or 0 */
    uint32_t real_rank_mask;  /* bit r - 1 set when a label in R_i has rank r, r = 1, 2, 3 */
} rs_row_outcome;

/* Takes in the rank of one label of R_i (0: it has none), without a branch. */
static inline RS_HOST_DEVICE void rs_outcome_add_real(rs_row_outcome *row, uint32_t rank)
{
    const uint32_t ahead = rank - 1u; /* the largest number of none */
    row->best_real_rank = ahead < row->best_real_rank - 1u ? rank : row->best_real_rank;
    row->real_rank_mask |= (uint32_t)(ahead < 3u) << (ahead & 31u);
}

/* An engine that counts in another way (32-bit private counters, atomics on a device, without
 * branches) defines the macros before it includes this header. An amount is added to counters of a
 * class alone. */
#ifndef RS_COUNTER_ADD
#define RS_COUNTER uint64_t
#define RS_COUNTER_ADD(counters, index)              (++(counters)[index])
#define RS_COUNTER_ADD_SHARE(counters, index, share) ((counters)[index] += (share))
#endif
#ifndef RS_COUNTER_ADD_IF
#define RS_COUNTER_ADD_IF(counters, index, condition) \
    do {                                              \
        if (condition) {                              \
            RS_COUNTER_ADD(counters, index);          \
        }                                             \
    } while (0)
#endif
#ifndef RS_COUNTER_BOTH
#define RS_COUNTER_BOTH(one, other) ((one) && (other))
#endif
#ifndef RS_COUNTER_CHOICE_IF
#define RS_COUNTER_CHOICE_IF(counters, layout, row, condition)                                     \
    do {                                                                                           \
        if (condition) {                                                                           \
            rs_count_choice(counters, layout, row);                                                \
        }                                                                                          \
    } while (0)
#endif
#ifndef RS_COUNTER_ADD_SHARE_IF
#define RS_COUNTER_ADD_SHARE_IF(counters, index, set_size, condition)           \
    do {                                                                        \
        if (condition) {                                                        \
            RS_COUNTER_ADD_SHARE(counters, index, rs_oracle_share(set_size));   \
        }                                                                       \
    } while (0)
#endif

/* Further predictions (article, Figure 5): only rows with at least two, or three, labels. */
static inline RS_HOST_DEVICE void rs_count_further(RS_COUNTER *counters, const rs_row_outcome *row)
{
    const bool first = (row->real_rank_mask & 1u) != 0u;
    const bool second = (row->real_rank_mask & 2u) != 0u;
    const bool third = (row->real_rank_mask & 4u) != 0u;

    RS_COUNTER_ADD_IF(counters, RS_COUNT_2_FIRST, first);
    RS_COUNTER_ADD_IF(counters, RS_COUNT_2_SECOND, second);
    RS_COUNTER_ADD_IF(counters, RS_COUNT_2_FIRST_SECOND, first && second);
    if (row->set_size < 3u) {
        return;
    }
    RS_COUNTER_ADD_IF(counters, RS_COUNT_3_FIRST, first);
    RS_COUNTER_ADD_IF(counters, RS_COUNT_3_THIRD, third);
    RS_COUNTER_ADD_IF(counters, RS_COUNT_3_FIRST_THIRD, first && third);
    RS_COUNTER_ADD_IF(counters, RS_COUNT_3_FIRST_SECOND, first && second);
    RS_COUNTER_ADD_IF(counters, RS_COUNT_3_FIRST_SECOND_THIRD, first && second && third);
}

/* The choice among valid labels: a row with y in R of two labels and more, whose first prediction
 * is in R. */
static inline RS_HOST_DEVICE void rs_count_choice(RS_COUNTER *counters,
                                                  const rs_tally_layout *layout,
                                                  const rs_row_outcome *row)
{
    const size_t block = rs_tally_choice_index(layout, (uint32_t)row->original);
    const uint32_t sized = row->set_size - 1u;
    RS_COUNTER_ADD(counters,
                   block + (sized < (uint32_t)RS_CHOICE_LARGE ? sized : (uint32_t)RS_CHOICE_LARGE));
    RS_COUNTER_ADD_IF(counters, block + RS_CHOICE_ORIGINAL, row->rank == 1u);
}

/* Disagreement of the prediction with a known original label (article, Figure 1). A row that is
 * invalid has no prediction: it counts as label_only or neither. */
static inline RS_HOST_DEVICE void rs_count_disagreement(RS_COUNTER *counters,
                                                        const rs_row_outcome *row)
{
    if ((row->real_rank_mask & 1u) != 0u) {
        RS_COUNTER_ADD(counters, row->original_in_set ? RS_COUNT_DIFFER_BOTH
                                                      : RS_COUNT_DIFFER_PREDICTION);
    } else {
        RS_COUNTER_ADD(counters, row->original_in_set ? RS_COUNT_DIFFER_LABEL
                                                      : RS_COUNT_DIFFER_NEITHER);
    }
}

/* What a row adds to the counters of its class by its label set. */
static inline RS_HOST_DEVICE void rs_count_set_by_class(RS_COUNTER *counters,
                                                        const rs_tally_layout *layout,
                                                        const uint32_t *topk,
                                                        const rs_row_outcome *row)
{
    const size_t block = rs_tally_class_index(layout, row->original);
    const bool right = RS_COUNTER_BOTH(row->original >= 0, row->rank == 1u);
    const bool oracle = RS_COUNTER_BOTH(right, row->original_in_set);
    const bool first_is_real = (row->real_rank_mask & 1u) != 0u;

    for (uint32_t k = 0; k < layout->topk_count; ++k) {
        RS_COUNTER_ADD_IF(
            counters, block + RS_CLASS_FIXED + layout->topk_count + k,
            RS_COUNTER_BOTH(row->best_real_rank != 0u, row->best_real_rank <= topk[k]));
    }
    RS_COUNTER_ADD_IF(counters, block + RS_CLASS_NONEMPTY_CORRECT,
                      RS_COUNTER_BOTH(right, row->set_size > 0u));
    RS_COUNTER_ADD_IF(counters, block + RS_CLASS_ORACLE_CORRECT, oracle);
    RS_COUNTER_ADD_SHARE_IF(counters, block + RS_CLASS_ORACLE_SHARE, row->set_size, oracle);
    RS_COUNTER_CHOICE_IF(
        counters, layout, row,
        RS_COUNTER_BOTH(row->set_size >= 2u, RS_COUNTER_BOTH(row->original_in_set, first_is_real)));
}

/* What it adds to those of all classes together: only whether its label is known, and first, the
 * size of its set up to three, whether the label is in it, and who of the set is among the first
 * three predictions, are looked at. */
static inline RS_HOST_DEVICE void rs_count_set_at_all(RS_COUNTER *counters,
                                                      const rs_row_outcome *row)
{
    if (row->set_size == 0u) {
        return;
    }
    if (row->original >= 0 && row->rank != 1u) {
        rs_count_disagreement(counters, row);
    }
    if (row->set_size >= 2u) {
        rs_count_further(counters, row);
    }
}

/* Adds one row to the counters laid out by `layout`; `topk` ascends, topk[0] is 1. */
static inline RS_HOST_DEVICE void rs_count_row(RS_COUNTER *counters, const rs_tally_layout *layout,
                                               const uint32_t *topk, const rs_row_outcome *row)
{
    const size_t block = rs_tally_class_index(layout, row->original);
    for (uint32_t k = 0; k < layout->topk_count; ++k) {
        RS_COUNTER_ADD_IF(counters, block + RS_CLASS_FIXED + k,
                          row->original >= 0 && row->rank != 0u && row->rank <= topk[k]);
    }
    rs_count_set_by_class(counters, layout, topk, row);
    rs_count_set_at_all(counters, row);
}

#endif
