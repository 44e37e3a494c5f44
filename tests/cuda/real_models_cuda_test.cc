/* Full-size models whose ranking is that of real ones: the CUDA engine and the CPU engine count the
 * same, to the last counter.
 *
 * Rows of 1000 values from the published predictions (synth_predictions.h). All 21 models in f32,
 * one in every type, and an ensemble of three: 2000 images of each; in the long tier all 50,000.
 */
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "calibration_case.h"
#include "cuda_case.h"
#include "evaluate/ensemble_case.h"
#include "simt/simt.h"
#include "support/real_data.h"
#include "support/tier.h"

extern "C" {
#include "reassess/labels.h"
#include "synth/synth_predictions.h"
}

namespace {

constexpr uint64_t kRows = 50000;
constexpr uint32_t kClasses = 1000;
constexpr uint32_t kGiven = 5;

std::vector<char> ReadAll(const std::string &path, rs_dtype *dtype)
{
    rs_source *source = nullptr;
    rs_source_options options = {};
    rs_error error = {};
    EXPECT_EQ(rs_source_open(path.c_str(), &options, &source, &error), RS_OK) << error.reason;
    const rs_source_info *const info = rs_source_get_info(source);
    std::vector<char> bytes(info->row_bytes * kRows);
    uint64_t rows = 0;
    EXPECT_EQ(rs_source_read(source, 0, kRows, bytes.data(), &rows, &error), RS_OK);
    EXPECT_EQ(rows, kRows);
    EXPECT_EQ(info->columns, kGiven);
    *dtype = info->dtype;
    rs_source_close(source);
    return bytes;
}

class RealModelsOnCuda : public testing::Test {
  protected:
    void SetUp() override
    {
        if (std::getenv("REASSESS_DATA") == nullptr) {
            GTEST_SKIP() << "REASSESS_DATA is not set: the published predictions are not here";
        }
        RS_SKIP_MERE_VOLUME();
        simt_reset();
        const RealLabels labels = ReadRealLabels();
        begin_.push_back(0);
        for (size_t at = 0; at < kRows; at += every_) { /* the order of the predictions */
            const auto i = static_cast<size_t>(labels.imagefolder[at]);
            original_.push_back(labels.original[i]);
            for (const int label : labels.real[i]) {
                real_.push_back(label);
            }
            std::sort(real_.begin() + begin_.back(), real_.end());
            begin_.push_back(static_cast<uint32_t>(real_.size()));
        }
    }
    void TearDown() override { simt_reset(); }

    rs_pass Pass(bool calibration) const
    {
        rs_pass pass = {};
        pass.labels = {rows_, kClasses, original_.data(), begin_.data(), real_.data()};
        pass.columns = kClasses;
        pass.classes = kClasses;
        pass.topk_count = 2;
        pass.topk[0] = 1;
        pass.topk[1] = 5;
        pass.calibration = calibration;
        pass.row_flags = true;
        pass.rows = {0, rows_};
        return pass;
    }

    std::vector<uint64_t> Count(rs_engine *engine, const void *rows, rs_dtype dtype,
                                bool calibration) const
    {
        const rs_pass pass = Pass(calibration);
        rs_source *source = nullptr;
        rs_error error = {};
        uint64_t scored = 0;
        std::vector<uint64_t> counters(
            rs_tally_layout_of(kClasses, pass.topk_count, calibration).counters, 0);
        EXPECT_EQ(rs_source_open_memory(rows, dtype, rows_, kClasses,
                                        kClasses * rs_dtype_bytes(dtype), &source, &error),
                  RS_OK);
        uint64_t *const at = counters.data();
        const rs_scoring of = {&pass, source, nullptr, 0, nullptr, nullptr, &at, nullptr, nullptr};
        EXPECT_EQ(engine->vtable->score(engine, &of, &scored, &error), RS_OK) << error.reason;
        EXPECT_EQ(scored, rows_);
        rs_source_close(source);
        return counters;
    }

