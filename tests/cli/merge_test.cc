// reassess merge: records, CSV and leaderboard of folders; row ranges add up to one run.
#include <fcntl.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "support/real_data.h"
#include "sweep_task.h"

namespace {

ProgramResult Merge(const Words &more)
{
    Words command = {RS_TEST_PROGRAM, "merge"};
    command.insert(command.end(), more.begin(), more.end());
    return RunProgram(command);
}

// The record as a line among those of other models: `model` comes first.
std::string Line(const std::string &record)
{
    const size_t model = record.find(",\"model\":\"");
    const size_t end = record.find("\",\"input\"", model) + 1;
    return "{" + record.substr(model + 1, end - model - 1) + "," + record.substr(1, model - 1) +
           record.substr(end);
}

// A record without what merging may change: `input` beyond the path, timing, engine.
std::string Counted(const std::string &record)
{
    std::string text = Untimed(record);
    const size_t range = text.find(",\"row_range\":[");
    if (range != std::string::npos) {
        text.erase(range, text.find(']', range) + 1 - range);
    }
    return text;
}

TEST(MergeCommand, GathersRecordsCsvAndLeaderboard)
{
    const Sweep sweep;
    const std::string other = sweep.write("other.npy", kOther);
    ASSERT_EQ(sweep({sweep.logits, other}).exit_status, 0);
    const std::string csv = sweep.folder.path("all.csv");
    const ProgramResult merged = Merge({sweep.out, "-o", csv});
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    EXPECT_EQ(merged.out, "                 ImageNet          ReaL  places won\n"
                          "model  ImageNet      rank    ReaL  rank     by ReaL\n"
                          "model     25.00         2  100.00     1          +1\n"
                          "other     75.00         1   33.33     2          -1\n");
    const Words lines = SplitLines(ReadFile(csv));
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0].substr(0, 43), "model,imagenet_top1,imagenet_top5,real_top1");
    EXPECT_EQ(lines[0].substr(lines[0].find("oracle_expected")),
              "oracle_expected,oracle_model,oracle_mean_gap,oracle_mean_gap_stderr,choice_rows,"
              "choice_original,"
              "choice_expected,choice_z,real_top1_at_most,unasked,prediction_only,"
              "label_only,both,neither,preference,preference_stderr,nll,real_nll,confidence,ece,"
              "real_ece,nll_stderr,"
              "real_nll_stderr,confidence_stderr,ece_stderr,real_ece_stderr,average_precision,rows,"
              "nan_rows,"
              "evaluated,labels_hash,path");
    EXPECT_EQ(lines[1].substr(0, 14), "model,25.0000,");
    EXPECT_NE(lines[2].find(",33.3333,"), std::string::npos) << lines[2];
    EXPECT_EQ(lines[2].substr(lines[2].size() - other.size()), other);

    const std::string jsonl = sweep.folder.path("all.jsonl");
    ASSERT_EQ(Merge({"--quiet", sweep.out, "-o", jsonl}).out, "");
    EXPECT_EQ(ReadFile(jsonl), Line(ReadFile(sweep.out + "/model.json")) +
                                   Line(ReadFile(sweep.out + "/other.json")));
    EXPECT_EQ(ReadFile(jsonl).substr(0, 26), "{\"model\":\"model\",\"schema\":");
}

TEST(MergeCommand, SaysWhenModelsAreMissing)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.logits}).exit_status, 0);
    EXPECT_EQ(Merge({sweep.out, "--expect", "1"}).exit_status, 0);
    const std::string csv = sweep.folder.path("all.csv");
    const ProgramResult short_of = Merge({sweep.out, "--expect", "2", "-o", csv});
    EXPECT_EQ(short_of.exit_status, 1);
    EXPECT_EQ(short_of.err, "reassess: " + sweep.out +
                                ": --expect: 1 model is there, not 2; run the sweep again: it "
                                "does what is missing\n");
    EXPECT_EQ(SplitLines(ReadFile(csv)).size(), 2u);
    EXPECT_EQ(Merge({sweep.out, "--expect", "0"}).exit_status, 2);
}

