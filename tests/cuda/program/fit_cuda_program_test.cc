/* reassess fit --backend cuda: heads that eval reads, of which the losses are those of the CPU. */
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>

#include "larger_task.h"

namespace {

class CudaFitProgram : public testing::Test {
  protected:
    CudaFitProgram()
    {
        std::string list;
        for (unsigned i = 0; i < LargerTask::kRows; i += 2) {
            list += std::to_string(i) + "\n";
        }
        kept_ = task_.folder.write("kept.txt", list);
        features_ = task_.Features("features.npy");
    }
    /* RunProgram of the grid, trained for two epochs with label sets. */
    ProgramResult Fit(const std::string &heads, const Words &more, const Words &environment) const
    {
        Words words = {RS_TEST_PROGRAM, "fit",     "--real", task_.real, "--features", features_,
                       "--keep",        kept_,     "--grid", "--epochs", "1,2",        "--json",
                       "-",             "--batch", "100",    "-o",       task_.folder.path(heads)};
        words.insert(words.end(), more.begin(), more.end());
        return RunProgram(words, "", environment);
    }
    static std::vector<double> Losses(const std::string &json)
    {
        const std::string name = "\"training_loss\":";
        std::vector<double> losses;
        for (size_t at = json.find(name); at != std::string::npos; at = json.find(name, at + 1)) {
            losses.push_back(std::strtod(json.c_str() + at + name.size(), nullptr));
        }
        return losses;
    }

    LargerTask task_;
    std::string kept_, features_;
};

TEST_F(CudaFitProgram, LossesAreThoseOfTheCpu)
{
    const ProgramResult cpu = Fit("cpu.npz", {}, {});
    ASSERT_EQ(cpu.exit_status, 0) << cpu.err;
    const std::vector<double> wanted = Losses(cpu.out);
    ASSERT_EQ(wanted.size(), 8u);
    for (const std::string memory : {"1G", "1M"}) {
        for (const std::string device : {"0", "1", "1,0"}) {
            const ProgramResult cuda =
                Fit("cuda.npz", {"--backend", "cuda", "--device", device, "--memory", memory},
                    SimulatedDevices("2"));
            ASSERT_EQ(cuda.exit_status, 0) << cuda.err;
            ExpectSays(cuda.out, "\"engine\":{\"name\":\"cuda\",\"device\":\"");
            ExpectSays(cuda.out, "\"features\":\"resident\",\"products\":\"cuBLAS 13.0\"");
            const std::vector<double> losses = Losses(cuda.out);
            ASSERT_EQ(losses.size(), wanted.size());
            for (size_t i = 0; i < losses.size(); ++i) {
                EXPECT_NEAR(losses[i], wanted[i], 1e-5);
            }
        }
    }
    for (const std::string head : {"softmax.all.e1", "sigmoid.kept.e2"}) {
        const ProgramResult scored =
            task_.Run("eval", {"--json", "-", "--features", features_, "--head",
                               task_.folder.path("cuda.npz") + "#" + head});
        EXPECT_EQ(scored.exit_status, 0) << scored.err;
    }
}

TEST_F(CudaFitProgram, TheTableSaysWhereItWas)
{
    const ProgramResult result = RunProgram(
        {RS_TEST_PROGRAM, "fit", "--labels", task_.labels, "--features", features_, "--epochs", "1",
         "--backend", "cuda", "-o", task_.folder.path("head.npz")},
        "", SimulatedDevices("1"));
    EXPECT_EQ(result.exit_status, 0) << result.err;
    const std::string said = std::regex_replace(result.out, std::regex("\n +"), " "); // unfolded
    ExpectSays(said, "npy <f4 cuda (");
    ExpectSays(said, ", cuBLAS 13.0, features on the device), trained in ");
}

/* No checkpoint is left of the other engine, and what is left goes on. */
TEST_F(CudaFitProgram, ADeviceThatIsLostEndsTheRunAndNoMore)
{
    const std::string heads = task_.folder.path("lost.npz");
    const Words words = {"--backend", "cuda"};
    const ProgramResult lost =
        Fit("lost.npz", words, SimulatedDevices("1", {"SIMT_FAIL_WORK=60:700"}));
    EXPECT_EQ(lost.exit_status, 1);
    EXPECT_EQ(lost.out, "");
    ExpectSays(lost.err, "on CUDA device 0");
    const ProgramResult again = Fit("lost.npz", words, SimulatedDevices("1"));
    EXPECT_EQ(again.exit_status, 0) << again.err;
    EXPECT_FALSE(std::filesystem::exists(heads + ".checkpoint"));
    ASSERT_EQ(Fit("whole.npz", words, SimulatedDevices("1")).exit_status, 0);
    EXPECT_EQ(ReadFile(heads), ReadFile(task_.folder.path("whole.npz")));
}

TEST_F(CudaFitProgram, WithoutADeviceNothingIsRead)
{
    const ProgramResult none = Fit("none.npz", {"--backend", "cuda"}, SimulatedDevices("0"));
    EXPECT_EQ(none.exit_status, 1);
    ExpectSays(none.err, "use --backend cpu");
    EXPECT_FALSE(std::filesystem::exists(task_.folder.path("none.npz")));
}

} // namespace
