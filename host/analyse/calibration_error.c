/* calibration_error.c - sums of reals are two integers each: whole parts, and units of 2^-32. */
#include "analyse/calibration_error.h"

#include <math.h>

#include "tally/tally_impl.h"

static double mean(const uint64_t *whole_and_fraction, uint64_t rows)
{
    const double sum = (double)whole_and_fraction[0] + (double)whole_and_fraction[1] / RS_FIXED_ONE;
    return rows > 0 ? sum / (double)rows : 0.0;
}

/* Sum over the bins of |right answers - sum of confidences|, over their rows: a row whose label has
 * no likelihood is in a bin all the same. `bin` is the first of the counters rows, correct, whole
 * and fraction of the first bin. */
static double expected_error(const uint64_t *bin, bool *any)
{
    enum { ROWS = 0, CORRECT = 1, WHOLE = 2, FRACTION = 3 };
    uint64_t rows = 0;
    double sum = 0.0;
    for (int b = 0; b < RS_CALIBRATION_BINS; ++b, bin += RS_BIN_COUNTERS) {
        /* the difference of the whole parts first: it is exact */
        const double whole = bin[CORRECT] >= bin[WHOLE] ? (double)(bin[CORRECT] - bin[WHOLE])
                                                        : -(double)(bin[WHOLE] - bin[CORRECT]);
        rows += bin[ROWS];
        sum += fabs(whole - (double)bin[FRACTION] / RS_FIXED_ONE);
    }
    *any = rows > 0;
    return rows > 0 ? sum / (double)rows : 0.0;
}

rs_calibration rs_calibration_compute(const rs_tally *tally)
{
    if (!tally->shape.calibration) {
        return (rs_calibration){.measured = false};
    }
    const uint64_t *const sums = tally->counters + tally->layout.calibration;
    const uint64_t *const bins = sums + RS_CALIB_SCALARS;
    const uint64_t rows = sums[RS_CALIB_ROWS];
    const uint64_t nll_rows = sums[RS_CALIB_NLL_ROWS];
    const uint64_t real_nll_rows = sums[RS_CALIB_REAL_NLL_ROWS];
    rs_calibration made = {
        .measured = true,
        .rows = rows,
        .left_out = rs_tally_rows(tally) - rows,
        .nll_rows = nll_rows,
        .real_nll_rows = real_nll_rows,
        .nll = mean(&sums[RS_CALIB_NLL_WHOLE], nll_rows),
        .real_nll = mean(&sums[RS_CALIB_REAL_NLL_WHOLE], real_nll_rows),
        .confidence = mean(&sums[RS_CALIB_CONFIDENCE_WHOLE], rows),
    };
    made.ece = expected_error(&bins[RS_BIN_ROWS], &made.has_ece);
    made.real_ece = expected_error(&bins[RS_BIN_REAL_ROWS], &made.has_real_ece);
    return made;
}

bool rs_reliability_compute(const rs_tally *tally, rs_reliability_bin bin[RS_CALIBRATION_BINS])
{
    if (!tally->shape.calibration) {
        return false;
    }
    const uint64_t *counters = tally->counters + tally->layout.calibration + RS_CALIB_SCALARS;
    for (int b = 0; b < RS_CALIBRATION_BINS; ++b, counters += RS_BIN_COUNTERS) {
        const uint64_t rows = counters[RS_BIN_REAL_ROWS];
        bin[b] = (rs_reliability_bin){
            .rows = rows,
            .confidence = mean(&counters[RS_BIN_REAL_CONFIDENCE_WHOLE], rows),
            .accuracy = rows > 0 ? (double)counters[RS_BIN_REAL_CORRECT] / (double)rows : 0.0,
        };
    }
    return true;
}
