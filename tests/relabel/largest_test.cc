// The largest values of a stream against sorting all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

extern "C" {
#include "relabel/largest.h"
}

namespace {

using Pairs = std::vector<std::pair<uint64_t, uint64_t>>; // key, place

Pairs Selected(const Pairs &values, uint64_t budget)
{
    rs_largest largest = rs_largest_make(budget);
    uint64_t most = 0;
    for (const auto &[key, place] : values) {
        EXPECT_EQ(rs_largest_add(&largest, {key, place}, nullptr), RS_OK);
        most = std::max(most, largest.capacity);
    }
    EXPECT_LE(most, std::min<uint64_t>(2 * budget, std::max<size_t>(4096, 2 * values.size())));
    rs_largest_finish(&largest);
    Pairs selected;
    for (uint64_t i = 0; i < largest.count; ++i) {
        selected.emplace_back(largest.list[i].key, largest.list[i].place);
    }
    rs_largest_clear(&largest);
    return selected;
}

// By sorting everything: larger first, equal ones by place; then in order of place.
Pairs Sorted(Pairs values, uint64_t budget)
{
    std::sort(values.begin(), values.end(), [](const auto &a, const auto &b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    values.resize(std::min<size_t>(values.size(), budget));
    std::sort(values.begin(), values.end(),
              [](const auto &a, const auto &b) { return a.second < b.second; });
    return values;
}

TEST(Largest, places)
{
    const uint64_t place = rs_place_of(4294967294u, 65535);
    EXPECT_EQ(rs_place_image(place), 4294967294u);
    EXPECT_EQ(rs_place_class(place), 65535);
    EXPECT_LT(rs_place_of(1, 65535), rs_place_of(2, 0));
}

TEST(Largest, as_sorting_all_in_any_order_and_with_any_ties)
{
    std::mt19937_64 random(7);
    for (int round = 0; round < 400; ++round) {
        const uint64_t count = random() % 20000;
        const uint64_t kinds = uint64_t(1) << (random() % 20); // few: nearly all are ties
        const uint64_t budget = random() % (round % 2 == 0 ? 50 : 12000);
        Pairs values;
        for (uint64_t i = 0; i < count; ++i) {
            values.emplace_back(random() % kinds, i);
        }
        switch (round % 4) {
        case 0:
            std::sort(values.begin(), values.end());
            break;
        case 1:
            std::sort(values.rbegin(), values.rend());
            break;
        case 2:
            std::shuffle(values.begin(), values.end(), random);
            break;
        default:
            break;
        }
        ASSERT_EQ(Selected(values, budget), Sorted(values, budget))
            << count << " values, " << kinds << " kinds, budget " << budget;
    }
}

TEST(Largest, small_ones)
{
    EXPECT_EQ(Selected({}, 5), Pairs());
    EXPECT_EQ(Selected({{1, 2}, {3, 4}}, 0), Pairs());
    EXPECT_EQ(Selected({{1, 2}, {3, 4}, {2, 9}}, 1), Pairs({{3, 4}}));
    EXPECT_EQ(Selected({{1, 2}, {3, 4}}, UINT64_MAX), Pairs({{1, 2}, {3, 4}}));
    EXPECT_EQ(Selected({{5, 3}, {5, 1}, {5, 2}, {5, 0}}, 2), Pairs({{5, 0}, {5, 1}}));
}

}  // namespace
