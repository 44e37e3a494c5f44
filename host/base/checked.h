/* checked.h - arithmetic on sizes that cannot wrap unseen, and allocation on top of it. */
#ifndef RS_CHECKED_H
#define RS_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

/* True, and the result in *out, when the exact result fits. */
static inline bool rs_add_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static inline bool rs_mul_u64(uint64_t a, uint64_t b, uint64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

/* `count` elements of `size` bytes, zeroed, into *memory (NULL when count is 0 is never given: an
 * empty array is one byte long). Free with free(). `purpose` names it in the error. */
rs_status rs_alloc(void **memory, uint64_t count, size_t size, const char *purpose,
                   rs_error *error);

/* The same on a cache line of its own (64 bytes); not zeroed. Free with free(). */
rs_status rs_alloc_aligned(void **memory, uint64_t count, size_t size, const char *purpose,
                           rs_error *error);

/* Resizes *memory to `count` elements of `size` bytes; on failure *memory is as it was. */
rs_status rs_realloc(void **memory, uint64_t count, size_t size, const char *purpose,
                     rs_error *error);

/* A copy of `text`; *copy is NULL when text is. Free with free(). */
rs_status rs_copy_text(char **copy, const char *text, rs_error *error);

#endif
