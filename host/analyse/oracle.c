/* oracle.c - the oracle of section 5 of the article, exactly: no sampling.
 *
 * For a row with y in R the oracle is right with probability 1/|R|. How many rows of a class have
 * which |R| is in the tally; everything here follows from these few numbers and from the model's
 * count of right answers over the same rows.
 */
#include "analyse/oracle.h"

#include <math.h>
#include <stdlib.h>

#include "analyse/expectation.h"
#include "analyse/multiple_tests.h"
#include "analyse/poisson_binomial.h"
#include "base/checked.h"
#include "base/error.h"
#include "tally/set_counts.h"
#include "tally/tally_impl.h"

#define FAMILY_WISE_LEVEL 0.05

/* The sums over the considered classes, in the order of the classes. */
typedef struct comparison {
    const rs_tally *tally;
    const rs_metrics_options *options;
    rs_set_count *sets; /* room for the sets of one class */
    rs_tested *test;      /* room for a test per class */
    uint32_t considered;
    uint32_t above;
    double expected_above;
    double gap_sum;
} comparison;

/* Set sizes over all classes, sorted; *sets is for the caller to free. */
static rs_status sets_of_all_classes(const rs_tally *tally, rs_set_count **sets, size_t *count,
                                     rs_error *error)
{
    rs_set_count *all = NULL;
    RS_TRY(RS_NEW(&all, rs_tally_set_counts_max(tally), "set sizes", error));
    for (uint32_t s = 0; s < RS_SMALL_SET_SIZE; ++s) {
        all[s].size = s + 1;
        for (uint32_t c = 0; c < tally->shape.classes; ++c) {
            all[s].rows += tally->labels[c].by_size[s];
        }
    }
    for (size_t i = 0; i < tally->large_set_count; ++i) {
        all[RS_SMALL_SET_SIZE + i].size = tally->large_sets[i].size;
        all[RS_SMALL_SET_SIZE + i].rows = tally->large_sets[i].rows;
    }
    const rs_status status =
        rs_set_counts_join(NULL, 0, all, rs_tally_set_counts_max(tally), sets, count, error);
    free(all);
    return status;
}

/* The oracle over all rows of known classes. */
static rs_status overall(const comparison *over, rs_oracle *oracle,
                         const rs_class_metrics *per_class, rs_error *error)
{
    for (uint32_t c = 0; c < over->tally->shape.classes; ++c) {
        oracle->rows += per_class[c].oracle_rows;
        oracle->model_correct += per_class[c].oracle_correct;
    }
    if (oracle->rows == 0) {
        oracle->reason = over->options->oracle_rows == RS_ORACLE_ROWS_IN_SET
                             ? "no row has its original label in its label set"
                             : "no row has both an original label and a label set";
        oracle->mean_gap_reason = oracle->reason;
        return RS_OK;
    }
    rs_set_count *sets = NULL;
    size_t count = 0;
    RS_TRY(sets_of_all_classes(over->tally, &sets, &count, error));
    const rs_expectation expectation = rs_expect(sets, count);
    free(sets);
    oracle->expected = rs_expectation_mean(&expectation, oracle->rows);
    oracle->stddev = sqrt(expectation.variance) / (double)oracle->rows;
    oracle->model = (double)oracle->model_correct / (double)oracle->rows;
    return RS_OK;
}

