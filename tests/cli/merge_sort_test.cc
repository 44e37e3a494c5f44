// reassess merge --sort: what a leaderboard can be sorted by beyond the metrics.
#include <gtest/gtest.h>

#include "sweep_task.h"

namespace {

// The least first, models without one last; what is shown is what the records have.
TEST(MergeSort, by_calibration)
{
    const Sweep sweep;
    ASSERT_EQ(sweep({"--calibration", sweep.logits,
                     sweep.write("other.npy", {0, 5, 1, 0, 4, 3, 0, 2, 9, 1, 0, 2})})
                  .exit_status,
              0);
    const std::string ranked = sweep.folder.write(
        "ranked.npy", Npy("'<i4'", "(4, 2)", Bytes<int32_t>({0, 1, 2, 1, 0, 2, 0, 2})));
    ASSERT_EQ(sweep({ranked}).exit_status, 0);
    for (const std::string kind : {"ece", "real_ece", "nll", "real_nll"}) {
        const ProgramResult result =
            RunProgram({RS_TEST_PROGRAM, "merge", "--sort", kind, sweep.out});
        ASSERT_EQ(result.exit_status, 0) << result.err;
        const Words lines = SplitLines(result.out);
        ASSERT_EQ(lines.size(), 5u);
        double before = -1;
        for (size_t i = 2; i < 4; ++i) {
            const std::string name = lines[i].substr(0, 5);
            const Record record(ReadFile(sweep.out + "/" + name + ".json"));
            const double value = record.number("calibration." + kind);
            EXPECT_GE(value, before) << result.out;
            before = value;
            char shown[40];
            const bool share = kind.find("ece") != std::string::npos;
            (void)snprintf(shown, sizeof shown, share ? "%.2f" : "%.4f",
                           share ? 100 * value : value);
            EXPECT_EQ(std::stod(lines[i].substr(6)), std::stod(shown)) << lines[i];
        }
        EXPECT_EQ(lines[4].substr(0, 6), "ranked");
        EXPECT_NE(lines[4].find("  -  "), std::string::npos) << lines[4];
    }
    const ProgramResult unknown =
        RunProgram({RS_TEST_PROGRAM, "merge", "--sort", "accuracy", sweep.out});
    EXPECT_NE(unknown.err.find(", ece, real_ece, nll, real_nll"), std::string::npos) << unknown.err;
}

} // namespace
