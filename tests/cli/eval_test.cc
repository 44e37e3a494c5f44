// reassess eval on four images whose every number is checked by hand.
#include <gtest/gtest.h>

#include <cmath>

#include <numeric>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

Record OnlyRecord(const ProgramResult &result)
{
    EXPECT_EQ(result.exit_status, 0) << result.err;
    const std::vector<std::string> lines = SplitLines(result.out);
    EXPECT_EQ(lines.size(), 1u);
    return Record(lines.empty() ? "{}" : lines[0]);
}

void ExpectSmallCounts(const Record &record)
{
    EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), 1);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.total"), 4);
    EXPECT_EQ(record.integer("metrics.imagenet_top2.correct"), 2);
    EXPECT_EQ(record.integer("metrics.real_top1.correct"), 3);
    EXPECT_EQ(record.integer("metrics.real_top1.total"), 3);
    EXPECT_EQ(record.integer("metrics.real_second.correct"), 1);
    EXPECT_EQ(record.integer("metrics.real_second.total"), 1);
    EXPECT_EQ(record.integer("disagreements.prediction_only"), 1);
    EXPECT_EQ(record.integer("disagreements.both"), 1);
    EXPECT_EQ(record.integer("disagreements.label_only"), 0);
    EXPECT_EQ(record.integer("disagreements.neither"), 0);
    EXPECT_EQ(record.integer("oracle.rows"), 2);
    EXPECT_DOUBLE_EQ(record.number("oracle.expected"), 0.75);
}

TEST(Eval, record_of_four_images)
{
    const SmallTask task;
    const Record record = OnlyRecord(task.eval({"--topk", "2", "--json", "-", task.logits}));
    ExpectSmallCounts(record);
    EXPECT_EQ(record.text("schema"), "reassess.result/1");
    EXPECT_EQ(record.text("model"), "model");
    EXPECT_EQ(record.text("input.format"), "npy");
    EXPECT_EQ(record.text("input.dtype"), "f32");
    EXPECT_EQ(record.integer("input.rows"), 4);
    EXPECT_EQ(record.integer("input.classes"), 3);
    EXPECT_EQ(record.integer("labels.evaluated"), 3);
    EXPECT_EQ(record.integer("labels.empty"), 1);
    EXPECT_TRUE(record.is_null("calibration"));
    EXPECT_TRUE(record.is_null("rows.tied"));
    EXPECT_TRUE(record.is_null("input.hash"));
    EXPECT_EQ(record.integer("rows.nan"), 0);
    EXPECT_TRUE(record.is_null("metrics.real_third.value"));
    EXPECT_FALSE(record.text("metrics.real_third.reason").empty());
}

TEST(Eval, same_counts_from_every_engine_setting_and_from_standard_input)
{
    const SmallTask task;
    const std::string npy = ReadFile(task.logits);
    for (const std::vector<std::string> &more :
         std::vector<std::vector<std::string>>{{"--threads", "1"},
                                               {"--threads", "3"},
                                               {"--isa", "portable"},
                                               {"--io", "pread"},
                                               {"--backend", "cpu"}}) {
        std::vector<std::string> arguments = {"--topk", "1,2", "--json", "-"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        arguments.push_back(task.logits);
        ExpectSmallCounts(OnlyRecord(task.eval(arguments)));
        arguments.back() = "-";
        ExpectSmallCounts(OnlyRecord(task.eval(arguments, npy)));
    }
    ExpectSmallCounts(OnlyRecord(
        task.eval({"--topk", "1,2", "--json", "-", "--shape", "0,3", "--dtype", "f32", "-"},
                  SmallTask::Payload())));
}

TEST(Eval, a_deal_that_says_nothing)
{
    const SmallTask task;
    const ProgramResult result = task.eval({"--deal", "8:64:paddled", task.logits});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.err.find("\"8:64:paddled\" does not say how rows were dealt out; write "),
              std::string::npos)
        << result.err;
    // Of 4 rows 3 processes have 2 at least: 6 come out.
    const ProgramResult padded = task.eval({"--deal", "3:padded", task.logits});
    EXPECT_EQ(padded.exit_status, 1);
    EXPECT_NE(padded.err.find("4 rows, but the labels have 6"), std::string::npos) << padded.err;
}

