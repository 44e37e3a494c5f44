/* array.h - where the elements of a 2-d array lie in a file and how they are to be read.
 *
 * npy, npz and safetensors headers come down to this; so do raw files.
 */
#ifndef RS_ARRAY_H
#define RS_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/input.h"
#include "formats/source_impl.h"
#include "reassess/logits.h"

typedef struct rs_array {
    rs_dtype dtype;     /* how the elements are read: a floating or an integer type */
    bool swap_bytes;    /* the file is big-endian */
    bool fortran_order; /* column after column */
    uint64_t rows;      /* RS_ROWS_UNKNOWN: as many as there are (streams without a header) */
    uint64_t columns;
    uint64_t offset;    /* of the first element, from the start of the file (or stream) */
    uint64_t bytes;     /* of all elements; 0 when the rows are not known */
    uint64_t tail_bytes; /* of other things that follow, up to the end of the file */
    char file_dtype[RS_FILE_DTYPE_BYTES]; /* as the file spells the type */
} rs_array;

/* What a file says of its elements, before the user's wish is heard. */
typedef struct rs_stated_type {
    rs_dtype dtype;     /* RS_DTYPE_NONE: a two-byte void, which is no statement */
    const char *text;   /* as the file spells it */
} rs_stated_type;

/* Puts together what the file states and what the user wants (RS_DTYPE_NONE: nothing). Bits are
 * only reinterpreted when the user says so, and only two-byte voids and two-byte integers; every
 * other disagreement is an error at `place`. */
rs_status rs_array_choose_dtype(const char *file, rs_place place, const rs_stated_type *stated,
                                rs_dtype wanted, rs_dtype *dtype, rs_error *error);

/* Takes rows and columns from `dims`, checks the limits and computes `bytes` (array->dtype is set):
 * two dimensions, or one of integers, which is one prediction a row. With `vector`: one dimension
 * of floats, or two of which one is 1. */
rs_status rs_array_set_shape(const char *file, rs_place place, const uint64_t *dims,
                             size_t dim_count, bool vector, rs_array *array, rs_error *error);

/* What a source of the array's rows is made with. */
rs_source_info rs_array_source(const rs_array *array, const char *path, const char *format);

/* "50000 x 1000", "5", "()" - for messages. Returns `out`. */
const char *rs_shape_text(const uint64_t *dims, size_t dim_count, char *out, size_t out_bytes);

/* Swaps the bytes of `count` elements of `size` bytes in place. */
void rs_swap_elements(void *data, uint64_t count, size_t size);

/* Rows of `array` in `input`, whatever kind of input it is. The input must end tail_bytes after the
 * array; of a regular file this is checked here, of a stream when its last row is read. */
rs_status rs_array_open(rs_input *input, const char *format, const rs_array *array, rs_io io,
                        rs_source **source, rs_error *error);

/* ---- array_rows.c ---- */

/* Rows of an array in a regular file, mapped or read. `array` was checked against the file's size.
 * Takes the descriptor out of `input`. */
rs_status rs_array_rows_open(rs_input *input, const char *format, const rs_array *array, rs_io io,
                             rs_source **source, rs_error *error);

/* The elements of such rows as they lie in memory; NULL where they are read. */
const uint8_t *rs_array_rows_mapped(const rs_source *source);

/* Rows of an array whose elements (array->bytes of them, offset ignored) lie in memory from malloc,
 * which the source takes over on success. */
rs_status rs_array_rows_own(uint8_t *elements, const char *path, const char *format,
                            const rs_array *array, rs_source **source, rs_error *error);

#endif
