// reassess mistakes as a user runs it.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "cli/small_task.h"
#include "relabel/mistakes_reference.inc"
#include "support/real_data.h"

namespace {

// SmallTask with image names, and a rater's votes as scores and answers.
class MistakesTask : public SmallTask {
  public:
    MistakesTask()
    {
        files = folder.write("files.txt", "a.png\nb.png\nc.png\nd.png\n");
        names =
            folder.write("names.txt", "tench, Tinca tinca\ngoldfish\ngreat white shark, \"x\"\n");
        const std::string votes = folder.write("votes.csv", "rater,image,label,answer\n"
                                                            "r,b.png,1,no\nr,b.png,2,yes\n"
                                                            "r,d.png,0,yes\ns,d.png,0,no\n"
                                                            "r,d.png,2,no\n");
        scores = folder.path("scores.npz");
        const ProgramResult made = RunProgram({RS_TEST_PROGRAM, "aggregate", "--votes", votes,
                                               "--method", "majority", "--scores-out", scores});
        EXPECT_EQ(made.exit_status, 0) << made.err;
        answers = folder.write("answers.jsonl",
                               R"({"rater":"r","image":"b.png","label":2,"answer":"yes"})"
                               "\n"
                               R"({"rater":"r","image":"c.png","label":0,"answer":"no"})"
                               "\n");
    }
    ProgramResult mistakes(const std::vector<std::string> &more,
                           const std::string &input = "") const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "mistakes", "--real",  real,
                                            "--labels",      labels,     "--names", names};
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command, input);
    }
    std::string files, names, scores, answers;
};

