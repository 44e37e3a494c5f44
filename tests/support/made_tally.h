// made_tally.h - label sets, predictions and tallies that a test writes down or draws at random.
//
// Slow and obvious: ranks are positions in a list of predicted classes, sets are searched through.
#ifndef TESTS_SUPPORT_MADE_TALLY_H
#define TESTS_SUPPORT_MADE_TALLY_H

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

extern "C" {
#include "tally/count_row.h"
#include "tally/tally_impl.h"
}

namespace made {

struct Labels {
    uint32_t class_count = 0;
    std::vector<int32_t> original;
    std::vector<uint32_t> begin{0};
    std::vector<int32_t> real;

    explicit Labels(uint32_t classes) : class_count(classes)
    {
    }

    void add(int32_t y, std::vector<int32_t> set)
    {
        std::sort(set.begin(), set.end());
        original.push_back(y);
        real.insert(real.end(), set.begin(), set.end());
        begin.push_back(static_cast<uint32_t>(real.size()));
    }
    std::vector<int32_t> set(uint64_t row) const
    {
        return {real.begin() + begin[row], real.begin() + begin[row + 1]};
    }
    uint64_t rows() const
    {
        return original.size();
    }
    rs_label_view view() const
    {
        return {rows(), class_count, original.data(), begin.data(), real.data()};
    }
};

// The classes a model answers for each row, best first. An empty row is an invalid one (NaN).
using Predictions = std::vector<std::vector<int32_t>>;

inline uint32_t rank_of(const std::vector<int32_t> &ranked, int32_t label)
{
    const auto found = std::find(ranked.begin(), ranked.end(), label);
    return found == ranked.end() ? 0 : static_cast<uint32_t>(found - ranked.begin()) + 1;
}

inline rs_row_outcome outcome(const Labels &labels, uint64_t row,
                              const std::vector<int32_t> &ranked)
{
    const std::vector<int32_t> set = labels.set(row);
    rs_row_outcome out = {};
    out.original = labels.original[row];
    out.rank = out.original < 0 ? 0 : rank_of(ranked, out.original);
    out.set_size = static_cast<uint32_t>(set.size());
    out.original_in_set = std::count(set.begin(), set.end(), out.original) > 0;
    for (const int32_t label : set) {
        const uint32_t rank = rank_of(ranked, label);
        if (rank == 0) {
            continue;
        }
        if (out.best_real_rank == 0 || rank < out.best_real_rank) {
            out.best_real_rank = rank;
        }
        if (rank <= 3) {
            out.real_rank_mask |= 1u << (rank - 1);
        }
    }
    return out;
}

struct FreeTally {
    void operator()(rs_tally *tally) const
    {
        rs_tally_free(tally);
    }
};
using Tally = std::unique_ptr<rs_tally, FreeTally>;

inline rs_tally_shape shape(uint32_t classes, std::vector<uint32_t> topk = {1, 5},
                            uint32_t depth = 0)
{
    rs_tally_shape made = {};
    made.classes = classes;
    made.topk_count = static_cast<uint32_t>(topk.size());
    std::copy(topk.begin(), topk.end(), made.topk);
    made.depth = depth == 0 ? classes : depth;
    made.labels_hash = 0x1234;
    return made;
}

inline Tally empty(const rs_tally_shape &shape)
{
    rs_tally *tally = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_tally_create(&shape, &tally, &error), RS_OK) << error.reason;
    return Tally(tally);
}

// Rows `range` of `labels`, scored by hand.
inline Tally score(const Labels &labels, const Predictions &predictions, rs_row_range range,
                   const rs_tally_shape &shape)
{
    Tally tally = empty(shape);
    const rs_label_view view = labels.view();
    rs_error error = {};
    EXPECT_EQ(rs_tally_count_labels(tally.get(), &view, range, &error), RS_OK) << error.reason;
    for (uint64_t row = range.begin; row < range.end; ++row) {
        const rs_row_outcome out = outcome(labels, row, predictions[row]);
        rs_count_row(rs_tally_counters(tally.get()), &tally->layout, shape.topk, &out);
        rs_tally_counters(tally.get())[RS_COUNT_NAN_ROWS] += predictions[row].empty();
    }
    return tally;
}

inline Tally score(const Labels &labels, const Predictions &predictions,
                   const rs_tally_shape &shape)
{
    return score(labels, predictions, {0, labels.rows()}, shape);
}

// Sets of 0 to `largest_set` labels, one in ten original labels unknown, usually y in R.
inline Labels random_labels(uint64_t rows, uint32_t classes, uint32_t largest_set,
                            std::mt19937 &draw)
{
    Labels labels(classes);
    std::uniform_int_distribution<int32_t> any_class(0, static_cast<int32_t>(classes) - 1);
    for (uint64_t row = 0; row < rows; ++row) {
        const int32_t y = draw() % 10 == 0 ? RS_CLASS_UNKNOWN : any_class(draw);
        const uint32_t size = static_cast<uint32_t>(draw() % (largest_set + 1));
        std::vector<int32_t> set;
        if (size > 0 && y >= 0 && draw() % 4 != 0) {
            set.push_back(y);
        }
        while (set.size() < size) {
            const int32_t label = any_class(draw);
            if (std::count(set.begin(), set.end(), label) == 0) {
                set.push_back(label);
            }
        }
        labels.add(y, set);
    }
    return labels;
}

// Full rankings of which the first is often right; one row in fifty is invalid.
inline Predictions random_predictions(const Labels &labels, std::mt19937 &draw)
{
    Predictions predictions;
    for (uint64_t row = 0; row < labels.rows(); ++row) {
        std::vector<int32_t> ranked;
        if (draw() % 50 != 0) {
            for (uint32_t c = 0; c < labels.class_count; ++c) {
                ranked.push_back(static_cast<int32_t>(c));
            }
            std::shuffle(ranked.begin(), ranked.end(), draw);
            const std::vector<int32_t> set = labels.set(row);
            const int32_t wanted =
                !set.empty() && draw() % 3 == 0 ? set[draw() % set.size()] : labels.original[row];
            if (wanted >= 0 && draw() % 4 != 0) {
                std::swap(ranked[0], *std::find(ranked.begin(), ranked.end(), wanted));
            }
        }
        predictions.push_back(ranked);
    }
    return predictions;
}

} // namespace made

#endif
