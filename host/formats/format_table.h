/* format_table.h - the formats that are read, from one table: formats.def. */
#ifndef RS_FORMAT_TABLE_H
#define RS_FORMAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/input.h"
#include "reassess/logits.h"

typedef struct rs_read_format {
    bool (*is_magic)(const uint8_t *data, size_t size);
    rs_status (*open)(rs_input *input, const rs_source_options *options, rs_source **source,
                      rs_error *error);
    const char *called;
    const char *header; /* NULL: bare numbers may begin like this */
} rs_read_format;

/* By first bytes. NULL: none of them. */
const rs_read_format *rs_read_format_of_bytes(const uint8_t *data, size_t size);

/* By the first bytes of an input that were looked at. NULL: none of them. */
const rs_read_format *rs_read_format_of(const rs_input *input);

/* "neither .npy, .npz nor a CSV", for messages. Returns `out`. */
const char *rs_read_formats_text(char *out, size_t out_bytes);

#define RS_READ_FORMAT(is_magic, open, called, header)                                       \
    bool is_magic(const uint8_t *data, size_t size);                                         \
    rs_status open(rs_input *input, const rs_source_options *options, rs_source **source,    \
                   rs_error *error);
#include "formats/formats.def"

#endif
