// Majority and the golden recipe on data small enough to work out by hand, and what each method
// wants.
#include <algorithm>
#include <cmath>

#include "relabel/naive_em.h"
#include "relabel/rater_files.h"

namespace {

std::vector<PairName> Names(size_t pairs, const std::string &stem = "i")
{
    std::vector<PairName> names;
    for (size_t i = 0; i < pairs; ++i) {
        names.push_back({stem + std::to_string(i) + ".png", "1"});
    }
    return names;
}

std::vector<int64_t> Ids(size_t raters)
{
    std::vector<int64_t> ids;
    for (size_t r = 0; r < raters; ++r) {
        ids.push_back(static_cast<int64_t>(r) + 100);
    }
    return ids;
}

std::string Npz(const TemporaryFolder &folder, const std::string &name, const Answers &answers,
                const std::string &stem = "i")
{
    return VotesNpz(folder, name, answers, Names(answers[0].size(), stem), Ids(answers.size()));
}

TEST(Majority, shares_of_yes)
{
    const TemporaryFolder folder;
    const Votes votes(Npz(folder, "v.npz", {"yyn.m", "ynn.m", "nmy.y", "...."
                                            "."}));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    const Aggregate result(votes.get(), Majority());
    ASSERT_EQ(result.status, RS_OK);
    EXPECT_EQ(result.scores(), std::vector<double>({2.0 / 3, 1.0 / 3, 1.0 / 3, 0, 1.0 / 3}));
    EXPECT_EQ(result.value.unanswered, 1u);
    EXPECT_EQ(result.value.prior, 0.2); // one pair of five
    // Rater 0: yes on the one present pair; yes, no, maybe on the three absent ones.
    const rs_rater &first = result.value.rater[0];
    EXPECT_EQ(first.votes, 4u);
    EXPECT_EQ(first.rests_on, 4u);
    EXPECT_EQ(first.right, 2.0);
    const double expected[] = {2.0 / 6, 2.0 / 6, 2.0 / 6, 1.0 / 4, 1.0 / 4, 2.0 / 4};
    for (size_t i = 0; i < 6; ++i) {
        EXPECT_DOUBLE_EQ(first.p[i / 3][i % 3], expected[i]) << i;
    }
    EXPECT_EQ(result.value.rater[3].votes, 0u);
    EXPECT_EQ(result.value.rater[3].rests_on, 0u);
}

TEST(Majority, the_original_label_is_one_vote)
{
    const TemporaryFolder folder;
    const Votes votes(Npz(folder, "v.npz", {"yy", "nn"}));
    const int8_t label[] = {RS_ANSWER_YES, RS_LABEL_SILENT};
    rs_aggregate_options options = Majority();
    options.label_vote = label;
    const Aggregate result(votes.get(), options);
    EXPECT_EQ(result.scores(), std::vector<double>({2.0 / 3, 0.5}));
    EXPECT_EQ(result.value.label_pairs, 1u);
    EXPECT_EQ(result.value.rater[2].right, 1.0);
    EXPECT_EQ(result.value.rater[2].rests_on, 1u);
}

TEST(Aggregate, which_scores_are_taken)
{
    EXPECT_TRUE(rs_aggregate_takes(RS_AGGREGATE_GOLDEN, -1, 0.8));
    EXPECT_FALSE(rs_aggregate_takes(RS_AGGREGATE_EM, -1, std::nextafter(0.8, 0)));
    EXPECT_FALSE(rs_aggregate_takes(RS_AGGREGATE_MAJORITY, -1, 0.5));
    EXPECT_TRUE(rs_aggregate_takes(RS_AGGREGATE_MAJORITY, -1, 0.6));
    EXPECT_TRUE(rs_aggregate_takes(RS_AGGREGATE_MAJORITY, 0.5, 0.5));
    EXPECT_TRUE(rs_aggregate_takes(RS_AGGREGATE_GOLDEN, 0, 0));
    EXPECT_FALSE(rs_aggregate_takes(RS_AGGREGATE_GOLDEN, 1, 0.999));
}

// ---- the golden recipe ----

struct GoldenCase {
    Answers experts = {"yynnnyn", "yynnnnn", "ynnynyn"};   // truth: 1 1 0 0 0 1 0
    Answers questions = {"yynnnmn", "ynnnmyn", "......."}; // raters 100, 101, 102
    Answers votes = {"ynm.", "yy.n", "nny."};              // the same raters
    std::vector<int8_t> label = {2, 0, -1, -1};
    std::vector<int8_t> golden_label = {2, 0, 0, 2, 0, 0, -1};
};

// Multiplied out, as docs/RELABEL.md has it.
std::vector<double> ByHand(const GoldenCase &golden, double smoothing, bool with_label)
{
    const std::vector<int> truth = {1, 1, 0, 0, 0, 1, 0};
    // yes of 3 experts: 3 2 0 1 0 2 0; at least two fifths (1.2 of 3) is two
    const std::vector<int> label_truth = {1, 1, 0, 0, 0, 1, 0};
    std::vector<Matrix> matrix;
    for (size_t r = 0; r < 2; ++r) {
        Matrix counts{};
        for (size_t q = 0; q < 7; ++q) {
            counts[static_cast<size_t>(truth[q])]
                  [static_cast<size_t>(AnswerOf(golden.questions[r][q]))] += 1;
        }
        matrix.push_back(Normalised(counts, smoothing));
    }
    Matrix mean{};
    for (size_t i = 0; i < 6; ++i) {
        mean[i / 3][i % 3] = (matrix[0][i / 3][i % 3] + matrix[1][i / 3][i % 3]) / 2;
    }
    matrix.push_back(mean);
    Matrix label_counts{};
    for (size_t q = 0; q < 7; ++q) {
        if (golden.golden_label[q] >= 0) {
            label_counts[static_cast<size_t>(label_truth[q])]
                        [static_cast<size_t>(golden.golden_label[q])] += 1;
        }
    }
    const Matrix label = Normalised(label_counts, smoothing);
    std::vector<double> scores;
    for (size_t i = 0; i < 4; ++i) {
        double product[2] = {4.0 / 7, 3.0 / 7};
        for (size_t t = 0; t < 2; ++t) {
            for (size_t r = 0; r < 3; ++r) {
                const int answer = AnswerOf(golden.votes[r][i]);
                product[t] *= answer < 0 ? 1 : matrix[r][t][static_cast<size_t>(answer)];
            }
            if (with_label && golden.label[i] >= 0) {
                product[t] *= label[t][static_cast<size_t>(golden.label[i])];
            }
        }
        scores.push_back(product[1] / (product[0] + product[1]));
    }
    return scores;
}

TEST(GoldenRecipe, by_hand)
{
    const TemporaryFolder folder;
    const GoldenCase data;
    const Golden golden(Npz(folder, "golden.npz", data.experts, "q"));
    const Votes questions(Npz(folder, "questions.npz", data.questions, "q"));
    const Votes votes(Npz(folder, "votes.npz", data.votes));
    for (const double smoothing : {1.0, 0.5, 3.0}) {
        for (const bool with_label : {false, true}) {
            rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_GOLDEN);
            options.smoothing = smoothing;
            options.golden = &golden.value;
            options.golden_votes = questions.get();
            options.label_vote = with_label ? data.label.data() : nullptr;
            options.golden_label_vote = data.golden_label.data();
            const Aggregate result(votes.get(), options);
            ASSERT_EQ(result.status, RS_OK) << MessageOf(result.error);
            const std::vector<double> expected = ByHand(data, smoothing, with_label);
            for (size_t i = 0; i < 4; ++i) {
                EXPECT_NEAR(result.value.score[i], expected[i], 1e-14) << i;
            }
            EXPECT_DOUBLE_EQ(result.value.prior, 3.0 / 7);
            EXPECT_EQ(result.value.rater[0].rests_on, 7u);
            EXPECT_EQ(result.value.rater[0].right, 6.0); // the maybe is not
            EXPECT_FALSE(result.value.rater[0].is_mean);
            EXPECT_EQ(result.value.rater[2].rests_on, 0u);
            EXPECT_TRUE(result.value.rater[2].is_mean);
            EXPECT_EQ(result.value.rater[2].votes, 3u);
            EXPECT_EQ(result.value.rater[3].rests_on, with_label ? 6u : 0u);
            EXPECT_EQ(result.value.rater[3].votes, with_label ? 2u : 0u);
        }
    }
}

