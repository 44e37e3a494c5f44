/* head_kernel.cu - values to a wider type, and the bias that a product is added to.
 *
 * Both are bound by memory and small beside the product. A thread takes every n-th value, so reads
 * and writes are consecutive.
 */
#include "cuda/element.cuh"
#include "cuda/head_task.h"
#include "cuda/row_task.h"

template <class From, class To>
__global__ void __launch_bounds__(RS_BLOCK_THREADS)
    rs_widen_kernel(const typename From::Bits *from, To *to, uint64_t count)
{
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * blockDim.x;
    for (uint64_t i = static_cast<uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
         i += step) {
        to[i] = static_cast<To>(From::value(from[i]));
    }
}

template <class Real>
__global__ void __launch_bounds__(RS_BLOCK_THREADS)
    rs_bias_kernel(const Real *bias, uint32_t columns, uint64_t count, Real *out)
{
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * blockDim.x;
    for (uint64_t i = static_cast<uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
         i += step) {
        out[i] = bias[i % columns];
    }
}

extern "C" cudaError_t rs_launch_widen(rs_dtype from_dtype, const void *from, rs_dtype to_dtype,
                                       void *to, uint64_t count, uint32_t blocks,
                                       cudaStream_t stream)
{
    const dim3 grid(blocks);
    const dim3 block(RS_BLOCK_THREADS);
    return rs_with_narrow_element(from_dtype, [&](auto element) {
        using From = decltype(element);
        const auto *const bits = static_cast<const typename From::Bits *>(from);
        if (to_dtype == RS_DTYPE_F64) {
            return RS_LAUNCH((rs_widen_kernel<From, double>), grid, block, 0, stream, bits,
                             static_cast<double *>(to), count);
        }
        return RS_LAUNCH((rs_widen_kernel<From, float>), grid, block, 0, stream, bits,
                         static_cast<float *>(to), count);
    });
}

extern "C" cudaError_t rs_launch_bias(rs_dtype dtype, const void *bias, uint32_t columns,
                                      uint64_t rows, void *out, uint32_t blocks,
                                      cudaStream_t stream)
{
    const dim3 grid(blocks);
    const dim3 block(RS_BLOCK_THREADS);
    const uint64_t count = rows * columns;
    if (dtype == RS_DTYPE_F64) {
        return RS_LAUNCH((rs_bias_kernel<double>), grid, block, 0, stream,
                         static_cast<const double *>(bias), columns, count,
                         static_cast<double *>(out));
    }
    return RS_LAUNCH((rs_bias_kernel<float>), grid, block, 0, stream,
                     static_cast<const float *>(bias), columns, count, static_cast<float *>(out));
}
