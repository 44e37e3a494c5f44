// Means of few values over images, and four models of two factors: contrast_reference.py made the
// values.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include "analyse/contrast.h"
#include "analyse/factorial.h"
#include "analyse/mcnemar.h"
#include "analyse/tango.h"
}

namespace {

struct ContrastCase {
    uint64_t count[RS_CONTRAST_VALUES];
    double low, high, log_p;
};

#include "contrast_reference.inc"

rs_contrast Made(const uint64_t *count, double unit = 1.0)
{
    rs_contrast made;
    EXPECT_EQ(rs_contrast_make(count, unit, &made, nullptr), RS_OK);
    return made;
}

TEST(Contrast, has_the_ends_and_the_p_of_the_reference)
{
    for (const ContrastCase &it : kContrasts) {
        SCOPED_TRACE(testing::Message() << it.count[0] << " " << it.count[1] << " " << it.count[2]
                                        << " " << it.count[3] << " " << it.count[4]);
        const rs_contrast made = Made(it.count);
        EXPECT_NEAR(made.score.low, it.low, 2e-8);
        EXPECT_NEAR(made.score.high, it.high, 2e-8);
        EXPECT_NEAR(made.log_p, it.log_p, 1e-10 * (1 + std::fabs(it.log_p)));
        // the other way round
        uint64_t turned[RS_CONTRAST_VALUES];
        for (int k = 0; k < RS_CONTRAST_VALUES; ++k) {
            turned[k] = it.count[RS_CONTRAST_VALUES - 1 - k];
        }
        const rs_contrast back = Made(turned);
        EXPECT_EQ(back.score.low, -made.score.high);
        EXPECT_EQ(back.score.high, -made.score.low);
        EXPECT_EQ(back.log_p, made.log_p);
        EXPECT_EQ(back.effect, -made.effect);
    }
}

// With one size of difference it is what two models are compared by.
TEST(Contrast, two_values_are_McNemar_and_Tango)
{
    const uint64_t cases[][3] = {{14, 10, 1000}, {0, 0, 30}, {5, 0, 40}, {300, 150, 46837},
                                 {0, 7, 7},      {1, 1, 9},  {4633, 2434, 50000}};
    for (const auto &[first, second, total] : cases) {
        const uint64_t count[] = {second, 0, total - first - second, 0, first};
        const rs_contrast made = Made(count, 0.5);
        const rs_interval tango = rs_tango_interval(first, second, total);
        EXPECT_NEAR(made.score.low, tango.low, 1e-12) << first << " " << second;
        EXPECT_NEAR(made.score.high, tango.high, 1e-12) << first << " " << second;
        const double p = rs_mcnemar_log_p(first, second);
        EXPECT_NEAR(made.log_p, p, 1e-9 * (1 + std::fabs(p))) << first << " " << second;
    }
    const uint64_t none[RS_CONTRAST_VALUES] = {};
    EXPECT_EQ(Made(none).log_p, 0.0);
    EXPECT_EQ(Made(none).score.high, 0.0);
}

// ---- four models ----

constexpr unsigned kPatterns = 1u << RS_CELLS;

// Outcomes of four models on images whose pattern of right and wrong is given.
class Four {
public:
    explicit Four(const std::vector<unsigned> &patterns)
    {
        EXPECT_EQ(rs_outcomes_create(RS_CELLS, patterns.size(), &outcomes, nullptr), RS_OK);
        for (size_t i = 0; i < patterns.size(); ++i) {
            outcomes.counted[RS_BY_REAL][i / 64] |= uint64_t{1} << i % 64;
            for (size_t cell = 0; cell < RS_CELLS; ++cell) {
                outcomes.right[RS_BY_REAL][cell * outcomes.words + i / 64] |=
                    uint64_t{patterns[i] >> cell & 1u} << i % 64;
            }
        }
        const size_t model[RS_CELLS] = {0, 1, 2, 3};
        EXPECT_EQ(rs_factorial_make(&outcomes, model, &result, nullptr), RS_OK);
    }
    ~Four() { rs_outcomes_clear(&outcomes); }
    Four(const Four &) = delete;
    Four &operator=(const Four &) = delete;