// Five experts: two of them are enough for the truth that the label is judged by, three for raters.
TEST(GoldenRecipe, two_truths)
{
    const TemporaryFolder folder;
    const Golden golden(Npz(folder, "golden.npz", {"yyyn", "yyyn", "nyyn", "nnyn", "nnnn"}, "q"));
    const Votes questions(Npz(folder, "questions.npz", {"yyyy"}, "q"));
    const Votes votes(Npz(folder, "votes.npz", {"y"}));
    const std::vector<int8_t> label = {2};
    const std::vector<int8_t> golden_label = {2, 2, 2, 2};
    rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_GOLDEN);
    options.golden = &golden.value;
    options.golden_votes = questions.get();
    options.label_vote = label.data();
    options.golden_label_vote = golden_label.data();
    const Aggregate result(votes.get(), options);
    ASSERT_EQ(result.status, RS_OK) << MessageOf(result.error);
    EXPECT_DOUBLE_EQ(result.value.prior, 0.5);           // pairs 1 and 2 of four
    EXPECT_DOUBLE_EQ(result.value.rater[0].p[1][2], 0.6); // (2 + 1) / (2 + 3)
    EXPECT_DOUBLE_EQ(result.value.rater[0].p[0][2], 0.6);
    EXPECT_DOUBLE_EQ(result.value.rater[1].p[1][2], 4.0 / 6); // pairs 0, 1 and 2
    EXPECT_DOUBLE_EQ(result.value.rater[1].p[0][2], 2.0 / 4);
}

