/* pairs.c - the list and its index. */
#include "relabel/pairs.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

enum { FIRST_PAIRS = 1024 };

rs_pairs rs_pairs_make(void)
{
    rs_pairs pairs = {0};
    pairs.images.images = true;
    return pairs;
}

/* Mixes image and class into all bits (the finisher of MurmurHash3 by Appleby). */
static uint64_t hash_of(uint32_t image, int32_t class_index)
{
    uint64_t x = (uint64_t)image << 32 | (uint32_t)class_index;
    x = (x ^ (x >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    x = (x ^ (x >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ (x >> 33);
}

/* The slot of the pair, or the empty one where it would go. */
static uint64_t find_slot(const rs_pairs *pairs, uint32_t image, int32_t class_index)
{
    uint64_t at = hash_of(image, class_index) & (pairs->slot_count - 1);
    while (pairs->slot[at] != 0 && (pairs->image[pairs->slot[at] - 1] != image ||
                                    pairs->class_index[pairs->slot[at] - 1] != class_index)) {
        at = (at + 1) & (pairs->slot_count - 1);
    }
    return at;
}

static rs_status grow_slots(rs_pairs *pairs, rs_error *error)
{
    if (2 * ((uint64_t)pairs->count + 1) <= pairs->slot_count) {
        return RS_OK;
    }
    uint32_t *made = NULL;
    const uint64_t slots = pairs->slot_count == 0 ? UINT64_C(2) * FIRST_PAIRS
                                                  : 2 * pairs->slot_count;
    RS_TRY(RS_NEW(&made, slots, "pairs", error));
    free(pairs->slot);
    pairs->slot = made;
    pairs->slot_count = slots;
    for (uint32_t i = 0; i < pairs->count; ++i) {
        pairs->slot[find_slot(pairs, pairs->image[i], pairs->class_index[i])] = i + 1;
    }
    return RS_OK;
}

static rs_status grow_list(rs_pairs *pairs, rs_error *error)
{
    if (pairs->count < pairs->capacity) {
        return RS_OK;
    }
    if (pairs->count >= RS_PAIRS_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "split the votes into several files",
                       "there are more than %u pairs of an image and a class", RS_PAIRS_MAX);
    }
    const uint32_t capacity = pairs->capacity == 0 ? FIRST_PAIRS : 2 * pairs->capacity;
    RS_TRY(RS_GROW(&pairs->image, capacity, "pairs", error));
    RS_TRY(RS_GROW(&pairs->class_index, capacity, "pairs", error));
    pairs->capacity = capacity;
    return RS_OK;
}

rs_status rs_pairs_add(rs_pairs *pairs, rs_span image, int32_t class_index, uint32_t *pair,
                       bool *is_new, rs_error *error)
{
    uint32_t number = 0;
    RS_TRY(rs_name_table_add(&pairs->images, image, &number, error));
    RS_TRY(grow_slots(pairs, error));
    const uint64_t at = find_slot(pairs, number, class_index);
    *is_new = pairs->slot[at] == 0;
    if (*is_new) {
        RS_TRY(grow_list(pairs, error));
        pairs->image[pairs->count] = number;
        pairs->class_index[pairs->count] = class_index;
        pairs->slot[at] = ++pairs->count;
    }
    *pair = pairs->slot[at] - 1;
    return RS_OK;
}

int64_t rs_pairs_find(const rs_pairs *pairs, rs_span image, int32_t class_index)
{
    const int64_t number = rs_name_table_find(&pairs->images, image);
    if (number < 0 || pairs->slot_count == 0) {
        return -1;
    }
    return (int64_t)pairs->slot[find_slot(pairs, (uint32_t)number, class_index)] - 1;
}

int64_t rs_pairs_find_same(const rs_pairs *in, const rs_pairs *of, uint32_t pair)
{
    return rs_pairs_find(in, rs_pairs_image(of, pair), of->class_index[pair]);
}

rs_span rs_pairs_image(const rs_pairs *pairs, uint32_t pair)
{
    return rs_name_table_get(&pairs->images, pairs->image[pair]);
}

void rs_pairs_clear(rs_pairs *pairs)
{
    rs_name_table_clear(&pairs->images);
    free(pairs->image);
    free(pairs->class_index);
    free(pairs->slot);
    *pairs = rs_pairs_make();
}
