/* checked.c - allocation that checks its arithmetic and reports what it was for. */
#include "base/checked.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { CACHE_LINE_BYTES = 64 };

static rs_status size_of(uint64_t count, size_t size, const char *purpose, uint64_t *bytes,
                         rs_error *error)
{
    if (!rs_mul_u64(count, size, bytes) || *bytes > PTRDIFF_MAX) {
        return rs_fail_memory(error, UINT64_MAX, purpose);
    }
    if (*bytes == 0) {
        *bytes = 1;
    }
    return RS_OK;
}

/* What is written may be declared as a pointer to any type, not as a void *: it is touched as
 * bytes, which no rule of aliasing forbids. */
static void set_pointer(void **pointer, void *memory)
{
    memcpy((void *)pointer, &memory, sizeof memory);
}

rs_status rs_alloc(void **memory, uint64_t count, size_t size, const char *purpose, rs_error *error)
{
    uint64_t bytes = 0;
    set_pointer(memory, NULL);
    RS_TRY(size_of(count, size, purpose, &bytes, error));
    void *const made = calloc(1, (size_t)bytes);
    set_pointer(memory, made);
    return made != NULL ? RS_OK : rs_fail_memory(error, bytes, purpose);
}

rs_status rs_alloc_aligned(void **memory, uint64_t count, size_t size, const char *purpose,
                           rs_error *error)
{
    uint64_t bytes = 0;
    set_pointer(memory, NULL);
    RS_TRY(size_of(count, size, purpose, &bytes, error));
    const uint64_t rounded =
        (bytes + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
    void *const made = aligned_alloc(CACHE_LINE_BYTES, (size_t)rounded);
    set_pointer(memory, made);
    return made != NULL ? RS_OK : rs_fail_memory(error, rounded, purpose);
}

rs_status rs_realloc(void **memory, uint64_t count, size_t size, const char *purpose,
                     rs_error *error)
{
    uint64_t bytes = 0;
    void *held = NULL;
    memcpy(&held, (const void *)memory, sizeof held);
    RS_TRY(size_of(count, size, purpose, &bytes, error));
    void *const resized = realloc(held, (size_t)bytes);
    if (resized == NULL) {
        return rs_fail_memory(error, bytes, purpose);
    }
    set_pointer(memory, resized);
    return RS_OK;
}

rs_status rs_room(void **memory, uint64_t count, uint64_t *capacity, size_t size,
                  const char *purpose, rs_error *error)
{
    enum { FIRST = 1024 };
    if (count < *capacity) {
        return RS_OK;
    }
    const uint64_t more = 2 * *capacity + FIRST;
    RS_TRY(rs_realloc(memory, more, size, purpose, error));
    *capacity = more;
    return RS_OK;
}

rs_status rs_copy_text(char **copy, const char *text, rs_error *error)
{
    *copy = NULL;
    if (text == NULL) {
        return RS_OK;
    }
    *copy = strdup(text);
    return *copy != NULL ? RS_OK : rs_fail_memory(error, strlen(text) + 1, "a text");
}
