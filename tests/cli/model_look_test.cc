// What eval warns of a model, propose and clean say too.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "cli/small_task.h"

namespace {

constexpr int images = 4000;
constexpr int classes = 20;

// A model that is right in four of five images; its mistakes are the class after next or any.
class ModelLook : public testing::Test {
  protected:
    ModelLook()
    {
        std::mt19937 random(7);
        std::string text, names;
        for (int i = 0; i < images; ++i) {
            const int label = static_cast<int>(random() % classes);
            const unsigned luck = random() % 100;
            const int said = luck < 80   ? label
                             : luck < 90 ? (label + 2) % classes
                                         : static_cast<int>(random() % classes);
            for (int c = 0; c < classes; ++c) {
                logits.push_back(static_cast<float>(random() % 100000) / 20000.0F);
            }
            at(i, label) += 3.0F;
            at(i, said) += 6.0F;
            original.push_back(label);
            text += std::to_string(label) + "\n";
            names += "image" + std::to_string(100000 + i) + ".png\n";
        }
        labels = folder.write("labels.txt", text);
        files = folder.write("files.txt", names);
    }
    float &at(int image, int c)
    {
        return logits[static_cast<size_t>(image) * classes + static_cast<size_t>(c)];
    }
    std::string Write(const std::string &name, int first = 0, int count = images) const
    {
        const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(first) * classes;
        const std::vector<float> rows(begin, begin + static_cast<std::ptrdiff_t>(count) * classes);
        return folder.write(
            name, Npy("'<f4'", "(" + std::to_string(count) + ", " + std::to_string(classes) + ")",
                      Bytes(rows)));
    }
    std::string Propose(std::vector<std::string> more) const
    {
        more.insert(more.begin(), {RS_TEST_PROGRAM, "propose", "-q", "--labels", labels, "--files",
                                   files, "-o", folder.path("candidates.jsonl")});
        const ProgramResult result = RunProgram(more);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return result.err;
    }
    std::string Clean(std::vector<std::string> more, const std::string &input = "") const
    {
        more.insert(more.begin(), {RS_TEST_PROGRAM, "clean", "-q", "--labels", labels, "-o",
                                   folder.path("kept.txt")});
        const ProgramResult result = RunProgram(more, input);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return result.err;
    }
    // The model as it is now, to both; each must say the words once.
    void ExpectWords(const std::string &words)
    {
        const std::string model = Write("model.npy");
        for (const std::string &said : {Propose({"--extra", "10", model}), Clean({model})}) {
            const size_t first = said.find(words);
            EXPECT_NE(first, std::string::npos) << words << " in: " << said;
            EXPECT_EQ(said.find(words, first + 1), std::string::npos) << said;
        }
    }
    TemporaryFolder folder;
    std::vector<float> logits;
    std::vector<int> original;
    std::string labels, files;
};

TEST_F(ModelLook, a_sound_model_is_left_alone)
{
    const std::string model = Write("model.npy");
    EXPECT_EQ(Propose({"--extra", "10", model}), "");
    EXPECT_EQ(Clean({model}), "");
    EXPECT_EQ(Clean({"-"}, ReadFile(model)), "");
    EXPECT_EQ(Clean({"--folds", "blocks", Write("a.npy", 0, 2000), Write("b.npy", 2000, 2000)}),
              "");
}

TEST_F(ModelLook, columns_that_were_never_written)
{
    for (int i = 0; i < images; ++i) {
        at(i, 3) = at(i, 4) = 0.0F;
    }
    ExpectWords("columns 3 to 4 hold one value in every row that was looked at, 0, and 0 of the ");
    const std::string folds = Clean({"--folds", "stripes", Write("model.npy"), Write("again.npy")});
    EXPECT_NE(folds.find("again: columns 3 to 4 hold one value"), std::string::npos) << folds;
    const std::string own =
        Clean({"--folds", "blocks", Write("a.npy", 0, 2000), Write("b.npy", 2000, 2000)});
    EXPECT_NE(own.find("b: columns 3 to 4 hold one value"), std::string::npos) << own;
}

TEST_F(ModelLook, columns_that_are_exchanged)
{
    for (int i = 0; i < images; ++i) {
        std::swap(at(i, 3), at(i, 7));
    }
    ExpectWords("columns 3 and 7 look exchanged");
}

TEST_F(ModelLook, values_the_wrong_way_round)
{
    for (float &value : logits) {
        value = -value;
    }
    ExpectWords("the label is the last prediction in ");
    const std::string piped = Clean({"-"}, ReadFile(Write("model.npy")));
    EXPECT_NE(piped.find("the label is the last prediction in "), std::string::npos) << piped;
}

TEST_F(ModelLook, rows_that_were_never_written)
{
    for (int i = 100; i < 200; ++i) {
        for (int c = 0; c < classes; ++c) {
            at(i, c) = 0.0F;
        }
    }
    ExpectWords("100 of 4000 rows hold the same value in every column");
}

TEST_F(ModelLook, the_labels_in_place_of_predictions)
{
    for (int i = 0; i < images; ++i) {
        at(i, original[static_cast<size_t>(i)]) = 100.0F;
    }
    ExpectWords("every first prediction is the original label");
}

TEST_F(ModelLook, rankings_worst_first_in_another_order_besides)
{
    std::vector<int32_t> ranked;
    for (int place = 0; place < images; ++place) { // dealt out over 8 processes
        const int i = place % (images / 8) * 8 + place / (images / 8);
        std::vector<int32_t> best(classes);
        std::iota(best.begin(), best.end(), 0);
        std::sort(best.begin(), best.end(), [&](int a, int b) { return at(i, a) > at(i, b); });
        ranked.insert(ranked.end(), best.rend() - 5, best.rend());
    }
    const std::string model = folder.write("ranked.npy", Npy("'<i4'", "(4000, 5)", Bytes(ranked)));
    for (const std::string &said : {Propose({"--extra", "0", model}), Clean({model})}) {
        EXPECT_NE(said.find("the last prediction of the rows looks like their first one"),
                  std::string::npos)
            << said;
        EXPECT_NE(said.find("use --deal 8"), std::string::npos) << said;
    }
}

TEST_F(ModelLook, what_invalid_rows_mean_is_said_once)
{
    for (int i = 5; i < 8; ++i) {
        at(i, 0) = std::nanf("");
    }
    const std::string model = Write("model.npy");
    EXPECT_EQ(Propose({"--extra", "10", model}),
              "reassess: warning: model: 3 rows hold a NaN or no prediction and propose nothing\n");
    EXPECT_EQ(Clean({model}),
              "reassess: warning: 3 of 4000 rows are invalid (they hold a NaN) and are dropped\n");
}

} // namespace
