/* kernels.cc - launches: what is refused at the call, and what goes into the stream. */
#include "executor/grid.h"
#include "executor/internal.h"
#include "runtime/state.h"

#include <cfenv>
#include <cstring>

namespace simt {

constexpr size_t default_shared = 48 << 10;
constexpr size_t most_dynamic_shared = 227 << 10; /* with the opt-in */
constexpr size_t shared_per_multiprocessor = 228 << 10;
constexpr size_t reserved_shared = 1 << 10;
constexpr unsigned most_threads = 1024;

static size_t dynamic_limit(const void *kernel)
{
    const auto found = runtime.shared_limits.find(kernel);
    const size_t fixed = static_shared_bytes_of(kernel);
    if (found != runtime.shared_limits.end()) {
        return static_cast<size_t>(found->second);
    }
    return fixed < default_shared ? default_shared - fixed : 0;
}

static cudaError_t check_launch(const Launch &launch)
{
    const dim3 g = launch.grid, b = launch.block;
    const uint64_t threads = static_cast<uint64_t>(b.x) * b.y * b.z;
    if (threads == 0 || threads > most_threads || b.x > 1024 || b.y > 1024 || b.z > 64 ||
        g.x == 0 || g.y == 0 || g.z == 0 || g.x > 0x7fffffffu || g.y > 65535 || g.z > 65535) {
        return cudaErrorInvalidConfiguration;
    }
    if (static_shared_bytes_of(launch.kernel) > default_shared) {
        return cudaErrorInvalidKernelImage; /* ptxas would have refused it */
    }
    return launch.shared_bytes > dynamic_limit(launch.kernel) ? cudaErrorInvalidValue : cudaSuccess;
}

/* A device rounds to nearest and keeps denormals, whatever the host thread was told to do. */
static cudaError_t run_as_on_a_device(const Launch &launch)
{
    fenv_t host;
    (void)fegetenv(&host);
    (void)fesetenv(FE_DFL_ENV);
    const cudaError_t code = run_grid(launch);
    (void)fesetenv(&host);
    return code;
}

cudaError_t submit(Launch launch)
{
    return call("launch", plain_call, [&] {
        refresh_symbols();
        CUstream_st *const stream = stream_of(launch.stream);
        if (stream == nullptr || stream->device != current_device()) {
            return cudaErrorInvalidResourceHandle;
        }
        if (launch.stream == nullptr || launch.stream == cudaStreamLegacy) {
            for (CUstream_st *other : runtime.streams) { /* the legacy stream would wait for it */
                if (other->capture != nullptr && other->blocking) {
                    return break_capture(*other, cudaErrorStreamCaptureImplicit);
                }
            }
        }
        const cudaError_t bad = check_launch(launch);
        if (bad != cudaSuccess) {
            return bad;
        }
        const int device = stream->device;
        enqueue(*stream, "kernel", [launch, device] {
            watch_faults();
            expose_device(device);
            return run_as_on_a_device(launch);
        });
        return cudaSuccess;
    });
}

} // namespace simt

using namespace simt;

extern "C" {

cudaError_t cudaFuncSetAttribute(const void *kernel, enum cudaFuncAttribute attribute, int value)
{
    return call("cudaFuncSetAttribute", plain_call, [&] {
        refresh_symbols();
        if (attribute == cudaFuncAttributePreferredSharedMemoryCarveout) {
            return cudaSuccess;
        }
        if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize || value < 0 ||
            static_cast<size_t>(value) + static_shared_bytes_of(kernel) > most_dynamic_shared) {
            return cudaErrorInvalidValue;
        }
        runtime.shared_limits[kernel] = value;
        return cudaSuccess;
    });
}

cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *attributes, const void *kernel)
{
    return call("cudaFuncGetAttributes", plain_call, [&] {
        refresh_symbols();
        *attributes = cudaFuncAttributes();
        attributes->sharedSizeBytes = static_shared_bytes_of(kernel);
        attributes->maxThreadsPerBlock = most_threads;
        attributes->numRegs = 32; /* nobody knows here */
        attributes->ptxVersion = attributes->binaryVersion = runtime.arch;
        attributes->maxDynamicSharedSizeBytes = static_cast<int>(dynamic_limit(kernel));
        return cudaSuccess;
    });
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, const void *kernel,
                                                          int block_threads, size_t shared_bytes)
{
    return call("cudaOccupancyMaxActiveBlocksPerMultiprocessor", plain_call, [&] {
        refresh_symbols();
        if (block_threads < 1 || block_threads > static_cast<int>(most_threads)) {
            return cudaErrorInvalidValue;
        }
        const size_t shared = shared_bytes + static_shared_bytes_of(kernel) + reserved_shared;
        const int rounded = (block_threads + 31) / 32 * 32;
        const int by_threads = 2048 / rounded < 32 ? 2048 / rounded : 32;
        const int by_shared = static_cast<int>(shared_per_multiprocessor / shared);
        *blocks = shared_bytes > dynamic_limit(kernel) ? 0
                  : by_threads < by_shared             ? by_threads
                                                       : by_shared;
        return cudaSuccess;
    });
}

} // extern "C"
