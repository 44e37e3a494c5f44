// every_command.h - a line for every command that runs it to its end, on a few small files.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/small_task.h"

extern "C" {
#include "cli/commands.h"
#include "cli/options.h"
}

// `mark` is part of every name that the files or their paths hold: of models, images, classes,
// raters. With `of_paths` every path begins with that instead.
class EveryCommand {
  public:
    explicit EveryCommand(const std::string &mark = "", const std::string &of_classes = "",
                          const std::string &of_paths = "")
        : of_paths_(of_paths)
    {
        const std::string &m = mark;
        const std::string &p = of_paths.empty() ? mark : of_paths;
        real = folder.write(of_paths + "real.json", "[[0], [2, 1], [], [0]]");
        labels = folder.write(of_paths + "labels.txt", "0\n1\n2\n2\n");
        names = folder.write(of_paths + "names.txt", of_classes + "zero\n" + of_classes + "one\n" +
                                                         of_classes + "two, 2\n");
        files = folder.write(of_paths + "files.txt",
                             m + "a.png\n" + m + "b.png\n" + m + "c.png\n" + m + "d.png\n");
        one = folder.write(p + "one.npy", Npy("'<f4'", "(4, 3)", SmallTask::Payload()));
        two = folder.write(p + "two.npy", Npy("'<f4'", "(4, 3)",
                                              Bytes<float>({3, 1, 2, 0, 6, 5, 1, 0, 4, 2, 2, 9})));
        std::string rated = "rater,image,label,answer\n";
        for (const char *rater : {"ann", "bob"}) {
            for (const char *pair : {"a.png,0,yes", "a.png,1,no", "b.png,2,yes", "d.png,0,no"}) {
                rated += m + rater + "," + m + pair + "\n";
            }
        }
        votes = folder.write(of_paths + "votes.csv", rated);
        golden = folder.write(of_paths + "golden.csv", rated);
        std::string models = "model,imagenet_top1,real_top1\n";
        for (const char *line : {"a,70,75", "b,72,78", "c,75,80", "d,78,83", "e,79,85"}) {
            models += m + line + "\n";
        }
        points = folder.write(p + "points.csv", models);
        results = folder.path(p + "results");
        candidates = folder.path(p + "candidates.jsonl");
        scores = folder.path(p + "scores.npz");
        Made({"sweep", "-q", "--real", real, "--labels", labels, "--slice", "labels", "--out",
              results, one, two});
        Made({"propose", "-q", "--labels", labels, "--files", files, "--names", names, "-o",
              candidates, one, two});
        Made({"aggregate", "-q", "--votes", votes, "--method", "majority", "--scores-out", scores});
    }

    // Empty for a command that this does not know: a test says so.
    std::vector<std::string> line(const std::string &command) const
    {
        const std::vector<std::string> with_labels = {"--real", real, "--labels", labels,
                                                      "--names", names};
        if (command == "eval") {
            return Line(command, with_labels, {"--slice", "labels", one, two});
        }
        if (command == "compare") {
            return Line(command, with_labels, {"--slice", "labels", one, two});
        }
        if (command == "sweep") {
            return Line(command, with_labels,
                        {"--out", folder.path(of_paths_ + "swept"), one, two});
        }
        if (command == "report") {
            return Line(command, {"--real", real, "--labels", labels, "--names", names},
                        {results, "-o", folder.path(of_paths_ + "report.html")});
        }
        if (command == "mistakes") {
            return Line(
                command, with_labels,
                {"--files", files, "--hierarchy", "none", "--wrong-by", "either", one, two});
        }
        if (command == "merge") {
            return {command, results, "-o", folder.path(of_paths_ + "merged.csv")};
        }
        if (command == "trend") {
            return {command, "--real", "none", "--bootstrap", "99", points};
        }
        if (command == "labels") {
            return Line(command, with_labels, {});
        }
        if (command == "propose") {
            return {command, "--labels", labels, "--files", files, "--names", names, one, two};
        }
        if (command == "propose --ask") {
            return {"propose", "--ask",   "--real",         real,   "--labels", labels,
                    "--files", files,     "--names",        names,  "--hierarchy", "none",
                    "--rater-scores",     scores,           one,    two};
        }
        if (command == "tasks") {
            return {command,   "--hierarchy", "none", "-o", folder.path(of_paths_ + "tasks.jsonl"),
                    candidates};
        }
        if (command == "aggregate") {
            return {command, "--votes", votes, "--method", "majority", "--labels", labels,
                    "--files", files};
        }
        if (command == "curve") {
            return {command, "--golden", golden, "--golden-votes",
                    golden,  "--votes",  votes,  scores};
        }
        if (command == "clean") {
            return {command, "--labels", labels, "--files", files, "--names", names, one};
        }
        if (command == "fit") {
            return {command,    "--features", one,
                    "--labels", labels,       "--epochs",
                    "2",        "-o",         folder.path(of_paths_ + "heads.npz")};
        }
        if (command == "synth") {
            return {command,     "logits", "--labels", labels,
                    "--classes", "3",      "-o",       folder.path(of_paths_ + "made.npy")};
        }
        if (command == "run") { // what it does is Python's, and tested there
            return {command, "--help"};
        }
        return command == "info" || command == "help" ? std::vector<std::string>{command}
                                                      : std::vector<std::string>{};
    }

    ProgramResult run(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), RS_TEST_PROGRAM);
        return RunProgram(arguments, "", {"REASSESS_LABELS=", "HOME=" + folder.path()});
    }

    static bool Takes(const rs_command &command, const rs_option &option)
    {
        return (option.commands & command.bit) != 0;
    }
    // The options of a command that make files.
    static std::vector<std::string> Outputs(const rs_command &command)
    {
        std::vector<std::string> names;
        for (int id = 0; id < RS_OPTIONS; ++id) {
            const bool only_asks = command.bit == RS_CMD_PROPOSE && id == RS_OPT_HTML;
            if (rs_options[id].path == RS_PATH_WRITES && Takes(command, rs_options[id]) &&
                !only_asks) {
                names.push_back(rs_options[id].name);
            }
        }
        return names;
    }

    TemporaryFolder folder;
    std::string real, labels, names, files, one, two, votes, golden, points, results, candidates,
        scores;

  private:
    const std::string of_paths_;

    static std::vector<std::string> Line(const std::string &command,
                                         const std::vector<std::string> &options,
                                         const std::vector<std::string> &more)
    {
        std::vector<std::string> line = {command};
        line.insert(line.end(), options.begin(), options.end());
        line.insert(line.end(), more.begin(), more.end());
        return line;
    }
    void Made(const std::vector<std::string> &arguments)
    {
        const ProgramResult result = run(arguments);
        EXPECT_EQ(result.exit_status, 0) << result.err;
    }
};
