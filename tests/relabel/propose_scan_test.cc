// What one model proposes, against sorting all logits and all probabilities of the set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "formats/format_bytes.h"
#include "support/program.h"

extern "C" {
#include "base/error.h"
#include "base/half.h"
#include "relabel/proposals.h"
}

namespace {

const double kInf = HUGE_VAL;

using Places = std::vector<std::pair<uint32_t, int32_t>>; // image, class

Places PlacesOf(const rs_largest &largest)
{
    Places places;
    for (uint64_t i = 0; i < largest.count; ++i) {
        places.emplace_back(rs_place_image(largest.list[i].place),
                            rs_place_class(largest.list[i].place));
    }
    return places;
}

class Labels {
public:
    Labels(uint32_t rows, uint32_t classes) : original_(rows, 0)
    {
        view.rows = rows;
        view.classes = classes;
        view.original = original_.data();
    }
    rs_label_view view = {};

private:
    std::vector<int32_t> original_;
};

class Scan {
public:
    Scan(const rs_scan_options &options, rs_source *source, rs_source *scores = nullptr)
    {
        status = rs_model_scan_run(&options, source, scores, &value, &error);
        rs_source_close(source);
        rs_source_close(scores);
    }
    ~Scan() { rs_model_scan_clear(&value); }
    Scan(const Scan &) = delete;
    Scan &operator=(const Scan &) = delete;
    std::vector<int32_t> first() const { return {value.first, value.first + value.rows}; }
    std::string message() const
    {
        char text[2048];
        return rs_error_text(&error, text, sizeof text);
    }

