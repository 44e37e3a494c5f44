// reassess report: what stands in the page, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>

#include "report_folder.h"
#include "support/markup.h"

namespace {

using Row = std::vector<std::string>;

const std::vector<float> first_model = {3, 1, 2, 0, 1, 5, 1, 0, 0, 2, 2, 1};
const std::vector<float> right_model = {3, 1, 2, 0, 5, 1, 0, 0, 1, 2, 0, 5};

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

TEST(ReportCommand, small_numbers_by_hand)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    const ProgramResult result = results.report();
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "");
    const std::string page = results.page();

    // b: images 0 to 3 are answered 0 1 2 2, all by the labels; ReaL wants 0, 1 or 2, -, 0.
    const std::vector<Row> board = TableAfter(page, "leaderboard");
    ASSERT_EQ(board.size(), 3u);
    EXPECT_EQ(board[1], (Row{"1", "a",
                             "ImageNet 25.00 %, 95 % interval 4.56 to 69.94 ReaL 100.00 "
                             "%, 95 % interval 43.85 to 100.00",
                             "100.00 43.85\u2013100.00", "25.00 4.56\u201369.94", "2", "100.00",
                             "100.00", "0 of 1"}));
    EXPECT_EQ(board[2][1], "b");
    EXPECT_EQ(board[2][3], "66.67 20.77\u201393.85");
    EXPECT_EQ(board[2][4], "100.00 51.01\u2013100.00");
    EXPECT_EQ(board[2][5], "1");
    EXPECT_EQ(board[2][8], "1 of 1");

    // a differs from the label in images 1 (both right) and 3 (the prediction alone).
    const std::vector<Row> bars = TableAfter(page, "disagreements");
    ASSERT_EQ(bars.size(), 3u);
    EXPECT_EQ(Row(bars[1].begin() + 2, bars[1].end()), (Row{"1", "1", "0", "0", "2"}));
    EXPECT_EQ(Row(bars[2].begin() + 2, bars[2].end()), (Row{"0", "0", "0", "0", "0"}));

    // Class 1 has one image with two labels: the oracle is at 50 %, b right, a wrong.
    const std::vector<Row> classes = TableAfter(page, "oracle");
    ASSERT_EQ(classes.size(), 2u);
    EXPECT_EQ(classes[1], (Row{"class 1", "1", "50.0 \u00b1 50.0", "100.0", "b", "+50.0", "50.0",
                               "1 of 2", "0.500"}));
    EXPECT_TRUE(Holds(page, "in 1 classes less than 90&#160;% of the time"));

    // a: 1 taken for 2 (image 1), 2 for 0 (images 2, without labels, and 3).
    const std::vector<Row> pairs = TableAfter(page, "confusions");
    ASSERT_EQ(pairs.size(), 3u);
    EXPECT_EQ(pairs[1], (Row{"class 2", "class 0", "1.0", "100.0", ""}));
    EXPECT_EQ(pairs[2], (Row{"class 1", "class 2", "0.5", "100.0", ""}));

    const std::vector<Row> neighbours = TableAfter(page, "pairs");
    ASSERT_EQ(neighbours.size(), 2u);
    EXPECT_EQ(neighbours[1], (Row{"a", "b", "33.33", "1", "0", "1.000", "may be chance"}));
}

TEST(ReportCommand, page_is_well_formed_and_needs_nothing_from_outside)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a", {"--calibration"}).exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b", {"--calibration"}).exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    const std::string page = results.page();
    std::string problem;
    const std::vector<Element> elements = ParseMarkup(page, &problem);
    EXPECT_EQ(problem, "");
    std::map<std::string, size_t> names;
    for (const Element &element : elements) {
        names[element.name] += 1;
        EXPECT_FALSE(Holds(element.attributes, " src=")) << element.attributes;
        EXPECT_FALSE(std::regex_search(element.attributes, std::regex(" on[a-z]*=")))
            << element.attributes;
        if (Holds(element.attributes, " href=")) {
            EXPECT_TRUE(Holds(element.attributes, " href=\"#")) << element.attributes;
        }
        if (element.name == "svg" && Holds(element.attributes, "class=\"plot\"")) {
            EXPECT_TRUE(Holds(element.attributes, "aria-label=\"")) << element.attributes;
        }
    }
    EXPECT_EQ(names["script"], 0u);
    EXPECT_EQ(names["link"], 0u);
    EXPECT_EQ(names["img"], 0u);
    EXPECT_EQ(names["html"], 1u);
    EXPECT_EQ(names["section"], 9u);
    EXPECT_EQ(names["figure"], 4u);
    EXPECT_FALSE(Holds(page, "@import"));
    EXPECT_FALSE(Holds(page, "url("));
    EXPECT_FALSE(Holds(page, "nan"));
    EXPECT_FALSE(Holds(page, "inf\""));
}

