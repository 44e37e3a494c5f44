// Records that say what was not counted, and first predictions that are not theirs: no command that
// reads results believes them.
#include <unistd.h>

#include <gtest/gtest.h>

#include "cli/small_task.h"

namespace {

class FalseRecords : public ::testing::Test, public SmallTask {
protected:
    FalseRecords()
    {
        folder.write("other.npy", Npy("'<f4'", "(4, 3)", Payload()));
        folder.write("further.json", "[[0], [1], [2], [0]]");
        results = folder.path("results");
        sweep(results);
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
    void sweep(const std::string &to)
    {
        const ProgramResult swept =
            RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--calibration", "--slice", "labels",
                        "--real", real, "--real", "further=" + folder.path("further.json"),
                        "--labels", labels, "--out", to, logits, folder.path("other.npy")});
        EXPECT_EQ(swept.exit_status, 0) << swept.err;
    }
    // The first predictions of another model, which was scored like this one and is right as often
    // by the original labels.
    void exchange_predictions()
    {
        const std::string before = ReadFile(logits);
        folder.write("model.npy",
                     Npy("'<f4'", "(4, 3)", Bytes<float>({1, 3, 2, 0, 5, 1, 0, 1, 0, 1, 2, 2})));
        sweep(folder.path("others"));
        folder.write("model.npy", before);
        sidecar = results + "/model.topk.npz";
        sound_sidecar = ReadFile(sidecar);
        const std::string others = ReadFile(folder.path("others/model.topk.npz"));
        ASSERT_EQ(others.size(), sound_sidecar.size());
        ASSERT_NE(others, sound_sidecar);
        folder.write("results/model.topk.npz", others);
    }
    // Each command that reads the folder names the file, and says `word`.
    void expect_refused(const std::string &file, const std::string &word)
    {
        expect_refused_by(file, word,
                          {{"merge", "-q", results, "-o", folder.path("all.csv")},
                           {"merge", "-q", results, "--out", folder.path("merged")},
                           {"trend", "-q", results},
                           {"compare", "-q", results},
                           {"report", results, "-o", folder.path("all.html")},
                           {"mistakes", "-q", results}});
    }
    void expect_refused_by(const std::string &file, const std::string &word,
                           const std::vector<std::vector<std::string>> &commands)
    {
        const std::vector<std::string> given = {"--real", real, "--labels", labels};
        for (std::vector<std::string> command : commands) {
            if (command[0] != "merge") {
                command.insert(command.end(), given.begin(), given.end());
            }
            command.insert(command.begin(), RS_TEST_PROGRAM);
            const ProgramResult result = RunProgram(command);
            EXPECT_EQ(result.exit_status, 1) << command[1] << ": " << word << result.err;
            EXPECT_NE(result.err.find(file), std::string::npos) << command[1] << result.err;
            EXPECT_NE(result.err.find(word), std::string::npos) << command[1] << result.err;
            EXPECT_EQ(SplitLines(result.err).size(), 1u) << "nothing leaks\n" << result.err;
        }
        EXPECT_NE(access(folder.path("all.csv").c_str(), F_OK), 0);
        EXPECT_NE(access(folder.path("all.html").c_str(), F_OK), 0);
    }
    std::string results, record, sound, sidecar, sound_sidecar;
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

// What can be seen in the record alone, by every command that reads it.
TEST_F(FalseRecords, contradictions_within_a_record)
{
    const struct {
        const char *is, *becomes, *word;
    } changes[] = {
        {"\"imagenet_top1\":{\"value\":0.25", "\"imagenet_top9\":{\"value\":0.25",
         "metrics.imagenet_top1 is missing"},
        {"\"real_top1\":{", "\"real_top0\":{", "metrics.real_top1 is missing"},
        {"\"real_second\":{\"value\":1,\"correct\":1",
         "\"real_second\":{\"value\":1,\"correct\":null", "real_second.correct contradicts"},
        {"\"imagenet_macro_top1\":{\"value\":0.3333333333333333,\"correct\":null",
         "\"imagenet_macro_top1\":{\"value\":0.3333333333333333,\"correct\":1",
         "imagenet_macro_top1.correct contradicts"},
        {"\"real_macro_top5\":{\"value\":1", "\"real_macro_top5\":{\"value\":0.9",
         "real_macro_top5.value contradicts"},
        {"\"real_macro_top5\":{\"value\":1,\"correct\":null,\"total\":3",
         "\"real_macro_top5\":{\"value\":1,\"correct\":null,\"total\":2",
         "real_macro_top5.total contradicts"},
        {"\"evaluated\":3,\"empty\":1", "\"evaluated\":2,\"empty\":2",
         "real_top1.total contradicts"},
        {"\"mean_gap\":-0.5", "\"mean_gap\":null", "oracle.mean_gap contradicts"},
        {"\"gap_error\":{\"stderr\":0.25,\"ci95\":[-0.73",
         "\"gap_error\":{\"stderr\":0,\"ci95\":[-0.13", "oracle.gap_error contradicts"},
        {"\"preference_error\":{\"stderr\":0,\"ci95\":[0.2",
         "\"preference_error\":{\"stderr\":0,\"ci95\":[0.3",
         "disagreements.preference_error contradicts"},
        {"\"nll\":1.96", "\"nll\":0.96", "calibration.nll_error contradicts"},
        {"\"real_nll\":0.42", "\"real_nll\":0.12", "calibration.real_nll_error contradicts"},
        {"\"confidence\":0.65", "\"confidence\":0.95", "calibration.confidence_error contradicts"},
        {"\"images\":4,\"evaluated\":4,\"empty\":0", "\"images\":5,\"evaluated\":4,\"empty\":1",
         "further.labels.images is not that of the record"},
    };
    ASSERT_EQ(unlink((results + "/model.tally").c_str()), 0);
    for (const auto &change : changes) {
        replace(change.is, change.becomes);
        expect_refused_by(record, change.word,
                          {{"merge", "-q", results, "-o", folder.path("all.csv")},
                           {"trend", "-q", results},
                           {"compare", "-q", results},
                           {"report", results, "-o", folder.path("all.html")},
                           {"mistakes", "-q", results}});
    }
}

// By the original labels a model is right as often whatever further label set is beside them, and a
// group is part of all rows, though each agrees with itself.
TEST_F(FalseRecords, sections_that_contradict_each_other)
{
    const std::string wrong = "{\"value\":0,\"correct\":0,\"total\":1,\"stderr\":0,"
                              "\"ci95\":[0,0.7934506856227626]}";
    const std::string none = "{\"value\":0,\"correct\":0,\"total\":4,\"stderr\":0,"
                             "\"ci95\":[0,0.4898908364545973]}";
    const std::string quarter = "{\"value\":0.25,\"correct\":1,\"total\":4,"
                                "\"stderr\":0.21650635094610965,"
                                "\"ci95\":[0.04558726080970056,0.6993581574175981]}";
    const std::string whole = "{\"value\":1,\"correct\":1,\"total\":1,\"stderr\":0,"
                              "\"ci95\":[0.20654931437723742,1]}";
    const auto refused_without_tally = [this](const std::string &word) {
        unlink((results + "/model.tally").c_str());
        expect_refused_by(record, word,
                          {{"merge", "-q", results, "-o", folder.path("all.csv")},
                           {"report", results, "-o", folder.path("all.html")}});
    };
    std::string text = sound;
    const size_t set = text.find(quarter, text.find("\"real_sets\""));
    ASSERT_NE(set, std::string::npos);
    folder.write("results/model.json", text.replace(set, quarter.size(), none));
    refused_without_tally("further.imagenet_top1 is not that of the record");

    text = sound; // the group "2" has the one row that is right by the labels, and "1" has it too
    const size_t group = text.find(wrong, text.find("\"group\":\"2\""));
    ASSERT_NE(group, std::string::npos);
    text.replace(group, wrong.size(), whole);
    folder.write("results/model.json", text);
    EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "merge", "-q", results}).exit_status, 0); // they overlap
    const std::string both = "{\"value\":1,\"correct\":2,\"total\":2,\"stderr\":0,"
                             "\"ci95\":[0.3423802275066531,1]}";
    const std::string half = "{\"value\":0.5,\"correct\":1,\"total\":2,"
                             "\"stderr\":0.3535533905932738,"
                             "\"ci95\":[0.09453120573423072,0.9054687942657693]}";
    text = sound;
    const size_t one = text.find(half, text.find("\"group\":\"1\""));
    ASSERT_NE(one, std::string::npos);
    folder.write("results/model.json", text.replace(one, half.size(), both));
    refused_without_tally("slices.imagenet_top1 is more than the record counts of all rows");
}

TEST_F(FalseRecords, first_predictions_of_another_model)
{
    exchange_predictions();
    expect_refused(sidecar, "these first predictions are not those of the record beside them");
    sweep(results); // scores the model again
    EXPECT_EQ(ReadFile(sidecar), sound_sidecar);
}

// Without a tally the counts tell.
TEST_F(FalseRecords, first_predictions_that_are_not_those_counted)
{
    exchange_predictions();
    ASSERT_EQ(unlink((results + "/model.tally").c_str()), 0);
    expect_refused_by(
        sidecar, "real_top1 has 1 right, not 3",
        {{"report", results, "-o", folder.path("all.html")}, {"mistakes", "-q", results}});
    expect_refused_by(sidecar, "1 predictions are right by ReaL, but the record counts 3",
                      {{"compare", "-q", results}});
}

// The sweep does such a model again.
TEST_F(FalseRecords, a_sweep_scores_again)
{
    replace("\"imagenet_top1\":{\"value\":0.25,", "\"imagenet_top1\":{\"value\":0.99,");
    sweep(results);
    EXPECT_NE(ReadFile(record).find("\"imagenet_top1\":{\"value\":0.25,"), std::string::npos);
}

} // namespace
