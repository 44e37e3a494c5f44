/* device.h - scoring logits that lie on a CUDA device already.
 *
 *     rs_device_scorer_create(&options, labels, &scorer, &error);
 *     for each batch: rs_device_scorer_add(scorer, logits, RS_DTYPE_BF16, first, rows, stride,
 *                                          stream, &error);
 *     rs_device_scorer_finish(scorer, &tally, &error);
 *     rs_device_scorer_free(scorer);
 *
 * Adding launches one kernel in the caller's stream and returns: nothing is copied and nobody
 * waits. The labels are on the device from the beginning; only the counters come back, at the end.
 * A stream is a cudaStream_t, as `void *`; NULL is the default stream.
 */
#ifndef REASSESS_DEVICE_H
#define REASSESS_DEVICE_H

#include <stdint.h>

#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/status.h"
#include "reassess/tally.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rs_device_scorer rs_device_scorer;

/* Uses device, topk, calibration, values and row_flags of the options; a class map cannot be used.
 * Column j is class j of the labels, whose rows are in the order of the images; `labels` must
 * outlive the scorer. *scorer is NULL on failure: RS_DEVICE where there is no driver or device,
 * RS_UNSUPPORTED in a build without CUDA. One thread at a time may use a scorer. */
rs_status rs_device_scorer_create(const rs_evaluator_options *options, const rs_labels *labels,
                                  rs_device_scorer **scorer, rs_error *error);

/* Counts `rows` rows at `device_rows`, which are rows first_row, first_row + 1, ... of the labels.
 * Floating types; address and stride are multiples of the size of a value, and fastest when
 * multiples of 16 bytes. The rows must stay as they are until the stream has come this far.
 * RS_MISMATCH when one of them was added before: then nothing is launched. */
rs_status rs_device_scorer_add(rs_device_scorer *scorer, const void *device_rows, rs_dtype dtype,
                               uint64_t first_row, uint64_t rows, uint64_t row_stride_bytes,
                               void *stream, rs_error *error);

/* Waits for everything that was added, in whatever streams, and makes the tally of those rows.
 * Once; afterwards the scorer can only be freed. *tally is NULL on failure. */
rs_status rs_device_scorer_finish(rs_device_scorer *scorer, rs_tally **tally, rs_error *error);

void rs_device_scorer_free(rs_device_scorer *scorer); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
