/* graphs.cc - capturing what is given to a stream, and launching it as often as wanted.
 *
 * One stream, one piece of work after the other: a capture that reaches into another stream through
 * an event is refused. Arguments are those of the capture, as CUDA has it; work that would wait, or
 * whose memory of the host could be gone at the launch, breaks the capture.
 */
#include "runtime/state.h"

namespace simt {

cudaError_t break_capture(CUstream_st &stream, cudaError_t code)
{
    stream.capture_broken = true;
    return code;
}

cudaError_t forbidden_in_capture(CUstream_st *stream)
{
    cudaError_t code = cudaSuccess;
    for (CUstream_st *other : runtime.streams) {
        if ((stream == nullptr || stream == other) && other->capture != nullptr) {
            code = break_capture(*other, cudaErrorStreamCaptureUnsupported);
        }
    }
    return code;
}

void drop_graphs()
{
    for (CUgraph_st *graph : runtime.graphs) {
        delete graph;
    }
    for (CUgraphExec_st *exec : runtime.graph_execs) {
        delete exec;
    }
    runtime.graphs.clear();
    runtime.graph_execs.clear();
}

static bool is_legacy(cudaStream_t handle)
{
    return handle == nullptr || handle == cudaStreamLegacy;
}

static cudaError_t end_capture(CUstream_st &stream, cudaGraph_t *graph)
{
    *graph = nullptr;
    if (stream.capture == nullptr) {
        return cudaErrorIllegalState;
    }
    std::unique_ptr<CUgraph_st> made = std::move(stream.capture);
    if (stream.capture_broken) {
        return cudaErrorStreamCaptureInvalidated;
    }
    *graph = made.release();
    runtime.graphs.insert(*graph);
    return cudaSuccess;
}

} // namespace simt

using namespace simt;

extern "C" {

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, enum cudaStreamCaptureMode)
{
    return call("cudaStreamBeginCapture", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr || is_legacy(handle)) {
            return stream == nullptr ? cudaErrorInvalidResourceHandle
                                     : cudaErrorStreamCaptureUnsupported;
        }
        if (stream->capture != nullptr) {
            return cudaErrorIllegalState;
        }
        stream->capture = std::make_unique<CUgraph_st>();
        stream->capture->device = stream->device;
        stream->capture_broken = false;
        return cudaSuccess;
    });
}

cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t *graph)
{
    return call("cudaStreamEndCapture", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        return stream == nullptr ? cudaErrorInvalidResourceHandle : end_capture(*stream, graph);
    });
}

cudaError_t cudaStreamIsCapturing(cudaStream_t handle, enum cudaStreamCaptureStatus *status)
{
    return call("cudaStreamIsCapturing", plain_call, [&] {
        const CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        *status = stream->capture == nullptr ? cudaStreamCaptureStatusNone
                  : stream->capture_broken   ? cudaStreamCaptureStatusInvalidated
                                             : cudaStreamCaptureStatusActive;
        return cudaSuccess;
    });
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long)
{
    return call("cudaGraphInstantiate", plain_call, [&] {
        if (runtime.graphs.count(graph) == 0) {
            return cudaErrorInvalidValue;
        }
        *exec = new CUgraphExec_st;
        (*exec)->device = graph->device;
        (*exec)->work = std::make_shared<const Captured>(graph->work);
        runtime.graph_execs.insert(*exec);
        return cudaSuccess;
    });
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t handle)
{
    return call("cudaGraphLaunch", plain_call, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (runtime.graph_execs.count(exec) == 0) {
            return cudaErrorInvalidValue;
        }
        if (stream == nullptr || stream->device != exec->device) {
            return cudaErrorInvalidResourceHandle;
        }
        const std::shared_ptr<const Captured> work = exec->work;
        enqueue(*stream, "cudaGraphLaunch", [work] {
            cudaError_t code = cudaSuccess;
            for (const auto &piece : *work) {
                code = code == cudaSuccess ? piece() : code;
            }
            return code;
        });
        return cudaSuccess;
    });
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec)
{
    return call("cudaGraphExecDestroy", frees, [&] { /* launches go on without it */
        if (runtime.graph_execs.erase(exec) == 0) {
            return cudaErrorInvalidValue;
        }
        delete exec;
        return cudaSuccess;
    });
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    return call("cudaGraphDestroy", frees, [&] {
        if (runtime.graphs.erase(graph) == 0) {
            return cudaErrorInvalidValue;
        }
        delete graph;
        return cudaSuccess;
    });
}

} // extern "C"
