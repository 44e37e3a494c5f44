/* npy.h - the header of NumPy's .npy format, versions 1 to 3.
 *
 *     "\x93NUMPY" major minor, header length (u16 in version 1, u32 after), then a Python
 *     dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (50000, 1000), } padded with
 *     blanks
 *
 * The parser takes the dictionary in any order and spacing, as a reader must, and nothing else.
 */
#ifndef RS_NPY_H
#define RS_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/array.h"
#include "formats/input.h"
#include "reassess/logits.h"

enum {
    RS_NPY_MAGIC_BYTES = 6,
    RS_NPY_PREAMBLE_BYTES = 12, /* enough to know how long the header is, in every version */
    RS_NPY_HEADER_BYTES_MAX = 1 << 17,
    RS_NPY_DIMS_MAX = 8
};

typedef struct rs_npy_header {
    uint64_t header_bytes; /* the elements start here */
    char descr[RS_FILE_DTYPE_BYTES];
    uint64_t descr_at;     /* where it stands in the file, for messages */
    bool structured;       /* descr is a list of fields */
    bool fortran_order;
    size_t dim_count;
    uint64_t dims[RS_NPY_DIMS_MAX];
    uint64_t shape_at;
} rs_npy_header;

/* How many bytes header and preamble take, from the first RS_NPY_PREAMBLE_BYTES (or fewer, when the
 * file has no more: an error). */
rs_status rs_npy_header_size(const char *file, const uint8_t *data, size_t size,
                             uint64_t *header_bytes, rs_error *error);

/* Parses the first `size` bytes of a file, which must hold the whole header. */
rs_status rs_npy_parse(const char *file, const uint8_t *data, size_t size, rs_npy_header *header,
                       rs_error *error);

/* The array of rows that the header describes, as the `dtype` and `vector` of the options ask. */
rs_status rs_npy_array(const char *file, const rs_npy_header *header,
                       const rs_source_options *options, rs_array *array, rs_error *error);

#endif
