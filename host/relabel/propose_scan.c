/* propose_scan.c - one pass over a model's rows.
 *
 * Of each row the columns are looked at best first, and only as far as one of them can still be
 * among the largest: for most rows that is the first two. Sums of exponentials come from the
 * portable kernel and exp_sum.h, whose results do not depend on the processor, so that the same
 * pairs are proposed everywhere.
 */
#include "relabel/propose_scan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/watch.h"
#include "engine/exp_sum.h"
#include "base/row_value.h"
#include "engine/score_rows.h"
#include "evaluate/source_check.h"
#include "formats/row_span.h"

enum { FEW = 4, MORE = 4, BLOCK_BYTES = 1 << 20 };

typedef struct row_scanner {
    const rs_scan_options *options;
    const rs_source_info *info;
    const rs_source_info *score_info; /* NULL without scores */
    rs_model_scan *scan;
    const rs_row_kernel *kernel;   /* finds the best columns: the same on every processor */
    const rs_row_kernel *portable; /* sums */
    uint32_t width;                /* columns, or positions of the class map */
    rs_candidate *best;            /* [width] best first, `known` of them in order */
    uint32_t known;
    unsigned char *mapped; /* a row by positions, where there is a class map */
    double *score;         /* [columns] of ranked predictions */
} row_scanner;

/* ---- a row of floats ---- */

/* Makes best[0 .. wanted - 1] known, as far as there are columns. */
static void rank_columns(row_scanner *scanner, const void *row, uint32_t wanted)
{
    const rs_dtype dtype = scanner->info->dtype;
    uint32_t found = 0;
    if (wanted <= RS_KEEP_MAX && wanted <= scanner->width / 2) {
        found = scanner->kernel->find_candidates(row, scanner->width, wanted, scanner->best);
    } else {
        wanted = scanner->width;
        for (; found < scanner->width; ++found) {
            scanner->best[found] = (rs_candidate){rs_row_key(dtype, row, found), found};
        }
    }
    scanner->known = rs_select_best(scanner->best, found, wanted);
}

static int32_t class_of(const row_scanner *scanner, uint32_t column)
{
    const rs_class_map *map = scanner->options->map;
    return map == NULL ? (int32_t)column : map->position_class[column];
}

/* How the values of a row become those that are compared over all rows. */
typedef struct value_scale {
    bool probabilities;
    double largest; /* of the row */
    double sum;     /* of exp(value - largest) */
} value_scale;

static double scaled(const value_scale *scale, double value)
{
    if (!scale->probabilities) {
        return value;
    }
    const double below = value - scale->largest;
    return below > -RS_EXP_LIMIT_F64 ? rs_exp_f64(below) / scale->sum : 0.0;
}

static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return rs_key_f64(bits);
}

/* True when nothing that comes after `value` in its row can be among the largest any more: values
 * only become smaller, and with equal ones an earlier image goes first. */
static bool is_beyond(const rs_largest *largest, rs_placed value)
{
    return largest->has_bar && (value.key < largest->bar.key ||
                                (value.key == largest->bar.key &&
                                 rs_place_image(value.place) > rs_place_image(largest->bar.place)));
}

/* Offers everything but the first prediction, best first. */
static rs_status offer_row(row_scanner *scanner, const void *row, uint32_t image,
                           const value_scale *scale, rs_largest *largest, rs_error *error)
{
    double value = HUGE_VAL;
    for (uint32_t k = 1; k < scanner->width && largest->budget > 0; ++k) {
        if (k == scanner->known) {
            rank_columns(scanner, row, MORE * scanner->known);
        }
        const uint32_t column = scanner->best[k].column;
        const double next = scaled(scale, rs_row_value(scanner->info->dtype, row, column));
        value = next < value ? next : value; /* roundings must not turn the order of a row round */
        const rs_placed placed = {key_of(value), rs_place_of(image, class_of(scanner, column))};
        if (is_beyond(largest, placed)) {
            break;
        }
        RS_TRY(rs_largest_add(largest, placed, error));
    }
    return RS_OK;
}

