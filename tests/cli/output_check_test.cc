// What may not be written over: inputs, models' and labels' files, and other outputs.
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/every_command.h"

namespace {

// The command refuses, says so, and the file is what it was.
void ExpectRefused(const ProgramResult &result, const std::string &path, const std::string &before,
                   const std::string &word)
{
    EXPECT_EQ(result.exit_status, 2) << result.err;
    EXPECT_EQ(result.err.find("reassess: " + path + ": "), 0u) << result.err;
    EXPECT_NE(result.err.find(word), std::string::npos) << result.err;
    EXPECT_EQ(ReadFile(path), before);
}

// Every output of every command: it is asked before the command is.
TEST(OutputCheck, no_output_of_any_command_takes_the_place_of_a_model)
{
    const SmallTask task;
    const std::string before = ReadFile(task.logits);
    int outputs = 0;
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        for (int id = 0; id < RS_OPTIONS; ++id) {
            const rs_option &option = rs_options[id];
            const bool own = rs_commands[c].bit == RS_CMD_SYNTH; // it makes models
            if (own || option.path != RS_PATH_WRITES ||
                (option.commands & rs_commands[c].bit) == 0) {
                continue;
            }
            ExpectRefused(RunProgram({RS_TEST_PROGRAM, rs_commands[c].name,
                                      std::string("--") + option.name, task.logits}),
                          task.logits, before, "begins as models' files do");
            ++outputs;
        }
    }
    EXPECT_GT(outputs, 25);
}

TEST(OutputCheck, what_begins_as_a_model_or_a_label_file)
{
    const SmallTask task;
    const std::string header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}}";
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"PK\x03\x04 and more of an archive", "models' files"},
        {Bytes<uint64_t>({header.size()}) + header + "1234", "models' files"},
        {"file_name,predicted_class,predicted_probability\na,1,1\n", "models' files"},
        {"[[0], [2, 1], [], [0]]", "label files"},
        {" [ [0],\n[1]]", "label files"},
        {"{\"a.png\" : [0, 1]}", "label files"},
        {"65\n970\n", "label files"},
        {"65", "label files"},
        {"a.png 3\r\nb.png 4\r\n", "label files"},
        {"n01440764\nn01443537\n", "label files"},
    };
    for (const auto &[content, word] : cases) {
        const std::string path = task.folder.write("there", content);
        ExpectRefused(task.eval({"-q", "--json", path, task.logits}), path, content, word);
    }
}

TEST(OutputCheck, outputs_of_earlier_runs_are_replaced)
{
    const SmallTask task;
    const std::vector<std::string> options = {"--json", "--per-class", "--per-row", "--confusions"};
    std::vector<std::string> arguments = {"-q", "--keep-topk", "2",
                                          "--keep-dir", task.folder.path(), task.logits};
    for (const std::string &option : options) {
        arguments.insert(arguments.end(), {option, task.folder.path(option)});
    }
    for (int run = 0; run < 2; ++run) {
        const ProgramResult result = task.eval(arguments);
        EXPECT_EQ(result.exit_status, 0) << result.err;
    }
    for (const char *old : {"", "model,class,name\n", "n0144\n", "1 2 3 a\n", "a 1 2,\n",
                            "{\"a\": 1}", "[1, 2]", "nothing of all this"}) {
        const std::string path = task.folder.write("j", old);
        EXPECT_EQ(task.eval({"-q", "--json", path, task.logits}).exit_status, 0) << old;
    }
    const std::string out = task.folder.path("made.npy");
    for (int run = 0; run < 2; ++run) {
        EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "synth", "logits", "--labels", task.labels,
                              "--classes", "3", "-q", "-o", out})
                      .exit_status,
                  0);
    }
}

