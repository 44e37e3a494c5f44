// reassess report: what stands in the page, and what is refused.
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "report_folder.h"
#include "support/markup.h"

extern "C" {
#include "base/hash.h"
#include "reassess/reassess.h"
}

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

// Why it is not well-formed, or nothing.
std::string Problem(const std::string &page)
{
    std::string problem;
    (void)ParseMarkup(page, &problem);
    return problem;
}

// The interval that reassess compare gives of two models, as the page writes it.
std::string AheadBy(const SmallResults &results, const std::string &first,
                    const std::string &second)
{
    return AheadOf(results.folder.path(),
                   {"--real", results.task.real, "--labels", results.task.labels}, first, second);
}

TEST(ReportCommand, small_numbers_by_hand)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    const ProgramResult result = results.report();
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "");
    const std::string page = results.page();
    EXPECT_EQ(result.err, results.html() + ": 2 models, " +
                              std::to_string((page.size() + 1023) / 1024) + " KB\n");

    // b: images 0 to 3 are answered 0 1 2 2, all by the labels; ReaL wants 0, 1 or 2, -, 0.
    const std::vector<Row> board = TableAfter(page, "leaderboard");
    ASSERT_EQ(board.size(), 3u);
    EXPECT_EQ(board[1], (Row{"a", "1\u20132", "100.00 43.85\u2013100.00",
                             "33.33 " + AheadBy(results, "a", "b"),
                             "ImageNet 25.00 %, 95 % interval 4.56 to 69.94 ReaL 100.00 "
                             "%, 95 % interval 43.85 to 100.00",
                             "25.00 4.56\u201369.94", "2", "100.00", "100.00", "0 of 1"}));
    EXPECT_EQ(board[2][0], "b");
    EXPECT_EQ(board[2][2], "66.67 20.77\u201393.85");
    EXPECT_EQ(board[2][3], "\u2013"); // nothing is behind the last one
    EXPECT_EQ(board[2][5], "100.00 51.01\u2013100.00");
    EXPECT_EQ(board[2][6], "1");
    EXPECT_EQ(board[2][9], "1 of 1");

    // a differs from the label in images 1 (both right) and 3 (the prediction alone).
    const std::vector<Row> bars = TableAfter(page, "disagreements");
    ASSERT_EQ(bars.size(), 3u);
    EXPECT_EQ(Row(bars[1].begin() + 2, bars[1].end()), (Row{"1", "1", "0", "0", "2"}));
    EXPECT_EQ(Row(bars[2].begin() + 2, bars[2].end()), (Row{"0", "0", "0", "0", "0"}));

    // Class 1 has one image with two labels: the oracle is at 50 %, b right, a wrong.
    const std::vector<Row> classes = TableAfter(page, "oracle");
    ASSERT_EQ(classes.size(), 2u);
    EXPECT_EQ(classes[1], (Row{"class 1", "1", "50.0 \u00b1 50.0", "100.0", "b", "+50.0", "50.0",
                               "1 of 2", "1.000"}));
    EXPECT_TRUE(Holds(page, "in 1 classes less than 90&#160;% of the time"));

    // a: 1 taken for 2 (image 1), 2 for 0 (images 2, without labels, and 3).
    const std::vector<Row> pairs = TableAfter(page, "confusions");
    ASSERT_EQ(pairs.size(), 3u);
    EXPECT_EQ(pairs[1], (Row{"class 2", "class 0", "1.0", "100.0", ""}));
    EXPECT_EQ(pairs[2], (Row{"class 1", "class 2", "0.5", "100.0", ""}));

    EXPECT_TRUE(Holds(page, "score interval (Tango)"));
    EXPECT_TRUE(Holds(page, "<h2>Any of 2 models may be the best by ReaL</h2>"));
}

