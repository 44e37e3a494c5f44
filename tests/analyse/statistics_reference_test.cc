// The statistics against SciPy, statsmodels and mpmath: statistics_reference.py made the values.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "support/program.h"

extern "C" {
#include "analyse/line_fit.h"
#include "analyse/mcnemar.h"
#include "analyse/multiple_tests.h"
#include "analyse/proportion.h"
#include "analyse/student_t.h"
#include "analyse/trend_csv.h"
}

namespace {

struct StudentCase {
    double first, df, value;
};
struct FlipCase {
    uint64_t b, c;
    double p;
};
struct WilsonCase {
    uint64_t correct, total;
    double low, high;
};
struct HolmCase {
    double p, adjusted;
    bool significant;
};
struct Point {
    double x, y;
};
struct LineCase {
    size_t points;
    double slope, intercept, slope_stderr, intercept_stderr, low, high, rss, r_squared;
};
struct SlopeCase {
    double difference, welch_stderr, welch_t, welch_df, welch_log_p, pooled_stderr, pooled_t,
        pooled_df, pooled_log_p;
};
struct StickCase {
    double break_x, break_y, lower, upper, rss, line_rss, f, low, high;
};

struct RobustCase {
    struct {
        double slope_stderr, intercept_stderr, low, high;
    } line[3];
    double difference_stderr, lower_stderr, upper_stderr, break_stderr, slope_without;
};

/* Lines of numbers by a script: clang would want each member in braces of its own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-braces"
#include "regression_reference.inc"
#pragma GCC diagnostic pop
#include "statistics_reference.inc"

constexpr double kTolerance = 1e-9;

void ExpectNear(double value, double wanted, const char *what, double tolerance = kTolerance)
{
    EXPECT_NEAR(value, wanted, tolerance * std::fabs(wanted)) << what;
}

TEST(StatisticsReference, Student)
{
    for (const StudentCase &it : kStudent) {
        SCOPED_TRACE(testing::Message() << "t " << it.first << " df " << it.df);
        const double found = rs_student_log_p(it.first, it.df);
        // the relative error of p, not that of its logarithm
        EXPECT_LT(std::fabs(std::expm1(found - it.value)), 1e-10);
        EXPECT_EQ(found, rs_student_log_p(-it.first, it.df));
    }
    for (const StudentCase &it : kStudentScipy) {
        ExpectNear(std::exp(rs_student_log_p(it.first, it.df)), it.value, "p");
    }
    for (const StudentCase &it : kCritical) {
        ExpectNear(rs_student_critical(it.first, it.df), it.value, "critical value");
    }
    EXPECT_EQ(rs_student_log_p(0.0, 5.0), 0.0);
    EXPECT_EQ(rs_student_log_p(INFINITY, 5.0), -INFINITY);
}

TEST(StatisticsReference, McNemar)
{
    for (const FlipCase &it : kFlips) {
        SCOPED_TRACE(testing::Message() << it.b << " and " << it.c);
        ExpectNear(std::exp(rs_mcnemar_log_p(it.b, it.c)), it.p, "p");
        EXPECT_EQ(rs_mcnemar_log_p(it.b, it.c), rs_mcnemar_log_p(it.c, it.b));
    }
    EXPECT_EQ(rs_mcnemar_log_p(0, 0), 0.0);
    EXPECT_EQ(rs_mcnemar_log_p(7, 7), 0.0);
    EXPECT_EQ(rs_mcnemar_log_p(7, 8), 0.0); // 2 P(X <= 7) is 1 exactly
    // 2^-4999: far below what a double holds
    EXPECT_NEAR(rs_mcnemar_log_p(0, 5000), -4999 * std::log(2.0), 1e-9);
}

TEST(StatisticsReference, Wilson)
{
    for (const WilsonCase &it : kWilson) {
        const rs_proportion found = rs_proportion_of(it.correct, it.total);
        EXPECT_NEAR(found.low, it.low, 1e-12);
        EXPECT_NEAR(found.high, it.high, 1e-12);
    }
}

TEST(StatisticsReference, Holm)
{
    std::vector<rs_tested> tests;
    for (const HolmCase &it : kHolm) {
        tests.push_back({it.p, static_cast<uint32_t>(tests.size()), false, -1.0});
    }
    rs_holm(tests.data(), tests.size(), 0.05);
    for (const rs_tested &test : tests) {
        ExpectNear(test.adjusted, kHolm[test.index].adjusted, "adjusted p");
        EXPECT_EQ(test.significant, kHolm[test.index].significant);
    }
}

// Groups: every seventh point is of the same one.
rs_trend Trend(const std::vector<Point> &points, uint64_t replicates = 99, bool grouped = false)
{
    static const char *const groups[] = {"a", "b", "c", "d", "e", "f", "g"};
    std::vector<rs_trend_point> given;
    for (const Point &point : points) {
        const char *const group = groups[given.size() % 7];
        given.push_back({"", point.x, point.y, 0, grouped ? group : nullptr});
    }
    rs_trend trend;
    rs_error error = {};
    const rs_trend_options options = {replicates, 1, 0, 0, 0, 0};
    EXPECT_EQ(rs_trend_compute(given.data(), given.size(), &options, &trend, &error), RS_OK)
        << error.reason;
    return trend;
}

void ExpectLine(const rs_line_fit &line, const LineCase &wanted)
{
    EXPECT_EQ(line.reason, nullptr);
    EXPECT_EQ(line.points, wanted.points);
    ExpectNear(line.slope, wanted.slope, "slope");
    ExpectNear(line.intercept, wanted.intercept, "intercept");
    ExpectNear(line.slope_stderr, wanted.slope_stderr, "slope stderr");
    ExpectNear(line.intercept_stderr, wanted.intercept_stderr, "intercept stderr");
    ExpectNear(line.slope_low, wanted.low, "low");
    ExpectNear(line.slope_high, wanted.high, "high");
    ExpectNear(line.rss, wanted.rss, "rss");
    ExpectNear(line.r_squared, wanted.r_squared, "r squared");
}

void ExpectTrend(const rs_trend &trend, const LineCase *lines, const SlopeCase &slopes,
                 const StickCase &stick)
{
    ExpectLine(trend.all, lines[0]);
    ExpectLine(trend.lower, lines[1]);
    ExpectLine(trend.upper, lines[2]);
    ExpectNear(trend.slopes.difference, slopes.difference, "difference");
    ExpectNear(trend.slopes.welch.stderr_value, slopes.welch_stderr, "welch stderr");
    ExpectNear(trend.slopes.welch.t, slopes.welch_t, "welch t");
    ExpectNear(trend.slopes.welch.df, slopes.welch_df, "welch df");
    ExpectNear(trend.slopes.welch.log_p, slopes.welch_log_p, "welch log p");
    ExpectNear(trend.slopes.pooled.stderr_value, slopes.pooled_stderr, "pooled stderr");
    ExpectNear(trend.slopes.pooled.t, slopes.pooled_t, "pooled t");
    ExpectNear(trend.slopes.pooled.df, slopes.pooled_df, "pooled df");
    ExpectNear(trend.slopes.pooled.log_p, slopes.pooled_log_p, "pooled log p");

    ASSERT_EQ(trend.stick.reason, nullptr);
    ExpectNear(trend.stick.rss, stick.rss, "stick rss");
    ExpectNear(trend.stick.line_rss, stick.line_rss, "line rss");
    ExpectNear(trend.stick.f, stick.f, "f", 1e-8);
    ExpectNear(trend.stick.break_x, stick.break_x, "break");
    ExpectNear(trend.stick.break_y, stick.break_y, "fit at the break");
    ExpectNear(trend.stick.lower_slope, stick.lower, "lower slope");
    ExpectNear(trend.stick.upper_slope, stick.upper, "upper slope");
    ExpectNear(trend.stick.interval.low, stick.low, "low end of the break");
    ExpectNear(trend.stick.interval.high, stick.high, "high end of the break");
}

void ExpectRobust(const rs_trend &trend, const RobustCase &wanted, size_t groups)
{
    const rs_line_errors *const errors[] = {&trend.all_line.errors, &trend.lower_line.errors,
                                            &trend.upper_line.errors};
    EXPECT_EQ(trend.group_count, groups);
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(errors[i]->reason, nullptr);
        ExpectNear(errors[i]->slope_stderr, wanted.line[i].slope_stderr, "slope stderr");
        ExpectNear(errors[i]->intercept_stderr, wanted.line[i].intercept_stderr,
                   "intercept stderr");
        ExpectNear(errors[i]->slope_low, wanted.line[i].low, "low");
        ExpectNear(errors[i]->slope_high, wanted.line[i].high, "high");
    }
    ASSERT_EQ(trend.slope_errors.reason, nullptr);
    ExpectNear(trend.slope_errors.test.stderr_value, wanted.difference_stderr, "difference stderr");
    ASSERT_EQ(trend.stick.errors.reason, nullptr);
    ExpectNear(trend.stick.errors.lower_stderr, wanted.lower_stderr, "lower stderr", 1e-8);
    ExpectNear(trend.stick.errors.upper_stderr, wanted.upper_stderr, "upper stderr", 1e-8);
    ExpectNear(trend.stick.errors.break_stderr, wanted.break_stderr, "break stderr", 1e-8);
    ASSERT_GT(trend.all_line.influence.count, 0u);
    ExpectNear(trend.all_line.influence.most[0].slope, wanted.slope_without, "slope without");
}

template <size_t N> std::vector<Point> PointsOf(const Point (&points)[N])
{
    return {points, points + N};
}

TEST(StatisticsReference, Regressions)
{
    rs_trend trend = Trend(PointsOf(kBent));
    ExpectTrend(trend, kBentLines, kBentSlopes, kBentStick);
    EXPECT_FALSE(trend.stick.interval.low_is_open || trend.stick.interval.high_is_open);
    EXPECT_EQ(trend.stick.p, 0.01); // none of 99
    rs_trend_clear(&trend);
    trend = Trend(PointsOf(kFew));
    ExpectTrend(trend, kFewLines, kFewSlopes, kFewStick);
    EXPECT_TRUE(trend.stick.interval.low_is_open && trend.stick.interval.high_is_open);
    EXPECT_GT(trend.stick.p, 0.2);
    rs_trend_clear(&trend);
    trend = Trend(PointsOf(kSharp));
    ExpectTrend(trend, kSharpLines, kSharpSlopes, kSharpStick);
    rs_trend_clear(&trend);
}

TEST(StatisticsReference, ErrorsWithoutACommonScatter)
{
    const struct {
        std::vector<Point> points;
        const RobustCase &hc3, &clustered;
    } cases[] = {{PointsOf(kBent), kBentHc3, kBentClustered},
                 {PointsOf(kFew), kFewHc3, kFewClustered},
                 {PointsOf(kSharp), kSharpHc3, kSharpClustered}};
    for (const auto &it : cases) {
        rs_trend trend = Trend(it.points, 0);
        ExpectRobust(trend, it.hc3, 0);
        rs_trend_clear(&trend);
        trend = Trend(it.points, 0, true);
        ExpectRobust(trend, it.clustered, 7);
        rs_trend_clear(&trend);
    }
}

// timm's published results: 1,556 of 1,266 models.
TEST(StatisticsReference, RegressionsOfTimmsResults)
{
    RS_NEED_DATA();
    const std::string folder = DataFolder() + "/timm/";
    rs_trend_table table;
    rs_error error = {};
    ASSERT_EQ(rs_trend_table_read((folder + "results-imagenet.csv").c_str(),
                                  (folder + "results-imagenet-real.csv").c_str(),
                                  RS_TREND_UNIT_AUTO, nullptr, &table, &error),
              RS_OK)
        << error.reason;
    EXPECT_EQ(table.count, 1556u);
    EXPECT_EQ(table.only[0] + table.only[1], 0u);
    rs_trend trend;
    const rs_trend_options options = {99, 1, 42164, 46837, 50000, 46837};
    ASSERT_EQ(rs_trend_compute(table.point, table.count, &options, &trend, &error), RS_OK);
    ExpectTrend(trend, kTimmLines, kTimmSlopes, kTimmStick);
    EXPECT_NEAR(trend.all.slope, 0.812, 0.0005);
    EXPECT_NEAR(trend.lower.slope, 0.920, 0.0005);
    EXPECT_NEAR(trend.lower.slope_stderr, 0.004, 0.0005);
    EXPECT_NEAR(trend.upper.slope, 0.554, 0.0005);
    EXPECT_NEAR(trend.upper.slope_stderr, 0.006, 0.0005);
    EXPECT_EQ(trend.stick.exceeding, 0u);
    EXPECT_EQ(trend.labels.models_above, 105u);
    EXPECT_EQ(table.models, 1266u);
    ExpectRobust(trend, kTimmHc3, 0);
    rs_trend_clear(&trend);
    // without 13 toy networks, one family of them, slope and break are others
    ASSERT_EQ(rs_trend_table_find_families(&table, &error), RS_OK);
    ASSERT_EQ(rs_trend_compute(table.point, table.count, &options, &trend, &error), RS_OK);
    ExpectRobust(trend, kTimmClustered, 238);
    EXPECT_NEAR(trend.lower_line.errors.slope_stderr, 0.038, 0.0005);
    EXPECT_STREQ(trend.group_name[trend.lower_line.influence.most[0].item], "test");
    EXPECT_EQ(trend.lower_line.influence.most[0].points, 13u);
    EXPECT_TRUE(trend.lower_line.influence.most[0].beyond);
    EXPECT_NEAR(trend.lower_line.influence.most[0].slope, 0.833, 0.0005);
    EXPECT_STREQ(trend.group_name[trend.mover.item], "test");
    EXPECT_NEAR(trend.mover.break_x, 0.7853, 0.00005);
    rs_trend_clear(&trend);
    rs_trend_table_clear(&table);
}

} // namespace
