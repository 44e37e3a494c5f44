/* contrast.h - the mean of a difference that takes few values, over images: its score interval and
 * its exact test. Defined in docs/METRICS.md, "Two factors at once".
 */
#ifndef RS_CONTRAST_H
#define RS_CONTRAST_H

#include <stdint.h>

#include "analyse/tango.h"
#include "reassess/status.h"

/* Values -2, -1, 0, 1, 2. */
enum { RS_CONTRAST_VALUES = 5, RS_CONTRAST_MOST = 2 };

typedef struct rs_contrast {
    uint64_t count[RS_CONTRAST_VALUES]; /* images with each value, the least first */
    double effect;                      /* their mean, times the unit */
    double stderr_value;
    rs_interval score; /* the 95 % interval */
    double log_p;      /* natural logarithm of the exact p */
} rs_contrast;

/* `unit` is what a value of 1 stands for. Without images all is 0, and log_p that of p = 1. */
rs_status rs_contrast_make(const uint64_t count[RS_CONTRAST_VALUES], double unit,
                           rs_contrast *contrast, rs_error *error);

#endif
