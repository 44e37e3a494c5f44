// Cleaning against the obvious loop: windows, streams, parts, folds, orders, margins.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>

#include "support/program.h"

extern "C" {
#include "reassess/reassess.h"
#include "relabel/clean.h"
}

namespace {

constexpr uint32_t kColumns = 3;
constexpr uint64_t kRows = 150'001; // three windows

struct Data {
    std::vector<float> logits;
    std::vector<int32_t> label;
};

// Few values, so that ties are common; a NaN here and there; some rows without a label.
Data MakeData(uint64_t rows)
{
    Data data;
    std::mt19937 random(7);
    data.logits.resize(rows * kColumns);
    data.label.resize(rows);
    for (uint64_t i = 0; i < rows; ++i) {
        for (uint32_t c = 0; c < kColumns; ++c) {
            data.logits[i * kColumns + c] = static_cast<float>(random() % 7);
        }
        data.label[i] = static_cast<int32_t>(random() % (kColumns + 1)) - 1;
        if (random() % 50 == 0) {
            data.logits[i * kColumns + random() % kColumns] = NAN;
        }
    }
    return data;
}

struct Expected {
    rs_clean_verdict verdict;
    int32_t prediction;
    double margin;
};

Expected Judge(const float *row, int32_t label, double margin)
{
    uint32_t best = 0;
    float second = -INFINITY;
    bool nan = false;
    for (uint32_t c = 0; c < kColumns; ++c) {
        nan = nan || std::isnan(row[c]);
        best = row[c] > row[best] ? c : best;
    }
    for (uint32_t c = 0; c < kColumns; ++c) {
        second = c != best ? std::max(second, row[c]) : second;
    }
    const double lead = static_cast<double>(row[best]) - static_cast<double>(second);
    if (label < 0) {
        return {RS_CLEAN_UNLABELLED, nan ? -1 : static_cast<int32_t>(best), nan ? NAN : lead};
    }
    if (nan) {
        return {RS_CLEAN_INVALID, -1, NAN};
    }
    const bool right = static_cast<int32_t>(best) == label;
    return {!right          ? RS_CLEAN_DIFFERS
            : lead < margin ? RS_CLEAN_MARGIN
                            : RS_CLEAN_KEPT,
            static_cast<int32_t>(best), lead};
}

class Cleaner {
  public:
    explicit Cleaner(const Data &data)
    {
        EXPECT_EQ(rs_labels_create(data.label.size(), kColumns, data.label.data(), nullptr, nullptr,
                                   &labels, nullptr),
                  RS_OK);
        const rs_evaluator_options options = {};
        EXPECT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
    }
    ~Cleaner()
    {
        rs_clean_clear(&clean);
        rs_folds_clear(&folds);
        rs_order_free(order);
        rs_evaluator_free(evaluator);
        rs_labels_free(labels);
    }
    void Begin(double margin = 0.0)
    {
        const rs_clean_options options = {labels, order, folds.count > 0 ? &folds : nullptr,
                                          margin};
        ASSERT_EQ(rs_clean_begin(&options, &clean, nullptr), RS_OK);
    }
    rs_status Add(const std::vector<float> &logits, uint32_t fold, rs_error *error = nullptr)
    {
        rs_source *source = nullptr;
        EXPECT_EQ(rs_source_open_memory(logits.data(), RS_DTYPE_F32, logits.size() / kColumns,
                                        kColumns, kColumns * sizeof(float), &source, nullptr),
                  RS_OK);
        const rs_status status = rs_clean_judge(&clean, evaluator, source, fold, nullptr, error);
        rs_source_close(source);
        return status;
    }
    // `row_of[i]` is where in data.logits image i stands.
    void Check(const Data &data, double margin, const std::vector<uint64_t> &row_of)
    {
        uint64_t verdicts[RS_CLEAN_VERDICTS] = {};
        uint64_t drop = 0;
        std::vector<rs_clean_count> per_class(kColumns);
        rs_clean_finish(&clean);
        for (uint64_t i = 0; i < data.label.size(); ++i) {
            const Expected expected =
                Judge(&data.logits[row_of[i] * kColumns], data.label[i], margin);
            ++verdicts[expected.verdict];
            if (data.label[i] >= 0) {
                ++per_class[data.label[i]].rows;
                per_class[data.label[i]].kept += expected.verdict == RS_CLEAN_KEPT;
            }
            if (expected.verdict == RS_CLEAN_KEPT) {
                continue;
            }
            ASSERT_LT(drop, clean.drop_count);
            const rs_clean_drop &dropped = clean.drop[drop++];
            ASSERT_EQ(dropped.row, i);
            ASSERT_EQ(dropped.verdict, expected.verdict);
            ASSERT_EQ(dropped.label, data.label[i]);
            ASSERT_EQ(dropped.prediction, expected.prediction);
            ASSERT_TRUE(std::isnan(expected.margin) ? std::isnan(dropped.margin)
                                                    : dropped.margin == expected.margin);
        }
        EXPECT_EQ(drop, clean.drop_count);
        EXPECT_TRUE(std::equal(verdicts, verdicts + RS_CLEAN_VERDICTS, clean.verdicts));
        for (uint32_t c = 0; c < kColumns; ++c) {
            EXPECT_EQ(clean.per_class[c].rows, per_class[c].rows);
            EXPECT_EQ(clean.per_class[c].kept, per_class[c].kept);
        }
    }

