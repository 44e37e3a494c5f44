/* A sweep on devices leaves what a sweep on the CPU leaves, byte for byte but for timing and
 * engine: records, tallies, sidecars; models, predictions, ensembles, heads; on one device and on
 * several; stopped or killed in the middle as well. */
#include <gtest/gtest.h>

#include "larger_task.h"
#include "support/real_data.h"

namespace {

class CudaSweep : public testing::Test {
  protected:
    /* Of everything that a list may hold; `copies` of it, on files of their own. */
    std::string List(unsigned copies)
    {
        std::string lines;
        for (unsigned i = 0; i < copies; ++i) {
            const std::string n = std::to_string(i);
            const std::string a = task_.Model("a" + n + ".npy");
            const std::string b = task_.Model("b" + n + ".npy");
            const std::string features = task_.Features("features" + n + ".npy");
            lines += "a" + n + " " + a + "\n";
            lines += "b" + n + " " + b + "\n";
            lines += "both" + n + " " + a + " " + b + " --ensemble --weights 1,3\n";
            lines += "ranked" + n + " " + task_.Predictions("ranked" + n + ".npy") + "\n";
            for (const char *head : {"head1_", "head2_", "head3_"}) {
                lines += head + n + " --features " + features + " --head " +
                         task_.Weight(head + n + ".npy") + "\n";
            }
        }
        return task_.folder.write("list.txt", lines);
    }
    ProgramResult Sweep(const std::string &out, const std::string &list, const Words &more,
                        const Words &environment = {}) const
    {
        Words words = {"--out", task_.folder.path(out), "--list", list};
        words.insert(words.end(), more.begin(), more.end());
        return task_.Run("sweep", words, environment);
    }
    std::map<std::string, std::string> Left(const std::string &out) const
    {
        return Contents(task_.folder.path(out));
    }
    std::string Record(const std::string &out, const std::string &name) const
    {
        return ReadFile(task_.folder.path(out) + "/" + name + ".json");
    }

    LargerTask task_;
};

TEST_F(CudaSweep, LeavesWhatTheCpuLeaves)
{
    const std::string list = List(2);
    const ProgramResult cpu = Sweep("cpu", list, {"--backend", "cpu"});
    ASSERT_EQ(cpu.exit_status, 0) << cpu.err;
    const auto expected = Left("cpu");
    ASSERT_EQ(expected.size(), 3 * 14u);
    const std::pair<const char *, const char *> cases[] = {{"1", "0"}, {"2", "0,1"}, {"3", "all"}};
    for (const auto &[devices, asked] : cases) {
        SCOPED_TRACE(asked);
        const std::string out = std::string("cuda") + devices;
        const ProgramResult cuda =
            Sweep(out, list, {"--backend", "cuda", "--device", asked}, SimulatedDevices(devices));
        ASSERT_EQ(cuda.exit_status, 0) << cuda.err;
        ExpectSays(cuda.err, "14 models scored, 0 failed");
        EXPECT_TRUE(Left(out) == expected);
        for (const char *name : {"a0", "both1", "ranked0", "head2_0"}) {
            ExpectSays(Record(out, name), "\"engine\":{\"name\":\"cuda\",\"device\":\"host SIMT");
        }
    }
    /* What one engine made is up to date for the other. */
    const ProgramResult again = Sweep("cuda2", list, {"--backend", "cpu"});
    ExpectSays(again.err, "0 models to score, 14 up to date");
}

TEST_F(CudaSweep, TheRealModelsToo)
{
    RS_NEED_DATA();
    const auto sweep = [this](const std::string &out, const Words &more, const Words &environment) {
        Words words = {RS_TEST_PROGRAM, "sweep",       "--order",
                       "imagefolder",   "--out",       task_.folder.path(out),
                       "--pred-scores", "preds=probs", DataFolder() + "/predictions"};
        for (const Words &part : {RealLabelOptions(), more}) {
            words.insert(words.end(), part.begin(), part.end());
        }
        const ProgramResult result = RunProgram(words, "", environment);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return Left(out);
    };
    const auto expected = sweep("cpu", {"--backend", "cpu"}, {});
    ASSERT_EQ(expected.size(), 63u);
    EXPECT_TRUE(sweep("cuda", {"--backend", "cuda", "--device", "all"}, SimulatedDevices("2")) ==
                expected);
}

/* Ends `command` by a signal once its folder holds a few records, as often as it takes to meet it
 * at work; what it says last is the exit status. */
constexpr const char *kInterrupt =
    "out=$1 signal=$2; shift 2\n"
    "\"$@\" 2>/dev/null & pid=$!\n"
    "while [ \"$(ls \"$out\" 2>/dev/null | grep -c '^[a-z].*[.]json')\" -lt 3 ] && kill -0 $pid\n"
    "do sleep 0.005; done\n"
    "kill -$signal $pid; wait $pid; echo status $?";

TEST_F(CudaSweep, StoppedOrKilledAndResumedItEndsTheSame)
{
    const std::string list = List(4);
    ASSERT_EQ(Sweep("cpu", list, {"--backend", "cpu"}).exit_status, 0);
    const auto expected = Left("cpu");
    const Words devices = {"--backend", "cuda", "--device", "all"};
    const std::pair<const char *, const char *> ways[] = {{"TERM", "status 75\n"},
                                                          {"KILL", "status 137\n"}};
    for (const auto &[signal, status] : ways) {
        SCOPED_TRACE(signal);
        const std::string out = task_.folder.path(signal);
        const ProgramResult ended = RunProgram(
            {"sh",     "-c",     kInterrupt,  "sh",       out,          signal,  RS_TEST_PROGRAM,
             "sweep",  "--real", task_.real,  "--labels", task_.labels, "--out", out,
             "--list", list,     "--backend", "cuda",     "--device",   "all"},
            "", SimulatedDevices("2"));
        ASSERT_EQ(ended.out, status) << ended.err;
        size_t records = 0;
        for (const auto &[name, bytes] : Left(signal)) {
            if (name[0] != '.' && fs::path(name).extension() == ".json") {
                EXPECT_EQ(bytes, expected.at(name));
                ++records;
            }
        }
        EXPECT_GE(records, 3u);
        EXPECT_LT(records, 28u);
        const ProgramResult rest = Sweep(signal, list, devices, SimulatedDevices("2"));
        ASSERT_EQ(rest.exit_status, 0) << rest.err;
        ExpectSays(rest.err, std::to_string(28 - records) + " models to score, " +
                                 std::to_string(records) + " up to date");
        auto left = Left(signal);
        for (auto file = left.begin(); file != left.end();) { /* temporary files of the kill */
            file = file->first[0] == '.' ? left.erase(file) : std::next(file);
        }
        EXPECT_TRUE(left == expected);
    }
}

} // namespace
