/* copies.cc - copies and fills, with CUDA's rules on what a call waits for.
 *
 *     between pinned and device memory      asynchronous: the host's side is read or written when
 *                                           it runs
 *     pageable to device                    the source is staged at the call, the rest is
 *                                           asynchronous
 *     device to pageable, host to host      done on return
 *     device to device, fills               asynchronous, even without Async in the name
 * cudaMemcpy itself waits for the legacy default stream before, and after unless one of these rules
 * says that it need not.
 */
#include "runtime/state.h"

#include <cstring>

namespace simt {

/* `rows` rows of `width` bytes; an ordinary copy has one. */
struct Copy {
    char *to;
    size_t to_pitch;
    const char *from;
    size_t from_pitch, width, rows;
    cudaMemcpyKind kind;

    size_t to_span() const
    {
        return rows == 0 ? 0 : (rows - 1) * to_pitch + width;
    }
    size_t from_span() const
    {
        return rows == 0 ? 0 : (rows - 1) * from_pitch + width;
    }
};

static bool is_host_side(const void *pointer, size_t bytes)
{
    const Allocation *const first = find(pointer);
    return first == nullptr || (!is_device(first) && find_whole(pointer, bytes) != nullptr) ||
           first->kind == Kind::registered;
}

static cudaError_t check(Copy &copy)
{
    if (copy.width == 0 || copy.rows == 0) {
        return cudaSuccess;
    }
    if (copy.to == nullptr || copy.from == nullptr) {
        return cudaErrorInvalidValue;
    }
    if (copy.to_pitch < copy.width || copy.from_pitch < copy.width) {
        return cudaErrorInvalidPitchValue;
    }
    const bool to_device = is_device(find(copy.to)), from_device = is_device(find(copy.from));
    const cudaMemcpyKind found =
        static_cast<cudaMemcpyKind>((to_device ? 1 : 0) + (from_device ? 2 : 0));
    if (copy.kind == cudaMemcpyDefault) {
        copy.kind = found;
    }
    if (copy.kind != found) {
        return static_cast<int>(copy.kind) > cudaMemcpyDefault ? cudaErrorInvalidMemcpyDirection
                                                                 : cudaErrorInvalidValue;
    }
    const bool fits = (to_device ? find_whole(copy.to, copy.to_span()) != nullptr
                                 : is_host_side(copy.to, copy.to_span())) &&
                      (from_device ? find_whole(copy.from, copy.from_span()) != nullptr
                                   : is_host_side(copy.from, copy.from_span()));
    return fits ? cudaSuccess : cudaErrorInvalidValue;
}

static void expose_sides(const void *to, const void *from)
{
    Allocation *const written = find(to), *const read = find(from);
    if (written != nullptr) {
        expose(*written);
    }
    if (read != nullptr) {
        expose(*read);
    }
}

static cudaError_t run_copy(const Copy &copy)
{
    expose_sides(copy.to, copy.from);
    if (copy.to_pitch == copy.width && copy.from_pitch == copy.width) {
        memmove(copy.to, copy.from, copy.width * copy.rows);
        return cudaSuccess;
    }
    for (size_t row = 0; row < copy.rows; row++) {
        memmove(copy.to + row * copy.to_pitch, copy.from + row * copy.from_pitch, copy.width);
    }
    return cudaSuccess;
}

/* The source is copied now; the returned copy reads the stage. */
static Copy stage(const Copy &copy, std::shared_ptr<std::vector<char>> &held)
{
    held = std::make_shared<std::vector<char>>(copy.width * copy.rows);
    Copy staged = copy;
    staged.to = held->data();
    staged.to_pitch = copy.width;
    run_copy(staged);
    staged = copy;
    staged.from = held->data();
    staged.from_pitch = copy.width;
    return staged;
}

static cudaError_t submit_copy(CUstream_st &stream, Copy copy)
{
    const cudaError_t bad = check(copy);
    if (bad != cudaSuccess || copy.width == 0 || copy.rows == 0) {
        return bad;
    }
    const bool to_pageable = find(copy.to) == nullptr, from_pageable = find(copy.from) == nullptr;
    std::shared_ptr<std::vector<char>> held;
    if (stream.capture != nullptr && (to_pageable || from_pageable)) {
        return break_capture(stream, cudaErrorStreamCaptureUnsupported);
    }
    if (copy.kind == cudaMemcpyHostToDevice && from_pageable) {
        copy = stage(copy, held);
    }
    enqueue(stream, "cudaMemcpyAsync", [copy, held] { return run_copy(copy); });
    if (copy.kind == cudaMemcpyHostToHost || (copy.kind == cudaMemcpyDeviceToHost && to_pageable)) {
        complete_stream(stream);
    }
    return lost_code(stream.device);
}

static cudaError_t copy_async(const char *name, cudaStream_t handle, const Copy &copy)
{
    return call(name, plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        return stream == nullptr ? cudaErrorInvalidResourceHandle : submit_copy(*stream, copy);
    });
}

