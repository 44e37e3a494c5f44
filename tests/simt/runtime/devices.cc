/* devices.cc - what the simulated devices say of themselves. */
#include "runtime/state.h"

#include <cstdio>
#include <cstring>

using namespace simt;

/* Plausible numbers; the multiprocessors are few so that grids sized by them stay small. */
static cudaDeviceProp properties_of(int device)
{
    cudaDeviceProp p = cudaDeviceProp();
    snprintf(p.name, sizeof p.name, "host SIMT executor %d", device);
    p.totalGlobalMem = runtime.memory_bytes;
    p.sharedMemPerBlock = 48 << 10;
    p.regsPerBlock = p.regsPerMultiprocessor = 65536;
    p.warpSize = 32;
    p.memPitch = 0x7fffffff;
    p.maxThreadsPerBlock = 1024;
    p.maxThreadsDim[0] = p.maxThreadsDim[1] = 1024;
    p.maxThreadsDim[2] = 64;
    p.maxGridSize[0] = 0x7fffffff;
    p.maxGridSize[1] = p.maxGridSize[2] = 65535;
    p.totalConstMem = 64 << 10;
    const int own = runtime.devices[static_cast<size_t>(device)].arch;
    const int arch = own != 0 ? own : runtime.arch;
    p.major = arch / 10;
    p.minor = arch % 10;
    p.multiProcessorCount = 4;
    p.canMapHostMemory = p.concurrentKernels = p.unifiedAddressing = 1;
    p.pciBusID = device + 1;
    p.asyncEngineCount = 2;
    p.memoryBusWidth = 5120;
    p.l2CacheSize = 50 << 20;
    p.maxThreadsPerMultiProcessor = 2048;
    p.sharedMemPerMultiprocessor = 228 << 10;
    p.sharedMemPerBlockOptin = 227 << 10;
    p.reservedSharedMemPerBlock = 1 << 10;
    p.maxBlocksPerMultiProcessor = 32;
    p.hostRegisterSupported = p.hostRegisterReadOnlySupported = p.memoryPoolsSupported = 1;
    return p;
}

static bool attribute_of(const cudaDeviceProp &p, cudaDeviceAttr attribute, int *value)
{
    const struct {
        cudaDeviceAttr attribute;
        int value;
    } table[] = {
        {cudaDevAttrMaxThreadsPerBlock, p.maxThreadsPerBlock},
        {cudaDevAttrMaxGridDimX, p.maxGridSize[0]},
        {cudaDevAttrMaxSharedMemoryPerBlock, static_cast<int>(p.sharedMemPerBlock)},
        {cudaDevAttrWarpSize, p.warpSize},
        {cudaDevAttrMultiProcessorCount, p.multiProcessorCount},
        {cudaDevAttrIntegrated, p.integrated},
        {cudaDevAttrCanMapHostMemory, p.canMapHostMemory},
        {cudaDevAttrComputeMode, 0},
        {cudaDevAttrConcurrentKernels, p.concurrentKernels},
        {cudaDevAttrPciBusId, p.pciBusID},
        {cudaDevAttrL2CacheSize, p.l2CacheSize},
        {cudaDevAttrMaxThreadsPerMultiProcessor, p.maxThreadsPerMultiProcessor},
        {cudaDevAttrAsyncEngineCount, p.asyncEngineCount},
        {cudaDevAttrUnifiedAddressing, p.unifiedAddressing},
        {cudaDevAttrComputeCapabilityMajor, p.major},
        {cudaDevAttrComputeCapabilityMinor, p.minor},
        {cudaDevAttrMaxSharedMemoryPerMultiprocessor,
         static_cast<int>(p.sharedMemPerMultiprocessor)},
        {cudaDevAttrManagedMemory, 0},
        {cudaDevAttrPageableMemoryAccess, 0},
        {cudaDevAttrMaxSharedMemoryPerBlockOptin, static_cast<int>(p.sharedMemPerBlockOptin)},
        {cudaDevAttrHostRegisterSupported, p.hostRegisterSupported},
        {cudaDevAttrReservedSharedMemoryPerBlock, static_cast<int>(p.reservedSharedMemPerBlock)},
        {cudaDevAttrHostRegisterReadOnlySupported, p.hostRegisterReadOnlySupported},
    };
    for (const auto &row : table) {
        if (row.attribute == attribute) {
            *value = row.value;
            return true;
        }
    }
    return false;
}

static bool exists(int device)
{
    return device >= 0 && device < runtime.device_count;
}

extern "C" {

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device)
{
    return call("cudaGetDeviceProperties", plain_call, [&] {
        if (!exists(device)) {
            return cudaErrorInvalidDevice;
        }
        *properties = properties_of(device);
        return cudaSuccess;
    });
}

cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device)
{
    return call("cudaDeviceGetAttribute", plain_call, [&] {
        if (!exists(device)) {
            return cudaErrorInvalidDevice;
        }
        return attribute_of(properties_of(device), attribute, value) ? cudaSuccess
                                                                     : cudaErrorInvalidValue;
    });
}

cudaError_t cudaDeviceGetPCIBusId(char *text, int capacity, int device)
{
    return call("cudaDeviceGetPCIBusId", plain_call, [&] {
        if (!exists(device)) {
            return cudaErrorInvalidDevice;
        }
        snprintf(text, static_cast<size_t>(capacity), "0000:%02x:00.0", device + 1);
        return cudaSuccess;
    });
}

cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest)
{
    return call("cudaDeviceGetStreamPriorityRange", plain_call, [&] {
        *least = 0;
        *greatest = -5;
        return cudaSuccess;
    });
}

cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer)
{
    return call("cudaDeviceCanAccessPeer", plain_call, [&] {
        if (!exists(device) || !exists(peer)) {
            return cudaErrorInvalidDevice;
        }
        *can = 0;
        return cudaSuccess;
    });
}

cudaError_t cudaSetDeviceFlags(unsigned int)
{
    return call("cudaSetDeviceFlags", plain_call, [] { return cudaSuccess; });
}

/* Destroys what the device has, as CUDA's does; a lost device stays lost. */
cudaError_t cudaDeviceReset(void)
{
    return call("cudaDeviceReset", frees, [] {
        const int device = current_device();
        complete_device(device);
        std::vector<std::pair<void *, Kind>> doomed;
        for (const auto &entry : runtime.allocations) {
            if (entry.second.device == device) {
                doomed.push_back({entry.second.pointer, entry.second.kind});
            }
        }
        for (const auto &one : doomed) {
            free_allocation(one.first, one.second);
        }
        return cudaSuccess;
    });
}

cudaError_t cudaDriverGetVersion(int *version)
{
    return call("cudaDriverGetVersion", any_device, [&] {
        const int known = runtime.device_count < 0 ? 12040 : CUDART_VERSION;
        *version = runtime.device_count == -1 ? 0 : known;
        return cudaSuccess;
    });
}

cudaError_t cudaRuntimeGetVersion(int *version)
{
    return call("cudaRuntimeGetVersion", any_device, [&] {
        *version = CUDART_VERSION;
        return cudaSuccess;
    });
}

} // extern "C"
