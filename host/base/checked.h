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

/* Memory for an array. `pointer` is the address of the pointer that takes it, and what that points
 * at says the size of an element:
 *
 *     RS_TRY(RS_NEW(&list->items, count, "items", error));
 *
 * An empty array is a place too, never NULL. `purpose` names it in the error. Free with free().
 *   RS_NEW          zeroed; NULL on failure
 *   RS_NEW_ALIGNED  not zeroed, on a cache line of its own (64 bytes); NULL on failure
 *   RS_GROW         what was there (or NULL) made `count` long; on failure as it was
 *   RS_ROOM         room for one more behind `count` elements: of a list that grows one by one
 *                   *capacity, a uint64_t, is doubled when all is taken
 * Those with ROWS take `rows` rows of `width` elements. */
#define RS_NEW(pointer, count, purpose, error) \
    RS_NEW_ROWS(pointer, count, 1, purpose, error)
#define RS_NEW_ROWS(pointer, rows, width, purpose, error) \
    rs_alloc((void **)(void *)(pointer), (rows), (width) * sizeof **(pointer), (purpose), (error))
#define RS_NEW_ALIGNED(pointer, count, purpose, error) \
    RS_NEW_ALIGNED_ROWS(pointer, count, 1, purpose, error)
#define RS_NEW_ALIGNED_ROWS(pointer, rows, width, purpose, error) \
    rs_alloc_aligned((void **)(void *)(pointer), (rows), (width) * sizeof **(pointer), \
                     (purpose), (error))
#define RS_GROW(pointer, count, purpose, error) \
    rs_realloc((void **)(void *)(pointer), (count), sizeof **(pointer), (purpose), (error))
#define RS_ROOM(pointer, count, capacity, purpose, error)                                          \
    rs_room((void **)(void *)(pointer), (count), (capacity), sizeof **(pointer), (purpose), (error))

/* The same where no type says the size: bytes, and rows of a dtype that is known when it runs. */
rs_status rs_alloc(void **memory, uint64_t count, size_t size, const char *purpose,
                   rs_error *error);
rs_status rs_alloc_aligned(void **memory, uint64_t count, size_t size, const char *purpose,
                           rs_error *error);
rs_status rs_realloc(void **memory, uint64_t count, size_t size, const char *purpose,
                     rs_error *error);
rs_status rs_room(void **memory, uint64_t count, uint64_t *capacity, size_t size,
                  const char *purpose, rs_error *error);

/* A copy of `text`; *copy is NULL when text is. Free with free(). */
rs_status rs_copy_text(char **copy, const char *text, rs_error *error);

#endif
