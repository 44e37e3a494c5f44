/* safetensors.c - the header, checked as a whole before any tensor of it is believed.
 *
 *     u64 N, N bytes of JSON {"NAME": {"dtype": "F32", "shape": [50000, 1000], "data_offsets": [b,
 *     e]}}, then the tensors; offsets count from there
 *
 * Everything that the reference reader checks is checked: the tensors must tile the rest of the
 * file without holes or overlaps, and their sizes must follow from type and shape.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "formats/array.h"
#include "formats/choose.h"
#include "formats/dtype_names.h"
#include "formats/format_table.h"

enum { PREAMBLE_BYTES = 8, HEADER_BYTES_MAX = 100000000 };
enum { DIMS_MAX = 32, DTYPE_TEXT_BYTES = 16, VALUES_MAX = 4000000 };

static const char damaged[] = "the file is damaged or its writer is wrong; save it again";

typedef struct tensor {
    const char *name;
    char dtype[DTYPE_TEXT_BYTES];
    uint64_t dims[DIMS_MAX];
    size_t dim_count;
    uint64_t begin; /* offsets in the buffer after the header */
    uint64_t end;
} tensor;

typedef struct tensor_list {
    rs_json *json;
    tensor *tensors;
    size_t count;
    uint64_t buffer_at; /* where the buffer starts in the file */
    uint64_t buffer_bytes;
} tensor_list;

/* A header length within what is possible, and the brace that must follow it. */
bool rs_safetensors_is_magic(const uint8_t *data, size_t size)
{
    uint64_t length = 0;
    if (size < 9 || data[8] != '{') {
        return false;
    }
    for (size_t i = 0; i < 8; ++i) {
        length |= (uint64_t)data[i] << (8 * i);
    }
    return length <= UINT32_MAX;
}

static rs_status fail_tensor(const char *file, const char *name, const char *what, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, file, rs_at_byte(PREAMBLE_BYTES), damaged,
                   "tensor \"%.100s\": %s", name, what);
}

/* ---- one entry ---- */

typedef struct element_type {
    const char *text;
    uint32_t bits;
    rs_dtype dtype; /* RS_DTYPE_NONE: known, but not the type of a model's outputs */
} element_type;

static bool find_type(const char *text, element_type *type)
{
    static const element_type others[] = {
        {"BOOL", 8, RS_DTYPE_NONE},       {"C64", 64, RS_DTYPE_NONE},
        {"F8_E5M2", 8, RS_DTYPE_NONE},    {"F8_E4M3", 8, RS_DTYPE_NONE},
        {"F8_E8M0", 8, RS_DTYPE_NONE},    {"F4", 4, RS_DTYPE_NONE},
        {"F6_E2M3", 6, RS_DTYPE_NONE},    {"F6_E3M2", 6, RS_DTYPE_NONE},
        {"F8_E4M3FNUZ", 8, RS_DTYPE_NONE}, {"F8_E5M2FNUZ", 8, RS_DTYPE_NONE},
    };
    const rs_dtype dtype = rs_dtype_of_safetensors(text);
    *type = (element_type){text, 8 * (uint32_t)rs_dtype_bytes(dtype), dtype};
    for (size_t i = 0; dtype == RS_DTYPE_NONE && i < sizeof others / sizeof others[0]; ++i) {
        if (strcmp(text, others[i].text) == 0) {
            *type = others[i];
        }
    }
    return type->bits > 0;
}

/* A non-negative integer; JSON numbers are doubles, so only up to 2^53. */
static bool read_size(const rs_json *value, uint64_t *out)
{
    int64_t number = -1;
    if (!rs_json_integer(value, &number) || number < 0) {
        return false;
    }
    *out = (uint64_t)number;
    return true;
}

static rs_status read_shape(const char *file, const rs_json *shape, tensor *out, rs_error *error)
{
    if (!rs_json_is_array(shape)) {
        return fail_tensor(file, out->name, "\"shape\" is not a list", error);
    }
    for (const rs_json *dim = rs_json_first(shape); dim != NULL; dim = rs_json_next(dim)) {
        if (out->dim_count == DIMS_MAX) {
            return fail_tensor(file, out->name, "it has more than 32 dimensions", error);
        }
        if (!read_size(dim, &out->dims[out->dim_count])) {
            return fail_tensor(file, out->name, "a dimension is not a whole number from 0 to 2^53",
                               error);
        }
        ++out->dim_count;
    }
    return RS_OK;
}

/* False when the product does not fit or the bits are not whole bytes. */
static bool tensor_bytes(const tensor *item, uint32_t bits, uint64_t *bytes)
{
    uint64_t product = bits;
    for (size_t i = 0; i < item->dim_count; ++i) {
        if (item->dims[i] == 0) {
            *bytes = 0;
            return true;
        }
    }
    for (size_t i = 0; i < item->dim_count; ++i) {
        if (!rs_mul_u64(product, item->dims[i], &product)) {
            return false;
        }
    }
    *bytes = product / 8;
    return product % 8 == 0;
}

