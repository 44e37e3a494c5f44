/* Heads trained on the device: against NumPy and the CPU, whatever stays on the device, and
 * everything failing once. */
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "cuda_case.h"
#include "fit/fit_case.h"
#include "support/program.h"

extern "C" {
#include "cuda/fit_task.h"
#include "fit/fit_kernels.h"
}

namespace {

using rs_test::FitCase;
using rs_test::FitShape;
using rs_test::kGrid;
using rs_test::OpenCudaEngine;

/* Classes are no multiple of a warp's lanes, and the last batch is not whole. */
constexpr FitShape kShape = {70, 61, 37};

class CudaFit : public testing::Test {
  protected:
    void SetUp() override { Restart(1); }
    void TearDown() override
    {
        EXPECT_STREQ(simt_message(), "");
        rs_test::ExpectNothingLeft();
        simt_reset();
    }
    static void Restart(uint64_t seed)
    {
        simt_reset();
        simt_set_seed(seed);
        simt_catch(1); /* a failed check of the executor is an error of the launch, and told */
    }
    template <class Real> static void Prepare(FitCase<Real> *of, rs_engine *engine)
    {
        of->heads = kGrid;
        for (size_t h = 0; h < kGrid.size(); ++h) {
            of->heads[h].lr = 0.02 + 0.01 * static_cast<double>(h);
        }
        of->options.batch = 51;
        of->options.weight_decay = 0.01;
        of->options.engine = engine;
        of->epochs[0] = 3;
    }
};

TEST_F(CudaFit, HundredStepsAreThoseOfNumPy)
{
    const OpenCudaEngine engine;
    rs_test::ExpectHundredSteps<float>(engine.get(), 1e-5);
    rs_test::ExpectHundredSteps<double>(engine.get(), 1e-10);
}

template <class Real> void ExpectNearTheCpu(FitCase<Real> *there, FitCase<Real> *here)
{
    const double most = sizeof(Real) == 8 ? 1e-12 : 2e-6;
    rs_error error = {};
    ASSERT_EQ(here->run(), RS_OK);
    ASSERT_EQ(there->run({}, &error), RS_OK) << error.reason;
    for (size_t h = 0; h < kGrid.size(); ++h) {
        const std::vector<Real> wanted = here->parameters(h);
        rs_test::ExpectNear(there->parameters(h), {wanted.begin(), wanted.end()}, most);
        EXPECT_NEAR(rs_fit_get(there->fit, h, 0)->loss, rs_fit_get(here->fit, h, 0)->loss,
                    100 * most);
        EXPECT_NEAR(rs_fit_first_loss(there->fit, h), rs_fit_first_loss(here->fit, h), 100 * most);
    }
}

TEST_F(CudaFit, HeadsAreNearThoseOfTheCpu)
{
    const OpenCudaEngine engine;
    FitCase<float> there(true, kShape), here(true, kShape);
    this->Prepare(&there, engine.get());
    this->Prepare(&here, nullptr);
    ExpectNearTheCpu(&there, &here);
    EXPECT_TRUE(rs_fit_resident(there.fit));
    EXPECT_STREQ(rs_fit_products(there.fit), "cuBLAS 13.0");
    FitCase<double> wide_there(true, kShape), wide_here(true, kShape);
    this->Prepare(&wide_there, engine.get());
    this->Prepare(&wide_here, nullptr);
    ExpectNearTheCpu(&wide_there, &wide_here);
}

/* Whatever order threads and blocks run in, whether features stay or are sent, and however they are
 * stored. */
TEST_F(CudaFit, BitsAreTheSame)
{
    std::vector<float> first[4];
    for (uint64_t seed = 0; seed < 6; ++seed) {
        SCOPED_TRACE(seed);
        Restart(seed);
        const OpenCudaEngine engine;
        const rs_dtype stored = seed == 4 ? RS_DTYPE_F16 : seed == 5 ? RS_DTYPE_BF16 : RS_DTYPE_F32;
        FitCase<float> of(true, kShape, stored);
        rs_error error = {};
        this->Prepare(&of, engine.get());
        of.options.memory_bytes = seed % 2 == 1 ? 1 : 0;
        of.options.threads = 1 + static_cast<unsigned>(seed % 3);
        ASSERT_EQ(of.run({}, &error), RS_OK) << error.reason;
        EXPECT_EQ(rs_fit_resident(of.fit), seed % 2 == 0);
        for (size_t h = 0; h < kGrid.size(); ++h) {
            first[h] = seed == 0 ? of.parameters(h) : first[h];
            EXPECT_EQ(of.parameters(h), first[h]) << h;
        }
    }
}

TEST_F(CudaFit, AFullDeviceIsSentItsBatches)
{
    const OpenCudaEngine engine(0, 1, 0);
    FitCase<float> whole(true, {1400, 61, 5}), sent(true, {1400, 61, 5});
    rs_error error = {};
    this->Prepare(&whole, engine.get());
    this->Prepare(&sent, engine.get());
    whole.epochs[0] = sent.epochs[0] = 1;
    ASSERT_EQ(whole.run({}, &error), RS_OK) << error.reason;
    EXPECT_TRUE(rs_fit_resident(whole.fit));
    const std::vector<float> wanted = whole.parameters(2);
    rs_fit_free(whole.fit);
    whole.fit = nullptr;
    simt_set_memory(simt_count().device_bytes + 250000); /* all features are 341600 bytes */
    ASSERT_EQ(sent.run({}, &error), RS_OK) << error.reason;
    EXPECT_FALSE(rs_fit_resident(sent.fit));
    EXPECT_EQ(sent.parameters(2), wanted);
    rs_fit_free(sent.fit);
    sent.fit = nullptr;
    simt_set_memory(simt_count().device_bytes + 1000);
    EXPECT_EQ(sent.try_begin(&error), RS_MEMORY) << error.reason;
}

/* Of the four functions of a trainer each is called in a run. */
TEST_F(CudaFit, TheCallersDeviceStaysTheCurrentOne)
{
    simt_set_devices(2);
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    {
        const OpenCudaEngine engine(0, 1, 1);
        FitCase<float> fit(true, kShape);
        this->Prepare(&fit, engine.get());
        ASSERT_EQ(fit.run(), RS_OK);
        (void)fit.parameters(0);
        rs_fit_free(fit.fit);
        fit.fit = nullptr;
        int now = -1;
        EXPECT_EQ(cudaGetDevice(&now), cudaSuccess);
        EXPECT_EQ(now, 1);
    }
    ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
}

struct StopAfter {
    volatile sig_atomic_t stop = 0;
    int steps = 0;
    static void StepDone(void *context, uint64_t, double)
    {
        StopAfter *const self = static_cast<StopAfter *>(context);
        self->stop = --self->steps == 0 ? 1 : 0;
    }
};

TEST_F(CudaFit, GoesOnFromItsOwnCheckpoint)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("checkpoint");
    const OpenCudaEngine engine;
    rs_error error = {};
    uint64_t done = 0;
    FitCase<float> whole(true, kShape), part(true, kShape), rest(true, kShape), here(true, kShape);
    for (FitCase<float> *of : {&whole, &part, &rest, &here}) {
        this->Prepare(of, of == &here ? nullptr : engine.get());
    }
    ASSERT_EQ(whole.run(), RS_OK);
    StopAfter after;
    after.steps = 3; /* in the middle of the second epoch */
    const rs_fit_watch watch = {StopAfter::StepDone, &after, &after.stop, path.c_str(), 1e9,
                                nullptr};
    EXPECT_EQ(part.run(watch, &error), RS_INTERRUPTED);
    rest.begin();
    ASSERT_EQ(rs_fit_resume(rest.fit, path.c_str(), &done, &error), RS_OK) << error.reason;
    EXPECT_EQ(done, 121u);
    const rs_fit_watch none = {};
    ASSERT_EQ(rs_fit_run(rest.fit, &none, &error), RS_OK) << error.reason;
    for (size_t h = 0; h < kGrid.size(); ++h) {
        EXPECT_EQ(rest.parameters(h), whole.parameters(h)) << h;
    }
    here.begin(); /* the CPU would end it in other bits than either of them */
    EXPECT_EQ(rs_fit_resume(here.fit, path.c_str(), &done, &error), RS_MISMATCH);
}

