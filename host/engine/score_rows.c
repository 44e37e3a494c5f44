/* score_rows.c - row by row: labels to columns, columns to ranks, ranks to counters.
 */
#include "engine/score_rows.h"

#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "engine/swept_rows.h"
#include "tally/count_row.h"

/* ---- what a pass needs of its rows ---- */

/* Predictions are searched for only where somebody asks; ranks alone give every counter. */
static uint32_t predictions_needed(const rs_pass *pass, const rs_row_results *results)
{
    uint32_t needed = 0;
    if (results != NULL && (results->prediction != NULL || results->value != NULL)) {
        needed = results->keep;
    }
    const bool flags = pass->row_flags || (results != NULL && results->flags != NULL);
    return flags && needed < 2 ? 2 : needed; /* a tie shows in the second prediction */
}

static bool measures(const rs_row_scorer *scorer)
{
    return scorer->pass->calibration && scorer->pass->values == RS_VALUES_LOGITS;
}

static rs_status allocate(rs_row_scorer *scorer, uint64_t *further, rs_error *error)
{
    RS_TRY(rs_further_rows_init(scorer, further, error));
    if (scorer->content == RS_CONTENT_PREDICTIONS) {
        return RS_OK;
    }
    /* A set has at most all classes, and the original label may not be one of them. */
    const uint64_t labels = (uint64_t)scorer->pass->classes + RS_LABELS_LOOKED;
    const size_t value_bytes = rs_dtype_bytes(scorer->dtype);
    RS_TRY(RS_NEW(&scorer->labels.column, labels, "label columns", error));
    RS_TRY(RS_NEW(&scorer->labels.ahead, labels, "label ranks", error));
    RS_TRY(RS_NEW(&scorer->candidate, scorer->width, "predictions", error));
    if (scorer->pass->map != NULL) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&scorer->mapped, scorer->width, value_bytes, "a mapped row",
                                   error));
    }
    if (scorer->pass->calibration && scorer->pass->values != RS_VALUES_PROBS) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&scorer->masked, scorer->width, value_bytes, "a row", error));
    }
    return RS_OK;
}

size_t rs_further_counters(const rs_pass *pass)
{
    return pass->further_count *
           rs_tally_layout_of(pass->classes, pass->topk_count, false).counters;
}

rs_status rs_row_scorer_init(rs_row_scorer *scorer, const rs_row_scorer_parts *parts,
                             rs_error *error)
{
    const rs_pass *const pass = parts->pass;
    const rs_source_info *const source = parts->source;
    const bool predictions = source->content == RS_CONTENT_PREDICTIONS;
    *scorer = (rs_row_scorer){
        .pass = pass,
        .layout = rs_tally_layout_of(pass->classes, pass->topk_count, pass->calibration),
        .results = parts->results,
        .counters = parts->counters,
        .content = source->content,
        .dtype = source->dtype,
        .row_bytes = source->row_bytes,
        .kernel = predictions ? NULL : rs_row_kernel_get(parts->isa, source->dtype),
        .width = pass->map != NULL ? pass->map->positions : pass->columns,
        .select = predictions ? 0 : predictions_needed(pass, parts->results),
        .look_mask = rs_look_mask(pass->labels.rows),
        .largest = (double)NAN,
        .sums = rs_average_kernel_get(parts->isa),
        .limits = pass->checked
                      ? rs_distribution_limits_none()
                      : rs_distribution_limits_of(source->dtype, pass->columns, pass->map),
    };
    rs_status status = allocate(scorer, parts->further, error);
    if (status == RS_OK) {
        status = rs_batch_init(scorer, parts->isa, error);
    }
    if (status != RS_OK) {
        rs_row_scorer_clear(scorer);
    }
    return status;
}

void rs_row_scorer_clear(rs_row_scorer *scorer)
{
    rs_further_rows_free(scorer->further);
    free(scorer->labels.column);
    free(scorer->labels.ahead);
    free(scorer->candidate);
    free(scorer->mapped);
    free(scorer->masked);
    free(scorer->batch);
    *scorer = (rs_row_scorer){.counters = NULL};
}

