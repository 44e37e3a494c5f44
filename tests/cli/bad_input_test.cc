// Every kind of bad input, through the whole program: exit status, what the error says and where.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/small_task.h"
#include "support/records.h"

namespace {

struct BadCase {
    std::string what;
    std::vector<std::string> arguments;
    int exit_status;
    std::string message;  // somewhere in standard error
};

void ExpectRefused(const SmallTask &task, const BadCase &bad)
{
    SCOPED_TRACE(bad.what);
    const std::string json = task.folder.path("must-not-appear.jsonl");
    std::vector<std::string> arguments = {RS_TEST_PROGRAM, "eval",   "--labels",
                                          task.labels,     "--json", json};
    const std::vector<std::string> &own = bad.arguments;
    if (std::find(own.begin(), own.end(), "--real") == own.end()) { /* several are several sets */
        arguments.insert(arguments.end(), {"--real", task.real});
    }
    arguments.insert(arguments.end(), own.begin(), own.end());
    const ProgramResult result = RunProgram(arguments);
    EXPECT_EQ(result.exit_status, bad.exit_status);
    EXPECT_NE(result.err.find(bad.message), std::string::npos) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_NE(RunProgram({"test", "-e", json}).exit_status, 0) << "a result was written";
}

// A reader that goes away ends the program in silence, and not by a signal.
TEST(BadInput, a_reader_that_goes_away)
{
    const SmallTask task;
    const ProgramResult result = RunProgram(
        {"/bin/bash", "-c",
         "{ sleep 0.2; \"$@\"; echo \"exit $?\" >&2; } | { exec 0<&-; sleep 1; }", "bash",
         RS_TEST_PROGRAM, "eval", "--real", task.real, "--labels", task.labels, "--json", "-",
         task.logits});
    EXPECT_NE(result.err.find("exit 1\n"), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("cannot"), std::string::npos) << result.err;
}

// A file may not grow beyond `ulimit -f`: an error, not a signal, and no temporary file is left.
TEST(BadInput, files_that_may_not_grow)
{
    const SmallTask task;
    const std::string folder = task.folder.path("out");
    const std::string rows = folder + "/rows.jsonl";
    ASSERT_EQ(RunProgram({"mkdir", folder}).exit_status, 0);
    const ProgramResult result = RunProgram(
        {"/bin/bash", "-c", "ulimit -f 0; exec \"$@\"", "bash", RS_TEST_PROGRAM, "eval", "--real",
         task.real, "--labels", task.labels, "--per-row", rows, task.logits});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find(rows + ": byte 0: the file becomes larger than is allowed here; "
                                     "raise the limit (ulimit -f)"),
              std::string::npos)
        << result.err;
    EXPECT_EQ(RunProgram({"ls", "-A", folder}).out, "");
}

