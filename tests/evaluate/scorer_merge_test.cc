// Scorers of several processes are one: merged as they are or sent as bytes, which are checked.
#include "evaluate/scorer_case.h"

#include <cstdlib>

extern "C" {
#include "base/hash.h"
}

namespace {

class ScorerMerge : public ScorerCase {
protected:
    static constexpr size_t kHead = 8 + 9 * 8; // what stands before the rows

    // Bytes with others in one place, and the checksum of that.
    static std::vector<uint8_t> With(std::vector<uint8_t> bytes, size_t at, const void *data,
                                     size_t size)
    {
        std::memcpy(bytes.data() + at, data, size);
        const uint64_t hash = rs_hash(bytes.data(), bytes.size() - 8);
        std::memcpy(bytes.data() + bytes.size() - 8, &hash, 8);
        return bytes;
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

    enum class Original { kUnknown, kInSet, kBeside };

    // An image whose set has two labels, or none; what its original label is to it.
    static uint64_t FindImage(const rs_labels *labels, Original wanted, bool empty = false)
    {
        const rs_label_view *const view = rs_labels_get_view(labels);
        for (uint64_t i = 0; i < view->rows; ++i) {
            const int32_t *const begin = view->real_class + view->real_begin[i];
            const int32_t *const end = view->real_class + view->real_begin[i + 1];
            const bool in_set = std::find(begin, end, view->original[i]) != end;
            const Original original = view->original[i] < 0 ? Original::kUnknown
                                      : in_set              ? Original::kInSet
                                                            : Original::kBeside;
            if (original == wanted && (empty ? begin == end : end - begin == 2)) {
                return i;
            }
        }
        ADD_FAILURE() << "no such image";
        return 0;
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
    std::vector<int32_t> class_of(kClasses);
    std::iota(class_of.begin(), class_of.end(), 0);
    std::swap(class_of[3], class_of[4]);
    rs_class_map *map = nullptr;
    ASSERT_EQ(rs_class_map_create(class_of.data(), kClasses, kClasses, &map, nullptr), RS_OK);
    rs_evaluator_options mapped = Options(false);
    mapped.class_map = map;
    const Scorer other = MakeScorer(labels.get(), mapped);
    EXPECT_NE(reason(other).find("class maps"), std::string::npos);
    EXPECT_EQ(rs_scorer_merge(MakeScorer(labels.get(), mapped).get(), other.get(), RS_SEEN_REFUSED,
                              nullptr),
              RS_OK);
    rs_class_map_free(map);
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
    // A checksum that holds over what cannot be: a class beyond the classes, a type that is none.
    const auto put = [&](size_t at, uint32_t value) { return merge(With(bytes, at, &value, 4)); };
    EXPECT_EQ(put(kHead + kImages * (12 + 24) + 16, kClasses), RS_FORMAT);
    EXPECT_EQ(put(kHead - 8, RS_DTYPE_I8), RS_FORMAT);
    EXPECT_EQ(put(kHead - 8, 77), RS_FORMAT);
    EXPECT_EQ(rs_scorer_get_counts(sum.get()).images, 0u);
    EXPECT_EQ(put(kHead - 8, RS_DTYPE_F64), RS_OK) << "the checksum is made as it should be";
}

TEST_F(ScorerMerge, OutcomesThatNoImageOfTheLabelsCanHave)
{
    const Labels labels = MakeLabels();
    const std::vector<uint8_t> bytes = BytesOf(MakeScorer(labels.get(), Options(false)));
    struct Row {
        uint32_t rank, best;
        uint8_t mask, flags;
        uint16_t counted;
    };
    static_assert(sizeof(Row) == 12, "as it is in the bytes");
    const auto merged = [&](uint64_t image, const Row &row) {
        const Scorer sum = MakeScorer(labels.get(), Options(false));
        const std::vector<uint8_t> made = With(bytes, kHead + image * sizeof row, &row, sizeof row);
        return rs_scorer_merge_bytes(sum.get(), made.data(), made.size(), RS_SEEN_ONCE, nullptr);
    };
    const uint64_t unknown = FindImage(labels.get(), Original::kUnknown);
    const uint64_t in_set = FindImage(labels.get(), Original::kInSet);
    const uint64_t beside = FindImage(labels.get(), Original::kBeside);
    const uint64_t empty = FindImage(labels.get(), Original::kBeside, true);
    EXPECT_EQ(merged(unknown, {0, 2, 2, 0, 1}), RS_OK);
    EXPECT_EQ(merged(unknown, {3, 2, 2, 0, 1}), RS_FORMAT) << "a rank of no label";
    EXPECT_EQ(merged(empty, {1, 0, 0, 0, 1}), RS_OK);
    EXPECT_EQ(merged(empty, {1, 4, 0, 0, 1}), RS_FORMAT) << "a rank in an empty set";
    EXPECT_EQ(merged(empty, {kClasses + 1, 0, 0, 0, 1}), RS_FORMAT);
    EXPECT_EQ(merged(empty, {1, 0, 0, RS_ROW_NAN, 1}), RS_FORMAT) << "a rank in an invalid row";
    EXPECT_EQ(merged(empty, {1, 0, 0, 16, 1}), RS_FORMAT);
    EXPECT_EQ(merged(empty, {1, 0, 0, 0, 2}), RS_FORMAT);
    EXPECT_EQ(merged(in_set, {3, 1, 5, RS_ROW_TIED, 1}), RS_OK);
    EXPECT_EQ(merged(in_set, {3, 5, 0, 0, 1}), RS_FORMAT) << "the best one is behind it";
    EXPECT_EQ(merged(in_set, {3, 0, 0, 0, 1}), RS_FORMAT) << "it is in the set, which has no rank";
    EXPECT_EQ(merged(in_set, {3, 1, 4, 0, 1}), RS_FORMAT) << "best of another rank than the first";
    EXPECT_EQ(merged(in_set, {3, 1, 7, 0, 1}), RS_FORMAT) << "three of two labels";
    EXPECT_EQ(merged(in_set, {3, 1, 13, 0, 1}), RS_FORMAT);
    EXPECT_EQ(merged(in_set, {3, kClasses + 1, 0, 0, 1}), RS_FORMAT);
    EXPECT_EQ(merged(beside, {1, 2, 2, 0, 1}), RS_OK);
    EXPECT_EQ(merged(beside, {2, 2, 2, 0, 1}), RS_FORMAT) << "two labels of one rank";
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
