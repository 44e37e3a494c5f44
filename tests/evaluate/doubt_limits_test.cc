// From where on a result is doubted: each limit with the last value on its one side and the first
// on the other, counted by hand from the formula that is named.
#include <gtest/gtest.h>

#include <string>
#include <vector>

extern "C" {
#include "evaluate/diagnose_impl.h"
#include "evaluate/doubt.h"
}

namespace {

// 1 / C + 4 sqrt(1 / C (1 - 1 / C) / N) + 0.01
TEST(DoubtLimits, what_guesses_reach)
{
    const struct {
        uint64_t total;
        uint32_t classes;
        uint64_t most;
    } limits[] = {{10000, 100, 239}, {1000, 2, 573}, {1000, 10, 147}, {100, 1000, 2}};
    for (const auto &limit : limits) {
        EXPECT_TRUE(rs_near_chance(limit.most, limit.total, limit.classes)) << limit.most;
        EXPECT_FALSE(rs_near_chance(limit.most + 1, limit.total, limit.classes)) << limit.most;
    }
    EXPECT_TRUE(rs_near_chance(50, 100, 2));
    EXPECT_FALSE(rs_near_chance(49, 99, 2));
    EXPECT_FALSE(rs_near_chance(0, 1000, 1));
}

TEST(DoubtLimits, last_predictions)
{
    const auto told = [](uint64_t rows, uint64_t last, uint32_t classes) {
        const rs_worst_hits hits = {rows, last, classes};
        rs_diagnosis diagnosis = {};
        rs_doubt_worst(&hits, &diagnosis);
        return diagnosis.found;
    };
    EXPECT_TRUE(told(1000, 148, 10));
    EXPECT_FALSE(told(1000, 147, 10));
    EXPECT_TRUE(told(100, 100, 10));
    EXPECT_FALSE(told(99, 99, 10));
}

// Of rankings of four: how often which place is right.
class Places {
  public:
    static rs_diagnosis Ask(const std::vector<uint32_t> &right, uint64_t rows, uint32_t classes)
    {
        const std::vector<int32_t> original(rows, 0);
        const auto ranks = static_cast<uint32_t>(right.size());
        std::vector<int32_t> ranking(rows * ranks, 1);
        uint64_t row = 0;
        for (uint32_t k = 0; k < ranks; ++k) {
            for (uint32_t n = 0; n < right[k]; ++n) {
                ranking[row++ * ranks + k] = 0;
            }
        }
        EXPECT_LE(row, rows);
        rs_label_view view = {};
        view.rows = rows;
        view.classes = classes;
        view.original = original.data();
        rs_diagnosis diagnosis = {};
        rs_doubt_places(&view, nullptr, ranking.data(), ranks, &diagnosis);
        return diagnosis;
    }
    static bool Told(const std::vector<uint32_t> &right, uint64_t rows = 2000,
                     uint32_t classes = 1000)
    {
        return Ask(right, rows, classes).found;
    }
};

TEST(DoubtLimits, places_of_a_ranking)
{
    EXPECT_TRUE(Places::Told({300, 601, 0, 0})); // twice as often
    EXPECT_FALSE(Places::Told({300, 600, 0, 0}));
    EXPECT_TRUE(Places::Told({10, 91, 0, 0})); // 81 > 8 sqrt(101)
    EXPECT_FALSE(Places::Told({10, 90, 0, 0}));
    EXPECT_TRUE(Places::Told({100, 403, 0, 0}, 1000, 3)); // near chance up to 402
    EXPECT_FALSE(Places::Told({100, 402, 0, 0}, 1000, 3));
    EXPECT_TRUE(Places::Told({0, 0, 400, 400})); // the last is another matter
    EXPECT_FALSE(Places::Told({0, 0, 400, 401}));
    EXPECT_FALSE(Places::Told({401, 400, 400, 0}));
    const rs_diagnosis first_of_two = Places::Ask({50, 400, 400, 0}, 1000, 1000);
    EXPECT_EQ(std::string(first_of_two.text)
                  .find("prediction 2 of the rows, from 1, is the label in 40.00 % of them and the "
                        "first in 5.00 %: "),
              0u)
        << first_of_two.text;
    EXPECT_EQ(first_of_two.accuracy, 0.05);
}

TEST(DoubtLimits, ranks_worst_first)
{
    const auto told = [](uint64_t rows, uint64_t first, uint64_t last, uint32_t depth,
                         uint32_t classes) {
        const rs_rank_hits hits = {rows, first, 0, 5, depth, last};
        char text[RS_DOUBT_BYTES];
        rs_doubt_reversed_ranks(&hits, classes, text);
        return text[0] != '\0';
    };
    EXPECT_TRUE(told(2000, 300, 601, 5, 100)); // twice as often
    EXPECT_FALSE(told(2000, 300, 600, 5, 100));
    EXPECT_TRUE(told(2000, 10, 91, 5, 1000)); // 81 > 8 sqrt(101)
    EXPECT_FALSE(told(2000, 10, 90, 5, 1000));
    EXPECT_TRUE(told(1000, 0, 148, 5, 10));
    EXPECT_FALSE(told(1000, 0, 147, 5, 10)); // near chance
    EXPECT_FALSE(told(1000, 0, 900, 5, 9));
    EXPECT_TRUE(told(1000, 0, 900, 2, 10));
    EXPECT_FALSE(told(1000, 0, 900, 1, 10));
    EXPECT_TRUE(told(100, 0, 100, 5, 10));
    EXPECT_FALSE(told(99, 0, 99, 5, 10));
}

TEST(DoubtLimits, later_predictions)
{
    const auto told = [](uint64_t rows, uint64_t first, uint64_t within, uint32_t k) {
        const rs_rank_hits hits = {rows, first, within, k, k, 0};
        return rs_hits_look_unsorted(&hits);
    };
    EXPECT_TRUE(told(600, 201, 201 + 133, 3)); // 66.5 > 0.33 x 201 = 66.33
    EXPECT_FALSE(told(600, 201, 201 + 132, 3));
    EXPECT_TRUE(told(600, 100, 300, 5)); // half within
    EXPECT_FALSE(told(600, 100, 299, 5));
    EXPECT_FALSE(told(600, 100, 300, 2));
    EXPECT_TRUE(told(100, 30, 100, 5));
    EXPECT_FALSE(told(99, 30, 99, 5));
    EXPECT_FALSE(told(1000, 400, 400 + 4 * 132, 5)); // 132 = 0.33 x 400
    EXPECT_TRUE(told(1000, 399, 399 + 4 * 132, 5));
}

// gain > 8 spread, or > 5 spread and 2 % of the rows; spread^2 = sum + 1, twice the sum with sets
TEST(DoubtLimits, an_explanation_that_is_better)
{
    const auto better = [](uint64_t known, uint64_t right, uint64_t sets, uint64_t than) {
        const rs_fit fit = {known, right, sets, 0};
        const rs_fit other = {known, than, sets, 0};
        return rs_fit_is_better(&fit, &other);
    };
    EXPECT_TRUE(better(1000000, 250, 0, 100)); // 150 > 8 sqrt(351) = 149.9
    EXPECT_FALSE(better(1000000, 249, 0, 100));
    EXPECT_TRUE(better(1000, 185, 0, 100)); // 85 > 5 sqrt(286) = 84.6
    EXPECT_FALSE(better(1000, 184, 0, 100));
    EXPECT_TRUE(better(4250, 186, 0, 100)); // 86 > 0.02 x 4250
    EXPECT_FALSE(better(4250, 185, 0, 100));
    EXPECT_TRUE(better(1000, 229, 1000, 100)); // 129 > 5 sqrt(659) = 128.4
    EXPECT_FALSE(better(1000, 228, 1000, 100));
}

// More than six times the root of all, by one of both, and the other not against it
TEST(DoubtLimits, a_contest_that_is_won)
{
    const auto won = [](uint64_t label, uint64_t not_label, uint64_t set, uint64_t not_set) {
        const rs_contest contest = {{label, not_label}, {set, not_set}};
        return rs_contest_is_won(&contest);
    };
    EXPECT_TRUE(won(37, 0, 0, 0)); // 37 > 6 sqrt(38) = 36.99
    EXPECT_FALSE(won(36, 0, 0, 0));
    EXPECT_TRUE(won(0, 0, 37, 0));
    EXPECT_FALSE(won(0, 0, 36, 0));
    EXPECT_TRUE(won(205, 100, 0, 0)); // 105 > 6 sqrt(306) = 104.96
    EXPECT_FALSE(won(204, 100, 0, 0));
    EXPECT_TRUE(won(37, 0, 5, 5));
    EXPECT_FALSE(won(37, 0, 4, 5));
    EXPECT_TRUE(won(5, 5, 37, 0));
    EXPECT_FALSE(won(4, 5, 37, 0));
}

} // namespace
