// The walk-through of docs/RELABEL.md, "The whole chain": the very commands of the page, run on the
// published data. The raters are those of the published votes, as far as they were asked what the
// tasks ask.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>

#include "support/program.h"
#include "support/real_data.h"
#include "support/tier.h"

extern "C" {
#include "base/json.h"
#include "labels/real_json.h"
#include "relabel/scores.h"
#include "relabel/votes.h"
}

namespace {

using Pair = std::pair<uint64_t, int32_t>; // image from 0, class

uint64_t ImageOf(const std::string &name)
{
    return std::stoull(name.substr(15, 8)) - 1;
}

// The indented commands of the section, continuation lines put together.
std::vector<std::string> CommandsOfThePage()
{
    const std::string page = ReadFile(std::string(RS_TEST_SOURCES) + "/docs/RELABEL.md");
    const size_t begin = page.find("\n## The whole chain\n");
    EXPECT_NE(begin, std::string::npos);
    std::vector<std::string> commands;
    bool open = false;
    for (const std::string &line :
         SplitLines(page.substr(begin + 1, page.find("\n## ", begin + 1) - begin))) {
        if (open) {
            commands.back() += " " + line;
        } else if (line.rfind("    reassess ", 0) == 0) {
            commands.push_back(line);
        }
        open = (open || line.rfind("    reassess ", 0) == 0) && line.back() == '\\';
        if (open) {
            commands.back().pop_back();
        }
    }
    return commands;
}

class WholeChain : public ::testing::Test {
  protected:
    void Link(const std::string &name, const std::string &target) const
    {
        std::filesystem::create_symlink(DataFolder() + "/" + target, folder.path(name));
    }
    void SetUp() override
    {
        RS_NEED_DATA();
        RS_SKIP_MERE_VOLUME();
        Link("predictions", "predictions");
        Link("original.txt", "ilsvrc2012_val_labels.txt");
        Link("synsets.txt", "imagenet_synsets.txt");
        for (const char *name : {"golden.npz", "raters_golden.npz"}) {
            Link(name, std::string("reassessed-imagenet/") + name);
        }
    }
    ProgramResult Run(const std::string &command) const
    {
        const std::string bin = std::filesystem::path(RS_TEST_PROGRAM).parent_path();
        return RunProgram({"/bin/bash", "-c", "cd \"$0\" && export PATH=\"$1:$PATH\" && " + command,
                           folder.path(), bin},
                          "", {"REASSESS_LABELS=", "HOME=" + folder.path()});
    }
    // Reads tasks.jsonl, and writes what the published raters answered as answers.csv.
    void Answer()
    {
        rs_votes votes;
        ASSERT_EQ(rs_votes_read((DataFolder() + "/reassessed-imagenet/raters.npz").c_str(), nullptr,
                                &votes, nullptr),
                  RS_OK);
        std::string answers = "rater,image,label,answer\n";
        for (const std::string &line : SplitLines(ReadFile(folder.path("tasks.jsonl")))) {
            rs_json *task = nullptr;
            ASSERT_EQ(rs_json_parse("tasks.jsonl", line.data(), line.size(), &task, nullptr),
                      RS_OK);
            const std::string image = rs_json_text(rs_json_get(task, "image"));
            const rs_json *const list = rs_json_get(task, "candidates");
            EXPECT_LE(rs_json_size(list), 8u) << image;
            for (const rs_json *at = rs_json_first(list); at != nullptr; at = rs_json_next(at)) {
                int64_t label = -1;
                ASSERT_TRUE(rs_json_integer(rs_json_get(at, "label"), &label));
                EXPECT_TRUE(asked.insert({ImageOf(image), static_cast<int32_t>(label)}).second)
                    << image << " " << label;
                AddAnswers(votes, image, static_cast<int32_t>(label), &answers);
            }
            rs_json_free(task);
        }
        rs_votes_clear(&votes);
        folder.write("answers.csv", answers);
    }
    void AddAnswers(const rs_votes &votes, const std::string &image, int32_t label,
                    std::string *answers)
    {
        const int64_t pair = rs_pairs_find(&votes.pairs, {image.data(), image.size()}, label);
        if (pair < 0) {
            return;
        }
        answered.insert({ImageOf(image), label});
        for (uint64_t i = votes.begin[pair]; i < votes.begin[pair + 1]; ++i) {
            const rs_span rater = rs_name_table_get(&votes.raters, rs_vote_rater(votes.code[i]));
            *answers += std::string(rater.text, rater.length) + "," + image + "," +
                        std::to_string(label) + "," +
                        rs_answer_text(rs_vote_answer(votes.code[i])) + "\n";
        }
    }
    static std::map<Pair, double> ScoresOf(const std::string &path)
    {
        std::map<Pair, double> score;
        rs_scores scores;
        EXPECT_EQ(rs_scores_read(path.c_str(), nullptr, &scores, nullptr), RS_OK) << path;
        for (uint32_t i = 0; i < scores.pairs.count; ++i) {
            const rs_span name = rs_pairs_image(&scores.pairs, i);
            score[{ImageOf(std::string(name.text, name.length)), scores.pairs.class_index[i]}] =
                scores.score[i];
        }
        rs_scores_clear(&scores);
        return score;
    }