static rs_status offer_probabilities(row_scanner *scanner, const void *row, uint32_t image,
                                     rs_error *error)
{
    rs_model_scan *const scan = scanner->scan;
    rs_row_measure measure;
    const double largest = rs_row_value(scanner->info->dtype, row, scanner->best[0].column);
    if (!isfinite(largest)) {
        ++scan->shapeless;
        return RS_OK;
    }
    (void)scanner->portable->measure(row, scanner->width, RS_NO_LABEL, largest, &measure);
    const value_scale scale = {true, largest, measure.rest};
    return offer_row(scanner, row, image, &scale, &scan->probs, error);
}

static rs_status scan_floats(row_scanner *scanner, const void *row, uint32_t image, rs_error *error)
{
    static const value_scale as_it_is = {.probabilities = false};
    rs_model_scan *const scan = scanner->scan;
    const rs_class_map *map = scanner->options->map;
    if (map != NULL) {
        rs_map_row(map, scanner->info->dtype, row, scanner->mapped);
        row = scanner->mapped;
    }
    if (scanner->width == 0 ||
        (scanner->kernel->inspect(row, scanner->width) & RS_ROW_NAN) != 0) {
        ++scan->invalid;
        return RS_OK;
    }
    rank_columns(scanner, row, FEW);
    scan->first[image] = class_of(scanner, scanner->best[0].column);
    if (scanner->options->values == RS_VALUES_PROBS) {
        return offer_row(scanner, row, image, &as_it_is, &scan->probs, error);
    }
    RS_TRY(offer_row(scanner, row, image, &as_it_is, &scan->logits, error));
    return scan->probs.budget > 0 ? offer_probabilities(scanner, row, image, error) : RS_OK;
}

/* ---- a row of ranked predictions ---- */

/* The scores in the order in which they ranked the classes: larger first. Equal ones are equal. */
static void sort_scores(row_scanner *scanner, const void *row)
{
    double *const score = scanner->score;
    for (uint32_t k = 0; k < scanner->info->columns; ++k) {
        const double value = rs_row_value(scanner->score_info->dtype, row, k);
        uint32_t at = k;
        for (; at > 0 && score[at - 1] < value; --at) {
            score[at] = score[at - 1];
        }
        score[at] = value;
    }
}

/* As far as eval looks when nobody says how far. */
enum { DOUBTED_RANKS = 5 };

static void count_hit(row_scanner *scanner, const void *row, uint32_t image)
{
    rs_rank_hits *const hits = &scanner->scan->hits;
    const int32_t label = scanner->options->labels->original[image];
    uint32_t rank = 0;
    for (uint32_t k = 0; k < scanner->info->columns && rank == 0; ++k) {
        rank = (int32_t)rs_load_u32(row, k) == label ? k + 1 : 0;
    }
    hits->k = scanner->info->columns < DOUBTED_RANKS ? (uint32_t)scanner->info->columns
                                                     : DOUBTED_RANKS;
    hits->depth = (uint32_t)scanner->info->columns;
    if (label >= 0) {
        rs_rank_hits_add(hits, rank);
    }
}

static rs_status scan_predictions(row_scanner *scanner, const void *row, const void *scores,
                                  uint32_t image, rs_error *error)
{
    rs_model_scan *const scan = scanner->scan;
    const bool probs = scanner->options->values == RS_VALUES_PROBS;
    rs_largest *const largest = probs ? &scan->probs : &scan->logits;
    const int32_t first = (int32_t)rs_load_u32(row, 0);
    scan->first[image] = first;
    count_hit(scanner, row, image);
    if (first < 0) { /* none at all: there was a NaN among the scores */
        ++scan->invalid;
        return RS_OK;
    }
    if (scores == NULL) {
        return RS_OK;
    }
    sort_scores(scanner, scores);
    for (uint32_t k = 1; k < scanner->info->columns; ++k) {
        const int32_t predicted = (int32_t)rs_load_u32(row, k);
        if (predicted < 0) {
            break;
        }
        const rs_placed placed = {key_of(scanner->score[k]), rs_place_of(image, predicted)};
        RS_TRY(rs_largest_add(largest, placed, error));
    }
    return RS_OK;
}