TEST_F(CudaFit, DivergenceNamesTheHeadAndTheStep)
{
    const OpenCudaEngine engine;
    for (const rs_loss loss : {RS_LOSS_SOFTMAX, RS_LOSS_SIGMOID}) {
        FitCase<double> of;
        rs_error error = {};
        of.options.engine = engine.get();
        of.heads = {{"a", loss, false, 0.1}, {"b", loss, true, 1e200}};
        EXPECT_EQ(of.run({}, &error), RS_RANGE);
        EXPECT_NE(std::strstr(error.reason, "head b diverged: at step "), nullptr) << error.reason;
    }
}

TEST_F(CudaFit, ABatchWithoutRowsToLearnFromMovesNothing)
{
    const OpenCudaEngine engine;
    FitCase<float> there, here;
    this->Prepare(&there, engine.get());
    this->Prepare(&here, nullptr);
    there.options.batch = here.options.batch = 1; /* of every fourth row some heads learn nothing */
    there.epochs[0] = here.epochs[0] = 1;
    ExpectNearTheCpu(&there, &here);
}

/* ---- the kernel of the losses alone ---- */

/* Rows of label sets of many sizes, by heads of every kind. */
template <class Real> struct LossCase {
    static constexpr uint32_t kRows = 7, kHeads = 4;
    uint32_t classes;
    std::vector<uint32_t> begin = {0}, row;
    std::vector<int32_t> label;
    std::vector<uint8_t> kept;
    std::vector<Real> logits;
    std::vector<double> loss;
    rs_trainer_head heads[kHeads] = {{false, false}, {true, false}, {false, true}, {true, true}};

    LossCase(uint32_t count, double factor) : classes(count)
    {
        for (uint32_t i = 0; i < kRows; ++i) {
            for (uint32_t j = 0; j < classes && i != 3; ++j) { /* row 3 has none */
                if (j == i % classes || (i == 5 && j % 2 == 0)) {
                    label.push_back(static_cast<int32_t>(j));
                }
            }
            begin.push_back(static_cast<uint32_t>(label.size()));
            kept.push_back(i % 3 != 1);
            row.push_back(kRows - 1 - i);
        }
        for (uint32_t i = 0; i < kRows * kHeads * classes; ++i) {
            logits.push_back(static_cast<Real>(factor * std::sin(i * 0.37 + 1.0)));
        }
        loss.assign(kRows * kHeads, -1.0);
    }
    double scale(uint32_t head) const { return 0.25 * (head + 1); }
    bool learns(uint32_t i, uint32_t head) const
    {
        return begin[row[i] + 1] > begin[row[i]] && (!heads[head].kept || kept[row[i]] != 0);
    }
    /* By the CPU's kernels. */
    void Expect(double most) const
    {
        const rs_fit_kernels *const of = rs_fit_kernels_of(FitCase<Real>::kOwn);
        LossCase wanted(classes, 0.0);
        wanted.logits = given;
        for (uint32_t i = 0; i < kRows * kHeads; ++i) {
            const uint32_t head = i % kHeads, first = begin[row[i / kHeads]];
            Real *const z = wanted.logits.data() + i * classes;
            double sum = 0.0;
            if (learns(i / kHeads, head)) {
                sum = (heads[head].sigmoid ? of->sigmoid : of->softmax)(
                    z, classes, label.data() + first, begin[row[i / kHeads] + 1] - first,
                    scale(head));
            } else {
                std::fill(z, z + classes, static_cast<Real>(0));
            }
            EXPECT_NEAR(loss[head * kRows + i / kHeads], sum, most * (1 + std::fabs(sum))) << i;
            for (uint32_t j = 0; j < classes; ++j) {
                EXPECT_NEAR(logits[i * classes + j], z[j], most) << i << ", " << j;
            }
        }
    }
    template <class T> static T *Send(const std::vector<T> &from, std::vector<void *> *made)
    {
        void *to = nullptr;
        EXPECT_EQ(cudaMalloc(&to, from.size() * sizeof(T)), cudaSuccess);
        EXPECT_EQ(cudaMemcpy(to, from.data(), from.size() * sizeof(T), cudaMemcpyHostToDevice),
                  cudaSuccess);
        made->push_back(to);
        return static_cast<T *>(to);
    }
    void Run()
    {
        std::vector<void *> made;
        given = logits;
        rs_fit_task task = {};
        task.dtype = FitCase<Real>::kOwn;
        task.rows = kRows;
        task.classes = classes;
        task.heads = kHeads;
        task.row = Send(row, &made);
        task.label_begin = Send(begin, &made);
        task.label = Send(label, &made);
        task.kept = Send(kept, &made);
        Real *const z = Send(logits, &made);
        task.logits = z;
        task.loss = Send(loss, &made);
        for (uint32_t h = 0; h < kHeads; ++h) {
            task.head[h] = heads[h];
            task.rate[h].scale = scale(h);
        }
        ASSERT_EQ(rs_launch_losses(&task, 3, nullptr), cudaSuccess);
        ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess) << simt_message();
        simt_peek(logits.data(), z, logits.size() * sizeof(Real));
        simt_peek(loss.data(), task.loss, loss.size() * sizeof(double));
        for (void *const memory : made) {
            EXPECT_EQ(cudaFree(memory), cudaSuccess);
        }
    }
    std::vector<Real> given;
};

