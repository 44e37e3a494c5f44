/* Keys counted by sorting against a map. */
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

extern "C" {
#include "base/random.h"
#include "engine/key_counts.h"
}

namespace {

struct Counts : rs_key_counts {
    Counts() : rs_key_counts{}
    {
    }
    ~Counts()
    {
        std::free(entry);
    }
    Counts(const Counts &) = delete;
    Counts &operator=(const Counts &) = delete;
};

void ExpectCounts(std::vector<uint64_t> keys)
{
    std::map<uint64_t, rs_key_count> expected;
    for (const uint64_t key : keys) {
        rs_key_count &entry = expected[key >> 2];
        entry.key = key >> 2;
        ++entry.count;
        entry.marked[0] += key & 1;
        entry.marked[1] += key >> 1 & 1;
    }
    std::vector<rs_key_count> ranked;
    for (const auto &entry : expected) {
        ranked.push_back(entry.second);
    }
    std::stable_sort(
        ranked.begin(), ranked.end(),
        [](const rs_key_count &a, const rs_key_count &b) { return a.count > b.count; });
    Counts counts;
    ASSERT_EQ(rs_count_keys(keys.data(), keys.size(), &counts, nullptr), RS_OK);
    ASSERT_EQ(counts.count, ranked.size());
    for (size_t i = 0; i < ranked.size(); ++i) {
        EXPECT_EQ(counts.entry[i].key, ranked[i].key) << i;
        EXPECT_EQ(counts.entry[i].count, ranked[i].count) << i;
        EXPECT_EQ(counts.entry[i].marked[0], ranked[i].marked[0]) << i;
        EXPECT_EQ(counts.entry[i].marked[1], ranked[i].marked[1]) << i;
    }
}

TEST(KeyCounts, OfNothingIsNothing)
{
    Counts counts;
    ASSERT_EQ(rs_count_keys(nullptr, 0, &counts, nullptr), RS_OK);
    EXPECT_EQ(counts.count, 0u);
}

TEST(KeyCounts, SmallOnesByHand)
{
    ExpectCounts({0});
    ExpectCounts({3, 3, 3});
    ExpectCounts({1, 2, 0, 3});
    ExpectCounts({8, 4, 4, 12, 8, 0});
    ExpectCounts({UINT64_MAX, 0, UINT64_MAX - 1, UINT64_MAX - 4});
}

TEST(KeyCounts, RandomOnesOfEveryWidth)
{
    for (const unsigned bits : {1u, 3u, 10u, 11u, 12u, 22u, 23u, 34u, 63u, 64u}) {
        rs_random random = rs_random_make(bits, 0);
        std::vector<uint64_t> keys(3000);
        for (size_t i = 0; i < keys.size(); ++i) { /* every other one stood before */
            keys[i] = i % 2 == 1 ? keys[i / 2] : rs_random_u64(&random) >> (64 - bits);
        }
        SCOPED_TRACE(bits);
        ExpectCounts(keys);
    }
}

} // namespace
