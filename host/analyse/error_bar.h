/* error_bar.h - errors of what is no proportion: differences, means of reals, the calibration
 * error.
 *
 * Formulas and sources: docs/METRICS.md, "Error bars".
 */
#ifndef RS_ERROR_BAR_H
#define RS_ERROR_BAR_H

#include "reassess/metrics.h"
#include "tally/tally_impl.h"

rs_error_bar rs_no_error_bar(const char *reason);

/* Of a value that is near normal around the truth; the interval stays in [low, high]. */
rs_error_bar rs_normal_error_bar(double value, double stderr_value, double low, double high);

/* Of a share. */
rs_error_bar rs_share_error_bar(uint64_t correct, uint64_t total);

/* Of a mean of n values, from their sum and the sum of their squares. */
rs_error_bar rs_mean_error_bar(double sum, double squares, uint64_t n, double low, double high);

/* Of the model's accuracy minus the oracle's: over all rows of the comparison (gap_error), and of
 * the mean over the considered classes (mean_gap_error). `oracle` and `per_class` are complete but
 * for these. */
rs_status rs_oracle_errors(const rs_tally *tally, const rs_class_metrics *per_class,
                           rs_oracle *oracle, rs_error *error);

/* All of a calibration, which is complete but for them. */
void rs_calibration_errors(const rs_tally *tally, rs_calibration *calibration);

/* One bin of confidence. */
typedef struct rs_error_bin {
    double rows;
    double correct;
    double confidence; /* sum */
} rs_error_bin;

/* Of the expected calibration error over these bins: an error, and no interval. */
rs_error_bar rs_calibration_error_bar(const rs_error_bin *bin, size_t bins);

#endif
