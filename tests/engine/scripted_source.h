/* scripted_source.h - a source of rows in memory that behaves as a test wants: as a stream, without
 * views, in parts that break a view, or failing at a given row.
 */
#ifndef RS_TEST_SCRIPTED_SOURCE_H
#define RS_TEST_SCRIPTED_SOURCE_H

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <utility>

extern "C" {
#include "base/error.h"
#include "formats/source_impl.h"
}

namespace rs_test {

class ScriptedSource {
  public:
    ScriptedSource(const void *data, rs_dtype dtype, uint64_t rows, uint32_t columns,
                   uint64_t stride_bytes)
        : data_(static_cast<const char *>(data)), stride_(stride_bytes)
    {
        static const rs_source_vtable vtable = {View, Read, Close};
        holder_.self = this;
        rs_source_info shape = {};
        shape.path = "scripted";
        shape.format = "memory";
        shape.dtype = dtype;
        shape.rows = rows;
        shape.columns = columns;
        EXPECT_EQ(rs_source_init(&holder_.base, &vtable, &shape, nullptr), RS_OK);
        holder_.base.info.random_access = true;
        if (dtype == RS_DTYPE_I32) {
            holder_.base.info.content = RS_CONTENT_PREDICTIONS;
        }
        rows_ = rows;
    }
    ~ScriptedSource()
    {
        rs_source_release(&holder_.base);
    }
    ScriptedSource(const ScriptedSource &) = delete;
    ScriptedSource &operator=(const ScriptedSource &) = delete;

    rs_source *get()
    {
        return &holder_.base;
    }

    /* Reads must be consecutive, from one thread at a time; there are no views. */
    void MakeStream(bool length_known)
    {
        views_ = false;
        holder_.base.info.random_access = false;
        if (!length_known) {
            holder_.base.info.rows = RS_ROWS_UNKNOWN;
        }
    }
    void ForbidViews()
    {
        views_ = false;
    }
    void BreakViewsEvery(uint64_t rows)
    {
        part_rows_ = rows;
    }
    void ViewOnlyEvenParts()
    {
        only_even_parts_ = true;
    }
    /* Reading any of these rows fails, and says which row it was. With random access the first of
     * them fails late: another has failed by then, if there is a thread to do so. */
    void FailAt(std::set<uint64_t> rows)
    {
        failing_ = std::move(rows);
    }
    void CutAt(uint64_t rows)
    {
        cut_ = rows;
    } /* fewer rows than promised */

    std::atomic<uint64_t> reads{0};
    std::atomic<uint64_t> views{0};
    std::atomic<int> concurrent_reads_seen{0};

  private:
    struct Holder { /* the source comes first, as in every implementation */
        rs_source base = {};
        ScriptedSource *self = nullptr;
    };

    static ScriptedSource *Self(const rs_source *source)
    {
        return reinterpret_cast<const Holder *>(source)->self;
    }

    static const void *View(const rs_source *source, uint64_t first_row, uint64_t *rows,
                            uint64_t *stride)
    {
        ScriptedSource *const self = Self(source);
        const uint64_t part = first_row / self->part_rows_;
        if (!self->views_ || (self->only_even_parts_ && part % 2 != 0)) {
            return nullptr;
        }
        self->views += 1;
        *rows = std::min(self->rows_, (part + 1) * self->part_rows_) - first_row;
        *stride = self->stride_;
        return self->data_ + first_row * self->stride_;
    }

    static rs_status Read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                          uint64_t *rows_read, rs_error *error)
    {
        ScriptedSource *const self = Self(source);
        const bool stream = !source->info.random_access;
        if (stream && (self->reading_.exchange(true) || first_row != self->next_)) {
            self->concurrent_reads_seen += 1;
        }
        self->reads += 1;
        *rows_read = 0;
        rs_status status = RS_OK;
        const uint64_t end = std::min({first_row + rows, self->rows_, self->cut_});
        for (uint64_t row = first_row; row < end && status == RS_OK; ++row) {
            if (self->failing_.count(row) > 0) {
                self->AwaitOtherFailure(row, stream);
                status = rs_fail(error, RS_IO, "scripted", rs_at_row(row), nullptr, "row %d fails",
                                 static_cast<int>(row));
                break;
            }
            std::memcpy(static_cast<char *>(out) + (row - first_row) * source->info.row_bytes,
                        self->data_ + row * self->stride_, source->info.row_bytes);
            *rows_read += 1;
        }
        if (stream) {
            self->next_ = first_row + *rows_read;
            self->reading_ = false;
        }
        return status;
    }

    static void Close(rs_source *)
    {
    }

    void AwaitOtherFailure(uint64_t row, bool stream)
    {
        const auto step = std::chrono::milliseconds(1);
        for (int i = 0; i < 50 && !stream && row == *failing_.begin() && failures_ == 0; ++i) {
            std::this_thread::sleep_for(step);
        }
        failures_ += 1;
    }

    Holder holder_;
    const char *data_;
    uint64_t stride_;
    uint64_t rows_ = 0;
    uint64_t part_rows_ = UINT64_MAX;
    uint64_t cut_ = UINT64_MAX;
    bool views_ = true;
    bool only_even_parts_ = false;
    std::set<uint64_t> failing_;
    std::atomic<int> failures_{0};
    std::atomic<bool> reading_{false};
    std::atomic<uint64_t> next_{0};
};

} // namespace rs_test

#endif
