// What models agree on, against labels small enough to check by hand, and on 21 real models against
// NumPy and the obvious loop.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "relabel/mistakes_reference.inc"
#include "relabel/rater_files.h"
#include "support/real_data.h"

extern "C" {
#include "relabel/consensus.h"
}

namespace {

struct Consensus {
    Consensus(const rs_labels *labels, const std::vector<std::vector<int32_t>> &models,
              const rs_order *order = nullptr)
    {
        rs_opinions opinions = {};
        EXPECT_EQ(rs_opinions_begin(labels, &opinions, nullptr), RS_OK);
        for (const std::vector<int32_t> &model : models) {
            const rs_mistakes_input input = {model.size(), model.data(), 1, nullptr, order};
            EXPECT_EQ(rs_opinions_add(&opinions, &input, nullptr), RS_OK);
        }
        EXPECT_EQ(rs_consensus_find(&opinions, &found, nullptr), RS_OK);
        rs_opinions_clear(&opinions);
    }
    Consensus(const Consensus &) = delete;
    Consensus &operator=(const Consensus &) = delete;
    ~Consensus()
    {
        rs_consensus_clear(&found);
    }
    std::vector<uint32_t> Listed(rs_agreed kind) const
    {
        std::vector<uint32_t> images;
        for (uint64_t i = 0; i < found.count; ++i) {
            if (found.list[i].is[kind]) {
                images.push_back(found.list[i].image);
            }
        }
        std::sort(images.begin(), images.end());
        return images;
    }
    rs_consensus found = {};
};

// image  original  ReaL    three models say
//   0       0     {0}       0  0  1     most agree with the label
//   1       0     {1, 2}    1  2  1     most say 1; ReaL is with all, though they differ
//   2       0     {0}       1  1  1     most say 1; all are wrong
//   3       0     {}        2  2  0     most say 2; no set
//   4       0     {1}       0  2 none   no majority; all are wrong
//   5      -1     {1}       1  1  1     no label to be against
//   6       0     {0, 1}    1  1  0     one says the label: ReaL is with all, not against it
//   7       0     {1}       1  1 none   most say 1, and ReaL has it; one has no prediction
//   8       0     {1}     none none none
class ConsensusTest : public ::testing::Test {
  protected:
    ConsensusTest()
    {
        const int32_t original[] = {0, 0, 0, 0, 0, -1, 0, 0, 0};
        const uint32_t begin[] = {0, 1, 3, 4, 4, 5, 6, 8, 9, 10};
        const int32_t classes[] = {0, 1, 2, 0, 1, 1, 0, 1, 1, 1};
        EXPECT_EQ(rs_labels_create(9, 3, original, begin, classes, &labels, nullptr), RS_OK);
    }
    ~ConsensusTest() override
    {
        rs_labels_free(labels);
    }
    rs_labels *labels = nullptr;
    const std::vector<std::vector<int32_t>> models = {
        {0, 1, 1, 2, 0, 1, 1, 1, -1}, {0, 2, 1, 2, 2, 1, 1, 1, -1}, {1, 1, 1, 0, -1, 1, 0, -1, -1}};
};

TEST_F(ConsensusTest, what_is_of_each_kind)
{
    const Consensus three(labels, models);
    EXPECT_EQ(three.found.models, 3u);
    EXPECT_EQ(three.Listed(RS_AGREED_AGAINST_LABEL), (std::vector<uint32_t>{1, 2, 3, 6, 7}));
    EXPECT_EQ(three.Listed(RS_AGREED_REAL_WITH_ALL), (std::vector<uint32_t>{1}));
    EXPECT_EQ(three.Listed(RS_AGREED_ALL_WRONG), (std::vector<uint32_t>{2, 4, 8}));
    EXPECT_EQ(three.found.rows[RS_AGREED_AGAINST_LABEL], 8u);
    EXPECT_EQ(three.found.rows[RS_AGREED_REAL_WITH_ALL], 7u);
    EXPECT_EQ(three.found.rows[RS_AGREED_ALL_WRONG], 8u);
    EXPECT_EQ(three.found.decided, 4u);  // not 3, which has no set
    EXPECT_EQ(three.found.accepted, 3u); // 1, 6 and 7
    // Those of which most models say the same come first.
    EXPECT_EQ(three.found.list[0].image, 2u);
    EXPECT_EQ(three.found.list[0].models, 3u);
    EXPECT_EQ(three.found.list[0].most, 1);
    EXPECT_EQ(three.found.list[three.found.count - 1].image, 8u);
    EXPECT_EQ(three.found.list[three.found.count - 1].most, -1);
    // Of image 4 the lower of two classes that are said as often.
    EXPECT_EQ(three.found.list[three.found.count - 2].image, 4u);
    EXPECT_EQ(three.found.list[three.found.count - 2].most, 0);
}

TEST_F(ConsensusTest, half_of_the_models_is_not_most)
{
    const Consensus two(labels, {models[0], models[2]});
    EXPECT_EQ(two.Listed(RS_AGREED_AGAINST_LABEL), (std::vector<uint32_t>{1, 2}));
    EXPECT_EQ(two.Listed(RS_AGREED_REAL_WITH_ALL), (std::vector<uint32_t>{1}));
}

TEST_F(ConsensusTest, the_order_of_models_says_nothing)
{
    const Consensus one(labels, models);
    const Consensus other(labels, {models[2], models[0], models[1]});
    ASSERT_EQ(one.found.count, other.found.count);
    for (uint64_t i = 0; i < one.found.count; ++i) {
        EXPECT_EQ(one.found.list[i].image, other.found.list[i].image);
        EXPECT_EQ(one.found.list[i].most, other.found.list[i].most);
        EXPECT_EQ(one.found.list[i].models, other.found.list[i].models);
    }
}

TEST(Consensus, of_21_real_models)
{
    RS_NEED_DATA();
    const RealLabels data = ReadRealLabels();
    std::vector<std::vector<int32_t>> models;
    for (const std::string &name : RealModels()) {
        const std::vector<std::vector<int>> ranked = ReadRankedPredictions(name);
        std::vector<int32_t> first(ranked.size());
        for (size_t row = 0; row < ranked.size(); ++row) {
            first[data.imagefolder[row]] = ranked[row][0];
        }
        models.push_back(first);
    }
    rs_labels *labels = nullptr;
    const std::vector<std::string> paths = RealLabelOptions();
    const rs_labels_options options = {
        paths[1].c_str(), paths[3].c_str(), nullptr, nullptr, 0, 0.0};
    ASSERT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
    const Consensus consensus(labels, models);
    for (int kind = 0; kind < RS_AGREED_KINDS; ++kind) {
        EXPECT_EQ(consensus.found.images[kind], uint64_t(kConsensus[kind])) << kind;
    }
    EXPECT_EQ(consensus.found.decided, uint64_t(kAccepted[0]));
    EXPECT_EQ(consensus.found.accepted, uint64_t(kAccepted[1]));
    for (uint64_t i = 0; i < consensus.found.count; ++i) {
        const rs_agreed_image &at = consensus.found.list[i];
        std::map<int32_t, uint32_t> said;
        bool any = false;
        for (const std::vector<int32_t> &model : models) {
            const int32_t class_index = model[at.image];
            const std::vector<int> &real = data.real[at.image];
            ++said[class_index];
            any = any || std::find(real.begin(), real.end(), class_index) != real.end();
        }
        const auto most = std::max_element(said.begin(), said.end(),
                                           [](auto &a, auto &b) { return a.second < b.second; });
        ASSERT_EQ(at.most, most->first) << at.image;
        ASSERT_EQ(at.models, most->second) << at.image;
        ASSERT_EQ(at.is[RS_AGREED_ALL_WRONG], !any && !data.real[at.image].empty()) << at.image;
    }
    rs_labels_free(labels);
}

} // namespace