TEST_F(CudaFit, LossesAreThoseOfTheCpu)
{
    for (const uint32_t classes : {1u, 2u, 31u, 32u, 33u, 100u}) {
        for (const double factor : {6.0, 300.0}) { /* e^300 is no float */
            SCOPED_TRACE(classes);
            LossCase<float> narrow(classes, factor);
            narrow.Run();
            narrow.Expect(2e-6);
            LossCase<double> wide(classes, factor);
            wide.Run();
            wide.Expect(1e-13);
        }
    }
}

template <class Real> void ExpectNoLoss(double odd, size_t at)
{
    LossCase<Real> of(40, 3.0);
    for (size_t head = 0; head < of.kHeads; ++head) {
        of.logits[head * 40 + at] = static_cast<Real>(odd); /* of the first row */
    }
    of.Run();
    for (size_t head = 0; head < of.kHeads; ++head) {
        EXPECT_FALSE(of.learns(0, static_cast<uint32_t>(head)) &&
                     std::isfinite(of.loss[head * of.kRows]))
            << odd << ", " << head;
        EXPECT_TRUE(std::isfinite(of.loss[head * of.kRows + 1]));
    }
}

TEST_F(CudaFit, LogitsThatAreNoNumbersGiveNoLoss)
{
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double odd : {std::nan(""), infinity, -infinity}) {
        for (const size_t at : {size_t{0}, size_t{6}, size_t{39}}) {
            ExpectNoLoss<float>(odd, at);
            ExpectNoLoss<double>(odd, at);
        }
    }
}

