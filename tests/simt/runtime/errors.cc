/* errors.cc - every call of the API passes here: the lock, injected failures, lost devices, last
 * error. */
#include "runtime/state.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "executor/grid.h"

namespace simt {

Runtime runtime;

static thread_local int thread_device;
static thread_local cudaError_t thread_error;
static thread_local bool inside_work;

/* ---- the lock: 0 free, 1 taken, 2 taken and somebody waits ---- */
static int lock_word;

static void futex(int operation, int value)
{
    syscall(SYS_futex, &lock_word, operation | FUTEX_PRIVATE_FLAG, value, nullptr, nullptr, 0);
}

Lock::Lock()
{
    int expected = 0;
    if (__atomic_compare_exchange_n(&lock_word, &expected, 1, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED)) {
        return;
    }
    while (__atomic_exchange_n(&lock_word, 2, __ATOMIC_ACQUIRE) != 0) {
        futex(FUTEX_WAIT, 2);
    }
}

Lock::~Lock()
{
    if (__atomic_exchange_n(&lock_word, 0, __ATOMIC_RELEASE) == 2) {
        futex(FUTEX_WAKE, 1);
    }
}

/* ---- settings ---- */

static long long number_in(const char *name, long long otherwise)
{
    const char *const text = getenv(name);
    return text != nullptr && *text != '\0' ? strtoll(text, nullptr, 0) : otherwise;
}

static Injection injection_in(const char *name)
{
    Injection injection;
    const char *const text = getenv(name);
    char *after = nullptr;
    if (text != nullptr && *text != '\0') {
        injection.countdown = strtoull(text, &after, 0);
        injection.code = static_cast<cudaError_t>(*after == ':' ? atoi(after + 1)
                                                                : cudaErrorUnknown);
    }
    return injection;
}

void make_devices(int count)
{
    runtime.device_count = count;
    runtime.devices.resize(static_cast<size_t>(count > 0 ? count : 0));
    for (size_t i = 0; i < runtime.devices.size(); i++) {
        if (runtime.devices[i].legacy == nullptr) {
            runtime.devices[i].legacy = std::make_unique<CUstream_st>();
            runtime.devices[i].legacy->device = static_cast<int>(i);
        }
    }
}

void initialise()
{
    if (runtime.initialised) {
        return;
    }
    runtime.initialised = true;
    runtime.seed = static_cast<uint64_t>(number_in("SIMT_SEED", 1));
    runtime.device_count = static_cast<int>(number_in("SIMT_DEVICES", 1));
    runtime.memory_bytes = static_cast<size_t>(number_in("SIMT_MEMORY", 1ll << 36));
    runtime.arch = static_cast<int>(number_in("SIMT_ARCH", 90));
    runtime.failing_call = injection_in("SIMT_FAIL_CALL");
    runtime.failing_work = injection_in("SIMT_FAIL_WORK");
    runtime.random = Random(runtime.seed + 77);
    set_schedule_seed(runtime.seed);
    watch_faults();
    make_devices(runtime.device_count);
}

/* ---- failures ---- */

bool is_sticky(cudaError_t code)
{
    switch (code) {
    case cudaErrorDevicesUnavailable:
    case cudaErrorECCUncorrectable:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorAssert:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorUnknown:
        return true;
    default:
        return false;
    }
}

bool injected(Injection &injection, const char *name, cudaError_t *code)
{
    if (injection.countdown == 0 || (!injection.name.empty() && injection.name != name) ||
        --injection.countdown != 0) {
        return false;
    }
    *code = injection.code;
    return true;
}

void lose(int device, cudaError_t code)
{
    if (device >= 0 && device < static_cast<int>(runtime.devices.size()) &&
        runtime.devices[static_cast<size_t>(device)].lost == cudaSuccess) {
        runtime.devices[static_cast<size_t>(device)].lost = code;
    }
}

cudaError_t lost_code(int device)
{
    return runtime.devices[static_cast<size_t>(device)].lost;
}

cudaError_t devices_status()
{
    if (runtime.device_count < 0) {
        return cudaErrorInsufficientDriver;
    }
    return runtime.device_count == 0 ? cudaErrorNoDevice : cudaSuccess;
}

int current_device()
{
    return thread_device < runtime.device_count ? thread_device : 0;
}

void set_inside_work(bool inside)
{
    inside_work = inside;
}

bool is_inside_work()
{
    return inside_work;
}

static cudaError_t checked_call(const char *name, unsigned flags,
                                const std::function<cudaError_t()> &body)
{
    cudaError_t code = cudaSuccess;
    initialise();
    runtime.calls++;
    if (injected(runtime.failing_call, name, &code)) {
        if (is_sticky(code)) {
            lose(current_device(), code);
        }
        if ((flags & frees) != 0 && devices_status() == cudaSuccess) {
            body();
        }
        return code;
    }
    if ((flags & any_device) != 0) {
        return body();
    }
    code = devices_status();
    if (code != cudaSuccess) {
        return code;
    }
    const cudaError_t lost = lost_code(current_device());
    if (lost == cudaSuccess || (flags & frees) != 0) {
        code = body();
    }
    const cudaError_t lost_now = lost_code(current_device());
    return lost_now != cudaSuccess ? lost_now : code;
}

cudaError_t call(const char *name, unsigned flags, const std::function<cudaError_t()> &body)
{
    if (inside_work) {
        return cudaErrorNotPermitted; /* from a kernel, or from a function that a stream calls */
    }
    const Unseen unseen;
    const Lock lock;
    const cudaError_t code = checked_call(name, flags, body);
    hide_all();
    if (code != cudaSuccess) {
        thread_error = code;
    }
    return code;
}

} // namespace simt

