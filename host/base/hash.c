/* hash.c - XXH3 through the xxHash library, inlined. */
#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"

struct rs_hash_state {
    XXH3_state_t xxh3;
};

uint64_t rs_hash(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

rs_status rs_hash_begin(rs_hash_state **state, rs_error *error)
{
    /* XXH3_state_t wants 64-byte alignment, which its own allocator sees to. */
    *state = (rs_hash_state *)(void *)XXH3_createState();
    if (*state == NULL) {
        return rs_fail_memory(error, sizeof(rs_hash_state), "a hash");
    }
    (void)XXH3_64bits_reset(&(*state)->xxh3);
    return RS_OK;
}

void rs_hash_update(rs_hash_state *state, const void *data, size_t size)
{
    (void)XXH3_64bits_update(&state->xxh3, data, size);
}

uint64_t rs_hash_end(rs_hash_state *state)
{
    const uint64_t hash = XXH3_64bits_digest(&state->xxh3);
    (void)XXH3_freeState(&state->xxh3);
    return hash;
}

const char *rs_hash_text(uint64_t hash, char out[RS_HASH_TEXT_BYTES])
{
    (void)snprintf(out, RS_HASH_TEXT_BYTES, "xxh3:%016" PRIx64, hash);
    return out;
}

bool rs_hash_parse(const char *text, uint64_t *hash)
{
    static const char start[] = "xxh3:";
    static const char digits[] = "0123456789abcdef";
    enum { DIGITS = 16, START = sizeof start - 1 };
    if (strncmp(text, start, START) != 0 || strlen(text) != START + DIGITS ||
        strspn(text + START, digits) != DIGITS) {
        return false;
    }
    *hash = 0;
    for (const char *digit = text + START; *digit != '\0'; ++digit) {
        *hash = *hash << 4 | (uint64_t)(strchr(digits, *digit) - digits);
    }
    return true;
}
