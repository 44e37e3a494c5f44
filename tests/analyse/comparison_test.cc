// Paired comparisons against the obvious way to count, and the bootstrap against its exact
// expectation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <vector>

extern "C" {
#include "analyse/comparison.h"
#include "analyse/multinomial.h"
#include "analyse/slice_comparison.h"
}

namespace {

// ---- random numbers ----

double BinomialPmf(int n, int k, double p)
{
    return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                    k * std::log(p) + (n - k) * std::log1p(-p));
}

TEST(Binomial, HasItsDistribution)
{
    const struct {
        int n;
        uint64_t part, whole;
    } cases[] = {{1, 1, 3}, {7, 2, 5}, {64, 1, 2}, {65, 3, 4}, {200, 17, 50000}, {130, 999, 1000}};
    for (const auto &it : cases) {
        rs_random random = rs_random_make(42, it.whole);
        const int draws = 60000;
        std::vector<int> seen(it.n + 1);
        for (int i = 0; i < draws; ++i) {
            const uint64_t k = rs_random_binomial(&random, it.n, it.part, it.whole);
            ASSERT_LE(k, static_cast<uint64_t>(it.n));
            ++seen[k];
        }
        const double p = static_cast<double>(it.part) / it.whole;
        for (int k = 0; k <= it.n; ++k) {
            const double chance = BinomialPmf(it.n, k, p);
            EXPECT_NEAR(seen[k], draws * chance,
                        5 * std::sqrt(draws * chance * (1 - chance)) + 5)
                << it.n << " " << it.part << "/" << it.whole << " at " << k;
        }
    }
    rs_random random = rs_random_make(1, 1);
    EXPECT_EQ(rs_random_binomial(&random, 1000, 0, 7), 0u);
    EXPECT_EQ(rs_random_binomial(&random, 1000, 7, 7), 1000u);
    EXPECT_EQ(rs_random_binomial(&random, 0, 3, 7), 0u);
}

