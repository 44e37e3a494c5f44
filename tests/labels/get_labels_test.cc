// scripts/get_labels.sh without a network, and with an index that is no good: what it says, and
// that it leaves nothing behind. That it fetches the right files is shown by running it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/program.h"
#include "support/tier.h"

namespace {

const std::string kScript = std::string(RS_TEST_SOURCES) + "/scripts/get_labels.sh";

// A folder to stand first in PATH, whose python3 does what `body` says.
std::string FakePython(const TemporaryFolder &folder, const std::string &body)
{
    const std::string path = folder.write("python3", "#!/bin/bash\n" + body + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return "PATH=" + folder.path("") + ":" + getenv("PATH");
}

std::string RealPython()
{
    return SplitLines(RunProgram({"bash", "-c", "type -p python3"}).out)[0];
}

bool IsEmpty(const std::string &folder)
{
    return !std::filesystem::exists(folder) || std::filesystem::is_empty(folder);
}

TEST(GetLabels, WithoutPip)
{
    const TemporaryFolder folder;
    const std::string to = folder.path("labels");
    const ProgramResult result = RunProgram({kScript, to}, "", {FakePython(folder, "exit 1")});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err,
              "get_labels.sh: python3 with pip is needed to fetch the labels (on Debian "
              "the package python3-pip)\n");
    EXPECT_TRUE(IsEmpty(to));
}

TEST(GetLabels, WithoutANetwork)
{
    const TemporaryFolder folder;
    const std::string to = folder.path("labels");
    const ProgramResult result =
        RunProgram({kScript, to}, "", {FakePython(folder, "[[ $* == *--version* ]]")});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("cannot be fetched: is there a network"), std::string::npos)
        << result.err;
    EXPECT_TRUE(IsEmpty(to));
}

