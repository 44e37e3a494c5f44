/* pairs.h - the things that raters judge: pairs of an image and a class, numbered as they come. */
#ifndef RS_PAIRS_H
#define RS_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "relabel/name_table.h"
#include "reassess/status.h"

#define RS_PAIRS_MAX (UINT32_C(1) << 30)

typedef struct rs_pairs {
    rs_name_table images;
    uint32_t count;
    uint32_t *image;      /* [count] number in `images` */
    int32_t *class_index; /* [count] */
    uint32_t capacity;
    uint32_t *slot;      /* hash table of pair + 1, 0 for empty */
    uint64_t slot_count; /* a power of two, or 0 */
} rs_pairs;

/* An empty list. Free with rs_pairs_clear. */
rs_pairs rs_pairs_make(void);

/* The number of a pair, which is added if it is new. */
rs_status rs_pairs_add(rs_pairs *pairs, rs_span image, int32_t class_index, uint32_t *pair,
                       bool *is_new, rs_error *error);

/* -1 when there is no such pair. */
int64_t rs_pairs_find(const rs_pairs *pairs, rs_span image, int32_t class_index);

/* The pair of `in` that is the same as pair `pair` of `of`, or -1. */
int64_t rs_pairs_find_same(const rs_pairs *in, const rs_pairs *of, uint32_t pair);

rs_span rs_pairs_image(const rs_pairs *pairs, uint32_t pair); /* its name */

void rs_pairs_clear(rs_pairs *pairs);

#endif
