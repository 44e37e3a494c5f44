/* stream_rows.c - rows that come once, in order.
 *
 * The end is checked before the last row is delivered: a stream that goes on, ends early, or
 * carries a checksum that does not hold gives an error instead of a whole-looking result.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/byte_stream.h"

enum { SKIP_BYTES = 1 << 16 };

typedef struct stream_rows {
    rs_source base;
    rs_array array;
    rs_byte_stream *stream;
    char *name;
    uint64_t at;   /* bytes taken from the stream */
    uint64_t row;  /* the next one */
    bool ended;
    rs_status broken; /* an earlier call failed: the position is lost */
} stream_rows;

static rs_status fail_early(const stream_rows *rows_of, uint64_t missing, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, rows_of->name, rs_at_byte(rows_of->at),
                   "it is truncated, or the program that wrote it stopped early; make it again",
                   "the data end here, %" PRIu64 " bytes early", missing);
}

static rs_status take_bytes(stream_rows *rows_of, void *out, uint64_t size, uint64_t *got,
                            rs_error *error)
{
    size_t n = 0;
    RS_TRY(rows_of->stream->read(rows_of->stream, out, (size_t)size, &n, error));
    rows_of->at += n;
    *got = n;
    return RS_OK;
}

static rs_status skip_bytes(stream_rows *rows_of, uint64_t count, rs_error *error)
{
    uint8_t *skipped = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&skipped, SKIP_BYTES, "skipped bytes", error));
    while (count > 0) {
        const uint64_t step = count < SKIP_BYTES ? count : SKIP_BYTES;
        uint64_t got = 0;
        RS_TRY_DONE(take_bytes(rows_of, skipped, step, &got, error));
        count -= got;
        RS_TRY_DONE(got < step ? fail_early(rows_of, count, error) : RS_OK);
    }
done:
    free(skipped);
    return status;
}

/* After the last row: what else belongs to the file, then nothing. */
static rs_status check_end(stream_rows *rows_of, rs_error *error)
{
    uint8_t extra = 0;
    uint64_t got = 0;
    RS_TRY(skip_bytes(rows_of, rows_of->array.tail_bytes, error));
    const uint64_t end = rows_of->at;
    RS_TRY(take_bytes(rows_of, &extra, 1, &got, error));
    rows_of->ended = true;
    if (got > 0) {
        return rs_fail(error, RS_FORMAT, rows_of->name, rs_at_byte(end),
                       "send one array alone, and check its header",
                       "the array ends here, but more bytes follow");
    }
    return RS_OK;
}

/* Forward only: rows before `first_row` are dropped. */
static rs_status seek_row(stream_rows *rows_of, uint64_t first_row, rs_error *error)
{
    if (first_row < rows_of->row) {
        return rs_fail(error, RS_USAGE, rows_of->name, rs_at_row(first_row),
                       "write it to a file first",
                       "a stream cannot be read again from row %" PRIu64, first_row);
    }
    if (first_row > rows_of->row) {
        RS_TRY(
            skip_bytes(rows_of, (first_row - rows_of->row) * rows_of->base.info.row_bytes, error));
        rows_of->row = first_row;
    }
    return RS_OK;
}

static rs_status take_rows(stream_rows *rows_of, uint64_t rows, void *out, uint64_t *rows_read,
                           rs_error *error)
{
    const uint64_t row_bytes = rows_of->base.info.row_bytes;
    uint64_t bytes = 0;
    uint64_t got = 0;
    if (!rs_mul_u64(rows, row_bytes, &bytes) || bytes > PTRDIFF_MAX) {
        return rs_fail_memory(error, bytes, "rows");
    }
    RS_TRY(take_bytes(rows_of, out, bytes, &got, error));
    *rows_read = got / row_bytes;
    rows_of->row += *rows_read;
    if (got < bytes && rows_of->base.info.rows != RS_ROWS_UNKNOWN) {
        return fail_early(rows_of, (rows_of->base.info.rows - rows_of->row) * row_bytes -
                                       got % row_bytes, error);
    }
    if (got % row_bytes != 0) {
        return rs_fail(error, RS_FORMAT, rows_of->name, rs_at_byte(rows_of->at),
                       "check --shape and --dtype, and that the writer finished",
                       "the data end inside row %" PRIu64 ": %" PRIu64 " of %" PRIu64 " bytes",
                       rows_of->row, got % row_bytes, row_bytes);
    }
    rows_of->ended = got < bytes;
    return RS_OK;
}