    const rs_contrast &by(rs_effect effect) const { return result.by[RS_BY_REAL][effect]; }
    rs_outcomes outcomes;
    rs_factorial result;
};

TEST(Factorial, effects_are_means_of_differences_of_accuracies)
{
    std::mt19937_64 random(3);
    std::vector<unsigned> patterns;
    for (int i = 0; i < 1000; ++i) {
        patterns.push_back(static_cast<unsigned>(random() % kPatterns));
    }
    const Four four(patterns);
    double accuracy[RS_CELLS] = {};
    for (const unsigned pattern : patterns) {
        for (unsigned cell = 0; cell < RS_CELLS; ++cell) {
            accuracy[cell] += (pattern >> cell & 1u) / 1000.0;
        }
    }
    for (unsigned cell = 0; cell < RS_CELLS; ++cell) {
        EXPECT_NEAR(static_cast<double>(four.result.correct[RS_BY_REAL][cell]) / 1000.0,
                    accuracy[cell], 1e-12);
    }
    const double on_all = accuracy[RS_CELL_SIGMOID_ALL] - accuracy[RS_CELL_SOFTMAX_ALL];
    const double on_clean = accuracy[RS_CELL_SIGMOID_CLEAN] - accuracy[RS_CELL_SOFTMAX_CLEAN];
    EXPECT_NEAR(four.by(RS_EFFECT_LOSS).effect, (on_all + on_clean) / 2, 1e-12);
    EXPECT_NEAR(four.by(RS_INTERACTION).effect, on_clean - on_all, 1e-12);
    EXPECT_NEAR(four.by(RS_EFFECT_LABELS).effect,
                (accuracy[RS_CELL_SOFTMAX_CLEAN] - accuracy[RS_CELL_SOFTMAX_ALL] +
                 accuracy[RS_CELL_SIGMOID_CLEAN] - accuracy[RS_CELL_SIGMOID_ALL]) / 2,
                1e-12);
    EXPECT_EQ(four.result.total[RS_BY_REAL], 1000u);
    EXPECT_EQ(four.result.total[RS_BY_IMAGENET], 0u); // no image has an original label here
    EXPECT_EQ(four.result.by[RS_BY_IMAGENET][RS_EFFECT_LOSS].effect, 0.0);
}

// Shares of the patterns for models that mostly agree, with how much more sigmoid and clean labels
// have right. Images that all have right or wrong are most, as on ImageNet.
std::vector<double> Shares(double loss, double labels, double both)
{
    std::vector<double> share(kPatterns, 0.004);
    share[0] = 0.2;
    share[0b1010] += loss; // sigmoid alone, on both
    share[0b1100] += labels;
    share[0b1000] += both;
    double sum = 0;
    for (const double one : share) {
        sum += one;
    }
    share[15] = 1 - sum + share[15];
    return share;
}

struct Simulated {
    double rejected[RS_EFFECTS] = {}, covered[RS_EFFECTS] = {};
};

Simulated Simulate(const std::vector<double> &share, size_t images, int draws, uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::discrete_distribution<unsigned> draw(share.begin(), share.end());
    double mean[RS_CELLS] = {};
    for (unsigned pattern = 0; pattern < kPatterns; ++pattern) {
        for (unsigned cell = 0; cell < RS_CELLS; ++cell) {
            mean[cell] += (pattern >> cell & 1u) * share[pattern];
        }
    }
    const double truth[RS_EFFECTS] = {(mean[1] - mean[0] + mean[3] - mean[2]) / 2,
                                      (mean[2] - mean[0] + mean[3] - mean[1]) / 2,
                                      mean[3] - mean[2] - mean[1] + mean[0]};
    Simulated out;
    for (int i = 0; i < draws; ++i) {
        std::vector<unsigned> patterns(images);
        for (unsigned &pattern : patterns) {
            pattern = draw(random);
        }
        const Four four(patterns);
        for (int effect = 0; effect < RS_EFFECTS; ++effect) {
            const rs_contrast &by = four.by(static_cast<rs_effect>(effect));
            out.rejected[effect] += (by.log_p <= std::log(0.05)) / static_cast<double>(draws);
            out.covered[effect] +=
                (by.score.low <= truth[effect] && truth[effect] <= by.score.high) /
                static_cast<double>(draws);
        }
    }
    return out;
}

// Seeds 1 to 4. The standard error of a share of 2,000 draws is 0.5 points at 5 %.
TEST(Factorial, without_an_effect_the_test_refuses_at_most_one_in_twenty)
{
    const Simulated none = Simulate(Shares(0, 0, 0), 800, 2000, 1);
    for (int effect = 0; effect < RS_EFFECTS; ++effect) {
        EXPECT_LE(none.rejected[effect], 0.06) << effect;
        EXPECT_GE(none.rejected[effect], 0.02) << effect; // exact, and not idle
    }
    // one factor helps, which the tests of the other two do not mind
    const Simulated one = Simulate(Shares(0.05, 0, 0), 800, 2000, 2);
    EXPECT_GE(one.rejected[RS_EFFECT_LOSS], 0.95);
    EXPECT_LE(one.rejected[RS_EFFECT_LABELS], 0.06);
    EXPECT_LE(one.rejected[RS_INTERACTION], 0.06);
}

TEST(Factorial, intervals_cover_the_truth_in_95_of_100_draws)
{
    const struct {
        size_t images;
        int draws;
        uint64_t seed;
    } of[] = {{200, 2000, 3}, {3000, 1000, 4}};
    for (const auto &[images, draws, seed] : of) {
        const Simulated some = Simulate(Shares(0.03, 0.02, 0.02), images, draws, seed);
        for (int effect = 0; effect < RS_EFFECTS; ++effect) {
            EXPECT_GE(some.covered[effect], 0.93) << effect << " of " << images;
            EXPECT_LE(some.covered[effect], 0.97) << effect << " of " << images;
        }
    }
}

TEST(Factorial, fours_are_told_by_names)
{
    const char *const names[] = {"sigmoid.all.e10",    "softmax-all-e10", "other",
                                 "sigmoid.kept.e10",   "softmax_clean_e10", "softmax.all.e30",
                                 "Softmax.Clean.e30",  "sigmoid.all.e30", "sigmoid.clean.e30",
                                 "sigmoid.clean.e100", "softmax.small"};
    rs_four four[2];
    ASSERT_EQ(rs_fours_find(names, 11, four), 2u);
    EXPECT_STREQ(four[0].name, "e10");
    EXPECT_EQ(std::vector<size_t>(four[0].model, four[0].model + 4),
              (std::vector<size_t>{1, 0, 4, 3}));
    EXPECT_STREQ(four[1].name, "e30");
    EXPECT_EQ(std::vector<size_t>(four[1].model, four[1].model + 4),
              (std::vector<size_t>{5, 7, 6, 8}));
    const char *const plain[] = {"softmax-all", "sigmoid-all", "softmax-clean", "sigmoid-clean"};
    ASSERT_EQ(rs_fours_find(plain, 4, four), 1u);
    EXPECT_STREQ(four[0].name, "");
    EXPECT_EQ(rs_fours_find(plain, 3, four), 0u);
    const std::string longer(300, 'x');
    const char *const long_names[] = {longer.c_str(), plain[0], plain[1], plain[2]};
    EXPECT_EQ(rs_fours_find(long_names, 4, four), 0u);
}

}  // namespace
