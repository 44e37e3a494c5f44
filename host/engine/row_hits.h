/* row_hits.h - from "which columns of a group reach a bound" to candidates; the second sweep of
 * row_find_avx2.c and row_find_avx512.c.
 *
 * A group of 64 columns holds none to two of them as a rule, and no processor foresees how many.
 * So the first two are written down unasked, and counted if they were there: a branch taken wrongly
 * costs more than both.
 */
#ifndef RS_ROW_HITS_H
#define RS_ROW_HITS_H

#include <stdint.h>

#include "engine/row_kernel.h"

enum {
    RS_HIT_GROUP = 64,                  /* columns of a group */
    RS_HIT_STRETCH = 16 * RS_HIT_GROUP, /* columns that are listed before keys are made */
    RS_HITS_UNASKED = 2
};

typedef struct rs_hit_list {
    uint32_t count;
    uint32_t column[RS_HIT_STRETCH + RS_HITS_UNASKED];
} rs_hit_list;

/* Bit v of `hits` is column first + v. */
static inline void rs_list_hits(rs_hit_list *list, uint32_t first, uint64_t hits)
{
    const uint64_t none = UINT64_C(1) << 63; /* for there to be a bit to find */
    uint32_t count = list->count;
    for (int i = 0; i < RS_HITS_UNASKED; ++i) {
        list->column[count] = first + (uint32_t)__builtin_ctzll(hits | none);
        count += hits != 0;
        hits &= hits - 1;
    }
    for (; hits != 0; hits &= hits - 1) {
        list->column[count++] = first + (uint32_t)__builtin_ctzll(hits);
    }
    list->count = count;
}

/* uint32_t name(row, columns, bounds, candidate): all columns that reach the bounds, ascending.
 * reached(row, j, end, bounds) has bit v set when column j + v does, for 64 columns or up to `end`;
 * load(row, column) gives what key() makes a key of. */
#define RS_DEFINE_LIST_REACHED(name, vector, reached, key, load)                                   \
    static inline uint32_t name(const void *row, uint32_t columns, vector bounds,                  \
                                rs_candidate *candidate)                                           \
    {                                                                                              \
        rs_hit_list hits;                                                                          \
        uint32_t found = 0;                                                                        \
        for (uint32_t begin = 0; begin < columns; begin += RS_HIT_STRETCH) {                       \
            const uint32_t left = columns - begin;                                                 \
            const uint32_t end = begin + (left < RS_HIT_STRETCH ? left : RS_HIT_STRETCH);          \
            hits.count = 0;                                                                        \
            for (uint32_t j = begin; j < end; j += RS_HIT_GROUP) {                                 \
                rs_list_hits(&hits, j, reached(row, j, end, bounds));                              \
            }                                                                                      \
            for (uint32_t i = 0; i < hits.count; ++i) {                                            \
                const uint32_t column = hits.column[i];                                            \
                candidate[found++] = (rs_candidate){key(load(row, column)), column};               \
            }                                                                                      \
        }                                                                                          \
        return found;                                                                              \
    }

#endif
