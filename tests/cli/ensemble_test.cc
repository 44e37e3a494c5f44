// eval --ensemble: what the record says, what is refused, and that averages are what is scored.
#include <gtest/gtest.h>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

class EnsembleCommand : public testing::Test {
  protected:
    EnsembleCommand()
    {
        // With task.logits it is right by both on image 1 where task.logits is not.
        other_ = task_.folder.write(
            "other.npy",
            Npy("'<f8'", "(4, 3)", Bytes<double>({3, 1, 2, 0, 7, 1, 0, 0, 2, 2, 1, 1})));
    }
    Record Eval(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {"--json", "-"});
        const ProgramResult result = task_.eval(arguments);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return Record(result.out);
    }
    void ExpectUsage(const std::vector<std::string> &arguments, const std::string &words) const
    {
        const ProgramResult result = task_.eval(arguments);
        EXPECT_EQ(result.exit_status, 2) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    }

    SmallTask task_;
    std::string other_;
};

TEST_F(EnsembleCommand, the_record_says_what_was_averaged)
{
    const Record record = Eval({"--ensemble", "--weights", "1,0.5", task_.logits, other_});
    EXPECT_EQ(record.text("model"), "model+other");
    EXPECT_EQ(record.text("input.path"), task_.logits);
    EXPECT_EQ(record.text("input.format"), "ensemble");
    EXPECT_EQ(record.text("input.dtype"), "f64");
    EXPECT_EQ(record.integer("input.bytes"), 48 + 96);
    EXPECT_EQ(record.text("input.ensemble.space"), "logit");
    EXPECT_FALSE(record.has("input.parts"));
    const std::string members =
        "\"members\":[{\"path\":\"" + task_.logits +
        "\",\"format\":\"npy\",\"dtype\":\"f32\",\"weight\":1},{\"path\":\"" + other_ +
        "\",\"format\":\"npy\",\"dtype\":\"f64\",\"weight\":0.5}]";
    const ProgramResult text =
        task_.eval({"--json", "-", "--ensemble", "--weights", "1,0.5", task_.logits, other_});
    EXPECT_NE(text.out.find(members), std::string::npos) << text.out;
}

// Members are held to being probabilities as nearly as their type rounds; what is averaged of them
// is as near, and not held to the type of the averages.
TEST_F(EnsembleCommand, averages_of_rounded_probabilities_are_taken)
{
    const std::vector<uint16_t> third(12, 0x3556); // 0.33349609375 in f16
    const std::string rounded =
        task_.folder.write("rounded.npy", Npy("'<f2'", "(4, 3)", Bytes(third)));
    const Record record =
        Eval({"--ensemble", "--values", "probs", "--calibration", rounded, rounded});
    EXPECT_NEAR(record.number("calibration.confidence"), 0.33349609375, 1e-9);
}

TEST_F(EnsembleCommand, averages_are_what_is_scored)
{
    // By hand: 3 1 2, 0 4 3, 0.5 0 1 and 2 1.5 1; with weights 9 and 1 images 1 and 2 are as
    // before.
    EXPECT_EQ(Eval({"--ensemble", task_.logits, other_}).integer("metrics.imagenet_top1.correct"),
              3);
    EXPECT_EQ(Eval({"--ensemble", "--weights", "9,1", task_.logits, other_})
                  .integer("metrics.imagenet_top1.correct"),
              1);
    const Record prob =
        Eval({"--ensemble", "--space", "prob", "--calibration", task_.logits, other_});
    EXPECT_EQ(prob.text("input.ensemble.space"), "prob");
    EXPECT_EQ(prob.integer("metrics.imagenet_top1.correct"), 3);
    // By hand: the mean of the softmax probabilities of labels 0, 1, 2, 2.
    EXPECT_NEAR(prob.number("calibration.nll"), 0.8688252945190504, 1e-6);
}

TEST_F(EnsembleCommand, one_model_twice_is_the_model)
{
    const Record twice = Eval({"--ensemble", "--name", "x", task_.logits, task_.logits});
    const Record once = Eval({"--name", "x", task_.logits});
    EXPECT_EQ(twice.text("model"), "x");
    for (const char *metric : {"imagenet_top1", "imagenet_top5", "real_top1", "real_second"}) {
        const std::string path = std::string("metrics.") + metric + ".correct";
        EXPECT_EQ(twice.integer(path), once.integer(path)) << metric;
    }
}

