/* scorer.c - batches of rows, and the tally of what came. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "engine/engine.h"
#include "engine/image_index.h"
#include "evaluate/cuda_plugin.h"
#include "evaluate/scorer_device.h"
#include "evaluate/scorer_impl.h"
#include "evaluate/source_check.h"
#include "tally/tally_impl.h"

/* ---- what is kept ---- */

rs_status rs_scored_images_make(uint64_t rows, uint32_t keep, bool calibration,
                                rs_scored_images *images, rs_error *error)
{
    *images = (rs_scored_images){.results.keep = keep};
    RS_TRY(RS_NEW(&images->scored.row, rows, "the outcome of images", error));
    if (calibration) {
        RS_TRY(RS_NEW(&images->scored.measure, rows, "the outcome of images", error));
    }
    if (keep > 0) {
        RS_TRY(RS_NEW_ROWS(&images->results.prediction, rows, keep, "predictions", error));
        RS_TRY(RS_NEW_ROWS(&images->results.value, rows, keep, "prediction values", error));
    }
    for (uint64_t i = 0; i < rows * keep; ++i) {
        images->results.prediction[i] = RS_CLASS_UNKNOWN;
    }
    return RS_OK;
}

void rs_scored_images_clear(rs_scored_images *images)
{
    free(images->scored.row);
    free(images->scored.measure);
    free(images->results.prediction);
    free(images->results.value);
    *images = (rs_scored_images){.results.keep = 0};
}

void rs_scored_images_copy(const rs_scored_images *from, rs_scored_images *to, uint64_t at)
{
    const size_t keep = to->results.keep;
    to->scored.row[at] = from->scored.row[at];
    if (to->scored.measure != NULL) {
        to->scored.measure[at] = from->scored.measure[at];
    }
    if (keep > 0) {
        memcpy(to->results.prediction + at * keep, from->results.prediction + at * keep,
               keep * sizeof to->results.prediction[0]);
        memcpy(to->results.value + at * keep, from->results.value + at * keep,
               keep * sizeof to->results.value[0]);
    }
}

rs_dtype rs_wider_float(rs_dtype a, rs_dtype b)
{
    if (a == RS_DTYPE_NONE || a == b) {
        return b;
    }
    if (b == RS_DTYPE_NONE) {
        return a;
    }
    return a == RS_DTYPE_F64 || b == RS_DTYPE_F64 ? RS_DTYPE_F64 : RS_DTYPE_F32;
}

/* ---- making ---- */

static rs_status hash_labels(const rs_labels *labels, uint64_t *hash, rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(labels);
    rs_hash_state *state = NULL;
    RS_TRY(rs_hash_begin(&state, error));
    rs_hash_update(state, view->original, view->rows * sizeof view->original[0]);
    rs_hash_update(state, view->real_begin, (view->rows + 1) * sizeof view->real_begin[0]);
    rs_hash_update(state, view->real_class,
                   view->real_begin[view->rows] * sizeof view->real_class[0]);
    *hash = rs_hash_end(state);
    return RS_OK;
}

static rs_status hash_map(const rs_class_map *map, uint64_t *hash, rs_error *error)
{
    if (map == NULL) {
        return RS_OK;
    }
    rs_hash_state *state = NULL;
    RS_TRY(rs_hash_begin(&state, error));
    rs_hash_update(state, map->position_class, map->positions * sizeof map->position_class[0]);
    rs_hash_update(state, map->column_begin,
                   (map->positions + UINT64_C(1)) * sizeof map->column_begin[0]);
    rs_hash_update(state, map->column, map->column_begin[map->positions] * sizeof map->column[0]);
    *hash = rs_hash_end(state);
    return RS_OK;
}

rs_source_info rs_scorer_describe(const rs_scorer *scorer)
{
    const rs_class_map *const map = scorer->evaluator->options.class_map;
    return (rs_source_info){
        .path = "memory",
        .content = RS_CONTENT_LOGITS,
        .columns = map != NULL ? map->columns : rs_labels_get_view(scorer->labels)->classes,
    };
}

/* Rows on a device are scored there; what is left to do is the CPU's. */
static rs_status make_evaluator(rs_scorer *scorer, const rs_evaluator_options *options,
                                rs_error *error)
{
    rs_evaluator_options of_host = *options;
    of_host.backend = RS_BACKEND_CPU;
    return rs_evaluator_create(&of_host, &scorer->evaluator, error);
}