// Tables of ours have columns of names and classes, as tables of predictions have.
TEST(OutputCheck, every_command_replaces_its_own_files)
{
    const EveryCommand all;
    int files = 0;
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        std::vector<std::string> line = all.line(rs_commands[c].name);
        for (const std::string &output : EveryCommand::Outputs(rs_commands[c])) {
            const std::string end = line[0] == "merge" ? ".csv" : "";
            line.insert(line.end(), {"--" + output, all.folder.path(line[0] + output + end)});
            ++files;
        }
        for (int run = 0; run < 2; ++run) {
            const ProgramResult result = all.run(line);
            EXPECT_EQ(result.exit_status, 0) << line[0] << run << result.err;
        }
    }
    EXPECT_GT(files, 20);
}

// Words that an option takes in the place of a path, of which there may be a file.
TEST(OutputCheck, words_of_options_are_no_files)
{
    const SmallTask task;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(task.folder.path());
    for (const char *there : {"", "again"}) {
        for (const auto &[option, word] : {std::pair{"--order", "file"}, {"--slice", "labels"}}) {
            const ProgramResult result =
                task.eval({"-q", option, word, "--json", word, task.logits});
            EXPECT_EQ(result.exit_status, 0) << word << there << result.err;
            EXPECT_NE(ReadFile(task.folder.path(word)).find("\"real_top1\""), std::string::npos);
        }
    }
    std::filesystem::current_path(before);
}

// Also what no first bytes tell: raw numbers, names, lists. By whatever path.
TEST(OutputCheck, inputs_under_any_name)
{
    const SmallTask task;
    const std::string raw = task.folder.write("model.f32", SmallTask::Payload());
    const std::string names = task.folder.write("names.txt", "one word\ntwo words\nthree\n");
    const std::string before = SmallTask::Payload();
    ASSERT_EQ(symlink(raw.c_str(), task.folder.path("link").c_str()), 0);
    ASSERT_EQ(link(raw.c_str(), task.folder.path("hard").c_str()), 0);
    ASSERT_EQ(symlink(task.folder.path().c_str(), task.folder.path("round").c_str()), 0);
    for (const char *spelled : {"model.f32", "./model.f32", "link", "hard", "round/model.f32"}) {
        const std::string path = task.folder.path(spelled);
        ExpectRefused(task.eval({"-q", "--shape", "4,3", "--dtype", "f32", "--per-row", path, raw}),
                      path, before, "--per-row would replace this, which the command reads");
    }
    ExpectRefused(task.eval({"-q", "--names", names, "--json", names, task.logits}), names,
                  ReadFile(names), "which the command reads");
}

// What no argument names as it is.
TEST(OutputCheck, inputs_that_are_derived)
{
    const SmallTask task;
    const std::string classes = task.folder.write("a.classes", "x");
    const std::string scores = task.folder.write("a.scores", "numbers");
    ExpectRefused(task.eval({"-q", "--pred-scores", "classes=scores", "--json", scores, classes}),
                  scores, "numbers", "which the command reads");
    const std::string head = task.folder.write("head", "weights");
    const std::string bias = task.folder.write("bias", "numbers");
    ExpectRefused(task.eval({"-q", "--features", task.logits, "--head", head + "#fc," + bias,
                             "--json", head}),
                  head, "weights", "which the command reads");
    ExpectRefused(task.eval({"-q", "--features", task.logits, "--head", head + "#fc," + bias,
                             "--json", bias}),
                  bias, "numbers", "which the command reads");
}

// "reassess eval a.npy >> a.npy": the table, and what "-" names.
TEST(OutputCheck, standard_output_at_the_end_of_an_input)
{
    const SmallTask task;
    const std::string before = ReadFile(task.logits);
    const std::string labels = ReadFile(task.labels);
    for (const auto &[to, more] : std::vector<std::pair<std::string, std::string>>{
             {task.logits, ""}, {task.logits, "--json -"}, {task.labels, "--per-class -"}}) {
        const ProgramResult result =
            RunProgram({"bash", "-c",
                        std::string("exec ") + RS_TEST_PROGRAM + " eval --real " + task.real +
                            " --labels " + task.labels + " " + more + " " + task.logits + " >> " +
                            to});
        EXPECT_EQ(result.exit_status, 2) << more;
        EXPECT_EQ(result.err, "reassess: standard output: this goes to a file that the command "
                              "reads; send it to another file\n");
    }
    EXPECT_EQ(ReadFile(task.logits), before);
    EXPECT_EQ(ReadFile(task.labels), labels);
}

