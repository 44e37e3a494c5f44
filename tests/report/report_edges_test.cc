// Parts of the page where there is next to nothing to show, and points that lie on each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

extern "C" {
#include "report/report_parts.h"
}

namespace {

std::string Part(void (*add)(rs_text *, const rs_report *), const rs_report &report)
{
    rs_text page = {};
    add(&page, &report);
    const std::string text(page.data, page.length);
    rs_text_clear(&page);
    return text;
}

bool Holds(const std::string &text, const std::string &words)
{
    return text.find(words) != std::string::npos;
}

TEST(ReportEdges, confusions_of_none_of_one_and_of_twenty_pairs)
{
    rs_confusion pairs[21];
    for (rs_confusion &pair : pairs) {
        pair = rs_confusion{};
        pair.original = 1;
        pair.predicted = 2;
        pair.count = 3;
    }
    uint32_t begin[] = {0, 2, 4};
    char words[] = "a\0b\0c";
    rs_class_titles titles = {};
    titles.begin = begin;
    titles.count = 3;
    titles.text.data = words;
    titles.text.length = sizeof words;
    rs_report report = {};
    report.titles = &titles;
    report.confusions.pair = pairs;
    std::string page = Part(rs_report_confusions, report);
    EXPECT_TRUE(Holds(page, "What is taken for what"));
    EXPECT_TRUE(Holds(page, "The models' predictions are not in the folder"));
    report.confusions.models = 1;
    page = Part(rs_report_confusions, report);
    EXPECT_TRUE(Holds(page, "<p>Every prediction is the original label.</p>"));
    EXPECT_FALSE(Holds(page, "<table"));
    const auto rows = [&](size_t count) {
        report.confusions.count = count;
        const std::string text = Part(rs_report_confusions, report);
        EXPECT_FALSE(Holds(text, "Every prediction"));
        size_t found = 0;
        for (size_t at = 0; (at = text.find("<tr><th scope", at)) != std::string::npos; ++at) {
            ++found;
        }
        return found;
    };
    EXPECT_EQ(rows(1), 1u);
    EXPECT_EQ(rows(19), 19u);
    EXPECT_EQ(rows(21), 20u);
}

// A model with numbers on its choices and no accuracy has no point; the axes are whole then.
TEST(ReportEdges, choices_without_an_accuracy)
{
    char name[] = "a";
    rs_report_model model = {};
    model.record.model = name;
    model.record.choice.measured = true;
    model.record.choice.p = 0.5;
    rs_report report = {};
    report.model = &model;
    report.count = 1;
    const std::string page = Part(rs_report_choice, report);
    EXPECT_TRUE(Holds(page, "text-anchor=\"middle\">0</text>"));
    EXPECT_TRUE(Holds(page, "text-anchor=\"middle\">100</text>"));
    EXPECT_TRUE(Holds(page, "dy=\".35em\">0</text>"));
    EXPECT_TRUE(Holds(page, "dy=\".35em\">100</text>"));
    EXPECT_FALSE(Holds(page, "by chance</title>"));
}

// Of 0 to 100 % on 590 pixels: of points that are less than half of one apart the first is drawn,
// and the last in any case.
TEST(ReportEdges, points_of_a_curve_that_lie_on_each_other)
{
    const auto drawn = [](std::vector<uint64_t> right) {
        std::vector<rs_curve_point> points;
        for (const uint64_t hits : right) {
            rs_curve_point point = {};
            point.threshold = 0.5;
            point.taken = hits;
            point.right = hits;
            points.push_back(point);
        }
        rs_named_curve named = {};
        named.name = "s";
        named.path = "s.npz";
        named.curve.judged = 100000;
        named.curve.present = 100000;
        named.curve.point = points.data();
        named.curve.count = points.size();
        const rs_figure figure = {"g.csv", 100000, 100000, 0.5, &named, 1, nullptr, 0};
        rs_report report = {};
        report.golden = &figure;
        const std::string page = Part(rs_report_golden_figure, report);
        const size_t begin = page.find(" d=\"M", page.find("stroke-width=\"2.4\"")) + 4;
        const std::string path = page.substr(begin, page.find('"', begin) - begin);
        return 1 + static_cast<size_t>(std::count(path.begin(), path.end(), 'L'));
    };
    EXPECT_EQ(drawn({10000, 10084, 50000}), 2u); // 0.4956 pixels
    EXPECT_EQ(drawn({10000, 10085, 50000}), 3u); // 0.5015
    EXPECT_EQ(drawn({10000, 10001, 10002}), 2u); // the last
    EXPECT_EQ(drawn({10000}), 1u);
}

} // namespace