    TemporaryFolder folder;
    std::set<Pair> asked;
    std::set<Pair> answered;
};

TEST_F(WholeChain, CommandsOfThePageGiveThePublishedLabels)
{
    const std::vector<std::string> names = {"propose", "tasks", "aggregate",
                                            "curve",   "eval",  "mistakes"};
    const std::vector<std::string> commands = CommandsOfThePage();
    ASSERT_EQ(commands.size(), names.size());
    std::vector<ProgramResult> results;
    for (size_t i = 0; i < commands.size(); ++i) {
        SCOPED_TRACE(commands[i]);
        ASSERT_EQ(commands[i].rfind("    reassess " + names[i] + " ", 0), 0u);
        results.push_back(Run(commands[i]));
        ASSERT_EQ(results.back().exit_status, 0) << results.back().err;
        // there are no pictures here
        EXPECT_EQ(results.back().err.find("the picture of the first task is not there"),
                  names[i] == "tasks" ? strlen("reassess: warning: rate.html: ")
                                      : std::string::npos)
            << results.back().err;
        EXPECT_EQ(results.back().err.empty(), names[i] != "tasks") << results.back().err;
        if (names[i] == "tasks") {
            Answer();
        }
    }

    // Each pair has the published score: the recipe weighs raters by golden questions alone.
    const std::map<Pair, double> ours = ScoresOf(folder.path("scores.npz"));
    const std::map<Pair, double> published =
        ScoresOf(DataFolder() + "/reassessed-imagenet/scores.npz");
    EXPECT_GT(answered.size(), 50000u);
    EXPECT_EQ(ours.size(), answered.size());
    double apart = 0.0;
    std::map<uint64_t, std::vector<int>> sets;
    for (const auto &one : ours) {
        apart = std::max(apart, std::fabs(one.second - published.at(one.first)));
        sets[one.first.first]; // rated, maybe without any label
        if (one.second >= 0.8) {
            sets[one.first.first].push_back(one.first.second);
        }
    }
    EXPECT_LE(apart, 1e-12);

    // Label sets are what is taken; images nobody rated keep their label.
    const RealLabels labels = ReadRealLabels();
    rs_real_sets real;
    const std::string made = ReadFile(folder.path("real.json"));
    ASSERT_EQ(rs_real_json_parse("real.json", reinterpret_cast<const uint8_t *>(made.data()),
                                 made.size(), 1000, &real, nullptr),
              RS_OK);
    ASSERT_EQ(real.rows, 50000u);
    uint64_t as_published = 0;
    for (uint32_t row = 0; row < real.rows; ++row) {
        const std::vector<int> set(real.class_index + real.begin[row],
                                   real.class_index + real.begin[row + 1]);
        const auto rated = sets.find(row);
        ASSERT_EQ(set, rated == sets.end() ? std::vector<int>{labels.original[row]} : rated->second)
            << row;
        std::vector<int> theirs = labels.real[row];
        std::sort(theirs.begin(), theirs.end());
        as_published += set == theirs;
    }
    rs_real_sets_clear(&real);

    // What the page says came out.
    const std::string page = ReadFile(std::string(RS_TEST_SOURCES) + "/docs/RELABEL.md");
    const auto said = [&page](const std::string &words) {
        EXPECT_NE(page.find(words), std::string::npos) << words;
    };
    const auto count = [](uint64_t number) {
        std::string text = std::to_string(number);
        for (size_t at = text.size(); at > 3; at -= 3) {
            text.insert(at - 3, ",");
        }
        return text;
    };
    said(count(asked.size()) + " candidates");
    said(count(answered.size()) + " of them");
    said(count(as_published) + " of the 50,000 sets");
    EXPECT_NE(results[4].out.find("top-1"), std::string::npos);
    const size_t real_top1 = results[4].out.find("top-1 ");
    ASSERT_NE(real_top1, std::string::npos);
    const std::string line =
        results[4].out.substr(real_top1, results[4].out.find('\n', real_top1) - real_top1);
    said(line.substr(line.rfind("  ", line.rfind("  [") - 1) + 2, 5) + " %");
    for (const char *file :
         {"candidates.jsonl", "rate.html", "curve.svg", "curve.csv", "mistakes.csv"}) {
        EXPECT_GT(std::filesystem::file_size(folder.path(file)), 1000u) << file;
    }
}

} // namespace
