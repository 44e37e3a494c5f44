// Logits from predictions: the given classes strictly first in every type, the rest below, the mass
// 1.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "synth_row.h"

extern "C" {
#include "base/hash.h"
#include "base/random.h"
#include "reassess/logits.h"
#include "synth/synth_predictions.h"
}

namespace {

class Spread {
  public:
    Spread(uint32_t columns, uint64_t seed) : columns_(columns)
    {
        rs_error error = {};
        EXPECT_EQ(rs_synth_spread_create(columns, seed, "model.npy", &spread_, &error), RS_OK)
            << error.reason;
    }
    ~Spread()
    {
        rs_synth_spread_free(spread_);
    }
    Spread(const Spread &) = delete;
    Spread &operator=(const Spread &) = delete;

    rs_status rows(uint64_t first, uint32_t given, const std::vector<int32_t> &classes,
                   const std::vector<double> &probabilities, rs_dtype dtype,
                   std::vector<uint8_t> *out, rs_error *error = nullptr) const
    {
        const uint64_t count = given == 0 ? 1 : classes.size() / given;
        out->assign(count * columns_ * rs_dtype_bytes(dtype), 0xee);
        const rs_synth_placed block = {given, classes.data(), probabilities.data()};
        return rs_synth_spread_rows(spread_, first, count, &block, dtype, out->data(), error);
    }

  private:
    uint32_t columns_;
    rs_synth_spread *spread_ = nullptr;
};

// The given classes by probability, larger first, equal ones by class.
std::vector<int32_t> expected_order(const int32_t *classes, const double *probabilities,
                                    uint32_t given)
{
    std::vector<uint32_t> at;
    for (uint32_t i = 0; i < given; ++i) {
        if (classes[i] >= 0) {
            at.push_back(i);
        }
    }
    std::sort(at.begin(), at.end(), [&](uint32_t a, uint32_t b) {
        return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b]
                                                    : classes[a] < classes[b];
    });
    std::vector<int32_t> order;
    for (const uint32_t i : at) {
        order.push_back(classes[i]);
    }
    return order;
}

// Checks one row: finite, no subnormals among the compared, strictly ranked as `order` says, the
// rest strictly below.
void expect_ranked(const std::vector<double> &values, const std::vector<int32_t> &order)
{
    for (const double v : values) {
        ASSERT_TRUE(std::isfinite(v));
    }
    std::vector<bool> is_given(values.size());
    for (size_t i = 0; i < order.size(); ++i) {
        is_given[order[i]] = true;
        if (i > 0) {
            ASSERT_GT(values[order[i - 1]], values[order[i]]) << "place " << i;
        }
    }
    if (order.empty()) {
        return;
    }
    double largest_rest = -INFINITY;
    for (size_t j = 0; j < values.size(); ++j) {
        if (!is_given[j]) {
            largest_rest = std::max(largest_rest, values[j]);
        }
    }
    ASSERT_GT(values[order.back()], largest_rest);
}

double mass(const std::vector<double> &values)
{
    double sum = 0;
    for (const double v : values) {
        sum += std::exp(v);
    }
    return sum;
}

} // namespace

TEST(SynthPredictions, PlacesLogarithmsAndSpreadsTheRest)
{
    const Spread spread(1000, 1);
    std::vector<uint8_t> data;
    ASSERT_EQ(
        spread.rows(0, 5, {7, 999, 0, 500, 3}, {0.1, 0.5, 0.02, 0.2, 0.05}, RS_DTYPE_F64, &data),
        RS_OK);
    const std::vector<double> values = row_values(RS_DTYPE_F64, data, 0, 1000);
    expect_ranked(values, {999, 500, 7, 3, 0});
    EXPECT_NEAR(values[999], std::log(0.5), 1e-15);
    EXPECT_NEAR(values[0], std::log(0.02), 1e-15);
    EXPECT_NEAR(mass(values), 1.0, 1e-12);
    std::vector<double> rest;
    for (int32_t j = 0; j < 1000; ++j) {
        if (j != 7 && j != 999 && j != 0 && j != 500 && j != 3) {
            rest.push_back(values[j]);
        }
    }
    const auto extremes = std::minmax_element(rest.begin(), rest.end());
    EXPECT_GT(*extremes.second - *extremes.first, 5.0) << "unevenly";
}

