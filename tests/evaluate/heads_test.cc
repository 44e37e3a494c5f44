/* Heads: logits against products in double, the same bits for threads and row ranges, files, and
 * what does not fit. */
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "engine/heads_case.h"
#include "formats/format_bytes.h"

extern "C" {
#include "reassess/reassess.h"
#include "tally/tally_impl.h"
}

namespace {

using rs_test::BitsOf;
using rs_test::HeadsCase;
using rs_test::ScriptedSource;
using rs_test::StoreBits;
using rs_test::Verdict;

class HeadsTest : public testing::Test, protected HeadsCase {
  protected:
    struct Outcome {
        rs_status status = RS_OK;
        rs_error error = {};
        std::vector<std::vector<uint64_t>> counters; /* of each head */
        std::vector<std::vector<double>> value;      /* all classes' logits, best first */
        std::vector<std::vector<int32_t>> prediction;
    };

    Outcome Score(unsigned threads)
    {
        return Score(threads, {0, kRows});
    }

    Outcome Score(unsigned threads, rs_row_range range)
    {
        Outcome outcome;
        rs_evaluator_options options = {};
        options.threads = threads;
        options.calibration = true;
        rs_evaluator *evaluator = nullptr;
        EXPECT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        std::vector<rs_row_results> results(heads_.size());
        std::vector<rs_row_results *> pointers;
        std::vector<rs_tally *> tallies(heads_.size());
        outcome.value.resize(heads_.size());
        outcome.prediction.resize(heads_.size());
        for (size_t h = 0; h < heads_.size(); ++h) {
            outcome.value[h].assign((range.end - range.begin) * kClasses, -7);
            outcome.prediction[h].assign((range.end - range.begin) * kClasses, -7);
            results[h].keep = kClasses;
            results[h].value = outcome.value[h].data();
            results[h].prediction = outcome.prediction[h].data();
            pointers.push_back(&results[h]);
        }
        outcome.status = rs_evaluator_score_heads(
            evaluator, labels_.get(), source_->get(), heads_.data(), heads_.size(), &range,
            pointers.data(), nullptr, tallies.data(), &outcome.error);
        for (rs_tally *tally : tallies) {
            if (outcome.status == RS_OK) {
                const rs_tally_layout layout = rs_tally_layout_of(kClasses, 2, true);
                outcome.counters.emplace_back(rs_tally_counters(tally),
                                              rs_tally_counters(tally) + layout.counters);
            } else {
                EXPECT_EQ(tally, nullptr);
            }
            rs_tally_free(tally);
        }
        rs_evaluator_free(evaluator);
        return outcome;
    }
};

TEST_F(HeadsTest, CountsAndLogitsAgreeWithProductsInDouble)
{
    for (const rs_dtype features : rs_test::FloatTypes()) {
        for (const rs_dtype weight : rs_test::FloatTypes()) {
            const bool with_bias = features != RS_DTYPE_F16;
            SCOPED_TRACE(std::string(rs_dtype_name(features)) + " x " + rs_dtype_name(weight));
            Make(features, weight, 3, with_bias);
            MakeExams();
            const Outcome outcome = Score(2);
            ASSERT_EQ(outcome.status, RS_OK) << outcome.error.reason;
            const bool wide = features == RS_DTYPE_F64 || weight == RS_DTYPE_F64;
            EXPECT_EQ(rs_head_logits_dtype(&heads_[0], features),
                      wide ? RS_DTYPE_F64 : RS_DTYPE_F32);
            const rs_tally_layout layout = rs_tally_layout_of(kClasses, 2, true);
            for (size_t h = 0; h < heads_.size(); ++h) {
                const Verdict verdict = Judge(exams_[h]->exam);
                for (size_t i = 0; i < layout.calibration; ++i) {
                    ASSERT_EQ(outcome.counters[h][i], verdict.counters[i]) << h << ", " << i;
                }
                EXPECT_STREQ(
                    rs_test::CompareCalibration(
                        verdict.calibration, outcome.counters[h].data() + layout.calibration, 1e-6),
                    "");
                for (uint64_t i = 0; i < kRows * kClasses; ++i) {
                    const int32_t c = outcome.prediction[h][i];
                    const double expected =
                        exams_[h]->exam.rows[i / kClasses][static_cast<size_t>(c)];
                    ASSERT_NEAR(outcome.value[h][i], expected, wide ? 1e-12 : 2e-5) << i;
                }
            }
        }
    }
}

TEST_F(HeadsTest, TheSameBitsForThreadsAndRanges)
{
    Make(RS_DTYPE_F16, RS_DTYPE_F32, 2, true);
    MakeExams();
    const Outcome whole = Score(1);
    ASSERT_EQ(whole.status, RS_OK);
    for (const unsigned threads : {2u, 5u}) {
        const Outcome again = Score(threads);
        EXPECT_EQ(again.value, whole.value);
        EXPECT_EQ(again.counters, whole.counters);
    }
    for (const bool views : {true, false}) {
        if (!views) {
            source_->ForbidViews();
        }
        std::vector<std::vector<uint64_t>> sums(2);
        for (const rs_row_range range : {rs_row_range{0, 3}, rs_row_range{3, 300},
                                         rs_row_range{300, 513}, rs_row_range{513, kRows}}) {
            const Outcome part = Score(2, range);
            ASSERT_EQ(part.status, RS_OK) << part.error.reason;
            for (size_t h = 0; h < 2; ++h) {
                EXPECT_EQ(std::memcmp(part.value[h].data(),
                                      whole.value[h].data() + range.begin * kClasses,
                                      part.value[h].size() * sizeof(double)),
                          0)
                    << range.begin;
                sums[h].resize(part.counters[h].size());
                for (size_t i = 0; i < part.counters[h].size(); ++i) {
                    sums[h][i] += part.counters[h][i];
                }
            }
        }
        EXPECT_EQ(sums, whole.counters);
    }
}

TEST_F(HeadsTest, PlainCDoesWithoutTheLibrary)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 1, true);
    MakeExams();
    setenv("REASSESS_OPENBLAS", "/nonexistent/libopenblas.so", 1);
    const Outcome outcome = Score(2);
    unsetenv("REASSESS_OPENBLAS");
    ASSERT_EQ(outcome.status, RS_OK);
    const Verdict verdict = Judge(exams_[0]->exam);
    const rs_tally_layout layout = rs_tally_layout_of(kClasses, 2, true);
    for (size_t i = 0; i < layout.calibration; ++i) {
        ASSERT_EQ(outcome.counters[0][i], verdict.counters[i]);
    }
}

