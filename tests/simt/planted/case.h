/* case.h - what the planted kernels share; PLANT is 0 or 1, given by the build. */
#ifndef SIMT_PLANTED_CASE_H
#define SIMT_PLANTED_CASE_H

#include <vector>

#include "kernels/launch.h"
#include "planted/cases.h"

#if PLANT
#define CASE_NAMESPACE planted
#else
#define CASE_NAMESPACE sound
#endif

namespace CASE_NAMESPACE {

constexpr unsigned all_lanes = 0xffffffffu;

/* Device memory that starts with these values; the copies are complete. */
template <class T> T *upload(const std::vector<T> &values)
{
    T *device = nullptr;
    cudaMalloc(&device, values.size() * sizeof(T));
    cudaMemcpy(device, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice);
    cudaStreamSynchronize(nullptr);
    return device;
}

/* Waits for everything; empty when the device has failed. */
template <class T> std::vector<T> download(const T *device, size_t count)
{
    std::vector<T> values(count);
    if (cudaDeviceSynchronize() != cudaSuccess ||
        cudaMemcpy(values.data(), device, count * sizeof(T), cudaMemcpyDeviceToHost) !=
            cudaSuccess) {
        values.clear();
    }
    return values;
}

} // namespace CASE_NAMESPACE

#endif