    /* Every n-th row of a model, from its published predictions. */
    static std::vector<char> MakeRows(const std::string &model, rs_dtype dtype, uint64_t every)
    {
        rs_dtype kind = RS_DTYPE_NONE;
        const std::vector<char> all = ReadAll(PredictionsPath(model), &kind);
        EXPECT_EQ(kind, RS_DTYPE_I32);
        const std::vector<char> raw = ReadAll(ProbabilitiesPath(model), &kind);
        std::vector<int32_t> classes;
        std::vector<double> probabilities;
        for (uint64_t i = 0; i < kRows * kGiven; ++i) {
            if (i / kGiven % every == 0) {
                classes.push_back(reinterpret_cast<const int32_t *>(all.data())[i]);
                probabilities.push_back(
                    rs_test::DecodeValue(kind, raw.data() + i * rs_dtype_bytes(kind)));
            }
        }
        std::vector<char> rows(kRows / every * kClasses * rs_dtype_bytes(dtype));
        rs_synth_spread *spread = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_synth_spread_create(kClasses, 1, nullptr, &spread, &error), RS_OK);
        const rs_synth_placed given = {kGiven, classes.data(), probabilities.data()};
        EXPECT_EQ(rs_synth_spread_rows(spread, 0, kRows / every, &given, dtype, rows.data(),
                                       &error),
                  RS_OK)
            << error.reason;
        rs_synth_spread_free(spread);
        return rows;
    }

    /* Both engines, all counters; sums of reals to 1e-6. */
    void Compare(const std::string &model, rs_dtype dtype, bool calibration)
    {
        SCOPED_TRACE(model + ", " + rs_dtype_name(dtype));
        const std::vector<char> rows = MakeRows(model, dtype, every_);
        const rs_test::OpenEngine cpu(RS_ISA_AUTO, 2);
        const rs_test::OpenCudaEngine cuda;
        const std::vector<uint64_t> expected = Count(cpu.get(), rows.data(), dtype, calibration);
        const std::vector<uint64_t> counted = Count(cuda.get(), rows.data(), dtype, calibration);
        const rs_tally_layout layout = rs_tally_layout_of(kClasses, 2, calibration);
        for (size_t i = 0; i < layout.calibration; ++i) {
            ASSERT_EQ(counted[i], expected[i]) << "counter " << i;
        }
        if (calibration) {
            rs_test::ExpectSameCalibrationCounts(layout, counted, expected);
            CompareSums(layout, expected, counted);
        }
    }

    static void CompareSums(const rs_tally_layout &layout, const std::vector<uint64_t> &expected,
                            const std::vector<uint64_t> &counted)
    {
        const auto real = [](const uint64_t *pair) {
            return static_cast<double>(pair[0]) + static_cast<double>(pair[1]) / RS_FIXED_ONE;
        };
        const uint64_t *const a = expected.data() + layout.calibration;
        const uint64_t *const b = counted.data() + layout.calibration;
        for (const int sum :
             {RS_CALIB_NLL_WHOLE, RS_CALIB_REAL_NLL_WHOLE, RS_CALIB_CONFIDENCE_WHOLE}) {
            EXPECT_NEAR(real(a + sum), real(b + sum), 1e-6 * real(a + sum));
        }
    }

    /* Every n-th image, as an exam. */
    void TakeLabels(rs_test::ExamCase *made, uint64_t every) const
    {
        made->rows = kRows / every;
        const uint64_t step = every / every_;
        made->columns = kClasses;
        made->exam.classes = kClasses;
        made->exam.end = made->rows;
        made->exam.calibration = true;
        for (uint64_t i = 0; i < rows_; i += step) {
            made->exam.original.push_back(original_[i]);
            made->exam.real.emplace_back(real_.begin() + begin_[i], real_.begin() + begin_[i + 1]);
            made->real_class.insert(made->real_class.end(), made->exam.real.back().begin(),
                                    made->exam.real.back().end());
            made->real_begin.push_back(static_cast<uint32_t>(made->real_class.size()));
        }
    }

