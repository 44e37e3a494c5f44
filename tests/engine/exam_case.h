/* exam_case.h - rows of bits with labels, made at random, for an engine and for the reference
 * alike.
 */
#ifndef RS_TEST_EXAM_CASE_H
#define RS_TEST_EXAM_CASE_H

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

extern "C" {
#include "engine/cpu_engine.h"
}
#include "scripted_source.h"
#include "support/hard_rows.h"
#include "support/reference.h"

namespace rs_test {

struct ExamCase {
    rs_dtype dtype = RS_DTYPE_F32;
    uint32_t columns = 0;
    uint64_t rows = 0;
    uint64_t stride = 0;
    std::vector<char> bits;
    std::vector<uint32_t> real_begin{0};
    std::vector<int32_t> real_class;
    std::vector<uint32_t> class_begin; /* of the class map */
    rs_class_map *map = nullptr;
    Exam exam;

    ExamCase() = default;
    ExamCase(const ExamCase &) = delete;
    ExamCase &operator=(const ExamCase &) = delete;
    ~ExamCase()
    {
        rs_class_map_free(map);
    }

    rs_pass Pass()
    {
        rs_pass pass = {};
        pass.labels.rows = rows;
        pass.labels.classes = exam.classes;
        pass.labels.original = exam.original.data();
        pass.labels.real_begin = real_begin.data();
        pass.labels.real_class = real_class.data();
        pass.map = map;
        pass.columns = columns;
        pass.classes = exam.classes;
        pass.topk_count = static_cast<uint32_t>(exam.topk.size());
        std::copy(exam.topk.begin(), exam.topk.end(), pass.topk);
        pass.calibration = exam.calibration;
        pass.values = exam.probabilities ? RS_VALUES_PROBS
                      : exam.sigmoid     ? RS_VALUES_SIGMOID
                                         : RS_VALUES_LOGITS;
        pass.checked = exam.checked;
        pass.row_flags = exam.row_flags;
        pass.rows = {exam.begin, exam.end};
        return pass;
    }

    void UseMap(const std::vector<int32_t> &class_of_column)
    {
        exam.class_of_column = class_of_column;
        ASSERT_EQ(rs_class_map_create(class_of_column.data(), columns, exam.classes, &map, nullptr),
                  RS_OK);
    }
};

/* A label that is often among the best of the row, so that ranks small and large occur. */
inline int32_t LikelyLabel(const Exam &exam, const RowTruth &truth, rs_random *random)
{
    if (!truth.nan && rs_random_below(random, 4) != 0) {
        const auto best = static_cast<uint32_t>(std::min<size_t>(truth.prediction.size(), 6));
        return truth.prediction[rs_random_below(random, best)];
    }
    return static_cast<int32_t>(rs_random_below(random, exam.classes));
}

/* Labels for rows that are there already. */
inline void DrawLabels(ExamCase *made, rs_random *random)
{
    Exam &exam = made->exam;
    for (uint64_t i = 0; i < made->rows; ++i) {
        RowTruth truth;
        truth.nan = true;
        if (exam.predictions.empty()) {
            truth = JudgeRow(exam.rows[i], exam.class_of_column);
        }
        std::vector<int32_t> set;
        const uint32_t kind = rs_random_below(random, 8);
        const uint32_t wanted = kind == 0 ? 0 : kind < 5 ? 1 : rs_random_below(random, 7);
        while (set.size() < std::min(wanted, exam.classes)) {
            const int32_t label = exam.predictions.empty() || rs_random_below(random, 3) == 0
                                      ? LikelyLabel(exam, truth, random)
                                      : exam.predictions[i][0];
            const int32_t any = static_cast<int32_t>(rs_random_below(random, exam.classes));
            const bool usable = label >= 0 && std::count(set.begin(), set.end(), label) == 0;
            if (std::count(set.begin(), set.end(), usable ? label : any) == 0) {
                set.push_back(usable ? label : any);
            }
        }
        std::sort(set.begin(), set.end());
        int32_t y = LikelyLabel(exam, truth, random);
        if (!set.empty() && rs_random_below(random, 3) != 0) {
            y = set[rs_random_below(random, static_cast<uint32_t>(set.size()))];
        }
        exam.original.push_back(rs_random_below(random, 20) == 0 ? -1 : y);
        exam.real.push_back(set);
        made->real_class.insert(made->real_class.end(), set.begin(), set.end());
        made->real_begin.push_back(static_cast<uint32_t>(made->real_class.size()));
    }
}

/* Rows of every kind in turn (or of `kinds`), `extra` bytes between them. */
inline void MakeRows(ExamCase *made, rs_dtype dtype, uint64_t rows, uint32_t columns, size_t extra,
                     const std::vector<RowKind> &kinds, rs_random *random)
{
    made->dtype = dtype;
    made->columns = columns;
    made->rows = rows;
    made->stride = columns * rs_dtype_bytes(dtype) + extra;
    made->bits.assign(made->stride * rows, '\xff');
    made->exam.classes = columns;
    made->exam.end = rows;
    for (uint64_t i = 0; i < rows; ++i) {
        const RowKind kind = kinds.empty()
                                 ? static_cast<RowKind>(i % static_cast<size_t>(RowKind::kCount))
                                 : kinds[i % kinds.size()];
        char *const row = made->bits.data() + i * made->stride;
        MakeRow(dtype, kind, columns, random, row);
        made->exam.rows.push_back(DecodeRow(dtype, row, columns));
    }
}

/* An engine, opened and closed. Null when this processor lacks the instruction set. */
class OpenEngine {
  public:
    OpenEngine(rs_isa isa, unsigned threads)
    {
        const rs_status status = rs_cpu_engine_open(isa, threads, &engine_, nullptr);
        EXPECT_TRUE(status == RS_OK || (status == RS_UNSUPPORTED && engine_ == nullptr));
    }
    ~OpenEngine()
    {
        if (engine_ != nullptr) {
            engine_->vtable->close(engine_);
        }
    }
    OpenEngine(const OpenEngine &) = delete;
    OpenEngine &operator=(const OpenEngine &) = delete;
    rs_engine *get() const
    {
        return engine_;
    }

  private:
    rs_engine *engine_ = nullptr;
};

} // namespace rs_test

#endif