TEST(Eval, row_flags_and_hash_when_asked)
{
    const SmallTask task;
    const Record record =
        OnlyRecord(task.eval({"--row-flags", "--hash", "--json", "-", task.logits}));
    EXPECT_EQ(record.integer("rows.tied"), 1);
    EXPECT_EQ(record.integer("rows.inf"), 0);
    EXPECT_EQ(record.text("input.hash").substr(0, 5), "xxh3:");
}

TEST(Eval, per_row_lines)
{
    const SmallTask task;
    const std::string path = task.folder.path("rows.jsonl");
    ASSERT_EQ(task.eval({"--quiet", "--per-row", path, task.logits}).exit_status, 0);
    const std::vector<std::string> lines = SplitLines(ReadFile(path));
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_EQ(lines[1],
              "{\"model\":\"model\",\"row\":1,\"image\":1,\"original\":1,\"real\":[1,2],"
              "\"predictions\":[2,1,0],\"values\":[5,1,0],\"rank\":2,\"real_rank\":1,"
              "\"imagenet_correct\":false,\"real_correct\":true,\"nan\":false}");
    EXPECT_EQ(lines[2],
              "{\"model\":\"model\",\"row\":2,\"image\":2,\"original\":2,\"real\":[],"
              "\"predictions\":[0,1,2],\"values\":[1,0,0],\"rank\":3,\"real_rank\":null,"
              "\"imagenet_correct\":false,\"real_correct\":null,\"nan\":false}");
}

TEST(Eval, per_class_lines)
{
    const SmallTask task;
    const std::string path = task.folder.path("classes.csv");
    const std::string names = task.folder.write("names.txt", "cat\ndog, hound\nfox\n");
    ASSERT_EQ(
        task.eval({"--quiet", "--names", names, "--per-class", path, task.logits}).exit_status, 0);
    const std::vector<std::string> lines = SplitLines(ReadFile(path));
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_EQ(lines[0],
              "model,class,wnid,name,images,imagenet_correct,imagenet_accuracy,real_total,"
              "real_correct,real_accuracy,oracle_rows,oracle_accuracy,oracle_model_accuracy,"
              "oracle_p,considered,significant,choice_rows,choice_original,choice_accuracy,"
              "choice_expected,choice_p,choice_significant");
    EXPECT_EQ(lines[1], "model,0,,cat,1,1,100.00,1,1,100.00,1,100.00,100.00,1,0,0,0,0,,,,0");
    EXPECT_EQ(lines[2],
              "model,1,,\"dog, hound\",1,0,0.00,1,1,100.00,1,50.00,0.00,1,1,0,1,0,0.00,50.00,1,0");
    EXPECT_EQ(lines[3], "model,2,,fox,2,0,0.00,1,1,100.00,0,,,,0,0,0,0,,,,0");
}

TEST(Eval, sidecar_gives_the_same_counts)
{
    const SmallTask task;
    ASSERT_EQ(task.eval({"--quiet", "--keep-topk", "2", "--keep-dir", task.folder.path(),
                         task.logits})
                  .exit_status,
              0);
    const Record record = OnlyRecord(
        task.eval({"--topk", "2", "--json", "-", task.folder.path("model.top2.npz")}));
    ExpectSmallCounts(record);
    EXPECT_EQ(record.text("input.content"), "predictions");
}

