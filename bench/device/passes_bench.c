/* passes_bench.c - whole passes of the CUDA engine over rows on the host: arrays and mapped files,
 * copied and with their pages locked, ensembles, heads. Timed by the clock of the host, as shares
 * of the copy of page-locked memory to the device.
 */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "cuda/cuda_engine.h"
#include "device_bench.h"
#include "evaluate/averaging.h"
#include "reassess/ensemble.h"

enum {
    MEMBERS = 3,
    FEATURES = RS_BENCH_TELLS_TIME ? 2048 : 24,
    HEADS = 4,
};

typedef struct passes_bench {
    const rs_device_bench *bench;
    rs_bench_data data;
    rs_pass pass;
    uint64_t *counters[HEADS];
} passes_bench;

static uint64_t bytes_of(const rs_bench_data *data)
{
    return data->rows * data->columns * rs_dtype_bytes(data->dtype);
}

static rs_status open_engine(const passes_bench *b, rs_page_locking locking, rs_engine **engine,
                             rs_error *error)
{
    const rs_engine_plugin_options options = {.devices = UINT64_C(1) << b->bench->device,
                                              .page_locking = locking};
    return rs_cuda_engine_open(&options, engine, error);
}

static void close_engine(rs_engine *engine)
{
    if (engine != NULL) {
        engine->vtable->close(engine);
    }
}

static rs_status open_array(const rs_bench_data *data, rs_source **source, rs_error *error)
{
    return rs_source_open_memory(data->values, data->dtype, data->rows, data->columns,
                                 bytes_of(data) / data->rows, source, error);
}

/* The median of the rounds, and one that is not counted before. */
static rs_status time_passes(const passes_bench *b, rs_engine *engine, const rs_scoring *of,
                             double *median_ms, rs_error *error)
{
    const unsigned rounds = b->bench->set.rounds;
    double *ms = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&ms, rounds, "times", error));
    for (unsigned r = 0; r <= rounds; ++r) {
        uint64_t scored = 0;
        const double begin = rs_bench_now_ms(CLOCK_MONOTONIC);
        RS_TRY_DONE(engine->vtable->score(engine, of, &scored, error));
        ms[r > 0 ? r - 1 : 0] = rs_bench_now_ms(CLOCK_MONOTONIC) - begin;
    }
    *median_ms = rs_bench_median(ms, rounds);
done:
    free(ms);
    return status;
}

static void tell(const passes_bench *b, const char *mode, const char *what, double ms, double bytes,
                 double flops)
{
    rs_bench_tell(b->bench, &(rs_bench_told){.mode = mode,
                                             .what = what,
                                             .ms = ms,
                                             .bytes = bytes,
                                             .limit_gbps = b->bench->send_gbps,
                                             .limit = "sending",
                                             .flops = flops});
}

static rs_status pass_over(passes_bench *b, const char *mode, const char *what, rs_source *source,
                           rs_page_locking locking, double bytes, rs_error *error)
{
    const rs_scoring of = {.pass = &b->pass,
                           .source = source,
                           .counters = b->counters,
                           .averaging = rs_source_get_averaging(source)};
    rs_engine *engine = NULL;
    double ms = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(open_engine(b, locking, &engine, error));
    RS_TRY_DONE(time_passes(b, engine, &of, &ms, error));
    tell(b, mode, what, ms, bytes, 0);
done:
    close_engine(engine);
    return status;
}

static rs_status bench_stream(passes_bench *b, rs_error *error)
{
    const double bytes = (double)bytes_of(&b->data);
    rs_bench_file file = {.source = NULL};
    rs_source *array = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(open_array(&b->data, &array, error));
    RS_TRY_DONE(rs_bench_file_write(&file, &b->data, b->bench->set.folder, error));
    RS_TRY_DONE(
        pass_over(b, "stream", "array, copied", array, RS_PAGE_LOCKING_NEVER, bytes, error));
    RS_TRY_DONE(
        pass_over(b, "stream", "array, locked", array, RS_PAGE_LOCKING_ALWAYS, bytes, error));
    RS_TRY_DONE(
        pass_over(b, "stream", "file, copied", file.source, RS_PAGE_LOCKING_NEVER, bytes, error));
    RS_TRY_DONE(
        pass_over(b, "stream", "file, locked", file.source, RS_PAGE_LOCKING_ALWAYS, bytes, error));
done:
    rs_source_close(array);
    rs_bench_file_remove(&file);
    return status;
}

static rs_status open_ensemble(const passes_bench *b, rs_space space, rs_source **source,
                               rs_error *error)
{
    const rs_ensemble_options options = {.space = space};
    rs_source *member[MEMBERS] = {NULL};
    rs_status status = RS_OK;
    *source = NULL;
    for (size_t m = 0; m < MEMBERS; ++m) {
        RS_TRY_DONE(open_array(&b->data, &member[m], error));
    }
    RS_TRY_DONE(rs_source_open_ensemble(member, MEMBERS, &options, source, error));
    return RS_OK;
done:
    for (size_t m = 0; m < MEMBERS; ++m) {
        rs_source_close(member[m]);
    }
    return status;
}

