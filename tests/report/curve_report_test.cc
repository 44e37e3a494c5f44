// The figure of curves in each of its forms.
#include <cmath>

#include "relabel/curve_case.h"

extern "C" {
#include "report/curve_report.h"
#include "report/table_show.h"
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
    rs_named_curve named = {"my <best> & \"only\", one", "s.npz", RS_IN_SAMPLE_WEIGHED, {}};
    ASSERT_EQ(rs_curve_make(&example.golden.value, &scores.value, &named.curve, nullptr), RS_OK);
    const std::string names[] = {"r<1>", "never", "majority of answers", "original labels"};
    const rs_interval half = {0.25, 0.75}, unknown = {std::nan(""), std::nan("")};
    const rs_share_ends some = {half, half, half}, none = {unknown, unknown, unknown};
    const rs_named_mark marks[] = {
        {RS_MARK_LABELS, {names[3].data(), names[3].size()}, {6, 4, 3, 3, some}},
        {RS_MARK_EXPERT, {names[0].data(), names[0].size()}, {6, 4, 4, 3, some}},
        {RS_MARK_EXPERT_OTHERS, {names[0].data(), names[0].size()}, {6, 4, 4, 2, some}},
        {RS_MARK_MAJORITY, {names[2].data(), names[2].size()}, {4, 3, 2, 1, some}},
        {RS_MARK_RATER, {names[0].data(), names[0].size()}, {4, 3, 3, 2, some}},
        {RS_MARK_RATER, {names[1].data(), names[1].size()}, {4, 3, 0, 0, none}},
    };
    const rs_figure figure = {"g.csv", 6, 4, 0.5, &named, 1, marks, 6};
    Text csv;
    rs_figure_csv(&figure, &csv.value);
    EXPECT_STREQ(
        csv.value.data,
        "kind,name,threshold,taken,right,judged,present,precision,recall,f1,precision_low,"
        "precision_high,recall_low,recall_high,f1_low,f1_high\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.90000000000000002,1,1,6,4,100.00,25.00,"
        "40.00,,,0.73,93.77,1.45,96.79\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.69999999999999996,2,2,6,4,100.00,50.00,"
        "66.67,1.22,100.00,5.94,94.06,11.22,96.94\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.40000000000000002,4,3,6,4,75.00,75.00,"
        "75.00,1.03,99.88,6.23,99.27,12.00,98.51\n"
        "scores,\"my <best> & \"\"only\"\", one\",0.10000000000000001,5,3,6,4,60.00,75.00,"
        "66.67,6.38,97.06,6.23,99.27,15.49,95.62\n"
        "labels,original labels,,3,3,6,4,100.00,75.00,85.71,25.00,75.00,25.00,75.00,25.00,"
        "75.00\n"
        "expert,r<1>,,4,3,6,4,75.00,75.00,75.00,25.00,75.00,25.00,75.00,25.00,75.00\n"
        "expert_by_others,r<1>,,4,2,6,4,50.00,50.00,50.00,25.00,75.00,25.00,75.00,25.00,75.00\n"
        "majority,majority of answers,,2,1,4,3,50.00,33.33,40.00,25.00,75.00,25.00,75.00,"
        "25.00,75.00\n"
        "rater,r<1>,,3,2,4,3,66.67,66.67,66.67,25.00,75.00,25.00,75.00,25.00,75.00\n"
        "rater,never,,0,0,4,3,0.00,0.00,0.00,,,,,,\n");
    Text marked;
    Text table;
    rs_figure_table(&figure, &marked.value);
    rs_tables_show(&marked.value, rs_table_look{RS_TABLE_PLAIN, 80, false}, &table.value);
    EXPECT_STREQ(table.value.data, R"(g.csv
  6 golden pairs, 4 of them present; 95 % intervals over images, not pairs

  scores                   threshold  taken  right  precision
  my <best> & "only", one   0.500000      2      2  100.00 [  1.22, 100.00]
    best F1 (in-sample)     0.400000      4      3   75.00 [  1.03,  99.88]
  original labels                         3      3  100.00 [ 25.00,  75.00]
  majority of answers                     2      1   50.00 [ 25.00,  75.00]

  scores                   recall                   F1
  my <best> & "only", one   50.00 [  5.94,  94.06]   66.67 [ 11.22,  96.94]
    best F1 (in-sample)     75.00 [  6.23,  99.27]   75.00 [ 12.00,  98.51]
  original labels           75.00 [ 25.00,  75.00]   85.71 [ 25.00,  75.00]
  majority of answers       33.33 [ 25.00,  75.00]   40.00 [ 25.00,  75.00]
  my <best> & "only", one: average precision 68.75 over 4 thresholds; 1 golden
    pair has no score
    in-sample: raters were weighed by their answers to these golden pairs

  each by itself                         people  share, %   least  median   most
  experts by a majority (in-sample)           1  precision  75.00   75.00  75.00
  experts by a majority (in-sample)           1  recall     75.00   75.00  75.00
  experts by the majority of the others       1  precision  50.00   50.00  50.00
  experts by the majority of the others       1  recall     50.00   50.00  50.00
  single raters                               2  precision   0.00   66.67  66.67
  single raters                               2  recall      0.00   66.67  66.67
)");
    Text json;
    rs_figure_json(&figure, &json.value);
    const std::string record = json.value.data;
    EXPECT_EQ(record.rfind("{\"schema\":\"reassess.curve/1\",\"tool\":{", 0), 0u) << record;
    EXPECT_NE(
        record.find(
            "\"golden\":{\"path\":\"g.csv\",\"pairs\":6,\"present\":4},\"curves\":[{"
            "\"name\":\"my <best> & \\\"only\\\", one\",\"path\":\"s.npz\","
            "\"average_precision\":0.6875,\"missing\":1,\"in_sample\":\"weighed\",\"points\":[{"
            "\"threshold\":0.9,\"taken\":1,\"right\":1,\"precision_ci95\":null,"
            "\"recall_ci95\":[0.007324755175915387,0.937726319146029],"),
        std::string::npos)
        << record;
    const std::string tail =
        "{\"kind\":\"rater\",\"name\":\"r<1>\",\"judged\":4,\"present\":3,\"taken\":3,\"right\":2,"
        "\"precision_ci95\":[0.25,0.75],\"recall_ci95\":[0.25,0.75],\"f1_ci95\":[0.25,0.75]},"
        "{\"kind\":\"rater\",\"name\":\"never\",\"judged\":4,\"present\":3,\"taken\":0,\"right\":0,"
        "\"precision_ci95\":null,\"recall_ci95\":null,\"f1_ci95\":null}]}\n";
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
    rs_named_curve named = {
        "a <long> & \"quoted\" name that goes on", "s.npz", RS_IN_SAMPLE_NOT_SEEN, {}};
    ASSERT_EQ(rs_curve_make(&example.golden.value, &scores.value, &named.curve, nullptr), RS_OK);
    const std::string rater = "r<\x01>";
    const rs_named_mark marks[] = {
        {RS_MARK_LABELS, {"original labels", 15}, {6, 4, 3, 3, {}}},
        {RS_MARK_EXPERT, {"e1", 2}, {6, 4, 3, 3, {}}},
        {RS_MARK_EXPERT_OTHERS, {"e1", 2}, {6, 4, 4, 2, {}}},
        {RS_MARK_RATER, {rater.data(), rater.size()}, {4, 3, 3, 2, {}}},
        {RS_MARK_RATER, {"never", 5}, {4, 3, 0, 0, {}}},
    };
    const rs_figure figure = {"g.csv", 6, 4, 0.5, &named, 1, marks, 5};
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
    EXPECT_NE(svg.find(">a &lt;long&gt; &amp; &quot;quoted&quot; nam…</text>"),
              std::string::npos);
    EXPECT_NE(svg.find("<title>rater r&lt; &gt;: precision 66.7 %, recall 66.7 %</title>"),
              std::string::npos);
    EXPECT_EQ(svg.find("never"), std::string::npos); // without a yes there is no precision
    EXPECT_EQ(svg.find("majority"), std::string::npos);
    // experts in orange, filled by a majority to which they belong and hollow by the others
    EXPECT_NE(svg.find("<title>expert e1: precision 100.0 %, recall 75.0 %</title>"),
              std::string::npos);
    EXPECT_NE(svg.find("<title>expert e1, by the others: precision 50.0 %, recall 50.0 %</title>"),
              std::string::npos);
    EXPECT_EQ(Count(svg, "fill=\"#e69f00\""), 2u); // the mark and its legend
    EXPECT_NE(svg.find(">experts (in-sample)</text>"), std::string::npos);
    // the heading, 12 numbers on the axes, 2 names of axes, 6 lines of the legend
    EXPECT_EQ(Count(svg, "<text "), 21u);
    EXPECT_EQ(Count(svg, "<"), 2 * Count(svg, "</") + Count(svg, "/>")); // every element is closed
    rs_curve_clear(&named.curve);
}

} // namespace
