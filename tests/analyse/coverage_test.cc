// How often intervals hold the truth, at the sizes that occur: exactly where a distribution can be
// summed, otherwise by simulation (std::mt19937, the seed at each): 1,000 draws, 10,000 in the
// long tier, whose own error is 0.7 and 0.2 points and is allowed for twice. Other intervals are
// simulated where they are tested: means over classes, the gap, NLL and confidence in
// error_bar_test.cc, paired differences in tango_test.cc, golden images in clustered_share_test.cc,
// breaks in broken_stick_test.cc, samples of mistakes in relabel/mistakes_test.cc.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "support/tier.h"

extern "C" {
#include "analyse/line_errors.h"
#include "analyse/proportion.h"
}

namespace {

// The chance that Wilson's interval of a binomial draw holds p: the sum over all that it can be.
double WilsonCoverage(uint64_t n, double p)
{
    const double mean = static_cast<double>(n) * p;
    const double sd = std::sqrt(mean * (1 - p));
    const uint64_t from = static_cast<uint64_t>(std::max(0.0, mean - 12 * sd - 20));
    const uint64_t to = std::min(n, static_cast<uint64_t>(mean + 12 * sd + 20));
    double inside = 0;
    for (uint64_t k = from; k <= to; ++k) {
        const rs_proportion share = rs_proportion_of(k, n);
        if (share.low <= p && p <= share.high) {
            const double a = static_cast<double>(k), b = static_cast<double>(n - k);
            inside += std::exp(std::lgamma(static_cast<double>(n) + 1) - std::lgamma(a + 1) -
                               std::lgamma(b + 1) + a * std::log(p) + b * std::log1p(-p));
        }
    }
    return inside;
}

// ResNet-50's and AlexNet's shares, and better models' than any of today.
TEST(Coverage, WilsonAtTheSizesOfThePublishedLabels)
{
    const struct {
        uint64_t rows;
        double share;
    } cases[] = {{50000, 0.7506}, {46837, 0.8198}, {50000, 0.9248}, {46837, 0.9525},
                 {7443, 0.5076},  {5199, 0.5405},  {2035, 0.3784},  {802, 0.4414},
                 {4748, 0.6257},  {7448, 0.2472},  {46837, 0.985},  {50000, 0.9985},
                 {11285, 0.1971}, {300, 0.65},     {300, 0.15},     {6468, 0.5337}};
    for (const auto &given : cases) {
        const double inside = WilsonCoverage(given.rows, given.share);
        EXPECT_GE(inside, 0.93) << given.rows << " " << given.share;
        EXPECT_LE(inside, 0.97) << given.rows << " " << given.share;
    }
}

const int kDraws = rs_test::LongTier() ? 10000 : 1000;
const double kError = std::sqrt(0.95 * 0.05 / kDraws);

void HoldsTheTruth(int inside, const char *what)
{
    EXPECT_GE(inside, (0.93 - 2 * kError) * kDraws) << what;
    EXPECT_LE(inside, (0.97 + 2 * kError) * kDraws) << what;
}

// The choice among valid labels: rows have sets of two to four labels, and with each another chance
// that the model says the original one. Seed 31; AlexNet's and ResNet-152's numbers of rows.
TEST(Coverage, ChoicesOfRowsThatAreNotAlike)
{
    RS_SKIP_MERE_VOLUME();
    std::mt19937 draw(31);
    for (const uint64_t rows : {2987u, 4939u}) {
        const uint64_t two = rows * 7 / 10, three = rows * 2 / 10;
        const uint64_t of_size[] = {two, three, rows - two - three};
        const double chance[] = {0.68, 0.52, 0.45};
        double truth = 0;
        for (int s = 0; s < 3; ++s) {
            truth += chance[s] * static_cast<double>(of_size[s]) / static_cast<double>(rows);
        }
        int inside = 0;
        for (int i = 0; i < kDraws; ++i) {
            uint64_t original = 0;
            for (int s = 0; s < 3; ++s) {
                original += std::binomial_distribution<uint64_t>(of_size[s], chance[s])(draw);
            }
            const rs_proportion share = rs_proportion_of(original, rows);
            inside += share.low <= truth && truth <= share.high;
        }
        HoldsTheTruth(inside, "choice");
    }
}

// The bracket of what raters do not know: both ends of the truth, from the lower limit of the one
// to the upper one of the other. Seed 32; ResNet-50, AlexNet, and few images, where they are held
// in 94.5 of 100 (a million draws in NumPy).
TEST(Coverage, BracketsHoldBothEnds)
{
    RS_SKIP_MERE_VOLUME();
    std::mt19937 draw(32);
    const struct {
        uint64_t rows;
        double right, unasked;
    } cases[] = {{46837, 0.8198, 0.0222}, {46837, 0.6079, 0.2436}, {400, 0.7, 0.1}};
    for (const auto &given : cases) {
        int inside = 0;
        for (int i = 0; i < kDraws; ++i) {
            const uint64_t right =
                std::binomial_distribution<uint64_t>(given.rows, given.right)(draw);
            const uint64_t unasked = std::binomial_distribution<uint64_t>(
                given.rows - right, given.unasked / (1 - given.right))(draw);
            inside +=
                rs_proportion_of(right, given.rows).low <= given.right &&
                given.right + given.unasked <= rs_proportion_of(right + unasked, given.rows).high;
        }
        EXPECT_GE(inside, (0.94 - 2 * kError) * kDraws);
    }
}

// ---- slopes ----

struct Points {
    std::vector<double> x, y;
    std::vector<uint32_t> of;
    size_t groups;
};

// Scatter that falls to a tenth along the line, alone or for the most part common to a group;
// groups lie together, as the sizes of one family do.
Points Draw(std::mt19937 *draw, size_t points, size_t group_size, double slope)
{
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> place(0.0, 1.0);
    Points made;
    made.groups = points / group_size;
    double centre = 0, common = 0;
    for (size_t i = 0; i < points; ++i) {
        if (i % group_size == 0) {
            centre = place(*draw);
            common = normal(*draw);
        }
        const double at = group_size == 1 ? place(*draw) : centre + 0.1 * place(*draw);
        const double noise = group_size == 1 ? normal(*draw) : 0.8 * common + 0.6 * normal(*draw);
        made.x.push_back(0.5 + 0.4 * at);
        made.y.push_back(0.2 + slope * made.x.back() + 0.02 * std::pow(0.1, at) * noise);
        made.of.push_back(static_cast<uint32_t>(i / group_size));
    }
    return made;
}

rs_line_errors ErrorsOf(const Points &points, bool grouped, std::vector<double> *room,
                        rs_line_fit *line)
{
    room->assign(RS_GROUP_ROOM * points.groups, 0.0);
    const rs_groups groups = {grouped ? points.of.data() : nullptr, points.groups, room->data()};
    *line = rs_line_fit_make(points.x.data(), points.y.data(), points.x.size());
    return rs_line_errors_make(line, points.x.data(), points.y.data(), &groups);
}

// Seeds 33 to 36. The textbook's interval, beside it, holds the slope of grouped models in less
// than 80 of 100.
TEST(Coverage, SlopesUnderUnequalScatterAndOfFamilies)
{
    RS_SKIP_MERE_VOLUME();
    const struct {
        unsigned seed;
        size_t points, group_size;
    } cases[] = {{33, 21, 1}, {34, 200, 1}, {35, 400, 5}, {36, 800, 8}};
    for (const auto &given : cases) {
        std::mt19937 draw(given.seed);
        std::vector<double> room;
        int inside = 0, textbook = 0;
        for (int i = 0; i < kDraws; ++i) {
            const Points points = Draw(&draw, given.points, given.group_size, 0.9);
            rs_line_fit line;
            const rs_line_errors errors = ErrorsOf(points, given.group_size > 1, &room, &line);
            inside += errors.slope_low <= 0.9 && 0.9 <= errors.slope_high;
            textbook += line.slope_low <= 0.9 && 0.9 <= line.slope_high;
        }
        SCOPED_TRACE(given.points);
        HoldsTheTruth(inside, "slope");
        if (given.group_size > 1) {
            EXPECT_LT(textbook, 0.8 * kDraws);
        }
    }
}

// Two halves with slopes that differ by 0.3: seeds 37 (HC3) and 38 (families of five).
TEST(Coverage, DifferencesOfSlopes)
{
    RS_SKIP_MERE_VOLUME();
    for (const size_t group_size : {size_t{1}, size_t{5}}) {
        std::mt19937 draw(group_size == 1 ? 37 : 38);
        int inside = 0;
        for (int i = 0; i < kDraws; ++i) {
            Points both = Draw(&draw, 200, group_size, 0.9);
            const Points upper = Draw(&draw, 200, group_size, 0.6);
            const size_t lower_groups = both.groups;
            std::vector<double> room(RS_GROUP_ROOM * (both.groups + upper.groups));
            rs_line_fit line[2];
            rs_line_errors errors[2];
            std::vector<double> own;
            errors[0] = ErrorsOf(both, group_size > 1, &own, &line[0]);
            errors[1] = ErrorsOf(upper, group_size > 1, &own, &line[1]);
            for (size_t p = 0; p < upper.x.size(); ++p) {
                both.x.push_back(upper.x[p]);
                both.y.push_back(upper.y[p]);
                both.of.push_back(upper.of[p] + static_cast<uint32_t>(lower_groups));
            }
            const rs_groups groups = {group_size > 1 ? both.of.data() : nullptr,
                                      lower_groups + upper.groups, room.data()};
            const rs_slope_errors found =
                rs_slope_errors_make(&line[0], &line[1], errors, line[0].slope - line[1].slope,
                                     both.x.data(), both.y.data(), &groups);
            inside += found.low <= 0.3 && 0.3 <= found.high;
        }
        SCOPED_TRACE(group_size);
        HoldsTheTruth(inside, "difference");
    }
}

} // namespace
