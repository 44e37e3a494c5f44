/* Confusions that a pass counts on simulated devices. */
#include <gtest/gtest.h>

#include "larger_task.h"

namespace {

/* The file of --confusions. */
std::string Confusions(LargerTask &task, Words words, const Words &environment)
{
    const std::string path = task.folder.path() + "/pairs.csv";
    words.insert(words.end(), {"-q", "--confusions", path});
    const ProgramResult result = task.Run("eval", words, environment);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    return ReadFile(path);
}

TEST(CudaConfusions, AreThoseOfTheCpu)
{
    LargerTask task;
    const std::string map = task.folder.write("map.txt", "3\n1\n2\n3\n-1\n5\n6\n7\n8\n11\n10\n9\n");
    const std::string model = task.Model("model.npy");
    for (const Words &what :
         {Words{model}, Words{"--row-range", "101:507", model}, Words{"--class-map", map, model},
          Words{"--keep-topk", "3", "--keep-dir", task.folder.path(), model},
          Words{task.Predictions("top.npy")},
          Words{model, task.Model("second.npy"), "--ensemble"}}) {
        SCOPED_TRACE(what[0]);
        const std::string expected = Confusions(task, what, {});
        EXPECT_GT(SplitLines(expected).size(), 20u);
        Words cuda = what;
        cuda.insert(cuda.end(), {"--backend", "cuda", "--memory", "1M"});
        EXPECT_EQ(Confusions(task, cuda, SimulatedDevices("1")), expected);
        cuda.insert(cuda.end(), {"--device", "all"});
        EXPECT_EQ(Confusions(task, cuda, SimulatedDevices("3")), expected);
    }
}

} // namespace
