/* evaluator.c - the pass: a source, an engine, a tally.
 *
 * This floor chooses the engine, checks that source and labels belong together, and hands both
 * over. It knows neither kernels nor file formats.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "engine/cpu_engine.h"
#include "engine/engine.h"
#include "evaluate/averaging.h"
#include "evaluate/cuda_plugin.h"
#include "evaluate/evaluator_impl.h"
#include "evaluate/further_kept.h"
#include "evaluate/source_check.h"
#include "reassess/evaluator.h"
#include "reassess/product.h"
#include "tally/tally_impl.h"

/* Sorted, without repetitions, and always with 1: the other counters need the first prediction. */
rs_status rs_complete_topk(rs_evaluator_options *options, rs_error *error)
{
    static const uint32_t article[] = {1, 5};
    if (options->topk_count == 0) {
        memcpy(options->topk, article, sizeof article);
        options->topk_count = 2;
    }
    RS_REFUSE(options->topk_count > RS_TOPK_MAX, error, "ask for fewer",
              "%" PRIu32 " values of K were asked for, at most %d are counted in one pass",
              options->topk_count, RS_TOPK_MAX);
    qsort(options->topk, options->topk_count, sizeof options->topk[0], rs_ascending_u32);
    RS_REFUSE(options->topk[0] == 0, error, "K starts at 1", "top-0 was asked for");
    uint32_t kept = 0;
    for (uint32_t i = 0; i < options->topk_count; ++i) {
        if (kept == 0 || options->topk[i] != options->topk[kept - 1]) {
            options->topk[kept++] = options->topk[i];
        }
    }
    options->topk_count = kept;
    if (options->topk[0] != 1) {
        RS_REFUSE(kept == RS_TOPK_MAX, error, "leave one out",
                  "top-1 is always counted: at most %d further values of K can be",
                  RS_TOPK_MAX - 1);
        memmove(options->topk + 1, options->topk, kept * sizeof options->topk[0]);
        options->topk[0] = 1;
        options->topk_count = kept + 1;
    }
    return RS_OK;
}

/* REASSESS_PAGE_LOCKING: of which rows in the memory of the host the pages may be locked. */
static rs_status find_page_locking(rs_page_locking *locking, rs_error *error)
{
    const char *const given = getenv("REASSESS_PAGE_LOCKING");
    *locking = RS_PAGE_LOCKING_AUTO;
    if (given == NULL || given[0] == '\0' || strcmp(given, "arrays") == 0) {
        return RS_OK;
    }
    if (strcmp(given, "files") == 0) {
        *locking = RS_PAGE_LOCKING_FILES;
    } else if (strcmp(given, "never") == 0) {
        *locking = RS_PAGE_LOCKING_NEVER;
    } else {
        return rs_usage(error,
                        "REASSESS_PAGE_LOCKING is \"%.40s\": it can be arrays (the default), files "
                        "or never",
                        given);
    }
    return RS_OK;
}

/* `auto` is the CPU. Rows in files and in the memory of the host are scored there about as fast as
 * they can be read; a device gets them over a slower bus, and opening one takes as long as scoring
 * dozens of models. Heads would often be faster there, but their sums have other last digits: what
 * a record says is not to depend on whether a device is found (docs/CUDA.md). */
static rs_status open_engine(rs_evaluator *evaluator, rs_error *error)
{
    const rs_evaluator_options *options = &evaluator->options;
    if (options->backend == RS_BACKEND_CUDA) {
        const rs_engine_plugin *plugin = NULL;
        rs_engine_plugin_options asked = {
            .devices = options->devices,
            .memory_bytes = options->memory_bytes,
            .threads = options->threads,
        };
        RS_TRY(find_page_locking(&asked.page_locking, error));
        if (asked.devices == 0) {
            RS_REFUSE(options->device < 0 || options->device > RS_DEVICE_LAST, error,
                      "reassess info lists the devices there are", "%d is no number of a device",
                      options->device);
            asked.devices = UINT64_C(1) << options->device;
        }
        RS_TRY(rs_cuda_plugin_load(&plugin, error));
        return plugin->open(&asked, &evaluator->engine, error);
    }
    return rs_cpu_engine_open(options->isa, options->threads, &evaluator->engine, error);
}

rs_status rs_evaluator_options_check(const rs_evaluator_options *options, rs_error *error)
{
    RS_TRY(rs_one_of(options->backend, RS_BACKEND_CUDA, "backend", error));
    RS_TRY(rs_one_of(options->isa, RS_ISA_NEON, "isa", error));
    return rs_one_of(options->values, RS_VALUES_SIGMOID, "values", error);
}

