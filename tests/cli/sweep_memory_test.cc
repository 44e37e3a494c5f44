// What a sweep of large files takes at most: what --memory says, and the program with its labels.
#include <gtest/gtest.h>

#include "support/sanitized.h"
#include "sweep_task.h"

namespace {

// Classes are few and rows many, so that the predictions of a model, 120 bytes a row, are most of
// what a lane holds, and much more than the program and its labels.
constexpr uint64_t kRows = 400000;
constexpr uint64_t kClasses = 100;
constexpr long kMegabyte = 1024; // in kilobytes

// The program, the labels of 400,000 images as they are read, and what the allocator keeps.
constexpr long kProgram = 32 * kMegabyte;

struct LargeSweep {
    LargeSweep()
    {
        std::string sets = "[[0]";
        std::string lines = "0\n";
        for (uint64_t i = 1; i < kRows; ++i) {
            sets += ",[0]";
            lines += "0\n";
        }
        real = folder.write("real.json", sets + "]");
        labels = folder.write("labels.txt", lines);
    }
    // Zeros that take no room on the disk.
    std::string array(const std::string &name, uint64_t rows, uint64_t columns) const
    {
        const std::string shape = "(" + std::to_string(rows) + ", " + std::to_string(columns) + ")";
        const std::string header = Npy("'<f4'", shape, "");
        const std::string path = folder.write(name, header);
        fs::resize_file(path, header.size() + rows * columns * sizeof(float));
        return path;
    }
    long peak(const std::string &memory, const Words &models)
    {
        const std::string out = folder.path("out" + std::to_string(runs++));
        Words command = {RS_TEST_PROGRAM, "sweep",     "--real",  real,       "--labels",
                         labels,          "--classes", "100",     "--out",    out,
                         "--threads",     "4",         "--quiet", "--memory", memory};
        command.insert(command.end(), models.begin(), models.end());
        const ProgramResult result = RunProgram(command);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return result.peak_kilobytes;
    }

    TemporaryFolder folder;
    std::string real, labels;
    int runs = 0;
};

TEST(SweepMemory, StaysBelowWhatWasAllowed)
{
    RS_SKIP_IF_SANITIZED("sanitizers take memory of their own");
    LargeSweep sweep;
    Words models;
    for (int i = 0; i < 5; ++i) { // 160 MB each
        models.push_back(sweep.array("m" + std::to_string(i) + ".npy", kRows, kClasses));
    }
    EXPECT_LT(sweep.peak("140M", models), 140 * kMegabyte + kProgram); // two lanes
    // That is the doing of --memory: five lanes hold more, once they get to run at the same time,
    // which on a busy machine they may not do in every run.
    long most = 0;
    for (int run = 0; run < 8 && most <= 140 * kMegabyte + kProgram; ++run) {
        most = std::max(most, sweep.peak("2G", models));
    }
    EXPECT_GT(most, 140 * kMegabyte + kProgram);
}

TEST(SweepMemory, HoldsForEnsemblesAndHeads)
{
    RS_SKIP_IF_SANITIZED("sanitizers take memory of their own");
    LargeSweep sweep;
    const std::string a = sweep.array("a.npy", kRows, kClasses);
    const std::string features = sweep.array("features.npy", kRows, 64);
    const std::string weight = sweep.array("weight.npy", kClasses, 64);
    std::string ensembles;
    std::string heads;
    for (const char *name : {"1", "2", "3", "4"}) {
        ensembles += std::string("e") + name + " " + a + " " + a + " " + a + " --ensemble\n";
        heads += std::string("h") + name + " --features " + features + " --head " + weight + "\n";
    }
    const std::string ensemble_list = sweep.folder.write("ensembles", ensembles);
    const std::string head_list = sweep.folder.write("heads", heads);
    EXPECT_LT(sweep.peak("140M", {"--list", ensemble_list}), 140 * kMegabyte + kProgram);
    EXPECT_LT(sweep.peak("180M", {"--list", head_list}), 180 * kMegabyte + kProgram);
}

} // namespace