/* ---- labels ---- */

/* Lists the labels of a row and says in `outcome` what the labels alone tell. */
static void find_labels(rs_row_scorer *scorer, uint64_t row, rs_row_outcome *outcome)
{
    const rs_label_view *view = &scorer->pass->labels;
    const uint32_t begin = view->real_begin[row];
    const uint32_t end = view->real_begin[row + 1];
    const int32_t original = view->original[row];
    rs_row_labels *const labels = &scorer->labels;

    labels->count = 0;
    labels->original = RS_NO_LABEL;
    labels->set_missing = 0;
    outcome->original = original;
    outcome->set_size = end - begin;
    for (uint32_t i = begin; i < end; ++i) {
        const int32_t real = view->real_class[i];
        const uint32_t column = rs_column_of(scorer, real);
        const bool is_original = real == original;
        outcome->original_in_set = outcome->original_in_set || is_original;
        if (column != RS_NO_LABEL) {
            labels->original = is_original ? labels->count : labels->original;
            labels->column[labels->count++] = column;
        } else {
            ++labels->set_missing;
        }
    }
    labels->set_count = labels->count;
    if (original >= 0 && !outcome->original_in_set) {
        const uint32_t column = rs_column_of(scorer, original);
        if (column != RS_NO_LABEL) {
            labels->original = labels->count;
            labels->column[labels->count++] = column;
        }
    }
}

/* ---- one row ---- */

static void fill_ranks(const rs_row_labels *labels, rs_row_outcome *outcome)
{
    if (labels->original != RS_NO_LABEL) {
        outcome->rank = labels->ahead[labels->original] + 1;
    }
    for (uint32_t i = 0; i < labels->set_count; ++i) {
        rs_outcome_add_real(outcome, labels->ahead[i] + 1);
    }
}

/* Best first in scorer->candidate; returns how many. */
static uint32_t predict(rs_row_scorer *scorer, const void *row, uint32_t select)
{
    const uint32_t found =
        scorer->kernel->find_candidates(row, scorer->width, select, scorer->candidate);
    return rs_select_best(scorer->candidate, found, select);
}

static bool is_tied(const rs_row_scorer *scorer, uint32_t predicted)
{
    return predicted > 1 && scorer->candidate[0].key == scorer->candidate[1].key;
}

static void write_predictions(const rs_row_scorer *scorer, const void *row, uint64_t at,
                              uint32_t predicted)
{
    const rs_row_results *results = scorer->results;
    const rs_class_map *map = scorer->pass->map;
    for (uint32_t k = 0; k < results->keep; ++k) {
        int32_t class_index = RS_CLASS_UNKNOWN;
        double value = 0.0;
        if (k < predicted) {
            const uint32_t column = scorer->candidate[k].column;
            class_index = map != NULL ? map->position_class[column] : (int32_t)column;
            value = rs_row_value(scorer->dtype, row, column);
        }
        if (results->prediction != NULL) {
            results->prediction[at * results->keep + k] = class_index;
        }
        if (results->value != NULL) {
            results->value[at * results->keep + k] = value;
        }
    }
}

uint64_t rs_write_outcome(const rs_row_scorer *scorer, uint64_t row_index,
                          const rs_row_outcome *outcome, uint8_t flags)
{
    const rs_row_results *results = scorer->results;
    const uint64_t at = row_index - scorer->pass->rows.begin;
    if (results->rank != NULL) {
        results->rank[at] = outcome->rank;
    }
    if (results->real_rank != NULL) {
        results->real_rank[at] = outcome->best_real_rank;
    }
    if (results->flags != NULL) {
        results->flags[at] = flags;
    }
    return at;
}

/* Ranks of the row's labels, and the measure if calibration wants it; returns what `inspect` of the
 * kernel would. Of equal columns those before a label are ahead of it. */
