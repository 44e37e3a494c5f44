// The oracle on the published labels. Wanted numbers: the article, and Python's exact fractions
// over real.json and the original labels (sums of 1/|R|, convolution of each class's distribution).
#include <cmath>
#include <fstream>

#include "reassess/labels.h"
#include "reassess/metrics.h"
#include "support/made_tally.h"
#include "support/program.h"

namespace {

class RealLabels : public testing::Test {
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
    }
    void TearDown() override
    {
        rs_labels_free(labels_);
    }

    // A model that answers the original label; of the rows of class 527 (desktop computer) with
    // it in their set, though, only 32, and class 0 for the others.
    made::Tally labels_as_model() const
    {
        rs_tally_shape shape = made::shape(1000);
        shape.label_rows = view_.rows;
        made::Tally tally = made::empty(shape);
        EXPECT_EQ(rs_tally_count_labels(tally.get(), &view_, {0, view_.rows}, nullptr), RS_OK);
        int desktops = 0;
        for (uint64_t row = 0; row < view_.rows; ++row) {
            made::Labels one(1000);
            one.add(view_.original[row], {view_.real_class + view_.real_begin[row],
                                          view_.real_class + view_.real_begin[row + 1]});
            int32_t answer = view_.original[row];
            if (answer == 527 && made::outcome(one, 0, {}).original_in_set && ++desktops > 32) {
                answer = 0;
            }
            const rs_row_outcome out = made::outcome(one, 0, {answer});
            rs_count_row(tally->counters, &tally->layout, shape.topk, &out);
        }
        return tally;
    }

    rs_labels *labels_ = nullptr;
    rs_label_view view_ = {};
};

TEST_F(RealLabels, CountsOfTheLabels)
{
    const made::Tally tally = labels_as_model();
    EXPECT_EQ(tally->rows_with_2, 7443u);
    EXPECT_EQ(tally->rows_with_3, 2035u);
    EXPECT_EQ(rs_tally_rows(tally.get()), 50000u);
    uint64_t nonempty = 0;
    uint64_t in_set = 0;
    for (uint32_t c = 0; c < 1000; ++c) {
        EXPECT_EQ(tally->labels[c].images, 50u);
        nonempty += tally->labels[c].nonempty;
        in_set += tally->labels[c].in_set;
    }
    EXPECT_EQ(nonempty, 46837u);
    EXPECT_EQ(in_set, 42164u);
    EXPECT_EQ(tally->labels[1000].images, 0u);
}

TEST_F(RealLabels, OracleOfTheArticle)
{
    bool animals[1000] = {};
    std::fill(animals, animals + 398, true);
    rs_metrics_options options = {RS_ORACLE_ROWS_IN_SET, 0.9, animals};
    const made::Tally tally = labels_as_model();
    rs_metrics metrics;
    ASSERT_EQ(rs_metrics_compute(tally.get(), &options, &metrics, nullptr), RS_OK);
    EXPECT_EQ(metrics.oracle.rows, 42164u);
    EXPECT_NEAR(metrics.oracle.expected, 0.9147648712585625, 1e-13);
    EXPECT_NEAR(metrics.oracle.stddev, 0.0009274118730111385, 1e-13);
    EXPECT_EQ(metrics.oracle.classes_below_cut, 252u);
    EXPECT_NEAR(metrics.oracle.classes_expected_above, 122.29362725996427, 1e-10);
    EXPECT_EQ(metrics.oracle.classes_model_above, 252u);

    const rs_class_metrics &desktop = metrics.per_class[527];
    EXPECT_EQ(desktop.oracle_rows, 45u);
    EXPECT_EQ(desktop.oracle_correct, 32u);
    EXPECT_NEAR(desktop.oracle_accuracy, 0.30002645502645503, 1e-15);
    EXPECT_NEAR(desktop.oracle_p / 6.941550669226512e-11, 1.0, 1e-12);
    EXPECT_TRUE(desktop.considered);
    EXPECT_TRUE(desktop.above);
    EXPECT_TRUE(desktop.significant);
    rs_metrics_clear(&metrics);
}

TEST_F(RealLabels, OracleOverAllClasses)
{
    const made::Tally tally = labels_as_model();
    rs_metrics metrics;
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    EXPECT_EQ(metrics.oracle.classes_below_cut, 296u);
    EXPECT_NEAR(metrics.oracle.classes_expected_above, 143.38920741042725, 1e-10);
    std::vector<uint32_t> below_half;
    for (uint32_t c = 0; c < 1000; ++c) {
        if (metrics.per_class[c].oracle_accuracy < 0.5) {
            below_half.push_back(c);
        }
    }
    EXPECT_EQ(below_half,
              std::vector<uint32_t>({526, 527, 620, 638, 664, 681, 744, 782, 836, 837}));
    rs_metrics_clear(&metrics);

    rs_metrics_options nonempty = {RS_ORACLE_ROWS_NONEMPTY, 0.9, nullptr};
    ASSERT_EQ(rs_metrics_compute(tally.get(), &nonempty, &metrics, nullptr), RS_OK);
    EXPECT_EQ(metrics.oracle.rows, 46837u);
    EXPECT_NEAR(metrics.oracle.expected, 0.8234973638735622, 1e-13);
    EXPECT_EQ(metrics.oracle.classes_below_cut, 618u);
    EXPECT_NEAR(metrics.oracle.classes_expected_above, 280.15093856122087, 1e-10);
    rs_metrics_clear(&metrics);
}

} // namespace