TEST(Multinomial, HasItsMeansAndCovariances)
{
    const std::vector<std::vector<uint64_t>> cases = {
        {900, 50, 10, 3, 1, 1},        // large groups by binomials
        std::vector<uint64_t>(300, 3), // many small ones, draw by draw
        {500, 100, 20, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5,
         5,   5,   5,  5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, // both
        {1},
    };
    for (const auto &size : cases) {
        rs_multinomial draws;
        rs_error error = {};
        ASSERT_EQ(rs_multinomial_create(size.data(), size.size(), &draws, &error), RS_OK);
        const double n = static_cast<double>(draws.rows);
        const int replicates = 20000;
        std::vector<uint32_t> count(size.size());
        std::vector<double> sum(size.size()), squares(size.size());
        double product = 0;
        for (int r = 0; r < replicates; ++r) {
            rs_random random = rs_random_make(3, r);
            rs_multinomial_draw(&draws, &random, count.data());
            uint64_t all = 0;
            for (size_t g = 0; g < size.size(); ++g) {
                all += count[g];
                sum[g] += count[g];
                squares[g] += static_cast<double>(count[g]) * count[g];
            }
            ASSERT_EQ(all, draws.rows);
            product += static_cast<double>(count.front()) * count.back();
        }
        for (size_t g = 0; g < size.size(); ++g) {
            const double mean = static_cast<double>(size[g]);
            const double variance = mean * (1 - mean / n);
            EXPECT_NEAR(sum[g] / replicates, mean, 5 * std::sqrt(variance / replicates));
            EXPECT_NEAR(squares[g] / replicates - mean * mean, variance,
                        0.12 * variance + 2 * mean * 5 * std::sqrt(variance / replicates));
        }
        if (size.size() > 1) {
            const double a = static_cast<double>(size.front());
            const double b = static_cast<double>(size.back());
            EXPECT_NEAR(product / replicates - a * b, -a * b / n,
                        6 * std::sqrt((a + 1) * (b + 1) * (a + b + 2) / replicates) +
                            0.2 * a * b / n);
        }
        rs_multinomial_clear(&draws);
    }
}

// ---- models that a test writes down ----

struct Case {
    std::vector<int32_t> original;
    std::vector<std::vector<int32_t>> sets;
    std::vector<std::vector<int32_t>> predictions; // of each model
};

Case RandomCase(size_t rows, size_t models, unsigned seed)
{
    std::mt19937 draw(seed);
    Case made;
    for (size_t i = 0; i < rows; ++i) {
        const int32_t y = static_cast<int32_t>(draw() % 9) - 1; // sometimes unknown
        made.original.push_back(y);
        std::vector<int32_t> set;
        for (int32_t c = 0; c < 8; ++c) {
            if (draw() % 5 == 0 || (c == y && draw() % 3 != 0)) {
                set.push_back(c);
            }
        }
        made.sets.push_back(draw() % 6 == 0 ? std::vector<int32_t>() : set);
    }
    for (size_t m = 0; m < models; ++m) {
        std::vector<int32_t> predictions;
        for (size_t i = 0; i < rows; ++i) {
            const unsigned what = draw() % 100;
            predictions.push_back(what < 2          ? -1 // an invalid row
                                  : what < 50 + 2 * m ? made.original[i]
                                                      : static_cast<int32_t>(draw() % 8));
        }
        made.predictions.push_back(predictions);
    }
    return made;
}

class Compared {
public:
    Compared(const Case &made, uint64_t replicates, unsigned threads = 2, uint64_t block = 0,
             bool wide = false, uint64_t seed = 5)
    {
        std::vector<uint32_t> begin = {0};
        std::vector<int32_t> classes;
        for (const auto &set : made.sets) {
            classes.insert(classes.end(), set.begin(), set.end());
            begin.push_back(static_cast<uint32_t>(classes.size()));
        }
        const rs_label_view view = {made.original.size(), 8, made.original.data(), begin.data(),
                                    classes.data()};
        Check(rs_outcomes_create(made.predictions.size(), view.rows, &outcomes, &error));
        for (const auto &predictions : made.predictions) {
            const rs_model_outcomes of = {"model", nullptr, {0, view.rows}, predictions.data(), 1};
            Check(rs_outcomes_add(&outcomes, &view, &of, &error));
        }
        rs_evaluator_options evaluator_options = {};
        evaluator_options.backend = RS_BACKEND_CPU;
        evaluator_options.threads = threads;
        Check(rs_evaluator_create(&evaluator_options, &evaluator, &error));
        Check(rs_thread_pool_create(threads, &pool, &error));
        const rs_bootstrap_options options = {replicates, seed, block, wide};
        Check(
            rs_comparison_make(&outcomes, &options, evaluator, pool, nullptr, &comparison, &error));
        Check(rs_patterns_make(&outcomes, &patterns, &error));
        Check(rs_bootstrap_run(&patterns, &options, evaluator, pool, nullptr, &bootstrap, &error));
    }
    ~Compared()
    {
        rs_bootstrap_clear(&bootstrap);
        rs_patterns_clear(&patterns);
        rs_comparison_clear(&comparison);
        rs_thread_pool_free(pool);
        rs_evaluator_free(evaluator);
        rs_outcomes_clear(&outcomes);
    }
    std::vector<uint32_t> sums() const
    {
        return {bootstrap.sum, bootstrap.sum + bootstrap.columns * bootstrap.replicates};
    }

    rs_outcomes outcomes = {};
    rs_comparison comparison = {};
    rs_patterns patterns = {};
    rs_bootstrap bootstrap = {};
    rs_thread_pool *pool = nullptr;

private:
    void Check(rs_status status)
    {
        ASSERT_EQ(status, RS_OK) << error.reason;
    }
    rs_error error = {};
    rs_evaluator *evaluator = nullptr;
};

struct Counts {
    uint64_t both = 0, first = 0, second = 0, neither = 0;
};

// right(i, model) the obvious way; -1: not counted
int Right(const Case &made, int measure, size_t image, size_t model)
{
    const int32_t prediction = made.predictions[model][image];
    if (measure == RS_BY_IMAGENET) {
        return made.original[image] < 0 ? -1 : prediction == made.original[image];
    }
    const auto &set = made.sets[image];
    return set.empty() ? -1
                       : prediction >= 0 && std::count(set.begin(), set.end(), prediction) > 0;
}

TEST(Comparison, CountsEveryPair)
{
    for (const size_t rows : {1, 63, 64, 65, 500}) {
        const Case made = RandomCase(rows, 5, static_cast<unsigned>(rows));
        const Compared compared(made, 50);
        const rs_comparison &found = compared.comparison;
        EXPECT_EQ(found.pair_count, 10u);
        EXPECT_EQ(found.images, rows);
        for (size_t a = 0; a < 5; ++a) {
            for (size_t b = a + 1; b < 5; ++b) {
                const rs_model_pair *pair = rs_comparison_pair(&found, b, a);
                ASSERT_EQ(pair->first, a);
                ASSERT_EQ(pair->second, b);
                uint64_t same = 0;
                for (size_t i = 0; i < rows; ++i) {
                    same += made.predictions[a][i] >= 0 &&
                            made.predictions[a][i] == made.predictions[b][i];
                }
                EXPECT_EQ(pair->same_prediction, same);
                for (int measure = 0; measure < RS_MEASURES; ++measure) {
                    Counts wanted;
                    for (size_t i = 0; i < rows; ++i) {
                        const int x = Right(made, measure, i, a);
                        const int y = Right(made, measure, i, b);
                        wanted.both += x == 1 && y == 1;
                        wanted.first += x == 1 && y == 0;
                        wanted.second += x == 0 && y == 1;
                        wanted.neither += x == 0 && y == 0;
                    }
                    const rs_paired &paired = pair->by[measure];
                    EXPECT_EQ(paired.both, wanted.both);
                    EXPECT_EQ(paired.first_only, wanted.first);
                    EXPECT_EQ(paired.second_only, wanted.second);
                    EXPECT_EQ(paired.neither, wanted.neither);
                    const uint64_t total =
                        wanted.both + wanted.first + wanted.second + wanted.neither;
                    EXPECT_EQ(found.total[measure], total);
                    EXPECT_EQ(found.correct[measure][a], wanted.both + wanted.first);
                    if (total > 0) {
                        EXPECT_DOUBLE_EQ(paired.difference, (static_cast<double>(wanted.first) -
                                                             static_cast<double>(wanted.second)) /
                                                                static_cast<double>(total));
                    }
                }
            }
        }
    }
}

// Image i is in group i % 3, the last group is empty.
TEST(Comparison, OfGroupsCountsTheirImagesAlone)
{
    for (const size_t rows : {65, 500}) {
        const Case made = RandomCase(rows, 4, static_cast<unsigned>(rows));
        const Compared compared(made, 0);
        rs_slices slices = {};
        rs_error error = {};
        for (const char *name : {"a", "b", "c", "none"}) {
            uint32_t group = 0;
            ASSERT_EQ(rs_slices_group(&slices, {"by", 2}, {name, strlen(name)}, &group, &error),
                      RS_OK);
        }
        for (uint32_t i = 0; i < rows; ++i) {
            ASSERT_EQ(rs_slices_put(&slices, i, i % 3, &error), RS_OK);
        }
        rs_slice_comparison found = {};
        ASSERT_EQ(rs_slice_comparison_make(&compared.outcomes, &compared.comparison, &slices,
                                           compared.pool, &found, &error),
                  RS_OK);
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            EXPECT_EQ(found.tests[measure], 3 * 6u);
            EXPECT_EQ(found.total[measure][3], 0u);
            for (size_t p = 0; p < 6; ++p) {
                const rs_model_pair &pair = compared.comparison.pair[p];
                for (size_t g = 0; g < 3; ++g) {
                    Counts wanted;
                    for (size_t i = g; i < rows; i += 3) {
                        const int x = Right(made, measure, i, pair.first);
                        const int y = Right(made, measure, i, pair.second);
                        wanted.both += x == 1 && y == 1;
                        wanted.first += x == 1 && y == 0;
                        wanted.second += x == 0 && y == 1;
                        wanted.neither += x == 0 && y == 0;
                    }
                    const rs_paired &paired = found.paired[measure][g * 6 + p];
                    EXPECT_EQ(paired.both, wanted.both);
                    EXPECT_EQ(paired.first_only, wanted.first);
                    EXPECT_EQ(paired.second_only, wanted.second);
                    EXPECT_EQ(paired.neither, wanted.neither);
                    EXPECT_EQ(found.correct[measure][g * 4 + pair.first],
                              wanted.both + wanted.first);
                    EXPECT_GE(paired.holm_p * 1.000001, std::exp(paired.log_p));
                }
            }
        }
        EXPECT_EQ(found.images[0] + found.images[1] + found.images[2], rows);
        rs_slice_comparison_clear(&found);
        rs_slices_clear(&slices);
    }
}

