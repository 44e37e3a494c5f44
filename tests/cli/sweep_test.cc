// reassess sweep as a user meets it: what is written, what is left alone, what is redone and why,
// what fails.
#include <fcntl.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include <fstream>

#include "sweep_task.h"

namespace {

TEST(SweepCommand, WritesRecordTallyAndSidecarOfEachModel)
{
    const Sweep sweep;
    const std::string other = sweep.write("other.npy", kOther);
    const ProgramResult result = sweep({sweep.logits, other});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(Names(sweep.out), (Words{"model.json", "model.tally", "model.topk.npz", "other.json",
                                       "other.tally", "other.topk.npz"}));
    EXPECT_NE(result.err.find("2 models to score, 0 up to date\n"), std::string::npos);
    EXPECT_NE(result.err.find("model: ImageNet 25.00, ReaL 100.00\n"), std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find("2 models scored, 0 failed, 0 up to date; results in " + sweep.out),
              std::string::npos);
    EXPECT_EQ(result.err.find("failed:"), std::string::npos) << result.err;
    // the record is that of eval, byte for byte
    const ProgramResult eval = sweep.eval({"--json", "-", sweep.logits});
    EXPECT_EQ(Untimed(ReadFile(sweep.out + "/model.json")), Untimed(eval.out));
    // and the sidecar gives the same counts again
    const ProgramResult again =
        sweep.eval({"--json", "-", "--name", "model", sweep.out + "/model.topk.npz"});
    EXPECT_EQ(again.exit_status, 0) << again.err;
    EXPECT_EQ(Record(again.out).integer("metrics.real_top1.correct"), 3);
}

TEST(SweepCommand, LeavesAloneWhatIsDone)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.logits}).exit_status, 0);
    const std::string before = ReadFile(sweep.out + "/model.json");
    const ProgramResult again = sweep({sweep.logits});
    EXPECT_EQ(again.exit_status, 0);
    EXPECT_NE(again.err.find("0 models to score, 1 up to date\n"), std::string::npos) << again.err;
    EXPECT_EQ(ReadFile(sweep.out + "/model.json"), before); // timing too
    // how it is read and by how many threads changes nothing, and redoes nothing
    const ProgramResult other =
        sweep({"--io", "mmap", "--threads", "1", "--isa", "portable", sweep.logits});
    EXPECT_NE(other.err.find("0 models to score, 1 up to date\n"), std::string::npos) << other.err;
    EXPECT_EQ(sweep({"--quiet", sweep.logits}).err, "");
}

// What is changed after a first sweep, further options of the second, and why it redoes the model.
struct Staleness {
    const char *name;
    void (*change)(const Sweep &);
    Words options;
    const char *why;
};

TEST(SweepCommand, SaysWhyAModelIsRedone)
{
    const Staleness cases[] = {
        {"another size",
         [](const Sweep &s) {
             s.folder.write("model.npy", Npy("'<f8'", "(4, 3)", std::string(96, '\0')));
         },
         {},
         "the input: 224 bytes, was 176"},
        {"modified",
         [](const Sweep &s) {
             fs::last_write_time(s.logits,
                                 fs::file_time_type::clock::now() + std::chrono::seconds(5));
         },
         {},
         "the input was modified"},
        {"labels",
         [](const Sweep &s) { s.folder.write("labels.txt", "0\n1\n2\n0\n"); },
         {},
         "the labels are xxh3:"},
        {"calibration", [](const Sweep &) {}, {"--calibration"}, "--calibration is on, was off"},
        {"topk", [](const Sweep &) {}, {"--topk", "1,2"}, "--topk is 1,2, was 1,5"},
        {"cut",
         [](const Sweep &) {},
         {"--oracle-cut", "0.5"},
         "--oracle-cut is 0.5, was 0.90000000000000002"},
        {"tally",
         [](const Sweep &s) { fs::remove(s.out + "/model.tally"); },
         {},
         "its tally is missing"},
        {"sidecar",
         [](const Sweep &s) { fs::remove(s.out + "/model.topk.npz"); },
         {},
         "its first predictions are missing"},
        {"cut sidecar",
         [](const Sweep &s) { fs::resize_file(s.out + "/model.topk.npz", 10); },
         {},
         "the file of its first predictions has another size"},
        {"cut tally",
         [](const Sweep &s) { fs::resize_file(s.out + "/model.tally", 60); },
         {},
         "the tally is damaged or cut short"},
        {"cut record",
         [](const Sweep &s) { fs::resize_file(s.out + "/model.json", 100); },
         {},
         "its record cannot be read: "},
        {"edited record",
         [](const Sweep &s) {
             std::string text = ReadFile(s.out + "/model.json");
             text.replace(text.find("\"bytes\":48"), 10, "\"bytes\":49");
             std::ofstream(s.out + "/model.json") << text;
         },
         {},
         "the tally is not that of the record beside it"},
    };
    for (const Staleness &c : cases) {
        const Sweep sweep;
        ASSERT_EQ(sweep({sweep.logits}).exit_status, 0);
        c.change(sweep);
        Words options = c.options;
        options.push_back(sweep.logits);
        const ProgramResult redone = sweep(options);
        EXPECT_EQ(redone.exit_status, 0) << c.name << redone.err;
        EXPECT_NE(redone.err.find(std::string("(redone: ") + c.why), std::string::npos)
            << c.name << ": " << redone.err;
        const ProgramResult done = sweep(options);
        EXPECT_NE(done.err.find("0 models to score, 1 up to date"), std::string::npos)
            << c.name << ": " << done.err;
    }
}

