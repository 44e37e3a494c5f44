// eval and sweep with --rater-scores on the published data, against NumPy's account of it
// (tests/relabel/bracket_reference.py), and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "rated_task.h"
#include "support/program.h"
#include "support/real_data.h"
#include "support/records.h"
#include "support/sanitized.h"

namespace {

struct BracketCase {
    const char *model;
    int64_t correct;
    int64_t unasked;
    int64_t by_threshold[10];
};

#include "relabel/bracket_reference.inc"

std::string PublishedScores()
{
    return DataFolder() + "/reassessed-imagenet/scores.npz";
}

std::vector<std::string> Command(const std::string &command, const std::vector<std::string> &more,
                                 bool predictions = true)
{
    std::vector<std::string> words = {RS_TEST_PROGRAM, command, "--quiet", "--order",
                                      "imagefolder"};
    if (predictions) {
        words.insert(words.end(), {"--pred-scores", "preds=probs"});
    }
    for (const std::string &option : RealLabelOptions()) {
        words.push_back(option);
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

BracketCase CaseOf(const std::string &model)
{
    const auto found = std::find_if(std::begin(kBrackets), std::end(kBrackets),
                                    [&](const BracketCase &one) { return model == one.model; });
    EXPECT_NE(found, std::end(kBrackets)) << model;
    return found == std::end(kBrackets) ? BracketCase{} : *found;
}

void ExpectCase(const Record &record, const BracketCase &wanted)
{
    EXPECT_EQ(record.integer("real_bracket.correct"), wanted.correct);
    EXPECT_EQ(record.integer("real_bracket.unasked"), wanted.unasked);
    EXPECT_EQ(record.integer("real_bracket.total"), 46837);
    EXPECT_DOUBLE_EQ(record.number("real_bracket.low"), wanted.correct / 46837.0);
    EXPECT_DOUBLE_EQ(record.number("real_bracket.high"),
                     (wanted.correct + wanted.unasked) / 46837.0);
    for (size_t t = 0; t < 10; ++t) {
        const std::string at = "real_bracket.thresholds.at_" + std::to_string(50 + 5 * t);
        EXPECT_EQ(record.integer(at + ".correct"), wanted.by_threshold[t]) << at;
        EXPECT_EQ(record.integer(at + ".total"), kThresholdTotals[t]) << at;
    }
}

TEST(RaterScores, all_published_models)
{
    RS_NEED_DATA();
    std::vector<std::string> more = {"--json", "-", "--rater-scores", PublishedScores()};
    const std::vector<std::string> models = RealModels();
    for (const std::string &model : models) {
        more.push_back(PredictionsPath(model));
    }
    const ProgramResult result = RunProgram(Command("eval", more));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::vector<std::string> lines = SplitLines(result.out);
    ASSERT_EQ(lines.size(), 21u);
    ASSERT_EQ(std::size(kBrackets), 21u);
    for (size_t i = 0; i < lines.size(); ++i) {
        SCOPED_TRACE(models[i]);
        ExpectCase(Record(lines[i]), CaseOf(models[i]));
    }
}

TEST(RaterScores, row_ranges_of_a_sweep_merge_into_the_whole)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    const std::string whole = folder.path("whole");
    const std::string parts = folder.path("parts");
    const std::string path = PredictionsPath("resnet50");
    const auto sweep = [&](const std::string &out, std::vector<std::string> more) {
        more.insert(more.end(),
                    {"--name", "m", "--rater-scores", PublishedScores(), "--out", out, path});
        const ProgramResult result = RunProgram(Command("sweep", more));
        EXPECT_EQ(result.exit_status, 0) << result.err;
    };
    sweep(whole, {});
    for (const char *range : {"0:1", "1:20000", "20000:50000"}) {
        sweep(parts, {"--row-range", range});
    }
    const ProgramResult merged =
        RunProgram({RS_TEST_PROGRAM, "merge", "--quiet", parts, "-o", folder.path("m.jsonl")});
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    const auto bracket = [](const std::string &text) {
        const size_t begin = text.find("\"real_bracket\"");
        return text.substr(begin, text.find("\"disagreements\"") - begin);
    };
    const std::string of_whole = ReadFile(whole + "/m.json");
    ASSERT_NE(of_whole.find("\"real_bracket\""), std::string::npos);
    EXPECT_EQ(bracket(ReadFile(folder.path("m.jsonl"))), bracket(of_whole));
    ExpectCase(Record(of_whole), CaseOf("resnet50"));
}

// Logits have no rank but that of their values, and are read in blocks by several threads.
TEST(RaterScores, logits_give_what_their_predictions_give)
{
    RS_NEED_DATA();
    RS_SKIP_IF_SANITIZED("a hundred megabytes: run by the optimised build only");
    const TemporaryFolder folder;
    const std::string path = folder.path("logits.npy");
    const ProgramResult made = RunProgram(
        {RS_TEST_PROGRAM, "synth", "logits", "--quiet", "--from-predictions",
         PredictionsPath("vgg16"), "--pred-scores", ProbabilitiesPath("vgg16"), "--shape", "0,1000",
         "--dtype", "f16", "-o", path});
    ASSERT_EQ(made.exit_status, 0) << made.err;
    const std::string scores = PublishedScores();
    for (const char *isa : {"portable", "auto"}) {
        const ProgramResult result = RunProgram(
            Command("eval", {"--isa", isa, "--json", "-", "--rater-scores", scores, path}, false));
        ASSERT_EQ(result.exit_status, 0) << result.err;
        ExpectCase(Record(SplitLines(result.out).at(0)),
                   CaseOf("vgg16"));
    }
}

// ---- small tasks ----

TEST(RaterScores, the_table_names_both_ends)
{
    const RatedTask task;
    const std::string other = task.write("other.npy", {0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0});
    const ProgramResult one = RunProgram({RS_TEST_PROGRAM, "eval", "--real", task.real, "--labels",
                                          task.labels, "--rater-scores", task.good(), "--files",
                                          task.files, other});
    ASSERT_EQ(one.exit_status, 0) << one.err;
    // a: 1 was asked, b: 0 was not, d: 1 was not
    EXPECT_NE(one.out.find("  2 first predictions no rater was asked about: ReaL top-1 is 0.00 "
                           "with them\n    wrong, 66.67 with them right"),
              std::string::npos)
        << one.out;
    EXPECT_NE(one.out.find("\n    threshold  ReaL\n         0.50  0.00\n"),
              std::string::npos)
        << one.out;
    const ProgramResult two = task.eval(task.with(task.good(), {other}));
    ASSERT_EQ(two.exit_status, 0) << two.err;
    const Words lines = SplitLines(two.out);
    ASSERT_EQ(lines.size(), 17u);
    EXPECT_EQ(lines[7].substr(lines[7].size() - 9), "  at most");
    EXPECT_EQ(lines[9].substr(lines[9].size() - 9), "    66.67");
    EXPECT_EQ(lines[11].substr(lines[11].size() - 9), "   100.00");
    EXPECT_NE(lines[15].find("at most: ReaL top-1 if what no rater"), std::string::npos);
}

TEST(RaterScores, files_that_do_not_fit)
{
    const RatedTask task;
    const struct {
        std::vector<Score> scores;
        const char *words;
    } bad[] = {
        {{{"a.png", "0", 0.9}, {"b.png", "1", NAN}}, "the score is NaN"},
        {{{"a.png", "0", INFINITY}}, "the score is infinite"},
        {{{"a.png", "3", 0.9}}, "there is no class '3', of 3"},
        {{{"a.png", "-1", 0.9}}, "'-1'"},
        {{{"e.png", "0", 0.9}}, "the image 'e.png' is not in"},
        {{{"a.png", "0", 0.9}, {"a.png", "0", 0.8}}, "is already row 0"},
        {{{"a.png", "1", 0.9}, {"d.png", "1", 0.9}},
         "in 2 of 2 rated images a label of the ReaL set has no score"},
    };
    for (const auto &one : bad) {
        const ProgramResult result = task.eval(task.with(task.scores("bad.npz", one.scores)));
        EXPECT_EQ(result.exit_status, 1) << one.words;
        EXPECT_EQ(result.out, "") << one.words;
        EXPECT_NE(result.err.find("bad.npz"), std::string::npos) << result.err;
        EXPECT_NE(result.err.find(one.words), std::string::npos) << result.err;
    }
    const ProgramResult unnamed = task.eval({"--rater-scores", task.good(), task.logits});
    EXPECT_EQ(unnamed.exit_status, 1);
    EXPECT_NE(unnamed.err.find("give --files LIST"), std::string::npos) << unnamed.err;
    const ProgramResult alone = task.eval({"--files", task.files, task.logits});
    EXPECT_EQ(alone.exit_status, 2);
    EXPECT_NE(alone.err.find("--files names the images of --rater-scores"), std::string::npos)
        << alone.err;
    const ProgramResult no_archive = task.eval(task.with(task.logits));
    EXPECT_EQ(no_archive.exit_status, 1);
}

TEST(RaterScores, a_label_without_a_score_is_a_warning_and_no_sets_a_reason)
{
    const RatedTask task;
    const std::string some = task.scores(
        "some.npz", {{"a.png", "0", 0.9}, {"b.png", "1", 0.81}, {"d.png", "0", 0.9}});
    const ProgramResult result = task.eval(task.with(some, {"--json", "-"}));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.err.find("in 1 of 3 rated images a label of the ReaL set has no score"),
              std::string::npos)
        << result.err;
    const ProgramResult none = RunProgram(
        {RS_TEST_PROGRAM, "eval", "--real", "none", "--labels", task.labels, "--json", "-",
         "--rater-scores", some, "--files", task.files, task.logits});
    ASSERT_EQ(none.exit_status, 0) << none.err;
    const Record record(SplitLines(none.out).at(0));
    EXPECT_TRUE(record.is_null("real_bracket.low"));
    EXPECT_EQ(record.integer("real_bracket.total"), 0);
    EXPECT_EQ(record.integer("real_bracket.thresholds.at_50.total"), 3);
    EXPECT_FALSE(Record(SplitLines(task.eval({"--json", "-", task.logits}).out).at(0))
                     .has("real_bracket"));
}

TEST(RaterScores, a_sweep_redoes_what_other_scores_change)
{
    const RatedTask task;
    ASSERT_EQ(task({task.logits}).exit_status, 0);
    EXPECT_NE(task({task.logits}).err.find("1 up to date"), std::string::npos);
    EXPECT_FALSE(task.record("model").has("real_bracket"));
    ASSERT_EQ(task(task.with(task.good())).exit_status, 0);
    EXPECT_EQ(task.record("model").integer("real_bracket.unasked"), 0);
    // the same pairs on the same sides of all thresholds
    const std::string same =
        task.scores("same.npz", {{"c.png", "2", 0.74}, {"a.png", "0", 0.93}, {"a.png", "1", 0.2},
                                 {"b.png", "1", 0.82}, {"b.png", "2", 1}});
    EXPECT_NE(task(task.with(same)).err.find("1 up to date"), std::string::npos);
    const std::string other = task.scores("other.npz", {{"b.png", "1", 0.9}, {"b.png", "2", 0.8}});
    const ProgramResult again = task(task.with(other));
    EXPECT_NE(again.err.find("1 model scored"), std::string::npos) << again.err;
    EXPECT_NE(again.err.find("--rater-scores"), std::string::npos) << again.err;
}

TEST(RaterScores, the_report_has_a_part_for_them_where_there_are_some)
{
    const RatedTask task;
    const auto page = [&] {
        const std::string path = task.folder.path("report.html");
        const ProgramResult result = RunProgram({RS_TEST_PROGRAM, "report", "--real", task.real,
                                                 "--labels", task.labels, task.out, "-o", path});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return ReadFile(path);
    };
    ASSERT_EQ(task({task.logits}).exit_status, 0);
    EXPECT_EQ(page().find("raters"), std::string::npos);
    const std::string other = task.write("other.npy", {0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0});
    ASSERT_EQ(task(task.with(task.good(), {other})).exit_status, 0);
    const std::string rated = page();
    EXPECT_NE(rated.find("<a href=\"#raters\">"), std::string::npos);
    EXPECT_NE(rated.find("<th scope=\"row\">other</th><td class=\"number\">2</td>"
                         "<td class=\"number\">0.00</td><td class=\"number\">66.67</td>"),
              std::string::npos);
    EXPECT_NE(rated.find("model: threshold 0.90, 100.00 % of 3 images"), std::string::npos);
    EXPECT_NE(rated.find("model: threshold 0.95, 100.00 % of 2 images"), std::string::npos);
}

TEST(RaterScores, merge_refuses_models_held_against_different_scores)
{
    const RatedTask task;
    ASSERT_EQ(task(task.with(task.good())).exit_status, 0);
    const std::string other = task.scores("other.npz", {{"b.png", "1", 0.9}, {"b.png", "2", 0.8}});
    ASSERT_EQ(task(task.with(other, {"--name", "second"})).exit_status, 0);
    const ProgramResult merged = RunProgram({RS_TEST_PROGRAM, "merge", task.out});
    EXPECT_EQ(merged.exit_status, 1);
    EXPECT_NE(merged.err.find("held against different raters' scores"), std::string::npos)
        << merged.err;
    const ProgramResult mixed = RunProgram({RS_TEST_PROGRAM, "merge", "--mixed", task.out});
    ASSERT_EQ(mixed.exit_status, 0) << mixed.err;
    EXPECT_NE(mixed.out.find("  at most  "), std::string::npos) << mixed.out;
    EXPECT_NE(mixed.out.find("100.00"), std::string::npos) << mixed.out;
}

// ---- propose --ask ----

// "image/class" of every candidate, in the order of the tasks.
Words AskedPairs(const std::string &lines)
{
    Words pairs;
    for (const std::string &line : SplitLines(lines)) {
        const std::string image = Record(line).text("image");
        for (size_t at = line.find("\"label\":"); at != std::string::npos;
             at = line.find("\"label\":", at + 1)) {
            pairs.push_back(image + "/" + std::to_string(std::stoi(line.substr(at + 8))));
        }
    }
    return pairs;
}

TEST(ProposeAsk, the_pairs_of_all_published_models)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    std::vector<std::string> more = {"--ask",       "--rater-scores", PublishedScores(),
                                     "--hierarchy", "none",           "-o",
                                     folder.path("tasks.jsonl"),      "--json", "-"};
    for (const std::string &model : RealModels()) {
        more.push_back(PredictionsPath(model));
    }
    const ProgramResult result = RunProgram(Command("propose", more));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Record record(SplitLines(result.out).at(0));
    EXPECT_EQ(record.integer("pairs"), kAskedPairs);
    EXPECT_EQ(record.integer("images"), kAskedImages);
    const std::string lines = ReadFile(folder.path("tasks.jsonl"));
    EXPECT_EQ(record.integer("tasks"), static_cast<int64_t>(SplitLines(lines).size()));
    Words pairs = AskedPairs(lines);
    int64_t sum = 0;
    for (const std::string &pair : pairs) { // ILSVRC2012_val_00000004.JPEG/441
        sum += 1000 * (std::stoll(pair.substr(15, 8)) - 1) + std::stoll(pair.substr(29));
    }
    EXPECT_EQ(sum, kAskedSum);
    std::sort(pairs.begin(), pairs.end());
    EXPECT_EQ(std::adjacent_find(pairs.begin(), pairs.end()), pairs.end());
    EXPECT_EQ(static_cast<int64_t>(pairs.size()), kAskedPairs);
}

