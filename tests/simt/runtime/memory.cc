/* memory.cc - device memory that the host cannot touch, pinned memory, registered memory.
 *
 * Device memory is inaccessible (PROT_NONE) except while a kernel of its device or a copy runs.
 * Freed addresses are never used again, so a pointer kept too long faults instead of meeting
 * somebody else's data.
 */
#include "runtime/state.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "executor/grid.h"
#include "executor/internal.h"

namespace simt {

constexpr size_t device_alignment = 256;  /* what cudaMalloc promises */
constexpr size_t pinned_alignment = 4096; /* pages */
constexpr size_t accounting_bytes = 512;  /* cudaMalloc hands out multiples of this */
constexpr size_t remembered_frees = 256;

static std::deque<Allocation> freed; /* retired, to name who still uses them */

Allocation *find(const void *pointer)
{
    const uintptr_t address = reinterpret_cast<uintptr_t>(pointer);
    auto next = runtime.allocations.upper_bound(address);
    if (next == runtime.allocations.begin()) {
        return nullptr;
    }
    Allocation &allocation = std::prev(next)->second;
    const uintptr_t first = reinterpret_cast<uintptr_t>(allocation.pointer);
    return address < first + allocation.bytes ? &allocation : nullptr;
}

Allocation *find_whole(const void *pointer, size_t bytes)
{
    Allocation *const allocation = find(pointer);
    if (allocation == nullptr) {
        return nullptr;
    }
    const size_t offset =
        static_cast<size_t>(static_cast<const char *>(pointer) - allocation->pointer);
    return bytes <= allocation->bytes - offset ? allocation : nullptr;
}

bool is_device(const Allocation *allocation)
{
    return allocation != nullptr && allocation->kind == Kind::device;
}

void expose(Allocation &allocation)
{
    if (allocation.kind == Kind::device && !allocation.exposed) {
        allocation.memory.allow(true);
        allocation.exposed = true;
    }
}

static void hide(Allocation &allocation)
{
    if (allocation.kind == Kind::device && allocation.exposed) {
        allocation.memory.allow(false);
        allocation.exposed = false;
    }
}

void expose_device(int device)
{
    for (auto &entry : runtime.allocations) {
        if (entry.second.device == device) {
            expose(entry.second);
        } else {
            hide(entry.second);
        }
    }
}

void hide_all()
{
    for (auto &entry : runtime.allocations) {
        hide(entry.second);
    }
}

static size_t accounted(size_t bytes)
{
    return (bytes + accounting_bytes - 1) / accounting_bytes * accounting_bytes;
}

static cudaError_t allocate(void **pointer, size_t bytes, Kind kind)
{
    Device &device = runtime.devices[static_cast<size_t>(current_device())];
    *pointer = nullptr;
    if (bytes == 0) {
        return cudaSuccess;
    }
    if (kind == Kind::device && (bytes > runtime.memory_bytes ||
                                 accounted(bytes) > runtime.memory_bytes - device.used)) {
        return cudaErrorMemoryAllocation;
    }
    Allocation allocation = {kind, current_device(), ++runtime.allocations_made, nullptr, bytes, {},
                             true};
    if (!allocation.memory.map(bytes, kind == Kind::device ? device_alignment : pinned_alignment)) {
        return cudaErrorMemoryAllocation;
    }
    allocation.pointer = allocation.memory.pointer;
    allocation.memory.fill(poison_byte());
    if (kind == Kind::device) {
        device.used += accounted(bytes);
        runtime.device_bytes += bytes;
        runtime.device_bytes_peak = std::max(runtime.device_bytes, runtime.device_bytes_peak);
    }
    *pointer = allocation.pointer;
    runtime.allocations.emplace(reinterpret_cast<uintptr_t>(*pointer), allocation);
    return cudaSuccess;
}

static const char *kind_name(Kind kind)
{
    return kind == Kind::device ? "device" : kind == Kind::pinned ? "pinned" : "registered";
}

static void check_damage(Allocation &allocation)
{
    expose(allocation);
    const long damage = allocation.memory.damage();
    if (damage != 0) {
        fail(Place{nullptr, 0}, "%s allocation %llu of %zu bytes: a byte %ld %s it was overwritten",
             kind_name(allocation.kind), static_cast<unsigned long long>(allocation.number),
             allocation.bytes, damage > 0 ? damage - 1 : -damage,
             damage > 0 ? "past the end of" : "before the start of");
    }
}

static void keep_as_freed(Allocation &allocation)
{
    allocation.memory.retire();
    freed.push_back(allocation);
    if (freed.size() > remembered_frees) {
        freed.front().memory.unmap();
        freed.pop_front();
    }
}

cudaError_t free_allocation(void *pointer, Kind kind)
{
    if (pointer == nullptr) {
        return cudaSuccess;
    }
    const auto found = runtime.allocations.find(reinterpret_cast<uintptr_t>(pointer));
    if (found == runtime.allocations.end() || found->second.kind != kind) {
        return kind == Kind::registered ? cudaErrorHostMemoryNotRegistered : cudaErrorInvalidValue;
    }
    Allocation &allocation = found->second;
    if (kind != Kind::registered) {
        check_damage(allocation);
        keep_as_freed(allocation);
    }
    if (kind == Kind::device) {
        runtime.devices[static_cast<size_t>(allocation.device)].used -= accounted(allocation.bytes);
        runtime.device_bytes -= allocation.bytes;
    }
    runtime.allocations.erase(found);
    return cudaSuccess;
}

void free_everything()
{
    for (auto &entry : runtime.allocations) {
        if (entry.second.kind != Kind::registered) {
            entry.second.memory.unmap();
        }
    }
    runtime.allocations.clear();
    runtime.device_bytes = runtime.device_bytes_peak = 0;
}

static bool holds(const Guarded &memory, const char *at)
{
    return at >= memory.mapped && at < memory.mapped + memory.mapped_bytes;
}

static void describe(const Allocation &a, const char *kind, const char *at, char *text,
                     size_t capacity)
{
    snprintf(text, capacity, "byte %ld of %s allocation %llu (%zu bytes, device %d)",
             static_cast<long>(at - a.pointer), kind, static_cast<unsigned long long>(a.number),
             a.bytes, a.device);
}

bool describe_address(const void *address, char *text, size_t capacity)
{
    const char *const at = static_cast<const char *>(address);
    for (const auto &entry : runtime.allocations) {
        if (entry.second.kind != Kind::registered && holds(entry.second.memory, at)) {
            describe(entry.second, kind_name(entry.second.kind), at, text, capacity);
            return true;
        }
    }
    for (const Allocation &allocation : freed) {
        if (holds(allocation.memory, at)) {
            describe(allocation, "freed", at, text, capacity);
            return true;
        }
    }
    return false;
}

} // namespace simt