    rs_model_scan value = {};
    rs_status status = RS_OK;
    rs_error error = {};
};

struct Matrix {
    uint32_t rows, columns;
    std::vector<double> value;
    double at(uint32_t row, uint32_t column) const { return value[size_t(row) * columns + column]; }
};

// The file of a matrix in a dtype; the matrix becomes what the file holds.
std::string Encode(Matrix &matrix, rs_dtype dtype)
{
    std::string bytes;
    for (double &value : matrix.value) {
        const auto single = static_cast<float>(value);
        const uint16_t half = dtype == RS_DTYPE_BF16 ? rs_bf16_from_f32(single)
                                                     : rs_f16_from_f32(single);
        switch (dtype) {
        case RS_DTYPE_F64:
            bytes.append(reinterpret_cast<const char *>(&value), 8);
            break;
        case RS_DTYPE_F32:
            value = single;
            bytes.append(reinterpret_cast<const char *>(&single), 4);
            break;
        default:
            value = dtype == RS_DTYPE_BF16 ? rs_bf16_to_f32(half) : rs_f16_to_f32(half);
            bytes.append(reinterpret_cast<const char *>(&half), 2);
            break;
        }
    }
    return bytes;
}

rs_source *Memory(const std::string &bytes, rs_dtype dtype, const Matrix &matrix)
{
    rs_source *source = nullptr;
    EXPECT_EQ(rs_source_open_memory(bytes.data(), dtype, matrix.rows, matrix.columns,
                                    matrix.columns * rs_dtype_bytes(dtype), &source, nullptr),
              RS_OK);
    return source;
}

struct Wanted {
    std::vector<int32_t> first;
    Places logits, probs;
};

struct Scored {
    double score;
    uint32_t image;
    int32_t label;
};

Places Best(std::vector<Scored> all, uint64_t budget)
{
    std::sort(all.begin(), all.end(), [](const Scored &a, const Scored &b) {
        if (a.score != b.score) {
            return a.score > b.score;
        }
        return a.image != b.image ? a.image < b.image : a.label < b.label;
    });
    all.resize(std::min<size_t>(all.size(), budget));
    Places places;
    for (const Scored &scored : all) {
        places.emplace_back(scored.image, scored.label);
    }
    std::sort(places.begin(), places.end());
    return places;
}

// Everything sorted; `classes` of the columns, images of the rows.
Wanted Naive(const Matrix &matrix, const std::vector<int> &classes,
             const std::vector<uint32_t> &image, uint64_t budget)
{
    Wanted wanted;
    wanted.first.assign(matrix.rows, -1);
    std::vector<Scored> logits, probs;
    for (uint32_t r = 0; r < matrix.rows; ++r) {
        std::map<int, double> row; // the better of the columns of each class
        bool nan = false;
        for (uint32_t c = 0; c < matrix.columns; ++c) {
            if (classes[c] < 0) {
                continue;
            }
            nan = nan || std::isnan(matrix.at(r, c));
            const auto found = row.find(classes[c]);
            row[classes[c]] = found == row.end() ? matrix.at(r, c)
                                                 : std::max(found->second, matrix.at(r, c));
        }
        if (nan) {
            continue;
        }
        int best = row.begin()->first;
        for (const auto &[label, value] : row) {
            best = value > row[best] ? label : best;
        }
        wanted.first[image[r]] = best;
        double sum = 0;
        for (const auto &[label, value] : row) {
            sum += std::exp(value - row[best]);
        }
        for (const auto &[label, value] : row) {
            if (label != best) {
                logits.push_back({value, image[r], label});
                if (std::isfinite(row[best])) {
                    probs.push_back({std::exp(value - row[best]) / sum, image[r], label});
                }
            }
        }
    }
    wanted.logits = Best(logits, budget);
    wanted.probs = Best(probs, budget);
    return wanted;
}

TEST(ProposeScan, as_sorting_all_values_of_the_set)
{
    std::mt19937 random(3);
    std::normal_distribution<double> normal(0, 3);
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F64, RS_DTYPE_F16, RS_DTYPE_BF16}) {
        for (const uint32_t columns : {1u, 2u, 7u, 100u}) {
            SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + ", columns " +
                         std::to_string(columns));
            Matrix matrix = {230, columns, {}};
            std::vector<int> classes(columns);
            std::iota(classes.begin(), classes.end(), 0);
            std::vector<uint32_t> order(matrix.rows);
            std::iota(order.begin(), order.end(), 0);
            std::shuffle(order.begin(), order.end(), random);
            for (uint32_t i = 0; i < matrix.rows * columns; ++i) {
                const double scale = 1 + (i / columns) % 7; // some rows are confident
                matrix.value.push_back(scale * normal(random));
            }
            matrix.value[5 * columns] = NAN;
            matrix.value[6 * columns + columns - 1] = kInf;
            matrix.value[7 * columns] = -kInf;
            const std::string bytes = Encode(matrix, dtype);
            Labels labels(matrix.rows, columns);
            for (const uint64_t extra : {0u, 1u, 50u, 400u, 100000u}) {
                SCOPED_TRACE(extra);
                const rs_scan_options options = {&labels.view, nullptr, order.data(),
                                                 RS_VALUES_LOGITS, extra, nullptr};
                const Scan scan(options, Memory(bytes, dtype, matrix));
                ASSERT_EQ(scan.status, RS_OK) << scan.message();
                const Wanted wanted = Naive(matrix, classes, order, extra);
                EXPECT_EQ(scan.first(), wanted.first);
                EXPECT_EQ(PlacesOf(scan.value.logits), wanted.logits);
                if (dtype == RS_DTYPE_F32 ||
                    dtype == RS_DTYPE_F64) { // others have ties by rounding
                    EXPECT_EQ(PlacesOf(scan.value.probs), wanted.probs);
                }
                EXPECT_EQ(scan.value.probs.count, wanted.probs.size());
                EXPECT_EQ(scan.value.invalid, 1u);
                EXPECT_EQ(scan.value.shapeless, extra == 0 ? 0u : columns == 1 ? 2u : 1u);
            }
        }
    }
}

