/* cuda_case.h - the CUDA engine under test, and what a pass gives back. */
#ifndef RS_TEST_CUDA_CASE_H
#define RS_TEST_CUDA_CASE_H

#include <string>
#include <vector>

extern "C" {
#include "cuda/cuda_engine.h"
}
#include "engine/exam_case.h"
#include "simt/simt.h"

namespace rs_test {

/* Of what an engine asked of the runtime, when it is closed. */
inline void ExpectNothingLeft()
{
    const simt_census left = simt_count();
    EXPECT_EQ(left.device_allocations, 0u);
    EXPECT_EQ(left.pinned_allocations, 0u);
    EXPECT_EQ(left.registrations, 0u);
    EXPECT_EQ(left.streams, 0u);
    EXPECT_EQ(left.events, 0u);
}

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
    outcome.status =
        engine->vtable->score(engine, &pass, source, keep > 0 ? &results : nullptr, watch,
                              outcome.counters.data(), &outcome.scored, &outcome.error);
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

/* The CUDA engine, opened and closed. `memory` bounds its chunks; `devices` is a set of bits. Rows are
 * copied before they are sent unless something else is said, so that calls come in the same order. */
class OpenCudaEngine {
  public:
    explicit OpenCudaEngine(uint64_t memory = 0, unsigned threads = 2, uint64_t devices = 0,
                            rs_page_locking locking = RS_PAGE_LOCKING_NEVER)
    {
        const rs_engine_plugin_options options = {devices, memory, threads, locking};
        status = rs_cuda_engine_open(&options, &engine_, &error);
    }
    ~OpenCudaEngine()
    {
        if (engine_ != nullptr) {
            engine_->vtable->close(engine_);
        }
    }
    OpenCudaEngine(const OpenCudaEngine &) = delete;
    OpenCudaEngine &operator=(const OpenCudaEngine &) = delete;
    rs_engine *get() const { return engine_; }

    rs_status status = RS_OK;
    rs_error error = {};

  private:
    rs_engine *engine_ = nullptr;
};

}  // namespace rs_test

#endif
