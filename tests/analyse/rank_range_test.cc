// The ranks that models may have.
#include <gtest/gtest.h>

#include <vector>

extern "C" {
#include "analyse/bits.h"
#include "analyse/rank_range.h"
#include "base/random.h"
}

namespace {

using Rights = std::vector<std::vector<uint64_t>>;

std::vector<rs_rank_range> Ranges(const Rights &rights)
{
    std::vector<const uint64_t *> right;
    for (const auto &one : rights) {
        right.push_back(one.empty() ? nullptr : one.data());
    }
    std::vector<rs_rank_range> range(rights.size());
    EXPECT_EQ(rs_rank_ranges(right.data(), right.size(), rights[0].size(), range.data(), nullptr),
              RS_OK);
    return range;
}

void ExpectRange(const rs_rank_range &range, size_t best, size_t worst)
{
    EXPECT_EQ(range.best, best);
    EXPECT_EQ(range.worst, worst);
}

// Right on the first `count` of 640 images.
std::vector<uint64_t> First(size_t count)
{
    std::vector<uint64_t> bits(10);
    for (size_t i = 0; i < count; ++i) {
        rs_bit_set(bits.data(), i);
    }
    return bits;
}

TEST(RankRange, by_hand)
{
    // 4 images between the second and the third: p 1/8; 200 to all others.
    const std::vector<rs_rank_range> range =
        Ranges({First(600), First(400), First(396), First(100)});
    ExpectRange(range[0], 1, 1);
    ExpectRange(range[1], 2, 3);
    ExpectRange(range[2], 2, 3);
    ExpectRange(range[3], 4, 4);
}

// 6 images of two models alone are p 1/32; beside a third, Holm asks for 1/40 first.
TEST(RankRange, many_comparisons_ask_for_more)
{
    std::vector<rs_rank_range> range = Ranges({First(306), First(300)});
    ExpectRange(range[0], 1, 1);
    ExpectRange(range[1], 2, 2);
    range = Ranges({First(306), First(300), First(303)});
    ExpectRange(range[0], 1, 3);
    ExpectRange(range[1], 1, 3);
    ExpectRange(range[2], 1, 3);
}

TEST(RankRange, equal_models_share_all_ranks_and_unknown_ones_have_none)
{
    const std::vector<rs_rank_range> range = Ranges({First(300), First(300), {}});
    ExpectRange(range[0], 1, 2);
    ExpectRange(range[1], 1, 2);
    ExpectRange(range[2], 0, 0);
    ExpectRange(Ranges({First(3)})[0], 1, 1);
}

// Eight models of which four are equally good: the range holds the true rank of a model in at least
// 95 % of draws. Equal ones have all ranks that they share, so a range must hold one of them; 400
// draws of 2,000 images, seed 3, the error of a share of 95 % is 1.1 %.
TEST(RankRange, holds_the_true_rank)
{
    const double skill[] = {0.80, 0.78, 0.75, 0.75, 0.75, 0.75, 0.72, 0.60};
    const size_t low[] = {1, 2, 3, 3, 3, 3, 7, 8}, high[] = {1, 2, 6, 6, 6, 6, 7, 8};
    constexpr int draws = 400, images = 2000, models = 8;
    std::vector<int> held(models);
    double width = 0;
    for (int draw = 0; draw < draws; ++draw) {
        rs_random random = rs_random_make(3, static_cast<uint64_t>(draw));
        Rights rights(models, std::vector<uint64_t>(rs_bit_words(images)));
        for (int image = 0; image < images; ++image) {
            const double shared = rs_random_unit(&random) - 0.5; // hard images are hard for all
            for (int m = 0; m < models; ++m) {
                if (rs_random_unit(&random) + 0.3 * shared < skill[m]) {
                    rs_bit_set(rights[m].data(), static_cast<uint64_t>(image));
                }
            }
        }
        const std::vector<rs_rank_range> range = Ranges(rights);
        for (int m = 0; m < models; ++m) {
            held[m] += range[m].best <= low[m] && range[m].worst >= high[m];
            width += static_cast<double>(range[m].worst - range[m].best);
        }
    }
    for (int m = 0; m < models; ++m) {
        EXPECT_GE(held[m], 0.95 * draws - 2 * 4.4) << m;
    }
    EXPECT_LE(width / (draws * models), 4.0); // and not all ranks always
}

} // namespace
