/* device_memory.cc - held against the executor's allocations. */
#include "device_memory.h"

#include <algorithm>
#include <stdexcept>

#include "runtime/state.h"

namespace sass {

/* Columns of a row that a launch may read: with a class map up to the last that has a class. */
static uint64_t columns_of(const rs_row_task &task)
{
    if (task.map.column == nullptr) {
        return task.columns;
    }
    const rs_map_columns &map = task.map;
    const uint32_t count =
        map.column_begin == nullptr ? task.columns : map.column_begin[task.columns];
    return count == 0 ? 0 : uint64_t{*std::max_element(map.column, map.column + count)} + 1;
}

DeviceMemory::DeviceMemory(const rs_row_task &task, uint32_t element_bytes)
    : rows_(reinterpret_cast<uintptr_t>(task.rows)), stride_(task.stride_bytes),
      row_bytes_(columns_of(task) * element_bytes)
{
    const rs_device_results &results = task.results;
    const uint64_t before_the_last = task.row_count == 0 ? 0 : task.row_count - 1;
    rows_end_ = rows_ + before_the_last * stride_ + row_bytes_;
    add(task.counters, task.layout.counters, sizeof *task.counters);
    add(task.fault, 1, sizeof *task.fault);
    add(results.prediction, task.row_count * results.keep, sizeof *results.prediction);
    add(results.value, task.row_count * results.keep, sizeof *results.value);
    add(results.rank, task.row_count, sizeof *results.rank);
    add(results.real_rank, task.row_count, sizeof *results.real_rank);
    add(results.flags, task.row_count, sizeof *results.flags);
    if (task.images.seen != nullptr) {
        const rs_image_task &images = task.images;
        add(images.seen, (images.count + 31) / 32, sizeof *images.seen);
        add(images.state, 1, sizeof *images.state);
        add(images.row, images.count, sizeof *images.row);
        add(images.measure, images.count, sizeof *images.measure);
        add(results.prediction, images.count * results.keep, sizeof *results.prediction);
        add(results.value, images.count * results.keep, sizeof *results.value);
        add(results.flags, images.count, sizeof *results.flags);
    }
}

void DeviceMemory::add(const void *begin, uint64_t count, size_t size)
{
    if (begin != nullptr) {
        const uintptr_t first = reinterpret_cast<uintptr_t>(begin);
        written_.push_back({first, first + count * size});
    }
}

void DeviceMemory::check(uintptr_t address, size_t bytes, bool write)
{
    if (write) {
        for (const Range &range : written_) {
            if (address >= range.begin && address + bytes <= range.end) {
                return;
            }
        }
        throw std::runtime_error("a write to what is not a result");
    }
    if (address >= rows_ && address < rows_end_) {
        const uint64_t row = (address - rows_) / stride_;
        const uint64_t at = (address - rows_) % stride_;
        if (at + bytes > row_bytes_) {
            throw std::runtime_error("a read of bytes " + std::to_string(at) + " to " +
                                     std::to_string(at + bytes) + " of row " + std::to_string(row) +
                                     ", which has " + std::to_string(row_bytes_));
        }
    }
    if (address < known_.begin || address + bytes > known_.end) {
        const simt::Allocation *const found =
            simt::find_whole(reinterpret_cast<const void *>(address), bytes); // NOLINT
        if (found == nullptr || found->kind != simt::Kind::device) {
            throw std::runtime_error("a read outside of all memory of the device");
        }
        known_.begin = reinterpret_cast<uintptr_t>(found->pointer);
        known_.end = known_.begin + found->bytes;
    }
}

} // namespace sass
