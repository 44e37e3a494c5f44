/* p_text.h - probabilities as people read them. */
#ifndef RS_P_TEXT_H
#define RS_P_TEXT_H

enum { RS_P_TEXT_BYTES = 24 };

/* From the natural logarithm of p: "0.0312", "1.2e-07", and below what a double holds "10^-325". */
const char *rs_p_text(double log_p, char out[RS_P_TEXT_BYTES]);

#endif
