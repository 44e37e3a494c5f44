/* write_header.c - .npy version 1 headers and safetensors headers, padded as their own writers
 * do. */
#include "formats/write_header.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "formats/dtype_names.h"

enum { NPY_ALIGN_BYTES = 64, NPY_PREAMBLE_BYTES = 10, SAFETENSORS_ALIGN_BYTES = 8 };

rs_status rs_array_spec_bytes(const rs_array_spec *spec, uint64_t *bytes, rs_error *error)
{
    const uint64_t columns = spec->columns == 0 ? 1 : spec->columns;
    RS_REFUSE(rs_dtype_bytes(spec->dtype) == 0, error, NULL, "an array needs a type");
    if (!rs_mul_u64(spec->rows, columns, bytes) ||
        !rs_mul_u64(*bytes, rs_dtype_bytes(spec->dtype), bytes) || *bytes > INT64_MAX / 2) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "write fewer rows",
                       "%" PRIu64 " x %" PRIu64 " elements do not fit into a file", spec->rows,
                       columns);
    }
    return RS_OK;
}

rs_status rs_npy_header_text(const rs_array_spec *spec, rs_text *out, rs_error *error)
{
    char dictionary[160];
    char columns[32] = "";
    if (spec->columns > 0) {
        (void)snprintf(columns, sizeof columns, " %" PRIu64, spec->columns);
    }
    const int length =
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (%" PRIu64 ",%s), }",
                 rs_dtype_npy(spec->dtype), spec->rows, columns);
    const size_t unpadded = NPY_PREAMBLE_BYTES + (size_t)length + 1;
    const size_t total = (unpadded + NPY_ALIGN_BYTES - 1) / NPY_ALIGN_BYTES * NPY_ALIGN_BYTES;
    const size_t header = total - NPY_PREAMBLE_BYTES;
    const uint8_t preamble[NPY_PREAMBLE_BYTES] = {
        0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)(header & 0xff), (uint8_t)(header >> 8),
    };
    rs_text_append(out, (const char *)preamble, sizeof preamble);
    rs_text_printf(out, "%s%*s\n", dictionary, (int)(total - unpadded), "");
    return rs_text_check(out, error);
}

static rs_status add_tensor(rs_json *root, const rs_array_spec *spec, uint64_t *begin,
                            rs_error *error)
{
    uint64_t bytes = 0;
    RS_TRY(rs_array_spec_bytes(spec, &bytes, error));
    rs_json *tensor = rs_json_add_object(root, spec->name);
    rs_json_add_text(tensor, "dtype", rs_dtype_safetensors(spec->dtype));
    rs_json *shape = rs_json_add_array(tensor, "shape");
    rs_json_add_integer(shape, NULL, spec->rows);
    if (spec->columns > 0) {
        rs_json_add_integer(shape, NULL, spec->columns);
    }
    rs_json *offsets = rs_json_add_array(tensor, "data_offsets");
    rs_json_add_integer(offsets, NULL, *begin);
    *begin += bytes;
    rs_json_add_integer(offsets, NULL, *begin);
    return RS_OK;
}

rs_status rs_safetensors_list_text(const rs_array_spec *specs, size_t count, rs_text *out,
                                   rs_error *error)
{
    uint64_t end = 0;
    rs_text json = {0};
    rs_json *root = rs_json_object();
    rs_status status = RS_OK;
    for (size_t i = 0; i < count; ++i) {
        RS_TRY_DONE(add_tensor(root, &specs[i], &end, error));
    }
    rs_json_print(root, &json);
    RS_TRY_DONE(rs_text_check(&json, error));
    const size_t padding =
        (SAFETENSORS_ALIGN_BYTES - json.length % SAFETENSORS_ALIGN_BYTES) % SAFETENSORS_ALIGN_BYTES;
    const uint64_t length = json.length + padding;
    uint8_t preamble[8];
    for (size_t i = 0; i < sizeof preamble; ++i) {
        preamble[i] = (uint8_t)(length >> (8 * i));
    }
    rs_text_append(out, (const char *)preamble, sizeof preamble);
    rs_text_printf(out, "%s%*s", json.data, (int)padding, "");
    status = rs_text_check(out, error);
done:
    rs_text_clear(&json);
    rs_json_free(root);
    return status;
}

rs_status rs_safetensors_header_text(const rs_array_spec *spec, rs_text *out, rs_error *error)
{
    return rs_safetensors_list_text(spec, 1, out, error);
}

rs_status rs_raw_header_text(const rs_array_spec *spec, rs_text *out, rs_error *error)
{
    (void)spec;
    (void)out;
    (void)error;
    return RS_OK; /* bare numbers have none */
}
