/* metrics.h - every number that is printed, computed from a tally.
 *
 * The definitions, with formulas and sources, are in docs/METRICS.md.
 */
#ifndef REASSESS_METRICS_H
#define REASSESS_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/status.h"
#include "reassess/tally.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The error of a number that is no proportion. All 0: nothing is known of it (a record of
 * before). */
typedef struct rs_error_bar {
    const char *reason; /* why there is no interval, and without has_stderr no error; or NULL */
    bool has_stderr;
    double stderr_value;
    double ci95_low; /* where `reason` is NULL */
    double ci95_high;
} rs_error_bar;

/* A proportion with its error bars. Where it has no value (`reason` is not NULL), value, stderr and
 * ci95 are 0 and must not be shown. */
typedef struct rs_metric {
    char name[40];       /* "imagenet_top1", "real_second_given_first", ... */
    const char *reason;  /* why there is no value; NULL when there is one */
    double value;        /* in [0, 1], never rounded */
    bool macro;          /* an unweighted mean over classes: `correct` has no meaning */
    uint64_t correct;
    uint64_t total;      /* rows; for macro means the classes with support */
    const char *error_reason; /* why there are no error bars, which are 0 then; or NULL */
    double stderr_value; /* sqrt(p (1 - p) / n); macro: sqrt(sum p (1 - p) / (n - 1)) / classes */
    double ci95_low;     /* Wilson interval; macro: value -+ 1.96 stderr, inside [0, 1], and
                            Wilson's too where stderr is 0: all classes are right throughout, or
                            wrong */
    double ci95_high;
} rs_metric;

enum { RS_METRICS_MAX = 4 * RS_TOPK_MAX + 16 };

typedef enum rs_oracle_rows {
    RS_ORACLE_ROWS_IN_SET = 0, /* rows whose original label is in their ReaL set */
    RS_ORACLE_ROWS_NONEMPTY /* all rows with a non-empty set; p = 0 where the label is not in it */
} rs_oracle_rows;

typedef struct rs_metrics_options {
    rs_oracle_rows oracle_rows;
    double oracle_cut;            /* classes whose oracle is below this are considered; 0.9 */
    const bool *oracle_excluded;  /* [classes] classes left out of the comparison; NULL: none */
} rs_metrics_options;

/* The oracle of section 5 of the article (Figure 6, Table 1). Values are fractions. */
typedef struct rs_oracle {
    const char *reason;          /* why there are no numbers; NULL when there are */
    uint64_t rows;
    double expected;             /* mean of 1 / |R_i| */
    double stddev;               /* sqrt(sum p (1 - p)) / rows */
    uint64_t model_correct;
    double model;                /* the model's accuracy over the same rows */
    uint32_t classes_below_cut;
    uint32_t classes_model_above;
    double classes_expected_above; /* those an unbiased oracle would be above its expectation */
    uint32_t classes_significant;  /* Holm, family-wise 5 % */
    const char *mean_gap_reason;   /* NULL when mean_gap has a value */
    double mean_gap;               /* unweighted mean over the classes of model - oracle */
    rs_error_bar gap_error;        /* of model - expected, over the rows */
    rs_error_bar mean_gap_error;
} rs_oracle;

/* The choice among valid labels: over rows with y in R, |R| >= 2 and a first prediction in R. */
typedef struct rs_label_choice {
    bool measured;           /* false: read from a record of before it was counted */
    const char *reason;      /* why there are no numbers; NULL when there are */
    uint64_t rows;
    rs_metric original;      /* how often the first prediction is y */
    double expected;         /* mean of 1 / |R_i|: who draws among the valid labels */
    double stddev;           /* sqrt(sum p (1 - p)) / rows */
    double z;                /* (original - expected) / stddev */
    double p;                /* P(who draws says y as often) */
    uint32_t classes;        /* considered for the oracle, and with such rows */
    uint32_t classes_above;  /* of them, those with more than expected */
    double classes_expected_above; /* those in which who draws would be above the expectation */
    uint32_t classes_significant;  /* Holm, family-wise 5 % */
} rs_label_choice;