// Classes are kept in 16 bits where they fit; the last one is predicted in both cases.
TEST(Eval, sidecar_of_few_and_of_many_classes)
{
    for (const auto &[classes, type] : {std::pair(32768, "'<i2'"), std::pair(32769, "'<i4'")}) {
        const TemporaryFolder folder;
        const std::string last = std::to_string(classes - 1);
        std::vector<float> logits(static_cast<size_t>(classes) * 2);
        logits[1] = 1;
        logits.back() = 1;
        const std::string model = folder.write(
            "m.npy", Npy("'<f4'", "(2, " + std::to_string(classes) + ")", Bytes(logits)));
        const std::vector<std::string> ask = {
            RS_TEST_PROGRAM, "eval",
            "--json",        "-",
            "--real",        folder.write("real.json", "[[1], [" + last + "]]"),
            "--labels",      folder.write("labels.txt", "1\n" + last + "\n")};
        std::vector<std::string> keep = ask;
        keep.insert(keep.end(), {"--keep-topk", "5", "--keep-dir", folder.path(), model});
        EXPECT_EQ(OnlyRecord(RunProgram(keep)).integer("metrics.real_top1.correct"), 2);
        std::vector<std::string> again = ask;
        again.push_back(folder.path("m.top5.npz"));
        EXPECT_NE(ReadFile(again.back()).find(type), std::string::npos);
        EXPECT_EQ(OnlyRecord(RunProgram(again)).integer("metrics.real_top1.correct"), 2);
    }
}

// More predictions are asked for than there are, rows end early, and one is invalid.
TEST(Eval, sidecar_of_predictions_gives_the_same_counts)
{
    const SmallTask task;
    const auto line = [](int image, const std::string &rest) {
        return "ILSVRC2012_val_0000000" + std::to_string(image) + ".JPEG," + rest + "\n";
    };
    const std::string csv = task.folder.write(
        "listed.csv", "file_name,predicted_class,predicted_probability\n" + line(1, "0,0.9") +
                          line(2, "2,0.5") + line(2, "1,0.4") + line(3, "1,nan") + line(4, "0,1"));
    const std::vector<std::string> ask = {"--json", "-", "--topk", "2"};
    std::vector<std::string> keep = ask;
    keep.insert(keep.end(), {"--keep-topk", "10", "--keep-dir", task.folder.path(), csv});
    const Record before = OnlyRecord(task.eval(keep));
    std::vector<std::string> again = ask;
    again.push_back(task.folder.path("listed.top2.npz"));
    const Record after = OnlyRecord(task.eval(again));
    EXPECT_EQ(after.integer("input.classes"), 2);
    for (const char *name : {"rows.nan", "metrics.imagenet_top1.correct",
                             "metrics.imagenet_top2.correct", "metrics.real_top1.correct",
                             "metrics.real_second.correct"}) {
        EXPECT_EQ(after.integer(name), before.integer(name)) << name;
    }
    EXPECT_EQ(after.integer("rows.nan"), 1);
    EXPECT_EQ(after.integer("metrics.real_second.correct"), 1);
}

TEST(Eval, nan_row_is_wrong_counted_and_strict)
{
    const SmallTask task;
    std::string payload = SmallTask::Payload();
    const float nan = -__builtin_nanf("");
    std::memcpy(payload.data() + 4, &nan, 4); /* row 0, column 1 */
    const std::string path = task.folder.write("nan.npy", Npy("'<f4'", "(4, 3)", payload));
    const ProgramResult result = task.eval({"--json", "-", "--topk", "2", path});
    const Record record = OnlyRecord(result);
    EXPECT_EQ(record.integer("rows.nan"), 1);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.correct"), 0);
    EXPECT_EQ(record.integer("metrics.imagenet_top1.total"), 4);
    EXPECT_EQ(record.integer("disagreements.label_only"), 1);
    EXPECT_NE(result.err.find("1 of 4 rows are invalid"), std::string::npos);
    EXPECT_EQ(task.eval({"--quiet", "--strict", path}).exit_status, 1);

    /* The sidecar of such a model says the same. */
    ASSERT_EQ(task.eval({"--quiet", "--keep-topk", "3", "--keep-dir", task.folder.path(), path})
                  .exit_status,
              0);
    const Record again =
        OnlyRecord(task.eval({"--json", "-", "--topk", "2", task.folder.path("nan.top3.npz")}));
    EXPECT_EQ(again.integer("rows.nan"), 1);
    EXPECT_EQ(again.integer("metrics.imagenet_top2.correct"),
              record.integer("metrics.imagenet_top2.correct"));
}

