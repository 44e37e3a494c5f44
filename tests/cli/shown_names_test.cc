// Hostile names on their way to people and programs.
#include <sys/stat.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "cli/every_command.h"
#include "support/records.h"

namespace {

const std::string escape = "\x1b[31m";
const std::string csi = "\u009b31m";
const std::string hostile = "a" + escape + "\nreassess: all is well" + csi + "\u202e";

// No byte of it is obeyed by a terminal.
void ExpectPlain(const std::string &text)
{
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_EQ(text.find("\u009b"), std::string::npos) << text;
    EXPECT_EQ(text.find("\u202e"), std::string::npos) << text;
    EXPECT_EQ(text.find("\nreassess: all is well"), std::string::npos) << text;
}

TEST(ShownNames, tensors_in_errors)
{
    const SmallTask task;
    std::string header = "{\"a\\u001b[31m\":{\"dtype\":\"F32\",\"shape\":[4,3],\"data_offsets\":[0,"
                         "48]},\"b\\nreassess: all is well\":{\"dtype\":\"F32\",\"shape\":[4,3],"
                         "\"data_offsets\":[48,96]}}";
    const std::string path = task.folder.write("m.safetensors", Bytes<uint64_t>({header.size()}) +
                                                                    header + std::string(96, '\0'));
    const ProgramResult result = task.eval({"-q", path});
    EXPECT_NE(result.exit_status, 0);
    ExpectPlain(result.err);
    EXPECT_NE(result.err.find("a\\x1b[31m"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("b\\nreassess: all is well"), std::string::npos) << result.err;
}

TEST(ShownNames, paths_in_tables_warnings_and_errors)
{
    const SmallTask task;
    const std::string path = task.folder.write(hostile + ".npy", ReadFile(task.logits));
    const std::string other = task.folder.write(hostile + "2.npy", ReadFile(task.logits));
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{path}, {path, other}, {path + "x"}}) {
        const ProgramResult result = task.eval(arguments);
        ExpectPlain(result.out);
        ExpectPlain(result.err);
    }
    const ProgramResult failed = task.eval({path + "x"});
    EXPECT_NE(
        failed.err.find("\\x1b[31m\\nreassess: all is well\\x9b31m\\u202e.npyx: no such file"),
        std::string::npos)
        << failed.err;
}

TEST(ShownNames, sweeps_on_a_terminal_and_not)
{
    const SmallTask task;
    const std::string path = task.folder.write(hostile + ".npy", ReadFile(task.logits));
    const std::string bad = task.folder.write(hostile + "bad.npy", "no array");
    const std::vector<std::string> command = {RS_TEST_PROGRAM,
                                              "sweep",
                                              "--real",
                                              task.real,
                                              "--labels",
                                              task.labels,
                                              "--out",
                                              task.folder.path("results"),
                                              path,
                                              bad};
    const ProgramResult swept = RunProgram(command);
    ExpectPlain(swept.err);
    EXPECT_NE(swept.err.find("failed"), std::string::npos) << swept.err;
    const ProgramResult merged =
        RunProgram({RS_TEST_PROGRAM, "merge", task.folder.path("results")});
    EXPECT_EQ(merged.exit_status, 0) << merged.err;
    ExpectPlain(merged.out);
    ExpectPlain(merged.err);
    const std::string terminal = RunOnTerminal(command).err;
    EXPECT_EQ(terminal.find(escape), std::string::npos) << terminal; // the line's own is another
    EXPECT_EQ(terminal.find(csi), std::string::npos) << terminal;
}

TEST(ShownNames, no_utf8_in_a_path_is_utf8_in_json)
{
    const SmallTask task;
    const std::string path = task.folder.write("mod\xe8le.npy", ReadFile(task.logits));
    const ProgramResult result = task.eval({"-q", "--json", "-", path});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Record record(SplitLines(result.out)[0]);
    EXPECT_EQ(record.text("model"), "mod\\xe8le");
    EXPECT_NE(record.text("input.path").find("mod\ufffdle.npy"), std::string::npos);
    EXPECT_EQ(result.out.find('\xe8'), std::string::npos);
}

