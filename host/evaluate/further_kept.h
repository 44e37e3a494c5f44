/* further_kept.h - further label sets by an engine that counts one alone.
 *
 * Counters ask for nothing beyond the last of top-K and the third prediction. So such an engine is
 * asked for that many predictions of every row, beside what was asked for anyway, and the further
 * sets are counted from them: to the last bit as an engine that finds them does.
 *
 *     rs_kept_begin(&kept, engine, &pass, results, models, error);
 *     a pass of the engine: kept.pass, kept.results
 *     rs_kept_count(&kept, counters);
 *     rs_kept_clear(&kept);
 */
#ifndef RS_FURTHER_KEPT_H
#define RS_FURTHER_KEPT_H

#include "engine/engine.h"

/* So many predictions of a row tell all that a set counts: beyond the last of top-K, and of the
 * first three, ranks count alike, and a row has no more than `width`. */
uint32_t rs_kept_enough(const uint32_t *topk, uint32_t topk_count, uint32_t width);
/* The rank of a class in row `at` of what was kept; 0: it is not among the predictions. */
uint32_t rs_kept_rank(const rs_row_results *kept, uint64_t at, int32_t class_index);

typedef struct rs_kept {
    rs_pass pass;                   /* as the engine is to run it */
    rs_row_results *const *results; /* [models], or NULL: nothing is wanted of rows */

    const rs_pass *of;
    rs_row_results *const *asked; /* NULL, or [models] */
    size_t models;
    rs_row_results *own;  /* [models]; NULL: the engine finds further sets, or there are none */
    rs_row_results **own_list;
} rs_kept;

/* `results`: NULL, or [models] of which some may be NULL. Clear *kept in any case. */
rs_status rs_kept_begin(rs_kept *kept, const rs_engine *engine, const rs_pass *pass,
                        rs_row_results *const *results, size_t models, rs_error *error);
/* After the pass over all of its rows; counters[m]: what it counted of a model. */
void rs_kept_count(rs_kept *kept, uint64_t *const *counters);
void rs_kept_clear(rs_kept *kept);

#endif
