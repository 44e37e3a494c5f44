// The gradients of both losses: against finite differences, against PyTorch, and of logits that are
// no numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "fit/fit_case.h"

extern "C" {
#include "fit/fit_kernels.h"
}

namespace {

using rs_test::FitFeatures;
using rs_test::FitSet;

template <class Real> rs_dtype TypeOf()
{
    return sizeof(Real) == 8 ? RS_DTYPE_F64 : RS_DTYPE_F32;
}

template <class Real> double Loss(rs_loss loss, std::vector<Real> *row,
                                  const std::vector<int32_t> &labels, double scale)
{
    const rs_fit_kernels *const kernels = rs_fit_kernels_of(TypeOf<Real>());
    return (loss == RS_LOSS_SIGMOID ? kernels->sigmoid : kernels->softmax)(
        row->data(), static_cast<uint32_t>(row->size()), labels.data(),
        static_cast<uint32_t>(labels.size()), scale);
}

std::vector<double> Logits(size_t classes, int seed)
{
    std::vector<double> row(classes);
    for (size_t j = 0; j < classes; ++j) {
        row[j] = 6.0 * std::sin(static_cast<double>(j * j + 1) * 0.37 + seed);
    }
    return row;
}

class FitLoss : public testing::TestWithParam<rs_loss> {};

// As many classes as lanes, fewer, more, and more than the factors of one logarithm.
TEST_P(FitLoss, GradientIsThatOfFiniteDifferences)
{
    for (const size_t classes : {size_t{1}, size_t{5}, size_t{16}, size_t{37}, size_t{9000}}) {
        for (const std::vector<int32_t> &labels :
             {std::vector<int32_t>{0},
              std::vector<int32_t>{0, static_cast<int32_t>(classes) - 1}}) {
            if (labels.size() > classes) {
                continue;
            }
            const std::vector<double> row = Logits(classes, 1);
            std::vector<double> gradient = row;
            const double loss = Loss(GetParam(), &gradient, labels, 1.0);
            EXPECT_TRUE(std::isfinite(loss));
            for (size_t j = 0; j < classes; j += classes > 100 ? 997 : 1) {
                const double step = 1e-5;
                std::vector<double> above = row, below = row;
                above[j] += step;
                below[j] -= step;
                const double slope = (Loss(GetParam(), &above, labels, 1.0) -
                                      Loss(GetParam(), &below, labels, 1.0)) /
                                     (2 * step);
                EXPECT_NEAR(gradient[j], slope, 1e-6) << classes << " classes, " << j;
            }
        }
    }
}

TEST_P(FitLoss, IsThatOfPyTorch)
{
    for (const bool sets : {false, true}) {
        const std::vector<double> &wanted =
            GetParam() == RS_LOSS_SIGMOID ? (sets ? kGradientSigmoidSets : kGradientSigmoid)
                                          : (sets ? kGradientSoftmaxSets : kGradientSoftmax);
        const std::vector<double> logits =
            FitFeatures<double>(rs_test::kRows, rs_test::kClasses);
        ASSERT_EQ(wanted.size(), static_cast<size_t>(rs_test::kRows * (1 + rs_test::kClasses)));
        for (int i = 0; i < rs_test::kRows; ++i) {
            std::vector<double> row;
            for (int j = 0; j < rs_test::kClasses; ++j) {
                row.push_back(8.0 * logits[static_cast<size_t>(i * rs_test::kClasses + j)]);
            }
            std::vector<float> narrow(row.begin(), row.end());
            const std::vector<int32_t> labels = FitSet(i, sets);
            const double loss = wanted[static_cast<size_t>(i)];
            EXPECT_NEAR(Loss(GetParam(), &row, labels, 1.0), loss, 1e-12) << i;
            EXPECT_NEAR(Loss(GetParam(), &narrow, labels, 1.0), loss, 2e-6 * (1 + loss)) << i;
            for (size_t j = 0; j < row.size(); ++j) {
                const double slope =
                    wanted[static_cast<size_t>(rs_test::kRows + i * rs_test::kClasses) + j];
                EXPECT_NEAR(row[j], slope, 1e-12) << i << ", " << j;
                EXPECT_NEAR(narrow[j], slope, 1e-6) << i << ", " << j;
            }
        }
    }
}

TEST_P(FitLoss, ScaleGoesIntoTheGradientAlone)
{
    std::vector<double> whole = Logits(20, 2), part = whole;
    EXPECT_EQ(Loss(GetParam(), &whole, {3, 5}, 1.0), Loss(GetParam(), &part, {3, 5}, 0.25));
    for (size_t j = 0; j < whole.size(); ++j) {
        EXPECT_DOUBLE_EQ(part[j], whole[j] * 0.25);
    }
}

TEST_P(FitLoss, LogitsThatAreNoNumbersGiveNoLoss)
{
    for (const double odd : {std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
        for (size_t at = 0; at < 40; ++at) {
            std::vector<double> row = Logits(40, 3);
            row[at] = odd;
            std::vector<float> narrow(row.begin(), row.end());
            EXPECT_FALSE(std::isfinite(Loss(GetParam(), &row, {7}, 1.0))) << odd << " at " << at;
            EXPECT_FALSE(std::isfinite(Loss(GetParam(), &narrow, {7}, 1.0))) << odd << " at " << at;
        }
    }
}

// Far out nothing overflows, and no gradient is a denormal number, with which products are slow.
TEST_P(FitLoss, LargeLogitsAreExact)
{
    std::vector<float> row = {1000, -1000, 0};
    EXPECT_DOUBLE_EQ(Loss(GetParam(), &row, {0}, 0.01), GetParam() == RS_LOSS_SIGMOID
                                                            ? std::log(2.0)
                                                            : 0.0);
    for (const float slope : row) {
        EXPECT_TRUE(slope == 0 || std::fpclassify(slope) == FP_NORMAL) << slope;
    }
    row = {1000, -1000, 0};
    EXPECT_DOUBLE_EQ(Loss(GetParam(), &row, {1}, 0.01),
                     GetParam() == RS_LOSS_SIGMOID ? 2000.0 + std::log(2.0) : 2000.0);
}

INSTANTIATE_TEST_SUITE_P(Losses, FitLoss, testing::Values(RS_LOSS_SOFTMAX, RS_LOSS_SIGMOID),
                         [](const testing::TestParamInfo<rs_loss> &of) {
                             return std::string(rs_loss_name(of.param));
                         });

} // namespace
