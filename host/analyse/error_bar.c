/* error_bar.c - see error_bar.h. */
#include "analyse/error_bar.h"

#include <math.h>
#include <stdlib.h>

#include "analyse/proportion.h"
#include "base/checked.h"
#include "base/error.h"

static const char one_row[] = "one row has no scatter";
static const char class_of_one_row[] = "a class has one row";
static const char no_rows[] = "there are no rows";
static const char biased[] =
    "the scatter of bins that are nearly right lifts it, so an interval around it would be wrong";
static const char no_scatter[] = "all rows are alike, so nothing tells how they scatter";
static const char of_before[] = "some of it was counted before errors were";

rs_error_bar rs_no_error_bar(const char *reason)
{
    return (rs_error_bar){.reason = reason};
}

rs_error_bar rs_normal_error_bar(double value, double stderr_value, double low, double high)
{
    return (rs_error_bar){
        .has_stderr = true,
        .stderr_value = stderr_value,
        .ci95_low = fmax(value - RS_NORMAL_95 * stderr_value, low),
        .ci95_high = fmin(value + RS_NORMAL_95 * stderr_value, high),
    };
}

rs_error_bar rs_share_error_bar(uint64_t correct, uint64_t total)
{
    const rs_proportion share = rs_proportion_of(correct, total);
    return (rs_error_bar){.has_stderr = true,
                          .stderr_value = share.stderr_value,
                          .ci95_low = share.low,
                          .ci95_high = share.high};
}

/* Sum of squares around the mean; what rounding alone can leave of it is 0. */
static double scatter(double sum, double squares, double n)
{
    const double found = squares - sum * sum / n;
    return found > 1e-14 * (fabs(squares) + sum * sum / n) ? found : 0.0;
}

rs_error_bar rs_mean_error_bar(double sum, double squares, uint64_t n, double low, double high)
{
    const double rows = (double)n;
    const double found = scatter(sum, squares, rows);
    if (n < 2) {
        return rs_no_error_bar(one_row);
    }
    if (found == 0.0) {
        return rs_no_error_bar(no_scatter);
    }
    return rs_normal_error_bar(sum / rows, sqrt(found / (rows - 1.0) / rows), low, high);
}

/* Of a share minus what is known, where no row scatters: Wilson's interval of the share, of as many
 * independent rows. */
static rs_error_bar shifted_share(double share, double rows, double known)
{
    const rs_interval ends = rs_score_interval(share, rows, RS_NORMAL_95);
    return (rs_error_bar){.has_stderr = true,
                          .ci95_low = ends.low - known,
                          .ci95_high = ends.high - known};
}

/* ---- model minus oracle ---- */

/* Over some rows, d being 1 or 0 for right or wrong, minus the oracle's chance. */
typedef struct gap_sums {
    double rows;
    double sum;     /* of d */
    double squares; /* of d */
} gap_sums;

/* Right answers count 1 - 2p + p^2, wrong ones p^2. */
static gap_sums gap_of_class(const rs_tally *tally, const rs_class_metrics *class_metrics,
                             uint32_t class_index, rs_set_count *sets)
{
    const uint64_t *const counter =
        tally->counters + rs_tally_class_index(&tally->layout, (int32_t)class_index);
    const size_t count = rs_tally_set_counts(tally, class_index, sets);
    const double correct = (double)class_metrics->oracle_correct;
    const double share = (double)counter[RS_CLASS_ORACLE_SHARE] / (double)rs_oracle_share(1);
    gap_sums gap = {.rows = (double)class_metrics->oracle_rows, .sum = correct};
    gap.squares = correct - 2.0 * share;
    for (size_t i = 0; i < count; ++i) {
        const double p = 1.0 / sets[i].size;
        gap.sum -= p * (double)sets[i].rows;
        gap.squares += p * p * (double)sets[i].rows;
    }
    return gap;
}

