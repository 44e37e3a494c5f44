// reassess propose, and what tasks makes of it, as a user runs them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <cmath>
#include <set>

#include "cli/small_task.h"
#include "relabel/holdout_reference.inc"
#include "support/program.h"
#include "support/real_data.h"
#include "support/tier.h"

namespace {

// Four images, three classes; two models of logits.
class Models {
public:
    Models()
    {
        labels = folder.write("labels.txt", "0\n1\n-1\n2\n");
        files = folder.write("files.txt", "a.png\nb.png\nc.png\nd.png\n");
        names = folder.write("names.txt", "zero\none\ntwo, 2\n");
        one = folder.write(
            "one.npy", Npy("'<f4'", "(4, 3)", Bytes<float>({9, 8, 0, 0, 5, 1, 0, 0, 4, 7, 0, 1})));
        two = folder.write(
            "two.npy", Npy("'<f4'", "(4, 3)", Bytes<float>({5, 0, 0, 0, 5, 0, 2, 0, 1, 0, 0, 3})));
        golden = folder.write("golden.json", R"({"a.png": [0, 1], "c.png": [2], "d.png": [0, 1]})");
        out = folder.path("candidates.jsonl");
    }
    ProgramResult run(std::vector<std::string> more) const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "propose", "--labels", labels,
                                            "--files", files, "--names", names};
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command, "", {"REASSESS_LABELS=", "HOME=" + folder.path()});
    }
    TemporaryFolder folder;
    std::string labels, files, names, one, two, golden, out;
};

TEST(ProposeCommand, all_models_without_a_golden_set)
{
    const Models models;
    const std::string json = models.folder.path("p.json");
    const ProgramResult result =
        models.run({"--extra", "2", "-o", models.out, "--json", json, models.one, models.two});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out, "4 images, 2 models, up to 2 further labels a model and criterion\n"
                          "\n"
                          "  model  largest logits  probabilities\n"
                          "  one                 2              2\n"
                          "  two                 2              2\n"
                          "\n"
                          "  all models\n"
                          "  9 candidates; on 2 images the first predictions are not all the\n"
                          "  original label: 5 candidates to rate, 2.50 an image\n");
    // one: largest logits 8 (a, 1) and 1 (b, 2), which ties with (d, 2), a later image; largest
    // probabilities the same two: 0.0179 is a little more than the 0.0177 of (c, 0) and (c, 1).
    // two: largest logits 1 (c, 2), then of many zeros that of the first image; largest
    // probabilities both of c
    EXPECT_EQ(ReadFile(models.out),
              R"({"schema":"reassess.candidates/1","images":4,"classes":3,"extra":2,)"
              R"("models":["one","two"]})"
              "\n"
              R"({"class":0,"name":"zero"})"
              "\n"
              R"({"class":1,"name":"one"})"
              "\n"
              R"({"class":2,"name":"two, 2"})"
              "\n"
              R"({"image":"a.png","original":0,"candidates":[{"class":0,"first":[0,1]},)"
              R"({"class":1,"logits":[0,1],"probs":[0]}]})"
              "\n"
              R"({"image":"b.png","original":1,"candidates":[{"class":1,"first":[0,1]},)"
              R"({"class":2,"logits":[0],"probs":[0]}]})"
              "\n"
              R"({"image":"c.png","original":null,"candidates":[{"class":0,"first":[1]},)"
              R"({"class":1,"probs":[1]},{"class":2,"first":[0],"logits":[1],"probs":[1]}]})"
              "\n"
              R"({"image":"d.png","original":2,"candidates":[{"class":0,"first":[0]},)"
              R"({"class":2,"first":[1]}]})"
              "\n");
    EXPECT_EQ(ReadFile(json).substr(0, 50),
              "{\"schema\":\"reassess.proposals/1\",\"images\":4,\"extra");
    EXPECT_NE(ReadFile(json).find(R"("rated_images":2,"rated_candidates":5,"golden":null})"),
              std::string::npos);
}

