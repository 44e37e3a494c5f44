// Errors: how they are filled, formatted and cut, and what each status says.
#include <cctype>
#include <cstring>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/paths.h"
#include "support/program.h"

extern "C" {
#include "base/error.h"
}

namespace {

std::string Format(const rs_error &error, size_t bytes = 4096)
{
    std::string out(bytes, '\x7f');
    EXPECT_EQ(rs_error_format(&error, out.data(), bytes), out.data());
    return out.c_str();
}

TEST(Error, EveryPartIsShown)
{
    rs_error error = {};
    EXPECT_EQ(rs_fail(&error, RS_FORMAT, "a.npy", rs_at_byte(128), "copy it again",
                      "it ends %s, %d early", "here", 7),
              RS_FORMAT);
    EXPECT_EQ(error.status, RS_FORMAT);
    EXPECT_EQ(error.place.kind, RS_PLACE_BYTE);
    EXPECT_EQ(error.place.at, 128u);
    EXPECT_EQ(Format(error), "a.npy: byte 128: it ends here, 7 early; copy it again");
}

TEST(Error, PartsThatAreNotThereLeaveNoTrace)
{
    rs_error error = {};
    rs_fail(&error, RS_USAGE, nullptr, rs_nowhere(), nullptr, "no");
    EXPECT_EQ(Format(error), "no");
    rs_fail(&error, RS_USAGE, "f", rs_nowhere(), nullptr, "no");
    EXPECT_EQ(Format(error), "f: no");
    rs_fail(&error, RS_USAGE, nullptr, rs_at_line(3), "do", "no");
    EXPECT_EQ(Format(error), "line 3: no; do");
    rs_fail(&error, RS_USAGE, "", rs_at_row(0), "", "no");
    EXPECT_EQ(Format(error), "row 0: no");
    rs_fail(&error, RS_USAGE, "f", rs_at_column(UINT64_MAX), "do", "no");
    EXPECT_EQ(Format(error), "f: column 18446744073709551615: no; do");
}

// Users of the library have no options: they have fields and functions.
TEST(Error, AdviceSpeaksOfWhatTheHeadersHave)
{
    const struct {
        const char *advice, *formatted;
    } cases[] = {
        {"say with --class-map which class", "say with class_map which class"},
        {"--shape 6,4", "raw_rows and raw_columns 6,4"},
        {"name files with --real and --labels", "name files with real_path and original_path"},
        {"use --order imagefolder", "use rs_order_create imagefolder"},
        {"--classes, --class", "classes, --class"}, // only whole words, and only known ones
        {"--class-mapping -- a--dtype", "--class-mapping -- adtype"},
        {"end --tensor", "end tensor"},
        {"-", "-"},
    };
    for (const auto &one : cases) {
        rs_error error = {};
        rs_fail(&error, RS_USAGE, nullptr, rs_nowhere(), one.advice, "no");
        EXPECT_EQ(Format(error), std::string("no; ") + one.formatted);
        EXPECT_STREQ(error.advice, one.advice);
        char text[200];
        EXPECT_EQ(std::string(rs_error_text(&error, text, sizeof text)),
                  std::string("no; ") + one.advice);
    }
    rs_error full = {};
    std::string longest;
    while (longest.size() < sizeof full.advice) {
        longest += "--shape ";
    }
    rs_fail(&full, RS_USAGE, nullptr, rs_nowhere(), longest.c_str(), "no");
    EXPECT_EQ(Format(full).size(), 4 + sizeof full.advice - 1); // cut, not overrun
}

// Whatever option an advice of the floors under the library names has its name in the headers.
TEST(Error, NamesInItAreShownAsATerminalMayBeShownThem)
{
    rs_error error = {};
    char out[200];
    (void)rs_fail(&error, RS_IO, "a\x1b[31m\u202e.npy", rs_nowhere(), nullptr,
                  "no\nsuch \xe8 file");
    EXPECT_STREQ(rs_error_format(&error, out, sizeof out),
                 "a\\x1b[31m\\u202e.npy: no\\nsuch \\xe8 file");
    EXPECT_STREQ(rs_error_format(&error, out, 5), "a\\x1");
}

// The texts that stand in the call that begins at `at`, each by how it begins: of "a" "b" only "a".
std::vector<std::string> TextsOfCall(const std::string &source, size_t at)
{
    std::vector<std::string> texts;
    int depth = 0;
    bool goes_on = false;  // the text before was the first half of this one
    for (; at < source.size(); ++at) {
        const char c = source[at];
        if (c == '"') {
            std::string text;
            for (++at; at < source.size() && source[at] != '"'; ++at) {
                text += source[at];
                if (source[at] == '\\') {
                    text += source[++at];
                }
            }
            if (!goes_on) {
                texts.push_back(text);
            }
            goes_on = true;
        } else if (c == ',' || c == '(' || c == ')' || c == '?' || c == ':') {
            goes_on = false;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0 && c == ')') {
                break;
            }
        }
    }
    return texts;
}