// tar, cp -p and package managers give other files the same size and time.
TEST(SweepCommand, EqualSizeAndTimeAreNotTheSameFile)
{
    const Sweep sweep;
    const timespec times[2] = {{1, 7}, {1, 7}};
    const timespec later[2] = {{1, 8}, {1, 8}};
    fs::create_directory(sweep.folder.path("e1"));
    fs::create_directory(sweep.folder.path("e2"));
    const std::string first = sweep.folder.write("e1/model.npy", ReadFile(sweep.logits));
    const std::string second = sweep.write("e2/model.npy", kOther);
    for (const std::string &file : {first, second}) {
        ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    }
    ASSERT_EQ(sweep({first}).exit_status, 0);
    const std::string before = Untimed(ReadFile(sweep.out + "/model.json"));
    // the same file, however it is spelled
    fs::create_directory_symlink(sweep.folder.path("e1"), sweep.folder.path("link"));
    for (const char *spelled : {"e1/../e1/model.npy", "link/model.npy"}) {
        EXPECT_NE(sweep({sweep.folder.path(spelled)}).err.find("0 models to score"),
                  std::string::npos);
    }
    const ProgramResult other = sweep({second});
    EXPECT_NE(other.err.find("(redone: the input is another file)"), std::string::npos)
        << other.err;
    EXPECT_NE(Untimed(ReadFile(sweep.out + "/model.json")), before);
    // a nanosecond is another time
    ASSERT_EQ(utimensat(AT_FDCWD, second.c_str(), later, 0), 0);
    const ProgramResult touched = sweep({second});
    EXPECT_NE(touched.err.find("(redone: the input was modified)"), std::string::npos)
        << touched.err;
    // with a hash a copy is the same model
    ASSERT_EQ(sweep({"--hash", second}).exit_status, 0);
    const std::string copy = sweep.write("e1/model.npy", kOther);
    EXPECT_NE(sweep({"--hash", copy}).err.find("0 models to score, 1 up to date"),
              std::string::npos);
}

TEST(SweepCommand, WithAHashATouchedFileIsTheSame)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.logits}).exit_status, 0);
    const ProgramResult hashed = sweep({"--hash", sweep.logits});
    EXPECT_NE(hashed.err.find("(redone: the hash of its input is not known)"), std::string::npos)
        << hashed.err;
    EXPECT_EQ(sweep.record("model").text("input.hash").substr(0, 5), "xxh3:");
    fs::last_write_time(sweep.logits, fs::file_time_type::clock::now() + std::chrono::seconds(5));
    EXPECT_NE(sweep({"--hash", sweep.logits}).err.find("0 models to score, 1 up to date"),
              std::string::npos);
    sweep.write("model.npy", kOther);
    fs::last_write_time(sweep.logits, fs::file_time_type::clock::now() + std::chrono::seconds(9));
    EXPECT_NE(sweep({"--hash", sweep.logits}).err.find("(redone: the input was modified)"),
              std::string::npos);
}

