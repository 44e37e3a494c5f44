// Help, man page and completion all come from the option table and must hold every option.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "cli/every_command.h"
#include "support/program.h"

extern "C" {
#include "cli/options.h"
}

namespace {

TEST(Help, every_option_of_a_command_with_its_help_and_no_other)
{
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        const rs_command &command = rs_commands[i];
        SCOPED_TRACE(command.name);
        const ProgramResult by_flag = RunProgram({RS_TEST_PROGRAM, command.name, "--help"});
        const ProgramResult by_help = RunProgram({RS_TEST_PROGRAM, "help", command.name});
        EXPECT_EQ(by_flag.exit_status, 0);
        EXPECT_EQ(by_flag.out, by_help.out);
        EXPECT_EQ(by_flag.err, "");
        EXPECT_NE(by_flag.out.find("\nExamples:\n"), std::string::npos);
        for (int id = 0; id < RS_OPTIONS; ++id) {
            const std::string option = std::string("--") + rs_options[id].name + " ";
            const bool there = by_flag.out.find("  " + option) != std::string::npos ||
                               by_flag.out.find(", " + option) != std::string::npos;
            EXPECT_EQ(there, (rs_options[id].commands & command.bit) != 0) << option;
        }
    }
}

// The parts of an option's help, with the commands that each begins with: "!A,B> ", "A,B> ", or
// none.
struct HelpPart {
    bool others = false;
    std::vector<std::string> commands;
    std::string text;
};

std::vector<HelpPart> PartsOf(const rs_option &option)
{
    std::vector<HelpPart> parts;
    for (const std::string &line : SplitLines(option.help)) {
        HelpPart part{false, {}, line};
        std::smatch found;
        if (std::regex_match(line, found, std::regex("(!?)([a-z,]+)> (.*)"))) {
            part.others = found[1].length() > 0;
            part.text = found[3];
            const std::string names = found[2].str() + ",";
            for (size_t at = 0, comma; (comma = names.find(',', at)) != std::string::npos;
                 at = comma + 1) {
                part.commands.push_back(names.substr(at, comma - at));
            }
        }
        parts.push_back(part);
    }
    return parts;
}

TEST(Help, of_an_option_speaks_of_the_command_that_is_asked_for)
{
    size_t of_some = 0;
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option &option = rs_options[id];
        const std::vector<HelpPart> parts = PartsOf(option);
        for (size_t i = 0; i < RS_COMMANDS; ++i) {
            if ((option.commands & rs_commands[i].bit) == 0) {
                continue;
            }
            SCOPED_TRACE(std::string(option.name) + " of " + rs_commands[i].name);
            char help[RS_OPTION_HELP_BYTES];
            const std::string said = rs_option_help(&option, rs_commands[i].bit, help);
            EXPECT_FALSE(said.empty());
            EXPECT_LT(said.size() + 1, sizeof help); // nothing was left out for want of room
            EXPECT_EQ(said.find('>'), std::string::npos) << said;
            EXPECT_EQ(said.find('\n'), std::string::npos) << said;
            size_t bytes = 0;
            for (const HelpPart &part : parts) {
                const bool named = std::count(part.commands.begin(), part.commands.end(),
                                              rs_commands[i].name) > 0;
                const bool shown = part.commands.empty() || named != part.others;
                EXPECT_TRUE(!shown || said.find(part.text) != std::string::npos) << said;
                bytes += shown ? part.text.size() + 1 : 0;
                of_some += !shown;
            }
            EXPECT_GE(bytes, said.size()) << said;
            // no other command is spoken of as one of several that the text is for
            EXPECT_FALSE(std::regex_search(said, std::regex("\\b[Ww]ith (synth|run|fit|mistakes|"
                                                            "compare|merge|tasks|eval|sweep)\\b")))
                << said;
        }
        for (const HelpPart &part : parts) { // each name is a command that takes the option
            for (const std::string &name : part.commands) {
                bool takes = false;
                for (size_t i = 0; i < RS_COMMANDS; ++i) {
                    takes |= name == rs_commands[i].name &&
                             (option.commands & rs_commands[i].bit) != 0;
                }
                EXPECT_TRUE(takes) << option.name << ": " << name;
            }
        }
    }
    EXPECT_GT(of_some, 50u);
    const std::string run = RunProgram({RS_TEST_PROGRAM, "help", "run"}).out;
    const std::string eval = RunProgram({RS_TEST_PROGRAM, "help", "eval"}).out;
    EXPECT_NE(run.find("autocast"), std::string::npos);
    EXPECT_EQ(eval.find("autocast"), std::string::npos);
    const std::string man = RunProgram({RS_TEST_PROGRAM, "help", "man"}).out;
    EXPECT_EQ(man.find("!run"), std::string::npos);
    for (const char *shell : {"zsh", "fish"}) {
        const std::string words = RunProgram({RS_TEST_PROGRAM, "help", "completion", shell}).out;
        EXPECT_EQ(words.find("!run"), std::string::npos) << shell;
        EXPECT_EQ(words.find("synth> "), std::string::npos) << shell;
    }
}

