/* byte_stream.h - bytes that come once, from front to back: a pipe, or a member of a zip
 * archive. */
#ifndef RS_BYTE_STREAM_H
#define RS_BYTE_STREAM_H

#include <stddef.h>

#include "formats/array.h"
#include "formats/input.h"
#include "reassess/logits.h"

/* The first member of whatever a stream is made of. */
typedef struct rs_byte_stream rs_byte_stream;
struct rs_byte_stream {
    /* The next `size` bytes; *got is smaller only at the end. A stream with a checksum fails here,
     * at the latest in the call that meets the end. */
    rs_status (*read)(rs_byte_stream *stream, void *out, size_t size, size_t *got,
                      rs_error *error);
    void (*close)(rs_byte_stream *stream);
};

/* The bytes of `input` from its start on. Takes everything out of `input`. */
rs_status rs_input_stream_open(rs_input *input, rs_byte_stream **stream, rs_error *error);

/* ---- stream_rows.c ---- */

/* Rows of `array` from a stream, which is taken over, whatever the outcome. `name` is what messages
 * call it. The last row is delivered only when the stream was read to its end and that is where it
 * should be. Fortran order needs the whole array in memory. */
rs_status rs_stream_rows_open(rs_byte_stream *stream, const char *path, const char *name,
                              const char *format, const rs_array *array, rs_source **source,
                              rs_error *error);

#endif