TEST(BadInput, files)
{
    const SmallTask task;
    const std::string payload = SmallTask::Payload();
    const auto file = [&](const std::string &name, const std::string &content) {
        return task.folder.write(name, content);
    };
    const BadCase cases[] = {
        {"missing", {task.folder.path("nothing.npy")}, 1, "nothing.npy: no such file"},
        {"folder", {task.folder.path()}, 1, "folder"},
        {"empty", {file("empty.npy", "")}, 1, "empty"},
        {"truncated",
         {file("short.npy", Npy("'<f4'", "(4, 3)", payload.substr(0, 40)))},
         1,
         "short.npy: byte 168"},
        {"too long",
         {file("long.npy", Npy("'<f4'", "(4, 3)", payload + "x"))},
         1,
         "long.npy: byte 176"},
        {"one dimension", {file("one.npy", Npy("'<f4'", "(12,)", payload))}, 1, "one.npy"},
        {"complex", {file("complex.npy", Npy("'<c8'", "(2, 3)", payload))}, 1, "<c8"},
        {"pickled", {file("object.npy", Npy("'|O'", "(4, 3)", payload))}, 1, "pickle"},
        {"bfloat16 that NumPy cannot name",
         {file("bf16.npy", Npy("'<V2'", "(4, 6)", payload))},
         1,
         "--dtype bf16"},
        {"fewer rows than labels",
         {file("rows.npy", Npy("'<f4'", "(2, 3)", payload.substr(0, 24)))},
         1,
         "rows.npy: 2 rows, but the labels have 4"},
        {"more columns than classes",
         {file("cols.npy", Npy("'<f4'", "(4, 4)", payload + payload.substr(0, 16)))},
         1,
         "cols.npy: 4 columns, but the labels have 3 classes; one column more than classes is"},
        {"transposed",
         {file("turned.npy", Npy("'<f4'", "(3, 4)", payload))},
         1,
         "turned.npy: 3 rows and 4 columns, but the labels have 4 images: the file looks "
         "transposed; turn it: python3 -c"},
        {"transposed raw floats",
         {file("turned.raw", payload), "--shape", "3,4", "--dtype", "f32"},
         1,
         "turned.raw: 3 rows and 4 columns, but the labels have 4 images: the file looks "
         "transposed; save it with a row for each image and a column for each class"},
        {"transposed predictions",
         {file("turned_ranks.npy",
               Npy("'<i4'", "(2, 4)", Bytes<int32_t>({0, 2, 0, 0, 1, 1, 1, 2})))},
         1,
         "turned_ranks.npy: 2 rows and 4 columns, but the labels have 4 images: the file looks "
         "transposed; turn it: python3 -c"},
        {"three dimensions",
         {file("cube.npy", Npy("'<f4'", "(1, 4, 3)", payload))},
         1,
         "the array has 3 dimensions (1 x 4 x 3), two are needed; put it in rows: python3 -c"},
        {"torch checkpoint", {file("m.pt", std::string("\x80\x02}q\x00", 5))}, 1, "python3"},
        {"HDF5", {file("m.h5", "\x89HDF\r\n\x1a\n and so on")}, 1, "python3"},
        {"parquet", {file("m.parquet", "PAR1 and so on")}, 1, "python3"},
        {"class out of range",
         {file("p.npy", Npy("'<i8'", "(4,)", Bytes<int64_t>({0, 1, 7, 2})))},
         1,
         "p.npy: row 2"},
        {"class twice in a row",
         {file("t.npy", Npy("'<i4'", "(4, 2)", Bytes<int32_t>({0, 1, 1, 1, 0, 2, 2, 1})))},
         1,
         "t.npy: row 1"},
        {"safetensors with a hole",
         {file("s.safetensors",
               std::string("\x43\0\0\0\0\0\0\0", 8) +
                   "{\"a\":{\"dtype\":\"F32\",\"shape\":[4,3],\"data_offsets\":[4,52]}}          " +
                   "xxxx" + payload)},
         1,
         "s.safetensors"},
    };
    for (const BadCase &bad : cases) {
        ExpectRefused(task, bad);
    }
}

TEST(BadInput, labels)
{
    const SmallTask task;
    const auto labels = [&](const std::string &name, const std::string &content) {
        return std::vector<std::string>{"--labels", task.folder.write(name, content), task.logits};
    };
    const auto real = [&](const std::string &name, const std::string &content) {
        return std::vector<std::string>{"--real", task.folder.write(name, content), task.logits};
    };
    const BadCase cases[] = {
        {"not JSON", real("a.json", "hello"), 1, "a.json: byte 0"},
        {"negative class", real("b.json", "[[0], [-1], [], [0]]"), 1, "b.json: byte 7"},
        {"class twice", real("c.json", "[[0], [1, 1], [], [0]]"), 1, "c.json: byte 10"},
        {"cut", real("d.json", "[[0], [1"), 1, "d.json: byte 8"},
        {"trailing", real("e.json", "[[0], [1], [], [0]] x"), 1, "e.json: byte 20"},
        {"fewer sets than labels", real("f.json", "[[0], [1]]"), 1, "2"},
        {"a word for a label", labels("g.txt", "0\n1\nfox\n2\n"), 1, "g.txt: line 3"},
        {"missing file", {"--real", task.folder.path("none.json"), task.logits}, 1, "no such file"},
    };
    for (const BadCase &bad : cases) {
        ExpectRefused(task, bad);
    }
}