TEST(Eval, parts_and_row_ranges)
{
    const SmallTask task;
    const std::string payload = SmallTask::Payload();
    const std::string first =
        task.folder.write("a.npy", Npy("'<f4'", "(1, 3)", payload.substr(0, 12)));
    const std::string rest =
        task.folder.write("b.npy", Npy("'<f4'", "(3, 3)", payload.substr(12)));
    ExpectSmallCounts(OnlyRecord(
        task.eval({"--topk", "2", "--json", "-", "--parts", "--name", "whole", first, rest})));
    const Record range =
        OnlyRecord(task.eval({"--json", "-", "--row-range", "1:3", task.logits}));
    EXPECT_EQ(range.integer("metrics.imagenet_top1.total"), 2);
    EXPECT_EQ(range.integer("metrics.real_top1.correct"), 1);
    EXPECT_EQ(range.integer("input.rows"), 2);
}

TEST(Eval, class_map_permutes_drops_and_merges)
{
    const SmallTask task;
    /* columns: class 2, nothing, class 0, class 1, class 0 again (the better of the two counts) */
    const std::string map = task.folder.write("map.txt", "2\n-1\n0\n1\n0\n");
    const std::string path = task.folder.write(
        "wide.npy", Npy("'<f4'", "(4, 5)",
                        Bytes<float>({2, 9, 3, 1, -1, 5, 9, -1, 1, 0, 0, 9, 1, 0, 1, 1, 9, 2, 2,
                                      -5})));
    ExpectSmallCounts(
        OnlyRecord(task.eval({"--topk", "2", "--json", "-", "--class-map", map, path})));
}

// A class without a column is behind every other: with values no rank is unknown.
TEST(Eval, class_map_of_fewer_classes_than_k)
{
    const SmallTask task; // each row has the classes 2, 1, 0 in this order, and nothing else
    const std::string map = task.folder.write("map.txt", "0\n1\n2\n-1\n");
    const std::string labels = task.folder.write("six.txt", "0\n1\n2\n3\n4\n5\n");
    const std::string real =
        task.folder.write("six.json", "[[0], [1, 4], [2, 0, 1], [3], [4], [5]]");
    std::vector<float> values(24);
    std::iota(values.begin(), values.end(), 0.0F);
    const std::string path =
        task.folder.write("narrow.npy", Npy("'<f4'", "(6, 4)", Bytes<float>(values)));
    const Record record = OnlyRecord(RunProgram(
        {RS_TEST_PROGRAM, "eval", "--classes", "6", "--labels", labels, "--real", real,
         "--class-map", map, "--topk", "1,4,5,9", "--json", "-", path}));
    const struct {
        const char *name;
        int correct, total;
    } wanted[] = {{"imagenet_top1", 1, 6}, {"imagenet_top4", 3, 6}, {"imagenet_top5", 3, 6},
                  {"imagenet_top9", 3, 6}, {"real_top1", 1, 6},     {"real_top5", 3, 6},
                  {"real_second", 2, 2},   {"real_third", 1, 1}};
    for (const auto &metric : wanted) {
        SCOPED_TRACE(metric.name);
        const std::string name = std::string("metrics.") + metric.name;
        EXPECT_EQ(record.integer(name + ".correct"), metric.correct);
        EXPECT_EQ(record.integer(name + ".total"), metric.total);
    }
}

