/* format_table.c - which format an input is of. */
#include "formats/format_table.h"

#include <stdio.h>

static const rs_read_format formats[] = {
#define RS_READ_FORMAT(is_magic, open, called, header) {is_magic, open, called, header},
#include "formats/formats.def"
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

const rs_read_format *rs_read_format_of_bytes(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < FORMAT_COUNT; ++i) {
        if (formats[i].is_magic(data, size)) {
            return &formats[i];
        }
    }
    return NULL;
}

const rs_read_format *rs_read_format_of(const rs_input *input)
{
    return rs_read_format_of_bytes(input->head, input->head_bytes);
}

const char *rs_read_formats_text(char *out, size_t out_bytes)
{
    size_t used = 0;
    for (size_t i = 0; i < FORMAT_COUNT && used < out_bytes; ++i) {
        const char *const before = i == 0 ? "neither " : i + 1 < FORMAT_COUNT ? ", " : " nor ";
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", before, formats[i].called);
    }
    return out;
}