static rs_status read_rows(stream_rows *rows_of, uint64_t first_row, uint64_t rows, void *out,
                           uint64_t *rows_read, rs_error *error)
{
    const rs_source_info *info = &rows_of->base.info;
    if (rows_of->at < rows_of->array.offset) {
        RS_TRY(skip_bytes(rows_of, rows_of->array.offset - rows_of->at, error));
    }
    RS_TRY(seek_row(rows_of, first_row, error));
    RS_TRY(take_rows(rows_of, rows, out, rows_read, error));
    if (rows_of->row > RS_MAX_ROWS) {
        return rs_fail(error, RS_RANGE, rows_of->name, rs_at_row(rows_of->row), "score it in parts",
                       "the stream has more than %" PRIu64 " rows", RS_MAX_ROWS);
    }
    if (rows_of->row == info->rows) {
        RS_TRY(check_end(rows_of, error));
    }
    if (rows_of->array.swap_bytes) {
        rs_swap_elements(out, *rows_read * info->columns, rs_dtype_bytes(info->dtype));
    }
    return RS_OK;
}

static rs_status stream_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                             uint64_t *rows_read, rs_error *error)
{
    stream_rows *rows_of = (stream_rows *)source;
    *rows_read = 0;
    if (rows_of->broken != RS_OK) {
        return rs_fail(error, rows_of->broken, rows_of->name, rs_at_byte(rows_of->at), NULL,
                       "an earlier read of this stream failed");
    }
    if (rows_of->ended && first_row >= rows_of->row) {
        return RS_OK;
    }
    rows_of->broken = read_rows(rows_of, first_row, rows, out, rows_read, error);
    return rows_of->broken;
}

static void stream_close(rs_source *source)
{
    stream_rows *rows_of = (stream_rows *)source;
    rows_of->stream->close(rows_of->stream);
    free(rows_of->name);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable stream_vtable = {NULL, stream_read, stream_close};

/* ---- Fortran order: the last element of row 0 comes near the end, so all must be held ---- */

static rs_status check_memory(const stream_rows *rows_of, rs_error *error)
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGE_SIZE);
    const uint64_t memory_bytes =
        pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes : UINT64_MAX;
    if (rows_of->array.bytes <= memory_bytes / 2) {
        return RS_OK;
    }
    return rs_fail(error, RS_MEMORY, rows_of->name, rs_nowhere(),
                   "save it in C order, row by row",
                   "an array in Fortran order must be held whole, and its %" PRIu64
                   " bytes are more than half of this machine's memory",
                   rows_of->array.bytes);
}

/* Grows with what arrives, not with what the header claims. */
static rs_status hold_elements(stream_rows *rows_of, uint8_t **elements, rs_error *error)
{
    const uint64_t size = rows_of->array.bytes;
    uint64_t held = 0;
    rs_status status = RS_OK;
    *elements = NULL;
    RS_TRY_DONE(skip_bytes(rows_of, rows_of->array.offset, error));
    while (held < size) {
        const uint64_t room = size - held > held + SKIP_BYTES ? 2 * held + SKIP_BYTES : size;
        uint64_t got = 0;
        RS_TRY_DONE(RS_GROW(elements, room, "an array in Fortran order", error));
        RS_TRY_DONE(take_bytes(rows_of, *elements + held, room - held, &got, error));
        RS_TRY_DONE(got < room - held ? fail_early(rows_of, size - held - got, error) : RS_OK);
        held = room;
    }
    status = check_end(rows_of, error);
done:
    if (status != RS_OK) {
        free(*elements);
        *elements = NULL;
    }
    return status;
}

static rs_status open_held(stream_rows *rows_of, rs_source **source, rs_error *error)
{
    uint8_t *elements = NULL;
    RS_TRY(check_memory(rows_of, error));
    RS_TRY(hold_elements(rows_of, &elements, error));
    const rs_status status =
        rs_array_rows_own(elements, rows_of->base.path, rows_of->base.info.format, &rows_of->array,
                          source, error);
    if (status != RS_OK) {
        free(elements);
    }
    return status;
}

rs_status rs_stream_rows_open(rs_byte_stream *stream, const char *path, const char *name,
                              const char *format, const rs_array *array, rs_source **source,
                              rs_error *error)
{
    stream_rows *rows_of = NULL;
    *source = NULL;
    rs_status status = RS_NEW(&rows_of, 1, "a source", error);
    if (status != RS_OK) {
        stream->close(stream);
        return status;
    }
    rows_of->stream = stream;
    rows_of->array = *array;
    const rs_source_info shape = rs_array_source(array, path, format);
    RS_TRY_DONE(rs_source_init(&rows_of->base, &stream_vtable, &shape, error));
    RS_TRY_DONE(rs_copy_text(&rows_of->name, name, error));
    (void)snprintf(rows_of->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", array->file_dtype);
    rows_of->base.info.bytes = array->bytes;
    if (!array->fortran_order) {
        *source = &rows_of->base;
        return RS_OK;
    }
    status = open_held(rows_of, source, error);
done:
    stream_close(&rows_of->base);
    return status;
}