TEST(SweepCommand, AFailedModelIsRecordedAndTheOthersGoOn)
{
    const Sweep sweep;
    const std::string bad =
        sweep.folder.write("bad.npy", Npy("'<f4'", "(4, 4)", std::string(64, 0)));
    const std::string gone = sweep.folder.path("gone.npy");
    const ProgramResult result = sweep({bad, gone, sweep.logits});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(Names(sweep.out), (Words{"bad.error.json", "gone.error.json", "model.json",
                                       "model.tally", "model.topk.npz"}));
    EXPECT_NE(result.err.find("failed:\n"), std::string::npos);
    EXPECT_NE(result.err.find("  bad: " + bad + ": 4 columns, but the labels have 3 classes"),
              std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find("  gone: " + gone + ": there is no such file"), std::string::npos);
    EXPECT_NE(result.err.find("2 of 3 models failed"), std::string::npos);
    const Record failure(ReadFile(sweep.out + "/gone.error.json"));
    EXPECT_EQ(failure.text("schema"), "reassess.error/1");
    EXPECT_EQ(failure.text("model"), "gone");
    EXPECT_EQ(failure.text("error.status"), "IO");
    EXPECT_EQ(failure.text("input.path"), gone);

    sweep.write("gone.npy", kOther);
    const ProgramResult mended = sweep({bad, gone, sweep.logits});
    EXPECT_EQ(mended.exit_status, 1);
    EXPECT_NE(mended.err.find("gone: ImageNet 75.00, ReaL 33.33 (redone: it failed before)"),
              std::string::npos)
        << mended.err;
    EXPECT_EQ(Names(sweep.out), (Words{"bad.error.json", "gone.json", "gone.tally", "gone.topk.npz",
                                       "model.json", "model.tally", "model.topk.npz"}));
}

TEST(SweepCommand, AVanishedInputLosesNoResult)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({sweep.logits}).exit_status, 0);
    const auto before = Contents(sweep.out);
    fs::remove(sweep.logits);
    const ProgramResult result = sweep({sweep.logits});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("model: " + sweep.logits + ": there is no such file; check the path"),
              std::string::npos)
        << result.err;
    auto after = Contents(sweep.out);
    EXPECT_EQ(after.erase("model.error.json"), 1u);
    EXPECT_EQ(after, before);
}

TEST(SweepCommand, TakesFoldersPatternsAndLists)
{
    const Sweep sweep;
    fs::create_directory(sweep.folder.path("in"));
    for (const char *name : {"in/b.npy", "in/a.npy"}) {
        sweep.write(name, kOther);
    }
    sweep.folder.write("in/notes.txt", "not a model");
    sweep.folder.write("in/.hidden.npy", "");
    ASSERT_EQ(sweep({sweep.folder.path("in")}).exit_status, 0);
    EXPECT_EQ(Names(sweep.out),
              (Words{"a.json", "a.tally", "a.topk.npz", "b.json", "b.tally", "b.topk.npz"}));
    const ProgramResult pattern = sweep({sweep.folder.path("in/[a-z].npy")});
    EXPECT_NE(pattern.err.find("0 models to score, 2 up to date"), std::string::npos);

    const std::string reversed = sweep.folder.write("reversed.txt", "3\n2\n1\n0\n");
    sweep.folder.write("raw 1.bin", Bytes<float>({3, 1, 2, 0, 1, 5}));
    sweep.folder.write("raw2.bin", Bytes<float>({1, 0, 0, 2, 2, 1}));
    const std::string list = sweep.folder.write(
        "list.txt", "# name, files, options\n\n"
                    "plain " +
                        sweep.logits +
                        "\n"
                        "turned " +
                        sweep.logits + " --order " + reversed +
                        "   # its rows\n"
                        "\"two/parts\" \"" +
                        sweep.folder.path("raw 1.bin") + "\" " + sweep.folder.path("raw2.bin") +
                        " --shape 0,3 --dtype f32");
    ASSERT_EQ(sweep({"--list", list}).exit_status, 0);
    EXPECT_EQ(sweep.record("plain").integer("metrics.real_top1.correct"), 3);
    EXPECT_EQ(sweep.record("turned").text("input.order"), reversed);
    EXPECT_EQ(sweep.record("turned").integer("metrics.imagenet_top1.correct"), 2);
    EXPECT_EQ(sweep.record("two_parts").text("model"), "two/parts");
    EXPECT_EQ(sweep.record("two_parts").integer("metrics.real_top1.correct"), 3);
    EXPECT_EQ(sweep.record("two_parts").text("input.format"), "raw");
}

