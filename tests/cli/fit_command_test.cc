// reassess fit as a user runs it: heads that eval reads, lists of rows, stops, and bad input.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

// 60 rows of 4 features in 3 classes: the largest of the first three features is the class.
class FitTask {
  public:
    FitTask()
    {
        std::string text, named;
        for (int i = 0; i < kRows; ++i) {
            const int own = (i * 7 + i / 5) % 3;
            for (int j = 0; j < 4; ++j) {
                const double noise = ((i * 3 + j * 5) % 8) / 8.0;
                values.push_back(static_cast<float>((j == own ? 2.0 : 0.0) + noise));
            }
            text += std::to_string(own) + "\n";
            names += "image" + std::to_string(i) + ".png\n";
        }
        labels = folder.write("labels.txt", text);
        features = folder.write("f.npy", Npy("'<f4'", "(60, 4)", Bytes(values)));
        heads = folder.path("heads.npz");
    }
    ProgramResult fit(std::vector<std::string> more, const std::string &input = "") const
    {
        more.insert(more.begin(), {RS_TEST_PROGRAM, "fit", "--labels", labels});
        return RunProgram(more, input);
    }
    ProgramResult fit_to(const std::string &out, std::vector<std::string> more = {}) const
    {
        more.insert(more.end(), {"--features", features, "-o", out});
        return fit(more);
    }
    ProgramResult eval(std::vector<std::string> more) const
    {
        more.insert(more.begin(), {RS_TEST_PROGRAM, "eval", "--labels", labels, "--real", "none",
                                   "--features", features, "--json", "-"});
        return RunProgram(more);
    }
    void ExpectFailure(const std::vector<std::string> &more, int status,
                       const std::string &words) const
    {
        const std::string out = folder.path("none.npz");
        const ProgramResult result = fit_to(out, more);
        EXPECT_EQ(result.exit_status, status) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_FALSE(std::filesystem::exists(out));
    }

    enum { kRows = 60 };
    TemporaryFolder folder;
    std::vector<float> values;
    std::string labels, features, heads, names;
};

TEST(FitCommand, AHeadThatEvalReads)
{
    const FitTask task;
    for (const char *name : {"one.npz", "one.safetensors"}) {
        const std::string head = task.folder.path(name);
        const ProgramResult result = task.fit_to(head, {"--batch", "16"});
        ASSERT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(result.err, "");
        EXPECT_NE(result.out.find("1 head of 3 classes, trained on " + task.features),
                  std::string::npos)
            << result.out;
        EXPECT_FALSE(std::filesystem::exists(head + ".checkpoint"));
        const Record record(task.eval({"--head", head}).out);
        EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), 60);
        EXPECT_EQ(record.text("model"), "one");
        EXPECT_FALSE(record.is_null("input.head.bias"));
    }
}

TEST(FitCommand, FourHeadsOfWhichEvalTakesAnyByItsName)
{
    const FitTask task;
    const std::string kept = task.folder.write("kept.txt", "0\n3\n4\n7\n9\n12\n20\n41\n59\n");
    for (const char *name : {"heads.npz", "heads.safetensors"}) {
        const std::string heads = task.folder.path(name);
        const ProgramResult result = task.fit_to(
            heads, {"--grid", "--keep", kept, "--epochs", "2,40", "--json", "-", "--lr", "0.1"});
        ASSERT_EQ(result.exit_status, 0) << result.err;
        const Record record(result.out);
        EXPECT_EQ(record.text("schema"), "reassess.fit/1");
        EXPECT_EQ(record.integer("classes"), 3);
        EXPECT_NE(result.out.find("{\"name\":\"sigmoid.kept.e40\",\"loss\":\"sigmoid\","
                                  "\"rows_of\":\"kept\",\"lr\":0.1,\"epoch\":40,\"rows\":9,"),
                  std::string::npos)
            << result.out;
        const std::vector<Record> records = ParseRecords(
            task.eval({"--head", heads + "#softmax.all.e40", "--head", heads + "#sigmoid.kept.e2",
                       "--head", heads + "#sigmoid.all.e40.weight"})
                .out);
        ASSERT_EQ(records.size(), 3u);
        EXPECT_EQ(records[0].text("model"), "heads#softmax.all.e40");
        EXPECT_EQ(records[0].text("input.head.weight"), heads + "#softmax.all.e40.weight");
        EXPECT_EQ(records[0].text("input.head.bias"), heads + "#softmax.all.e40.bias");
        EXPECT_EQ(records[0].integer("metrics.imagenet_top1.correct"), 60);
        EXPECT_EQ(records[1].text("model"), "heads#sigmoid.kept.e2");
        EXPECT_EQ(records[2].text("model"), "heads#sigmoid.all.e40");
        EXPECT_EQ(records[2].text("input.head.bias"), heads + "#sigmoid.all.e40.bias");
    }
}

