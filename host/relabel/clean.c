/* clean.c - windows of rows through the evaluator, a verdict for each row. */
#include "relabel/clean.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "formats/window.h"
#include "labels/image_order.h"
#include "relabel/row_margins.h"

enum {
    PREDICTIONS = 2, /* the second one tells the margin */
    WINDOW_BYTES = 64 << 20,
    WINDOW_ROWS_LEAST = 256,
    WINDOW_ROWS_MOST = 65536
};

/* Rows of one fold under way. Position p counts the rows of the inputs, all folds together. */
typedef struct fold_pass {
    rs_clean *clean;
    rs_evaluator *evaluator;
    rs_source *source;
    rs_source *window;
    const rs_watch *watch;
    const rs_order *order; /* of the inputs' rows; NULL for one that carries file names */
    uint32_t fold;
    uint64_t rows;      /* of the source */
    uint32_t *position; /* [rows] of each row of the source; NULL: row i is position i */
    uint64_t window_rows;
    uint64_t begin; /* of the window */
    uint64_t count;
    int32_t *label; /* [window_rows]; unknown where the row is of no concern */
    rs_row_results results;
} fold_pass;

const char *rs_clean_verdict_name(rs_clean_verdict verdict)
{
    static const char *const names[RS_CLEAN_VERDICTS] = {
        [RS_CLEAN_KEPT] = "kept",       [RS_CLEAN_UNLABELLED] = "unlabelled",
        [RS_CLEAN_INVALID] = "invalid", [RS_CLEAN_DIFFERS] = "differs",
        [RS_CLEAN_MARGIN] = "margin",
    };
    return names[verdict];
}

rs_status rs_clean_begin(const rs_clean_options *options, rs_clean *clean, rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(options->labels);
    *clean = (rs_clean){
        .options = *options,
        .rows = view->rows,
        .classes = view->classes,
        .folds = options->folds == NULL ? 1 : options->folds->count,
    };
    RS_REFUSE(!(options->margin >= 0.0), error, NULL, "the margin is below 0");
    RS_TRY(rs_order_check_once(options->order, error));
    if (options->order != NULL && rs_order_rows(options->order) != view->rows) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "make the order for these labels",
                       "the order has %" PRIu64 " rows, the labels have %" PRIu64,
                       rs_order_rows(options->order), view->rows);
    }
    RS_TRY(RS_NEW(&clean->per_class, clean->classes, "counts", error));
    RS_TRY(RS_NEW(&clean->per_fold, clean->folds, "counts", error));
    RS_TRY(RS_NEW(&clean->first, clean->rows, "first predictions", error));
    for (uint64_t i = 0; i < clean->rows; ++i) {
        clean->first[i] = -1;
    }
    return RS_OK;
}

/* ---- which image a row is ---- */

static uint64_t image_of(const fold_pass *pass, uint64_t source_row)
{
    const uint64_t position = pass->position == NULL ? source_row : pass->position[source_row];
    return pass->order == NULL ? position : rs_order_get(pass->order)[position];
}

static bool is_of_fold(const fold_pass *pass, uint64_t image)
{
    const rs_folds *const folds = pass->clean->options.folds;
    return folds == NULL || folds->fold[image] == pass->fold;
}

/* The positions of the fold's rows, in the order of the inputs. */
static rs_status list_positions(fold_pass *pass, rs_error *error)
{
    uint64_t count = 0;
    uint32_t *list = NULL;
    RS_TRY(RS_NEW(&list, pass->rows, "rows of a fold", error));
    for (uint64_t position = 0; position < pass->clean->rows; ++position) {
        if (is_of_fold(pass, image_of(pass, position))) {
            list[count++] = (uint32_t)position;
        }
    }
    pass->position = list;
    return RS_OK;
}

static rs_status choose_rows(fold_pass *pass, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(pass->source);
    const uint64_t all = pass->clean->rows;
    const rs_folds *const folds = pass->clean->options.folds;
    const uint64_t own = folds == NULL ? all : folds->rows[pass->fold];
    pass->rows = info->rows;
    if (info->rows == RS_ROWS_UNKNOWN) {
        if (own != all) {
            return rs_fail(error, RS_UNSUPPORTED, info->path, rs_nowhere(),
                           "say with --shape N,C how many rows it has",
                           "a stream of unknown length may hold all rows or those of its fold");
        }
        pass->rows = all;
    }
    if (pass->rows == all) {
        return RS_OK;
    }
    if (folds == NULL) {
        return rs_fail(error, RS_MISMATCH, info->path, rs_nowhere(),
                       "every label needs its row, in order; give the blocks of one input with "
                       "--parts, those of several folds with --folds",
                       "%" PRIu64 " rows, but there are %" PRIu64 " labels", pass->rows, all);
    }
    if (pass->rows != own) {
        return rs_fail(error, RS_MISMATCH, info->path, rs_nowhere(),
                       "a fold's file holds all rows, or those of its fold",
                       "%" PRIu64 " rows, but there are %" PRIu64 " labels, %" PRIu64
                       " of them in fold %" PRIu32,
                       pass->rows, all, own, pass->fold);
    }
    return list_positions(pass, error);
}

