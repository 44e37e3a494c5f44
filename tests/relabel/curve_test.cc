// Precision and recall of scores and of yes or no.
#include <cmath>

#include "relabel/curve_case.h"

extern "C" {
#include "relabel/curve.h"
}

namespace {

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
    ASSERT_EQ(rs_curve_raters(&example.golden.value, votes.get(), marks, nullptr), RS_OK);
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
    rs_curve_mark mark;
    ASSERT_EQ(rs_curve_majority(&example.golden.value, votes.get(), &mark, nullptr), RS_OK);
    expect(mark, 4, 3, 1, 1);
    const int8_t label[] = {2, 0, 0, 2, -1, 2};
    ASSERT_EQ(rs_curve_labels(&example.golden.value, label, &mark, nullptr), RS_OK);
    expect(mark, 5, 4, 3, 3);
    EXPECT_EQ(mark.ends.precision.high, 1.0); // three of three, of three images
    EXPECT_TRUE(std::isnan(marks[2].ends.recall.low)); // of one image
}

TEST(Curve, experts_by_the_others)
{
    const TemporaryFolder folder;
    const Golden golden(folder.write("g.csv", "e,a,1,yes\nf,a,1,yes\ng,a,1,no\ne,a,2,yes\n"
                                              "f,a,2,no\ng,a,2,no\ne,b,3,yes\n"));
    ASSERT_NE(golden.value.experts, nullptr);
    rs_curve_mark all[3], others[3];
    ASSERT_EQ(rs_curve_raters(&golden.value, golden.value.experts, all, nullptr), RS_OK);
    ASSERT_EQ(rs_curve_experts(&golden.value, others, nullptr), RS_OK);
    // e: yes to all; by all a/1 and b/3 are there, by the others nothing: of two only one says a/1
    EXPECT_EQ(all[0].judged, 3u);
    EXPECT_EQ(all[0].right, 2u);
    EXPECT_EQ(others[0].judged, 2u); // of b/3 there are no others
    EXPECT_EQ(others[0].present, 0u);
    EXPECT_EQ(others[0].right, 0u);
    // g: no to all; the others agree on a/1
    EXPECT_EQ(all[2].present, 1u);
    EXPECT_EQ(others[2].present, 1u);
    EXPECT_EQ(others[2].taken, 0u);
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
    EXPECT_EQ(MessageOf(error), folder.path("n.csv") +
                                    ": no golden pair is present, so there is no "
                                    "recall; a golden set needs pairs that are "
                                    "there");
}

}  // namespace