TEST(MergeCommand, SortsByAnyMetric)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.logits, sweep.write("other.npy", kOther)}).exit_status, 0);
    const auto best_line = [&](const std::string &metric) {
        const ProgramResult result = Merge({"--sort", metric, sweep.out});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return SplitLines(result.out)[2];
    };
    EXPECT_EQ(best_line("imagenet_top1").substr(0, 5), "other");
    EXPECT_EQ(best_line("real_top1").substr(0, 5), "model");
    EXPECT_EQ(best_line("model").substr(0, 5), "model");
    EXPECT_EQ(best_line("real_second"),
              "model       100.00     25.00         2  100.00     1          +1");
    const ProgramResult unknown = Merge({"--sort", "accuracy", sweep.out});
    EXPECT_EQ(unknown.exit_status, 2);
    EXPECT_NE(unknown.err.find("no record has a metric accuracy"), std::string::npos);
}

TEST(MergeCommand, WithoutSetsItSortsByWhatThereIs)
{
    const Sweep sweep;
    const std::string other = sweep.write("other.npy", kOther);
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "sweep", "--real", "none", "--labels", sweep.labels,
                          "--out", sweep.out, sweep.logits, other})
                  .exit_status,
              0);
    const std::string csv = sweep.folder.path("all.csv");
    const ProgramResult merged = Merge({sweep.out, "-o", csv});
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    EXPECT_EQ(merged.out, "                 ImageNet        ReaL  places won\n"
                          "model  ImageNet      rank  ReaL  rank     by ReaL\n"
                          "other     75.00         1     -\n"
                          "model     25.00         2     -\n");
    EXPECT_EQ(SplitLines(ReadFile(csv)).size(), 3u);
}

TEST(MergeCommand, RowRangesAddUpToTheRecordOfOneRun)
{
    const Sweep sweep;
    const Words options = {"--calibration", "--row-flags", "--oracle-exclude", "1"};
    const auto run = [&](const Words &more) {
        Words words = options;
        words.insert(words.end(), more.begin(), more.end());
        return sweep(words).exit_status;
    };
    ASSERT_EQ(run({"--row-range", "1:3", sweep.logits}), 0);
    const std::string merged = sweep.folder.path("all.jsonl");
    const ProgramResult lacking = Merge({sweep.out});
    EXPECT_EQ(lacking.exit_status, 1);
    EXPECT_NE(lacking.err.find("rows 0:1 of model are in no part"), std::string::npos)
        << lacking.err;
    ASSERT_EQ(run({"--row-range", "3:4", sweep.logits}), 0);
    ASSERT_EQ(run({"--row-range", "0:1", sweep.logits}), 0);
    ASSERT_EQ(Merge({sweep.out, "-o", merged}).exit_status, 0);
    Words command = options;
    command.insert(command.end(), {"--json", "-", sweep.logits});
    const ProgramResult eval = sweep.eval(command);
    EXPECT_EQ(Untimed(ReadFile(merged)), Untimed(Line(eval.out)));

    ASSERT_EQ(run({"--row-range", "2:4", sweep.logits}), 0);
    const ProgramResult twice = Merge({sweep.out});
    EXPECT_EQ(twice.exit_status, 1);
    EXPECT_NE(twice.err.find("this row is counted twice"), std::string::npos) << twice.err;
}

// Every file of a folder, and the content of each.
using Files = std::map<std::string, std::string>;

// The same models swept in one piece, and in parts that are joined by merge --out.
struct Joined : Sweep {
    Joined()
    {
        other = write("other.npy", kOther);
        identity = folder.write("w.npy",
                                Npy("'<f4'", "(3, 3)", Bytes<float>({1, 0, 0, 0, 1, 0, 0, 0, 1})));
        ranked = folder.write("ranked.npy",
                              Npy("'<i8'", "(4, 2)", Bytes<int64_t>({0, 1, 1, 2, 0, 2, 2, 0})));
        wide = folder.write("wide.npy", Npy("'<f8'", "(4, 3)",
                                            Bytes<double>({3, 1, 2, 0, 0.1, 5, 1, 0, 0, 2, 2, 1})));
        nan = folder.write(
            "nan.npy",
            Npy("'<f4'", "(4, 3)", Bytes<float>({NAN, 1, 2, 0, 1, INFINITY, 1, 0, 0, 2, 2, 1})));
        probs = write("probs.npy", {.5F, .25F, .25F, 0, .25F, .75F, 1, 0, 0, .5F, .5F, 0});
        list = folder.write("list.txt", "mean " + logits + " " + other +
                                            " --ensemble --weights 2,0.1 --space prob\n"
                                            "doubted " +
                                            probs + " " + other +
                                            " --ensemble\n"
                                            "head --features " +
                                            logits + " --head " + identity);
    }
    void run(const std::string &range, Words more = {})
    {
        more.insert(more.end(),
                    {"--calibration", "--row-flags", "--list", list, logits, ranked, wide, nan});
        if (!range.empty()) {
            more.insert(more.end(), {"--row-range", range});
        }
        const ProgramResult result = (*this)(more);
        ASSERT_EQ(result.exit_status, 0) << result.err;
    }
    std::string other, identity, ranked, wide, nan, probs, list;
};