TEST(Comparison, IdenticalModelsDifferInNothing)
{
    Case made = RandomCase(200, 1, 9);
    made.predictions.push_back(made.predictions[0]);
    const Compared compared(made, 200);
    const rs_model_pair &pair = compared.comparison.pair[0];
    for (const rs_paired &paired : pair.by) {
        EXPECT_EQ(paired.first_only + paired.second_only, 0u);
        EXPECT_EQ(paired.log_p, 0.0); // p is 1, exactly
        EXPECT_EQ(paired.holm_p, 1.0);
        EXPECT_FALSE(paired.significant);
        EXPECT_EQ(paired.difference, 0.0);
        EXPECT_EQ(paired.stderr_value, 0.0);
        EXPECT_LT(paired.score.low, 0.0); // more images could tell them apart
        EXPECT_EQ(paired.score.high, -paired.score.low);
        EXPECT_EQ(paired.bootstrap.low, 0.0);
        EXPECT_EQ(paired.bootstrap.high, 0.0);
        EXPECT_EQ(paired.bootstrap.replicates, 200u);
    }
}

TEST(Comparison, OneReplicateIsOne)
{
    const Case made = RandomCase(200, 2, 9);
    for (const uint64_t replicates : {0, 1, 2}) {
        const Compared compared(made, replicates);
        for (const rs_paired &paired : compared.comparison.pair[0].by) {
            EXPECT_EQ(paired.bootstrap.replicates, replicates);
            EXPECT_EQ(paired.bootstrap.low == paired.bootstrap.high, replicates < 2);
        }
    }
}

