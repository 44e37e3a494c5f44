/* synth_logits_options.h - what is asked of made-up logits. */
#ifndef RS_SYNTH_LOGITS_OPTIONS_H
#define RS_SYNTH_LOGITS_OPTIONS_H

#include <stdint.h>

#include "reassess/labels.h"

typedef enum rs_synth_target {
    RS_SYNTH_BY_ORIGINAL = 0, /* right: the winner is the original label */
    RS_SYNTH_BY_REAL          /* right: the winner is in the ReaL set */
} rs_synth_target;

typedef struct rs_synth_logits_options {
    uint64_t rows;
    uint32_t columns;
    uint64_t seed;
    const rs_label_view *labels; /* in the row order of the logits; NULL: winners are random */
    rs_synth_target target;
    double accuracy;   /* 0..1 */
    double nan_share;  /* of all rows: one value is NaN; such a row is wrong */
    double inf_share;  /* of all rows: the winner is +inf, some other -inf */
    double tied_share; /* of all rows: a later column equals the winner */
} rs_synth_logits_options;

#endif
