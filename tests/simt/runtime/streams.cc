/* streams.cc - work that waits in streams, and who makes it run.
 *
 * Nothing runs when it is given to a stream. A call that has to wait runs what it waits for and
 * what that depends on, and before each piece, as the seed has it, other work that happens to be
 * ready. So two streams without an event between them run in either order from seed to seed, and
 * work nobody waits for never runs.
 */
#include "runtime/state.h"

#include <chrono>

namespace simt {

static double clock_milliseconds()
{
    return std::chrono::duration<double, std::milli>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

static bool is_legacy(cudaStream_t handle)
{
    return handle == nullptr || handle == cudaStreamLegacy;
}

CUstream_st *stream_of(cudaStream_t handle)
{
    if (is_legacy(handle)) {
        return runtime.devices[static_cast<size_t>(current_device())].legacy.get();
    }
    return runtime.streams.count(handle) != 0 && handle->alive ? handle : nullptr;
}

static bool pending(const MarkerPointer &marker)
{
    return marker != nullptr && !marker->done;
}

/* Legacy default stream: waits for all earlier work of the blocking streams of its device, and they
 * for it. */
static void add_legacy_order(CUstream_st &stream, std::vector<MarkerPointer> &after)
{
    CUstream_st &legacy = *runtime.devices[static_cast<size_t>(stream.device)].legacy;
    if (&stream != &legacy) {
        if (stream.blocking && legacy.last != nullptr) {
            after.push_back(legacy.last);
        }
        return;
    }
    for (CUstream_st *other : runtime.streams) {
        if (other->device == stream.device && other->blocking && other->last != nullptr) {
            after.push_back(other->last);
        }
    }
}

MarkerPointer enqueue(CUstream_st &stream, const char *name, std::function<cudaError_t()> run,
                      std::vector<MarkerPointer> after)
{
    if (stream.capture != nullptr) {
        stream.capture->work.push_back(std::move(run));
        return nullptr;
    }
    Work work;
    work.name = name;
    work.run = std::move(run);
    work.marker = std::make_shared<Marker>();
    work.marker->stream = &stream;
    work.after = std::move(after);
    add_legacy_order(stream, work.after);
    stream.last = work.marker;
    release(&work.marker->issued); /* what the host has done so far comes first */
    stream.queue.push_back(std::move(work));
    return stream.last;
}

/* Runs a piece as its stream: to ThreadSanitizer that is another thread, which comes after the
 * launching one and after the work it depends on, and after nothing else. */
static cudaError_t run_as_stream(CUstream_st &stream, Work &work)
{
    void *const host = current_identity();
    become(stream.identity.handle());
    acquire(&work.marker->issued);
    for (const MarkerPointer &earlier : work.after) {
        acquire(&earlier->finished);
    }
    cudaError_t code = cudaSuccess;
    if (lost_code(stream.device) == cudaSuccess) {
        runtime.work_done++;
        runtime.devices[static_cast<size_t>(stream.device)].work_done++;
        if (!injected(runtime.failing_work, work.name, &code)) {
            set_inside_work(true);
            code = work.run();
            set_inside_work(false);
        }
    }
    release(&work.marker->finished);
    become(host);
    return code;
}

static void run_front(CUstream_st &stream)
{
    Work work = std::move(stream.queue.front());
    stream.queue.pop_front();
    const cudaError_t code = run_as_stream(stream, work);
    if (code != cudaSuccess) {
        lose(stream.device, code);
    }
    work.marker->done = true;
    work.marker->milliseconds = clock_milliseconds();
}

static bool ready(const CUstream_st &stream)
{
    if (stream.queue.empty()) {
        return false;
    }
    for (const MarkerPointer &earlier : stream.queue.front().after) {
        if (pending(earlier)) {
            return false;
        }
    }
    return true;
}

static std::vector<CUstream_st *> ready_streams()
{
    std::vector<CUstream_st *> found;
    for (CUstream_st *stream : runtime.streams) {
        if (ready(*stream)) {
            found.push_back(stream);
        }
    }
    for (Device &device : runtime.devices) {
        if (ready(*device.legacy)) {
            found.push_back(device.legacy.get());
        }
    }
    return found;
}

void run_something()
{
    const std::vector<CUstream_st *> streams = ready_streams();
    if (!streams.empty()) {
        const uint32_t count = static_cast<uint32_t>(streams.size());
        run_front(*streams[runtime.seed == 0 ? 0 : runtime.random.below(count)]);
    }
}

/* Destroyed streams go when their work is done. */
static void bury()
{
    for (auto at = runtime.streams.begin(); at != runtime.streams.end();) {
        CUstream_st *const stream = *at;
        if (!stream->alive && stream->queue.empty()) {
            at = runtime.streams.erase(at);
            delete stream;
        } else {
            ++at;
        }
    }
}

static void run_until(Marker &marker)
{
    CUstream_st &stream = *marker.stream;
    while (!marker.done) {
        while (runtime.seed != 0 && runtime.random.once_in(2)) {
            run_something();
        }
        if (marker.done) {
            break;
        }
        const std::vector<MarkerPointer> after = stream.queue.front().after;
        bool waited = false;
        for (const MarkerPointer &earlier : after) {
            if (pending(earlier)) {
                run_until(*earlier);
                waited = true;
            }
        }
        if (!waited) {
            run_front(stream);
        }
    }
}

void complete(const MarkerPointer &marker)
{
    if (marker != nullptr) {
        run_until(*marker);
        acquire(&marker->finished);
    }
}

void complete_stream(CUstream_st &stream)
{
    complete(stream.last);
}

void complete_device(int device)
{
    complete(runtime.devices[static_cast<size_t>(device)].legacy->last);
    for (CUstream_st *stream : runtime.streams) {
        if (stream->device == device) {
            complete(stream->last);
        }
    }
    bury();
}

static cudaError_t create_stream(cudaStream_t *stream, unsigned flags)
{
    if ((flags & ~static_cast<unsigned>(cudaStreamNonBlocking)) != 0) {
        return cudaErrorInvalidValue;
    }
    *stream = new CUstream_st;
    (*stream)->device = current_device();
    (*stream)->blocking = flags == cudaStreamDefault;
    runtime.streams.insert(*stream);
    return cudaSuccess;
}

/* cudaSuccess or cudaErrorNotReady; a poll makes some work run now and then, or loops would not
 * end. */
static cudaError_t poll(const MarkerPointer &marker)
{
    if (pending(marker) && (runtime.seed == 0 || runtime.random.once_in(2))) {
        run_something();
    }
    if (pending(marker)) {
        return cudaErrorNotReady;
    }
    if (marker != nullptr) {
        acquire(&marker->finished);
    }
    return cudaSuccess;
}

} // namespace simt

using namespace simt;

extern "C" {

cudaError_t cudaStreamCreate(cudaStream_t *stream)
{
    return call("cudaStreamCreate", plain_call,
                [&] { return create_stream(stream, cudaStreamDefault); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned int flags)
{
    return call("cudaStreamCreateWithFlags", plain_call,
                [&] { return create_stream(stream, flags); });
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned int flags, int)
{
    return call("cudaStreamCreateWithPriority", plain_call,
                [&] { return create_stream(stream, flags); });
}

cudaError_t cudaStreamDestroy(cudaStream_t handle)
{
    return call("cudaStreamDestroy", frees, [&] { /* its work goes on without it */
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr || is_legacy(handle)) {
            return cudaErrorInvalidResourceHandle;
        }
        stream->alive = false;
        bury();
        return cudaSuccess;
    });
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle)
{
    return call("cudaStreamSynchronize", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (forbidden_in_capture(stream) != cudaSuccess) {
            return cudaErrorStreamCaptureUnsupported;
        }
        if (is_legacy(handle)) { /* and the streams it waits for */
            std::vector<MarkerPointer> after;
            add_legacy_order(*stream, after);
            for (const MarkerPointer &marker : after) {
                complete(marker);
            }
        }
        complete_stream(*stream);
        return lost_code(stream->device);
    });
}

cudaError_t cudaStreamQuery(cudaStream_t handle)
{
    return call("cudaStreamQuery", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr || forbidden_in_capture(stream) != cudaSuccess) {
            return stream == nullptr ? cudaErrorInvalidResourceHandle
                                     : cudaErrorStreamCaptureUnsupported;
        }
        return poll(stream->last);
    });
}

