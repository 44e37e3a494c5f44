// reassess synth through the program: the same bytes again, what it refuses, what eval makes of it.
#include <gtest/gtest.h>

#include <cstdio>

#include "small_task.h"
#include "support/program.h"
#include "support/records.h"

namespace {

ProgramResult Reassess(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), RS_TEST_PROGRAM);
    return RunProgram(arguments);
}

TEST(Synth, labels_and_logits_that_eval_scores_as_wanted_and_calls_synthetic)
{
    const TemporaryFolder folder;
    const std::string labels = folder.path("labels");
    ASSERT_EQ(Reassess({"synth", "labels", "--shape", "500,20", "-o", labels}).exit_status, 0);
    const std::vector<std::string> options = {"--real", labels + "/real.json", "--labels",
                                              labels + "/original.txt"};
    std::vector<std::string> make = {"synth", "logits", "--accuracy", "0.8", "--nan-rows", "0.01",
                                     "--inf-rows", "0.02", "--tied-rows", "0.03", "-o",
                                     folder.path("a.safetensors")};
    make.insert(make.end(), options.begin(), options.end());
    ASSERT_EQ(Reassess(make).exit_status, 0);
    std::vector<std::string> eval = {"eval", "--row-flags", "--json", "-",
                                     folder.path("a.safetensors")};
    eval.insert(eval.end(), options.begin(), options.end());
    const ProgramResult result = Reassess(eval);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Record record(SplitLines(result.out).at(0));
    EXPECT_EQ(record.text("input.format"), "safetensors");
    EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), 400);
    /* Each row draws its kind, so the shares are met on average; these are the draws of seed 1. */
    EXPECT_EQ(record.integer("rows.nan"), 12);
    EXPECT_EQ(record.integer("rows.inf"), 4);
    EXPECT_EQ(record.integer("rows.tied"), 10);
    EXPECT_NE(result.out.find("\"synthetic\":true"), std::string::npos);
    EXPECT_NE(result.err.find("the labels are synthetic"), std::string::npos);

    make.back() = options.back();
    const std::string first = ReadFile(folder.path("a.safetensors"));
    ASSERT_EQ(Reassess(make).exit_status, 0);
    EXPECT_EQ(ReadFile(folder.path("a.safetensors")), first);
}

// The same rows as without --order, each where the order has its image.
TEST(Synth, rows_come_in_the_order_that_is_asked_for)
{
    const TemporaryFolder folder;
    const std::string labels = folder.path("labels");
    ASSERT_EQ(Reassess({"synth", "labels", "--shape", "60,6", "-o", labels}).exit_status, 0);
    const std::string list = folder.write("list.txt", [] {
        std::string names;
        for (int image = 60; image >= 1; --image) {
            char name[40];
            snprintf(name, sizeof name, "ILSVRC2012_val_%08d.JPEG\n", image);
            names += name;
        }
        return names + "ILSVRC2012_val_00000003.JPEG\n"; // once more
    }());
    const auto made = [&](const std::string &name, const std::vector<std::string> &more) {
        std::vector<std::string> command = {"synth", "logits", "--real", labels + "/real.json",
                                            "--labels", labels + "/original.txt", "-o",
                                            folder.path(name)};
        command.insert(command.end(), more.begin(), more.end());
        const ProgramResult result = Reassess(command);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return ReadFile(folder.path(name)).substr(128); // behind the header
    };
    const std::string plain = made("plain.npy", {});
    EXPECT_EQ(made("file.npy", {"--order", "file"}), plain);
    const std::string backward = made("backward.npy", {"--order", list});
    const size_t row = 6 * sizeof(float);
    ASSERT_EQ(plain.size(), 60 * row);
    ASSERT_EQ(backward.size(), 61 * row);
    for (size_t i = 0; i < 60; ++i) {
        ASSERT_EQ(backward.substr(i * row, row), plain.substr((59 - i) * row, row)) << i;
    }
    EXPECT_EQ(backward.substr(60 * row), plain.substr(2 * row, row));
    EXPECT_NE(made("folders.npy", {"--order", "imagefolder"}), plain);
    std::vector<std::string> counts;
    for (const std::vector<std::string> &way :
         {std::vector<std::string>{"plain.npy"}, {"folders.npy", "--order", "imagefolder"}}) {
        std::vector<std::string> eval = {"eval", "-q", "--name", "m", "--json", "-", "--real",
                                         labels + "/real.json", "--labels",
                                         labels + "/original.txt", folder.path(way[0])};
        eval.insert(eval.end(), way.begin() + 1, way.end());
        const std::string out = Reassess(eval).out;
        const size_t begin = out.find("\"metrics\":");
        ASSERT_NE(begin, std::string::npos) << out;
        counts.push_back(out.substr(begin, out.find("\"timing\":") - begin));
    }
    EXPECT_EQ(counts[0], counts[1]);
}

