// Made-up logits: exact accuracy by a plain count, the same bytes for every split, special rows.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "synth_row.h"

extern "C" {
#include "base/hash.h"
#include "synth/synth_labels.h"
#include "synth/synth_labels_data.h"
#include "synth/synth_logits.h"
#include "synth/synth_logits_plan.h"
}

namespace {

class Plan {
  public:
    explicit Plan(const rs_synth_logits_options &options) : options_(options)
    {
        rs_error error = {};
        EXPECT_EQ(rs_synth_logits_create(&options, &plan_, &error), RS_OK) << error.reason;
    }
    ~Plan()
    {
        rs_synth_logits_free(plan_);
    }
    Plan(const Plan &) = delete;
    Plan &operator=(const Plan &) = delete;

    std::vector<uint8_t> rows(rs_dtype dtype, uint64_t first, uint64_t count) const
    {
        std::vector<uint8_t> out(count * options_.columns * rs_dtype_bytes(dtype));
        rs_synth_logits_rows(plan_, first, count, dtype, out.data());
        return out;
    }
    std::vector<uint8_t> all(rs_dtype dtype) const
    {
        return rows(dtype, 0, options_.rows);
    }
    uint64_t count_kind(rs_synth_kind kind) const
    {
        uint64_t rows = 0;
        for (uint64_t row = 0; row < options_.rows; ++row) {
            rows += rs_synth_row_kind(plan_, row) == kind &&
                    (kind != RS_SYNTH_TIED ||
                     rs_synth_row_winner(plan_, row) + 1 < options_.columns);
        }
        return rows;
    }

  private:
    rs_synth_logits_options options_;
    rs_synth_logits *plan_ = nullptr;
};

struct MadeLabels {
    rs_synth_labels *labels = nullptr;
    MadeLabels(uint64_t rows, uint32_t classes, uint64_t seed)
    {
        EXPECT_EQ(rs_synth_labels_create(rows, classes, seed, &labels, nullptr), RS_OK);
    }
    ~MadeLabels()
    {
        rs_synth_labels_free(labels);
    }
    MadeLabels(const MadeLabels &) = delete;
    MadeLabels &operator=(const MadeLabels &) = delete;
    const rs_label_view *view() const
    {
        return &labels->view;
    }
};

rs_synth_logits_options options_for(const MadeLabels &labels, uint32_t columns)
{
    rs_synth_logits_options options = {};
    options.rows = labels.view()->rows;
    options.columns = columns;
    options.seed = 11;
    options.labels = labels.view();
    options.accuracy = 0.76;
    return options;
}

struct Counted {
    uint64_t original = 0;
    uint64_t original_total = 0;
    uint64_t real = 0;
    uint64_t real_total = 0;
    uint64_t top5 = 0;
    uint64_t nan = 0;
    uint64_t inf = 0;
    uint64_t tied = 0;
};

Counted count(const rs_label_view &labels, rs_dtype dtype, const std::vector<uint8_t> &data,
              uint64_t columns)
{
    Counted c;
    for (uint64_t i = 0; i < labels.rows; ++i) {
        const std::vector<double> values = row_values(dtype, data, i, columns);
        const std::set<int32_t> set(labels.real_class + labels.real_begin[i],
                                    labels.real_class + labels.real_begin[i + 1]);
        c.original_total += labels.original[i] >= 0;
        c.real_total += !set.empty();
        if (has_nan(values)) {
            ++c.nan;
            continue;
        }
        const std::vector<int32_t> order = ranking(values);
        c.original += order[0] == labels.original[i];
        c.real += set.count(order[0]);
        const auto five = order.begin() + std::min<int64_t>(5, static_cast<int64_t>(order.size()));
        c.top5 += std::count(order.begin(), five, labels.original[i]) > 0;
        c.inf += std::isinf(values[order[0]]);
        c.tied += order.size() > 1 && values[order[0]] == values[order[1]];
    }
    return c;
}

} // namespace

