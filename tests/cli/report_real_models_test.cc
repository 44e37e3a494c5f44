// The report of the 21 published models: every number that can be counted in another way.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "report_folder.h"
#include "support/markup.h"
#include "support/tier.h"

namespace {

using Row = std::vector<std::string>;

bool Holds(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

size_t Count(const std::string &text, const std::string &part)
{
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

const RealResults &RealFolder()
{
    static const RealResults results;
    return results;
}

std::string Percent(double share)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.2f", 100 * share);
    return text;
}

const Row *Find(const std::vector<Row> &table, size_t column, const std::string &text)
{
    for (const Row &row : table) {
        if (column < row.size() && row[column] == text) {
            return &row;
        }
    }
    ADD_FAILURE() << "no row of " << text;
    return &table.front();
}

TEST(ReportRealModels, every_number_of_the_board_equals_an_obvious_count)
{
    RS_NEED_DATA();
    RS_SKIP_MERE_VOLUME();
    ASSERT_TRUE(RealFolder().made);
    const TemporaryFolder folder;
    const ProgramResult result = RealFolder().report(folder.path("r.html"));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::string page = ReadFile(folder.path("r.html"));
    std::string problem;
    (void)ParseMarkup(page, &problem);
    EXPECT_EQ(problem, "");
    const std::vector<Row> board = TableAfter(page, "leaderboard");
    const std::vector<Row> bars = TableAfter(page, "disagreements");
    ASSERT_EQ(board.size(), 22u);
    ASSERT_EQ(bars.size(), 22u);
    const RealLabels labels = ReadRealLabels();
    std::map<std::pair<int, int>, std::pair<int, int>> confused; // rows, and accepted
    for (const std::string &model : RealModels()) {
        SCOPED_TRACE(model);
        const std::vector<std::vector<int>> ranked = ReadRankedPredictions(model);
        const ModelCounts counts = CountModel(labels, ranked);
        const Row &row = *Find(board, 0, model);
        EXPECT_EQ(row[2].substr(0, 5), Percent(counts.real1 / 46837.0));
        EXPECT_EQ(row[5].substr(0, 5), Percent(counts.top1 / 50000.0));
        EXPECT_EQ(row[7], Percent(counts.real5 / 46837.0));
        EXPECT_EQ(row[8], Percent(counts.top5 / 50000.0));
        const Row &bar = *Find(bars, 0, model);
        EXPECT_EQ(std::stoi(bar[2].substr(0, 1)) * 1000 + std::stoi(bar[2].substr(2)),
                  counts.prediction_only);
        for (size_t i = 0; i < ranked.size(); ++i) {
            const size_t image = static_cast<size_t>(labels.imagefolder[i]);
            if (ranked[i][0] == labels.original[image]) {
                continue;
            }
            const std::vector<int> &set = labels.real[image];
            auto &pair = confused[{labels.original[image], ranked[i][0]}];
            pair.first += 1;
            pair.second += std::count(set.begin(), set.end(), ranked[i][0]) > 0 ? 1 : 0;
        }
    }
    // The most frequent confusion of all: laptop (620) taken for notebook (681).
    const auto most =
        std::max_element(confused.begin(), confused.end(), [](const auto &a, const auto &b) {
            return a.second.first < b.second.first;
        });
    EXPECT_EQ(most->first, (std::pair<int, int>{620, 681}));
    const std::vector<Row> pairs = TableAfter(page, "confusions");
    ASSERT_EQ(pairs.size(), 21u);
    char mean[32];
    (void)snprintf(mean, sizeof mean, "%.1f", most->second.first / 21.0);
    EXPECT_EQ(pairs[1][2], mean);
}

TEST(ReportRealModels, published_and_known_numbers)
{
    RS_NEED_DATA();
    ASSERT_TRUE(RealFolder().made);
    const TemporaryFolder folder;
    ASSERT_EQ(RealFolder().report(folder.path("r.html")).exit_status, 0);
    const std::string page = ReadFile(folder.path("r.html"));
    EXPECT_TRUE(Holds(page, "<h1>21 models against the reassessed labels</h1>"));
    EXPECT_TRUE(Holds(page, "46,837 of 50,000 images have ReaL labels, 57,553 in all; 7,443 images "
                            "have more than one."));
    const std::vector<Row> board = TableAfter(page, "leaderboard");
    const Row resnet50 = *Find(board, 0, "resnet50");
    EXPECT_EQ(resnet50[1], "6");
    EXPECT_EQ(resnet50[2], "81.98 81.63\u201382.33");
    EXPECT_EQ(resnet50[5], "75.06 74.68\u201375.44");
    EXPECT_EQ(resnet50[7], "95.25");
    EXPECT_EQ(resnet50[8], "92.48");
    EXPECT_EQ(resnet50[9], "43 of 252");
    for (const size_t i : {1u, 10u, 20u}) {
        const std::string &ahead = board[i][3];
        EXPECT_EQ(
            ahead.substr(ahead.find(' ') + 1),
            AheadOf(RealFolder().folder.path(), RealLabelOptions(), board[i][0], board[i + 1][0]))
            << board[i][0];
    }
    EXPECT_EQ(board[21][3], "\u2013");
    EXPECT_EQ(board[1][0], "resnet152"); // the best first
    // Figure 4: the labels' own point
    EXPECT_TRUE(Holds(page, "the original labels themselves: ReaL 90.02 %"));
    const std::vector<Row> fits = TableAfter(page, "trend");
    ASSERT_EQ(fits.size(), 4u);
    EXPECT_EQ(fits[1][0], "all models");
    EXPECT_EQ(fits[1][1], "21");
    EXPECT_EQ(fits[2][1], "11");
    EXPECT_EQ(fits[3][1], "10");
    // Figure 6 and Table 1: of the labels alone
    EXPECT_TRUE(Holds(page, "in 252 non-animal classes less than 90&#160;% of the time"));
    EXPECT_TRUE(Holds(page, "above its own expectation in <b>122.3</b>"));
    EXPECT_TRUE(Holds(page, "below 85 to 88 % by the original labels they are why a model is"));
    // the choice among valid labels
    EXPECT_TRUE(Holds(page, "<b>21</b> of 21 models do so."));
    const std::vector<Row> choice = TableAfter(page, "choice");
    ASSERT_EQ(choice.size(), 22u);
    EXPECT_EQ(choice[1][0].substr(0, 9), "resnet152");
    EXPECT_EQ(choice[1][1], "4,939");
    EXPECT_EQ(choice[1][2].substr(0, 5), "65.03");
    EXPECT_EQ(choice[1][3], "44.46");
    EXPECT_EQ(choice[1][4], "29.7");
    EXPECT_EQ(choice[1][7], "10");
    EXPECT_EQ(choice[21][2].substr(0, 5), "56.88");
    EXPECT_EQ(Count(page, " images</title></path>"),
              25u + 21u + 3 * 21u + 21u); // classes, preference, further predictions
    const std::vector<Row> classes = TableAfter(page, "oracle");
    EXPECT_EQ(classes[1][1], "45");
    EXPECT_EQ(classes[1][2].substr(0, 4), "30.0");
    // Table 1, the article's example: desktop computer (527), rows with the label in the set
    const std::vector<Row> by_model = TableAfter(page, "oracle", 1);
    ASSERT_EQ(by_model.size(), 13u);
    ASSERT_EQ(by_model[0].size(), 8u);
    EXPECT_EQ(by_model[0][2], "resnet152, %");
    EXPECT_EQ(by_model[1][1], "30.0");
    const RealLabels labels = ReadRealLabels();
    for (const size_t column : {2u, 7u}) {
        const std::string &name = by_model[0][column];
        const std::vector<std::vector<int>> ranked =
            ReadRankedPredictions(name.substr(0, name.find(',')));
        int rows = 0, right = 0;
        for (size_t i = 0; i < ranked.size(); ++i) {
            const size_t image = static_cast<size_t>(labels.imagefolder[i]);
            const std::vector<int> &set = labels.real[image];
            if (labels.original[image] == 527 && std::count(set.begin(), set.end(), 527) > 0) {
                ++rows;
                right += ranked[i][0] == 527;
            }
        }
        char text[32];
        (void)snprintf(text, sizeof text, "%.1f", 100.0 * right / rows);
        EXPECT_EQ(by_model[1][column], text) << name;
    }
    // Figure 6: a line a model, and the oracle's: the mean of the 252 expectations
    EXPECT_EQ(Count(page, " in the mean of these classes</title></path>"), 22u);
    // beside Figure 4: what ReaL adds, 81.982 - 75.062
    EXPECT_TRUE(Holds(page, "resnet50: ReaL is 6.92 points above 75.06 % of ImageNet"));
}

// Figure 7 and Figure 1 of the published answers and scores, as `reassess mistakes` counts them.
TEST(ReportRealModels, published_answers_and_scores)
{
    RS_NEED_DATA();
    RS_SKIP_MERE_VOLUME();
    ASSERT_TRUE(RealFolder().made);
    const TemporaryFolder folder;
    const std::string published = DataFolder() + "/reassessed-imagenet/";
    std::vector<std::string> command = {RS_TEST_PROGRAM, "report"};
    for (const std::string &option : RealLabelOptions()) {
        command.push_back(option);
    }
    command.insert(command.end(),
                   {"--answers", published + "raters.npz", "--rater-scores",
                    published + "scores.npz", RealFolder().folder.path(), "-o",
                    folder.path("r.html")});
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::string page = ReadFile(folder.path("r.html"));
    const std::vector<Row> judged = TableAfter(page, "mistakes");
    ASSERT_EQ(judged.size(), 22u);
    const Row resnet50 = *Find(judged, 0, "resnet50");
    EXPECT_EQ(Row(resnet50.begin() + 2, resnet50.end()),
              (Row{"12,469", "65.1 15.2, 19.7", "8,439", "95.4 4.6, 0.0"}));
    EXPECT_TRUE(Holds(page, "The answers cover the label sets"));
    EXPECT_TRUE(Holds(page, "resnet50: raters score the prediction higher in 31.86 % of 10,952 "
                            "(equal 333, not rated 1,184)"));
}

// Names come from WordNet where that is installed, else the synset id stands for them.
TEST(ReportRealModels, classes_have_names)
{
    RS_NEED_DATA();
    ASSERT_TRUE(RealFolder().made);
    const TemporaryFolder folder;
    ASSERT_EQ(RealFolder().report(folder.path("r.html")).exit_status, 0);
    const std::string page = ReadFile(folder.path("r.html"));
    const bool wordnet = std::filesystem::exists("/usr/share/wordnet/data.noun");
    EXPECT_EQ(TableAfter(page, "oracle")[1][0], wordnet ? "desktop computer" : "n03180011");
    const Row pair = TableAfter(page, "confusions")[1];
    EXPECT_EQ(pair[0], wordnet ? "laptop" : "n03642806");
    EXPECT_EQ(pair[1], wordnet ? "notebook" : "n03832673");
}

} // namespace
