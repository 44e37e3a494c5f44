// Whole trainings: against NumPy, PyTorch and scikit-learn; the same bits alone and side by side,
// on any number of threads, stopped on the way or not.
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>

#include "fit/fit_case.h"
#include "support/program.h"

extern "C" {
#include "fit/fit_write.h"
}

namespace {

using rs_test::ExpectHundredSteps;
using rs_test::ExpectNear;
using rs_test::FitCase;
using rs_test::kClasses;
using rs_test::kFeatures;
using rs_test::kGrid;


TEST(Fit, HundredStepsAreThoseOfNumPy)
{
    ExpectHundredSteps<float>(nullptr, 1e-5);
    ExpectHundredSteps<double>(nullptr, 1e-10);
}

TEST(Fit, WholeBatchStepsAreThoseOfPyTorch)
{
    for (const rs_loss loss : {RS_LOSS_SOFTMAX, RS_LOSS_SIGMOID}) {
        for (const bool sets : {false, true}) {
            FitCase<double> of(sets);
            of.heads = {{"", loss, false, 0.25}};
            of.options.batch = 1000;
            of.options.schedule = RS_SCHEDULE_CONSTANT;
            of.options.weight_decay = 0.01;
            of.epochs[0] = 10;
            ASSERT_EQ(of.run(), RS_OK);
            ExpectNear(of.parameters(),
                       loss == RS_LOSS_SIGMOID ? (sets ? kTorchSigmoidSets : kTorchSigmoid)
                                               : (sets ? kTorchSoftmaxSets : kTorchSoftmax),
                       1e-10);
        }
    }
}

// The bias is free up to a number that is added to all of it.
TEST(Fit, ConvergesToTheOptimumOfScikitLearn)
{
    for (const uint64_t batch : {uint64_t{40}, uint64_t{8}}) {
        FitCase<double> of;
        of.heads[0].lr = batch == 40 ? 0.5 : 0.05;
        of.options.batch = batch;
        of.options.weight_decay = 0.05;
        of.options.schedule = RS_SCHEDULE_LINEAR;
        of.epochs[0] = 4000;
        ASSERT_EQ(of.run(), RS_OK);
        std::vector<double> found = of.parameters();
        double mean = 0;
        for (int c = 0; c < kClasses; ++c) {
            mean += found[static_cast<size_t>(kClasses * kFeatures + c)] / kClasses;
        }
        for (int c = 0; c < kClasses; ++c) {
            found[static_cast<size_t>(kClasses * kFeatures + c)] -= mean;
        }
        ExpectNear(found, kOptimum, batch == 40 ? 1e-6 : 2e-3);
    }
}

// Of a shape with work enough to wake other threads (a batch of a million multiplications),
// products that are cut, and a last batch and last pieces that are not whole.
template <class Real> void ExpectThreadsDoNotShow()
{
    const rs_test::FitShape shape = {70, 601, 37};
    const auto run = [&](FitCase<Real> *of, unsigned threads) {
        of->heads = kGrid;
        for (rs_fit_head &head : of->heads) {
            head.lr = 0.01;
        }
        of->options.batch = 51;
        of->options.threads = threads;
        of->epochs[0] = 3;
        ASSERT_EQ(of->run(), RS_OK);
        ASSERT_EQ(rs_fit_threads(of->fit), threads);
    };
    FitCase<Real> one(true, shape);
    run(&one, 1);
    for (const unsigned threads : {2u, 3u, 7u}) {
        FitCase<Real> many(true, shape);
        run(&many, threads);
        for (size_t h = 0; h < kGrid.size(); ++h) {
            EXPECT_EQ(one.parameters(h), many.parameters(h)) << h << ", " << threads;
            EXPECT_EQ(rs_fit_get(one.fit, h, 0)->loss, rs_fit_get(many.fit, h, 0)->loss);
        }
    }
}

TEST(Fit, ThreadsDoNotShow)
{
    ExpectThreadsDoNotShow<float>();
    ExpectThreadsDoNotShow<double>();
}

TEST(Fit, HeadsAreTheSameAloneAndSideBySide)
{
    FitCase<float> grid;
    grid.heads = kGrid;
    ASSERT_EQ(grid.run(), RS_OK);
    for (size_t h = 0; h < kGrid.size(); ++h) {
        FitCase<float> alone;
        alone.heads = {kGrid[h]};
        ASSERT_EQ(alone.run(), RS_OK);
        EXPECT_EQ(alone.parameters(), grid.parameters(h)) << h;
        EXPECT_EQ(rs_fit_head_rows(alone.fit, 0), kGrid[h].kept ? 30u : 40u);
    }
}

TEST(Fit, SeedsAndEpochsCount)
{
    FitCase<float> one, other, shorter;
    other.options.seed = 4;
    shorter.epochs = {5, 20};
    shorter.options.epochs = shorter.epochs.data();
    shorter.options.epoch_count = 2;
    for (FitCase<float> *of : {&one, &other, &shorter}) {
        ASSERT_EQ(of->run(), RS_OK);
    }
    EXPECT_NE(one.parameters(), other.parameters());
    EXPECT_EQ(one.parameters(), shorter.parameters(0, 1));
    EXPECT_NE(one.parameters(), shorter.parameters(0, 0));
    EXPECT_GT(rs_fit_get(shorter.fit, 0, 0)->loss, rs_fit_get(shorter.fit, 0, 1)->loss);
}

// With a constant rate a head of an earlier epoch is that of a shorter training.
TEST(Fit, HeadsOfEarlierEpochsAtAConstantRate)
{
    FitCase<float> both, ten;
    both.epochs = {10, 20};
    both.options.epochs = both.epochs.data();
    both.options.epoch_count = 2;
    ten.epochs[0] = 10;
    for (FitCase<float> *of : {&both, &ten}) {
        of->options.schedule = RS_SCHEDULE_CONSTANT;
        ASSERT_EQ(of->run(), RS_OK);
    }
    EXPECT_EQ(both.parameters(0, 0), ten.parameters());
}

TEST(Fit, PriorSaysHowFrequentClassesAre)
{
    FitCase<double> of;
    of.options.init = RS_INIT_PRIOR;
    of.options.epochs = of.epochs.data();
    of.heads = {kGrid[0], kGrid[2]};
    of.heads[0].lr = of.heads[1].lr = 1e-300; // as good as not at all
    of.epochs[0] = 1;
    ASSERT_EQ(of.run(), RS_OK);
    std::vector<double> rows(kClasses, 1.0);
    for (int i = 0; i < rs_test::kRows; ++i) {
        rows[static_cast<size_t>(rs_test::FitLabel(i))] += 1.0;
    }
    for (size_t c = 0; c < kClasses; ++c) {
        const size_t at = kClasses * kFeatures + c;
        EXPECT_NEAR(of.parameters(0)[at], std::log(rows[c] / 45.0), 1e-12);
        EXPECT_NEAR(of.parameters(1)[at], std::log(rows[c] / (42.0 - rows[c])), 1e-12);
        EXPECT_NEAR(of.parameters(0)[c], 0.0, 1e-290);
    }
}

TEST(Fit, UniformStaysWithinItsBounds)
{
    FitCase<double> of;
    of.options.init = RS_INIT_UNIFORM;
    of.heads[0].lr = 1e-300;
    of.epochs[0] = 1;
    ASSERT_EQ(of.run(), RS_OK);
    double least = 1, largest = -1;
    for (const double value : of.parameters()) {
        least = std::min(least, value);
        largest = std::max(largest, value);
    }
    EXPECT_GE(least, -1.0 / 3);
    EXPECT_LE(largest, 1.0 / 3);
    EXPECT_LT(least, -0.25);
    EXPECT_GT(largest, 0.25);
}

TEST(Fit, DivergenceNamesTheHeadAndTheStep)
{
    FitCase<float> of;
    rs_error error = {};
    of.heads = {kGrid[0], kGrid[3]};
    of.heads[1].lr = 1e30;
    EXPECT_EQ(of.run({}, &error), RS_RANGE);
    EXPECT_NE(std::string(error.reason).find("head sigmoid.kept diverged: at step "),
              std::string::npos)
        << error.reason;
    EXPECT_NE(std::string(error.advice).find("lower --lr"), std::string::npos) << error.advice;
}

// No step comes after the only one whose loss would tell.
TEST(Fit, DivergenceInTheLastStepIsSeen)
{
    FitCase<float> of;
    rs_error error = {};
    of.heads[0].lr = 1e39; // infinite in float
    of.options.batch = rs_test::kRows;
    of.epochs[0] = 1;
    EXPECT_EQ(of.run({}, &error), RS_RANGE);
    EXPECT_NE(std::string(error.reason).find("at step 1, in epoch 1, a weight is no number"),
              std::string::npos)
        << error.reason;
}

// ---- stopping ----

struct Stopper {
    volatile sig_atomic_t stop = 0;
    uint64_t steps = 0, last = 0;
    static void StepDone(void *context, uint64_t, double)
    {
        Stopper *const self = static_cast<Stopper *>(context);
        self->stop = ++self->steps == self->last ? 1 : 0;
    }
};

// Stopped again and again, in the middle of epochs and between them, a run ends as if it had not
// been: five steps an epoch.
TEST(Fit, GoesOnFromACheckpointToTheSameBits)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("heads.npz.checkpoint");
    FitCase<float> whole;
    whole.heads = kGrid;
    whole.epochs = {4, 20};
    whole.options.epochs = whole.epochs.data();
    whole.options.epoch_count = 2;
    ASSERT_EQ(whole.run(), RS_OK);
    rs_status status = RS_INTERRUPTED;
    int runs = 0;
    for (; status == RS_INTERRUPTED && runs < 100; ++runs) {
        FitCase<float> part;
        Stopper stopper;
        uint64_t done = 0;
        rs_error error = {};
        stopper.last = 3 + static_cast<uint64_t>(runs) * 2;
        part.heads = kGrid;
        part.epochs = whole.epochs;
        part.options.epochs = part.epochs.data();
        part.options.epoch_count = 2;
        part.options.threads = runs % 2 == 0 ? 1 : 2;
        part.begin();
        ASSERT_EQ(rs_fit_resume(part.fit, path.c_str(), &done, &error), RS_OK) << error.reason;
        EXPECT_EQ(done > 0, runs > 0);
        const rs_fit_watch watch = {Stopper::StepDone, &stopper, &stopper.stop,
                                    path.c_str(),      1e9,      nullptr};
        status = rs_fit_run(part.fit, &watch, &error);
        for (size_t h = 0; status == RS_OK && h < kGrid.size(); ++h) {
            EXPECT_EQ(part.parameters(h, 0), whole.parameters(h, 0)) << h;
            EXPECT_EQ(part.parameters(h, 1), whole.parameters(h, 1)) << h;
            EXPECT_EQ(rs_fit_get(part.fit, h, 1)->loss, rs_fit_get(whole.fit, h, 1)->loss);
            EXPECT_EQ(rs_fit_first_loss(part.fit, h), rs_fit_first_loss(whole.fit, h));
        }
    }
    EXPECT_EQ(status, RS_OK);
    EXPECT_GT(runs, 5);
}

