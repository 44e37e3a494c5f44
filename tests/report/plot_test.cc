// Frames, ticks and marks of drawings.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

extern "C" {
#include "report/plot.h"
}

namespace {

std::string Taken(rs_text *out)
{
    const std::string text = out->data == nullptr ? "" : out->data;
    rs_text_clear(out);
    return text;
}

TEST(Plot, values_to_places)
{
    const rs_plot plot = {70, 50, 400, 200, 10, 20, 0, 1};
    EXPECT_EQ(rs_plot_x(&plot, 10), 70);
    EXPECT_EQ(rs_plot_x(&plot, 15), 270);
    EXPECT_EQ(rs_plot_y(&plot, 0), 250); // the smaller the lower
    EXPECT_EQ(rs_plot_y(&plot, 1), 50);
}

TEST(Plot, ticks_are_round)
{
    const struct {
        double low, high;
        size_t wanted;
        double first, step;
        size_t count;
        int decimals;
    } cases[] = {
        {0, 100, 5, 0, 20, 6, 0},
        {55.3, 82.1, 6, 60, 5, 5, 0},
        {0.123, 0.187, 4, 0.14, 0.02, 3, 2},
        {-3, 3, 6, -3, 1, 7, 0},
        {0, 0.9, 3, 0, 0.5, 2, 1},
        {1e-3, 9e-3, 4, 0.002, 0.002, 4, 3},
        {0, 1e6, 4, 0, 5e5, 3, 0},
    };
    for (const auto &one : cases) {
        const rs_ticks ticks = rs_ticks_make(one.low, one.high, one.wanted);
        EXPECT_NEAR(ticks.first, one.first, 1e-12) << one.low;
        EXPECT_NEAR(ticks.step, one.step, 1e-12) << one.low;
        EXPECT_EQ(ticks.count, one.count) << one.low;
        EXPECT_EQ(ticks.decimals, one.decimals) << one.low;
    }
    const rs_ticks none = rs_ticks_make(3, 3, 5);
    EXPECT_EQ(none.count, 1u);
    EXPECT_EQ(none.first, 3);
}

TEST(Plot, ticks_stay_inside)
{
    for (int i = 1; i < 2000; ++i) {
        const double low = std::sin(i) * std::pow(10, i % 9 - 4);
        const double high = low + std::fabs(std::cos(3.7 * i)) * std::pow(10, i % 7 - 3) + 1e-9;
        const rs_ticks ticks = rs_ticks_make(low, high, 5);
        ASSERT_GE(ticks.count, 1u);
        ASSERT_LE(ticks.count, 8u);
        const double last = ticks.first + static_cast<double>(ticks.count - 1) * ticks.step;
        EXPECT_GE(ticks.first, low - 1e-6 * ticks.step);
        EXPECT_LE(last, high + 1e-6 * ticks.step);
    }
}

TEST(Plot, spans_get_room_within_their_limits)
{
    rs_plot_span span = rs_plot_widen({60, 80}, 0.05, 1, 0, 100);
    EXPECT_EQ(span.low, 59);
    EXPECT_EQ(span.high, 81);
    span = rs_plot_widen({1, 99}, 0.05, 1, 0, 100);
    EXPECT_EQ(span.low, 0);
    EXPECT_EQ(span.high, 100);
    span = rs_plot_widen({50, 50}, 0.05, 4, 0, 100);
    EXPECT_EQ(span.low, 48);
    EXPECT_EQ(span.high, 52);
}

TEST(Plot, grid_and_titles)
{
    const rs_plot plot = {70, 50, 400, 200, -1, 1, 0, 1};
    const rs_ticks x = {-1, 1, 3, 0};
    rs_text out = {};
    rs_plot_grid(&plot, &x, nullptr, &out);
    rs_plot_titles(&plot, "a < b", "c", &out);
    const std::string text = Taken(&out);
    EXPECT_NE(
        text.find("<text class=\"tick\" x=\"270.0\" y=\"270\" text-anchor=\"middle\">0</text>"),
        std::string::npos)
        << text;
    EXPECT_NE(text.find(">a &lt; b</text>"), std::string::npos);
}

TEST(Plot, marks_are_open_paths_for_a_title)
{
    rs_text out = {};
    const rs_ink ink = {"real", "#0072b2"};
    rs_mark_filled(RS_SHAPE_SQUARE, ink, 10, 10, 5, &out);
    rs_mark_end(&out);
    EXPECT_EQ(Taken(&out), "<path class=\"real\" fill=\"#0072b2\" "
                           "d=\"M5.50 5.50h9.00v9.00h-9.00z\"></path>\n");
    rs_mark_hollow(RS_SHAPE_CIRCLE, ink, 10, 10, 5, &out);
    EXPECT_EQ(Taken(&out), "<path class=\"hollow real\" fill=\"#ffffff\" stroke=\"#0072b2\" "
                           "stroke-width=\"2\" d=\"M5.00 10.00a5.00 5.00 0 1 0 10.00 0"
                           "a5.00 5.00 0 1 0 -10.00 0z\">");
}

} // namespace