// What a message says stands behind "reassess: " or the name of a file: it begins no sentence.
TEST(Error, EveryTextBeginsInLowerCase)
{
    const std::vector<std::string> calls = {"rs_fail(", "rs_fail_errno(", "rs_fail_option(",
                                            "rs_usage(", "rs_warn("};
    const std::regex name("(NumPy|NaN|ReaL|PyTorch|Python|ImageNet|WordNet|K)\\b.*");
    size_t found = 0;
    for (const char *part : {"/host", "/cuda"}) {
        for (const auto &file : std::filesystem::recursive_directory_iterator(
                 std::string(RS_TEST_SOURCES) + part)) {
            const std::string ending = file.path().extension();
            if (ending != ".c" && ending != ".cu") {
                continue;
            }
            const std::string source = ReadFile(file.path());
            for (const std::string &call : calls) {
                for (size_t at = source.find(call); at != std::string::npos;
                     at = source.find(call, at + 1)) {
                    for (const std::string &text : TextsOfCall(source, at + call.size() - 1)) {
                        const bool sentence = text.size() > 1 && isupper(text[0]) &&
                                              (islower(text[1]) || text[1] == ' ');
                        found += 1;
                        EXPECT_TRUE(!sentence || std::regex_match(text, name))
                            << file.path() << ": " << text;
                    }
                }
            }
        }
    }
    EXPECT_GT(found, 1000u);
}

