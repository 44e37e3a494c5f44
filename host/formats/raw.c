/* raw.c - a file without a header cannot contradict the user, so its size must. */
#include "formats/raw.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "formats/array.h"
#include "formats/format_table.h"

/* 128 bytes of .npy header are also 32 floats: read as raw they would become rows unseen. */
static rs_status refuse_headers(const rs_input *input, rs_error *error)
{
    const rs_read_format *const format = rs_read_format_of(input);
    if (format == NULL || format->header == NULL) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, input->name, rs_at_byte(0),
                   "leave --shape out: the file says itself what it holds",
                   "--shape is for bare numbers, but this is a %s file", format->header);
}

static rs_status rows_from_size(const rs_input *input, uint64_t row_bytes, rs_array *array,
                                rs_error *error)
{
    if (input->size % row_bytes != 0) {
        return rs_fail(error, RS_FORMAT, input->name,
                       rs_at_byte(input->size - input->size % row_bytes),
                       "check --shape and --dtype, and that the file is complete",
                       "%" PRIu64 " bytes are not whole rows of %" PRIu64 " columns of %s",
                       input->size, array->columns, rs_dtype_name(array->dtype));
    }
    array->rows = input->size / row_bytes;
    return RS_OK;
}

rs_status rs_raw_open(rs_input *input, const rs_source_options *options, rs_source **source,
                      rs_error *error)
{
    rs_array array = {
        .dtype = options->dtype,
        .rows = options->raw_rows,
        .columns = options->raw_columns,
    };
    *source = NULL;
    if (options->dtype == RS_DTYPE_NONE) {
        return rs_fail(error, RS_USAGE, input->name, rs_nowhere(),
                       "say it with --dtype, for example --dtype f32",
                       "bare numbers need a type");
    }
    RS_TRY(refuse_headers(input, error));
    RS_TRY(rs_check_shape(input->name, 1, array.columns, error));
    const uint64_t row_bytes = array.columns * rs_dtype_bytes(array.dtype);
    if (array.rows == 0 && !input->regular) {
        array.rows = RS_ROWS_UNKNOWN;
    } else {
        if (array.rows == 0) {
            RS_TRY(rows_from_size(input, row_bytes, &array, error));
        }
        RS_TRY(rs_check_shape(input->name, array.rows, array.columns, error));
        array.bytes = array.rows * row_bytes;
    }
    (void)snprintf(array.file_dtype, sizeof array.file_dtype, "%s", rs_dtype_name(array.dtype));
    return rs_array_open(input, "raw", &array, options->io, source, error);
}
