/* score_batch.c - ordinary rows of a calibrated pass, several at a time (swept_rows.h).
 *
 * Ordinary is a row of logits of which nothing but the counters and ranks is wanted, with an
 * original label and few labels in all, each of which has a column, and with values that leave a
 * number in every sum. What a row that is not needs is in score_rows.c and score_calibration.c
 * alone, which it is given back to, be it after its sweep.
 */
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/counters_by.h"
#include "engine/score_rows.h"
#include "engine/swept_rows.h"
#include "tally/count_calibration.h"

/* Rows that are scored alone behind a batch of which most were swept in vain, or so many in a row
 * that were not even swept, as where all values are logarithms of probabilities. */
enum { PASSED_OVER = 64, REFUSED = 4, LABELS = RS_BATCH_LABELS };

static const rs_batch_kernel *batch_kernel(rs_isa isa, rs_dtype dtype)
{
#if defined(__x86_64__)
    if (isa == RS_ISA_AVX512) {
        return rs_batch_kernel_avx512(dtype);
    }
#endif
    (void)isa;
    (void)dtype;
    return NULL;
}

rs_status rs_batch_init(rs_row_scorer *scorer, rs_isa isa, rs_error *error)
{
    const rs_pass *const pass = scorer->pass;
    const bool ordinary = pass->calibration && pass->values == RS_VALUES_LOGITS &&
                          pass->map == NULL && pass->scored == NULL && scorer->select == 0 &&
                          scorer->width >= RS_BATCH_COLUMNS &&
                          scorer->content != RS_CONTENT_PREDICTIONS;
    scorer->batch_kernel = ordinary ? batch_kernel(isa, scorer->dtype) : NULL;
    if (scorer->batch_kernel == NULL) {
        return RS_OK;
    }
    RS_TRY(RS_NEW_ALIGNED(&scorer->batch, 1, "a batch of rows", error));
    memset(scorer->batch, 0, sizeof *scorer->batch);
    rs_small_shares(scorer->batch->share);
    scorer->batch->columns = scorer->width;
    scorer->batch->ahead_limit = rs_ahead_limit(pass);
    return RS_OK;
}

/* ---- rows come in ---- */

/* Lists the labels of a row as the next one's of the batch; false: they are not ordinary. There are
 * no branches but for that. */
static bool list_labels(const rs_row_scorer *scorer, uint64_t row)
{
    rs_swept_rows *const batch = scorer->batch;
    const rs_label_view *const view = &scorer->pass->labels;
    const uint32_t begin = view->real_begin[row];
    const uint32_t size = view->real_begin[row + 1] - begin;
    const uint32_t i = batch->rows;
    if (size >= LABELS) {
        return false;
    }
    uint32_t original = 0;
    bool columns = true;
    for (uint32_t label = LABELS; label-- > 0;) { /* the original one once more behind the set */
        const int32_t *const at =
            label < size ? &view->real_class[begin + label] : &view->original[row];
        const uint32_t column = (uint32_t)*at;
        original = column == (uint32_t)view->original[row] ? label : original;
        columns &= column < scorer->width;
        batch->column[i][label] = column;
    }
    batch->original_class[i] = view->original[row];
    batch->in_set[i] = size;
    batch->original[i] = original;
    batch->labels[i] = size + (original == size);
    return columns;
}

static bool is_swept(rs_row_scorer *scorer, const void *row, uint64_t row_index)
{
    rs_swept_rows *const batch = scorer->batch;
    batch->row[batch->rows] = row;
    batch->index[batch->rows] = row_index;
    if (list_labels(scorer, row_index) && scorer->batch_kernel->sweep(batch)) {
        batch->refused = 0;
        return true;
    }
    batch->refused += 1;
    if (batch->refused == REFUSED) {
        batch->refused = 0;
        batch->passed_over = PASSED_OVER;
    }
    return false;
}

