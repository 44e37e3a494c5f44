/* dawid_skene.c - Dawid and Skene (1979) with two truths and three answers.
 *
 * Each iteration counts the raters' matrices from the scores (M), then the scores from the matrices
 * (E); the scores' next counts are gathered in the same pass over the answers, so an iteration
 * reads them once. Both hypotheses are carried as sums of logarithms, and q and 1 - q are computed
 * apart, so that a score very near one still says how far from it.
 *
 * The likelihood does not know which truth is called present: exchanging the two leaves it as it
 * is. Starting from the raters' own answers settles it in practice; where the result has "present"
 * pairs answered with yes less often than "absent" ones, the two are exchanged at the end, and that
 * is reported. With golden pairs the names are given.
 */
#include "relabel/dawid_skene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

/* Of one code: absent [0], present [1]. */
typedef struct cell {
    double of[2];
} cell;

typedef struct em_state {
    const rs_votes *votes;
    const rs_aggregate_options *options;
    rs_aggregate *out;
    uint64_t cells;   /* 3 * (raters + 1): the label's are the last */
    cell *golden;     /* [cells] answers to golden questions */
    cell *count;      /* [cells] the scores' weights, and the golden answers */
    cell *log_p;      /* [cells] */
    int8_t *held;     /* [pairs] truth of a golden pair, or -1; NULL without golden pairs */
    double present;   /* sum of the scores */
} em_state;

/* ---- golden pairs ---- */

static rs_status hold_pairs(em_state *em, rs_error *error)
{
    const rs_golden *golden = em->options->golden;
    RS_TRY(RS_NEW(&em->held, em->out->pairs, "golden pairs", error));
    for (uint32_t pair = 0; pair < em->out->pairs; ++pair) {
        const int64_t known = rs_pairs_find_same(&golden->pairs, &em->votes->pairs, pair);
        em->held[pair] = -1;
        if (known >= 0 && rs_golden_is_judged(golden, (uint32_t)known)) {
            em->held[pair] = rs_golden_is_present(golden, (uint32_t)known) ? 1 : 0;
            ++em->out->held;
        }
    }
    return RS_OK;
}

static rs_status count_golden(em_state *em, rs_error *error)
{
    const rs_votes *golden_votes = em->options->golden_votes;
    rs_answer_counts *counts = NULL;
    RS_TRY(RS_NEW(&counts, golden_votes->raters.count, "raters", error));
    const rs_status status =
        rs_count_golden_answers(em->options->golden, golden_votes, false, counts, error);
    for (uint32_t r = 0; status == RS_OK && r < em->out->raters; ++r) {
        const int64_t g = rs_name_table_find(&golden_votes->raters,
                                             rs_name_table_get(&em->votes->raters, r));
        for (size_t answer = 0; g >= 0 && answer < RS_ANSWERS; ++answer) {
            cell *const to = &em->golden[RS_ANSWERS * (size_t)r + answer];
            to->of[0] = counts[g].count[0][answer];
            to->of[1] = counts[g].count[1][answer];
        }
    }
    free(counts);
    return status;
}

/* ---- the two steps ---- */

static inline void add_weight(cell *count, double absent, double present)
{
    count->of[0] += absent;
    count->of[1] += present;
}

static void add_pair(em_state *em, uint32_t pair, double absent, double present)
{
    const rs_votes *votes = em->votes;
    const int8_t label = rs_label_vote_on(em->options, pair);
    for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
        add_weight(&em->count[votes->code[i]], absent, present);
    }
    if (label != RS_LABEL_SILENT) {
        add_weight(&em->count[em->cells - RS_ANSWERS + (uint64_t)label], absent, present);
    }
    em->present += present;
}

static void begin_counts(em_state *em)
{
    memcpy(em->count, em->golden, em->cells * sizeof *em->count);
    em->present = 0.0;
}

static double first_guess(const em_state *em, uint32_t pair)
{
    const rs_votes *votes = em->votes;
    const int8_t label = rs_label_vote_on(em->options, pair);
    if (em->held != NULL && em->held[pair] >= 0) {
        return em->held[pair];
    }
    if (em->options->start != NULL) {
        return em->options->start[pair];
    }
    double sum = label == RS_ANSWER_YES ? 1.0 : 0.0;
    const uint64_t answers = votes->begin[pair + 1] - votes->begin[pair] +
                             (label != RS_LABEL_SILENT ? 1 : 0);
    for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
        sum += 0.5 * (double)rs_vote_answer(votes->code[i]); /* no 0, maybe 0.5, yes 1 */
    }
    return answers == 0 ? 0.5 : sum / (double)answers;
}