TEST(FitCommand, SeveralRates)
{
    const FitTask task;
    ASSERT_EQ(task.fit_to(task.heads, {"--lr", "0.1,0.01", "-q"}).exit_status, 0);
    const std::string one = task.folder.path("one.npz");
    ASSERT_EQ(task.fit_to(one, {"--lr", "0.01", "-q"}).exit_status, 0);
    const auto nll = [&](const std::string &head) {
        return Record(task.eval({"--calibration", "--head", head}).out).number("calibration.nll");
    };
    EXPECT_EQ(nll(task.heads + "#lr0.01"), nll(one));
    EXPECT_NE(nll(task.heads + "#lr0.1"), nll(one));
}

// Every way of saying the same rows gives the same bytes.
TEST(FitCommand, ListsOfRows)
{
    const FitTask task;
    std::string kept, dropped = "row,image,reason,label,prediction,rank,margin,fold\n", kept_names;
    std::string labelled;
    const std::vector<std::string> names = SplitLines(task.names);
    const std::vector<std::string> labels = SplitLines(ReadFile(task.labels));
    for (size_t i = 0; i < FitTask::kRows; ++i) {
        const std::string row = std::to_string(i);
        kept += i % 3 != 1 ? row + "\n" : "";
        kept_names += i % 3 != 1 ? "train/" + names[i] + "\n" : "";
        dropped += i % 3 == 1 ? row + ",,differs,0,1,2,0.5,0\n" : "";
        labelled += (i % 3 != 1 ? labels[i] : "-1") + "\n";
    }
    const std::string files = task.folder.write("files.txt", task.names);
    const std::string first = task.folder.path("first.npz");
    ASSERT_EQ(task.fit_to(first, {"--keep", task.folder.write("kept.txt", kept)}).exit_status, 0);
    const std::string second = task.folder.path("second.npz");
    const ProgramResult result =
        task.fit_to(second, {"--drop", task.folder.write("dropped.csv", dropped)});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(ReadFile(first), ReadFile(second));
    const std::string third = task.folder.path("third.npz");
    const ProgramResult named = task.fit_to(
        third, {"--files", files, "--keep", task.folder.write("names.txt", kept_names)});
    ASSERT_EQ(named.exit_status, 0) << named.err;
    EXPECT_EQ(ReadFile(first), ReadFile(third));
    const std::string all = task.folder.path("all.npz");
    ASSERT_EQ(task.fit_to(all).exit_status, 0);
    EXPECT_NE(ReadFile(first), ReadFile(all));
}

TEST(FitCommand, LabelSets)
{
    const FitTask task;
    std::string single = "[", sets = "[";
    for (const std::string &label : SplitLines(ReadFile(task.labels))) {
        single += (single.size() > 1 ? ", [" : "[") + label + "]";
        sets += (sets.size() > 1 ? ", [" : "[") + label + (label == "0" ? ", 2]" : "]");
    }
    const std::string by_labels = task.folder.path("a.npz"), by_sets = task.folder.path("b.npz");
    const std::string with_two = task.folder.path("c.npz");
    ASSERT_EQ(task.fit_to(by_labels, {"--loss", "sigmoid"}).exit_status, 0);
    const auto fit_sets = [&](const std::string &text, const std::string &out) {
        return RunProgram({RS_TEST_PROGRAM, "fit", "--features", task.features, "--loss", "sigmoid",
                           "--real", task.folder.write("real.json", text + "]"), "-o", out});
    };
    const ProgramResult result = fit_sets(single, by_sets);
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(ReadFile(by_labels), ReadFile(by_sets));
    ASSERT_EQ(fit_sets(sets, with_two).exit_status, 0);
    const ProgramResult second = task.eval({"--head", with_two, "--per-row",
                                            task.folder.path("rows.jsonl")});
    ASSERT_EQ(second.exit_status, 0) << second.err;
    EXPECT_NE(ReadFile(with_two), ReadFile(by_sets));
}

