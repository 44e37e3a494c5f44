// What a sweep says while it runs: a line that is rewritten on a terminal, a line a model
// elsewhere.
#include <gtest/gtest.h>

extern "C" {
#include "cli/sweep_report.h"
}

#include "sweep_task.h"

namespace {

struct WatchedSweep : Sweep {
    Words command(const Words &more = {}) const
    {
        Words words = {RS_TEST_PROGRAM, "sweep", "--real", real,        "--labels",
                       labels,          "--out", out,      "--threads", "1"};
        words.insert(words.end(), more.begin(), more.end());
        for (const char *name : {"a", "b", "c"}) {
            words.push_back(write(std::string(name) + ".npy", kOther));
        }
        return words;
    }
};

size_t Count(const std::string &text, const std::string &part)
{
    size_t count = 0;
    for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
        ++count;
    }
    return count;
}

// The line as it stands at last: what a terminal shows once all was written.
std::string LastShown(const std::string &line)
{
    const size_t wiped = line.rfind("\r\033[K");
    return wiped == std::string::npos ? line : line.substr(wiped + 4);
}

TEST(SweepProgress, IsOneLineOnATerminal)
{
    const WatchedSweep sweep;
    const ProgramResult result = RunOnTerminal(sweep.command());
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::string &shown = result.err;
    EXPECT_NE(shown.find("3 models to score, 0 up to date\r\n\r\033[K0 of 3 models\r\033[K1 of 3 "
                         "models, "),
              std::string::npos)
        << shown;
    // how far it is, how long it takes still, and what was done last
    for (const char *step : {"1 of 3 models, ", "2 of 3 models, ", "3 of 3 models, 0 s left  "}) {
        EXPECT_EQ(Count(shown, std::string("\r\033[K") + step), 1u) << step << shown;
    }
    EXPECT_EQ(Count(shown, " s left  "), 3u) << shown;
    EXPECT_EQ(shown.find("[1/3]"), std::string::npos) << shown;
    // at the end it is wiped
    std::vector<std::string> lines = SplitLines(shown);
    ASSERT_EQ(lines.size(), 3u) << shown;
    EXPECT_EQ(LastShown(lines[1]),
              "3 models scored, 0 failed, 0 up to date; results in " + sweep.out + "\r");
    EXPECT_EQ(lines[2], "next: reassess merge " + sweep.out + ", or reassess report " + sweep.out +
                            " -o report.html\r");
}

TEST(SweepProgress, ATerminalIsToldWhyModelsAreRedone)
{
    const WatchedSweep sweep;
    ASSERT_EQ(RunProgram(sweep.command()).exit_status, 0);
    const ProgramResult result = RunOnTerminal(sweep.command({"--topk", "1"}));
    const std::vector<std::string> lines = SplitLines(result.err);
    ASSERT_EQ(lines.size(), 6u) << result.err;
    for (size_t i = 1; i < 4; ++i) {
        EXPECT_EQ(LastShown(lines[i]).substr(0, 6), "[" + std::to_string(i) + "/3] ");
        EXPECT_NE(lines[i].find(" (redone: --topk is 1, was 1,5)\r"), std::string::npos)
            << lines[i];
    }
}

TEST(SweepProgress, IsALineAModelElsewhere)
{
    const WatchedSweep sweep;
    const ProgramResult result = RunProgram(sweep.command());
    ASSERT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.err.find_first_of("\r\033"), std::string::npos) << result.err;
    EXPECT_EQ(Count(result.err, " of 3 models"), 0u) << result.err;
    const std::vector<std::string> lines = SplitLines(result.err);
    ASSERT_EQ(lines.size(), 6u) << result.err;
    for (size_t i = 1; i < 4; ++i) {
        const std::string begin = "[" + std::to_string(i) + "/3] ";
        EXPECT_EQ(lines[i].substr(0, 6), begin);
        EXPECT_EQ(lines[i].substr(7), ": ImageNet 75.00, ReaL 33.33");
    }
}

TEST(SweepProgress, QuietIsQuietOnATerminalToo)
{
    const WatchedSweep sweep;
    EXPECT_EQ(RunOnTerminal(sweep.command({"--quiet"})).err, "");
}

std::string SaidAtTheEnd(rs_sweep_report *report)
{
    const rs_sweep_summary summary = {};
    testing::internal::CaptureStderr();
    rs_sweep_report_end(report, &summary, "out");
    return testing::internal::GetCapturedStderr();
}

TEST(SweepProgress, TellsOfFailuresThatWereLost)
{
    rs_sweep_report report = {};
    rs_sweep_report_begin(&report, true);
    rs_text_add(&report.failures, "  a: broken\n");
    EXPECT_EQ(SaidAtTheEnd(&report), "failed:\n  a: broken\n");
    rs_sweep_report_begin(&report, true);
    rs_text_lose(&report.failures, 1, "text");
    EXPECT_EQ(SaidAtTheEnd(&report), "failed: there was no memory to list them\n");
    rs_sweep_report_begin(&report, true);
    EXPECT_EQ(SaidAtTheEnd(&report), "");
}

} // namespace