static rs_status check_margin(const fold_pass *pass, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(pass->source);
    if (pass->clean->options.margin > 0.0 && info->content == RS_CONTENT_PREDICTIONS) {
        return rs_fail(error, RS_USAGE, info->path, rs_nowhere(), "give the logits",
                       "--margin needs values, and ranked predictions have none");
    }
    return RS_OK;
}

/* ---- verdicts ---- */

static double margin_of(const fold_pass *pass, uint64_t at)
{
    if (rs_source_get_info(pass->source)->content == RS_CONTENT_PREDICTIONS) {
        return NAN;
    }
    return rs_row_margin(pass->results.prediction + at * PREDICTIONS,
                         pass->results.value + at * PREDICTIONS, PREDICTIONS);
}

/* Without a margin the predictions of rows whose label is first were not searched for. */
static rs_clean_verdict judge_row(const fold_pass *pass, uint64_t at)
{
    if (pass->label[at] < 0) {
        return RS_CLEAN_UNLABELLED;
    }
    if (pass->results.rank[at] == 1) {
        return pass->results.wrong_only || margin_of(pass, at) >= pass->clean->options.margin
                   ? RS_CLEAN_KEPT
                   : RS_CLEAN_MARGIN;
    }
    return pass->results.prediction[at * PREDICTIONS] < 0 ? RS_CLEAN_INVALID : RS_CLEAN_DIFFERS;
}

static rs_status add_drop(rs_clean *clean, const rs_clean_drop *drop, rs_error *error)
{
    if (clean->drop_count == clean->drop_capacity) {
        const uint64_t capacity = clean->drop_capacity + clean->drop_capacity / 2 + 1024;
        RS_TRY(RS_GROW(&clean->drop, capacity, "dropped rows", error));
        clean->drop_capacity = capacity;
    }
    clean->drop[clean->drop_count++] = *drop;
    return RS_OK;
}

/* As far as eval looks when nobody says how far. */
enum { DOUBTED_RANKS = 5 };

/* Where the label is first, no prediction was searched for. */
static void count_prediction(fold_pass *pass, uint64_t at, uint64_t image)
{
    rs_clean *const clean = pass->clean;
    const rs_source_info *const info = rs_source_get_info(pass->source);
    const uint32_t rank = pass->results.rank[at];
    const int32_t label = pass->label[at];
    clean->first[image] =
        label >= 0 && rank == 1 ? label : pass->results.prediction[at * PREDICTIONS];
    clean->ranked = info->content == RS_CONTENT_PREDICTIONS;
    if (label >= 0) {
        const uint32_t depth = clean->ranked ? (uint32_t)info->columns : clean->classes;
        clean->hits.k = depth < DOUBTED_RANKS ? depth : DOUBTED_RANKS;
        clean->hits.depth = depth;
        rs_rank_hits_add(&clean->hits, rank);
    }
}

static rs_status count_row(fold_pass *pass, uint64_t at, uint64_t image, rs_error *error)
{
    rs_clean *const clean = pass->clean;
    const rs_clean_verdict verdict = judge_row(pass, at);
    const bool kept = verdict == RS_CLEAN_KEPT;
    count_prediction(pass, at, image);
    ++clean->verdicts[verdict];
    ++clean->per_fold[pass->fold].rows;
    clean->per_fold[pass->fold].kept += kept;
    if (pass->label[at] >= 0) {
        ++clean->per_class[pass->label[at]].rows;
        clean->per_class[pass->label[at]].kept += kept;
    }
    if (kept) {
        return RS_OK;
    }
    const rs_clean_drop drop = {
        .margin = margin_of(pass, at),
        .row = (uint32_t)image,
        .prediction = pass->results.prediction[at * PREDICTIONS],
        .label = pass->label[at],
        .rank = pass->results.rank[at],
        .fold = (uint16_t)pass->fold,
        .verdict = (uint8_t)verdict,
    };
    return add_drop(clean, &drop, error);
}

