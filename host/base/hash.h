/* hash.h - the content hash of labels and inputs: XXH3, 64 bits, not cryptographic. */
#ifndef RS_HASH_H
#define RS_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

typedef struct rs_hash_state rs_hash_state;

uint64_t rs_hash(const void *data, size_t size);

/* Over data that comes in pieces. *state is NULL on failure; rs_hash_end frees it. */
rs_status rs_hash_begin(rs_hash_state **state, rs_error *error);
void rs_hash_update(rs_hash_state *state, const void *data, size_t size);
uint64_t rs_hash_end(rs_hash_state *state);

enum { RS_HASH_TEXT_BYTES = 24 };
/* "xxh3:0123456789abcdef" */
const char *rs_hash_text(uint64_t hash, char out[RS_HASH_TEXT_BYTES]);
/* In room of its own, which is there until the block ends in which it stands. */
#define RS_HASH_TEXT(hash) rs_hash_text((hash), (char[RS_HASH_TEXT_BYTES]){0})
/* The same text back; false: it is not exactly of this form. */
bool rs_hash_parse(const char *text, uint64_t *hash);

#endif