/* A NaN among the features makes its row invalid and no other, an infinite one too. */
TEST_F(HeadsTest, OneBadFeatureSpoilsOneRow)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 1, false);
    MakeExams();
    const Outcome before = Score(1);
    StoreBits(RS_DTYPE_F32, features_->bits.data() + 300 * kFeatures * 4, 7,
              BitsOf(RS_DTYPE_F32, NAN));
    StoreBits(RS_DTYPE_F32, features_->bits.data() + 699 * kFeatures * 4, 0,
              BitsOf(RS_DTYPE_F32, NAN));
    const Outcome after = Score(1);
    ASSERT_EQ(after.status, RS_OK);
    EXPECT_EQ(after.counters[0][RS_COUNT_NAN_ROWS], 2u);
    for (uint64_t i = 0; i < kRows; ++i) {
        const bool bad = i == 300 || i == 699;
        EXPECT_EQ(after.prediction[0][i * kClasses], bad ? -1 : before.prediction[0][i * kClasses])
            << i;
    }
}

TEST_F(HeadsTest, AStreamOfFeaturesServesOneHead)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 1, true);
    MakeExams();
    const Outcome whole = Score(1);
    for (const bool known : {true, false}) {
        source_->MakeStream(known);
        const Outcome stream = Score(3);
        ASSERT_EQ(stream.status, RS_OK) << stream.error.reason;
        EXPECT_EQ(stream.counters, whole.counters);
        source_.reset(new ScriptedSource(features_->bits.data(), RS_DTYPE_F32, kRows, kFeatures,
                                         kFeatures * 4));
    }
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 2, true);
    source_->MakeStream(true);
    const Outcome refused = Score(1);
    EXPECT_EQ(refused.status, RS_UNSUPPORTED);
    EXPECT_STREQ(refused.error.reason,
                 "features that can be read only once cannot serve several heads");
}

TEST_F(HeadsTest, WhatDoesNotFitIsRefused)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 2, true);
    MakeExams();
    heads_[1].features = 95;
    Outcome outcome = Score(1);
    EXPECT_EQ(outcome.status, RS_MISMATCH);
    EXPECT_STREQ(outcome.error.reason, "96 features a row, but head 2 takes 95");
    heads_[1].features = kFeatures;
    heads_[1].classes = 39;
    outcome = Score(1);
    EXPECT_EQ(outcome.status, RS_MISMATCH);
    EXPECT_STREQ(outcome.error.reason, "head 2 has 39 classes, the first one has 40");
    heads_[0].classes = 39;
    outcome = Score(1);
    EXPECT_EQ(outcome.status, RS_MISMATCH);
    EXPECT_STREQ(outcome.error.reason, "39 columns, but the labels have 40 classes");
    source_->FailAt({5});
    source_->ForbidViews();
    heads_[0].classes = heads_[1].classes = kClasses;
    outcome = Score(1);
    EXPECT_EQ(outcome.status, RS_IO);
    EXPECT_STREQ(outcome.error.reason, "row 5 fails");
}

/* ---- files ---- */

struct HeadFile {
    HeadFile(const std::string &weight, const char *bias)
    {
        status = rs_head_load(weight.c_str(), bias, nullptr, &file, &error);
    }
    ~HeadFile()
    {
        rs_head_free(file);
    }
    HeadFile(const HeadFile &) = delete;
    HeadFile &operator=(const HeadFile &) = delete;

    rs_status status = RS_OK;
    rs_error error = {};
    rs_head_file *file = nullptr;
};

std::string Safetensors(const std::string &header, const std::string &data)
{
    std::string file;
    for (int i = 0; i < 8; ++i) {
        file += static_cast<char>(i < 2 ? header.size() >> (8 * i) & 255 : 0);
    }
    return file + header + data;
}

