/* set_counts.h - sorted lists of how many rows of a class have label sets of a given size. */
#ifndef RS_SET_COUNTS_H
#define RS_SET_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally/tally_impl.h"

/* *joined (NULL when empty; free with free()) gets the sums of both lists, sorted, each pair of
 * class and size once. The inputs may be in any order and hold pairs more than once. */
rs_status rs_set_counts_join(const rs_set_count *a, size_t a_count, const rs_set_count *b,
                             size_t b_count, rs_set_count **joined, size_t *joined_count,
                             rs_error *error);

/* Whether a class is in the label set of a row. */
static inline bool rs_set_holds(const rs_label_view *labels, uint64_t row, int32_t class_index)
{
    const uint32_t end = labels->real_begin[row + 1];
    for (uint32_t i = labels->real_begin[row]; i < end; ++i) {
        if (labels->real_class[i] >= class_index) {
            return labels->real_class[i] == class_index;
        }
    }
    return false;
}

bool rs_set_counts_equal(const rs_set_count *a, size_t a_count, const rs_set_count *b,
                         size_t b_count);

#endif
