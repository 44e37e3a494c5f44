// How the tests run programs: what a sanitizer finds is a failure, whatever the exit status.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <string>

#include "support/program.h"

static void RunThatSays(const std::string &finding)
{
    const std::string script = "echo \"$0\" >&2; exit 1";
    EXPECT_EQ(RunProgram({"/bin/sh", "-c", script, finding}).exit_status, 1);
}

TEST(RunProgram, FindingsOfSanitizersAreFailures)
{
    EXPECT_NONFATAL_FAILURE(RunThatSays("==1==ERROR: LeakSanitizer: detected memory leaks"),
                            "memory leaks");
    EXPECT_NONFATAL_FAILURE(RunThatSays("a.c:3:5: runtime error: index 7"), "index 7");
    RunThatSays("reassess: a.npy: not enough bytes");
}
