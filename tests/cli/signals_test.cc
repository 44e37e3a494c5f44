// What a signal does to each command, wherever it waits or works, pipes where none belong, and
// streams and files that go away.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <set>

#include "cli/every_command.h"
#include "cli/signals.h"

namespace {

// Every file that a command reads is a pipe, one after the other, into which nobody writes. It
// leaves nothing, but a sweep its folder, into which others may be about to write.
TEST(Signals, end_every_command_wherever_it_waits)
{
    const EveryCommand all;
    const std::string pipe = all.folder.path("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const std::set<std::string> before = FilesIn(all.folder.path());
    int waits = 0;
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        const std::vector<std::string> line = all.line(rs_commands[c].name);
        for (size_t i = 1; i < line.size(); ++i) {
            struct stat info;
            if (stat(line[i].c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
                continue;
            }
            std::vector<std::string> waiting = line;
            waiting[i] = pipe;
            const int signal = waits % 2 == 0 ? SIGTERM : SIGINT;
            const int status = StatusAfter(waiting, signal, 300);
            const bool refused = line[0] == "sweep" && WIFEXITED(status) && i + 2 >= line.size();
            EXPECT_TRUE(refused || Stopped(status, signal)) << line[0] << " " << line[i];
            if (line[0] == "sweep") {
                std::filesystem::remove_all(all.folder.path("swept"));
            }
            EXPECT_EQ(FilesIn(all.folder.path()), before) << line[0] << " " << line[i];
            ++waits;
        }
    }
    EXPECT_GT(waits, 30);
}

TEST(Signals, end_long_work_and_leave_nothing)
{
    const TemporaryFolder folder;
    std::string models = "model,imagenet_top1,real_top1\n";
    for (int i = 0; i < 40; ++i) {
        models += "m" + std::to_string(i) + "," + std::to_string(60 + 0.5 * i) + "," +
                  std::to_string(70 + 0.4 * i + 0.3 * (i * i % 7)) + "\n";
    }
    const std::string points = folder.write("points.csv", models);
    const std::string out = folder.path("out.csv"), made = folder.path("made");
    const std::vector<std::vector<std::string>> commands = {
        {"trend", "-q", "--real", "none", "--bootstrap", "10000000", "-o", out, points},
        {"synth", "labels", "--shape", "300000000,1000", "-o", made},
    };
    for (const std::vector<std::string> &command : commands) {
        const std::set<std::string> before = FilesIn(folder.path());
        for (const int signal : {SIGTERM, SIGHUP}) {
            const int status = StatusAfter(command, signal, 1000);
            EXPECT_TRUE(Stopped(status, signal)) << command[0] << " " << status;
            EXPECT_EQ(FilesIn(folder.path()), before) << command[0] << " " << signal;
        }
    }
}

TEST(Signals, of_a_terminal_that_goes_are_ignored_where_they_were)
{
    const TemporaryFolder folder;
    const ProgramResult result = RunProgram(
        {"/bin/sh", "-c",
         "trap '' HUP; \"$0\" synth labels -q --shape 4000,10 -o \"$1\" & kill -HUP $!; wait $!",
         RS_TEST_PROGRAM, folder.path("made")});
    EXPECT_EQ(result.exit_status, 0) << result.err;
}

// A disk that is full, and a limit to what is written: nothing fits. Not even the folder of the
// files stays, where the command made it.
TEST(Signals, files_that_cannot_grow_leave_nothing)
{
    const EveryCommand all;
    const std::string at = all.folder.path("target");
    std::vector<std::vector<std::string>> lines = {
        {"merge", all.results, "--out", at},
        {"sweep", "-q", "--real", all.real, "--labels", all.labels, "--out", at, all.one},
        {"synth", "labels", "--shape", "40,10", "-o", at},
    };
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        for (const std::string &option : EveryCommand::Outputs(rs_commands[c])) {
            std::vector<std::string> line = all.line(rs_commands[c].name);
            line.insert(line.end(), {"--" + option, at + (line[0] == "merge" ? ".csv" : "")});
            lines.push_back(line);
        }
    }
    const std::set<std::string> before = FilesIn(all.folder.path());
    int limited = 0;
    for (std::vector<std::string> line : lines) {
        line.insert(line.begin(),
                    {"bash", "-c", "ulimit -f 0; exec \"$@\"", "bash", RS_TEST_PROGRAM});
        const ProgramResult result =
            RunProgram(line, "", {"REASSESS_LABELS=", "HOME=" + all.folder.path()});
        EXPECT_TRUE(result.exit_status == 1 || result.exit_status == 2)
            << line[5] << " " << line[line.size() - 2] << result.err;
        limited += result.err.find("larger than is allowed") != std::string::npos;
        EXPECT_EQ(FilesIn(all.folder.path()), before) << line[5] << " " << line[line.size() - 2];
    }
    EXPECT_GE(limited, 12);
}

// Also while the files of the labels are being written.
TEST(Signals, end_the_writing_of_labels)
{
    const TemporaryFolder folder;
    const std::string made = folder.path("made");
    bool written = false;
    for (int wait = 50; wait < 4000 && !written; wait *= 2) {
        const int status =
            StatusAfter({"synth", "labels", "--shape", "400000,1000", "-o", made}, SIGTERM, wait);
        written = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        EXPECT_TRUE(written || Stopped(status, SIGTERM)) << status;
        ASSERT_EQ(std::filesystem::exists(made), written);
        EXPECT_EQ(written ? FilesIn(made).size() : 0u, written ? 3u : 0u);
    }
}

// What SIGKILL leaves, the next run of the command takes away.
TEST(Signals, what_a_kill_left_goes_with_the_next_run)
{
    const TemporaryFolder folder;
    const std::string made = folder.path("made");
    const auto left = [&made] {
        int temporary = 0;
        if (std::filesystem::exists(made)) {
            for (const std::string &name : FilesIn(made)) {
                temporary += name.size() > 4 && name.substr(name.size() - 4) == ".tmp";
            }
        }
        return temporary;
    };
    for (int wait = 50; wait < 8000 && left() == 0; wait += wait / 4) {
        StatusAfter({"synth", "labels", "--shape", "400000,1000", "-o", made}, SIGKILL, wait);
    }
    ASSERT_GT(left(), 0);
    EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "synth", "labels", "--shape", "40,10", "-o", made})
                  .exit_status,
              0);
    EXPECT_EQ(left(), 0);
    EXPECT_EQ(FilesIn(made).size(), 3u);
}

