/* score_calibration.c - from the measure of a row to its calibration counters.
 *
 * The definitions are in tally/count_calibration.h; here is how the numbers come about. Sums of
 * exponentials leave out the columns of the labels, so that the little mass beside a confident
 * label keeps its digits; the few label terms are then added in double.
 */
#include "tally/count_calibration.h"

#include <string.h>

#include "base/row_value.h"
#include "engine/exp_sum.h"
#include "engine/log_f64.h"
#include "engine/score_rows.h"
#include "engine/swept_rows.h"

static double label_value(const rs_row_scorer *scorer, const void *row, uint32_t index)
{
    return rs_row_value(scorer->dtype, row, scorer->labels.column[index]);
}

static void swap_u32(uint32_t *a, uint32_t *b)
{
    const uint32_t held = *a;
    *a = *b;
    *b = held;
}

bool rs_measure_labels(rs_row_scorer *scorer, const void *row, rs_row_measure *measure)
{
    rs_row_labels *const labels = &scorer->labels;
    const rs_row_kernel *const kernel = scorer->kernel;
    const uint32_t last = labels->count - 1;
    uint32_t top = 0;
    for (uint32_t i = 1; i <= last; ++i) {
        top = label_value(scorer, row, i) > label_value(scorer, row, top) ? i : top;
    }
    const double reference = label_value(scorer, row, top);
    swap_u32(&labels->column[top], &labels->column[last]);
    bool clean = kernel->measure(row, scorer->width, labels->column[last], reference, measure);
    labels->ahead[last] = measure->ahead;
    if (last > 0) {
        clean = kernel->rank(row, scorer->width, labels->column, last, labels->ahead) || clean;
    }
    swap_u32(&labels->column[top], &labels->column[last]);
    swap_u32(&labels->ahead[top], &labels->ahead[last]);
    return clean;
}

/* A copy of the row that has -inf in the place of its labels. */
static void mask_labels(const rs_row_scorer *scorer, const void *row)
{
    memcpy(scorer->masked, row, (size_t)scorer->width * rs_dtype_bytes(scorer->dtype));
    for (uint32_t i = 0; i < scorer->labels.count; ++i) {
        rs_row_set_smallest(scorer->dtype, scorer->masked, scorer->labels.column[i]);
    }
}

/* Sum of exp(x_j - reference) over the columns that are no label, by a sweep of such a copy. */
static double sum_without_labels(const rs_row_scorer *scorer, const void *row, double reference)
{
    rs_row_measure measure;
    mask_labels(scorer, row);
    (void)scorer->kernel->measure(scorer->masked, scorer->width, RS_NO_LABEL, reference, &measure);
    return measure.rest;
}

/* Mass of some of the labels, and of everything else, relative to exp(reference). */
typedef struct masses {
    double log_mass; /* -inf when there is none */
    double other;
} masses;

/* The masses of labels [begin, end) of the row's list. Labels far below the reference are summed
 * relative to the largest of them. */
static masses split_mass(const rs_row_scorer *scorer, const void *row, uint32_t begin, uint32_t end,
                         double rest, double reference)
{
    masses split = {.log_mass = -HUGE_VAL, .other = rest};
    double top = -HUGE_VAL;
    double sum = 0.0;
    for (uint32_t i = begin; i < end; ++i) {
        top = rs_larger(top, label_value(scorer, row, i));
    }
    for (uint32_t i = 0; i < scorer->labels.count; ++i) {
        const double value = label_value(scorer, row, i);
        if (i < begin || i >= end) {
            split.other += exp(value - reference);
        } else if (top > -HUGE_VAL) {
            sum += exp(value - top);
        }
    }
    if (top > -HUGE_VAL) {
        split.log_mass = top - reference + log(sum);
    }
    return split;
}

/* Labels wherever they are. */
static void from_masses(const rs_row_scorer *scorer, const void *row, double rest, double reference,
                        double largest, rs_calibration_outcome *outcome)
{
    const rs_row_labels *labels = &scorer->labels;
    const uint32_t y = labels->original;
    const masses set = split_mass(scorer, row, 0, labels->set_count, rest, reference);
    const double total = set.other + exp(set.log_mass);
    outcome->confidence = exp(largest - reference) / total;
    outcome->real_nll = rs_nll_of_mass(set.log_mass, set.other);
    outcome->nll = HUGE_VAL;
    if (y != RS_NO_LABEL) {
        const masses original = split_mass(scorer, row, y, y + 1, rest, reference);
        outcome->nll = rs_nll_of_mass(original.log_mass, original.other);
    }
}

