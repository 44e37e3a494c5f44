/* fuzz_source.h - opens any bytes as a source, in every way there is, and reads all of it.
 *
 * What a source promises is checked as it is read; sanitizers see the rest. The bytes lie in a
 * memory file (random access, mapped and read) or in a pipe (streams).
 */
#ifndef RS_FUZZ_SOURCE_H
#define RS_FUZZ_SOURCE_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reassess/logits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_PATH_BYTES = 40, FUZZ_READS_MAX = 4096, FUZZ_BLOCK_BYTES = 1 << 14 };

static inline void fuzz_require(int condition)
{
    if (!condition) {
        abort();
    }
}

/* A path that opens descriptor `fd` again, from its start. */
static inline const char *fuzz_path(int fd, char path[FUZZ_PATH_BYTES])
{
    (void)snprintf(path, FUZZ_PATH_BYTES, "/proc/self/fd/%d", fd);
    return path;
}

static inline int fuzz_memory_file(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("input", MFD_CLOEXEC);
    fuzz_require(fd >= 0);
    fuzz_require(size == 0 || pwrite(fd, data, size, 0) == (ssize_t)size);
    return fd;
}

/* The reading end of a pipe that holds the bytes; -1 when they do not fit into one. */
static inline int fuzz_pipe(const uint8_t *data, size_t size)
{
    int ends[2];
    fuzz_require(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    const int whole = size == 0 || write(ends[1], data, size) == (ssize_t)size;
    close(ends[1]);
    if (!whole) {
        close(ends[0]);
        return -1;
    }
    return ends[0];
}

static inline void fuzz_check_info(const rs_source_info *info)
{
    fuzz_require(info->columns >= 1 && info->columns <= RS_MAX_COLUMNS);
    fuzz_require(info->rows == RS_ROWS_UNKNOWN || (info->rows >= 1 && info->rows <= RS_MAX_ROWS));
    fuzz_require(rs_dtype_is_float(info->dtype) == (info->content == RS_CONTENT_LOGITS));
    fuzz_require(info->content == RS_CONTENT_LOGITS || info->dtype == RS_DTYPE_I32);
    fuzz_require(info->row_bytes == info->columns * rs_dtype_bytes(info->dtype));
    fuzz_require(info->path != NULL && info->format != NULL && info->file_dtype[0] != '\0');
}

/* Classes are in range, none stands twice, and nothing follows a missing one. */
static inline void fuzz_check_ranked(const int32_t *row, uint64_t columns)
{
    static uint8_t seen[RS_MAX_COLUMNS];
    uint64_t count = 0;
    for (; count < columns && row[count] >= 0; ++count) {
        fuzz_require(row[count] < (int32_t)RS_MAX_COLUMNS && seen[row[count]] == 0);
        seen[row[count]] = 1;
    }
    for (uint64_t i = 0; i < columns; ++i) {
        fuzz_require(i < count ? row[i] >= 0 : row[i] == -1);
    }
    for (uint64_t i = 0; i < count; ++i) {
        seen[row[i]] = 0;
    }
}

static inline void fuzz_check_view(const rs_source *source, uint64_t row, const uint8_t *read,
                                   uint64_t rows_read)
{
    const rs_source_info *info = rs_source_get_info(source);
    uint64_t rows = 0;
    uint64_t stride = 0;
    const uint8_t *view = rs_source_view(source, row, &rows, &stride);
    if (view == NULL) {
        return;
    }
    fuzz_require(rows >= 1 && rows <= info->rows - row && stride >= info->row_bytes);
    for (uint64_t i = 0; i < rows && i < rows_read; ++i) {
        fuzz_require(memcmp(view + i * stride, read + i * info->row_bytes, info->row_bytes) == 0);
    }
}

static inline void fuzz_read_all(rs_source *source)
{
    const rs_source_info *info = rs_source_get_info(source);
    const uint64_t block =
        info->row_bytes < FUZZ_BLOCK_BYTES ? FUZZ_BLOCK_BYTES / info->row_bytes : 1;
    uint8_t *const rows = malloc(block * info->row_bytes);
    fuzz_require(rows != NULL);
    fuzz_check_info(info);
    uint64_t row = 0;
    uint64_t got = block;
    rs_status status = RS_OK;
    for (int reads = 0; reads < FUZZ_READS_MAX && status == RS_OK && got == block; ++reads) {
        rs_error error = {.status = RS_OK};
        status = rs_source_read(source, row, block, rows, &got, &error);
        fuzz_require(got <= block);
        fuzz_require(status == RS_OK || (error.status == status && error.reason[0] != '\0'));
        for (uint64_t i = 0; status == RS_OK && i < got; ++i) {
            if (info->content == RS_CONTENT_PREDICTIONS) {
                fuzz_check_ranked((const int32_t *)(const void *)(rows + i * info->row_bytes),
                                  info->columns);
            }
        }
        if (status == RS_OK && got > 0) {
            fuzz_check_view(source, row, rows, got);
        }
        row += got;
    }
    if (status == RS_OK && got < block && info->rows != RS_ROWS_UNKNOWN) {
        fuzz_require(row == info->rows);
    }
    free(rows);
}

static inline void fuzz_open(int fd, const rs_source_options *options)
{
    char path[FUZZ_PATH_BYTES];
    rs_source *source = NULL;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_source_open(fuzz_path(fd, path), options, &source, &error);
    fuzz_require((status == RS_OK) == (source != NULL));
    if (status != RS_OK) {
        fuzz_require(error.status == status && error.reason[0] != '\0');
        return;
    }
    fuzz_read_all(source);
    rs_source_close(source);
}

/* As a file, mapped and read, and as a stream. */
static inline void fuzz_every_way(const uint8_t *data, size_t size,
                                  const rs_source_options *options)
{
    const int file = fuzz_memory_file(data, size);
    rs_source_options with_io = *options;
    with_io.io = RS_IO_MMAP;
    fuzz_open(file, &with_io);
    with_io.io = RS_IO_PREAD;
    fuzz_open(file, &with_io);
    close(file);
    const int stream = fuzz_pipe(data, size);
    if (stream >= 0) {
        fuzz_open(stream, options);
        close(stream);
    }
}

#endif