static rs_status make(rs_scorer *scorer, const rs_evaluator_options *options, uint32_t keep,
                      rs_error *error)
{
    RS_TRY(make_evaluator(scorer, options, error));
    const rs_label_view *const view = rs_labels_get_view(scorer->labels);
    const rs_source_info info = rs_scorer_describe(scorer);
    RS_TRY(rs_source_check_columns(options->class_map, view, &info, error));
    RS_TRY(hash_labels(scorer->labels, &scorer->rows_hash, error));
    RS_TRY(hash_map(options->class_map, &scorer->map_hash, error));
    RS_TRY(
        rs_evaluator_make_tally(scorer->evaluator, scorer->labels, &info, &scorer->scratch, error));
    return rs_scored_images_make(view->rows, keep, options->calibration, &scorer->kept, error);
}

rs_status rs_scorer_create_with(const rs_engine_plugin *plugin, const rs_evaluator_options *options,
                                const rs_labels *labels, uint32_t keep, rs_scorer **scorer,
                                rs_error *error)
{
    *scorer = NULL;
    RS_TRY(rs_keep_check(keep, error));
    rs_scorer *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a scorer", error));
    made->labels = labels;
    rs_status status = RS_OK;
    RS_TRY_DONE(make(made, options, keep, error));
    if (plugin != NULL) {
        const rs_source_info info = rs_scorer_describe(made);
        const rs_pass pass = rs_evaluator_make_pass(
            made->evaluator, labels, &info, made->scratch,
            (rs_row_range){0, rs_labels_get_view(labels)->rows});
        RS_TRY_DONE(rs_scorer_device_open(made, plugin, &pass, error));
    }
    *scorer = made;
    return RS_OK;
done:
    rs_scorer_free(made);
    return status;
}

rs_status rs_scorer_create(const rs_evaluator_options *options, const rs_labels *labels,
                           uint32_t keep, rs_scorer **scorer, rs_error *error)
{
    static const rs_evaluator_options defaults = {0};
    RS_NEED(scorer, error);
    *scorer = NULL;
    RS_NEED(labels, error);
    const rs_evaluator_options *const asked = options != NULL ? options : &defaults;
    RS_TRY(rs_evaluator_options_check(asked, error));
    const rs_engine_plugin *plugin = NULL;
    if (asked->backend == RS_BACKEND_CUDA) {
        RS_TRY(rs_cuda_plugin_load(&plugin, error));
    }
    return rs_scorer_create_with(plugin, asked, labels, keep, scorer, error);
}

void rs_scorer_free(rs_scorer *scorer)
{
    if (scorer == NULL) {
        return;
    }
    rs_scorer_device_close(scorer);
    rs_scored_images_clear(&scorer->kept);
    rs_tally_free(scorer->scratch);
    rs_evaluator_free(scorer->evaluator);
    free(scorer->image);
    free(scorer);
}

/* ---- which image each row is ---- */

static rs_status check_index(const rs_scorer *scorer, const rs_scorer_rows *rows, rs_error *error)
{
    const uint64_t images = rs_labels_get_view(scorer->labels)->rows;
    return rows->index == NULL
               ? rs_image_index_check_next(scorer->next, rows->rows, images, error)
               : rs_image_index_check(rows->index, rows->rows, images, error);
}

/* Marks those that come for the first time. */
static uint64_t mark(rs_scorer *scorer, const rs_scorer_rows *rows)
{
    rs_scored_row *const row = scorer->kept.scored.row;
    uint64_t fresh = 0;
    for (uint64_t i = 0; i < rows->rows; ++i) {
        const uint64_t at = rows->index == NULL ? scorer->next + i : (uint64_t)rows->index[i];
        const bool first = row[at].counted == 0;
        scorer->image[i] = first ? (int64_t)at : -1;
        row[at].counted = 1;
        fresh += first;
    }
    return fresh;
}

/* They did not come after all. */
static void take_back(rs_scorer *scorer, uint64_t rows)
{
    const uint32_t keep = scorer->kept.results.keep;
    for (uint64_t i = 0; i < rows; ++i) {
        if (scorer->image[i] < 0) {
            continue;
        }
        const uint64_t at = (uint64_t)scorer->image[i];
        scorer->kept.scored.row[at] = (rs_scored_row){0};
        if (scorer->kept.scored.measure != NULL) {
            scorer->kept.scored.measure[at] = (rs_row_measured){0};
        }
        for (uint32_t k = 0; k < keep; ++k) {
            scorer->kept.results.prediction[at * keep + k] = RS_CLASS_UNKNOWN;
            scorer->kept.results.value[at * keep + k] = 0.0;
        }
    }
}