static void start(em_state *em)
{
    begin_counts(em);
    for (uint32_t pair = 0; pair < em->out->pairs; ++pair) {
        const double score = first_guess(em, pair);
        em->out->score[pair] = score;
        add_pair(em, pair, 1.0 - score, score);
    }
}

/* M: matrices and prior from the counts. */
static void estimate(em_state *em)
{
    rs_aggregate *const out = em->out;
    out->prior = em->present / out->pairs;
    for (uint32_t r = 0; r <= out->raters; ++r) {
        rs_answer_counts counts;
        const size_t first = RS_ANSWERS * (size_t)r;
        for (size_t answer = 0; answer < RS_ANSWERS; ++answer) {
            counts.count[0][answer] = em->count[first + answer].of[0];
            counts.count[1][answer] = em->count[first + answer].of[1];
        }
        rs_rater_set_matrix(&out->rater[r], &counts, em->options->smoothing);
        for (size_t answer = 0; answer < RS_ANSWERS; ++answer) {
            em->log_p[first + answer].of[0] = log(out->rater[r].p[0][answer]);
            em->log_p[first + answer].of[1] = log(out->rater[r].p[1][answer]);
        }
    }
}

/* log P(truth) + log P(answers on the pair | truth), for both truths. */
static cell hypotheses(const em_state *em, cell prior, uint32_t pair)
{
    const rs_votes *votes = em->votes;
    const int8_t label = rs_label_vote_on(em->options, pair);
    cell sum = prior;
    for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
        const cell *log_p = &em->log_p[votes->code[i]];
        sum.of[0] += log_p->of[0];
        sum.of[1] += log_p->of[1];
    }
    if (label != RS_LABEL_SILENT) {
        const cell *log_p = &em->log_p[em->cells - RS_ANSWERS + (uint64_t)label];
        sum.of[0] += log_p->of[0];
        sum.of[1] += log_p->of[1];
    }
    return sum;
}

/* E: scores from the matrices, and the next counts. Returns the log-likelihood of the answers. */
static double score_pairs(em_state *em)
{
    rs_aggregate *const out = em->out;
    const cell prior = {{log1p(-out->prior), log(out->prior)}};
    double total = 0.0;
    out->change = 0.0;
    begin_counts(em);
    for (uint32_t pair = 0; pair < out->pairs; ++pair) {
        const cell sum = hypotheses(em, prior, pair);
        double q[2];
        if (em->held != NULL && em->held[pair] >= 0) {
            const int truth = em->held[pair];
            q[truth] = 1.0;
            q[1 - truth] = 0.0;
            total += sum.of[truth];
        } else {
            /* At least one is finite: the pair's own weight is in the matrices that score it. */
            const double apart = sum.of[1] - sum.of[0];
            const double small = exp(-fabs(apart));
            const int likely = apart >= 0.0 ? 1 : 0;
            q[likely] = 1.0 / (1.0 + small);
            q[1 - likely] = small / (1.0 + small);
            total += sum.of[likely] + log1p(small);
        }
        const double moved = fabs(q[1] - out->score[pair]);
        out->change = moved > out->change ? moved : out->change;
        out->score[pair] = q[1];
        add_pair(em, pair, q[0], q[1]);
    }
    return total;
}

/* What golden answers add to the log-likelihood, and the prior that smoothing stands for. */
static void add_known(const em_state *em, double *log_likelihood, double *objective)
{
    double golden = 0.0;
    double penalty = 0.0;
    for (uint64_t i = 0; i < em->cells; ++i) {
        for (size_t truth = 0; truth < 2; ++truth) {
            if (em->golden[i].of[truth] > 0.0) {
                golden += em->golden[i].of[truth] * em->log_p[i].of[truth];
            }
            if (em->options->smoothing > 0.0) {
                penalty += em->options->smoothing * em->log_p[i].of[truth];
            }
        }
    }
    *log_likelihood += golden;
    *objective = *log_likelihood + penalty;
}

/* ---- the loop ---- */

