/* key_counts.h - which keys occur how often: sort, then count runs of equal ones.
 *
 * For pairs of classes, of which there are more than a table could hold (65,536 classes make four
 * thousand million pairs) and mostly few that occur.
 */
#ifndef RS_KEY_COUNTS_H
#define RS_KEY_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

/* The two lowest bits of what is counted are marks: keys that differ in them alone are equal, and
 * how many carry each mark is counted too. */
enum { RS_KEY_MARKS = 2 };

typedef struct rs_key_count {
    uint64_t key; /* without its marks */
    uint64_t count;
    uint64_t marked[RS_KEY_MARKS]; /* of them, with bit 0, with bit 1 */
} rs_key_count;

typedef struct rs_key_counts {
    rs_key_count *entry; /* most frequent first, equally frequent ones by key; free with free() */
    size_t count;
} rs_key_counts;

/* Adds the counts of other keys, which stay the caller's; on failure `counts` is as it was. */
rs_status rs_key_counts_add(rs_key_counts *counts, const rs_key_counts *more, rs_error *error);

/* Counts keys[count], which are used as room to work in. */
rs_status rs_count_keys(uint64_t *keys, size_t count, rs_key_counts *counts, rs_error *error);

#endif
