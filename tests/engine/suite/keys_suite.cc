/* Keys counted by every engine against a map. */
#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

#include "engine/suite/engine_kind.h"

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

rs_status Count(const rs_test::Engine &engine, std::vector<uint64_t> *keys, Counts *counts)
{
    rs_error error = {};
    const rs_status status = engine.get()->vtable->count_keys(engine.get(), keys->data(),
                                                              keys->size(), counts, &error);
    EXPECT_EQ(status, RS_OK) << error.reason;
    return status;
}

class EngineKeys : public rs_test::EngineSuite {};

void ExpectCounts(const rs_test::Engine &engine, std::vector<uint64_t> keys)
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
    ASSERT_EQ(Count(engine, &keys, &counts), RS_OK);
    ASSERT_EQ(counts.count, ranked.size());
    for (size_t i = 0; i < ranked.size(); ++i) {
        EXPECT_EQ(counts.entry[i].key, ranked[i].key) << i;
        EXPECT_EQ(counts.entry[i].count, ranked[i].count) << i;
        EXPECT_EQ(counts.entry[i].marked[0], ranked[i].marked[0]) << i;
        EXPECT_EQ(counts.entry[i].marked[1], ranked[i].marked[1]) << i;
    }
}

TEST_P(EngineKeys, OfNothingIsNothing)
{
    const rs_test::Engine engine(GetParam());
    std::vector<uint64_t> keys;
    Counts counts;
    ASSERT_EQ(Count(engine, &keys, &counts), RS_OK);
    EXPECT_EQ(counts.count, 0u);
}

TEST_P(EngineKeys, SmallOnesByHand)
{
    const rs_test::Engine engine(GetParam());
    ExpectCounts(engine, {0});
    ExpectCounts(engine, {3, 3, 3});
    ExpectCounts(engine, {1, 2, 0, 3});
    ExpectCounts(engine, {8, 4, 4, 12, 8, 0});
    ExpectCounts(engine, {UINT64_MAX, 0, UINT64_MAX - 1, UINT64_MAX - 4});
}

TEST_P(EngineKeys, RandomOnesOfEveryWidth)
{
    const rs_test::Engine engine(GetParam());
    for (const unsigned bits : {1u, 3u, 10u, 11u, 12u, 22u, 23u, 34u, 63u, 64u}) {
        rs_random random = rs_random_make(bits, 0);
        std::vector<uint64_t> keys(3000);
        for (size_t i = 0; i < keys.size(); ++i) { /* every other one stood before */
            keys[i] = i % 2 == 1 ? keys[i / 2] : rs_random_u64(&random) >> (64 - bits);
        }
        SCOPED_TRACE(bits);
        ExpectCounts(engine, keys);
    }
}

/* Pairs of 65,536 classes, many of them twice. */
TEST_P(EngineKeys, PairsOfClasses)
{
    const rs_test::Engine engine(GetParam(), {1, 0});
    for (const size_t count : {1u, 2u, 1000u, 20000u}) {
        rs_random random = rs_random_make(count, 2);
        std::vector<uint64_t> keys(count);
        for (size_t i = 0; i < count; ++i) {
            keys[i] = i % 2 == 1 ? keys[i / 2] ^ (i & 3) : rs_random_u64(&random) >> 30;
        }
        SCOPED_TRACE(count);
        ExpectCounts(engine, keys);
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineKeys, testing::ValuesIn(rs_test::Engines()),
                         rs_test::KindName);

} // namespace