static rs_status read_tensor(const char *file, const rs_json *entry, tensor *out, rs_error *error)
{
    *out = (tensor){.name = rs_json_name(entry)};
    const char *dtype = rs_json_text(rs_json_get(entry, "dtype"));
    if (!rs_json_is_object(entry) || dtype == NULL) {
        return fail_tensor(file, out->name, "it has no \"dtype\"", error);
    }
    (void)snprintf(out->dtype, sizeof out->dtype, "%s", dtype);
    RS_TRY(read_shape(file, rs_json_get(entry, "shape"), out, error));
    const rs_json *offsets = rs_json_get(entry, "data_offsets");
    const rs_json *begin = rs_json_first(offsets);
    if (!rs_json_is_array(offsets) || rs_json_size(offsets) != 2 ||
        !read_size(begin, &out->begin) || !read_size(rs_json_next(begin), &out->end) ||
        out->begin > out->end) {
        return fail_tensor(file, out->name, "\"data_offsets\" are not a begin and an end", error);
    }
    element_type type;
    uint64_t bytes = 0;
    if (!find_type(out->dtype, &type)) {
        return fail_tensor(file, out->name, "its \"dtype\" is not known", error);
    }
    if (!tensor_bytes(out, type.bits, &bytes) || bytes != out->end - out->begin) {
        return fail_tensor(file, out->name, "its shape and type do not fit its \"data_offsets\"",
                           error);
    }
    return RS_OK;
}

static rs_status check_metadata(const char *file, const rs_json *metadata, rs_error *error)
{
    if (!rs_json_is_object(metadata)) {
        return fail_tensor(file, "__metadata__", "it is not an object of texts", error);
    }
    for (const rs_json *value = rs_json_first(metadata); value != NULL;
         value = rs_json_next(value)) {
        if (rs_json_text(value) == NULL) {
            return fail_tensor(file, "__metadata__", "it holds something that is not a text",
                               error);
        }
    }
    return RS_OK;
}

/* ---- all entries ---- */

RS_SORTS(compare_offsets, tensor)
{
    RS_ORDER_BY(left->begin, right->begin);
    return RS_COMPARE(left->end, right->end);
}

/* Sorted by offset, each tensor must start where the one before ends. */
static rs_status check_tiles(const char *file, tensor_list *list, rs_error *error)
{
    uint64_t at = 0;
    qsort(list->tensors, list->count, sizeof list->tensors[0], compare_offsets);
    for (size_t i = 0; i < list->count; ++i) {
        const tensor *item = &list->tensors[i];
        if (item->begin != at) {
            return rs_fail(error, RS_FORMAT, file, rs_at_byte(list->buffer_at + at), damaged,
                           item->begin > at ? "no tensor covers the bytes before tensor \"%.100s\""
                                            : "tensor \"%.100s\" overlaps the one before it",
                           item->name);
        }
        at = item->end;
    }
    list->buffer_bytes = at;
    return RS_OK;
}

static rs_status read_entries(const char *file, tensor_list *list, rs_error *error)
{
    if (!rs_json_is_object(list->json)) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte(PREAMBLE_BYTES), damaged,
                       "the header is not a JSON object");
    }
    RS_TRY(RS_NEW(&list->tensors, rs_json_size(list->json), "a list of tensors", error));
    for (const rs_json *entry = rs_json_first(list->json); entry != NULL;
         entry = rs_json_next(entry)) {
        if (strcmp(rs_json_name(entry), "__metadata__") == 0) {
            RS_TRY(check_metadata(file, entry, error));
        } else {
            RS_TRY(read_tensor(file, entry, &list->tensors[list->count], error));
            ++list->count;
        }
    }
    return check_tiles(file, list, error);
}

/* A value takes two bytes of JSON and a hundred of memory: a header of nothing but commas is
 * refused before it is parsed. */
static rs_status check_text(const char *file, const uint8_t *text, size_t size, rs_error *error)
{
    size_t commas = 0;
    size_t bad_at = 0;
    if (!rs_utf8_is_valid(text, size, &bad_at)) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte(PREAMBLE_BYTES + bad_at),
                       damaged, "the header is not valid UTF-8");
    }
    for (size_t i = 0; i < size; ++i) {
        commas += text[i] == ',' ? 1 : 0;
    }
    if (commas > VALUES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_at_byte(PREAMBLE_BYTES),
                       "save the logits in a file of their own",
                       "the header lists %zu values, at most %d are read", commas, VALUES_MAX);
    }
    return RS_OK;
}

