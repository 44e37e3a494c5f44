// The published labels from the published votes: scores to 1e-12, all 50,000 sets, and how near
// other methods come. Needs REASSESS_DATA.
#include <cmath>
#include <memory>

#include "relabel/curve_reference.inc"
#include "relabel/rater_files.h"
#include "support/tier.h"

extern "C" {
#include "labels/real_json.h"
#include "relabel/curve_in_sample.h"
}

namespace {

constexpr uint32_t kPairs = 184962;

std::string Published(const std::string &name)
{
    return DataFolder() + "/reassessed-imagenet/" + name;
}

// Read once for all tests of this file.
class PublishedVotes : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        if (DataFolder().empty() || !rs_test::VolumeIsTested()) {
            return;
        }
        data_ = std::make_unique<Data>();
    }
    static void TearDownTestSuite() { data_.reset(); }
    void SetUp() override
    {
        RS_NEED_DATA();
        RS_SKIP_MERE_VOLUME();
        ASSERT_EQ(data_->votes.status, RS_OK) << MessageOf(data_->votes.error);
        ASSERT_EQ(data_->golden.status, RS_OK) << MessageOf(data_->golden.error);
        ASSERT_EQ(data_->golden_votes.status, RS_OK) << MessageOf(data_->golden_votes.error);
        ASSERT_EQ(data_->scores.status, RS_OK) << MessageOf(data_->scores.error);
    }

    struct Data {
        Data()
            : votes(Published("raters.npz")), golden(Published("golden.npz")),
              golden_votes(Published("raters_golden.npz")), scores(Published("scores.npz"))
        {
            const std::string original = DataFolder() + "/ilsvrc2012_val_labels.txt";
            const rs_labels_options options = {nullptr, original.c_str(), nullptr, nullptr, 0, 0};
            EXPECT_EQ(rs_labels_load(&options, &labels, nullptr), RS_OK);
            EXPECT_EQ(rs_image_rows_read(nullptr, 50000, &images, nullptr), RS_OK);
            bool animals[1000];
            for (int c = 0; c < 1000; ++c) {
                animals[c] = c <= 397;
            }
            EXPECT_EQ(rs_label_vote_make(&votes.value.pairs, "", labels, &images, animals,
                                         &label_vote, nullptr),
                      RS_OK);
            EXPECT_EQ(rs_label_vote_make(&golden.value.pairs, "", labels, &images, nullptr,
                                         &golden_label_vote, nullptr),
                      RS_OK);
        }
        ~Data()
        {
            free(label_vote);
            free(golden_label_vote);
            rs_labels_free(labels);
            rs_image_rows_clear(&images);
        }
        Votes votes;
        Golden golden;
        Votes golden_votes;
        Scores scores;
        rs_labels *labels = nullptr;
        rs_image_rows images = {};
        int8_t *label_vote = nullptr;
        int8_t *golden_label_vote = nullptr;
    };

    static rs_aggregate_options Options(rs_aggregate_method method, bool sixth_vote)
    {
        rs_aggregate_options options = rs_aggregate_defaults(method);
        if (method == RS_AGGREGATE_GOLDEN) {
            options.golden = &data_->golden.value;
            options.golden_votes = data_->golden_votes.get();
            options.golden_label_vote = data_->golden_label_vote;
        }
        options.label_vote = sixth_vote ? data_->label_vote : nullptr;
        return options;
    }

    // How many pairs are taken, or not, as the published scores at 0.8 take them.
    static uint32_t Agreeing(const Aggregate &result, rs_aggregate_method method)
    {
        uint32_t same = 0;
        for (uint32_t i = 0; i < kPairs; ++i) {
            same += rs_aggregate_takes(method, -1, result.value.score[i]) ==
                    (data_->scores.value.score[i] >= 0.8);
        }
        return same;
    }

    static std::unique_ptr<Data> data_;
};

std::unique_ptr<PublishedVotes::Data> PublishedVotes::data_;

TEST_F(PublishedVotes, what_the_files_hold)
{
    EXPECT_EQ(data_->votes.value.pairs.count, kPairs);
    EXPECT_EQ(data_->votes.value.pairs.images.count, 24889u);
    EXPECT_EQ(data_->votes.value.raters.count, 85u);
    EXPECT_EQ(data_->votes.rater(0), "189");
    EXPECT_EQ(data_->golden_votes.value.raters.count, 78u);
    uint64_t answers[3] = {};
    for (uint32_t i = 0; i < kPairs; ++i) {
        ASSERT_EQ(data_->votes.value.begin[i + 1] - data_->votes.value.begin[i], 5u) << i;
    }
    for (uint64_t i = 0; i < rs_votes_count(data_->votes.get()); ++i) {
        ++answers[rs_vote_answer(data_->votes.value.code[i])];
    }
    EXPECT_EQ(answers[0], 729424u);
    EXPECT_EQ(answers[1], 78942u);
    EXPECT_EQ(answers[2], 116444u);
    uint64_t judged = 0;
    uint64_t present = 0;
    rs_golden_count(&data_->golden.value, &judged, &present);
    EXPECT_EQ(judged, 1135u);
    EXPECT_EQ(present, 248u);
}

