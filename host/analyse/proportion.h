/* proportion.h - a share of rows with its error bars. */
#ifndef RS_PROPORTION_H
#define RS_PROPORTION_H

#include <stdint.h>

typedef struct rs_interval {
    double low;
    double high;
} rs_interval;

/* The 97.5 % point of the normal distribution: two-sided 95 % intervals. */
#define RS_NORMAL_95 1.959963984540054

typedef struct rs_proportion {
    double value;        /* correct / total */
    double stderr_value; /* sqrt(p (1 - p) / total) */
    double low;          /* Wilson's 95 % interval; exactly 0 and 1 at the ends */
    double high;
} rs_proportion;

/* correct <= total, total > 0. */
rs_proportion rs_proportion_of(uint64_t correct, uint64_t total);

/* Wilson's interval of the share p, 0 to 1, of n > 0 draws, which may be no whole number, with
 * another quantile than that of the normal distribution. */
rs_interval rs_score_interval(double p, double n, double quantile);

#endif