TEST(ProposeCommand, the_best_subset_of_a_golden_set)
{
    const Models models;
    const ProgramResult result = models.run({"--extra", "0", "--golden", models.golden,
                                             "--min-recall", "0.6", "-o", models.out, models.two,
                                             models.one});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(
        result.out.substr(result.out.find("  golden set")),
        "  golden set: " + models.golden +
            "\n"
            "  3 images, 5 pairs judged, 5 of them present; no model proposes 2 of these\n"
            "  0 proposals for these images are not judged: they count as absent\n"
            "\n"
            "  subsets that no other beats, of 3; % [95 % interval over images]; in-sample\n"
            "  models  recall                   precision                proposed  right  *\n"
            "       1   60.00 [ 18.81,  90.66]   75.00 [ 12.79,  98.40]         4      3  *\n"
            "  *: chosen\n"
            "\n"
            "  best precision at a recall of 60.00 % or more: 75.00 % at 60.00 %, with 1 of 2\n"
            "    models\n"
            "    one\n"
            "  in-sample: chosen for what it does on these very images; --holdout K tells\n"
            "    what the choice does on others\n"
            "  5 candidates; on 2 images the first predictions are not all the\n"
            "  original label: 3 candidates to rate, 1.50 an image\n");
    const std::string json =
        models.run({"--extra", "0", "--golden", models.golden, "--min-recall", "0.6", "--json", "-",
                    models.two, models.one})
            .out;
    EXPECT_NE(json.find(R"("missed":2,"unjudged":0,"unjudged_are":"absent","min_recall":0.6,)"
                        R"("front":[{"models":["one"],"proposed":4,"right":3,"recall":0.6,)"
                        R"("precision":0.75,"recall_ci95":[0.188)"),
              std::string::npos)
        << json;
    EXPECT_NE(json.find(R"("chosen":{"models":["one"],"proposed":4,)"), std::string::npos);
    EXPECT_NE(json.find(R"("holdout":null}})"), std::string::npos);
    const ProgramResult held =
        models.run({"--extra", "0", "--golden", models.golden, "--min-recall", "0.6", "--holdout",
                    "3", models.two, models.one});
    EXPECT_EQ(held.exit_status, 0) << held.err;
    EXPECT_NE(held.out.find("\n  on images that the choice did not see: recall   "),
              std::string::npos)
        << held.out;
    EXPECT_NE(held.out.find("\n  (3 folds, each chosen for without its images: "),
              std::string::npos);
    const std::string candidates = ReadFile(models.out);
    EXPECT_NE(candidates.find(R"("models":["one"])"), std::string::npos);
    EXPECT_NE(candidates.find(R"({"image":"d.png","original":2,"candidates":[{"class":0,)"
                              R"("first":[0]},{"class":2}]})"),
              std::string::npos);
    const std::string text = ReadFile(models.out);
    const ProgramResult above =
        models.run({"--extra", "0", "--golden", models.golden, "--min-recall", "0.61", "-o",
                    models.folder.path("none"), models.two, models.one});
    EXPECT_EQ(above.exit_status, 1);
    EXPECT_NE(above.out.find(
                  "       1   60.00 [ 18.81,  90.66]   75.00 [ 12.79,  98.40]         4      3\n"),
              std::string::npos);
    EXPECT_EQ(above.err, "reassess: " + models.golden +
                             ": no subset of the 2 models reaches a recall of 61.00 %: the best is "
                             "60.00 % (3 of 5 pairs), with 1 model; add models, propose more with "
                             "--extra, or lower --min-recall\n");
    EXPECT_EQ(ReadFile(models.folder.path("none")), "");
    // votes judge only what was voted on
    const std::string votes = models.folder.write(
        "votes.csv", "rater,image,label,answer\nx,a.png,0,yes\nx,c.png,2,yes\nx,d.png,1,yes\n");
    const ProgramResult skipped =
        models.run({"--extra", "0", "--golden", votes, "--unjudged", "skip", "--min-recall", "0.5",
                    models.two, models.one});
    EXPECT_EQ(skipped.exit_status, 0) << skipped.err;
    EXPECT_NE(
        skipped.out.find("  3 proposals for these images are not judged: they are left out\n"),
        std::string::npos)
        << skipped.out;
    EXPECT_NE(skipped.out.find("  2      2  *\n"),
              std::string::npos);
}

