// Likelihood, confidence and calibration error against NumPy.
//
// 60 rows drawn once with numpy.random.default_rng(2020). The wanted numbers, with b = the bin:
//     ece = sum(abs(right[b == i].sum() - confidence[b == i].sum()) for i in range(15)) / rows
#include <cmath>

#include "reassess/metrics.h"
#include "support/made_tally.h"

namespace {

struct Row {
    int confidence_4096; // confidence in units of 1/4096
    int nll_1024;        // negative log-likelihood in units of 1/1024
    int right;           // by the original label; -1: unknown
    int real_right;      // by the label set; -1: empty
};

const Row rows[] = {
    {4096, 554, 1, 1},   {273, 2330, 0, 0},   {3823, 565, 1, 1},   {3004, 162, 1, 0},
    {1503, 6597, 0, 0},  {3636, 591, 1, 1},   {2223, 383, 1, 0},   {2241, 2097, 0, 1},
    {3016, 30, 1, 1},    {1943, 112, 0, 1},   {3514, 2330, 1, 1},  {2866, 3000, 1, 1},
    {2796, 208, 1, 1},   {3889, 1373, 1, -1}, {3137, 295, 1, 1},   {562, 200, 0, 0},
    {3419, 527, 1, 1},   {2365, 1615, 1, 1},  {1104, 2440, 1, -1}, {4030, 1999, 1, 1},
    {2480, 71, 1, 1},    {1864, 285, 1, 1},   {3494, 1491, -1, 1}, {2181, 878, 1, 0},
    {2968, 1222, 1, 1},  {739, 95, 0, 1},     {2090, 585, 0, 0},   {3667, 254, 1, 1},
    {3913, 109, 1, 1},   {351, 1485, 0, 0},   {3918, 311, 1, 1},   {3701, 500, 0, 1},
    {1816, 400, 1, -1},  {1840, 1318, 0, 0},  {474, 881, -1, -1},  {1846, 1527, 1, 0},
    {2126, 97, 0, 1},    {795, 266, 1, 0},    {3867, 3094, 1, 1},  {937, 1060, 0, 0},
    {279, 1212, 0, 1},   {3882, 2312, 1, 1},  {4070, 2891, 1, 1},  {2858, 192, 1, -1},
    {3257, 1446, 0, -1}, {2979, 239, 1, 0},   {3967, 2720, 1, 1},  {4046, 2026, 1, 1},
    {221, 1744, 0, 0},   {3659, 55, 1, 1},    {1061, 127, -1, -1}, {1387, 3715, 1, 0},
    {4018, 473, 1, 1},   {2053, 3162, 1, -1}, {2043, 280, 1, 0},   {3951, 1511, 1, 1},
    {1691, 944, -1, -1}, {4072, 381, 1, 1},   {3138, 77, 1, -1},   {3298, 852, -1, 1},
};

void add_fixed(uint64_t *whole_and_fraction, double value)
{
    whole_and_fraction[0] += static_cast<uint64_t>(value);
    whole_and_fraction[1] += static_cast<uint64_t>((value - std::floor(value)) * RS_FIXED_ONE);
}

void count(uint64_t *sums, const Row &row)
{
    const double confidence = row.confidence_4096 / 4096.0;
    const double nll = row.nll_1024 / 1024.0;
    const int bin = std::min(14, row.confidence_4096 * 15 / 4096);
    uint64_t *const counter = sums + RS_CALIB_SCALARS + bin * RS_BIN_COUNTERS;
    sums[RS_CALIB_ROWS] += 1;
    add_fixed(&sums[RS_CALIB_CONFIDENCE_WHOLE], confidence);
    if (row.right >= 0) {
        sums[RS_CALIB_NLL_ROWS] += 1;
        add_fixed(&sums[RS_CALIB_NLL_WHOLE], nll);
        counter[RS_BIN_ROWS] += 1;
        counter[RS_BIN_CORRECT] += static_cast<uint64_t>(row.right);
        add_fixed(&counter[RS_BIN_CONFIDENCE_WHOLE], confidence);
    }
    if (row.real_right >= 0) {
        sums[RS_CALIB_REAL_NLL_ROWS] += 1;
        add_fixed(&sums[RS_CALIB_REAL_NLL_WHOLE], nll);
        counter[RS_BIN_REAL_ROWS] += 1;
        counter[RS_BIN_REAL_CORRECT] += static_cast<uint64_t>(row.real_right);
        add_fixed(&counter[RS_BIN_REAL_CONFIDENCE_WHOLE], confidence);
    }
}

TEST(Calibration, AgreesWithNumPy)
{
    rs_tally_shape shape = made::shape(10);
    shape.calibration = true;
    shape.row_flags = true;
    const made::Tally tally = made::empty(shape);
    made::Labels labels(10);
    for (int row = 0; row < 62; ++row) { // two of them without a finite value
        labels.add(RS_CLASS_UNKNOWN, {});
    }
    const rs_label_view view = labels.view();
    ASSERT_EQ(rs_tally_count_labels(tally.get(), &view, {0, 62}, nullptr), RS_OK);
    for (const Row &row : rows) {
        count(tally->counters + tally->layout.calibration, row);
    }
    tally->counters[RS_COUNT_INF_ROWS] = 3;
    tally->counters[RS_COUNT_TIED_ROWS] = 4;
    rs_metrics metrics;
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    const rs_calibration &got = metrics.calibration;
    EXPECT_TRUE(got.measured);
    EXPECT_EQ(got.rows, 60u);
    EXPECT_EQ(got.left_out, 2u);
    EXPECT_EQ(got.nll_rows, 55u);
    EXPECT_EQ(got.real_nll_rows, 50u);
    EXPECT_NEAR(got.ece, 0.126904296875, 1e-14);
    EXPECT_NEAR(got.real_ece, 0.117333984375, 1e-14);
    EXPECT_NEAR(got.confidence, 0.62840576171875, 1e-14);
    EXPECT_NEAR(got.nll, 1.161239346590909, 1e-14);
    EXPECT_NEAR(got.real_nll, 1.1455859375, 1e-14);
    EXPECT_TRUE(metrics.has_row_flags);
    EXPECT_EQ(metrics.inf_rows, 3u);
    EXPECT_EQ(metrics.tied_rows, 4u);
    rs_metrics_clear(&metrics);
    EXPECT_EQ(metrics.per_class, nullptr);
}

TEST(Calibration, WithoutRowsIsZeroAndNotANumber)
{
    rs_tally_shape shape = made::shape(10);
    shape.calibration = true;
    const made::Tally tally = made::empty(shape);
    rs_metrics metrics;
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    EXPECT_TRUE(metrics.calibration.measured);
    EXPECT_EQ(metrics.calibration.rows, 0u);
    EXPECT_EQ(metrics.calibration.nll, 0.0);
    EXPECT_EQ(metrics.calibration.ece, 0.0);
    EXPECT_FALSE(metrics.calibration.has_ece);
    EXPECT_FALSE(metrics.calibration.has_real_ece);
    EXPECT_EQ(metrics.calibration.confidence, 0.0);
    rs_metrics_clear(&metrics);
}

// A row whose label has probability 0 has no likelihood, but it is calibrated well or badly.
TEST(Calibration, RowsWithoutALikelihoodAreInTheBins)
{
    rs_tally_shape shape = made::shape(10);
    shape.calibration = true;
    const made::Tally tally = made::empty(shape);
    uint64_t *const sums = tally->counters + tally->layout.calibration;
    count(sums, {2048, 1024, 1, 1});
    count(sums, {2048, 0, 1, 1});
    sums[RS_CALIB_NLL_ROWS] -= 1;
    sums[RS_CALIB_REAL_NLL_ROWS] -= 1;
    rs_metrics metrics;
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    EXPECT_EQ(metrics.calibration.nll_rows, 1u);
    EXPECT_EQ(metrics.calibration.nll, 1.0);
    EXPECT_EQ(metrics.calibration.ece, 0.5); // two of two right, both with confidence 1/2
    EXPECT_EQ(metrics.calibration.real_ece, 0.5);
    EXPECT_TRUE(metrics.calibration.has_ece);
    rs_metrics_clear(&metrics);
    sums[RS_CALIB_NLL_ROWS] = 0;
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    EXPECT_TRUE(metrics.calibration.has_ece);
    EXPECT_EQ(metrics.calibration.ece, 0.5);
    EXPECT_EQ(metrics.calibration.nll, 0.0);
    rs_metrics_clear(&metrics);
}

// Fractions carry over only when they are read, so billions of them lose nothing.
TEST(Calibration, FractionsBeyondOne)
{
    rs_tally_shape shape = made::shape(10);
    shape.calibration = true;
    const made::Tally tally = made::empty(shape);
    uint64_t *const sums = tally->counters + tally->layout.calibration;
    sums[RS_CALIB_ROWS] = sums[RS_CALIB_NLL_ROWS] = 4000000000u;
    sums[RS_CALIB_NLL_WHOLE] = 4000000000u;
    sums[RS_CALIB_NLL_FRACTION] = 4000000000u * (uint64_t{1} << 31); // a half each
    uint64_t *const bin = sums + RS_CALIB_SCALARS + 7 * RS_BIN_COUNTERS;
    bin[RS_BIN_ROWS] = 4000000000u;
    bin[RS_BIN_CORRECT] = 1000000000u;
    bin[RS_BIN_CONFIDENCE_FRACTION] = 4000000000u * (uint64_t{1} << 31);
    rs_metrics metrics;
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    EXPECT_EQ(metrics.calibration.nll, 1.5);
    EXPECT_EQ(metrics.calibration.ece, 0.25);
    rs_metrics_clear(&metrics);
}

} // namespace
