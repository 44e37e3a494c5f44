/* numbered.h - arrays of one file that are row blocks of one array: which, and in which order.
 *
 * Tools that save batch by batch leave logits_0, logits_1, ... (numpy.savez(FILE, *batches): arr_0,
 * arr_1, ...). They are put together in the order of their numbers, never in that of the file or of
 * their names as texts.
 */
#ifndef RS_NUMBERED_H
#define RS_NUMBERED_H

#include "formats/choose.h"

typedef struct rs_blocks {
    size_t *index; /* [count] in the list of arrays, in the order of the rows; room for all */
    size_t count;
} rs_blocks;

/* Whether `pattern` is such a name: one * in it. NULL is none. */
bool rs_numbered_is_pattern(const char *pattern);

/* All arrays whose name is `pattern` (with or without .npy) with a number in place of the *: from
 * 0 or 1 on, none missing, all of one dtype and as many columns. */
rs_status rs_numbered_find(const char *file, const char *pattern, const rs_listed_array *list,
                           size_t count, rs_blocks *blocks, rs_error *error);

/* Without a pattern: whether the arrays that fit can be nothing but the batches of one. They are
 * when their names differ in one number alone, and all have as many rows but the last, which has
 * fewer: outputs of several models all have as many. */
bool rs_numbered_are_batches(const rs_listed_array *list, size_t count, rs_blocks *blocks);
/* Of those that are none of these, and whose names differ in one number alone: the pattern that
 * would put them together, "arr_*". False: there is none. */
bool rs_numbered_pattern(const rs_listed_array *list, size_t count, rs_blocks *blocks, char *out,
                         size_t out_bytes);

#endif
