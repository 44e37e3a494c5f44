/* synth_predictions.h - full-size logits whose ranking starts with a real model's predictions.
 *
 * Where only the best few classes of a model and their probabilities p are published, this makes
 * rows that rank just so: class i of the row gets log p_i, rounded to the type and then moved down
 * by units in the last place until the given classes are strictly ranked (larger probability first,
 * equal ones by class). So the ranking is the same in f32, f16, bf16 and f64. The mass 1 - sum p is
 * spread unevenly over the other columns, all of them strictly below the last given class.
 *
 * Never fails for what probabilities stored in few bits look like: a p of zero stands for a tiny
 * one, a sum above one leaves a tiny mass for the rest, and the rest never takes more than fits
 * below the last given class (so columns that are too few, or probabilities cut short, leave mass
 * missing).
 */
#ifndef RS_SYNTH_PREDICTIONS_H
#define RS_SYNTH_PREDICTIONS_H

#include <stdint.h>

#include "reassess/logits.h"
#include "reassess/status.h"

enum { RS_SYNTH_GIVEN_MAX = 64 }; /* classes given per row */

typedef struct rs_synth_spread rs_synth_spread;

/* `file` names the predictions in errors (may be NULL; copied). *spread is NULL on failure. */
rs_status rs_synth_spread_create(uint32_t columns, uint64_t seed, const char *file,
                                 rs_synth_spread **spread, rs_error *error);

/* The predictions of rows, in any order within a row; a class of -1 is a missing one. */
typedef struct rs_synth_placed {
    uint32_t count;              /* a row */
    const int32_t *classes;      /* [rows * count] */
    const double *probabilities; /* likewise */
} rs_synth_placed;

/* Rows first_row .. first_row + rows - 1, of which `given` are the predictions, to `out`, tightly
 * packed. RS_RANGE, with the row, for a class that is no column or a number that is no
 * probability; RS_FORMAT for a class that stands twice in a row. Row r depends on the seed, its
 * predictions and r alone. Thread-safe. */
rs_status rs_synth_spread_rows(const rs_synth_spread *spread, uint64_t first_row, uint64_t rows,
                               const rs_synth_placed *given, rs_dtype dtype, void *out,
                               rs_error *error);

void rs_synth_spread_free(rs_synth_spread *spread); /* NULL is fine */

#endif