/* Sums over the classes, in their order. */
typedef struct gap_errors {
    gap_sums all;
    double mean_sum;      /* of the gaps of the considered classes */
    double mean_variance; /* of their sum */
    double mean_right;    /* sum of the model's shares in them */
    double mean_inverse;  /* sum of 1 / rows of them */
    uint32_t considered;
    bool one_row;
} gap_errors;

static void add_class(gap_errors *over, const rs_class_metrics *class_metrics, gap_sums gap)
{
    over->all.rows += gap.rows;
    over->all.sum += gap.sum;
    over->all.squares += gap.squares;
    if (!class_metrics->considered) {
        return;
    }
    over->considered += 1;
    over->mean_sum += gap.sum / gap.rows;
    over->mean_right += (double)class_metrics->oracle_correct / gap.rows;
    over->mean_inverse += 1.0 / gap.rows;
    if (gap.rows < 2.0) {
        over->one_row = true;
    } else {
        over->mean_variance +=
            scatter(gap.sum, gap.squares, gap.rows) / (gap.rows - 1.0) / gap.rows;
    }
}

static rs_error_bar gap_bar(const gap_errors *over, const rs_oracle *oracle)
{
    const gap_sums *const all = &over->all;
    if (all->rows >= 2.0 && scatter(all->sum, all->squares, all->rows) == 0.0) {
        return shifted_share(oracle->model, all->rows, oracle->expected);
    }
    return rs_mean_error_bar(all->sum, all->squares, (uint64_t)all->rows, -1.0, 1.0);
}

static rs_error_bar mean_gap_bar(const gap_errors *over, const rs_oracle *oracle)
{
    const double classes = (double)over->considered;
    if (oracle->mean_gap_reason != NULL) {
        return rs_no_error_bar(oracle->mean_gap_reason);
    }
    if (over->one_row) {
        return rs_no_error_bar(class_of_one_row);
    }
    if (over->mean_variance == 0.0) {
        const double right = over->mean_right / classes;
        return shifted_share(right, classes * classes / over->mean_inverse,
                             right - oracle->mean_gap);
    }
    return rs_normal_error_bar(oracle->mean_gap, sqrt(over->mean_variance) / classes, -1.0, 1.0);
}

rs_status rs_oracle_errors(const rs_tally *tally, const rs_class_metrics *per_class,
                           rs_oracle *oracle, rs_error *error)
{
    const char *const reason = oracle->reason != NULL     ? oracle->reason
                               : tally->form_1_rows > 0 ? of_before
                                                          : NULL;
    rs_set_count *sets = NULL;
    gap_errors over = {.considered = 0};
    if (reason != NULL) {
        oracle->gap_error = oracle->mean_gap_error = rs_no_error_bar(reason);
        return RS_OK;
    }
    RS_TRY(RS_NEW(&sets, rs_tally_set_counts_max(tally), "set sizes", error));
    for (uint32_t c = 0; c < tally->shape.classes; ++c) {
        if (per_class[c].oracle_rows > 0) {
            add_class(&over, &per_class[c], gap_of_class(tally, &per_class[c], c, sets));
        }
    }
    free(sets);
    oracle->gap_error = gap_bar(&over, oracle);
    oracle->mean_gap_error = mean_gap_bar(&over, oracle);
    return RS_OK;
}

/* ---- calibration ---- */

static double real_of(const uint64_t *whole_and_fraction)
{
    return (double)whole_and_fraction[0] + (double)whole_and_fraction[1] / RS_FIXED_ONE;
}

/* Of a mean whose rows, sum, and sum of squares with its far rows lie so in the counters. */
static rs_error_bar nll_error(const rs_tally *tally, size_t rows, size_t square)
{
    const uint64_t *const calib = tally->counters + tally->layout.calibration;
    if (calib[rows] == 0) {
        return rs_no_error_bar(no_rows);
    }
    if (tally->form_1_rows > 0) {
        return rs_no_error_bar(of_before);
    }
    if (calib[square + 2] > 0) {
        return rs_no_error_bar("a row is so unlikely that its square is not held");
    }
    const double n = (double)calib[rows];
    const double sum = real_of(calib + rows + 1);
    const double squares = real_of(calib + square);
    /* Values and squares are rounded to units of 2^-32, each by itself. */
    if (n >= 2.0 && squares - sum * sum / n <= (n + 2.0 * sum) / RS_FIXED_ONE) {
        return rs_no_error_bar(no_scatter);
    }
    return rs_mean_error_bar(sum, squares, calib[rows], 0.0, HUGE_VAL);
}

