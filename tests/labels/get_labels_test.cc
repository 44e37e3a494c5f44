// scripts/get_labels.sh without a network: what it says, and that it leaves nothing behind. That it
// fetches the right files is shown by running it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/program.h"

namespace {

const std::string kScript = std::string(RS_TEST_SOURCES) + "/scripts/get_labels.sh";

// A folder to stand first in PATH, whose python3 does what `body` says.
std::string FakePython(const TemporaryFolder &folder, const std::string &body)
{
    const std::string path = folder.write("python3", "#!/bin/bash\n" + body + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return "PATH=" + folder.path("") + ":" + getenv("PATH");
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
                            "echo x >\"$2/a.whl\"; shift; done; exit 0")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("the package holds no timm/data/_info/imagenet_real_labels.json"),
              std::string::npos)
        << result.err;
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

} // namespace
