// Batches of any split, order, dtype and stride, with repeats, are one pass over the rows, to the
// last bit.
#include "evaluate/scorer_case.h"

namespace {

TEST_F(ScorerCase, EverySplitOrderAndTypeIsOnePass)
{
    const Labels labels = MakeLabels();
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_BF16, RS_DTYPE_F64}) {
        for (const bool calibration : {false, true}) {
            const Rows rows = MakeRows(dtype, false);
            const rs_evaluator_options options = Options(calibration);
            const Pass pass = OnePass(rows, labels.get(), options);
            for (const size_t batch : {1u, 7u, 256u, 3000u}) {
                SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + " by " + std::to_string(batch));
                const Scorer scorer = MakeScorer(labels.get(), options);
                const std::vector<int64_t> images = Shuffled(static_cast<unsigned>(batch));
                for (size_t at = 0; at < images.size(); at += batch) {
                    const auto end = images.begin() + std::min(at + batch, images.size());
                    ASSERT_EQ(Add(scorer, rows, {images.begin() + at, end},
                                  rs_dtype_bytes(dtype) * (at % 3)),
                              RS_OK);
                }
                ExpectSame(scorer, pass);
                const rs_scorer_counts counts = rs_scorer_get_counts(scorer.get());
                EXPECT_EQ(counts.images, kImages);
                EXPECT_EQ(counts.missing, 0u);
                EXPECT_EQ(counts.repeats, 0u);
                EXPECT_EQ(counts.dtype, dtype);
            }
        }
    }
}

TEST_F(ScorerCase, LargeBatchesAreSharedByThreads)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F64, false);
    const Pass pass = OnePass(rows, labels.get(), Options(true));
    std::vector<int64_t> images = Shuffled(1);
    std::vector<int64_t> many; // every image five times: 15,000 rows are 4.8 MB
    for (int i = 0; i < 5; ++i) {
        many.insert(many.end(), images.begin(), images.end());
    }
    const Scorer scorer = MakeScorer(labels.get(), Options(true));
    ASSERT_EQ(Add(scorer, rows, many), RS_OK);
    ExpectSame(scorer, pass);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 4 * kImages);
}

// Threads that are still awake from the batch before take their share of one that is too small to
// wake them for: 2,000 rows are 640 KB.
TEST_F(ScorerCase, BatchesOfALoopAreSharedByThreads)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F64, false);
    const Pass pass = OnePass(rows, labels.get(), Options(true));
    for (unsigned turn = 0; turn < 20; ++turn) {
        const Scorer scorer = MakeScorer(labels.get(), Options(true));
        const std::vector<int64_t> images = Shuffled(turn);
        const auto first = images.begin() + 10;
        const auto second = first + 2000;
        ASSERT_EQ(Add(scorer, rows, {images.begin(), first}), RS_OK);
        ASSERT_EQ(Add(scorer, rows, {first, second}), RS_OK);
        ASSERT_EQ(Add(scorer, rows, {second, images.end()}), RS_OK);
        ExpectSame(scorer, pass);
    }
}

TEST_F(ScorerCase, ARepeatIsLeftOutWhateverItHolds)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    Rows others = rows;
    std::reverse(others.bytes.begin(), others.bytes.end());
    const Pass pass = OnePass(rows, labels.get(), Options(true));
    const Scorer scorer = MakeScorer(labels.get(), Options(true));
    ASSERT_EQ(Add(scorer, rows, Shuffled(3)), RS_OK);
    ASSERT_EQ(Add(scorer, others, {0, 5, 5, 2999}), RS_OK);
    ExpectSame(scorer, pass);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 4u);
}

TEST_F(ScorerCase, WithoutAnIndexTheyAreTheNextOnes)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    const Pass pass = OnePass(rows, labels.get(), Options(false));
    const Scorer scorer = MakeScorer(labels.get(), Options(false));
    for (uint64_t at = 0; at < kImages; at += 700) {
        const rs_scorer_rows batch = {
            rows.row(at), rows.dtype, std::min<uint64_t>(700, kImages - at), kClasses, 0, nullptr,
            nullptr};
        ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
    }
    ExpectSame(scorer, pass);
    const rs_scorer_rows more = {rows.row(0), rows.dtype, 1, kClasses, 0, nullptr, nullptr};
    rs_error error = {};
    EXPECT_EQ(rs_scorer_add(scorer.get(), &more, &error), RS_RANGE);
    EXPECT_NE(std::string(error.reason).find("more than the labels have"), std::string::npos);
    ExpectSame(scorer, pass);
}