TEST(ShownNames, formulas_in_csv_are_text_and_come_back)
{
    const SmallTask task;
    const std::string results = task.folder.path("results");
    const std::string list = task.folder.write(
        "list", "\"=cmd()\" " + task.logits + "\n@b " + task.logits + "\nc " + task.logits + "\n");
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--real", task.real, "--labels",
                          task.labels, "--out", results, "--list", list})
                  .exit_status,
              0);
    const std::string csv = task.folder.path("all.csv");
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "merge", "-q", results, "-o", csv}).exit_status, 0);
    const std::string text = ReadFile(csv);
    EXPECT_NE(text.find("\n'=cmd(),"), std::string::npos) << text;
    EXPECT_NE(text.find("\n'@b,"), std::string::npos) << text;
    EXPECT_NE(text.find("\nc,"), std::string::npos) << text;
    const ProgramResult trend =
        RunProgram({RS_TEST_PROGRAM, "trend", "--bootstrap", "0", "-o", "-", csv});
    EXPECT_NE(trend.out.find("\n'=cmd(),"), std::string::npos) << trend.out << trend.err;
}

TEST(ShownNames, a_record_with_a_hidden_name_is_refused)
{
    const SmallTask task;
    const std::string results = task.folder.path("results");
    ASSERT_EQ(RunProgram({RS_TEST_PROGRAM, "sweep", "-q", "--real", task.real, "--labels",
                          task.labels, "--out", results, task.logits})
                  .exit_status,
              0);
    std::string record = ReadFile(results + "/model.json");
    record.replace(record.find("\"model\":\"model\""), 15, "\"model\":\"a\\nb\\u009b\"");
    task.folder.write("results/model.json", record);
    const ProgramResult merged = RunProgram({RS_TEST_PROGRAM, "merge", results});
    EXPECT_EQ(merged.exit_status, 1);
    EXPECT_NE(merged.err.find("model holds a control character"), std::string::npos) << merged.err;
}

// Everything that every command says and writes about files whose every name is hostile.
TEST(ShownNames, of_every_command_in_every_medium)
{
    const std::string mark = "h" + escape + csi + "\u202e\x07\x7f<b>&";
    const EveryCommand all(mark, "h" + csi + "\u202e<b>&"); // other controls are no class names
    int files = 0;
    const auto path_of = [&](const std::string &command, const std::string &output) {
        return all.folder.path(command + "_" + output + ".csv");
    };
    const auto look = [&](std::vector<std::string> line, const std::vector<std::string> &outputs) {
        for (const std::string &output : outputs) {
            line.insert(line.end(), {"--" + output, path_of(line[0], output)});
        }
        const ProgramResult result = all.run(line);
        EXPECT_EQ(result.exit_status, 0) << line[0] << result.err;
        ExpectPlain(result.out);
        ExpectPlain(result.err);
        for (const std::string &output : outputs) {
            const std::string text = ReadFile(path_of(line[0], output));
            if (text.rfind("PK", 0) == 0 || text.rfind("\x93NUMPY", 0) == 0) {
                continue; // no text
            }
            if (line[0] == "clean" && output == "output") {
                EXPECT_NE(text.find(mark), std::string::npos); // files to be opened by these names
                continue;
            }
            for (const char hidden : {'\x1b', '\x07', '\x7f'}) {
                EXPECT_EQ(text.find(hidden), std::string::npos) << line[0] << " --" << output;
            }
            const bool is_markup = output == "html" || output == "svg" || line[0] == "report";
            EXPECT_FALSE(is_markup && text.find("<b>&") != std::string::npos)
                << line[0] << " --" << output;
            ++files;
        }
    };
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        look(all.line(rs_commands[c].name), EveryCommand::Outputs(rs_commands[c]));
    }
    look(all.line("propose --ask"), {"json", "output", "html"});
    EXPECT_GT(files, 20);
}

