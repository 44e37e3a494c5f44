/* largest.h - the largest values of a stream of any length, in memory for a few.
 *
 * The best `budget` of all values that go by: larger first, equal values in ascending order of
 * their places, so that the order in which they come does not matter. Values are collected until
 * there are twice as many as wanted; then the better half stays, and its last one becomes the bar
 * that later values have to pass. That costs one comparison for nearly every value of a long
 * stream, and never a sort.
 */
#ifndef RS_LARGEST_H
#define RS_LARGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/status.h"

/* A value's key (base/row_order.h) and where it stands: an image and a class. */
typedef struct rs_placed {
    uint64_t key;
    uint64_t place;
} rs_placed;

/* Free with rs_largest_clear. */
typedef struct rs_largest {
    uint64_t budget;
    rs_placed *list;
    uint64_t count;
    uint64_t capacity;
    bool has_bar;
    rs_placed bar; /* what does not come before it is not among the largest */
} rs_largest;

static inline uint64_t rs_place_of(uint32_t image, int32_t class_index)
{
    return (uint64_t)image << 16 | (uint32_t)class_index;
}

static inline uint32_t rs_place_image(uint64_t place)
{
    return (uint32_t)(place >> 16);
}

static inline int32_t rs_place_class(uint64_t place)
{
    return (int32_t)(place & 0xffffu);
}

static inline bool rs_placed_before(rs_placed a, rs_placed b)
{
    return a.key > b.key || (a.key == b.key && a.place < b.place);
}

rs_largest rs_largest_make(uint64_t budget);
void rs_largest_clear(rs_largest *largest);

/* Takes the value if it can be among the largest. No place comes twice. */
rs_status rs_largest_add(rs_largest *largest, rs_placed value, rs_error *error);

/* After the last value: `list` holds the largest, in ascending order of their places. */
void rs_largest_finish(rs_largest *largest);

#endif
