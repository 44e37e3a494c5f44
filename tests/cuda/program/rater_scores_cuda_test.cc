/* Raters' scores beside the CUDA engine: it searches every row for its first prediction where the
 * CPU searches only the wrong ones, and the record is the same. */
#include <gtest/gtest.h>

#include <string>

#include "cli/rated_task.h"
#include "cuda_program.h"
#include "larger_task.h"

namespace {

/* Every second image was rated, by all of its classes but two. */
class RaterScoresCuda : public testing::Test {
  protected:
    RaterScoresCuda()
    {
        std::string names;
        std::vector<Score> rated;
        for (unsigned i = 0; i < LargerTask::kRows; ++i) {
            const std::string name = "r" + std::to_string(i) + ".png";
            names += name + "\n";
            for (unsigned c = 0; i % 2 == 0 && c < LargerTask::kClasses; ++c) {
                if (c != i / 2 % LargerTask::kClasses && c != i / 3 % LargerTask::kClasses) {
                    rated.push_back({name, std::to_string(c), (i * 7 + c * 13) % 100 / 100.0});
                }
            }
        }
        files_ = task_.folder.write("files.txt", names);
        scores_ = WriteScores(task_.folder, "scores.npz", rated);
    }
    /* The record up to what differs between engines. */
    std::string Result(Words more, const Words &environment = {}) const
    {
        more.insert(more.end(), {"--json", "-", "--rater-scores", scores_, "--files", files_});
        const ProgramResult result = task_.Run("eval", more, environment);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        ExpectSays(result.out, "\"real_bracket\":{\"low\":0.");
        return result.out.substr(0, result.out.find("\"timing\":"));
    }
    void ExpectAlike(const Words &what) const
    {
        const std::string expected = Result(what);
        EXPECT_EQ(expected.find("\"unasked\":0,"), std::string::npos) << expected;
        Words cuda = what;
        cuda.insert(cuda.begin(), {"--backend", "cuda"});
        EXPECT_EQ(Result(cuda, SimulatedDevices("1")), expected);
        cuda.insert(cuda.begin(), {"--device", "all", "--memory", "1M"});
        EXPECT_EQ(Result(cuda, SimulatedDevices("3")), expected);
    }

    LargerTask task_;
    std::string files_, scores_;
};

TEST_F(RaterScoresCuda, Logits)
{
    const std::string model = task_.Model("model.npy");
    ExpectAlike({model});
    ExpectAlike({"--keep-topk", "2", "--keep-dir", task_.folder.path(), model});
    ExpectAlike({"--row-range", "17:430", model});
}

TEST_F(RaterScoresCuda, Predictions)
{
    ExpectAlike({task_.Predictions("predictions.npy")});
}

TEST_F(RaterScoresCuda, Heads)
{
    const std::string features = task_.Features("features.npy");
    ExpectAlike({"--features", features, "--head", task_.Weight("a.npy")});
}

} // namespace