TEST_F(ScorerCase, RowsOfAPassThatStoppedHalfWay)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    const Scorer scorer = MakeScorer(labels.get(), Options(true));
    ASSERT_EQ(Add(scorer, rows, {9, 4, 5, 7}), RS_OK);
    const Tally tally = TallyOf(scorer);
    EXPECT_EQ(rs_tally_rows(tally.get()), 4u);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).missing, kImages - 4);
    const rs_row_results *const results = rs_scorer_results(scorer.get());
    EXPECT_EQ(results->prediction[8 * kKeep], -1) << "never came";
    EXPECT_GE(results->prediction[9 * kKeep], 0);
    ASSERT_EQ(Add(scorer, rows, Shuffled(8)), RS_OK) << "the tally was a snapshot";
    ExpectSame(scorer, OnePass(rows, labels.get(), Options(true)));
}

TEST_F(ScorerCase, AFailedBatchLeavesNothingBehind)
{
    const Labels labels = MakeLabels();
    const rs_evaluator_options options = Options(true, RS_VALUES_PROBS);
    const Rows rows = MakeRows(RS_DTYPE_F64, true);
    Rows wrong = rows;
    const double five = 5.0;
    std::memcpy(wrong.bytes.data() + 2000 * wrong.row_bytes(), &five, 8);
    const Scorer scorer = MakeScorer(labels.get(), options);
    ASSERT_EQ(Add(scorer, rows, {1, 2}), RS_OK);
    const std::vector<uint8_t> before = BytesOf(scorer);
    rs_error error = {};
    EXPECT_EQ(Add(scorer, wrong, Shuffled(2), 0, &error), RS_FORMAT);
    EXPECT_TRUE(BytesOf(scorer) == before);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).images, 2u);
    EXPECT_EQ(rs_scorer_results(scorer.get())->prediction[7 * kKeep], -1);
    EXPECT_EQ(rs_tally_rows(TallyOf(scorer).get()), 2u);
    EXPECT_EQ(Add(scorer, rows, {3, static_cast<int64_t>(4)}), RS_OK);
    const std::vector<int64_t> bad = {5, static_cast<int64_t>(kImages)};
    const rs_scorer_rows outside = {rows.row(0), rows.dtype, 2, kClasses, 0, bad.data(), nullptr};
    EXPECT_EQ(rs_scorer_add(scorer.get(), &outside, &error), RS_RANGE);
    EXPECT_EQ(error.place.at, 1u);
    const rs_scorer_rows narrow = {rows.row(0), rows.dtype, 2, kClasses - 1, 0, nullptr, nullptr};
    EXPECT_EQ(rs_scorer_add(scorer.get(), &narrow, &error), RS_MISMATCH);
    ASSERT_EQ(Add(scorer, rows, Shuffled(2)), RS_OK);
    ExpectSame(scorer, OnePass(rows, labels.get(), options));
}

TEST_F(ScorerCase, ClassMaps)
{
    const Labels labels = MakeLabels();
    std::vector<int32_t> class_of(kClasses);
    for (uint32_t c = 0; c < kClasses; ++c) {
        class_of[c] = static_cast<int32_t>((c * 7 + 3) % kClasses);
    }
    class_of[5] = -1;
    class_of[6] = class_of[7];
    rs_class_map *map = nullptr;
    ASSERT_EQ(rs_class_map_create(class_of.data(), kClasses, kClasses, &map, nullptr), RS_OK);
    rs_evaluator_options options = Options(true);
    options.class_map = map;
    const Rows rows = MakeRows(RS_DTYPE_BF16, false);
    const Scorer scorer = MakeScorer(labels.get(), options);
    ASSERT_EQ(Add(scorer, rows, Shuffled(4)), RS_OK);
    ExpectSame(scorer, OnePass(rows, labels.get(), options));
    rs_class_map_free(map);
}

TEST_F(ScorerCase, WhatCannotBeMade)
{
    const Labels labels = MakeLabels();
    rs_evaluator_options options = Options(false);
    rs_scorer *scorer = nullptr;
    EXPECT_EQ(rs_scorer_create(&options, labels.get(), RS_KEEP_MAX + 1, &scorer, nullptr),
              RS_USAGE);
    options.backend = RS_BACKEND_CUDA;
    options.device = RS_DEVICE_LAST; // which no machine has
    const rs_status status = rs_scorer_create(&options, labels.get(), 1, &scorer, nullptr);
    EXPECT_TRUE(status == RS_UNSUPPORTED || status == RS_DEVICE) << status;
    EXPECT_EQ(scorer, nullptr);
    const Scorer none = MakeScorer(labels.get(), Options(false), 0);
    EXPECT_EQ(rs_scorer_results(none.get())->prediction, nullptr);
    const rs_scorer_rows empty = {nullptr, RS_DTYPE_F32, 0, kClasses, 0, nullptr, nullptr};
    EXPECT_EQ(rs_scorer_add(none.get(), &empty, nullptr), RS_OK);
    const float row[kClasses] = {};
    const rs_scorer_rows integers = {row, RS_DTYPE_I32, 1, kClasses, 0, nullptr, nullptr};
    EXPECT_EQ(rs_scorer_add(none.get(), &integers, nullptr), RS_USAGE);
}

} // namespace