TEST_F(PublishedVotes, golden_recipe_gives_the_published_scores_and_sets)
{
    const Aggregate result(data_->votes.get(), Options(RS_AGGREGATE_GOLDEN, true));
    ASSERT_EQ(result.status, RS_OK) << MessageOf(result.error);
    double apart = 0;
    std::vector<uint8_t> taken(kPairs);
    for (uint32_t i = 0; i < kPairs; ++i) {
        apart = std::max(apart, std::fabs(result.value.score[i] - data_->scores.value.score[i]));
        taken[i] = rs_aggregate_takes(RS_AGGREGATE_GOLDEN, 0.8, result.value.score[i]);
    }
    EXPECT_LE(apart, 1e-12);
    // The label's matrix in log-odds, as it was found from the published scores.
    const rs_rater &label = result.value.rater[85];
    EXPECT_NEAR(std::log(label.p[1][RS_ANSWER_YES] / label.p[0][RS_ANSWER_YES]), 2.7662, 5e-5);
    EXPECT_NEAR(std::log(label.p[1][RS_ANSWER_NO] / label.p[0][RS_ANSWER_NO]), -0.5528, 5e-5);
    EXPECT_EQ(label.rests_on, 1135u);
    uint32_t means = 0;
    for (uint32_t r = 0; r < 85; ++r) {
        means += result.value.rater[r].is_mean;
        EXPECT_EQ(result.value.rater[r].rests_on, result.value.rater[r].is_mean ? 0u : 1135u);
    }
    EXPECT_EQ(means, 7u);

    static_assert(sizeof(bool) == sizeof(uint8_t), "taken is an array of bool");
    rs_real_sets sets;
    rs_label_sets_counts counts;
    rs_error error = {};
    const rs_taken_pairs from = {&data_->votes.value.pairs, "",
                                 reinterpret_cast<bool *>(taken.data())};
    ASSERT_EQ(rs_label_sets_make(&from, data_->labels, &data_->images, &sets, &counts, &error),
              RS_OK)
        << MessageOf(error);
    rs_real_sets published;
    const std::string text = ReadFile(Published("real.json"));
    ASSERT_EQ(rs_real_json_parse("real.json", reinterpret_cast<const uint8_t *>(text.data()),
                                 text.size(), 1000, &published, &error),
              RS_OK);
    ASSERT_EQ(sets.rows, 50000u);
    ASSERT_EQ(published.rows, 50000u);
    uint32_t equal = 0;
    for (uint32_t row = 0; row < 50000; ++row) {
        equal += std::vector<int32_t>(sets.class_index + sets.begin[row],
                                      sets.class_index + sets.begin[row + 1]) ==
                 std::vector<int32_t>(published.class_index + published.begin[row],
                                      published.class_index + published.begin[row + 1]);
    }
    EXPECT_EQ(equal, 50000u);
    EXPECT_EQ(counts.unrated, 25111u);
    EXPECT_EQ(counts.empty, 3163u);
    EXPECT_EQ(counts.labels, 57553u);
    rs_real_sets_clear(&sets);
    rs_real_sets_clear(&published);
}

TEST_F(PublishedVotes, other_methods_come_near)
{
    const Aggregate majority(data_->votes.get(), Options(RS_AGGREGATE_MAJORITY, false));
    EXPECT_EQ(Agreeing(majority, RS_AGGREGATE_MAJORITY), 172053u); // 93.02 %
    const Aggregate em(data_->votes.get(), Options(RS_AGGREGATE_EM, false));
    EXPECT_TRUE(em.value.converged);
    EXPECT_NEAR(Agreeing(em, RS_AGGREGATE_EM) / double{kPairs}, 0.98272, 2e-5);
    EXPECT_NEAR(em.value.log_likelihood[em.value.iterations - 1], -463902.2830, 1e-3);
    const Aggregate with_label(data_->votes.get(), Options(RS_AGGREGATE_EM, true));
    EXPECT_TRUE(with_label.value.converged);
    EXPECT_FALSE(with_label.value.swapped);
    EXPECT_NEAR(Agreeing(with_label, RS_AGGREGATE_EM) / double{kPairs}, 0.98861, 2e-5);
}

