/* tango.h - the 95 % interval of the difference of two models that saw the same images.
 *
 * The score interval of T. Tango ("Equivalence test and confidence interval for the difference in
 * proportions for the paired-sample design", 1998): all differences that a score test does not
 * refuse. It is solved for, not sampled, keeps its coverage where few images tell the models apart,
 * has a width where none does, and never leaves [-1, 1]. docs/METRICS.md, "Two models on the same
 * images".
 */
#ifndef RS_TANGO_H
#define RS_TANGO_H

#include <stdint.h>

#include "analyse/proportion.h"

/* Of (first_only - second_only) / total, total at least 1: of so many images only the first model,
 * or only the second, has so many right. Swapping the models swaps the ends and their signs, to the
 * last bit. */
rs_interval rs_tango_interval(uint64_t first_only, uint64_t second_only, uint64_t total);

#endif
