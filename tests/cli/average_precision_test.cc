// eval --average-precision: record, tables, and where it is refused or has no value.
#include <gtest/gtest.h>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

class AveragePrecisionCommand : public testing::Test {
  protected:
    ProgramResult Run(std::vector<std::string> more, const std::string &input = "") const
    {
        more.insert(more.begin(), {"--values", "sigmoid", "--average-precision"});
        return task_.eval(more, input);
    }
    Record RecordOf(std::vector<std::string> more, const std::string &input = "") const
    {
        more.insert(more.begin(), {"--json", "-"});
        const ProgramResult result = Run(more, input);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return Record(result.out);
    }

    SmallTask task_;
};

// Classes 0 and 2 rank their rows first; of class 1 all three rows have its row's score or more.
TEST_F(AveragePrecisionCommand, is_in_record_and_table)
{
    for (const char *threads : {"1", "3"}) {
        const Record record = RecordOf({"-j", threads, task_.logits});
        EXPECT_DOUBLE_EQ(record.number("average_precision.mean"), (1 + 1.0 / 3 + 1) / 3);
        EXPECT_EQ(record.integer("average_precision.classes"), 3);
        EXPECT_EQ(record.integer("average_precision.rows"), 3);
        EXPECT_TRUE(record.is_null("average_precision.mean_error.ci95"));
        EXPECT_TRUE(record.is_null("calibration")); // which was not asked for
    }
    const ProgramResult one = Run({task_.logits});
    const std::string line =
        "\n  mean average precision by ReaL: 77.78, over 3 classes and 3 rows\n";
    EXPECT_NE(one.out.find(line), std::string::npos) << one.out;
    const ProgramResult two = Run({"--name", "a", "--name", "b", task_.logits, task_.logits});
    EXPECT_EQ(two.exit_status, 0) << two.err;
    const size_t first = two.out.find("mean average precision by ReaL: 77.78");
    ASSERT_NE(first, std::string::npos) << two.out;
    EXPECT_NE(two.out.find("mean average precision by ReaL: 77.78", first + 1), std::string::npos);
}

