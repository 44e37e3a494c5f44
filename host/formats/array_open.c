/* array_open.c - an array's rows from a regular file, whose size must fit exactly, or from a stream. */
#include <inttypes.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/array.h"

static rs_status check_size(const rs_input *input, const rs_array *array, rs_error *error)
{
    uint64_t end = 0;
    if (!rs_add_u64(array->offset, array->bytes, &end) || end > input->size) {
        return rs_fail(error, RS_FORMAT, input->path, rs_at_byte(input->size),
                       "the file is truncated; copy it again",
                       "the file ends here, but its %" PRIu64 " x %" PRIu64 " elements of type %s "
                       "need %" PRIu64 " bytes from byte %" PRIu64 " on",
                       array->rows, array->columns, array->file_dtype, array->bytes, array->offset);
    }
    if (end < input->size) {
        return rs_fail(error, RS_FORMAT, input->path, rs_at_byte(end),
                       "the file was appended to or its header is wrong; save it again",
                       "the array ends here, but %" PRIu64 " more bytes follow", input->size - end);
    }
    return RS_OK;
}

rs_status rs_array_open(rs_input *input, const char *format, const rs_array *array, rs_io io,
                        rs_source **source, rs_error *error)
{
    *source = NULL;
    if (!input->regular) {
        return rs_fail(error, RS_UNSUPPORTED, input->path, rs_nowhere(), NULL, "this is a stream");
    }
    RS_TRY(check_size(input, array, error));
    return rs_array_rows_open(input, format, array, io, source, error);
}
