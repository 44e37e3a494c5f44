// --confusions of a published model against pairs counted in the most obvious way.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <tuple>

#include "support/program.h"
#include "support/real_data.h"

namespace {

TEST(ConfusionsReal, pairs_of_a_published_model)
{
    RS_NEED_DATA();
    const std::string model = "resnet50";
    const RealLabels labels = ReadRealLabels();
    const std::vector<std::vector<int>> ranked = ReadRankedPredictions(model);
    std::map<std::pair<int, int>, std::array<int, 3>> pairs;
    for (size_t row = 0; row < ranked.size(); ++row) {
        const size_t image = static_cast<size_t>(labels.imagefolder[row]);
        const int original = labels.original[image];
        const int predicted = ranked[row][0];
        const std::vector<int> &set = labels.real[image];
        if (original != predicted) {
            std::array<int, 3> &counts = pairs[{original, predicted}];
            counts[0] += 1;
            counts[1] += !set.empty();
            counts[2] += std::count(set.begin(), set.end(), predicted) > 0;
        }
    }
    std::vector<std::tuple<int, int, int, int, int>> expected;
    for (const auto &pair : pairs) {
        expected.emplace_back(-pair.second[0], pair.first.first, pair.first.second, pair.second[1],
                              pair.second[2]);
    }
    std::sort(expected.begin(), expected.end());

    const TemporaryFolder folder;
    const std::string path = folder.path("confusions.csv");
    std::vector<std::string> command = {
        RS_TEST_PROGRAM, "eval",         "--quiet", "--order", "imagefolder", "--pred-scores",
        "preds=probs",   "--confusions", path,      "--name",  model};
    for (const std::string &option : RealLabelOptions()) {
        command.push_back(option);
    }
    command.push_back(PredictionsPath(model));
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::vector<std::string> lines = SplitLines(ReadFile(path));
    ASSERT_EQ(lines.size(), expected.size() + 1);
    for (size_t i = 0; i < expected.size(); ++i) {
        std::vector<std::string> cells;
        std::istringstream line(lines[i + 1]);
        for (std::string cell; std::getline(line, cell, ',');) {
            cells.push_back(cell);
        }
        ASSERT_EQ(cells.size(), 10u) << lines[i + 1];
        EXPECT_EQ(cells[0], model);
        EXPECT_EQ(std::make_tuple(-std::stoi(cells[7]), std::stoi(cells[1]), std::stoi(cells[4]),
                                  std::stoi(cells[8]), std::stoi(cells[9])),
                  expected[i])
            << lines[i + 1];
    }
}

} // namespace
