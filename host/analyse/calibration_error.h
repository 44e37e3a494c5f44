/* calibration_error.h - likelihood, confidence and calibration error from a tally. */
#ifndef RS_CALIBRATION_ERROR_H
#define RS_CALIBRATION_ERROR_H

#include "reassess/metrics.h"
#include "reassess/tally.h"

/* `measured` is false, and all else 0, when the tally holds no calibration counters. */
rs_calibration rs_calibration_compute(const rs_tally *tally);

#endif
