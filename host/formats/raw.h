/* raw.h - bare numbers, row after row, little-endian; shape and type come from the user. */
#ifndef RS_RAW_H
#define RS_RAW_H

#include "formats/input.h"
#include "reassess/logits.h"

/* options->raw_columns > 0. Rows come from options->raw_rows, from the size of a file, or, in a
 * stream, from its end. */
rs_status rs_raw_open(rs_input *input, const rs_source_options *options, rs_source **source,
                      rs_error *error);

#endif