TEST_F(AveragePrecisionCommand, is_not_there_unless_asked_for)
{
    const ProgramResult result =
        task_.eval({"--values", "sigmoid", "--json", "-", task_.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out.find("average_precision"), std::string::npos) << result.out;
}

// The rows, and so the labels, in another order.
TEST_F(AveragePrecisionCommand, follows_the_order_of_the_rows)
{
    const std::string order = task_.folder.write("order.txt", "3\n1\n0\n2\n");
    const std::string rows = task_.folder.write(
        "mixed.npy",
        Npy("'<f4'", "(4, 3)", Bytes<float>({2, 2, 1, 0, 1, 5, 3, 1, 2, 1, 0, 0})));
    const Record record = RecordOf({"--order", order, rows});
    EXPECT_DOUBLE_EQ(record.number("average_precision.mean"), (1 + 1.0 / 3 + 1) / 3);
    // of rows 0 and 1 alone class 1 has a tie, and so half; the others are right
    const Record part = RecordOf({"--row-range", "0:2", task_.logits});
    EXPECT_DOUBLE_EQ(part.number("average_precision.mean"), (1 + 1.0 / 2 + 1) / 3);
}

TEST_F(AveragePrecisionCommand, of_a_stream_and_of_predictions_there_is_none)
{
    const Record stream = RecordOf({"-"}, ReadFile(task_.logits));
    EXPECT_EQ(stream.text("average_precision.reason"), "rows of a stream cannot be read again");
    const std::string ranked = task_.folder.write(
        "ranked.npy", Npy("'<i4'", "(4, 1)", Bytes<int32_t>({0, 2, 0, 0})));
    EXPECT_EQ(RecordOf({ranked}).text("average_precision.reason"),
              "ranked predictions have no score for each class");
    EXPECT_NE(Run({ranked}).out.find("mean average precision by ReaL: none, ranked"),
              std::string::npos);
}

TEST_F(AveragePrecisionCommand, is_refused_where_it_means_nothing)
{
    const ProgramResult softmax = task_.eval({"--average-precision", task_.logits});
    EXPECT_EQ(softmax.exit_status, 2);
    EXPECT_NE(softmax.err.find("say --values sigmoid as well"), std::string::npos) << softmax.err;
    const ProgramResult heads = Run({"--features", task_.logits, "--head", task_.logits});
    EXPECT_EQ(heads.exit_status, 2);
    EXPECT_NE(heads.err.find("logits of --features are not kept"), std::string::npos) << heads.err;
}

// Asked for, results without are not good enough; those with stay good. merge shows and sorts by
// it.
TEST_F(AveragePrecisionCommand, of_a_sweep_goes_into_the_merged_table)
{
    const std::string folder = task_.folder.path("results");
    const std::string worse = task_.folder.write(
        "worse.npy",
        Npy("'<f4'", "(4, 3)", Bytes<float>({0, 1, 2, 3, 0, 0, 1, 0, 0, 2, 2, 1})));
    const auto sweep = [&](std::vector<std::string> more) {
        std::vector<std::string> words = {RS_TEST_PROGRAM, "sweep",      "--real",   task_.real,
                                          "--labels",      task_.labels, "--values", "sigmoid",
                                          "--out",         folder};
        words.insert(words.end(), more.begin(), more.end());
        return RunProgram(words);
    };
    ASSERT_EQ(sweep({task_.logits, worse}).exit_status, 0);
    const std::vector<std::string> merge = {RS_TEST_PROGRAM, "merge", "--sort",
                                            "average_precision", folder};
    const ProgramResult none = RunProgram(merge);
    EXPECT_EQ(none.exit_status, 2);
    EXPECT_EQ(none.err.find(", average_precision"), std::string::npos) << none.err;
    for (const char *scored : {"2 models scored", "0 models scored"}) {
        const ProgramResult with = sweep({"--average-precision", task_.logits, worse});
        ASSERT_EQ(with.exit_status, 0) << with.err;
        EXPECT_NE(with.err.find(scored), std::string::npos) << with.err;
    }
    const Record record(ReadFile(folder + "/model.json"));
    EXPECT_DOUBLE_EQ(record.number("average_precision.mean"), (1 + 1.0 / 3 + 1) / 3);
    const std::string csv = task_.folder.path("merged.csv");
    const ProgramResult table = RunProgram({RS_TEST_PROGRAM, "merge", "--sort", "average_precision",
                                            "-o", csv, folder});
    ASSERT_EQ(table.exit_status, 0) << table.err;
    EXPECT_NE(table.out.find(" 77.78"), std::string::npos) << table.out;
    EXPECT_LT(table.out.find("model "), table.out.find("worse ")) << table.out;
    const std::string text = ReadFile(csv);
    EXPECT_NE(text.find(",average_precision,rows,"), std::string::npos) << text;
    EXPECT_NE(text.find(",77.7778,4,"), std::string::npos) << text;
    const ProgramResult other =
        RunProgram({RS_TEST_PROGRAM, "merge", "--sort", "no_such", folder});
    EXPECT_NE(other.err.find(", average_precision"), std::string::npos) << other.err;
}

TEST_F(AveragePrecisionCommand, does_not_add_up_over_row_ranges)
{
    const ProgramResult part = RunProgram(
        {RS_TEST_PROGRAM, "sweep", "--real", task_.real, "--labels", task_.labels, "--values",
         "sigmoid", "--average-precision", "--row-range", "0:2", "--out",
         task_.folder.path("part"), task_.logits});
    EXPECT_EQ(part.exit_status, 2);
    EXPECT_NE(part.err.find("does not add up"), std::string::npos) << part.err;
}

} // namespace
