/* What a profiler is told: the range of every piece of work is there, closed, and in
 * docs/CUDA.md. */
#include <gtest/gtest.h>
#include <nvtx3/nvToolsExt.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string>

#include "engine/product_case.h"
#include "fit/fit_case.h"
#include "heads_cuda_case.h"
#include "images_case.h"
#include "support/paths.h"
#include "support/program.h"

namespace {

using rs_test::CudaHeads;
using rs_test::ImagesCase;
using rs_test::OpenCudaEngine;

class CudaRanges : public CudaHeads {
  protected:
    void SetUp() override
    {
        CudaHeads::SetUp();
        simt_nvtx_forget();
    }
    /* Begun since the last time, and closed. */
    static void ExpectRanges(const std::vector<const char *> &names)
    {
        for (const char *const name : names) {
            EXPECT_GT(simt_nvtx_begun(name), 0u) << name;
        }
        EXPECT_EQ(simt_nvtx_depth(), 0);
        simt_nvtx_forget();
    }
};

TEST_F(CudaRanges, OfRowsAndHeads)
{
    ImagesCase rows(RS_DTYPE_F32, 50, 20);
    ASSERT_EQ(rows.OnePass().status, RS_OK);
    ExpectRanges({"score scripted", "prepare", "read rows", "enqueue copy", "enqueue kernel",
                  "wait for the device", "write results", "fetch counters"});
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 2, true);
    MakeExams();
    const OpenCudaEngine engine(0, 1);
    ExpectRight(Score(engine.get()), 2e-5);
    ExpectRanges({"score heads on scripted", "prepare", "read rows", "enqueue copy",
                  "enqueue products", "wait for the device", "write results", "fetch counters"});
}

TEST_F(CudaRanges, OfRowsOnTheDevice)
{
    ImagesCase made(RS_DTYPE_F32, 50, 20);
    const ImagesCase::Scorer host = made.MakeHostScorer();
    const ImagesCase::Scorer scorer = made.MakeScorer();
    ASSERT_EQ(made.Add(scorer, made.Shuffled(1), rs_test::IndexIn::kHost), RS_OK);
    ASSERT_EQ(rs_scorer_merge(scorer.get(), host.get(), RS_SEEN_ONCE, nullptr), RS_OK);
    ExpectRanges({"make a scorer", "enqueue rows", "wait and fetch images", "mark images"});
}

TEST_F(CudaRanges, OfProductsKeysAndTraining)
{
    const OpenCudaEngine engine(0, 1);
    rs_error error = {};
    ASSERT_EQ(rs_test::Multiply<float>(engine.get(), {5, 4, 3, false, false, 0}, &error), RS_OK);
    ExpectRanges({"multiply matrices", "send, multiply and fetch a tile"});
    std::vector<uint64_t> keys = {3, 1, 3};
    rs_key_counts counts = {};
    for (const bool full : {false, true}) {
        if (full) {
            simt_fail_call_named("simt_run_library", 1, cudaErrorMemoryAllocation);
        }
        ASSERT_EQ(engine.get()->vtable->count_keys(engine.get(), keys.data(), keys.size(), &counts,
                                                   nullptr),
                  RS_OK);
        free(counts.entry);
        if (full) {
            ExpectRanges({"count keys on the host"});
        } else {
            ExpectRanges({"count keys", "send keys", "sort and count keys", "fetch counts"});
        }
    }
    rs_test::FitCase<float> fit(true, {70, 61, 37});
    fit.options.engine = engine.get();
    fit.epochs[0] = 1;
    ASSERT_EQ(fit.run({}, &error), RS_OK) << error.reason;
    ExpectRanges({"prepare training", "send a head", "training step", "fetch a head"});
}

/* The first text in quotes behind each of these, where there is one before the call's end. */
std::set<std::string> NamesIn(const std::string &text)
{
    std::set<std::string> names;
    for (const std::string call : {"rs_range_begin(", "rs_range_begin_of(", "on_device("}) {
        for (size_t at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
            const size_t end = text.find(';', at);
            const size_t begin = text.find('"', at);
            if (begin < end) {
                names.insert(text.substr(begin + 1, text.find('"', begin + 1) - begin - 1));
            }
        }
    }
    return names;
}

TEST(CudaRangesInTheDocs, AreThoseOfTheSources)
{
    std::set<std::string> names;
    const std::string folder = RS_TEST_SOURCES + std::string("/cuda");
    for (const auto &file : std::filesystem::directory_iterator(folder)) {
        const std::set<std::string> found = NamesIn(ReadFile(file.path().string()));
        names.insert(found.begin(), found.end());
    }
    EXPECT_GT(names.size(), 20u);
    const std::string page = ReadFile(RS_TEST_SOURCES + std::string("/docs/CUDA.md"));
    const size_t table = page.find("| range | what the thread does meanwhile |");
    ASSERT_NE(table, std::string::npos);
    const std::string listed = page.substr(table, page.find("\n\n", table) - table);
    for (const std::string &name : names) {
        EXPECT_NE(listed.find("`" + name + "`"), std::string::npos) << name;
    }
    const auto quotes = std::count(listed.begin(), listed.end(), '`');
    EXPECT_EQ(static_cast<size_t>(quotes), 2 * names.size()) << "one is gone";
}

} // namespace
