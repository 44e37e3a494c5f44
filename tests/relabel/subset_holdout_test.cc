// What the choice of models does on images that it did not see: by hand, and how often the
// intervals hold the truth.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

extern "C" {
#include "base/random.h"
#include "relabel/subset_holdout.h"
}

namespace {

// A golden set, image by image.
struct Made {
    struct Image {
        bool label_right;
        std::vector<std::pair<uint32_t, bool>> pairs; // who proposes (0: nobody), is it there
    };
    Made(uint32_t models, const std::vector<Image> &images)
    {
        uint32_t always_right = 0, present = 0;
        for (const Image &from : images) {
            rs_golden_image to = {1, from.label_right, from.label_right};
            for (const auto &pair : from.pairs) {
                to.present += pair.second;
                if (pair.first != 0) {
                    mask.push_back(pair.first);
                    right.push_back(pair.second);
                    image.push_back(uint32_t(of_image.size()));
                }
            }
            always_right += to.always_right;
            present += to.present;
            of_image.push_back(to);
        }
        const auto count = uint32_t(images.size());
        value.mask = mask.data();
        value.is_right = right.data();
        value.image = image.data();
        value.images = count;
        value.of_image = of_image.data();
        value.task = {models, uint32_t(mask.size()), mask.data(), right.data(),
                      count,  always_right,          present};
    }
    Made(const Made &) = delete;
    Made &operator=(const Made &) = delete;
    std::vector<uint32_t> mask, image;
    std::vector<uint8_t> right;
    std::vector<rs_golden_image> of_image;
    rs_golden_proposals value = {};
};

// Model 0 knows images 0 and 2, model 1 images 1 and 3: each fold's choice is wrong for it.
TEST(SubsetHoldout, ByHand)
{
    const Made golden(2, {{false, {{1, true}}}, {false, {{2, true}}}, {false, {{1, true}}},
                          {false, {{2, true}}}});
    rs_holdout out;
    ASSERT_EQ(rs_subset_hold_out(&golden.value, 2, 0.97, &out, nullptr), RS_OK);
    EXPECT_EQ(out.proposed, 4u); // the labels alone
    EXPECT_EQ(out.right, 0u);
    EXPECT_EQ(out.present, 4u);
    EXPECT_EQ(out.subsets, 2u);
    EXPECT_EQ(out.fell_short, 0u);
    rs_subset_ends ends;
    ASSERT_EQ(rs_subset_ends_of(&golden.value, 3, &ends, nullptr), RS_OK);
    EXPECT_EQ(ends.recall.high, 1.0); // 4 of 4, of 4 of 8 proposed
    EXPECT_LT(ends.precision.low, 0.5);
    EXPECT_GT(ends.precision.high, 0.5);

    // nobody proposes the pair of image 1, so no choice without image 0 reaches the recall
    const Made missed(1, {{true, {{1, true}}}, {false, {{0, true}}}});
    ASSERT_EQ(rs_subset_hold_out(&missed.value, 2, 0.5, &out, nullptr), RS_OK);
    EXPECT_EQ(out.fell_short, 1u);
    EXPECT_EQ(out.subsets, 1u);
    EXPECT_EQ(out.right, 2u);

    const Made one(1, {{true, {}}, {false, {}}});
    rs_error error = {};
    EXPECT_EQ(rs_subset_hold_out(&one.value, 2, 0.5, &out, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "every pair of the golden set that is present is in one fold");
}

// Ten models, each of which proposes a pair that is there, and one that is not, with a chance of
// its own; images are easy or hard. The label is there in 8 of 10.
struct World {
    static constexpr uint32_t kModels = 10;
    static constexpr double kEasier = 0.12;
    static double hit(uint32_t m) { return 0.30 + 0.04 * m; }
    static double slip(uint32_t m) { return 0.03 + 0.010 * m; }

    static std::vector<Made::Image> Draw(rs_random *random, uint32_t images)
    {
        std::vector<Made::Image> drawn(images);
        for (Made::Image &image : drawn) {
            const double easier = rs_random_below(random, 2) == 0 ? -kEasier : kEasier;
            const uint32_t there = rs_random_below(random, 3);
            image.label_right = rs_random_unit(random) < 0.8;
            for (uint32_t pair = 0; pair < there + 5; ++pair) {
                uint32_t mask = 0;
                for (uint32_t m = 0; m < kModels; ++m) {
                    const double chance = pair < there ? hit(m) + easier : slip(m);
                    mask |= uint32_t(rs_random_unit(random) < chance) << m;
                }
                image.pairs.push_back({mask, pair < there});
            }
        }
        return drawn;
    }
    // by how much of what is there a subset proposes; one pair an image beside the label
    static double Recall(uint32_t subset)
    {
        double found = 0;
        for (const double easier : {-kEasier, kEasier}) {
            double missed = 1;
            for (uint32_t m = 0; m < kModels; ++m) {
                missed *= (subset >> m & 1) != 0 ? 1 - hit(m) - easier : 1;
            }
            found += (1 - missed) / 2;
        }
        return (0.8 + found) / 1.8;
    }
};

// 1,000 draws of 155 images, seed 5: the error of a coverage of 0.95 is 0.007. The interval is of
// the recall that the choice has on average over golden sets, on all images there are. On its own
// images the chosen subset looks better than it is.
TEST(SubsetHoldout, IntervalsHoldTheRecallOfTheChoice)
{
    const int draws = 1000;
    std::vector<rs_interval> found;
    double truth = 0, in_sample = 0, held_out = 0;
    rs_random random = rs_random_make(5, 0);
    for (int i = 0; i < draws; ++i) {
        const Made golden(World::kModels, World::Draw(&random, 155));
        rs_subset_point *front = nullptr;
        size_t count = 0;
        ASSERT_EQ(rs_subset_front(&golden.value.task, &front, &count, nullptr), RS_OK);
        const uint32_t present = golden.value.task.present;
        const rs_subset_point *const chosen = rs_subset_choose(front, count, present, 0.9);
        ASSERT_NE(chosen, nullptr);
        rs_holdout out;
        ASSERT_EQ(rs_subset_hold_out(&golden.value, 10, 0.9, &out, nullptr), RS_OK);
        found.push_back(out.ends.recall);
        truth += World::Recall(chosen->subset) / draws;
        in_sample += chosen->right / double(present) / draws;
        held_out += out.right / double(out.present) / draws;
        free(front);
    }
    int covered = 0;
    for (const rs_interval &ends : found) {
        covered += ends.low <= truth && truth <= ends.high;
    }
    EXPECT_GT(covered, 0.93 * draws);
    EXPECT_LT(covered, 0.97 * draws);
    EXPECT_NEAR(held_out, truth, 0.003);
    EXPECT_GT(in_sample, truth + 0.02); // nine tenths were asked for
}

} // namespace