TEST(SynthLogits, AccuracyIsMetExactlyInEveryType)
{
    const MadeLabels labels(3000, 100, 5);
    for (const double accuracy : {0.0, 0.001, 0.5, 0.761, 1.0}) {
        for (const rs_synth_target target : {RS_SYNTH_BY_ORIGINAL, RS_SYNTH_BY_REAL}) {
            rs_synth_logits_options options = options_for(labels, 103);
            options.accuracy = accuracy;
            options.target = target;
            const Plan plan(options);
            for (const rs_dtype dtype : kFloats) {
                const Counted c = count(*labels.view(), dtype, plan.all(dtype), 103);
                const uint64_t total =
                    target == RS_SYNTH_BY_ORIGINAL ? c.original_total : c.real_total;
                const uint64_t right = target == RS_SYNTH_BY_ORIGINAL ? c.original : c.real;
                EXPECT_EQ(right, static_cast<uint64_t>(
                                     std::floor(accuracy * static_cast<double>(total) + 0.5)));
                EXPECT_EQ(c.tied + c.nan + c.inf, 0u);
            }
        }
    }
}

TEST(SynthLogits, LooksLikeAModel)
{
    const MadeLabels labels(4000, 1000, 5);
    const Plan plan(options_for(labels, 1000));
    const Counted c = count(*labels.view(), RS_DTYPE_F32, plan.all(RS_DTYPE_F32), 1000);
    EXPECT_EQ(c.original, 3040u);
    EXPECT_NEAR(static_cast<double>(c.real) / static_cast<double>(c.real_total), 0.82, 0.02);
    EXPECT_GT(c.top5, 3500u);
    EXPECT_LT(c.top5, 3990u);
    const std::vector<uint8_t> data = plan.rows(RS_DTYPE_F64, 7, 100);
    double sum = 0;
    double squares = 0;
    for (uint64_t i = 0; i < 100000; ++i) {
        const double v = value_at(RS_DTYPE_F64, data, i);
        sum += v;
        squares += v * v;
    }
    EXPECT_NEAR(sum / 1e5, 0.02, 0.05);
    EXPECT_NEAR(std::sqrt(squares / 1e5), 2.05, 0.1);
}

TEST(SynthLogits, RowsDoNotDependOnTheSplit)
{
    const MadeLabels labels(500, 40, 5);
    rs_synth_logits_options options = options_for(labels, 41);
    options.nan_share = options.inf_share = options.tied_share = 0.1;
    const Plan plan(options);
    for (const rs_dtype dtype : kFloats) {
        const std::vector<uint8_t> whole = plan.all(dtype);
        std::vector<uint8_t> pieces;
        for (uint64_t first = 0, size = 1; first < 500; first += size, size = size * 2 + 1) {
            const std::vector<uint8_t> piece =
                plan.rows(dtype, first, std::min<uint64_t>(size, 500 - first));
            pieces.insert(pieces.end(), piece.begin(), piece.end());
        }
        EXPECT_TRUE(whole == pieces) << rs_dtype_name(dtype);
    }
}

TEST(SynthLogits, NoTwoValuesOfARowAreEqualInWideTypes)
{
    const MadeLabels labels(40, 1000, 5);
    for (const uint32_t columns : {1000u, 21841u, 65536u}) {
        const Plan plan(options_for(labels, columns));
        for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F64}) {
            const std::vector<uint8_t> data = plan.rows(dtype, 0, 10);
            for (uint64_t i = 0; i < 10; ++i) {
                const std::vector<double> values = row_values(dtype, data, i, columns);
                EXPECT_EQ(std::set<double>(values.begin(), values.end()).size(), columns);
            }
        }
    }
}