static uint8_t rank_row(rs_row_scorer *scorer, const void *row, rs_row_measure *measure)
{
    const rs_row_labels *labels = &scorer->labels;
    const rs_row_kernel *kernel = scorer->kernel;
    bool sound = false;
    if (measures(scorer) && labels->count > 0) {
        sound = rs_measure_labels(scorer, row, measure) && measure->largest < HUGE_VAL &&
                labels->ahead[0] != labels->column[0];
    } else {
        sound = kernel->rank(row, scorer->width, labels->column, labels->count, labels->ahead);
    }
    return sound || scorer->width == 0 ? 0 : kernel->inspect(row, scorer->width);
}

/* What a later count needs of the row. */
static void keep_outcome(const rs_row_scorer *scorer, uint64_t row_index,
                         const rs_row_outcome *outcome, uint8_t flags)
{
    rs_scored_rows *const scored = scorer->pass->scored;
    if (scored != NULL) {
        scored->row[row_index] = (rs_scored_row){
            .rank = outcome->rank,
            .best_real_rank = outcome->best_real_rank,
            .real_rank_mask = (uint8_t)outcome->real_rank_mask,
            .flags = flags,
            .counted = 1,
        };
    }
}

/* Flags are wanted of every row. */
static bool wants_predictions(const rs_row_scorer *scorer, const rs_row_outcome *outcome)
{
    const rs_row_results *const results = scorer->results;
    if (scorer->select == 0) {
        return false;
    }
    const bool skipped = outcome->rank == 1 && results != NULL && results->wrong_only &&
                         results->flags == NULL && !scorer->pass->row_flags;
    return !skipped;
}

/* Whether the first prediction of a ranked row is tied. Mostly it is one of the labels: then it has
 * not to be found again. */
static bool look_for_tie(rs_row_scorer *scorer, const void *row)
{
    const rs_row_labels *const labels = &scorer->labels;
    for (uint32_t i = 0; i < labels->count; ++i) {
        if (labels->ahead[i] == 0) {
            return scorer->kernel->tied(row, scorer->width, labels->column[i]);
        }
    }
    return is_tied(scorer, predict(scorer, row, 2)); /* a tie shows in the second prediction */
}

/* The row's predictions where they are wanted; adds to its flags whether the first is tied. */
static uint32_t look_at_row(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                            const rs_row_outcome *outcome, uint8_t *flags)
{
    const bool looked = (row_index & scorer->look_mask) == 0 && scorer->width > 0;
    const bool wanted = wants_predictions(scorer, outcome);
    if (!wanted && !looked) {
        return 0;
    }
    uint32_t predicted = 0;
    bool tied = false;
    if (wanted) {
        const uint32_t select = looked && scorer->select < 2 ? 2 : scorer->select;
        predicted = predict(scorer, row, select);
        tied = is_tied(scorer, predicted);
    } else {
        tied = look_for_tie(scorer, row);
    }
    *flags |= tied ? RS_ROW_TIED : 0;
    scorer->counters[RS_COUNT_LOOKED_ROWS] += looked;
    scorer->counters[RS_COUNT_LOOKED_TIED_ROWS] += looked && tied;
    return predicted < scorer->select ? predicted : scorer->select;
}

static void count_flags(const rs_row_scorer *scorer, uint8_t flags)
{
    uint64_t *const counters = scorer->counters;
    counters[RS_COUNT_NAN_ROWS] += (flags & RS_ROW_NAN) != 0;
    counters[RS_COUNT_INF_ROWS] += (flags & RS_ROW_INF) != 0;
    counters[RS_COUNT_CONSTANT_ROWS] += (flags & RS_ROW_CONSTANT) != 0;
    counters[RS_COUNT_TIED_ROWS] += scorer->pass->row_flags && (flags & RS_ROW_TIED) != 0;
}

enum { PART_BYTES = 8192 }; /* of a long row */

/* Calls for `bytes` that come `from` behind the start of the next row. */
static void fetch_next(const rs_row_scorer *scorer, uint64_t from, uint64_t bytes)
{
    enum { LINE_BYTES = 64 };
    const uint64_t wanted = from + bytes;
    const uint64_t end = wanted < scorer->next_bytes ? wanted : scorer->next_bytes;
    for (uint64_t i = from / LINE_BYTES * LINE_BYTES; i < end; i += LINE_BYTES) {
        __builtin_prefetch(scorer->next_row + i);
    }
}

