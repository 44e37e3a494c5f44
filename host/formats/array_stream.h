/* array_stream.h - any array of a .npz (or a .npy file) as one stream of elements, whatever its
 * shape.
 *
 * Logits are rows that are scored, and come through reassess/logits.h. Other arrays have three
 * dimensions, or hold texts, or unpack to hundreds of times their size: they are read here, once,
 * from front to back, through a buffer of the caller's size.
 */
#ifndef RS_ARRAY_STREAM_H
#define RS_ARRAY_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/npy.h"
#include "reassess/status.h"

typedef enum rs_element_kind {
    RS_ELEMENT_BOOL = 0, /* one byte, 0 or 1 */
    RS_ELEMENT_SIGNED,
    RS_ELEMENT_UNSIGNED,
    RS_ELEMENT_FLOAT,
    RS_ELEMENT_UTF32, /* NumPy's U: code points of four bytes, padded with zeros */
    RS_ELEMENT_BYTES  /* NumPy's S: bytes, padded with zeros */
} rs_element_kind;

/* The longest text an element may hold, in characters. */
enum { RS_ELEMENT_TEXT_MAX = 4096 };

typedef struct rs_array_stream_info {
    const char *label;     /* "votes.npz: tensor.npy", for messages */
    rs_element_kind kind;
    size_t element_bytes;
    bool fortran_order;    /* elements come column after column */
    size_t dim_count;
    uint64_t dims[RS_NPY_DIMS_MAX];
    uint64_t elements;     /* product of the dims */
    uint64_t
        header_bytes; /* element i lies at byte header_bytes + i * element_bytes of the member */
    uint64_t shape_at;     /* where in the member shape and type stand */
    uint64_t type_at;
    char type[RS_FILE_DTYPE_BYTES]; /* as the file spells it */
} rs_array_stream_info;

typedef struct rs_array_stream rs_array_stream;

/* The member called NAME (without ".npy") of the archive at PATH. A missing member is an RS_FORMAT
 * error that lists those there are. *stream is NULL on failure. */
rs_status rs_array_stream_open(const char *path, const char *name, rs_array_stream **stream,
                               rs_error *error);

const rs_array_stream_info *rs_array_stream_get_info(const rs_array_stream *stream);

/* Copies the next `count` elements (fewer only at the end: *got) to `out`, in native byte order.
 * The read that delivers the last element also checks that the member ends there and its
 * checksum. */
rs_status rs_array_stream_read(rs_array_stream *stream, void *out, uint64_t count, uint64_t *got,
                               rs_error *error);

void rs_array_stream_close(rs_array_stream *stream); /* NULL is fine */

/* True for numbers and truth values. */
bool rs_element_is_number(rs_element_kind kind);

/* One element of a number kind as a double (64-bit integers may lose digits). `at` need not be
 * aligned. */
double rs_element_number(const rs_array_stream_info *info, const void *at);

/* The bits of an integer, sign extended: cast to uint64_t where the kind is unsigned. */
int64_t rs_element_integer(const rs_array_stream_info *info, const void *at);

/* One text element as UTF-8 into `out`, which holds at least rs_element_text_bytes(info) bytes; NUL
 * is added, *length does not count it. False when it is not valid Unicode or has a zero inside. */
size_t rs_element_text_bytes(const rs_array_stream_info *info);
bool rs_element_text(const rs_array_stream_info *info, const void *at, char *out, size_t *length);

#endif
