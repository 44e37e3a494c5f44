/* pair_task.h - first predictions on a device that are to become keys (engine/pair_key.h), there.
 *
 * All pointers are device pointers. C and CUDA compile this.
 */
#ifndef RS_PAIR_TASK_H
#define RS_PAIR_TASK_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rs_pair_task {
    uint64_t row_count;
    const int32_t *prediction; /* row i has its first one at i * keep */
    uint32_t keep;
    uint32_t classes;
    const int32_t *original; /* of the first row; likewise the next one */
    const uint32_t *real_begin;
    const int32_t *real_class; /* of all rows */
    uint64_t *key;             /* [row_count] */
} rs_pair_task;

cudaError_t rs_launch_pairs(const rs_pair_task *task, uint32_t multiprocessors,
                            cudaStream_t stream);

#ifdef __cplusplus
}
#endif
#endif
