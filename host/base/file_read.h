/* file_read.h - the bytes of a file, mapped or copied. */
#ifndef RS_FILE_READ_H
#define RS_FILE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reassess/status.h"

/* A whole small file in memory. `data` is followed by a NUL that `size` does not count. */
typedef struct rs_file_bytes {
    uint8_t *data;
    size_t size;
} rs_file_bytes;

/* Reads PATH (a regular file or a pipe) whole; RS_RANGE when it holds more than `limit_bytes`. */
rs_status rs_file_read(const char *path, uint64_t limit_bytes, rs_file_bytes *bytes,
                       rs_error *error);
/* The same of a regular file alone: a pipe where a file is looked for would be waited for. */
rs_status rs_file_read_regular(const char *path, uint64_t limit_bytes, rs_file_bytes *bytes,
                               rs_error *error);

/* RS_FORMAT when there is something at PATH, and no regular file. */
rs_status rs_file_need_regular(const char *path, rs_error *error);

/* A link to nothing, or in a circle: what it stands for is missing, and not only not there. */
bool rs_is_broken_link(const char *path);
rs_status rs_fail_broken_link(rs_error *error, const char *path);

/* The same from a file that is open, from where it stands; it stays open. */
rs_status rs_file_read_open(int fd, const char *path, uint64_t limit_bytes, rs_file_bytes *bytes,
                            rs_error *error);
void rs_file_bytes_free(rs_file_bytes *bytes);

/* Reads exactly `size` bytes at `offset`; a file that ends before is an RS_FORMAT error at the byte
 * where it ended. Restarts interrupted and short reads. Thread-safe. */
rs_status rs_file_pread(int fd, const char *path, void *out, size_t size, uint64_t offset,
                        rs_error *error);

/* Writes exactly `size` bytes, restarting interrupted and short writes. */
rs_status rs_file_write_all(int fd, const char *path, const void *data, size_t size,
                            rs_error *error);

/* Opens for reading (close-on-exec) with an error that tells a missing file from a folder.
 * RS_INTERRUPTED when a signal ended waiting for the other end of a pipe. */
rs_status rs_file_open(const char *path, int *fd, rs_error *error);

/* What opendir(3) of `path` failed with, as rs_file_open says it of a file. */
rs_status rs_fail_folder(rs_error *error, const char *path, int errno_value);

/* open(2), close-on-exec, again when a signal came in between; EINTR is left for pipes alone. */
int rs_open_again(const char *path, int flags, mode_t mode);
rs_status rs_fail_interrupted(rs_error *error, const char *path);

#endif
