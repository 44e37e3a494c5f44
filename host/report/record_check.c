/* record_check.c - every value that follows from others, made again. */
#include "report/record_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/error_bar.h"
#include "analyse/proportion.h"

static const char contradiction[] = "contradicts the counts of the record";

static void refuse(rs_members *work, const char *section, const char *name)
{
    rs_member_refuse(work, (rs_section){NULL, section}, name, contradiction);
}

/* Equal but for how a processor rounds: the ends of an interval near 0 are differences of numbers
 * up to 1. */
static bool is_equal(double a, double b)
{
    return fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b)) + 1e-15;
}

static void check_values(rs_members *work, const rs_metric *metric, rs_proportion wanted)
{
    if (!is_equal(metric->value, wanted.value)) {
        refuse(work, metric->name, "value");
    } else if (!is_equal(metric->stderr_value, wanted.stderr_value)) {
        refuse(work, metric->name, "stderr");
    } else if (!is_equal(metric->ci95_low, wanted.low) ||
               !is_equal(metric->ci95_high, wanted.high)) {
        refuse(work, metric->name, "ci95");
    }
}

void rs_record_check_metric(rs_members *work, uint64_t rows, const rs_metric *metric)
{
    if (metric->reason != NULL) {
        return;
    }
    if (metric->macro != (strstr(metric->name, "_macro_") != NULL)) {
        refuse(work, metric->name, "correct"); /* means over classes alone count no rows */
        return;
    }
    if (metric->error_reason != NULL) {
        if (!metric->macro) {
            refuse(work, metric->name, "stderr"); /* a share has an error */
        }
        return;
    }
    if (metric->macro && metric->stderr_value == 0.0) {
        /* Nothing scatters: Wilson's, of rows by class that the record does not tell, and a point
         * in records of before. */
        if (!(metric->ci95_low <= metric->value && metric->value <= metric->ci95_high)) {
            refuse(work, metric->name, "ci95");
        }
        return;
    }
    if (metric->macro) { /* a mean over classes: only its interval follows from the rest */
        const double half = RS_NORMAL_95 * metric->stderr_value;
        check_values(work, metric,
                     (rs_proportion){metric->value, metric->stderr_value,
                                     fmax(metric->value - half, 0.0),
                                     fmin(metric->value + half, 1.0)});
    } else if (metric->total == 0 || metric->total > rows) {
        refuse(work, metric->name, "total");
    } else {
        check_values(work, metric, rs_proportion_of(metric->correct, metric->total));
    }
}

/* The number behind the stem, as 5 of "real_top5"; 0: not such a name. */
static unsigned long depth_of(const char *name, const char *stem)
{
    const size_t length = strlen(stem);
    return strncmp(name, stem, length) == 0 ? strtoul(name + length, NULL, 10) : 0;
}

/* Counts are compared as such, means over classes by their value. */
static bool is_right_more_often(const rs_metric *metric, const rs_metric *than)
{
    return metric->macro ? metric->value > than->value && !is_equal(metric->value, than->value)
                         : metric->correct > than->correct;
}

/* More predictions are right at least as often, on the same rows (or in the same classes). */
static void check_depths(rs_members *work, const rs_record *record, const char *stem)
{
    for (uint32_t i = 0; i < record->metric_count; ++i) {
        const rs_metric *const metric = &record->metric[i];
        const unsigned long depth = depth_of(metric->name, stem);
        for (uint32_t j = 0; j < i && depth > 0 && metric->reason == NULL; ++j) {
            const rs_metric *const other = &record->metric[j];
            const unsigned long other_depth = depth_of(other->name, stem);
            if (other_depth == 0 || other->reason != NULL) {
                continue;
            }
            if (metric->total != other->total) {
                refuse(work, metric->name, "total");
            } else if (depth > other_depth ? is_right_more_often(other, metric)
                                           : is_right_more_often(metric, other)) {
                refuse(work, metric->name, metric->macro ? "value" : "correct");
            }
        }
    }
}

static bool is_point(const rs_error_bar *bar)
{
    return bar->ci95_low == bar->ci95_high;
}

/* An interval follows from its value and its error; where nothing scatters it lies around the
 * value: Wilson's of rows that the record does not tell, and a point in records of before. */
static void check_bar(rs_members *work, const char *section, const char *name,
                      const rs_error_bar *bar, double value, rs_error_bar wanted)
{
    const double slack = 1e-9 * fmax(1.0, fabs(value)); /* a difference of sums that are rounded */
    if (!bar->has_stderr || bar->reason != NULL) {
        return;
    }
    bool agrees = fabs(bar->ci95_low - wanted.ci95_low) <= slack &&
                  fabs(bar->ci95_high - wanted.ci95_high) <= slack;
    if (bar->stderr_value == 0.0 && (wanted.ci95_low == wanted.ci95_high || is_point(bar))) {
        agrees = bar->ci95_low <= value + slack && value - slack <= bar->ci95_high;
    }
    if (!agrees || fabs(bar->stderr_value - wanted.stderr_value) > slack) {
        refuse(work, section, name);
    }
}

