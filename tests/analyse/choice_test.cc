// The choice among valid labels: by hand, where it has no value, and how often it is wrongly said.
#include <cmath>
#include <numeric>

#include "reassess/labels.h"
#include "reassess/metrics.h"
#include "support/made_tally.h"
#include "support/program.h"

extern "C" {
#include "report/wording.h"
}
#include "support/tier.h"

namespace {

using made::Labels;
using made::Predictions;
using made::Tally;

struct Metrics {
    explicit Metrics(const rs_tally *tally, const rs_metrics_options *options = nullptr)
    {
        EXPECT_EQ(rs_metrics_compute(tally, options, &of, &error), RS_OK) << error.reason;
    }
    ~Metrics()
    {
        rs_metrics_clear(&of);
    }
    Metrics(const Metrics &) = delete;
    Metrics &operator=(const Metrics &) = delete;
    rs_metrics of = {};
    rs_error error = {};
};

TEST(Choice, by_hand)
{
    Labels labels(4);
    Predictions answers;
    const auto add = [&](int32_t y, const std::vector<int32_t> &set, int32_t answer) {
        labels.add(y, set);
        answers.push_back({answer});
    };
    add(0, {0, 1}, 0);
    add(0, {0, 1}, 0);
    add(0, {0, 1, 2}, 0);
    add(0, {0, 1, 2}, 1);
    add(0, {0, 1}, 3); // a mistake
    add(0, {1, 2}, 1); // y not valid
    add(0, {0}, 0);    // no choice
    add(1, {1, 3}, 3);
    add(2, {2}, 2);
    const Tally tally = made::score(labels, answers, made::shape(4));
    const Metrics metrics(tally.get());
    const rs_label_choice &choice = metrics.of.choice;
    EXPECT_TRUE(choice.measured);
    ASSERT_EQ(choice.reason, nullptr);
    EXPECT_EQ(choice.rows, 5u);
    EXPECT_EQ(choice.original.correct, 3u);
    EXPECT_EQ(choice.original.total, 5u);
    EXPECT_DOUBLE_EQ(choice.original.value, 0.6);
    EXPECT_DOUBLE_EQ(choice.expected, (3 * 0.5 + 2 / 3.0) / 5);
    const double stddev = std::sqrt(3 * 0.25 + 2 * (1 / 3.0) * (2 / 3.0)) / 5;
    EXPECT_DOUBLE_EQ(choice.stddev, stddev);
    EXPECT_NEAR(choice.z, (0.6 - choice.expected) / stddev, 1e-14);
    EXPECT_NEAR(choice.p, 3 / 8.0, 1e-15); // at least three of 1/2, 1/2, 1/2, 1/3, 1/3
    // class 0 is considered (its oracle is below 0.9), and so is class 1, where it is not said
    EXPECT_EQ(choice.classes, 2u);
    EXPECT_EQ(choice.classes_above, 1u);
    // above 5/3 and above 1/2: at least two of 1/2, 1/2, 1/3, 1/3, and one of 1/2
    EXPECT_NEAR(choice.classes_expected_above, 5 / 9.0 + 1 / 2.0, 1e-15);
    EXPECT_EQ(choice.classes_significant, 0u);
    const rs_class_metrics &zero = metrics.of.per_class[0];
    EXPECT_EQ(zero.choice_rows, 4u);
    EXPECT_EQ(zero.choice_original, 3u);
    EXPECT_DOUBLE_EQ(zero.choice_expected, 5 / 12.0);
    EXPECT_TRUE(zero.choice_above);
    EXPECT_EQ(metrics.of.per_class[2].choice_rows, 0u);
    EXPECT_DOUBLE_EQ(metrics.of.per_class[2].choice_p, 1.0);
}

TEST(Choice, has_no_value_without_rows_and_of_old_tallies)
{
    Labels labels(3);
    labels.add(0, {0});
    labels.add(1, {1, 2});
    const Tally none = made::score(labels, {{0}, {0}}, made::shape(3));
    EXPECT_STREQ(Metrics(none.get()).of.choice.reason,
                 "no first prediction is one of several valid labels, the original one among them");
    const Tally old = made::score(labels, {{0}, {1}}, made::shape(3));
    EXPECT_EQ(Metrics(old.get()).of.choice.reason, nullptr);
    old->form_1_rows = 1;
    EXPECT_STREQ(Metrics(old.get()).of.choice.reason,
                 "rows of the tally were counted by a version that did not look for it");
    EXPECT_EQ(Metrics(old.get()).of.choice.rows, 0u);
}

TEST(Choice, more_original_labels_than_rows_are_no_counts)
{
    Labels labels(3);
    labels.add(1, {1, 2});
    const Tally tally = made::score(labels, {{1}}, made::shape(3));
    tally->counters[rs_tally_choice_index(&tally->layout, 1)] = 2;
    rs_metrics metrics = {};
    EXPECT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_MISMATCH);
}