TEST(Error, EveryOptionInAnAdviceOfTheLibraryIsKnown)
{
    const std::regex string(R"x("(?:[^"\\\n]|\\.)*")x");
    const std::regex option("--[a-z][a-z-]*");
    // of analyses, and of a command that is spelled out whole
    const std::set<std::string> of_commands = {"--unit",   "--format", "--group",
                                               "--fetch",  "--subset", "--limit",
                                               "--include-index"};
    int found = 0;
    for (const char *floor : {"formats", "labels", "tally", "engine", "evaluate", "analyse"}) {
        for (const auto &file : std::filesystem::directory_iterator(
                 std::string(RS_TEST_SOURCES) + "/host/" + floor)) {
            const std::string text = ReadFile(file.path().string());
            for (std::sregex_iterator at(text.begin(), text.end(), string), end; at != end; ++at) {
                const std::string literal = at->str();
                for (std::sregex_iterator word(literal.begin(), literal.end(), option);
                     word != end; ++word) {
                    rs_error error = {};
                    rs_fail(&error, RS_USAGE, nullptr, rs_nowhere(), word->str().c_str(), "no");
                    found += 1;
                    EXPECT_TRUE(Format(error) != "no; " + word->str() ||
                                of_commands.count(word->str()) == 1)
                        << file.path() << ": " << literal;
                }
            }
        }
    }
    EXPECT_GT(found, 20);
}

TEST(Error, OfUsageIsAReasonAlone)
{
    rs_error error = {};
    rs_fail(&error, RS_FORMAT, "f", rs_at_line(3), "do", "no");
    EXPECT_EQ(rs_usage(&error, "%s takes a number, not '%s'", "--top", "x"), RS_USAGE);
    EXPECT_EQ(error.status, RS_USAGE);
    EXPECT_EQ(Format(error), "--top takes a number, not 'x'");
}

TEST(Error, AnUnknownKindOfPlaceIsNotShown)
{
    rs_error error = {};
    rs_fail(&error, RS_USAGE, "f", rs_nowhere(), nullptr, "no");
    error.place.kind = static_cast<rs_place_kind>(99);
    EXPECT_EQ(Format(error), "f: no");
}

TEST(Error, LongTextsAreCut)
{
    const std::string file(3000, 'f');
    const std::string reason(3000, 'r');
    const std::string advice(3000, 'a');
    rs_error error = {};
    rs_fail(&error, RS_FORMAT, file.c_str(), rs_nowhere(), advice.c_str(), "%s", reason.c_str());
    EXPECT_EQ(std::string(error.file), file.substr(0, RS_ERROR_FILE_BYTES - 1));
    EXPECT_EQ(std::string(error.reason), reason.substr(0, RS_ERROR_TEXT_BYTES - 1));
    EXPECT_EQ(std::string(error.advice), advice.substr(0, RS_ERROR_TEXT_BYTES - 1));
    EXPECT_EQ(Format(error, 10), "fffffffff");
    EXPECT_EQ(Format(error, 1), "");
}

TEST(Error, NobodyNeedsToListen)
{
    EXPECT_EQ(rs_fail(nullptr, RS_RANGE, "f", rs_nowhere(), nullptr, "no"), RS_RANGE);
    EXPECT_EQ(rs_usage(nullptr, "no"), RS_USAGE);
    EXPECT_EQ(rs_fail_errno(nullptr, "f", "open", ENOENT), RS_IO);
    EXPECT_EQ(rs_fail_memory(nullptr, 1, "x"), RS_MEMORY);
}

TEST(Error, OfTheSystemAndOfMemory)
{
    rs_error error = {};
    EXPECT_EQ(rs_fail_errno(&error, "f", "open", EACCES), RS_IO);
    EXPECT_EQ(Format(error), "f: cannot open it: Permission denied");
    EXPECT_EQ(rs_fail_memory(&error, 12, "rows"), RS_MEMORY);
    EXPECT_EQ(Format(error),
              "no memory for 12 bytes of rows; close other programs, use smaller inputs "
              "or a machine with more memory");
}

TEST(Status, NamesTextsAndExitStatus)
{
    const struct {
        rs_status status;
        const char *name;
        int exit_status;
    } all[] = {
        {RS_OK, "OK", 0},
        {RS_USAGE, "USAGE", 2},
        {RS_IO, "IO", 1},
        {RS_FORMAT, "FORMAT", 1},
        {RS_UNSUPPORTED, "UNSUPPORTED", 1},
        {RS_MISMATCH, "MISMATCH", 1},
        {RS_RANGE, "RANGE", 1},
        {RS_MEMORY, "MEMORY", 1},
        {RS_DEVICE, "DEVICE", 1},
        {RS_STRICT, "STRICT", 1},
        {RS_INTERRUPTED, "INTERRUPTED", 75},
    };
    int number = 0;
    for (const auto &one : all) {
        EXPECT_EQ(one.status, number++); // the numbers are part of the interface
        EXPECT_STREQ(rs_status_name(one.status), one.name);
        EXPECT_EQ(rs_status_exit(one.status), one.exit_status) << one.name;
        EXPECT_STRNE(rs_status_text(one.status), "unknown status");
    }
    const auto none = static_cast<rs_status>(number);
    EXPECT_STREQ(rs_status_name(none), "UNKNOWN");
    EXPECT_STREQ(rs_status_text(none), "unknown status");
    EXPECT_EQ(rs_status_exit(none), 1);
}

rs_status First(bool fails, int *steps)
{
    const auto step = [&](rs_status status) {
        ++*steps;
        return status;
    };
    RS_TRY(step(RS_OK));
    RS_TRY(step(fails ? RS_IO : RS_OK));
    RS_TRY(step(RS_OK));
    return RS_OK;
}

rs_status WithCleanup(bool fails, int *steps)
{
    rs_status status = RS_OK;
    RS_TRY_DONE(fails ? RS_RANGE : RS_OK);
    ++*steps;
done:
    *steps += 10;
    return status;
}

TEST(Error, TryStopsAtTheFirstFailure)
{
    int steps = 0;
    EXPECT_EQ(First(true, &steps), RS_IO);
    EXPECT_EQ(steps, 2);
    EXPECT_EQ(First(false, &steps), RS_OK);
    EXPECT_EQ(steps, 5);
    steps = 0;
    EXPECT_EQ(WithCleanup(true, &steps), RS_RANGE);
    EXPECT_EQ(steps, 10);
    EXPECT_EQ(WithCleanup(false, &steps), RS_OK);
    EXPECT_EQ(steps, 21);
}

} // namespace