TEST(MergeCommand, JoinedFilesAreThoseOfOneRun)
{
    Joined sweep;
    sweep.run("");
    const Files whole = Contents(sweep.out);
    ASSERT_EQ(whole.size(), 21u);
    EXPECT_NE(whole.at("doubted.json").find("the rows look like probabilities"), std::string::npos);
    const std::string run = sweep.out;
    sweep.out = sweep.folder.path("parts");
    for (const char *range : {"3:4", "0:1", "1:3"}) {
        sweep.run(range);
    }
    const std::string joined = sweep.folder.path("joined");
    const ProgramResult merged = Merge({"--out", joined, sweep.out});
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    const Files files = Contents(joined);
    for (const auto &[name, bytes] : whole) {
        ASSERT_EQ(files.count(name), 1u) << name;
        EXPECT_TRUE(files.at(name) == bytes) << name << "\n" << files.at(name) << "\n" << bytes;
    }
    EXPECT_EQ(files.size(), whole.size());
    // a sweep of all rows finds its work done
    sweep.out = joined;
    const auto before = Contents(joined);
    sweep.run("");
    EXPECT_EQ(Contents(joined), before);
    // and what is whole already is copied
    const std::string copied = sweep.folder.path("copied");
    ASSERT_EQ(Merge({"--quiet", "--out", copied, run}).exit_status, 0);
    EXPECT_TRUE(Contents(copied) == whole);
}

// The sidecar of a model has room, its record has not.
TEST(MergeCommand, WhatCannotBeWrittenIsAnError)
{
    Joined sweep;
    sweep.run("0:2");
    sweep.run("2:4");
    const std::string joined = sweep.folder.path("joined");
    const ProgramResult merged =
        RunProgram({"/bin/bash", "-c", "ulimit -f 2; exec \"$@\"", "bash", RS_TEST_PROGRAM, "merge",
                    "--quiet", "--out", joined, sweep.out});
    EXPECT_EQ(merged.exit_status, 1);
    EXPECT_NE(merged.err.find(".json: byte 2048: the file becomes larger than is allowed"),
              std::string::npos)
        << merged.err;
    EXPECT_FALSE(fs::exists(joined));
}

TEST(MergeCommand, ReadersTakeAJoinedFolder)
{
    Joined sweep;
    sweep.run("0:2");
    sweep.run("2:4");
    const std::string joined = sweep.folder.path("joined");
    ASSERT_EQ(Merge({"--quiet", "--out", joined, sweep.out}).exit_status, 0);
    const Words labels = {"--real", sweep.real, "--labels", sweep.labels};
    const Words commands[] = {
        {"compare", joined},
        {"trend", "--bootstrap", "0", joined},
        {"mistakes", joined + "/model.topk.npz"},
        {"mistakes", joined},
        {"report", joined, "-o", sweep.folder.path("report.html")},
        {"merge", joined},
    };
    for (Words command : commands) {
        command.insert(command.begin(), RS_TEST_PROGRAM);
        if (command[1] != "merge") {
            command.insert(command.end(), labels.begin(), labels.end());
        }
        const ProgramResult result = RunProgram(command);
        EXPECT_EQ(result.exit_status, 0) << command[1] << result.err;
        EXPECT_EQ(result.err.find("row ranges"), std::string::npos) << result.err;
    }
}

