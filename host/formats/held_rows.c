/* held_rows.c - unpacked by the thread that comes first; others wait, or go and unpack another. */
#include "formats/held_rows.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/byte_stream.h"

/* What changes, apart: a view is asked of a const source. */
typedef struct unpacked {
    pthread_mutex_t lock;
    atomic_bool tried;
    uint8_t *bytes; /* mapped; NULL after a failure */
    rs_error error;
} unpacked;

typedef struct held_rows {
    rs_source base;
    rs_zip *zip;
    uint64_t index;
    rs_zip_span span;
    uint64_t offset; /* of the elements in the member */
    unpacked *unpacked;
} held_rows;

/* The long way, for what libdeflate did not like: the words of libzip, which may like it. */
static rs_status read_by_stream(const held_rows *of, uint8_t **bytes, rs_error *error)
{
    const size_t size = (size_t)of->span.bytes;
    rs_byte_stream *stream = NULL;
    size_t got = 0;
    RS_TRY(rs_zip_member_open(of->zip, of->index, &stream, error));
    void *const out = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    rs_status status = out != MAP_FAILED ? stream->read(stream, out, size, &got, error)
                                         : rs_fail_memory(error, size, "a member of an archive");
    if (status == RS_OK) { /* its end, where the checksum is looked at */
        uint8_t more = 0;
        size_t behind = 0;
        status = stream->read(stream, &more, 1, &behind, error);
        if (status == RS_OK && (got != size || behind != 0)) {
            status = rs_fail(error, RS_FORMAT, of->base.path, rs_nowhere(),
                             "the archive is damaged; copy or save it again",
                             "a member has not as many bytes as its directory says");
        }
    }
    stream->close(stream);
    if (status == RS_OK) {
        *bytes = out;
    } else if (out != MAP_FAILED) {
        (void)munmap(out, size);
    }
    return status;
}

/* Under the lock. */
static void unpack(const held_rows *of)
{
    unpacked *const to = of->unpacked;
    if (!atomic_load(&to->tried)) {
        to->bytes = rs_zip_unpack(of->zip, &of->span);
        if (to->bytes == NULL && read_by_stream(of, &to->bytes, &to->error) != RS_OK) {
            to->bytes = NULL;
        }
        atomic_store(&to->tried, true);
    }
}

static const uint8_t *elements_of(const held_rows *of)
{
    unpacked *const to = of->unpacked;
    if (!atomic_load(&to->tried)) {
        (void)pthread_mutex_lock(&to->lock);
        unpack(of);
        (void)pthread_mutex_unlock(&to->lock);
    }
    return to->bytes == NULL ? NULL : to->bytes + of->offset;
}

static void held_prepare(rs_source *source)
{
    const held_rows *const of = (const held_rows *)source;
    if (!atomic_load(&of->unpacked->tried) && pthread_mutex_trylock(&of->unpacked->lock) == 0) {
        unpack(of);
        (void)pthread_mutex_unlock(&of->unpacked->lock);
    }
}

static const void *held_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                             uint64_t *row_stride_bytes)
{
    const uint8_t *const elements = elements_of((const held_rows *)source);
    if (elements == NULL) {
        return NULL;
    }
    *rows = source->info.rows - first_row;
    *row_stride_bytes = source->info.row_bytes;
    return elements + first_row * source->info.row_bytes;
}

static rs_status held_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                           uint64_t *rows_read, rs_error *error)
{
    const held_rows *const of = (const held_rows *)source;
    const uint8_t *const elements = elements_of(of);
    if (elements == NULL) {
        if (error != NULL) {
            *error = of->unpacked->error;
        }
        return of->unpacked->error.status;
    }
    memcpy(out, elements + first_row * source->info.row_bytes,
           (size_t)(rows * source->info.row_bytes));
    *rows_read = rows;
    return RS_OK;
}

static void held_close(rs_source *source)
{
    held_rows *const of = (held_rows *)source;
    if (of->unpacked != NULL) {
        if (of->unpacked->bytes != NULL) {
            (void)munmap(of->unpacked->bytes, (size_t)of->span.bytes);
        }
        (void)pthread_mutex_destroy(&of->unpacked->lock);
    }
    free(of->unpacked);
    rs_zip_close(of->zip);
    rs_source_release(source);
    free(source);
}

rs_status rs_held_rows_open(rs_zip *zip, uint64_t index, const rs_zip_span *span, const char *path,
                            const rs_array *array, rs_source **source, rs_error *error)
{
    static const rs_source_vtable vtable = {held_view, held_read, held_close};
    held_rows *of = NULL;
    *source = NULL;
    rs_status status = RS_NEW(&of, 1, "a source", error);
    if (status != RS_OK) {
        rs_zip_close(zip);
        return status;
    }
    const rs_source_info shape = rs_array_source(array, path, "npz");
    RS_TRY_DONE(rs_source_init(&of->base, &vtable, &shape, error));
    RS_TRY_DONE(RS_NEW(&of->unpacked, 1, "a source", error));
    (void)pthread_mutex_init(&of->unpacked->lock, NULL);
    atomic_init(&of->unpacked->tried, false);
    (void)snprintf(of->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", array->file_dtype);
    of->base.info.bytes = array->bytes;
    of->base.info.random_access = true;
    of->base.prepare = held_prepare;
    of->zip = zip;
    of->index = index;
    of->span = *span;
    of->offset = array->offset;
    *source = &of->base;
    return RS_OK;
done:
    of->zip = zip;
    held_close(&of->base);
    return status;
}
