/* metrics.c - from the counters of a tally to every number that is printed.
 *
 * Nothing here depends on how the tally came about: sums run over classes in their order, so equal
 * tallies give identical bits. Definitions: docs/METRICS.md.
 */
#include "reassess/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/calibration_error.h"
#include "analyse/choice.h"
#include "analyse/error_bar.h"
#include "analyse/oracle.h"
#include "analyse/proportion.h"
#include "base/checked.h"
#include "base/error.h"
#include "tally/tally_impl.h"

static const char no_original[] = "no row has an original label";
static const char no_sets[] = "no row has a label set";
static const char too_deep[] = "the ranked predictions do not reach this rank";

static const char no_original_and_set[] = "no row has both an original label and a label set";

/* What is right out of what, and what must hold for it to have a value. */
typedef struct counted {
    uint64_t correct;
    uint64_t total;
    const char *no_rows; /* the reason when total is 0 */
    uint32_t rank;       /* must be known down to here */
} counted;

/* A tally that is being turned into metrics. */
typedef struct computation {
    const rs_tally *tally;
    rs_metrics *metrics;
    rs_error *error;
} computation;

/* The counters of an original class; class_index == classes: of the unknown ones. */
static const uint64_t *class_counters(const rs_tally *tally, uint32_t class_index)
{
    return tally->counters + RS_COUNT_SCALARS + (size_t)class_index * tally->layout.class_stride;
}

static uint64_t imagenet_correct(const rs_tally *tally, uint32_t class_index, uint32_t k_index)
{
    return class_counters(tally, class_index)[RS_CLASS_FIXED + k_index];
}

static uint64_t real_correct(const rs_tally *tally, uint32_t class_index, uint32_t k_index)
{
    return class_counters(tally, class_index)[RS_CLASS_FIXED + tally->layout.topk_count + k_index];
}

static rs_status check_count(uint64_t correct, uint64_t total, const char *what, rs_error *error)
{
    if (correct > total) {
        return rs_fail(
            error, RS_MISMATCH, NULL, rs_nowhere(),
            "the tally is damaged, or labels and model were not counted over the same rows",
            "%s: %" PRIu64 " right of %" PRIu64 " rows", what, correct, total);
    }
    return RS_OK;
}

/* Why a metric has no value, or NULL. A model with no more classes than known ranks has no unknown
 * ones. */
static const char *reason_for(const rs_tally_shape *shape, uint64_t total, const char *no_rows,
                              uint32_t rank)
{
    if (total == 0) {
        return no_rows;
    }
    return rank <= shape->depth || shape->classes <= shape->depth ? NULL : too_deep;
}

/* The next metric: `stem`, followed by `k` unless that is 0. */
static rs_metric *new_metric(rs_metrics *metrics, const char *stem, uint32_t k)
{
    rs_metric *const metric = &metrics->metric[metrics->metric_count++];
    if (k == 0) {
        (void)snprintf(metric->name, sizeof metric->name, "%s", stem);
    } else {
        (void)snprintf(metric->name, sizeof metric->name, "%s%" PRIu32, stem, k);
    }
    return metric;
}

static rs_status add_proportion(const computation *work, const char *stem, uint32_t k, counted what)
{
    rs_metric *const metric = new_metric(work->metrics, stem, k);
    RS_TRY(check_count(what.correct, what.total, metric->name, work->error));
    metric->reason = reason_for(&work->tally->shape, what.total, what.no_rows, what.rank);
    if (metric->reason != NULL) {
        return RS_OK;
    }
    const rs_proportion share = rs_proportion_of(what.correct, what.total);
    metric->value = share.value;
    metric->correct = what.correct;
    metric->total = what.total;
    metric->stderr_value = share.stderr_value;
    metric->ci95_low = share.low;
    metric->ci95_high = share.high;
    return RS_OK;
}

