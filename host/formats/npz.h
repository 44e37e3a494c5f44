/* npz.h - NumPy's .npz: a zip archive whose members are .npy files. */
#ifndef RS_NPZ_H
#define RS_NPZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/input.h"
#include "reassess/logits.h"

/* The members that `reassess eval --keep-topk` writes: int32 classes, best first, -1 where there is
 * none, and their values. An archive that holds both, of the same shape, is ranked predictions.
 * What was made from ranked predictions has no values, but a mark that says so. */
#define RS_NPZ_CLASSES "classes.npy"
#define RS_NPZ_VALUES  "values.npy"
#define RS_NPZ_RANKED  "ranked.npy"

bool rs_zip_is_magic(const uint8_t *data, size_t size);

/* The rows of a member: options->tensor with or without ".npy", or the only one that fits. */
rs_status rs_npz_open(rs_input *input, const rs_source_options *options, rs_source **source,
                      rs_error *error);

#endif
