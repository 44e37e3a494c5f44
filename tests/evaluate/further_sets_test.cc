// Several label sets in one pass: the tally of each is that of a pass against it alone.
#include <gtest/gtest.h>

#include "engine/scripted_source.h"
#include "evaluate/scorer_case.h"
#include "support/isas.h"

extern "C" {
#include "evaluate/evaluator_impl.h"
#include "evaluate/further_sets.h"
#include "tally/tally_impl.h"
}

namespace {

class FurtherSets : public ScorerCase {
  protected:
    enum { kSets = 4 };

    // The images and original labels of `first` with sets of their own: none in common with it,
    // most of them, one label each, and here and there sets larger than any table of sizes.
    static Labels Beside(const rs_labels *first, int kind)
    {
        const rs_label_view *const view = rs_labels_get_view(first);
        std::mt19937 random(100 + kind);
        std::vector<uint32_t> begin(1, 0);
        std::vector<int32_t> real;
        for (uint64_t i = 0; i < view->rows; ++i) {
            for (int32_t c = 0; c < static_cast<int32_t>(view->classes); ++c) {
                const int32_t *const own = view->real_class + view->real_begin[i];
                const int32_t *const end = view->real_class + view->real_begin[i + 1];
                const bool has = std::find(own, end, c) != end;
                if (kind == 0   ? !has && random() % 8 == 0
                    : kind == 1 ? has != (random() % 20 == 0)
                    : kind == 2 ? c == view->original[i]
                    : i % 5 < 2 ? c >= 14 || c == view->original[i]
                                : has) {
                    real.push_back(c);
                }
            }
            begin.push_back(static_cast<uint32_t>(real.size()));
        }
        rs_labels *labels = nullptr;
        EXPECT_EQ(rs_labels_create(view->rows, view->classes, view->original, begin.data(),
                                   real.data(), &labels, nullptr),
                  RS_OK);
        return Labels(labels);
    }

    FurtherSets()
    {
        for (int kind = 0; kind < kSets; ++kind) {
            sets_.push_back(Beside(first_.get(), kind));
            listed_.push_back(sets_.back().get());
        }
        TellApart();
    }

    void TellApart()
    {
        rs_set_differences *differences = nullptr;
        EXPECT_EQ(rs_set_differences_make(first_.get(), listed_.data(), listed_.size(),
                                          &differences, nullptr),
                  RS_OK);
        differences_ = {differences, rs_set_differences_free};
    }

    // Not calibrated: what a further set is counted as.
    static rs_tally *Alone(const rs_evaluator_options &asked, const rs_labels *labels,
                           rs_source *source, const rs_row_range *range)
    {
        rs_evaluator_options options = asked;
        rs_evaluator *evaluator = nullptr;
        rs_tally *tally = nullptr;
        options.calibration = false;
        EXPECT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        EXPECT_EQ(rs_evaluator_score(evaluator, labels, source, range, nullptr, nullptr, &tally,
                                     nullptr),
                  RS_OK);
        rs_evaluator_free(evaluator);
        return tally;
    }

    void Check(const rs_evaluator_options &options, rs_source *source,
               const rs_row_range *range = nullptr)
    {
        rs_evaluator *evaluator = nullptr;
        rs_further *further = nullptr;
        rs_tally *own = nullptr;
        rs_tally *before = nullptr;
        ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        evaluator->engine->finds_further = finds_;
        ASSERT_EQ(rs_evaluator_score(evaluator, first_.get(), source, range, nullptr, nullptr,
                                     &before, nullptr),
                  RS_OK);
        ASSERT_EQ(rs_further_begin(evaluator, differences_.get(), 1, rs_source_get_info(source),
                                   &further, nullptr),
                  RS_OK);
        ASSERT_EQ(rs_evaluator_score(evaluator, first_.get(), source, range, nullptr, nullptr,
                                     &own, nullptr),
                  RS_OK);
        EXPECT_TRUE(rs_tally_equal(own, before)) << "further sets change the first";
        for (size_t s = 0; s < listed_.size(); ++s) {
            rs_tally *beside = nullptr;
            ASSERT_EQ(rs_further_take(further, 0, s, own, &beside, nullptr), RS_OK);
            const Tally alone(Alone(options, listed_[s], source, range));
            EXPECT_TRUE(rs_tally_equal(beside, alone.get())) << "set " << s;
            rs_tally_free(beside);
        }
        rs_further_free(further);
        rs_tally_free(own);
        // A pass afterwards is as one before.
        ASSERT_EQ(rs_evaluator_score(evaluator, first_.get(), source, range, nullptr, nullptr,
                                     &own, nullptr),
                  RS_OK);
        EXPECT_TRUE(rs_tally_equal(own, before));
        rs_tally_free(own);
        rs_tally_free(before);
        rs_evaluator_free(evaluator);
    }

