// Mean average precision: scikit-learn's values, and a plain account that compares every two rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "labels/label_case.h"

extern "C" {
#include "base/float_type.h"
#include "evaluate/average_precision.h"
}

namespace {

struct PrecisionCase {
    uint32_t rows, classes, levels;
    uint64_t seed;
    uint32_t with_positives;
    uint64_t kept;
    double mean;
};

#include "evaluate/average_precision_reference.inc"

constexpr rs_dtype kFloats[] = {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16, RS_DTYPE_F64};

// Scores and label sets, a column a class.
struct Task {
    uint32_t rows, classes;
    std::vector<double> score;
    Sets sets;
    double at(uint64_t row, uint32_t column) const { return score[row * classes + column]; }
};

// As average_precision_reference.py makes them.
Task MakeTask(uint32_t rows, uint32_t classes, uint32_t levels, uint64_t seed)
{
    Task task{rows, classes, {}, Sets(rows)};
    uint64_t state = seed;
    const auto draw = [&state](uint64_t below) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % below;
    };
    for (uint32_t i = 0; i < rows; ++i) {
        for (uint32_t c = 0; c < classes; ++c) {
            const bool positive = draw(classes + 2) < 2;
            const uint64_t level = draw(levels) + (positive ? levels / 3 : 0);
            task.score.push_back(static_cast<double>(level) / 4 - 8);
            if (positive) {
                task.sets[i].push_back(static_cast<int32_t>(c));
            }
        }
    }
    return task;
}

std::string Encode(const std::vector<double> &values, rs_dtype dtype)
{
    std::string bytes;
    for (const double value : values) {
        const auto add = [&bytes](auto bits) {
            bytes.append(reinterpret_cast<const char *>(&bits), sizeof bits);
        };
        switch (dtype) {
        case RS_DTYPE_F32:
            add(rs_f32_encode(value));
            break;
        case RS_DTYPE_F16:
            add(rs_f16_encode(value));
            break;
        case RS_DTYPE_BF16:
            add(rs_bf16_encode(value));
            break;
        default:
            add(rs_f64_encode(value));
        }
    }
    return bytes;
}

struct Asked {
    rs_dtype dtype = RS_DTYPE_F32;
    uint32_t classes = 0; // of the labels; 0: as many as columns
    const rs_class_map *map = nullptr;
    uint64_t begin = 0, end = UINT64_MAX;
    const volatile sig_atomic_t *stop = nullptr;
};

rs_status Compute(const Task &task, const Asked &asked, rs_mean_precision *found)
{
    const std::string bytes = Encode(task.score, asked.dtype);
    const Labels labels = CreateLabels(asked.classes != 0 ? asked.classes : task.classes, {},
                                       task.sets);
    rs_source *source = nullptr;
    EXPECT_EQ(rs_source_open_memory(bytes.data(), asked.dtype, task.rows, task.classes,
                                    task.classes * rs_dtype_bytes(asked.dtype), &source, nullptr),
              RS_OK);
    rs_precision_rows of = {};
    of.source = source;
    of.labels = rs_labels_get_view(labels.get());
    of.map = asked.map;
    of.rows = {asked.begin, asked.end < task.rows ? asked.end : task.rows};
    of.stop = asked.stop;
    const rs_status status = rs_average_precision(&of, found, nullptr);
    rs_source_close(source);
    return status;
}

// Of class c, whose score is that of the best of its columns: for each row that has it, the share
// of those that have it among all rows with at least its score.
double PlainMean(const Task &task, const std::vector<std::vector<uint32_t>> &columns_of,
                 uint64_t begin, uint64_t end, uint32_t *classes)
{
    std::vector<uint64_t> rows;
    for (uint64_t i = begin; i < end; ++i) {
        bool valid = !task.sets[i].empty();
        for (const auto &columns : columns_of) {
            for (const uint32_t j : columns) {
                valid = valid && !std::isnan(task.at(i, j));
            }
        }
        if (valid) {
            rows.push_back(i);
        }
    }
    const auto has = [&task](uint64_t row, size_t c) {
        const auto &set = task.sets[row];
        return std::find(set.begin(), set.end(), static_cast<int32_t>(c)) != set.end();
    };
    double total = 0;
    *classes = 0;
    for (size_t c = 0; c < columns_of.size(); ++c) {
        const auto score = [&](uint64_t row) {
            double best = -std::numeric_limits<double>::infinity();
            for (const uint32_t j : columns_of[c]) {
                best = std::max(best, task.at(row, j));
            }
            return best;
        };
        double sum = 0;
        int positives = 0;
        for (const uint64_t i : rows) {
            int reached = 0, right = 0;
            for (const uint64_t k : rows) {
                reached += score(k) >= score(i);
                right += score(k) >= score(i) && has(k, c);
            }
            sum += has(i, c) ? static_cast<double>(right) / reached : 0;
            positives += has(i, c);
        }
        if (positives > 0 && !columns_of[c].empty()) {
            total += sum / positives;
            *classes += 1;
        }
    }
    return total / *classes;
}