// By the original labels images 1, 2 and 3 are wrong; by ReaL none.
TEST(MistakesCommand, TableAndList)
{
    const MistakesTask task;
    const std::string csv = task.folder.path("mistakes.csv");
    const ProgramResult result =
        task.mistakes({"--files", task.files, "--wrong-by", "either", "--rater-scores", task.scores,
                       "--near", "0.3", "--answers", task.answers, "-o", csv, task.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(
        result.out,
        "mistakes by the original labels (of 4 images) and by ReaL (of 3),\n"
        "% [95 % interval]\n"
        "  model  labels    mistakes       %                  scored  near\n"
        "  model  original         3   75.00 [30.06,  95.44]       2     2\n"
        "         ReaL             0    0.00 [ 0.00,  56.15]       0     0\n"
        "\n"
        "  model  labels    unjudged  judged  clear mistake\n"
        "  model  original         1       2   50.00 [ 9.45,  90.55]\n"
        "         ReaL             0       0  -\n"
        "\n"
        "  model  labels    not a mistake           undecided\n"
        "  model  original   50.00 [ 9.45,  90.55]    0.00 [ 0.00,  65.76]\n"
        "         ReaL      -                       -\n"
        "  scored: raters were asked about the predicted class; near: of these, with a\n"
        "    score within 0.3 of the threshold, 0.8\n"
        "  judged: those that there are answers to. Shares of all mistakes follow only\n"
        "    where all were judged, or a random sample (--sample)\n"
        "\n"
        "whose label raters score higher, where prediction and original label differ, %\n"
        "                                                prediction\n"
        "  model  rows  rated  prediction  label  equal  of the two\n"
        "  model     3      2      100.00   0.00   0.00  100.00 [34.24, 100.00]\n"
        "  rated: raters scored both; the last column leaves equal scores out\n"
        "\n"
        "mistakes, those furthest ahead of the second prediction first\n"
        "  rank  ahead  image  prediction\n"
        "     1      4  b.png  great white shark; label goldfish; ReaL {goldfish, great\n"
        "                        white shark}; raters 1.000, near; not a mistake\n"
        "     2      1  c.png  tench; label great white shark; ReaL {}; not rated; clear\n"
        "                        mistake\n"
        "     3      0  d.png  tench; label great white shark; ReaL {tench}; raters\n"
        "                        0.500, near\n");
    EXPECT_EQ(ReadFile(csv),
              "model,rank,image,name,wrong_by,prediction,prediction_name,original,original_name,"
              "real,real_names,margin,rater_score,near_threshold,verdict\n"
              "model,1,1,b.png,original,2,great white shark,1,goldfish,1 2,goldfish; great white "
              "shark,4,1,yes,not a mistake\n"
              "model,2,2,c.png,original,0,tench,2,great white shark,,,1,,,clear mistake\n"
              "model,3,3,d.png,original,0,tench,2,great white shark,0,tench,0,0.5,yes,\n");
}

TEST(MistakesCommand, JsonAndWithoutAnybody)
{
    const MistakesTask task;
    ProgramResult result = task.mistakes({"--json", "-", "--name", "m", task.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out.rfind("{\"schema\":\"reassess.mistakes/1\",\"model\":\"m\",\"path\":\"" +
                                   task.logits +
                                   "\",\"invalid\":0,\"sample\":null,\"circular\":false,"
                                   "\"original\":{\"rows\":4,\"mistakes\":{"
                                   "\"count\":3,\"share\":0.75,\"ci95\":[",
                               0),
              0u)
        << result.out;
    EXPECT_NE(
        result.out.find("\"real\":{\"rows\":3,\"mistakes\":{\"count\":0,\"share\":0,\"ci95\":[0,"),
        std::string::npos);
    EXPECT_EQ(result.out.substr(result.out.size() - 20), ",\"preference\":null}\n");

    result = task.mistakes({"--files", task.files, "--json", "-", "--rater-scores", task.scores,
                            "--answers", task.answers, task.logits});
    EXPECT_NE(
        result.out.find("\"rated\":2,\"near\":0,\"unjudged\":1,\"judged\":2,\"clear\":{\"count\":1,"
                        "\"share\":0.5,"),
        std::string::npos)
        << result.out;
    EXPECT_NE(result.out.find("\"preference\":{\"rows\":3,\"unrated\":1,\"equal\":0,\"label\":0,"
                              "\"prediction\":{\"count\":2,\"share\":1,\"ci95\":["),
              std::string::npos)
        << result.out;

    // no names: rows by their numbers; the limit cuts the list
    result = task.mistakes({"--wrong-by", "original", "--show", "1", task.logits});
    EXPECT_EQ(result.out,
              "mistakes by the original labels (of 4 images) and by ReaL (of 3),\n"
              "% [95 % interval]\n"
              "  model  labels    mistakes       %\n"
              "  model  original         3   75.00 [30.06,  95.44]\n"
              "         ReaL             0    0.00 [ 0.00,  56.15]\n"
              "\n"
              "mistakes, those furthest ahead of the second prediction first\n"
              "  rank  ahead  image  prediction\n"
              "     1      4  row 1  great white shark; label goldfish; ReaL {goldfish, great\n"
              "                        white shark}\n");
}

// Margins come from logits, from scores beside predictions, and from a sidecar, alike.
TEST(MistakesCommand, EveryKindOfInput)
{
    const MistakesTask task;
    const std::string classes = task.folder.write(
        "m.classes.npy",
        Npy("'<i4'", "(4, 3)", Bytes<int32_t>({0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2})));
    const std::string values =
        task.folder.write("m.values.npy", Npy("'<f4'", "(4, 3)", SmallTask::Payload()));
    const std::string folder = task.folder.path("results");
    std::filesystem::create_directory(folder);
    const ProgramResult scored = task.eval({"-q", "--json", folder + "/model.json", "--keep-topk",
                                            "2", "--keep-dir", folder, task.logits});
    EXPECT_EQ(scored.exit_status, 0) << scored.err;
    std::filesystem::rename(folder + "/model.top2.npz", folder + "/model.topk.npz");
    const std::string csv = task.folder.path("mistakes.csv");
    const std::vector<std::string> start = {"-q", "--wrong-by", "either", "-o", csv};
    std::string expected;
    for (const std::vector<std::string> &way : std::vector<std::vector<std::string>>{
             {task.logits},
             {"--name", "model", "--pred-scores", values, classes},
             {folder},
             {"--name", "model", folder + "/model.topk.npz"},
             {"--name", "model", "-"}}) {
        SCOPED_TRACE(way.back());
        std::vector<std::string> arguments = start;
        arguments.insert(arguments.end(), way.begin(), way.end());
        const ProgramResult result =
            task.mistakes(arguments, way.back() == "-" ? ReadFile(task.logits) : "");
        EXPECT_EQ(result.exit_status, 0) << result.err;
        expected = expected.empty() ? ReadFile(csv) : expected;
        EXPECT_EQ(SplitLines(ReadFile(csv)).size(), 4u);
        EXPECT_EQ(ReadFile(csv), expected);
    }
    // predictions without scores have no margins: in the order of the images
    std::vector<std::string> arguments = start;
    const std::string ranked =
        task.folder.write("ranked.npy", Npy("'<i4'", "(4, 1)", Bytes<int32_t>({0, 2, 0, 0})));
    arguments.push_back(ranked);
    EXPECT_EQ(task.mistakes(arguments).exit_status, 0);
    EXPECT_EQ(SplitLines(ReadFile(csv)).at(2),
              "ranked,2,2,,original,0,tench,2,great white shark,,,,,,");
}

// Images 2 and 3, out of files of all rows and of theirs alone, keep their numbers, names, margins
// and what people said of them; answers on other images are no mistake.
TEST(MistakesCommand, SomeOfTheImages)
{
    const MistakesTask task;
    const std::string classes = task.folder.write(
        "m.classes.npy",
        Npy("'<i4'", "(4, 3)", Bytes<int32_t>({0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2})));
    const std::string values =
        task.folder.write("m.values.npy", Npy("'<f4'", "(4, 3)", SmallTask::Payload()));
    const std::string folder = task.folder.path("results");
    const ProgramResult swept =
        RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--out", folder, "--real", task.real,
                    "--labels", task.labels, task.logits});
    EXPECT_EQ(swept.exit_status, 0) << swept.err;
    const std::string theirs = task.folder.write(
        "theirs.npy", Npy("'<f4'", "(2, 3)", Bytes<float>({2, 2, 1, 1, 0, 0})));
    const std::string list = task.folder.write("list.txt", "3\n2\n");
    for (const std::vector<std::string> &way : std::vector<std::vector<std::string>>{
             {task.logits},
             {"--name", "model", "--pred-scores", values, classes},
             {folder},
             {"--name", "model", theirs},
             {"--name", "model", "-"}}) {
        SCOPED_TRACE(way.back());
        std::vector<std::string> arguments = {
            "-q",           "--wrong-by", "either",          "-o",        "-",          "--files",
            task.files,     "--subset",   list,              "--answers", task.answers, "--show",
            "2",            "--rater-scores", task.scores};
        arguments.insert(arguments.end(), way.begin(), way.end());
        const ProgramResult result =
            task.mistakes(arguments, way.back() == "-" ? ReadFile(task.logits) : "");
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(
            result.out,
            "model,rank,image,name,wrong_by,prediction,prediction_name,original,original_name,"
            "real,real_names,margin,rater_score,near_threshold,verdict\n"
            "model,1,2,c.png,original,0,tench,2,great white shark,,,1,,,clear mistake\n"
            "model,2,3,d.png,original,0,tench,2,great white shark,0,tench,0,0.5,no,\n");
    }
}

// Two models: images in their order, each predicted class once, judged pairs left out; what people
// answer comes back as the table.
TEST(MistakesCommand, TasksAndTheirAnswers)
{
    const MistakesTask task;
    const std::string other =
        task.folder.write("other.npy", Npy("'<i4'", "(4, 1)", Bytes<int32_t>({1, 2, 1, 2})));
    const std::string tasks = task.folder.path("tasks.jsonl");
    const std::string page = task.folder.path("judge.html");
    const std::vector<std::string> asking = {
        "-q", "--files",     task.files, "--wrong-by", "either",      "--tasks",   tasks, "--html",
        page, "--hierarchy", "none",     "--images",   "val/{image}", task.logits, other};
    ProgramResult result = task.mistakes(asking);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "");
    const std::vector<std::string> lines = SplitLines(ReadFile(tasks));
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_EQ(lines[0].rfind(R"({"task":"a.png#1","image":"a.png","part":1,"parts":1,)", 0), 0u)
        << lines[0];
    EXPECT_NE(lines[0].find(R"("src":"val/a.png","candidates":[{"label":1,)"), std::string::npos);
    EXPECT_NE(lines[1].find(R"("candidates":[{"label":2,)"), std::string::npos);
    EXPECT_EQ(lines[1].find(R"("label":1)"), std::string::npos); // both predict 2
    EXPECT_NE(lines[2].find(R"("candidates":[{"label":0,)"), std::string::npos);
    EXPECT_NE(lines[2].find(R"("label":1)"), std::string::npos);
    EXPECT_NE(lines[3].find(R"("image":"d.png")"), std::string::npos);
    for (const char *words : {"Not a mistake", "Undecided", "Clear mistake", "val/a.png"}) {
        EXPECT_NE(ReadFile(page).find(words), std::string::npos) << words;
    }

    std::vector<std::string> again = asking;
    again.insert(again.begin(), {"--answers", task.answers}); // on b.png 2 and c.png 0
    result = task.mistakes(again);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    const std::vector<std::string> left = SplitLines(ReadFile(tasks));
    ASSERT_EQ(left.size(), 3u);
    EXPECT_NE(left[0].find("a.png"), std::string::npos);
    EXPECT_NE(left[1].find(R"("image":"c.png")"), std::string::npos);
    EXPECT_EQ(left[1].find(R"("label":0)"), std::string::npos);

    const std::string answers = task.folder.write(
        "all.csv", "p,a.png,1,no\np,b.png,2,yes\np,c.png,0,no\np,c.png,1,maybe\np,d.png,0,yes\n"
                   "p,d.png,2,no\n");
    result = task.mistakes({"--files", task.files, "--answers", answers, task.logits, other});
    EXPECT_EQ(result.out,
              "mistakes by the original labels (of 4 images) and by ReaL (of 3),\n"
              "% [95 % interval]; models by ReaL accuracy\n"
              "  model  labels    mistakes       %\n"
              "  model  original         3   75.00 [30.06,  95.44]\n"
              "         ReaL             0    0.00 [ 0.00,  56.15]\n"
              "  other  original         3   75.00 [30.06,  95.44]\n"
              "         ReaL             2   66.67 [20.77,  93.85]\n"
              "\n"
              "  model  labels    unjudged  judged  clear mistake\n"
              "  model  original         0       3   33.33 [ 6.15,  79.23]\n"
              "         ReaL             0       0  -\n"
              "  other  original         0       3   33.33 [ 6.15,  79.23]\n"
              "         ReaL             0       2  100.00 [34.24, 100.00]\n"
              "\n"
              "  model  labels    not a mistake           undecided\n"
              "  model  original   66.67 [20.77,  93.85]    0.00 [ 0.00,  56.15]\n"
              "         ReaL      -                       -\n"
              "  other  original   33.33 [ 6.15,  79.23]   33.33 [ 6.15,  79.23]\n"
              "         ReaL        0.00 [ 0.00,  65.76]    0.00 [ 0.00,  65.76]\n"
              "  judged: those that there are answers to. Shares of all mistakes follow only\n"
              "    where all were judged, or a random sample (--sample)\n"
              "\nwhat the 2 models agree on, images, % [95 % interval]\n"
              "  images on which                    count  of       %\n"
              "  most say one class, not the label      1   4   25.00 [ 4.56,  69.94]\n"
              "    and ReaL has that class              1   1  100.00 [20.65, 100.00]\n"
              "  ReaL with all, against the label       1   3   33.33 [ 6.15,  79.23]\n"
              "  all are wrong by ReaL                  0   3    0.00 [ 0.00,  56.15]\n"
              "  which images these are: --consensus FILE.csv\n");

    result = task.mistakes({"--tasks", tasks, "--hierarchy", "none", task.logits});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.err.find("tasks name their images"), std::string::npos) << result.err;
    result = task.mistakes({"--tasks", tasks, "--files", task.files, task.logits});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("--hierarchy none"), std::string::npos) << result.err;
}

