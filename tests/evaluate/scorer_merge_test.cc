// Scorers of several processes are one: merged as they are or sent as bytes, which are checked.
#include "evaluate/scorer_case.h"

#include <cstdlib>

extern "C" {
#include "base/hash.h"
}

namespace {

class ScorerMerge : public ScorerCase {
protected:
    static std::vector<uint8_t> BytesOf(const Scorer &scorer)
    {
        void *bytes = nullptr;
        size_t size = 0;
        EXPECT_EQ(rs_scorer_to_bytes(scorer.get(), &bytes, &size, nullptr), RS_OK);
        const uint8_t *const first = static_cast<uint8_t *>(bytes);
        std::vector<uint8_t> copy(first, first + size);
        std::free(bytes);
        return copy;
    }

    // Three ranks, the last one padded with images that the first has seen.
    static std::vector<Scorer> Ranks(const Rows &rows, const rs_labels *labels,
                                     const rs_evaluator_options &options, bool padded)
    {
        std::vector<Scorer> ranks;
        for (int64_t r = 0; r < 3; ++r) {
            ranks.push_back(MakeScorer(labels, options));
            std::vector<int64_t> images;
            for (int64_t i = r; i < static_cast<int64_t>(kImages); i += 3) {
                images.push_back(i);
            }
            if (padded && r == 2) {
                images.push_back(0);
                images.push_back(3);
            }
            EXPECT_EQ(Add(ranks.back(), rows, images), RS_OK);
        }
        return ranks;
    }
};

TEST_F(ScorerMerge, RanksMergeToOnePass)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    for (const bool calibration : {false, true}) {
        const rs_evaluator_options options = Options(calibration);
        const Pass pass = OnePass(rows, labels.get(), options);
        for (const bool by_bytes : {false, true}) {
            const std::vector<Scorer> ranks = Ranks(rows, labels.get(), options, true);
            const Scorer sum = MakeScorer(labels.get(), options);
            for (const Scorer &rank : ranks) {
                const std::vector<uint8_t> bytes = BytesOf(rank);
                ASSERT_EQ(bytes.size(), BytesOf(sum).size()) << "as many in every process";
                ASSERT_EQ(by_bytes ? rs_scorer_merge_bytes(sum.get(), bytes.data(), bytes.size(),
                                                           RS_SEEN_ONCE, nullptr)
                                   : rs_scorer_merge(sum.get(), rank.get(), RS_SEEN_ONCE, nullptr),
                          RS_OK);
            }
            ExpectSame(sum, pass);
            EXPECT_EQ(rs_scorer_get_counts(sum.get()).repeats, 2u);
            EXPECT_EQ(rs_scorer_get_counts(sum.get()).dtype, RS_DTYPE_F32);
        }
    }
}

TEST_F(ScorerMerge, AnImageOfTwoProcessesIsRefusedUnlessAskedFor)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    const std::vector<Scorer> ranks = Ranks(rows, labels.get(), Options(false), true);
    const Tally before = TallyOf(ranks[0]);
    rs_error error = {};
    EXPECT_EQ(rs_scorer_merge(ranks[0].get(), ranks[2].get(), RS_SEEN_REFUSED, &error),
              RS_MISMATCH);
    EXPECT_EQ(error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error.place.at, 0u);
    EXPECT_TRUE(rs_tally_equal(TallyOf(ranks[0]).get(), before.get()));
    EXPECT_EQ(rs_scorer_merge(ranks[0].get(), ranks[1].get(), RS_SEEN_REFUSED, &error), RS_OK);
}

