/* streams.cu - planted: no wait between two streams; pinned or device buffers of a ring filled
 * again too early; a result read before the stream was waited for. */
#include "planted/case.h"

namespace CASE_NAMESPACE {

static __global__ void add_up(const int *values, unsigned count, int *sum)
{
    for (unsigned i = threadIdx.x; i < count; i += blockDim.x) {
        atomicAdd(sum, values[i]);
    }
}

constexpr unsigned chunk = 64;
constexpr int chunks = 6;
constexpr int right_sum = static_cast<int>(chunk) * (1 + 2 + 3 + 4 + 5 + 6);

struct Pipeline {
    cudaStream_t copies = nullptr, kernels = nullptr;
    cudaEvent_t copied[2] = {}, used[2] = {};
    int *pinned[2] = {}, *device[2] = {};
    int *sum = nullptr, *pinned_sum = nullptr;
};

static Pipeline make_pipeline()
{
    Pipeline p;
    cudaStreamCreateWithFlags(&p.copies, cudaStreamNonBlocking);
    cudaStreamCreateWithFlags(&p.kernels, cudaStreamNonBlocking);
    for (int i = 0; i < 2; i++) {
        cudaEventCreateWithFlags(&p.copied[i], cudaEventDisableTiming);
        cudaEventCreateWithFlags(&p.used[i], cudaEventDisableTiming);
        cudaMallocHost(&p.pinned[i], chunk * sizeof(int));
        cudaMalloc(&p.device[i], chunk * sizeof(int));
    }
    p.sum = upload(std::vector<int>(1));
    cudaMallocHost(&p.pinned_sum, sizeof(int));
    *p.pinned_sum = 0;
    return p;
}

struct Omissions {
    bool wait_for_copy, wait_for_pinned, wait_for_use, final_wait;
};

/* Two pinned and two device buffers in turn; each piece of the chain waits for the one before it.
 * */
static bool run_pipeline(Omissions omit)
{
    Pipeline p = make_pipeline();
    for (int c = 0; c < chunks; c++) {
        const int slot = c % 2;
        if (c >= 2 && !omit.wait_for_pinned) {
            cudaEventSynchronize(p.copied[slot]);
        }
        for (unsigned i = 0; i < chunk; i++) {
            p.pinned[slot][i] = c + 1;
        }
        if (c >= 2 && !omit.wait_for_use) {
            cudaStreamWaitEvent(p.copies, p.used[slot], 0);
        }
        cudaMemcpyAsync(p.device[slot], p.pinned[slot], chunk * sizeof(int), cudaMemcpyHostToDevice,
                        p.copies);
        cudaEventRecord(p.copied[slot], p.copies);
        if (!omit.wait_for_copy) {
            cudaStreamWaitEvent(p.kernels, p.copied[slot], 0);
        }
        RS_LAUNCH(add_up, 1, 64, 0, p.kernels, p.device[slot], chunk, p.sum);
        cudaEventRecord(p.used[slot], p.kernels);
    }
    cudaMemcpyAsync(p.pinned_sum, p.sum, sizeof(int), cudaMemcpyDeviceToHost, p.kernels);
    if (!omit.final_wait) {
        cudaStreamSynchronize(p.kernels);
    }
    const bool right = *p.pinned_sum == right_sum;
    cudaDeviceSynchronize();
    return right;
}

bool missing_stream_wait()
{
    return run_pipeline({PLANT != 0, false, false, false});
}

bool pinned_buffer_reused()
{
    return run_pipeline({false, PLANT != 0, false, false});
}

bool device_buffer_reused()
{
    return run_pipeline({false, false, PLANT != 0, false});
}

bool result_read_too_early()
{
    return run_pipeline({false, false, false, PLANT != 0});
}

} // namespace CASE_NAMESPACE
