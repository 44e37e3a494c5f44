/* fit_device.c - what an engine that trains heads is told, and the features that it asks for. */
#include "fit/fit_device.h"

#include <stdatomic.h>
#include <string.h>

#include "base/error.h"
#include "formats/row_span.h"

/* ---- features ---- */

enum { ROWS_AT_A_TIME = 64 };

typedef struct reading {
    const rs_training *fit;
    const uint32_t *row;
    uint64_t count;
    unsigned char *out;
    atomic_uint_fast64_t next;
    atomic_flag failing;
    rs_status status;
    rs_error error;
} reading;

static rs_status read_row(const rs_training *fit, uint32_t row, unsigned char *out, rs_error *error)
{
    const size_t bytes = (size_t)fit->features->info->row_bytes;
    rs_row_span span;
    RS_TRY(rs_row_span_take(fit->features->source, row, 1, out, &span, error));
    if (span.count == 0) {
        return rs_fit_features_short(fit->features, row, error);
    }
    if (span.first != out) {
        memcpy(out, span.first, bytes);
    }
    return RS_OK;
}

static void run_reader(void *context, unsigned worker)
{
    reading *const of = context;
    rs_error error;
    (void)worker;
    for (;;) {
        const uint64_t begin = atomic_fetch_add(&of->next, ROWS_AT_A_TIME);
        if (begin >= of->count) {
            return;
        }
        const uint64_t left = of->count - begin;
        const uint64_t end = begin + (left < ROWS_AT_A_TIME ? left : ROWS_AT_A_TIME);
        rs_status status = RS_OK;
        for (uint64_t i = begin; i < end && status == RS_OK; ++i) {
            status = read_row(of->fit, of->row[i],
                              of->out + i * of->fit->features->info->row_bytes, &error);
        }
        if (status != RS_OK && !atomic_flag_test_and_set(&of->failing)) {
            of->status = status;
            of->error = error;
        }
    }
}

static rs_status read_rows(void *context, const uint32_t *row, uint64_t count, void *out,
                           rs_error *error)
{
    const rs_training *const fit = context;
    reading of = {.fit = fit, .row = row, .count = count, .out = out, .failing = ATOMIC_FLAG_INIT};
    const uint64_t pieces = (count + ROWS_AT_A_TIME - 1) / ROWS_AT_A_TIME;
    const unsigned threads = rs_thread_pool_threads(fit->pool);
    rs_thread_pool_run(fit->pool, pieces < threads ? (unsigned)pieces : threads, run_reader, &of);
    if (of.status != RS_OK && error != NULL) {
        *error = of.error;
    }
    return of.status;
}

/* ---- the engine ---- */

rs_status rs_fit_device_begin(rs_training *fit, rs_error *error)
{
    rs_engine *const engine = fit->options.engine;
    rs_trainer_head heads[RS_FIT_HEADS_MAX];
    if (engine->vtable->train == NULL) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), "leave out --backend",
                       "the engine %s trains no heads", engine->info.name);
    }
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        heads[h] = (rs_trainer_head){fit->options.heads[h].loss == RS_LOSS_SIGMOID,
                                     fit->options.heads[h].kept};
    }
    const rs_trainer_task task = {
        .stored = fit->features->info->dtype,
        .dtype = fit->features->dtype,
        .rows = fit->features->rows,
        .columns = fit->features->columns,
        .classes = fit->targets->classes,
        .batch = fit->batch,
        .label_begin = fit->targets->begin,
        .label = fit->targets->label,
        .kept = fit->targets->kept,
        .heads = heads,
        .head_count = fit->options.head_count,
        .memory_bytes = fit->options.memory_bytes,
        .read = read_rows,
        .context = fit,
    };
    return engine->vtable->train(engine, &task, &fit->trainer, error);
}

/* Before the first step, and after a checkpoint was read. */
static rs_status put_heads(rs_training *fit, rs_error *error)
{
    for (size_t h = 0; h < fit->options.head_count && !fit->put; ++h) {
        RS_TRY(fit->trainer->vtable->put(fit->trainer, h, fit->member[h].parameters,
                                         fit->member[h].velocity, error));
    }
    fit->put = true;
    return RS_OK;
}

rs_status rs_fit_device_step(rs_training *fit, const uint32_t *row, uint64_t rows, double share,
                             rs_error *error)
{
    rs_trainer_rate rates[RS_FIT_HEADS_MAX];
    double *loss[RS_FIT_HEADS_MAX];
    RS_TRY(put_heads(fit, error));
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        const rs_fit_member *const member = &fit->member[h];
        loss[h] = member->row_loss;
        rates[h] = (rs_trainer_rate){
            .lr = member->head->lr * share,
            .momentum = fit->options.momentum,
            .weight_decay = fit->options.weight_decay,
            .scale = member->batch_rows > 0 ? 1.0 / (double)member->batch_rows : 0.0,
        };
    }
    return fit->trainer->vtable->step(fit->trainer, row, rows, rates, loss, error);
}

rs_status rs_fit_device_fetch(const rs_training *fit, rs_error *error)
{
    for (size_t h = 0; h < fit->options.head_count && fit->put; ++h) {
        RS_TRY(fit->trainer->vtable->get(fit->trainer, h, fit->member[h].parameters,
                                         fit->member[h].velocity, error));
    }
    return RS_OK;
}
