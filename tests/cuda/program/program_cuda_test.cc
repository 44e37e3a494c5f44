/* The whole program on simulated devices: the module, the options, the errors, as a user meets
 * them. The driver is an empty library, the module is the engine on the executor. */
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

#include "cuda_program.h"
#include "engine_abi.h"
#include "reassess/version.h"

namespace {

class CudaProgram : public testing::Test {
  protected:
    ProgramResult Eval(const Words &options, const Words &environment) const
    {
        Words command = {RS_TEST_PROGRAM, "eval", "--real", task_.real, "--labels", task_.labels};
        command.insert(command.end(), options.begin(), options.end());
        return RunProgram(command, "", environment);
    }

    /* A record without what may differ between engines. */
    static std::string Result(const ProgramResult &result)
    {
        EXPECT_EQ(result.exit_status, 0) << result.err;
        const size_t end = result.out.find("\"timing\":");
        EXPECT_NE(end, std::string::npos) << result.out;
        return result.out.substr(0, end);
    }

    SmallTask task_;
};

TEST_F(CudaProgram, TheRecordIsThatOfTheCpu)
{
    const Words what = {"--topk", "1,2", "--row-flags", "--json", "-", task_.logits};
    Words cuda = {"--backend", "cuda"};
    cuda.insert(cuda.end(), what.begin(), what.end());
    const std::string expected = Result(Eval(what, {}));
    const ProgramResult one = Eval(cuda, SimulatedDevices("1"));
    EXPECT_EQ(Result(one), expected);
    ExpectSays(one.out, "{\"name\":\"cuda\",\"device\":\"host SIMT executor 0\"");
    cuda.insert(cuda.begin(), {"--device", "all", "--memory", "1M"});
    const ProgramResult several = Eval(cuda, SimulatedDevices("3"));
    EXPECT_EQ(Result(several), expected);
    ExpectSays(several.out, "\"host SIMT executor 0, host SIMT executor 1, host SIMT executor ");
    cuda[1] = "2,0";
    ExpectSays(Eval(cuda, SimulatedDevices("3")).out,
               "\"host SIMT executor 0, host SIMT executor 2\"");
}

TEST_F(CudaProgram, AutoIsTheCpuAndOpensNothing)
{
    const ProgramResult result = Eval({"--json", "-", task_.logits}, SimulatedDevices("-1"));
    EXPECT_EQ(result.exit_status, 0);
    ExpectSays(result.out, "\"name\":\"cpu\"");
}

TEST_F(CudaProgram, InfoListsTheDevices)
{
    const ProgramResult two = RunProgram({RS_TEST_PROGRAM, "info"}, "", SimulatedDevices("2"));
    ExpectSays(two.out, "engine cuda       device 0: host SIMT executor 0, compute capability 9.0");
    ExpectSays(two.out, "engine cuda       device 1: host SIMT executor 1, compute capability 9.0");
    const ProgramResult none = RunProgram({RS_TEST_PROGRAM, "info"}, "", SimulatedDevices("-1"));
    EXPECT_EQ(none.exit_status, 0);
    ExpectSays(none.out, "engine cuda       built; cudaGetDeviceCount failed");
}

TEST_F(CudaProgram, WhatIsMissingIsAnErrorThatSaysSo)
{
    const Words cuda = {"--backend", "cuda", task_.logits};
    const ProgramResult driver = Eval(cuda, SimulatedDevices("-1"));
    EXPECT_EQ(driver.exit_status, 1);
    ExpectSays(driver.err,
               "there is no driver (cudaErrorInsufficientDriver), and this build is for "
               "CUDA 13.0; use --backend cpu, or a machine with a GPU");
    const ProgramResult old = Eval(cuda, SimulatedDevices("-2"));
    EXPECT_EQ(old.exit_status, 1);
    ExpectSays(old.err, "the driver is of CUDA 12.4, and this build for 13.0 "
                        "(cudaErrorInsufficientDriver); use --backend cpu, or a build for CUDA 12");
    const ProgramResult device = Eval(cuda, SimulatedDevices("0"));
    EXPECT_EQ(device.exit_status, 1);
    ExpectSays(device.err, "cudaErrorNoDevice");
    const ProgramResult number =
        Eval({"--backend", "cuda", "--device", "0,4", task_.logits}, SimulatedDevices("2"));
    EXPECT_EQ(number.exit_status, 1);
    ExpectSays(number.err, "cudaSetDevice failed on CUDA device 4");
    ExpectSays(number.err, "reassess info lists the devices there are");
    const ProgramResult module =
        Eval(cuda, SimulatedDevices("1", {"REASSESS_CUDA_PLUGIN=/nowhere/reassess_cuda.so"}));
    EXPECT_EQ(module.exit_status, 1);
    ExpectSays(module.err, "the CUDA engine cannot be opened");
}

TEST_F(CudaProgram, WhatMayBeLockedIsSaidByAWord)
{
    const Words cuda = {"--backend", "cuda", "--json", "-", task_.logits};
    const std::string expected = Result(Eval({"--json", "-", task_.logits}, {}));
    for (const char *const word : {"", "arrays", "files", "never"}) {
        const Words said = {std::string("REASSESS_PAGE_LOCKING=") + word};
        EXPECT_EQ(Result(Eval(cuda, SimulatedDevices("1", said))), expected) << word;
    }
    const ProgramResult other =
        Eval(cuda, SimulatedDevices("1", {"REASSESS_PAGE_LOCKING=always"}));
    EXPECT_EQ(other.exit_status, 2);
    ExpectSays(other.err,
               "REASSESS_PAGE_LOCKING is \"always\": it can be arrays (the default), files "
               "or never");
}

TEST_F(CudaProgram, WithoutADriverNobodyIsToldToInstallOne)
{
    void *const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (driver != nullptr) {
        (void)dlclose(driver);
        GTEST_SKIP() << "this machine has a driver";
    }
    const ProgramResult none = Eval({"--backend", "cuda", task_.logits}, {});
    EXPECT_EQ(none.exit_status, 1);
    ExpectSays(none.err, "(libcuda.so.1); use --backend cpu or auto, or a machine with a GPU");
}

/* Nothing of a module is called before it is known to fit; the one of another build would abort. */
TEST_F(CudaProgram, AModuleOfAnotherBuildIsRefused)
{
    const Words cuda = {"--backend", "cuda", task_.logits};
    const std::string mine = "reassess " RS_VERSION " (interface " RS_ENGINE_ABI ")";
    const ProgramResult other = Eval(
        cuda, SimulatedDevices("1", {"REASSESS_CUDA_PLUGIN=" RS_TEST_MODULE_OF_ANOTHER_BUILD}));
    EXPECT_EQ(other.exit_status, 1);
    ExpectSays(other.err, RS_TEST_MODULE_OF_ANOTHER_BUILD
                              ": a CUDA engine for reassess " RS_VERSION
                              " (interface 0123456789abcdef), but this is " +
                              mine);
    ExpectSays(other.err, "install both from one build");
    const ProgramResult none =
        Eval(cuda, SimulatedDevices("1", {"REASSESS_CUDA_PLUGIN=" RS_TEST_DRIVER}));
    EXPECT_EQ(none.exit_status, 1);
    ExpectSays(none.err, "this is no CUDA engine for " + mine);
}

TEST_F(CudaProgram, ALostDeviceIsACleanError)
{
    const ProgramResult result = Eval({"--backend", "cuda", "--json", "-", task_.logits},
                                      SimulatedDevices("1", {"SIMT_FAIL_WORK=6:700"}));
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.out, "");
    ExpectSays(result.err, "on CUDA device 0 (");
    ExpectSays(result.err, "cudaErrorIllegalAddress");
}