TEST(GoldenRecipe, a_pair_without_answers_gets_the_prior)
{
    const TemporaryFolder folder;
    const GoldenCase data;
    const Golden golden(Npz(folder, "golden.npz", data.experts, "q"));
    const Votes questions(Npz(folder, "questions.npz", data.questions, "q"));
    const Votes votes(Npz(folder, "votes.npz", {"y.", "n.", "y."}));
    rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_GOLDEN);
    options.golden = &golden.value;
    options.golden_votes = questions.get();
    const Aggregate result(votes.get(), options);
    ASSERT_EQ(result.status, RS_OK);
    EXPECT_NEAR(result.value.score[1], 3.0 / 7, 1e-15);
    EXPECT_EQ(result.value.unanswered, 1u);
}

// As the rating page mixes them: one file of answers has the votes and the golden questions.
TEST(GoldenRecipe, golden_questions_among_the_votes)
{
    const TemporaryFolder folder;
    const GoldenCase data;
    const Golden golden(Npz(folder, "golden.npz", data.experts, "q"));
    const Votes questions(Npz(folder, "questions.npz", data.questions, "q"));
    const size_t raters = std::max(data.questions.size(), data.votes.size());
    Answers mixed(raters);
    for (size_t r = 0; r < raters; ++r) {
        mixed[r] = (r < data.questions.size() ? data.questions[r]
                                              : std::string(data.questions[0].size(), '.')) +
                   (r < data.votes.size() ? data.votes[r] : std::string(data.votes[0].size(), '.'));
    }
    std::vector<PairName> names = Names(data.questions[0].size(), "q");
    const std::vector<PairName> own = Names(data.votes[0].size());
    names.insert(names.end(), own.begin(), own.end());
    const Votes votes(VotesNpz(folder, "mixed.npz", mixed, names, Ids(raters)));
    ASSERT_EQ(votes.status, RS_OK) << MessageOf(votes.error);
    rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_GOLDEN);
    options.golden = &golden.value;
    const Aggregate alone(votes.get(), options);
    options.golden_votes = questions.get();
    const Aggregate apart(votes.get(), options);
    ASSERT_EQ(alone.status, RS_OK) << MessageOf(alone.error);
    ASSERT_EQ(apart.status, RS_OK) << MessageOf(apart.error);
    EXPECT_EQ(alone.scores(), apart.scores());
    EXPECT_GT(alone.value.rater[0].rests_on, 0u);
    for (uint32_t r = 0; r < alone.value.raters; ++r) {
        EXPECT_EQ(alone.value.rater[r].rests_on, apart.value.rater[r].rests_on);
    }
}

// Weights may be of less than one answer; of none at all the matrix says nothing.
TEST(Aggregate, a_matrix_of_little_weight)
{
    rs_rater rater = {};
    const rs_answer_counts counts = {{{0.125, 0.25, 0.125}, {0, 0, 0}}};
    rs_rater_set_matrix(&rater, &counts, 0);
    EXPECT_EQ(rater.p[0][0], 0.25);
    EXPECT_EQ(rater.p[0][1], 0.5);
    EXPECT_EQ(rater.p[0][2], 0.25);
    for (const double share : rater.p[1]) {
        EXPECT_EQ(share, 1.0 / 3.0);
    }
}

// ---- what cannot be ----