/* ---- failures ---- */

class CudaFitFailures : public CudaFit {};

TEST_F(CudaFitFailures, EveryCallFailsInTurn)
{
    uint64_t calls = 0;
    {
        const OpenCudaEngine engine(0, 1);
        FitCase<float> of;
        this->Prepare(&of, engine.get());
        of.epochs[0] = 1;
        of.options.memory_bytes = 1; /* with more calls */
        ASSERT_EQ(of.run(), RS_OK);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls; n += 1 + n / 20) {
        SCOPED_TRACE("call " + std::to_string(n));
        Restart(1);
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        const OpenCudaEngine engine(0, 1);
        FitCase<float> of;
        rs_error error = {};
        if (engine.status != RS_OK) {
            continue;
        }
        this->Prepare(&of, engine.get());
        of.epochs[0] = 1;
        of.options.memory_bytes = 1;
        rs_status status = of.try_begin(&error);
        const rs_fit_watch none = {};
        status = status == RS_OK ? rs_fit_run(of.fit, &none, &error) : status;
        if (status != RS_OK) {
            ++failed;
            EXPECT_EQ(status, RS_DEVICE);
            EXPECT_NE(std::strstr(error.reason, "on CUDA device 0"), nullptr) << error.reason;
            EXPECT_EQ(of.run({}, &error), RS_OK) << error.reason; /* the next run is right */
        }
    }
    EXPECT_GT(failed, 12u);
}

TEST_F(CudaFitFailures, ADeviceThatIsLostEndsTheRun)
{
    const OpenCudaEngine engine;
    FitCase<float> of;
    rs_error error = {};
    this->Prepare(&of, engine.get());
    of.begin();
    simt_lose_device(0, cudaErrorIllegalAddress);
    const rs_fit_watch none = {};
    EXPECT_EQ(rs_fit_run(of.fit, &none, &error), RS_DEVICE);
    rs_fit_free(of.fit);
    of.fit = nullptr;
    EXPECT_EQ(of.try_begin(&error), RS_DEVICE);
}

} // namespace