using namespace simt;

extern "C" {

cudaError_t cudaMalloc(void **pointer, size_t bytes)
{
    return call("cudaMalloc", plain_call, [&] {
        const cudaError_t code = forbidden_in_capture(nullptr);
        return code != cudaSuccess ? code : allocate(pointer, bytes, Kind::device);
    });
}

cudaError_t cudaFree(void *pointer)
{
    return call("cudaFree", frees, [&] { /* waits for the device, as CUDA's does */
        const Allocation *const allocation = find(pointer);
        if (pointer != nullptr && is_device(allocation)) {
            complete_device(allocation->device);
        }
        return free_allocation(pointer, Kind::device);
    });
}

cudaError_t cudaMallocAsync(void **pointer, size_t bytes, cudaStream_t handle)
{
    return call("cudaMallocAsync", plain_call, [&] {
        return stream_of(handle) == nullptr ? cudaErrorInvalidResourceHandle
                                            : allocate(pointer, bytes, Kind::device);
    });
}

cudaError_t cudaFreeAsync(void *pointer, cudaStream_t handle)
{
    return call("cudaFreeAsync", frees, [&] {
        CUstream_st *const stream = stream_of(handle);
        if (stream == nullptr) {
            return cudaErrorInvalidResourceHandle;
        }
        enqueue(*stream, "cudaFreeAsync", [pointer] {
            const Unseen unseen;
            return free_allocation(pointer, Kind::device);
        });
        return cudaSuccess;
    });
}

cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total_bytes)
{
    return call("cudaMemGetInfo", plain_call, [&] {
        *free_bytes =
            runtime.memory_bytes - runtime.devices[static_cast<size_t>(current_device())].used;
        *total_bytes = runtime.memory_bytes;
        return cudaSuccess;
    });
}

cudaError_t cudaHostAlloc(void **pointer, size_t bytes, unsigned int)
{
    return call("cudaHostAlloc", plain_call, [&] {
        const cudaError_t code = forbidden_in_capture(nullptr);
        return code != cudaSuccess ? code : allocate(pointer, bytes, Kind::pinned);
    });
}

cudaError_t cudaFreeHost(void *pointer)
{
    return call("cudaFreeHost", frees, [&] {
        for (int device = 0; device < runtime.device_count && pointer != nullptr; device++) {
            complete_device(device);
        }
        return free_allocation(pointer, Kind::pinned);
    });
}

cudaError_t cudaHostRegister(void *pointer, size_t bytes, unsigned int)
{
    return call("cudaHostRegister", plain_call, [&] {
        if (pointer == nullptr || bytes == 0) {
            return cudaErrorInvalidValue;
        }
        const uintptr_t first = reinterpret_cast<uintptr_t>(pointer);
        const auto next = runtime.allocations.lower_bound(first);
        if (find(pointer) != nullptr ||
            (next != runtime.allocations.end() && next->first < first + bytes)) {
            return cudaErrorHostMemoryAlreadyRegistered;
        }
        runtime.allocations.emplace(
            first, Allocation{Kind::registered, current_device(), ++runtime.allocations_made,
                              static_cast<char *>(pointer), bytes, {}, false});
        return cudaSuccess;
    });
}

cudaError_t cudaHostUnregister(void *pointer)
{
    return call("cudaHostUnregister", frees, [&] {
        for (int device = 0; device < runtime.device_count; device++) {
            complete_device(device);
        }
        return free_allocation(pointer, Kind::registered);
    });
}

cudaError_t cudaHostGetDevicePointer(void **device_pointer, void *host_pointer, unsigned int)
{
    return call("cudaHostGetDevicePointer", plain_call, [&] {
        const Allocation *const allocation = find(host_pointer);
        if (allocation == nullptr || allocation->kind == Kind::device) {
            return cudaErrorInvalidValue;
        }
        *device_pointer = host_pointer; /* unified addresses */
        return cudaSuccess;
    });
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *attributes, const void *pointer)
{
    return call("cudaPointerGetAttributes", plain_call, [&] {
        const Allocation *const allocation = find(pointer);
        *attributes = {cudaMemoryTypeUnregistered, -1, nullptr, const_cast<void *>(pointer)};
        if (allocation != nullptr) {
            const bool device = allocation->kind == Kind::device;
            attributes->type = device ? cudaMemoryTypeDevice : cudaMemoryTypeHost;
            attributes->device = allocation->device;
            attributes->devicePointer = const_cast<void *>(pointer);
            attributes->hostPointer = device ? nullptr : const_cast<void *>(pointer);
        }
        return cudaSuccess;
    });
}

} // extern "C"
