// Row coverage against a set of row numbers.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

extern "C" {
#include "tally/row_cover.h"
}

namespace {

class Cover {
  public:
    Cover() = default;
    Cover(uint64_t begin, uint64_t end)
    {
        rs_row_range range = {begin, end};
        const rs_row_cover one = {&range, 1};
        const rs_row_cover none = {};
        EXPECT_EQ(rs_row_cover_join(&none, &one, &cover_, nullptr), RS_OK);
    }
    Cover(const Cover &) = delete;
    Cover &operator=(const Cover &) = delete;
    ~Cover()
    {
        rs_row_cover_clear(&cover_);
    }
    rs_row_cover *get()
    {
        return &cover_;
    }
    bool join(Cover *other, uint64_t *twice)
    {
        rs_row_cover joined;
        rs_error error = {};
        const rs_status status = rs_row_cover_join(&cover_, other->get(), &joined, &error);
        if (status != RS_OK) {
            EXPECT_EQ(status, RS_MISMATCH);
            EXPECT_EQ(joined.count, 0u);
            *twice = error.place.at;
            return false;
        }
        rs_row_cover_clear(&cover_);
        cover_ = joined;
        return true;
    }

  private:
    rs_row_cover cover_ = {};
};

TEST(RowCover, MergesNeighboursAndKeepsGaps)
{
    Cover cover(10, 20);
    Cover right(20, 30);
    Cover far(31, 40);
    Cover left(5, 10);
    uint64_t twice = 0;
    ASSERT_TRUE(cover.join(&far, &twice));
    ASSERT_TRUE(cover.join(&right, &twice));
    ASSERT_TRUE(cover.join(&left, &twice));
    ASSERT_EQ(cover.get()->count, 2u);
    EXPECT_EQ(cover.get()->range[0].begin, 5u);
    EXPECT_EQ(cover.get()->range[0].end, 30u);
    EXPECT_EQ(cover.get()->range[1].begin, 31u);
    EXPECT_EQ(cover.get()->range[1].end, 40u);
    EXPECT_EQ(rs_row_cover_rows(cover.get()), 34u);
}

TEST(RowCover, AgreesWithASetOfRows)
{
    std::mt19937 draw(11);
    for (int trial = 0; trial < 300; ++trial) {
        Cover cover;
        std::set<uint64_t> rows;
        for (int step = 0; step < 12; ++step) {
            const uint64_t begin = draw() % 80;
            const uint64_t end = begin + 1 + draw() % 10;
            uint64_t first_twice = UINT64_MAX;
            for (uint64_t row = begin; row < end && first_twice == UINT64_MAX; ++row) {
                first_twice = rows.count(row) > 0 ? row : first_twice;
            }
            Cover added(begin, end);
            uint64_t twice = UINT64_MAX;
            EXPECT_EQ(cover.join(&added, &twice), first_twice == UINT64_MAX);
            EXPECT_EQ(twice, first_twice);
            for (uint64_t row = begin; row < end && first_twice == UINT64_MAX; ++row) {
                rows.insert(row);
            }
            EXPECT_EQ(rs_row_cover_rows(cover.get()), rows.size());
            for (size_t i = 1; i < cover.get()->count; ++i) {
                EXPECT_GT(cover.get()->range[i].begin, cover.get()->range[i - 1].end);
            }
        }
    }
}

} // namespace
