/* average_batch.h - the members of an ensemble in one chunk: where the rows of each lie, and how
 * they become averages on the device.
 *
 * The rows of a member follow each other, those of the widest type first, so that all are aligned.
 */
#ifndef RS_AVERAGE_BATCH_H
#define RS_AVERAGE_BATCH_H

#include "base/error.h"
#include "cuda/average_task.h"
#include "engine/engine.h"

/* Bytes of a row of all members that come before member `m`; of all of them with m = count. */
uint64_t rs_averaging_bytes_before(const rs_averaging *of, size_t m);

/* Averages row_count rows of all members, at `rows`, into `averaged`, rows as `info` says. Nothing
 * here waits. */
rs_status rs_average_batch(const rs_averaging *of, const void *rows, uint64_t row_count,
                           const rs_source_info *info, void *averaged, uint32_t multiprocessors,
                           int device, cudaStream_t stream, rs_error *error);

#endif
