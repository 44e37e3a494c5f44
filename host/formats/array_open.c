/* array_open.c - an array's rows from a regular file, whose size must fit exactly, or from a
 * stream. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/array.h"
#include "formats/byte_stream.h"

static rs_status check_size(const rs_input *input, const rs_array *array, rs_error *error)
{
    uint64_t end = 0;
    if (!rs_add_u64(array->offset, array->bytes, &end) || end > input->size) {
        return rs_fail(error, RS_FORMAT, input->name, rs_at_byte(input->size),
                       "the file is truncated; copy it again",
                       "the file ends here, but its %" PRIu64 " x %" PRIu64 " elements of type %s "
                       "need %" PRIu64 " bytes from byte %" PRIu64 " on",
                       array->rows, array->columns, array->file_dtype, array->bytes, array->offset);
    }
    if (input->size - end > array->tail_bytes) {
        return rs_fail(error, RS_FORMAT, input->name, rs_at_byte(end + array->tail_bytes),
                       "the file was appended to or its header is wrong; save it again",
                       "the array ends here, but %" PRIu64 " more bytes follow",
                       input->size - end - array->tail_bytes);
    }
    return RS_OK;
}

rs_status rs_array_open(rs_input *input, const char *format, const rs_array *array, rs_io io,
                        rs_source **source, rs_error *error)
{
    *source = NULL;
    if (input->regular) {
        RS_TRY(check_size(input, array, error));
        return rs_array_rows_open(input, format, array, io, source, error);
    }
    char *path = NULL;
    rs_byte_stream *stream = NULL;
    RS_TRY(rs_copy_text(&path, input->path, error));
    rs_status status = rs_input_stream_open(input, &stream, error);
    if (status == RS_OK) {
        status =
            rs_stream_rows_open(stream, path, rs_shown_path(path), format, array, source, error);
    }
    free(path);
    return status;
}