TEST(SynthPredictions, EqualAndZeroProbabilitiesAreStillStrict)
{
    const Spread spread(20, 1);
    const std::vector<std::vector<double>> rows = {
        {0.2, 0.2, 0.2, 0.2, 0.2}, {1.0, 0.0, 0.0, 0.0, 0.0},       {1.0, 1.0, 0.0, 1.0, 0.0},
        {0.0, 0.0, 0.0, 0.0, 0.0}, {1e-300, 0.0, 1.0, 5e-324, 0.0}, {1.0003, 0.9, 0.1, 0.0, 1e-45}};
    for (const std::vector<double> &p : rows) {
        for (const rs_dtype dtype : kFloats) {
            const std::vector<int32_t> classes = {9, 3, 14, 0, 19};
            std::vector<uint8_t> data;
            ASSERT_EQ(spread.rows(0, 5, classes, p, dtype, &data), RS_OK);
            expect_ranked(row_values(dtype, data, 0, 20),
                          expected_order(classes.data(), p.data(), 5));
        }
    }
}

// Hardware that flushes subnormals must find no tie: stepping down from zero skips them.
TEST(SynthPredictions, StepsBelowZeroSkipSubnormals)
{
    const Spread spread(6, 1);
    const double smallest[] = {0x1.0p-126, 0x1.0p-14, 0x1.0p-126, 0x1.0p-1022};
    for (size_t i = 0; i < kFloats.size(); ++i) {
        std::vector<uint8_t> data;
        ASSERT_EQ(spread.rows(0, 2, {0, 1}, {1.0, 1.0}, kFloats[i], &data), RS_OK);
        EXPECT_EQ(value_at(kFloats[i], data, 0), 0.0);
        EXPECT_EQ(value_at(kFloats[i], data, 1), -smallest[i]);
    }
}

TEST(SynthPredictions, RandomRowsOfEveryShape)
{
    rs_random random = rs_random_make(9, 0);
    for (const uint32_t columns : {1u, 2u, 5u, 6u, 7u, 33u, 255u, 256u, 257u, 1000u}) {
        const Spread spread(columns, 2);
        for (const uint32_t given : {0u, 1u, 2u, 5u, 64u}) {
            for (int repeat = 0; repeat < 20; ++repeat) {
                std::vector<int32_t> classes;
                std::vector<double> probabilities;
                std::vector<int32_t> all(columns);
                std::iota(all.begin(), all.end(), 0);
                double left = 1.0;
                for (uint32_t i = 0; i < given; ++i) {
                    const bool missing = i >= columns || rs_random_below(&random, 10) == 0;
                    if (!missing) {
                        std::swap(all[i], all[i + rs_random_below(&random, columns - i)]);
                    }
                    classes.push_back(missing ? -1 : all[i]);
                    const double p = rs_random_below(&random, 4) == 0
                                         ? 0.125 * left
                                         : left * rs_random_unit(&random);
                    probabilities.push_back(p);
                    left -= missing ? 0.0 : p;
                }
                for (const rs_dtype dtype : kFloats) {
                    std::vector<uint8_t> data;
                    ASSERT_EQ(spread.rows(5, given, classes, probabilities, dtype, &data), RS_OK);
                    expect_ranked(row_values(dtype, data, 0, columns),
                                  expected_order(classes.data(), probabilities.data(), given));
                }
            }
        }
    }
}