TEST(ProposeCommand, from_a_stream_and_in_parts_as_from_a_file)
{
    const Models models;
    ASSERT_EQ(models.run({"-q", "-o", models.out, "--name", "m", models.one}).exit_status, 0);
    const std::string wanted = ReadFile(models.out);
    const std::string piped = models.folder.path("piped.jsonl");
    const ProgramResult stream =
        RunProgram({RS_TEST_PROGRAM, "propose", "-q", "--labels", models.labels, "--files",
                    models.files, "--names", models.names, "-o", piped, "--name", "m", "-"},
                   ReadFile(models.one), {"REASSESS_LABELS=", "HOME=" + models.folder.path()});
    EXPECT_EQ(stream.exit_status, 0) << stream.err;
    EXPECT_EQ(ReadFile(piped), wanted);
    const std::string first = models.folder.write(
        "first.npy", Npy("'<f4'", "(3, 3)", Bytes<float>({9, 8, 0, 0, 5, 1, 0, 0, 4})));
    const std::string second =
        models.folder.write("second.npy", Npy("'<f4'", "(1, 3)", Bytes<float>({7, 0, 1})));
    const ProgramResult parts =
        models.run({"-q", "--parts", "-o", piped, "--name", "m", first, second});
    EXPECT_EQ(parts.exit_status, 0) << parts.err;
    EXPECT_EQ(ReadFile(piped), wanted);
    const ProgramResult cut = RunProgram(
        {RS_TEST_PROGRAM, "propose", "-q", "--labels", models.labels, "--files", models.files, "-"},
        ReadFile(first), {"REASSESS_LABELS=", "HOME=" + models.folder.path()});
    EXPECT_EQ(cut.exit_status, 1);
    EXPECT_NE(cut.err.find("3 rows, but the labels have 4"), std::string::npos) << cut.err;
}

TEST(ProposeCommand, refused)
{
    const Models models;
    const std::string ranked =
        models.folder.write("ranked.npy", Npy("'<i4'", "(4, 1)", Bytes<int32_t>({0, 1, 2, 0})));
    const std::string absent = models.folder.write("absent.json", R"({"a.png": [], "b.png": []})");
    const std::string unknown = models.folder.write("unknown.json", R"({"e.png": [1]})");
    struct Case {
        std::vector<std::string> arguments;
        int exit_status;
        std::string message;
    };
    std::vector<std::string> many(31, models.one);
    const Case cases[] = {
        {{}, 2, "name at least one model's file"},
        {many, 2, "31 models, at most 30 can be searched; leave some out"},
        {{"--min-recall", "1.5", models.one}, 2, "--min-recall 1.5"},
        {{"--extra", "-1", models.one}, 2, "--extra -1"},
        {{ranked},
         2,
         ranked + ": ranked predictions have no values by which to propose further labels; give "
                  "--pred-scores, or --extra 0 for first predictions alone"},
        {{"--golden", absent, models.one},
         1,
         absent +
             ": no pair of the golden set is present: there is no recall; give a golden set in "
             "which some pairs are present"},
        {{"--holdout", "2", models.one}, 2, "--holdout is given, but no golden set"},
        {{"--golden", models.golden, "--holdout", "4", "--extra", "0", models.one},
         2,
         "--holdout 4, but the golden set is of 3 images; take from 2 folds to as many as there "
         "are"},
        {{"--golden", unknown, models.one}, 1, "'e.png' is not in " + models.files},
        {{models.folder.path("none.npy")}, 1, "no such file"},
    };
    for (const Case &bad : cases) {
        std::vector<std::string> arguments = {"-o", models.out};
        arguments.insert(arguments.end(), bad.arguments.begin(), bad.arguments.end());
        const ProgramResult result = models.run(arguments);
        EXPECT_EQ(result.exit_status, bad.exit_status);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(bad.message), std::string::npos) << result.err;
        EXPECT_EQ(ReadFile(models.out), "");
    }
    const std::string nan = models.folder.write(
        "nan.npy", Npy("'<f4'", "(4, 3)", Bytes<float>({9, 8, 0, 0, NAN, 1, 0, 0, 4, 7, 0, 1})));
    const ProgramResult result = models.run({"-q", "--name", "m", nan});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.err,
              "reassess: warning: m: 1 row holds a NaN or no prediction and proposes nothing\n");
}

