// What raters do not tell, on labels small enough to check by hand.
#include "relabel/rater_files.h"

extern "C" {
#include "relabel/bracket.h"
}

namespace {

// image  ReaL     scores by class         first prediction
// a.png  {0}      0: 0.93, 1: 0.30        1: asked, wrong
// b.png  {1, 2}   1: 0.80, 2: 0.86        2: right, at thresholds up to 0.85
// c.png  {}       0: 0.55, 2: 0.79        2: in no denominator of ReaL, but in those up to 0.75
// d.png  {0}      not rated               2: not asked about
// e.png  {1}      not rated               1: right
// f.png  {2}      2: 0.95, 1: 0.9         0: not asked about
// g.png  {0}      not rated               none: wrong
// h.png  {}       not rated               0: in no denominator at all
class BracketTest : public ::testing::Test {
  protected:
    BracketTest()
    {
        const int32_t original[] = {0, 1, 2, 0, 1, 2, 0, 1};
        const uint32_t begin[] = {0, 1, 3, 3, 4, 5, 6, 7, 7};
        const int32_t classes[] = {0, 1, 2, 0, 1, 2, 0};
        EXPECT_EQ(rs_labels_create(8, 3, original, begin, classes, &labels, nullptr), RS_OK);
        const std::string list = folder.write(
            "files.txt", "a.png\nb.png\nc.png\nd.png\ne.png\nf.png\ng.png\nh.png\n");
        EXPECT_EQ(rs_image_rows_read(list.c_str(), 8, &images, nullptr), RS_OK);
    }
    ~BracketTest() override
    {
        rs_rated_free(rated);
        rs_image_rows_clear(&images);
        rs_labels_free(labels);
    }
    rs_status Make(const std::vector<PairName> &pairs, const std::vector<double> &score)
    {
        const std::string path = folder.path("scores.npz");
        const std::string shape = std::to_string(score.size()) + ",";
        WriteZip(path, {{"tensor.npy", Npy("<f8", shape, BytesOf(score)), ZIP_CM_STORE},
                        {"info.npy", InfoNpy(pairs), ZIP_CM_STORE}});
        const Scores scores(path);
        EXPECT_EQ(scores.status, RS_OK) << scores.error.reason;
        rs_rated_free(rated);
        return rs_rated_make(&scores.value, &images, labels, &rated, &error);
    }
    rs_status MakeAll() // in no order
    {
        return Make({{"f.png", "1"}, {"b.png", "2"}, {"a.png", "1"}, {"c.png", "2"}, {"a.png", "0"},
                     {"c.png", "0"}, {"b.png", "1"}, {"f.png", "2"}},
                    {0.9, 0.86, 0.3, 0.79, 0.93, 0.55, 0.8, 0.95});
    }
    rs_bracket Count(uint64_t begin, uint64_t end) const
    {
        return Count({begin, end, prediction.data() + 2 * begin, 2, nullptr});
    }
    rs_bracket Count(const rs_bracket_rows &rows) const
    {
        rs_bracket bracket;
        EXPECT_EQ(rs_bracket_count(rated, &rows, &bracket, nullptr), RS_OK);
        return bracket;
    }