static rs_status add_topk(const computation *work)
{
    const rs_tally *const tally = work->tally;
    const rs_tally_shape *const shape = &tally->shape;
    for (int real = 0; real < 2; ++real) {
        for (uint32_t k = 0; k < shape->topk_count; ++k) {
            counted what = {.no_rows = real ? no_sets : no_original, .rank = shape->topk[k]};
            /* rows with an unknown original label have a label set all the same */
            for (uint32_t c = 0; c < shape->classes + (real ? 1 : 0); ++c) {
                what.correct += real ? real_correct(tally, c, k) : imagenet_correct(tally, c, k);
                what.total += real ? tally->labels[c].nonempty : tally->labels[c].images;
            }
            RS_TRY(add_proportion(work, real ? "real_top" : "imagenet_top", shape->topk[k], what));
        }
    }
    return RS_OK;
}

/* The second and third prediction (article, Figure 5). */
static rs_status add_further(const computation *work)
{
    static const char no_pairs[] = "no row has two labels or more";
    static const char no_triples[] = "no row has three labels or more";
    static const char no_first[] = "the first prediction is right in none of these rows";
    static const char no_second[] = "the first two predictions are right in none of these rows";
    const uint64_t *const counter = work->tally->counters;
    const uint64_t pairs = work->tally->rows_with_2;
    const uint64_t triples = work->tally->rows_with_3;
    const struct {
        const char *name;
        counted what;
    } further[] = {
        {"real_second", {counter[RS_COUNT_2_SECOND], pairs, no_pairs, 2}},
        {"real_second_given_first",
         {counter[RS_COUNT_2_FIRST_SECOND], counter[RS_COUNT_2_FIRST],
          pairs == 0 ? no_pairs : no_first, 2}},
        {"real_third", {counter[RS_COUNT_3_THIRD], triples, no_triples, 3}},
        {"real_third_given_first",
         {counter[RS_COUNT_3_FIRST_THIRD], counter[RS_COUNT_3_FIRST],
          triples == 0 ? no_triples : no_first, 3}},
        {"real_third_given_first_second",
         {counter[RS_COUNT_3_FIRST_SECOND_THIRD], counter[RS_COUNT_3_FIRST_SECOND],
          triples == 0 ? no_triples : no_second, 3}},
    };
    RS_TRY(check_count(counter[RS_COUNT_2_FIRST], pairs, "rows with two labels", work->error));
    RS_TRY(check_count(counter[RS_COUNT_3_FIRST], triples, "rows with three labels", work->error));
    for (size_t i = 0; i < sizeof further / sizeof further[0]; ++i) {
        RS_TRY(add_proportion(work, further[i].name, 0, further[i].what));
    }
    return RS_OK;
}

/* Where every class is right throughout, or wrong, nothing scatters: the interval is then Wilson's,
 * of as many rows as would scatter like the mean if all classes had one chance. */
static void set_macro_error(rs_metric *metric, double stderr_value, double rows)
{
    const double reach = RS_NORMAL_95 * stderr_value;
    const rs_interval score = rs_score_interval(metric->value, rows, RS_NORMAL_95);
    const bool scatters = stderr_value > 0.0;
    metric->stderr_value = stderr_value;
    metric->ci95_low = scatters ? fmax(metric->value - reach, 0.0) : score.low;
    metric->ci95_high = scatters ? fmin(metric->value + reach, 1.0) : score.high;
}

