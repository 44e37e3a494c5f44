/* array_stream.c - finds the member, parses its header from the stream itself, and counts
 * elements. */
#include "formats/array_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/byte_stream.h"
#include "formats/convert_advice.h"
#include "formats/format_table.h"
#include "formats/zip_archive.h"

struct rs_array_stream {
    rs_array_stream_info info;
    rs_byte_stream *bytes;
    rs_input input; /* the archive reads through its descriptor */
    char *label;
    uint64_t left;  /* elements */
    bool swap;
    size_t swap_bytes; /* of what is swapped: the element, or a code point of it */
};

static const char truncated[] = "the file is truncated; copy it again";

/* ---- the type ---- */

typedef struct element_type {
    const char *text; /* without the sign of the byte order */
    rs_element_kind kind;
    size_t bytes;
} element_type;

static bool find_number(const char *text, rs_array_stream_info *info)
{
    static const element_type types[] = {
        {"b1", RS_ELEMENT_BOOL, 1},     {"i1", RS_ELEMENT_SIGNED, 1},
        {"u1", RS_ELEMENT_UNSIGNED, 1}, {"i2", RS_ELEMENT_SIGNED, 2},
        {"u2", RS_ELEMENT_UNSIGNED, 2}, {"i4", RS_ELEMENT_SIGNED, 4},
        {"u4", RS_ELEMENT_UNSIGNED, 4}, {"i8", RS_ELEMENT_SIGNED, 8},
        {"u8", RS_ELEMENT_UNSIGNED, 8}, {"f2", RS_ELEMENT_FLOAT, 2},
        {"f4", RS_ELEMENT_FLOAT, 4},    {"f8", RS_ELEMENT_FLOAT, 8},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; ++i) {
        if (strcmp(text, types[i].text) == 0) {
            info->kind = types[i].kind;
            info->element_bytes = types[i].bytes;
            return true;
        }
    }
    return false;
}

/* "U28" or "S28"; a width of zero is what NumPy writes for an array of empty texts. */
static bool find_text(const char *text, rs_array_stream_info *info)
{
    char *end = NULL;
    if ((text[0] != 'U' && text[0] != 'S') || text[1] < '0' || text[1] > '9') {
        return false;
    }
    const unsigned long width = strtoul(text + 1, &end, 10);
    if (*end != '\0' || width == 0 || width > RS_ELEMENT_TEXT_MAX) {
        return false;
    }
    info->kind = text[0] == 'U' ? RS_ELEMENT_UTF32 : RS_ELEMENT_BYTES;
    info->element_bytes = text[0] == 'U' ? 4 * (size_t)width : (size_t)width;
    return true;
}

static rs_status take_type(rs_array_stream *stream, const rs_npy_header *header, rs_error *error)
{
    rs_array_stream_info *info = &stream->info;
    const char *text = header->descr;
    const char order = *text;
    if (order != '\0' && strchr("<>=|", order) != NULL) {
        ++text;
    }
    if (!find_number(text, info) && !find_text(text, info)) {
        return rs_fail(error, RS_UNSUPPORTED, info->label, rs_at_byte(header->descr_at),
                       "numbers, truth values and texts of fixed length are read",
                       "elements of type '%s' are not read here", header->descr);
    }
    stream->swap_bytes = info->kind == RS_ELEMENT_UTF32 ? 4 : info->element_bytes;
    stream->swap = order == '>' && info->kind != RS_ELEMENT_BYTES && stream->swap_bytes > 1;
    return RS_OK;
}

/* ---- the header ---- */

static rs_status read_exactly(rs_array_stream *stream, void *out, size_t size, uint64_t at,
                              rs_error *error)
{
    size_t got = 0;
    RS_TRY(stream->bytes->read(stream->bytes, out, size, &got, error));
    if (got < size) {
        return rs_fail(error, RS_FORMAT, stream->info.label, rs_at_byte(at + got), truncated,
                       "the array ends inside its header");
    }
    return RS_OK;
}