    static rs_source *Open(const Rows &rows)
    {
        rs_source *source = nullptr;
        EXPECT_EQ(rs_source_open_memory(rows.bytes.data(), rows.dtype, kImages, kClasses,
                                        rows.row_bytes(), &source, nullptr),
                  RS_OK);
        return source;
    }

    bool finds_ = true; // the engine counts further sets itself
    Labels first_ = MakeLabels();
    std::vector<Labels> sets_;
    std::vector<const rs_labels *> listed_;
    std::unique_ptr<rs_set_differences, decltype(&rs_set_differences_free)> differences_{
        nullptr, rs_set_differences_free};
};

TEST_F(FurtherSets, EveryTypeAndThreads)
{
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_BF16, RS_DTYPE_F64}) {
        const Rows rows = MakeRows(dtype, false);
        rs_source *const source = Open(rows);
        for (const unsigned threads : {1u, 3u}) {
            for (const bool calibration : {false, true}) {
                rs_evaluator_options options = Options(calibration);
                options.threads = threads;
                options.topk_count = 3;
                options.topk[0] = 1;
                options.topk[1] = 2;
                options.topk[2] = 30; // beyond what anybody would keep of a row
                Check(options, source);
            }
        }
        rs_source_close(source);
    }
}

// One alone: rows that agree are there, and rows that do not in which the original label is in both
// sets, or in one.
TEST_F(FurtherSets, OneThatMostlyAgrees)
{
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    rs_source *const source = Open(rows);
    for (const rs_labels *const set : {sets_[3].get(), first_.get()}) {
        listed_ = {set};
        TellApart();
        for (const unsigned threads : {1u, 3u}) {
            rs_evaluator_options options = Options(true);
            options.threads = threads;
            Check(options, source);
            for (const rs_row_range range : {rs_row_range{17, 2001}, rs_row_range{64, 65},
                                             rs_row_range{128, 192}, rs_row_range{2999, 3000}}) {
                Check(options, source, &range);
            }
        }
    }
    rs_source_close(source);
}

// Lists of predictions: those of the rows, as deep as a list goes.
TEST_F(FurtherSets, OfRankedPredictions)
{
    enum { kDepth = 4 };
    std::mt19937 random(12);
    std::vector<int32_t> lists;
    for (uint64_t i = 0; i < kImages; ++i) {
        std::vector<int32_t> all(kClasses);
        std::iota(all.begin(), all.end(), 0);
        std::shuffle(all.begin(), all.end(), random);
        const uint32_t known = random() % 10 == 0 ? random() % kDepth : +kDepth;
        for (uint32_t k = 0; k < kDepth; ++k) {
            lists.push_back(k < known ? all[k] : -1);
        }
    }
    rs_test::ScriptedSource source(lists.data(), RS_DTYPE_I32, kImages, kDepth,
                                   kDepth * sizeof(int32_t));
    rs_evaluator_options options = Options(false);
    options.topk_count = 2;
    options.topk[0] = 1;
    options.topk[1] = kDepth;
    Check(options, source.get());
    listed_ = {sets_[3].get()};
    TellApart();
    Check(options, source.get());
}

// The counts of the labels are taken from those that the pass counted: of no others.
TEST_F(FurtherSets, ToldApartFromOthersAreRefused)
{
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    rs_source *const source = Open(rows);
    const rs_evaluator_options options = Options(false);
    rs_evaluator *evaluator = nullptr;
    rs_further *further = nullptr;
    rs_tally *beside = nullptr;
    rs_error error = {};
    const Tally other(Alone(options, listed_[0], source, nullptr));
    ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
    ASSERT_EQ(rs_further_begin(evaluator, differences_.get(), 1, rs_source_get_info(source),
                               &further, nullptr),
              RS_OK);
    EXPECT_EQ(rs_further_take(further, 0, 0, other.get(), &beside, &error), RS_MISMATCH);
    EXPECT_EQ(beside, nullptr);
    EXPECT_STREQ(error.reason, "label sets that were told apart from others than were counted");
    rs_further_free(further);
    rs_evaluator_free(evaluator);
    rs_source_close(source);
}

