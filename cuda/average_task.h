/* average_task.h - rows of several models that are to become one block of averages, on the device.
 *
 * C and CUDA compile this.
 */
#ifndef RS_AVERAGE_TASK_H
#define RS_AVERAGE_TASK_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stdint.h>

#include "cuda/row_task.h"
#include "reassess/logits.h"

#ifdef __cplusplus
extern "C" {
#endif

/* They travel in the arguments of the launch. */
enum { RS_AVERAGED_MEMBERS = 64 };

typedef struct rs_averaged_member {
    const void *rows; /* [row_count], aligned to the size of an element */
    double weight;
    rs_dtype dtype;
    uint32_t row_bytes; /* from one row to the next */
} rs_averaged_member;

typedef struct rs_average_task {
    uint64_t row_count;
    uint32_t columns; /* of the averages */
    uint32_t members;
    rs_map_columns map; /* the members' values are those of its positions; or as they are */
    double scale; /* as in rs_averaging */
    bool softmax;
    rs_dtype dtype; /* of the averages: F32, or F64, which those of a softmax are */
    void *averaged; /* [row_count * columns] */
    rs_averaged_member member[RS_AVERAGED_MEMBERS];
} rs_average_task;

/* Blocks of RS_AVERAGE_THREADS threads, a warp taking a row at a time; so many of them a
 * multiprocessor holds at once. */
enum { RS_AVERAGE_THREADS = 128, RS_AVERAGE_BLOCKS = 5 };

cudaError_t rs_launch_average(const rs_average_task *task, uint32_t blocks, cudaStream_t stream);

#ifdef __cplusplus
}
#endif
#endif