// A sweep keeps ten predictions; files that rank fewer, and rows without any, are filled with -1.
TEST(MistakesCommand, SweepsOfLogitsAndOfPredictions)
{
    const MistakesTask task;
    const std::string ranked = task.folder.write(
        "ranked.npy", Npy("'<i4'", "(4, 2)", Bytes<int32_t>({0, 1, 2, 1, 0, 2, 0, 2})));
    const std::string folder = task.folder.path("swept");
    const ProgramResult swept =
        RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--out", folder, "--real", task.real,
                    "--labels", task.labels, ranked, task.logits});
    EXPECT_EQ(swept.exit_status, 0) << swept.err;
    const ProgramResult result = task.mistakes({"--wrong-by", "original", "-o", "-", folder});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out,
              "model,rank,image,name,wrong_by,prediction,prediction_name,original,original_name,"
              "real,real_names,margin,rater_score,near_threshold,verdict\n"
              "model,1,1,,original,2,great white shark,1,goldfish,1 2,goldfish; great white shark,"
              "4,,,\n"
              "model,2,2,,original,0,tench,2,great white shark,,,1,,,\n"
              "model,3,3,,original,0,tench,2,great white shark,0,tench,0,,,\n"
              "ranked,1,1,,original,2,great white shark,1,goldfish,1 2,goldfish; great white shark,"
              ",,,\n"
              "ranked,2,2,,original,0,tench,2,great white shark,,,,,,\n"
              "ranked,3,3,,original,0,tench,2,great white shark,0,tench,,,,\n");
    const ProgramResult again = task.eval({"-q", "--json", "-", folder + "/ranked.topk.npz"});
    EXPECT_EQ(again.exit_status, 0) << again.err;
    // of several models the table shows counts; the mistakes themselves are in the list
    const ProgramResult table = task.mistakes({folder});
    EXPECT_EQ(table.exit_status, 0) << table.err;
    EXPECT_EQ(table.out.find("furthest ahead"), std::string::npos) << table.out;
}

