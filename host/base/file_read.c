/* file_read.c - reading files whole or in exact pieces. */
#include "base/file_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"

enum { FIRST_READ_BYTES = 1 << 16 };

/* Opening a pipe waits for its other end, and only a signal ends that; any other file opens at the
 * next try. */
static bool is_worth_trying(const char *path, int reason)
{
    struct stat info;
    return reason == EINTR && (stat(path, &info) != 0 || !S_ISFIFO(info.st_mode));
}

int rs_open_again(const char *path, int flags, mode_t mode)
{
    for (;;) {
        const int fd = open(path, flags | O_CLOEXEC, mode);
        const int reason = errno;
        if (fd >= 0 || !is_worth_trying(path, reason)) {
            errno = reason;
            return fd;
        }
    }
}

rs_status rs_fail_interrupted(rs_error *error, const char *path)
{
    return rs_fail(error, RS_INTERRUPTED, path, rs_nowhere(), NULL,
                   "stopped by a signal while waiting for the other end of a pipe");
}

rs_status rs_fail_folder(rs_error *error, const char *path, int errno_value)
{
    return errno_value == ENOENT ? rs_fail(error, RS_IO, path, rs_nowhere(),
                                           "check the spelling of the path", "no such folder")
                                 : rs_fail_errno(error, path, "open", errno_value);
}

rs_status rs_file_open(const char *path, int *fd, rs_error *error)
{
    *fd = rs_open_again(path, O_RDONLY, 0);
    if (*fd < 0) {
        const int reason = errno;
        if (reason == EINTR) {
            return rs_fail_interrupted(error, path);
        }
        if (reason == ENOENT) {
            return rs_fail(error, RS_IO, path, rs_nowhere(), "check the spelling of the path",
                           "no such file");
        }
        return rs_fail_errno(error, path, "open", reason);
    }
    struct stat info;
    if (fstat(*fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        (void)close(*fd);
        *fd = -1;
        return rs_fail(error, RS_IO, path, rs_nowhere(), "name a file inside it",
                       "this is a folder, a file is needed");
    }
    return RS_OK;
}

/* Reads up to `size` bytes; *got is smaller only at the end of the file. A signal ends waiting for
 * a pipe. */
static rs_status read_some(int fd, const char *path, uint8_t *out, size_t size, size_t *got,
                           rs_error *error)
{
    struct stat info;
    *got = 0;
    while (*got < size) {
        const ssize_t n = read(fd, out + *got, size - *got);
        if (n == 0) {
            return RS_OK;
        }
        if (n < 0) {
            const int reason = errno;
            if (reason != EINTR) {
                return rs_fail_errno(error, path, "read", reason);
            }
            if (fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode)) {
                return rs_fail_interrupted(error, path);
            }
            continue;
        }
        *got += (size_t)n;
    }
    return RS_OK;
}

static rs_status read_whole(int fd, const char *path, uint64_t limit_bytes, rs_file_bytes *bytes,
                            rs_error *error)
{
    struct stat info;
    uint64_t capacity = FIRST_READ_BYTES;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
        capacity = (uint64_t)info.st_size + 1; /* one more, so that the first read meets the end */
    }
    for (;;) {
        if (capacity > limit_bytes + 1) {
            capacity = limit_bytes + 1;
        }
        RS_TRY(RS_GROW(&bytes->data, capacity + 1, "a file", error));
        size_t got = 0;
        RS_TRY(read_some(fd, path, bytes->data + bytes->size, (size_t)capacity - bytes->size, &got,
                         error));
        bytes->size += got;
        bytes->data[bytes->size] = '\0';
        if (bytes->size > limit_bytes) {
            return rs_fail(error, RS_RANGE, path, rs_at_byte(limit_bytes), "is it the right file?",
                           "the file holds more than the %" PRIu64 " bytes allowed", limit_bytes);
        }
        if (bytes->size < capacity) {
            return RS_OK;
        }
        capacity *= 2;
    }
}

rs_status rs_file_read(const char *path, uint64_t limit_bytes, rs_file_bytes *bytes,
                       rs_error *error)
{
    *bytes = (rs_file_bytes){0};
    int fd = -1;
    RS_TRY(rs_file_open(path, &fd, error));
    const rs_status status = rs_file_read_open(fd, path, limit_bytes, bytes, error);
    (void)close(fd);
    return status;
}

rs_status rs_file_need_regular(const char *path, rs_error *error)
{
    struct stat info;
    return stat(path, &info) != 0 || S_ISREG(info.st_mode)
               ? RS_OK
               : rs_fail(error, RS_FORMAT, path, rs_nowhere(), "take it away",
                         "this is no regular file, and one is looked for here");
}

bool rs_is_broken_link(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 && lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

rs_status rs_fail_broken_link(rs_error *error, const char *path)
{
    return rs_fail(error, RS_IO, path, rs_nowhere(), "remove the link, or make what it points at",
                   "this is a link, and there is no file where it points");
}

rs_status rs_file_read_regular(const char *path, uint64_t limit_bytes, rs_file_bytes *bytes,
                               rs_error *error)
{
    *bytes = (rs_file_bytes){0};
    RS_TRY(rs_file_need_regular(path, error));
    RS_TRY(rs_is_broken_link(path) ? rs_fail_broken_link(error, path) : RS_OK);
    return rs_file_read(path, limit_bytes, bytes, error);
}

rs_status rs_file_read_open(int fd, const char *path, uint64_t limit_bytes, rs_file_bytes *bytes,
                            rs_error *error)
{
    *bytes = (rs_file_bytes){0};
    const rs_status status = read_whole(fd, path, limit_bytes, bytes, error);
    if (status != RS_OK) {
        rs_file_bytes_free(bytes);
    }
    return status;
}

void rs_file_bytes_free(rs_file_bytes *bytes)
{
    free(bytes->data);
    *bytes = (rs_file_bytes){0};
}

rs_status rs_file_pread(int fd, const char *path, void *out, size_t size, uint64_t offset,
                        rs_error *error)
{
    uint8_t *const to = out;
    size_t got = 0;
    while (got < size) {
        const ssize_t n = pread(fd, to + got, size - got, (off_t)(offset + got));
        if (n == 0) {
            return rs_fail(error, RS_FORMAT, path, rs_at_byte(offset + got),
                           "the file is truncated or shrank while it was read; copy it again",
                           "the file ends here, %zu bytes early", size - got);
        }
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return rs_fail_errno(error, path, "read", errno);
        }
        got += (size_t)n;
    }
    return RS_OK;
}

rs_status rs_file_write_all(int fd, const char *path, const void *data, size_t size,
                            rs_error *error)
{
    const uint8_t *const from = data;
    size_t put = 0;
    while (put < size) {
        const ssize_t n = write(fd, from + put, size - put);
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            const int reason = errno;
            if (reason == ENOSPC || reason == EDQUOT) {
                return rs_fail(error, RS_IO, path, rs_at_byte(put),
                               "free some space or write to another disk", "the disk is full");
            }
            if (reason == EFBIG) {
                return rs_fail(error, RS_IO, path, rs_at_byte(put),
                               "raise the limit (ulimit -f), or write to another file system",
                               "the file becomes larger than is allowed here");
            }
            return rs_fail_errno(error, path, "write", reason);
        }
        put += (size_t)n;
    }
    return RS_OK;
}
