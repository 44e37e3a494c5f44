/* average_batch.h - the members of an ensemble in one chunk: where the rows of each lie, and how
 * they become averages on the device.
 *
 * The rows of a member follow each other, those of the widest type first, so that all are aligned.
 */
#ifndef RS_AVERAGE_BATCH_H
#define RS_AVERAGE_BATCH_H

#include "base/error.h"
#include "cuda/average_task.h"
#include "cuda/device_labels.h"
#include "engine/engine.h"

/* Bytes of a row of all members that come before member `m`; of all of them with m = count. */
uint64_t rs_averaging_bytes_before(const rs_averaging *of, size_t m);

/* Rows of all members that are on a device. */
typedef struct rs_average_batch {
    const rs_averaging *of;
    const void *rows; /* [row_count] of each member */
    uint64_t row_count;
    const rs_source_info *info; /* of the averages */
    void *averaged;             /* room for them */
} rs_average_batch;

/* Puts the work into `stream`; nothing here waits. The labels have the columns of the members. */
rs_status rs_average_batch_make(const rs_average_batch *batch, const rs_device_labels *labels,
                                uint32_t multiprocessors, cudaStream_t stream, rs_error *error);

#endif
