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

/* The pointer is one to any type: only its bytes are touched, which no rule of aliasing forbids. */
static void set_pointer(void *pointer, void *memory)
{
    memcpy(pointer, &memory, sizeof memory);
}

rs_status rs_alloc(void *pointer, uint64_t count, size_t size, const char *purpose, rs_error *error)
{
    uint64_t bytes = 0;
    set_pointer(pointer, NULL);
    RS_TRY(size_of(count, size, purpose, &bytes, error));
    void *const memory = calloc(1, (size_t)bytes);
    set_pointer(pointer, memory);
    return memory != NULL ? RS_OK : rs_fail_memory(error, bytes, purpose);
}

rs_status rs_alloc_aligned(void *pointer, uint64_t count, size_t size, const char *purpose,
                           rs_error *error)
{
    uint64_t bytes = 0;
    set_pointer(pointer, NULL);
    RS_TRY(size_of(count, size, purpose, &bytes, error));
    const uint64_t rounded =
        (bytes + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
    void *const memory = aligned_alloc(CACHE_LINE_BYTES, (size_t)rounded);
    set_pointer(pointer, memory);
    return memory != NULL ? RS_OK : rs_fail_memory(error, rounded, purpose);
}

rs_status rs_realloc(void *pointer, uint64_t count, size_t size, const char *purpose,
                     rs_error *error)
{
    uint64_t bytes = 0;
    void *memory = NULL;
    memcpy(&memory, pointer, sizeof memory);
    RS_TRY(size_of(count, size, purpose, &bytes, error));
    void *const resized = realloc(memory, (size_t)bytes);
    if (resized == NULL) {
        return rs_fail_memory(error, bytes, purpose);
    }
    set_pointer(pointer, resized);
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
