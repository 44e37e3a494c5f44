/* input.c - regular files are read by offset, everything else once, from front to back. */
#include "formats/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"

/* The first step of a peek at a stream; no memory is had on the word of a header. */
enum { PEEK_STEP_BYTES = 1 << 16, READ_STEP_BYTES = 1 << 24 };

const char *rs_shown_path(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static rs_status fail_folder(const char *path, rs_error *error)
{
    return rs_fail(error, RS_IO, path, rs_nowhere(), "name a file inside it",
                   "this is a folder, a file is needed");
}

rs_status rs_input_open(const char *path, rs_input *input, rs_error *error)
{
    *input = (rs_input){.fd = -1};
    if (strcmp(path, "-") == 0) {
        input->fd = STDIN_FILENO;
    } else {
        RS_TRY(rs_file_open(path, &input->fd, error));
        input->owns_fd = true;
    }
    struct stat info;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&input->path, path, error));
    if (fstat(input->fd, &info) != 0) {
        RS_TRY_DONE(rs_fail_errno(error, rs_shown_path(path), "look at", errno));
    }
    RS_TRY_DONE(S_ISDIR(info.st_mode) ? fail_folder(rs_shown_path(path), error) : RS_OK);
    input->name = rs_shown_path(input->path);
    /* Standard input may be a file that somebody has already read a part of: that is a stream. */
    input->regular = S_ISREG(info.st_mode) && lseek(input->fd, 0, SEEK_CUR) == 0;
    input->size = input->regular ? (uint64_t)info.st_size : 0;
    return RS_OK;
done:
    rs_input_close(input);
    return status;
}

void rs_input_close(rs_input *input)
{
    if (input->fd >= 0 && input->owns_fd) {
        (void)close(input->fd);
    }
    free(input->path);
    free(input->head);
    *input = (rs_input){.fd = -1};
}

/* Waits until a stream has bytes (or its end), looking from time to time whether to stop: a signal
 * may reach another thread than the one that reads. */
static rs_status wait_for_bytes(const rs_input *input, rs_error *error)
{
    enum { LOOK_EVERY_MS = 100 };
    struct pollfd waiting = {.fd = input->fd, .events = POLLIN};
    if (input->stop == NULL) {
        return RS_OK;
    }
    do {
        if (*input->stop != 0) {
            return rs_fail(error, RS_INTERRUPTED, input->name, rs_nowhere(), NULL,
                           "stopped by a signal while waiting for input");
        }
    } while (poll(&waiting, 1, LOOK_EVERY_MS) <= 0);
    return RS_OK;
}

/* Reads on in a stream; *got < size only at its end. */
static rs_status read_stream(rs_input *input, uint8_t *out, size_t size, size_t *got,
                             rs_error *error)
{
    *got = 0;
    while (*got < size) {
        RS_TRY(wait_for_bytes(input, error));
        const ssize_t n = read(input->fd, out + *got, size - *got);
        if (n == 0) {
            return RS_OK;
        }
        if (n < 0 && errno != EINTR) {
            return rs_fail_errno(error, input->name, "read", errno);
        }
        *got += n > 0 ? (size_t)n : 0;
    }
    return RS_OK;
}

/* Makes room for `bytes`, and reads up to them; *ended when there are no more. */
static rs_status extend_head(rs_input *input, size_t bytes, bool *ended, rs_error *error)
{
    if (bytes > input->head_capacity) {
        RS_TRY(RS_GROW(&input->head, bytes, "the start of a file", error));
        input->head_capacity = bytes;
    }
    uint8_t *to = input->head + input->head_bytes;
    const size_t wanted = bytes - input->head_bytes;
    size_t got = wanted;
    if (input->regular) {
        RS_TRY(rs_file_pread(input->fd, input->name, to, wanted, input->head_bytes, error));
    } else {
        RS_TRY(read_stream(input, to, wanted, &got, error));
    }
    input->head_bytes += got;
    *ended = got < wanted;
    return RS_OK;
}