    const uint64_t every_ = rs_test::LongTier() ? 1 : 25; /* of the images, the n-th ones */
    const uint64_t rows_ = kRows / every_;
    std::vector<int32_t> original_, real_;
    std::vector<uint32_t> begin_;
};

TEST_F(RealModelsOnCuda, AllOfThemInF32)
{
    for (const std::string &model : RealModels()) {
        Compare(model, RS_DTYPE_F32, false);
        if (HasFatalFailure()) {
            return;
        }
    }
}

TEST_F(RealModelsOnCuda, OneInEveryType)
{
    for (const rs_dtype dtype : rs_test::FloatTypes()) {
        Compare("resnet50", dtype, dtype == RS_DTYPE_F32 || dtype == RS_DTYPE_BF16);
    }
}

/* Three models in three types, with weights: every count that of the CPU engine, and all of it that
 * of averages in long double. */
TEST_F(RealModelsOnCuda, AnEnsembleOfThree)
{
    const uint64_t every = 25;
    const std::vector<double> weights = {2, 1, 0.5};
    rs_test::Members members;
    for (const auto &[model, dtype] :
         std::map<std::string, rs_dtype>{{"densenet121", RS_DTYPE_F16},
                                         {"resnet50", RS_DTYPE_F32},
                                         {"vgg16", RS_DTYPE_BF16}}) {
        members.emplace_back(new rs_test::Member(dtype, kRows / every, kClasses,
                                                 MakeRows(model, dtype, every)));
    }
    const rs_test::OpenEngine cpu(RS_ISA_AUTO, 2);
    const rs_test::OpenCudaEngine cuda;
    const rs_tally_layout layout = rs_tally_layout_of(kClasses, 2, true);
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        SCOPED_TRACE(space == RS_SPACE_PROB ? "probabilities" : "logits");
        rs_ensemble_options options = {};
        options.space = space;
        options.weights = weights.data();
        rs_test::Ensemble ensemble(members, options);
        ASSERT_EQ(ensemble.status, RS_OK) << ensemble.error.reason;
        rs_test::ExamCase made;
        TakeLabels(&made, every);
        made.exam.probabilities = space == RS_SPACE_PROB;
        for (size_t i = 0; i < made.rows; ++i) {
            const std::vector<long double> row =
                rs_test::Average(members, i, space == RS_SPACE_PROB, weights);
            made.exam.rows.emplace_back(row.begin(), row.end());
        }
        const rs_test::Verdict exact = Judge(made.exam);
        const rs_test::Outcome outcome = Score(cuda.get(), made, ensemble.source, 1);
        const rs_test::Outcome expected = Score(cpu.get(), made, ensemble.source, 1);
        ExpectCounters(made, exact, outcome);
        EXPECT_EQ(outcome.rank, exact.rank);
        EXPECT_EQ(outcome.real_rank, exact.real_rank);
        ASSERT_EQ(expected.status, RS_OK) << expected.error.reason;
        for (size_t i = 0; i < layout.calibration; ++i) {
            ASSERT_EQ(outcome.counters[i], expected.counters[i]) << "counter " << i;
        }
        rs_test::ExpectSameCalibrationCounts(layout, outcome.counters, expected.counters);
        rs_test::ExpectCalibration(exact.calibration, kClasses, outcome.counters);
    }
}

/* The long tier: every model in every type, with calibration. */
TEST_F(RealModelsOnCuda, AllOfThemInEveryType)
{
    if (!rs_test::LongTier()) {
        GTEST_SKIP() << "REASSESS_LONG is not set";
    }
    for (const std::string &model : RealModels()) {
        for (const rs_dtype dtype : rs_test::FloatTypes()) {
            Compare(model, dtype, true);
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

}  // namespace