// The table is one of the outputs: all or none. Who stops reading it wants the files all the same.
TEST(OutputCheck, a_table_on_a_full_disk_keeps_old_files)
{
    if (!std::filesystem::exists("/dev/full")) {
        GTEST_SKIP() << "there is no /dev/full here";
    }
    const EveryCommand all;
    const std::string old = all.folder.write("old.csv", "an earlier one\n");
    const std::string run = std::string("exec ") + RS_TEST_PROGRAM + " compare --real " + all.real +
                            " --labels " + all.labels + " " + all.one + " " + all.two + " -o " +
                            old;
    const ProgramResult full = RunProgram({"bash", "-c", run + " >/dev/full"});
    EXPECT_EQ(full.exit_status, 1);
    EXPECT_EQ(full.err, "reassess: standard output cannot be written\n");
    EXPECT_EQ(ReadFile(old), "an earlier one\n");
    const ProgramResult unread = RunProgram({"bash", "-c", "(" + run + ") | true"});
    EXPECT_EQ(unread.err, "");
    EXPECT_EQ(ReadFile(old).compare(0, 12, "model,other,"), 0) << ReadFile(old);
}

TEST(OutputCheck, files_of_the_label_folder)
{
    const TemporaryFolder folder;
    folder.write("real.json", "[[0]]");
    folder.write("original.txt", "0\n");
    const std::string names = folder.write("names.txt", "a name of a class\n");
    ExpectRefused(RunProgram({RS_TEST_PROGRAM, "labels", "--per-class", names}, "",
                             {"REASSESS_LABELS=" + folder.path()}),
                  names, "a name of a class\n", "which the command reads");
}

TEST(OutputCheck, records_in_a_folder_of_results)
{
    const SmallTask task;
    const std::string results = task.folder.path("results");
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--real", task.real, "--labels",
                          task.labels, "--out", results, task.logits})
                  .exit_status,
              0);
    for (const char *name : {"/model.json", "/model.tally"}) {
        ExpectRefused(RunProgram({RS_TEST_PROGRAM, "merge", results, "-o", results + name}),
                      results + name, ReadFile(results + name), "which the command reads");
    }
    for (int run = 0; run < 2; ++run) {
        EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "merge", "-q", results, "-o", results + "/all.csv"})
                      .exit_status,
                  0);
    }
}

// Names that are made, of inputs that only a list names.
TEST(OutputCheck, results_of_a_sweep_replace_no_input)
{
    const SmallTask task;
    const std::string kept = task.folder.path("a.topk.npz");
    ASSERT_EQ(task.eval({"-q", "--keep-topk", "2", "--keep-dir", task.folder.path(), "--name", "b",
                         task.logits})
                  .exit_status,
              0);
    ASSERT_EQ(rename(task.folder.path("b.top2.npz").c_str(), kept.c_str()), 0);
    const std::string map = task.folder.write("m.json", "0\n1\n2\n");
    const std::string labels = task.folder.write("y.json", "0\n1\n2\n2\n");
    const auto sweep = [&](const std::vector<std::string> &more) {
        std::vector<std::string> line = {RS_TEST_PROGRAM, "sweep",     "-q",
                                         "--real",        task.real,   "--labels",
                                         labels,          "--out",     task.folder.path()};
        line.insert(line.end(), more.begin(), more.end());
        return RunProgram(line, "", {"REASSESS_LABELS=" + task.folder.path()});
    };
    const auto list = [&](const std::string &lines) { return task.folder.write("list", lines); };
    const std::string word = "a result in --out would replace this";
    ExpectRefused(sweep({"--name", "a", kept}), kept, ReadFile(kept), word);
    ExpectRefused(sweep({"--list", list("a " + kept + "\n")}), kept, ReadFile(kept), word);
    ExpectRefused(sweep({"--list", list("m --class-map " + map + " " + task.logits + "\n")}), map,
                  ReadFile(map), word);
    ExpectRefused(sweep({"--name", "y", task.logits}), labels, ReadFile(labels), word);
    ExpectRefused(sweep({"--name", "real", task.logits}), task.real, ReadFile(task.real), word);
    EXPECT_EQ(sweep({"--name", "c", task.logits}).exit_status, 0);
    EXPECT_EQ(sweep({"--name", "c", task.logits}).exit_status, 0); // its own, again
}