// From a pipe, from a compressed archive, mapped or read: the same heads.
TEST(FitCommand, FeaturesComeInEveryWay)
{
    const FitTask task;
    ASSERT_EQ(task.fit_to(task.heads).exit_status, 0);
    const std::string mapped = ReadFile(task.heads);
    const std::string other = task.folder.path("other.npz");
    ASSERT_EQ(task.fit_to(other, {"--io", "pread", "--threads", "1"}).exit_status, 0);
    EXPECT_EQ(ReadFile(other), mapped);
    const std::string piped = task.folder.path("piped.npz");
    const ProgramResult result =
        task.fit({"--features", "-", "-o", piped}, ReadFile(task.features));
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(ReadFile(piped), mapped);
    for (const size_t rows : {size_t{59}, size_t{61}}) {
        std::string bytes = Bytes(task.values);
        bytes.resize(rows * 16, '\0');
        const std::string header = "(" + std::to_string(rows) + ", 4)";
        const ProgramResult wrong = task.fit({"--features", "-", "-o", task.folder.path("no.npz")},
                                             Npy("'<f4'", header, bytes));
        EXPECT_EQ(wrong.exit_status, 1);
        EXPECT_NE(wrong.err.find("rows of features, but 60 labels"), std::string::npos)
            << wrong.err;
    }
}

TEST(FitCommand, StoppedByASignalItGoesOnToTheSameBytes)
{
    const FitTask task;
    const std::vector<std::string> options = {"--features", task.features, "--labels", task.labels,
                                              "--batch",    "1",           "--epochs", "6000",
                                              "--threads",  "1"};
    const auto command = [&](std::vector<std::string> begin, const std::string &out) {
        begin.insert(begin.end(), {RS_TEST_PROGRAM, "fit"});
        begin.insert(begin.end(), options.begin(), options.end());
        begin.insert(begin.end(), {"-o", out});
        return begin;
    };
    ASSERT_EQ(RunProgram(command({}, task.heads)).exit_status, 0);
    const std::string stopped = task.folder.path("stopped.npz");
    ProgramResult result;
    int stops = 0;
    // 143: stopped before it began to train, which changes nothing.
    for (int run = 0; run < 200; ++run) {
        const std::string seconds = std::to_string(0.05 + 0.01 * run);
        result = RunProgram(
            command({"timeout", "--preserve-status", "-s", "TERM", seconds}, stopped));
        if (result.exit_status != 75 && result.exit_status != 143) {
            break;
        }
        stops += result.exit_status == 75 ? 1 : 0;
        EXPECT_FALSE(std::filesystem::exists(stopped));
    }
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_GT(stops, 0);
    EXPECT_NE(result.err.find("going on from " + stopped + ".checkpoint"), std::string::npos);
    EXPECT_EQ(ReadFile(stopped), ReadFile(task.heads));
    EXPECT_FALSE(std::filesystem::exists(stopped + ".checkpoint"));
}

TEST(FitCommand, TheCheckpointOfAnotherTrainingIsRefused)
{
    const FitTask task;
    const std::string checkpoint = task.folder.write("heads.npz.checkpoint", "rsfit");
    const ProgramResult result = task.fit_to(task.heads);
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find(checkpoint), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("no whole checkpoint"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("remove it"), std::string::npos) << result.err;
}

// The heads do not fit, the smaller checkpoint does: with room the command ends what it began.
TEST(FitCommand, AFullDiskLosesNothing)
{
    const FitTask task;
    const std::string full = task.folder.path("full.npz");
    std::filesystem::create_symlink("/dev/full", full);
    const ProgramResult result = task.fit_to(full);
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("the disk is full"), std::string::npos) << result.err;
    EXPECT_TRUE(std::filesystem::exists(full + ".checkpoint"));
    std::filesystem::remove(full);
    const ProgramResult again = task.fit_to(full);
    ASSERT_EQ(again.exit_status, 0) << again.err;
    ASSERT_EQ(task.fit_to(task.heads).exit_status, 0);
    EXPECT_EQ(ReadFile(full), ReadFile(task.heads));
}

