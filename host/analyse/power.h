/* power.h - how small a difference of two models could these images show? */
#ifndef RS_POWER_H
#define RS_POWER_H

#include <stdint.h>

/* The least difference of accuracies that McNemar's test at 5 % would show in 80 % of draws of
 * `total` images, were `flips` / `total` the share on which only one of the two is right (R. J.
 * Connor, "Sample size for testing differences in proportions for the paired-sample design", 1987).
 * 0: none; on so few images the test can show nothing. total > 0. */
double rs_detectable_difference(uint64_t flips, uint64_t total);

#endif