// ---- the real models ----

std::vector<std::string> RealProposals(const std::string &extra, const std::string &recall)
{
    const std::string data = DataFolder();
    std::vector<std::string> command = {
        RS_TEST_PROGRAM, "propose", "--labels", data + "/ilsvrc2012_val_labels.txt", "--synsets",
        data + "/imagenet_synsets.txt", "--order", "imagefolder", "--pred-scores", "preds=probs",
        "--values", "probs", "--golden", data + "/reassessed-imagenet/golden.npz", "--extra", extra,
        "--min-recall", recall};
    for (const std::string &model : RealModels()) {
        command.push_back(PredictionsPath(model));
    }
    return command;
}

// First predictions of all models with the original labels recall 76.2 % of the golden pairs, all
// their five 93.1 %.
TEST(ProposeCommand, real_models_and_the_published_golden_set)
{
    RS_NEED_DATA();
    const ProgramResult first = RunProgram(RealProposals("0", "0.7"));
    EXPECT_EQ(first.exit_status, 0) << first.err;
    EXPECT_NE(
        first.out.find("\n      11   76.21 [ 69.76,  81.65]   32.76 [ 28.99,  36.76]       577"
                       "    189\n"),
        std::string::npos)
        << first.out;
    EXPECT_NE(first.out.find("\n  in-sample: chosen for what it does on these very images"),
              std::string::npos);
    const ProgramResult high = RunProgram(RealProposals("200000", "0.97"));
    EXPECT_EQ(high.exit_status, 1);
    EXPECT_EQ(high.err,
              "reassess: " + DataFolder() +
                  "/reassessed-imagenet/golden.npz: no subset of the 21 models reaches a "
                  "recall of 97.00 %: the best is 93.15 % (231 of 248 pairs), with 8 "
                  "models; add models, propose more with --extra, or lower --min-recall\n");
}

// Against NumPy, which asks all subsets without each of ten folds.
TEST(ProposeCommand, real_models_on_images_that_the_choice_did_not_see)
{
    RS_NEED_DATA();
    std::vector<std::string> command = RealProposals("0", "0.7");
    command.insert(command.begin() + 2, {"--holdout", "10", "--json", "-"});
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const size_t at = result.out.find("\"holdout\":{");
    ASSERT_NE(at, std::string::npos) << result.out;
    const std::string holdout = result.out.substr(at);
    const auto number = [&](const std::string &key) {
        return std::stod(holdout.substr(holdout.find("\"" + key + "\":") + key.size() + 3));
    };
    const auto ends = [&](const std::string &key, const double *wanted) {
        const std::string list = holdout.substr(holdout.find("\"" + key + "\":[") + key.size() + 4);
        EXPECT_NEAR(std::stod(list), wanted[0], 1e-12);
        EXPECT_NEAR(std::stod(list.substr(list.find(',') + 1)), wanted[1], 1e-12);
    };
    EXPECT_EQ(number("folds"), 10);
    EXPECT_EQ(number("proposed"), kHeldOut[0]);
    EXPECT_EQ(number("right"), kHeldOut[1]);
    EXPECT_EQ(number("present"), kHeldOut[2]);
    EXPECT_EQ(number("subsets"), kHeldOut[3]);
    ends("recall_ci95", kHeldOutRecall);
    ends("precision_ci95", kHeldOutPrecision);
}