struct AskTask : RatedTask {
    // First predictions 1, 0, 1, 1: a's was asked, c has no set.
    std::string other = write("other.npy", {0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0});

    ProgramResult propose(Words more) const
    {
        Words command = {RS_TEST_PROGRAM, "propose", "--labels", labels};
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command);
    }
    ProgramResult ask(Words more) const
    {
        more.insert(more.begin(), {"--ask", "--real", real, "--rater-scores", good(), "--files",
                                   files, "--hierarchy", "none"});
        return propose(more);
    }
};

TEST(ProposeAsk, tasks_of_what_is_not_known)
{
    const AskTask task;
    const std::string tasks = task.folder.path("tasks.jsonl");
    const std::string page = task.folder.path("page.html");
    const ProgramResult result =
        task.ask({"-o", tasks, "--html", page, "--title", "Four images", task.logits, task.other});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "first predictions that no rater was asked about, by\n  " +
                              task.folder.path("good.npz") +
                              "\n\n"
                              "  model    ReaL  at most  not asked\n"
                              "  model  100.00   100.00          0\n"
                              "  other    0.00    66.67          2\n\n"
                              "  to be rated: 2 pairs of an image and a class, on 2 images, in 2 "
                              "tasks\n");
    EXPECT_EQ(AskedPairs(ReadFile(tasks)), (Words{"b.png/0", "d.png/1"}));
    EXPECT_NE(ReadFile(page).find("Four images"), std::string::npos);
    // in another order of the rows, and of a folder of results
    const std::string list = task.folder.write("order.txt", "d.png\na.png\nb.png\nc.png\n");
    const std::string named =
        task.folder.write("named.txt", "a.png 0\nb.png 1\nc.png 2\nd.png 2\n");
    ASSERT_EQ(task({"--name", "other", task.other}).exit_status, 0);
    const ProgramResult folder = task.ask({"-o", tasks, task.out});
    ASSERT_EQ(folder.exit_status, 0) << folder.err;
    EXPECT_EQ(AskedPairs(ReadFile(tasks)), (Words{"b.png/0", "d.png/1"}));
    const std::string shuffled = task.write("shuffled.npy", {0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0});
    const ProgramResult ordered =
        task.ask({"-o", tasks, "--order", list, "--labels", named, shuffled});
    ASSERT_EQ(ordered.exit_status, 0) << ordered.err;
    EXPECT_EQ(AskedPairs(ReadFile(tasks)), (Words{"b.png/0", "d.png/1"}));
}