TEST(Comparison, WithoutLabelsOrImages)
{
    Case made = RandomCase(30, 3, 4);
    std::fill(made.original.begin(), made.original.end(), -1);
    std::fill(made.sets.begin(), made.sets.end(), std::vector<int32_t>());
    const Compared compared(made, 20);
    EXPECT_EQ(compared.comparison.total[0] + compared.comparison.total[1], 0u);
    for (const rs_paired &paired : compared.comparison.pair[0].by) {
        EXPECT_EQ(paired.log_p, 0.0);
        EXPECT_EQ(paired.difference, 0.0);
        EXPECT_EQ(paired.bootstrap.replicates, 0u);
    }
}

TEST(Outcomes, OrdersAndRanges)
{
    const std::vector<int32_t> original = {0, 1, 2, 3};
    const std::vector<uint32_t> begin = {0, 1, 2, 2, 3};
    const std::vector<int32_t> classes = {0, 1, 2};
    const rs_label_view view = {4, 4, original.data(), begin.data(), classes.data()};
    const std::vector<uint32_t> order = {3, 1, 0, 2};
    rs_outcomes outcomes;
    rs_error error = {};
    ASSERT_EQ(rs_outcomes_create(4, 4, &outcomes, &error), RS_OK);
    // rows 0 and 1 in that order are images 3 and 1; two predictions a row
    const std::vector<int32_t> listed = {3, 9, 1, 9};
    const rs_model_outcomes first = {"a", order.data(), {0, 2}, listed.data(), 2};
    ASSERT_EQ(rs_outcomes_add(&outcomes, &view, &first, &error), RS_OK);
    EXPECT_EQ(outcomes.images, 2u);
    EXPECT_EQ(rs_outcomes_total(&outcomes, RS_BY_IMAGENET), 2u);
    EXPECT_EQ(rs_outcomes_total(&outcomes, RS_BY_REAL), 2u);
    EXPECT_EQ(rs_outcomes_correct(&outcomes, RS_BY_IMAGENET, 0), 2u);
    EXPECT_EQ(rs_outcomes_correct(&outcomes, RS_BY_REAL, 0), 1u); // image 3 is {2}
    const std::vector<int32_t> plain = {2, 2, 2};
    rs_model_outcomes other = {"b", nullptr, {1, 4}, plain.data(), 1};
    EXPECT_EQ(rs_outcomes_add(&outcomes, &view, &other, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "3 images were scored, but 2 of the first model");
    other.range = {1, 3};
    EXPECT_EQ(rs_outcomes_add(&outcomes, &view, &other, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "the first model was not scored on this image");
    EXPECT_STREQ(error.file, "b");
    EXPECT_EQ(error.place.at, 2u);
    rs_outcomes_clear(&outcomes);
}

TEST(Patterns, StandForTheirImages)
{
    const Case made = RandomCase(700, 40, 8); // 82 columns: more than a word
    const Compared compared(made, 0);
    std::map<std::vector<int>, uint64_t> wanted;
    for (size_t i = 0; i < 700; ++i) {
        std::vector<int> pattern;
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            for (size_t m = 0; m < 40; ++m) {
                pattern.push_back(Right(made, measure, i, m) == 1);
            }
        }
        pattern.push_back(made.original[i] >= 0);
        pattern.push_back(!made.sets[i].empty());
        ++wanted[pattern];
    }
    const rs_patterns &found = compared.patterns;
    ASSERT_EQ(found.columns, 82u);
    ASSERT_EQ(found.count, wanted.size());
    for (size_t p = 0; p < found.count; ++p) {
        std::vector<int> pattern;
        for (size_t c = 0; c < found.columns; ++c) {
            pattern.push_back(
                static_cast<int>(found.bits[p * found.words + c / 64] >> (c % 64) & 1));
        }
        EXPECT_EQ(wanted[pattern], found.size[p]);
        EXPECT_TRUE(p == 0 || found.size[p - 1] >= found.size[p]);
    }
}

// ---- the bootstrap ----

TEST(Bootstrap, SameNumbersHoweverItIsCut)
{
    const Case made = RandomCase(600, 6, 21);
    const Compared once(made, 300);
    const std::vector<uint32_t> sums = once.sums();
    EXPECT_EQ(Compared(made, 300, 1).sums(), sums);
    EXPECT_EQ(Compared(made, 300, 3, 7).sums(), sums);
    EXPECT_EQ(Compared(made, 300, 2, 1).sums(), sums);
    EXPECT_EQ(Compared(made, 300, 2, 0, true).sums(), sums); // in double precision
    EXPECT_NE(Compared(made, 300, 2, 0, false, 6).sums(), sums);
    // fewer replicates are the first ones
    const std::vector<uint32_t> fewer = Compared(made, 10).sums();
    for (size_t c = 0; c < once.bootstrap.columns; ++c) {
        for (size_t r = 0; r < 10; ++r) {
            EXPECT_EQ(fewer[c * 10 + r], sums[c * 300 + r]);
        }
    }
}

// With 6 images all 6^6 draws can be listed: the shares of every value of the difference are known.
TEST(Bootstrap, HasTheExactDistribution)
{
    const Case made = {{0, 1, 2, 3, -1, 5},
                       {{0}, {1, 2}, {}, {0}, {4}, {5}},
                       {{0, 1, 2, 0, 4, 1}, {1, 1, 2, 3, 3, 5}}};
    const uint64_t replicates = 40000;
    const Compared compared(made, replicates);
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        std::map<double, double> exact;
        double drawn = 0; // lists with a counted image
        for (int list = 0; list < 46656; ++list) {
            int gain = 0;
            int total = 0;
            for (int i = 0, rest = list; i < 6; ++i, rest /= 6) {
                const int a = Right(made, measure, static_cast<size_t>(rest % 6), 0);
                const int b = Right(made, measure, static_cast<size_t>(rest % 6), 1);
                total += a >= 0;
                gain += a < 0 ? 0 : a - b;
            }
            if (total > 0) {
                exact[static_cast<double>(gain) / total] += 1;
                drawn += 1;
            }
        }
        std::map<double, double> seen;
        const auto sum = [&](size_t column, uint64_t r) {
            return static_cast<double>(compared.bootstrap.sum[column * replicates + r]);
        };
        const size_t base = static_cast<size_t>(measure) * 2;
        double count = 0;
        for (uint64_t r = 0; r < replicates; ++r) {
            const double total = sum(4 + static_cast<size_t>(measure), r);
            if (total > 0) {
                seen[(sum(base, r) - sum(base + 1, r)) / total] += 1;
                count += 1;
            }
        }
        EXPECT_EQ(static_cast<double>(compared.comparison.pair[0].by[measure].bootstrap.replicates),
                  count);
        for (const auto &[value, lists] : exact) {
            const double share = lists / drawn;
            EXPECT_NEAR(seen[value] / count, share, 5 * std::sqrt(share * (1 - share) / count))
                << measure << " " << value;
        }
        EXPECT_EQ(seen.size(), exact.size());
    }
}

