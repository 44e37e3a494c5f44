// From where on rows are tried in another order: how many of those that are looked at have to be
// right, the last number on the one side and the first on the other.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

extern "C" {
#include "evaluate/diagnose_impl.h"
}

namespace {

// Rows without an answer, of images of which no two near each other are of one class.
struct Rows {
    explicit Rows(uint64_t count) : answers(count, -1), begin(count + 1, 0)
    {
        for (uint64_t i = 0; i < count; ++i) {
            labels.push_back(static_cast<int32_t>(i * 37 % 1999));
        }
    }
    void is(uint64_t row, uint64_t image)
    {
        answers[row] = labels[image];
    }
    template <class Find> void ask(Find find)
    {
        rs_label_view view = {};
        view.rows = labels.size();
        view.classes = 1999;
        view.original = labels.data();
        view.real_begin = begin.data();
        const rs_trial trial = {&view, answers.data(), 1};
        rs_base_orders orders = {};
        orders.count = 1;
        orders.order[0].name = "file-name order";
        orders.order[0].option = "";
        orders.order[0].used = true;
        rs_error error = {};
        EXPECT_EQ(find(&trial, &orders, &error), RS_OK) << error.reason;
    }
    rs_found_rows rows()
    {
        rs_found_rows found = {};
        ask([&](const rs_trial *trial, const rs_base_orders *orders, rs_error *error) {
            return rs_find_rows(trial, orders, &found, error);
        });
        return found;
    }
    rs_guess ranks()
    {
        rs_guess guess = {};
        ask([&](const rs_trial *trial, const rs_base_orders *orders, rs_error *error) {
            return rs_guess_ranks(trial, orders, &guess, error);
        });
        return guess;
    }
    std::vector<int32_t> labels, answers;
    std::vector<uint32_t> begin;
};

// Of 6,400 rows every 100th is looked at: 6 of 64 have to be right, each in its batch of two.
TEST(RowsLimits, batches_turned_round)
{
    const auto turned = [](uint64_t right) {
        Rows made(6400);
        for (uint64_t k = 0; k < right; ++k) {
            made.is(100 * k, 100 * k + 1);
        }
        for (uint64_t i = 0; i < 20; ++i) { // of those between them nobody asks
            made.is(102 * i + 11, 102 * i + 10);
        }
        return made.rows();
    };
    EXPECT_EQ(turned(5).fit.right, 0u);
    const rs_found_rows found = turned(6);
    EXPECT_EQ(found.kind, RS_ROWS_MIRRORED);
    EXPECT_EQ(found.begin, 2u);
    EXPECT_GE(found.fit.right, 6u);
    // a batch is at most half of the rows, and 1,024
    const auto batch = [](uint64_t rows, uint64_t size) {
        Rows made(rows);
        for (uint64_t i = 0; i < rows; ++i) {
            const uint64_t from = i / size * size;
            made.is(i, from + std::min(from + size, rows) - 1 - i);
        }
        return made.rows();
    };
    EXPECT_EQ(batch(1000, 500).begin, 500u);
    EXPECT_EQ(batch(1000, 500).fit.right, 1000u);
    EXPECT_NE(batch(1000, 501).fit.right, 1000u);
    EXPECT_EQ(batch(2048, 1024).begin, 1024u);
    EXPECT_EQ(batch(2048, 1024).fit.right, 2048u);
    EXPECT_NE(batch(2050, 1025).fit.right, 2050u);
}

// Of 6,400 rows every 100th is looked at: 6 of 64 have to be right, each of an image half as far
// from the first. Up to 32 views of an image are told.
TEST(RowsLimits, views_of_each_image)
{
    const auto two = [](uint64_t right) {
        Rows made(6400);
        for (uint64_t k = 1; k <= right; ++k) {
            made.is(100 * k, 50 * k);
        }
        return made.rows();
    };
    EXPECT_EQ(two(5).fit.right, 0u);
    EXPECT_EQ(two(6).kind, RS_ROWS_VIEWS);
    EXPECT_EQ(two(6).begin, 2u);
    EXPECT_EQ(two(6).fit.right, 6u);
    const auto many = [](uint64_t views) {
        Rows made(6400);
        for (uint64_t i = 0; i < 6400; ++i) {
            made.is(i, i / views);
        }
        return made.rows();
    };
    EXPECT_EQ(many(32).begin, 32u);
    EXPECT_EQ(many(32).fit.right, 6400u);
    EXPECT_NE(many(33).fit.right, 6400u);
}

// Of 2,048 rows every third is looked at, of fewer than 1,024 each order is tried.
TEST(RowsLimits, all_rows_turned_round)
{
    const auto turned = [](uint64_t rows, uint64_t step, uint64_t right) {
        Rows made(rows);
        for (uint64_t k = 0; k < right; ++k) {
            made.is(step * k, rows - 1 - step * k);
        }
        return made.rows();
    };
    EXPECT_EQ(turned(2048, 3, 6).kind, RS_ROWS_REVERSED);
    EXPECT_EQ(turned(2048, 3, 6).fit.right, 6u);
    EXPECT_EQ(turned(2048, 3, 5).fit.right, 0u);
    EXPECT_EQ(turned(1023, 2, 1).fit.right, 1u);
    EXPECT_EQ(turned(1024, 2, 1).fit.right, 0u);
}

// 26 rows more than where they stand
TEST(RowsLimits, rows_moved_by_one)
{
    const auto moved = [](uint64_t rows, int by) {
        Rows made(1030);
        for (uint64_t i = 0; i < 1030; ++i) {
            const bool is_moved = i + rows >= 1029 && i != 1029;
            made.is(i, by > 0 && is_moved ? i + 1 : by < 0 && i + rows >= 1030 ? i - 1 : i);
        }
        if (by > 0) {
            made.answers[1029] = -1; // there is no next one
        }
        return made.rows();
    };
    const rs_found_rows lost = moved(26, 1);
    EXPECT_EQ(lost.kind, RS_ROWS_LOST);
    EXPECT_EQ(lost.begin, 1003u);
    EXPECT_EQ(lost.fit.right, 1029u);
    EXPECT_NE(moved(25, 1).fit.right, 1029u);
    const rs_found_rows doubled = moved(26, -1);
    EXPECT_EQ(doubled.kind, RS_ROWS_DOUBLED);
    EXPECT_EQ(doubled.begin, 1004u);
    EXPECT_EQ(doubled.fit.right, 1029u); // one row is of no image
    EXPECT_NE(moved(25, -1).fit.right, 1029u);
}

// Files of two ranks, the second one first: of the first block every 51st row is looked at.
TEST(RowsLimits, files_of_ranks)
{
    const auto swapped = [](uint64_t rows, uint64_t looked, uint64_t right) {
        Rows made(rows);
        const uint64_t half = rows / 2;
        for (uint64_t i = 0; i < half; ++i) {
            made.is(half + i, 2 * i);
            if (i % looked != 0 || i / looked < right) {
                made.is(i, 2 * i + 1);
            }
        }
        return made.ranks();
    };
    const rs_guess found = swapped(6400, 51, 8);
    EXPECT_EQ(found.fit.right, 6400u - 63 + 8);
    EXPECT_STREQ(found.what, "rows look like those of file-name order dealt out over 2 processes, "
                             "one behind the other, but from process 1, 0 on");
    EXPECT_EQ(swapped(6400, 51, 7).fit.right, 0u);
    EXPECT_EQ(swapped(1000, 8, 63).fit.right, 1000u);
    EXPECT_EQ(swapped(998, 8, 63).fit.right, 0u);
}

// A row that is right by its set as well counts twice.
TEST(RowsLimits, ranks_by_sets)
{
    const auto swapped = [](uint64_t right, uint64_t with_sets) {
        Rows made(6400);
        std::vector<int32_t> sets;
        for (uint64_t i = 0; i < 3200; ++i) {
            made.is(3200 + i, 2 * i);
            if (i % 51 != 0 || i / 51 < right) {
                made.is(i, 2 * i + 1);
            }
        }
        uint64_t given = 0;
        for (uint64_t image = 0; image < 6400; ++image) {
            if (image % 102 == 1 && given < with_sets) {
                sets.push_back(made.labels[image]);
                ++given;
            }
            made.begin[image + 1] = static_cast<uint32_t>(sets.size());
        }
        rs_guess guess = {};
        rs_label_view view = {};
        view.rows = 6400;
        view.classes = 1999;
        view.original = made.labels.data();
        view.real_begin = made.begin.data();
        view.real_class = sets.data();
        const rs_trial trial = {&view, made.answers.data(), 1};
        rs_base_orders orders = {};
        orders.count = 1;
        orders.order[0].name = "file-name order";
        rs_error error = {};
        EXPECT_EQ(rs_guess_ranks(&trial, &orders, &guess, &error), RS_OK);
        return guess.fit.right;
    };
    EXPECT_EQ(swapped(4, 3), 0u);
    EXPECT_EQ(swapped(4, 4), 6400u - 63 + 4);
}

} // namespace