// Asks no network, and makes no folder.
TEST(GetLabels, OnlyLooks)
{
    const TemporaryFolder folder;
    const std::string to = folder.path("labels");
    const ProgramResult result =
        RunProgram({kScript, "--check", to}, "", {FakePython(folder, "echo asked >&2")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "");
    EXPECT_FALSE(std::filesystem::exists(to));
}

TEST(GetLabels, WithAnotherPackageThanExpected)
{
    const TemporaryFolder folder;
    const std::string to = folder.path("labels");
    // "downloads" a file that is no archive
    const ProgramResult result = RunProgram(
        {kScript, to}, "",
        {FakePython(folder, "while [ $# -gt 0 ]; do [ \"$1\" = --dest ] && mkdir -p \"$2\" && "
                            "echo x >\"$2/a.whl\"; [ \"$1\" != -c ] || exec " +
                                RealPython() + " \"$@\"; shift; done; exit 0")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("what was fetched is no whole package; run it again"),
              std::string::npos)
        << result.err;
    EXPECT_TRUE(IsEmpty(to));
}

// What it needs is named before anything is fetched, and by its own name.
TEST(GetLabels, WithoutATool)
{
    for (const std::string missing : {"awk", "mktemp", "sha256sum"}) {
        const TemporaryFolder folder;
        const std::string to = folder.path("labels");
        const ProgramResult result =
            RunProgram({"bash", "-c",
                        "for tool in bash awk mktemp sha256sum rm mkdir; do [ $tool = \"$2\" ] || "
                        "ln -s \"$(type -P $tool)\" \"$1/$tool\"; done; PATH=$1 bash \"$3\" \"$4\"",
                        "bash", folder.path(), missing, kScript, to});
        EXPECT_EQ(result.exit_status, 1);
        EXPECT_EQ(result.err,
                  "get_labels.sh: " + missing + " is needed, and not there: install it\n");
        EXPECT_TRUE(IsEmpty(to));
    }
}

// A file would be moved into it, and the labels be said to be there.
TEST(GetLabels, AFolderInThePlaceOfAFile)
{
    const TemporaryFolder folder;
    const std::string to = folder.path("labels");
    std::filesystem::create_directories(to + "/names.txt");
    const ProgramResult result =
        RunProgram({kScript, to}, "", {FakePython(folder, "[[ $* == *--version* ]]")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.err, "get_labels.sh: in the place of the file " + to +
                              "/names.txt is a folder: take it away\n");
}

TEST(GetLabels, AFolderThatLooksLikeAnOption)
{
    const TemporaryFolder folder;
    const ProgramResult result =
        RunProgram({"bash", "-c", "cd \"$1\" && exec \"$2\"", "bash", folder.path(), kScript}, "",
                   {FakePython(folder, "[[ $* == *--version* ]]"), "REASSESS_LABELS=-x"});
    EXPECT_EQ(result.exit_status, 3) << result.err;
    EXPECT_TRUE(std::filesystem::is_directory(folder.path("-x")));
}

// Bash forgets an interrupt that comes while it waits for a program, unless it is told otherwise:
// here for the first one, which looks whether the files are there.
TEST(GetLabels, AnInterruptAtItsFirstStepEndsIt)
{
    const TemporaryFolder folder;
    const std::string tool =
        folder.write("sha256sum", "#!/bin/bash\nkill -INT $(ps -o ppid= $PPID)\nexit 1\n");
    std::filesystem::permissions(tool, std::filesystem::perms::owner_all);
    const std::string to = folder.path("labels");
    std::filesystem::create_directories(to);
    const ProgramResult result =
        RunProgram({kScript, to}, "", {FakePython(folder, "[[ $* == *--version* ]]")});
    EXPECT_EQ(result.exit_status, 130) << result.err;
    EXPECT_TRUE(IsEmpty(to));
}

TEST(GetLabels, Usage)
{
    EXPECT_EQ(RunProgram({kScript, "--what"}).exit_status, 2);
    EXPECT_EQ(RunProgram({kScript, "a", "b"}).exit_status, 2);
    const ProgramResult help = RunProgram({kScript, "--help"});
    EXPECT_EQ(help.exit_status, 0);
    EXPECT_EQ(help.out.rfind("get_labels.sh [--check] [FOLDER] - fetches the label files", 0), 0u);
}

// Runs the script, with an index that does as `how` says. What `shell` says is done with the
// script's process id in $script, when the index was asked.
ProgramResult FetchFrom(const std::string &how, const TemporaryFolder &folder,
                        const std::string &shell = "", const std::string &limit = "true")
{
    const std::string server = std::string(RS_TEST_SOURCES) + "/tests/labels/index_server.py";
    return RunProgram(
        {"bash", "-c",
         "coproc index { exec python3 \"$1\"; }; read -r port <&\"${index[0]}\"\n"
         "export PIP_INDEX_URL=http://127.0.0.1:$port/$2/simple PIP_NO_CACHE_DIR=1\n"
         "export PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= "
         "no_proxy=127.0.0.1\n"
         "cd \"$4\" && mkdir tmp && export TMPDIR=$4/tmp\n"
         "(" +
             limit +
             "; exec \"$3\" labels) </dev/null & script=$!\n"
             "[ -z '" +
             shell +
             "' ] || { until ls -d labels/.get_labels.*/*pip*; do sleep 0.1; done\n"
             "sleep 0.5; } >/dev/null 2>&1\n" +
             shell +
             "\n"
             "wait $script",
         "bash", server, how, kScript, folder.path()});
}

// Python with pip, which this machine may not have.
bool HasPip()
{
    return RunProgram({"python3", "-m", "pip", "--version"}).exit_status == 0;
}

// The index never comes to an end, and no byte of it is late enough for pip to give up: a script
// that waited for pip would not end at all.
TEST(GetLabels, SignalsEndItAtOnceAndWhatItStarted)
{
    if (!HasPip()) {
        GTEST_SKIP() << "python3 has no pip";
    }
    const struct {
        const char *how, *signal;
        int status;
    } cases[] = {{"slow", "TERM", 143}, {"slow_index", "HUP", 129}};
    for (const auto &one : cases) {
        const TemporaryFolder folder;
        const ProgramResult result =
            FetchFrom(one.how, folder, std::string("kill -s ") + one.signal + " $script");
        EXPECT_EQ(result.exit_status, one.status) << one.how << result.err;
        EXPECT_TRUE(IsEmpty(folder.path("labels"))) << one.how << one.signal;
        EXPECT_TRUE(IsEmpty(folder.path("tmp"))) << one.how << one.signal;
        EXPECT_EQ(RunProgram({"bash", "-c",
                              "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' |"
                              " grep -c -- \"-[m] pip download.*$1/labels\"",
                              "bash", folder.path()})
                      .out,
                  "0\n")
            << "something goes on";
    }
}

// There is no group of pip's yet: that of the script has others in it.
TEST(GetLabels, ASignalBeforeItFetchesEndsItAlone)
{
    const TemporaryFolder folder;
    const std::string send = folder.write(
        "send.sh", "unset BASH_ENV; set -T\n"
                   "trap '[ \"$BASH_COMMAND\" != \"set -m\" ] || kill -s TERM $$' DEBUG\n");
    const ProgramResult result =
        RunProgram({"setsid", "-w", "bash", "-c", "export BASH_ENV=$3; \"$1\" \"$2\"; echo $?",
                    "bash", kScript, folder.path("labels"), send},
                   "", {FakePython(folder, "[[ $* == *--version* ]]")});
    EXPECT_EQ(result.out, "143\n") << result.err;
    EXPECT_TRUE(IsEmpty(folder.path("labels")));
}

TEST(GetLabels, FromAnIndexThatIsNoGood)
{
    if (!HasPip()) {
        GTEST_SKIP() << "python3 has no pip";
    }
    const struct {
        const char *how, *limit, *words;
        int status;
    } cases[] = {
        {"big", "ulimit -f 512", "File too large", 1}, // as a full disk
        {"cut", "true", "the Python package timm==1.0.28 cannot be fetched", 3},
        {"other", "true", "DO NOT MATCH THE HASHES", 3},
        {"to_file", "true", "DO NOT MATCH THE HASHES", 3},
        {"big", "true", "the package holds no timm/data/_info/imagenet_synsets.txt", 1},
    };
    for (const auto &one : cases) {
        if (&one > &cases[1] && !rs_test::LongTier()) {
            break; // what pip makes of it takes seconds each
        }
        const TemporaryFolder folder;
        const ProgramResult result = FetchFrom(one.how, folder, "", one.limit);
        EXPECT_EQ(result.exit_status, one.status) << one.how << result.err;
        EXPECT_EQ(result.out, "") << one.how;
        EXPECT_NE(result.err.find(one.words), std::string::npos) << one.how << result.err;
        EXPECT_TRUE(IsEmpty(folder.path("labels"))) << one.how;
        EXPECT_TRUE(IsEmpty(folder.path("tmp"))) << one.how;
    }
}

} // namespace