TEST(SweepCommand, BadCallsAreRefusedBeforeAnythingIsWritten)
{
    const Sweep sweep;
    const std::string a = sweep.write("a.npy", kOther);
    const auto list = [&](const std::string &text) { return sweep.folder.write("list", text); };
    const std::pair<Words, std::string> cases[] = {
        {{}, "name the models: files, folders, or a --list"},
        {{"-"}, "a sweep cannot read standard input"},
        {{sweep.folder.path("x*.npy")}, "no model's file fits this"},
        {{a, a}, "two models would write the same files: \""},
        {{"--name", "x/y", "--name", "x_y", a, sweep.logits},
         "two models would write the same files: \"x/y\" and \"x_y\""},
        {{"--name", "x.error", a}, "it ends in .error, as the files about failed models do"},
        {{"--shard", "2/2", a}, "--shard 2/2: expected I/N with I from 0 to N - 1, as in 0/4"},
        {{"--row-range", "0:5", a}, "--row-range goes to row 5, but the labels have 4"},
        {{"--memory", "1M", a}, "--memory 1M: one model needs"},
    };
    for (const auto &[words, reason] : cases) {
        const ProgramResult result = sweep(words);
        EXPECT_EQ(result.exit_status, 2) << reason;
        EXPECT_NE(result.err.find(reason), std::string::npos) << reason << " / " << result.err;
    }
    const std::pair<std::string, std::string> lists[] = {
        {"m", "list: line 1: the model has no file"},
        {"\n\nm 'x.npy", "list: line 3: a quote is not closed"},
        {"m x.npy --topk 1", "list: line 1: --topk is not an option"},
        {"m x.npy --dtype f1", "list: line 1: --dtype f1: expected one of"},
        {"m x.npy --shape 3", "list: line 1: --shape 3: expected ROWS,COLUMNS"},
        {std::string("m\0x", 3), "list: this is no text: it holds a zero byte"},
    };
    for (const auto &[text, reason] : lists) {
        const ProgramResult result = sweep({"--list", list(text)});
        EXPECT_NE(result.exit_status, 0) << reason;
        EXPECT_NE(result.err.find(reason), std::string::npos) << reason << " / " << result.err;
    }
    EXPECT_TRUE(!fs::exists(sweep.out) || fs::is_empty(sweep.out));
    const ProgramResult no_out = RunProgram({RS_TEST_PROGRAM, "sweep", a});
    EXPECT_EQ(no_out.exit_status, 2);
    EXPECT_NE(no_out.err.find("no folder is named for the results; say --out DIR"),
              std::string::npos);
}

TEST(SweepCommand, ABadClassMapFailsItsModelsOnly)
{
    const Sweep sweep;
    const std::string list =
        sweep.folder.write("list", "good " + sweep.logits + "\nbad " + sweep.logits +
                                       " --class-map " + sweep.folder.path("none") + "\n");
    const ProgramResult result = sweep({"--list", list});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(Names(sweep.out),
              (Words{"bad.error.json", "good.json", "good.tally", "good.topk.npz"}));
}

