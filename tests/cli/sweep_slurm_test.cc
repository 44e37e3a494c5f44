// sweep --slurm as a user types it; a real controller takes it in tests/slurm.
#include <gtest/gtest.h>

#include <filesystem>

#include "sweep_task.h"

namespace {

std::string Lines(const Sweep &sweep, const std::string &tasks, const std::string &sbatch)
{
    const std::string program = fs::canonical(RS_TEST_PROGRAM).string();
    const std::string env = "env REASSESS=" + program + " sbatch --parsable ";
    return "array=$(" + env + "--array=0-" + tasks + " --output=" + sweep.out + "/slurm/%A_%a.log" +
           sbatch + " " + sweep.out + "/slurm/array.sh";
}

TEST(SweepSlurm, DryRunPrintsTheCommandsAndWritesNothing)
{
    const Sweep sweep;
    const std::string other = sweep.write("other model.npy", kOther);
    const ProgramResult shown = sweep({"--slurm", "16", "--sbatch=--time=30", "--dry-run",
                                       "--threads", "1", sweep.logits, other});
    ASSERT_EQ(shown.exit_status, 0) << shown.err;
    // No more tasks than models; what was said to SLURM is not said to the tasks.
    EXPECT_EQ(shown.out.find(Lines(sweep, "1", " --time=30")), 0u) << shown.out;
    EXPECT_NE(shown.out.find(" --threads=1 "), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find(" -- " + sweep.logits + " '" + other + "')\n"), std::string::npos)
        << shown.out;
    EXPECT_NE(shown.out.find("\"--dependency=afterany:${array%%;*}\""), std::string::npos);
    EXPECT_NE(shown.out.find("--expect=2 " + sweep.out + "\n"), std::string::npos) << shown.out;
    EXPECT_EQ(shown.out.find("--slurm="), std::string::npos) << shown.out;
    EXPECT_FALSE(fs::exists(sweep.out));
}

TEST(SweepSlurm, WhatDoesNotFitTogetherIsRefused)
{
    const Sweep sweep;
    const auto refused = [&](const Words &words, const std::string &reason) {
        const ProgramResult result = sweep(words);
        EXPECT_EQ(result.exit_status, 2);
        EXPECT_NE(result.err.find(reason), std::string::npos) << result.err;
    };
    refused({"--dry-run", sweep.logits},
            "--sbatch and --dry-run are about SLURM, which was not asked for; say --slurm N");
    refused({"--sbatch=--time=1", sweep.logits}, "say --slurm N as well");
    refused({"--slurm", "2", "--shard", "0/2", sweep.logits}, "leave --shard out");
    refused({"--slurm", "0", sweep.logits}, "--slurm");
    const ProgramResult missing = sweep({"--slurm", "2", sweep.logits + ".not"});
    EXPECT_NE(missing.exit_status, 0); // before anything is submitted
}

} // namespace