/* cJSON counts from the start of the header; the user counts from the start of the file. */
static rs_status parse_json(const char *file, const uint8_t *text, size_t size, rs_json **json,
                            rs_error *error)
{
    const rs_status status = rs_json_parse(file, (const char *)text, size, json, error);
    if (status != RS_OK && error != NULL && error->place.kind == RS_PLACE_BYTE) {
        error->place.at += PREAMBLE_BYTES;
    }
    return status;
}

static rs_status read_list(rs_input *input, tensor_list *list, rs_error *error)
{
    uint64_t length = 0;
    const char *file = input->name;
    for (size_t i = 0; i < PREAMBLE_BYTES; ++i) {
        length |= (uint64_t)input->head[i] << (8 * i);
    }
    if (length > HEADER_BYTES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_at_byte(0), damaged,
                       "the header claims %" PRIu64 " bytes, at most %d are read", length,
                       HEADER_BYTES_MAX);
    }
    list->buffer_at = PREAMBLE_BYTES + length;
    RS_TRY(rs_input_peek(input, (size_t)list->buffer_at, error));
    if (input->head_bytes < list->buffer_at) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte(input->head_bytes),
                       "the file is truncated; copy it again",
                       "the file ends inside its header of %" PRIu64 " bytes", length);
    }
    const uint8_t *text = input->head + PREAMBLE_BYTES;
    RS_TRY(check_text(file, text, (size_t)length, error));
    RS_TRY(parse_json(file, text, (size_t)length, &list->json, error));
    RS_TRY(read_entries(file, list, error));
    if (input->regular && input->size - list->buffer_at < list->buffer_bytes) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte(input->size),
                       "the file is truncated; copy it again",
                       "the file ends here, %" PRIu64 " bytes early",
                       list->buffer_bytes - (input->size - list->buffer_at));
    }
    return RS_OK;
}

/* ---- the one that is wanted ---- */

static rs_status describe(const char *file, const tensor_list *list, const tensor *item,
                          const rs_source_options *options, rs_array *array, rs_error *error)
{
    const rs_stated_type stated = {rs_dtype_of_safetensors(item->dtype), item->dtype};
    const rs_place place = rs_at_byte(list->buffer_at + item->begin);
    *array = (rs_array){
        .offset = list->buffer_at + item->begin,
        .tail_bytes = list->buffer_bytes - item->end,
    };
    if (stated.dtype == RS_DTYPE_NONE) {
        return rs_fail(error, RS_UNSUPPORTED, file, place, "save the logits as F32, F16 or BF16",
                       "tensor \"%.100s\": elements of type %s cannot be scored", item->name,
                       item->dtype);
    }
    RS_TRY(rs_array_choose_dtype(file, place, &stated, options->dtype, &array->dtype, error));
    (void)snprintf(array->file_dtype, sizeof array->file_dtype, "%s", item->dtype);
    return rs_array_set_shape(file, place, item->dims, item->dim_count, options->vector, array,
                              error);
}

static void list_arrays(const char *file, const tensor_list *list,
                        const rs_source_options *options, rs_listed_array *out)
{
    for (size_t i = 0; i < list->count; ++i) {
        char shape[64];
        const tensor *item = &list->tensors[i];
        out[i].name = item->name;
        out[i].fits = describe(file, list, item, options, &out[i].array, NULL) == RS_OK;
        (void)snprintf(out[i].text, sizeof out[i].text, "%s %s", item->dtype,
                       rs_shape_text(item->dims, item->dim_count, shape, sizeof shape));
    }
}

static rs_status choose_tensor(const char *file, const tensor_list *list,
                               const rs_source_options *options, size_t *index, rs_error *error)
{
    for (size_t i = 0; options->tensor != NULL && i < list->count; ++i) {
        if (strcmp(list->tensors[i].name, options->tensor) == 0) {
            *index = i;
            return RS_OK;
        }
    }
    if (options->tensor == NULL && list->count == 1) {
        *index = 0;
        return RS_OK;
    }
    rs_listed_array *arrays = NULL;
    RS_TRY(RS_NEW(&arrays, list->count, "a list of tensors", error));
    list_arrays(file, list, options, arrays);
    const rs_status status =
        options->tensor != NULL
            ? rs_fail_no_array(file, "tensor", options->tensor, arrays, list->count, error)
            : rs_choose_array(file, "tensor", arrays, list->count, index, error);
    free(arrays);
    return status;
}

/* The rows of options->tensor, or of the only tensor that fits; from a file or a stream. */
rs_status rs_safetensors_open(rs_input *input, const rs_source_options *options, rs_source **source,
                              rs_error *error)
{
    tensor_list list = {0};
    rs_array array;
    size_t index = 0;
    *source = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(read_list(input, &list, error));
    RS_TRY_DONE(choose_tensor(input->name, &list, options, &index, error));
    RS_TRY_DONE(describe(input->name, &list, &list.tensors[index], options, &array, error));
    status = rs_array_open(input, "safetensors", &array, options->io, source, error);
done:
    rs_json_free(list.json);
    free(list.tensors);
    return status;
}