TEST(SweepCommand, ShardsShareTheModels)
{
    const Sweep sweep;
    Words models;
    for (int i = 0; i < 7; ++i) {
        models.push_back(sweep.write("m" + std::to_string(i) + ".npy", kOther));
    }
    const auto run = [&](const Words &options, const Words &environment) {
        Words words = options;
        words.insert(words.end(), models.begin(), models.end());
        return sweep(words, environment);
    };
    ASSERT_EQ(run({"--shard", "1/3"}, {}).exit_status, 0);
    EXPECT_EQ(Names(sweep.out),
              (Words{"m1.json", "m1.tally", "m1.topk.npz", "m4.json", "m4.tally", "m4.topk.npz"}));
    // tasks 10, 12 and 14 of an array; more models than tasks
    const auto array = [](const std::string &id) {
        return Words{"SLURM_ARRAY_TASK_ID=" + id, "SLURM_ARRAY_TASK_MIN=10",
                     "SLURM_ARRAY_TASK_MAX=14", "SLURM_ARRAY_TASK_STEP=2",
                     "SLURM_ARRAY_TASK_COUNT=3"};
    };
    const ProgramResult task = run({}, array("14"));
    ASSERT_EQ(task.exit_status, 0);
    EXPECT_NE(task.err.find("task 2 of the 3 of this SLURM array: 2 of the 7 models are its share "
                            "(--shard 0/1 takes all)\n"),
              std::string::npos)
        << task.err;
    EXPECT_EQ(Names(sweep.out).size(), 12u);
    EXPECT_TRUE(fs::exists(sweep.out + "/m2.json") && fs::exists(sweep.out + "/m5.json"));
    ASSERT_EQ(run({}, array("10")).exit_status, 0);
    EXPECT_EQ(Names(sweep.out).size(), 21u);
    // by hand goes before the array
    const ProgramResult all = run({"--shard", "0/1"}, array("12"));
    EXPECT_NE(all.err.find("0 models to score, 7 up to date"), std::string::npos);

    Words irregular = array("13");
    const ProgramResult refused = run({}, irregular);
    EXPECT_EQ(refused.exit_status, 2);
    EXPECT_NE(refused.err.find("task 13 is not one of a regular SLURM array (3 tasks from 10 to 14 "
                               "in steps of 2)"),
              std::string::npos)
        << refused.err;
    irregular[4] = "SLURM_ARRAY_TASK_COUNT=2"; // --array=10,14 has such numbers
    EXPECT_EQ(run({}, irregular).exit_status, 2);
    const ProgramResult lacking = run({}, {"SLURM_ARRAY_TASK_ID=1"});
    EXPECT_NE(lacking.err.find("SLURM_ARRAY_TASK_MIN is not set"), std::string::npos);
}

// One model a task is scored in whichever task; what would leave a task without one is refused.
TEST(SweepCommand, AnArrayWrittenByHandNamesItsModels)
{
    const Sweep sweep;
    const Words task = {"SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_MAX=7",
                        "SLURM_ARRAY_TASK_STEP=1", "SLURM_ARRAY_TASK_COUNT=8"};
    ASSERT_EQ(sweep({sweep.logits}, task).exit_status, 0);
    EXPECT_EQ(sweep.record("model").number("metrics.imagenet_top1.correct"), 1);
    const std::string other = sweep.write("other.npy", kOther);
    const ProgramResult two = sweep({sweep.logits, other}, task);
    EXPECT_EQ(two.exit_status, 2);
    EXPECT_NE(two.err.find("2 models cannot be divided among the 8 tasks of this SLURM array: some "
                           "would have none; say --shard 0/1 where each task names models of its"),
              std::string::npos)
        << two.err;
    EXPECT_EQ(sweep({"--shard", "0/1", sweep.logits, other}, task).exit_status, 0);
    EXPECT_TRUE(fs::exists(sweep.out + "/other.json"));
}

TEST(SweepCommand, PartsOfAnInputHaveTheirRowsInTheirNames)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({"--row-range", "0:3", sweep.logits}).exit_status, 0);
    ASSERT_EQ(sweep({"--row-range", "3:4", sweep.logits}).exit_status, 0);
    EXPECT_EQ(Names(sweep.out),
              (Words{"model.rows0-3.json", "model.rows0-3.tally", "model.rows0-3.topk.npz",
                     "model.rows3-4.json", "model.rows3-4.tally", "model.rows3-4.topk.npz"}));
    EXPECT_EQ(sweep.record("model.rows0-3").text("model"), "model");
    EXPECT_EQ(sweep.record("model.rows0-3").integer("input.rows"), 3);
}

TEST(SweepCommand, AFolderThatCannotBeWrittenIsFoundBeforeScoring)
{
    const Sweep sweep;
    const std::string file = sweep.folder.write("file", "");
    for (const auto &[out, reason] : std::vector<std::pair<std::string, std::string>>{
             {file, "this is no folder; name a folder with --out"},
             {sweep.folder.path("none/out"), "the folder that it is to be in does not exist"},
             {"/proc/self", "cannot write results into it: "},
         }) {
        const ProgramResult result = sweep({"--out", out, sweep.logits});
        EXPECT_EQ(result.exit_status, 1) << out;
        EXPECT_NE(result.err.find(reason), std::string::npos) << result.err;
        EXPECT_EQ(result.err.find("models to score"), std::string::npos);
    }
}

} // namespace