// propose, then tasks: no task above 8, every candidate of the images to rate exactly once, related
// ones side by side.
TEST(ProposeCommand, real_models_to_tasks)
{
    RS_NEED_DATA();
    RS_SKIP_MERE_VOLUME();
    if (access("/usr/share/wordnet/data.noun", R_OK) != 0) {
        GTEST_SKIP() << "WordNet is not installed";
    }
    const TemporaryFolder folder;
    const std::string candidates = folder.path("candidates.jsonl");
    std::vector<std::string> command = RealProposals("200000", "0.9");
    command.insert(command.begin() + 2, {"-o", candidates});
    const ProgramResult proposed = RunProgram(command);
    ASSERT_EQ(proposed.exit_status, 0) << proposed.err;
    EXPECT_NE(
        proposed.out.find("       4   90.32 [ 84.38,  94.16]   16.54 [ 14.93,  18.30]     1,354"
                          "    224  *\n"),
        std::string::npos)
        << proposed.out;
    EXPECT_NE(proposed.out.find("on 18,096 images the first predictions are not all the\n"
                                "  original label: 163,131 candidates to rate, 9.01 an image\n"),
              std::string::npos);

    const std::string tasks = folder.path("tasks.jsonl");
    const ProgramResult made = RunProgram({RS_TEST_PROGRAM, "tasks", "-o", tasks, candidates});
    ASSERT_EQ(made.exit_status, 0) << made.err;
    EXPECT_NE(made.out.find("  18,096 images to rate: 163,131 candidates in 27,584 tasks"),
              std::string::npos)
        << made.out;
    using Asked = std::map<std::string, std::multiset<int>>;
    const auto labels_of = [](const std::string &line, const std::string &member) {
        std::vector<int> labels;
        const std::string key = "\"" + member + "\":";
        for (size_t at = line.find(key, line.find("\"candidates\"")); at != std::string::npos;
             at = line.find(key, at + 1)) {
            labels.push_back(std::stoi(line.substr(at + key.size())));
        }
        return labels;
    };
    const auto image_of = [](const std::string &line) {
        const size_t at = line.find("\"image\":\"") + 9;
        return line.substr(at, line.find('"', at) - at);
    };
    Asked asked, wanted;
    size_t largest = 0;
    for (const std::string &line : SplitLines(ReadFile(tasks))) {
        const std::vector<int> labels = labels_of(line, "label");
        largest = std::max(largest, labels.size());
        EXPECT_FALSE(labels.empty());
        asked[image_of(line)].insert(labels.begin(), labels.end());
    }
    EXPECT_EQ(largest, 8u);
    for (const std::string &line : SplitLines(ReadFile(candidates))) {
        if (line.rfind("{\"image\"", 0) != 0) {
            continue;
        }
        const std::string original =
            "{\"class\":" + std::to_string(std::stoi(line.substr(line.find("\"original\":") + 11)));
        if (line.find(original + ",\"first\":[0,1,2,3]") == std::string::npos) {
            const std::vector<int> labels = labels_of(line, "class");
            wanted[image_of(line)].insert(labels.begin(), labels.end());
        }
    }
    EXPECT_TRUE(asked == wanted);
    size_t count = 0;
    for (const auto &[image, labels] : asked) {
        EXPECT_EQ(std::set<int>(labels.begin(), labels.end()).size(), labels.size()) << image;
        count += labels.size();
    }
    EXPECT_EQ(asked.size(), 18096u);
    EXPECT_EQ(count, 163131u);
    // the same command makes the same bytes
    const std::string again = folder.path("again.jsonl");
    (void)RunProgram({RS_TEST_PROGRAM, "tasks", "-o", again, candidates});
    EXPECT_TRUE(ReadFile(again) == ReadFile(tasks));
}

}  // namespace
