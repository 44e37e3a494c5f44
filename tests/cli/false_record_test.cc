// Records that say what was not counted: no command that reads results believes them.
#include <unistd.h>

#include <gtest/gtest.h>

#include "cli/small_task.h"

namespace {

class FalseRecords : public ::testing::Test, public SmallTask {
protected:
    FalseRecords()
    {
        folder.write("other.npy", Npy("'<f4'", "(4, 3)", Payload()));
        results = folder.path("results");
        const ProgramResult swept =
            RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--real", real, "--labels", labels, "--out",
                        results, logits, folder.path("other.npy")});
        EXPECT_EQ(swept.exit_status, 0) << swept.err;
        record = results + "/model.json";
        sound = ReadFile(record);
    }
    void replace(const std::string &is, const std::string &becomes)
    {
        std::string text = sound;
        ASSERT_NE(text.find(is), std::string::npos) << text;
        text.replace(text.find(is), is.size(), becomes);
        folder.write("results/model.json", text);
    }
    // Each command that reads the folder names the file, and says `word`.
    void expect_refused(const std::string &file, const std::string &word)
    {
        const std::vector<std::string> given = {"--real", real, "--labels", labels};
        const std::vector<std::vector<std::string>> commands = {
            {"merge", "-q", results, "-o", folder.path("all.csv")},
            {"merge", "-q", results, "--out", folder.path("merged")},
            {"trend", "-q", results},
            {"compare", "-q", results},
            {"report", results, "-o", folder.path("all.html")},
            {"mistakes", "-q", results},
        };
        for (std::vector<std::string> command : commands) {
            if (command[0] != "merge") {
                command.insert(command.end(), given.begin(), given.end());
            }
            command.insert(command.begin(), RS_TEST_PROGRAM);
            const ProgramResult result = RunProgram(command);
            EXPECT_EQ(result.exit_status, 1) << command[1] << ": " << result.err;
            EXPECT_NE(result.err.find(file), std::string::npos) << command[1] << result.err;
            EXPECT_NE(result.err.find(word), std::string::npos) << command[1] << result.err;
        }
        EXPECT_NE(access(folder.path("all.csv").c_str(), F_OK), 0);
        EXPECT_NE(access(folder.path("all.html").c_str(), F_OK), 0);
    }
    std::string results, record, sound;
};

TEST_F(FalseRecords, a_value_that_is_not_that_of_the_counts)
{
    replace("\"imagenet_top1\":{\"value\":0.25,", "\"imagenet_top1\":{\"value\":0.99,");
    expect_refused(record, "imagenet_top1.value contradicts the counts of the record");
}

// The whole of another model's record is sound, but not of the tally beside it.
TEST_F(FalseRecords, a_record_that_is_not_that_of_the_tally)
{
    replace("\"bytes\":", "\"bytes\":1");
    expect_refused(results + "/model.tally", "the tally is not that of the record beside it");
}

// Without a tally, the record's own counts are all there is to ask.
TEST_F(FalseRecords, a_record_without_a_tally_agrees_with_itself)
{
    ASSERT_EQ(unlink((results + "/model.tally").c_str()), 0);
    const std::vector<std::string> merge = {RS_TEST_PROGRAM, "merge", "-q", results,
                                            "-o", folder.path("all.csv")};
    EXPECT_EQ(RunProgram(merge).exit_status, 0);
    replace("\"imagenet_top1\":{\"value\":0.25,", "\"imagenet_top1\":{\"value\":0.99,");
    EXPECT_EQ(RunProgram(merge).exit_status, 1);
}

// The sweep does such a model again.
TEST_F(FalseRecords, a_sweep_scores_again)
{
    replace("\"imagenet_top1\":{\"value\":0.25,", "\"imagenet_top1\":{\"value\":0.99,");
    const ProgramResult swept =
        RunProgram({RS_TEST_PROGRAM, "sweep", "--real", real, "--labels", labels, "--out", results,
                    logits, folder.path("other.npy")});
    EXPECT_EQ(swept.exit_status, 0) << swept.err;
    EXPECT_NE(ReadFile(record).find("\"imagenet_top1\":{\"value\":0.25,"), std::string::npos);
}

} // namespace
