/* Heads by every engine: products and scores against the reference, in tiles of any size, through
 * the class map and from streams.
 */
#include <cmath>
#include <cstring>
#include <string>

#include "engine/heads_score.h"
#include "engine/suite/engine_kind.h"

namespace {

using rs_test::BitsOf;
using rs_test::Engine;
using rs_test::ScriptedSource;
using rs_test::StoreBits;

class EngineHeads : public rs_test::EngineSuite, protected rs_test::HeadsScore {
  protected:
    void SetUp() override
    {
        EngineSuite::SetUp();
        rs_test::BeginToMultiply(GetParam());
        kRows = Rows(700, 150);
    }
};

TEST_P(EngineHeads, EveryPairOfTypes)
{
    for (const rs_dtype features : rs_test::FloatTypes()) {
        for (const rs_dtype weight : rs_test::FloatTypes()) {
            SCOPED_TRACE(std::string(rs_dtype_name(features)) + " x " + rs_dtype_name(weight));
            Make(features, weight, 2, weight != RS_DTYPE_F16);
            MakeExams();
            const Engine engine(GetParam());
            const bool wide = features == RS_DTYPE_F64 || weight == RS_DTYPE_F64;
            ExpectRight(Score(engine.get()), wide ? 1e-12 : 2e-5);
            if (!GetParam().products.empty()) {
                EXPECT_EQ(engine.get()->info.products, GetParam().products);
            }
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

/* Heads of different types on the same features, so that a tile is kept in two types. */
TEST_P(EngineHeads, HeadsOfMixedTypes)
{
    Make(RS_DTYPE_F16, RS_DTYPE_F16, 3, true);
    const rs_test::Values wide(RS_DTYPE_F64, kClasses, kFeatures, 0.4, 50);
    const rs_test::Values narrow(RS_DTYPE_F32, kClasses, kFeatures, 0.4, 51);
    *weights_[0] = wide;
    *weights_[1] = narrow;
    heads_[0].dtype = RS_DTYPE_F64;
    heads_[1].dtype = RS_DTYPE_F32;
    heads_[0].weight = weights_[0]->bits.data();
    heads_[1].weight = weights_[1]->bits.data();
    MakeExams();
    const Engine engine(GetParam());
    ExpectRight(Score(engine.get()), 2e-5);
}

/* Little memory: where it matters, tiles of the least size and the heads one after the other. */
TEST_P(EngineHeads, SmallMemoryGivesTheSameRows)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 3, true);
    MakeExams();
    const Engine engine(GetParam(), {2, 60000});
    for (int round = 0; round < 2; ++round) {
        ExpectRight(Score(engine.get()), 2e-5);
    }
}

TEST_P(EngineHeads, RangesAddUpToTheSameBits)
{
    Make(RS_DTYPE_BF16, RS_DTYPE_F32, 2, true);
    MakeExams();
    const Engine engine(GetParam(), {2, 300000});
    const Result whole = Score(engine.get());
    ExpectRight(whole, 2e-5);
    std::vector<std::vector<uint64_t>> sums(2, std::vector<uint64_t>(whole.counters[0].size()));
    const uint64_t middle = Rows(300, 70); /* no multiple of a tile's rows, as the others are not */
    const uint64_t late = Rows(513, 129);
    for (const rs_row_range range : {rs_row_range{0, 3}, rs_row_range{3, middle},
                                     rs_row_range{middle, late}, rs_row_range{late, kRows}}) {
        const Result part = Score(engine.get(), range);
        ASSERT_EQ(part.status, RS_OK) << part.error.reason;
        EXPECT_EQ(part.scored, range.end - range.begin);
        EXPECT_EQ(std::memcmp(part.value[0].data(), whole.value[0].data() + range.begin * 3,
                              part.value[0].size() * sizeof(double)),
                  0)
            << range.begin;
        for (size_t h = 0; h < 2; ++h) {
            for (size_t i = 0; i < sums[h].size(); ++i) {
                sums[h][i] += part.counters[h][i];
            }
        }
    }
    EXPECT_EQ(sums, whole.counters);
}

TEST_P(EngineHeads, LogitsGoThroughTheClassMap)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 2, true);
    MakeExams();
    std::vector<int32_t> classes(kClasses);
    for (uint32_t c = 0; c < kClasses; ++c) {
        classes[c] = c == 3 ? -1 : c == 4 ? 5 : static_cast<int32_t>(c);
    }
    for (const auto &exam : exams_) {
        exam->UseMap(classes);
    }
    const Engine engine(GetParam());
    ExpectRight(Score(engine.get()), 2e-5);
}

TEST_P(EngineHeads, OneBadFeatureSpoilsOneRow)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 1, false);
    MakeExams();
    StoreBits(RS_DTYPE_F32, features_->bits.data() + 70 * kFeatures * 4, 7,
              BitsOf(RS_DTYPE_F32, NAN));
    const Engine engine(GetParam());
    const Result result = Score(engine.get());
    EXPECT_EQ(result.counters[0][RS_COUNT_NAN_ROWS], 1u);
    EXPECT_EQ(result.prediction[0][70 * 3], -1);
    EXPECT_NE(result.prediction[0][71 * 3], -1);
}

TEST_P(EngineHeads, AStreamServesAHead)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 1, true);
    MakeExams();
    const Engine engine(GetParam());
    const Result whole = Score(engine.get());
    ExpectRight(whole, 2e-5);
    for (const bool known : {true, false}) {
        source_->MakeStream(known);
        const Result stream = Score(engine.get());
        ExpectRight(stream, 2e-5);
        EXPECT_EQ(stream.counters, whole.counters);
        EXPECT_EQ(stream.value, whole.value);
        source_.reset(new ScriptedSource(features_->bits.data(), RS_DTYPE_F32, kRows, kFeatures,
                                         kFeatures * 4));
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineHeads, testing::ValuesIn(rs_test::Engines()),
                         rs_test::KindName);

} // namespace
