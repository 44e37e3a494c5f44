// reassess synth through the program: the same bytes again, what it refuses, what eval makes of it.
#include <gtest/gtest.h>

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