// Runs a command in which the argument at `at` is a pipe of the same name, into which a file is
// written once: who opens it a second time waits, until it is stopped with 124.
ProgramResult RunWithPipe(const EveryCommand &all, std::vector<std::string> line, size_t at)
{
    const std::string file = line[at];
    const std::string folder = all.folder.path("pipes");
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    line[at] = folder + "/" + std::filesystem::path(file).filename().string();
    EXPECT_EQ(mkfifo(line[at].c_str(), 0600), 0);
    line.insert(line.begin(), {"bash", "-c",
                               "(exec cat \"$0\" > \"$1\") & shift\n"
                               "timeout -k 5 30 \"$@\"; status=$?\n"
                               "kill $! 2>/dev/null; exit $status",
                               file, line[at], RS_TEST_PROGRAM});
    return RunProgram(line, "", {"REASSESS_LABELS=", "HOME=" + all.folder.path()});
}

// Every file that a command reads comes through a pipe, one after the other: it is read, or refused
// with words.
TEST(Pipes, are_opened_once_by_every_command)
{
    const EveryCommand all;
    const std::string lists = all.folder.write("lists.json", "{\"a.png\": [0], \"b.png\": [2]}");
    std::vector<std::vector<std::string>> lines;
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        lines.push_back(all.line(rs_commands[c].name));
    }
    lines.push_back({"aggregate", "--votes", all.votes, "--method", "em", "--golden", lists});
    lines.push_back({"curve", "--golden", lists, all.scores});
    lines.push_back({"propose", "--labels", all.labels, "--files", all.files, "--golden", lists,
                     all.one, all.two});
    int read = 0, refused = 0;
    for (const std::vector<std::string> &line : lines) {
        for (size_t at = 1; at < line.size(); ++at) {
            const bool written = line[at - 1] == "-o" || line[at - 1] == "--out";
            if (written || !std::filesystem::is_regular_file(line[at])) {
                continue;
            }
            const ProgramResult result = RunWithPipe(all, line, at);
            EXPECT_LE(result.exit_status, 1) << line[0] << " " << line[at] << " " << result.err;
            EXPECT_TRUE(result.exit_status == 0 || !result.err.empty()) << line[0] << line[at];
            ++(result.exit_status == 0 ? read : refused);
        }
    }
    EXPECT_GE(read, 30);
    EXPECT_LE(refused, 8);
}

TEST(Pipes, of_archives_are_refused_in_these_words)
{
    const EveryCommand all;
    const ProgramResult result =
        RunWithPipe(all, {"curve", "--golden", all.golden, all.scores}, 3);
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.err, "reassess: " + all.folder.path("pipes/scores.npz") +
                              ": an .npz has its directory at the end and cannot be read from a "
                              "stream; save it to a file first and give its name\n");
}