static rs_error_bin bin_of(const uint64_t *counters)
{
    return (rs_error_bin){.rows = (double)counters[RS_BIN_ROWS],
                          .correct = (double)counters[RS_BIN_CORRECT],
                          .confidence = real_of(counters + RS_BIN_CONFIDENCE_WHOLE)};
}

rs_error_bar rs_calibration_error_bar(const rs_error_bin *bin, size_t bins)
{
    double rows = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    for (size_t b = 0; b < bins; ++b) {
        if (bin[b].rows > 0.0) {
            const double gap = fabs(bin[b].correct - bin[b].confidence);
            /* a bin in which all are right scatters all the same */
            const double share = (bin[b].correct + 1.0) / (bin[b].rows + 2.0);
            rows += bin[b].rows;
            sum += gap;
            squares += bin[b].rows * share * (1.0 - share) + gap * gap / bin[b].rows;
        }
    }
    if (rows < 2.0) {
        return rs_no_error_bar(rows == 0.0 ? no_rows : one_row);
    }
    return (rs_error_bar){.has_stderr = true,
                          .stderr_value = sqrt(scatter(sum, squares, rows)) / rows,
                          .reason = biased};
}

/* The counters of the first bin, of either kind of label. */
static rs_error_bar ece_error(const uint64_t *counters)
{
    rs_error_bin bin[RS_CALIBRATION_BINS];
    for (size_t b = 0; b < RS_CALIBRATION_BINS; ++b) {
        bin[b] = bin_of(counters + b * RS_BIN_COUNTERS);
    }
    return rs_calibration_error_bar(bin, RS_CALIBRATION_BINS);
}

/* From the bins: within one, confidences scatter as if evenly over its width. */
static rs_error_bar confidence_error(const rs_calibration *calibration, const uint64_t *counters)
{
    const double width = 1.0 / (double)RS_CALIBRATION_BINS;
    double rows = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    for (size_t b = 0; b < RS_CALIBRATION_BINS; ++b) {
        const rs_error_bin bin = bin_of(counters + b * RS_BIN_COUNTERS);
        if (bin.rows > 0.0) {
            rows += bin.rows;
            sum += bin.confidence;
            squares += bin.confidence * bin.confidence / bin.rows;
            squares += (bin.rows - 1.0) * width * width / 12.0;
        }
    }
    if (calibration->rows < 2 || rows < 2.0) {
        return rs_no_error_bar(calibration->rows < 2 ? one_row : "no row has a label");
    }
    const double variance = scatter(sum, squares, rows) / (rows - 1.0);
    return rs_normal_error_bar(calibration->confidence,
                               sqrt(variance / (double)calibration->rows), 0.0, 1.0);
}

void rs_calibration_errors(const rs_tally *tally, rs_calibration *calibration)
{
    const uint64_t *const bins =
        tally->counters + tally->layout.calibration + (size_t)RS_CALIB_SCALARS;
    const size_t kind = calibration->has_ece ? RS_BIN_ROWS : RS_BIN_REAL_ROWS;
    calibration->nll_error = nll_error(tally, RS_CALIB_NLL_ROWS, RS_CALIB_NLL_SQUARE_WHOLE);
    calibration->real_nll_error =
        nll_error(tally, RS_CALIB_REAL_NLL_ROWS, RS_CALIB_REAL_NLL_SQUARE_WHOLE);
    calibration->confidence_error = confidence_error(calibration, bins + kind);
    calibration->ece_error = ece_error(bins + RS_BIN_ROWS);
    calibration->real_ece_error = ece_error(bins + RS_BIN_REAL_ROWS);
}
