/* head_task.h - the kernels around a head's product. C and CUDA compile this. */
#ifndef RS_HEAD_TASK_H
#define RS_HEAD_TASK_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#include "reassess/logits.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `count` values of a floating type become F32 or F64, a wider type. */
cudaError_t rs_launch_widen(rs_dtype from_dtype, const void *from, rs_dtype to_dtype, void *to,
                            uint64_t count, uint32_t blocks, cudaStream_t stream);

/* Each of `rows` rows of `out` becomes the bias; both are of `dtype`, F32 or F64. */
cudaError_t rs_launch_bias(rs_dtype dtype, const void *bias, uint32_t columns, uint64_t rows,
                           void *out, uint32_t blocks, cudaStream_t stream);

#ifdef __cplusplus
}
#endif
#endif