static cudaError_t copy_now(const char *name, const Copy &copy)
{
    return call(name, plain_call, [&] {
        CUstream_st &stream = *stream_of(nullptr);
        const cudaError_t code = submit_copy(stream, copy);
        const bool from_pageable = find(copy.from) == nullptr;
        if (code == cudaSuccess && !(copy.kind == cudaMemcpyDeviceToDevice) &&
            !(copy.kind == cudaMemcpyHostToDevice && from_pageable)) {
            complete_stream(stream);
        }
        return code != cudaSuccess ? code : lost_code(stream.device);
    });
}

static cudaError_t submit_fill(CUstream_st &stream, char *pointer, int value, size_t bytes)
{
    if (bytes == 0) {
        return cudaSuccess;
    }
    const Allocation *const allocation = find_whole(pointer, bytes);
    if (allocation == nullptr) {
        return cudaErrorInvalidValue;
    }
    enqueue(stream, "cudaMemsetAsync", [=] {
        expose_sides(pointer, nullptr);
        memset(pointer, value, bytes);
        return cudaSuccess;
    });
    return cudaSuccess;
}

static Copy flat(void *to, const void *from, size_t bytes, cudaMemcpyKind kind)
{
    return {static_cast<char *>(to), bytes, static_cast<const char *>(from), bytes, bytes, 1, kind};
}

} // namespace simt

using namespace simt;

extern "C" {

cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind)
{
    return copy_now("cudaMemcpy", flat(to, from, bytes, kind));
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind,
                            cudaStream_t stream)
{
    return copy_async("cudaMemcpyAsync", stream, flat(to, from, bytes, kind));
}

cudaError_t cudaMemcpy2D(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                         size_t width, size_t height, enum cudaMemcpyKind kind)
{
    return copy_now("cudaMemcpy2D", {static_cast<char *>(to), to_pitch,
                                     static_cast<const char *>(from), from_pitch, width, height,
                                     kind});
}

cudaError_t cudaMemcpy2DAsync(void *to, size_t to_pitch, const void *from, size_t from_pitch,
                              size_t width, size_t height, enum cudaMemcpyKind kind,
                              cudaStream_t stream)
{
    return copy_async("cudaMemcpy2DAsync", stream,
                      {static_cast<char *>(to), to_pitch, static_cast<const char *>(from),
                       from_pitch, width, height, kind});
}

cudaError_t cudaMemcpyPeerAsync(void *to, int to_device, const void *from, int from_device,
                                size_t bytes, cudaStream_t stream)
{
    return call("cudaMemcpyPeerAsync", plain_call, [&] {
        CUstream_st *const work_stream = stream_of(stream);
        const Allocation *const written = find(to), *const read = find(from);
        if (work_stream == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (!is_device(written) || !is_device(read) || written->device != to_device ||
            read->device != from_device) {
            return cudaErrorInvalidValue;
        }
        return submit_copy(*work_stream, flat(to, from, bytes, cudaMemcpyDeviceToDevice));
    });
}

cudaError_t cudaMemset(void *pointer, int value, size_t bytes)
{
    return call("cudaMemset", plain_call, [&] {
        return submit_fill(*stream_of(nullptr), static_cast<char *>(pointer), value, bytes);
    });
}

cudaError_t cudaMemsetAsync(void *pointer, int value, size_t bytes, cudaStream_t handle)
{
    return call("cudaMemsetAsync", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        return stream == nullptr
                   ? cudaErrorInvalidResourceHandle
                   : submit_fill(*stream, static_cast<char *>(pointer), value, bytes);
    });
}

} // extern "C"