// Paths may hold line ends, which tables hold too: no path of what a command reads or writes makes
// a line of its own, in any format.
TEST(ShownNames, of_paths_in_tables_make_no_lines)
{
    const EveryCommand all("", "", "a\nreassess: all is well");
    const std::string column =
        all.folder.write("by.csv", "model,imagenet_top1,real_top1,\"g\nreassess: all is well\"\n"
                                   "a,70,75,x\nb,72,78,x\nc,75,80,y\nd,78,83,y\ne,79,85,z\n");
    const std::string list = all.folder.write("of\nreassess: all is well", "0\n1\n2\n");
    std::vector<std::vector<std::string>> lines = {
        all.line("propose --ask"),
        {"trend", "--real", "none", "--bootstrap", "0", "--group", "g\nreassess: all is well",
         column},
        {"eval", "--real", all.real, "--labels", all.labels, "--subset", list, all.one},
        {"propose", "--labels", all.labels, "--files", all.files, "--names", all.names, "--golden",
         all.folder.write("l\nreassess: all is well.json", "{\"a.png\": [0], \"b.png\": [2]}"),
         all.one, all.two},
        {"sweep", "--slurm", "2", "--dry-run", "--real", all.real, "--labels", all.labels, "--out",
         all.folder.path("o\nreassess: all is well"), all.one},
    };
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        lines.push_back(all.line(rs_commands[c].name));
    }
    for (const std::vector<std::string> &line : lines) {
        for (const char *format : {"", "table", "md", "latex"}) {
            std::vector<std::string> with = line;
            if (*format != '\0') {
                with.insert(with.begin() + 1, {"--format", format});
            }
            const ProgramResult result = all.run(with);
            if (*format != '\0' && result.exit_status == 2) {
                continue; // it has no tables
            }
            EXPECT_EQ(result.exit_status, 0) << line[0] << result.err;
            ExpectPlain(result.out);
            ExpectPlain(result.err);
        }
    }
    const std::string folder = all.folder.path("l\nreassess: all is well");
    std::filesystem::create_directory(folder);
    const ProgramResult info =
        RunProgram({RS_TEST_PROGRAM, "info"}, "", {"REASSESS_LABELS=" + folder});
    ExpectPlain(info.out);
    EXPECT_NE(info.out.find("/l\\nreassess: all is well"), std::string::npos) << info.out;
}

// What a command prints, without what differs from run to run.
std::string Printed(const EveryCommand &all, const std::string &command)
{
    std::vector<std::string> line = all.line(command);
    const ProgramResult result = all.run(line);
    EXPECT_EQ(result.exit_status, 0) << command << result.err;
    const std::string folder = std::regex_replace(result.out, std::regex(all.folder.path()), "F");
    return std::regex_replace(folder, std::regex("[0-9.]+ (ms|s|MB|GB|GB/s|images/s)\\b"), "# $1");
}

// Tables are aligned by what a terminal shows: a name as wide as another one, though of other bytes
// and characters, gives the same page.
TEST(ShownNames, columns_follow_the_width_of_names)
{
    const std::string mark = "\u4e2de\u0301\U0001f600";
    const std::string as_wide = "xxxxx";
    const EveryCommand wide(mark, mark);
    const EveryCommand plain(as_wide, as_wide);
    int named = 0;
    for (size_t c = 0; c <= RS_COMMANDS; ++c) {
        const std::string command = c < RS_COMMANDS ? rs_commands[c].name : "propose --ask";
        if (command == "info" || command == "help") {
            continue;
        }
        const std::string page = Printed(wide, command);
        named += page.find(mark) != std::string::npos;
        EXPECT_EQ(std::regex_replace(page, std::regex(mark), as_wide), Printed(plain, command))
            << command;
    }
    EXPECT_GE(named, 9); // eval, compare, merge, trend, mistakes, propose, aggregate, curve, labels
}

} // namespace
