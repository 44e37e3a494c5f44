// Precision and recall of scores and of yes or no, and the figure in each of its forms.
#include <cmath>

#include "relabel/rater_files.h"

extern "C" {
#include "relabel/curve_report.h"
}

namespace {

struct Example {
    Example()
        : golden(folder.write("g.csv", "e,a,1,yes\ne,a,2,no\ne,b,1,yes\ne,b,2,yes\ne,c,1,no\n"
                                       "e,d,1,yes\n"))
    {
        // d is a golden image without scores, e one without golden pairs
        WriteZip(folder.path("s.npz"),
                 {{"tensor.npy", Npy("<f8", "6,", BytesOf<double>({0.9, 0.4, 0.4, 0.7, 0.1, 0.95}))},
                  {"info.npy", InfoNpy({{"a", "1"}, {"a", "2"}, {"b", "1"}, {"b", "2"}, {"c", "1"},
                                        {"e", "1"}})}});
    }
    TemporaryFolder folder;
    Golden golden;
};

std::string Points(const rs_curve &curve)
{
    std::string text;
    for (size_t i = 0; i < curve.count; ++i) {
        char line[80];
        snprintf(line, sizeof line, "%g:%d/%d ", curve.point[i].threshold,
                 static_cast<int>(curve.point[i].right), static_cast<int>(curve.point[i].taken));
        text += line;
    }
    return text;
}

TEST(Curve, by_hand)
{
    const Example example;
    const Scores scores(example.folder.path("s.npz"));
    ASSERT_EQ(scores.status, RS_OK) << MessageOf(scores.error);
    rs_curve curve;
    rs_error error = {};
    ASSERT_EQ(rs_curve_make(&example.golden.value, &scores.value, &curve, &error), RS_OK);
    // equal scores are taken together
    EXPECT_EQ(Points(curve), "0.9:1/1 0.7:2/2 0.4:3/4 0.1:3/5 ");
    EXPECT_EQ(curve.judged, 6u);
    EXPECT_EQ(curve.present, 4u);
    EXPECT_EQ(curve.missing, 1u);
    EXPECT_DOUBLE_EQ(curve.average_precision, 0.25 + 0.25 + 0.25 * 0.75);
    const rs_curve_point at = rs_curve_at(&curve, 0.7);
    EXPECT_EQ(at.taken, 2u);
    EXPECT_EQ(at.right, 2u);
    EXPECT_EQ(rs_curve_at(&curve, 0.71).taken, 1u);
    EXPECT_EQ(rs_curve_at(&curve, 0.99).taken, 0u);
    EXPECT_EQ(rs_curve_at(&curve, 0).taken, 5u);
    const rs_curve_point best = rs_curve_best(&curve);
    EXPECT_EQ(best.threshold, 0.4); // 6/8 against 4/6 and 6/9
    EXPECT_DOUBLE_EQ(rs_f1(4, 3, 4), 0.75);
    EXPECT_EQ(rs_precision(0, 0), 0.0);
    EXPECT_EQ(rs_recall(0, 0), 0.0);
    EXPECT_EQ(rs_f1(0, 0, 0), 0.0);
    rs_curve_clear(&curve);
}

TEST(Curve, marks)
{
    const Example example;
    const Votes votes(example.folder.write(
        "v.csv", "r1,a,1,yes\nr2,a,1,yes\nr3,a,1,no\nr1,a,2,yes\nr2,a,2,maybe\nr1,b,1,no\n"
                 "r1,b,2,yes\nr2,b,2,no\nr1,e,9,yes\nr4,e,9,yes\n"));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    rs_curve_mark marks[4];
    rs_curve_raters(&example.golden.value, votes.get(), marks);
    const auto expect = [](const rs_curve_mark &mark, uint64_t judged, uint64_t present,
                           uint64_t taken, uint64_t right) {
        EXPECT_EQ(mark.judged, judged);
        EXPECT_EQ(mark.present, present);
        EXPECT_EQ(mark.taken, taken);
        EXPECT_EQ(mark.right, right);
    };
    expect(marks[0], 4, 3, 3, 2);
    expect(marks[1], 3, 2, 1, 1);
    expect(marks[2], 1, 1, 0, 0);
    expect(marks[3], 0, 0, 0, 0);
    // a/1 two of three; a/2 one of two is not more than half, nor is b/2; b/1 none
    expect(rs_curve_majority(&example.golden.value, votes.get()), 4, 3, 1, 1);
    const int8_t label[] = {2, 0, 0, 2, -1, 2};
    expect(rs_curve_labels(&example.golden.value, label), 5, 4, 3, 3);
}

TEST(Curve, errors)
{
    const Example example;
    const TemporaryFolder &folder = example.folder;
    const Scores scores(folder.path("s.npz"));
    const Golden others(folder.write("o.csv", "e,x,1,yes\n"));
    const Golden nothing(folder.write("n.csv", "e,a,1,no\n"));
    rs_curve curve;
    rs_error error = {};
    EXPECT_EQ(rs_curve_make(&others.value, &scores.value, &curve, &error), RS_MISMATCH);
    EXPECT_EQ(MessageOf(error), folder.path("s.npz") + ": no pair of " + folder.path("o.csv") +
                                    " has a score; are they scores of the same images?");
    EXPECT_EQ(rs_curve_make(&nothing.value, &scores.value, &curve, &error), RS_RANGE);
    EXPECT_EQ(MessageOf(error), folder.path("n.csv") + ": no golden pair is present, so there is no "
                                                       "recall; a golden set needs pairs that are "
                                                       "there");
}

class Text {
public:
    ~Text() { rs_text_clear(&value); }
    rs_text value = {};
};

TEST(Curve, figure)
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
    EXPECT_STREQ(csv.value.data,
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
    EXPECT_STREQ(table.value.data,
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
    EXPECT_NE(record.find("\"golden\":{\"path\":\"g.csv\",\"pairs\":6,\"present\":4},\"curves\":[{"
                          "\"name\":\"my <best> & \\\"only\\\", one\",\"path\":\"s.npz\","
                          "\"average_precision\":0.6875,\"missing\":1,\"points\":[{\"threshold\":0.9,"
                          "\"taken\":1,\"right\":1},"),
              std::string::npos)
        << record;
    const std::string tail =
        "{\"kind\":\"rater\",\"name\":\"r<1>\",\"judged\":4,\"present\":3,\"taken\":3,\"right\":2},"
        "{\"kind\":\"rater\",\"name\":\"never\",\"judged\":4,\"present\":3,\"taken\":0,\"right\":0}]}"
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

TEST(Curve, svg)
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

}  // namespace
