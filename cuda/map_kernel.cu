/* map_kernel.cu - a class map: rows of columns become rows of positions, which stand for classes.
 *
 * As host/engine/map_row.c: the better of a class's columns, by its key. A thread takes a position
 * of a row, so writes are consecutive; the row kernel then reads what was written.
 */
#include "cuda/element.cuh"
#include "cuda/row_task.h"

template <class Element>
__global__ void __launch_bounds__(RS_BLOCK_THREADS) rs_map_kernel(const rs_map_task task)
{
    using Bits = typename Element::Bits;
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * blockDim.x;
    const uint64_t count = task.row_count * task.positions;
    for (uint64_t i = static_cast<uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
         i += step) {
        const uint64_t at = i / task.positions;
        const uint32_t position = static_cast<uint32_t>(i - at * task.positions);
        const Bits *const row = reinterpret_cast<const Bits *>(
            static_cast<const unsigned char *>(task.rows) + at * task.stride_bytes);
        uint32_t column = task.column_begin[position];
        const uint32_t end = task.column_begin[position + 1];
        Bits best = row[task.column[column]];
        while (++column < end) {
            const Bits other = row[task.column[column]];
            best = Element::key(other) > Element::key(best) ? other : best;
        }
        static_cast<Bits *>(task.mapped)[i] = best;
    }
}

extern "C" cudaError_t rs_load_map(rs_dtype dtype)
{
    return rs_with_element(dtype, [&](auto element) {
        cudaFuncAttributes attributes;
        return cudaFuncGetAttributes(&attributes, rs_map_kernel<decltype(element)>);
    });
}

extern "C" cudaError_t rs_launch_map(const rs_map_task *task, uint32_t blocks, cudaStream_t stream)
{
    return rs_with_element(task->dtype, [&](auto element) {
        return RS_LAUNCH((rs_map_kernel<decltype(element)>), dim3(blocks), dim3(RS_BLOCK_THREADS),
                         0, stream, *task);
    });
}
