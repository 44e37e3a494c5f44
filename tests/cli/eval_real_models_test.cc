// The 21 published models: every count of the record against counts made in the most obvious way.
#include <gtest/gtest.h>

#include <sstream>

#include "support/program.h"
#include "support/real_data.h"
#include "support/records.h"

namespace {

std::vector<std::string> EvalPredictions(const std::vector<std::string> &models)
{
    std::vector<std::string> command = {RS_TEST_PROGRAM, "eval", "--quiet", "--json", "-",
                                        "--order", "imagefolder", "--pred-scores", "preds=probs"};
    for (const std::string &option : RealLabelOptions()) {
        command.push_back(option);
    }
    for (const std::string &model : models) {
        command.push_back(PredictionsPath(model));
    }
    return command;
}

void ExpectCounts(const Record &record, const ModelCounts &counts)
{
    EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), counts.top1);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.total"), 50000);
    EXPECT_EQ(record.integer("metrics.imagenet_top5.correct"), counts.top5);
    EXPECT_EQ(record.integer("metrics.real_top1.correct"), counts.real1);
    EXPECT_EQ(record.integer("metrics.real_top1.total"), 46837);
    EXPECT_EQ(record.integer("metrics.real_top5.correct"), counts.real5);
    EXPECT_EQ(record.integer("metrics.real_second.correct"), counts.second);
    EXPECT_EQ(record.integer("metrics.real_second.total"), counts.second_total);
    EXPECT_EQ(record.integer("metrics.real_second_given_first.correct"),
              counts.second_given_first);
    EXPECT_EQ(record.integer("metrics.real_second_given_first.total"),
              counts.second_given_first_total);
    EXPECT_EQ(record.integer("disagreements.prediction_only"), counts.prediction_only);
    EXPECT_EQ(record.integer("disagreements.label_only"), counts.label_only);
    EXPECT_EQ(record.integer("disagreements.both"), counts.both);
    EXPECT_EQ(record.integer("disagreements.neither"), counts.neither);
    EXPECT_EQ(record.integer("oracle.model_correct"), counts.oracle_correct);
    EXPECT_EQ(record.integer("oracle.rows"), 42164);
    EXPECT_EQ(record.integer("oracle.classes_below_cut"), 252);
    EXPECT_NEAR(record.number("oracle.expected"), 0.9148, 0.00005);
}

TEST(EvalRealModels, all_21_in_one_command_equal_obvious_counts)
{
    RS_NEED_DATA();
    const std::vector<std::string> models = RealModels();
    ASSERT_EQ(models.size(), 21u);
    const ProgramResult result = RunProgram(EvalPredictions(models));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::vector<Record> records = ParseRecords(result.out);
    ASSERT_EQ(records.size(), models.size());
    const RealLabels labels = ReadRealLabels();
    for (size_t i = 0; i < models.size(); ++i) {
        SCOPED_TRACE(models[i]);
        EXPECT_EQ(records[i].text("model"), models[i] + "_pytorch_imagenet_top5preds");
        ExpectCounts(records[i], CountModel(labels, ReadRankedPredictions(models[i])));
    }
}

struct ChoiceCase {
    const char *model;
    int64_t rows, original;
    double expected, stddev, z, p;
    int64_t classes, above;
    double expected_above;
    int64_t significant;
};

#include "analyse/choice_reference.inc"

TEST(EvalRealModels, the_choice_among_valid_labels_is_that_of_numpy)
{
    RS_NEED_DATA();
    std::vector<std::string> models;
    for (const ChoiceCase &it : kChoices) {
        models.push_back(it.model);
    }
    ASSERT_EQ(models.size(), RealModels().size());
    const std::vector<Record> records = ParseRecords(RunProgram(EvalPredictions(models)).out);
    ASSERT_EQ(records.size(), models.size());
    for (size_t i = 0; i < models.size(); ++i) {
        SCOPED_TRACE(models[i]);
        const ChoiceCase &it = kChoices[i];
        EXPECT_EQ(records[i].integer("choice.rows"), it.rows);
        EXPECT_EQ(records[i].integer("choice.original.correct"), it.original);
        EXPECT_EQ(records[i].integer("choice.original.total"), it.rows);
        EXPECT_NEAR(records[i].number("choice.expected"), it.expected, 1e-14);
        EXPECT_NEAR(records[i].number("choice.stddev"), it.stddev, 1e-12);
        EXPECT_NEAR(records[i].number("choice.z"), it.z, 1e-9);
        EXPECT_NEAR(records[i].number("choice.p") / it.p, 1, 1e-8);
        EXPECT_EQ(records[i].integer("choice.classes"), it.classes);
        EXPECT_EQ(records[i].integer("choice.classes_above"), it.above);
        EXPECT_NEAR(records[i].number("choice.classes_expected_above"), it.expected_above, 1e-9);
        EXPECT_EQ(records[i].integer("choice.classes_significant"), it.significant);
    }
}

