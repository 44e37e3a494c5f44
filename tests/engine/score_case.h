/* score_case.h - a pass of an engine over a case: what it gives back, and what it should.
 */
#ifndef RS_TEST_SCORE_CASE_H
#define RS_TEST_SCORE_CASE_H

#include <vector>

#include "exam_case.h"

extern "C" {
#include "evaluate/averaging.h"
}

namespace rs_test {

/* Everything a pass can give back. */
struct Outcome {
    rs_status status = RS_OK;
    rs_error error = {};
    uint64_t scored = 0;
    std::vector<uint64_t> counters;
    std::vector<int32_t> prediction;
    std::vector<double> value;
    std::vector<uint32_t> rank, real_rank;
    std::vector<uint8_t> flags;
};

/* `keep` 0: only the counters are asked for. */
inline Outcome Score(rs_engine *engine, ExamCase &made, rs_source *source, uint32_t keep,
                     const rs_watch *watch = nullptr)
{
    Outcome outcome;
    const rs_pass pass = made.Pass();
    const rs_tally_layout layout =
        rs_tally_layout_of(pass.classes, pass.topk_count, pass.calibration);
    const uint64_t rows = pass.rows.end - pass.rows.begin;
    outcome.counters.assign(layout.counters, 0);
    outcome.prediction.assign(rows * keep, -7);
    outcome.value.assign(rows * keep, -7);
    outcome.rank.assign(rows, 77);
    outcome.real_rank.assign(rows, 77);
    outcome.flags.assign(rows, 77);
    rs_row_results results = {keep,
                              outcome.prediction.data(),
                              outcome.value.data(),
                              outcome.rank.data(),
                              outcome.real_rank.data(),
                              outcome.flags.data(),
                              false};
    rs_row_results *const asked = keep > 0 ? &results : nullptr;
    uint64_t *const counters = outcome.counters.data();
    rs_scoring of = {&pass, source, nullptr, 0, &asked, watch, &counters, nullptr, nullptr};
    if (engine->averages) {
        of.averaging = rs_source_get_averaging(source);
    }
    outcome.status = engine->vtable->score(engine, &of, &outcome.scored, &outcome.error);
    return outcome;
}

inline void ExpectCounters(const ExamCase &made, const Verdict &verdict, const Outcome &outcome)
{
    ASSERT_EQ(outcome.status, RS_OK) << outcome.error.reason;
    ASSERT_EQ(outcome.scored, made.exam.end - made.exam.begin);
    ASSERT_EQ(outcome.counters.size(), verdict.counters.size());
    const rs_tally_layout layout =
        rs_tally_layout_of(made.exam.classes, static_cast<uint32_t>(made.exam.topk.size()),
                           made.exam.calibration);
    for (size_t i = 0; i < layout.calibration; ++i) {
        ASSERT_EQ(outcome.counters[i], verdict.counters[i]) << "counter " << i;
    }
    if (made.exam.calibration) {
        EXPECT_STREQ(CompareCalibration(verdict.calibration,
                                        outcome.counters.data() + layout.calibration, 1e-6),
                     "");
    }
}

inline void ExpectResults(const Verdict &verdict, const Outcome &outcome, uint32_t keep)
{
    EXPECT_EQ(outcome.rank, verdict.rank);
    EXPECT_EQ(outcome.real_rank, verdict.real_rank);
    EXPECT_EQ(outcome.flags, verdict.flags);
    for (size_t i = 0; i < verdict.truth.size(); ++i) {
        for (uint32_t k = 0; k < keep; ++k) {
            const RowTruth &truth = verdict.truth[i];
            const bool there = k < truth.prediction.size();
            ASSERT_EQ(outcome.prediction[i * keep + k], there ? truth.prediction[k] : -1)
                << "row " << i << ", prediction " << k + 1;
            ASSERT_EQ(outcome.value[i * keep + k], there ? truth.value[k] : 0.0);
        }
    }
}

} // namespace rs_test

#endif