TEST_F(ScorerMerge, OnlyScorersThatAreAlikeAreMerged)
{
    const Labels labels = MakeLabels();
    const Labels others = MakeLabels(8);
    const Scorer sum = MakeScorer(labels.get(), Options(false));
    rs_error error = {};
    const auto reason = [&](const Scorer &part) {
        EXPECT_EQ(rs_scorer_merge(sum.get(), part.get(), RS_SEEN_ONCE, &error), RS_MISMATCH);
        const std::string merged = error.reason;
        const std::vector<uint8_t> bytes = BytesOf(part);
        EXPECT_EQ(
            rs_scorer_merge_bytes(sum.get(), bytes.data(), bytes.size(), RS_SEEN_ONCE, &error),
            RS_MISMATCH);
        EXPECT_EQ(merged, error.reason);
        return merged;
    };
    EXPECT_NE(reason(MakeScorer(others.get(), Options(false))).find("labels"), std::string::npos);
    EXPECT_NE(reason(MakeScorer(labels.get(), Options(true))).find("calibration"),
              std::string::npos);
    EXPECT_NE(reason(MakeScorer(labels.get(), Options(false), 1)).find("kept"), std::string::npos);
}

TEST_F(ScorerMerge, DamagedBytes)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    const Scorer part = MakeScorer(labels.get(), Options(true));
    const Scorer sum = MakeScorer(labels.get(), Options(true));
    ASSERT_EQ(Add(part, rows, {1, 2, 3}), RS_OK);
    const std::vector<uint8_t> bytes = BytesOf(part);
    const auto merge = [&](const std::vector<uint8_t> &these) {
        return rs_scorer_merge_bytes(sum.get(), these.data(), these.size(), RS_SEEN_ONCE, nullptr);
    };
    for (const size_t size :
         {size_t{0}, size_t{7}, size_t{60}, bytes.size() / 2, bytes.size() - 1}) {
        std::vector<uint8_t> cut = bytes;
        cut.resize(size);
        cut.reserve(1);
        EXPECT_EQ(merge(cut), RS_FORMAT) << size;
    }
    for (size_t at = 0; at < bytes.size(); at += bytes.size() / 97 + 1) {
        std::vector<uint8_t> changed = bytes;
        changed[at] ^= 0x40;
        EXPECT_NE(merge(changed), RS_OK) << at;
    }
    // A checksum that holds over what cannot be: a rank beyond the classes, a class beyond them, a
    // type that is none.
    const size_t head = 8 + 8 * 8;
    const auto put = [&](size_t at, uint32_t value) {
        std::vector<uint8_t> made = bytes;
        std::memcpy(made.data() + at, &value, 4);
        const uint64_t hash = rs_hash(made.data(), made.size() - 8);
        std::memcpy(made.data() + made.size() - 8, &hash, 8);
        return merge(made);
    };
    EXPECT_EQ(put(head + 12, kClasses + 1), RS_FORMAT);
    EXPECT_EQ(put(head + kImages * (12 + 24) + 16, kClasses), RS_FORMAT);
    EXPECT_EQ(put(head - 8, RS_DTYPE_I8), RS_FORMAT);
    EXPECT_EQ(put(head - 8, 77), RS_FORMAT);
    EXPECT_EQ(rs_scorer_get_counts(sum.get()).images, 0u);
    EXPECT_EQ(put(head + 12, 1), RS_OK) << "the checksum is made as it should be";
}

TEST_F(ScorerMerge, TalliesTravelAsBytes)
{
    const Labels labels = MakeLabels();
    const Rows rows = MakeRows(RS_DTYPE_F32, false);
    const Pass pass = OnePass(rows, labels.get(), Options(true));
    void *bytes = nullptr;
    size_t size = 0;
    ASSERT_EQ(rs_tally_to_bytes(pass.tally.get(), "from rank 3", &bytes, &size, nullptr), RS_OK);
    rs_tally *back = nullptr;
    char *note = nullptr;
    ASSERT_EQ(rs_tally_from_bytes(bytes, size, &back, &note, nullptr), RS_OK);
    EXPECT_TRUE(rs_tally_equal(back, pass.tally.get()));
    EXPECT_STREQ(note, "from rank 3");
    rs_tally_free(back);
    EXPECT_EQ(rs_tally_from_bytes(bytes, size - 1, &back, nullptr, nullptr), RS_FORMAT);
    EXPECT_EQ(back, nullptr);
    std::free(note);
    std::free(bytes);
}

} // namespace