static rs_status take_header(rs_array_stream *stream, const rs_npy_header *header, rs_error *error)
{
    rs_array_stream_info *info = &stream->info;
    uint64_t bytes = 0;
    RS_TRY(take_type(stream, header, error));
    info->fortran_order = header->fortran_order;
    info->dim_count = header->dim_count;
    memcpy(info->dims, header->dims, sizeof info->dims);
    info->header_bytes = header->header_bytes;
    info->shape_at = header->shape_at;
    info->type_at = header->descr_at;
    (void)snprintf(info->type, sizeof info->type, "%s", header->descr);
    info->elements = 1;
    for (size_t i = 0; i < info->dim_count; ++i) {
        if (!rs_mul_u64(info->elements, info->dims[i], &info->elements)) {
            info->elements = UINT64_MAX;
            break;
        }
    }
    if (!rs_mul_u64(info->elements, info->element_bytes, &bytes)) {
        return rs_fail(error, RS_RANGE, info->label, rs_at_byte(info->shape_at),
                       "is it the right file?", "the array is larger than any file");
    }
    stream->left = info->elements;
    return RS_OK;
}

static rs_status read_header(rs_array_stream *stream, rs_error *error)
{
    uint8_t preamble[RS_NPY_PREAMBLE_BYTES];
    uint64_t header_bytes = 0;
    rs_npy_header header;
    RS_TRY(read_exactly(stream, preamble, sizeof preamble, 0, error));
    if (!rs_npy_is_magic(preamble, sizeof preamble)) {
        return rs_fail(error, RS_FORMAT, stream->info.label, rs_at_byte(0),
                       "save the arrays again with numpy.savez", "this is no .npy file");
    }
    RS_TRY(rs_npy_header_size(stream->info.label, preamble, sizeof preamble, &header_bytes, error));
    if (header_bytes < sizeof preamble) {
        return rs_fail(error, RS_FORMAT, stream->info.label, rs_at_byte(8),
                       "save the arrays again with numpy.savez", "the .npy header is empty");
    }
    uint8_t *whole = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&whole, header_bytes, "a header", error));
    memcpy(whole, preamble, sizeof preamble);
    RS_TRY_DONE(read_exactly(stream, whole + sizeof preamble,
                             (size_t)header_bytes - sizeof preamble, sizeof preamble, error));
    RS_TRY_DONE(rs_npy_parse(stream->info.label, whole, (size_t)header_bytes, &header, error));
    RS_TRY_DONE(take_header(stream, &header, error));
done:
    free(whole);
    return status;
}

/* ---- the member ---- */

static bool is_called(const char *member, const char *name)
{
    const size_t length = strlen(name);
    return strncmp(member, name, length) == 0 &&
           (member[length] == '\0' || strcmp(member + length, ".npy") == 0);
}

static rs_status fail_missing(const rs_zip *zip, const char *path, const char *name,
                              rs_error *error)
{
    char list[160] = "none";
    size_t used = 0;
    for (uint64_t i = 0; i < rs_zip_count(zip) && used < sizeof list - 1; ++i) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.40s", i > 0 ? ", " : "",
                                 rs_zip_name(zip, i));
    }
    return rs_fail(error, RS_FORMAT, path, rs_nowhere(), "is it the right file?",
                   "the archive has no array \"%s\" (its members: %s)", name, list);
}

static rs_status find_member(const rs_zip *zip, const char *path, const char *name,
                             uint64_t *index, rs_error *error)
{
    uint64_t found = 0;
    for (uint64_t i = 0; i < rs_zip_count(zip); ++i) {
        if (is_called(rs_zip_name(zip, i), name)) {
            *index = i;
            ++found;
        }
    }
    if (found == 0) {
        return fail_missing(zip, path, name, error);
    }
    if (found > 1) {
        return rs_fail(error, RS_FORMAT, path, rs_nowhere(), "save the archive again",
                       "%" PRIu64 " members are called \"%s\"", found, name);
    }
    return RS_OK;
}