TEST(OutputCheck, made_up_labels_replace_no_real_ones)
{
    for (const char *name : {"real.json", "original.txt", "names.txt"}) {
        const TemporaryFolder folder;
        const std::string there = folder.write(name, "[[0]]");
        ExpectRefused(RunProgram({RS_TEST_PROGRAM, "synth", "labels", "--shape", "4,3", "-o",
                                  folder.path()}),
                      folder.path() + "/" + name, "[[0]]", "made-up labels would replace this");
        EXPECT_EQ(ReadFile(there), "[[0]]");
    }
}

TEST(OutputCheck, two_outputs_of_one_name)
{
    const SmallTask task;
    ASSERT_EQ(symlink(task.folder.path().c_str(), task.folder.path("round").c_str()), 0);
    const std::string path = task.folder.path("out");
    for (const char *other : {"out", "./out", "round/out"}) {
        const ProgramResult result = task.eval(
            {"-q", "--json", path, "--per-class", task.folder.path(other), task.logits});
        EXPECT_EQ(result.exit_status, 2);
        EXPECT_NE(result.err.find("--json and --per-class name the same file"), std::string::npos)
            << result.err;
        EXPECT_NE(access(path.c_str(), F_OK), 0);
    }
    const ProgramResult both = task.eval({"--json", "-", "--per-class", "-", task.logits});
    EXPECT_EQ(both.exit_status, 2);
    EXPECT_NE(both.err.find("both go to standard output"), std::string::npos) << both.err;
    const ProgramResult nowhere =
        task.eval({"-q", "--json", "/dev/null", "--per-class", "/dev/null", task.logits});
    EXPECT_EQ(nowhere.exit_status, 0) << nowhere.err;
}

// Output number `lost` goes where no file can be; beyond the last, all are made.
void ExpectAllOrNone(const EveryCommand &all, const std::vector<std::string> &line,
                     const std::vector<std::string> &outputs, size_t lost)
{
    const bool whole = lost == outputs.size();
    const std::string end = line[0] == "merge" ? ".csv" : "";
    std::vector<std::string> arguments = line;
    for (size_t i = 0; i < outputs.size(); ++i) {
        arguments.push_back("--" + outputs[i]);
        arguments.push_back(i == lost ? all.folder.path("nowhere/file" + end)
                                      : all.folder.write(outputs[i] + end, "old"));
    }
    const ProgramResult result = all.run(arguments);
    EXPECT_EQ(result.exit_status, whole ? 0 : 1) << line[0] << result.err;
    for (size_t i = 0; i < outputs.size(); ++i) {
        if (i != lost) {
            EXPECT_EQ(ReadFile(all.folder.path(outputs[i] + end)) == "old", !whole)
                << line[0] << " --" << outputs[i];
        }
    }
}

// Whichever of the files of a command cannot be made: the others are as they were.
TEST(Outputs, of_every_command_appear_all_or_none)
{
    const EveryCommand all;
    int several = 0;
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        const std::vector<std::string> line = all.line(rs_commands[c].name);
        const std::vector<std::string> outputs = EveryCommand::Outputs(rs_commands[c]);
        ASSERT_FALSE(line.empty()) << "a line for it is missing: " << rs_commands[c].name;
        for (size_t lost = 0; lost <= outputs.size() && outputs.size() > 1; ++lost) {
            ExpectAllOrNone(all, line, outputs, lost);
            ++several;
        }
    }
    const std::vector<std::string> asked = {"json", "output", "html"};
    for (size_t lost = 0; lost <= asked.size(); ++lost) {
        ExpectAllOrNone(all, all.line("propose --ask"), asked, lost);
    }
    EXPECT_GT(several, 25);
}

