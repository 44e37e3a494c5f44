/* device_memory.h - what a row kernel may touch: of the rows the columns alone, of all else what
 * the runtime has handed out, and only its results to be written. */
#ifndef SASS_DEVICE_MEMORY_H
#define SASS_DEVICE_MEMORY_H

#include <cstdint>
#include <vector>

#include "machine/warp.h"

extern "C" {
#include "cuda/row_task.h"
}

namespace sass {

class DeviceMemory : public Memory {
  public:
    DeviceMemory(const rs_row_task &task, uint32_t element_bytes);
    void check(uintptr_t address, size_t bytes, bool write) override;

  private:
    struct Range {
        uintptr_t begin, end;
    };
    void add(const void *begin, uint64_t count, size_t size);

    uintptr_t rows_, rows_end_;
    uint64_t stride_, row_bytes_;
    std::vector<Range> written_;
    Range known_ = {0, 0}; /* the allocation that was asked for last */
};

} // namespace sass

#endif