// Equal accuracies share the better rank, and the one behind them has lost as many places.
TEST(MergeCommand, EqualAccuraciesShareARank)
{
    const Sweep sweep;
    const std::string other = sweep.write("other.npy", kOther);
    const std::string twin = sweep.write("twin.npy", kOther);
    ASSERT_EQ(sweep({sweep.logits, other, twin}).exit_status, 0);
    const ProgramResult merged = Merge({sweep.out});
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    EXPECT_EQ(merged.out, "                 ImageNet          ReaL  places won\n"
                          "model  ImageNet      rank    ReaL  rank     by ReaL\n"
                          "model     25.00         3  100.00     1          +2\n"
                          "other     75.00         1   33.33     2          -1\n"
                          "twin      75.00         1   33.33     2          -1\n");
}

TEST(MergeCommand, PartsThatCannotBeJoinedAreNamed)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({"--row-range", "0:2", sweep.logits}).exit_status, 0);
    ASSERT_EQ(sweep({"--row-range", "2:4", sweep.logits}).exit_status, 0);
    const std::string joined = sweep.folder.path("joined");
    const std::string first = sweep.out + "/model.rows0-2.topk.npz";
    const std::string second = sweep.out + "/model.rows2-4.topk.npz";
    const auto refused = [&](const std::string &reason) {
        const ProgramResult result = Merge({"--out", joined, sweep.out});
        EXPECT_EQ(result.exit_status, 1) << reason;
        EXPECT_NE(result.err.find(reason), std::string::npos) << result.err;
        EXPECT_FALSE(fs::exists(joined)) << reason;
    };
    const std::string good = ReadFile(second);
    const auto put = [&](const std::string &bytes) { std::ofstream(second) << bytes; };
    put(good.substr(0, good.size() / 2));
    refused(second);
    put(Npy("'<f4'", "(2, 3)", std::string(24, '\0')));
    refused(second + ": the first predictions of this part cannot be joined: they are no first "
                     "predictions");
    ASSERT_EQ(sweep({"--row-range", "1:4", "--name", "b", sweep.logits}).exit_status, 0);
    put(ReadFile(sweep.out + "/b.rows1-4.topk.npz"));
    for (const char *end : {".json", ".tally", ".topk.npz"}) {
        fs::remove(sweep.out + "/b.rows1-4" + end);
    }
    refused("cannot be joined: they are of another number of rows");
    ASSERT_EQ(sweep({"--row-range", "0:2", "--name", "c", sweep.logits}).exit_status, 0);
    put(ReadFile(sweep.out + "/c.rows0-2.topk.npz")); // of as many rows, but others
    for (const char *end : {".json", ".tally", ".topk.npz"}) {
        fs::remove(sweep.out + "/c.rows0-2" + end);
    }
    refused(second + ": these first predictions are not those of the record beside them");
    fs::remove(second);
    refused("model.rows2-4.json: the first predictions of this part (.topk.npz) are missing");
    put(good);
    EXPECT_EQ(Merge({"--out", joined, sweep.out}).exit_status, 0);
    const ProgramResult itself = Merge({"--out", sweep.out + "/.", sweep.out});
    EXPECT_EQ(itself.exit_status, 2);
    EXPECT_NE(itself.err.find("--out is one of the folders to be merged; name a folder of their "
                              "own"),
              std::string::npos)
        << itself.err;
}

TEST(MergeCommand, PartsMadeInOtherWaysAreRefused)
{
    const Sweep sweep;
    const std::string other = sweep.write("other.npy", kOther);
    const auto part = [&](const std::string &range, const std::string &options) {
        const std::string list = sweep.folder.write("list", "e " + sweep.logits + " " + other +
                                                                " --ensemble " + options);
        ASSERT_EQ(sweep({"--row-range", range, "--list", list}).exit_status, 0);
    };
    part("0:2", "--weights 1,2");
    part("2:4", "--weights 2,1");
    const ProgramResult weights = Merge({sweep.out});
    EXPECT_EQ(weights.exit_status, 1);
    EXPECT_NE(weights.err.find("this part was made in another way than the first one: --weights "
                               "is 2,1, was 1,2"),
              std::string::npos)
        << weights.err;
    part("2:4", "--weights 1,2");
    EXPECT_EQ(Merge({sweep.out}).exit_status, 0);
}