TEST(ReportCommand, equal_accuracies_share_a_rank)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    ASSERT_EQ(results.add("c", right_model, "c").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    const std::vector<Row> board = TableAfter(results.page(), "leaderboard");
    ASSERT_EQ(board.size(), 4u);
    const char *const expected[][3] = {{"a", "1\u20133", "3"}, {"b", "1\u20133", "1"},
                                       {"c", "1\u20133", "1"}};
    for (size_t i = 0; i < 3; ++i) { // name, by ReaL, by ImageNet
        EXPECT_EQ(board[i + 1][0], expected[i][0]);
        EXPECT_EQ(board[i + 1][1], expected[i][1]);
        EXPECT_EQ(board[i + 1][6], expected[i][2]);
    }
    // Without predictions nobody can be told apart: the place by the accuracy.
    for (const char *name : {"a", "b", "c"}) {
        std::filesystem::remove(results.folder.path(std::string(name) + ".topk.npz"));
    }
    ASSERT_EQ(results.report().exit_status, 0);
    const std::vector<Row> places = TableAfter(results.page(), "leaderboard");
    EXPECT_EQ(places[1][1], "1");
    EXPECT_EQ(places[2][1], "2");
    EXPECT_EQ(places[3][1], "2");
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
    EXPECT_EQ(names["script"], 2u); // data, and what reads them
    EXPECT_EQ(names["link"], 0u);
    EXPECT_EQ(names["img"], 0u);
    EXPECT_EQ(names["html"], 1u);
    EXPECT_EQ(names["section"], 9u);
    EXPECT_EQ(names["figure"], 7u);
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
    EXPECT_TRUE(Holds(page, "<h2>Leaderboard</h2>"));
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
    size_t scripts = 0;
    for (const Element &element : elements) {
        scripts += element.name == "script" ? 1 : 0;
        EXPECT_TRUE(element.name != "b" || element.attributes.empty());
    }
    EXPECT_EQ(scripts, 2u);
    EXPECT_TRUE(Holds(page, "{\"name\":\"\\u003cscript\\u003ealert(1)\\u003c/script\\u003e"
                            "\\u0026\\\"'\\u003c/title\\u003e\\u003c/style\\u003e\",\"real\":100,"
                            "\"imagenet\":25}"));
    EXPECT_TRUE(Holds(page, "<h1>&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;</h1>"));
    const std::vector<Row> board = TableAfter(page, "leaderboard");
    EXPECT_EQ(board[1][0], bad);
    EXPECT_EQ(board[2][0], "b\\x01\\xff");
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
                         "\"text\":\"/home/ann/secret/c.npy: cut short\"}}\n");
    const ProgramResult result = results.report();
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_TRUE(Holds(result.err, "1 of 2 models have no predictions in the folder"));
    EXPECT_TRUE(Holds(result.err, "1 model failed in its last run"));
    const std::string page = results.page();
    EXPECT_TRUE(Holds(page, "Of 1 model the predictions were not in the folder"));
    EXPECT_TRUE(Holds(page, "<li><b>c &lt;x&gt;</b>: c.npy: cut short</li>"));
    // The page is mailed: nothing in it says where things lay.
    EXPECT_FALSE(Holds(page, "secret"));
    EXPECT_FALSE(Holds(page, results.task.folder.path()));
    EXPECT_TRUE(Holds(page, "The model is b, the best by ReaL of those whose counts by"));
    std::filesystem::remove(results.folder.path("b.topk.npz"));
    ASSERT_EQ(results.report().exit_status, 0);
    EXPECT_EQ(Count(results.page(), " are not in the folder: <code>reassess sweep</code>"), 2u);
}

// The tally of logits against label files, as a sweep leaves it beside the record of `name`.
void SaveTally(const SmallResults &results, const std::vector<float> &logits,
               const std::string &name)
{
    const std::string path = results.folder.path(name + ".tally");
    const std::string record = ReadFile(results.folder.path(name + ".json"));
    char hash[RS_HASH_TEXT_BYTES];
    const std::string note = std::string("{\"record\":\"") +
                             rs_hash_text(rs_hash(record.data(), record.size()), hash) +
                             "\",\"record_bytes\":" + std::to_string(record.size()) + "}";
    rs_labels_options label_options = {};
    label_options.real_path = results.task.real.c_str();
    label_options.original_path = results.task.labels.c_str();
    rs_evaluator_options options = {};
    options.backend = RS_BACKEND_CPU;
    options.calibration = true;
    options.threads = 1;
    rs_labels *labels = nullptr;
    rs_source *source = nullptr;
    rs_evaluator *evaluator = nullptr;
    rs_tally *tally = nullptr;
    ASSERT_EQ(rs_labels_load(&label_options, &labels, nullptr), RS_OK);
    ASSERT_EQ(rs_source_open_memory(logits.data(), RS_DTYPE_F32, 4, 3, 12, &source, nullptr),
              RS_OK);
    ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
    ASSERT_EQ(
        rs_evaluator_score(evaluator, labels, source, nullptr, nullptr, nullptr, &tally, nullptr),
        RS_OK);
    EXPECT_EQ(rs_tally_save(tally, note.c_str(), path.c_str(), nullptr), RS_OK);
    rs_tally_free(tally);
    rs_evaluator_free(evaluator);
    rs_source_close(source);
    rs_labels_free(labels);
}

