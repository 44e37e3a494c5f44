/* zip_member.c - a member of an archive as a stream of bytes.
 *
 * Stored ones are read as they lie, and summed here. Deflated ones are unpacked as a whole at the
 * first read where there is memory for that, by libdeflate, which takes half of zlib's time; where
 * anything is wrong with one it is left to libzip, as all others are, which says what.
 */
#include "formats/zip_archive.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/crc32.h"
#include "base/error.h"
#include "base/file_read.h"
#include "formats/zip_impl.h"

enum { METHOD_STORED = 0, METHOD_DEFLATED = 8 };

typedef struct member_stream {
    rs_byte_stream base;
    const rs_zip *zip;
    rs_zip *owned; /* NULL: the archive is borrowed */
    zip_file_t *member;
    char *label;
    rs_zip_span span; /* not by libzip */
    uint64_t at;      /* of its bytes that come out, those that were read */
    rs_crc32_sum *sum;
    uint8_t *whole;   /* unpacked, mapped */
} member_stream;

/* ---- by libzip ---- */

static rs_status read_by_libzip(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                                rs_error *error)
{
    member_stream *from = (member_stream *)stream;
    *got = 0;
    while (*got < size) {
        const zip_int64_t n = zip_fread(from->member, (uint8_t *)out + *got, size - *got);
        if (n == 0) {
            return RS_OK;
        }
        if (n < 0) {
            const int code = zip_error_code_zip(zip_file_get_error(from->member));
            return rs_fail_zip(from->label, code, error);
        }
        *got += (size_t)n;
    }
    return RS_OK;
}

static void member_close(rs_byte_stream *stream)
{
    member_stream *from = (member_stream *)stream;
    if (from->member != NULL) {
        (void)zip_fclose(from->member);
    }
    if (from->whole != NULL) {
        (void)munmap(from->whole, (size_t)from->span.bytes);
    }
    rs_zip_close(from->owned);
    free(from->sum);
    free(from->label);
    free(from);
}

/* Close *opened in any case, where it is not NULL. */
static rs_status open_member(const rs_zip *zip, uint64_t index, member_stream **opened,
                             rs_error *error)
{
    RS_TRY(RS_NEW(opened, 1, "a stream", error));
    member_stream *const from = *opened;
    from->base = (rs_byte_stream){read_by_libzip, member_close};
    from->zip = zip;
    RS_TRY(rs_zip_label(zip, index, &from->label, error));
    from->member = zip_fopen_index(zip->archive, index, 0);
    return from->member != NULL
               ? RS_OK
               : rs_fail_zip(from->label, zip_error_code_zip(zip_get_error(zip->archive)), error);
}

rs_status rs_zip_peek(rs_zip *zip, uint64_t index, void *out, size_t size, size_t *got,
                      rs_error *error)
{
    member_stream *from = NULL;
    rs_status status = RS_OK;
    *got = 0;
    RS_TRY_DONE(open_member(zip, index, &from, error));
    status = read_by_libzip(&from->base, out, size, got, error);
done:
    if (from != NULL) {
        member_close(&from->base);
    }
    return status;
}

/* ---- as it lies ---- */

static size_t take(member_stream *from, size_t size)
{
    const uint64_t left = from->span.bytes - from->at;
    return left < size ? (size_t)left : size;
}

static rs_status read_stored(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                             rs_error *error)
{
    member_stream *from = (member_stream *)stream;
    const size_t part = take(from, size);
    *got = 0;
    RS_TRY(rs_file_pread(from->zip->fd, from->label, out, part, from->span.offset + from->at,
                         error));
    rs_crc32_add(from->sum, out, part);
    from->at += part;
    if (from->at == from->span.bytes && rs_crc32_end(from->sum) != from->span.crc) {
        return rs_zip_fail_sum(from->label, error);
    }
    *got = part;
    return RS_OK;
}

/* ---- as a whole ---- */

/* A gigabyte, or an eighth of this machine's memory. */
static uint64_t whole_max_bytes(void)
{
    static const uint64_t most = UINT64_C(1) << 30;
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGE_SIZE);
    const uint64_t share =
        pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes / 8 : 0;
    return share < most ? share : most;
}

