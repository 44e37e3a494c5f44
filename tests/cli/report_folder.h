// report_folder.h - folders of results as a sweep leaves them, made with eval.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "small_task.h"
#include "support/real_data.h"

// The sidecar of --keep-topk under the name that a folder of results has for it.
inline void RenameSidecar(const TemporaryFolder &folder, const std::string &name, int keep)
{
    std::filesystem::rename(folder.path(name + ".top" + std::to_string(keep) + ".npz"),
                            folder.path(name + ".topk.npz"));
}

// The 95 % interval of the ReaL difference that reassess compare gives of two models of a folder,
// as a page writes it: "-0.12 to 0.34", in points.
inline std::string AheadOf(const std::string &folder, const std::vector<std::string> &labels,
                           const std::string &first, const std::string &second)
{
    std::vector<std::string> command = {RS_TEST_PROGRAM, "compare", "--json", "-",
                                        folder,          first,     second};
    command.insert(command.end(), labels.begin(), labels.end());
    const ProgramResult result = RunProgram(command);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    const std::string name = "\"real_top1\":{\"difference\"";
    const std::string bounds =
        result.out.substr(result.out.find("\"ci95\":[", result.out.find(name)) + 8);
    double interval[2] = {0, 0};
    EXPECT_EQ(sscanf(bounds.c_str(), "%lf,%lf", &interval[0], &interval[1]), 2);
    char text[2][40];
    for (int i = 0; i < 2; ++i) {
        (void)snprintf(text[i], sizeof text[i], "%s%.2f", interval[i] < 0 ? "\u2212" : "",
                       100 * std::fabs(interval[i]));
    }
    return std::string(text[0]) + " to " + text[1];
}

// Results of models of the four images of a SmallTask, each from twelve logits.
class SmallResults {
  public:
    explicit SmallResults(std::vector<std::string> label_options = {})
        : label_options_(std::move(label_options))
    {
    }

    // `file` names the files, `name` the model.
    ProgramResult add(const std::string &file, const std::vector<float> &logits,
                      const std::string &name, const std::vector<std::string> &more = {})
    {
        const std::string path =
            task.folder.write(file + ".npy", Npy("'<f4'", "(4, 3)", Bytes<float>(logits)));
        std::vector<std::string> command = label_options_;
        for (const std::string &argument :
             {std::string("--quiet"), std::string("--name"), name, std::string("--keep-topk"),
              std::string("3"), std::string("--keep-dir"), task.folder.path("kept"),
              std::string("--json"), folder.path(file + ".json"), path}) {
            command.push_back(argument);
        }
        std::filesystem::create_directories(task.folder.path("kept"));
        command.insert(command.end() - 1, more.begin(), more.end());
        const ProgramResult result = task.eval(command);
        for (const auto &kept : std::filesystem::directory_iterator(task.folder.path("kept"))) {
            std::filesystem::rename(kept.path(), folder.path(file + ".topk.npz"));
        }
        return result;
    }

    ProgramResult report(const std::vector<std::string> &more = {}) const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "report",   "--real",
                                            task.real,       "--labels", task.labels};
        command.insert(command.end(), label_options_.begin(), label_options_.end());
        command.insert(command.end(), {folder.path(), "-o", html()});
        command.insert(command.end(), more.begin(), more.end());
        return RunProgram(command);
    }
    std::string html() const
    {
        return task.folder.path("report.html");
    }
    std::string page() const
    {
        return ReadFile(html());
    }

    SmallTask task;
    TemporaryFolder folder;

  private:
    std::vector<std::string> label_options_;
};

// The 21 real models; "" when something failed.
class RealResults {
  public:
    RealResults()
    {
        for (const std::string &model : RealModels()) {
            std::vector<std::string> command = {
                RS_TEST_PROGRAM, "eval",        "--quiet",
                "--order",       "imagefolder", "--pred-scores",
                "preds=probs",   "--keep-topk", "5",
                "--keep-dir",    folder.path(), "--name",
                model,           "--json",      folder.path(model + ".json")};
            for (const std::string &option : RealLabelOptions()) {
                command.push_back(option);
            }
            command.push_back(PredictionsPath(model));
            made = made && RunProgram(command).exit_status == 0;
            RenameSidecar(folder, model, 5);
        }
    }
    ProgramResult report(const std::string &to) const
    {
        std::vector<std::string> command = {RS_TEST_PROGRAM, "report"};
        for (const std::string &option : RealLabelOptions()) {
            command.push_back(option);
        }
        command.insert(command.end(), {"--synsets", DataFolder() + "/imagenet_synsets.txt",
                                       folder.path(), "-o", to});
        return RunProgram(command);
    }

    TemporaryFolder folder;
    bool made = true;
};
