// Mistakes against labels, scores and answers small enough to check by hand, and on real
// predictions against the obvious loop.
#include <algorithm>
#include <cmath>
#include <map>

#include "relabel/rater_files.h"
#include "support/real_data.h"

extern "C" {
#include "analyse/proportion.h"
#include "relabel/mistakes.h"
#include "relabel/row_margins.h"
}

namespace {

// image  original  ReaL    predicted  by
// a.png      0     {0}         0      right
// b.png      1     {1, 2}      2      original
// c.png      2     {}          0      original
// d.png      2     {0}         2      real
// e.png      1     {1}         0      both
// f.png     -1     {2}         1      real
// g.png      0     {0}       none     both
class MistakesTest : public ::testing::Test {
  protected:
    MistakesTest()
    {
        const int32_t original[] = {0, 1, 2, 2, 1, -1, 0};
        const uint32_t begin[] = {0, 1, 3, 3, 4, 5, 6, 7};
        const int32_t classes[] = {0, 1, 2, 0, 1, 2, 0};
        EXPECT_EQ(rs_labels_create(7, 3, original, begin, classes, &labels, nullptr), RS_OK);
        const std::string list = folder.write("files.txt", "a.png\nb.png\nc.png\nd.png\ne.png\n"
                                                           "f.png\ng.png\n");
        EXPECT_EQ(rs_image_rows_read(list.c_str(), 7, &images, nullptr), RS_OK);
        setup.labels = labels;
        setup.images = &images;
        setup.threshold = 0.8;
        setup.near = 0.15;
    }
    ~MistakesTest() override
    {
        rs_mistakes_clear(&found);
        rs_image_rows_clear(&images);
        rs_labels_free(labels);
    }
    void Find(const double *margin = nullptr)
    {
        const rs_mistakes_input input = {7, prediction.data(), 2, margin, nullptr};
        rs_mistakes_clear(&found);
        ASSERT_EQ(rs_mistakes_find(&setup, &input, &found, nullptr), RS_OK);
    }
    std::vector<uint32_t> Listed(rs_wrong_by by) const
    {
        std::vector<uint32_t> list;
        for (uint64_t i = 0; i < found.count; ++i) {
            if (rs_mistake_is(&found.list[i], by)) {
                list.push_back(found.list[i].image);
            }
        }
        return list;
    }
    const rs_mistake &Of(uint32_t image) const
    {
        for (uint64_t i = 0; i < found.count; ++i) {
            if (found.list[i].image == image) {
                return found.list[i];
            }
        }
        ADD_FAILURE() << "no mistake on image " << image;
        return found.list[0];
    }