// Predictions in whatever order give the logits of the images by file name.
TEST(Synth, predictions_come_in_the_order_that_is_said)
{
    const TemporaryFolder folder;
    const std::string labels = folder.write("labels.txt", "2\n0\n1\n0\n");
    const std::string real = folder.write("real.json", "[[2],[0],[1],[0]]");
    const auto carry = [&](const std::vector<std::string> &order,
                           const std::vector<int32_t> &classes, const std::vector<float> &scores) {
        const std::string rows = "(" + std::to_string(classes.size() / 2) + ", 2)";
        const std::string out = folder.path("out.npy");
        std::vector<std::string> command = {
            "synth", "logits", "--shape", "0,5", "--real", real, "--labels", labels,
            "--from-predictions", folder.write("classes.npy", Npy("'<i4'", rows, Bytes(classes))),
            "--pred-scores", folder.write("scores.npy", Npy("'<f4'", rows, Bytes(scores))), "-o",
            out};
        command.insert(command.end(), order.begin(), order.end());
        const ProgramResult result = Reassess(command);
        return result.exit_status == 0 ? ReadFile(out) : result.err;
    };
    const std::string plain =
        carry({}, {2, 3, 0, 1, 1, 4, 3, 0}, {.5f, .4f, .9f, .05f, .6f, .2f, .3f, .25f});
    EXPECT_EQ(plain.substr(0, 6), "\x93NUMPY");
    // by class folder: the images 1, 3, 2, 0 (from 0)
    EXPECT_EQ(carry({"--order", "imagefolder"}, {0, 1, 3, 0, 1, 4, 2, 3},
                    {.9f, .05f, .3f, .25f, .6f, .2f, .5f, .4f}),
              plain);
    EXPECT_EQ(carry({"--order", "file"}, {2, 3, 0, 1, 1, 4, 3, 0},
                    {.5f, .4f, .9f, .05f, .6f, .2f, .3f, .25f}),
              plain);
    EXPECT_NE(carry({"--order", "imagefolder"}, {0, 1, 1, 4, 2, 3}, {.9f, .05f, .6f, .2f, .5f, .4f})
                  .find("3 rows, but the order has 4; --order is that of the predictions of all"),
              std::string::npos);
    EXPECT_NE(carry({"--order", "imagenet"}, {0, 1, 1, 4}, {.9f, .05f, .6f, .2f})
                  .find("--order takes file, imagefolder, or a list"),
              std::string::npos);
}

TEST(Synth, refuses_what_cannot_be)
{
    const TemporaryFolder folder;
    const std::string labels = folder.path("labels");
    ASSERT_EQ(Reassess({"synth", "labels", "--shape", "50,5", "-o", labels}).exit_status, 0);
    const struct {
        std::vector<std::string> arguments;
        int exit_status;
        const char *message;
    } cases[] = {
        {{"synth"}, 2, "say what to make: labels or logits"},
        {{"synth", "labels"}, 2, "say where to with -o PATH"},
        {{"synth", "labels", "--shape", "0,5", "-o", labels}, 2, "at least one image"},
        {{"synth", "logits", "--dtype", "i32", "-o", "x"}, 2, "one of f16|bf16|f32|f64"},
        {{"synth", "logits", "--from-predictions", "x.npy", "-o", "x"}, 2, "--pred-scores FILE"},
        {{"synth", "logits", "--labels", labels + "/original.txt", "--real",
          labels + "/real.json", "--shape", "60,5", "-o", folder.path("x.npy")},
         1, "the labels have 50 rows and 5 classes, --shape says 60 rows and 5 columns"},
    };
    for (const auto &bad : cases) {
        const ProgramResult result = Reassess(bad.arguments);
        EXPECT_EQ(result.exit_status, bad.exit_status);
        EXPECT_NE(result.err.find(bad.message), std::string::npos) << result.err;
    }
}

}  // namespace