rs_status rs_input_peek(rs_input *input, size_t bytes, rs_error *error)
{
    if (input->regular && bytes > input->size) {
        bytes = (size_t)input->size;
    }
    bool ended = false;
    while (input->head_bytes < bytes && !ended) {
        size_t step = bytes;
        if (!input->regular && bytes - input->head_bytes > input->head_bytes + PEEK_STEP_BYTES) {
            step = 2 * input->head_bytes + PEEK_STEP_BYTES;
        }
        RS_TRY(extend_head(input, step, &ended, error));
    }
    return RS_OK;
}

rs_status rs_input_look(const rs_input *input, rs_error *error)
{
    return input->stop == NULL || *input->stop == 0
               ? RS_OK
               : rs_fail(error, RS_INTERRUPTED, input->name, rs_nowhere(), NULL,
                         "stopped by a signal while it was read");
}

/* In steps: a disk may take long over a large file. */
static rs_status read_regular(const rs_input *input, uint8_t *out, size_t size, uint64_t offset,
                              rs_error *error)
{
    for (size_t at = 0; at < size;) {
        const size_t step = size - at < READ_STEP_BYTES ? size - at : READ_STEP_BYTES;
        RS_TRY(rs_input_look(input, error));
        RS_TRY(rs_file_pread(input->fd, input->name, out + at, step, offset + at, error));
        at += step;
    }
    return RS_OK;
}

rs_status rs_input_next(rs_input *input, void *out, size_t size, size_t *got, rs_error *error)
{
    uint8_t *to = out;
    *got = 0;
    if (input->taken < input->head_bytes) {
        const size_t left = input->head_bytes - (size_t)input->taken;
        *got = left < size ? left : size;
        memcpy(to, input->head + input->taken, *got);
    }
    size_t more = size - *got;
    if (more > 0 && input->regular) {
        const uint64_t left = input->size - input->taken - *got;
        more = left < more ? (size_t)left : more;
        RS_TRY(read_regular(input, to + *got, more, input->taken + *got, error));
    } else if (more > 0) {
        RS_TRY(read_stream(input, to + *got, more, &more, error));
    }
    *got += more;
    input->taken += *got;
    return RS_OK;
}

rs_status rs_input_take(rs_input *input, int *fd, rs_error *error)
{
    *fd = input->fd;
    if (!input->owns_fd) {
        *fd = fcntl(input->fd, F_DUPFD_CLOEXEC, 0);
        if (*fd < 0) {
            return rs_fail_errno(error, input->name, "duplicate the descriptor of", errno);
        }
    }
    input->fd = -1;
    return RS_OK;
}

bool rs_input_is_local(const rs_input *input)
{
    return rs_is_local(input->fd);
}

bool rs_is_local(int fd)
{
    /* The numbers of statfs(2); not all are in <linux/magic.h> of every system. */
    static const unsigned long network[] = {
        0x6969,     /* NFS */
        0x517b,     /* SMB */
        0xfe534d42, /* SMB2 */
        0xff534d42, /* CIFS */
        0x65735546, /* FUSE: sshfs, s3fs and others */
        0x0bd00bd0, /* Lustre */
        0x47504653, /* GPFS, Spectrum Scale */
        0x19830326, /* BeeGFS */
        0x00c36400, /* Ceph */
        0x5346414f, /* AFS */
        0x6b414653, /* AFS of the kernel */
        0x01021997, /* 9p */
        0x01161970, /* GFS2 */
        0x7461636f, /* OCFS2 */
        0xaad7aaea, /* PanFS */
        0x18031977, /* WekaFS */
        0x20030528, /* OrangeFS */
        0x786f4256, /* folders of VirtualBox */
        0xbacbacbc, /* folders of VMware */
    };
    struct statfs info;
    if (fstatfs(fd, &info) != 0) {
        return false;
    }
    const unsigned long type = (unsigned long)info.f_type & 0xffffffffUL;
    for (size_t i = 0; i < sizeof network / sizeof network[0]; ++i) {
        if (type == network[i]) {
            return false;
        }
    }
    return true;
}