rs_status rs_evaluator_create(const rs_evaluator_options *options, rs_evaluator **evaluator,
                              rs_error *error)
{
    static const rs_evaluator_options defaults = {0};
    RS_NEED(evaluator, error);
    *evaluator = NULL;
    options = options != NULL ? options : &defaults;
    RS_TRY(rs_evaluator_options_check(options, error));
    rs_evaluator *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "an evaluator", error));
    made->options = *options;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_complete_topk(&made->options, error));
    RS_TRY_DONE(open_engine(made, error));
    *evaluator = made;
    return RS_OK;
done:
    rs_evaluator_free(made);
    return status;
}

void rs_evaluator_free(rs_evaluator *evaluator)
{
    if (evaluator == NULL) {
        return;
    }
    if (evaluator->engine != NULL) {
        evaluator->engine->vtable->close(evaluator->engine);
    }
    free(evaluator);
}

const rs_engine_info *rs_evaluator_engine(const rs_evaluator *evaluator)
{
    return evaluator != NULL ? &evaluator->engine->info : NULL;
}

bool rs_evaluator_products_are_plain(const rs_evaluator *evaluator)
{
    return evaluator->engine->plain_products;
}

rs_values rs_evaluator_values(const rs_evaluator *evaluator)
{
    return evaluator != NULL ? evaluator->options.values : RS_VALUES_LOGITS;
}

rs_status rs_evaluator_multiply(rs_evaluator *evaluator, const rs_product *product,
                                rs_error *error)
{
    RS_NEED(evaluator, error);
    RS_NEED(product, error);
    rs_product checked = *product;
    RS_TRY(rs_product_check(&checked, error));
    if (checked.rows == 0 || checked.columns == 0) {
        return RS_OK;
    }
    return evaluator->engine->vtable->multiply(evaluator->engine, &checked, error);
}

rs_status rs_evaluator_count_keys(rs_evaluator *evaluator, uint64_t *keys, size_t count,
                                  rs_key_counts *counts, rs_error *error)
{
    return evaluator->engine->vtable->count_keys(evaluator->engine, keys, count, counts, error);
}

/* ---- do source and labels belong together? ---- */

static rs_status check_range(const rs_row_range *range, const rs_label_view *labels,
                             const rs_source_info *info, rs_row_range *rows, rs_error *error)
{
    const uint64_t known = info->rows == RS_ROWS_UNKNOWN ? labels->rows : info->rows;
    if (known != labels->rows) {
        return rs_source_fail_rows(info, known, labels->rows, error);
    }
    *rows = (rs_row_range){0, labels->rows};
    if (range == NULL) {
        return RS_OK;
    }
    if (range->begin >= range->end || range->end > known) {
        return rs_fail(error, RS_USAGE, info->path, rs_nowhere(),
                       "a range is BEGIN:END, from 0, END not included",
                       "the row range %" PRIu64 ":%" PRIu64 " is not inside the %" PRIu64 " rows",
                       range->begin, range->end, known);
    }
    *rows = *range;
    return RS_OK;
}

rs_status rs_keep_check(uint32_t keep, rs_error *error)
{
    return keep <= RS_KEEP_MAX
               ? RS_OK
               : rs_usage(error, "%" PRIu32 " predictions are to be kept, at most %d can be", keep,
                          RS_KEEP_MAX);
}

static rs_status check_results(rs_row_results *const *results, size_t models, rs_error *error)
{
    for (size_t m = 0; results != NULL && m < models; ++m) {
        RS_TRY(rs_keep_check(results[m] != NULL ? results[m]->keep : 0, error));
    }
    return RS_OK;
}

/* Ranks beyond this are not known. Of values all are: a class without a column is behind every
 * other, however few those are. */
static uint32_t depth_of(const rs_source_info *info, uint32_t classes)
{
    return info->content == RS_CONTENT_LOGITS ? classes : (uint32_t)info->columns;
}

rs_status rs_evaluator_make_tally(const rs_evaluator *evaluator, const rs_labels *labels,
                                  const rs_source_info *info, rs_tally **tally, rs_error *error)
{
    const rs_evaluator_options *options = &evaluator->options;
    const rs_label_view *view = rs_labels_get_view(labels);
    rs_tally_shape shape = {
        .classes = view->classes,
        .topk_count = options->topk_count,
        .depth = depth_of(info, view->classes),
        .calibration = options->calibration && info->content == RS_CONTENT_LOGITS,
        .row_flags = options->row_flags && info->content == RS_CONTENT_LOGITS,
        .labels_hash = rs_labels_hash(labels),
        .label_rows = view->rows,
    };
    memcpy(shape.topk, options->topk, sizeof shape.topk);
    return rs_tally_create(&shape, tally, error);
}