/* One label, which is the reference: its mass is 1. The case of most rows. */
static void from_only_label(const rs_row_labels *labels, double rest, double reference,
                            double largest, rs_calibration_outcome *outcome)
{
    const double nll = rs_log1p_f64(rest);
    const double above = rs_larger(largest - reference, 0.0);
    const double top_mass = rs_larger(rs_exp_f64(above), 1.0); /* at least: no branch to guess */
    outcome->confidence = top_mass / (1.0 + rest);
    outcome->nll = labels->original != RS_NO_LABEL ? nll : HUGE_VAL;
    outcome->real_nll = labels->set_count > 0 ? nll : HUGE_VAL;
}

/* Masses of a row's labels relative to exp(reference), which one of them has. */
typedef struct label_masses {
    double set;
    double original;        /* 0 where there is none */
    double beside_original; /* of all others */
    double beside_set;      /* of those that are not of the set */
    double small;           /* of all but the first that has the reference */
    bool far;               /* one of them is below RS_FAR_BELOW, and these are not the masses */
} label_masses;

static label_masses masses_of(const rs_row_scorer *scorer, const void *row, double reference)
{
    const rs_row_labels *const labels = &scorer->labels;
    label_masses sum = {0};
    bool found = false;
    for (uint32_t i = 0; i < labels->count; ++i) {
        const double above = label_value(scorer, row, i) - reference;
        const double term = rs_exp_f64(rs_larger(above, RS_FAR_BELOW));
        const bool first = !found && above == 0.0;
        found = found || first;
        sum.far = sum.far || above < RS_FAR_BELOW;
        sum.small += first ? 0.0 : term;
        sum.set += i < labels->set_count ? term : 0.0;
        sum.beside_set += i < labels->set_count ? 0.0 : term;
        sum.original += i == labels->original ? term : 0.0;
        sum.beside_original += i == labels->original ? 0.0 : term;
    }
    return sum;
}

/* Several labels; `rest` is that of the measure. */
static void from_labels(const rs_row_scorer *scorer, const void *row, double rest, double reference,
                        double largest, rs_calibration_outcome *outcome)
{
    const rs_row_labels *const labels = &scorer->labels;
    const label_masses mass = masses_of(scorer, row, reference);
    double other = rest - mass.small; /* the largest label is not in the sum */
    if (other < RS_SMALL_REST * mass.small) {
        other = sum_without_labels(scorer, row, reference);
    }
    if (mass.far) {
        from_masses(scorer, row, other, reference, largest, outcome);
        return;
    }
    const double top_mass = rs_exp_f64(largest - reference);
    outcome->confidence = top_mass / (other + mass.set + mass.beside_set);
    outcome->nll = labels->original == RS_NO_LABEL
                       ? HUGE_VAL
                       : rs_log1p_f64((other + mass.beside_original) / mass.original);
    outcome->real_nll =
        labels->set_count == 0 ? HUGE_VAL : rs_log1p_f64((other + mass.beside_set) / mass.set);
}

/* Confidence and both NLLs of logits; false when the row has no finite largest value. `measure` is
 * of the largest label, if there is a label. */
static bool from_logits(const rs_row_scorer *scorer, const void *row, const rs_row_measure *measure,
                        rs_calibration_outcome *outcome)
{
    const rs_row_labels *labels = &scorer->labels;
    const double largest = measure->largest;
    double reference = -HUGE_VAL;
    for (uint32_t i = 0; i < labels->count; ++i) {
        reference = rs_larger(reference, label_value(scorer, row, i));
    }
    if (!(fabs(largest) < HUGE_VAL)) {
        return false;
    }
    if (!(largest - reference <= RS_REFERENCE_REACH)) {
        const double rest = sum_without_labels(scorer, row, largest);
        from_masses(scorer, row, rest, largest, largest, outcome);
    } else if (labels->count == 1) {
        from_only_label(labels, measure->rest, reference, largest, outcome);
    } else {
        from_labels(scorer, row, measure->rest, reference, largest, outcome);
    }
    outcome->confidence = outcome->confidence < 1.0 ? outcome->confidence : 1.0;
    return true;
}