    TemporaryFolder folder;
    rs_labels *labels = nullptr;
    rs_image_rows images = {};
    rs_mistakes_setup setup = {};
    rs_mistakes found = {};
    // the second prediction of each row is never looked at
    std::vector<int32_t> prediction = {0, 1, 2, 1, 0, 2, 2, 0, 0, 1, 1, 2, -1, -1};
};

TEST_F(MistakesTest, by_which_labels_and_in_which_order)
{
    Find();
    EXPECT_EQ(Listed(RS_WRONG_BY_EITHER), (std::vector<uint32_t>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(Listed(RS_WRONG_BY_ORIGINAL), (std::vector<uint32_t>{1, 2, 4, 6}));
    EXPECT_EQ(Listed(RS_WRONG_BY_REAL), (std::vector<uint32_t>{3, 4, 5, 6}));
    EXPECT_EQ(Listed(RS_WRONG_BY_BOTH), (std::vector<uint32_t>{4, 6}));
    EXPECT_EQ(found.original.rows, 6u);
    EXPECT_EQ(found.original.mistakes, 4u);
    EXPECT_EQ(found.real.rows, 6u);
    EXPECT_EQ(found.real.mistakes, 4u);
    EXPECT_EQ(found.invalid, 1u);
    EXPECT_EQ(found.preference.rows, 0u); // nobody scored anything
    EXPECT_TRUE(std::isnan(found.list[0].margin));

    const double margin[] = {9, 1, 2, 0, INFINITY, 2, 5};
    Find(margin);
    // the invalid row has no margin and is last
    EXPECT_EQ(Listed(RS_WRONG_BY_EITHER), (std::vector<uint32_t>{4, 2, 5, 1, 3, 6}));
    EXPECT_EQ(Of(1).margin, 1.0);
}

TEST_F(MistakesTest, raters_say_what_is_near_and_whom_they_prefer)
{
    // b: the prediction is preferred; c: both equal; e: the label; d has no score for its label
    const std::vector<PairName> pairs = {{"b.png", "1"}, {"b.png", "2"}, {"c.png", "0"},
                                         {"c.png", "2"}, {"e.png", "0"}, {"e.png", "1"},
                                         {"d.png", "2"}, {"f.png", "1"}};
    const std::vector<double> score = {0.2, 0.95, 0.5, 0.5, 0.65, 0.9, 0.6, 0.9500001};
    const std::string path = folder.path("scores.npz");
    WriteZip(path, {{"tensor.npy", Npy("<f8", "8,", BytesOf(score)), ZIP_CM_DEFLATE},
                    {"info.npy", InfoNpy(pairs), ZIP_CM_DEFLATE}});
    const Scores scores(path);
    ASSERT_EQ(scores.status, RS_OK) << MessageOf(scores.error);
    setup.scores = &scores.value;
    setup.near = 0.15;
    Find();
    EXPECT_EQ(Of(1).score, 0.95);
    EXPECT_TRUE(Of(1).near);
    EXPECT_TRUE(Of(4).near);  // 0.8 - 0.65 is more than 0.15 in doubles
    EXPECT_FALSE(Of(3).near); // 0.6
    EXPECT_FALSE(Of(5).near);
    EXPECT_TRUE(std::isnan(Of(6).score));
    EXPECT_EQ(found.original.asked, 3u);
    EXPECT_EQ(found.real.asked, 3u);
    EXPECT_EQ(found.real.near, 1u);
    EXPECT_EQ(found.preference.rows, 3u); // not g, which has no prediction
    EXPECT_EQ(found.preference.prediction, 1u);
    EXPECT_EQ(found.preference.equal, 1u);
    EXPECT_EQ(found.preference.label, 1u);
    EXPECT_EQ(found.preference.unrated, 0u);

    prediction[2] = 0; // b.png as 0, which nobody rated
    Find();
    EXPECT_EQ(found.preference.rows, 3u);
    EXPECT_EQ(found.preference.unrated, 1u);
    EXPECT_EQ(found.preference.prediction, 0u);
}

TEST_F(MistakesTest, verdicts_need_more_than_half)
{
    const std::string path =
        folder.write("answers.csv", "rater,image,label,answer\n"
                                    "x,b.png,2,yes\ny,b.png,2,yes\nz,b.png,2,no\n" // not a mistake
                                    "x,d.png,2,no\n"                               // clear
                                    "x,e.png,0,no\ny,e.png,0,yes\n"                // undecided
                                    "x,f.png,1,maybe\ny,f.png,1,maybe\nz,f.png,1,no\n" // undecided
                                    "x,c.png,1,no\n"); // of another prediction
    const Votes answers(path);
    ASSERT_EQ(answers.status, RS_OK) << MessageOf(answers.error);
    setup.answers = answers.get();
    Find();
    EXPECT_EQ(Of(1).verdict, RS_MISTAKE_NONE);
    EXPECT_EQ(Of(2).verdict, RS_MISTAKE_UNJUDGED);
    EXPECT_EQ(Of(3).verdict, RS_MISTAKE_CLEAR);
    EXPECT_EQ(Of(4).verdict, RS_MISTAKE_UNDECIDED);
    EXPECT_EQ(Of(5).verdict, RS_MISTAKE_UNDECIDED);
    EXPECT_EQ(Of(6).verdict, RS_MISTAKE_UNJUDGED);
    const uint64_t original[] = {2, 0, 1, 1};
    const uint64_t real[] = {1, 1, 0, 2};
    for (int v = 0; v < RS_MISTAKE_VERDICTS; ++v) {
        EXPECT_EQ(found.original.verdicts[v], original[v]) << v;
        EXPECT_EQ(found.real.verdicts[v], real[v]) << v;
    }
}

TEST_F(MistakesTest, refuses_another_number_of_rows)
{
    rs_error error = {};
    const rs_mistakes_input input = {6, prediction.data(), 2, nullptr, nullptr};
    EXPECT_EQ(rs_mistakes_find(&setup, &input, &found, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "6 predictions, but 7 labels");
    EXPECT_EQ(found.list, nullptr);
}

TEST_F(MistakesTest, a_sample_is_random_and_the_same_for_the_same_seed)
{
    Find();
    const std::vector<uint32_t> all = Listed(RS_WRONG_BY_EITHER);
    std::map<uint32_t, int> taken;
    for (uint64_t seed = 0; seed < 600; ++seed) {
        ASSERT_EQ(rs_mistakes_sample(&found, RS_WRONG_BY_EITHER, 2, seed, nullptr), RS_OK);
        uint64_t size = 0, by_real = 0;
        for (uint64_t i = 0; i < found.count; ++i) {
            size += found.list[i].sampled;
            by_real += found.list[i].sampled && found.list[i].wrong_real;
            taken[found.list[i].image] += found.list[i].sampled;
        }
        EXPECT_EQ(size, 2u);
        EXPECT_EQ(found.real.sampled, by_real);
    }
    for (const uint32_t image : all) { // each in a third, 200 +- 12
        EXPECT_NEAR(taken[image], 600 * 2 / int(all.size()), 40) << image;
    }
    ASSERT_EQ(rs_mistakes_sample(&found, RS_WRONG_BY_REAL, 100, 7, nullptr), RS_OK);
    EXPECT_EQ(found.real.sampled, found.real.mistakes); // fewer than asked for
}

// 1,000 seeds from 1: the error of a coverage of 0.95 is 0.007. As many mistakes as ResNet-50's
// that were judged, and their shares.
TEST(Mistakes, intervals_of_a_sample_hold_the_shares_of_all)
{
    const uint64_t counts[RS_MISTAKE_VERDICTS] = {0, 7348, 2224, 1713};
    std::vector<rs_mistake> list;
    for (int v = 0; v < RS_MISTAKE_VERDICTS; ++v) {
        for (uint64_t i = 0; i < counts[v]; ++i) {
            rs_mistake mistake = {};
            mistake.image = uint32_t(list.size());
            mistake.wrong_original = true;
            mistake.verdict = rs_mistake_verdict(v);
            list.push_back(mistake);
        }
    }
    rs_mistakes all = {};
    all.list = list.data();
    all.count = list.size();
    const int draws = 1000;
    int covered[RS_MISTAKE_VERDICTS] = {};
    for (int seed = 1; seed <= draws; ++seed) {
        ASSERT_EQ(rs_mistakes_sample(&all, RS_WRONG_BY_ORIGINAL, 300, uint64_t(seed), nullptr),
                  RS_OK);
        for (int v = 1; v < RS_MISTAKE_VERDICTS; ++v) {
            const rs_proportion share =
                rs_proportion_of(all.original.verdicts[v], all.original.sampled);
            const double truth = double(counts[v]) / double(list.size());
            covered[v] += share.low <= truth && truth <= share.high;
        }
    }
    for (int v = 1; v < RS_MISTAKE_VERDICTS; ++v) {
        EXPECT_GT(covered[v], 0.93 * draws) << v;
        EXPECT_LT(covered[v], 0.97 * draws) << v;
    }
}

TEST_F(MistakesTest, answers_of_which_the_sets_were_made_are_seen)
{
    std::vector<uint32_t> begin{0};
    std::vector<int32_t> classes;
    std::string names, of_all, of_some;
    for (int i = 0; i < 30; ++i) {
        const std::string name = "i" + std::to_string(i) + ".png";
        classes.push_back(i % 3);
        begin.push_back(uint32_t(classes.size()));
        names += name + "\n";
        of_all += "x," + name + "," + std::to_string(i % 3) + ",yes\n";
        of_some += "x," + name + "," + std::to_string(i == 17 ? (i + 1) % 3 : i % 3) + ",yes\n";
    }
    rs_labels *made = nullptr;
    ASSERT_EQ(rs_labels_create(30, 3, nullptr, begin.data(), classes.data(), &made, nullptr),
              RS_OK);
    rs_image_rows rows = {};
    const std::string list = folder.write("names.txt", names);
    ASSERT_EQ(rs_image_rows_read(list.c_str(), 30, &rows, nullptr), RS_OK);
    const Votes whole(folder.write("whole.csv", of_all));
    const Votes part(folder.write("part.csv", of_some));
    bool cover = false;
    ASSERT_EQ(rs_answers_cover_sets(made, &rows, whole.get(), &cover, nullptr), RS_OK);
    EXPECT_TRUE(cover);
    ASSERT_EQ(rs_answers_cover_sets(made, &rows, part.get(), &cover, nullptr), RS_OK);
    EXPECT_FALSE(cover);
    rs_image_rows_clear(&rows);
    rs_labels_free(made);
}

// All of ResNet-50's mistakes, and whom the published scores prefer.
TEST(Mistakes, real_predictions_and_published_scores)
{
    RS_NEED_DATA();
    const RealLabels data = ReadRealLabels();
    const std::vector<std::vector<int>> ranked = ReadRankedPredictions("resnet50");
    const Scores scores(DataFolder() + "/reassessed-imagenet/scores.npz");
    ASSERT_EQ(scores.status, RS_OK);
    std::map<std::pair<uint64_t, int>, double> score;
    for (uint32_t i = 0; i < scores.value.pairs.count; ++i) {
        const rs_span name = rs_pairs_image(&scores.value.pairs, i);
        const uint64_t image = std::stoull(std::string(name.text, name.length).substr(15, 8)) - 1;
        score[{image, scores.value.pairs.class_index[i]}] = scores.value.score[i];
    }
    std::vector<int32_t> first(50000);
    uint64_t wrong[2] = {0, 0};
    uint64_t preferred[4] = {0, 0, 0, 0}; // prediction, label, equal, unrated
    uint64_t near = 0;
    for (size_t row = 0; row < 50000; ++row) {
        const int image = data.imagefolder[row];
        const int prediction = ranked[row][0];
        const std::vector<int> &real = data.real[image];
        first[image] = prediction;
        const auto predicted = score.find({image, prediction});
        const auto labelled = score.find({image, data.original[image]});
        if (prediction != data.original[image]) {
            ++wrong[0];
            const bool rated = predicted != score.end() && labelled != score.end();
            ++preferred[!rated                                 ? 3
                        : predicted->second > labelled->second ? 0
                        : predicted->second < labelled->second ? 1
                                                               : 2];
        }
        if (!real.empty() && std::find(real.begin(), real.end(), prediction) == real.end()) {
            ++wrong[1];
            near += predicted != score.end() && std::fabs(predicted->second - 0.8) <= 0.15;
        }
    }
    rs_labels *labels = nullptr;
    const std::vector<std::string> paths = RealLabelOptions();
    const rs_labels_options options = {paths[1].c_str(), paths[3].c_str(), nullptr, nullptr, 0, 0};
    ASSERT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
    rs_image_rows images = {};
    ASSERT_EQ(rs_image_rows_read(nullptr, 50000, &images, nullptr), RS_OK);
    const rs_mistakes_setup setup = {labels, &images, &scores.value, nullptr, 0.8, 0.15};
    const rs_mistakes_input input = {50000, first.data(), 1, nullptr, nullptr};
    rs_mistakes found = {};
    ASSERT_EQ(rs_mistakes_find(&setup, &input, &found, nullptr), RS_OK);
    EXPECT_EQ(found.original.mistakes, wrong[0]);
    EXPECT_EQ(found.original.mistakes, 12469u);
    EXPECT_EQ(found.real.rows, 46837u);
    EXPECT_EQ(found.real.mistakes, wrong[1]);
    EXPECT_EQ(found.real.mistakes, 8439u);
    EXPECT_EQ(found.real.near, near);
    EXPECT_EQ(found.preference.prediction, preferred[0]);
    EXPECT_EQ(found.preference.label, preferred[1]);
    EXPECT_EQ(found.preference.equal, preferred[2]);
    EXPECT_EQ(found.preference.unrated, preferred[3]);
    EXPECT_EQ(found.preference.rows, 12469u);
    rs_mistakes_clear(&found);
    rs_image_rows_clear(&images);
    rs_labels_free(labels);
}

// ---- margins ----

TEST(RowMargins, of_values_and_without)
{
    const int32_t two[] = {4, 2};
    const int32_t one[] = {4, -1};
    const int32_t none[] = {-1, -1};
    const double values[] = {2.5, 1.0};
    const double equal[] = {INFINITY, INFINITY};
    EXPECT_EQ(rs_row_margin(two, values, 2), 1.5);
    EXPECT_EQ(rs_row_margin(two, equal, 2), 0.0);
    EXPECT_EQ(rs_row_margin(one, values, 2), INFINITY);
    EXPECT_EQ(rs_row_margin(one, values, 1), INFINITY);
    EXPECT_TRUE(std::isnan(rs_row_margin(none, values, 2)));
}

TEST(RowMargins, from_scores_in_any_order)
{
    const TemporaryFolder folder;
    constexpr uint64_t rows = 3000; // more than a block
    std::vector<float> scores;
    for (uint64_t i = 0; i < rows; ++i) {
        const float at = static_cast<float>(i);
        scores.insert(scores.end(), {1.0f, at + 3.0f, i % 2 == 0 ? 2.0f : at + 2.5f});
    }
    scores[3 * 7 + 2] = std::nanf("");
    const std::string path = folder.write("scores.npy", Npy("<f4", "3000, 3", BytesOf(scores)));
    double *margin = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_row_margins_read(path.c_str(), nullptr, rows, nullptr, &margin, &error), RS_OK);
    for (uint64_t i = 0; i < rows; ++i) {
        if (i == 7) {
            EXPECT_TRUE(std::isnan(margin[i]));
        } else {
            EXPECT_EQ(margin[i], i % 2 == 0 ? static_cast<double>(i) + 1.0 : 0.5) << i;
        }
    }
    std::free(margin);
    EXPECT_EQ(rs_row_margins_read(path.c_str(), nullptr, rows - 1, nullptr, &margin, &error),
              RS_MISMATCH);
    EXPECT_STREQ(error.reason, "these are no scores of 2999 rows");
    EXPECT_EQ(margin, nullptr);
    const std::string integers =
        folder.write("classes.npy", Npy("<i4", "2, 1", BytesOf(std::vector<int32_t>{0, 1})));
    EXPECT_EQ(rs_row_margins_read(integers.c_str(), nullptr, 2, nullptr, &margin, &error),
              RS_MISMATCH);
}

} // namespace