/* Of a mean between `low` and `high`, which has the error that it says. */
static void check_mean_bar(rs_members *work, const char *section, const char *name,
                           const rs_error_bar *bar, double value, double low, double high)
{
    check_bar(work, section, name, bar, value,
              rs_normal_error_bar(value, bar->stderr_value, low, high));
}

static void check_oracle_bars(rs_members *work, const rs_oracle *oracle)
{
    check_mean_bar(work, "oracle", "gap_error", &oracle->gap_error,
                   oracle->model - oracle->expected, -1, 1);
    if (oracle->mean_gap_reason == NULL) {
        check_mean_bar(work, "oracle", "mean_gap_error", &oracle->mean_gap_error, oracle->mean_gap,
                       -1, 1);
    }
}

static void check_oracle(rs_members *work, const rs_record *record)
{
    const rs_oracle *const oracle = &record->oracle;
    if (oracle->reason != NULL) {
        return;
    }
    if (oracle->rows == 0 || oracle->rows > record->input.rows) {
        refuse(work, "oracle", "rows");
    } else if (!is_equal(oracle->model, (double)oracle->model_correct / (double)oracle->rows)) {
        refuse(work, "oracle", "model");
    } else if ((oracle->mean_gap_reason != NULL) != (oracle->classes_below_cut == 0)) {
        refuse(work, "oracle", "mean_gap"); /* the mean of these classes */
    }
    check_oracle_bars(work, oracle);
}

/* A row whose prediction is not its label is wrong by the label. */
static void check_disagreements(rs_members *work, const rs_record *record)
{
    const rs_disagreements *const found = &record->disagreements;
    const rs_metric *const imagenet = rs_record_metric(record, "imagenet_top1");
    const rs_metric *const real = rs_record_metric(record, "real_top1");
    const uint64_t decided = found->prediction_only + found->label_only;
    if (found->reason != NULL) {
        return;
    }
    if (found->prediction_only + found->label_only + found->both + found->neither != found->total) {
        rs_member_refuse(work, (rs_section){NULL, "disagreements"}, "total",
                         "is not the sum of its parts");
    } else if (imagenet != NULL && found->total > imagenet->total - imagenet->correct) {
        refuse(work, "disagreements", "total");
    } else if (real != NULL && found->prediction_only + found->both > real->correct) {
        refuse(work, "disagreements", "prediction_only");
    } else if (found->preference_reason == NULL
                   ? decided == 0 || !is_equal(found->preference,
                                               (double)found->prediction_only / (double)decided)
                   : decided > 0) {
        refuse(work, "disagreements", "preference");
    } else if (found->preference_reason == NULL) {
        check_bar(work, "disagreements", "preference_error", &found->preference_error,
                  found->preference, rs_share_error_bar(found->prediction_only, decided));
    }
}

static void check_choice(rs_members *work, const rs_record *record)
{
    const rs_label_choice *const choice = &record->choice;
    if (!choice->measured || choice->reason != NULL) {
        return;
    }
    rs_record_check_metric(work, record->input.rows, &choice->original);
    if (choice->rows == 0 || choice->rows != choice->original.total) {
        refuse(work, "choice", "rows");
    } else if (fabs(choice->z * choice->stddev - (choice->original.value - choice->expected)) >
               1e-12) {
        refuse(work, "choice", "z");
    }
}

static void check_bracket(rs_members *work, const rs_record *record)
{
    const rs_bracket *const found = &record->bracket;
    const rs_metric *const real = rs_record_metric(record, "real_top1");
    if (!found->measured) {
        return;
    }
    if (found->unasked > found->total - found->correct) {
        refuse(work, "real_bracket", "unasked");
    } else if (found->total != (real == NULL ? 0 : real->total)) {
        refuse(work, "real_bracket", "total");
    } else if (real != NULL && found->correct != real->correct) {
        refuse(work, "real_bracket", "correct");
    } else if (found->reason == NULL && found->total == 0) {
        refuse(work, "real_bracket", "low");
    } else if (found->reason == NULL) {
        const rs_proportion low = rs_proportion_of(found->correct, found->total);
        const rs_proportion high = rs_proportion_of(found->correct + found->unasked, found->total);
        if (!is_equal(found->low, low.value)) {
            refuse(work, "real_bracket", "low");
        } else if (!is_equal(found->high, high.value)) {
            refuse(work, "real_bracket", "high");
        } else if (!is_equal(found->ci95[0], low.low) || !is_equal(found->ci95[1], high.high)) {
            refuse(work, "real_bracket", "ci95");
        }
    } else if (found->total > 0) {
        refuse(work, "real_bracket", "low");
    }
    for (uint32_t t = 0; t < RS_RATED_THRESHOLDS; ++t) {
        if (found->threshold[t].macro) {
            refuse(work, found->threshold[t].name, "correct");
        }
        rs_record_check_metric(work, record->input.rows, &found->threshold[t]);
    }
}

