/* row_span.h - the next rows of a source: where they lie when it has views, else read. */
#ifndef RS_ROW_SPAN_H
#define RS_ROW_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "reassess/logits.h"

typedef struct rs_row_span {
    const unsigned char *first;
    uint64_t count;
    uint64_t stride_bytes; /* from one row to the next */
} rs_row_span;

/* Up to `wanted` rows from `first_row` on, in place. False where there is no view of them. */
static inline bool rs_row_span_view(const rs_source *source, uint64_t first_row, uint64_t wanted,
                                    rs_row_span *span)
{
    span->first = rs_source_view(source, first_row, &span->count, &span->stride_bytes);
    span->count = span->count < wanted ? span->count : wanted;
    return span->first != NULL && span->count > 0;
}

/* The same, or else read into `room`, which holds `wanted` rows. A count of 0 is the end of a
 * stream, or of a file that was cut while it was read. */
static inline rs_status rs_row_span_take(rs_source *source, uint64_t first_row, uint64_t wanted,
                                         void *room, rs_row_span *span, rs_error *error)
{
    if (rs_row_span_view(source, first_row, wanted, span)) {
        return RS_OK;
    }
    span->first = room;
    span->stride_bytes = rs_source_get_info(source)->row_bytes;
    return rs_source_read(source, first_row, wanted, room, &span->count, error);
}

#endif