TEST(FitCommand, BadInputIsNamed)
{
    const FitTask task;
    const auto features = [&](size_t at, float value) {
        std::vector<float> values = task.values;
        values[at] = value;
        return task.folder.write("bad.npy", Npy("'<f4'", "(60, 4)", Bytes(values)));
    };
    const auto run = [&](const std::string &path) {
        return task.fit({"--features", path, "-o", task.folder.path("none.npz")});
    };
    const ProgramResult nan = run(features(4 * 17 + 2, std::nanf("")));
    EXPECT_EQ(nan.exit_status, 1);
    EXPECT_NE(nan.err.find("row 17: feature 2 is NaN"), std::string::npos) << nan.err;
    const ProgramResult infinite = run(features(4 * 59 + 3, HUGE_VALF));
    EXPECT_EQ(infinite.exit_status, 1);
    EXPECT_NE(infinite.err.find("row 59: feature 3 is infinite"), std::string::npos)
        << infinite.err;
    const ProgramResult nothing =
        run(task.folder.write("zero.npy", Npy("'<f4'", "(60, 4)", std::string(960, '\0'))));
    EXPECT_NE(nothing.err.find("all features are 0"), std::string::npos) << nothing.err;
    const ProgramResult short_of =
        run(task.folder.write("few.npy", Npy("'<f4'", "(30, 8)", Bytes(task.values))));
    EXPECT_EQ(short_of.exit_status, 1);
    EXPECT_NE(short_of.err.find("30 rows of features, but 60 labels"), std::string::npos);
    const ProgramResult integers = run(
        task.folder.write("int.npy", Npy("'<i4'", "(60, 4)", std::string(960, '\1'))));
    EXPECT_NE(integers.exit_status, 0);
    const std::string other = task.folder.write("other.txt", "cat.png\n");
    task.ExpectFailure({"--keep", other}, 1, "no image of the labels is called 'cat.png'");
    task.ExpectFailure({"--keep", task.folder.write("far.txt", "60\n")}, 1, "no row '60' of 60");
    task.ExpectFailure({"--keep", other, "--files", task.folder.write("files.txt", task.names)}, 1,
                       "no image of --files is called 'cat.png'");
    task.ExpectFailure({"--lr", "1e9", "--weight-decay", "1e9"}, 1, "diverged: at step ");
}

TEST(FitCommand, WhatMakesNoSenseIsRefused)
{
    const FitTask task;
    const std::string kept = task.folder.write("kept.txt", "1\n");
    task.ExpectFailure({"--grid"}, 2, "--keep or --drop");
    task.ExpectFailure({"--grid", "--keep", kept, "--loss", "sigmoid"}, 2, "leave out --loss");
    task.ExpectFailure({"--keep", kept, "--drop", kept}, 2, "--keep and --drop");
    task.ExpectFailure({"--epochs", "10,5"}, 2, "ascending");
    task.ExpectFailure({"--epochs", "0"}, 2, "--epochs");
    task.ExpectFailure({"--lr", "-1"}, 2, "--lr");
    task.ExpectFailure({"--lr", "1,,2"}, 2, "--lr");
    task.ExpectFailure({"--lr", "0.1,0.10"}, 2, "different numbers"); // one name, or one head twice
    task.ExpectFailure({"--lr", "0.1, 0.01"}, 2, "--lr");
    task.ExpectFailure({"--batch", "0"}, 2, "--batch");
    task.ExpectFailure({"--momentum", "1"}, 2, "--momentum");
    task.ExpectFailure({"--init", "random"}, 2, "--init");
    task.ExpectFailure({"--device", "0"}, 2, "--device");
    task.ExpectFailure({"model.npy"}, 2, "fit takes no MODEL");
    const ProgramResult raw = task.fit_to(task.folder.path("heads.npy"));
    EXPECT_EQ(raw.exit_status, 2);
    EXPECT_NE(raw.err.find(".npz or .safetensors"), std::string::npos) << raw.err;
    EXPECT_EQ(task.fit({"--features", task.features}).exit_status, 2);
    EXPECT_EQ(task.fit({"-o", task.heads}).exit_status, 2);
    EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "fit", "--features", task.features, "-o", task.heads})
                  .exit_status,
              2);
}

TEST(FitCommand, ClassesWithoutRowsAndLossesThatRiseAreWarnedOf)
{
    const FitTask task;
    const ProgramResult more = task.fit_to(task.heads, {"--classes", "5"});
    EXPECT_EQ(more.exit_status, 0);
    EXPECT_EQ(more.err, "reassess: warning: 2 of 5 classes have no row to learn from: 3, 4\n");
    const std::string kept = task.folder.write("kept.txt", "0\n");
    const ProgramResult few = task.fit_to(task.folder.path("few.npz"), {"--keep", kept});
    EXPECT_NE(few.err.find("2 of 3 classes have no kept row to learn from"), std::string::npos)
        << few.err;
    std::string odd; // labels that no line tells apart
    for (int i = 0; i < FitTask::kRows; ++i) {
        odd += std::to_string(i % 3) + "\n";
    }
    const ProgramResult high =
        RunProgram({RS_TEST_PROGRAM, "fit", "--features", task.features, "--labels",
                    task.folder.write("odd.txt", odd), "--lr", "1e6", "--batch", "8", "--epochs",
                    "3", "-o", task.folder.path("high.npz")});
    EXPECT_EQ(high.exit_status, 0);
    EXPECT_NE(high.err.find("lower --lr"), std::string::npos) << high.err;
}

} // namespace
