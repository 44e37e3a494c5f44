/* safetensors.h - the safetensors format.
 *
 *     u64 N, N bytes of JSON {"NAME": {"dtype": "F32", "shape": [50000, 1000], "data_offsets": [b,
 *     e]}}, then the tensors; offsets count from there
 *
 * Everything that the reference reader checks is checked: the tensors must tile the rest of the
 * file without holes or overlaps, and their sizes must follow from type and shape.
 */
#ifndef RS_SAFETENSORS_H
#define RS_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/input.h"
#include "reassess/logits.h"

enum { RS_SAFETENSORS_PREAMBLE_BYTES = 8, RS_SAFETENSORS_HEADER_BYTES_MAX = 100000000 };

/* From the first nine bytes: a header length within the limit, and the brace that must follow
 * it. */
bool rs_safetensors_is_magic(const uint8_t *data, size_t size);

/* The rows of options->tensor, or of the only tensor that fits; from a file or a stream. */
rs_status rs_safetensors_open(rs_input *input, const rs_source_options *options, rs_source **source,
                              rs_error *error);

#endif