TEST(Help, fits_a_terminal)
{
    for (const char *name : {"eval", "labels", "synth", "mistakes", "clean", "info", "help"}) {
        const ProgramResult result = RunProgram({RS_TEST_PROGRAM, "help", name});
        const std::string options = result.out.substr(0, result.out.find("\nExamples:"));
        for (const std::string &line : SplitLines(options)) {
            EXPECT_LE(line.size(), 80u) << line;
        }
    }
}

TEST(Help, overview_lists_every_command)
{
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{"--help"}, {"-h"}, {"help"}}) {
        std::vector<std::string> command = {RS_TEST_PROGRAM};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const ProgramResult result = RunProgram(command);
        EXPECT_EQ(result.exit_status, 0);
        for (size_t i = 0; i < RS_COMMANDS; ++i) {
            EXPECT_NE(result.out.find(std::string("\n  ") + rs_commands[i].name + " "),
                      std::string::npos);
        }
    }
}

TEST(Help, man_page_and_completion_hold_every_option)
{
    const ProgramResult man = RunProgram({RS_TEST_PROGRAM, "help", "man"});
    const ProgramResult completion = RunProgram({RS_TEST_PROGRAM, "help", "completion"});
    EXPECT_EQ(man.out.rfind(".TH REASSESS 1", 0), 0u);
    for (int id = 0; id < RS_OPTIONS; ++id) {
        std::string escaped = "\\-\\-";
        for (const char *c = rs_options[id].name; *c != '\0'; ++c) {
            escaped += *c == '-' ? "\\-" : std::string(1, *c);
        }
        if (rs_options[id].group != RS_GROUP_GENERAL) {
            EXPECT_NE(man.out.find(escaped), std::string::npos) << escaped;
        }
        EXPECT_NE(completion.out.find(std::string("--") + rs_options[id].name + " "),
                  std::string::npos)
            << rs_options[id].name;
    }
}

TEST(Help, choices_are_shown_whole)
{
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option &option = rs_options[id];
        SCOPED_TRACE(option.name);
        std::string words;
        size_t count = 0;
        for (; option.choices != nullptr && option.choices[count] != nullptr; ++count) {
            words += (count > 0 ? "|" : "") + std::string(option.choices[count]);
        }
        char text[RS_CHOICES_BYTES];
        EXPECT_EQ(rs_choices_text(&option, '|', text), words);
        EXPECT_TRUE(option.choices == nullptr || count > 1); /* no enumerator without its word */
    }
}

TEST(Help, completion_completes)
{
    const TemporaryFolder folder;
    const std::string script =
        folder.write("completion.bash", RunProgram({RS_TEST_PROGRAM, "help", "completion"}).out);
    const auto complete = [&](const std::string &words, int index) {
        return RunProgram({"bash", "-c",
                           "source " + script + "; COMP_WORDS=(" + words +
                               "); COMP_CWORD=" + std::to_string(index) +
                               "; _reassess; printf '%s\\n' \"${COMPREPLY[@]}\""})
            .out;
    };
    EXPECT_EQ(complete("reassess ev", 1), "eval\n");
    EXPECT_EQ(complete("reassess eval --calib", 2), "--calibration\n");
    EXPECT_EQ(complete("reassess eval --isa av", 3), "avx2\navx512\n");
    EXPECT_EQ(complete("reassess eval --order imag", 3), "imagefolder\n");
    EXPECT_EQ(complete("reassess eval --device al", 3), "all\n");
    const std::string file = folder.write("imaginary.txt", "");
    const std::string stem = file.substr(0, file.size() - 4);
    EXPECT_EQ(complete("reassess eval --order " + stem, 3), file + "\n");
    EXPECT_EQ(complete("reassess merge -o " + stem, 3), file + "\n");
    EXPECT_EQ(complete("reassess help m", 2), "merge\nmistakes\nman\n");
    EXPECT_EQ(complete("reassess help completion z", 3), "zsh\n");
}

