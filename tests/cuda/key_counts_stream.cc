/* What counts keys on the host for the executor, as work of a stream. */
#include <cuda_runtime.h>

#include <cstdio>

#include "cuda/key_task.h"
#include "simt/simt.h"

extern "C" void rs_count_keys_by_library(void *task);

extern "C" void rs_count_device_keys(void *user_data)
{
    rs_key_task *const task = static_cast<rs_key_task *>(user_data);
    const cudaError_t code = simt_run_library(task->stream, rs_count_keys_by_library, task);
    if (code != cudaSuccess) {
        /* what an exception of Thrust becomes */
        task->outcome = code == cudaErrorMemoryAllocation ? RS_KEYS_NO_MEMORY : RS_KEYS_FAILED;
        snprintf(task->text, sizeof task->text, "%s", cudaGetErrorName(code));
    }
}