/* ---- windows ---- */

/* The labels of the window's rows; *wanted tells how many of them are of this fold. */
static void take_labels(fold_pass *pass, uint64_t *wanted)
{
    const int32_t *const original = rs_labels_get_view(pass->clean->options.labels)->original;
    *wanted = 0;
    for (uint64_t at = 0; at < pass->count; ++at) {
        const uint64_t image = image_of(pass, pass->begin + at);
        const bool own = is_of_fold(pass, image);
        pass->label[at] = own ? original[image] : RS_CLASS_UNKNOWN;
        *wanted += own;
    }
}

static void report_rows(void *context, uint64_t rows)
{
    const fold_pass *const pass = context;
    pass->watch->rows_done(pass->watch->context, pass->begin + rows);
}

static rs_status score_window(fold_pass *pass, rs_error *error)
{
    const bool told = pass->watch != NULL && pass->watch->rows_done != NULL;
    const rs_watch watch = {told ? report_rows : NULL, pass,
                            pass->watch == NULL ? NULL : pass->watch->stop};
    rs_labels *labels = NULL;
    rs_tally *tally = NULL;
    rs_window_set(pass->window, pass->begin, pass->count);
    RS_TRY(rs_labels_create(pass->count, pass->clean->classes, pass->label, NULL, NULL, &labels,
                            error));
    const rs_status status = rs_evaluator_score(pass->evaluator, labels, pass->window, NULL,
                                                &pass->results, &watch, &tally, error);
    rs_tally_free(tally);
    rs_labels_free(labels);
    return status;
}

static rs_status judge_window(fold_pass *pass, rs_error *error)
{
    const bool random_access = rs_source_get_info(pass->source)->random_access;
    uint64_t wanted = 0;
    take_labels(pass, &wanted);
    if (wanted == 0 && random_access) {
        return RS_OK;
    }
    RS_TRY(score_window(pass, error));
    for (uint64_t at = 0; at < pass->count; ++at) {
        const uint64_t image = image_of(pass, pass->begin + at);
        if (is_of_fold(pass, image)) {
            RS_TRY(count_row(pass, at, image, error));
        }
    }
    return RS_OK;
}

static rs_status judge_windows(fold_pass *pass, rs_error *error)
{
    for (pass->begin = 0; pass->begin < pass->rows; pass->begin += pass->count) {
        const uint64_t left = pass->rows - pass->begin;
        pass->count = left < pass->window_rows ? left : pass->window_rows;
        RS_TRY(judge_window(pass, error));
    }
    return RS_OK;
}

/* A stream of unknown length must not go on after the last label. */
static rs_status check_end(const fold_pass *pass, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(pass->source);
    void *row = NULL;
    uint64_t more = 0;
    if (info->rows != RS_ROWS_UNKNOWN) {
        return RS_OK;
    }
    RS_TRY(rs_alloc(&row, info->row_bytes, 1, "a row", error));
    const rs_status status = rs_source_read(pass->source, pass->rows, 1, row, &more, error);
    free(row);
    RS_TRY(status);
    if (more > 0) {
        return rs_fail(error, RS_MISMATCH, info->path, rs_at_row(pass->rows),
                       "give the labels of all rows",
                       "the stream goes on after the %" PRIu64 " rows of the labels", pass->rows);
    }
    return RS_OK;
}

static rs_status make_room(fold_pass *pass, rs_error *error)
{
    rs_row_results *const results = &pass->results;
    const uint64_t fit = WINDOW_BYTES / rs_source_get_info(pass->source)->row_bytes;
    pass->window_rows = fit < WINDOW_ROWS_LEAST  ? WINDOW_ROWS_LEAST
                        : fit > WINDOW_ROWS_MOST ? WINDOW_ROWS_MOST
                                                 : fit;
    if (pass->window_rows > pass->rows) {
        pass->window_rows = pass->rows;
    }
    const uint64_t rows = pass->window_rows;
    RS_TRY(RS_NEW(&pass->label, rows, "labels", error));
    RS_TRY(RS_NEW_ROWS(&results->prediction, rows, PREDICTIONS, "predictions", error));
    RS_TRY(RS_NEW_ROWS(&results->value, rows, PREDICTIONS, "prediction values", error));
    RS_TRY(RS_NEW(&results->rank, rows, "ranks", error));
    results->keep = PREDICTIONS;
    results->wrong_only = !(pass->clean->options.margin > 0.0);
    return RS_OK;
}