TEST(ReportCommand, links_lead_to_parts_that_are_there)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    const std::string page = results.page();
    for (size_t at = page.find("href=\"#"); at != std::string::npos;
         at = page.find("href=\"#", at + 1)) {
        const std::string target = page.substr(at + 7, page.find('"', at + 7) - at - 7);
        EXPECT_EQ(Count(page, "id=\"" + target + "\""), 1u) << target;
    }
}

TEST(ReportCommand, one_model_says_what_it_cannot_tell)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    const std::string page = results.page();
    std::string problem;
    (void)ParseMarkup(page, &problem);
    EXPECT_EQ(problem, "");
    EXPECT_TRUE(Holds(page, "<h1>1 model against the reassessed labels</h1>"));
    EXPECT_TRUE(Holds(page, "too few models"));
    EXPECT_TRUE(Holds(page, "The two slopes are not compared: "));
    EXPECT_TRUE(Holds(page, "There are not two models with their predictions in the folder."));
    EXPECT_TRUE(Holds(page, "No record holds calibration"));
}

TEST(ReportCommand, names_stay_text)
{
    const TemporaryFolder names;
    const std::string list = names.write("names.txt", "<b>bold</b>, x\na & b\n\"q\" 'r'\n");
    SmallResults results({"--names", list});
    const std::string bad = "<script>alert(1)</script>&\"'</title></style>";
    ASSERT_EQ(results.add("a", first_model, bad).exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b\x01\xff").exit_status, 0);
    ASSERT_EQ(results.report({"--title", "</title><script>x</script>"}).exit_status, 0);
    const std::string page = results.page();
    std::string problem;
    const std::vector<Element> elements = ParseMarkup(page, &problem);
    EXPECT_EQ(problem, "");
    for (const Element &element : elements) {
        EXPECT_NE(element.name, "script");
        EXPECT_TRUE(element.name != "b" || element.attributes.empty());
    }
    EXPECT_TRUE(Holds(page, "<h1>&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;</h1>"));
    const std::vector<Row> board = TableAfter(page, "leaderboard");
    EXPECT_EQ(board[1][1], bad.substr(0, 39) + "\u2026");
    EXPECT_EQ(board[2][1], "b \ufffd");
    EXPECT_TRUE(Holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;&lt;/title&gt;"
                            "&lt;/style&gt;: ImageNet 25.00 %"));
    EXPECT_EQ(TableAfter(page, "confusions")[2][1], "\"q\" 'r'");
    EXPECT_EQ(TableAfter(page, "confusions")[1][1], "<b>bold</b>");
}

TEST(ReportCommand, same_folder_same_bytes)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    const std::string once = results.page();
    ASSERT_EQ(results.report().exit_status, 0);
    EXPECT_EQ(results.page(), once);
}

TEST(ReportCommand, calibration_is_shown_where_it_was_measured)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a", {"--calibration"}).exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    const std::vector<Row> table = TableAfter(results.page(), "calibration");
    ASSERT_EQ(table.size(), 2u);
    EXPECT_EQ(table[1][0], "a");
    // softmax of (3 1 2), (0 1 5), (1 0 0), (2 2 1): 0.6652, 0.9756, 0.5761, 0.4223
    EXPECT_EQ(table[1][1], "65.98");
    EXPECT_EQ(table[1][2], "100.00");
}

TEST(ReportCommand, what_is_missing_is_said)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    std::filesystem::remove(results.folder.path("a.topk.npz"));
    results.folder.write("c.error.json",
                         "{\"schema\":\"reassess.error/1\",\"model\":\"c <x>\",\"error\":{"
                         "\"text\":\"c.npy: cut short\"}}\n");
    const ProgramResult result = results.report();
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_TRUE(Holds(result.err, "1 of 2 models have no predictions in the folder"));
    EXPECT_TRUE(Holds(result.err, "1 models failed in their last run"));
    const std::string page = results.page();
    EXPECT_TRUE(Holds(page, "Of 1 model the predictions were not in the folder"));
    EXPECT_TRUE(Holds(page, "<li><b>c &lt;x&gt;</b>: c.npy: cut short</li>"));
    EXPECT_TRUE(Holds(page, "The model is b, the best by ReaL of those whose counts by"));
    std::filesystem::remove(results.folder.path("b.topk.npz"));
    ASSERT_EQ(results.report().exit_status, 0);
    EXPECT_EQ(Count(results.page(), " are not in the folder: <code>reassess sweep</code>"), 2u);
}