// Parts of two files would add up to the accuracy of neither. `other` has the size, and here the
// time too, of the model; only --hash says which bytes were scored.
TEST(MergeCommand, PartsAreOfTheSameBytes)
{
    const struct {
        const char *other;      // the file of the second part
        bool same;              // holds the bytes of the first
        int nanoseconds;        // by which it is younger
        std::string options;    // "" or --hash
        const char *refused_as; // "": joined
    } cases[] = {
        {"a/model.npy", true, 0, "", ""},
        {"a/model.npy", false, 1, "", "the input was modified"},
        {"a/model.npy", false, 1, "--hash", "is of another input than the one before it"},
        {"a/model.npy", true, 1, "--hash", ""},
        {"b/model.npy", false, 0, "", "the input is another file"},
        {"b/model.npy", true, 0, "", "the input is another file"},
        {"b/model.npy", false, 0, "--hash", "is of another input than the one before it"},
        {"b/model.npy", true, 0, "--hash", ""},
    };
    for (const auto &c : cases) {
        const Sweep sweep;
        fs::create_directory(sweep.folder.path("a"));
        fs::create_directory(sweep.folder.path("b"));
        const auto place = [&](const std::string &path, bool model, int nanoseconds) {
            const std::string file = model ? sweep.folder.write(path, ReadFile(sweep.logits))
                                           : sweep.write(path, kOther);
            const timespec time = {1000000000, nanoseconds};
            const timespec times[2] = {time, time};
            EXPECT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
            return file;
        };
        const auto part = [&](const std::string &range, const std::string &file) {
            Words words = {"--row-range", range, file};
            if (!c.options.empty()) {
                words.push_back(c.options);
            }
            ASSERT_EQ(sweep(words).exit_status, 0);
        };
        part("0:2", place("a/model.npy", true, 5));
        part("2:4", place(c.other, c.same, 5 + c.nanoseconds));
        const ProgramResult merged = Merge({sweep.out});
        EXPECT_EQ(merged.exit_status, *c.refused_as == '\0' ? 0 : 1) << merged.err;
        EXPECT_NE(merged.err.find(c.refused_as), std::string::npos) << merged.err;
    }
}

TEST(MergeCommand, PartsThatDoNotBelongTogetherAreRefused)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({"--row-range", "0:2", sweep.logits}).exit_status, 0);
    ASSERT_EQ(sweep({"--row-range", "2:4", "--topk", "1", sweep.logits}).exit_status, 0);
    const ProgramResult options = Merge({sweep.out});
    EXPECT_EQ(options.exit_status, 1);
    EXPECT_NE(options.err.find("the parts have different values of K"), std::string::npos)
        << options.err;
    ASSERT_EQ(sweep({"--row-range", "2:4", sweep.logits}).exit_status, 0);
    EXPECT_EQ(Merge({sweep.out}).exit_status, 0);
    fs::remove(sweep.out + "/model.rows2-4.tally");
    const ProgramResult lacking = Merge({sweep.out});
    EXPECT_NE(lacking.err.find("the tally of this part is missing, so it cannot be added"),
              std::string::npos)
        << lacking.err;
    // the tally of another part in its place
    fs::copy_file(sweep.out + "/model.rows0-2.tally", sweep.out + "/model.rows2-4.tally");
    const ProgramResult other = Merge({sweep.out});
    EXPECT_NE(other.err.find("the tally is not that of the record beside it"), std::string::npos)
        << other.err;
}

TEST(MergeCommand, MixesLabelsAndRowsOnlyWhenTold)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.logits}).exit_status, 0);
    Sweep other;
    other.out = sweep.folder.path("other");
    const std::string labels = other.folder.write("labels.txt", "0\n1\n2\n0\n");
    ASSERT_EQ(other({"--labels", labels, "--name", "b", other.logits}).exit_status, 0);
    const ProgramResult refused = Merge({sweep.out, other.out});
    EXPECT_EQ(refused.exit_status, 1);
    EXPECT_NE(refused.err.find("b and model were scored by different labels; sweep them with the "
                               "same labels, or say --mixed"),
              std::string::npos)
        << refused.err;
    const ProgramResult mixed = Merge({"--mixed", sweep.out, other.out});
    EXPECT_EQ(mixed.exit_status, 0) << mixed.err;
    EXPECT_EQ(SplitLines(mixed.out).size(), 4u);
}

