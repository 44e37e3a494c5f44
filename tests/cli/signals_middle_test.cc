// A signal in the middle of what reads much and writes several files: all are there, or none.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>

#include "cli/signals.h"
#include "cli/small_task.h"

namespace {

constexpr int kImages = 2000, kClasses = 10, kModels = 24;

// Labels, models of various accuracies swept into `results`, and what three raters say of two
// classes of every image.
struct ManyImages {
    ManyImages()
    {
        std::string label_text, real_text = "[", file_text,
                                vote_text = "rater,image,label,answer\n";
        for (int i = 0; i < kImages; ++i) {
            const std::string label = std::to_string(Label(i)), image = std::to_string(i) + ".png";
            label_text += label + "\n";
            real_text += (i > 0 ? ",[" : "[") + label + "]";
            file_text += image + "\n";
            for (const char *rater : {"ann", "bob", "eve"}) {
                const std::string begin = std::string(rater) + "," + image + ",";
                vote_text += begin + label + (rater[0] == 'e' && i % 7 == 0 ? ",no\n" : ",yes\n");
                vote_text += begin + std::to_string((Label(i) + 1) % kClasses) + ",no\n";
            }
        }
        labels = folder.write("labels.txt", label_text);
        real = folder.write("real.json", real_text + "]");
        files = folder.write("files.txt", file_text);
        votes = folder.write("votes.csv", vote_text);
        results = folder.path("results");
        scores = folder.path("scores.npz");
        std::vector<std::string> sweep = {RS_TEST_PROGRAM, "sweep", "-q",      "--real", real,
                                          "--labels",      labels,  "--slice", "labels", "--out",
                                          results};
        for (int model = 0; model < kModels; ++model) {
            sweep.push_back(Model(model));
        }
        EXPECT_EQ(RunProgram(sweep).exit_status, 0);
        EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "aggregate", "-q", "--votes", votes, "--method",
                              "em", "--scores-out", scores})
                      .exit_status,
                  0);
    }
    static int Label(int image)
    {
        return image * 7 % kClasses;
    }
    std::string Model(int model) const
    {
        std::vector<float> values(static_cast<size_t>(kImages) * kClasses);
        for (int i = 0; i < kImages; ++i) {
            const bool right = (i * 31 + model * 17) % 100 < 40 + 2 * model;
            values[static_cast<size_t>(i * kClasses + (Label(i) + !right) % kClasses)] = 1.0f;
        }
        return folder.write("model" + std::to_string(model) + ".npy",
                            Npy("'<f4'", "(2000, 10)", Bytes<float>(values)));
    }

    TemporaryFolder folder;
    std::string labels, real, files, votes, results, scores;
};

TEST(Signals, in_the_middle_leave_all_or_nothing)
{
    const ManyImages all;
    const auto at = [&all](const char *name) { return all.folder.path(name); };
    const struct {
        std::vector<std::string> line;
        std::set<std::string> made;
    } commands[] = {
        {{"report", "--labels", all.labels, "--real", all.real, "-o", at("page.html"), all.results},
         {at("page.html")}},
        {{"merge", all.results, "-o", at("all.csv"), "--per-slice", at("groups.csv")},
         {at("all.csv"), at("groups.csv")}},
        {{"aggregate", "--votes", all.votes, "--method", "em", "--labels", all.labels, "--files",
          all.files, "--json", at("said.json"), "--scores-out", at("made.npz"), "--raters-out",
          at("raters.csv"), "-o", at("sets.json")},
         {at("said.json"), at("made.npz"), at("raters.csv"), at("sets.json")}},
        {{"curve", "--golden", all.votes, "--votes", all.votes, "--svg", at("curve.svg"), "--json",
          at("curve.json"), "-o", at("curve.csv"), all.scores},
         {at("curve.svg"), at("curve.json"), at("curve.csv")}},
    };
    const std::set<std::string> before = FilesIn(all.folder.path());
    for (const auto &command : commands) {
        std::vector<std::string> line = command.line;
        line.insert(line.begin(), RS_TEST_PROGRAM);
        const auto begin = std::chrono::steady_clock::now();
        const ProgramResult whole = RunProgram(line);
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
                              std::chrono::steady_clock::now() - begin)
                              .count();
        ASSERT_EQ(whole.exit_status, 0) << command.line[0] << whole.err;
        for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) {
            for (const std::string &file : command.made) {
                std::filesystem::remove(file);
            }
            const int quarter = 1 + signal % 3; // each at another moment
            const int status =
                StatusAfter(command.line, signal, static_cast<int>(took * quarter / 4));
            const bool written = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            EXPECT_TRUE(written || Stopped(status, signal)) << command.line[0] << " " << status;
            std::set<std::string> wanted = before;
            if (written) {
                wanted.insert(command.made.begin(), command.made.end());
            }
            EXPECT_EQ(FilesIn(all.folder.path()), wanted) << command.line[0] << " " << signal;
        }
        for (const std::string &file : command.made) {
            std::filesystem::remove(file);
        }
    }
}

} // namespace