// The mean of the difference is the difference, its variance known: (b + c)/n - d^2 over n for a
// fixed total; for a drawn one the mean of 1/total in place of 1/n.
TEST(Bootstrap, HasTheExactExpectationWithinItsError)
{
    Case made = RandomCase(400, 4, 33);
    for (size_t i = 0; i < 400; ++i) {
        made.original[i] = std::max(made.original[i], 0);
    }
    const uint64_t replicates = 20000;
    const Compared compared(made, replicates);
    for (size_t at = 0; at < compared.comparison.pair_count; ++at) {
        const rs_paired *by = compared.comparison.pair[at].by;
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            const rs_paired &paired = by[measure];
            const double total = static_cast<double>(compared.comparison.total[measure]);
            double mean_inverse = 1 / total;
            if (measure == RS_BY_REAL) { // binomial (400, total/400)
                mean_inverse = 0;
                for (int k = 1; k <= 400; ++k) {
                    mean_inverse += BinomialPmf(400, k, total / 400) / k;
                }
            } else {
                ASSERT_EQ(total, 400);
            }
            const double flips = static_cast<double>(paired.first_only + paired.second_only);
            const double variance =
                (flips / total - paired.difference * paired.difference) * mean_inverse;
            EXPECT_NEAR(paired.bootstrap.mean, paired.difference,
                        5 * std::sqrt(variance / replicates));
            EXPECT_NEAR(paired.bootstrap.stderr_value, std::sqrt(variance),
                        5 * std::sqrt(variance / (2.0 * replicates)));
            if (measure == RS_BY_IMAGENET) {
                EXPECT_NEAR(paired.stderr_value, std::sqrt(variance), 1e-15);
            }
            // nearly normal: the ends are about 1.96 standard errors away
            EXPECT_NEAR(paired.bootstrap.low, paired.difference - 1.96 * std::sqrt(variance),
                        0.006);
            EXPECT_NEAR(paired.bootstrap.high, paired.difference + 1.96 * std::sqrt(variance),
                        0.006);
        }
    }
}

