/* zip_write.c - the records of APPNOTE.TXT that an archive of stored or deflated members needs. */
#include "formats/zip_write.h"

#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <libdeflate.h> /* its checksum costs a third of zlib's */
#include <zlib.h>

#include "base/checked.h"
#include "base/error.h"

enum {
    VERSION_ZIP64 = 45,
    FLAG_DESCRIPTOR = 1 << 3,
    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,
    RAW_DEFLATE = -15, /* what zlib calls a window of 32 KiB without a header of its own */
    DEFLATE_MEMORY = 8,
    DEFLATE_BLOCK_BYTES = 1 << 14,
    DATE_1980_01_01 = 0x21,
    EXTRA_ZIP64 = 1,
    LOCAL_EXTRA_BYTES = 20,
    CENTRAL_EXTRA_BYTES = 28,
    END64_REST_BYTES = 44 /* of the ZIP64 end record, after its own size field */
};

/* Little-endian fields, one after the other. */
typedef struct record {
    uint8_t bytes[128];
    size_t size;
} record;

static void add(record *to, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; ++i) {
        to->bytes[to->size++] = (uint8_t)(value >> (8 * i));
    }
}

/* What local headers and the directory have in common: version, flags, method, time, date. */
static void add_common(const rs_zip_writer *zip, record *to)
{
    add(to, VERSION_ZIP64, 2);
    add(to, FLAG_DESCRIPTOR, 2);
    add(to, zip->level > 0 ? METHOD_DEFLATED : METHOD_STORED, 2);
    add(to, 0, 2);
    add(to, DATE_1980_01_01, 2);
}

/* ---- deflating ---- */