/* ---- adding ---- */

static rs_status score(rs_scorer *scorer, rs_source *source, uint64_t rows, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(source);
    rs_engine *const engine = scorer->evaluator->engine;
    rs_pass pass = rs_evaluator_make_pass(scorer->evaluator, scorer->labels, info, scorer->scratch,
                                          (rs_row_range){0, rows});
    rs_row_results *const results = &scorer->kept.results;
    uint64_t *const counters = rs_tally_counters(scorer->scratch);
    const rs_scoring of = {
        .pass = &pass, .source = source, .results = &results, .counters = &counters};
    uint64_t scored = 0;
    pass.image = scorer->image;
    pass.scored = &scorer->kept.scored;
    return engine->vtable->score(engine, &of, &scored, error);
}

static rs_status need_images(rs_scorer *scorer, uint64_t rows, rs_error *error)
{
    if (rows > scorer->image_room) {
        RS_TRY(RS_GROW(&scorer->image, rows, "an index of images", error));
        scorer->image_room = rows;
    }
    return RS_OK;
}

static rs_status add(rs_scorer *scorer, const rs_scorer_rows *rows, rs_source *source,
                     rs_error *error)
{
    RS_TRY(rs_source_check_columns(scorer->evaluator->options.class_map,
                                   rs_labels_get_view(scorer->labels), rs_source_get_info(source),
                                   error));
    RS_TRY(check_index(scorer, rows, error));
    RS_TRY(need_images(scorer, rows->rows, error));
    const uint64_t fresh = mark(scorer, rows);
    const rs_status status = score(scorer, source, rows->rows, error);
    if (status != RS_OK) {
        take_back(scorer, rows->rows);
        return status;
    }
    scorer->images += fresh;
    scorer->repeats += rows->rows - fresh;
    scorer->next += rows->index == NULL ? rows->rows : 0;
    scorer->dtype = rs_wider_float(scorer->dtype, rows->dtype);
    return RS_OK;
}

rs_status rs_scorer_add(rs_scorer *scorer, const rs_scorer_rows *rows, rs_error *error)
{
    RS_NEED(scorer, error);
    RS_NEED(rows, error);
    if (rows->rows == 0) {
        return RS_OK;
    }
    uint64_t stride = rows->row_stride_bytes;
    rs_source *source = NULL;
    if (stride == 0) {
        stride = rows->columns * rs_dtype_bytes(rows->dtype);
    }
    if (scorer->device != NULL) {
        return rs_scorer_device_add(scorer, rows, stride, error);
    }
    RS_TRY(rs_source_open_memory(rows->data, rows->dtype, rows->rows, rows->columns, stride,
                                 &source, error));
    const rs_status status = add(scorer, rows, source, error);
    rs_source_close(source);
    return status;
}

/* ---- what came ---- */

rs_scorer_counts rs_scorer_get_counts(const rs_scorer *scorer)
{
    if (scorer == NULL) {
        return (rs_scorer_counts){0};
    }
    return (rs_scorer_counts){
        .images = scorer->images,
        .missing = rs_labels_get_view(scorer->labels)->rows - scorer->images,
        .repeats = scorer->repeats,
        .dtype = scorer->dtype,
    };
}

rs_status rs_scorer_tally(rs_scorer *scorer, rs_tally **tally, rs_error *error)
{
    RS_NEED(tally, error);
    *tally = NULL;
    RS_TRY(rs_scorer_wait(scorer, error));
    const rs_source_info info = rs_scorer_describe(scorer);
    rs_tally *made = NULL;
    RS_TRY(rs_evaluator_make_tally(scorer->evaluator, scorer->labels, &info, &made, error));
    const rs_status status = rs_tally_count_scored(made, rs_labels_get_view(scorer->labels),
                                                   &scorer->kept.scored, error);
    if (status != RS_OK) {
        rs_tally_free(made);
        return status;
    }
    *tally = made;
    return RS_OK;
}

const rs_row_results *rs_scorer_results(const rs_scorer *scorer)
{
    return scorer != NULL ? &scorer->kept.results : NULL;
}

const rs_engine_info *rs_scorer_engine(const rs_scorer *scorer)
{
    if (scorer != NULL && scorer->device != NULL) {
        return rs_scorer_device_engine(scorer);
    }
    return scorer != NULL ? rs_evaluator_engine(scorer->evaluator) : NULL;
}
