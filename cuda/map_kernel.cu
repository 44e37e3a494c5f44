/* map_kernel.cu - a class map: rows of columns become rows of positions, which stand for classes.
 *
 * As host/engine/map_row.c: the better of a class's columns, by its key. A thread takes a position
 * of a row, so writes are consecutive; the row kernel then reads what was written.
 */
#include "base/row_order.h"
#include "cuda/launch.cuh"
#include "cuda/row_task.h"

/* The bits of an element and their order. */
struct rs_bits_f32 {
    using Bits = uint32_t;
    static __device__ Bits key(Bits bits)
    {
        return rs_key_f32(bits);
    }
};
struct rs_bits_f16 {
    using Bits = uint16_t;
    static __device__ Bits key(Bits bits)
    {
        return rs_key_f16(bits);
    }
};
struct rs_bits_bf16 {
    using Bits = uint16_t;
    static __device__ Bits key(Bits bits)
    {
        return rs_key_bf16(bits);
    }
};
struct rs_bits_f64 {
    using Bits = uint64_t;
    static __device__ Bits key(Bits bits)
    {
        return rs_key_f64(bits);
    }
};

template <class Type>
__global__ void __launch_bounds__(RS_BLOCK_THREADS) rs_map_kernel(const rs_map_task task)
{
    using Bits = typename Type::Bits;
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
            best = Type::key(other) > Type::key(best) ? other : best;
        }
        static_cast<Bits *>(task.mapped)[i] = best;
    }
}

extern "C" cudaError_t rs_launch_map(const rs_map_task *task, uint32_t blocks, cudaStream_t stream)
{
    const dim3 grid(blocks);
    const dim3 block(RS_BLOCK_THREADS);
    switch (task->dtype) {
    case RS_DTYPE_F32:
        return RS_LAUNCH((rs_map_kernel<rs_bits_f32>), grid, block, 0, stream, *task);
    case RS_DTYPE_F16:
        return RS_LAUNCH((rs_map_kernel<rs_bits_f16>), grid, block, 0, stream, *task);
    case RS_DTYPE_BF16:
        return RS_LAUNCH((rs_map_kernel<rs_bits_bf16>), grid, block, 0, stream, *task);
    case RS_DTYPE_F64:
        return RS_LAUNCH((rs_map_kernel<rs_bits_f64>), grid, block, 0, stream, *task);
    default:
        return cudaErrorInvalidValue;
    }
}