// What stands in the file while later epochs are under way.
TEST(Fit, HeadsAreWrittenAsTheirEpochsEnd)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("heads.npz"), checkpoint = folder.path("checkpoint");
    FitCase<float> of;
    rs_error error = {};
    Stopper stopper;
    of.heads = kGrid;
    of.epochs = {2, 3, 4};
    of.options.epochs = of.epochs.data();
    of.options.epoch_count = 3;
    stopper.last = 2 * 5 + 1; // a step after the second epoch
    of.begin();
    rs_fit_watch watch = {Stopper::StepDone, &stopper, &stopper.stop, nullptr, 1e9, path.c_str()};
    EXPECT_EQ(rs_fit_run(of.fit, &watch, &error), RS_INTERRUPTED);
    EXPECT_STREQ(error.reason, "stopped in epoch 3 of 4");
    const std::string first = ReadFile(path);
    EXPECT_NE(first.find("sigmoid.kept.e2.weight"), std::string::npos);
    EXPECT_EQ(first.find(".e3."), std::string::npos);
    rs_file_writer *file = nullptr;
    ASSERT_EQ(rs_fit_write(of.fit, folder.path("again.npz").c_str(), &file, &error), RS_OK);
    ASSERT_EQ(rs_file_commit(file, &error), RS_OK);
    EXPECT_EQ(first, ReadFile(folder.path("again.npz"))); // of the second epoch, not of now

    const std::string nowhere = folder.path("missing/heads.npz");
    stopper.stop = 0;
    watch.heads = nowhere.c_str();
    watch.checkpoint = checkpoint.c_str();
    EXPECT_EQ(rs_fit_run(of.fit, &watch, &error), RS_IO) << error.reason;
    uint64_t done = 0;
    of.begin();
    ASSERT_EQ(rs_fit_resume(of.fit, checkpoint.c_str(), &done, &error), RS_OK) << error.reason;
    EXPECT_EQ(done, 3u * rs_test::kRows);
    watch.heads = path.c_str();
    ASSERT_EQ(rs_fit_run(of.fit, &watch, &error), RS_OK) << error.reason;
    EXPECT_EQ(ReadFile(path), first); // the last ones are the caller's to write
}