TEST(MergeCommand, NothingIsLeftOutInSilence)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.logits, sweep.folder.path("gone.npy")}).exit_status, 1);
    const ProgramResult merged = Merge({sweep.out});
    EXPECT_EQ(merged.exit_status, 0);
    EXPECT_NE(merged.err.find("warning: failed: gone: "), std::string::npos) << merged.err;
    // the same model in two folders
    const std::string copy = sweep.folder.path("copy");
    fs::copy(sweep.out, copy);
    const ProgramResult twice = Merge({sweep.out, copy});
    EXPECT_EQ(twice.exit_status, 1);
    EXPECT_NE(twice.err.find("model is also in "), std::string::npos) << twice.err;
    // half a record
    fs::resize_file(sweep.out + "/model.json", 50);
    const ProgramResult half = Merge({sweep.out});
    EXPECT_EQ(half.exit_status, 1);
    EXPECT_NE(half.err.find(sweep.out + "/model.json: "), std::string::npos) << half.err;
}

TEST(MergeCommand, BadCallsAreRefused)
{
    const Sweep sweep;
    const std::pair<Words, std::string> cases[] = {
        {{}, "name the folders that sweeps wrote"},
        {{sweep.folder.path(), "-o", "x.txt"}, "name it FILE.csv, FILE.jsonl, FILE.md or FILE.tex"},
    };
    for (const auto &[words, reason] : cases) {
        const ProgramResult result = Merge(words);
        EXPECT_EQ(result.exit_status, 2);
        EXPECT_NE(result.err.find(reason), std::string::npos) << result.err;
    }
    fs::create_directory(sweep.out);
    EXPECT_NE(Merge({sweep.out}).err.find("no results are in it"), std::string::npos);
    EXPECT_NE(Merge({sweep.folder.path("none")}).err.find("no such folder"),
              std::string::npos);
}

// The real labels and a real model: three parts in three folders, and one run.
TEST(MergeCommand, ARealModelInPartsIsTheModelInOnePiece)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    Words command = {RS_TEST_PROGRAM, "sweep",         "--order",
                     "imagefolder",   "--pred-scores", ProbabilitiesPath("resnet50"),
                     "--name",        "resnet50"};
    for (const std::string &option : RealLabelOptions()) {
        command.push_back(option);
    }
    Words merge = {"-o", folder.path("parts.jsonl")};
    for (const char *range : {"0:17000", "17000:17001", "17001:50000", ""}) {
        Words words = command;
        const std::string out = folder.path(std::string("out") + range);
        words.insert(words.end(), {"--out", out, PredictionsPath("resnet50")});
        if (range[0] != '\0') {
            words.insert(words.end(), {"--row-range", range});
            merge.push_back(out);
        }
        const ProgramResult result = RunProgram(words);
        ASSERT_EQ(result.exit_status, 0) << result.err;
    }
    const ProgramResult merged = Merge(merge);
    ASSERT_EQ(merged.exit_status, 0) << merged.err;
    EXPECT_EQ(Counted(ReadFile(folder.path("parts.jsonl"))),
              Counted(Line(ReadFile(folder.path("out/resnet50.json")))));
    // joined into a folder: the files of the run in one piece, on which everything else works
    Words join = {"--quiet", "--out", folder.path("joined")};
    join.insert(join.end(), merge.begin() + 2, merge.end());
    ASSERT_EQ(Merge(join).exit_status, 0);
    EXPECT_TRUE(Contents(folder.path("joined")) == Contents(folder.path("out")));
}

TEST(MergeCommand, TrendReadsTheCsv)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    Words command = {RS_TEST_PROGRAM,    "sweep",         "--order",    "imagefolder", "--out",
                     folder.path("out"), "--pred-scores", "preds=probs"};
    for (const std::string &option : RealLabelOptions()) {
        command.push_back(option);
    }
    for (const std::string &model : RealModels()) {
        command.push_back(PredictionsPath(model));
    }
    ASSERT_EQ(RunProgram(command).exit_status, 0);
    const std::string csv = folder.path("all.csv");
    ASSERT_EQ(Merge({folder.path("out"), "-o", csv, "--quiet"}).exit_status, 0);
    const ProgramResult trend = RunProgram({RS_TEST_PROGRAM, "trend", "--bootstrap", "0", csv});
    EXPECT_EQ(trend.exit_status, 0) << trend.err;
}

} // namespace