TEST(ProposeAsk, nothing_is_to_be_asked)
{
    const AskTask task;
    const std::string tasks = task.folder.path("tasks.jsonl");
    const ProgramResult result = task.ask({"-o", tasks, "--json", "-", task.logits});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(ReadFile(tasks), "");
    const Record record(result.out);
    EXPECT_EQ(record.integer("pairs"), 0);
    EXPECT_EQ(record.integer("tasks"), 0);
    EXPECT_TRUE(Record(task.ask({"--json", "-", task.logits}).out).is_null("tasks"));
}

TEST(ProposeAsk, options_that_do_not_go_together)
{
    const AskTask task;
    const struct {
        ProgramResult result;
        const char *words;
    } refused[] = {
        {task.propose({"--ask", task.logits}), "--ask needs --rater-scores FILE"},
        {task.propose({"--real", task.real, task.logits}), "--real is for propose --ask"},
        {task.propose({"--html", "x.html", task.logits}), "--html is for propose --ask"},
        {task.propose({"--rater-scores", task.good(), task.logits}),
         "--rater-scores is for propose --ask"},
        {task.ask({"--extra", "3", task.logits}), "--extra is about candidates"},
        {task.ask({"--holdout", "5", task.logits}), "--holdout is about candidates"},
        {task.ask({"--golden", task.real, task.logits}), "--golden is about candidates"},
        {task.ask({}), "name at least one model's file"},
    };
    for (const auto &one : refused) {
        EXPECT_EQ(one.result.exit_status, 2) << one.words;
        EXPECT_NE(one.result.err.find(one.words), std::string::npos) << one.result.err;
    }
}

} // namespace