using namespace simt;

extern "C" {

/* ---- errors ---- */

cudaError_t cudaPeekAtLastError(void)
{
    return thread_error;
}

cudaError_t cudaGetLastError(void)
{
    const cudaError_t code = thread_error;
    thread_error = cudaSuccess;
    if (is_sticky(code) && runtime.initialised && devices_status() == cudaSuccess) {
        thread_error = lost_code(current_device());
    }
    return code;
}

#define SIMT_NAME_CASE(name, code, text)                                                           \
    case name:                                                                                     \
        return #name;
#define SIMT_TEXT_CASE(name, code, text)                                                           \
    case name:                                                                                     \
        return text;

const char *cudaGetErrorName(cudaError_t code)
{
    switch (code) {
        SIMT_ERROR_TABLE(SIMT_NAME_CASE)
    default:
        return "unrecognized error code";
    }
}

const char *cudaGetErrorString(cudaError_t code)
{
    switch (code) {
        SIMT_ERROR_TABLE(SIMT_TEXT_CASE)
    default:
        return "unrecognized error code";
    }
}

/* ---- which device ---- */

cudaError_t cudaGetDeviceCount(int *count)
{
    return call("cudaGetDeviceCount", any_device, [&] {
        const cudaError_t status = devices_status();
        if (status == cudaSuccess) { /* otherwise *count stays as it was, as CUDA leaves it */
            *count = runtime.device_count;
        }
        return status;
    });
}

cudaError_t cudaSetDevice(int device)
{
    return call("cudaSetDevice", any_device, [&] {
        if (devices_status() != cudaSuccess) {
            return devices_status();
        }
        if (device < 0 || device >= runtime.device_count) {
            return cudaErrorInvalidDevice;
        }
        thread_device = device;
        return lost_code(device);
    });
}

cudaError_t cudaGetDevice(int *device)
{
    return call("cudaGetDevice", any_device, [&] {
        const cudaError_t status = devices_status();
        if (status == cudaSuccess) {
            *device = current_device();
        }
        return status;
    });
}

} // extern "C"
