// The figure of curves in each of its forms.
#include "relabel/curve_case.h"

extern "C" {
#include "report/curve_report.h"
}

namespace {

class Text {
  public:
    ~Text()
    {
        rs_text_clear(&value);
    }
    rs_text value = {};
};

TEST(CurveReport, figure)
{
    const Example example;
    const Scores scores(example.folder.path("s.npz"));
    rs_named_curve named = {"my <best> & \"only\", one", "s.npz", {}};
    ASSERT_EQ(rs_curve_make(&example.golden.value, &scores.value, &named.curve, nullptr), RS_OK);
    const std::string names[] = {"r<1>", "never", "majority of answers", "original labels"};
    const rs_named_mark marks[] = {
        {RS_MARK_LABELS, {names[3].data(), names[3].size()}, {6, 4, 3, 3}},
        {RS_MARK_MAJORITY, {names[2].data(), names[2].size()}, {4, 3, 2, 1}},
        {RS_MARK_RATER, {names[0].data(), names[0].size()}, {4, 3, 3, 2}},
        {RS_MARK_RATER, {names[1].data(), names[1].size()}, {4, 3, 0, 0}},
    };
    const rs_figure figure = {"g.csv", 6, 4, 0.5, &named, 1, marks, 4};
    Text csv;
    rs_figure_csv(&figure, &csv.value);
    EXPECT_STREQ(
        csv.value.data,
        "kind,name,threshold,taken,right,judged,present,precision,recall,f1\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.90000000000000002,1,1,6,4,100.00,25.00,"
        "40.00\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.69999999999999996,2,2,6,4,100.00,50.00,"
        "66.67\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.40000000000000002,4,3,6,4,75.00,75.00,"
        "75.00\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.10000000000000001,5,3,6,4,60.00,75.00,"
        "66.67\n"
        "labels,original labels,,3,3,6,4,100.00,75.00,85.71\n"
        "majority,majority of answers,,2,1,4,3,50.00,33.33,40.00\n"
        "rater,r<1>,,3,2,4,3,66.67,66.67,66.67\n"
        "rater,never,,0,0,4,3,0.00,0.00,0.00\n");
    Text table;
    rs_figure_table(&figure, &table.value);
    EXPECT_STREQ(
        table.value.data,
        "g.csv\n"
        "  6 golden pairs, 4 of them present\n"
        "\n"
        "                               threshold   taken   right  precision  recall     F1\n"
        "  my <best> & \"only\", one       0.500000       2       2     100.00   50.00  66.67\n"
        "    at its best F1              0.400000       4       3      75.00   75.00  75.00\n"
        "    average precision 68.75 over 4 thresholds; 1 golden pairs have no score\n"
        "  original labels                              3       3     100.00   75.00  85.71\n"
        "  majority of answers                          2       1      50.00   33.33  40.00\n"
        "  2 single raters\n"
        "    precision   0.00 to  66.67, median  66.67\n"
        "    recall      0.00 to  66.67, median  66.67\n");
    Text json;
    rs_figure_json(&figure, &json.value);
    const std::string record = json.value.data;
    EXPECT_EQ(record.rfind("{\"schema\":\"reassess.curve/1\",\"tool\":{", 0), 0u) << record;
    EXPECT_NE(
        record.find("\"golden\":{\"path\":\"g.csv\",\"pairs\":6,\"present\":4},\"curves\":[{"
                    "\"name\":\"my <best> & \\\"only\\\", one\",\"path\":\"s.npz\","
                    "\"average_precision\":0.6875,\"missing\":1,\"points\":[{\"threshold\":0.9,"
                    "\"taken\":1,\"right\":1},"),
        std::string::npos)
        << record;
    const std::string tail =
        "{\"kind\":\"rater\",\"name\":\"r<1>\",\"judged\":4,\"present\":3,\"taken\":3,\"right\":2},"
        "{\"kind\":\"rater\",\"name\":\"never\",\"judged\":4,\"present\":3,\"taken\":0,\"right\":0}"
        "]}"
        "\n";
    EXPECT_EQ(record.substr(record.size() - tail.size()), tail);
    rs_curve_clear(&named.curve);
}

size_t Count(const std::string &text, const std::string &part)
{
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(CurveReport, svg)
{
    const Example example;
    const Scores scores(example.folder.path("s.npz"));
    rs_named_curve named = {"a <long> & \"quoted\" name that goes on", "s.npz", {}};
    ASSERT_EQ(rs_curve_make(&example.golden.value, &scores.value, &named.curve, nullptr), RS_OK);
    const std::string rater = "r<\x01>";
    const rs_named_mark marks[] = {
        {RS_MARK_LABELS, {"original labels", 15}, {6, 4, 3, 3}},
        {RS_MARK_RATER, {rater.data(), rater.size()}, {4, 3, 3, 2}},
        {RS_MARK_RATER, {"never", 5}, {4, 3, 0, 0}},
    };
    const rs_figure figure = {"g.csv", 6, 4, 0.5, &named, 1, marks, 3};
    Text out;
    rs_figure_svg(&figure, &out.value);
    const std::string svg = out.value.data;
    EXPECT_EQ(svg.rfind("<svg xmlns=\"http://www.w3.org/2000/svg\" ", 0), 0u);
    EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
    // The curve: (25, 100), (50, 100), (75, 75), (75, 60) % in a plot of 430 x 400 at (70, 50).
    EXPECT_NE(svg.find("d=\"M177.50 50.00L285.00 50.00L392.50 150.00L392.50 210.00\""),
              std::string::npos)
        << svg;
    EXPECT_NE(svg.find("<title>a &lt;long&gt; &amp; &quot;quoted&quot; name that goes on: average "
                       "precision 68.8 %</title>"),
              std::string::npos);
    EXPECT_NE(svg.find(">a &lt;long&gt; &amp; &quot;quoted&quot; nam…</text>"), std::string::npos);
    EXPECT_NE(svg.find("<title>rater r&lt; &gt;: precision 66.7 %, recall 66.7 %</title>"),
              std::string::npos);
    EXPECT_EQ(svg.find("never"), std::string::npos); // without a yes there is no precision
    EXPECT_EQ(svg.find("majority"), std::string::npos);
    // the heading, 12 numbers on the axes, 2 names of axes, 4 lines of the legend
    EXPECT_EQ(Count(svg, "<text "), 19u);
    EXPECT_EQ(Count(svg, "<"), 2 * Count(svg, "</") + Count(svg, "/>")); // every element is closed
    rs_curve_clear(&named.curve);
}

} // namespace