TEST(ProposeScan, ties_go_to_the_earlier_image_then_to_the_lower_class)
{
    Matrix matrix = {4, 3, {5, 1, 1, 1, 5, 1, 1, 1, 5, 5, 1, 1}};
    const std::string bytes = Encode(matrix, RS_DTYPE_F32);
    Labels labels(4, 3);
    const uint32_t order[] = {3, 1, 2, 0}; // row 0 is image 3
    const rs_scan_options options = {&labels.view, nullptr, order, RS_VALUES_LOGITS, 3, nullptr};
    const Scan scan(options, Memory(bytes, RS_DTYPE_F32, matrix));
    EXPECT_EQ(scan.first(), std::vector<int32_t>({0, 1, 2, 0}));
    const Places wanted = {{0, 1}, {0, 2}, {1, 0}};
    EXPECT_EQ(PlacesOf(scan.value.logits), wanted);
    EXPECT_EQ(PlacesOf(scan.value.probs), wanted);
}

TEST(ProposeScan, probabilities_have_one_criterion)
{
    Matrix matrix = {2, 3, {0.5, 0.3, 0.2, 0.1, 0.1, 0.8}};
    const std::string bytes = Encode(matrix, RS_DTYPE_F64);
    Labels labels(2, 3);
    const rs_scan_options options = {&labels.view, nullptr, nullptr, RS_VALUES_PROBS, 2, nullptr};
    const Scan scan(options, Memory(bytes, RS_DTYPE_F64, matrix));
    EXPECT_EQ(scan.first(), std::vector<int32_t>({0, 2}));
    EXPECT_EQ(PlacesOf(scan.value.probs), Places({{0, 1}, {0, 2}}));
    EXPECT_EQ(scan.value.logits.count, 0u);
}

TEST(ProposeScan, through_a_class_map)
{
    std::mt19937 random(4);
    Matrix matrix = {50, 9, {}};
    for (uint32_t i = 0; i < 450; ++i) {
        matrix.value.push_back(double(random() % 1000) / 8);
    }
    const std::string bytes = Encode(matrix, RS_DTYPE_F32);
    const std::vector<int> classes = {4, -1, 2, 2, 0, -1, 5, 3, 4}; // class 1 has no column
    rs_class_map *map = nullptr;
    ASSERT_EQ(rs_class_map_create(classes.data(), 9, 6, &map, nullptr), RS_OK);
    std::vector<uint32_t> order(50);
    std::iota(order.begin(), order.end(), 0);
    Labels labels(50, 6);
    const rs_scan_options options = {&labels.view, map, nullptr, RS_VALUES_LOGITS, 40, nullptr};
    const Scan scan(options, Memory(bytes, RS_DTYPE_F32, matrix));
    const Wanted wanted = Naive(matrix, classes, order, 40);
    EXPECT_EQ(scan.first(), wanted.first);
    EXPECT_EQ(PlacesOf(scan.value.logits), wanted.logits);
    rs_class_map_free(map);
}

class Files {
public:
    rs_source *open(const std::string &name, const std::string &content,
                    const std::string &scores = "") const
    {
        const std::string path = folder.write(name, content);
        const std::string scores_path =
            scores.empty() ? "" : folder.write("scores_" + name, scores);
        rs_source_options options = {};
        options.scores_path = scores.empty() ? nullptr : scores_path.c_str();
        rs_source *source = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_source_open(path.c_str(), &options, &source, &error), RS_OK) << error.reason;
        return source;
    }
    TemporaryFolder folder;
};

TEST(ProposeScan, ranked_predictions_with_their_scores)
{
    const Files files;
    const std::string classes = Npy("<i4", "3, 3", BytesOf<int32_t>({0, 1, 2, 4, 3, 2, 1, 2, 3}));
    const std::string scores =
        Npy("<f4", "3, 3",
            BytesOf<float>({0.1f, 0.6f, 0.3f, 0.4f, 0.3f, 0.3f, NAN, 0.5f, 0.25f}));
    Labels labels(3, 5);
    const rs_scan_options options = {&labels.view, nullptr, nullptr, RS_VALUES_PROBS, 2, nullptr};
    const Scan scan(options, files.open("p.npy", classes, scores), files.open("s.npy", scores));
    ASSERT_EQ(scan.status, RS_OK) << scan.message();
    EXPECT_EQ(scan.first(), std::vector<int32_t>({1, 4, -1}));
    // 0.3 three times: image 0 first, then the lower class of image 1
    EXPECT_EQ(PlacesOf(scan.value.probs), Places({{0, 2}, {1, 2}}));
    EXPECT_EQ(scan.value.invalid, 1u);
    const rs_scan_options logits = {&labels.view, nullptr, nullptr, RS_VALUES_LOGITS, 2, nullptr};
    const Scan other(logits, files.open("p.npy", classes, scores), files.open("s.npy", scores));
    EXPECT_EQ(PlacesOf(other.value.logits), Places({{0, 2}, {1, 2}}));
    EXPECT_EQ(other.value.probs.count, 0u);
}

