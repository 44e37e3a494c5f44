/* synth_logits_plan.h - what a plan of made-up logits holds; shared by the files that make and draw
 * it.
 */
#ifndef RS_SYNTH_LOGITS_PLAN_H
#define RS_SYNTH_LOGITS_PLAN_H

#include "synth/synth_logits_options.h"

enum { RS_SYNTH_KNOTS = 1024 };

struct rs_synth_logits {
    rs_synth_logits_options options;
    int32_t *winner;   /* [rows]; NULL without labels */
    uint32_t low_mask; /* low bits of an f32 that carry its column: as many as the columns need */
    float knot[RS_SYNTH_KNOTS]; /* quantiles of the noise, and the way to the next one */
    float slope[RS_SYNTH_KNOTS];
};

typedef enum rs_synth_kind {
    RS_SYNTH_PLAIN = 0,
    RS_SYNTH_NAN,
    RS_SYNTH_INF,
    RS_SYNTH_TIED
} rs_synth_kind;

/* Whether row `row` is one of the special ones, as drawn (a tie needs a later column besides). */
rs_synth_kind rs_synth_row_kind(const struct rs_synth_logits *plan, uint64_t row);

/* The column that wins row `row`. */
uint32_t rs_synth_row_winner(const struct rs_synth_logits *plan, uint64_t row);

#endif