TEST(BadInput, usage)
{
    const SmallTask task;
    const BadCase cases[] = {
        {"no model", {}, 2, "name at least one model's file"},
        {"unknown option", {"--frobnicate", task.logits}, 2, "--frobnicate is not an option"},
        {"missing value", {task.logits, "--topk"}, 2, "--topk needs a value"},
        {"empty value", {"--json", "", task.logits}, 2,
         "the value of --json is empty; is the variable set that it comes from?"},
        {"empty name", {"--name=", task.logits}, 2, "the value of --name is empty"},
        {"empty argument", {task.logits, ""}, 2, "an argument of reassess eval is empty"},
        {"bad choice", {"--isa", "sse9", task.logits}, 2, "one of auto|portable|avx2|avx512"},
        {"top-0", {"--topk", "0", task.logits}, 2, "--topk 0: expected"},
        {"seventeen K", {"--topk", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", task.logits}, 2,
         "up to 16"},
        {"range backwards", {"--row-range", "3:1", task.logits}, 2, "--row-range 3:1: expected"},
        {"range outside", {"--row-range", "2:9", task.logits}, 2, "not inside the 4 rows"},
        {"fraction", {"--oracle-cut", "1.5", task.logits}, 2, "a fraction from 0 to 1"},
        {"classes", {"--oracle-exclude", "0-9", task.logits}, 2, "--oracle-exclude 0-9: expected"},
        {"too many names", {"--name", "a", "--name", "b", task.logits}, 2, "2 names for 1 model;"},
        {"score files", {"--pred-scores", "a", "--pred-scores", "b", task.logits}, 2,
         "2 score files for 1 model;"},
        {"pattern not in path", {"--pred-scores", "zebra=ass", task.logits}, 2,
         "does not hold \"zebra\""},
        {"two streams", {"-", "-"}, 2, "only once"},
        {"keep-dir alone", {"--keep-dir", "/tmp", task.logits}, 2, "--keep-topk"},
        {"threads", {"--threads", "0", task.logits}, 2, "from 1 to 1024"},
        {"device without cuda", {"--device", "1", task.logits}, 2,
         "--device is about CUDA devices, but none is asked for; say --backend cuda as well"},
        {"memory without cuda", {"--backend", "cpu", "--memory", "1G", task.logits}, 2,
         "--memory is about CUDA devices"},
        {"device", {"--backend", "cuda", "--device", "0,", task.logits}, 2,
         "--device 0,: expected numbers of devices from 0 to 62, as in 0,1, or all"},
        {"device 63", {"--backend", "cuda", "--device", "63", task.logits}, 2, "from 0 to 62"},
        {"devices", {"--backend", "cuda", "--device", "0;1", task.logits}, 2, "as in 0,1"},
        {"memory", {"--backend", "cuda", "--memory", "1.5G", task.logits}, 2,
         "--memory 1.5G: expected a size from 1M to 1T, as in 512M or 2G"},
        {"memory unit", {"--backend", "cuda", "--memory", "64MB", task.logits}, 2, "from 1M to 1T"},
        {"little memory", {"--backend", "cuda", "--memory", "4096", task.logits}, 2, "from 1M"},
        {"memory overflow", {"--backend", "cuda", "--memory", "18446744073709551615T", task.logits},
         2, "from 1M to 1T"},
    };
    for (const BadCase &bad : cases) {
        ExpectRefused(task, bad);
    }
}

// As in a sweep: what cannot be read is named, the others have their records.
TEST(BadInput, one_of_several_models)
{
    const SmallTask task;
    const std::string whole = Npy("'<f4'", "(4, 3)", SmallTask::Payload());
    const std::string bad = task.folder.write("b.npy", whole.substr(0, whole.size() - 8));
    const std::string last = task.folder.write("c.npy", whole);
    const std::string json = task.folder.path("all.json");
    const std::string rows = task.folder.path("rows.jsonl");
    const ProgramResult some =
        task.eval({"--json", json, "--per-row", rows, task.logits, bad, last});
    EXPECT_EQ(some.exit_status, 1);
    EXPECT_NE(some.err.find("reassess: b: failed: " + bad + ": "), std::string::npos) << some.err;
    EXPECT_NE(some.err.find("1 of 3 models failed, the others were scored"), std::string::npos)
        << some.err;
    EXPECT_NE(some.out.find("\nmodel  original  25.00"), std::string::npos) << some.out;
    EXPECT_NE(some.out.find("\nc      original  25.00"), std::string::npos) << some.out;
    EXPECT_EQ(some.out.find("\nb "), std::string::npos) << some.out;
    const std::vector<Record> records = ParseRecords(ReadFile(json));
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].text("model"), "model");
    EXPECT_EQ(records[1].text("model"), "c");
    EXPECT_EQ(records[1].integer("metrics.real_top1.correct"), 3);
    EXPECT_EQ(SplitLines(ReadFile(rows)).size(), 8u);
}

TEST(BadInput, all_of_several_models)
{
    const SmallTask task;
    const std::string bad = task.folder.write("bad.npy", "not an array");
    const std::string worse = task.folder.write("worse.npy", "neither");
    const std::string json = task.folder.write("all.json", "{\"old\":1}\n");
    const ProgramResult none = task.eval({"--json", json, bad, worse});
    EXPECT_EQ(none.exit_status, 1);
    EXPECT_NE(none.err.find("bad: failed: "), std::string::npos) << none.err;
    EXPECT_NE(none.err.find("worse: failed: "), std::string::npos) << none.err;
    EXPECT_NE(none.err.find("2 of 2 models failed;"), std::string::npos) << none.err;
    EXPECT_EQ(ReadFile(json), "{\"old\":1}\n");
}

