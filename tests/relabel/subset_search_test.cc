// The search over all subsets against asking each of them by itself.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

extern "C" {
#include "relabel/subset_search.h"
}

namespace {

struct Task {
    uint32_t models = 0;
    std::vector<uint32_t> mask;
    std::vector<uint8_t> right;
    uint32_t always = 0, always_right = 0, missed = 0;

    rs_subset_task get() const
    {
        uint32_t present = always_right + missed;
        for (const uint8_t is : right) {
            present += is;
        }
        return {models,  uint32_t(mask.size()), mask.data(), right.data(),
                always, always_right,          present};
    }
};

bool operator==(const rs_subset_point &a, const rs_subset_point &b)
{
    return a.subset == b.subset && a.proposed == b.proposed && a.right == b.right;
}

// What a subset proposes, pair by pair.
rs_subset_point Ask(const Task &task, uint32_t subset)
{
    rs_subset_point point = {subset, task.always, task.always_right};
    for (size_t i = 0; i < task.mask.size(); ++i) {
        if ((task.mask[i] & subset) != 0) {
            ++point.proposed;
            point.right += task.right[i];
        }
    }
    return point;
}

bool Beats(const rs_subset_point &a, const rs_subset_point &b) // in precision and recall
{
    const uint64_t left = uint64_t(a.right) * b.proposed;
    const uint64_t right = uint64_t(b.right) * a.proposed;
    return left >= right && a.right >= b.right && (left > right || a.right > b.right);
}

std::vector<rs_subset_point> BruteForce(const Task &task)
{
    std::map<std::pair<uint32_t, uint32_t>, rs_subset_point> best; // simplest of equal counts
    for (uint32_t subset = 1; subset < uint32_t(1) << task.models; ++subset) {
        const rs_subset_point point = Ask(task, subset);
        const auto key = std::make_pair(point.right, point.proposed);
        const auto found = best.find(key);
        if (found == best.end() || __builtin_popcount(subset) <
                                       __builtin_popcount(found->second.subset)) {
            best[key] = point;
        }
    }
    std::vector<rs_subset_point> front;
    for (const auto &[key, point] : best) {
        bool beaten = false;
        for (const auto &[other_key, other] : best) {
            beaten = beaten || Beats(other, point);
        }
        if (!beaten) {
            front.push_back(point);
        }
    }
    return front;
}

std::vector<rs_subset_point> Front(const Task &task)
{
    rs_subset_point *front = nullptr;
    size_t count = 0;
    const rs_subset_task get = task.get();
    EXPECT_EQ(rs_subset_front(&get, &front, &count, nullptr), RS_OK);
    std::vector<rs_subset_point> points(front, front + count);
    free(front);
    return points;
}

Task Random(std::mt19937 &random, uint32_t models, uint32_t pairs)
{
    Task task;
    task.models = models;
    const uint32_t all = uint32_t((uint64_t(1) << models) - 1);
    for (uint32_t i = 0; i < pairs; ++i) {
        const uint32_t mask = random() & (i % 3 == 0 ? all : all & random());
        if (mask != 0) {
            task.mask.push_back(mask);
            task.right.push_back(random() % 3 == 0);
        }
    }
    task.always = 1 + random() % 20;
    task.always_right = random() % (task.always + 1);
    task.missed = random() % 5;
    return task;
}

TEST(SubsetSearch, as_brute_force)
{
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        const uint32_t models = 1 + random() % 9;
        const Task task = Random(random, models, random() % 120);
        const std::vector<rs_subset_point> front = Front(task);
        const std::vector<rs_subset_point> wanted = BruteForce(task);
        ASSERT_EQ(front.size(), wanted.size()) << models << " models";
        for (size_t i = 0; i < front.size(); ++i) {
            EXPECT_TRUE(front[i] == wanted[i])
                << i << ": " << front[i].subset << " " << front[i].proposed << " "
                << front[i].right << ", not " << wanted[i].subset << " " << wanted[i].proposed
                << " " << wanted[i].right;
        }
    }
}