TEST(Fit, WhatIsNoCheckpointOfThisTrainingIsRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("checkpoint");
    FitCase<float> of;
    uint64_t done = 0;
    rs_error error = {};
    of.begin();
    ASSERT_EQ(rs_fit_resume(of.fit, path.c_str(), &done, &error), RS_OK); // there is none
    ASSERT_EQ(rs_fit_save(of.fit, path.c_str(), &error), RS_OK) << error.reason;
    const std::string good = ReadFile(path);
    ASSERT_EQ(rs_fit_resume(of.fit, path.c_str(), &done, &error), RS_OK) << error.reason;
    for (size_t i = 0; i < good.size(); i += 7) { // every byte counts
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 4);
        folder.write("checkpoint", bad);
        EXPECT_EQ(rs_fit_resume(of.fit, path.c_str(), &done, &error), RS_FORMAT) << i;
    }
    for (const size_t length : {size_t{0}, size_t{7}, good.size() - 1}) {
        folder.write("checkpoint", good.substr(0, length));
        EXPECT_EQ(rs_fit_resume(of.fit, path.c_str(), &done, &error), RS_FORMAT) << length;
    }
    folder.write("checkpoint", good + "more");
    EXPECT_NE(rs_fit_resume(of.fit, path.c_str(), &done, &error), RS_OK);
    folder.write("checkpoint", good);
    for (int change = 0; change < 6; ++change) {
        FitCase<float> other(change == 5);
        other.options.seed += change == 0 ? 1 : 0;
        other.options.batch += change == 1 ? 1 : 0;
        other.options.momentum += change == 2 ? 0.01 : 0.0;
        other.heads[0].lr += change == 3 ? 0.01 : 0.0;
        other.heads[0].kept = change == 4;
        other.begin();
        const rs_status status = rs_fit_resume(other.fit, path.c_str(), &done, &error);
        EXPECT_EQ(status, RS_MISMATCH) << change;
    }
}

// Of a set of the last row one label goes to the row before: other targets, with the same labels.
TEST(FitTargets, TheHashIsOfWhoseLabelsTheyAre)
{
    const std::vector<int32_t> original = {0, 1};
    const std::vector<int32_t> all = {0, 1, 2};
    std::vector<uint64_t> hashes;
    for (const uint32_t middle : {1u, 2u, 1u}) {
        const std::vector<uint32_t> begin = {0, middle, 3};
        rs_labels *labels = nullptr;
        rs_fit_targets targets = {};
        const rs_fit_keep keep = {};
        ASSERT_EQ(
            rs_labels_create(2, 3, original.data(), begin.data(), all.data(), &labels, nullptr),
            RS_OK);
        ASSERT_EQ(rs_fit_targets_make(labels, nullptr, true, &keep, &targets, nullptr), RS_OK);
        hashes.push_back(targets.hash);
        rs_fit_targets_clear(&targets);
        rs_labels_free(labels);
    }
    EXPECT_NE(hashes[0], hashes[1]);
    EXPECT_EQ(hashes[0], hashes[2]);
}

} // namespace
