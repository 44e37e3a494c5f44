/* paths.cu - a kernel whose path depends on the architecture, and a program that says which one
 * ran. */
#include "kernels/launch.h"

#include <cstdio>
#include <vector>

static __device__ unsigned largest_of_warp(unsigned value)
{
#if __CUDA_ARCH__ >= 800
    return __reduce_max_sync(0xffffffffu, value);
#else
    for (int offset = 16; offset > 0; offset /= 2) {
        value = max(value, __shfl_xor_sync(0xffffffffu, value, offset));
    }
    return value;
#endif
}

static __global__ void largest(unsigned *out)
{
    out[threadIdx.x] = largest_of_warp(threadIdx.x * 7 % 32) * 1000 + __CUDA_ARCH__;
}

int main()
{
    unsigned *device = nullptr;
    std::vector<unsigned> host(32);
    if (cudaMalloc(&device, 32 * sizeof(unsigned)) != cudaSuccess ||
        RS_LAUNCH(largest, 1, 32, 0, nullptr, device) != cudaSuccess ||
        cudaMemcpy(host.data(), device, 32 * sizeof(unsigned), cudaMemcpyDeviceToHost) !=
            cudaSuccess) {
        return 1;
    }
    for (unsigned value : host) {
        if (value != 31000 + SIMT_CUDA_ARCH) {
            return 1;
        }
    }
    printf("path of %d\n", SIMT_CUDA_ARCH);
    return 0;
}