TEST(MistakesCommand, BadCommandsAndBadInputs)
{
    const MistakesTask task;
    const std::string empty = task.folder.path("empty");
    const std::string bare = task.folder.path("bare");
    std::filesystem::create_directory(empty);
    std::filesystem::create_directory(bare);
    EXPECT_EQ(task.eval({"-q", "--json", bare + "/model.json", task.logits}).exit_status, 0);
    const std::string strange = task.folder.write("strange.csv", "r,zebra.png,1,yes\n");
    const std::string loud = task.folder.write("loud.csv", "r,a.png,1,clear mistake\n");
    const std::string unknown = task.folder.write("unknown.csv", "r,a.png,3,yes\n");
    const struct {
        std::vector<std::string> arguments;
        int status;
        std::string words;
    } cases[] = {
        {{}, 2, "name at least one model's file"},
        {{"--wrong-by", "luck", task.logits}, 2, "--wrong-by"},
        {{"--near", "2", task.logits}, 2, "--near"},
        {{"--consensus", task.folder.path("c.csv"), task.logits}, 2, "there is one model"},
        {{"--show", "0", task.logits}, 2, "--show"},
        {{"--show", "2", "--sample", "2", task.logits}, 2, "--sample takes some at random"},
        {{"--seed", "2", task.logits}, 2, "--seed is given, but no sample is drawn"},
        {{task.logits, empty}, 2, "files and folders are mixed"},
        {{"--order", "file", empty}, 2, "--order is for files"},
        {{empty}, 1, "no results are in it"},
        {{bare}, 1, "model.json: there are no first predictions (.topk.npz) beside this record"},
        {{"--rater-scores", task.scores, task.logits}, 1, "has no ILSVRC number"},
        {{"--rater-scores", task.logits, task.logits}, 1, "model.npy"},
        {{"--files", task.files, "--answers", strange, task.logits},
         1,
         "the image 'zebra.png' is not in"},
        {{"--files", task.files, "--answers", loud, task.logits},
         1,
         "loud.csv: line 1: 'clear mistake' is no answer"},
        {{"--files", task.files, "--answers", unknown, task.logits}, 1, "unknown.csv: line 1"},
        {{"--files", task.names, task.logits}, 1, "names.txt: the list has 3 images"},
    };
    for (const auto &one : cases) {
        SCOPED_TRACE(one.words);
        const ProgramResult result = task.mistakes(one.arguments);
        EXPECT_EQ(result.exit_status, one.status);
        EXPECT_NE(result.err.find(one.words), std::string::npos) << result.err;
        EXPECT_EQ(result.out, "");
    }
}

