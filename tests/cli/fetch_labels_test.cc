// reassess labels --fetch without a network: it is scripts/get_labels.sh under the program's name.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/program.h"

namespace {

const std::string kProgram = RS_TEST_PROGRAM;

TEST(FetchLabels, WithoutPip)
{
    const TemporaryFolder folder;
    std::filesystem::permissions(folder.write("python3", "#!/bin/bash\nexit 1\n"),
                                 std::filesystem::perms::owner_all);
    const ProgramResult result =
        RunProgram({kProgram, "labels", "--fetch"}, "",
                   {"PATH=" + folder.path("") + ":" + getenv("PATH"),
                    "REASSESS_LABELS=" + folder.path("labels")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "reassess labels --fetch: python3 with pip is needed to fetch the labels "
                          "(on Debian the package python3-pip)\n");
    EXPECT_FALSE(std::filesystem::exists(folder.path("labels")));
}

TEST(FetchLabels, WithoutAShell)
{
    const TemporaryFolder folder;
    const ProgramResult result =
        RunProgram({kProgram, "labels", "--fetch"}, "", {"PATH=" + folder.path("")});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err.rfind("reassess: bash: cannot start", 0), 0u) << result.err;
}

TEST(FetchLabels, AloneOnly)
{
    const ProgramResult result =
        RunProgram({kProgram, "labels", "--fetch", "--real", "real.json"}, "", {"PATH=/nowhere"});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.err.find("--fetch takes no other options, and --real was given"),
              std::string::npos)
        << result.err;
}

} // namespace