/* A device that dies in the middle of a sweep costs the models it was scoring; the sweep goes on
 * and ends in order, and the next run finishes the work. */
TEST_F(CudaProgram, ASweepSurvivesALostDevice)
{
    const std::string second = task_.folder.write("second.npy", ReadFile(task_.logits));
    const std::string third = task_.folder.write("third.npy", ReadFile(task_.logits));
    const std::string out = task_.folder.path("out");
    const Words sweep = {RS_TEST_PROGRAM, "sweep", "--real",     task_.real,  "--labels",
                         task_.labels,    "--out", out,          "--backend", "cuda",
                         "--device",      "all",   task_.logits, second,      third};
    const ProgramResult lost =
        RunProgram(sweep, "", SimulatedDevices("2", {"SIMT_FAIL_WORK=3:700"}));
    EXPECT_EQ(lost.exit_status, 1);
    ExpectSays(lost.err, " of 3 models failed");
    ExpectSays(lost.err, "on CUDA device ");
    const ProgramResult finished = RunProgram(sweep, "", SimulatedDevices("2"));
    EXPECT_EQ(finished.exit_status, 0) << finished.err;
    const std::string expected = Result(Eval({"--json", "-", task_.logits}, {}));
    const std::string metrics = expected.substr(expected.find("\"metrics\""));
    for (const char *name : {"model", "second", "third"}) {
        ExpectSays(ReadFile(out + "/" + name + ".json"), metrics);
    }
}

} // namespace