// 21 real models: what is counted here is what eval counts.
TEST(MistakesCommand, RealModels)
{
    RS_NEED_DATA();
    const RealLabels labels = ReadRealLabels();
    std::vector<std::string> command = {RS_TEST_PROGRAM, "mistakes",    "--order", "imagefolder",
                                        "--pred-scores", "preds=probs", "--json",  "-"};
    const std::vector<std::string> label_options = RealLabelOptions();
    command.insert(command.end(), label_options.begin(), label_options.end());
    for (const std::string &model : RealModels()) {
        command.push_back(PredictionsPath(model));
    }
    const ProgramResult result = RunProgram(command);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    std::vector<std::string> lines = SplitLines(result.out);
    ASSERT_EQ(lines.size(), RealModels().size() + 1);
    const std::string consensus = lines.back();
    lines.pop_back();
    EXPECT_EQ(consensus.rfind("{\"schema\":\"reassess.consensus/1\",\"models\":21,", 0), 0u);
    const char *const kinds[] = {"against_label", "real_with_all", "all_wrong"};
    const int of[] = {50000, 46837, 46837};
    for (int kind = 0; kind < 3; ++kind) {
        EXPECT_NE(consensus.find("\"" + std::string(kinds[kind]) + "\":{\"rows\":" +
                                 std::to_string(of[kind]) + ",\"images\":{\"count\":" +
                                 std::to_string(kConsensus[kind]) + ","),
                  std::string::npos)
            << consensus;
    }
    std::map<std::string, std::string> line_of;
    uint64_t before = 0;
    for (const std::string &line : lines) { // the best by ReaL first
        const std::string key = "\"real\":{\"rows\":46837,\"mistakes\":{\"count\":";
        const uint64_t wrong = std::stoull(line.substr(line.find(key) + key.size()));
        EXPECT_GE(wrong, before);
        before = wrong;
        const size_t at = line.find("\"model\":\"") + 9;
        line_of[line.substr(at, line.find('"', at) - at)] = line;
    }
    for (const std::string &model : RealModels()) {
        const ModelCounts counts = CountModel(labels, ReadRankedPredictions(model));
        const std::string path = PredictionsPath(model);
        const std::string line = line_of[std::filesystem::path(path).stem().string()];
        EXPECT_NE(line.find("\"original\":{\"rows\":50000,\"mistakes\":{\"count\":" +
                                std::to_string(50000 - counts.top1) + ","),
                  std::string::npos)
            << line;
        EXPECT_NE(line.find("\"real\":{\"rows\":46837,\"mistakes\":{\"count\":" +
                                std::to_string(46837 - counts.real1) + ","),
                  std::string::npos)
            << line;
    }
}