bool IsInstalled(const std::string &program)
{
    return RunProgram({"/bin/sh", "-c", "command -v " + program}).exit_status == 0;
}

// What the script asks zsh to complete with.
TEST(Help, completion_of_zsh)
{
    const TemporaryFolder folder;
    const ProgramResult made = RunProgram({RS_TEST_PROGRAM, "help", "completion", "zsh"});
    ASSERT_EQ(made.exit_status, 0) << made.err;
    EXPECT_EQ(made.out.rfind("#compdef reassess\n", 0), 0u);
    const std::string script = folder.write("_reassess", made.out);
    if (!IsInstalled("zsh")) {
        GTEST_SKIP() << "no zsh on the path";
    }
    const auto complete = [&](const std::string &words) {
        const ProgramResult result = RunProgram(
            {"zsh", "-f", "-c",
             "compdef() { }; _arguments() { print -rl -- \"$@\" }; compadd() { print -rl -- $@ }; "
             "_describe() { print -rl -- $commands }; source " +
                 script + "; words=(" + words + "); CURRENT=$#words; _reassess"});
        EXPECT_EQ(result.err, "");
        return "\n" + result.out;
    };
    EXPECT_NE(complete("reassess ''").find("\neval:score files of logits or predictions\n"),
              std::string::npos);
    EXPECT_NE(complete("reassess help ''").find("\nman\n"), std::string::npos);
    EXPECT_NE(complete("reassess help completion ''").find("\nfish\n"), std::string::npos);
    const std::string eval = complete("reassess eval --");
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const std::string name = std::string("--") + rs_options[id].name;
        bool known = false;
        for (const char *begin : {"\n", "\n*"}) { // --keep is no --keep-topk
            for (const char *end : {"=", "["}) {
                known = known || eval.find(begin + name + end) != std::string::npos;
            }
        }
        EXPECT_EQ(known, (rs_options[id].commands & RS_CMD_EVAL) != 0) << name;
    }
    EXPECT_NE(eval.find(":{compadd -- file imagefolder; _files}"), std::string::npos);
    EXPECT_NE(eval.find(":(auto cpu cuda"), std::string::npos);
    EXPECT_NE(eval.find(":\\[NAME=\\]FILE:{_files; compset -P 1 \\*= && _files}"),
              std::string::npos);
}

TEST(Help, completion_of_fish)
{
    const TemporaryFolder folder;
    const ProgramResult made = RunProgram({RS_TEST_PROGRAM, "help", "completion", "fish"});
    ASSERT_EQ(made.exit_status, 0) << made.err;
    const std::string script = folder.write("reassess.fish", made.out);
    if (!IsInstalled("fish")) {
        GTEST_SKIP() << "no fish on the path";
    }
    const auto complete = [&](const std::string &line) {
        const ProgramResult result =
            RunProgram({"fish", "-N", "-c", "source " + script + "; complete -C '" + line + "'"},
                       "", {"HOME=" + folder.path()});
        EXPECT_EQ(result.err, "");
        return "\n" + result.out;
    };
    EXPECT_NE(complete("reassess ev").find("\neval\tscore files"), std::string::npos);
    EXPECT_NE(complete("reassess eval --calib").find("\n--calibration\t"), std::string::npos);
    EXPECT_NE(complete("reassess eval --order imag").find("\nimagefolder"), std::string::npos);
    EXPECT_NE(complete("reassess eval --isa avx5").find("\navx512"), std::string::npos);
    EXPECT_NE(complete("reassess help ma").find("\nman"), std::string::npos);
}