cudaError_t cudaDeviceSynchronize(void)
{
    return call("cudaDeviceSynchronize", plain_call, [&] {
        if (forbidden_in_capture(nullptr) != cudaSuccess) {
            return cudaErrorStreamCaptureUnsupported;
        }
        complete_device(current_device());
        return cudaSuccess;
    });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void *user_data)
{
    return call("cudaLaunchHostFunc", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr || function == nullptr) {
            return stream == nullptr ? cudaErrorInvalidResourceHandle : cudaErrorInvalidValue;
        }
        enqueue(*stream, "cudaLaunchHostFunc", [function, user_data] {
            hide_all();
            function(user_data);
            return cudaSuccess;
        });
        return cudaSuccess;
    });
}

cudaError_t simt_run_library(void *handle, void (*function)(void *), void *user_data)
{
    return call("simt_run_library", plain_call, [&] {
        CUstream_st *const stream = stream_of(static_cast<cudaStream_t>(handle));
        if (stream == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        const int device = stream->device;
        enqueue(*stream, "library", [function, user_data, device] {
            expose_device(device);
            function(user_data);
            return cudaSuccess;
        });
        complete_stream(*stream);
        return lost_code(device);
    });
}

/* ---- events ---- */

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned int flags)
{
    return call("cudaEventCreateWithFlags", plain_call, [&] {
        *event = new CUevent_st;
        (*event)->device = current_device();
        (*event)->timing = (flags & cudaEventDisableTiming) == 0;
        runtime.events.insert(*event);
        return cudaSuccess;
    });
}

cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    return call("cudaEventDestroy", frees, [&] {
        if (runtime.events.erase(event) == 0) {
            return cudaErrorInvalidResourceHandle;
        }
        delete event;
        return cudaSuccess;
    });
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle)
{
    return call("cudaEventRecord", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr || runtime.events.count(event) == 0 ||
            event->device != stream->device) {
            return cudaErrorInvalidResourceHandle;
        }
        event->captured = stream->capture != nullptr ? stream : nullptr;
        event->marker = enqueue(*stream, "cudaEventRecord", [] { return cudaSuccess; });
        return cudaSuccess;
    });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned int)
{
    return call("cudaStreamWaitEvent", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr || runtime.events.count(event) == 0) {
            return cudaErrorInvalidResourceHandle;
        }
        if (event->captured != nullptr) { /* would fork the capture */
            return event->captured == stream ? cudaSuccess
                                             : break_capture(*event->captured,
                                                             cudaErrorStreamCaptureUnsupported);
        }
        if (stream->capture != nullptr && event->marker != nullptr) {
            return break_capture(*stream, cudaErrorStreamCaptureIsolation);
        }
        if (event->marker != nullptr) { /* never recorded: nothing to wait for */
            enqueue(*stream, "cudaStreamWaitEvent", [] { return cudaSuccess; }, {event->marker});
        }
        return cudaSuccess;
    });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    return call("cudaEventSynchronize", plain_call, [&] {
        if (runtime.events.count(event) == 0) {
            return cudaErrorInvalidResourceHandle;
        }
        if (event->captured != nullptr) {
            return break_capture(*event->captured, cudaErrorCapturedEvent);
        }
        complete(event->marker);
        return lost_code(event->device);
    });
}

cudaError_t cudaEventQuery(cudaEvent_t event)
{
    return call("cudaEventQuery", plain_call, [&] {
        if (runtime.events.count(event) != 0 && event->captured != nullptr) {
            return break_capture(*event->captured, cudaErrorCapturedEvent);
        }
        return runtime.events.count(event) == 0 ? cudaErrorInvalidResourceHandle
                                                : poll(event->marker);
    });
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t start, cudaEvent_t end)
{
    return call("cudaEventElapsedTime", plain_call, [&] {
        if (runtime.events.count(start) == 0 || runtime.events.count(end) == 0 || !start->timing ||
            !end->timing || start->marker == nullptr || end->marker == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        if (pending(start->marker) || pending(end->marker)) {
            return cudaErrorNotReady;
        }
        *milliseconds =
            static_cast<float>(end->marker->milliseconds - start->marker->milliseconds);
        return cudaSuccess;
    });
}

} // extern "C"