const std::string kWeight = BytesOf<float>({1, 2, 3, 4, 5, 6});
const std::string kBias = BytesOf<float>({7, 8});

TEST(HeadFiles, NpyWithAndWithoutBias)
{
    const TemporaryFolder folder;
    const std::string weight = folder.write("w.npy", Npy("<f4", "2, 3", kWeight));
    for (const char *shape : {"2,", "2, 1", "1, 2"}) {
        const std::string bias = folder.write("b.npy", Npy("<f4", shape, kBias));
        const HeadFile both(weight, bias.c_str());
        ASSERT_EQ(both.status, RS_OK) << both.error.reason;
        const rs_head *head = rs_head_get(both.file);
        EXPECT_EQ(head->classes, 2u);
        EXPECT_EQ(head->features, 3u);
        EXPECT_EQ(head->dtype, RS_DTYPE_F32);
        EXPECT_EQ(std::memcmp(head->weight, kWeight.data(), kWeight.size()), 0);
        EXPECT_EQ(head->bias[0], 7);
        EXPECT_EQ(head->bias[1], 8);
        EXPECT_EQ(rs_head_bias_path(both.file), bias);
    }
    const HeadFile alone(weight, nullptr);
    ASSERT_EQ(alone.status, RS_OK);
    EXPECT_EQ(rs_head_get(alone.file)->bias, nullptr);
    EXPECT_EQ(rs_head_bias_path(alone.file), nullptr);
}

TEST(HeadFiles, ABiasBesideTheWeightIsFound)
{
    const TemporaryFolder folder;
    const std::string header =
        R"({"fc.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
        R"("fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}})";
    const std::string path = folder.write("h.safetensors", Safetensors(header, kWeight + kBias));
    for (const std::string &name : {path, path + "#fc.weight", path + "#fc"}) {
        const HeadFile head(name, nullptr);
        ASSERT_EQ(head.status, RS_OK) << head.error.reason;
        ASSERT_NE(rs_head_get(head.file)->bias, nullptr);
        EXPECT_EQ(rs_head_get(head.file)->bias[1], 8);
        EXPECT_EQ(rs_head_bias_path(head.file), name == path ? path : path + "#fc.bias");
        EXPECT_EQ(rs_head_weight_path(head.file), name == path ? path : path + "#fc.weight");
    }
    const std::string two =
        R"({"fc.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
        R"("fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},)"
        R"("norm.bias":{"dtype":"F32","shape":[2],"data_offsets":[32,40]}})";
    const std::string layers =
        folder.write("l.safetensors", Safetensors(two, kWeight + kBias + kBias));
    const HeadFile own(layers + "#fc", nullptr); // of several vectors that of its own name
    ASSERT_EQ(own.status, RS_OK) << own.error.reason;
    EXPECT_EQ(rs_head_bias_path(own.file), layers + "#fc.bias");
    const std::string several =
        R"({"fc.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
        R"("a":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},)"
        R"("b":{"dtype":"F32","shape":[1],"data_offsets":[28,32]}})";
    const std::string other = folder.write("s.safetensors", Safetensors(several, kWeight + kBias));
    const HeadFile doubtful(other, nullptr);
    EXPECT_EQ(doubtful.status, RS_USAGE);
    EXPECT_NE(std::string(doubtful.error.reason).find("several tensors could be meant"),
              std::string::npos)
        << doubtful.error.reason;
    const HeadFile wrong(other + "#fc.weight", (other + "#a").c_str());
    EXPECT_EQ(wrong.status, RS_MISMATCH);
    EXPECT_STREQ(wrong.error.reason, "1 numbers in the bias, but the weight has 2 rows");
    const HeadFile missing(other + "#nothing", nullptr);
    EXPECT_EQ(missing.status, RS_USAGE);
}

TEST(HeadFiles, BadOnesAreRefused)
{
    const TemporaryFolder folder;
    const std::string weight = folder.write("w.npy", Npy("<f4", "2, 3", kWeight));
    const std::string integers = folder.write("i.npy", Npy("<i4", "2, 3", kWeight));
    const std::string cut = folder.write("c.npy", Npy("<f4", "2, 3", kWeight.substr(0, 20)));
    EXPECT_EQ(HeadFile(integers, nullptr).status, RS_UNSUPPORTED);
    EXPECT_EQ(HeadFile(cut, nullptr).status, RS_FORMAT);
    EXPECT_EQ(HeadFile("-", nullptr).status, RS_USAGE);
    EXPECT_EQ(HeadFile(folder.path("none.npy"), nullptr).status, RS_IO);
    const HeadFile matrix(weight, weight.c_str());
    EXPECT_EQ(matrix.status, RS_FORMAT);
    EXPECT_STREQ(matrix.error.reason, "the array is 2 x 3 of f32, a vector of floats is needed");
    const std::string whole = folder.write("v.npy", Npy("<i4", "2,", kBias));
    EXPECT_EQ(HeadFile(weight, whole.c_str()).status, RS_FORMAT);
}

} // namespace
