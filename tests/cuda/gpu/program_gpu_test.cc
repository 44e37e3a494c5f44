/* The whole program on the devices there are: the module beside it, its records against the CPU's.
 * REASSESS_PROGRAM names another one than this build's, where the tests were carried to the device.
 * */
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "cli/small_task.h"
#include "cuda_case.h"
#include "support/paths.h"

namespace {

using Words = std::vector<std::string>;

class ProgramOnDevice : public testing::Test {
  protected:
    ProgramResult Run(const Words &words) const
    {
        const char *const given = std::getenv("REASSESS_PROGRAM");
        Words all = {given != nullptr ? given : RS_TEST_PROGRAM};
        all.insert(all.end(), words.begin(), words.end());
        return RunProgram(all);
    }
    /* The record of made-up rows by that engine, without what may differ between engines. */
    std::string Record(const std::string &engine, const Words &more) const
    {
        Words words = {"eval",
                       "--real",
                       folder_ + "/real.json",
                       "--labels",
                       folder_ + "/original.txt",
                       "--json",
                       "-",
                       "--backend",
                       engine};
        words.insert(words.end(), more.begin(), more.end());
        const ProgramResult result = Run(words);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_NE(result.out.find("\"engine\":{\"name\":\"" + engine + "\""), std::string::npos);
        return result.out.substr(0, result.out.find("\"timing\":"));
    }
    void SetUp() override
    {
        folder_ = task_.folder.path("made");
        ASSERT_EQ(Run({"synth", "labels", "-q", "--shape", "3000,200", "-o", folder_}).exit_status,
                  0);
    }
    std::string Model(const std::string &dtype) const
    {
        const std::string path = folder_ + "/" + dtype + ".npy";
        const ProgramResult made =
            Run({"synth", "logits", "-q", "--labels", folder_ + "/original.txt", "--real",
                 folder_ + "/real.json", "--shape", "3000,200", "--dtype", dtype, "--tied-rows",
                 "0.02", "--nan-rows", "0.02", "-o", path});
        EXPECT_EQ(made.exit_status, 0) << made.err;
        return path;
    }

    SmallTask task_;
    std::string folder_;
};

TEST_F(ProgramOnDevice, TheRecordIsThatOfTheCpu)
{
    for (const std::string dtype : {"f32", "f16", "bf16", "f64"}) {
        const std::string model = Model(dtype);
        const Words what = {"--dtype", dtype, "--row-flags", "--confusions", folder_ + "/pairs.csv",
                            model};
        EXPECT_EQ(Record("cuda", what), Record("cpu", what)) << dtype;
    }
}

TEST_F(ProgramOnDevice, AllDevicesGiveTheRecordOfOne)
{
    const std::string model = Model("f32");
    EXPECT_EQ(Record("cuda", {"--device", "all", "--memory", "1M", model}), Record("cpu", {model}));
}

TEST_F(ProgramOnDevice, InfoListsThem)
{
    const ProgramResult info = Run({"info"});
    EXPECT_NE(info.out.find("engine cuda       device 0: "), std::string::npos) << info.out;
}

/* Products of small integers are the same in whatever order they are summed. */
TEST_F(ProgramOnDevice, HeadsGiveTheRecordOfTheCpu)
{
    if (!rs_test::HasCublas()) {
        GTEST_SKIP() << "there is no cuBLAS";
    }
    const std::string features = task_.folder.write(
        "features.npy", Npy("'<f4'", "(4, 2)", Bytes<float>({3, 1, -2, 5, 1, 1, 0, -4})));
    const std::string head =
        task_.folder.write("head.npy", Npy("'<f4'", "(3, 2)", Bytes<float>({1, 2, -3, 1, 2, -1})));
    std::string record[2];
    for (const bool cuda : {false, true}) {
        const ProgramResult result =
            Run({"eval", "--real", task_.real, "--labels", task_.labels, "--json", "-", "--backend",
                 cuda ? "cuda" : "cpu", "--features", features, "--head", head});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        record[cuda] = result.out.substr(0, result.out.find("\"timing\":"));
    }
    EXPECT_EQ(record[0], record[1]);
}

} // namespace
