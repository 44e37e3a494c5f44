/* p_text.c - four decimals, else a power of ten. */
#include "report/p_text.h"

#include <math.h>
#include <stdio.h>

const char *rs_p_text(double log_p, char out[RS_P_TEXT_BYTES])
{
    const double p = exp(log_p);
    if (p >= 0.00095) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "%.4f", p);
    } else if (p >= 1e-300) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "%.1e", p);
    } else if (isfinite(log_p)) {
        (void)snprintf(out, RS_P_TEXT_BYTES, "10^%.0f", log_p / log(10.0));
    } else {
        (void)snprintf(out, RS_P_TEXT_BYTES, "0");
    }
    return out;
}
