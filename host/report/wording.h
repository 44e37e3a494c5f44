/* wording.h - counts, probabilities and classes as people read them. */
#ifndef RS_WORDING_H
#define RS_WORDING_H

#include <stdint.h>

#include "base/text.h"
#include "reassess/labels.h"

enum { RS_COUNT_TEXT_BYTES = 32, RS_P_TEXT_BYTES = 24 };

/* 1234567 -> "1,234,567" */
const char *rs_count_text(uint64_t count, char out[RS_COUNT_TEXT_BYTES]);

/* "1 model", "2 models": what ends the noun behind a count. */
static inline const char *rs_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* From the natural logarithm of p: "0.0312", "1.2e-07", and below what a double holds "10^-325". */
const char *rs_p_text(double log_p, char out[RS_P_TEXT_BYTES]);

/* Appends the class's name up to its first comma, else the synset id; "class 5" stands for
 * neither. */
void rs_short_name_add(const rs_labels *labels, uint32_t class_index, rs_text *out);

/* A difference of accuracies in percentage points, as two decimals show it: what they would show as
 * 0.00 is 0, so that nothing is ever "-0.00". */
static inline double rs_points(double fraction)
{
    const double points = 100.0 * fraction;
    return points > -0.005 && points < 0.005 ? 0.0 : points;
}

#endif
