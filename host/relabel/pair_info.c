/* pair_info.c - reads `info` in blocks of rows. */
#include "relabel/pair_info.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/array_stream.h"

enum { BLOCK_BYTES = 1 << 17 };

typedef struct info_reader {
    const rs_array_stream_info *info;
    const rs_pair_info_options *options;
    rs_pairs *pairs;
    char *name;
    char *label;
    rs_error *error;
} info_reader;

static rs_status add_row(const info_reader *reader, uint64_t row, const uint8_t *at)
{
    const rs_array_stream_info *info = reader->info;
    rs_span name = {reader->name, 0};
    rs_span label = {reader->label, 0};
    int32_t class_index = 0;
    uint32_t pair = 0;
    bool is_new = false;
    if (!rs_element_text(info, at, reader->name, &name.length) ||
        !rs_element_text(info, at + info->element_bytes, reader->label, &label.length)) {
        return rs_fail(reader->error, RS_FORMAT, info->label, rs_at_row(row),
                       reader->options->advice, "file name or class is no valid text");
    }
    if (name.length == 0) {
        return rs_fail(reader->error, RS_FORMAT, info->label, rs_at_row(row),
                       reader->options->advice, "the file name is empty");
    }
    RS_TRY(rs_class_names_find(reader->options->classes, info->label, rs_at_row(row), label,
                               &class_index, reader->error));
    RS_TRY(rs_pairs_add(reader->pairs, name, class_index, &pair, &is_new, reader->error));
    if (!is_new) {
        return rs_fail(reader->error, RS_FORMAT, info->label, rs_at_row(row),
                       "name each pair of an image and a class once",
                       "class %" PRId32 " of image %s is already row %" PRIu32, class_index,
                       RS_SHOW_SPAN(name), pair);
    }
    return RS_OK;
}

static rs_status add_rows(rs_array_stream *stream, const info_reader *reader, uint8_t *block,
                          uint64_t block_rows)
{
    const size_t row_bytes = 2 * reader->info->element_bytes;
    uint64_t got = 1;
    for (uint64_t row = 0; got > 0 && row < reader->info->dims[0];) {
        RS_TRY(rs_array_stream_read(stream, block, 2 * block_rows, &got, reader->error));
        for (uint64_t i = 0; i < got / 2; ++i, ++row) {
            RS_TRY(add_row(reader, row, block + i * row_bytes));
        }
    }
    return RS_OK;
}

static rs_status check_info(const rs_array_stream_info *info, const rs_pair_info_options *options,
                            rs_error *error)
{
    char shape[96];
    if (info->dim_count != 2 || info->dims[1] != 2 || info->dims[0] != options->pairs) {
        return rs_fail(error, RS_MISMATCH, info->label, rs_at_byte(info->shape_at), options->advice,
                       "`info` is %s, but %" PRIu64 " x 2 is needed",
                       rs_shape_text(info->dims, info->dim_count, shape, sizeof shape),
                       options->pairs);
    }
    if (rs_element_is_number(info->kind)) {
        return rs_fail(error, RS_FORMAT, info->label, rs_at_byte(info->type_at), options->advice,
                       "`info` holds numbers (%s), not texts", info->type);
    }
    if (info->fortran_order) {
        return rs_fail(error, RS_UNSUPPORTED, info->label, rs_at_byte(info->shape_at),
                       "save it in C order", "`info` is in Fortran order");
    }
    return RS_OK;
}

static rs_status read_info(rs_array_stream *stream, const rs_pair_info_options *options,
                           rs_pairs *pairs, rs_error *error)
{
    const rs_array_stream_info *info = rs_array_stream_get_info(stream);
    RS_TRY(check_info(info, options, error));
    const size_t row_bytes = 2 * info->element_bytes;
    const size_t text_bytes = rs_element_text_bytes(info);
    const uint64_t block_rows = row_bytes > BLOCK_BYTES ? 1 : BLOCK_BYTES / row_bytes;
    uint8_t *block = NULL;
    RS_TRY(RS_NEW(&block, block_rows * row_bytes + 2 * text_bytes, "names of images", error));
    char *const text = (char *)block + block_rows * row_bytes;
    const info_reader reader = {info, options, pairs, text, text + text_bytes, error};
    const rs_status status = add_rows(stream, &reader, block, block_rows);
    free(block);
    return status;
}

rs_status rs_pair_info_read(const char *path, const rs_pair_info_options *options, rs_pairs *pairs,
                            rs_error *error)
{
    rs_array_stream *stream = NULL;
    RS_TRY(rs_array_stream_open(path, "info", &stream, error));
    const rs_status status = read_info(stream, options, pairs, error);
    rs_array_stream_close(stream);
    return status;
}