typedef struct rs_class_metrics {
    uint64_t images;           /* rows with this original label */
    uint64_t imagenet_correct; /* top-1 */
    uint64_t real_total;       /* those with a non-empty set */
    uint64_t real_correct;
    uint64_t oracle_rows;
    uint64_t oracle_correct;   /* the model's, by the original label, over the oracle rows */
    double oracle_accuracy;    /* expected; 0 when oracle_rows is 0 */
    double oracle_p;           /* P(oracle >= model); 1 when oracle_rows is 0 */
    bool considered;           /* below the cut and not excluded */
    bool above;                /* considered, and the model strictly above the oracle */
    bool significant;          /* considered, and significant after Holm */
    uint64_t choice_rows;      /* of the choice among valid labels */
    uint64_t choice_original;  /* first prediction is the original label */
    double choice_expected;    /* 0 when choice_rows is 0 */
    double choice_p;           /* P(who draws says it as often); 1 when choice_rows is 0 */
    bool choice_above;         /* considered, and strictly above the expectation */
    bool choice_significant;   /* considered, and significant after Holm */
} rs_class_metrics;

typedef struct rs_disagreements {
    const char *reason; /* why there are no numbers; NULL when there are */
    uint64_t total, prediction_only, label_only, both, neither;
    const char *preference_reason;
    double preference; /* prediction_only / (prediction_only + label_only) */
    rs_error_bar preference_error;
} rs_disagreements;

typedef struct rs_calibration {
    bool measured;
    uint64_t rows;          /* rows with finite values */
    uint64_t left_out;      /* rows without */
    uint64_t nll_rows;      /* of `rows`, those with a known original label of probability > 0 */
    uint64_t real_nll_rows; /* of `rows`, those with a non-empty set of probability > 0 */
    double nll;             /* mean over nll_rows; meaningless when that is 0 */
    double real_nll;        /* mean of -log of the summed probability of the set */
    double confidence;      /* mean over rows */
    double ece;             /* 15 bins, against the original labels, over the rows that have one */
    double real_ece;        /* against the ReaL sets, over the rows with a non-empty one */
    bool has_ece;           /* there is such a row; else the two are 0 and mean nothing */
    bool has_real_ece;
    rs_error_bar nll_error, real_nll_error, confidence_error, ece_error, real_ece_error;
} rs_calibration;

typedef struct rs_metrics {
    uint32_t metric_count;
    rs_metric metric[RS_METRICS_MAX]; /* in the order of the record */
    rs_oracle oracle;
    rs_label_choice choice;
    rs_disagreements disagreements;
    rs_calibration calibration;
    uint64_t rows;              /* rows scored */
    uint64_t nan_rows;
    bool has_inf_rows;          /* known of the rows of values that this version scored */
    uint64_t inf_rows;          /* +inf is the largest value */
    bool has_row_health;        /* likewise, the next three */
    uint64_t constant_rows;     /* all columns equal */
    uint64_t looked_rows;       /* in which ties of the first prediction were looked for: all of up
                                   to 1,024 rows, a sample of more */
    uint64_t looked_tied_rows;  /* those of them with one */
    bool has_row_flags;
    uint64_t tied_rows;
    uint32_t classes;
    rs_class_metrics *per_class; /* [classes] */
} rs_metrics;

/* Fills *metrics, which rs_metrics_clear empties again. `options` may be NULL: the article's
 * choices without excluded classes. */
rs_status rs_metrics_compute(const rs_tally *tally, const rs_metrics_options *options,
                             rs_metrics *metrics, rs_error *error);
void rs_metrics_clear(rs_metrics *metrics);

/* The metric called `name`, or NULL. The names, in the order of the record; K stands for each value
 * of the evaluator's topk (1 and 5 if nothing was asked for):
 *
 *     imagenet_topK, real_topK          accuracy by the original labels, by the ReaL sets
 *     real_second                       of rows with two labels and more
 *     real_second_given_first
 *     real_third                        of rows with three labels and more
 *     real_third_given_first
 *     real_third_given_first_second
 *     imagenet_macro_topK               unweighted means over the original classes
 *     real_macro_topK
 */
const rs_metric *rs_metrics_find(const rs_metrics *metrics, const char *name);

#ifdef __cplusplus
}
#endif
#endif