// The published raters' answers about two models' mistakes, against NumPy: Figure 7 of the article.
// By ReaL they are circular, since the sets were made of them.
TEST(MistakesCommand, PublishedAnswers)
{
    RS_NEED_DATA();
    std::vector<std::string> command = {
        RS_TEST_PROGRAM, "mistakes",    "--order", "imagefolder", "--pred-scores",
        "preds=probs",   "--answers",   DataFolder() + "/reassessed-imagenet/raters.npz",
        PredictionsPath("alexnet"),     PredictionsPath("resnet50")};
    const std::vector<std::string> label_options = RealLabelOptions();
    command.insert(command.end(), label_options.begin(), label_options.end());
    const ProgramResult table = RunProgram(command);
    ASSERT_EQ(table.exit_status, 0) << table.err;
    EXPECT_LT(table.out.find("resnet50"), table.out.find("alexnet"));
    EXPECT_NE(table.out.find("1,184  11,285   65.11 [64.23,"),
              std::string::npos)
        << table.out;
    EXPECT_NE(table.out.find("\n  by ReaL it is circular: "), std::string::npos);
    command.insert(command.end(), {"--json", "-"});
    const ProgramResult json = RunProgram(command);
    ASSERT_EQ(json.exit_status, 0) << json.err;
    const std::vector<std::string> lines = SplitLines(json.out);
    ASSERT_EQ(lines.size(), 3u); // the last is what both agree on
    for (const std::string &line : {lines[0], lines[1]}) {
        EXPECT_NE(line.find("\"circular\":true"), std::string::npos);
        for (const auto &wanted : kJudged) {
            if (line.find(wanted.model) == std::string::npos) {
                continue;
            }
            const std::string half =
                line.substr(line.find("\"" + std::string(wanted.labels) + "\":{"));
            const auto number = [&](const std::string &key) {
                return std::stoi(half.substr(half.find(key) + key.size()));
            };
            EXPECT_EQ(number("\"mistakes\":{\"count\":"), wanted.mistakes);
            EXPECT_EQ(number("\"unjudged\":"), wanted.unjudged);
            EXPECT_EQ(number("\"clear\":{\"count\":"), wanted.clear);
            EXPECT_EQ(number("\"none\":{\"count\":"), wanted.none);
            EXPECT_EQ(number("\"undecided\":{\"count\":"), wanted.undecided);
        }
    }
}

// What nothing comes of is refused, and before anything is scored.
TEST(MistakesCommand, OptionsOfTasksNeedTasks)
{
    const MistakesTask task;
    const std::string lines = task.folder.path("tasks.jsonl");
    for (const char *option :
         {"--per-task", "--images", "--examples", "--example-count", "--title", "--post"}) {
        const ProgramResult result = task.mistakes({option, "2", task.logits});
        EXPECT_EQ(result.exit_status, 2) << option;
        EXPECT_EQ(result.err, "reassess: " + std::string(option) +
                                  " is about rating tasks, and none are written; say where with "
                                  "--tasks FILE.jsonl or --html FILE.html\n");
        EXPECT_EQ(result.out, "");
    }
    EXPECT_EQ(
        task.mistakes({"--tasks", lines, "--files", task.files, "--post", "x", task.logits}).err,
        "reassess: --post is about the page, and none is written; say where to write it with "
        "--html FILE.html\n");
    EXPECT_EQ(task.mistakes({"--tasks", lines, "--per-task", "none", "nothing.npy"})
                  .err.rfind("reassess: --per-task none: expected", 0),
              0u);
}

} // namespace