TEST_F(FurtherSets, EveryInstructionSet)
{
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F16}) {
        const Rows rows = MakeRows(dtype, false);
        rs_source *const source = Open(rows);
        for (const rs_isa isa : rs_test::Isas()) {
            rs_evaluator_options options = Options(true);
            rs_evaluator *evaluator = nullptr;
            options.isa = isa;
            if (rs_evaluator_create(&options, &evaluator, nullptr) == RS_OK) {
                rs_evaluator_free(evaluator);
                Check(options, source);
            }
        }
        rs_source_close(source);
    }
}

TEST_F(FurtherSets, SomeOfTheRows)
{
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    rs_source *const source = Open(rows);
    const rs_row_range range = {17, 2001};
    Check(Options(false), source, &range);
    rs_source_close(source);
}

TEST_F(FurtherSets, ThroughAClassMap)
{
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    std::vector<int32_t> classes(kClasses);
    for (uint32_t c = 0; c < kClasses; ++c) {
        classes[c] = c % 7 == 0 ? -1 : static_cast<int32_t>((c * 3 + 5) % kClasses);
    }
    classes[1] = classes[2]; // two columns of one class, and classes without a column
    rs_class_map *map = nullptr;
    ASSERT_EQ(rs_class_map_create(classes.data(), kClasses, kClasses, &map, nullptr), RS_OK);
    rs_source *const source = Open(rows);
    rs_evaluator_options options = Options(true);
    options.class_map = map;
    Check(options, source);
    rs_source_close(source);
    rs_class_map_free(map);
}

// The predictions of such an engine are asked for, beside whatever the caller wants of rows.
TEST_F(FurtherSets, ByAnEngineThatCountsOneAlone)
{
    std::vector<int32_t> classes(kClasses);
    for (uint32_t c = 0; c < kClasses; ++c) {
        classes[c] = c % 7 == 0 ? -1 : static_cast<int32_t>(kClasses - 1 - c);
    }
    rs_class_map *map = nullptr;
    ASSERT_EQ(rs_class_map_create(classes.data(), kClasses, kClasses, &map, nullptr), RS_OK);
    finds_ = false;
    const rs_row_range range = {17, 2001};
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F16}) {
        const Rows rows = MakeRows(dtype, false);
        rs_source *const source = Open(rows);
        for (const rs_class_map *const through : {static_cast<const rs_class_map *>(nullptr),
                                                  static_cast<const rs_class_map *>(map)}) {
            for (const uint32_t last : {1u, 2u, 30u, 5000u}) { // 5000: beyond every row
                rs_evaluator_options options = Options(true);
                options.class_map = through;
                options.topk_count = 2;
                options.topk[0] = 1;
                options.topk[1] = last;
                Check(options, source);
                Check(options, source, &range);
            }
        }
        rs_source_close(source);
    }
    rs_class_map_free(map);
}

// What was asked for of rows comes as it does without further sets, whatever was asked for.
TEST_F(FurtherSets, ResultsBesideKeptPredictions)
{
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    rs_source *const source = Open(rows);
    const rs_evaluator_options options = Options(false); // top-1 and top-5
    for (const uint32_t keep : {0u, 2u, 5u, 8u}) {
        for (const bool wrong_only : {false, true}) {
            std::vector<int32_t> prediction[2];
            std::vector<double> value[2];
            std::vector<uint32_t> rank[2];
            for (const int both : {0, 1}) {
                rs_evaluator *evaluator = nullptr;
                rs_further *further = nullptr;
                rs_tally *tally = nullptr;
                prediction[both].assign(kImages * keep, 77);
                value[both].assign(kImages * keep, 77);
                rank[both].assign(kImages, 77);
                rs_row_results results = {};
                results.keep = keep;
                results.prediction = keep > 0 ? prediction[both].data() : nullptr;
                results.value = keep > 0 ? value[both].data() : nullptr;
                results.rank = rank[both].data();
                results.wrong_only = wrong_only;
                ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
                evaluator->engine->finds_further = false;
                if (both == 1) {
                    ASSERT_EQ(rs_further_begin(evaluator, differences_.get(), 1,
                                               rs_source_get_info(source), &further, nullptr),
                              RS_OK);
                }
                ASSERT_EQ(rs_evaluator_score(evaluator, first_.get(), source, nullptr, &results,
                                             nullptr, &tally, nullptr),
                          RS_OK);
                rs_further_free(further);
                rs_tally_free(tally);
                rs_evaluator_free(evaluator);
            }
            EXPECT_EQ(rank[0], rank[1]);
            for (uint64_t i = 0; i < kImages * keep; ++i) {
                if (!wrong_only || rank[0][i / keep] != 1) { // those of others may be anything
                    ASSERT_EQ(prediction[0][i], prediction[1][i]) << i << " of " << keep;
                    ASSERT_EQ(value[0][i], value[1][i]) << i << " of " << keep;
                }
            }
        }
    }
    rs_source_close(source);
}