rs_pass rs_evaluator_make_pass(const rs_evaluator *evaluator, const rs_labels *labels,
                               const rs_source_info *info, const rs_tally *tally, rs_row_range rows)
{
    const rs_evaluator_options *options = &evaluator->options;
    const rs_tally_shape *shape = rs_tally_get_shape(tally);
    rs_pass pass = {
        .labels = *rs_labels_get_view(labels),
        .further = evaluator->further,
        .further_count = evaluator->further_count,
        .differences = evaluator->differences,
        .map = info->content == RS_CONTENT_LOGITS ? options->class_map : NULL,
        .columns = (uint32_t)info->columns,
        .classes = shape->classes,
        .topk_count = shape->topk_count,
        .calibration = shape->calibration,
        .values = options->values,
        .checked = info->averaged,
        .row_flags = shape->row_flags,
        .rows = rows,
    };
    memcpy(pass.topk, shape->topk, sizeof pass.topk);
    return pass;
}

/* After a pass: whether all rows were there, and no more. */
static rs_status check_scored(rs_source *source, const rs_labels *labels, rs_row_range rows,
                              uint64_t scored, rs_error *error)
{
    const rs_source_info *info = rs_source_get_info(source);
    const rs_label_view *view = rs_labels_get_view(labels);
    if (scored != rows.end - rows.begin) {
        return rs_source_fail_rows(info, rows.begin + scored, view->rows, error);
    }
    return rs_source_check_end(source, rows, view->rows, error);
}

static rs_status run_pass(rs_evaluator *evaluator, const rs_labels *labels, const rs_scoring *of,
                          rs_row_range rows, rs_error *error)
{
    rs_scoring scoring = *of;
    const size_t models = of->head_count > 0 ? of->head_count : 1;
    uint64_t scored = 0;
    rs_kept kept;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_kept_begin(&kept, evaluator->engine, of->pass, of->results, models, error));
    scoring.pass = &kept.pass;
    scoring.results = kept.results;
    if (evaluator->engine->averages && of->head_count == 0) {
        scoring.averaging = rs_source_get_averaging(of->source);
    }
    scoring.pairs = of->head_count == 0 ? evaluator->pairs : NULL;
    RS_TRY_DONE(evaluator->engine->vtable->score(evaluator->engine, &scoring, &scored, error));
    RS_TRY_DONE(check_scored(of->source, labels, rows, scored, error));
    rs_kept_count(&kept, of->counters);
done:
    rs_kept_clear(&kept);
    return status;
}

rs_status rs_evaluator_run(rs_evaluator *evaluator, const rs_labels *labels, const rs_scoring *of,
                           const rs_source_info *info, const rs_row_range *range,
                           rs_tally **tallies, rs_error *error)
{
    const size_t models = of->head_count > 0 ? of->head_count : 1;
    rs_row_range rows = {0, 0};
    uint64_t **counters = NULL;
    rs_status status = RS_OK;
    const rs_label_view *const view = rs_labels_get_view(labels);
    RS_TRY(rs_source_check_columns(evaluator->options.class_map, view, info, error));
    RS_TRY(check_range(range, view, info, &rows, error));
    RS_TRY(check_results(of->results, models, error));
    RS_TRY(RS_NEW(&counters, models, "heads", error));
    for (size_t m = 0; m < models; ++m) {
        RS_TRY_DONE(rs_evaluator_make_tally(evaluator, labels, info, &tallies[m], error));
        counters[m] = rs_tally_counters(tallies[m]);
    }
    const rs_pass pass = rs_evaluator_make_pass(evaluator, labels, info, tallies[0], rows);
    rs_scoring scoring = *of;
    scoring.pass = &pass;
    scoring.counters = counters;
    RS_TRY_DONE(run_pass(evaluator, labels, &scoring, rows, error));
    for (size_t m = 0; m < models; ++m) {
        RS_TRY_DONE(rs_tally_count_labels(tallies[m], &pass.labels, rows, error));
    }
done:
    for (size_t m = 0; m < models && status != RS_OK; ++m) {
        rs_tally_free(tallies[m]);
        tallies[m] = NULL;
    }
    free(counters);
    return status;
}

rs_status rs_evaluator_score(rs_evaluator *evaluator, const rs_labels *labels, rs_source *source,
                             const rs_row_range *range, rs_row_results *results,
                             const rs_watch *watch, rs_tally **tally, rs_error *error)
{
    RS_NEED(tally, error);
    *tally = NULL;
    RS_NEED(evaluator, error);
    RS_NEED(labels, error);
    RS_NEED(source, error);
    const rs_scoring of = {.source = source, .results = &results, .watch = watch};
    return rs_evaluator_run(evaluator, labels, &of, rs_source_get_info(source), range, tally,
                            error);
}