TEST(Help, completion_of_no_other_shell)
{
    EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "help", "completion", "csh"}).err,
              "reassess: csh: completions are for bash, zsh and fish\n");
    EXPECT_EQ(RunProgram({RS_TEST_PROGRAM, "help", "eval", "sweep"}).exit_status, 2);
}

// Every variable that the sources ask for, wherever they do.
TEST(Help, man_page_has_every_environment_variable)
{
    const std::string man = RunProgram({RS_TEST_PROGRAM, "help", "man"}).out;
    std::set<std::string> names;
    for (const char *root : {"/host", "/cuda"}) {
        for (const auto &entry :
             std::filesystem::recursive_directory_iterator(RS_TEST_SOURCES + std::string(root))) {
            if (!entry.is_regular_file()) {
                continue;
            }
            const std::string text = ReadFile(entry.path());
            for (const std::string call : {" getenv(\"", "absolute_path_of(\""}) {
                for (size_t at = text.find(call); at != std::string::npos;
                     at = text.find(call, at + 1)) {
                    const size_t begin = at + call.size();
                    names.insert(text.substr(begin, text.find('"', begin) - begin));
                }
            }
        }
    }
    EXPECT_GT(names.size(), 10u);
    for (const char *script : {"slurm/array.sh", "slurm/merge.sh", "get_labels.sh"}) { // installed
        const std::string text = ReadFile(RS_TEST_SOURCES + std::string("/scripts/") + script);
        const std::regex variable("\\$\\{?([A-Z][A-Z_]+)");
        for (std::sregex_iterator at(text.begin(), text.end(), variable), end; at != end; ++at) {
            names.insert((*at)[1]);
        }
    }
    EXPECT_EQ(names.count("REASSESS_MAX_RESTARTS"), 1u);
    for (const std::string &name : names) {
        EXPECT_NE(man.find("\n.B " + name + "\n"), std::string::npos) << name;
    }
}

TEST(Help, no_command_is_a_usage_error_that_shows_the_commands)
{
    const ProgramResult nothing = RunProgram({RS_TEST_PROGRAM});
    EXPECT_EQ(nothing.exit_status, 2);
    EXPECT_NE(nothing.out.find("\nScore models:\n"), std::string::npos);
    const ProgramResult unknown = RunProgram({RS_TEST_PROGRAM, "evaluate"});
    EXPECT_EQ(unknown.exit_status, 2);
    EXPECT_EQ(unknown.err,
              "reassess: evaluate is not a command; did you mean eval? See reassess --help\n");
}

TEST(Help, version_and_info)
{
    const ProgramResult version = RunProgram({RS_TEST_PROGRAM, "--version"});
    EXPECT_EQ(version.exit_status, 0);
    EXPECT_EQ(version.out.rfind("reassess ", 0), 0u);
    const TemporaryFolder folder;
    const ProgramResult info =
        RunProgram({RS_TEST_PROGRAM, "info"}, "", {"REASSESS_LABELS=" + folder.path()});
    EXPECT_EQ(info.exit_status, 0) << info.err;
    EXPECT_NE(info.out.find("engine cpu"), std::string::npos);
    EXPECT_NE(info.out.find("portable yes"), std::string::npos);
    EXPECT_NE(info.out.find("label folder      " + folder.path()), std::string::npos);
    EXPECT_NE(info.out.find("missing: reassess labels --fetch gets it"), std::string::npos);
}

TEST(Help, output_that_nobody_reads_is_an_error_not_a_signal)
{
    const ProgramResult result = RunProgram(
        {"bash", "-c", std::string(RS_TEST_PROGRAM) + " help eval > /dev/full; echo $?"});
    EXPECT_EQ(result.out, "1\n");
    EXPECT_NE(result.err.find("standard output cannot be written"), std::string::npos);
}