    TemporaryFolder folder;
    rs_labels *labels = nullptr;
    rs_image_rows images = {};
    rs_rated *rated = nullptr;
    rs_error error = {};
    // the second prediction of each row is never looked at
    std::vector<int32_t> prediction = {1, 0, 2, 0, 2, 0, 2, 0, 1, 0, 0, 2, -1, -1, 0, 1};
};

std::vector<uint64_t> Totals(const rs_bracket &bracket)
{
    std::vector<uint64_t> totals;
    for (const rs_metric &metric : bracket.threshold) {
        totals.push_back(metric.total);
    }
    return totals;
}

std::vector<uint64_t> Corrects(const rs_bracket &bracket)
{
    std::vector<uint64_t> corrects;
    for (const rs_metric &metric : bracket.threshold) {
        corrects.push_back(metric.correct);
    }
    return corrects;
}

TEST_F(BracketTest, counts_of_a_table_by_hand)
{
    ASSERT_EQ(MakeAll(), RS_OK) << error.reason;
    EXPECT_STREQ(rs_rated_doubt(rated), "");
    const rs_bracket bracket = Count(0, 8);
    EXPECT_EQ(bracket.reason, nullptr);
    EXPECT_EQ(bracket.total, 6u);
    EXPECT_EQ(bracket.correct, 2u);
    EXPECT_EQ(bracket.unasked, 2u);
    EXPECT_DOUBLE_EQ(bracket.low, 2.0 / 6);
    EXPECT_DOUBLE_EQ(bracket.high, 4.0 / 6);
    // Wilson's limits of 2 of 6 and of 4 of 6
    EXPECT_NEAR(bracket.ci95[0], 0.09677141, 1e-8);
    EXPECT_NEAR(bracket.ci95[1], 0.90322859, 1e-8);
    // 0.50 to 0.75: c has {2}, at 0.50 and 0.55 {0, 2}; b has {1, 2} up to 0.80, {2} at 0.85, none
    // beyond; a has {0} up to 0.90; f, d, e and g stay as they are
    EXPECT_EQ(Totals(bracket), (std::vector<uint64_t>{7, 7, 7, 7, 7, 7, 6, 6, 5, 4}));
    EXPECT_EQ(Corrects(bracket), (std::vector<uint64_t>{3, 3, 3, 3, 3, 3, 2, 2, 1, 1}));
    EXPECT_STREQ(bracket.threshold[0].name, "at_50");
    EXPECT_STREQ(bracket.threshold[9].name, "at_95");
    EXPECT_DOUBLE_EQ(bracket.threshold[8].value, 0.2);
}

TEST_F(BracketTest, what_a_class_is_of_an_image)
{
    ASSERT_EQ(MakeAll(), RS_OK);
    EXPECT_EQ(rs_rated_judge(rated, 0, 0), RS_RATED_RIGHT);
    EXPECT_EQ(rs_rated_judge(rated, 0, 1), RS_RATED_WRONG);
    EXPECT_EQ(rs_rated_judge(rated, 0, 2), RS_RATED_NOT_KNOWN);
    EXPECT_EQ(rs_rated_judge(rated, 2, 1), RS_RATED_NO_SET);
    EXPECT_EQ(rs_rated_judge(rated, 3, 0), RS_RATED_RIGHT);
    EXPECT_EQ(rs_rated_judge(rated, 3, 1), RS_RATED_NOT_KNOWN);
    EXPECT_EQ(rs_rated_judge(rated, 3, -1), RS_RATED_WRONG);
    EXPECT_EQ(rs_rated_level(rated, 1, 1), 7); // exactly at 0.80
    EXPECT_EQ(rs_rated_level(rated, 0, 1), 0);
    EXPECT_EQ(rs_rated_level(rated, 5, 0), RS_RATED_UNASKED);
    EXPECT_EQ(rs_rated_level(rated, 4, 1), RS_RATED_THRESHOLDS);
    EXPECT_EQ(rs_rated_set_level(rated, 2), 6);
    EXPECT_EQ(rs_rated_set_level(rated, 7), 0);
}

TEST_F(BracketTest, row_ranges_add_up)
{
    ASSERT_EQ(MakeAll(), RS_OK);
    const rs_bracket whole = Count(0, 8);
    for (uint64_t cut = 0; cut <= 8; ++cut) {
        rs_bracket sum = Count(0, cut);
        const rs_bracket rest = Count(cut, 8);
        rs_bracket_add(&sum, &rest);
        EXPECT_EQ(sum.total, whole.total);
        EXPECT_EQ(sum.correct, whole.correct);
        EXPECT_EQ(sum.unasked, whole.unasked);
        EXPECT_EQ(sum.reason, nullptr);
        EXPECT_EQ(sum.high, whole.high);
        EXPECT_EQ(sum.ci95[1], whole.ci95[1]);
        EXPECT_EQ(Totals(sum), Totals(whole));
        EXPECT_EQ(Corrects(sum), Corrects(whole));
        EXPECT_EQ(sum.threshold[4].value, whole.threshold[4].value);
    }
    EXPECT_STREQ(Count(7, 8).reason, "no row has a label set");
    EXPECT_STREQ(Count(7, 8).threshold[0].reason, "no row has a label set");
}

TEST_F(BracketTest, rows_in_another_order)
{
    ASSERT_EQ(MakeAll(), RS_OK);
    const uint32_t order[] = {7, 3, 1, 0, 2, 4, 6, 5};
    std::vector<int32_t> shuffled;
    for (const uint32_t image : order) {
        shuffled.push_back(prediction[2 * image]);
    }
    const rs_bracket bracket = Count({0, 8, shuffled.data(), 1, order});
    EXPECT_EQ(bracket.correct, 2u);
    EXPECT_EQ(bracket.unasked, 2u);
    EXPECT_EQ(Corrects(bracket), Corrects(Count(0, 8)));
}

TEST_F(BracketTest, an_image_that_comes_again_counts_once)
{
    ASSERT_EQ(MakeAll(), RS_OK);
    // d and b again, with other predictions; in two ranges of rows
    const uint32_t order[] = {0, 3, 1, 2, 3, 4, 5, 1, 6, 7};
    const std::vector<int32_t> padded = {1, 2, 2, 2, 0, 1, 0, 0, -1, 0};
    const rs_bracket whole = Count({0, 10, padded.data(), 1, order});
    EXPECT_EQ(whole.total, 6u);
    EXPECT_EQ(whole.correct, 2u);
    EXPECT_EQ(whole.unasked, 2u);
    EXPECT_EQ(Totals(whole), Totals(Count(0, 8)));
    EXPECT_EQ(Corrects(whole), Corrects(Count(0, 8)));
    rs_bracket sum = Count({0, 4, padded.data(), 1, order});
    const rs_bracket rest = Count({4, 10, padded.data() + 4, 1, order});
    rs_bracket_add(&sum, &rest);
    EXPECT_EQ(sum.total, 6u);
    EXPECT_EQ(Corrects(sum), Corrects(whole));
    rs_asked asked = {};
    const rs_bracket_rows rows = {0, 10, padded.data(), 1, order};
    ASSERT_EQ(rs_bracket_ask(rated, &rows, &asked, nullptr), RS_OK);
    rs_asked_sort(&asked);
    ASSERT_EQ(asked.count, 2u);
    EXPECT_EQ(asked.pair[0].image, 3u);
    EXPECT_EQ(asked.pair[0].class_index, 2);
    EXPECT_EQ(asked.pair[1].image, 5u);
    EXPECT_EQ(asked.pair[1].class_index, 0);
    rs_asked_clear(&asked);
}

TEST(Asked, each_pair_once_by_image_and_class)
{
    rs_asked asked = {};
    for (uint32_t i = 0; i < 3000; ++i) { // 1001 is prime to 20: every pair several times
        ASSERT_EQ(rs_asked_add(&asked, i * 1001 % 20, static_cast<int32_t>(i % 7), nullptr), RS_OK);
    }
    rs_asked_sort(&asked);
    ASSERT_EQ(asked.count, 140u);
    for (uint64_t i = 0; i < 140; ++i) {
        EXPECT_EQ(asked.pair[i].image, i / 7);
        EXPECT_EQ(asked.pair[i].class_index, static_cast<int32_t>(i % 7));
    }
    EXPECT_EQ(rs_asked_image_end(&asked, 0), 7u);
    EXPECT_EQ(rs_asked_image_end(&asked, 133), 140u);
    rs_asked_clear(&asked);
    rs_asked_sort(&asked);
    EXPECT_EQ(asked.count, 0u);
}

TEST_F(BracketTest, scores_of_other_label_sets)
{
    EXPECT_EQ(Make({{"a.png", "1"}, {"b.png", "0"}, {"f.png", "2"}}, {0.9, 0.9, 0.9}), RS_MISMATCH);
    EXPECT_EQ(rated, nullptr);
    EXPECT_STREQ(error.reason, "in 2 of 3 rated images a label of the ReaL set has no score");
    ASSERT_EQ(Make({{"a.png", "0"}, {"b.png", "1"}, {"f.png", "2"}}, {0.9, 0.9, 0.9}), RS_OK);
    EXPECT_STREQ(rs_rated_doubt(rated), "in 1 of 3 rated images a label of the ReaL set has no "
                                        "score: were the sets made of these?");
    EXPECT_EQ(Make({{"a.png", "0"}, {"x.png", "1"}}, {0.9, 0.9}), RS_MISMATCH);
    EXPECT_EQ(std::string(error.reason).substr(0, 28), "the image 'x.png' is not in ");
}

TEST_F(BracketTest, the_hash_is_of_what_counts)
{
    ASSERT_EQ(MakeAll(), RS_OK);
    const uint64_t hash = rs_rated_hash(rated);
    // another order, and scores on the same side of all thresholds
    ASSERT_EQ(Make({{"a.png", "0"}, {"a.png", "1"}, {"b.png", "1"}, {"b.png", "2"}, {"c.png", "0"},
                    {"c.png", "2"}, {"f.png", "1"}, {"f.png", "2"}},
                   {0.94, 0.2, 0.81, 0.87, 0.56, 0.76, 0.94, 0.99}),
              RS_OK);
    EXPECT_EQ(rs_rated_hash(rated), hash);
    ASSERT_EQ(Make({{"a.png", "0"}, {"a.png", "1"}, {"b.png", "1"}, {"b.png", "2"}, {"c.png", "0"},
                    {"c.png", "2"}, {"f.png", "1"}, {"f.png", "2"}},
                   {0.94, 0.2, 0.81, 0.87, 0.56, 0.74, 0.94, 0.99}),
              RS_OK);
    EXPECT_NE(rs_rated_hash(rated), hash);
    // another class with the same score
    ASSERT_EQ(Make({{"a.png", "0"}, {"a.png", "1"}, {"b.png", "1"}, {"b.png", "2"}, {"c.png", "0"},
                    {"c.png", "1"}, {"f.png", "1"}, {"f.png", "2"}},
                   {0.94, 0.2, 0.81, 0.87, 0.56, 0.76, 0.94, 0.99}),
              RS_OK);
    EXPECT_NE(rs_rated_hash(rated), hash);
}

} // namespace
