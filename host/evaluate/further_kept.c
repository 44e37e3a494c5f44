/* further_kept.c - see further_kept.h. */
#include "evaluate/further_kept.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "tally/count_row.h"

/* ---- what the engine is asked for ---- */

uint32_t rs_kept_enough(const uint32_t *topk, uint32_t topk_count, uint32_t width)
{
    const uint32_t last = topk[topk_count - 1];
    const uint32_t wanted = last > 3 ? last : 3;
    return wanted < width ? wanted : width;
}

static rs_status choose_keep(const rs_pass *pass, const char *engine, uint32_t *keep,
                             rs_error *error)
{
    *keep = rs_kept_enough(pass->topk, pass->topk_count,
                           pass->map != NULL ? pass->map->positions : pass->columns);
    return *keep <= RS_KEEP_MAX
               ? RS_OK
               : rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(),
                         "leave --backend out, or score one label set at a time",
                         "with several label sets top-%d is the last that %s counts, not "
                         "top-%" PRIu32,
                         RS_KEEP_MAX, engine, *keep);
}

static const rs_row_results *asked_of(const rs_kept *kept, size_t model)
{
    return kept->asked == NULL ? NULL : kept->asked[model];
}

/* Room of its own where what was asked for holds too little, or nothing. */
static rs_status ask(rs_kept *kept, size_t model, uint32_t keep, rs_error *error)
{
    const rs_row_results *const asked = asked_of(kept, model);
    const uint64_t rows = kept->of->rows.end - kept->of->rows.begin;
    rs_row_results *const own = &kept->own[model];
    kept->own_list[model] = own;
    if (asked != NULL) {
        *own = *asked;
    }
    own->wrong_only = false;
    const bool enough = own->keep >= keep;
    own->keep = enough ? own->keep : keep;
    if (!enough || own->prediction == NULL) {
        own->prediction = NULL; /* not the caller's, whatever happens */
        RS_TRY(RS_NEW_ROWS(&own->prediction, rows, own->keep, "predictions", error));
    }
    if (!enough && own->value != NULL) {
        own->value = NULL;
        RS_TRY(RS_NEW_ROWS(&own->value, rows, own->keep, "values of predictions", error));
    }
    return RS_OK;
}

rs_status rs_kept_begin(rs_kept *kept, const rs_engine *engine, const rs_pass *pass,
                        rs_row_results *const *results, size_t models, rs_error *error)
{
    *kept = (rs_kept){
        .pass = *pass, .results = results, .of = pass, .asked = results, .models = models};
    if (pass->further_count == 0 || engine->finds_further) {
        return RS_OK;
    }
    uint32_t keep = 0;
    kept->pass.further = NULL;
    kept->pass.further_count = 0;
    kept->pass.differences = NULL;
    RS_TRY(choose_keep(pass, engine->info.name, &keep, error));
    RS_TRY(RS_NEW(&kept->own, models, "models", error));
    RS_TRY(RS_NEW(&kept->own_list, models, "models", error));
    for (size_t m = 0; m < models; ++m) {
        RS_TRY(ask(kept, m, keep, error));
    }
    kept->results = kept->own_list;
    return RS_OK;
}

/* ---- counting ---- */

uint32_t rs_kept_rank(const rs_row_results *kept, uint64_t at, int32_t class_index)
{
    const int32_t *const list = kept->prediction + at * kept->keep;
    for (uint32_t k = 0; k < kept->keep && list[k] >= 0; ++k) {
        if (list[k] == class_index) {
            return k + 1;
        }
    }
    return 0;
}

static void count_set(const rs_pass *pass, const rs_further_set *set, const rs_row_results *own)
{
    const rs_tally_layout layout = rs_tally_layout_of(pass->classes, pass->topk_count, false);
    for (uint64_t row = pass->rows.begin; row < pass->rows.end; ++row) {
        const uint64_t at = row - pass->rows.begin;
        const int32_t original = pass->labels.original[row];
        rs_row_outcome outcome = {
            .original = original,
            .rank = original < 0 ? 0 : rs_kept_rank(own, at, original),
            .set_size = set->real_begin[row + 1] - set->real_begin[row],
        };
        for (uint32_t i = set->real_begin[row]; i < set->real_begin[row + 1]; ++i) {
            const int32_t label = set->real_class[i];
            const bool same = label == original;
            rs_outcome_add_real(&outcome, same ? outcome.rank : rs_kept_rank(own, at, label));
            outcome.original_in_set = outcome.original_in_set || same;
        }
        rs_count_row(set->counters, &layout, pass->topk, &outcome);
    }
}

/* What rows are, whatever their labels. */
static void count_rows_as(const rs_further_set *set, const uint64_t *counters)
{
    static const int of_rows[] = {RS_COUNT_NAN_ROWS,      RS_COUNT_INF_ROWS,
                                  RS_COUNT_TIED_ROWS,     RS_COUNT_CONSTANT_ROWS,
                                  RS_COUNT_LOOKED_ROWS,   RS_COUNT_LOOKED_TIED_ROWS};
    for (size_t i = 0; i < sizeof of_rows / sizeof of_rows[0]; ++i) {
        set->counters[of_rows[i]] += counters[of_rows[i]];
    }
}

/* The caller's part of what was kept in more room. */
static void hand_over(const rs_kept *kept, size_t model)
{
    const rs_row_results *const asked = asked_of(kept, model);
    const rs_row_results *const own = &kept->own[model];
    const uint64_t rows = kept->of->rows.end - kept->of->rows.begin;
    for (uint64_t i = 0; asked != NULL && i < rows; ++i) {
        if (asked->prediction != NULL && asked->prediction != own->prediction) {
            memcpy(asked->prediction + i * asked->keep, own->prediction + i * own->keep,
                   asked->keep * sizeof *asked->prediction);
        }
        if (asked->value != NULL && asked->value != own->value) {
            memcpy(asked->value + i * asked->keep, own->value + i * own->keep,
                   asked->keep * sizeof *asked->value);
        }
    }
}

void rs_kept_count(rs_kept *kept, uint64_t *const *counters)
{
    for (size_t m = 0; kept->own != NULL && m < kept->models; ++m) {
        for (size_t s = 0; s < kept->of->further_count; ++s) {
            const rs_further_set *const set = &kept->of->further[m * kept->of->further_count + s];
            count_set(kept->of, set, &kept->own[m]);
            count_rows_as(set, counters[m]);
        }
        hand_over(kept, m);
    }
}

void rs_kept_clear(rs_kept *kept)
{
    for (size_t m = 0; kept->own != NULL && m < kept->models; ++m) {
        const rs_row_results *const asked = asked_of(kept, m);
        const rs_row_results *const own = &kept->own[m];
        if (asked == NULL || own->prediction != asked->prediction) {
            free(own->prediction);
        }
        if (asked == NULL || own->value != asked->value) {
            free(own->value);
        }
    }
    free(kept->own);
    free(kept->own_list);
    *kept = (rs_kept){.own = NULL};
}
