// The module of the CUDA engine is code: it is taken from beside the program or library and from
// where it is installed, however the program was started, and never from the current folder.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.h"

namespace {

namespace fs = std::filesystem;

class PluginFolder : public testing::Test {
  protected:
    PluginFolder()
    {
        for (const char *name : {"bin", "lib/reassess", "link", "work/lib/reassess",
                                 "work/here/reassess", "work/here/sub/lib"}) {
            fs::create_directories(Path(name));
        }
        fs::copy_file(RS_TEST_FINDER, Path("bin/finder"));
        fs::copy_file(RS_TEST_FINDER_LIBRARY, Path("lib/libfinder.so"));
        fs::create_symlink(Path("bin/finder"), Path("link/finder"));
        // wherever a relative name would lead from the folder work/here
        for (const char *name : {"work/here", "work/here/reassess", "work/lib/reassess",
                                 "work/here/sub/lib"}) {
            PutModule(name);
        }
    }

    std::string Path(const std::string &name) const { return root_.path(name); }

    void PutModule(const std::string &into) const
    {
        fs::copy_file(RS_TEST_MODULE, Path(into + "/reassess_cuda.so"));
    }

    // Runs a line of the shell in work/here, a program of `folder` being found by its name, and
    // gives the modules that were opened.
    std::vector<std::string> Opened(const std::string &line, const std::string &folder = "bin")
    {
        const std::string trace = Path("trace");
        fs::remove(trace);
        result_ = RunProgram({"/bin/bash", "-c", "cd '" + Path("work/here") + "' && " + line}, "",
                             {"PATH=" + Path(folder) + ":/usr/bin:/bin", "TELLTALE=" + trace,
                              "LD_LIBRARY_PATH=" RS_TEST_DRIVER_FOLDER, "REASSESS_CUDA_PLUGIN="});
        EXPECT_EQ(result_.exit_status, 0) << result_.err;
        return SplitLines(ReadFile(trace));
    }

    const TemporaryFolder root_;
    ProgramResult result_;
};

using Paths = std::vector<std::string>;

TEST_F(PluginFolder, TheCurrentFolderIsNeverLookedInto)
{
    EXPECT_EQ(Opened("finder"), Paths());
    EXPECT_NE(result_.err.find(Path("bin/../lib/reassess/reassess_cuda.so") +
                               ": the CUDA engine cannot be opened"),
              std::string::npos)
        << result_.err;
    EXPECT_EQ(Opened("exec -a '' finder"), Paths());
    EXPECT_EQ(Opened("exec -a ./finder finder"), Paths());
    EXPECT_EQ(Opened("../../bin/finder"), Paths());
}

TEST_F(PluginFolder, FoundBesideAProgramStartedByItsName)
{
    PutModule("bin");
    const Paths beside = {Path("bin/reassess_cuda.so")};
    EXPECT_EQ(Opened("finder"), beside);
    EXPECT_EQ(Opened("exec -a /elsewhere/finder finder"), beside);
    EXPECT_EQ(Opened("../../bin/finder"), beside);
    EXPECT_EQ(Opened("finder", "link"), beside);
}

TEST_F(PluginFolder, FoundWhereItIsInstalled)
{
    PutModule("lib/reassess");
    EXPECT_EQ(Opened("finder"), Paths({Path("bin/../lib/reassess/reassess_cuda.so")}));
}

TEST_F(PluginFolder, OneThatIsThereAndCannotBeOpenedIsTold)
{
    root_.write("bin/reassess_cuda.so", "no module");
    PutModule("lib/reassess");
    EXPECT_EQ(Opened("finder"), Paths());
    EXPECT_NE(
        result_.err.find(Path("bin/reassess_cuda.so") +
                         ": the CUDA engine cannot be opened: " + Path("bin/reassess_cuda.so")),
        std::string::npos)
        << result_.err;
}

TEST_F(PluginFolder, ALibraryOpenedByARelativeNameKeepsItsFolder)
{
    const std::string line = "cd ../.. && finder lib/libfinder.so work/here/sub";
    EXPECT_EQ(Opened(line), Paths());
    PutModule("lib/reassess");
    EXPECT_EQ(Opened(line), Paths({Path("lib/reassess/reassess_cuda.so")}));
}

}  // namespace
