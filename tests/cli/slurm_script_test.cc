// scripts/slurm/array.sh, and signals at every moment of it; a real controller runs it in
// tests/slurm.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/sweep_task.h"

namespace {

// The folder of a task: a `scontrol` that keeps what it is asked, and labels that never come.
class ArrayScript : public testing::Test {
  protected:
    ArrayScript()
    {
        EXPECT_EQ(mkfifo(real_.c_str(), 0600), 0);
        Program("scontrol", "echo \"$@\" >>" + asked_);
    }
    void Program(const std::string &name, const std::string &text) const
    {
        fs::permissions(sweep_.folder.write(name, "#!/bin/bash\n" + text + "\n"),
                        fs::perms::owner_all);
    }
    // `shell` is run by the script's own shell before its first line.
    ProgramResult Run(const std::string &shell, const std::string &program = RS_TEST_PROGRAM) const
    {
        fs::remove(asked_);
        const std::string path = fs::path(asked_).parent_path().string();
        return RunProgram({"/usr/bin/timeout", "-k", "1", "60", "bash",
                           std::string(RS_TEST_SOURCES) + "/scripts/slurm/array.sh", "-q", "--real",
                           real_, "--labels", sweep_.labels, "--out", sweep_.out, sweep_.logits},
                          "",
                          {"BASH_ENV=" + sweep_.folder.write("begin.sh", shell),
                           "REASSESS=" + program, "PATH=" + path + ":" + getenv("PATH"),
                           "SLURM_JOB_ID=70", "SLURM_ARRAY_JOB_ID=7", "SLURM_ARRAY_TASK_ID=3",
                           "SLURM_ARRAY_TASK_MIN=3", "SLURM_ARRAY_TASK_MAX=3",
                           "SLURM_ARRAY_TASK_STEP=1", "SLURM_ARRAY_TASK_COUNT=1"});
    }
    // Sends the signal before the script's command number `at`, or before it waits; what began.sh
    // leaves to the programs that the script starts does nothing there.
    std::string SendBefore(const std::string &signal, int at) const
    {
        return "unset BASH_ENV; n=0; send() { n=$((n + 1)); [ -z \"$sent\" ] || return 0\n"
               "if [ $n = " +
               std::to_string(at) +
               " ] || [[ $1 = wait* ]]; then\n"
               "sent=yes; echo \"$1\" >" +
               moment_ + "; kill -" + signal +
               " $$; fi; }\n"
               "sent=; trap 'send \"$BASH_COMMAND\"' DEBUG\n";
    }
    std::string Asked() const
    {
        return fs::exists(asked_) ? ReadFile(asked_) : "";
    }

    const Sweep sweep_;
    const std::string real_ = sweep_.folder.path("never.json");
    const std::string asked_ = sweep_.folder.path("asked");
    const std::string moment_ = sweep_.folder.path("moment");
};

// Commands of the script before the one that follows both traps.
constexpr int kFirst = 4;

struct Case {
    const char *signal;
    int status;
    const char *asked;
};
const Case kLimit = {"USR1", 0, "requeue 7_3\n"};
const Case kCancelled = {"TERM", 75, ""};

TEST_F(ArrayScript, signals_are_heard_at_every_moment)
{
    for (const Case &sent : {kLimit, kCancelled}) {
        std::string moment;
        int at = kFirst;
        for (; moment.rfind("wait", 0) != 0 && at < 40; ++at) {
            const ProgramResult result = Run(SendBefore(sent.signal, at));
            moment = ReadFile(moment_);
            EXPECT_EQ(result.exit_status, sent.status) << sent.signal << " before " << moment;
            EXPECT_EQ(Asked(), sent.asked) << sent.signal << " before " << moment;
        }
        EXPECT_EQ(moment.rfind("wait", 0), 0u) << moment;
        EXPECT_GT(at, kFirst + 5);
    }
}

// A program is a copy of the script before it is itself: a signal ends it, or is lost.
TEST_F(ArrayScript, signals_are_heard_by_a_program_that_begins)
{
    Program("ends", "sleep 0.5; exec " + std::string(RS_TEST_PROGRAM) + " \"$@\"");
    Program("loses",
            "trap : USR1 TERM; sleep 0.5; exec " + std::string(RS_TEST_PROGRAM) + " \"$@\"");
    for (const Case &sent : {kLimit, kCancelled}) {
        for (const char *program : {"ends", "loses"}) {
            const ProgramResult result =
                Run(SendBefore(sent.signal, 99), sweep_.folder.path(program));
            EXPECT_EQ(result.exit_status, sent.status) << sent.signal << program << result.err;
            EXPECT_EQ(Asked(), sent.asked) << sent.signal << program;
        }
    }
}

TEST_F(ArrayScript, other_ends_are_the_programs_own)
{
    Program("killed", "kill -KILL $$");
    EXPECT_EQ(Run("", sweep_.folder.path("killed")).exit_status, 137);
    Program("terminated", "kill -TERM $$"); // by somebody else
    EXPECT_EQ(Run("", sweep_.folder.path("terminated")).exit_status, 143);
    Program("failed", "exit 1");
    EXPECT_EQ(Run("", sweep_.folder.path("failed")).exit_status, 1);
    EXPECT_EQ(Run("", sweep_.folder.path("none")).exit_status, 127);
    EXPECT_EQ(Asked(), "");
    Program("scontrol", "exit 1"); // of a container
    EXPECT_EQ(Run(SendBefore("USR1", kFirst)).exit_status, 75);
    const ProgramResult tired = Run(SendBefore("USR1", kFirst) + "export SLURM_RESTART_COUNT=100");
    EXPECT_EQ(tired.exit_status, 1);
    EXPECT_EQ(tired.err, "array.sh: stopped after 100 restarts (REASSESS_MAX_RESTARTS)\n");
}

} // namespace