TEST(SynthLogits, WideRowsRankAsSingleOnesAndFillTheirBits)
{
    const MadeLabels labels(50, 1000, 5);
    const Plan plan(options_for(labels, 1000));
    const std::vector<uint8_t> single = plan.all(RS_DTYPE_F32);
    const std::vector<uint8_t> wide = plan.all(RS_DTYPE_F64);
    uint64_t narrow = 0;
    for (uint64_t i = 0; i < 50; ++i) {
        const std::vector<double> values = row_values(RS_DTYPE_F64, wide, i, 1000);
        EXPECT_EQ(ranking(values), ranking(row_values(RS_DTYPE_F32, single, i, 1000)));
        for (const double v : values) {
            narrow += static_cast<double>(static_cast<float>(v)) == v;
        }
    }
    EXPECT_LT(narrow, 5u);
}

TEST(SynthLogits, SpecialRowsAreCounted)
{
    const MadeLabels labels(2000, 50, 5);
    rs_synth_logits_options options = options_for(labels, 50);
    options.nan_share = 0.05;
    options.inf_share = 0.04;
    options.tied_share = 0.06;
    const Plan plan(options);
    for (const rs_dtype dtype : kFloats) {
        const Counted c = count(*labels.view(), dtype, plan.all(dtype), 50);
        EXPECT_EQ(c.nan, plan.count_kind(RS_SYNTH_NAN));
        EXPECT_EQ(c.inf, plan.count_kind(RS_SYNTH_INF));
        EXPECT_EQ(c.tied, plan.count_kind(RS_SYNTH_TIED));
        EXPECT_EQ(c.original, 1520u) << "exact all the same";
    }
    EXPECT_NEAR(static_cast<double>(plan.count_kind(RS_SYNTH_NAN)), 100, 40);
    EXPECT_NEAR(static_cast<double>(plan.count_kind(RS_SYNTH_INF)), 80, 40);
    EXPECT_NEAR(static_cast<double>(plan.count_kind(RS_SYNTH_TIED)), 118, 40);
}

TEST(SynthLogits, EveryShape)
{
    for (const uint32_t classes : {1u, 2u, 3u, 31u, 33u, 511u, 512u, 513u}) {
        const MadeLabels labels(64, classes, 5);
        rs_synth_logits_options options = options_for(labels, classes);
        options.accuracy = classes == 1 ? 1.0 : 0.75;
        const Plan plan(options);
        for (const rs_dtype dtype : kFloats) {
            const Counted c = count(*labels.view(), dtype, plan.all(dtype), classes);
            EXPECT_EQ(c.original, classes == 1 ? 64u : 48u) << classes;
        }
    }
}

// Where the set is the whole row, a row can still be wrong by its original label.
TEST(SynthLogits, SetsAsLargeAsTheRow)
{
    const std::vector<int32_t> original(64, 1);
    std::vector<uint32_t> begin;
    std::vector<int32_t> classes;
    for (uint32_t i = 0; i < 64; ++i) {
        begin.push_back(2 * i);
        classes.push_back(0);
        classes.push_back(1);
    }
    begin.push_back(128);
    const rs_label_view view = {64, 2, original.data(), begin.data(), classes.data()};
    rs_synth_logits_options options = {};
    options.rows = 64;
    options.columns = 2;
    options.labels = &view;
    options.accuracy = 0.25;
    const Plan plan(options);
    EXPECT_EQ(count(view, RS_DTYPE_F32, plan.all(RS_DTYPE_F32), 2).original, 16u);
    options.target = RS_SYNTH_BY_REAL;
    rs_synth_logits *none = nullptr;
    EXPECT_EQ(rs_synth_logits_create(&options, &none, nullptr), RS_RANGE);
}