bool rs_batch_take(rs_row_scorer *scorer, const void *row, uint64_t row_index)
{
    rs_swept_rows *const batch = scorer->batch;
    if (batch->passed_over > 0) {
        --batch->passed_over;
        return false;
    }
    if ((row_index & scorer->look_mask) == 0 || rs_has_others(scorer, row_index) ||
        !is_swept(scorer, row, row_index)) {
        return false;
    }
    /* The counters of the class, up to two lines of the cache, and those of a choice. Not in a
     * function of its own: gcc leaves out calls of one that does nothing else. */
    const uint32_t i = batch->rows;
    const rs_tally_layout *const layout = &scorer->layout;
    const size_t first = rs_tally_class_index(layout, batch->original_class[i]);
    const size_t choice = rs_tally_choice_index(layout, (uint32_t)batch->original_class[i]);
    __builtin_prefetch(scorer->counters + first, 1);
    __builtin_prefetch(scorer->counters + first + layout->class_stride - 1, 1);
    __builtin_prefetch(scorer->counters + (batch->in_set[i] > 1 ? choice : first), 1);
    batch->several |= (uint32_t)(batch->labels[i] > 1) << i;
    ++batch->rows;
    return true;
}

/* ---- ranks ---- */

/* Labels of a row whose rank is wanted as it is, not only as far as it counts. */
static uint32_t exact_labels(const rs_row_scorer *scorer, uint32_t i)
{
    const rs_row_results *const results = scorer->results;
    if (results == NULL) {
        return 0;
    }
    const uint32_t original = results->rank != NULL ? 1u << scorer->batch->original[i] : 0;
    return original | (results->real_rank != NULL ? (1u << scorer->batch->in_set[i]) - 1u : 0);
}

/* Of the labels but the largest: most are told by a few columns to be beyond what counts. */
static void rank_others(const rs_row_scorer *scorer, uint32_t i)
{
    rs_swept_rows *const batch = scorer->batch;
    const void *const row = batch->row[i];
    const uint32_t exact = exact_labels(scorer, i);
    const uint32_t beyond =
        ~exact & scorer->kernel->beyond(row, batch->columns, batch->column[i], batch->ahead_limit);
    for (uint32_t label = 0; label < LABELS; ++label) {
        batch->ahead[label][i] = batch->columns & -(uint64_t)(beyond >> label & 1u);
    }
    uint32_t left = ~beyond & ((1u << batch->labels[i]) - 1u) & ~(1u << batch->top[i]);
    for (; left != 0; left &= left - 1u) {
        const uint32_t label = (uint32_t)__builtin_ctz(left);
        const uint32_t limit = (exact >> label & 1u) != 0 ? UINT32_MAX : batch->ahead_limit;
        batch->ahead[label][i] =
            scorer->kernel->rank_within(row, batch->columns, batch->column[i][label], limit);
    }
    batch->ahead[batch->top[i]][i] = 0;
}

static void rank_rows(const rs_row_scorer *scorer)
{
    rs_swept_rows *const batch = scorer->batch;
    for (uint32_t left = batch->several; left != 0; left &= left - 1u) {
        rank_others(scorer, (uint32_t)__builtin_ctz(left));
    }
    scorer->batch_kernel->rank_tops(batch);
}

/* ---- counters ---- */

static inline void count_row(const rs_row_scorer *scorer, const rs_tally_layout *layout, uint32_t i)
{
    rs_swept_rows *const batch = scorer->batch;
    const rs_counters_by counters = {scorer->counters, 1, batch->share, SIZE_MAX};
    const uint32_t *const topk = scorer->pass->topk;
    const rs_row_outcome row = {
        .original = batch->original_class[i],
        .rank = (uint32_t)batch->rank[i],
        .set_size = (uint32_t)batch->in_set[i],
        .original_in_set = batch->original[i] < batch->in_set[i],
        .best_real_rank = (uint32_t)batch->best_real_rank[i],
        .real_rank_mask = (uint32_t)batch->real_rank_mask[i],
    };
    const size_t block = rs_tally_class_index(layout, row.original);
    for (uint32_t k = 0; k < layout->topk_count; ++k) {
        RS_COUNTER_ADD_IF(&counters, block + RS_CLASS_FIXED + k, row.rank <= topk[k]);
    }
    rs_count_set_by_class(&counters, layout, topk, &row);
    ++batch->kinds[batch->kind[i]];
    if (scorer->results != NULL) {
        (void)rs_write_outcome(scorer, batch->index[i], &row, 0);
    }
}

