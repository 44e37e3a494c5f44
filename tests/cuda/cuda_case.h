/* cuda_case.h - the CUDA engine under test. */
#ifndef RS_TEST_CUDA_CASE_H
#define RS_TEST_CUDA_CASE_H

#include <cuda_runtime_api.h>
#include <dlfcn.h>
#ifdef SIMT_CUDA_RUNTIME
#include <nvtx3/nvToolsExt.h>
#endif

extern "C" {
#include "cuda/cuda_engine.h"
}
#include "engine/score_case.h"
#include "simt/simt.h"

namespace rs_test {

/* Of what an engine asked of the runtime, when it is closed. */
inline void ExpectNothingLeft()
{
    const simt_census left = simt_count();
    EXPECT_EQ(left.device_allocations, 0u);
    EXPECT_EQ(left.pinned_allocations, 0u);
    EXPECT_EQ(left.registrations, 0u);
    EXPECT_EQ(left.streams, 0u);
    EXPECT_EQ(left.events, 0u);
#ifdef SIMT_CUDA_RUNTIME
    EXPECT_EQ(simt_nvtx_depth(), 0);
#endif
}

/* Whether there are so many devices; the executor has as many as it is told to have. */
inline bool DevicesThere([[maybe_unused]] int wanted)
{
#ifdef SIMT_CUDA_RUNTIME
    return true;
#else
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess && count >= wanted;
#endif
}

/* That the device on which the caller works is number 1. */
inline void ExpectOnDeviceOne(const char *after)
{
    int now = -1;
    EXPECT_EQ(cudaGetDevice(&now), cudaSuccess);
    EXPECT_EQ(now, 1) << after;
}

/* A device multiplies where cuBLAS is installed; the executor has its own. */
inline bool HasCublas()
{
#ifdef SIMT_CUDA_RUNTIME
    return true;
#else
    return dlopen("libcublas.so.13", RTLD_NOW | RTLD_LOCAL) != nullptr ||
           dlopen("libcublas.so.12", RTLD_NOW | RTLD_LOCAL) != nullptr;
#endif
}

/* The CUDA engine, opened and closed. `memory` bounds its chunks; `devices` is a set of bits. Rows
 * are copied before they are sent unless something else is said, so that calls come in the same
 * order. */
class OpenCudaEngine {
  public:
    explicit OpenCudaEngine(uint64_t memory = 0, unsigned threads = 2, uint64_t devices = 0,
                            rs_page_locking locking = RS_PAGE_LOCKING_NEVER)
    {
        const rs_engine_plugin_options options = {devices, memory, threads, locking};
        status = rs_cuda_engine_open(&options, &engine_, &error);
    }
    ~OpenCudaEngine()
    {
        if (engine_ != nullptr) {
            engine_->vtable->close(engine_);
        }
    }
    OpenCudaEngine(const OpenCudaEngine &) = delete;
    OpenCudaEngine &operator=(const OpenCudaEngine &) = delete;
    rs_engine *get() const { return engine_; }

    rs_status status = RS_OK;
    rs_error error = {};

  private:
    rs_engine *engine_ = nullptr;
};

}  // namespace rs_test

#endif
