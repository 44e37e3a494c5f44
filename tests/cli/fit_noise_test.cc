// What cleaning and the sigmoid gain: where labels are wrong in a way that planted noise makes, and
// nothing where none is. The chain of docs/FIT.md over ten seeds; bench/fit/noise_study.py is the
// same with more rows, other noise and scikit-learn's digits.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "support/program.h"
#include "support/records.h"
#include "support/tier.h"

extern "C" {
#include "base/random.h"
}

namespace {

enum { kSeeds = 10, kNoiseRows = 1000, kNoiseClasses = 12, kNoiseFolds = 4 };

using Accuracies = std::array<double, 4>; // softmax.all, softmax.kept, sigmoid.all, sigmoid.kept

std::string Run(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), RS_TEST_PROGRAM);
    const ProgramResult result = RunProgram(arguments);
    EXPECT_EQ(result.exit_status, 0) << arguments[1] << ": " << result.err;
    return result.out;
}

void MakePart(const TemporaryFolder &folder, const std::string &part, int seed)
{
    const std::string own = std::to_string(seed), labels = folder.path(part);
    Run({"synth", "labels", "-q", "--shape", "1000,12", "--seed", own, "-o", labels});
    Run({"synth", "logits", "-q", "--labels", labels + "/original.txt", "--real",
         labels + "/real.json", "--accuracy", "0.85", "--seed", own, "-o",
         folder.path(part + ".npy")});
}

// A share of the labels becomes the next class.
std::string PlantNoise(const TemporaryFolder &folder, double share, int seed)
{
    rs_random random = rs_random_make(static_cast<uint64_t>(seed), 77);
    std::string noisy;
    for (const std::string &line : SplitLines(ReadFile(folder.path("train/original.txt")))) {
        if (line[0] != '#') {
            const bool wrong = rs_random_unit(&random) < share;
            noisy += std::to_string((std::stoi(line) + (wrong ? 1 : 0)) % kNoiseClasses) + "\n";
        }
    }
    return folder.write("noisy.txt", noisy);
}

Accuracies Chain(double share, int seed)
{
    const TemporaryFolder folder;
    MakePart(folder, "train", 2 * seed);
    MakePart(folder, "val", 2 * seed + 1);
    const std::string labels = PlantNoise(folder, share, seed);
    const std::vector<std::string> common = {"fit",      "-q",   "--features",
                                             folder.path("train.npy"),
                                             "--labels", labels, "--seed",
                                             std::to_string(seed)};
    std::vector<std::string> predict = {"eval",   "-q",   "--features", folder.path("train.npy"),
                                        "--labels", labels, "--real",   "none",
                                        "--keep-topk", "2", "--keep-dir", folder.path()};
    std::vector<std::string> clean = {"clean", "-q", "--labels", labels, "--folds", "stripes",
                                      "-o", folder.path("kept.txt")};
    for (int k = 0; k < kNoiseFolds; ++k) {
        const std::string name = "fold" + std::to_string(k);
        std::string rows;
        for (int i = k; i < kNoiseRows; i += kNoiseFolds) {
            rows += std::to_string(i) + "\n";
        }
        std::vector<std::string> fold = common;
        fold.insert(fold.end(), {"--drop", folder.write(name + ".txt", rows), "-o",
                                 folder.path(name + ".npz")});
        Run(fold);
        predict.insert(predict.end(), {"--head", folder.path(name + ".npz")});
        clean.push_back(folder.path(name + ".top2.npz"));
    }
    Run(predict);
    Run(clean);
    std::vector<std::string> grid = common;
    const std::string heads = folder.path("heads.npz");
    grid.insert(grid.end(), {"--grid", "--keep", folder.path("kept.txt"), "-o", heads});
    Run(grid);
    const std::vector<Record> records = ParseRecords(
        Run({"eval", "--json", "-", "--features", folder.path("val.npy"), "--labels",
             folder.path("val/original.txt"), "--real", folder.path("val/real.json"), "--head",
             heads + "#softmax.all", "--head", heads + "#softmax.kept", "--head",
             heads + "#sigmoid.all", "--head", heads + "#sigmoid.kept"}));
    Accuracies found = {};
    for (size_t h = 0; h < records.size(); ++h) {
        found[h] = 100.0 * records[h].number("metrics.real_top1.value");
    }
    return found;
}

// The mean gain over the seeds, with its 95 % interval (Student's t, 9 degrees of freedom).
struct Gain {
    double mean, low, high;
};

Gain GainOf(const std::vector<Accuracies> &all, size_t from, size_t to)
{
    double mean = 0, square = 0;
    for (const Accuracies &own : all) {
        mean += (own[to] - own[from]) / kSeeds;
    }
    for (const Accuracies &own : all) {
        square += std::pow(own[to] - own[from] - mean, 2) / (kSeeds - 1);
    }
    const double half = 2.262157 * std::sqrt(square / kSeeds);
    return {mean, mean - half, mean + half};
}

std::vector<Accuracies> AllSeeds(double share)
{
    std::vector<Accuracies> all;
    for (int seed = 1; seed <= kSeeds; ++seed) {
        all.push_back(Chain(share, seed));
    }
    return all;
}

TEST(FitNoise, WrongLabelsThatPointToOneClassAreWorthCleaningAndSigmoids)
{
    RS_SKIP_MERE_VOLUME();
    const std::vector<Accuracies> all = AllSeeds(0.3);
    for (const auto &[from, to] : {std::pair<size_t, size_t>{0, 1}, {2, 3}, {0, 2}, {0, 3}}) {
        const Gain gain = GainOf(all, from, to);
        EXPECT_GT(gain.low, 1.0) << from << " to " << to << ": " << gain.mean;
    }
}

TEST(FitNoise, WithoutNoiseNeitherGains)
{
    RS_SKIP_MERE_VOLUME();
    const std::vector<Accuracies> all = AllSeeds(0.0);
    for (const auto &[from, to] : {std::pair<size_t, size_t>{0, 1}, {2, 3}, {0, 2}, {0, 3}}) {
        const Gain gain = GainOf(all, from, to);
        EXPECT_LT(gain.low, 0.0) << from << " to " << to << ": " << gain.mean;
        EXPECT_LT(gain.high, 0.5) << from << " to " << to << ": " << gain.mean;
        EXPECT_GT(gain.low, -2.0) << from << " to " << to << ": " << gain.mean;
    }
}

} // namespace
