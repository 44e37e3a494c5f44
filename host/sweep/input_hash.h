/* input_hash.h - the content hash of a model's files: their bytes, one after the other. */
#ifndef RS_INPUT_HASH_H
#define RS_INPUT_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

/* RS_USAGE for standard input, whose bytes are gone once they were scored. */
rs_status rs_input_hash(const char *const *paths, size_t path_count, uint64_t *hash,
                        rs_error *error);

#endif