TEST(SynthPredictions, RowsDoNotDependOnTheSplit)
{
    const Spread spread(100, 3);
    const std::vector<int32_t> classes = {1, 2, 3, 4, 5, 6};
    const std::vector<double> probabilities = {0.5, 0.25, 0.125, 0.5, 0.75, 0.125};
    std::vector<uint8_t> whole;
    ASSERT_EQ(spread.rows(0, 2, classes, probabilities, RS_DTYPE_F32, &whole), RS_OK);
    std::vector<uint8_t> last;
    ASSERT_EQ(spread.rows(2, 2, {5, 6}, {0.75, 0.125}, RS_DTYPE_F32, &last), RS_OK);
    EXPECT_TRUE(std::equal(last.begin(), last.end(), whole.begin() + 800));
}

TEST(SynthPredictions, BytesAreTheSameEverywhere)
{
    const Spread spread(1000, 4);
    rs_random random = rs_random_make(10, 0);
    std::vector<int32_t> classes;
    std::vector<double> probabilities;
    for (int row = 0; row < 500; ++row) {
        double left = 1.0;
        const int32_t start = static_cast<int32_t>(rs_random_below(&random, 1000));
        for (int i = 0; i < 5; ++i) {
            classes.push_back((start + 37 * i) % 1000);
            probabilities.push_back(left * rs_random_unit(&random));
            left -= probabilities.back();
        }
    }
    const uint64_t expected[] = {UINT64_C(0xf2ef0eca229dd30a), UINT64_C(0x1a1cd936852c9774),
                                 UINT64_C(0x08649e238746b7e2), UINT64_C(0xf60f252f82e3400e)};
    for (size_t i = 0; i < kFloats.size(); ++i) {
        std::vector<uint8_t> data;
        ASSERT_EQ(spread.rows(0, 5, classes, probabilities, kFloats[i], &data), RS_OK);
        EXPECT_EQ(rs_hash(data.data(), data.size()), expected[i]) << rs_dtype_name(kFloats[i]);
    }
}

TEST(SynthPredictions, RefusesWhatIsNoPrediction)
{
    const Spread spread(10, 1);
    std::vector<uint8_t> data;
    rs_error error = {};
    EXPECT_EQ(spread.rows(3, 2, {1, 2, 3, 10}, {0.5, 0.1, 0.5, 0.1}, RS_DTYPE_F32, &data, &error),
              RS_RANGE);
    EXPECT_STREQ(error.reason, "class 10 is none of the columns 0 to 9");
    EXPECT_STREQ(error.file, "model.npy");
    EXPECT_EQ(error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error.place.at, 4u);

    EXPECT_EQ(spread.rows(0, 2, {1, -2}, {0.5, 0.1}, RS_DTYPE_F32, &data, &error), RS_RANGE);
    EXPECT_EQ(spread.rows(0, 2, {4, 4}, {0.5, 0.1}, RS_DTYPE_F32, &data, &error), RS_FORMAT);
    EXPECT_STREQ(error.reason, "class 4 stands twice in the row");
    for (const double p : {-0.1, 3.5, std::nan(""), static_cast<double>(INFINITY)}) {
        EXPECT_EQ(spread.rows(0, 1, {4}, {p}, RS_DTYPE_F32, &data, &error), RS_RANGE);
        EXPECT_STREQ(error.advice, "give probabilities (a softmax), not logits");
    }
    EXPECT_EQ(spread.rows(0, 65, std::vector<int32_t>(65, -1), std::vector<double>(65),
                          RS_DTYPE_F32, &data, &error),
              RS_RANGE);
    EXPECT_STREQ(error.reason, "65 predictions a row, at most 64 can be placed");
    rs_synth_spread *none = nullptr;
    EXPECT_EQ(rs_synth_spread_create(0, 1, nullptr, &none, nullptr), RS_RANGE);
    EXPECT_EQ(rs_synth_spread_create(65537, 1, nullptr, &none, nullptr), RS_RANGE);
}