TEST_F(EnsembleCommand, a_stream_may_be_a_member)
{
    const ProgramResult result =
        task_.eval({"--json", "-", "--ensemble", "-", other_}, ReadFile(task_.logits));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(Record(result.out).text("model"), "stdin+other");
    EXPECT_EQ(Record(result.out).integer("metrics.imagenet_top1.correct"), 3);;
}

TEST_F(EnsembleCommand, goes_through_a_class_map)
{
    const std::string map = task_.folder.write("map.txt", "2\n-1\n1\n");
    const Record record = Eval({"--ensemble", "--class-map", map, task_.logits, other_});
    EXPECT_EQ(record.integer("input.classes"), 2);
    const Record alone = Eval({"--class-map", map, task_.logits});
    const Record twice = Eval({"--ensemble", "--class-map", map, task_.logits, task_.logits});
    EXPECT_EQ(alone.integer("metrics.imagenet_top1.correct"),
              twice.integer("metrics.imagenet_top1.correct"));
    EXPECT_EQ(alone.integer("metrics.real_top1.correct"),
              twice.integer("metrics.real_top1.correct"));
}

TEST_F(EnsembleCommand, probabilities_taken_for_logits_are_noticed)
{
    const std::string probs = task_.folder.write(
        "probs.npy",
        Npy("'<f4'", "(4, 3)", Bytes<float>({0.5, 0.25, 0.25, 0, 1, 0, 1, 0, 0, 0.25, 0.5, 0.25})));
    const Record record = Eval({"--ensemble", "--space", "prob", task_.logits, probs});
    const std::vector<std::string> warnings = record.texts("warnings");
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0], probs + ": the rows look like probabilities, but were taken for logits: "
                                   "say --values probs");
    EXPECT_TRUE(Eval({"--ensemble", "--values", "probs", probs, probs}).texts("warnings").empty());
}

TEST_F(EnsembleCommand, what_makes_no_sense_is_a_usage_error)
{
    ExpectUsage({"--ensemble", task_.logits}, "--ensemble needs at least two models");
    ExpectUsage({"--weights", "1,2", task_.logits, other_}, "are about the models of an ensemble");
    ExpectUsage({"--space", "prob", task_.logits}, "are about the models of an ensemble");
    ExpectUsage({"--ensemble", "--parts", task_.logits, other_}, "cannot be combined");
    ExpectUsage({"--ensemble", "--weights", "1", task_.logits, other_}, "one number above 0");
    ExpectUsage({"--ensemble", "--weights", "1,0", task_.logits, other_}, "one number above 0");
    ExpectUsage({"--ensemble", "--weights", "1,2,3", task_.logits, other_}, "one number above 0");
    ExpectUsage({"--ensemble", "--weights", "1,nan", task_.logits, other_}, "one number above 0");
    ExpectUsage({"--ensemble", "--values", "probs", "--space", "logit", task_.logits, other_},
                "have no logits to average");
    ExpectUsage({"--ensemble", "-", "-"}, "standard input can be read only once");
}

TEST_F(EnsembleCommand, members_that_do_not_fit_are_named)
{
    const std::string wide =
        task_.folder.write("wide.npy", Npy("'<f4'", "(4, 2)", std::string(32, '\0')));
    const ProgramResult result = task_.eval({"--ensemble", task_.logits, wide});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find(wide), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("2 columns, but the first member has 3"), std::string::npos)
        << result.err;
    const std::string ranked =
        task_.folder.write("ranked.npy", Npy("'<i4'", "(4,)", std::string(16, '\0')));
    const ProgramResult refused = task_.eval({"--ensemble", task_.logits, ranked});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_NE(refused.err.find("there is no average"), std::string::npos) << refused.err;
}

TEST_F(EnsembleCommand, long_names_are_shortened)
{
    std::vector<std::string> arguments = {"--ensemble"};
    for (int i = 0; i < 40; ++i) {
        arguments.push_back(task_.logits);
    }
    EXPECT_EQ(Eval(arguments).text("model"), "model+39others");
}

} // namespace