// Sets of more than 15 labels too, added up from classes that have the same sizes and others.
TEST(Choice, adds_up_over_classes)
{
    std::mt19937 draw(3);
    const Labels labels = made::random_labels(3000, 40, 24, draw);
    const Predictions answers = made::random_predictions(labels, draw);
    const Tally tally = made::score(labels, answers, made::shape(40));
    std::vector<double> chance;
    uint64_t original = 0;
    for (uint64_t row = 0; row < labels.rows(); ++row) {
        const std::vector<int32_t> set = labels.set(row);
        const int32_t y = labels.original[row];
        const auto is_in = [&](int32_t label) {
            return std::count(set.begin(), set.end(), label) > 0;
        };
        // of the largest sets the tally knows how many were met: in a class the smallest ones
        if (set.size() >= 2 && set.size() < 16 && is_in(y) && !answers[row].empty() &&
            is_in(answers[row][0])) {
            chance.push_back(1.0 / static_cast<double>(set.size()));
            original += answers[row][0] == y;
        }
    }
    double large_chance = 0;
    uint64_t large_rows = 0;
    std::vector<rs_set_count> room(rs_tally_choice_counts_max(tally.get()));
    for (uint32_t c = 0; c < 40; ++c) {
        const size_t count = rs_tally_choice_counts(tally.get(), c, room.data());
        for (size_t i = 0; i < count; ++i) {
            if (room[i].size >= 16) {
                large_rows += room[i].rows;
                large_chance += static_cast<double>(room[i].rows) / room[i].size;
            }
        }
    }
    ASSERT_GT(large_rows, 100u);
    const Metrics metrics(tally.get());
    const rs_label_choice &choice = metrics.of.choice;
    EXPECT_EQ(choice.rows, chance.size() + large_rows);
    EXPECT_GT(choice.original.correct, original);
    const double sum = std::accumulate(chance.begin(), chance.end(), large_chance);
    EXPECT_NEAR(choice.expected, sum / static_cast<double>(choice.rows), 1e-13);
}

// The published labels, answered by models without mistakes and with many, which draw among the
// valid labels, or lean to the original one.
class ChoiceOfRealLabels : public testing::Test {
  protected:
    void SetUp() override
    {
        RS_NEED_DATA();
        const std::string real = DataFolder() + "/reassessed-imagenet/real.json";
        const std::string original = DataFolder() + "/ilsvrc2012_val_labels.txt";
        rs_labels_options options = {};
        options.real_path = real.c_str();
        options.original_path = original.c_str();
        rs_error error = {};
        ASSERT_EQ(rs_labels_load(&options, &labels_, &error), RS_OK) << error.reason;
        view_ = *rs_labels_get_view(labels_);
        std::fill(animal_.get(), animal_.get() + 398, true);
    }
    void TearDown() override
    {
        rs_labels_free(labels_);
    }