// No label has a likelihood, but each row is in a bin: certain of it, and wrong.
TEST(Eval, calibration_error_without_a_likelihood)
{
    const SmallTask task;
    const std::string map = task.folder.write("map.txt", "0\n");
    const std::string labels = task.folder.write("ones.txt", "1\n1\n1\n1\n");
    const std::string path =
        task.folder.write("one.npy", Npy("'<f4'", "(4, 1)", Bytes<float>({1, 2, 3, 4})));
    std::vector<std::string> command = {RS_TEST_PROGRAM, "eval",          "--labels", labels,
                                        "--real",        "none",          "--classes", "2",
                                        "--class-map",   map,             path,
                                        "--calibration", "--json",        "-"};
    const Record record = OnlyRecord(RunProgram(command));
    EXPECT_EQ(record.integer("calibration.nll_rows"), 0);
    EXPECT_TRUE(record.is_null("calibration.nll"));
    EXPECT_NEAR(record.number("calibration.ece"), 1.0, 1e-6);
    EXPECT_TRUE(record.is_null("calibration.real_ece"));
    command.resize(command.size() - 2);
    const ProgramResult table = RunProgram(command);
    EXPECT_NE(table.out.find("calibration: mean confidence 100.00 ["), std::string::npos)
        << table.out;
    EXPECT_NE(table.out.find("]\n    by the original labels: ECE 100.00 (error "),
              std::string::npos)
        << table.out;
    EXPECT_EQ(table.out.find("NLL"), std::string::npos) << table.out;
    EXPECT_EQ(table.out.find("by ReaL:"), std::string::npos) << table.out;
    EXPECT_NE(table.out.find("top-1                   0.00 [ 0.00, 48.99]"),
              std::string::npos)
        << table.out; /* classes, none of which is ever right, do not scatter */
}

TEST(Eval, models_of_one_stem_get_longer_names)
{
    const SmallTask task;
    std::vector<std::string> paths;
    for (const char *folder : {"run1", "run2"}) {
        ASSERT_EQ(RunProgram({"mkdir", task.folder.path(folder)}).exit_status, 0);
        paths.push_back(task.folder.write(std::string(folder) + "/logits.npy",
                                          Npy("'<f4'", "(4, 3)", SmallTask::Payload())));
    }
    const ProgramResult result = task.eval({"--json", "-", paths[0], task.logits, paths[1]});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::vector<Record> records = ParseRecords(result.out);
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[0].text("model"), "run1/logits");
    EXPECT_EQ(records[1].text("model"), "model");
    EXPECT_EQ(records[2].text("model"), "run2/logits");
}

// 120 rows of 20 classes, of which the largest is right: once a probability near 1, and once what a
// second softmax makes of that.
TEST(Eval, calibration_of_a_softmax_of_a_softmax_warns)
{
    const TemporaryFolder folder;
    std::string list;
    std::vector<float> once, twice;
    for (int i = 0; i < 120; ++i) {
        const int answer = i % 4 == 0 ? 7 * i % 20 : i % 20;
        list += std::to_string(i % 20) + "\n";
        double row[20] = {0}; // 0.962, and 0.0011, 0.0012, ..., 0.0029
        double sum = 0;
        for (int c = 0; c < 20; ++c) {
            row[c] = c == answer ? 0.962 : 0.0001 * (c < answer ? 11 + c : 10 + c);
            sum += std::exp(row[c]);
        }
        for (const double value : row) {
            once.push_back(static_cast<float>(value));
            twice.push_back(static_cast<float>(std::exp(value) / sum));
        }
    }
    const std::string labels = folder.write("labels.txt", list);
    const auto warned = [&](const std::vector<float> &rows) {
        const std::string path = folder.write("m.npy", Npy("'<f4'", "(120, 20)", Bytes(rows)));
        return RunProgram({RS_TEST_PROGRAM, "eval", "-q", "--real", "none", "--labels", labels,
                           "--calibration", "--values", "probs", path})
            .err;
    };
    EXPECT_EQ(warned(once), "");
    EXPECT_NE(warned(twice).find("as if softmax had been applied twice"), std::string::npos)
        << warned(twice);
}

TEST(Eval, calibration_of_probabilities_taken_for_logits_warns)
{
    const SmallTask task;
    const std::string path = task.folder.write(
        "probs.npy",
        Npy("'<f4'", "(4, 3)",
            Bytes<float>({.7f, .1f, .2f, .1f, .2f, .7f, .8f, .1f, .1f, .6f, .3f, .1f})));
    const ProgramResult logits = task.eval({"--calibration", "--json", "-", path});
    EXPECT_NE(logits.err.find("look like probabilities"), std::string::npos) << logits.err;
    const ProgramResult probs =
        task.eval({"--calibration", "--values", "probs", "--json", "-", path});
    const Record record = OnlyRecord(probs);
    EXPECT_EQ(probs.err.find("look like probabilities"), std::string::npos);
    EXPECT_NEAR(record.number("calibration.confidence"), 0.7, 1e-6);
    /* -log of .7 .2 .1 .1 */
    EXPECT_NEAR(record.number("calibration.nll"), (0.35667494 + 1.60943791 + 2 * 2.30258509) / 4,
                1e-6);
}