static bool unpack(const uint8_t *packed, const rs_zip_span *span, uint8_t *whole)
{
    struct libdeflate_decompressor *const by = libdeflate_alloc_decompressor();
    size_t used = 0;
    size_t made = 0;
    const bool sound =
        by != NULL &&
        libdeflate_deflate_decompress_ex(by, packed, (size_t)span->packed, whole,
                                         (size_t)span->bytes, &used, &made) == LIBDEFLATE_SUCCESS &&
        used == span->packed && made == span->bytes;
    libdeflate_free_decompressor(by);
    return sound && rs_crc32(0, whole, made) == span->crc;
}

bool rs_zip_may_unpack(const rs_zip *zip, const rs_zip_span *span)
{
    return zip->mapping && span->method == METHOD_DEFLATED && span->packed > 0 && span->bytes > 0 &&
           span->bytes <= whole_max_bytes();
}

uint8_t *rs_zip_unpack(const rs_zip *zip, const rs_zip_span *span)
{
    const uint64_t inside = span->offset % (uint64_t)sysconf(_SC_PAGE_SIZE);
    const size_t size = (size_t)(span->packed + inside);
    const size_t bytes = (size_t)span->bytes;
    uint8_t *whole = NULL;
    void *const packed =
        mmap(NULL, size, PROT_READ, MAP_PRIVATE, zip->fd, (off_t)(span->offset - inside));
    void *const out =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (packed != MAP_FAILED && out != MAP_FAILED) {
        (void)madvise(packed, size, MADV_SEQUENTIAL);
        (void)madvise(out, bytes, MADV_HUGEPAGE);
        whole = unpack((const uint8_t *)packed + inside, span, out) ? out : NULL;
    }
    if (packed != MAP_FAILED) {
        (void)munmap(packed, size);
    }
    if (out != MAP_FAILED && whole == NULL) {
        (void)munmap(out, bytes);
    }
    return whole;
}

static rs_status read_whole(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                            rs_error *error)
{
    member_stream *from = (member_stream *)stream;
    if (from->whole == NULL) {
        from->whole = rs_zip_unpack(from->zip, &from->span);
    }
    if (from->whole == NULL) { /* it says what is wrong, and where */
        from->base.read = read_by_libzip;
        return read_by_libzip(stream, out, size, got, error);
    }
    *got = take(from, size);
    memcpy(out, from->whole + from->at, *got);
    from->at += *got;
    return RS_OK;
}

/* ---- which way ---- */

static rs_status choose_way(const rs_zip *zip, uint64_t index, member_stream *from, rs_error *error)
{
    rs_zip_span *const span = &from->span;
    if (!rs_zip_find_bytes(zip, index, span)) {
        return RS_OK;
    }
    if (span->method == METHOD_STORED && span->packed == span->bytes) {
        RS_TRY(RS_NEW_ALIGNED(&from->sum, 1, "a checksum", error));
        rs_crc32_begin(from->sum, 0);
        from->base.read = read_stored;
    } else if (rs_zip_may_unpack(zip, span)) {
        from->base.read = read_whole;
    }
    return RS_OK;
}

static rs_status open_stream(const rs_zip *zip, uint64_t index, member_stream **opened,
                             rs_error *error)
{
    member_stream *from = NULL;
    *opened = NULL;
    rs_status status = open_member(zip, index, &from, error);
    if (status == RS_OK) {
        status = choose_way(zip, index, from, error);
    }
    if (status == RS_OK) {
        *opened = from;
    } else if (from != NULL) {
        member_close(&from->base);
    }
    return status;
}

rs_status rs_zip_member_open(const rs_zip *zip, uint64_t index, rs_byte_stream **stream,
                             rs_error *error)
{
    member_stream *from = NULL;
    *stream = NULL;
    RS_TRY(open_stream(zip, index, &from, error));
    *stream = &from->base;
    return RS_OK;
}

rs_status rs_zip_stream_open(rs_zip *zip, uint64_t index, rs_byte_stream **stream, rs_error *error)
{
    member_stream *from = NULL;
    *stream = NULL;
    const rs_status status = open_stream(zip, index, &from, error);
    if (status != RS_OK) {
        rs_zip_close(zip);
        return status;
    }
    from->owned = zip;
    *stream = &from->base;
    return RS_OK;
}