/* The unweighted mean over original classes, for the topk[k_index] of either kind of label. */
static rs_status add_macro(const computation *work, bool real, uint32_t k_index)
{
    const rs_tally *const tally = work->tally;
    const uint32_t k = tally->shape.topk[k_index];
    rs_metric *const metric =
        new_metric(work->metrics, real ? "real_macro_top" : "imagenet_macro_top", k);
    uint64_t supported = 0;
    bool one_row = false;
    double sum = 0.0;
    double variance_sum = 0.0;
    double inverse_sum = 0.0;
    for (uint32_t c = 0; c < tally->shape.classes; ++c) {
        const uint64_t total = real ? tally->labels[c].nonempty : tally->labels[c].images;
        const uint64_t correct =
            real ? real_correct(tally, c, k_index) : imagenet_correct(tally, c, k_index);
        RS_TRY(check_count(correct, total, metric->name, work->error));
        if (total > 0) {
            const double share = (double)correct / (double)total;
            supported += 1;
            sum += share;
            one_row = one_row || total == 1;
            /* p (1 - p) / n is too small by (n - 1) / n on average */
            variance_sum += total > 1 ? share * (1.0 - share) / (double)(total - 1) : 0.0;
            inverse_sum += 1.0 / (double)total;
        }
    }
    metric->macro = true;
    metric->reason =
        reason_for(&tally->shape, supported, real ? no_original_and_set : no_original, k);
    if (metric->reason != NULL) {
        return RS_OK;
    }
    metric->total = supported;
    metric->value = sum / (double)supported;
    if (one_row) {
        metric->error_reason = "a class has one row";
        return RS_OK;
    }
    set_macro_error(metric, sqrt(variance_sum) / (double)supported,
                    (double)supported * (double)supported / inverse_sum);
    return RS_OK;
}

static rs_status add_macros(const computation *work)
{
    for (int real = 0; real < 2; ++real) {
        for (uint32_t k = 0; k < work->tally->shape.topk_count; ++k) {
            RS_TRY(add_macro(work, real != 0, k));
        }
    }
    return RS_OK;
}

/* Every row with an original label and a set either agrees or is one of four disagreements. */
static rs_status disagree(const computation *work)
{
    const rs_tally *const tally = work->tally;
    const uint64_t *const counter = tally->counters;
    uint64_t rows = 0;
    uint64_t agreeing = 0;
    for (uint32_t c = 0; c < tally->shape.classes; ++c) {
        rows += tally->labels[c].nonempty;
        agreeing += class_counters(tally, c)[RS_CLASS_NONEMPTY_CORRECT];
    }
    rs_disagreements made = {
        .prediction_only = counter[RS_COUNT_DIFFER_PREDICTION],
        .label_only = counter[RS_COUNT_DIFFER_LABEL],
        .both = counter[RS_COUNT_DIFFER_BOTH],
        .neither = counter[RS_COUNT_DIFFER_NEITHER],
    };
    made.total = made.prediction_only + made.label_only + made.both + made.neither;
    if (agreeing + made.total != rows) {
        return rs_fail(
            work->error, RS_MISMATCH, NULL, rs_nowhere(),
            "the tally is damaged, or labels and model were not counted over the same rows",
            "%" PRIu64 " rows agree and %" PRIu64
            " disagree with their original label, of %" PRIu64,
            agreeing, made.total, rows);
    }
    const uint64_t decided = made.prediction_only + made.label_only;
    if (rows == 0) {
        made.reason = no_original_and_set;
        made.preference_reason = no_original_and_set;
        made.preference_error = rs_no_error_bar(no_original_and_set);
    } else if (decided == 0) {
        made.preference_reason = "no disagreement that the label sets decide";
        made.preference_error = rs_no_error_bar(made.preference_reason);
    } else {
        made.preference = (double)made.prediction_only / (double)decided;
        made.preference_error = rs_share_error_bar(made.prediction_only, decided);
    }
    work->metrics->disagreements = made;
    return RS_OK;
}

static rs_status describe_classes(const computation *work)
{
    const rs_tally *const tally = work->tally;
    for (uint32_t c = 0; c < tally->shape.classes; ++c) {
        const rs_label_counts *const labels = &tally->labels[c];
        const uint64_t *const counter = class_counters(tally, c);
        RS_TRY(check_count(counter[RS_CLASS_ORACLE_CORRECT], labels->in_set,
                           "rows whose label is in their set", work->error));
        RS_TRY(check_count(counter[RS_CLASS_NONEMPTY_CORRECT], labels->nonempty,
                           "rows with a label set", work->error));
        rs_class_metrics *const made = &work->metrics->per_class[c];
        made->images = labels->images;
        made->imagenet_correct = imagenet_correct(tally, c, 0);
        made->real_total = labels->nonempty;
        made->real_correct = real_correct(tally, c, 0);
    }
    return RS_OK;
}