TEST(Eval, identical_runs_give_identical_bytes_but_for_timing_and_engine)
{
    const SmallTask task;
    std::string first;
    for (const char *threads : {"1", "2"}) {
        const ProgramResult result =
            task.eval({"--calibration", "--json", "-", "--threads", threads, task.logits});
        ASSERT_EQ(result.exit_status, 0) << result.err;
        const std::string record = result.out.substr(0, result.out.find("\"timing\""));
        if (first.empty()) {
            first = record;
        }
        EXPECT_EQ(record, first);
    }
}

// A program that feeds a pipe slowly must not make Ctrl-C wait for it.
TEST(Eval, a_signal_ends_the_wait_for_a_stream_with_75_and_no_result)
{
    const SmallTask task;
    const std::string json = task.folder.path("result.jsonl");
    const std::string pipe = task.folder.path("pipe");
    const ProgramResult result = RunProgram(
        {"bash", "-c",
         "mkfifo " + pipe + "; exec 3<>" + pipe + "; " + RS_TEST_PROGRAM + " eval --real " +
             task.real + " --labels " + task.labels + " --json " + json + " - <&3 & sleep 0.3; " +
             "kill -TERM $!; wait $!; echo status $?"});
    EXPECT_EQ(result.out, "status 75\n") << result.err;
    EXPECT_NE(result.err.find("stopped by a signal"), std::string::npos) << result.err;
    EXPECT_NE(RunProgram({"test", "-e", json}).exit_status, 0);
    EXPECT_EQ(RunProgram({"bash", "-c", "ls -A " + task.folder.path() + " | grep -c tmp"}).out,
              "0\n");
}

// A disk that fills up at one of the files leaves all of them as they were.
TEST(Eval, several_outputs_appear_all_or_none)
{
    const SmallTask task;
    const std::vector<std::string> names = {"a.json", "b.csv", "c.jsonl", "d.csv"};
    std::string command = std::string("ulimit -f 8; ") + RS_TEST_PROGRAM + " eval -q --real " +
                          task.real + " --labels " + task.labels;
    const std::vector<std::string> options = {"--json", "--per-class", "--per-row", "--confusions"};
    for (size_t i = 0; i < names.size(); ++i) {
        command += " " + options[i] + " " + task.folder.write(names[i], "old");
    }
    for (int i = 0; i < 10; ++i) { // the records outgrow the limit, the confusions do not
        command += " " + task.logits;
    }
    const ProgramResult result = RunProgram({"/bin/sh", "-c", command});
    EXPECT_EQ(result.exit_status, 1) << result.err;
    EXPECT_NE(result.err.find("larger than is allowed"), std::string::npos) << result.err;
    for (const std::string &name : names) {
        EXPECT_EQ(ReadFile(task.folder.path(name)), "old") << name;
    }
}

TEST(Eval, confusions)
{
    const SmallTask task;
    const std::string path = task.folder.path("confusions.csv");
    const std::string names = task.folder.write("names.txt", "a fish, tench\nb\nc\n");
    ASSERT_EQ(task.eval({"--quiet", "--names", names, "--confusions", path, task.logits})
                  .exit_status,
              0);
    EXPECT_EQ(ReadFile(path),
              "model,original,original_wnid,original_name,predicted,predicted_wnid,predicted_name,"
              "count,real_total,real_accepted\n"
              "model,2,,c,0,,\"a fish, tench\",2,1,1\n"
              "model,1,,b,2,,c,1,1,1\n");
    /* Nothing is left of a run that fails. */
    const std::string other = task.folder.path("other.csv");
    EXPECT_EQ(task.eval({"--quiet", "--confusions", other, task.folder.path("missing.npy")})
                  .exit_status,
              1);
    EXPECT_EQ(ReadFile(other), "");
}

}  // namespace
