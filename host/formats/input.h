/* input.h - an opened file or pipe, of which the first bytes can be looked at before it is decided
 * what it is. What was looked at is still delivered: it stays in `head` and is read from there.
 */
#ifndef RS_INPUT_H
#define RS_INPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/logits.h"

typedef struct rs_input {
    char *path;       /* as given */
    const char *name; /* for messages: rs_shown_path(path) */
    int fd;        /* -1 once somebody took it over */
    bool owns_fd;  /* not so for standard input */
    bool regular;  /* a regular file from its start: any byte can be read at any time */
    uint64_t size; /* of a regular file */
    uint8_t *head; /* the first head_bytes bytes */
    size_t head_bytes;
    size_t head_capacity;
    uint64_t taken;   /* bytes that rs_input_next delivered */
    const volatile sig_atomic_t *stop; /* non-zero: reading ends; may be NULL */
} rs_input;

/* What messages call PATH: "standard input" instead of "-". */
const char *rs_shown_path(const char *path);

/* "-" is standard input. On failure nothing is left to close. */
rs_status rs_input_open(const char *path, rs_input *input, rs_error *error);
void rs_input_close(rs_input *input);

/* Sees to it that `head` holds the first `bytes` bytes, or all where the input is shorter. */
rs_status rs_input_peek(rs_input *input, size_t bytes, rs_error *error);

/* Reads the next bytes of the input from the start on, once; *got < size only at the end. */
rs_status rs_input_next(rs_input *input, void *out, size_t size, size_t *got, rs_error *error);

/* RS_INTERRUPTED when a signal asks to stop: of what takes long without waiting. */
rs_status rs_input_look(const rs_input *input, rs_error *error);

/* Hands the descriptor over to the caller, who closes it (a duplicate of standard input). */
rs_status rs_input_take(rs_input *input, int *fd, rs_error *error);

/* True when mapping the file is safe and fast: it lies on a local file system. A mapped file that
 * shrinks kills the process, and on network file systems others write. */
bool rs_input_is_local(const rs_input *input);
bool rs_is_local(int fd);

#endif
