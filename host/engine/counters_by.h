/* counters_by.h - tally/count_row.h without branches, and by any amount: for those who count many
 * rows, of which no processor foresees what they give. What is not to be counted adds nothing.
 */
#ifndef RS_COUNTERS_BY_H
#define RS_COUNTERS_BY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counters to which an amount is added; the opposite of a number takes it away. */
typedef struct rs_counters_by {
    uint64_t *at;
    uint64_t amount;
    const uint64_t *share; /* [RS_SMALL_SETS] rs_oracle_share of sizes below that */
    size_t there;          /* all bits; none: whatever the counter, that at `at` gets the amount */
} rs_counters_by;

#define RS_COUNTER const rs_counters_by
#define RS_COUNTER_ADD(counters, index)                                                            \
    ((counters)->at[(index) & (counters)->there] += (counters)->amount)
#define RS_COUNTER_ADD_IF(counters, index, condition)                                              \
    ((counters)->at[(index) & (counters)->there] += (counters)->amount & -(uint64_t)(condition))
#define RS_COUNTER_ADD_SHARE_IF(counters, index, set_size, condition)                              \
    ((counters)->at[(index) & (counters)->there] +=                                                \
     ((counters)->amount * rs_share_of((counters), (set_size))) & -(uint64_t)(condition))
#define RS_COUNTER_BOTH(one, other) ((bool)((one) & (other)))
#define RS_COUNTER_CHOICE_IF(counters, layout, row, condition)                                     \
    rs_count_choice_by((counters), (layout), (row), (condition))
struct rs_row_outcome;
struct rs_tally_layout;
static inline uint64_t rs_share_of(const rs_counters_by *counters, uint32_t set_size);
static inline void rs_count_choice_by(const rs_counters_by *counters,
                                      const struct rs_tally_layout *layout,
                                      const struct rs_row_outcome *row, bool there);
#include "tally/count_row.h"

static inline void rs_small_shares(uint64_t share[RS_SMALL_SETS])
{
    for (uint32_t size = 0; size < RS_SMALL_SETS; ++size) {
        share[size] = rs_oracle_share(size);
    }
}

static inline uint64_t rs_share_of(const rs_counters_by *counters, uint32_t set_size)
{
    return set_size < RS_SMALL_SETS ? counters->share[set_size] : rs_oracle_share(set_size);
}

/* Of a row without a choice, a counter of its class gets nothing: those are near already. */
static inline void rs_count_choice_by(const rs_counters_by *counters, const rs_tally_layout *layout,
                                      const rs_row_outcome *row, bool there)
{
    const rs_counters_by masked = {
        .at = counters->at + (there ? 0 : rs_tally_class_index(layout, row->original)),
        .amount = counters->amount & -(uint64_t)there,
        .there = -(size_t)there,
    };
    rs_count_choice(&masked, layout, row);
}

#endif
