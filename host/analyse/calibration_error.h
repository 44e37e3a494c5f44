/* calibration_error.h - likelihood, confidence and calibration error from a tally. */
#ifndef RS_CALIBRATION_ERROR_H
#define RS_CALIBRATION_ERROR_H

#include "reassess/metrics.h"
#include "reassess/tally.h"

/* `measured` is false, and all else 0, when the tally holds no calibration counters. */
rs_calibration rs_calibration_compute(const rs_tally *tally);

/* The rows of one bin of confidence that have a ReaL set. */
typedef struct rs_reliability_bin {
    uint64_t rows;
    double confidence; /* means over them; 0 when there are none */
    double accuracy;
} rs_reliability_bin;

/* False, and nothing written, when the tally holds no calibration counters. */
bool rs_reliability_compute(const rs_tally *tally, rs_reliability_bin bin[RS_CALIBRATION_BINS]);

#endif
