// The checksum of zip archives, beside zlib's: lengths, places, parts, what comes before.
#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <vector>

extern "C" {
#include "base/crc32.h"
}

namespace {

std::vector<uint8_t> Bytes(size_t count)
{
    std::mt19937 random(7);
    std::vector<uint8_t> bytes(count);
    for (uint8_t &byte : bytes) {
        byte = static_cast<uint8_t>(random());
    }
    return bytes;
}

uint32_t Expected(uint32_t crc, const uint8_t *data, size_t size)
{
    return static_cast<uint32_t>(crc32(crc, data, static_cast<uInt>(size)));
}

uint32_t InParts(uint32_t crc, const uint8_t *data, const std::vector<size_t> &parts)
{
    rs_crc32_sum sum;
    rs_crc32_begin(&sum, crc);
    for (const size_t part : parts) {
        rs_crc32_add(&sum, data, part);
        data += part;
    }
    return rs_crc32_end(&sum);
}

TEST(Crc32, KnownSums)
{
    const auto *const digits = reinterpret_cast<const uint8_t *>("123456789");
    EXPECT_EQ(rs_crc32(0, digits, 9), 0xcbf43926u);
    EXPECT_EQ(InParts(0, digits, {9}), 0xcbf43926u);
    EXPECT_EQ(InParts(0, digits, {}), 0u);
    EXPECT_EQ(InParts(0x12345678u, digits, {0, 0}), 0x12345678u);
}

// Around every length where another loop, word or round of kept words begins; at odd addresses.
TEST(Crc32, EveryLengthGivesTheSumOfZlib)
{
    const std::vector<uint8_t> bytes = Bytes(3 * RS_CRC32_WORDS * RS_CRC32_WORD + 200);
    const size_t words[] = {0,   1,   2,   88,  89,  90,  117, 145, 155,
                            183, 211, 299, 300, 301, 455, 600, 899};
    for (const size_t count : words) {
        for (size_t more = 0; more < 70; ++more) {
            const size_t size = count * RS_CRC32_WORD + more;
            const uint8_t *const from = bytes.data() + more % 3;
            const uint32_t before = more % 2 == 0 ? 0 : 0x9e3779b9u * static_cast<uint32_t>(size);
            EXPECT_EQ(InParts(before, from, {size}), Expected(before, from, size)) << size;
        }
    }
}

TEST(Crc32, PartsGiveTheSumOfTheWhole)
{
    const std::vector<uint8_t> bytes = Bytes(60000);
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        std::vector<size_t> parts;
        size_t size = 0;
        for (const size_t longest : {40u, 5u, 9000u, 31u, 33u, 20000u, 1u, 12000u}) {
            parts.push_back(random() % (longest + 1));
            size += parts.back();
        }
        const uint32_t before = static_cast<uint32_t>(random());
        ASSERT_EQ(InParts(before, bytes.data(), parts), Expected(before, bytes.data(), size));
    }
}

TEST(Crc32, LongOnesAtOnce)
{
    const std::vector<uint8_t> bytes = Bytes((1 << 20) + 13);
    for (const size_t size : {size_t{131071}, size_t{131072}, size_t{131073}, bytes.size()}) {
        EXPECT_EQ(rs_crc32(5, bytes.data(), size), Expected(5, bytes.data(), size));
    }
}

TEST(Crc32, SumsOfNeighboursAreJoined)
{
    const std::vector<uint8_t> bytes = Bytes(5000);
    for (const size_t cut : {size_t{0}, size_t{1}, size_t{2048}, size_t{4999}, size_t{5000}}) {
        const uint32_t first = rs_crc32(0, bytes.data(), cut);
        const uint32_t second = rs_crc32(0, bytes.data() + cut, bytes.size() - cut);
        EXPECT_EQ(rs_crc32_join(first, second, bytes.size() - cut),
                  Expected(0, bytes.data(), bytes.size()));
    }
}

TEST(Crc32, EveryBitCounts)
{
    std::vector<uint8_t> bytes = Bytes(1000 * RS_CRC32_WORD);
    const uint32_t sound = InParts(0, bytes.data(), {bytes.size()});
    for (size_t at = 0; at < bytes.size(); at += 97) {
        bytes[at] ^= static_cast<uint8_t>(1u << at % 8);
        ASSERT_NE(InParts(0, bytes.data(), {bytes.size()}), sound) << at;
        bytes[at] ^= static_cast<uint8_t>(1u << at % 8);
    }
}

} // namespace
