// Random numbers and hashes against published values: results must be the same everywhere.
#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include <gtest/gtest.h>

extern "C" {
#include "base/hash.h"
#include "base/random.h"
}

namespace {

// Known answers of the authors' splitmix64.c for the seed 1234567.
TEST(Random, Splitmix64KnownAnswers)
{
    uint64_t state = 1234567;
    for (const uint64_t expected : {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                    UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                    UINT64_C(16408922859458223821)}) {
        EXPECT_EQ(rs_splitmix64(&state), expected);
    }
}

// Known answers of the authors' xoshiro256starstar.c from the state 1, 2, 3, 4.
TEST(Random, Xoshiro256KnownAnswers)
{
    rs_random random = {{1, 2, 3, 4}};
    for (const uint64_t expected :
         {UINT64_C(11520), UINT64_C(0), UINT64_C(1509978240), UINT64_C(1215971899390074240),
          UINT64_C(1216172134540287360), UINT64_C(607988272756665600),
          UINT64_C(16172922978634559625), UINT64_C(8476171486693032832),
          UINT64_C(10595114339597558777), UINT64_C(2904607092377533576)}) {
        EXPECT_EQ(rs_random_u64(&random), expected);
    }
}

TEST(Random, SeedsAndStreamsDiffer)
{
    std::set<uint64_t> seen;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        for (uint64_t stream = 0; stream < 100; ++stream) {
            rs_random random = rs_random_make(seed, stream);
            seen.insert(rs_random_u64(&random));
        }
    }
    EXPECT_EQ(seen.size(), 10000u);
    rs_random again = rs_random_make(7, 9);
    rs_random same = rs_random_make(7, 9);
    EXPECT_EQ(rs_random_u64(&again), rs_random_u64(&same));
}

TEST(Random, UnitIsInItsInterval)
{
    rs_random random = rs_random_make(3, 0);
    double sum = 0;
    for (int i = 0; i < 100000; ++i) {
        const double value = rs_random_unit(&random);
        ASSERT_GE(value, 0.0);
        ASSERT_LT(value, 1.0);
        sum += value;
    }
    EXPECT_NEAR(sum / 100000, 0.5, 0.005); // five standard errors
}

TEST(Random, BelowIsUniform)
{
    rs_random random = rs_random_make(4, 0);
    for (const uint32_t bound : {1u, 2u, 3u, 7u}) {
        uint32_t counts[7] = {0};
        for (int i = 0; i < 70000; ++i) {
            const uint32_t value = rs_random_below(&random, bound);
            ASSERT_LT(value, bound);
            ++counts[value];
        }
        for (uint32_t value = 0; value < bound; ++value) {
            EXPECT_NEAR(counts[value], 70000.0 / bound, 800) << bound << " " << value;
        }
    }
    // Two thirds of 2^32: without rejection the lower half would come twice as often.
    const uint32_t bound = 0xaaaaaaabu;
    int low = 0;
    for (int i = 0; i < 30000; ++i) {
        low += rs_random_below(&random, bound) < bound / 2 ? 1 : 0;
    }
    EXPECT_NEAR(low, 15000, 450);
}

TEST(Hash, Xxh3KnownAnswers)
{
    EXPECT_EQ(rs_hash("", 0), UINT64_C(0x2d06800538d394c2));
    EXPECT_EQ(rs_hash("a", 1), UINT64_C(0xe6c632b61e964e1f));
    EXPECT_EQ(rs_hash("abc", 3), UINT64_C(0x78af5f94892f3950));
}

TEST(Hash, PiecesGiveTheHashOfTheWhole)
{
    std::string data;
    for (int i = 0; i < 5000; ++i) {
        data += static_cast<char>(i * 7);
    }
    for (const size_t piece : {1u, 7u, 64u, 999u, 5000u}) {
        rs_hash_state *state = nullptr;
        ASSERT_EQ(rs_hash_begin(&state, nullptr), RS_OK);
        for (size_t at = 0; at < data.size(); at += piece) {
            rs_hash_update(state, data.data() + at, std::min(piece, data.size() - at));
        }
        EXPECT_EQ(rs_hash_end(state), rs_hash(data.data(), data.size())) << piece;
    }
    rs_hash_state *state = nullptr;
    ASSERT_EQ(rs_hash_begin(&state, nullptr), RS_OK);
    EXPECT_EQ(rs_hash_end(state), rs_hash("", 0));
}

TEST(Hash, AsText)
{
    char text[RS_HASH_TEXT_BYTES];
    EXPECT_STREQ(rs_hash_text(0x123456789abcdef, text), "xxh3:0123456789abcdef");
    EXPECT_STREQ(rs_hash_text(UINT64_MAX, text), "xxh3:ffffffffffffffff");
}

} // namespace