// Of the names that a sweep gives its files.
TEST(Pipes, in_a_folder_of_results_are_not_opened)
{
    const EveryCommand all;
    const std::vector<std::string> sweep = {"-k", "5",      RS_TEST_PROGRAM, "sweep", "-q",
                                            "--real",   all.real, "--labels", all.labels, "--out"};
    for (const char *name : {"one.json", "one.tally", "one.topk.npz", "one.error.json"}) {
        const std::string results = all.folder.path(std::string("with_") + name);
        ASSERT_EQ(mkdir(results.c_str(), 0700), 0);
        const std::string pipe = results + "/" + name;
        ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
        std::vector<std::string> command = {"/usr/bin/timeout"};
        command.insert(command.end(), sweep.begin(), sweep.end());
        command.insert(command.begin() + 3, "20");
        command.insert(command.end(), {results, all.one});
        const ProgramResult result = RunProgram(command);
        EXPECT_LT(result.exit_status, 2) << name << result.err;
        for (const char *reader : {"merge", "report"}) {
            const ProgramResult read =
                RunProgram({"/usr/bin/timeout", "20", RS_TEST_PROGRAM, reader, results, "-o",
                            all.folder.path("read.csv")});
            EXPECT_LT(read.exit_status, 3) << reader << name << read.err;
        }
    }
}

// A member of an ensemble is cut behind the rows that were read, while the other one still comes.
TEST(MappedFiles, that_are_cut_end_the_program_with_words)
{
    const TemporaryFolder folder;
    const size_t rows = 200000;
    const std::string values(rows * 40, '\0');
    const std::string model = folder.write("a.npy", Npy("'<f4'", "(200000, 10)", values));
    const std::string other = folder.write("b.npy", ReadFile(model));
    std::string text;
    for (size_t i = 0; i < rows; ++i) {
        text += "1\n";
    }
    const std::string labels = folder.write("labels.txt", text);
    // What half of it fits into no pipe: when it is written, both files were opened.
    const char *const script =
        "{ head -c 4000000 \"$2\"; truncate -s 4096 \"$1\"; tail -c +4000001 \"$2\"; } 2>\"$5\" |"
        " \"$0\" eval --ensemble --real none --labels \"$3\" --classes 10 --json \"$4\" \"$1\" -";
    const std::string json = folder.path("out.json");
    const ProgramResult result = RunProgram({"/bin/sh", "-c", script, RS_TEST_PROGRAM, model, other,
                                             labels, json, folder.path("said")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("reassess: a file became shorter while it was read"),
              std::string::npos)
        << result.err;
    EXPECT_FALSE(std::filesystem::exists(json));
}

// Standard streams that are closed: a file that is opened next must not get their number.
class ClosedStreams : public testing::Test {
  protected:
    // eval with a JSON file, its streams as the shell's `redirections` leave them.
    ProgramResult Eval(const std::string &redirections, const std::string &model)
    {
        return RunProgram({"/bin/sh", "-c", "exec \"$0\" \"$@\" " + redirections, RS_TEST_PROGRAM,
                           "eval", "--real", task_.real, "--labels", task_.labels, "--json", json(),
                           model});
    }
    std::string json() const
    {
        return task_.folder.path("out.json");
    }

    SmallTask task_;
};

TEST_F(ClosedStreams, ARecordIsARecord)
{
    ASSERT_EQ(Eval("", task_.logits).exit_status, 0);
    const std::string sound = ReadFile(json());
    for (const std::string redirections : {">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"}) {
        std::filesystem::remove(json());
        const ProgramResult result = Eval(redirections, task_.logits);
        const bool printed = redirections[0] == '2';
        EXPECT_EQ(result.exit_status, printed ? 0 : 1) << redirections;
        if (redirections == ">&-") {
            EXPECT_NE(result.err.find("standard output cannot be written"), std::string::npos)
                << result.err;
        }
        if (std::filesystem::exists(json())) { // the time in it is another
            const std::string record = ReadFile(json());
            EXPECT_EQ(record.substr(0, 100), sound.substr(0, 100)) << redirections;
            EXPECT_EQ(SplitLines(record).size(), 1u) << redirections;
            EXPECT_EQ(record.back(), '\n');
        }
        EXPECT_TRUE(std::filesystem::exists(json()) || !printed);
    }
}

TEST_F(ClosedStreams, LabelsAreNotTakenForStandardInput)
{
    const ProgramResult result = Eval("<&-", "-");
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("standard input: cannot read it: Bad file descriptor"),
              std::string::npos)
        << result.err;
    EXPECT_FALSE(std::filesystem::exists(json()));
}

} // namespace