TEST(Bootstrap, IntervalsAreThePercentilesOfNumPy)
{
    std::mt19937 draw(2);
    for (const size_t count : {1, 2, 3, 10, 40, 41, 1000}) {
        std::vector<uint32_t> first, second, total;
        std::vector<double> values, work(count);
        for (size_t i = 0; i < count; ++i) {
            first.push_back(draw() % 30);
            second.push_back(draw() % 30);
            total.push_back(draw() % 10);
            if (total.back() > 0) {
                values.push_back((static_cast<double>(first[i]) - second[i]) / total[i]);
            }
        }
        std::sort(values.begin(), values.end());
        const rs_bootstrap_interval interval = rs_bootstrap_difference(
            first.data(), second.data(), total.data(), count, work.data());
        ASSERT_EQ(interval.replicates, values.size());
        if (values.empty()) {
            continue;
        }
        const auto percentile = [&](double share) {
            const double rank = share * static_cast<double>(values.size() - 1);
            const size_t below = static_cast<size_t>(rank);
            const double next = below + 1 < values.size() ? values[below + 1] : values[below];
            return values[below] + (rank - static_cast<double>(below)) * (next - values[below]);
        };
        EXPECT_DOUBLE_EQ(interval.low, percentile(0.025));
        EXPECT_DOUBLE_EQ(interval.high, percentile(0.975));
        double mean = 0.0, squares = 0.0; // numpy.std(values, ddof=1), 0 for one
        for (const double value : values) {
            mean += value / static_cast<double>(values.size());
        }
        for (const double value : values) {
            squares += (value - mean) * (value - mean);
        }
        const double others = static_cast<double>(values.size()) - 1.0;
        EXPECT_NEAR(interval.mean, mean, 1e-12);
        EXPECT_NEAR(interval.stderr_value, others > 0 ? std::sqrt(squares / others) : 0.0, 1e-12);
    }
}

TEST(Bootstrap, StopsWhenToldTo)
{
    const Case made = RandomCase(50, 2, 1);
    const Compared compared(made, 1);
    volatile sig_atomic_t stop = 1;
    const rs_watch watch = {nullptr, nullptr, &stop};
    const rs_bootstrap_options options = {100, 1, 10, false};
    rs_evaluator_options evaluator_options = {};
    evaluator_options.backend = RS_BACKEND_CPU;
    rs_evaluator *evaluator = nullptr;
    rs_thread_pool *pool = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_evaluator_create(&evaluator_options, &evaluator, &error), RS_OK);
    ASSERT_EQ(rs_thread_pool_create(1, &pool, &error), RS_OK);
    rs_bootstrap bootstrap;
    EXPECT_EQ(rs_bootstrap_run(&compared.patterns, &options, evaluator, pool, &watch, &bootstrap,
                               &error),
              RS_INTERRUPTED);
    rs_bootstrap_clear(&bootstrap);
    rs_thread_pool_free(pool);
    rs_evaluator_free(evaluator);
}

} // namespace