static rs_status note_iteration(rs_aggregate *out, double log_likelihood, double objective,
                                rs_error *error)
{
    const uint32_t done = out->iterations;
    if ((done & (done - 1)) == 0) { /* 0 or a power of two: room for as many again */
        const uint64_t capacity = done == 0 ? 1 : 2 * (uint64_t)done;
        RS_TRY(RS_GROW(&out->log_likelihood, capacity, "iterations", error));
        RS_TRY(RS_GROW(&out->objective, capacity, "iterations", error));
    }
    out->log_likelihood[done] = log_likelihood;
    out->objective[done] = objective;
    out->iterations = done + 1;
    return RS_OK;
}

/* Scores must rise with the answers: their covariance over the raters' answers (no 0, maybe 0.5,
 * yes 1) may not be below zero by more than rounding. The original label is not asked: it may vote
 * on few pairs. */
static bool is_swapped(const em_state *em)
{
    double answers = 0.0;
    double present = 0.0;
    double value = 0.0;
    double value_of_present = 0.0;
    if (em->held != NULL) {
        return false;
    }
    for (uint64_t i = 0; i < em->cells - RS_ANSWERS; ++i) {
        const double worth = 0.5 * (double)(i % RS_ANSWERS);
        const double all = em->count[i].of[0] + em->count[i].of[1];
        answers += all;
        present += em->count[i].of[1];
        value += worth * all;
        value_of_present += worth * em->count[i].of[1];
    }
    return answers > 0.0 &&
           value_of_present / answers - present / answers * (value / answers) < -1e-6;
}

static void exchange(double *a, double *b)
{
    const double held = *a;
    *a = *b;
    *b = held;
}

static void swap_truths(em_state *em)
{
    rs_aggregate *const out = em->out;
    out->swapped = true;
    out->prior = 1.0 - out->prior;
    for (uint32_t pair = 0; pair < out->pairs; ++pair) {
        out->score[pair] = 1.0 - out->score[pair];
    }
    for (uint64_t i = 0; i < em->cells; ++i) {
        rs_rater *const rater = &out->rater[i / RS_ANSWERS];
        exchange(&rater->p[0][i % RS_ANSWERS], &rater->p[1][i % RS_ANSWERS]);
        exchange(&em->count[i].of[0], &em->count[i].of[1]);
    }
}

static void judge_raters(em_state *em)
{
    for (uint32_t r = 0; r <= em->out->raters; ++r) {
        rs_rater *const rater = &em->out->rater[r];
        const cell *count = &em->count[RS_ANSWERS * (size_t)r];
        const cell *golden = &em->golden[RS_ANSWERS * (size_t)r];
        double asked = 0.0;
        for (size_t answer = 0; answer < RS_ANSWERS; ++answer) {
            asked += golden[answer].of[0] + golden[answer].of[1];
        }
        rater->rests_on = rater->votes + (uint64_t)asked;
        rater->right = count[RS_ANSWER_NO].of[0] + count[RS_ANSWER_YES].of[1];
    }
}

static rs_status iterate(em_state *em, rs_error *error)
{
    rs_aggregate *const out = em->out;
    start(em);
    for (uint32_t i = 0; i < em->options->iterations_max && !out->converged; ++i) {
        estimate(em);
        double log_likelihood = score_pairs(em);
        double objective = 0.0;
        add_known(em, &log_likelihood, &objective);
        RS_TRY(note_iteration(out, log_likelihood, objective, error));
        out->converged = out->change <= em->options->tolerance;
    }
    if (is_swapped(em)) {
        swap_truths(em);
    }
    judge_raters(em);
    return RS_OK;
}

static rs_status allocate(em_state *em, rs_error *error)
{
    em->cells = RS_ANSWERS * ((uint64_t)em->out->raters + 1);
    RS_TRY(RS_NEW(&em->golden, em->cells, "raters", error));
    RS_TRY(RS_NEW(&em->count, em->cells, "raters", error));
    RS_TRY(RS_NEW(&em->log_p, em->cells, "raters", error));
    if (em->options->golden != NULL) {
        RS_TRY(hold_pairs(em, error));
    }
    return em->options->golden_votes != NULL ? count_golden(em, error) : RS_OK;
}

rs_status rs_aggregate_em(const rs_votes *votes, const rs_aggregate_options *options,
                          rs_aggregate *out, rs_error *error)
{
    em_state em = {.votes = votes, .options = options, .out = out};
    rs_status status = RS_OK;
    RS_TRY_DONE(allocate(&em, error));
    RS_TRY_DONE(iterate(&em, error));
done:
    free(em.golden);
    free(em.count);
    free(em.log_p);
    free(em.held);
    return status;
}