// ---- what is refused ----

TEST(ReportCommand, usage)
{
    const struct {
        std::vector<std::string> arguments;
        const char *message;
    } cases[] = {
        {{"report"}, "one folder of results is needed, 0 were given"},
        {{"report", "a", "b", "-o", "x"}, "one folder of results is needed, 2 were given"},
        {{"report", "a"}, "-o FILE.html is needed"},
    };
    for (const auto &one : cases) {
        std::vector<std::string> command = {RS_TEST_PROGRAM};
        command.insert(command.end(), one.arguments.begin(), one.arguments.end());
        const ProgramResult result = RunProgram(command);
        EXPECT_EQ(result.exit_status, 2);
        EXPECT_TRUE(Holds(result.err, one.message)) << result.err;
    }
}

void ExpectRefused(const SmallResults &results, const std::string &message)
{
    const ProgramResult result = results.report();
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_TRUE(Holds(result.err, message)) << result.err;
    EXPECT_FALSE(std::filesystem::exists(results.html())); // no half page
}

TEST(ReportCommand, folder_without_results)
{
    const SmallResults results;
    ExpectRefused(results, "there are no results in this folder; reassess sweep --out DIR");
}

TEST(ReportCommand, record_that_is_broken)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    const std::string whole = ReadFile(results.folder.path("a.json"));
    results.folder.write("a.json", whole.substr(0, whole.size() / 2));
    ExpectRefused(results, "a.json");
    std::string wrong = whole;
    wrong.replace(wrong.find("\"correct\":3"), 11, "\"correct\":9");
    results.folder.write("a.json", wrong);
    ExpectRefused(results, "real_top1.correct is larger than can be");
}

TEST(ReportCommand, record_of_other_labels)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    results.task.folder.write("labels.txt", "0\n1\n2\n1\n");
    ExpectRefused(results, "a was scored against other labels than these; name the labels");
}

TEST(ReportCommand, predictions_of_another_model)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    std::filesystem::rename(results.folder.path("a.topk.npz"), results.folder.path("b.topk.npz"));
    ExpectRefused(results, "these predictions are not those of the record beside them: "
                           "imagenet_top1 has 1 right, not 4");
}

TEST(ReportCommand, page_that_cannot_be_written)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    const ProgramResult result = results.report({"-o", results.folder.path("no/where.html")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_TRUE(Holds(result.err, "no/where.html")) << result.err;
}

// ---- the 21 real models ----

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
        const Row &row = *Find(board, 1, model);
        EXPECT_EQ(row[3].substr(0, 5), Percent(counts.real1 / 46837.0));
        EXPECT_EQ(row[4].substr(0, 5), Percent(counts.top1 / 50000.0));
        EXPECT_EQ(row[6], Percent(counts.real5 / 46837.0));
        EXPECT_EQ(row[7], Percent(counts.top5 / 50000.0));
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
    const Row resnet50 = *Find(board, 1, "resnet50");
    EXPECT_EQ(resnet50[3], "81.98 81.63\u201382.33");
    EXPECT_EQ(resnet50[4], "75.06 74.68\u201375.44");
    EXPECT_EQ(resnet50[6], "95.25");
    EXPECT_EQ(resnet50[7], "92.48");
    EXPECT_EQ(resnet50[8], "43 of 252");
    EXPECT_EQ(board[1][1], "resnet152"); // the best first
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
    EXPECT_TRUE(Holds(page, "an unbiased oracle would be above its own expectation in "
                            "<b>122.3</b>"));
    EXPECT_EQ(Count(page, " images</title></path>"),
              252u + 21u + 3 * 21u + 21u); // classes, preference, further predictions
    const std::vector<Row> classes = TableAfter(page, "oracle");
    EXPECT_EQ(classes[1][1], "45");
    EXPECT_EQ(classes[1][2].substr(0, 4), "30.0");
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