/* What rows of a kind add to the counters of all classes together. */
void rs_batch_end(rs_row_scorer *scorer)
{
    rs_swept_rows *const batch = scorer->batch;
    for (uint32_t kind = 0; kind < RS_KINDS; ++kind) {
        const rs_counters_by counters = {scorer->counters, batch->kinds[kind], batch->share,
                                         SIZE_MAX};
        const rs_row_outcome row = {
            .rank = kind >> RS_KIND_FIRST & 1u,
            .set_size = kind & ((1u << RS_KIND_RANKS) - 1u),
            .original_in_set = (kind >> RS_KIND_IN_SET & 1u) != 0,
            .real_rank_mask = kind >> RS_KIND_RANKS & 7u,
        };
        if (batch->kinds[kind] != 0) {
            rs_count_set_at_all(&counters, &row);
            batch->kinds[kind] = 0;
        }
    }
}

/* The bin of a row (tally/count_calibration.h). */
static void count_bin(const rs_row_scorer *scorer, uint32_t i)
{
    const rs_swept_rows *const batch = scorer->batch;
    uint64_t *const at =
        scorer->counters + rs_calibration_bin(&scorer->layout, batch->confidence[i]);
    const uint64_t nonempty = batch->in_set[i] != 0;
    at[RS_BIN_ROWS] += 1;
    at[RS_BIN_CORRECT] += batch->rank[i] == 1;
    at[RS_BIN_CONFIDENCE_WHOLE] += batch->whole[i];
    at[RS_BIN_CONFIDENCE_FRACTION] += batch->fraction[i];
    at[RS_BIN_REAL_ROWS] += nonempty;
    at[RS_BIN_REAL_CORRECT] += batch->real_rank_mask[i] & 1u;
    at[RS_BIN_REAL_CONFIDENCE_WHOLE] += batch->whole[i] & -nonempty;
    at[RS_BIN_REAL_CONFIDENCE_FRACTION] += batch->fraction[i] & -nonempty;
}

static void add_fixed(uint64_t *counters, size_t whole, const rs_batch_fixed *sum)
{
    counters[whole] += sum->whole;
    counters[whole + 1] += sum->fraction;
}

static void count_sums(const rs_row_scorer *scorer)
{
    const rs_batch_sums *const sums = &scorer->batch->sums;
    uint64_t *const counters = scorer->counters + scorer->layout.calibration;
    counters[RS_CALIB_ROWS] += sums->rows;
    counters[RS_CALIB_NLL_ROWS] += sums->rows;
    counters[RS_CALIB_REAL_NLL_ROWS] += sums->nonempty;
    add_fixed(counters, RS_CALIB_CONFIDENCE_WHOLE, &sums->confidence);
    add_fixed(counters, RS_CALIB_NLL_WHOLE, &sums->nll);
    add_fixed(counters, RS_CALIB_NLL_SQUARE_WHOLE, &sums->nll_square);
    add_fixed(counters, RS_CALIB_REAL_NLL_WHOLE, &sums->real_nll);
    add_fixed(counters, RS_CALIB_REAL_NLL_SQUARE_WHOLE, &sums->real_nll_square);
}

uint32_t rs_batch_count(rs_row_scorer *scorer)
{
    const rs_tally_layout layout = scorer->layout; /* so that no counter may be a part of it */
    rs_swept_rows *const batch = scorer->batch;
    rank_rows(scorer);
    scorer->batch_kernel->finish(batch);
    count_sums(scorer);
    uint32_t in_vain = 0;
    for (uint32_t i = 0; i < batch->rows; ++i) {
        if (batch->ordinary[i] != 0) {
            count_row(scorer, &layout, i);
            count_bin(scorer, i);
        } else {
            batch->alone |= 1u << i;
            in_vain += 1;
        }
    }
    const uint32_t alone = batch->alone;
    batch->passed_over = 2 * in_vain > batch->rows ? PASSED_OVER : batch->passed_over;
    batch->rows = batch->several = batch->alone = 0;
    return alone;
}