// Each class keeps its own score, wherever it stood in the row.
TEST(ProposeScan, scores_go_with_their_ranks)
{
    const Files files;
    const std::string classes = Npy("<i4", "2, 3", BytesOf<int32_t>({0, 1, 2, 4, 3, 2}));
    const std::string scores =
        Npy("<f4", "2, 3", BytesOf<float>({0.1f, 0.7f, 0.2f, 0.5f, 0.3f, 0.2f}));
    Labels labels(2, 5);
    const rs_scan_options options = {&labels.view, nullptr, nullptr, RS_VALUES_PROBS, 1, nullptr};
    const Scan scan(options, files.open("p.npy", classes, scores), files.open("s.npy", scores));
    ASSERT_EQ(scan.status, RS_OK) << scan.message();
    EXPECT_EQ(PlacesOf(scan.value.probs), Places({{1, 3}})); // 0.3; of the first image 0.2
}

TEST(ProposeScan, refused)
{
    const Files files;
    Labels labels(3, 5);
    rs_scan_options options = {&labels.view, nullptr, nullptr, RS_VALUES_LOGITS, 2, nullptr};
    const std::string ranked = Npy("<i4", "3, 1", BytesOf<int32_t>({0, 1, 2}));
    {
        const Scan scan(options, files.open("a.npy", ranked));
        EXPECT_EQ(scan.status, RS_USAGE);
        EXPECT_STREQ(scan.error.reason,
                     "ranked predictions have no values by which to propose further labels");
        EXPECT_STREQ(scan.error.advice,
                     "give --pred-scores, or --extra 0 for first predictions alone");
    }
    options.extra = 0;
    {
        const Scan scan(options, files.open("a.npy", ranked));
        EXPECT_EQ(scan.status, RS_OK);
        EXPECT_EQ(scan.first(), std::vector<int32_t>({0, 1, 2}));
    }
    {
        const Scan scan(options, files.open("b.npy", Npy("<i4", "2, 1", BytesOf<int32_t>({0, 1}))));
        EXPECT_EQ(scan.status, RS_MISMATCH);
        EXPECT_STREQ(scan.error.reason, "2 rows, but the labels have 3");
    }
    {
        const Scan scan(
            options, files.open("c.npy", Npy("<f4", "3, 2", BytesOf<float>({1, 2, 3, 4, 5, 6}))));
        EXPECT_EQ(scan.status, RS_MISMATCH);
        EXPECT_STREQ(scan.error.reason, "2 columns, but the labels have 5 classes");
    }
    volatile sig_atomic_t stop = 1;
    const rs_watch watch = {nullptr, nullptr, &stop};
    options.watch = &watch;
    const Scan scan(options, files.open("a.npy", ranked));
    EXPECT_EQ(scan.status, RS_INTERRUPTED);
}

// ---- several models ----

