/* scores_write.c - writes scores as NumPy would: texts are code points of four bytes, padded with
 * zeros, nearly all of which deflating takes away again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_write.h"
#include "formats/zip_write.h"
#include "relabel/scores.h"

enum {
    LEVEL = 6, /* as numpy.savez_compressed */
    HEADER_BYTES = 256,
    HEADER_STEP = 64,
    PREAMBLE_BYTES = 10,
    CLASS_DIGITS = 12
};

/* The bytes of the UTF-8 sequence that starts with `lead`, which is valid. */
static size_t sequence_bytes(uint8_t lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static uint32_t next_point(const char **at)
{
    const uint8_t lead = (uint8_t)**at;
    const size_t size = sequence_bytes(lead);
    uint32_t point = size == 1 ? lead : lead & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; ++i) {
        point = point << 6 | ((uint8_t)(*at)[i] & 0x3fu);
    }
    *at += size;
    return point;
}

/* Code points of a valid UTF-8 text, into `out` unless it is NULL. */
static size_t to_points(rs_span text, uint8_t *out)
{
    const char *at = text.text;
    size_t count = 0;
    for (const char *const end = at + text.length; at < end; ++count) {
        const uint32_t point = next_point(&at);
        if (out != NULL) {
            memcpy(out + 4 * count, &point, sizeof point);
        }
    }
    return count;
}

static size_t class_text(int32_t class_index, char out[CLASS_DIGITS])
{
    return (size_t)snprintf(out, CLASS_DIGITS, "%" PRId32, class_index);
}

/* The width of `info`: its longest text. */
static size_t find_width(const rs_pairs *pairs)
{
    size_t width = 1;
    for (uint32_t i = 0; i < pairs->images.count; ++i) {
        const size_t points = to_points(rs_name_table_get(&pairs->images, i), NULL);
        width = points > width ? points : width;
    }
    for (uint32_t i = 0; i < pairs->count; ++i) {
        char digits[CLASS_DIGITS];
        const size_t length = class_text(pairs->class_index[i], digits);
        width = length > width ? length : width;
    }
    return width;
}

/* Version 1 of the header, padded to whole steps as NumPy does. */
static rs_status put_header(rs_zip_writer *zip, const char *type, const char *shape,
                            rs_error *error)
{
    char header[HEADER_BYTES];
    const int length = snprintf(header, sizeof header,
                                "\x93NUMPY\x01%c%c%c{'descr': '%s', 'fortran_order': False, "
                                "'shape': %s, }",
                                0, 0, 0, type, shape);
    const size_t used = (size_t)length;
    const size_t whole = (used + 1 + HEADER_STEP - 1) / HEADER_STEP * HEADER_STEP;
    memset(header + used, ' ', whole - used);
    header[whole - 1] = '\n';
    header[8] = (char)((whole - PREAMBLE_BYTES) & 0xff);
    header[9] = (char)((whole - PREAMBLE_BYTES) >> 8);
    return rs_zip_put(zip, header, whole, error);
}

static rs_status put_tensor(rs_zip_writer *zip, uint32_t pairs, const double *score,
                            rs_error *error)
{
    char shape[32];
    (void)snprintf(shape, sizeof shape, "(%" PRIu32 ",)", pairs);
    RS_TRY(rs_zip_begin_member(zip, "tensor.npy", error));
    RS_TRY(put_header(zip, "<f8", shape, error));
    RS_TRY(rs_zip_put(zip, score, pairs * sizeof *score, error));
    return rs_zip_end_member(zip, "tensor.npy", error);
}

static rs_status put_rows(rs_zip_writer *zip, const rs_pairs *pairs, size_t width, uint8_t *row,
                          rs_error *error)
{
    const size_t text_bytes = 4 * width;
    for (uint32_t i = 0; i < pairs->count; ++i) {
        char digits[CLASS_DIGITS];
        const rs_span label = {digits, class_text(pairs->class_index[i], digits)};
        memset(row, 0, 2 * text_bytes);
        (void)to_points(rs_pairs_image(pairs, i), row);
        (void)to_points(label, row + text_bytes);
        RS_TRY(rs_zip_put(zip, row, 2 * text_bytes, error));
    }
    return RS_OK;
}

static rs_status put_info(rs_zip_writer *zip, const rs_pairs *pairs, rs_error *error)
{
    char type[32];
    char shape[32];
    uint8_t *row = NULL;
    const size_t width = find_width(pairs);
    (void)snprintf(type, sizeof type, "<U%zu", width);
    (void)snprintf(shape, sizeof shape, "(%" PRIu32 ", 2)", pairs->count);
    RS_TRY(rs_zip_begin_member(zip, "info.npy", error));
    RS_TRY(put_header(zip, type, shape, error));
    RS_TRY(RS_NEW_ROWS(&row, 2 * (uint64_t)width, sizeof(uint32_t), "a name", error));
    const rs_status status = put_rows(zip, pairs, width, row, error);
    free(row);
    RS_TRY(status);
    return rs_zip_end_member(zip, "info.npy", error);
}

rs_status rs_scores_prepare(const char *path, const rs_pairs *pairs, const double *score,
                            rs_file_writer **file, rs_error *error)
{
    *file = NULL;
    rs_zip_writer zip = {.level = LEVEL};
    RS_TRY(rs_file_create(path, &zip.file, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(put_tensor(&zip, pairs->count, score, error));
    RS_TRY_DONE(put_info(&zip, pairs, error));
    RS_TRY_DONE(rs_zip_finish(&zip, error));
done:
    rs_zip_writer_clear(&zip);
    if (status != RS_OK) {
        rs_file_abort(zip.file);
        return status;
    }
    *file = zip.file;
    return RS_OK;
}
