/* array.c - what npy, npz, safetensors and raw files have in common: type, shape, byte order. */
#include "formats/array.h"

#include <byteswap.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* f16 or bf16 from two bytes that the file calls something else. */
static bool can_reinterpret(rs_dtype stated, rs_dtype wanted)
{
    return rs_dtype_bytes(wanted) == 2 && rs_dtype_is_float(wanted) &&
           (stated == RS_DTYPE_NONE || stated == RS_DTYPE_U16 || stated == RS_DTYPE_I16);
}

rs_status rs_array_choose_dtype(const char *file, rs_place place, const rs_stated_type *stated,
                                rs_dtype wanted, rs_dtype *dtype, rs_error *error)
{
    *dtype = stated->dtype;
    if (wanted == RS_DTYPE_NONE && stated->dtype == RS_DTYPE_NONE) {
        return rs_fail(error, RS_UNSUPPORTED, file, place,
                       "NumPy writes bfloat16 like this: if it is that, give --dtype bf16 (or "
                       "--dtype f16), or save the array as float32",
                       "the elements are of type %s, two bytes without a meaning", stated->text);
    }
    if (wanted == RS_DTYPE_NONE || wanted == stated->dtype) {
        return RS_OK;
    }
    if (can_reinterpret(stated->dtype, wanted)) {
        *dtype = wanted;
        return RS_OK;
    }
    return rs_fail(
        error, RS_MISMATCH, file, place,
        "leave --dtype out; it does not convert, it says what two-byte voids and integers "
        "mean",
        "the elements are of type %s, not %s", stated->text, rs_dtype_name(wanted));
}

rs_source_info rs_array_source(const rs_array *array, const char *path, const char *format)
{
    return (rs_source_info){
        .path = path,
        .format = format,
        .dtype = array->dtype,
        .rows = array->rows,
        .columns = array->columns,
    };
}

const char *rs_shape_text(const uint64_t *dims, size_t dim_count, char *out, size_t out_bytes)
{
    size_t used = (size_t)snprintf(out, out_bytes, "%s", dim_count == 0 ? "()" : "");
    for (size_t i = 0; i < dim_count && used < out_bytes; ++i) {
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%" PRIu64, i > 0 ? " x " : "",
                                 dims[i]);
    }
    return out;
}

static rs_status fail_shape(const char *file, rs_place place, const uint64_t *dims,
                            size_t dim_count, bool is_float, rs_error *error)
{
    char text[128];
    const char *advice = "save it as rows of images and columns of classes";
    if (dim_count == 1 && is_float) {
        advice = "one number a row says nothing of the classes: save the logits as N x C, or class "
                 "indices as integers";
    } else if (dim_count == 0) {
        advice = "this is a single number; save the model's outputs";
    }
    return rs_fail(error, RS_FORMAT, file, place, advice,
                   "the array has %zu dimension%s (%s), two are needed", dim_count,
                   dim_count == 1 ? "" : "s", rs_shape_text(dims, dim_count, text, sizeof text));
}

static rs_status set_length(const char *file, rs_place place, const uint64_t *dims,
                            size_t dim_count, rs_array *array, rs_error *error)
{
    char text[128];
    const bool flat = dim_count == 2 && (dims[0] == 1 || dims[1] == 1);
    if (!rs_dtype_is_float(array->dtype) || (dim_count != 1 && !flat)) {
        return rs_fail(error, RS_FORMAT, file, place, "save it as floats in one dimension",
                       "the array is %s of %s, a vector of floats is needed",
                       rs_shape_text(dims, dim_count, text, sizeof text),
                       rs_dtype_name(array->dtype));
    }
    array->rows = flat && dims[0] == 1 ? dims[1] : dims[0];
    array->columns = 1;
    array->fortran_order = false;
    array->bytes = array->rows * rs_dtype_bytes(array->dtype);
    return rs_check_shape(file, array->rows, 1, error);
}

rs_status rs_array_set_shape(const char *file, rs_place place, const uint64_t *dims,
                             size_t dim_count, bool vector, rs_array *array, rs_error *error)
{
    const bool is_float = rs_dtype_is_float(array->dtype);
    if (vector) {
        return set_length(file, place, dims, dim_count, array, error);
    }
    if (dim_count != 2 && !(dim_count == 1 && !is_float)) {
        return fail_shape(file, place, dims, dim_count, is_float, error);
    }
    array->rows = dims[0];
    array->columns = dim_count == 2 ? dims[1] : 1;
    RS_TRY(rs_check_shape(file, array->rows, array->columns, error));
    if (array->columns == 1) {
        array->fortran_order = false; /* the two are the same then */
    }
    /* Within the limits the product is below 2^32 * 2^16 * 8: it cannot wrap. */
    array->bytes = array->rows * array->columns * rs_dtype_bytes(array->dtype);
    return RS_OK;
}

#define DEFINE_SWAP(name, type, swap)                                 \
    static void name(uint8_t *data, uint64_t count)                   \
    {                                                                 \
        for (uint64_t i = 0; i < count; ++i) {                        \
            type element;                                             \
            memcpy(&element, data + i * sizeof element, sizeof element); \
            element = swap(element);                                  \
            memcpy(data + i * sizeof element, &element, sizeof element); \
        }                                                             \
    }

DEFINE_SWAP(swap_2, uint16_t, bswap_16)
DEFINE_SWAP(swap_4, uint32_t, bswap_32)
DEFINE_SWAP(swap_8, uint64_t, bswap_64)

#undef DEFINE_SWAP

void rs_swap_elements(void *data, uint64_t count, size_t size)
{
    if (size == 2) {
        swap_2(data, count);
    } else if (size == 4) {
        swap_4(data, count);
    } else if (size == 8) {
        swap_8(data, count);
    }
}