std::vector<std::vector<uint32_t>> OneColumnEach(uint32_t classes)
{
    std::vector<std::vector<uint32_t>> columns_of(classes);
    for (uint32_t c = 0; c < classes; ++c) {
        columns_of[c] = {c};
    }
    return columns_of;
}

TEST(AveragePrecision, IsThatOfScikitLearn)
{
    for (const PrecisionCase &wanted : kPrecisions) {
        const Task task = MakeTask(wanted.rows, wanted.classes, wanted.levels, wanted.seed);
        for (const rs_dtype dtype : kFloats) { // whose values are exact in all of them
            Asked asked;
            asked.dtype = dtype;
            rs_mean_precision found = {};
            ASSERT_EQ(Compute(task, asked, &found), RS_OK);
            EXPECT_TRUE(found.measured);
            EXPECT_EQ(found.reason, nullptr);
            EXPECT_NEAR(found.mean, wanted.mean, 1e-14) << wanted.seed << rs_dtype_name(dtype);
            EXPECT_EQ(found.classes, wanted.with_positives);
            EXPECT_EQ(found.rows, wanted.kept);
            EXPECT_NE(found.mean_error.reason, nullptr);
            EXPECT_FALSE(found.mean_error.has_stderr);
        }
    }
}

TEST(AveragePrecision, IsThatOfAPlainAccount)
{
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (uint64_t seed = 10; seed < 16; ++seed) {
        Task task = MakeTask(60, 8, seed % 2 == 0 ? 5 : 60, seed);
        task.score[3 * 8 + 2] = std::nan(""); // the row is invalid, in every class
        task.score[4 * 8 + 1] = kInfinity;
        task.score[5 * 8 + 1] = -kInfinity;
        task.score[6 * 8 + 1] = -0.0; // ties with 0
        task.score[7 * 8 + 1] = 0.0;
        task.sets[3] = {2};
        task.sets[6] = {1};
        for (const uint64_t begin : {0u, 7u}) {
            Asked asked;
            asked.begin = begin;
            asked.end = begin == 0 ? 60 : 41;
            rs_mean_precision found = {};
            uint32_t classes = 0;
            const double mean = PlainMean(task, OneColumnEach(8), begin, asked.end, &classes);
            ASSERT_EQ(Compute(task, asked, &found), RS_OK);
            EXPECT_NEAR(found.mean, mean, 1e-14) << seed;
            EXPECT_EQ(found.classes, classes);
        }
    }
}

// Column 0 is of no class, 1 and 2 are class 3, and class 1 has no column: it is in no mean.
TEST(AveragePrecision, GoesThroughTheClassMap)
{
    const std::vector<int32_t> class_of = {-1, 3, 3, 0, 2, 4};
    const std::vector<std::vector<uint32_t>> columns_of = {{3}, {}, {4}, {1, 2}, {5}};
    rs_class_map *map = nullptr;
    ASSERT_EQ(rs_class_map_create(class_of.data(), 6, 5, &map, nullptr), RS_OK);
    for (uint64_t seed = 40; seed < 43; ++seed) {
        Task task = MakeTask(50, 6, 12, seed);
        for (auto &set : task.sets) {
            if (!set.empty() && set.back() == 5) {
                set.pop_back();
            }
        }
        task.score[9 * 6] = std::nan("");     // in a column that is not looked at
        task.score[10 * 6 + 2] = std::nan(""); // in one of two
        task.sets[9] = {3};
        task.sets[10] = {0, 3};
        uint32_t classes = 0;
        const double mean = PlainMean(task, columns_of, 0, 50, &classes);
        for (const rs_dtype dtype : kFloats) {
            Asked asked;
            asked.dtype = dtype;
            asked.classes = 5;
            asked.map = map;
            rs_mean_precision found = {};
            ASSERT_EQ(Compute(task, asked, &found), RS_OK);
            EXPECT_NEAR(found.mean, mean, 1e-14) << seed;
            EXPECT_EQ(found.classes, classes);
        }
    }
    rs_class_map_free(map);
}

TEST(AveragePrecision, SaysWhyThereIsNone)
{
    Task task = MakeTask(3, 2, 4, 1);
    rs_mean_precision found = {};
    task.sets = {{}, {1}, {}};
    task.score[1 * 2] = std::nan(""); // the only row with a set
    ASSERT_EQ(Compute(task, {}, &found), RS_OK);
    EXPECT_TRUE(found.measured);
    EXPECT_STREQ(found.reason, "no class has a column and a row that has it in its label set");
    EXPECT_EQ(found.classes, 0u);
}

TEST(AveragePrecision, StopsWhenTold)
{
    const volatile sig_atomic_t stop = 1;
    Asked asked;
    asked.stop = &stop;
    rs_mean_precision found = {};
    EXPECT_EQ(Compute(MakeTask(3, 2, 4, 1), asked, &found), RS_INTERRUPTED);
}

} // namespace