/* The largest of probabilities; false, and what is wrong is kept, where they are none. */
static bool find_confidence(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                            double *confidence)
{
    double seen = 0.0;
    rs_row_sums sums;
    *confidence = scorer->largest;
    if (scorer->largest == scorer->largest) {
        return true;
    }
    scorer->sums->add_up(scorer->dtype, row, scorer->width, &sums);
    const int fault =
        rs_distribution_fault(&scorer->limits, sums.least, sums.largest, sums.sum, &seen);
    if (fault != RS_FAULT_NONE) {
        scorer->fault = rs_pack_fault(row_index, fault, seen);
        return false;
    }
    *confidence = sums.largest;
    return true;
}

/* The same where the values are probabilities already; false when they are none. */
static bool from_probabilities(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                               rs_calibration_outcome *outcome)
{
    const rs_row_labels *labels = &scorer->labels;
    double set = 0.0;
    if (!find_confidence(scorer, row, row_index, &outcome->confidence)) {
        return false;
    }
    for (uint32_t i = 0; i < labels->set_count; ++i) {
        set += label_value(scorer, row, i);
    }
    outcome->real_nll = rs_nll_of_probability(set);
    outcome->nll = labels->original == RS_NO_LABEL
                       ? HUGE_VAL
                       : rs_nll_of_probability(label_value(scorer, row, labels->original));
    return true;
}

/* Yes-or-no questions; false when the row has no finite largest value. The labels are taken out of
 * the sum and put back on the side where they belong. */
static bool from_questions(const rs_row_scorer *scorer, const void *row,
                           rs_calibration_outcome *outcome)
{
    const rs_row_labels *labels = &scorer->labels;
    rs_row_sums sums;
    mask_labels(scorer, row);
    scorer->sums->softplus(scorer->dtype, scorer->masked, scorer->width, &sums);
    outcome->nll = outcome->real_nll = sums.sum;
    for (uint32_t i = 0; i < labels->count; ++i) {
        const double x = label_value(scorer, row, i);
        sums.largest = rs_larger(sums.largest, x);
        outcome->nll += rs_softplus(i == labels->original ? -x : x);
        outcome->real_nll += rs_softplus(i < labels->set_count ? -x : x);
    }
    if (!(fabs(sums.largest) < HUGE_VAL)) {
        return false;
    }
    outcome->confidence = rs_sigmoid(sums.largest);
    outcome->nll = labels->original != RS_NO_LABEL ? outcome->nll : HUGE_VAL;
    outcome->real_nll = labels->set_missing == 0 ? outcome->real_nll : HUGE_VAL;
    return true;
}

static bool find_outcome(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                         rs_row_measure *measure, rs_calibration_outcome *outcome)
{
    switch (scorer->pass->values) {
    case RS_VALUES_PROBS:
        return from_probabilities(scorer, row, row_index, outcome);
    case RS_VALUES_SIGMOID:
        return from_questions(scorer, row, outcome);
    default:
        if (scorer->labels.count == 0) { /* nothing was measured: a first sweep for the largest */
            (void)scorer->kernel->measure(row, scorer->width, RS_NO_LABEL, 0.0, measure);
        }
        return from_logits(scorer, row, measure, outcome);
    }
}

void rs_score_calibration(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                          rs_row_measure *measure, bool nonempty, bool known)
{
    const rs_row_labels *labels = &scorer->labels;
    rs_calibration_outcome outcome = {.known = known, .nonempty = nonempty};
    if (!find_outcome(scorer, row, row_index, measure, &outcome)) {
        return;
    }
    outcome.correct = labels->original != RS_NO_LABEL && labels->ahead[labels->original] == 0;
    for (uint32_t i = 0; i < labels->set_count; ++i) {
        outcome.real_correct = outcome.real_correct || labels->ahead[i] == 0;
    }
    rs_count_calibration(scorer->counters, &scorer->layout, &outcome);
    if (scorer->pass->scored != NULL) {
        scorer->pass->scored->measure[row_index] =
            (rs_row_measured){outcome.confidence, outcome.nll, outcome.real_nll};
    }
}