// One argument may give a flag more often than there are arguments.
TEST(Help, a_letter_as_often_as_one_likes)
{
    const ProgramResult result =
        RunProgram({RS_TEST_PROGRAM, "eval", "-" + std::string(100000, 'q') + "h"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, RunProgram({RS_TEST_PROGRAM, "eval", "-h"}).out);
}

// Eight options, three examples and where the rest is; of a command that has few, all.
TEST(Help, a_letter_shows_what_matters_most)
{
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        const std::string name = rs_commands[i].name;
        SCOPED_TRACE(name);
        const std::string in_short = RunProgram({RS_TEST_PROGRAM, name, "-h"}).out;
        const std::string whole = RunProgram({RS_TEST_PROGRAM, "help", name}).out;
        if (in_short == whole) {
            size_t of_all = 0; // help and version among them
            for (const std::string &line : SplitLines(whole)) {
                of_all += line.rfind("  -", 0) == 0;
            }
            EXPECT_LE(of_all, 12u);
            continue;
        }
        size_t options = 0;
        size_t examples = 0;
        for (const std::string &line : SplitLines(in_short)) {
            options += line.rfind("  --", 0) == 0 || line.rfind("  -o, --", 0) == 0;
            examples += line.rfind("  # ", 0) == 0;
        }
        EXPECT_EQ(options, 8u);
        EXPECT_TRUE(examples >= 1 && examples <= 3);
        EXPECT_NE(in_short.find("\nAll options: reassess help " + name + "\n"), std::string::npos);
        EXPECT_LT(in_short.size(), whole.size());
        // each option is one of the command's
        const size_t begin = in_short.find("What matters most:");
        const size_t end = in_short.find("\nExamples:");
        ASSERT_NE(begin, std::string::npos);
        for (const std::string &line : SplitLines(in_short.substr(begin, end - begin))) {
            if (line.rfind("  -", 0) == 0) {
                EXPECT_NE(whole.find("\n" + line), std::string::npos) << line;
            }
        }
    }
    EXPECT_NE(RunProgram({RS_TEST_PROGRAM, "eval", "-h"}).out,
              RunProgram({RS_TEST_PROGRAM, "eval", "--help"}).out);
}

// Runs it with nobody who reads its output; what it says elsewhere.
std::string Unread(const std::vector<std::string> &arguments, const std::string &words, int *status)
{
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    close(ends[0]); // nobody reads
    std::vector<char *> argv = {const_cast<char *>(RS_TEST_PROGRAM)};
    for (const std::string &argument : arguments) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGPIPE, SIG_DFL);
        const int err = open(words.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)dup2(err, STDERR_FILENO);
        (void)execv(RS_TEST_PROGRAM, argv.data());
        _exit(126);
    }
    close(ends[1]);
    EXPECT_EQ(waitpid(child, status, 0), child);
    return ReadFile(words);
}

// A reader that goes away, as head does, has seen enough: no words, and no signal.
TEST(Help, a_reader_that_goes_away_ends_every_command_in_silence)
{
    const EveryCommand all;
    const std::string words = all.folder.path("words");
    size_t printing = 0;
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        const std::string name = rs_commands[c].name;
        std::vector<std::vector<std::string>> lines = {{"help", name}, all.line(name)};
        ASSERT_FALSE(lines[1].empty()) << name;
        for (int id = 0; id < RS_OPTIONS; ++id) { // tables and numbers on standard output
            if ((rs_options[id].commands & rs_commands[c].bit) != 0 &&
                (id == RS_OPT_JSON || id == RS_OPT_FORMAT)) {
                lines.push_back(all.line(name));
                lines.back().insert(lines.back().end(),
                                    {std::string("--") + rs_options[id].name,
                                     id == RS_OPT_JSON ? "-" : "csv"});
            }
        }
        for (const std::vector<std::string> &line : lines) {
            SCOPED_TRACE(name + " " + line.back());
            const ProgramResult read = all.run(line);
            ASSERT_EQ(read.exit_status, 0) << read.err;
            int status = 0;
            const std::string said = Unread(line, words, &status);
            ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
            EXPECT_EQ(WEXITSTATUS(status), read.out.empty() ? 0 : 1);
            // what it warns of it says as it does to a reader, and not a word of the pipe
            EXPECT_EQ(said.find("Broken pipe"), std::string::npos) << said;
            EXPECT_EQ(said.find("standard output"), std::string::npos) << said;
            EXPECT_LE(said.size(), read.err.size() + 16) << said;
            printing += !read.out.empty();
        }
    }
    EXPECT_GT(printing, 40u);
}

}  // namespace