    // `lean`: how often it says y without drawing; `wrong`: how often it says nothing valid.
    Tally answer(uint32_t seed, double lean, double wrong) const
    {
        rs_tally_shape shape = made::shape(1000);
        shape.label_rows = view_.rows;
        Tally tally = made::empty(shape);
        EXPECT_EQ(rs_tally_count_labels(tally.get(), &view_, {0, view_.rows}, nullptr), RS_OK);
        std::mt19937 draw(seed);
        std::uniform_real_distribution<double> share(0, 1);
        for (uint64_t row = 0; row < view_.rows; ++row) {
            const uint32_t begin = view_.real_begin[row];
            const uint32_t size = view_.real_begin[row + 1] - begin;
            rs_row_outcome out = {};
            out.original = view_.original[row];
            out.set_size = size;
            for (uint32_t i = 0; i < size; ++i) {
                out.original_in_set =
                    out.original_in_set || view_.real_class[begin + i] == out.original;
            }
            if (size > 0 && share(draw) >= wrong) {
                const bool leans = out.original_in_set && share(draw) < lean;
                const int32_t said =
                    leans ? out.original : view_.real_class[begin + draw() % size];
                out.best_real_rank = 1;
                out.real_rank_mask = 1;
                out.rank = said == out.original ? 1 : 2;
            } else {
                out.rank = 3;
            }
            rs_count_row(tally->counters, &tally->layout, shape.topk, &out);
        }
        return tally;
    }

    rs_metrics_options options() const
    {
        return {RS_ORACLE_ROWS_IN_SET, 0.9, animal_.get()};
    }

    rs_labels *labels_ = nullptr;
    rs_label_view view_ = {};
    std::unique_ptr<bool[]> animal_{new bool[1000]()};
};

// Nominally in 2.5 % of seeds: of 200, 5 -+ 2.2; more than 5 % would be more than 10.
TEST_F(ChoiceOfRealLabels, who_draws_does_not_say_it_more_often_than_chance)
{
    RS_SKIP_MERE_VOLUME();
    const rs_metrics_options article = options();
    for (const double wrong : {0.0, 0.35}) {
        int shown = 0;
        int with_significant_classes = 0;
        double z = 0;
        double squares = 0;
        for (uint32_t seed = 1; seed <= 200; ++seed) {
            const Metrics metrics(answer(seed, 0, wrong).get(), &article);
            shown += rs_choice_is_shown(&metrics.of.choice);
            with_significant_classes += metrics.of.choice.classes_significant > 0;
            z += metrics.of.choice.z / 200;
            squares += metrics.of.choice.z * metrics.of.choice.z / 200;
        }
        EXPECT_LE(shown, 10) << wrong;
        EXPECT_GE(shown, 1) << wrong;
        EXPECT_LE(with_significant_classes, 10 + 6) << wrong; // 5 %, with twice its own error
        EXPECT_NEAR(z, 0, 0.2) << wrong;
        EXPECT_NEAR(squares, 1, 0.25) << wrong;
    }
}

// With AlexNet's mistakes the oracle comparison sees nothing of a lean that the choice shows.
TEST_F(ChoiceOfRealLabels, a_lean_is_seen_through_mistakes)
{
    const rs_metrics_options article = options();
    for (uint32_t seed = 1; seed <= 20; ++seed) {
        const Metrics metrics(answer(seed, 0.2, 0.35).get(), &article);
        EXPECT_TRUE(rs_choice_is_shown(&metrics.of.choice)) << seed;
        EXPECT_LT(metrics.of.oracle.mean_gap, -0.1) << seed;
    }
}

// The oracle's own point: as often as it is expected, to the row.
TEST_F(ChoiceOfRealLabels, the_expected_share_is_not_more_often_than_chance)
{
    const Tally tally = answer(1, 0, 0);
    const Metrics drawn(tally.get());
    const double wanted = drawn.of.choice.expected * static_cast<double>(drawn.of.choice.rows);
    int64_t left = static_cast<int64_t>(wanted);
    left -= static_cast<int64_t>(drawn.of.choice.original.correct);
    for (uint32_t c = 0; c < 1000 && left != 0; ++c) {
        uint64_t *const choice = tally->counters + rs_tally_choice_index(&tally->layout, c);
        const uint64_t rows = drawn.of.per_class[c].choice_rows;
        while (left > 0 && choice[0] < rows) {
            ++choice[0], --left;
        }
        while (left < 0 && choice[0] > 0) {
            --choice[0], ++left;
        }
    }
    ASSERT_EQ(left, 0);
    const Metrics metrics(tally.get());
    EXPECT_LT(std::fabs(metrics.of.choice.z), 0.05);
    EXPECT_NEAR(metrics.of.choice.p, 0.5, 0.02);
    EXPECT_STREQ(rs_choice_words(&metrics.of.choice),
                 "does not say the original label more often than chance");
}

} // namespace