static rs_status judge_fold(fold_pass *pass, rs_error *error)
{
    RS_TRY(check_margin(pass, error));
    RS_TRY(choose_rows(pass, error));
    RS_TRY(make_room(pass, error));
    RS_TRY(rs_window_open(pass->source, &pass->window, error));
    RS_TRY(judge_windows(pass, error));
    return check_end(pass, error);
}

rs_status rs_clean_judge(rs_clean *clean, rs_evaluator *evaluator, rs_source *source, uint32_t fold,
                         const rs_watch *watch, rs_error *error)
{
    fold_pass pass = {
        .clean = clean,
        .evaluator = evaluator,
        .source = source,
        .watch = watch,
        .order = rs_source_get_info(source)->file_name_order ? NULL : clean->options.order,
        .fold = fold,
    };
    const rs_status status = judge_fold(&pass, error);
    rs_source_close(pass.window);
    free(pass.position);
    free(pass.label);
    free(pass.results.prediction);
    free(pass.results.value);
    free(pass.results.rank);
    return status;
}

rs_status rs_clean_fold_labels(const rs_clean *clean, uint32_t fold, uint64_t rows,
                               bool by_file_name, rs_labels **labels, rs_error *error)
{
    const fold_pass pass = {.clean = (rs_clean *)clean,
                            .order = by_file_name ? NULL : clean->options.order,
                            .fold = fold};
    const int32_t *const original = rs_labels_get_view(clean->options.labels)->original;
    const bool all = rows == clean->rows;
    int32_t *label = NULL;
    uint64_t count = 0;
    *labels = NULL;
    RS_TRY(RS_NEW(&label, rows, "labels", error));
    for (uint64_t position = 0; position < clean->rows; ++position) {
        const uint64_t image = image_of(&pass, position);
        const bool own = is_of_fold(&pass, image);
        if ((all || own) && count < rows) {
            label[count++] = own ? original[image] : RS_CLASS_UNKNOWN;
        }
    }
    const rs_status status =
        rs_labels_create(count, clean->classes, label, NULL, NULL, labels, error);
    free(label);
    return status;
}

/* ---- the end ---- */

RS_SORTS(compare_drops, rs_clean_drop)
{
    return RS_COMPARE(left->row, right->row);
}

void rs_clean_finish(rs_clean *clean)
{
    if (clean->drop_count > 0) {
        qsort(clean->drop, clean->drop_count, sizeof *clean->drop, compare_drops);
    }
}

/* Of `classes` counts, which are sorted. */
static rs_class_balance balance_of(uint64_t *count, uint32_t classes)
{
    rs_class_balance balance = {.classes = classes};
    double sum = 0.0;
    double squares = 0.0;
    if (classes == 0) {
        return balance;
    }
    qsort(count, classes, sizeof *count, rs_ascending_u64);
    for (uint32_t i = 0; i < classes; ++i) {
        balance.emptied += count[i] == 0;
        sum += (double)count[i];
        squares += (double)count[i] * (double)count[i];
    }
    const double mean = sum / classes;
    const double variance = squares / classes - mean * mean;
    balance.least = count[0];
    balance.most = count[classes - 1];
    const uint32_t below = (classes - 1) / 2;
    const uint32_t above = classes / 2;
    balance.median = ((double)count[below] + (double)count[above]) / 2.0;
    balance.variation = mean > 0.0 && variance > 0.0 ? sqrt(variance) / mean : 0.0;
    return balance;
}

rs_status rs_clean_balance(const rs_clean *clean, rs_class_balance *before, rs_class_balance *after,
                           rs_error *error)
{
    uint32_t classes = 0;
    uint64_t *rows = NULL;
    RS_TRY(RS_NEW(&rows, 2 * (uint64_t)clean->classes, "counts", error));
    uint64_t *const kept = rows + clean->classes;
    for (uint32_t c = 0; c < clean->classes; ++c) {
        if (clean->per_class[c].rows > 0) {
            rows[classes] = clean->per_class[c].rows;
            kept[classes++] = clean->per_class[c].kept;
        }
    }
    *before = balance_of(rows, classes);
    *after = balance_of(kept, classes);
    free(rows);
    return RS_OK;
}

void rs_clean_clear(rs_clean *clean)
{
    free(clean->per_class);
    free(clean->per_fold);
    free(clean->first);
    free(clean->drop);
    *clean = (rs_clean){0};
}
