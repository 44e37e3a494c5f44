/* synth_logits.h - made-up logits of one model, with a wanted accuracy.
 *
 * A row is normal noise (standard deviation 2), its labels raised into the range of the noise's
 * maximum, and one winner above all others by a random margin. Which rows win with a right class is
 * decided when the plan is made, so the wanted accuracy is met exactly:
 *
 *     right = floor(accuracy * total + 1/2)
 *
 * where total counts the rows with a known original label, or with a non-empty ReaL set.
 *
 * Row r depends on the seed, the columns, the labels and r alone: any split into blocks gives the
 * same rows. In f32 and f64 no two values of a row are equal, so peers with another rule for ties
 * agree; f64 rows rank as f32 rows do. f16 and bf16 are the f32 values rounded, the winner still
 * strictly first.
 */
#ifndef RS_SYNTH_LOGITS_H
#define RS_SYNTH_LOGITS_H

#include <stdint.h>

#include "reassess/logits.h"
#include "reassess/status.h"
#include "synth/synth_logits_options.h"

typedef struct rs_synth_logits rs_synth_logits;

/* The labels are read here and by every later call: they must outlive the plan. 4 bytes a row.
 * *plan is NULL on failure; RS_RANGE when the accuracy cannot be met. */
rs_status rs_synth_logits_create(const rs_synth_logits_options *options, rs_synth_logits **plan,
                                 rs_error *error);
const rs_synth_logits_options *rs_synth_logits_get_options(const rs_synth_logits *plan);

/* Rows first_row .. first_row + rows - 1 of the plan to `out`, tightly packed, any floating type.
 * Thread-safe, never fails. */
void rs_synth_logits_rows(const rs_synth_logits *plan, uint64_t first_row, uint64_t rows,
                          rs_dtype dtype, void *out);

void rs_synth_logits_free(rs_synth_logits *plan); /* NULL is fine */

#endif
