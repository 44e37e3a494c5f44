// zoo_models.h - real models whose rows and columns are put in the orders people have, and what
// eval warns of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "cli/small_task.h"
#include "support/real_data.h"
#include "support/records.h"

namespace zoo {

using Rows = std::vector<int>;

constexpr int images = 50000;
constexpr int classes = 1000;

// Rows of an order, dealt out and joined as samplers do.
inline Rows Dealt(const Rows &base, int ranks, int batch, const std::string &kind)
{
    std::vector<Rows> of_rank(static_cast<size_t>(ranks));
    const int count = static_cast<int>(base.size());
    const bool pads = kind == "padded" || kind == "truncated";
    const int dealt = pads ? (count + ranks - 1) / ranks * ranks : count;
    for (int i = 0; i < dealt; ++i) {
        int rank = i % ranks;
        if (kind == "batches") {
            rank = i / batch % ranks;
        } else if (kind == "blocks") {
            rank = static_cast<int>(static_cast<int64_t>(i) * ranks / count);
        }
        of_rank[static_cast<size_t>(rank)].push_back(base[static_cast<size_t>(i % count)]);
    }
    Rows joined;
    const size_t step = kind == "batches" || batch == 0 ? base.size() : static_cast<size_t>(batch);
    for (size_t begin = 0; begin < of_rank[0].size(); begin += step) {
        for (const Rows &rows : of_rank) {
            for (size_t k = begin; k < std::min(rows.size(), begin + step); ++k) {
                joined.push_back(rows[k]);
            }
        }
    }
    if (kind == "truncated") {
        joined.resize(base.size());
    }
    return joined;
}

inline Rows SortedAsTexts()
{
    Rows sorted(classes);
    std::iota(sorted.begin(), sorted.end(), 0);
    std::sort(sorted.begin(), sorted.end(),
              [](int a, int b) { return std::to_string(a) < std::to_string(b); });
    return sorted;
}

inline Rows Shuffled(int count, unsigned seed)
{
    std::mt19937 random(seed);
    Rows rows(static_cast<size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    for (size_t i = rows.size() - 1; i > 0; --i) { // the same on every machine
        std::swap(rows[i], rows[random() % (i + 1)]);
    }
    return rows;
}

class Zoo : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override
    {
        RS_NEED_DATA();
        labels = ReadRealLabels();
        const auto by_row = ReadRankedPredictions(GetParam());
        first.resize(images);
        ranked.resize(images);
        for (size_t row = 0; row < by_row.size(); ++row) {
            const auto image = static_cast<size_t>(labels.imagefolder[row]);
            first[image] = by_row[row][0];
            ranked[image].assign(by_row[row].begin(), by_row[row].end());
        }
        by_file.resize(images);
        std::iota(by_file.begin(), by_file.end(), 0);
    }

    // Folders in the order `place`, each in file-name order.
    Rows Folders(const Rows &place) const
    {
        Rows rows;
        for (const int c : place) {
            rows.insert(rows.end(), labels.imagefolder.begin() + 50 * c,
                        labels.imagefolder.begin() + 50 * (c + 1));
        }
        return rows;
    }

    void Add(const std::string &name, const Rows &rows, const Rows &column_of = {})
    {
        std::vector<int32_t> answers;
        for (const int image : rows) {
            const int answer = first[static_cast<size_t>(image)];
            answers.push_back(column_of.empty() ? answer
                                                : column_of[static_cast<size_t>(answer)]);
        }
        const std::string shape = "(" + std::to_string(answers.size()) + ",)";
        paths.push_back(folder.write(name + ".npy", Npy("'<i4'", shape, Bytes(answers))));
    }

    // All five of each row, or those named.
    void AddRanked(const std::string &name, const Rows &rows,
                   const std::vector<size_t> &places = {0, 1, 2, 3, 4})
    {
        std::vector<int32_t> answers;
        for (const int image : rows) {
            for (const size_t place : places) {
                answers.push_back(ranked[static_cast<size_t>(image)][place]);
            }
        }
        const std::string shape = "(" + std::to_string(rows.size()) + ", " +
                                  std::to_string(places.size()) + ")";
        paths.push_back(folder.write(name + ".npy", Npy("'<i4'", shape, Bytes(answers))));
    }

    // All that was added in one run.
    std::vector<Record> Run(const std::vector<std::string> &options)
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "eval", "--json", "-"};
        std::vector<std::string> of_labels = RealLabelOptions();
        if (!with_sets) {
            of_labels.erase(of_labels.begin(), of_labels.begin() + 2); // --real FILE
        }
        command.insert(command.end(), of_labels.begin(), of_labels.end());
        command.insert(command.end(), options.begin(), options.end());
        command.insert(command.end(), paths.begin(), paths.end());
        const ProgramResult result = RunProgram(command);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        std::vector<Record> records;
        for (const std::string &line : SplitLines(result.out)) {
            records.emplace_back(line);
        }
        EXPECT_EQ(records.size(), paths.size());
        paths.clear();
        return records;
    }

    std::string Warning(const Record &record) const
    {
        const std::vector<std::string> warnings = record.texts("warnings");
        return warnings.empty() ? "" : warnings[0];
    }

    RealLabels labels;
    bool with_sets = true;
    std::vector<int> first;               // of each image
    std::vector<std::vector<int>> ranked; // the same, best first
    Rows by_file;
    TemporaryFolder folder;
    std::vector<std::string> paths;
};

struct DealtCase {
    int ranks, batch;
    const char *kind;
    const char *said; // what the advice says of it
};

inline const DealtCase dealt_cases[] = {
    {2, 2, "rows", "2:2"},           {2, 256, "rows", "2:256"},
    {4, 64, "rows", "4:64"},         {8, 8, "rows", "8:8"},
    {8, 32, "rows", "8:32"},         {3, 100, "rows", "3:100"},
    {5, 1000, "rows", "5:1000"},     {64, 16, "rows", "64:16"},
    {16, 1024, "rows", "16:1024"},   {2, 0, "rows", "2"},
    {8, 0, "rows", "8"},             {7, 0, "rows", "7"},
    {64, 100, "truncated", "64:100:truncated"}, {4, 128, "batches", "4:128:batches"},
    {2, 1, "batches", "2"},          {32, 24, "batches", "32:24:batches"},
    {8, 32, "blocks", "8:32:blocks"}, {5, 3, "blocks", "5:3:blocks"},
    {4, 500, "blocks", "4:500:blocks"},
};

} // namespace zoo
