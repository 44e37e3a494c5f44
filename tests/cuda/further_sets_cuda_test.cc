/* Several label sets on the device: the tally of each is that of the CPU's pass by it, for rows and
 * for heads, to the last bit. */
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "cuda_case.h"
#include "simt/simt.h"

extern "C" {
#include "evaluate/evaluator_impl.h"
#include "evaluate/further_sets.h"
#include "reassess/heads.h"
#include "tally/tally_impl.h"
}

namespace {

using rs_test::ExpectNothingLeft;
using rs_test::OpenCudaEngine;

enum { kRows = 300, kClasses = 40, kFeatures = 8, kSets = 2, kHeads = 2 };

class FurtherSetsOnCuda : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
        std::mt19937 random(7);
        original_.resize(kRows);
        for (int32_t &label : original_) {
            label = static_cast<int32_t>(random() % (kClasses + 1)) - 1;
        }
        for (int s = 0; s <= kSets; ++s) { // 0: the pass's own
            labels_[s] = Make(&random);
        }
        // Few numbers: many ties, and sums of products are exact in any order.
        values_.resize(static_cast<size_t>(kRows) * kClasses);
        for (float &value : values_) {
            value = static_cast<float>(random() % 60);
        }
        for (int i = 0; i < 20; ++i) {
            values_[random() % values_.size()] = i % 2 == 0 ? NAN : INFINITY;
        }
    }
    void TearDown() override
    {
        for (rs_labels *const labels : labels_) {
            rs_labels_free(labels);
        }
        ExpectNothingLeft();
        simt_reset();
    }

    rs_labels *Make(std::mt19937 *random) const
    {
        std::vector<uint32_t> begin(1, 0);
        std::vector<int32_t> real;
        for (int i = 0; i < kRows; ++i) {
            for (int32_t c = 0; c < kClasses; ++c) {
                if ((*random)() % 16 == 0 || (c == original_[i] && (*random)() % 4 != 0)) {
                    real.push_back(c);
                }
            }
            begin.push_back(static_cast<uint32_t>(real.size()));
        }
        rs_labels *labels = nullptr;
        EXPECT_EQ(rs_labels_create(kRows, kClasses, original_.data(), begin.data(), real.data(),
                                   &labels, nullptr),
                  RS_OK);
        return labels;
    }

    static rs_evaluator *Evaluator()
    {
        rs_evaluator_options options = {};
        rs_evaluator *evaluator = nullptr;
        options.threads = 1;
        options.topk_count = 3;
        options.topk[0] = 1;
        options.topk[1] = 2;
        options.topk[2] = 7;
        EXPECT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        return evaluator;
    }

    // Of rows, or of the logits of heads.
    static rs_status Score(rs_evaluator *evaluator, const rs_labels *labels, rs_source *source,
                           const rs_head *heads, rs_tally **tallies)
    {
        const rs_row_range all = {0, kRows};
        return heads == nullptr
                   ? rs_evaluator_score(evaluator, labels, source, &all, nullptr, nullptr, tallies,
                                        nullptr)
                   : rs_evaluator_score_heads(evaluator, labels, source, heads, kHeads, &all,
                                              nullptr, nullptr, tallies, nullptr);
    }

    void Check(rs_source *source, const rs_head *heads) const
    {
        const size_t models = heads == nullptr ? 1 : kHeads;
        rs_source_info info = *rs_source_get_info(source);
        info.columns = kClasses;
        const rs_labels *const listed[] = {labels_[1], labels_[2]};
        rs_set_differences *differences = nullptr;
        ASSERT_EQ(rs_set_differences_make(labels_[0], listed, kSets, &differences, nullptr), RS_OK);
        OpenCudaEngine cuda;
        ASSERT_EQ(cuda.status, RS_OK);
        rs_evaluator *const device = Evaluator();
        rs_evaluator *const plain = Evaluator();
        rs_engine *const cpu = device->engine;
        device->engine = cuda.get();
        rs_further *further = nullptr;
        rs_tally *own[kHeads] = {};
        ASSERT_EQ(rs_further_begin(device, differences, models, &info, &further, nullptr), RS_OK);
        ASSERT_EQ(Score(device, labels_[0], source, heads, own), RS_OK);
        for (int s = 0; s <= kSets; ++s) {
            rs_tally *alone[kHeads] = {};
            ASSERT_EQ(Score(plain, labels_[s], source, heads, alone), RS_OK);
            for (size_t m = 0; m < models; ++m) {
                rs_tally *beside = s == 0 ? own[m] : nullptr;
                if (s > 0) {
                    ASSERT_EQ(rs_further_take(further, m, s - 1u, own[m], &beside, nullptr), RS_OK);
                }
                EXPECT_TRUE(rs_tally_equal(beside, alone[m])) << "set " << s << ", model " << m;
                if (s > 0) {
                    rs_tally_free(beside);
                }
                rs_tally_free(alone[m]);
            }
        }
        for (rs_tally *const tally : own) {
            rs_tally_free(tally);
        }
        rs_further_free(further);
        rs_set_differences_free(differences);
        device->engine = cpu;
        rs_evaluator_free(device);
        rs_evaluator_free(plain);
    }

    std::vector<int32_t> original_;
    std::vector<float> values_;
    rs_labels *labels_[kSets + 1] = {};
};

TEST_F(FurtherSetsOnCuda, OfRows)
{
    rs_source *source = nullptr;
    ASSERT_EQ(rs_source_open_memory(values_.data(), RS_DTYPE_F32, kRows, kClasses,
                                    kClasses * sizeof(float), &source, nullptr),
              RS_OK);
    Check(source, nullptr);
    rs_source_close(source);
}

TEST_F(FurtherSetsOnCuda, OfHeads)
{
    std::mt19937 random(8);
    std::vector<float> weight(static_cast<size_t>(kHeads) * kClasses * kFeatures);
    for (float &value : weight) {
        value = static_cast<float>(random() % 5);
    }
    rs_head heads[kHeads] = {};
    for (size_t h = 0; h < kHeads; ++h) {
        heads[h].weight = weight.data() + h * kClasses * kFeatures;
        heads[h].dtype = RS_DTYPE_F32;
        heads[h].classes = kClasses;
        heads[h].features = kFeatures;
    }
    for (float &value : values_) {
        value = std::isfinite(value) ? value : 3.0f;
    }
    rs_source *source = nullptr;
    ASSERT_EQ(rs_source_open_memory(values_.data(), RS_DTYPE_F32, kRows, kFeatures,
                                    kFeatures * sizeof(float), &source, nullptr),
              RS_OK);
    Check(source, heads);
    rs_source_close(source);
}

} // namespace