TEST(BadInput, results_that_cannot_be_written)
{
    const SmallTask task;
    const ProgramResult folder =
        task.eval({"--json", task.folder.path("no/such/folder.jsonl"), task.logits});
    EXPECT_EQ(folder.exit_status, 1);
    EXPECT_NE(folder.err.find("its folder does not exist; make the folder first"),
              std::string::npos)
        << folder.err;
    const ProgramResult full = task.eval({"--json", "/dev/full", task.logits});
    EXPECT_EQ(full.exit_status, 1);
    EXPECT_NE(full.err.find("/dev/full"), std::string::npos) << full.err;
    EXPECT_NE(full.err.find("the disk is full"), std::string::npos) << full.err;
}

TEST(BadInput, no_cuda_is_a_clear_error)
{
    const SmallTask task;
    const ProgramResult result = task.eval({"--backend", "cuda", task.logits});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("CUDA"), std::string::npos);
    EXPECT_NE(result.err.find("--backend cpu"), std::string::npos);
}

TEST(BadInput, a_damaged_archive_is_refused_even_where_the_range_ends_before_the_damage)
{
    const SmallTask task;
    ASSERT_EQ(task.eval({"--quiet", "--keep-topk", "3", "--keep-dir", task.folder.path(),
                         task.logits})
                  .exit_status,
              0);
    std::string bytes = ReadFile(task.folder.path("model.top3.npz"));
    const std::string row3 = Bytes<int16_t>({0, 1, 2}); /* predictions of images 2 and 3 */
    const size_t at = bytes.find(row3 + row3);
    ASSERT_NE(at, std::string::npos);
    bytes[at + row3.size() + 2] ^= 3; /* image 3: class 2 where class 1 was */
    const std::string path = task.folder.write("damaged.npz", bytes);
    for (const char *range : {"0:4", "0:2"}) {
        ExpectRefused(task, {range, {"--row-range", range, path}, 1, "damaged.npz"});
    }
}

TEST(BadInput, a_stream_that_goes_on_after_the_last_image)
{
    const SmallTask task;
    const std::string payload = SmallTask::Payload();
    const ProgramResult result = task.eval(
        {"--quiet", "--shape", "0,3", "--dtype", "f32", "-"}, payload + payload.substr(0, 12));
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("row 4: the stream goes on after the 4 rows of the labels"),
              std::string::npos)
        << result.err;
}

// A list of names that nothing is looked up in.
TEST(BadInput, files_of_labels_without_scores)
{
    const SmallTask task;
    const ProgramResult result = RunProgram({RS_TEST_PROGRAM, "labels", "--real", task.real,
                                             "--labels", task.labels, "--files", "nothing.txt"});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_EQ(result.err,
              "reassess: --files names the images of --rater-scores, but none are given; "
              "leave it out\n");
}

// "-" is standard input, whatever lies in the folder that somebody stands in.
TEST(BadInput, a_folder_by_the_name_of_standard_input)
{
    const SmallTask task;
    const ProgramResult result = RunProgram(
        {"/bin/sh", "-c",
         "cd \"$1\" && mkdir ./- && exec \"$0\" eval --real \"$2\" --labels \"$3\" - <\"$4\"",
         RS_TEST_PROGRAM, task.folder.path(), task.real, task.labels, task.logits});
    EXPECT_EQ(result.exit_status, 0) << result.err;
}

// Where real data is a pointer of Git LFS, whatever it should be.
TEST(BadInput, pointers_of_git_lfs)
{
    const SmallTask task;
    const std::string pointer = task.folder.write(
        "pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n");
    const std::vector<std::vector<std::string>> commands = {
        {"eval", "--real", pointer, "--labels", task.labels, task.logits},
        {"eval", "--real", task.real, "--labels", pointer, task.logits},
        {"tasks", "--hierarchy", "none", "-o", task.folder.path("t"), pointer},
        {"aggregate", "--method", "majority", "--votes", pointer},
        {"curve", "--golden", pointer, pointer},
        {"mistakes", "--real", task.real, "--labels", task.labels, "--rater-scores", pointer,
         task.logits},
        {"trend", "--real", "none", pointer},
    };
    for (std::vector<std::string> command : commands) {
        command.insert(command.begin(), RS_TEST_PROGRAM);
        const ProgramResult result = RunProgram(command, "", {"REASSESS_LABELS="});
        EXPECT_EQ(result.exit_status, 1) << command[1];
        EXPECT_EQ(result.err, "reassess: " + pointer +
                                  ": byte 0: this is a pointer of Git LFS, not the file that it "
                                  "stands for; fetch that with git lfs pull\n")
            << command[1];
    }
}

} // namespace
