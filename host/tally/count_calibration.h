/* count_calibration.h - what one row adds to the calibration counters of a tally.
 *
 * The one definition, for every engine (C, C++ and CUDA compile it). For a valid row with values
 * x_j:
 *
 *   logits          p_j = exp(x_j - m) / sum_k exp(x_k - m), m the largest value of the row
 *   probabilities   p_j = x_j, as given
 *   sigmoid         p_j = 1 / (1 + exp(-x_j)): each class is a yes-or-no question of its own, and
 *                   the nll the binary cross-entropy, -(sum of log p_j over the labels + sum of
 *                   log(1 - p_j) over all other classes), of {y} and of R in place of that below
 *   nll             -log p_y against the original label y; -log(sum of p_r over r in R) against
 *                   the set
 *   confidence      the largest p_j
 *   bin             min(14, floor(15 * confidence))
 *
 * Who is counted:
 *   rows            valid rows (no NaN) whose confidence is finite. Left out are rows with an
 *                   infinite largest value: +inf, or -inf when all are. A value of -inf beside
 *                   finite ones is a probability of 0.
 *   bins            of those, the ones with a known original label; and apart from them, with their
 *                   own counters, the ones with a non-empty set. ECE divides by the rows of the
 *                   bins.
 *   nll_rows        of the first, those whose nll is below 2^31: a label of probability 0, or one
 *                   of a class without a column, has none. real_nll_rows likewise for the sets:
 *                   of a softmax where no label of the set has a probability, of yes-or-no
 *                   questions where one has none.
 *
 * A sum over logits must not lose a small remainder beside a mass close to 1, so a mass and the
 * mass of everything else are summed apart and the nll of a confident row comes from log1p. Both
 * are relative to exp(reference), any reference that keeps them in range; mass goes by its
 * logarithm because the label may be arbitrarily far below the reference.
 */
#ifndef RS_COUNT_CALIBRATION_H
#define RS_COUNT_CALIBRATION_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/host_device.h"
#include "tally/tally_layout.h"

typedef struct rs_calibration_outcome {
    double confidence;
    bool known;        /* y is known */
    bool correct;      /* rank of y is 1 */
    double nll;        /* HUGE_VAL when y has no probability; only looked at if known */
    bool nonempty;     /* R is not empty */
    bool real_correct; /* a label of R has rank 1 */
    double real_nll;   /* only looked at if nonempty */
} rs_calibration_outcome;

/* An engine that adds in another way defines this before it includes the header. */
#ifndef RS_COUNTER_ADD_AMOUNT
#define RS_CALIBRATION_COUNTER                         uint64_t
#define RS_COUNTER_ADD_AMOUNT(counters, index, amount) ((counters)[index] += (amount))
#endif

/* -log of exp(log_mass) / (exp(log_mass) + other). Never negative; HUGE_VAL for a log_mass of
 * -inf. */
static inline RS_HOST_DEVICE double rs_nll_of_mass(double log_mass, double other)
{
    /* There log1p(t) is log(t) to the last bit, and exp might underflow. */
    const double far_below = -30.0;
    if (!(log_mass > -HUGE_VAL)) {
        return HUGE_VAL;
    }
    if (log_mass < far_below) {
        return log(other + exp(log_mass)) - log_mass;
    }
    return log1p(other * exp(-log_mass));
}

/* -log p; p a little above 1, as sums of rounded probabilities are, counts as 1. */
static inline RS_HOST_DEVICE double rs_nll_of_probability(double p)
{
    if (!(p > 0.0)) {
        return HUGE_VAL;
    }
    return p < 1.0 ? -log(p) : 0.0;
}

