// Rows dealt out over processes: against the lists that samplers make.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

extern "C" {
#include "labels/deal.h"
#include "reassess/labels.h"
}

namespace {

using Rows = std::vector<uint32_t>;

// What each process has, as the samplers themselves say it.
std::vector<Rows> Ranks(const rs_deal &deal, uint32_t rows)
{
    std::vector<Rows> ranks(deal.ranks);
    if (deal.kind == RS_DEAL_BATCHES) {
        for (uint32_t row = 0; row < rows; ++row) {
            ranks[row / deal.batch % deal.ranks].push_back(row);
        }
    } else if (deal.kind == RS_DEAL_BLOCKS) {
        uint32_t row = 0;
        for (uint32_t r = 0; r < deal.ranks; ++r) {
            const uint32_t size = rows / deal.ranks + (r < rows % deal.ranks ? 1 : 0);
            for (uint32_t k = 0; k < size; ++k) {
                ranks[r].push_back(row++);
            }
        }
    } else {
        uint32_t dealt = rows;
        if (deal.kind != RS_DEAL_ROWS) {
            dealt += (deal.ranks - rows % deal.ranks) % deal.ranks;
        }
        for (uint32_t row = 0; row < dealt; ++row) {
            ranks[row % deal.ranks].push_back(row % rows);
        }
    }
    return ranks;
}

Rows Joined(const rs_deal &deal, uint32_t rows)
{
    const std::vector<Rows> ranks = Ranks(deal, rows);
    Rows joined;
    const size_t step =
        deal.batch == 0 || deal.kind == RS_DEAL_BATCHES ? size_t{1} << 30 : deal.batch;
    for (size_t begin = 0; begin < ranks[0].size(); begin += step) {
        for (const Rows &rank : ranks) {
            for (size_t k = begin; k < std::min(rank.size(), begin + step); ++k) {
                joined.push_back(rank[k]);
            }
        }
    }
    if (deal.kind == RS_DEAL_TRUNCATED) {
        joined.resize(rows);
    }
    return joined;
}

TEST(Deal, places_are_those_of_samplers)
{
    for (const uint32_t rows : {1u, 7u, 64u, 100u, 1001u}) {
        for (const uint32_t ranks : {2u, 3u, 7u, 64u}) {
            for (const uint32_t batch : {0u, 1u, 2u, 5u, 16u, 200u}) {
                for (int kind = 0; kind < RS_DEAL_KINDS; ++kind) {
                    const rs_deal deal = {ranks, batch, static_cast<rs_deal_kind>(kind)};
                    if (kind == RS_DEAL_BATCHES && batch == 0) {
                        continue;
                    }
                    char text[64];
                    rs_deal_format(&deal, text, sizeof text);
                    SCOPED_TRACE(std::string(text) + " of " + std::to_string(rows));
                    const Rows want = Joined(deal, rows);
                    ASSERT_EQ(rs_deal_rows(&deal, rows), want.size());
                    Rows place(want.size());
                    rs_deal_places(&deal, rows, place.data());
                    ASSERT_EQ(place, want);
                    size_t said = 0;
                    for (uint32_t i = 0; i < want.size(); ++i) {
                        const uint32_t one = rs_deal_place(&deal, rows, i);
                        ASSERT_TRUE(one == want[i] || (one == UINT32_MAX && batch > 0)) << i;
                        said += one != UINT32_MAX;
                    }
                    if (batch == 0 || kind == RS_DEAL_BATCHES) {
                        ASSERT_EQ(said, want.size());
                    } else {
                        ASSERT_GE(said, rows / ranks / batch * batch * ranks);
                    }
                    rs_deal again = {};
                    ASSERT_TRUE(rs_deal_parse(text, &again));
                    ASSERT_EQ(again.ranks, ranks);
                    ASSERT_EQ(again.batch, batch);
                    ASSERT_EQ(again.kind, deal.kind);
                }
            }
        }
    }
}

TEST(Deal, texts_that_say_nothing)
{
    rs_deal deal = {};
    for (const char *text : {"", "1", "0", "-2", "8:", "8:0", "8:x", "8:64:", "8:64:round", "8:64 ",
                             "8:batches", "4097", "8:1048577", "8:64:rows:1", " 8",
                             "99999999999999999999"}) {
        EXPECT_FALSE(rs_deal_parse(text, &deal)) << text;
    }
    EXPECT_TRUE(rs_deal_parse("8:padded", &deal));
    EXPECT_EQ(deal.batch, 0u);
    EXPECT_EQ(deal.kind, RS_DEAL_PADDED);
}

// Rows of an order dealt out, and labels by it: an image that comes again has none.
TEST(Deal, labels_of_padded_rows_count_once)
{
    const std::vector<int32_t> original = {4, 3, 2, 1, 0};
    const std::vector<uint32_t> begin = {0, 1, 2, 3, 4, 6};
    const std::vector<int32_t> sets = {4, 3, 2, 1, 0, 1};
    rs_labels *labels = nullptr, *reordered = nullptr;
    rs_order *folders = nullptr, *dealt = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_labels_create(5, 5, original.data(), begin.data(), sets.data(), &labels, &error),
              RS_OK);
    ASSERT_EQ(rs_order_create(labels, RS_ORDER_IMAGEFOLDER, nullptr, &folders, &error), RS_OK);
    ASSERT_EQ(rs_order_deal(folders, "3:1:padded", &dealt, &error), RS_OK) << error.reason;
    ASSERT_EQ(rs_order_rows(dealt), 6u);
    const Rows images(rs_order_get(dealt), rs_order_get(dealt) + 6);
    EXPECT_EQ(images, (Rows{4, 3, 2, 1, 0, 4}));
    ASSERT_EQ(rs_labels_reorder(labels, dealt, &reordered, &error), RS_OK) << error.reason;
    const rs_label_view *const view = rs_labels_get_view(reordered);
    ASSERT_EQ(view->rows, 6u);
    EXPECT_EQ(std::vector<int32_t>(view->original, view->original + 6),
              (std::vector<int32_t>{0, 1, 2, 3, 4, RS_CLASS_UNKNOWN}));
    EXPECT_EQ(Rows(view->real_begin, view->real_begin + 7), (Rows{0, 2, 3, 4, 5, 6, 6}));
    rs_labels_free(reordered);
    rs_order_free(dealt);
    EXPECT_EQ(rs_order_deal(folders, "3:1:paddled", &dealt, &error), RS_USAGE);
    EXPECT_EQ(dealt, nullptr);
    EXPECT_NE(std::string(error.reason).find("\"3:1:paddled\" does not say"), std::string::npos);
    rs_order_free(folders);
    rs_labels_free(labels);
}

}  // namespace