TEST(Proposals, merged_kept_and_counted)
{
    const int32_t original[] = {0, 1, -1, 2};
    rs_label_view labels = {};
    labels.rows = 4;
    labels.classes = 4;
    labels.original = original;
    rs_proposals proposals;
    ASSERT_EQ(rs_proposals_begin(&labels, &proposals, nullptr), RS_OK);
    const auto add = [&](std::vector<int32_t> first, Places logits, Places probs) {
        std::vector<rs_placed> logit_list, prob_list;
        for (const auto &[image, label] : logits) {
            logit_list.push_back({1, rs_place_of(image, label)});
        }
        for (const auto &[image, label] : probs) {
            prob_list.push_back({1, rs_place_of(image, label)});
        }
        rs_model_scan scan = {};
        scan.rows = 4;
        scan.first = first.data();
        scan.logits.list = logit_list.data();
        scan.logits.count = logit_list.size();
        scan.probs.list = prob_list.data();
        scan.probs.count = prob_list.size();
        ASSERT_EQ(rs_proposals_add(&proposals, &scan, nullptr), RS_OK);
    };
    const auto text = [&]() {
        std::string all;
        for (uint64_t i = 0; i < proposals.count; ++i) {
            const rs_proposal &p = proposals.list[i];
            all += std::to_string(rs_place_image(p.place)) + "/" +
                   std::to_string(rs_place_class(p.place)) + ":" + std::to_string(p.first) + "," +
                   std::to_string(p.logits) + "," + std::to_string(p.probs) + " ";
        }
        return all;
    };
    EXPECT_EQ(text(), "0/0:0,0,0 1/1:0,0,0 3/2:0,0,0 ");
    add({0, 1, 3, -1}, {{0, 2}, {3, 2}}, {{0, 2}});
    add({0, 2, 3, 2}, {}, {});
    add({0, 1, 3, 2}, {{1, 0}}, {{1, 0}, {2, 0}});
    EXPECT_EQ(text(), "0/0:7,0,0 0/2:0,1,1 1/0:0,4,4 1/1:5,0,0 1/2:2,0,0 2/0:0,0,4 2/3:7,0,0 "
                      "3/2:6,1,0 ");
    // image 0 is agreed upon by all; 3 by models 1 and 2; 1 by 0 and 2; 2 has no label
    rs_proposals_counts counts = rs_proposals_count(&proposals, 7);
    EXPECT_EQ(counts.candidates, 8u);
    EXPECT_EQ(counts.rated, 3u);
    EXPECT_EQ(counts.rated_candidates, 6u);
    counts = rs_proposals_count(&proposals, 4);
    EXPECT_EQ(counts.candidates, 6u);
    EXPECT_EQ(counts.rated, 1u);
    EXPECT_EQ(counts.rated_candidates, 2u);
    const rs_proposals_counts before = rs_proposals_count(&proposals, 5);
    rs_proposals_keep(&proposals, 5); // models 0 and 2 become 0 and 1
    EXPECT_EQ(text(), "0/0:3,0,0 0/2:0,1,1 1/0:0,2,2 1/1:3,0,0 2/0:0,0,2 2/3:3,0,0 3/2:2,1,0 ");
    EXPECT_EQ(proposals.models, 2u);
    counts = rs_proposals_count(&proposals, 3);
    EXPECT_EQ(counts.candidates, before.candidates);
    EXPECT_EQ(counts.rated, before.rated);
    EXPECT_EQ(counts.rated_candidates, before.rated_candidates);
    rs_proposals_clear(&proposals);
}

TEST(Proposals, thirty_models_and_no_more)
{
    const int32_t original[] = {0};
    rs_label_view labels = {};
    labels.rows = 1;
    labels.classes = 2;
    labels.original = original;
    rs_proposals proposals;
    rs_error error = {};
    ASSERT_EQ(rs_proposals_begin(&labels, &proposals, nullptr), RS_OK);
    int32_t first[] = {1};
    rs_model_scan scan = {};
    scan.rows = 1;
    scan.first = first;
    for (int m = 0; m < 30; ++m) {
        ASSERT_EQ(rs_proposals_add(&proposals, &scan, nullptr), RS_OK);
    }
    EXPECT_EQ(proposals.list[1].first, 0x3fffffffu);
    EXPECT_EQ(rs_proposals_add(&proposals, &scan, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "there are more than 30 models");
    rs_proposals_keep(&proposals, 0x20000001u);
    EXPECT_EQ(proposals.list[1].first, 3u);
    rs_proposals_clear(&proposals);
}

}  // namespace