static void score_row(rs_row_scorer *scorer, const void *row, uint64_t row_index)
{
    const rs_pass *pass = scorer->pass;
    rs_row_outcome outcome = {.original = RS_CLASS_UNKNOWN};
    rs_row_measure measure;
    uint32_t predicted = 0;

    /* Where the kernel does not, the next row is called for before one is scored: what counts that
     * one keeps the processor from seeing far enough ahead. */
    const uint64_t part = scorer->row_bytes < PART_BYTES ? scorer->row_bytes : PART_BYTES;
    if (!scorer->fetched) {
        fetch_next(scorer, 0, part);
    }
    find_labels(scorer, row_index, &outcome);
    if (pass->scored != NULL && pass->calibration) {
        pass->scored->measure[row_index] = rs_not_measured;
    }
    if (pass->map != NULL) {
        rs_map_row(pass->map, scorer->dtype, row, scorer->mapped);
        row = scorer->mapped;
    }
    uint8_t flags = rank_row(scorer, row, &measure);
    if ((flags & RS_ROW_NAN) == 0) {
        fill_ranks(&scorer->labels, &outcome);
        if (pass->calibration) {
            rs_score_calibration(scorer, row, row_index, &measure, outcome.set_size > 0,
                                 outcome.original >= 0);
        }
        predicted = look_at_row(scorer, row, row_index, &outcome, &flags);
    }
    if (flags != 0) {
        count_flags(scorer, flags);
    }
    rs_count_row(scorer->counters, &scorer->layout, pass->topk, &outcome);
    keep_outcome(scorer, row_index, &outcome, flags);
    if (scorer->results != NULL) {
        const uint64_t at = rs_write_outcome(scorer, row_index, &outcome, flags);
        if (scorer->results->prediction != NULL || scorer->results->value != NULL) {
            write_predictions(scorer, row, at, predicted);
        }
    }
    if (rs_has_others(scorer, row_index)) {
        /* and what is behind that: memory would wait for as long as they take */
        fetch_next(scorer, scorer->fetched ? RS_AHEAD_BYTES : part, part / 4);
        rs_score_further(scorer, (flags & RS_ROW_NAN) != 0 ? NULL : row, row_index, &outcome);
    }
}

static void finish_batch(rs_row_scorer *scorer)
{
    const rs_swept_rows *const batch = scorer->batch;
    for (uint32_t alone = rs_batch_count(scorer); alone != 0; alone &= alone - 1u) {
        const int i = __builtin_ctz(alone);
        score_row(scorer, batch->row[i], batch->index[i]);
    }
}

static void score_values(rs_row_scorer *scorer, const void *row, uint64_t row_index)
{
    if (scorer->batch == NULL || !scorer->fetched || !rs_batch_take(scorer, row, row_index)) {
        score_row(scorer, row, row_index);
    } else if (scorer->batch->rows == RS_BATCH_ROWS) {
        finish_batch(scorer);
    }
}

void rs_score_rows(rs_row_scorer *scorer, const void *first, uint64_t stride_bytes,
                   uint64_t first_row, uint64_t rows)
{
    const unsigned char *row = first;
    const int64_t *const image = scorer->pass->image;
    const bool follow = stride_bytes == scorer->row_bytes && scorer->pass->map == NULL;
    scorer->fetched = follow && scorer->kernel != NULL && scorer->kernel->fetches;
    for (uint64_t i = 0; i < rows && scorer->fault == 0; ++i, row += stride_bytes) {
        const uint64_t at = first_row + i;
        if (scorer->content == RS_CONTENT_PREDICTIONS) {
            rs_score_predictions(scorer, row, at);
        } else if (image == NULL || image[at] >= 0) { /* one call, so that it needs none */
            scorer->next_row = row + stride_bytes;
            scorer->next_bytes = (rows - i - 1) * stride_bytes;
            score_values(scorer, row, image == NULL ? at : (uint64_t)image[at]);
        }
    }
    if (scorer->batch != NULL) { /* rows may be gone afterwards */
        finish_batch(scorer);
        rs_batch_end(scorer);
    }
}