static rs_status bench_ensemble(passes_bench *b, rs_error *error)
{
    const double bytes = (double)bytes_of(&b->data) * MEMBERS;
    for (int prob = 0; prob < 2; ++prob) {
        rs_source *source = NULL;
        RS_TRY(open_ensemble(b, prob != 0 ? RS_SPACE_PROB : RS_SPACE_LOGIT, &source, error));
        const rs_status status =
            pass_over(b, "ensemble", prob != 0 ? "three, probabilities" : "three, logits", source,
                      RS_PAGE_LOCKING_AUTO, bytes, error);
        rs_source_close(source);
        RS_TRY(status);
    }
    return RS_OK;
}

/* ---- heads ---- */

/* Where cuBLAS is not installed there is nothing to measure. */
static rs_status tell_heads(passes_bench *b, rs_engine *engine, const rs_scoring *of,
                            rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(of->source);
    char what[48];
    double ms = 0;
    const rs_status status = time_passes(b, engine, of, &ms, error);
    if (status == RS_DEVICE && strstr(error->reason, "need cuBLAS") != NULL) {
        rs_bench_tell_skipped(b->bench, "heads", "there is no cuBLAS");
        return RS_OK;
    }
    RS_TRY(status);
    (void)snprintf(what, sizeof what, "%zu on %d features", of->head_count, FEATURES);
    tell(b, "heads", what, ms, (double)(info->rows * info->row_bytes),
         2.0 * (double)info->rows * FEATURES * b->data.columns * (double)of->head_count);
    return RS_OK;
}

static rs_status bench_heads(passes_bench *b, rs_error *error)
{
    rs_bench_data features = {.rows = 0};
    rs_bench_data weight = {.rows = 0};
    rs_source *source = NULL;
    rs_engine *engine = NULL;
    rs_head heads[HEADS];
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_bench_data_make(&features, b->data.dtype, b->data.rows, FEATURES, error));
    RS_TRY_DONE(rs_bench_data_make(&weight, b->data.dtype, b->data.columns, FEATURES, error));
    RS_TRY_DONE(open_array(&features, &source, error));
    RS_TRY_DONE(open_engine(b, RS_PAGE_LOCKING_AUTO, &engine, error));
    for (size_t h = 0; h < HEADS; ++h) {
        heads[h] = (rs_head){.classes = b->data.columns,
                             .features = FEATURES,
                             .dtype = weight.dtype,
                             .weight = weight.values};
    }
    rs_scoring of = {.pass = &b->pass, .source = source, .heads = heads, .counters = b->counters};
    for (of.head_count = 1; of.head_count <= HEADS; of.head_count += HEADS - 1) {
        RS_TRY_DONE(tell_heads(b, engine, &of, error));
    }
done:
    close_engine(engine);
    rs_source_close(source);
    rs_bench_data_free(&weight);
    rs_bench_data_free(&features);
    return status;
}

/* ---- all ---- */

static rs_status open_bench(passes_bench *b, rs_error *error)
{
    const rs_bench_settings *const set = &b->bench->set;
    RS_TRY(rs_bench_data_make(&b->data, b->bench->dtype, set->rows, set->columns, error));
    b->pass = rs_bench_pass(&b->data);
    const size_t counters = rs_tally_layout_of(b->pass.classes, b->pass.topk_count, 0).counters;
    for (size_t h = 0; h < HEADS; ++h) {
        RS_TRY(RS_NEW(&b->counters[h], counters, "counters", error));
    }
    return RS_OK;
}

rs_status rs_bench_passes(const rs_device_bench *bench, rs_error *error)
{
    passes_bench b = {.bench = bench};
    rs_status status = RS_OK;
    if (!rs_bench_has_mode(bench, "stream") && !rs_bench_has_mode(bench, "ensemble") &&
        !rs_bench_has_mode(bench, "heads")) {
        return RS_OK;
    }
    RS_TRY_DONE(open_bench(&b, error));
    if (rs_bench_has_mode(bench, "stream")) {
        RS_TRY_DONE(bench_stream(&b, error));
    }
    if (rs_bench_has_mode(bench, "ensemble")) {
        RS_TRY_DONE(bench_ensemble(&b, error));
    }
    if (rs_bench_has_mode(bench, "heads")) {
        RS_TRY_DONE(bench_heads(&b, error));
    }
done:
    for (size_t h = 0; h < HEADS; ++h) {
        free(b.counters[h]);
    }
    rs_bench_data_free(&b.data);
    return status;
}