// More models than a block of the transform has: the blocks must add up.
TEST(SubsetSearch, as_brute_force_over_several_blocks)
{
    std::mt19937 random(12);
    const Task task = Random(random, 17, 60);
    const std::vector<rs_subset_point> front = Front(task);
    const std::vector<rs_subset_point> wanted = BruteForce(task);
    ASSERT_EQ(front.size(), wanted.size());
    for (size_t i = 0; i < front.size(); ++i) {
        EXPECT_TRUE(front[i] == wanted[i]) << i;
    }
}

TEST(SubsetSearch, twenty_four_models)
{
    std::mt19937 random(13);
    const Task task = Random(random, 24, 1000);
    const std::vector<rs_subset_point> front = Front(task);
    ASSERT_GT(front.size(), 10u);
    for (size_t i = 0; i < front.size(); ++i) { // each is what it says, and none beats another
        EXPECT_TRUE(front[i] == Ask(task, front[i].subset));
        for (size_t j = 0; j < i; ++j) {
            EXPECT_LT(front[j].right, front[i].right);
            EXPECT_FALSE(Beats(front[i], front[j]));
        }
    }
    const rs_subset_point all = Ask(task, (1u << 24) - 1);
    EXPECT_EQ(front.back().right, all.right); // nothing recalls more than all
    for (int i = 0; i < 200000; ++i) {        // nor does any of many others beat the front
        const uint32_t subset = 1 + random() % ((1u << 24) - 1);
        const rs_subset_point point = Ask(task, subset);
        bool matched = false;
        for (size_t j = front.size(); j > 0 && !matched; --j) {
            matched = !Beats(point, front[j - 1]) && front[j - 1].right >= point.right;
        }
        ASSERT_TRUE(matched) << subset;
        i += 199;
    }
}

TEST(SubsetSearch, by_hand)
{
    Task task;
    task.models = 2;
    task.mask = {1, 2, 2, 3};
    task.right = {1, 1, 0, 0};
    task.always = 1;
    task.always_right = 1;
    task.missed = 1;
    // model 0: 2 right of 3; model 1: 2 of 4; both: 3 of 5; of 4 that are there
    const std::vector<rs_subset_point> front = Front(task);
    ASSERT_EQ(front.size(), 2u);
    EXPECT_TRUE((front[0] == rs_subset_point{1, 3, 2}));
    EXPECT_TRUE((front[1] == rs_subset_point{3, 5, 3}));
    const auto chosen = [&](double recall) {
        const rs_subset_point *point = rs_subset_choose(front.data(), front.size(), 4, recall);
        return point == nullptr ? 0u : point->subset;
    };
    EXPECT_EQ(chosen(0.0), 1u);
    EXPECT_EQ(chosen(0.5), 1u);
    EXPECT_EQ(chosen(0.51), 3u);
    EXPECT_EQ(chosen(0.75), 3u);
    EXPECT_EQ(chosen(0.76), 0u);
    EXPECT_EQ(chosen(1.0), 0u);
    // 9 of 10 is a recall of 0.9, whatever binary fractions make of it
    const rs_subset_point nine = {1, 20, 9};
    EXPECT_EQ(rs_subset_choose(&nine, 1, 10, 0.9), &nine);
}

TEST(SubsetSearch, equal_subsets_the_simplest)
{
    Task task;
    task.models = 3;
    task.mask = {6, 7}; // models 1 and 2 propose the same
    task.right = {1, 1};
    const std::vector<rs_subset_point> front = Front(task);
    ASSERT_EQ(front.size(), 1u);
    EXPECT_TRUE((front[0] == rs_subset_point{2, 2, 2}));
    // nothing but original labels: any model will do
    Task nothing;
    nothing.models = 3;
    nothing.always = 4;
    nothing.always_right = 2;
    const std::vector<rs_subset_point> first = Front(nothing);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_TRUE((first[0] == rs_subset_point{1, 4, 2}));
}

}  // namespace
