/* gpu_main.cc - runs the tests on the device there is, or says that there is none (status 77). */
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <cstdio>

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    if (testing::GTEST_FLAG(list_tests)) {
        return RUN_ALL_TESTS(); /* which tests there are can be asked without a device */
    }
    int devices = 0;
    const cudaError_t code = cudaGetDeviceCount(&devices);
    if (code != cudaSuccess || devices == 0) {
        std::printf("skipped: no CUDA device (%s)\n", cudaGetErrorString(code));
        return 77;
    }
    for (int device = 0; device < devices; ++device) {
        cudaDeviceProp properties;
        if (cudaGetDeviceProperties(&properties, device) == cudaSuccess) {
            std::printf("device %d: %s\n", device, properties.name);
        }
    }
    return RUN_ALL_TESTS();
}