TEST(Aggregate, errors)
{
    const TemporaryFolder folder;
    const GoldenCase data;
    const Golden golden(Npz(folder, "golden.npz", data.experts, "q"));
    const Golden nothing_there(Npz(folder, "absent.npz", {"nn"}, "q"));
    const Golden all_there(Npz(folder, "present.npz", {"yy"}, "q"));
    const Votes questions(Npz(folder, "questions.npz", data.questions, "q"));
    const Votes others(Npz(folder, "others.npz", {"ny"}, "x"));
    const Votes silent(Npz(folder, "silent.npz", {"..", ".."}, "q"));
    const Votes votes(Npz(folder, "votes.npz", data.votes));
    const Votes empty(VotesNpz(folder, "empty.npz", {""}, {}, {1}));
    ASSERT_EQ(empty.status, RS_OK) << MessageOf(empty.error);

    struct Case {
        const char *what;
        rs_aggregate_method method;
        double smoothing;
        const rs_votes *votes;
        const rs_golden *golden;
        const rs_votes *golden_votes;
        rs_status status;
        std::string message;
    };
    const std::string path = folder.path() + "/";
    const Case cases[] = {
        {"no golden set", RS_AGGREGATE_GOLDEN, 1, votes.get(), nullptr, nullptr, RS_USAGE,
         "--method golden needs --golden; give it, and --golden-votes where they are not among "
         "--votes, "
         "or choose --method em or majority"},
        {"no golden votes", RS_AGGREGATE_GOLDEN, 1, votes.get(), &golden.value, nullptr, RS_FORMAT,
         path + "votes.npz: nobody answered a golden question; is it the right file?"},
        {"golden votes alone", RS_AGGREGATE_EM, 1, votes.get(), nullptr, questions.get(), RS_USAGE,
         "--golden-votes says nothing without the experts' answers; give --golden too"},
        {"no smoothing", RS_AGGREGATE_GOLDEN, 0, votes.get(), &golden.value, questions.get(),
         RS_USAGE,
         "--smoothing 0 would make an answer that a rater never gave to a golden question a "
         "certainty; give a number above 0, as 1"},
        {"nothing present", RS_AGGREGATE_GOLDEN, 1, votes.get(), &nothing_there.value,
         questions.get(), RS_RANGE,
         path + "absent.npz: of 2 golden pairs none is present; a golden set needs pairs that are "
                "there and pairs that are not"},
        {"all present", RS_AGGREGATE_GOLDEN, 1, votes.get(), &all_there.value, questions.get(),
         RS_RANGE,
         path + "present.npz: of 2 golden pairs each is present; a golden set needs pairs that are "
                "there and pairs that are not"},
        {"other questions", RS_AGGREGATE_GOLDEN, 1, votes.get(), &golden.value, others.get(),
         RS_MISMATCH,
         path + "others.npz: row 0: class 1 of image 'x0.png' is not in the golden set " + path +
             "golden.npz; golden votes are answers to golden questions alone"},
        {"other questions, em", RS_AGGREGATE_EM, 1, votes.get(), &golden.value, others.get(),
         RS_MISMATCH,
         path + "others.npz: row 0: class 1 of image 'x0.png' is not in the golden set " + path +
             "golden.npz; golden votes are answers to golden questions alone"},
        {"nobody answered", RS_AGGREGATE_GOLDEN, 1, votes.get(), &golden.value, silent.get(),
         RS_FORMAT, path + "silent.npz: nobody answered a golden question; is it the right file?"},
        {"no pairs", RS_AGGREGATE_MAJORITY, 1, empty.get(), nullptr, nullptr, RS_FORMAT,
         path + "empty.npz: there are no pairs to score; is it the right file?"},
    };
    for (const Case &bad : cases) {
        SCOPED_TRACE(bad.what);
        rs_aggregate_options options = rs_aggregate_defaults(bad.method);
        options.smoothing = bad.smoothing;
        options.golden = bad.golden;
        options.golden_votes = bad.golden_votes;
        const Aggregate result(bad.votes, options);
        EXPECT_EQ(result.status, bad.status);
        EXPECT_EQ(MessageOf(result.error), bad.message);
        EXPECT_EQ(result.value.score, nullptr);
    }
    // The label votes, but is not known for any golden image.
    rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_GOLDEN);
    const std::vector<int8_t> unknown(7, RS_LABEL_SILENT);
    options.golden = &golden.value;
    options.golden_votes = questions.get();
    options.label_vote = data.label.data();
    options.golden_label_vote = unknown.data();
    const Aggregate result(votes.get(), options);
    EXPECT_EQ(result.status, RS_MISMATCH);
    EXPECT_EQ(MessageOf(result.error),
              path +
                  "golden.npz: the original label of no golden image is known; give the labels of "
                  "the golden images, or leave --expert-classes out");
}

}  // namespace