TEST(ReportCommand, tallies_give_classes_and_accuracy_by_confidence)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a", {"--calibration"}).exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    const std::vector<Row> from_predictions = TableAfter(results.page(), "oracle");
    EXPECT_FALSE(Holds(results.page(), "Confidence less accuracy"));

    SaveTally(results, first_model, "a");
    SaveTally(results, right_model, "b");
    std::filesystem::remove(results.folder.path("a.topk.npz"));
    std::filesystem::remove(results.folder.path("b.topk.npz"));
    const ProgramResult result = results.report();
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(TableAfter(results.page(), "leaderboard")[1][3],
              "\u2013"); // who is right is not known
    EXPECT_EQ(TableAfter(results.page(), "oracle"), from_predictions);
    EXPECT_TRUE(Holds(results.page(), "Confidence less accuracy"));
    // a, by ReaL over images 0, 1, 3: softmax 0.6652, 0.9756, 0.4223, each in a bin of its own
    EXPECT_TRUE(Holds(results.page(), "a: confidence 66.5 %, right by ReaL 100.0 % of 1 image<"));
    EXPECT_TRUE(Holds(results.page(), "a: confidence 97.6 %, right by ReaL 100.0 % of 1 image<"));
    EXPECT_TRUE(Holds(results.page(), "a: confidence 42.2 %, right by ReaL 100.0 % of 1 image<"));
    // b: images 1 (0.9756, right) and 3 (0.9465, wrong) share the last bin
    EXPECT_TRUE(Holds(results.page(), "b: confidence 96.1 %, right by ReaL 50.0 % of 2 images"));
}

TEST(ReportCommand, tallies_that_do_not_belong_are_refused)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    const std::string labels = ReadFile(results.task.labels);
    results.task.folder.write("labels.txt", "0\n1\n2\n1\n");
    const std::string tally = results.folder.path("a.tally");
    SaveTally(results, first_model, "a");
    results.task.folder.write("labels.txt", labels);
    const ProgramResult other = results.report();
    EXPECT_EQ(other.exit_status, 1);
    EXPECT_TRUE(Holds(other.err, "a.tally: this tally is of other labels or rows than the record "
                                 "beside it; run the sweep again"))
        << other.err;
    const std::string whole = ReadFile(tally);
    results.folder.write("a.tally", whole.substr(0, whole.size() / 2));
    const ProgramResult cut = results.report();
    EXPECT_EQ(cut.exit_status, 1);
    EXPECT_TRUE(Holds(cut.err, "a.tally")) << cut.err;
    EXPECT_FALSE(std::filesystem::exists(results.html()));
}

// ---- what people say ----