/* ---- all rows ---- */

typedef struct row_block {
    rs_source *source;
    unsigned char *buffer;
    rs_row_span span;
} row_block;

static rs_status next_block(row_block *block, uint64_t first, uint64_t wanted, rs_error *error)
{
    return rs_row_span_take(block->source, first, wanted, block->buffer, &block->span, error);
}

static rs_status open_block(rs_source *source, uint64_t rows, row_block *block, rs_error *error)
{
    *block = (row_block){.source = source};
    if (source == NULL) {
        return RS_OK;
    }
    return RS_NEW_ALIGNED_ROWS(&block->buffer, rows, rs_source_get_info(source)->row_bytes, "rows",
                               error);
}

static rs_status scan_block(row_scanner *scanner, const row_block *rows, const row_block *scores,
                            uint64_t first, rs_error *error)
{
    const uint32_t *order = scanner->options->order;
    for (uint64_t i = 0; i < rows->span.count; ++i) {
        const uint32_t image = order == NULL ? (uint32_t)(first + i) : order[first + i];
        const unsigned char *row = rows->span.first + i * rows->span.stride_bytes;
        if (scanner->info->content == RS_CONTENT_LOGITS) {
            RS_TRY(scan_floats(scanner, row, image, error));
        } else {
            const unsigned char *score =
                scores->source == NULL ? NULL
                                       : scores->span.first + i * scores->span.stride_bytes;
            RS_TRY(scan_predictions(scanner, row, score, image, error));
        }
    }
    return RS_OK;
}

static rs_status check_stop(const rs_watch *watch, uint64_t done, rs_error *error)
{
    rs_watch_tell(watch, done);
    if (rs_watch_stops(watch)) {
        return rs_fail(error, RS_INTERRUPTED, NULL, rs_nowhere(), NULL, "stopped by a signal");
    }
    return RS_OK;
}

static rs_status scan_rows(row_scanner *scanner, row_block *rows, row_block *scores,
                           uint64_t block_rows, rs_error *error)
{
    const uint64_t all = scanner->options->labels->rows;
    for (uint64_t first = 0; first < all; first += rows->span.count) {
        const uint64_t left = all - first;
        const uint64_t wanted = left < block_rows ? left : block_rows;
        RS_TRY(check_stop(scanner->options->watch, first, error));
        RS_TRY(next_block(rows, first, wanted, error));
        if (rows->span.count == 0) {
            return rs_source_fail_rows(scanner->info, first, all, error);
        }
        if (scores->source != NULL) {
            RS_TRY(next_block(scores, first, rows->span.count, error));
            if (scores->span.count != rows->span.count) {
                return rs_source_fail_rows(scanner->score_info, first + scores->span.count, all,
                                           error);
            }
        }
        RS_TRY(scan_block(scanner, rows, scores, first, error));
    }
    return rs_source_check_end(rows->source, (rs_row_range){0, all}, all, error);
}

/* ---- preparation ---- */

static rs_status check_inputs(const rs_scan_options *options, const rs_source_info *info,
                              const rs_source_info *scores, rs_error *error)
{
    const bool ranked = info->content == RS_CONTENT_PREDICTIONS;
    if (ranked && options->map != NULL) {
        return rs_fail(error, RS_UNSUPPORTED, info->path, rs_nowhere(),
                       "leave out --class-map, or give logits",
                       "ranked predictions hold classes, not values");
    }
    if (ranked && scores == NULL && options->extra > 0) {
        return rs_fail(error, RS_USAGE, info->path, rs_nowhere(),
                       "give --pred-scores, or --extra 0 for first predictions alone",
                       "ranked predictions have no values by which to propose further labels");
    }
    if (scores != NULL && scores->content != RS_CONTENT_LOGITS) {
        return rs_fail(error, RS_UNSUPPORTED, scores->path, rs_nowhere(), "save them as floats",
                       "scores that are whole numbers cannot be compared over images");
    }
    RS_TRY(rs_source_check_columns(options->map, options->labels, info, error));
    if (info->rows != RS_ROWS_UNKNOWN && info->rows != options->labels->rows) {
        return rs_source_fail_rows(info, info->rows, options->labels->rows, error);
    }
    return RS_OK;
}