// An engine keeps 1,024 predictions of a row at most.
TEST_F(FurtherSets, BeyondWhatIsKeptIsRefused)
{
    const uint32_t columns = 1100;
    const std::vector<int32_t> original = {0, 5};
    const std::vector<uint32_t> begin = {0, 1, 2};
    const std::vector<int32_t> real = {0, 1099};
    const std::vector<float> values(2 * columns, 0.5f);
    rs_labels *labels = nullptr;
    rs_source *source = nullptr;
    ASSERT_EQ(rs_labels_create(2, columns, original.data(), begin.data(), real.data(), &labels,
                               nullptr),
              RS_OK);
    ASSERT_EQ(rs_source_open_memory(values.data(), RS_DTYPE_F32, 2, columns,
                                    columns * sizeof(float), &source, nullptr),
              RS_OK);
    const rs_labels *const listed[] = {labels};
    rs_set_differences *differences = nullptr;
    ASSERT_EQ(rs_set_differences_make(labels, listed, 1, &differences, nullptr), RS_OK);
    for (const uint32_t last : {1024u, 1025u}) {
        rs_evaluator_options options = Options(false);
        rs_evaluator *evaluator = nullptr;
        rs_further *further = nullptr;
        rs_tally *tally = nullptr;
        rs_error error = {};
        options.topk_count = 2;
        options.topk[0] = 1;
        options.topk[1] = last;
        ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        evaluator->engine->finds_further = false;
        ASSERT_EQ(rs_further_begin(evaluator, differences, 1, rs_source_get_info(source), &further,
                                   nullptr),
                  RS_OK);
        EXPECT_EQ(rs_evaluator_score(evaluator, labels, source, nullptr, nullptr, nullptr, &tally,
                                     &error),
                  last == 1024 ? RS_OK : RS_UNSUPPORTED);
        if (last != 1024) {
            EXPECT_STREQ(error.reason, "with several label sets top-1024 is the last that cpu "
                                       "counts, not top-1025");
        }
        rs_further_free(further);
        rs_tally_free(tally);
        rs_evaluator_free(evaluator);
    }
    rs_source_close(source);
    rs_set_differences_free(differences);
    rs_labels_free(labels);
}

// A scorer of batches gives by a set, which it did not know, what one of that set gives.
class FurtherSetsOfBatches : public FurtherSets {
  protected:
    static Tally By(const Scorer &scorer, const rs_labels *labels)
    {
        rs_tally *tally = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_scorer_tally_by(scorer.get(), labels, &tally, &error), RS_OK) << error.reason;
        return Tally(tally);
    }

    void CheckBatches(const rs_evaluator_options &options, const Rows &rows, uint32_t keep)
    {
        const std::vector<int64_t> images = Shuffled(3);
        const std::vector<int64_t> some(images.begin(), images.begin() + 1999);
        const std::vector<int64_t> rest(images.begin() + 1500, images.end()); // some came before
        const Scorer scorer = MakeScorer(first_.get(), options, keep);
        rs_evaluator_options uncalibrated = options;
        uncalibrated.calibration = false;
        std::vector<Scorer> alone;
        for (size_t s = 0; s < kSets; ++s) {
            alone.push_back(MakeScorer(listed_[s], uncalibrated, 0));
        }
        for (const std::vector<int64_t> &batch : {some, rest}) {
            ASSERT_EQ(Add(scorer, rows, batch), RS_OK);
            const Tally before = TallyOf(scorer);
            for (size_t s = 0; s < kSets; ++s) {
                ASSERT_EQ(Add(alone[s], rows, batch), RS_OK);
                EXPECT_TRUE(rs_tally_equal(By(scorer, listed_[s]).get(), TallyOf(alone[s]).get()))
                    << "set " << s << " of " << batch.size();
            }
            EXPECT_TRUE(rs_tally_equal(TallyOf(scorer).get(), before.get()));
        }
        rs_source *const source = Open(rows);
        if (options.class_map == nullptr) { // as a pass with further sets, too
            for (size_t s = 0; s < kSets; ++s) {
                const Tally pass(Alone(options, listed_[s], source, nullptr));
                EXPECT_TRUE(rs_tally_equal(By(scorer, listed_[s]).get(), pass.get()));
            }
        }
        rs_source_close(source);
    }
};