// a is wrong by the label in images 1, 2 and 3, by ReaL in none. People judged images 1 and 2.
TEST(ReportCommand, people_judge_mistakes)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    const TemporaryFolder &folder = results.task.folder;
    const std::string files = folder.write("files.txt", "a.png\nb.png\nc.png\nd.png\n");
    const std::string votes = folder.write("votes.csv", "rater,image,label,answer\n"
                                                        "r,b.png,1,no\nr,b.png,2,yes\n"
                                                        "r,d.png,0,yes\nr,d.png,2,no\n");
    const std::string answers = folder.write("answers.csv", "rater,image,label,answer\n"
                                                            "r,b.png,2,yes\nr,c.png,0,no\n");
    const std::string scores = folder.path("scores.npz");
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "aggregate", "--votes", votes, "--method", "majority",
                          "--scores-out", scores})
                  .exit_status,
              0);
    const ProgramResult result =
        results.report({"--files", files, "--answers", answers, "--rater-scores", scores});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::string page = results.page();
    std::string problem;
    (void)ParseMarkup(page, &problem);
    EXPECT_EQ(problem, "");
    const std::vector<Row> judged = TableAfter(page, "mistakes");
    ASSERT_EQ(judged.size(), 2u);
    EXPECT_EQ(judged[1][0], "a");
    EXPECT_EQ(Row(judged[1].begin() + 2, judged[1].end()),
              (Row{"3", "50.0 0.0, 50.0", "0", "\u2013"}));
    EXPECT_TRUE(Holds(page, "1 not judged, by the original labels"));
    EXPECT_TRUE(Holds(page, "people call 50.0&#160;% clear"));
    EXPECT_FALSE(Holds(page, "The answers cover the label sets"));
    EXPECT_TRUE(Holds(page, "a: raters score the prediction higher in 100.00 % of 2 (equal 0, not "
                            "rated 1)"));
    // Scores alone add their points, and no part on mistakes; without either there is neither.
    ASSERT_EQ(results.report({"--files", files, "--rater-scores", scores}).exit_status, 0);
    EXPECT_FALSE(Holds(results.page(), "id=\"mistakes\""));
    EXPECT_TRUE(Holds(results.page(), "raters score the prediction higher"));
    ASSERT_EQ(results.report().exit_status, 0);
    EXPECT_FALSE(Holds(results.page(), "raters score"));
    const ProgramResult alone = results.report({"--files", files});
    EXPECT_EQ(alone.exit_status, 2);
    EXPECT_TRUE(Holds(alone.err,
                      "--files names images for --images, --golden, --rater-scores or --answers"));
    const ProgramResult unknown = results.report({"--answers", answers});
    EXPECT_EQ(unknown.exit_status, 1) << unknown.err; // b.png is no ILSVRC image
}

// ---- sizes ----

TEST(ReportCommand, accuracy_over_size)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    ASSERT_EQ(results.add("c", right_model, "c").exit_status, 0);
    const TemporaryFolder &folder = results.task.folder;
    const std::string meta = folder.write("meta.csv", "model,top1,param_count\na,1,\"1,012.50\"\n"
                                                      "other,1,3\nb,2,25.56\nc,3,\n");
    ASSERT_EQ(results.report({"--meta", meta}).exit_status, 0);
    const std::string page = results.page();
    std::string problem;
    (void)ParseMarkup(page, &problem);
    EXPECT_EQ(problem, "");
    EXPECT_TRUE(Holds(page, "<title>a: 1012.5 million parameters, ReaL 100.00 %</title>"));
    EXPECT_TRUE(Holds(page, "<title>b: 25.56 million parameters, ReaL 66.67 %</title>"));
    EXPECT_FALSE(Holds(page, "c: 0 million"));
    EXPECT_TRUE(Holds(page, ">100</text>")); // of the powers of ten
    EXPECT_FALSE(Holds(page, "pixels, ReaL"));
    // the size of the images, beside the other one, and alone; one for all is not drawn
    ASSERT_EQ(
        results
            .report({"--meta", folder.write("both.csv", "img_size,model,param_count\n224,a,5\n"
                                                        "384,b,\n384,c,7\n")})
            .exit_status,
        0);
    EXPECT_TRUE(Holds(results.page(), "<title>a: 5 million parameters, ReaL 100.00 %</title>"));
    EXPECT_TRUE(Holds(results.page(), "<title>a: 224 pixels, ReaL 100.00 %</title>"));
    EXPECT_TRUE(Holds(results.page(), "<title>b: 384 pixels, ReaL 66.67 %</title>"));
    EXPECT_TRUE(Holds(results.page(), "side of the images, pixels"));
    EXPECT_FALSE(Holds(results.page(), "b: 0 million"));
    const std::string pixels = folder.write("pixels.csv", "model,img_size\na,224\nb,384\n");
    ASSERT_EQ(results.report({"--meta", pixels}).exit_status, 0);
    EXPECT_TRUE(Holds(results.page(), "What larger images buy"));
    EXPECT_FALSE(Holds(results.page(), "What size buys"));
    const std::string same = folder.write("same.csv", "model,img_size\na,224\nb,224\nc,224\n");
    ASSERT_EQ(results.report({"--meta", same}).exit_status, 0);
    EXPECT_FALSE(Holds(results.page(), "What larger images buy"));
    ASSERT_EQ(results.report().exit_status, 0);
    EXPECT_FALSE(Holds(results.page(), "million parameters"));
    EXPECT_FALSE(Holds(page, "class=\"f1\"")); // each is a family of its own
    const struct {
        const char *text, *message;
    } bad[] = {
        {"model,top1\na,1\n", "the header lacks model, or both param_count and img_size"},
        {"img_size,param_count\n1,2\n", "the header lacks model, or both"},
        {"model,img_size\na,wide\n",
         "\"wide\" in column img_size is no number above 0; write pixels"},
        {"model,param_count\na,big\n", "\"big\" in column param_count is no number above 0"},
        {"model,param_count\na,-1\n", "is no number above 0"},
        {"model,param_count\nd,1\n", "the table names none of the models"},
        {"model,param_count\na\n", "fewer cells than the header"},
        {"", "the header lacks"},
    };
    for (const auto &one : bad) {
        const ProgramResult result =
            results.report({"--meta", folder.write("bad.csv", one.text)});
        EXPECT_EQ(result.exit_status, 1) << one.text;
        EXPECT_TRUE(Holds(result.err, one.message)) << result.err;
    }
}

