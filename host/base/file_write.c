/* file_write.c - temporary name, fsync, rename. */
#include "base/file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/file_stale.h"

enum { BUFFER_BYTES = 1 << 16, CREATE_TRIES = 64 };

struct rs_file_writer {
    char *path;      /* as it was given: for messages */
    char *target;    /* what the path's links lead to; NULL when that is written directly */
    char *temporary; /* NULL when the target is written directly */
    int fd;
    size_t buffered;
    uint64_t position;
    uint64_t synced_bytes; /* position at the last sync */
    uint8_t buffer[BUFFER_BYTES];
};

static void writer_free(rs_file_writer *writer)
{
    if (writer->fd >= 0 && writer->fd != STDOUT_FILENO) {
        (void)close(writer->fd);
    }
    free(writer->temporary);
    free(writer->target);
    free(writer->path);
    free(writer);
}

static rs_status open_temporary(rs_file_writer *writer, rs_error *error)
{
    for (unsigned attempt = 0; attempt < CREATE_TRIES; ++attempt) {
        free(writer->temporary);
        RS_TRY(rs_temporary_name(writer->target, &writer->temporary, error));
        writer->fd = rs_open_again(writer->temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (writer->fd >= 0) {
            return RS_OK;
        }
        if (errno != EEXIST) {
            const int reason = errno;
            free(writer->temporary);
            writer->temporary = NULL;
            if (reason == ENOENT) {
                return rs_fail(error, RS_IO, writer->path, rs_nowhere(), "make the folder first",
                               "its folder does not exist");
            }
            return rs_fail_errno(error, writer->path, "create", reason);
        }
    }
    free(writer->temporary);
    writer->temporary = NULL;
    return rs_fail(error, RS_IO, writer->path, rs_nowhere(),
                   "remove the files named .NAME.*.tmp beside it",
                   "too many temporary files of this name");
}

static rs_status fail_folder(const rs_file_writer *writer, rs_error *error)
{
    return rs_fail(error, RS_IO, writer->path, rs_nowhere(), "name a file inside it",
                   "this is a folder, a file is needed");
}

/* The file that the path means: a link's own name is not what is to be replaced. */
static rs_status follow_links(rs_file_writer *writer, bool exists, rs_error *error)
{
    struct stat link;
    if (lstat(writer->path, &link) != 0 || !S_ISLNK(link.st_mode)) {
        return rs_copy_text(&writer->target, writer->path, error);
    }
    writer->target = exists ? realpath(writer->path, NULL) : NULL;
    if (writer->target == NULL) {
        return rs_fail_broken_link(error, writer->path);
    }
    return RS_OK;
}

/* A file that others may not read stays so when it is replaced, from the first byte on. */
static rs_status keep_mode(const rs_file_writer *writer, mode_t mode, rs_error *error)
{
    const mode_t permissions = mode & (S_IRWXU | S_IRWXG | S_IRWXO);
    return fchmod(writer->fd, permissions) == 0
               ? RS_OK
               : rs_fail_errno(error, writer->path, "keep the permissions of", errno);
}

static bool is_standard_output(const struct stat *file)
{
    struct stat out;
    return fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == file->st_dev &&
           out.st_ino == file->st_ino;
}

static rs_status open_target(rs_file_writer *writer, rs_error *error)
{
    struct stat info;
    if (strcmp(writer->path, "-") == 0) {
        writer->fd = STDOUT_FILENO;
        return RS_OK;
    }
    const bool exists = stat(writer->path, &info) == 0;
    if (!exists && errno == ENAMETOOLONG) { /* names of temporary files are short enough */
        return rs_fail_errno(error, writer->path, "create", errno);
    }
    if (exists && S_ISREG(info.st_mode) && is_standard_output(&info)) {
        writer->fd = STDOUT_FILENO; /* /dev/stdout: a new file would not be where the shell's is */
        return RS_OK;
    }
    if (!exists || S_ISREG(info.st_mode)) {
        RS_TRY(follow_links(writer, exists, error));
        RS_TRY(open_temporary(writer, error));
        return exists ? keep_mode(writer, info.st_mode, error) : RS_OK;
    }
    if (S_ISDIR(info.st_mode)) {
        return fail_folder(writer, error);
    }
    writer->fd = rs_open_again(writer->path, O_WRONLY, 0);
    if (writer->fd < 0 && errno == EINTR) {
        return rs_fail_interrupted(error, writer->path);
    }
    return writer->fd >= 0 ? RS_OK : rs_fail_errno(error, writer->path, "open", errno);
}

rs_status rs_file_create(const char *path, rs_file_writer **writer, rs_error *error)
{
    *writer = NULL;
    rs_file_writer *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a file writer", error));
    made->fd = -1;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&made->path, path, error));
    RS_TRY_DONE(open_target(made, error));
    *writer = made;
    return RS_OK;
done:
    rs_file_abort(made);
    return status;
}

static rs_status flush(rs_file_writer *writer, rs_error *error)
{
    const size_t size = writer->buffered;
    writer->buffered = 0;
    return rs_file_write_all(writer->fd, writer->path, writer->buffer, size, error);
}

/* Writes begin at multiples of the buffer's size, as long as nothing was synced: so pages of the
 * system's cache are written whole. */