static void compare_class(comparison *over, uint32_t class_index, rs_class_metrics *class_metrics)
{
    const rs_metrics_options *const options = over->options;
    const size_t count = rs_tally_set_counts(over->tally, class_index, over->sets);
    const rs_expectation expectation = rs_expect(over->sets, count);
    const uint64_t rows = class_metrics->oracle_rows;
    const uint64_t correct = class_metrics->oracle_correct;
    const bool excluded = options->oracle_excluded != NULL && options->oracle_excluded[class_index];

    class_metrics->oracle_accuracy = rs_expectation_mean(&expectation, rows);
    class_metrics->oracle_p = rs_oracle_tail(over->sets, count, correct);
    class_metrics->considered = class_metrics->oracle_accuracy < options->oracle_cut && !excluded;
    if (!class_metrics->considered) {
        return;
    }
    /* Both sides are whole numbers of rows: a count is above the expectation when it is above the
     * largest whole number in it. */
    class_metrics->above = correct > expectation.whole;
    over->above += class_metrics->above;
    over->expected_above += rs_oracle_tail(over->sets, count, expectation.whole + 1);
    over->gap_sum += (double)correct / (double)rows - class_metrics->oracle_accuracy;
    over->test[over->considered++] =
        (rs_tested){.p = class_metrics->oracle_p, .index = class_index, .significant = false};
}

/* Which rows of a class the comparison is over, and what the model got right there. */
static void choose_rows(const comparison *over, uint32_t class_index,
                        rs_class_metrics *class_metrics)
{
    const rs_tally *const tally = over->tally;
    const rs_label_counts *const labels = &tally->labels[class_index];
    const uint64_t *const counter =
        tally->counters + rs_tally_class_index(&tally->layout, (int32_t)class_index);
    const bool in_set = over->options->oracle_rows == RS_ORACLE_ROWS_IN_SET;
    class_metrics->oracle_rows = in_set ? labels->in_set : labels->nonempty;
    class_metrics->oracle_correct =
        counter[in_set ? RS_CLASS_ORACLE_CORRECT : RS_CLASS_NONEMPTY_CORRECT];
    class_metrics->oracle_p = 1.0;
}

static void summarise(const comparison *over, rs_oracle *oracle, rs_class_metrics *per_class)
{
    oracle->classes_below_cut = over->considered;
    oracle->classes_model_above = over->above;
    oracle->classes_expected_above = over->expected_above;
    oracle->classes_significant = rs_holm(over->test, over->considered, FAMILY_WISE_LEVEL);
    for (uint32_t i = 0; i < over->considered; ++i) {
        per_class[over->test[i].index].significant = over->test[i].significant;
    }
    if (over->considered > 0) {
        oracle->mean_gap = over->gap_sum / over->considered;
    } else if (oracle->mean_gap_reason == NULL) {
        oracle->mean_gap_reason = "the oracle of no class is below the cut";
    }
}

rs_status rs_oracle_compute(const rs_tally *tally, const rs_metrics_options *options,
                            rs_oracle *oracle, rs_class_metrics *per_class, rs_error *error)
{
    rs_status status = RS_OK;
    rs_set_count *sets = NULL;
    rs_tested *test = NULL;
    *oracle = (rs_oracle){0};
    RS_TRY_DONE(RS_NEW(&sets, rs_tally_set_counts_max(tally), "set sizes", error));
    RS_TRY_DONE(RS_NEW(&test, tally->shape.classes, "tests of classes", error));
    comparison over = {.tally = tally, .options = options, .sets = sets, .test = test};
    for (uint32_t c = 0; c < tally->shape.classes; ++c) {
        choose_rows(&over, c, &per_class[c]);
        if (per_class[c].oracle_rows > 0) {
            compare_class(&over, c, &per_class[c]);
        }
    }
    RS_TRY_DONE(overall(&over, oracle, per_class, error));
    summarise(&over, oracle, per_class);
done:
    free(sets);
    free(test);
    return status;
}

void rs_oracle_exclude_default(const rs_labels *labels, bool *excluded)
{
    enum { ILSVRC_ANIMALS = 398 }; /* classes 0 to 397 are the hyponyms of "animal" */
    const uint32_t classes = rs_labels_get_view(labels)->classes;
    for (uint32_t c = 0; rs_labels_are_ilsvrc(labels) && c < ILSVRC_ANIMALS && c < classes; ++c) {
        excluded[c] = true;
    }
}
