// Arithmetic that cannot wrap, and allocation on top of it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

extern "C" {
#include "base/checked.h"
}

namespace {

TEST(Checked, SumsAndProductsThatFit)
{
    uint64_t out = 0;
    EXPECT_TRUE(rs_add_u64(UINT64_MAX - 1, 1, &out));
    EXPECT_EQ(out, UINT64_MAX);
    EXPECT_FALSE(rs_add_u64(UINT64_MAX, 1, &out));
    EXPECT_FALSE(rs_add_u64(UINT64_MAX, UINT64_MAX, &out));
    EXPECT_TRUE(rs_mul_u64(UINT64_C(1) << 32, (UINT64_C(1) << 32) - 1, &out));
    EXPECT_EQ(out, UINT64_MAX - UINT32_MAX);
    EXPECT_FALSE(rs_mul_u64(UINT64_C(1) << 32, UINT64_C(1) << 32, &out));
    EXPECT_TRUE(rs_mul_u64(0, UINT64_MAX, &out));
    EXPECT_EQ(out, 0u);
    // In place, as callers do.
    uint64_t same = 5;
    EXPECT_TRUE(rs_mul_u64(same, 7, &same));
    EXPECT_EQ(same, 35u);
}

TEST(Checked, AllocationIsZeroed)
{
    void *memory = nullptr;
    ASSERT_EQ(rs_alloc(&memory, 1000, 8, "x", nullptr), RS_OK);
    for (int i = 0; i < 8000; ++i) {
        ASSERT_EQ(static_cast<char *>(memory)[i], 0);
    }
    free(memory);
}

TEST(Checked, AnEmptyArrayIsAPlaceToo)
{
    void *memory = nullptr;
    ASSERT_EQ(rs_alloc(&memory, 0, 8, "x", nullptr), RS_OK);
    EXPECT_NE(memory, nullptr);
    ASSERT_EQ(rs_realloc(&memory, 0, 8, "x", nullptr), RS_OK);
    EXPECT_NE(memory, nullptr);
    free(memory);
}

TEST(Checked, AlignedMemoryStartsACacheLine)
{
    for (const uint64_t count : {0, 1, 63, 64, 65, 1000}) {
        void *memory = nullptr;
        ASSERT_EQ(rs_alloc_aligned(&memory, count, 1, "x", nullptr), RS_OK);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 64, 0u);
        free(memory);
    }
}

TEST(Checked, SizesThatCannotBeAreErrors)
{
    const struct {
        uint64_t count;
        size_t size;
        const char *reason;
    } bad[] = {
        {UINT64_MAX, 2, "no memory for 18446744073709551615 bytes of x"},
        {UINT64_C(1) << 61, 8, "no memory for 18446744073709551615 bytes of x"},
        {UINT64_C(1) << 63, 1, "no memory for 18446744073709551615 bytes of x"},
    };
    for (const auto &one : bad) {
        rs_error error = {};
        char there = 0;
        void *memory = &there;
        EXPECT_EQ(rs_alloc(&memory, one.count, one.size, "x", &error), RS_MEMORY);
        EXPECT_EQ(memory, nullptr);
        EXPECT_STREQ(error.reason, one.reason);
        memory = &there;
        EXPECT_EQ(rs_alloc_aligned(&memory, one.count, one.size, "x", &error), RS_MEMORY);
        EXPECT_EQ(memory, nullptr);
        memory = &there;
        EXPECT_EQ(rs_realloc(&memory, one.count, one.size, "x", &error), RS_MEMORY);
        EXPECT_EQ(memory, &there); // as it was
    }
}

TEST(Checked, ARoomGrowsWhenAllOfItIsTaken)
{
    uint32_t *list = nullptr;
    uint64_t capacity = 0;
    for (uint32_t count = 0; count < 10000; ++count) {
        const uint64_t before = capacity;
        ASSERT_EQ(RS_ROOM(&list, count, &capacity, "x", nullptr), RS_OK);
        ASSERT_EQ(capacity > before, count == before) << count; // by far not for each
        ASSERT_GT(capacity, count);
        list[count] = count;
    }
    for (uint32_t count = 0; count < 10000; ++count) {
        ASSERT_EQ(list[count], count);
    }
    EXPECT_LE(capacity, 4u * 10000);
    free(list);
}

TEST(Checked, ReallocKeepsWhatWasThere)
{
    void *memory = nullptr;
    ASSERT_EQ(rs_realloc(&memory, 3, 1, "x", nullptr), RS_OK);
    memcpy(memory, "abc", 3);
    ASSERT_EQ(rs_realloc(&memory, 100000, 1, "x", nullptr), RS_OK);
    EXPECT_EQ(std::string(static_cast<char *>(memory), 3), "abc");
    free(memory);
}

struct ThreeBytes {
    char byte[3];
};

TEST(Checked, TheTypeSaysTheSize)
{
    ThreeBytes *array = nullptr;
    ASSERT_EQ(RS_NEW(&array, 1000, "x", nullptr), RS_OK);
    for (int i = 0; i < 3000; ++i) {
        ASSERT_EQ(array[i / 3].byte[i % 3], 0);
    }
    array[999].byte[2] = 'z';
    ASSERT_EQ(RS_GROW(&array, 100000, "x", nullptr), RS_OK);
    EXPECT_EQ(array[999].byte[2], 'z');
    array[99999].byte[2] = 'z'; // a sanitizer's business
    free(array);
    ASSERT_EQ(RS_NEW_ALIGNED(&array, 65, "x", nullptr), RS_OK);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(array) % 64, 0u);
    array[64].byte[2] = 'z';
    free(array);
    ASSERT_EQ(RS_NEW_ROWS(&array, 10, 1 + 1, "x", nullptr), RS_OK);
    array[19].byte[2] = 'z';
    EXPECT_EQ(array[18].byte[2], 0);
    free(array);
}

TEST(Checked, TheTypeSaysTheSizeInErrors)
{
    ThreeBytes there = {};
    ThreeBytes *array = &there;
    rs_error error = {};
    const uint64_t most = PTRDIFF_MAX;
    EXPECT_EQ(RS_NEW(&array, most / 3 + 1, "x", &error), RS_MEMORY);
    EXPECT_EQ(array, nullptr);
    EXPECT_STREQ(error.reason, "no memory for 18446744073709551615 bytes of x");
    EXPECT_EQ(RS_NEW_ROWS(&array, most / 6 + 1, 2, "x", &error), RS_MEMORY);
    array = &there;
    EXPECT_EQ(RS_NEW_ALIGNED(&array, most / 3 + 1, "x", &error), RS_MEMORY);
    EXPECT_EQ(array, nullptr);
    array = &there;
    EXPECT_EQ(RS_GROW(&array, most / 3 + 1, "x", &error), RS_MEMORY);
    EXPECT_EQ(array, &there); // as it was
}

TEST(Checked, TextsAreCopied)
{
    char *copy = nullptr;
    const std::string text = "hello";
    ASSERT_EQ(rs_copy_text(&copy, text.c_str(), nullptr), RS_OK);
    EXPECT_STREQ(copy, "hello");
    EXPECT_NE(copy, text.c_str());
    free(copy);
    ASSERT_EQ(rs_copy_text(&copy, nullptr, nullptr), RS_OK);
    EXPECT_EQ(copy, nullptr);
}

} // namespace
