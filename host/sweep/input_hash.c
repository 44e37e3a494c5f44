/* input_hash.c - XXH3 over the bytes of files, read in blocks. */
#include "sweep/input_hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/hash.h"

enum { BLOCK_BYTES = 1 << 20 };

static rs_status hash_file(const char *path, uint8_t *block, rs_hash_state *state, rs_error *error)
{
    int fd = -1;
    RS_REFUSE(strcmp(path, "-") == 0, error, "leave --hash out, or save it to a file",
              "standard input cannot be read again to hash it");
    RS_TRY(rs_file_open(path, &fd, error));
    rs_status status = RS_OK;
    for (;;) {
        const ssize_t got = read(fd, block, BLOCK_BYTES);
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            status = rs_fail_errno(error, path, "read", errno);
            break;
        }
        if (got > 0) {
            rs_hash_update(state, block, (size_t)got);
        }
    }
    (void)close(fd);
    return status;
}

rs_status rs_input_hash(const char *const *paths, size_t path_count, uint64_t *hash,
                        rs_error *error)
{
    unsigned char *block = NULL;
    rs_hash_state *state = NULL;
    RS_TRY(RS_NEW(&block, BLOCK_BYTES, "a block of a file", error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_hash_begin(&state, error));
    for (size_t i = 0; i < path_count; ++i) {
        RS_TRY_DONE(hash_file(paths[i], block, state, error));
    }
done:
    if (state != NULL) {
        *hash = rs_hash_end(state);
    }
    free(block);
    return status;
}
