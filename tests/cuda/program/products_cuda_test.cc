/* Commands that multiply matrices, with cuBLAS of the executor: heads and the bootstrap of compare.
 * */
#include <gtest/gtest.h>

#include "larger_task.h"

namespace {

/* What stands before and after the object of that name. */
std::string Without(const std::string &json, const std::string &name)
{
    const size_t begin = json.find("\"" + name + "\":{");
    const size_t end = json.find('}', begin);
    EXPECT_NE(begin, std::string::npos) << json;
    return begin == std::string::npos ? json : json.substr(0, begin) + json.substr(end);
}

TEST(CudaProducts, ComparisonsHaveTheIntervalsOfTheCpu)
{
    LargerTask task;
    const Words models = {task.Model("a.npy"), task.Model("b.npy"), task.Model("c.npy")};
    for (const char *seed : {"1", "7"}) {
        Words words = {"--json", "-", "--bootstrap", "1500", "--seed", seed, "--backend", "cpu"};
        words.insert(words.end(), models.begin(), models.end());
        const ProgramResult cpu = task.Run("compare", words);
        ASSERT_EQ(cpu.exit_status, 0) << cpu.err;
        words[7] = "cuda";
        for (const char *asked : {"0", "1", "all"}) {
            Words more = words;
            more.insert(more.end(), {"--device", asked});
            const ProgramResult cuda = task.Run("compare", more, SimulatedDevices("2"));
            ASSERT_EQ(cuda.exit_status, 0) << cuda.err;
            ExpectSays(cuda.out, "\"engine\":{\"name\":\"cuda\",\"products\":\"cuBLAS 13.0\"");
            EXPECT_EQ(Without(cuda.out, "engine"), Without(cpu.out, "engine"));
        }
    }
}

/* Tiles are of 64 rows, so that there are some for each device. */
TEST(CudaProducts, HeadsOnSeveralDevicesHaveTheRecordsOfTheCpu)
{
    constexpr unsigned kWide = 400;
    LargerTask task;
    const Words words = {"--json",     "-",
                         "--features", task.Matrix("features.npy", LargerTask::kRows, kWide),
                         "--head",     task.Matrix("one.npy", LargerTask::kClasses, kWide),
                         "--head",     task.Matrix("two.npy", LargerTask::kClasses, kWide)};
    const auto records = [](const ProgramResult &result) {
        EXPECT_EQ(result.exit_status, 0) << result.err;
        Words untimed;
        for (const std::string &line : SplitLines(result.out)) {
            untimed.push_back(Untimed(line));
        }
        EXPECT_EQ(untimed.size(), 2u);
        return untimed;
    };
    const Words expected = records(task.Run("eval", words));
    /* Which engine it is does not depend on the devices there are. */
    ExpectSays(task.Run("eval", words, SimulatedDevices("3")).out, "\"engine\":{\"name\":\"cpu\"");
    for (const char *asked : {"0", "0,2", "all"}) {
        Words more = words;
        more.insert(more.end(), {"--backend", "cuda", "--memory", "1M", "--device", asked});
        EXPECT_EQ(records(task.Run("eval", more, SimulatedDevices("3"))), expected) << asked;
    }
    Words lost = words;
    lost.insert(lost.end(), {"--backend", "cuda", "--memory", "1M", "--device", "0,1"});
    const ProgramResult result =
        task.Run("eval", lost, SimulatedDevices("2", {"SIMT_FAIL_WORK=60:700"}));
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.out, "");
    ExpectSays(result.err, "on CUDA device ");
}

} // namespace