/* log(1 + e^x), -log of the probability 1 / (1 + e^x) of a no; inf of inf. */
static inline RS_HOST_DEVICE double rs_softplus(double x)
{
    return x > 0.0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static inline RS_HOST_DEVICE double rs_sigmoid(double x)
{
    return x < 0.0 ? exp(x) / (1.0 + exp(x)) : 1.0 / (1.0 + exp(-x));
}

/* True when the value can be held in fixed point. */
static inline RS_HOST_DEVICE bool rs_fixed_fits(double value)
{
    return value >= 0.0 && value < RS_FIXED_LIMIT;
}

/* Adds a value that fits to the pair of counters at `whole` and `whole + 1`. By signed numbers, to
 * which processors convert in one step. */
static inline RS_HOST_DEVICE void rs_count_fixed(RS_CALIBRATION_COUNTER *counters, size_t whole,
                                                 double value)
{
    const int64_t integer = (int64_t)value;
    const double fraction = value - (double)integer;
    const int64_t parts = (int64_t)(fraction * RS_FIXED_ONE + 0.5);
    RS_COUNTER_ADD_AMOUNT(counters, whole, (uint64_t)integer);
    RS_COUNTER_ADD_AMOUNT(counters, whole + 1u, (uint64_t)parts);
}

/* `rows` is RS_CALIB_NLL_ROWS or RS_CALIB_REAL_NLL_ROWS, whose sum follows it; `square` the sum of
 * squares that belongs to it, which its far rows follow. */
static inline RS_HOST_DEVICE void rs_count_nll(RS_CALIBRATION_COUNTER *counters, size_t rows,
                                               size_t square, double nll)
{
    if (!rs_fixed_fits(nll)) {
        return;
    }
    RS_COUNTER_ADD_AMOUNT(counters, rows, 1u);
    rs_count_fixed(counters, rows + 1u, nll);
    if (rs_fixed_fits(nll * nll)) {
        rs_count_fixed(counters, square, nll * nll);
    } else {
        RS_COUNTER_ADD_AMOUNT(counters, square + 2u, 1u);
    }
}

/* `rows` is RS_BIN_ROWS or RS_BIN_REAL_ROWS of the row's bin; the other three follow it. */
static inline RS_HOST_DEVICE void rs_count_bin(RS_CALIBRATION_COUNTER *counters, size_t rows,
                                               bool correct, double confidence)
{
    RS_COUNTER_ADD_AMOUNT(counters, rows, 1u);
    RS_COUNTER_ADD_AMOUNT(counters, rows + 1u, correct ? 1u : 0u);
    rs_count_fixed(counters, rows + 2u, confidence);
}

/* Where the counters of a confidence's bin begin. */
static inline RS_HOST_DEVICE size_t rs_calibration_bin(const rs_tally_layout *layout,
                                                       double confidence)
{
    const double scaled = confidence * (double)RS_CALIBRATION_BINS;
    const unsigned last = (unsigned)RS_CALIBRATION_BINS - 1u;
    const unsigned bin = scaled < (double)last ? (unsigned)scaled : last;
    return layout->calibration + (size_t)RS_CALIB_SCALARS + (size_t)bin * (size_t)RS_BIN_COUNTERS;
}

/* Adds one valid row. Rows with a NaN must not come here. */
static inline RS_HOST_DEVICE void rs_count_calibration(RS_CALIBRATION_COUNTER *counters,
                                                       const rs_tally_layout *layout,
                                                       const rs_calibration_outcome *row)
{
    const size_t base = layout->calibration;
    if (!rs_fixed_fits(row->confidence)) {
        return;
    }
    const size_t bins = rs_calibration_bin(layout, row->confidence);

    RS_COUNTER_ADD_AMOUNT(counters, base + (size_t)RS_CALIB_ROWS, 1u);
    rs_count_fixed(counters, base + (size_t)RS_CALIB_CONFIDENCE_WHOLE, row->confidence);
    if (row->known) {
        rs_count_bin(counters, bins + (size_t)RS_BIN_ROWS, row->correct, row->confidence);
        rs_count_nll(counters, base + (size_t)RS_CALIB_NLL_ROWS,
                     base + (size_t)RS_CALIB_NLL_SQUARE_WHOLE, row->nll);
    }
    if (row->nonempty) {
        rs_count_bin(counters, bins + (size_t)RS_BIN_REAL_ROWS, row->real_correct, row->confidence);
        rs_count_nll(counters, base + (size_t)RS_CALIB_REAL_NLL_ROWS,
                     base + (size_t)RS_CALIB_REAL_NLL_SQUARE_WHOLE, row->real_nll);
    }
}

#endif