static rs_status make_room(row_scanner *scanner, rs_error *error)
{
    if (scanner->info->content == RS_CONTENT_PREDICTIONS) {
        RS_TRY(RS_NEW(&scanner->score, scanner->info->columns, "scores", error));
        return RS_OK;
    }
    const rs_class_map *map = scanner->options->map;
    scanner->width = map == NULL ? (uint32_t)scanner->info->columns : map->positions;
    scanner->kernel = rs_row_kernel_get(rs_isa_best(), scanner->info->dtype);
    scanner->portable = rs_row_kernel_portable(scanner->info->dtype);
    RS_TRY(RS_NEW(&scanner->best, scanner->width, "columns", error));
    return RS_NEW_ROWS(&scanner->mapped, scanner->width, rs_dtype_bytes(scanner->info->dtype),
                       "a row", error);
}

static rs_status make_scan(const rs_scan_options *options, const rs_source_info *info,
                           rs_model_scan *scan, rs_error *error)
{
    const bool probs = options->values == RS_VALUES_PROBS;
    const bool ranked = info->content == RS_CONTENT_PREDICTIONS;
    /* the larger logit is the larger probability: they are one list */
    const bool sigmoid = options->values == RS_VALUES_SIGMOID;
    *scan = (rs_model_scan){
        .rows = (uint32_t)options->labels->rows,
        .logits = rs_largest_make(probs ? 0 : options->extra),
        .probs = rs_largest_make((ranked && !probs) || sigmoid ? 0 : options->extra),
    };
    RS_TRY(RS_NEW(&scan->first, scan->rows, "first predictions", error));
    for (uint32_t i = 0; i < scan->rows; ++i) {
        scan->first[i] = -1;
    }
    return RS_OK;
}

static rs_status run(row_scanner *scanner, rs_source *source, rs_source *scores, rs_error *error)
{
    row_block rows = {0};
    row_block score_rows = {0};
    uint64_t block_rows = BLOCK_BYTES / (scanner->info->row_bytes + 1) + 1;
    rs_status status = RS_OK;
    RS_TRY_DONE(make_room(scanner, error));
    RS_TRY_DONE(open_block(source, block_rows, &rows, error));
    RS_TRY_DONE(open_block(scores, block_rows, &score_rows, error));
    RS_TRY_DONE(scan_rows(scanner, &rows, &score_rows, block_rows, error));
done:
    free(rows.buffer);
    free(score_rows.buffer);
    free(scanner->best);
    free(scanner->mapped);
    free(scanner->score);
    return status;
}

rs_status rs_model_scan_run(const rs_scan_options *options, rs_source *source, rs_source *scores,
                            rs_model_scan *scan, rs_error *error)
{
    const rs_source_info *info = rs_source_get_info(source);
    row_scanner scanner = {
        .options = options,
        .info = info,
        .score_info = scores == NULL ? NULL : rs_source_get_info(scores),
        .scan = scan,
    };
    *scan = (rs_model_scan){0};
    RS_TRY(check_inputs(options, info, scanner.score_info, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(make_scan(options, info, scan, error));
    RS_TRY_DONE(run(&scanner, source, scores, error));
done:
    if (status != RS_OK) {
        rs_model_scan_clear(scan);
        return status;
    }
    rs_largest_finish(&scan->logits);
    rs_largest_finish(&scan->probs);
    return RS_OK;
}

void rs_model_scan_clear(rs_model_scan *scan)
{
    free(scan->first);
    rs_largest_clear(&scan->logits);
    rs_largest_clear(&scan->probs);
    *scan = (rs_model_scan){0};
}
