// What eval says of rows in another order, and of ranks that are none, every command says that
// reads models: what follows from such a model is sent to people, or thrown away.
#include <gtest/gtest.h>

#include <random>

#include "cli/small_task.h"

namespace {

enum { IMAGES = 400, CLASSES = 20, RANKS = 5 };

// Image i is of class (7 * i) mod 20. A good model is right first in four of five rows.
class DoubtedTask {
  public:
    DoubtedTask()
    {
        std::string sets = "[", list, images;
        for (int i = 0; i < IMAGES; ++i) {
            sets += (i > 0 ? ", [" : "[") + std::to_string(Label(i)) + "]";
            list += std::to_string(Label(i)) + "\n";
            images += "i" + std::to_string(1000 + i) + ".png\n";
        }
        real = folder.write("real.json", sets + "]");
        labels = folder.write("labels.txt", list);
        files = folder.write("files.txt", images);
        std::vector<int> in_folders;
        for (int c = 0; c < CLASSES; ++c) {
            for (int i = 0; i < IMAGES; ++i) {
                if (Label(i) == c) {
                    in_folders.push_back(i);
                }
            }
        }
        std::vector<int32_t> sound, other, unsorted, worst;
        for (int row = 0; row < IMAGES; ++row) {
            AddRow(row, row % 5 == 0 ? 1 : 0, &sound);
            AddRow(in_folders[row], row % 5 == 0 ? 1 : 0, &other);
            AddRow(row, row % RANKS, &unsorted);
            AddRow(row, RANKS - (row % 5 == 0 ? 2 : 1), &worst);
        }
        models = {{"sound", Write("sound.npy", sound)},
                  {"other", Write("other.npy", other)},
                  {"unsorted", Write("unsorted.npy", unsorted)},
                  {"worst", Write("worst.npy", worst)}};
    }
    ProgramResult run(const std::string &command, const std::string &model) const
    {
        std::vector<std::string> line = {RS_TEST_PROGRAM, command, "-q", "--labels", labels};
        const bool asks = command == "propose";
        if (command != "clean" && !asks) {
            line.insert(line.end(), {"--real", real});
        }
        if (asks) {
            line.insert(line.end(), {"--extra", "0", "--files", files, "-o", candidates()});
        }
        line.push_back(models.at(model));
        if (command == "compare") {
            line.push_back(models.at(model));
        }
        return RunProgram(line, "", {"REASSESS_LABELS="});
    }
    std::string candidates() const
    {
        return folder.path("candidates.jsonl");
    }

    TemporaryFolder folder;
    std::string real, labels, files;
    std::map<std::string, std::string> models;

  private:
    static int Label(int image)
    {
        return 7 * image % CLASSES;
    }
    // The label has place `rank` among five classes.
    static void AddRow(int image, int rank, std::vector<int32_t> *rows)
    {
        for (int k = 0; k < RANKS; ++k) {
            rows->push_back((Label(image) + (k == rank ? 0 : k < rank ? k + 1 : k)) % CLASSES);
        }
    }
    std::string Write(const std::string &name, const std::vector<int32_t> &rows) const
    {
        return folder.write(name, Npy("'<i4'", "(400, 5)", Bytes(rows)));
    }
};

TEST(Doubts, are_those_of_eval_in_every_command_that_reads_models)
{
    const DoubtedTask task;
    for (const char *command : {"eval", "compare", "mistakes", "clean", "propose"}) {
        const ProgramResult sound = task.run(command, "sound");
        EXPECT_EQ(sound.exit_status, 0) << command << sound.err;
        EXPECT_EQ(sound.err, "") << command;
        const ProgramResult other = task.run(command, "other");
        EXPECT_NE(other.err.find("% is near chance: rows look like ImageFolder order"),
                  std::string::npos)
            << command << other.err;
        EXPECT_NE(other.err.find("that gives 80.00 %"), std::string::npos) << command << other.err;
        EXPECT_NE(other.err.find(": use --order imagefolder"), std::string::npos)
            << command << other.err;
        const ProgramResult unsorted = task.run(command, "unsorted");
        EXPECT_NE(unsorted.err.find("right nearly as often as the first: are they in order?"),
                  std::string::npos)
            << command << unsorted.err;
        const ProgramResult worst = task.run(command, "worst");
        EXPECT_NE(worst.err.find("the label is the last prediction in 80.00 % of the rows"),
                  std::string::npos)
            << command << worst.err;
        EXPECT_NE(worst.err.find("turn each row round"), std::string::npos) << command << worst.err;
    }
}

// Negated logits, and whole rankings from the worst class to the best; what is right nowhere more
// often than by chance is not said to be so.
TEST(Doubts, values_and_ranks_the_wrong_way_round)
{
    const DoubtedTask task;
    std::vector<float> negated, noise;
    std::vector<int32_t> ascending;
    std::mt19937 random(9);
    for (int i = 0; i < IMAGES; ++i) {
        const int best = 7 * (i % 5 == 0 ? static_cast<int>(random() % CLASSES) : i) % CLASSES;
        for (int c = 0; c < CLASSES; ++c) {
            noise.push_back(static_cast<float>(random() % 1000) / 100.0f);
            negated.push_back(c == best ? -20.0f : -noise.back());
            ascending.push_back(c);
        }
        int32_t *const row = &ascending[static_cast<size_t>(i * CLASSES)];
        std::swap(row[best], row[CLASSES - 1]);
        for (size_t k = CLASSES - 2; k > 0; --k) {
            std::swap(row[k], row[random() % (k + 1)]);
        }
    }
    const std::string shape = "(400, 20)";
    const std::vector<std::string> files = {
        task.folder.write("negated.npy", Npy("'<f4'", shape, Bytes(negated))),
        task.folder.write("ascending.npy", Npy("'<i4'", shape, Bytes(ascending))),
        task.folder.write("noise.npy", Npy("'<f4'", shape, Bytes(noise)))};
    for (const std::string &file : files) {
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--real", task.real, "--labels", task.labels,
                        file});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_NE(result.err.find(" is near chance: "), std::string::npos) << result.err;
        EXPECT_EQ(result.err.find("the label is the last prediction in 8"),
                  file == files[2] ? std::string::npos
                                   : result.err.find(" is near chance: ") + 17)
            << result.err;
    }
}

TEST(Doubts, are_said_before_people_are_asked)
{
    const DoubtedTask task;
    const auto tasks = [&] {
        return RunProgram({RS_TEST_PROGRAM, "tasks", "-q", "--hierarchy", "none", "-o",
                           task.folder.path("tasks.jsonl"), task.candidates()});
    };
    ASSERT_EQ(task.run("propose", "sound").exit_status, 0);
    EXPECT_EQ(tasks().err, "");
    ASSERT_EQ(task.run("propose", "other").exit_status, 0);
    const ProgramResult doubted = tasks();
    EXPECT_EQ(doubted.exit_status, 0);
    EXPECT_NE(doubted.err.find(task.candidates() + ": model 1 of 1: top-1 accuracy of "),
              std::string::npos)
        << doubted.err;
    EXPECT_NE(doubted.err.find("rows look like ImageFolder order"), std::string::npos)
        << doubted.err;
}

} // namespace