TEST_F(PublishedVotes, precision_and_recall)
{
    rs_curve curve;
    ASSERT_EQ(rs_curve_make(&data_->golden.value, &data_->scores.value, &curve, nullptr), RS_OK);
    const rs_curve_point at = rs_curve_at(&curve, 0.8);
    EXPECT_EQ(curve.missing, 0u);
    EXPECT_EQ(at.taken, 215u);
    EXPECT_NEAR(rs_precision(at.taken, at.right), 0.898, 5e-4);
    EXPECT_NEAR(rs_recall(curve.present, at.right), 0.778, 5e-4);
    EXPECT_EQ(curve.point[curve.count - 1].taken, 1135u);
    EXPECT_EQ(curve.point[curve.count - 1].right, 248u);
    rs_curve_clear(&curve);
    rs_curve_mark labels, majority;
    ASSERT_EQ(
        rs_curve_labels(&data_->golden.value, data_->golden_label_vote, &labels, nullptr), RS_OK);
    EXPECT_NEAR(rs_precision(labels.taken, labels.right), 0.787, 5e-4);
    EXPECT_NEAR(rs_recall(labels.present, labels.right), 0.492, 5e-4);
    ASSERT_EQ(rs_curve_majority(&data_->golden.value, data_->votes.get(), &majority, nullptr),
              RS_OK);
    EXPECT_NEAR(rs_precision(majority.taken, majority.right), 0.943, 5e-4);
    EXPECT_NEAR(rs_recall(majority.present, majority.right), 0.536, 5e-4);
    std::vector<rs_curve_mark> raters(78);
    ASSERT_EQ(rs_curve_raters(&data_->golden.value, data_->golden_votes.get(), raters.data(),
                              nullptr),
              RS_OK);
    for (const rs_curve_mark &mark : raters) {
        EXPECT_EQ(mark.judged, 1135u);
        EXPECT_EQ(mark.present, 248u);
    }
}

// Against NumPy and SciPy: scores, labels, majority, the five experts by all and by the others.
TEST_F(PublishedVotes, intervals_of_precision_and_recall)
{
    const rs_golden *const golden = &data_->golden.value;
    std::vector<rs_curve_mark> marks;
    rs_curve curve;
    ASSERT_EQ(rs_curve_make(golden, &data_->scores.value, &curve, nullptr), RS_OK);
    for (const double threshold : {0.5, 0.8, 0.95}) {
        const rs_curve_point at = rs_curve_at(&curve, threshold);
        marks.push_back({curve.judged, curve.present, at.taken, at.right, at.ends});
    }
    rs_curve_clear(&curve);
    marks.resize(15);
    ASSERT_EQ(rs_curve_labels(golden, data_->golden_label_vote, &marks[3], nullptr), RS_OK);
    ASSERT_EQ(rs_curve_majority(golden, data_->votes.get(), &marks[4], nullptr), RS_OK);
    ASSERT_NE(golden->experts, nullptr);
    ASSERT_EQ(golden->experts->raters.count, 5u);
    ASSERT_EQ(rs_curve_raters(golden, golden->experts, &marks[5], nullptr), RS_OK);
    ASSERT_EQ(rs_curve_experts(golden, &marks[10], nullptr), RS_OK);
    for (size_t i = 0; i < marks.size(); ++i) {
        const auto &wanted = kMarks[i];
        EXPECT_EQ(marks[i].taken, wanted.taken) << wanted.name;
        EXPECT_EQ(marks[i].right, wanted.right) << wanted.name;
        EXPECT_EQ(marks[i].present, wanted.present) << wanted.name;
        EXPECT_NEAR(marks[i].ends.precision.low, wanted.precision_low, 1e-9) << wanted.name;
        EXPECT_NEAR(marks[i].ends.precision.high, wanted.precision_high, 1e-9) << wanted.name;
        EXPECT_NEAR(marks[i].ends.recall.low, wanted.recall_low, 1e-9) << wanted.name;
        EXPECT_NEAR(marks[i].ends.recall.high, wanted.recall_high, 1e-9) << wanted.name;
        EXPECT_NEAR(marks[i].ends.f1.low, wanted.f1_low, 1e-9) << wanted.name;
        EXPECT_NEAR(marks[i].ends.f1.high, wanted.f1_high, 1e-9) << wanted.name;
    }
}

// The published scores were made with the golden set; EM that never saw it has others.
TEST_F(PublishedVotes, scores_that_know_the_golden_set_are_seen_to)
{
    const rs_golden *const golden = &data_->golden.value;
    double *recipe = nullptr;
    ASSERT_EQ(rs_recipe_scores(golden, data_->votes.get(), data_->golden_votes.get(), &recipe,
                               nullptr),
              RS_OK);
    ASSERT_NE(recipe, nullptr);
    const auto seen = [&](const double *score, const double *known) {
        rs_scores scores = data_->scores.value;
        scores.score = const_cast<double *>(score);
        return rs_scores_in_sample(golden, &scores, data_->votes.get(), known);
    };
    EXPECT_EQ(seen(data_->scores.value.score, recipe), RS_IN_SAMPLE_WEIGHED);
    EXPECT_EQ(seen(data_->scores.value.score, nullptr), RS_IN_SAMPLE_NOT_SEEN);
    rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_EM);
    options.iterations_max = 20;
    const Aggregate em(data_->votes.get(), options);
    EXPECT_EQ(seen(em.value.score, recipe), RS_IN_SAMPLE_NOT_SEEN);
    options.golden = golden;
    const Aggregate held(data_->votes.get(), options);
    EXPECT_EQ(seen(held.value.score, recipe), RS_IN_SAMPLE_HELD);
    free(recipe);
}

}  // namespace