TEST(SynthLogits, WithoutLabelsAndWithUnknownOnes)
{
    rs_synth_logits_options options = {};
    options.rows = 100;
    options.columns = 7;
    const Plan bare(options);
    EXPECT_EQ(bare.all(RS_DTYPE_F32).size(), 2800u);

    const std::vector<int32_t> original = {0, RS_CLASS_UNKNOWN, 2, RS_CLASS_UNKNOWN, 4};
    const std::vector<uint32_t> begin = {0, 0, 1, 3, 3, 3};
    const std::vector<int32_t> classes = {1, 2, 3};
    const rs_label_view view = {5, 5, original.data(), begin.data(), classes.data()};
    options.rows = 5;
    options.columns = 5;
    options.labels = &view;
    options.accuracy = 1.0;
    for (const rs_synth_target target : {RS_SYNTH_BY_ORIGINAL, RS_SYNTH_BY_REAL}) {
        options.target = target;
        const Plan plan(options);
        const Counted c = count(view, RS_DTYPE_F16, plan.all(RS_DTYPE_F16), 5);
        EXPECT_EQ(target == RS_SYNTH_BY_ORIGINAL ? c.original : c.real,
                  target == RS_SYNTH_BY_ORIGINAL ? 3u : 2u);
    }
}

TEST(SynthLogits, BytesAreTheSameEverywhere)
{
    const MadeLabels labels(2000, 1000, 1);
    rs_synth_logits_options options = options_for(labels, 1000);
    options.nan_share = options.inf_share = options.tied_share = 0.01;
    const Plan plan(options);
    const uint64_t expected[] = {UINT64_C(0xac13c5e762b9fc51), UINT64_C(0xa5127f5a92fd3195),
                                 UINT64_C(0x3a2281db01ac9045), UINT64_C(0xf5f45b8750f07294)};
    for (size_t i = 0; i < kFloats.size(); ++i) {
        const std::vector<uint8_t> data = plan.all(kFloats[i]);
        EXPECT_EQ(rs_hash(data.data(), data.size()), expected[i]) << rs_dtype_name(kFloats[i]);
    }
}

TEST(SynthLogits, RefusesWhatCannotBe)
{
    const MadeLabels labels(100, 10, 5);
    const rs_synth_logits_options good = options_for(labels, 10);
    rs_synth_logits *plan = nullptr;
    rs_error error = {};

    rs_synth_logits_options bad = good;
    bad.rows = 99;
    EXPECT_EQ(rs_synth_logits_create(&bad, &plan, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "99 rows of logits for 100 labels");
    EXPECT_EQ(plan, nullptr);

    bad = good;
    bad.columns = 9;
    EXPECT_EQ(rs_synth_logits_create(&bad, &plan, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "9 columns of logits for labels of 10 classes");

    bad = good;
    bad.columns = 0;
    EXPECT_EQ(rs_synth_logits_create(&bad, &plan, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "cannot make logits of 100 rows and 0 columns");

    for (const double accuracy : {-0.1, 1.1, std::nan("")}) {
        bad = good;
        bad.accuracy = accuracy;
        EXPECT_EQ(rs_synth_logits_create(&bad, &plan, &error), RS_RANGE);
        EXPECT_STREQ(error.reason, "a share of rows is not between 0 and 1");
    }
    bad = good;
    bad.nan_share = 0.6;
    bad.tied_share = 0.6;
    EXPECT_EQ(rs_synth_logits_create(&bad, &plan, &error), RS_RANGE);

    bad = good;
    bad.accuracy = 1.0;
    bad.nan_share = 1.0;
    EXPECT_EQ(rs_synth_logits_create(&bad, &plan, &error), RS_RANGE);
    EXPECT_STREQ(error.reason,
                 "an accuracy of 1 over 100 rows means 100 right ones, possible are 0 to 0");

    const MadeLabels one(10, 1, 5);
    bad = options_for(one, 1);
    EXPECT_EQ(rs_synth_logits_create(&bad, &plan, &error), RS_RANGE);
    EXPECT_STREQ(error.reason,
                 "an accuracy of 0.76 over 10 rows means 8 right ones, possible are 10 to 10");
}
