// No kill, full disk or second sweep leaves anything half, and a rerun finishes the work.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "support/real_data.h"
#include "sweep_task.h"

namespace {

// A folder on a file system of its own; not there where nobody may mount one.
class SmallDisk {
  public:
    SmallDisk(const std::string &path, const char *options) : path_(path)
    {
        fs::create_directory(path);
        mounted_ = mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0;
    }
    ~SmallDisk()
    {
        if (mounted_) {
            (void)umount2(path_.c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;
    bool mounted() const
    {
        return mounted_;
    }
    bool remount(unsigned long flags, const char *options) const
    {
        return mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT | flags, options) == 0;
    }

  private:
    std::string path_;
    bool mounted_;
};

TEST(SweepFaults, AFullDiskLosesNothingAndARerunFinishes)
{
    const Sweep sweep;
    const SmallDisk disk(sweep.out, "size=32k");
    if (!disk.mounted()) {
        GTEST_SKIP() << "mounting a small file system is not allowed here";
    }
    Words models = {"--threads", "1"};
    for (int i = 0; i < 5; ++i) {
        models.push_back(sweep.write("m" + std::to_string(i) + ".npy", kOther));
    }
    const ProgramResult full = sweep(models);
    EXPECT_EQ(full.exit_status, 1);
    EXPECT_NE(full.err.find("the disk is full; free some space"), std::string::npos) << full.err;
    size_t records = 0;
    for (const std::string &name : Names(sweep.out)) {
        EXPECT_NE(name[0], '.') << "a temporary file was left";
        records += fs::path(name).extension() == ".json";
    }
    EXPECT_GT(records, 0u);
    EXPECT_LT(records, 5u);
    ASSERT_TRUE(disk.remount(0, "size=1m"));
    const ProgramResult rest = sweep(models);
    EXPECT_EQ(rest.exit_status, 0) << rest.err;
    EXPECT_NE(rest.err.find(", " + std::to_string(records) + " up to date"), std::string::npos);
    EXPECT_EQ(Names(sweep.out).size(), 15u);

    // a read-only folder is said before anything is scored
    ASSERT_TRUE(disk.remount(MS_RDONLY, "size=1m"));
    const ProgramResult readonly = sweep(models);
    EXPECT_EQ(readonly.exit_status, 1);
    EXPECT_NE(readonly.err.find("cannot write results into it: Read-only file system"),
              std::string::npos)
        << readonly.err;
}

TEST(SweepFaults, TwoSweepsAtOnceEndAsOne)
{
    const Sweep sweep;
    Words models;
    for (int i = 0; i < 30; ++i) {
        models.push_back(sweep.write("m" + std::to_string(i) + ".npy", kOther));
    }
    Sweep alone;
    Words command = models;
    alone.out = sweep.folder.path("alone");
    ProgramResult expected = RunProgram([&] {
        Words words = {RS_TEST_PROGRAM, "sweep",      "--real", sweep.real,
                       "--labels",      sweep.labels, "--out",  alone.out};
        words.insert(words.end(), models.begin(), models.end());
        return words;
    }());
    ASSERT_EQ(expected.exit_status, 0) << expected.err;
    std::vector<ProgramResult> results(3);
    std::vector<std::thread> threads;
    for (ProgramResult &result : results) {
        threads.emplace_back([&] { result = sweep(models); });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (const ProgramResult &result : results) {
        EXPECT_EQ(result.exit_status, 0) << result.err;
    }
    EXPECT_EQ(Contents(sweep.out), Contents(alone.out));
}

// ---- signals and kills ----

pid_t Start(const Words &words)
{
    const pid_t pid = fork();
    if (pid == 0) {
        std::vector<char *> argv;
        for (const std::string &word : words) {
            argv.push_back(const_cast<char *>(word.c_str()));
        }
        argv.push_back(nullptr);
        if (freopen("/dev/null", "w", stderr) == nullptr) {
            _exit(127);
        }
        execv(argv[0], argv.data());
        _exit(127);
    }
    return pid;
}

// 128 + signal when a signal ended it.
int Wait(pid_t pid)
{
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool HasEnded(pid_t pid)
{
    siginfo_t info = {};
    return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid;
}

size_t FileCount(const std::string &folder)
{
    std::error_code none;
    size_t count = 0;
    for (fs::directory_iterator at(folder, none), end; !none && at != end; at.increment(none)) {
        ++count;
    }
    return count;
}

Words RealSweep(const std::string &out)
{
    Words words = {RS_TEST_PROGRAM, "sweep", "--order",       "imagefolder",
                   "--out",         out,     "--pred-scores", "preds=probs"};
    for (const std::string &option : RealLabelOptions()) {
        words.push_back(option);
    }
    words.push_back(DataFolder() + "/predictions");
    return words;
}

// A folder that was killed in the middle holds whole results and files under way, nothing else.
void ExpectNoHalves(const std::string &folder)
{
    for (const auto &[name, bytes] : Contents(folder)) {
        if (name[0] != '.' && fs::path(name).extension() == ".json") {
            EXPECT_TRUE(Record(ReadFile(folder + "/" + name)).valid()) << name;
            const std::string stem = name.substr(0, name.size() - 5);
            EXPECT_TRUE(fs::exists(folder + "/" + stem + ".tally")) << name;
            EXPECT_TRUE(fs::exists(folder + "/" + stem + ".topk.npz")) << name;
        }
    }
}

void RemoveTemporaries(const std::string &folder)
{
    for (const auto &[name, bytes] : Contents(folder)) {
        if (name[0] == '.') {
            fs::remove(folder + "/" + name);
        }
    }
}

TEST(SweepFaults, KilledAtRandomAndResumedItEndsTheSame)
{
    RS_NEED_DATA();
    const TemporaryFolder folder;
    const ProgramResult whole = RunProgram(RealSweep(folder.path("whole")));
    ASSERT_EQ(whole.exit_status, 0) << whole.err;
    const auto expected = Contents(folder.path("whole"));
    ASSERT_EQ(expected.size(), 63u);

    std::mt19937 draw(20200612);
    const int kills = 50;
    const int signals[] = {SIGKILL, SIGKILL, SIGTERM, SIGINT, SIGUSR1};
    const std::string out = folder.path("killed");
    int interrupted = 0;
    size_t files_when_killed = 0;
    for (int k = 0; interrupted < kills && k < 20 * kills; ++k) {
        const size_t already = FileCount(out);
        const size_t files = already + draw() % 5;
        const int signal = signals[draw() % 5];
        const pid_t pid = Start(RealSweep(out));
        while (FileCount(out) < files && !HasEnded(pid)) {
            usleep(100);
        }
        usleep(static_cast<useconds_t>(draw() % 3000));
        (void)kill(pid, signal);
        const int status = Wait(pid);
        if (status == 0) { // it was done before the signal came
            fs::remove_all(out);
            continue;
        }
        if (signal == SIGKILL) {
            EXPECT_EQ(status, 128 + SIGKILL);
        } else if (status != 128 + signal) { // the handler was not there yet
            EXPECT_EQ(status, 75);
        }
        ++interrupted;
        if (fs::exists(out)) {
            ExpectNoHalves(out);
            files_when_killed += FileCount(out) - already;
        }
    }
    EXPECT_EQ(interrupted, kills);
    EXPECT_GT(files_when_killed, 0u);
    const ProgramResult last = RunProgram(RealSweep(out));
    ASSERT_EQ(last.exit_status, 0) << last.err;
    RemoveTemporaries(out);
    EXPECT_EQ(Contents(out), expected);
}

} // namespace
