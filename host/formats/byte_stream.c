/* byte_stream.c - an input as a stream. */
#include "formats/byte_stream.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

typedef struct input_stream {
    rs_byte_stream base;
    rs_input input;
} input_stream;

static rs_status input_stream_read(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                                   rs_error *error)
{
    return rs_input_next(&((input_stream *)stream)->input, out, size, got, error);
}

static void input_stream_close(rs_byte_stream *stream)
{
    rs_input_close(&((input_stream *)stream)->input);
    free(stream);
}

rs_status rs_input_stream_open(rs_input *input, rs_byte_stream **stream, rs_error *error)
{
    input_stream *made = NULL;
    *stream = NULL;
    RS_TRY(RS_NEW(&made, 1, "a stream", error));
    made->base = (rs_byte_stream){input_stream_read, input_stream_close};
    made->input = *input;
    *input = (rs_input){.fd = -1};
    *stream = &made->base;
    return RS_OK;
}