// So are kept predictions of a model and the results of merge --out.
TEST(Outputs, of_folders_wait_too)
{
    const EveryCommand all;
    const std::string kept = all.folder.path("kept");
    ASSERT_EQ(mkdir(kept.c_str(), 0700), 0);
    std::vector<std::string> line = all.line("eval");
    line.insert(line.end(), {"--keep-topk", "2", "--keep-dir", kept, "--name", "a", "--name",
                             std::string(300, 'b'), "--json", all.folder.write("j", "old")});
    const ProgramResult result = all.run(line);
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("File name too long"), std::string::npos) << result.err;
    EXPECT_TRUE(std::filesystem::is_empty(kept));
    EXPECT_EQ(ReadFile(all.folder.path("j")), "old");

    const std::string joined = all.folder.path("joined");
    const std::string csv = all.folder.write("m.csv", "old");
    ASSERT_EQ(mkdir(joined.c_str(), 0700), 0);
    ASSERT_EQ(mkdir((joined + "/two.json").c_str(), 0700), 0); // in the place of a result
    EXPECT_EQ(all.run({"merge", all.results, "--out", joined, "-o", csv}).exit_status, 1);
    EXPECT_EQ(ReadFile(csv), "old");
}

// A disk that fills up at the second file leaves the first as it was.
TEST(Outputs, of_a_command_appear_all_or_none)
{
    const SmallTask task;
    std::string far = task.folder.path(); // a long path makes a long record
    for (int i = 0; i < 50; ++i) {
        far += "/.";
    }
    const std::string given = " --real " + far + "/real.json --labels " + task.labels;
    const std::string small = task.folder.path("small"), large = task.folder.path("large");
    const std::string points = task.folder.write(
        "points.csv", "model,imagenet_top1,real_top1\na,70,75\nb,72,78\nc,75,80\nd,78,83\n");
    for (const std::string &command :
         {" labels -q --per-class " + small + " --json " + large + given,
          " compare -q --agreement " + small + " --json " + large + given + " " + task.logits +
              " " + task.logits,
          " trend -q --bootstrap 0 -o " + small + " --json " + large + " " + points}) {
        task.folder.write("small", "old");
        task.folder.write("large", "old");
        const ProgramResult result =
            RunProgram({"/bin/sh", "-c", std::string("ulimit -f 1; ") + RS_TEST_PROGRAM + command});
        EXPECT_EQ(result.exit_status, 1) << command << result.err;
        EXPECT_NE(result.err.find(large + ": byte"), std::string::npos) << command << result.err;
        EXPECT_EQ(ReadFile(small), "old") << command;
        EXPECT_EQ(ReadFile(large), "old") << command;
    }
}

TEST(OutputCheck, kept_predictions_are_no_input_and_no_other_model)
{
    const SmallTask task;
    const std::string kept = task.folder.path("a.top2.npz");
    const std::vector<std::string> keep = {"-q",     "--keep-topk", "2", "--keep-dir",
                                           task.folder.path(), "--name",      "a"};
    std::vector<std::string> arguments = keep;
    arguments.push_back(task.logits);
    ASSERT_EQ(task.eval(arguments).exit_status, 0);
    arguments.back() = kept;
    ExpectRefused(task.eval(arguments), kept, ReadFile(kept), "which the command reads");
    arguments.insert(arguments.end(), {"--name", "a", task.logits});
    arguments[arguments.size() - 4] = task.logits;
    ExpectRefused(task.eval(arguments), kept, ReadFile(kept), "two models");
    arguments = keep;
    arguments.insert(arguments.end(), {"--json", kept, task.logits});
    ExpectRefused(task.eval(arguments), kept, ReadFile(kept), "models' files");
}

} // namespace