static void check_rows(rs_members *work, const rs_record *record)
{
    const rs_record_input *const input = &record->input;
    const rs_calibration *const calibration = &record->calibration;
    if (input->has_row_range && input->row_range.end - input->row_range.begin != input->rows) {
        refuse(work, "input", "rows");
    }
    if (calibration->measured && calibration->rows > input->rows) {
        refuse(work, "calibration", "rows");
    } else if (calibration->measured && calibration->left_out > input->rows - calibration->rows) {
        refuse(work, "calibration", "left_out");
    }
}

static void check_calibration(rs_members *work, const rs_calibration *calibration)
{
    const struct {
        const char *name;
        const rs_error_bar *bar;
        uint64_t rows; /* 0: there is no mean that an interval could be of */
        double mean;
        double most;
    } errors[] = {
        {"nll_error", &calibration->nll_error, calibration->nll_rows, calibration->nll, HUGE_VAL},
        {"real_nll_error", &calibration->real_nll_error, calibration->real_nll_rows,
         calibration->real_nll, HUGE_VAL},
        {"confidence_error", &calibration->confidence_error, calibration->rows,
         calibration->confidence, 1},
    };
    for (size_t i = 0; calibration->measured && i < sizeof errors / sizeof errors[0]; ++i) {
        if (errors[i].rows > 0) {
            check_mean_bar(work, "calibration", errors[i].name, errors[i].bar, errors[i].mean, 0,
                           errors[i].most);
        }
    }
}

static bool has_metric(const rs_record *record, const char *name)
{
    uint32_t i = 0;
    while (i < record->metric_count && strcmp(record->metric[i].name, name) != 0) {
        ++i;
    }
    return i < record->metric_count;
}

/* Every record says of both what they are, or why there is none. */
static void check_metrics(rs_members *work, const rs_record *record)
{
    static const char *const names[] = {"imagenet_top1", "real_top1"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        if (!has_metric(record, names[i])) {
            rs_member_refuse(work, (rs_section){NULL, "metrics"}, names[i], "is missing");
        }
    }
}

/* No more rows are counted than there are images with what they are counted by. */
static void check_labels(rs_members *work, const rs_record *record)
{
    const rs_metric *const imagenet = rs_record_metric(record, "imagenet_top1");
    const rs_metric *const real = rs_record_metric(record, "real_top1");
    if (imagenet != NULL && imagenet->total > record->labels.images) {
        refuse(work, "imagenet_top1", "total");
    } else if (real != NULL && real->total > record->labels.evaluated) {
        refuse(work, "real_top1", "total");
    }
}

static bool is_by_original(const char *name)
{
    return strncmp(name, "imagenet_", strlen("imagenet_")) == 0;
}

void rs_record_check_set(rs_members *work, const rs_record *record, const rs_record_set *set)
{
    const rs_section in = {NULL, set->name == NULL ? "" : set->name};
    if (work->status == RS_OK && set->record.labels.images != record->labels.images) {
        rs_member_refuse(work, in, "labels.images", "is not that of the record");
    }
    for (uint32_t i = 0; work->status == RS_OK && i < set->record.metric_count; ++i) {
        const rs_metric *const by_set = &set->record.metric[i];
        const rs_metric *const metric = rs_record_metric(record, by_set->name);
        if (is_by_original(by_set->name) && by_set->reason == NULL && metric != NULL &&
            (by_set->correct != metric->correct || by_set->total != metric->total ||
             !is_equal(by_set->value, metric->value))) {
            rs_member_refuse(work, in, by_set->name, "is not that of the record");
        }
    }
}

void rs_record_check(rs_members *work, const rs_record *record)
{
    if (work->status != RS_OK) {
        return; /* what follows the error was passed over */
    }
    check_rows(work, record);
    check_metrics(work, record);
    for (uint32_t i = 0; i < record->metric_count; ++i) {
        rs_record_check_metric(work, record->input.rows, &record->metric[i]);
    }
    check_depths(work, record, "imagenet_top");
    check_depths(work, record, "real_top");
    check_depths(work, record, "imagenet_macro_top");
    check_depths(work, record, "real_macro_top");
    check_labels(work, record);
    check_calibration(work, &record->calibration);
    check_oracle(work, record);
    check_choice(work, record);
    check_bracket(work, record);
    check_disagreements(work, record);
}
