// --format of every command that prints tables, the width of what it prints, and bold and colour.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "cli/every_command.h"

namespace {

const std::string kMark = "vit_base_patch16_224.augreg_"; // before every name

std::vector<std::string> TableCommands()
{
    std::vector<std::string> names = {"propose --ask"};
    for (size_t c = 0; c < RS_COMMANDS; ++c) {
        if ((rs_options[RS_OPT_FORMAT].commands & rs_commands[c].bit) != 0) {
            names.push_back(rs_commands[c].name);
        }
    }
    return names;
}

std::string Print(const EveryCommand &all, const std::string &command,
                  const std::vector<std::string> &more)
{
    std::vector<std::string> line = all.line(command);
    line.insert(line.begin() + 1, more.begin(), more.end());
    const ProgramResult result = all.run(line);
    EXPECT_EQ(result.exit_status, 0) << command << result.err;
    return result.out;
}

// How many cells a line of CSV has.
size_t CsvCells(const std::string &line)
{
    size_t cells = 1;
    bool quoted = false;
    for (const char c : line) {
        quoted = quoted != (c == '"');
        cells += c == ',' && !quoted;
    }
    return cells;
}

TEST(TableFormats, csv_of_every_command_is_one)
{
    const EveryCommand all(kMark);
    for (const std::string &command : TableCommands()) {
        const std::string out = Print(all, command, {"--format", "csv"});
        size_t cells = 0;
        size_t lines = 0;
        for (const std::string &line : SplitLines(out)) {
            if (line.empty()) {
                cells = 0;
                continue;
            }
            cells = cells == 0 ? CsvCells(line) : cells;
            EXPECT_EQ(CsvCells(line), cells) << command << "\n" << out;
            ++lines;
        }
        EXPECT_GE(lines, 2u) << command;
        EXPECT_FALSE(std::regex_search(out, std::regex("\\[[-+. 0-9]+,"))) << command << out;
    }
}

TEST(TableFormats, markdown_of_every_command_has_its_columns)
{
    const EveryCommand all(kMark);
    const std::regex escaped("\\\\.");
    size_t named = 0;
    for (const std::string &command : TableCommands()) {
        const std::string out = Print(all, command, {"--format", "md"});
        size_t bars = 0;
        size_t rows = 0;
        for (const std::string &line : SplitLines(out)) {
            const std::string bare = std::regex_replace(line, escaped, "");
            const size_t own = static_cast<size_t>(std::count(bare.begin(), bare.end(), '|'));
            EXPECT_EQ(own > 0, line.rfind("|", 0) == 0) << line;
            if (own == 0) {
                bars = 0;
                continue;
            }
            bars = bars == 0 ? own : bars;
            EXPECT_EQ(own, bars) << command << "\n" << out;
            EXPECT_EQ(bare.find('_'), std::string::npos) << line; // all escaped
            ++rows;
        }
        EXPECT_GE(rows, 3u) << command << "\n" << out;
        named += out.find("vit\\_base\\_patch16\\_224.augreg\\_") != std::string::npos;
    }
    EXPECT_GE(named, 9u);
}

TEST(TableFormats, latex_of_every_command_has_its_columns)
{
    const EveryCommand all(kMark);
    for (const std::string &command : TableCommands()) {
        const std::string out = Print(all, command, {"--format", "latex"});
        size_t columns = 0;
        size_t tables = 0;
        for (const std::string &line : SplitLines(out)) {
            const std::string begin = "\\begin{tabular}{";
            if (line.rfind(begin, 0) == 0) {
                columns = line.size() - begin.size() - 1;
                ++tables;
            } else if (line == "\\end{tabular}") {
                columns = 0;
            } else if (columns > 0 && line != "\\hline") {
                const std::string bare = std::regex_replace(line, std::regex("\\\\[&%_#${}]"), "");
                EXPECT_EQ(static_cast<size_t>(std::count(bare.begin(), bare.end(), '&')),
                          columns - 1)
                    << command << "\n"
                    << line;
                EXPECT_EQ(bare.find_first_of("_%#"), std::string::npos) << line;
                EXPECT_EQ(line.substr(line.size() - 3), " \\\\");
            } else {
                EXPECT_TRUE(columns > 0 || line.empty() || line[0] == '%') << line;
            }
        }
        EXPECT_GE(tables, 1u) << command << "\n" << out;
    }
}

// Names as long as those of timm, and nothing is wider than what is no terminal.
TEST(TableFormats, tables_are_within_eighty_columns)
{
    const EveryCommand all(kMark);
    for (const std::string &command : TableCommands()) {
        std::vector<std::vector<std::string>> ways = {{}};
        if (command == "eval") {
            ways.push_back({"--calibration", "--rater-scores", all.scores, "--files", all.files});
        }
        if (command == "mistakes") {
            ways.push_back({"--rater-scores", all.scores, "--answers", all.votes});
        }
        for (const auto &more : ways) {
            const std::string out = Print(all, command, more);
            for (const std::string &line : SplitLines(out)) {
                EXPECT_LE(line.size(), 80u) << command << "\n" << out;
            }
        }
    }
}

// A name that ends in .md or .tex asks for the tables, where the file would be rows of CSV.
TEST(TableFormats, the_ending_of_an_output_says_the_format)
{
    const EveryCommand all(kMark);
    for (const std::string command : {"compare", "mistakes", "merge", "trend", "curve"}) {
        for (const auto &[ending, format] :
             {std::pair{".md", "md"}, std::pair{".tex", "latex"}}) {
            const std::string path = all.folder.path(command + ending);
            std::vector<std::string> line = all.line(command);
            const auto given = std::find(line.begin(), line.end(), "-o");
            if (given != line.end()) {
                line.erase(given, given + 2);
            }
            line.insert(line.end(), {"-o", path, "--format", format});
            const ProgramResult result = all.run(line);
            EXPECT_EQ(result.exit_status, 0) << result.err;
            EXPECT_EQ(ReadFile(path), result.out) << command;
            EXPECT_NE(result.out.find(*format == 'm' ? "| ---: |" : "\\begin{tabular}"),
                      std::string::npos)
                << result.out;
        }
    }
}

// ---- a terminal ----

std::vector<std::string> Merge(const EveryCommand &all)
{
    return {RS_TEST_PROGRAM, "merge", all.results};
}

TEST(Terminal, headings_are_bold_where_it_knows_how)
{
    const EveryCommand all;
    const std::string bold = "\x1b[1m";
    const auto printed = [&](const std::vector<std::string> &environment) {
        return PrintOnTerminal(Merge(all), 100, environment).out;
    };
    const std::string coloured = printed({"TERM=xterm", "NO_COLOR="});
    EXPECT_EQ(coloured.rfind(bold, 0), 0u) << coloured;
    std::string plain = RunProgram(Merge(all), "", {"TERM=xterm"}).out;
    EXPECT_EQ(plain.find('\x1b'), std::string::npos) << plain;
    const std::string bare = std::regex_replace(coloured, std::regex("\x1b\\[[0-9]*m|\r"), "");
    EXPECT_EQ(bare, plain);
    for (const auto &environment : std::vector<std::vector<std::string>>{
             {"TERM=xterm", "NO_COLOR=1"}, {"TERM=dumb", "NO_COLOR="}, {"TERM=", "NO_COLOR="}}) {
        EXPECT_EQ(printed(environment).find('\x1b'), std::string::npos) << environment[0];
    }
    std::vector<std::string> markdown = Merge(all);
    markdown.insert(markdown.end(), {"--format", "md"});
    EXPECT_EQ(PrintOnTerminal(markdown, 100, {"TERM=xterm", "NO_COLOR="}).out.find('\x1b'),
              std::string::npos);
}

TEST(Terminal, warnings_and_errors_stand_out)
{
    const EveryCommand all;
    const std::vector<std::string> refused = {RS_TEST_PROGRAM, "eval"};
    EXPECT_EQ(RunOnTerminal(refused, {"TERM=xterm", "NO_COLOR="}).err.rfind(
                  "\x1b[1mreassess: \x1b[0m", 0),
              0u);
    for (const auto &environment : std::vector<std::vector<std::string>>{
             {"TERM=xterm", "NO_COLOR=1"}, {"TERM=dumb", "NO_COLOR="}}) {
        EXPECT_EQ(RunOnTerminal(refused, environment).err.rfind("reassess: ", 0), 0u);
    }
}

// The word before a warning is yellow, and what it warns of is plain.
TEST(Terminal, warnings_are_yellow)
{
    const TemporaryFolder folder;
    const auto made = [&](const std::vector<std::string> &environment) {
        return RunOnTerminal({RS_TEST_PROGRAM, "eval", "-q", "--real",
                              folder.write("real.json", " \t \t \t\n[[0], [1]]"), "--labels",
                              folder.write("labels.txt", "0\n1\n"),
                              folder.write("m.npy", Npy("'<f4'", "(2, 2)",
                                                        Bytes<float>({2, 1, 1, 2})))},
                             environment)
            .err;
    };
    const std::string said = "m: the labels are synthetic: the numbers say nothing about ImageNet";
    EXPECT_EQ(
        made({"TERM=xterm", "NO_COLOR="}).rfind("\x1b[33mreassess: warning: \x1b[0m" + said, 0), 0u)
        << made({"TERM=xterm", "NO_COLOR="});
    for (const auto &environment : std::vector<std::vector<std::string>>{
             {"TERM=xterm", "NO_COLOR=1"}, {"TERM=dumb", "NO_COLOR="}, {"TERM=", "NO_COLOR="}}) {
        EXPECT_EQ(made(environment).rfind("reassess: warning: " + said, 0), 0u) << environment[0];
        EXPECT_EQ(made(environment).find('\x1b'), std::string::npos) << environment[0];
    }
}

TEST(Terminal, tables_take_the_width_there_is)
{
    const EveryCommand all(kMark);
    std::vector<std::string> line = all.line("eval");
    line.insert(line.begin(), RS_TEST_PROGRAM);
    size_t lines_before = 0;
    for (const unsigned short columns : {60, 80, 200}) {
        const ProgramResult result = PrintOnTerminal(line, columns);
        ASSERT_EQ(result.exit_status, 0) << result.err;
        const std::vector<std::string> lines = SplitLines(result.out);
        bool in_table = false;
        for (const std::string &shown : lines) { // sentences keep to 80
            in_table = shown.rfind("model ", 0) == 0 || (in_table && shown.rfind("  ", 0) != 0);
            EXPECT_LE(shown.size(), in_table ? columns + 1u : std::max<size_t>(columns, 80) + 1u)
                << result.out;
        }
        EXPECT_TRUE(lines_before == 0 || lines.size() < lines_before) << columns;
        lines_before = lines.size();
    }
}

} // namespace