    rs_labels *labels = nullptr;
    rs_order *order = nullptr;
    rs_evaluator *evaluator = nullptr;
    rs_folds folds = {};
    rs_clean clean = {};
};

std::vector<uint64_t> Identity(uint64_t rows)
{
    std::vector<uint64_t> list(rows);
    for (uint64_t i = 0; i < rows; ++i) {
        list[i] = i;
    }
    return list;
}

TEST(Clean, WindowsAgreeWithTheLoop)
{
    const Data data = MakeData(kRows);
    for (const double margin : {0.0, 1.0, 2.5}) {
        Cleaner cleaner(data);
        cleaner.Begin(margin);
        ASSERT_EQ(cleaner.Add(data.logits, 0), RS_OK);
        cleaner.Check(data, margin, Identity(kRows));
    }
}

TEST(Clean, RanksAndFoldsOfDroppedRows)
{
    const Data data = {{3, 1, 2, 3, 1, 2, 3, 3, 1}, {1, 2, 1}};
    Cleaner cleaner(data);
    cleaner.Begin();
    ASSERT_EQ(cleaner.Add(data.logits, 0), RS_OK);
    rs_clean_finish(&cleaner.clean);
    ASSERT_EQ(cleaner.clean.drop_count, 3u);
    EXPECT_EQ(cleaner.clean.drop[0].rank, 3u);
    EXPECT_EQ(cleaner.clean.drop[1].rank, 2u);
    EXPECT_EQ(cleaner.clean.drop[2].rank, 2u); // the tie goes to the lower class
    EXPECT_EQ(cleaner.clean.drop[2].margin, 0.0);
}

// Whole files of which only a fold counts, and files that hold their fold alone, mixed.
TEST(Clean, FoldsTakeEachRowFromItsFile)
{
    const Data data = MakeData(kRows);
    constexpr uint32_t kFolds = 4;
    for (const rs_folds_kind kind : {RS_FOLDS_BLOCKS, RS_FOLDS_STRIPES}) {
        Cleaner cleaner(data);
        ASSERT_EQ(rs_folds_make(kind, nullptr, kRows, kFolds, &cleaner.folds, nullptr), RS_OK);
        cleaner.Begin();
        for (uint32_t fold = kFolds; fold-- > 0;) {
            std::vector<float> mine;
            for (uint64_t i = 0; i < kRows; ++i) {
                const bool own = cleaner.folds.fold[i] == fold;
                for (uint32_t c = 0; c < kColumns && (own || fold % 2 == 0); ++c) {
                    /* what is not of the fold would all be kept, or all dropped */
                    mine.push_back(
                        own ? data.logits[i * kColumns + c]
                            : static_cast<float>(static_cast<int32_t>(c) == data.label[i]));
                }
            }
            ASSERT_EQ(cleaner.Add(mine, fold), RS_OK);
        }
        cleaner.Check(data, 0.0, Identity(kRows));
        uint64_t rows = 0;
        for (uint32_t fold = 0; fold < kFolds; ++fold) {
            EXPECT_EQ(cleaner.clean.per_fold[fold].rows, cleaner.folds.rows[fold]);
            rows += cleaner.clean.per_fold[fold].rows;
        }
        EXPECT_EQ(rows, kRows);
    }
}

TEST(Clean, OrderSaysWhichImageARowIs)
{
    constexpr uint64_t rows = 1000;
    const Data data = MakeData(rows);
    const TemporaryFolder folder;
    std::vector<uint64_t> image = Identity(rows);
    std::shuffle(image.begin(), image.end(), std::mt19937(3));
    std::string list;
    std::vector<uint64_t> row_of(rows);
    for (uint64_t row = 0; row < rows; ++row) {
        list += std::to_string(image[row]) + "\n";
        row_of[image[row]] = row;
    }
    Cleaner cleaner(data);
    ASSERT_EQ(rs_order_create(cleaner.labels, RS_ORDER_LIST,
                              folder.write("order.txt", list).c_str(), &cleaner.order, nullptr),
              RS_OK);
    // folds are of images; a fold's file holds its rows in the order of the inputs
    ASSERT_EQ(rs_folds_make(RS_FOLDS_STRIPES, nullptr, rows, 3, &cleaner.folds, nullptr), RS_OK);
    cleaner.Begin();
    for (uint32_t fold = 0; fold < 3; ++fold) {
        std::vector<float> mine;
        for (uint64_t row = 0; row < rows; ++row) {
            if (image[row] % 3 == fold) {
                mine.insert(mine.end(), &data.logits[row * kColumns],
                            &data.logits[row * kColumns] + kColumns);
            }
        }
        ASSERT_EQ(cleaner.Add(mine, fold), RS_OK);
    }
    cleaner.Check(data, 0.0, row_of);
}

TEST(Clean, InfiniteValuesHaveMarginsToo)
{
    const Data data = {{INFINITY, INFINITY, 0, INFINITY, 0, 0, -INFINITY, -INFINITY, -INFINITY},
                       {0, 0, 0}};
    Cleaner cleaner(data);
    cleaner.Begin(1.0);
    ASSERT_EQ(cleaner.Add(data.logits, 0), RS_OK);
    rs_clean_finish(&cleaner.clean);
    EXPECT_EQ(cleaner.clean.verdicts[RS_CLEAN_KEPT], 1u);
    ASSERT_EQ(cleaner.clean.drop_count, 2u);
    EXPECT_EQ(cleaner.clean.drop[0].row, 0u);
    EXPECT_EQ(cleaner.clean.drop[0].margin, 0.0);
    EXPECT_EQ(cleaner.clean.drop[1].row, 2u);
    EXPECT_EQ(cleaner.clean.drop[1].margin, 0.0);
}

TEST(Clean, BalanceOfTheClassesThatHaveRows)
{
    // class 0: 1 of 3 kept, class 1: 0 of 1, class 2: none there
    const Data data = {{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}, {0, 0, 0, 1}};
    Cleaner cleaner(data);
    cleaner.Begin();
    ASSERT_EQ(cleaner.Add(data.logits, 0), RS_OK);
    rs_class_balance before;
    rs_class_balance after;
    ASSERT_EQ(rs_clean_balance(&cleaner.clean, &before, &after, nullptr), RS_OK);
    EXPECT_EQ(before.classes, 2u);
    EXPECT_EQ(before.emptied, 0u);
    EXPECT_EQ(before.least, 1u);
    EXPECT_EQ(before.most, 3u);
    EXPECT_EQ(before.median, 2.0);
    EXPECT_EQ(before.variation, 0.5);
    EXPECT_EQ(after.emptied, 1u);
    EXPECT_EQ(after.least, 0u);
    EXPECT_EQ(after.most, 1u);
    EXPECT_EQ(after.median, 0.5);
    EXPECT_EQ(after.variation, 1.0);
}

TEST(Clean, RefusesInputsOfTheWrongLength)
{
    const Data data = MakeData(10);
    rs_error error = {};
    Cleaner cleaner(data);
    cleaner.Begin();
    EXPECT_EQ(cleaner.Add(std::vector<float>(9 * kColumns), 0, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "9 rows, but there are 10 labels");
    Cleaner folded(data);
    ASSERT_EQ(rs_folds_make(RS_FOLDS_BLOCKS, nullptr, 10, 3, &folded.folds, nullptr), RS_OK);
    folded.Begin();
    EXPECT_EQ(folded.Add(std::vector<float>(4 * kColumns), 1, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "4 rows, but there are 10 labels, 3 of them in fold 1");
}

// ---- folds ----

std::vector<int> FoldList(const rs_folds &folds, uint64_t rows)
{
    return {folds.fold, folds.fold + rows};
}

TEST(Folds, BlocksAndStripes)
{
    rs_folds folds;
    ASSERT_EQ(rs_folds_make(RS_FOLDS_BLOCKS, nullptr, 8, 3, &folds, nullptr), RS_OK);
    EXPECT_EQ(FoldList(folds, 8), (std::vector<int>{0, 0, 0, 1, 1, 1, 2, 2}));
    EXPECT_EQ(folds.rows[2], 2u);
    rs_folds_clear(&folds);
    ASSERT_EQ(rs_folds_make(RS_FOLDS_STRIPES, nullptr, 5, 3, &folds, nullptr), RS_OK);
    EXPECT_EQ(FoldList(folds, 5), (std::vector<int>{0, 1, 2, 0, 1}));
    rs_folds_clear(&folds);
}

TEST(Folds, ListsAndWhatIsWrongWithThem)
{
    const TemporaryFolder folder;
    rs_folds folds;
    rs_error error = {};
    const struct {
        const char *text;
        rs_status status;
        const char *reason;
    } cases[] = {
        {"1\n0\n1\n", RS_OK, ""},
        {"c.png 0\nb.png 1\na.png 1\n", RS_OK, ""}, // by file name, as the labels
        {"0\n1\n", RS_MISMATCH, "2 folds are listed, but there are 3 labels"},
        {"0\n1\n2\n", RS_RANGE, "fold 2, but there are 2 files"},
        {"0\n1\n-1\n", RS_RANGE, "fold -1, but there are 2 files"},
        {"1\n1\n1\n", RS_MISMATCH, "there are 2 files, but no row is in fold 0"},
    };
    for (const auto &one : cases) {
        SCOPED_TRACE(one.text);
        const std::string path = folder.write("folds.txt", one.text);
        ASSERT_EQ(rs_folds_make(RS_FOLDS_LIST, path.c_str(), 3, 2, &folds, &error), one.status);
        if (one.status != RS_OK) {
            EXPECT_STREQ(error.reason, one.reason);
            EXPECT_EQ(folds.fold, nullptr);
        } else if (one.text[0] == 'c') {
            EXPECT_EQ(FoldList(folds, 3), (std::vector<int>{1, 1, 0}));
        } else {
            EXPECT_EQ(FoldList(folds, 3), (std::vector<int>{1, 0, 1}));
        }
        rs_folds_clear(&folds);
    }
    EXPECT_EQ(rs_folds_make(RS_FOLDS_BLOCKS, nullptr, 2, 3, &folds, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "there are 3 files, but no row is in fold 2");
}

} // namespace