// ---- what is refused ----

// b and its copies are wrong on image 4 alone, whose label, 2, is not in its set, {0}; a is right
// there.
TEST(ReportCommand, pictures_are_shown_where_asked_for)
{
    SmallResults results;
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    ASSERT_EQ(results.report().exit_status, 0);
    EXPECT_FALSE(Holds(results.page(), "<img"));
    const ProgramResult result = results.report({"--images", "p/{class}/{stem}.png?a&b"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    std::string page = results.page();
    EXPECT_EQ(Problem(page), "");
    const std::string url = "p/2/ILSVRC2012_val_00000004.png?a&amp;b";
    EXPECT_EQ(Count(page, "<img"), 1u);
    EXPECT_EQ(Count(page, "src=\"" + url + "\""), 1u);
    EXPECT_TRUE(Holds(page, "On 1 image every model is wrong by ReaL; on 0 ReaL and every model "));
    EXPECT_TRUE(Holds(page, "<dd class=\"imagenet\">class 2</dd><dt>ReaL</dt><dd class=\"real\">"
                            "class 0</dd><dt>1 of 1 say</dt><dd>class 2</dd><dt>wrong by ReaL</dt>"
                            "<dd>1 of 1</dd>"));

    // Half of the models are not most of them.
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    ASSERT_EQ(results.report({"--images", "p/{image}"}).exit_status, 0);
    page = results.page();
    EXPECT_FALSE(Holds(page, "<img"));
    ASSERT_EQ(results.add("c", right_model, "c").exit_status, 0);
    ASSERT_EQ(results.report({"--images", "p/{image}"}).exit_status, 0);
    page = results.page();
    EXPECT_EQ(Count(page, "<img"), 1u);
    EXPECT_TRUE(Holds(page, "On 0 images every model is wrong"));
    EXPECT_TRUE(Holds(page, "<dt>2 of 3 say</dt><dd>class 2</dd><dt>wrong by ReaL</dt><dd>2 of 3"));
}

TEST(ReportCommand, pictures_where_real_and_all_models_are_against_the_label)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    const std::string files =
        results.task.folder.write("files.txt", "w.jpg\nx.jpg\ny.jpg\nz#\".jpg\n");
    ASSERT_EQ(results.report({"--images", "{image}", "--files", files}).exit_status, 0);
    const std::string page = results.page();
    EXPECT_EQ(Problem(page), "");
    EXPECT_EQ(Count(page, "<img"), 1u);
    EXPECT_TRUE(Holds(page, "src=\"z%23%22.jpg\" alt=\"z#&quot;.jpg\""));
    EXPECT_TRUE(Holds(page, "ReaL and all models against the label: 1 image</h3>"));
}

TEST(ReportCommand, patterns_of_pictures_are_checked)
{
    SmallResults results;
    ASSERT_EQ(results.add("b", right_model, "b").exit_status, 0);
    ProgramResult result = results.report({"--images", "p/{name}"});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_TRUE(Holds(result.err, "--images: {name} stands for nothing")) << result.err;
    result = results.report({"--images", "p/{synset}/{image}"});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_TRUE(Holds(result.err, "{synset} of classes, which is not known")) << result.err;
    result = results.report({"--images", "p/{image}"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_TRUE(Holds(result.err, "the first picture is not there")) << result.err;
    EXPECT_TRUE(Holds(result.err, "p/ILSVRC2012_val_00000004.JPEG")) << result.err;
    results.task.folder.write("ILSVRC2012_val_00000004.JPEG", "");
    result = results.report({"--images", "{image}"});
    EXPECT_FALSE(Holds(result.err, "not there")) << result.err;
}

// Three experts on four pairs. By their majority (0,0), (1,1) and (3,0) are there, (2,1) is not.
// The labels, 0 1 2 2, say two of the three.
TEST(ReportCommand, experts_and_labels_on_what_experts_settled)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "a").exit_status, 0);
    const TemporaryFolder &folder = results.task.folder;
    const auto image = [](int number) {
        return "ILSVRC2012_val_0000000" + std::to_string(number) + ".JPEG";
    };
    std::string votes = "rater,image,label,answer\n";
    const struct {
        const char *expert, *answers[4];
    } said[] = {{"<ann>", {"yes", "yes", "no", "yes"}},
                {"bob", {"yes", "no", "no", "yes"}},
                {"cid", {"no", "yes", "yes", "no"}}};
    const int labels[] = {0, 1, 1, 0};
    for (const auto &one : said) {
        for (int i = 0; i < 4; ++i) {
            votes += one.expert + ("," + image(i + 1)) + "," + std::to_string(labels[i]) + "," +
                     one.answers[i] + "\n";
        }
    }
    const std::string golden = folder.write("golden.csv", votes);
    ASSERT_EQ(results.report({"--golden", golden}).exit_status, 0);
    const std::string page = results.page();
    EXPECT_EQ(Problem(page), "");
    EXPECT_TRUE(Holds(page, "Experts settled 4 pairs of an image and a class, 3 of them present."));
    EXPECT_TRUE(Holds(page, "<title>expert &lt;ann&gt;: precision 100.00 %, recall 100.00 %"));
    EXPECT_TRUE(Holds(page, "<title>expert bob: precision 100.00 %, recall 66.67 %"));
    EXPECT_TRUE(Holds(page, "<title>expert cid: precision 50.00 %, recall 33.33 %"));
    EXPECT_TRUE(Holds(page, "<title>original labels: precision 100.00 %, recall 66.67 %"));
    const std::vector<Row> table = TableAfter(page, "golden");
    ASSERT_EQ(table.size(), 5u);
    EXPECT_EQ(table[1][0], "original labels");
    EXPECT_EQ(table[2][0], "expert <ann>, by the others");
    EXPECT_FALSE(Holds(page, "scores over all thresholds")); // none were given

    ASSERT_EQ(results.report().exit_status, 0);
    EXPECT_FALSE(Holds(results.page(), "id=\"golden\""));
    const std::string lists = folder.write("golden.json", "{\"" + image(1) + "\": [0]}");
    const ProgramResult refused = results.report({"--golden", lists});
    EXPECT_EQ(refused.exit_status, 2);
    EXPECT_TRUE(Holds(refused.err, "give --rater-scores too")) << refused.err;
}