rs_status rs_file_put(rs_file_writer *writer, const void *data, size_t size, rs_error *error)
{
    const uint8_t *from = data;
    writer->position += size;
    if (writer->buffered > 0 && size > BUFFER_BYTES - writer->buffered) {
        const size_t filling = BUFFER_BYTES - writer->buffered;
        memcpy(writer->buffer + writer->buffered, from, filling);
        writer->buffered = BUFFER_BYTES;
        RS_TRY(flush(writer, error));
        from += filling;
        size -= filling;
    }
    if (size >= BUFFER_BYTES) {
        const size_t whole = size / BUFFER_BYTES * BUFFER_BYTES;
        RS_TRY(rs_file_write_all(writer->fd, writer->path, from, whole, error));
        from += whole;
        size -= whole;
    }
    if (size > 0) {
        memcpy(writer->buffer + writer->buffered, from, size);
    }
    writer->buffered += size;
    return RS_OK;
}

uint64_t rs_file_position(const rs_file_writer *writer)
{
    return writer->position;
}

const char *rs_file_under_way(const rs_file_writer *writer)
{
    return writer->temporary != NULL ? writer->temporary : writer->path;
}

/* fsync(2), again when a signal came in between. */
static int sync_again(int fd)
{
    int result = 0;
    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result;
}

/* Makes the rename itself durable; file systems that cannot sync a folder are not an error. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    if (folder == NULL) {
        return;
    }
    const int fd = rs_open_again(folder, O_RDONLY | O_DIRECTORY, 0);
    if (fd >= 0) {
        (void)sync_again(fd);
        (void)close(fd);
    }
    free(folder);
}

rs_status rs_file_sync(rs_file_writer *writer, rs_error *error)
{
    RS_TRY(flush(writer, error));
    if (writer->temporary == NULL) {
        return RS_OK;
    }
    if (sync_again(writer->fd) != 0) {
        return rs_fail_errno(error, writer->path, "sync", errno);
    }
    writer->synced_bytes = writer->position;
    return RS_OK;
}

/* All that can fail for want of room or rights: then only names are left to be changed. */
rs_status rs_file_finish(rs_file_writer *writer, rs_error *error)
{
    if (writer->fd < 0) {
        return RS_OK; /* it was */
    }
    RS_TRY(flush(writer, error));
    if (writer->temporary == NULL) {
        return RS_OK;
    }
    if (writer->position == 0 || writer->position != writer->synced_bytes) {
        RS_TRY(rs_file_sync(writer, error));
    }
    const int fd = writer->fd;
    writer->fd = -1;
    if (close(fd) != 0 && errno != EINTR) { /* then it is closed, and it was synced */
        return rs_fail_errno(error, writer->path, "close", errno);
    }
    return RS_OK;
}

static rs_status make_ready(rs_file_writer *writer, rs_error *error)
{
    struct stat there;
    RS_TRY(rs_file_finish(writer, error));
    if (writer->temporary == NULL) {
        return RS_OK;
    }
    return stat(writer->target, &there) == 0 && S_ISDIR(there.st_mode) ? fail_folder(writer, error)
                                                                     : RS_OK;
}

static rs_status publish(rs_file_writer *writer, rs_error *error)
{
    if (writer->temporary == NULL) {
        return RS_OK;
    }
    if (rename(writer->temporary, writer->target) != 0) {
        return rs_fail_errno(error, writer->path, "rename a finished file to", errno);
    }
    free(writer->temporary);
    writer->temporary = NULL;
    return RS_OK;
}

static bool in_one_folder(const char *a, const char *b)
{
    const char *const slash_a = strrchr(a, '/');
    const char *const slash_b = strrchr(b, '/');
    const size_t length_a = slash_a == NULL ? 0 : (size_t)(slash_a - a) + 1;
    const size_t length_b = slash_b == NULL ? 0 : (size_t)(slash_b - b) + 1;
    return length_a == length_b && memcmp(a, b, length_a) == 0;
}

rs_status rs_file_commit(rs_file_writer *writer, rs_error *error)
{
    return rs_file_commit_all(&writer, 1, error);
}

rs_status rs_file_commit_all(rs_file_writer *const *writer, size_t count, rs_error *error)
{
    rs_status status = RS_OK;
    const char *synced = NULL;
    size_t renamed = 0;
    for (size_t i = 0; i < count && status == RS_OK; ++i) {
        status = writer[i] == NULL ? RS_OK : make_ready(writer[i], error);
    }
    for (; renamed < count && status == RS_OK; ++renamed) {
        status = writer[renamed] == NULL ? RS_OK : publish(writer[renamed], error);
    }
    for (size_t i = 0; i < renamed; ++i) {
        const char *const target = writer[i] == NULL ? NULL : writer[i]->target;
        if (target != NULL && (synced == NULL || !in_one_folder(synced, target))) {
            sync_folder(target);
            synced = target;
        }
    }
    for (size_t i = 0; i < count; ++i) {
        rs_file_abort(writer[i]);
    }
    return status;
}

void rs_file_abort(rs_file_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    if (writer->temporary != NULL) {
        (void)unlink(writer->temporary);
    }
    writer_free(writer);
}

rs_status rs_file_write_whole(const char *path, const void *data, size_t size, rs_error *error)
{
    rs_file_writer *writer = NULL;
    RS_TRY(rs_file_create(path, &writer, error));
    const rs_status status = rs_file_put(writer, data, size, error);
    if (status != RS_OK) {
        rs_file_abort(writer);
        return status;
    }
    return rs_file_commit(writer, error);
}

rs_status rs_file_put_text(rs_file_writer *writer, const rs_text *text, rs_error *error)
{
    RS_TRY(rs_text_check(text, error));
    return rs_file_put(writer, text->data, text->length, error);
}

rs_status rs_file_write_text(const char *path, rs_text *text, rs_error *error)
{
    rs_status status = rs_text_check(text, error);
    if (status == RS_OK) {
        status = rs_file_write_whole(path, text->data, text->length, error);
    }
    rs_text_clear(text);
    return status;
}
