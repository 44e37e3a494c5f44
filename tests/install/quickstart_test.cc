// scripts/quickstart.sh up to where it would build, and what scripts/deps.sh does without OpenBLAS.
// That they build, fetch and score is shown by scripts/bare_debian.sh.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/program.h"

namespace {

const std::string kScripts = std::string(RS_TEST_SOURCES) + "/scripts/";

ProgramResult QuickStart(const std::vector<std::string> &arguments)
{
    std::vector<std::string> words = {kScripts + "quickstart.sh"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return RunProgram(words);
}

void Write(const TemporaryFolder &folder, const std::string &name, const std::string &body)
{
    std::filesystem::permissions(folder.write(name, "#!/bin/bash\n" + body + "\n"),
                                 std::filesystem::perms::owner_all);
}

TEST(QuickStart, Help)
{
    const ProgramResult help = QuickStart({"--help"});
    EXPECT_EQ(help.exit_status, 0);
    EXPECT_EQ(help.out.rfind("quickstart.sh [OPTION...] [MODEL...] - builds reassess", 0), 0u);
    EXPECT_NE(help.out.find("--order imagefolder"), std::string::npos);
    EXPECT_EQ(help.out.find("set -eu"), std::string::npos);
}

// Before anything is built, wherever the options stand; their values are no models.
TEST(QuickStart, AModelThatIsNotThere)
{
    const std::string said = "quickstart.sh: there is no file nowhere.npy\n";
    for (const std::vector<std::string> &arguments : std::vector<std::vector<std::string>>{
             {"nowhere.npy"},
             {"--order", "imagefolder", "nowhere.npy"},
             {"nowhere.npy", "--order=imagefolder", "--calibration"},
             {"-j", "2", "-q", "--", "nowhere.npy"},
             {"--head", "w.npy", "--features", "nowhere.npy"}}) {
        const ProgramResult result = QuickStart(arguments);
        EXPECT_EQ(result.exit_status, 1) << arguments[0];
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(result.err, said) << arguments[0];
    }
}

TEST(QuickStart, Usage)
{
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{"--ordr", "imagefolder"}, {"--order"}}) {
        const ProgramResult result = QuickStart(arguments);
        EXPECT_EQ(result.exit_status, 2);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find("usage: quickstart.sh [OPTION...] [MODEL...]"),
                  std::string::npos);
    }
    const ProgramResult labels = QuickStart({"--labels", "labels.txt"});
    EXPECT_EQ(labels.exit_status, 2);
    EXPECT_EQ(labels.err, "quickstart.sh: name the models that these labels are for\n");
}

// A machine that has what a build needs but OpenBLAS, and where nothing can be installed.
class Deps : public ::testing::Test {
  protected:
    void SetUp() override
    {
        Write(folder, "ldconfig", "exit 0");
        Write(folder, "id", "echo 1000");
        Write(folder, "sudo", "exit 1");
    }
    ProgramResult Run(std::vector<std::string> environment = {}) const
    {
        environment.push_back("PATH=" + folder.path("") + ":" + getenv("PATH"));
        return RunProgram({kScripts + "deps.sh", "build"}, "", environment);
    }
    TemporaryFolder folder;
};

TEST_F(Deps, DoWithoutOpenBlas)
{
    const ProgramResult result = Run({"REASSESS_OPENBLAS="});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_NE(result.err.find("is not there; only products of matrices are slower without it"),
              std::string::npos)
        << result.err;
}

TEST_F(Deps, TakeTheOpenBlasThatIsNamed)
{
    const ProgramResult result = Run({"REASSESS_OPENBLAS=/opt/libopenblas.so"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.err, "");
}

TEST_F(Deps, DoNotDoWithoutALibrary)
{
    Write(folder, "pkg-config", "exit 1");
    const ProgramResult result = Run();
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_NE(result.err.find("deps.sh: missing: "), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("without root: docs/BUILDING.md"), std::string::npos) << result.err;
}

} // namespace