static rs_status compute(const computation *work, const rs_metrics_options *options)
{
    rs_metrics *const metrics = work->metrics;
    const rs_tally *const tally = work->tally;
    RS_TRY(RS_NEW(&metrics->per_class, tally->shape.classes, "metrics of classes", work->error));
    metrics->classes = tally->shape.classes;
    RS_TRY(add_topk(work));
    RS_TRY(add_further(work));
    RS_TRY(add_macros(work));
    RS_TRY(disagree(work));
    RS_TRY(describe_classes(work));
    RS_TRY(rs_oracle_compute(tally, options, &metrics->oracle, metrics->per_class, work->error));
    RS_TRY(rs_oracle_errors(tally, metrics->per_class, &metrics->oracle, work->error));
    RS_TRY(rs_choice_compute(tally, &metrics->choice, metrics->per_class, work->error));
    metrics->calibration = rs_calibration_compute(tally);
    if (metrics->calibration.measured) {
        rs_calibration_errors(tally, &metrics->calibration);
    }
    metrics->rows = rs_tally_rows(tally);
    metrics->nan_rows = tally->counters[RS_COUNT_NAN_ROWS];
    /* a list that is as deep as there are classes has none of these: 0 is right there, too */
    metrics->has_row_health =
        tally->shape.depth >= tally->shape.classes && tally->form_2_rows == 0;
    metrics->has_inf_rows = metrics->has_row_health || tally->shape.row_flags;
    metrics->inf_rows = tally->counters[RS_COUNT_INF_ROWS];
    metrics->constant_rows = tally->counters[RS_COUNT_CONSTANT_ROWS];
    metrics->looked_rows = tally->counters[RS_COUNT_LOOKED_ROWS];
    metrics->looked_tied_rows = tally->counters[RS_COUNT_LOOKED_TIED_ROWS];
    metrics->has_row_flags = tally->shape.row_flags;
    metrics->tied_rows = tally->counters[RS_COUNT_TIED_ROWS];
    return RS_OK;
}

rs_status rs_metrics_compute(const rs_tally *tally, const rs_metrics_options *options,
                             rs_metrics *metrics, rs_error *error)
{
    RS_NEED(metrics, error);
    static const rs_metrics_options article = {.oracle_rows = RS_ORACLE_ROWS_IN_SET,
                                               .oracle_cut = 0.9};
    memset(metrics, 0, sizeof *metrics);
    RS_NEED(tally, error);
    if (options == NULL) {
        options = &article;
    }
    RS_TRY(rs_one_of(options->oracle_rows, RS_ORACLE_ROWS_NONEMPTY, "oracle_rows", error));
    RS_REFUSE(!(options->oracle_cut >= 0.0), error, "give a fraction such as 0.9",
              "the cut of the oracle is not a number from 0 on");
    const computation work = {.tally = tally, .metrics = metrics, .error = error};
    const rs_status status = compute(&work, options);
    if (status != RS_OK) {
        rs_metrics_clear(metrics);
    }
    return status;
}

void rs_metrics_clear(rs_metrics *metrics)
{
    if (metrics == NULL) {
        return;
    }
    free(metrics->per_class);
    memset(metrics, 0, sizeof *metrics);
}

const rs_metric *rs_metrics_find(const rs_metrics *metrics, const char *name)
{
    if (metrics == NULL || name == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < metrics->metric_count; ++i) {
        if (strcmp(metrics->metric[i].name, name) == 0) {
            return &metrics->metric[i];
        }
    }
    return NULL;
}