TEST_F(FurtherSetsOfBatches, AsAScorerOfEachSet)
{
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_BF16}) {
        const Rows rows = MakeRows(dtype, false);
        CheckBatches(Options(true), rows, 5);
        rs_evaluator_options options = Options(false);
        options.topk_count = 1;
        options.topk[0] = 1;
        CheckBatches(options, rows, 3); // the third prediction counts
        options.topk_count = 2;
        options.topk[1] = 500;
        CheckBatches(options, rows, kClasses); // beyond every row
    }
}

TEST_F(FurtherSetsOfBatches, ThroughAClassMap)
{
    std::vector<int32_t> classes(kClasses);
    for (uint32_t c = 0; c < kClasses; ++c) {
        classes[c] = c % 7 == 0 ? -1 : static_cast<int32_t>(kClasses - 1 - c);
    }
    rs_class_map *map = nullptr;
    ASSERT_EQ(rs_class_map_create(classes.data(), kClasses, kClasses, &map, nullptr), RS_OK);
    rs_evaluator_options options = Options(false);
    options.class_map = map;
    CheckBatches(options, MakeRows(RS_DTYPE_F32, false), 5);
    rs_class_map_free(map);
}

TEST_F(FurtherSetsOfBatches, MergedScorersAndBytes)
{
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    const std::vector<int64_t> images = Shuffled(4);
    const Scorer sum = MakeScorer(first_.get(), Options(false), 6);
    const Scorer part = MakeScorer(first_.get(), Options(false), 6);
    const Scorer alone = MakeScorer(listed_[1], Options(false), 0);
    ASSERT_EQ(Add(sum, rows, {images.begin(), images.begin() + 700}), RS_OK);
    ASSERT_EQ(Add(part, rows, {images.begin() + 700, images.end()}), RS_OK);
    ASSERT_EQ(Add(alone, rows, images), RS_OK);
    const std::vector<uint8_t> bytes = BytesOf(part);
    ASSERT_EQ(
        rs_scorer_merge_bytes(sum.get(), bytes.data(), bytes.size(), RS_SEEN_REFUSED, nullptr),
        RS_OK);
    EXPECT_TRUE(rs_tally_equal(By(sum, listed_[1]).get(), TallyOf(alone).get()));
}

TEST_F(FurtherSetsOfBatches, WhatCannotBeCountedIsRefused)
{
    rs_tally *tally = nullptr;
    rs_error error = {};
    const Scorer few = MakeScorer(first_.get(), Options(false), 4); // of top-5
    EXPECT_EQ(rs_scorer_tally_by(few.get(), listed_[0], &tally, &error), RS_USAGE);
    EXPECT_EQ(tally, nullptr);
    EXPECT_NE(std::strstr(error.reason, "keep 5 of each image, not 4"), nullptr) << error.reason;

    rs_evaluator_options top1 = Options(false);
    top1.topk_count = 1;
    top1.topk[0] = 1;
    const Scorer two = MakeScorer(first_.get(), top1, 2); // of three that count
    EXPECT_EQ(rs_scorer_tally_by(two.get(), listed_[0], &tally, &error), RS_USAGE);

    const Scorer scorer = MakeScorer(first_.get(), Options(false), 5);
    const Labels others = MakeLabels(8); // other original labels
    EXPECT_EQ(rs_scorer_tally_by(scorer.get(), others.get(), &tally, &error), RS_MISMATCH);
    EXPECT_NE(std::strstr(error.reason, "3000 images, 40 classes"), nullptr) << error.reason;
    const int32_t original = 0;
    const uint32_t begin[] = {0, 1};
    rs_labels *one = nullptr;
    ASSERT_EQ(rs_labels_create(1, kClasses, &original, begin, &original, &one, nullptr), RS_OK);
    EXPECT_EQ(rs_scorer_tally_by(scorer.get(), one, &tally, &error), RS_MISMATCH);
    EXPECT_EQ(tally, nullptr);
    rs_labels_free(one);
}

} // namespace
