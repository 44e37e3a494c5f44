/* heads_score.h - a pass of an engine over heads: what it gives back, and what it should.
 */
#ifndef RS_TEST_HEADS_SCORE_H
#define RS_TEST_HEADS_SCORE_H

#include <vector>

#include "heads_case.h"

namespace rs_test {

struct HeadsScore : HeadsCase {
    struct Result {
        rs_status status = RS_OK;
        rs_error error = {};
        uint64_t scored = 0;
        std::vector<std::vector<uint64_t>> counters;
        std::vector<std::vector<double>> value;
        std::vector<std::vector<int32_t>> prediction;
    };

    /* The last head is asked for its counters alone. */
    Result Score(rs_engine *engine, rs_row_range range)
    {
        Result result;
        rs_pass pass = exams_[0]->Pass();
        pass.rows = range;
        const rs_tally_layout layout = rs_tally_layout_of(kClasses, pass.topk_count, true);
        const size_t count = heads_.size();
        std::vector<rs_row_results> results(count);
        std::vector<rs_row_results *> pointers;
        std::vector<uint64_t *> counters;
        result.counters.assign(count, std::vector<uint64_t>(layout.counters, 0));
        result.value.resize(count);
        result.prediction.resize(count);
        for (size_t h = 0; h < count; ++h) {
            result.value[h].assign((range.end - range.begin) * 3, -7);
            result.prediction[h].assign((range.end - range.begin) * 3, -7);
            results[h].keep = 3;
            results[h].value = result.value[h].data();
            results[h].prediction = result.prediction[h].data();
            pointers.push_back(h + 1 == count && count > 1 ? nullptr : &results[h]);
            counters.push_back(result.counters[h].data());
        }
        const rs_scoring of = {&pass,   source_->get(),  heads_.data(), count,  pointers.data(),
                               nullptr, counters.data(), nullptr,       nullptr};
        result.status = engine->vtable->score(engine, &of, &result.scored, &result.error);
        return result;
    }

    Result Score(rs_engine *engine)
    {
        return Score(engine, {0, kRows});
    }

    void ExpectRight(const Result &result, double tolerance)
    {
        ASSERT_EQ(result.status, RS_OK) << result.error.reason;
        EXPECT_EQ(result.scored, kRows);
        const rs_tally_layout layout = rs_tally_layout_of(kClasses, 2, true);
        for (size_t h = 0; h < heads_.size(); ++h) {
            const Verdict verdict = Judge(exams_[h]->exam);
            for (size_t i = 0; i < layout.calibration; ++i) {
                ASSERT_EQ(result.counters[h][i], verdict.counters[i]) << h << ", counter " << i;
            }
            EXPECT_STREQ(CompareCalibration(verdict.calibration,
                                                     result.counters[h].data() + layout.calibration,
                                                     1e-6),
                         "");
            for (uint64_t i = 0; h + 1 < heads_.size() && i < kRows * 3; ++i) {
                const RowTruth &truth = verdict.truth[i / 3];
                ASSERT_EQ(result.prediction[h][i], truth.prediction[i % 3]) << i;
                ASSERT_NEAR(result.value[h][i], truth.value[i % 3], tolerance) << i;
            }
        }
    }
};

} // namespace rs_test

#endif