static rs_status begin_deflate(rs_zip_writer *zip, rs_error *error)
{
    if (zip->deflater != NULL) {
        return deflateReset(zip->deflater) == Z_OK
                   ? RS_OK
                   : rs_fail_memory(error, 0, "a deflated member");
    }
    z_stream *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a deflated member", error));
    if (deflateInit2(made, zip->level, Z_DEFLATED, RAW_DEFLATE, DEFLATE_MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        free(made);
        return rs_fail_memory(error, 0, "a deflated member");
    }
    zip->deflater = made;
    return RS_OK;
}

/* Deflates what the stream was given, and with Z_FINISH what it still holds. */
static rs_status deflate_all(rs_zip_writer *zip, int flush, rs_error *error)
{
    uint8_t block[DEFLATE_BLOCK_BYTES];
    z_stream *const stream = zip->deflater;
    do {
        stream->next_out = block;
        stream->avail_out = sizeof block;
        (void)deflate(stream, flush); /* fails only where the stream is misused */
        RS_TRY(rs_file_put(zip->file, block, sizeof block - stream->avail_out, error));
    } while (stream->avail_out == 0);
    return RS_OK;
}

static rs_status put_deflated(rs_zip_writer *zip, const uint8_t *data, size_t size,
                              rs_error *error)
{
    while (size > 0) {
        const uInt piece = size > INT32_MAX ? INT32_MAX : (uInt)size;
        zip->deflater->next_in = data;
        zip->deflater->avail_in = piece;
        RS_TRY(deflate_all(zip, Z_NO_FLUSH, error));
        data += piece;
        size -= piece;
    }
    return RS_OK;
}

/* ---- members ---- */

rs_status rs_zip_begin_member(rs_zip_writer *zip, const char *name, rs_error *error)
{
    record local = {.size = 0};
    zip->member_at = rs_file_position(zip->file);
    add(&local, 0x04034b50, 4);
    add_common(zip, &local);
    add(&local, 0, 4);           /* checksum: in the descriptor */
    add(&local, 0xffffffff, 4);  /* sizes: in the extra field, and there in the descriptor */
    add(&local, 0xffffffff, 4);
    add(&local, strlen(name), 2);
    add(&local, LOCAL_EXTRA_BYTES, 2);
    RS_TRY(rs_file_put(zip->file, local.bytes, local.size, error));
    RS_TRY(rs_file_put(zip->file, name, strlen(name), error));
    local.size = 0;
    add(&local, EXTRA_ZIP64, 2);
    add(&local, LOCAL_EXTRA_BYTES - 4, 2);
    add(&local, 0, 8);
    add(&local, 0, 8);
    RS_TRY(rs_file_put(zip->file, local.bytes, local.size, error));
    zip->member_begin = rs_file_position(zip->file);
    zip->member_bytes = 0;
    zip->checksum = libdeflate_crc32(0, NULL, 0);
    return zip->level > 0 ? begin_deflate(zip, error) : RS_OK;
}

rs_status rs_zip_put(rs_zip_writer *zip, const void *data, size_t size, rs_error *error)
{
    zip->checksum = libdeflate_crc32(zip->checksum, data, size);
    zip->member_bytes += size;
    return zip->level > 0 ? put_deflated(zip, data, size, error)
                          : rs_file_put(zip->file, data, size, error);
}

rs_status rs_zip_end_member(rs_zip_writer *zip, const char *name, rs_error *error)
{
    if (zip->level > 0) {
        RS_TRY(deflate_all(zip, Z_FINISH, error));
    }
    const uint64_t size = rs_file_position(zip->file) - zip->member_begin;
    record descriptor = {.size = 0};
    add(&descriptor, 0x08074b50, 4);
    add(&descriptor, zip->checksum, 4);
    add(&descriptor, size, 8);
    add(&descriptor, zip->member_bytes, 8);
    RS_TRY(rs_file_put(zip->file, descriptor.bytes, descriptor.size, error));

    record central = {.size = 0};
    add(&central, 0x02014b50, 4);
    add(&central, VERSION_ZIP64, 2); /* made by: MS-DOS, so no file attributes */
    add_common(zip, &central);
    add(&central, zip->checksum, 4);
    add(&central, 0xffffffff, 4);
    add(&central, 0xffffffff, 4);
    add(&central, strlen(name), 2);
    add(&central, CENTRAL_EXTRA_BYTES, 2);
    add(&central, 0, 2); /* comment, disk, attributes */
    add(&central, 0, 2);
    add(&central, 0, 2);
    add(&central, 0, 4);
    add(&central, 0xffffffff, 4);
    rs_text_append(&zip->directory, (const char *)central.bytes, central.size);
    rs_text_add(&zip->directory, name);
    central.size = 0;
    add(&central, EXTRA_ZIP64, 2);
    add(&central, CENTRAL_EXTRA_BYTES - 4, 2);
    add(&central, zip->member_bytes, 8);
    add(&central, size, 8);
    add(&central, zip->member_at, 8);
    ++zip->member_count;
    rs_text_append(&zip->directory, (const char *)central.bytes, central.size);
    return RS_OK;
}

rs_status rs_zip_finish(rs_zip_writer *zip, rs_error *error)
{
    const uint64_t directory_at = rs_file_position(zip->file);
    RS_TRY(rs_file_put_text(zip->file, &zip->directory, error));
    const uint64_t end64_at = rs_file_position(zip->file);
    record end = {.size = 0};
    add(&end, 0x06064b50, 4);
    add(&end, END64_REST_BYTES, 8);
    add(&end, VERSION_ZIP64, 2);
    add(&end, VERSION_ZIP64, 2);
    add(&end, 0, 4);
    add(&end, 0, 4);
    add(&end, zip->member_count, 8);
    add(&end, zip->member_count, 8);
    add(&end, zip->directory.length, 8);
    add(&end, directory_at, 8);
    add(&end, 0x07064b50, 4); /* where the record above lies */
    add(&end, 0, 4);
    add(&end, end64_at, 8);
    add(&end, 1, 4);
    add(&end, 0x06054b50, 4); /* the old end record, which says: look there */
    add(&end, 0, 2);
    add(&end, 0, 2);
    add(&end, 0xffff, 2);
    add(&end, 0xffff, 2);
    add(&end, 0xffffffff, 4);
    add(&end, 0xffffffff, 4);
    add(&end, 0, 2);
    return rs_file_put(zip->file, end.bytes, end.size, error);
}

void rs_zip_writer_clear(rs_zip_writer *zip)
{
    rs_text_clear(&zip->directory);
    if (zip->deflater != NULL) {
        (void)deflateEnd(zip->deflater);
        free(zip->deflater);
        zip->deflater = NULL;
    }
}