// Green and purple are the halves of the models, in the trend; all else is by what it is judged by.
TEST(ReportCommand, colours_mean_one_thing)
{
    SmallResults results;
    for (const char *name : {"a", "b", "c"}) {
        ASSERT_EQ(results.add(name, name[0] == 'a' ? first_model : right_model, name,
                              {"--calibration"})
                      .exit_status,
                  0);
    }
    const std::string files =
        results.task.folder.write("files.txt", "a.png\nb.png\nc.png\nd.png\n");
    const std::string answers = results.task.folder.write("answers.csv",
                                                          "rater,image,label,answer\n"
                                                          "ann,d.png,0,no\nann,b.png,2,yes\n");
    ASSERT_EQ(results.report({"--files", files, "--answers", answers}).exit_status, 0);
    const std::string page = results.page();
    const size_t trend = page.find("id=\"trend\"");
    const size_t further = page.find("id=\"further\"");
    ASSERT_NE(further, std::string::npos);
    ASSERT_LT(trend, further);
    const std::string halves = page.substr(trend, further - trend);
    const std::string others = page.substr(page.find("<body"), trend - page.find("<body")) +
                               page.substr(further);
    for (const char *ink : {"lower", "upper"}) {
        const std::string mark = std::string("class=\"") + ink + "\"";
        const std::string line = std::string("class=\"line ") + ink + "\"";
        EXPECT_TRUE(Holds(halves, mark.c_str()) || Holds(halves, line.c_str())) << ink;
        EXPECT_FALSE(Holds(others, mark.c_str())) << ink;
        EXPECT_FALSE(Holds(others, line.c_str())) << ink;
        EXPECT_FALSE(Holds(others, (std::string("hollow ") + ink).c_str())) << ink;
    }
    const std::string mistakes = page.substr(page.find("id=\"mistakes\""));
    EXPECT_TRUE(Holds(mistakes, "class=\"key piece-unjudged\""));
    // and the style sheet gives those two colours to nothing else
    EXPECT_EQ(Count(page, "var(--lower)"), 2u);
    EXPECT_EQ(Count(page, "var(--upper)"), 2u);
}

