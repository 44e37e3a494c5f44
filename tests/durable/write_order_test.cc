// A file is synced before it gets its name, and its folder after: whatever loses power when, what
// is there is whole. Of a result the record goes first and comes last.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

extern "C" {
#include "base/file_write.h"
}

#include "cli/small_task.h"
#include "support/paths.h"

namespace {

using Lines = std::vector<std::string>;

class WriteOrder : public testing::Test {
  protected:
    WriteOrder()
    {
        std::filesystem::create_directory(task_.folder.path("out"));
        out_ = std::filesystem::canonical(task_.folder.path("out")).string();
        log_ = task_.folder.path("log");
    }

    Lines CallsOf(const Lines &command, const Lines &more_environment)
    {
        Lines environment = {"LD_PRELOAD=" RS_TEST_CALL_LOG, "CALL_LOG=" + log_};
        environment.insert(environment.end(), more_environment.begin(), more_environment.end());
        std::filesystem::remove(log_);
        const ProgramResult result = RunProgram(command, "", environment);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return SplitLines(ReadFile(log_));
    }

    Lines Calls(Lines arguments, const Lines &more_environment = {})
    {
        Lines command = {RS_TEST_PROGRAM, arguments[0], "--quiet",     "--real",
                         task_.real,      "--labels",   task_.labels};
        command.insert(command.end(), arguments.begin() + 1, arguments.end());
        return CallsOf(command, more_environment);
    }

    // Where `path` got its name; its bytes were synced before, and its folder was after.
    ptrdiff_t ExpectDurable(const Lines &calls, const std::string &path) const
    {
        SCOPED_TRACE(path + " in\n" + ReadFile(log_));
        const auto renamed = std::find_if(calls.begin(), calls.end(), [&](const std::string &call) {
            return call.rfind("rename ", 0) == 0 && call.size() > path.size() &&
                   call.compare(call.size() - path.size() - 1, std::string::npos, " " + path) == 0;
        });
        EXPECT_NE(renamed, calls.end());
        if (renamed == calls.end()) {
            return -1;
        }
        const std::string temporary = renamed->substr(7, renamed->size() - 7 - path.size() - 1);
        const auto last = [&](const std::string &call) { // before the rename
            const auto found = std::find(std::make_reverse_iterator(renamed), calls.rend(), call);
            return calls.rend() - found;
        };
        EXPECT_GT(last("write " + temporary), 0);
        EXPECT_GT(last("fsync " + temporary), last("write " + temporary));
        EXPECT_NE(std::find(renamed, calls.end(), "fsync " + out_), calls.end());
        EXPECT_EQ(std::find(renamed, calls.end(), "write " + temporary), calls.end());
        return renamed - calls.begin();
    }

    SmallTask task_;
    std::string out_, log_;
};

TEST_F(WriteOrder, FilesOfEval)
{
    const Lines calls = Calls({"eval", "--json", out_ + "/a.json", "--per-row", out_ + "/a.jsonl",
                               task_.logits});
    ExpectDurable(calls, out_ + "/a.json");
    ExpectDurable(calls, out_ + "/a.jsonl");
}

// Nothing was written to it, but its name stands for a file that was synced all the same. Written
// by a second process of this test, whose calls are seen.
TEST_F(WriteOrder, AnEmptyFile)
{
    if (const char *path = std::getenv("WRITE_EMPTY")) {
        ASSERT_EQ(rs_file_write_whole(path, "", 0, nullptr), RS_OK);
        return;
    }
    const std::string path = out_ + "/empty";
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    const Lines calls =
        CallsOf({self, "--gtest_filter=WriteOrder.AnEmptyFile"}, {"WRITE_EMPTY=" + path});
    const auto synced = std::find_if(calls.begin(), calls.end(), [&](const std::string &call) {
        return call.rfind("fsync " + out_ + "/.", 0) == 0;
    });
    ASSERT_NE(synced, calls.end()) << ReadFile(log_);
    const std::string temporary = synced->substr(6);
    const auto renamed = std::find(synced, calls.end(), "rename " + temporary + " " + path);
    ASSERT_NE(renamed, calls.end()) << ReadFile(log_);
    EXPECT_EQ(std::count(renamed, calls.end(), "fsync " + out_), 1) << ReadFile(log_);
    EXPECT_EQ(std::count(calls.begin(), calls.end(), "write " + temporary), 0) << ReadFile(log_);
}

TEST_F(WriteOrder, ResultsOfASweep)
{
    const Lines sweep = {"sweep", "--out", out_, task_.logits};
    const auto check = [&](const Lines &calls) {
        const ptrdiff_t tally = ExpectDurable(calls, out_ + "/model.tally");
        const ptrdiff_t record = ExpectDurable(calls, out_ + "/model.json");
        EXPECT_LT(tally, record);
        return tally;
    };
    check(Calls(sweep));
    Lines again = sweep; // other settings: the old result goes, its record first
    again.insert(again.begin() + 1, "--topk=1,2");
    const Lines calls = Calls(again);
    const ptrdiff_t tally = check(calls);
    const auto removed = std::find(calls.begin(), calls.end(), "unlink " + out_ + "/model.json");
    EXPECT_LT(removed - calls.begin(), tally) << ReadFile(log_);
}

TEST_F(WriteOrder, ASignalIsNoFailure)
{
    const Lines calls =
        Calls({"eval", "--json", out_ + "/a.json", task_.logits}, {"CALL_INTERRUPT=1"});
    EXPECT_EQ(std::count(calls.begin(), calls.end(), "interrupted open"), 1);
    EXPECT_EQ(std::count(calls.begin(), calls.end(), "interrupted fsync"), 1);
    ExpectDurable(calls, out_ + "/a.json");
}

} // namespace