static rs_status open_member(rs_array_stream *stream, const char *name, rs_error *error)
{
    rs_zip *zip = NULL;
    uint64_t index = 0;
    rs_input *input = &stream->input;
    RS_TRY(rs_input_peek(input, 4, error));
    if (!input->regular && rs_zip_is_magic(input->head, input->head_bytes)) {
        return rs_fail(error, RS_UNSUPPORTED, input->name, rs_nowhere(),
                       "save it to a file first and give its name",
                       "an .npz has its directory at the end and cannot be read from a stream");
    }
    if (!rs_zip_is_magic(input->head, input->head_bytes)) {
        RS_TRY(rs_refuse_mistaken_input(input, error));
        return rs_fail(error, RS_FORMAT, input->name, rs_nowhere(),
                       "give the path of a file that numpy.savez wrote", "this is no .npz archive");
    }
    rs_status status = RS_OK;
    RS_TRY(rs_zip_open(input, RS_IO_PREAD, &zip, error));
    RS_TRY_DONE(find_member(zip, input->name, name, &index, error));
    RS_TRY_DONE(rs_zip_label(zip, index, &stream->label, error));
    stream->info.label = stream->label;
    return rs_zip_stream_open(zip, index, &stream->bytes, error); /* takes the archive */
done:
    rs_zip_close(zip);
    return status;
}

rs_status rs_array_stream_open(const char *path, const char *name, rs_array_stream **stream,
                               rs_error *error)
{
    rs_array_stream *made = NULL;
    rs_status status = RS_OK;
    *stream = NULL;
    RS_TRY(RS_NEW(&made, 1, "a stream", error));
    RS_TRY_DONE(rs_input_open(path, &made->input, error));
    RS_TRY_DONE(open_member(made, name, error));
    RS_TRY_DONE(read_header(made, error));
    *stream = made;
    return RS_OK;
done:
    rs_array_stream_close(made);
    return status;
}

const rs_array_stream_info *rs_array_stream_get_info(const rs_array_stream *stream)
{
    return &stream->info;
}

void rs_array_stream_close(rs_array_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    if (stream->bytes != NULL) {
        stream->bytes->close(stream->bytes);
    }
    rs_input_close(&stream->input);
    free(stream->label);
    free(stream);
}

/* ---- elements ---- */

/* After the last element: nothing may follow, and the checksum is checked when that is seen. */
static rs_status check_end(rs_array_stream *stream, rs_error *error)
{
    uint8_t more = 0;
    size_t got = 0;
    RS_TRY(stream->bytes->read(stream->bytes, &more, 1, &got, error));
    if (got != 0) {
        const rs_array_stream_info *info = &stream->info;
        return rs_fail(error, RS_FORMAT, info->label,
                       rs_at_byte(info->header_bytes + info->elements * info->element_bytes),
                       "save the arrays again with numpy.savez",
                       "bytes follow the last element of the array");
    }
    return RS_OK;
}

rs_status rs_array_stream_read(rs_array_stream *stream, void *out, uint64_t count, uint64_t *got,
                               rs_error *error)
{
    const rs_array_stream_info *info = &stream->info;
    size_t got_bytes = 0;
    *got = count < stream->left ? count : stream->left;
    const size_t bytes = (size_t)*got * info->element_bytes;
    RS_TRY(stream->bytes->read(stream->bytes, out, bytes, &got_bytes, error));
    if (got_bytes < bytes) {
        const uint64_t done = (info->elements - stream->left) * info->element_bytes + got_bytes;
        return rs_fail(error, RS_FORMAT, info->label, rs_at_byte(info->header_bytes + done),
                       truncated, "the array ends after %" PRIu64 " of its %" PRIu64 " bytes", done,
                       info->elements * info->element_bytes);
    }
    stream->left -= *got;
    if (stream->swap) {
        rs_swap_elements(out, bytes / stream->swap_bytes, stream->swap_bytes);
    }
    return stream->left == 0 && *got > 0 ? check_end(stream, error) : RS_OK;
}