// b and c are of one family by their names, a and c by the column.
TEST(ReportCommand, families_have_colours)
{
    SmallResults results;
    ASSERT_EQ(results.add("a", first_model, "net50.x").exit_status, 0);
    ASSERT_EQ(results.add("b", right_model, "vit_<b>").exit_status, 0);
    ASSERT_EQ(results.add("c", right_model, "vit.c").exit_status, 0);
    const TemporaryFolder &folder = results.task.folder;
    const std::string by_name =
        folder.write("meta.csv", "model,param_count\nnet50.x,1\nvit_<b>,2\nvit.c,4\n");
    ASSERT_EQ(results.report({"--meta", by_name}).exit_status, 0);
    std::string page = results.page();
    EXPECT_EQ(Problem(page), "");
    // two points in each of three drawings, and its legends in the trend and over size
    EXPECT_EQ(Count(page, "<path class=\"f1\" fill=\"#b07f00\""), 3u * 2 + 2);
    EXPECT_EQ(Count(page, "</path></svg>vit</li>"), 2u);
    EXPECT_EQ(Count(page, "</path></svg>other families</li>"), 2u);
    EXPECT_FALSE(Holds(page, "class=\"f2\""));
    EXPECT_TRUE(Holds(page, "median ImageNet accuracy, the squares"));
    // the halves keep their lines only
    const size_t trend = page.find("id=\"trend\"");
    const std::string drawn = page.substr(trend, page.find("id=\"further\"") - trend);
    EXPECT_TRUE(Holds(drawn, "class=\"line upper\""));
    EXPECT_FALSE(Holds(drawn, "<path class=\"upper\""));
    EXPECT_FALSE(Holds(drawn, "<path class=\"lower\""));

    const std::string by_column = folder.write(
        "meta.csv", "family,model,param_count\n<&>,net50.x,1\n,vit_<b>,2\n<&>,vit.c,\n");
    ASSERT_EQ(results.report({"--meta", by_column}).exit_status, 0);
    page = results.page();
    EXPECT_EQ(Problem(page), "");
    EXPECT_EQ(Count(page, "<path class=\"f1\" fill=\"#b07f00\""), 2u * 2 + 1 + 2);
    EXPECT_EQ(Count(page, "</path></svg>&lt;&amp;&gt;</li>"), 2u);
}

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

} // namespace
