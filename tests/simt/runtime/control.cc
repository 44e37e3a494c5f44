/* control.cc - the test's side: settings, injected failures, census. */
#include "executor/grid.h"
#include "executor/internal.h"
#include "runtime/state.h"

#include <cstring>

using namespace simt;

static void drop_work()
{
    for (CUstream_st *stream : runtime.streams) {
        delete stream;
    }
    for (CUevent_st *event : runtime.events) {
        delete event;
    }
    runtime.streams.clear();
    runtime.events.clear();
    drop_graphs();
    runtime.devices.clear();
}

static void set_injection(Injection &injection, const char *name, uint64_t n, cudaError_t code)
{
    const Unseen unseen;
    const Lock lock;
    initialise();
    injection.countdown = n;
    injection.code = code;
    injection.name = name;
}

extern "C" {

void simt_reset(void)
{
    {
        const Unseen unseen;
        const Lock lock;
        drop_work();
        free_everything();
        runtime = Runtime();
        set_catching(false);
        set_message("");
        initialise();
    }
    cudaSetDevice(0);
    while (cudaGetLastError() != cudaSuccess) {
    }
    runtime.calls = 0;
}

void simt_set_seed(uint64_t seed)
{
    const Unseen unseen;
    const Lock lock;
    initialise();
    runtime.seed = seed;
    runtime.random = Random(seed + 77);
    set_schedule_seed(seed);
}

void simt_set_devices(int count)
{
    const Unseen unseen;
    const Lock lock;
    initialise();
    make_devices(count);
}

void simt_set_memory(size_t bytes_per_device)
{
    const Unseen unseen;
    const Lock lock;
    initialise();
    runtime.memory_bytes = bytes_per_device;
}

void simt_set_arch(int capability)
{
    const Unseen unseen;
    const Lock lock;
    initialise();
    runtime.arch = capability;
}

void simt_set_device_arch(int device, int capability)
{
    const Unseen unseen;
    const Lock lock;
    initialise();
    runtime.devices.at(static_cast<size_t>(device)).arch = capability;
}

void simt_fail_call(uint64_t n, cudaError_t code)
{
    set_injection(runtime.failing_call, "", n, code);
}

void simt_fail_call_named(const char *name, uint64_t n, cudaError_t code)
{
    set_injection(runtime.failing_call, name, n, code);
}

void simt_fail_work(uint64_t n, cudaError_t code)
{
    set_injection(runtime.failing_work, "", n, code);
}

void simt_lose_device(int device, cudaError_t code)
{
    const Unseen unseen;
    const Lock lock;
    initialise();
    lose(device, code);
}

uint64_t simt_calls(void)
{
    return runtime.calls;
}

uint64_t simt_work_done(void)
{
    return runtime.work_done;
}

uint64_t simt_device_work_done(int device)
{
    return runtime.devices.at(static_cast<size_t>(device)).work_done;
}

simt_census simt_count(void)
{
    const Unseen unseen;
    const Lock lock;
    simt_census census = simt_census();
    for (const auto &entry : runtime.allocations) {
        census.device_allocations += entry.second.kind == Kind::device;
        census.pinned_allocations += entry.second.kind == Kind::pinned;
        census.registrations += entry.second.kind == Kind::registered;
    }
    for (const CUstream_st *stream : runtime.streams) {
        census.streams += stream->alive;
        census.pending_work += stream->queue.size();
    }
    for (const Device &device : runtime.devices) {
        census.pending_work += device.legacy->queue.size();
    }
    census.events = runtime.events.size();
    census.graphs = runtime.graphs.size() + runtime.graph_execs.size();
    census.device_bytes = runtime.device_bytes;
    census.device_bytes_peak = runtime.device_bytes_peak;
    return census;
}

void simt_catch(int on)
{
    set_catching(on != 0);
}

const char *simt_message(void)
{
    return message();
}

void simt_peek(void *to, const void *device_pointer, size_t bytes)
{
    const Unseen unseen;
    const Lock lock;
    Allocation *const allocation = find_whole(device_pointer, bytes);
    if (allocation == nullptr) {
        memset(to, 0, bytes);
        return;
    }
    expose(*allocation);
    memcpy(to, device_pointer, bytes);
    hide_all();
}

} // extern "C"
