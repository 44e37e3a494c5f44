// Dawid-Skene against crowd-kit, against a naive one, against known raters, and on the data that
// break EM: one answer, none, unanimity, exchanged truths.
#include <algorithm>
#include <map>

#include "relabel/naive_em.h"
#include "relabel/rater_files.h"

extern "C" {
#include "base/random.h"
}

namespace {

std::vector<std::string> Cells(const std::string &line)
{
    std::vector<std::string> cells(1);
    for (const char c : line) {
        if (c == ',') {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    return cells;
}

std::string DataPath(const std::string &name)
{
    return std::string(RS_TEST_SOURCES) + "/tests/relabel/data/" + name;
}

// As an archive, which can hold pairs that nobody answered.
std::string Npz(const TemporaryFolder &folder, const Answers &answers)
{
    std::vector<PairName> pairs;
    std::vector<int64_t> ids;
    for (size_t i = 0; i < answers[0].size(); ++i) {
        pairs.push_back({"i" + std::to_string(i) + ".png", "1"});
    }
    for (size_t r = 0; r < answers.size(); ++r) {
        ids.push_back(static_cast<int64_t>(r));
    }
    return VotesNpz(folder, "v.npz", answers, pairs, ids);
}

void ExpectFinite(const rs_aggregate &result)
{
    for (uint32_t i = 0; i < result.pairs; ++i) {
        EXPECT_TRUE(result.score[i] >= 0 && result.score[i] <= 1) << i << ": " << result.score[i];
    }
    for (uint32_t i = 0; i < result.iterations; ++i) {
        EXPECT_TRUE(std::isfinite(result.log_likelihood[i])) << i;
        EXPECT_TRUE(std::isfinite(result.objective[i])) << i;
    }
    for (uint32_t r = 0; r <= result.raters; ++r) {
        for (const auto &row : result.rater[r].p) {
            EXPECT_NEAR(row[0] + row[1] + row[2], 1.0, 1e-12) << r;
        }
    }
}

// ---- crowd-kit ----

// How the numbers were made: tests/relabel/crowdkit_reference.py.
void CompareWithCrowdKit(const std::string &name, uint32_t matrix_iterations)
{
    constexpr uint32_t kIterations = 20;
    const Votes votes(DataPath("votes_" + name + ".csv"));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    rs_aggregate_options options = Em(0);
    options.iterations_max = kIterations;
    options.tolerance = 0;
    const Aggregate result(votes.get(), options);
    ASSERT_EQ(result.status, RS_OK);
    options.iterations_max = matrix_iterations;
    const Aggregate later(votes.get(), options);
    size_t scores = 0;
    size_t cells = 0;
    for (const std::string &line :
         SplitLines(ReadFile(DataPath("votes_" + name + "_expected.csv")))) {
        const std::vector<std::string> cell = Cells(line);
        ASSERT_EQ(cell.size(), cell[0] == "score" ? 4u : 5u) << line;
        if (cell[0] == "score") {
            const int64_t pair = rs_pairs_find(&votes.value.pairs, {cell[1].data(), cell[1].size()},
                                               std::stoi(cell[2]));
            ASSERT_GE(pair, 0) << line;
            EXPECT_NEAR(result.value.score[pair], std::stod(cell[3]), 1e-8) << line;
            ++scores;
            continue;
        }
        const int64_t rater =
            rs_name_table_find(&votes.value.raters, {cell[1].data(), cell[1].size()});
        ASSERT_GE(rater, 0) << line;
        const size_t answer = cell[2] == "no" ? 0 : cell[2] == "maybe" ? 1 : 2;
        EXPECT_NEAR(later.value.rater[rater].p[0][answer], std::stod(cell[3]), 1e-7) << line;
        EXPECT_NEAR(later.value.rater[rater].p[1][answer], std::stod(cell[4]), 1e-7) << line;
        ++cells;
    }
    EXPECT_EQ(scores, votes.value.pairs.count);
    EXPECT_EQ(cells, name == "binary" ? 16u : 24u);
}

// fit() counts the matrices once more after the last scores; the driven steps end with the scores.
TEST(Em, as_crowd_kit_with_two_answers)
{
    CompareWithCrowdKit("binary", 21);
}

TEST(Em, as_crowd_kit_with_three_answers)
{
    CompareWithCrowdKit("ternary", 20);
}

// ---- the naive one ----

Answers RandomAnswers(size_t raters, size_t pairs, rs_random *random)
{
    Answers answers(raters, std::string(pairs, '.'));
    for (size_t i = 0; i < pairs; ++i) {
        const bool present = rs_random_unit(random) < 0.4;
        for (size_t r = 0; r < raters; ++r) {
            if (rs_random_unit(random) < 0.6) {
                const double right =
                    0.55 + 0.4 * static_cast<double>(r) / static_cast<double>(raters);
                const bool yes = present == (rs_random_unit(random) < right);
                answers[r][i] = rs_random_unit(random) < 0.15 ? 'm' : yes ? 'y' : 'n';
            }
        }
    }
    return answers;
}

TEST(Em, as_the_naive_one)
{
    const TemporaryFolder folder;
    for (uint64_t seed = 0; seed < 30; ++seed) {
        rs_random random = rs_random_make(seed, 0);
        const Answers answers = RandomAnswers(2 + seed % 7, 20 + seed * 3, &random);
        const double smoothing = seed % 3 == 0 ? 0.0 : seed % 3 == 1 ? 0.25 : 1.0;
        const Votes votes(Npz(folder, answers));
        ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
        for (const int iterations : {1, 2, 12}) {
            SCOPED_TRACE(seed);
            rs_aggregate_options options = Em(smoothing);
            options.iterations_max = static_cast<uint32_t>(iterations);
            options.tolerance = 0;
            const Aggregate result(votes.get(), options);
            ASSERT_EQ(result.status, RS_OK);
            NaiveEm naive;
            naive.Run(answers, smoothing, iterations);
            ASSERT_FALSE(result.value.swapped);
            for (size_t i = 0; i < naive.score.size(); ++i) {
                EXPECT_NEAR(result.value.score[i], naive.score[i], 1e-9) << i;
            }
            for (size_t r = 0; r < answers.size(); ++r) {
                for (size_t truth = 0; truth < 2; ++truth) {
                    for (size_t a = 0; a < 3; ++a) {
                        EXPECT_NEAR(result.value.rater[r].p[truth][a], naive.matrix[r][truth][a],
                                    1e-9);
                    }
                }
            }
            EXPECT_NEAR(result.value.prior, naive.prior, 1e-11);
            EXPECT_NEAR(result.value.log_likelihood[iterations - 1], naive.log_likelihood, 1e-7);
        }
    }
}

// Golden pairs among the votes are held; golden questions count with the truth known.
TEST(Em, anchored_as_the_naive_one)
{
    const TemporaryFolder folder;
    rs_random random = rs_random_make(5, 1);
    const Answers answers = RandomAnswers(4, 60, &random);
    const Answers questions = {"yyn.", "ymnn", "n.ny", "...."};
    std::string golden_csv = "e,i3.png,1,yes\ne,i4.png,1,no\ne,i9.png,1,yes\n";
    std::vector<int> known(60, -1);
    known[3] = 1;
    known[4] = 0;
    known[9] = 1;
    const std::vector<int> truth = {1, 1, 0, 0};
    std::vector<Matrix> counts(4, Matrix{});
    std::string question_csv;
    for (size_t q = 0; q < 4; ++q) {
        golden_csv += "e,q" + std::to_string(q) + ".png,5," + (truth[q] == 1 ? "yes" : "no") + "\n";
        for (size_t r = 0; r < 4; ++r) {
            const int answer = AnswerOf(questions[r][q]);
            if (answer >= 0) {
                static const char *const words[] = {"no", "maybe", "yes"};
                counts[r][static_cast<size_t>(truth[q])][static_cast<size_t>(answer)] += 1;
                question_csv += std::to_string(r) + ",q" + std::to_string(q) + ".png,5," +
                                words[answer] + "\n";
            }
        }
    }
    question_csv += "stranger,q0.png,5,no\n"; // who answers nothing else
    const Votes votes(Npz(folder, answers));
    const Golden golden(folder.write("golden.csv", golden_csv));
    const Votes golden_votes(folder.write("questions.csv", question_csv));
    ASSERT_EQ(golden.status, RS_OK) << MessageOf(golden.error);
    ASSERT_EQ(golden_votes.status, RS_OK) << MessageOf(golden_votes.error);
    rs_aggregate_options options = Em(0.5);
    options.golden = &golden.value;
    options.golden_votes = golden_votes.get();
    options.iterations_max = 15;
    options.tolerance = 0;
    const Aggregate result(votes.get(), options);
    ASSERT_EQ(result.status, RS_OK) << MessageOf(result.error);
    NaiveEm naive;
    naive.Run(answers, 0.5, 15, known, counts);
    for (size_t i = 0; i < 60; ++i) {
        EXPECT_NEAR(result.value.score[i], naive.score[i], 1e-9) << i;
    }
    EXPECT_EQ(result.value.held, 3u);
    EXPECT_EQ(result.value.score[3], 1.0);
    EXPECT_EQ(result.value.score[4], 0.0);
    double golden_likelihood = 0;
    for (size_t r = 0; r < 4; ++r) {
        for (size_t t = 0; t < 2; ++t) {
            for (size_t a = 0; a < 3; ++a) {
                golden_likelihood += counts[r][t][a] * std::log(naive.matrix[r][t][a]);
            }
        }
    }
    EXPECT_NEAR(result.value.log_likelihood[14], naive.log_likelihood + golden_likelihood, 1e-7);
    EXPECT_EQ(result.value.rater[0].rests_on, result.value.rater[0].votes + 3);
    EXPECT_EQ(result.value.rater[3].rests_on, result.value.rater[3].votes);
}

// ---- what EM promises ----

TEST(Em, every_iteration_raises_the_objective)
{
    const TemporaryFolder folder;
    for (uint64_t seed = 0; seed < 12; ++seed) {
        rs_random random = rs_random_make(seed, 2);
        const Votes votes(Npz(folder, RandomAnswers(5, 150, &random)));
        for (const double smoothing : {0.0, 0.3, 1.0}) {
            const Aggregate result(votes.get(), Em(smoothing));
            ASSERT_EQ(result.status, RS_OK);
            ExpectFinite(result.value);
            EXPECT_EQ(result.value.converged, result.value.change <= 1e-8);
            EXPECT_TRUE(result.value.converged || result.value.iterations == 1000);
            EXPECT_FALSE(result.value.swapped);
            for (uint32_t i = 1; i < result.value.iterations; ++i) {
                EXPECT_GE(result.value.objective[i], result.value.objective[i - 1] - 1e-9) << i;
            }
        }
    }
}

TEST(Em, says_when_it_did_not_converge)
{
    const TemporaryFolder folder;
    rs_random random = rs_random_make(1, 3);
    const Votes votes(Npz(folder, RandomAnswers(5, 150, &random)));
    rs_aggregate_options options = Em(1);
    options.iterations_max = 3;
    const Aggregate result(votes.get(), options);
    EXPECT_FALSE(result.value.converged);
    EXPECT_EQ(result.value.iterations, 3u);
    EXPECT_GT(result.value.change, options.tolerance);
    options.iterations_max = 1000;
    options.tolerance = 0.5;
    const Aggregate early(votes.get(), options);
    EXPECT_TRUE(early.value.converged);
    EXPECT_LT(early.value.iterations, 3u);
}

// Raters are drawn from known matrices; what comes out is close to these, and calls present what
// is.
TEST(Em, finds_known_raters)
{
    constexpr size_t kPairs = 6000;
    constexpr double kPrior = 0.3;
    const std::vector<Matrix> truth = {
        {{{0.95, 0.03, 0.02}, {0.10, 0.10, 0.80}}}, // careful
        {{{0.80, 0.10, 0.10}, {0.30, 0.10, 0.60}}},
        {{{0.60, 0.30, 0.10}, {0.10, 0.40, 0.50}}}, // says maybe
        {{{0.97, 0.02, 0.01}, {0.60, 0.10, 0.30}}}, // hardly says yes
        {{{0.40, 0.10, 0.50}, {0.05, 0.05, 0.90}}}, // says yes to much
        {{{0.10, 0.10, 0.80}, {0.85, 0.05, 0.10}}}, // takes yes for no
        {{{0.50, 0.20, 0.30}, {0.50, 0.20, 0.30}}}, // does not look
    };
    const TemporaryFolder folder;
    rs_random random = rs_random_make(2020, 4);
    Answers answers(truth.size(), std::string(kPairs, '.'));
    std::vector<bool> present(kPairs);
    for (size_t i = 0; i < kPairs; ++i) {
        present[i] = rs_random_unit(&random) < kPrior;
        for (size_t r = 0; r < truth.size(); ++r) {
            const double *p = truth[r][present[i] ? 1 : 0].data();
            const double u = rs_random_unit(&random);
            answers[r][i] = u < p[0] ? 'n' : u < p[0] + p[1] ? 'm' : 'y';
        }
    }
    const Votes votes(Npz(folder, answers));
    const Aggregate result(votes.get(), Em(1));
    ASSERT_EQ(result.status, RS_OK);
    EXPECT_TRUE(result.value.converged);
    EXPECT_FALSE(result.value.swapped);
    EXPECT_NEAR(result.value.prior, kPrior, 0.02);
    for (size_t r = 0; r < truth.size(); ++r) {
        for (size_t t = 0; t < 2; ++t) {
            for (size_t a = 0; a < 3; ++a) {
                // three standard errors of a share of 1,800 are 0.035
                EXPECT_NEAR(result.value.rater[r].p[t][a], truth[r][t][a], 0.04) << r << t << a;
            }
        }
    }
    // As good as a judge who knows the matrices: no more than a few pairs fewer.
    size_t right = 0;
    size_t best = 0;
    double expected_right = 0;
    for (size_t i = 0; i < kPairs; ++i) {
        double product[2] = {1 - kPrior, kPrior};
        for (size_t r = 0; r < truth.size(); ++r) {
            for (size_t t = 0; t < 2; ++t) {
                product[t] *= truth[r][t].at(static_cast<size_t>(AnswerOf(answers[r][i])));
            }
        }
        best += present[i] == (product[1] > product[0]);
        right += present[i] == (result.value.score[i] > 0.5);
        expected_right += std::max(result.value.score[i], 1 - result.value.score[i]);
    }
    EXPECT_GE(right + 15, best);
    EXPECT_NEAR(expected_right / kPairs, static_cast<double>(right) / kPairs, 0.01);
    EXPECT_LT(result.value.rater[5].right / static_cast<double>(result.value.rater[5].rests_on),
              0.15);
}

// ---- which truth is which ----

TEST(Em, exchanged_truths_are_turned_back)
{
    const TemporaryFolder folder;
    rs_random random = rs_random_make(9, 5);
    const Votes votes(Npz(folder, RandomAnswers(6, 300, &random)));
    rs_aggregate_options options = Em(1);
    const Aggregate usual(votes.get(), options);
    ASSERT_EQ(usual.status, RS_OK);
    EXPECT_FALSE(usual.value.swapped);
    std::vector<double> inverted = usual.scores();
    for (double &score : inverted) {
        score = 1 - score;
    }
    options.start = inverted.data();
    const Aggregate turned(votes.get(), options);
    ASSERT_EQ(turned.status, RS_OK);
    EXPECT_TRUE(turned.value.swapped);
    EXPECT_NEAR(turned.value.prior, usual.value.prior, 1e-7);
    for (uint32_t i = 0; i < usual.value.pairs; ++i) {
        EXPECT_NEAR(turned.value.score[i], usual.value.score[i], 1e-6);
    }
    for (uint32_t r = 0; r < usual.value.raters; ++r) {
        EXPECT_NEAR(turned.value.rater[r].right, usual.value.rater[r].right, 1e-3);
        for (size_t i = 0; i < 6; ++i) {
            EXPECT_NEAR(turned.value.rater[r].p[i / 3][i % 3], usual.value.rater[r].p[i / 3][i % 3],
                        1e-6);
        }
    }
    EXPECT_NEAR(turned.value.log_likelihood[turned.value.iterations - 1],
                usual.value.log_likelihood[usual.value.iterations - 1], 1e-6);
}

// When nearly all raters take yes for no, only golden pairs can tell; then nothing is exchanged.
TEST(Em, golden_pairs_name_the_truths)
{
    const TemporaryFolder folder;
    rs_random random = rs_random_make(10, 6);
    Answers answers = RandomAnswers(6, 300, &random);
    const Votes honest(Npz(folder, answers));
    const Aggregate before(honest.get(), Em(1));
    for (std::string &row : answers) {
        for (char &c : row) {
            c = c == 'y' ? 'n' : c == 'n' ? 'y' : c;
        }
    }
    const Votes votes(Npz(folder, answers));
    std::string settled;
    for (size_t i = 0; i < 40; ++i) {
        settled += "e,i" + std::to_string(i) + ".png,1," +
                   (before.value.score[i] > 0.5 ? "yes" : "no") + "\n";
    }
    const Golden golden(folder.write("golden.csv", settled));
    rs_aggregate_options options = Em(1);
    options.golden = &golden.value;
    std::vector<double> start = before.scores();
    options.start = start.data();
    const Aggregate anchored(votes.get(), options);
    ASSERT_EQ(anchored.status, RS_OK) << MessageOf(anchored.error);
    EXPECT_FALSE(anchored.value.swapped);
    EXPECT_EQ(anchored.value.held, 40u);
    size_t apart = 0; // pairs near one half may move with the anchors; exchanged, nearly all would
    for (uint32_t i = 40; i < 300; ++i) {
        apart += (anchored.value.score[i] > 0.5) != (before.value.score[i] > 0.5);
    }
    EXPECT_LE(apart, 10u);
}

// ---- data that break EM ----

TEST(Em, odd_data)
{
    const TemporaryFolder folder;
    const std::map<std::string, Answers> cases = {
        {"unanimous yes", {"yyyy", "yyyy"}},
        {"unanimous no", {"nnnn", "nnnn"}},
        {"unanimous maybe", {"mmmm", "mmmm"}},
        {"one rater", {"ynmy"}},
        {"one pair", {"y", "n", "y"}},
        {"one answer", {"y"}},
        {"a rater with one answer", {"yynn", "yynn", "..y."}},
        {"a rater without answers", {"yynn", "yynn", "...."}},
        {"pairs without answers", {"y.n.", "y.n.", "y.n."}},
        {"no answers at all", {"....", "...."}},
        {"two raters who contradict each other", {"yynn", "nnyy"}},
        {"agreement without exception", {"yyyynnnnnn", "yyyynnnnnn", "yyyynnnnnn"}},
    };
    for (const auto &odd : cases) {
        for (const double smoothing : {0.0, 1.0}) {
            SCOPED_TRACE(odd.first + " " + std::to_string(smoothing));
            const Votes votes(Npz(folder, odd.second));
            ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
            const Aggregate result(votes.get(), Em(smoothing));
            ASSERT_EQ(result.status, RS_OK) << MessageOf(result.error);
            ExpectFinite(result.value);
            EXPECT_TRUE(result.value.converged);
            EXPECT_FALSE(result.value.swapped);
        }
    }
}

TEST(Em, unanimous_answers_are_believed)
{
    const TemporaryFolder folder;
    const Votes yes(Npz(folder, {"yyyy", "yyyy"}));
    const Aggregate all(yes.get(), Em(0));
    EXPECT_EQ(all.scores(), std::vector<double>({1, 1, 1, 1}));
    EXPECT_EQ(all.value.prior, 1.0);
    EXPECT_EQ(all.value.log_likelihood[0], 0.0);
    const Votes no(Npz(folder, {"nnnn", "nnnn"}));
    const Aggregate none(no.get(), Em(0));
    EXPECT_EQ(none.scores(), std::vector<double>({0, 0, 0, 0}));
    EXPECT_EQ(none.value.prior, 0.0);
    // Agreement on both truths: certain, and every rater is right.
    const Votes both(Npz(folder, {"yynnn", "yynnn", "yynnn"}));
    const Aggregate certain(both.get(), Em(0));
    EXPECT_EQ(certain.scores(), std::vector<double>({1, 1, 0, 0, 0}));
    EXPECT_DOUBLE_EQ(certain.value.prior, 0.4);
    EXPECT_EQ(certain.value.rater[1].right, 5.0);
    EXPECT_EQ(certain.value.rater[1].rests_on, 5u);
}

TEST(Em, pairs_without_answers_get_the_prior)
{
    const TemporaryFolder folder;
    const Votes votes(Npz(folder, {"yyy.nnnnn", "yyy.nnnnn", "yny.nnnny"}));
    const Aggregate result(votes.get(), Em(0.1));
    ASSERT_EQ(result.status, RS_OK);
    EXPECT_EQ(result.value.unanswered, 1u);
    EXPECT_NEAR(result.value.prior, 0.37, 0.02);
    EXPECT_NEAR(result.value.score[3], result.value.prior, 1e-8);
}

// One answer says as much as its rater's matrix, which it makes itself: next to nothing.
TEST(Em, a_rater_with_one_answer_hardly_counts)
{
    const TemporaryFolder folder;
    const Answers without = {"yyynnnnn", "yyynnnnn", "yynnnnnn"};
    Answers with = without;
    with.push_back("..n.....");
    const Votes votes(Npz(folder, without));
    const Aggregate before(votes.get(), Em(1));
    const Votes more(Npz(folder, with));
    const Aggregate after(more.get(), Em(1));
    ASSERT_EQ(after.status, RS_OK);
    EXPECT_EQ(after.value.rater[3].votes, 1u);
    EXPECT_EQ(after.value.rater[3].rests_on, 1u);
    EXPECT_NEAR(after.value.score[2], before.value.score[2], 0.1);
    EXPECT_GT(after.value.score[2], 0.5);
}

// The label is a rater of its own, with a matrix that is estimated like the others'.
TEST(Em, the_original_label_votes)
{
    const TemporaryFolder folder;
    const Answers answers = {"yynnynny", "ynnnynny", "yynnnnny"};
    Answers extended = answers;
    extended.push_back("ynnny...");
    std::vector<int8_t> label;
    for (const char c : extended[3]) {
        label.push_back(static_cast<int8_t>(AnswerOf(c)));
    }
    const Votes votes(Npz(folder, answers));
    const Votes with_row(Npz(folder, extended));
    rs_aggregate_options options = Em(0.7);
    options.label_vote = label.data();
    const Aggregate by_label(votes.get(), options);
    const Aggregate by_row(with_row.get(), Em(0.7));
    ASSERT_EQ(by_label.status, RS_OK);
    EXPECT_EQ(by_label.value.label_pairs, 5u);
    EXPECT_TRUE(by_label.value.label_votes);
    EXPECT_EQ(by_label.value.rater[3].votes, 5u);
    EXPECT_EQ(by_label.value.iterations, by_row.value.iterations);
    for (size_t i = 0; i < 8; ++i) {
        EXPECT_NEAR(by_label.value.score[i], by_row.value.score[i], 1e-12);
    }
    for (size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(by_label.value.rater[3].p[i / 3][i % 3], by_row.value.rater[3].p[i / 3][i % 3],
                    1e-12);
    }
}

}  // namespace