// What the table says, of AlexNet; and the numbers of the record from the lines of the classes.
TEST(EvalRealModels, the_choice_is_told_and_can_be_drawn_from_the_classes)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    std::vector<std::string> command = EvalPredictions({"alexnet"});
    command.erase(command.begin() + 2, command.begin() + 5); // the table in place of the record
    for (const std::string &word : {std::string("--per-class"), folder.path("c.csv")}) {
        command.push_back(word);
    }
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    for (const char *line :
         {"choice among valid labels, 2,987 rows where the model says one of several\n"
          "    the original one in 56.88 [55.10, 58.65], by chance 44.22 (z 14.2):\n"
          "    the model says the original label more often than chance\n",
          "below 85 to 88 % by the original labels they are\n      why a model is below the "
          "oracle"}) {
        EXPECT_NE(result.out.find(line), std::string::npos) << result.out;
    }
    std::istringstream lines(ReadFile(folder.path("c.csv")));
    std::string line;
    std::getline(lines, line);
    int64_t considered = 0, significant = 0, rows = 0, original = 0, shown = 0, of_considered = 0;
    while (std::getline(lines, line)) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');) {
            cells.push_back(cell);
        }
        ASSERT_EQ(cells.size(), 22u) << line;
        considered += cells[14] == "1";
        significant += cells[15] == "1";
        rows += std::stoll(cells[16]);
        original += std::stoll(cells[17]);
        of_considered += cells[14] == "1" && cells[16] != "0";
        shown += cells[21] == "1";
    }
    EXPECT_EQ(considered, 252);
    EXPECT_EQ(significant, 1);
    EXPECT_EQ(rows, 2987);
    EXPECT_EQ(original, 1699);
    EXPECT_EQ(of_considered, 246);
    EXPECT_EQ(shown, 2);
}

// As they lie in the files the predictions of a row are in no order: 33.70 % for ResNet-50's 75.06.
TEST(EvalRealModels, predictions_that_are_not_ranked_are_said_to_be)
{
    RS_NEED_DATA();
    const char *const words = "are they in order? --pred-scores FILE ranks them";
    std::vector<std::string> without_sets = {RS_TEST_PROGRAM, "eval",        "--json",
                                             "-",             "--order",     "imagefolder"};
    for (const std::string &option : RealLabelOptions()) {
        const bool sets = without_sets.back() == "--real";
        without_sets.push_back(sets ? "none" : option);
    }
    for (const std::string &model : RealModels()) {
        SCOPED_TRACE(model);
        std::vector<std::string> command = EvalPredictions({model});
        EXPECT_EQ(RunProgram(command).out.find(words), std::string::npos);
        std::vector<std::string> unsorted;
        for (const std::string &word : command) {
            if (word != "--pred-scores" && word != "preds=probs") {
                unsorted.push_back(word);
            }
        }
        EXPECT_NE(RunProgram(unsorted).out.find(words), std::string::npos);
        std::vector<std::string> command_without = without_sets;
        command_without.push_back(PredictionsPath(model));
        EXPECT_NE(RunProgram(command_without).out.find(words), std::string::npos);
        command_without.insert(command_without.end(), {"--pred-scores", "preds=probs"});
        EXPECT_EQ(RunProgram(command_without).out.find(words), std::string::npos);
    }
}

// The published numbers themselves, so that a mistake shared with the counting above would show.
TEST(EvalRealModels, published_accuracies)
{
    RS_NEED_DATA();
    struct {
        const char *model;
        double top1, top5, real1, real5;
    } const published[] = {{"resnet50", 75.062, 92.476, 81.982, 95.252},
                           {"resnet18", 68.372, 88.564, 75.968, 92.303},
                           {"vgg16", 70.664, 89.926, 77.970, 93.381}};
    for (const auto &row : published) {
        SCOPED_TRACE(row.model);
        const ProgramResult result = RunProgram(EvalPredictions({row.model}));
        ASSERT_EQ(result.exit_status, 0) << result.err;
        const Record record(SplitLines(result.out).at(0));
        EXPECT_NEAR(100 * record.number("metrics.imagenet_top1.value"), row.top1, 0.0005);
        EXPECT_NEAR(100 * record.number("metrics.imagenet_top5.value"), row.top5, 0.0005);
        EXPECT_NEAR(100 * record.number("metrics.real_top1.value"), row.real1, 0.0005);
        EXPECT_NEAR(100 * record.number("metrics.real_top5.value"), row.real5, 0.0005);
    }
}

TEST(EvalRealModels, original_labels_as_a_model_reach_42164_of_46837)
{
    RS_NEED_DATA();
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "labels", "--json", "-", RealLabelOptions()[0],
                    RealLabelOptions()[1], RealLabelOptions()[2], RealLabelOptions()[3]});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Record record(SplitLines(result.out).at(0));
    EXPECT_EQ(record.integer("original_labels.real_correct"), 42164);
    EXPECT_EQ(record.integer("original_labels.real_total"), 46837);
}

TEST(EvalRealModels, wrong_row_order_is_named_with_the_accuracy_it_would_give)
{
    RS_NEED_DATA();
    std::vector<std::string> command = EvalPredictions({"resnet50"});
    command.erase(command.begin() + 5, command.begin() + 7); /* --order imagefolder */
    const ProgramResult result = RunProgram(command);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::vector<std::string> warnings =
        Record(SplitLines(result.out).at(0)).texts("warnings");
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(
        warnings[0],
        "top-1 accuracy of 0.12 % is near chance: rows look like ImageFolder order; that gives "
        "75.06 % (ReaL 81.98 %): use --order imagefolder");
    EXPECT_NE(result.err.find(warnings[0]), std::string::npos);

    command.push_back("--strict");
    const ProgramResult strict = RunProgram(command);
    EXPECT_EQ(strict.exit_status, 1);
    EXPECT_NE(strict.err.find("--strict: the accuracy is near chance"), std::string::npos);
}

}  // namespace
