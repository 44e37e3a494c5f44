/* row_batch.h - rows that are on a device are scored there: into the counters, and what each row
 * gave back to the host.
 */
#ifndef RS_ROW_BATCH_H
#define RS_ROW_BATCH_H

#include "cuda/device_labels.h"
#include "cuda/row_results.h"

typedef struct rs_row_batch {
    const void *rows;
    uint64_t stride_bytes;
    uint64_t row_count;
    uint64_t first_row; /* which row of the labels the first one is */
    rs_dtype dtype;
    void *counters; /* of the device; NULL: those of the labels */
    rs_result_layout layout;
    void *results, *host_results; /* room for what the layout says */
    void *held; /* room for the predictions, where the layout has none; NULL: they are not needed */
} rs_row_batch;

/* What the kernel writes, and where: predictions wherever they are needed. */
rs_device_results rs_row_batch_results(const rs_row_batch *batch);

/* Puts the work into `stream`; nothing here waits. */
rs_status rs_row_batch_score(const rs_row_batch *batch, const rs_device_labels *labels,
                             const rs_pass *pass, uint32_t multiprocessors, cudaStream_t stream,
                             rs_error *error);

#endif
