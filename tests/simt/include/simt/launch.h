/* launch.h - kernel launches from C++, and the template forms of calls that take a kernel.
 *
 * Arguments are converted and copied when the launch is made, as CUDA does; the kernel runs when
 * the stream is waited for.
 */
#ifndef SIMT_LAUNCH_H
#define SIMT_LAUNCH_H

#include <memory>
#include <tuple>
#include <utility>

#include "cuda_runtime_api.h"
#include "simt/execution.h"

namespace simt {

struct Launch {
    const char *name;   /* as written at the launch; NULL: found by the kernel's address */
    const void *kernel; /* its address, the key of its attributes */
    dim3 grid, block;
    size_t shared_bytes;
    cudaStream_t stream;
    void (*call)(const void *kernel, const void *arguments); /* runs one thread */
    std::shared_ptr<const void> arguments;
};

cudaError_t submit(Launch launch);

template <class... P, class... A>
cudaError_t launch(const char *name, void (*kernel)(P...), dim3 grid, dim3 block,
                   size_t shared_bytes, cudaStream_t stream, A &&...arguments)
{
    static_assert(sizeof...(P) == sizeof...(A), "the kernel takes another number of arguments");
    using Arguments = std::tuple<std::remove_cv_t<P>...>;
    using Kernel = void (*)(P...);
    Launch request;
    request.name = name;
    request.kernel = reinterpret_cast<const void *>(kernel);
    request.grid = grid;
    request.block = block;
    request.shared_bytes = shared_bytes;
    request.stream = stream;
    request.call = [](const void *address, const void *held) {
        std::apply(reinterpret_cast<Kernel>(const_cast<void *>(address)),
                   *static_cast<const Arguments *>(held));
    };
    request.arguments = std::make_shared<Arguments>(std::forward<A>(arguments)...);
    return submit(std::move(request));
}

} // namespace simt

/* What a project's own launch macro becomes here (README.md, RS_LAUNCH): kernel, grid, block, bytes
 * of dynamic shared memory, stream, arguments. */
#define SIMT_LAUNCH(kernel, ...) simt::launch(#kernel, kernel, __VA_ARGS__)

template <class... P, class... A>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t *config, void (*kernel)(P...),
                               A &&...arguments)
{
    if (config->numAttrs != 0) {
        return cudaErrorNotSupported;
    }
    return simt::launch(nullptr, kernel, config->gridDim, config->blockDim,
                        config->dynamicSmemBytes, config->stream, std::forward<A>(arguments)...);
}

template <class... P>
cudaError_t cudaFuncSetAttribute(void (*kernel)(P...), cudaFuncAttribute attribute, int value)
{
    return cudaFuncSetAttribute(reinterpret_cast<const void *>(kernel), attribute, value);
}

template <class... P>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *attributes, void (*kernel)(P...))
{
    return cudaFuncGetAttributes(attributes, reinterpret_cast<const void *>(kernel));
}

template <class... P>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void (*kernel)(P...),
                                                          int block_threads, size_t shared_bytes)
{
    return cudaOccupancyMaxActiveBlocksPerMultiprocessor(
        blocks, reinterpret_cast<const void *>(kernel), block_threads, shared_bytes);
}

template <class T> cudaError_t cudaMalloc(T **pointer, size_t bytes)
{
    return cudaMalloc(reinterpret_cast<void **>(pointer), bytes);
}

template <class T> cudaError_t cudaMallocAsync(T **pointer, size_t bytes, cudaStream_t stream)
{
    return cudaMallocAsync(reinterpret_cast<void **>(pointer), bytes, stream);
}

template <class T>
cudaError_t cudaMallocHost(T **pointer, size_t bytes, unsigned int flags = cudaHostAllocDefault)
{
    return cudaHostAlloc(reinterpret_cast<void **>(pointer), bytes, flags);
}

template <class T> cudaError_t cudaHostAlloc(T **pointer, size_t bytes, unsigned int flags)
{
    return cudaHostAlloc(reinterpret_cast<void **>(pointer), bytes, flags);
}

#endif
