// eval --features --head: what the record says, several heads at once, and what is refused.
#include <gtest/gtest.h>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

// The identity makes the features the logits; with a bias of 10 for class 1 all answers are 1.
class HeadsCommand : public testing::Test {
  protected:
    HeadsCommand()
    {
        identity_ = task_.folder.write(
            "identity.npy", Npy("'<f4'", "(3, 3)", Bytes<float>({1, 0, 0, 0, 1, 0, 0, 0, 1})));
        bias_ = task_.folder.write("bias.npy", Npy("'<f8'", "(3,)", Bytes<double>({0, 10, 0})));
    }
    ProgramResult Run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {"--json", "-", "--features", task_.logits});
        return task_.eval(arguments);
    }
    void ExpectFailure(const std::vector<std::string> &arguments, int exit_status,
                       const std::string &words) const
    {
        const ProgramResult result = task_.eval(arguments);
        EXPECT_EQ(result.exit_status, exit_status) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    }

    SmallTask task_;
    std::string identity_, bias_;
};

TEST_F(HeadsCommand, several_heads_in_one_command)
{
    const ProgramResult result =
        Run({"--calibration", "--head", identity_, "--head", identity_ + "," + bias_, "--name",
             "plain", "--name", "biased"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::vector<Record> records = ParseRecords(result.out);
    ASSERT_EQ(records.size(), 2u);
    const Record direct(task_.eval({"--calibration", "--json", "-", task_.logits}).out);
    EXPECT_EQ(records[0].text("model"), "plain");
    EXPECT_EQ(records[0].integer("metrics.imagenet_top1.correct"),
              direct.integer("metrics.imagenet_top1.correct"));
    EXPECT_EQ(records[0].integer("metrics.real_top1.correct"),
              direct.integer("metrics.real_top1.correct"));
    EXPECT_DOUBLE_EQ(records[0].number("calibration.nll"), direct.number("calibration.nll"));
    EXPECT_EQ(records[0].text("input.path"), task_.logits);
    EXPECT_EQ(records[0].text("input.head.weight"), identity_);
    EXPECT_TRUE(records[0].is_null("input.head.bias"));
    EXPECT_EQ(records[0].integer("input.head.features"), 3);
    EXPECT_EQ(records[0].text("input.head.features_dtype"), "f32");
    EXPECT_EQ(records[0].text("input.head.dtype"), "f32");
    EXPECT_EQ(records[0].text("input.dtype"), "f32");

    EXPECT_EQ(records[1].text("model"), "biased");
    EXPECT_EQ(records[1].text("input.head.bias"), bias_);
    EXPECT_EQ(records[1].integer("metrics.imagenet_top1.correct"), 1);
    EXPECT_EQ(records[1].integer("metrics.real_top1.correct"), 1);
}

TEST_F(HeadsCommand, names_and_outputs_are_as_for_models)
{
    const std::string confusions = task_.folder.path("c.csv");
    const ProgramResult result =
        Run({"--head", identity_ + "," + bias_, "--confusions", confusions, "--row-range", "1:4"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(Record(result.out).text("model"), "identity");
    EXPECT_EQ(Record(result.out).integer("input.rows"), 3);
    EXPECT_EQ(SplitLines(ReadFile(confusions)).at(1), "identity,2,,,1,,,2,1,0");
    const ProgramResult table =
        task_.eval({"--features", task_.logits, "--head", identity_, "--head", identity_});
    EXPECT_EQ(table.exit_status, 0) << table.err;
    EXPECT_NE(table.out.find("identity"), std::string::npos);
}

TEST_F(HeadsCommand, goes_through_a_class_map_and_streams)
{
    const std::string map = task_.folder.write("map.txt", "2\n1\n0\n");
    const ProgramResult direct = task_.eval({"--json", "-", "--class-map", map, task_.logits});
    const ProgramResult head = Run({"--class-map", map, "--head", identity_});
    ASSERT_EQ(head.exit_status, 0) << head.err;
    EXPECT_EQ(Record(head.out).integer("metrics.real_top1.correct"),
              Record(direct.out).integer("metrics.real_top1.correct"));
    const ProgramResult stream =
        task_.eval({"--json", "-", "--features", "-", "--head", identity_}, ReadFile(task_.logits));
    ASSERT_EQ(stream.exit_status, 0) << stream.err;
    EXPECT_EQ(Record(stream.out).integer("metrics.real_top1.correct"), 3);
}

TEST_F(HeadsCommand, what_makes_no_sense_is_refused)
{
    ExpectFailure({"--features", task_.logits}, 2, "go together");
    ExpectFailure({"--head", identity_}, 2, "go together");
    ExpectFailure({"--features", task_.logits, "--head", identity_, task_.logits}, 2,
                  "go together");
    ExpectFailure({"--features", task_.logits, "--head", identity_, "--values", "probs"}, 2,
                  "cannot be combined");
    ExpectFailure({"--features", task_.logits, "--head", identity_, "--parts"}, 2,
                  "cannot be combined");
    ExpectFailure({"--features", task_.logits, "--head", bias_}, 1, "two are needed");
    const std::string wide =
        task_.folder.write("wide.npy", Npy("'<f4'", "(3, 4)", std::string(48, '\0')));
    ExpectFailure({"--features", task_.logits, "--head", wide}, 1,
                  "3 features a row, but head 1 takes 4");
    ExpectFailure({"--features", task_.logits, "--head", identity_ + ",none.npy"}, 1, "none.npy");
    ExpectFailure({"--features", "-", "--head", identity_, "--head", identity_}, 1, "");
}

TEST_F(HeadsCommand, one_of_several_that_fails)
{
    const std::string wide =
        task_.folder.write("wide.npy", Npy("'<f4'", "(3, 4)", std::string(48, '\0')));
    for (const std::string &bad : {wide, bias_}) { // found at the features, and when it is loaded
        const ProgramResult result =
            Run({"--head", identity_, "--head", bad, "--head", identity_, "--name", "a", "--name",
                 "b", "--name", "c"});
        EXPECT_EQ(result.exit_status, 1);
        EXPECT_NE(result.err.find("reassess: b: failed: "), std::string::npos) << result.err;
        EXPECT_EQ(result.err.find("c: failed"), std::string::npos) << result.err;
        EXPECT_NE(result.err.find("1 of 3 models failed, the others"), std::string::npos);
        const std::vector<Record> records = ParseRecords(result.out);
        ASSERT_EQ(records.size(), 2u) << result.out << result.err;
        EXPECT_EQ(records[0].text("model"), "a");
        EXPECT_EQ(records[1].text("model"), "c");
        EXPECT_EQ(records[1].integer("metrics.real_top1.correct"), 3);
    }
}

TEST_F(HeadsCommand, without_openblas_a_warning_says_so)
{
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "eval", "--real", task_.real, "--labels", task_.labels,
                    "--json", "-", "--features", task_.logits, "--head", identity_},
                   "", {"REASSESS_OPENBLAS=/nonexistent.so"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::vector<std::string> warnings = Record(result.out).texts("warnings");
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].compare(0, 22, "OpenBLAS was not found"), 0) << warnings[0];
    EXPECT_EQ(Record(result.out).integer("metrics.real_top1.correct"), 3);
}

} // namespace
