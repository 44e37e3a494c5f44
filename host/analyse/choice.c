/* choice.c - the question behind the oracle, asked so that mistakes do not hide the answer.
 *
 * Only rows count where the model has said one of several valid labels. Who draws among these at
 * random says the original one with probability 1/|R|, so that the rows of each set size, which are
 * in the tally, give the distribution exactly, as they do for the oracle.
 */
#include "analyse/choice.h"

#include <math.h>
#include <stdlib.h>

#include "analyse/expectation.h"
#include "analyse/multiple_tests.h"
#include "analyse/poisson_binomial.h"
#include "analyse/proportion.h"
#include "base/checked.h"
#include "base/error.h"
#include "tally/set_counts.h"
#include "tally/tally_impl.h"

#define FAMILY_WISE_LEVEL 0.05

/* What is worked with; freed by rs_choice_compute. */
typedef struct work {
    const rs_tally *tally;
    rs_label_choice *choice;
    rs_set_count *sets; /* room for the sets of one class */
    rs_set_count *all;  /* rows of each size over all classes: first RS_CHOICE_LARGE sizes, ... */
    size_t all_count;   /* ... then larger ones as they come */
    rs_tested *test;      /* [choice->classes] so far */
} work;

static uint64_t rows_of(const rs_set_count *sets, size_t count)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < count; ++i) {
        rows += sets[i].rows;
    }
    return rows;
}

static void add_to_all(work *over, const rs_set_count *sets, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (sets[i].size <= RS_CHOICE_LARGE) {
            over->all[sets[i].size - 1].rows += sets[i].rows;
        } else {
            over->all[over->all_count++] = (rs_set_count){0, sets[i].size, sets[i].rows};
        }
    }
}

static void count_class(work *over, uint32_t class_index, rs_class_metrics *class_metrics)
{
    rs_label_choice *const choice = over->choice;
    const uint64_t correct = over->tally->counters[rs_tally_choice_index(&over->tally->layout,
                                                                         class_index) +
                                                   RS_CHOICE_ORIGINAL];
    const size_t count = rs_tally_choice_counts(over->tally, class_index, over->sets);
    class_metrics->choice_rows = rows_of(over->sets, count);
    class_metrics->choice_original = correct;
    class_metrics->choice_p = 1.0;
    if (class_metrics->choice_rows == 0) {
        return;
    }
    const rs_expectation chance = rs_expect(over->sets, count);
    class_metrics->choice_expected = rs_expectation_mean(&chance, class_metrics->choice_rows);
    class_metrics->choice_p = rs_oracle_tail(over->sets, count, correct);
    choice->rows += class_metrics->choice_rows;
    choice->original.correct += correct;
    add_to_all(over, over->sets, count);
    if (!class_metrics->considered) {
        return;
    }
    class_metrics->choice_above = correct > chance.whole;
    choice->classes_above += class_metrics->choice_above;
    choice->classes_expected_above += rs_oracle_tail(over->sets, count, chance.whole + 1);
    over->test[choice->classes++] =
        (rs_tested){.p = class_metrics->choice_p, .index = class_index, .significant = false};
}

/* Over all classes, considered or not. */
static rs_status count_all(const work *over, rs_error *error)
{
    rs_label_choice *const choice = over->choice;
    rs_metric *const original = &choice->original;
    const uint64_t correct = original->correct;
    rs_set_count *sets = NULL;
    size_t count = 0;
    if (correct > choice->rows) {
        return rs_fail(
            error, RS_MISMATCH, NULL, rs_nowhere(),
            "the tally is damaged, or labels and model were not counted over the same rows",
            "more choices of the original label than choices");
    }
    RS_TRY(rs_set_counts_join(NULL, 0, over->all, over->all_count, &sets, &count, error));
    const rs_expectation chance = rs_expect(sets, count);
    choice->p = rs_oracle_tail(sets, count, correct);
    free(sets);

    const rs_proportion share = rs_proportion_of(correct, choice->rows);
    original->value = share.value;
    original->total = choice->rows;
    original->stderr_value = share.stderr_value;
    original->ci95_low = share.low;
    original->ci95_high = share.high;
    choice->expected = rs_expectation_mean(&chance, choice->rows);
    choice->stddev = sqrt(chance.variance) / (double)choice->rows;
    choice->z = (original->value - choice->expected) / choice->stddev;
    return RS_OK;
}

static rs_status count(work *over, rs_class_metrics *per_class, rs_error *error)
{
    rs_label_choice *const choice = over->choice;
    for (uint32_t s = 0; s < RS_CHOICE_LARGE; ++s) {
        over->all[s].size = s + 1;
    }
    over->all_count = RS_CHOICE_LARGE;
    for (uint32_t c = 0; c < over->tally->shape.classes; ++c) {
        count_class(over, c, &per_class[c]);
    }
    if (choice->rows == 0) {
        choice->reason = "no first prediction is one of several valid labels, the original one "
                         "among them";
        return RS_OK;
    }
    choice->classes_significant = rs_holm(over->test, choice->classes, FAMILY_WISE_LEVEL);
    for (uint32_t i = 0; i < choice->classes; ++i) {
        per_class[over->test[i].index].choice_significant = over->test[i].significant;
    }
    return count_all(over, error);
}

rs_status rs_choice_compute(const rs_tally *tally, rs_label_choice *choice,
                            rs_class_metrics *per_class, rs_error *error)
{
    const uint64_t room = rs_tally_choice_counts_max(tally);
    work over = {.tally = tally, .choice = choice};
    rs_status status = RS_OK;
    *choice = (rs_label_choice){.measured = true, .original = {.name = "original"}};
    if (tally->form_1_rows > 0) {
        choice->reason = "rows of the tally were counted by a version that did not look for it";
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW(&over.sets, room, "set sizes", error));
    RS_TRY_DONE(RS_NEW(&over.all, room, "set sizes", error));
    RS_TRY_DONE(RS_NEW(&over.test, tally->shape.classes, "tests of classes", error));
    status = count(&over, per_class, error);
done:
    free(over.sets);
    free(over.all);
    free(over.test);
    return status;
}
