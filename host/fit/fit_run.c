/* fit_run.c - the life of a run: heads begin, epochs follow each other, heads are saved. */
#include "fit/fit.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "fit/fit_device.h"
#include "fit/fit_impl.h"
#include "fit/fit_write.h"

/* Streams of the generator: an epoch's number, and this for what heads begin as. */
#define INIT_STREAM UINT64_MAX

const char *rs_loss_name(rs_loss loss)
{
    return loss == RS_LOSS_SIGMOID ? "sigmoid" : "softmax";
}

const char *rs_schedule_name(rs_schedule schedule)
{
    static const char *const names[] = {
        [RS_SCHEDULE_COSINE] = "cosine",
        [RS_SCHEDULE_LINEAR] = "linear",
        [RS_SCHEDULE_CONSTANT] = "constant",
    };
    return names[schedule];
}

const char *rs_init_name(rs_init init)
{
    static const char *const names[] = {
        [RS_INIT_PRIOR] = "prior",
        [RS_INIT_ZERO] = "zero",
        [RS_INIT_UNIFORM] = "uniform",
    };
    return names[init];
}

/* ---- how heads begin ---- */

static void set_parameter(const rs_training *fit, const rs_fit_member *member, uint64_t index,
                          double value)
{
    if (fit->size == sizeof(double)) {
        ((double *)(void *)member->parameters)[index] = value;
    } else {
        ((float *)(void *)member->parameters)[index] = (float)value;
    }
}

/* A head that knows nothing of the features answers best by how frequent the classes are; each is
 * taken to have come once more than it did: a class without rows is rare, not impossible. */
static rs_status begin_prior(const rs_training *fit, const rs_fit_member *member, rs_error *error)
{
    const uint32_t classes = fit->targets->classes;
    uint64_t *rows = NULL;
    double labels = 0.0;
    RS_TRY(RS_NEW(&rows, classes, "classes", error));
    (void)rs_fit_count_classes(fit->targets, member->head->kept, rows);
    for (uint32_t c = 0; c < classes; ++c) {
        labels += (double)rows[c];
    }
    for (uint32_t c = 0; c < classes; ++c) {
        const double own = (double)rows[c] + 1.0;
        const double bias = member->head->loss == RS_LOSS_SIGMOID
                                ? log(own / ((double)member->rows + 2.0 - own))
                                : log(own / (labels + (double)classes));
        set_parameter(fit, member, fit->weights + c, bias);
    }
    free(rows);
    return RS_OK;
}

static void begin_uniform(const rs_training *fit, const rs_fit_member *member)
{
    rs_random random = rs_random_make(fit->options.seed, INIT_STREAM);
    const double bound = 1.0 / sqrt((double)fit->features->columns);
    for (uint64_t i = 0; i < fit->parameters; ++i) {
        set_parameter(fit, member, i, bound * (2.0 * rs_random_unit(&random) - 1.0));
    }
}

/* What a step needs here, on the CPU. */
static rs_status make_room_here(rs_training *fit, rs_error *error)
{
    const uint64_t logits = fit->batch * fit->targets->classes;
    RS_TRY(rs_alloc_aligned((void **)&fit->x, fit->batch * fit->features->columns, fit->size,
                            "a batch", error));
    RS_TRY(rs_alloc_aligned((void **)&fit->room, rs_thread_pool_threads(fit->pool),
                            (size_t)fit->features->info->row_bytes, "rows", error));
    RS_TRY(RS_NEW(&fit->products, fit->options.head_count, "products", error));
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        rs_fit_member *const member = &fit->member[h];
        RS_TRY(rs_alloc_aligned((void **)&member->gradient, fit->parameters, fit->size, "a head",
                                error));
        RS_TRY(rs_alloc_aligned((void **)&member->logits, logits, fit->size, "logits", error));
    }
    return RS_OK;
}

static rs_status begin_member(rs_training *fit, size_t h, rs_error *error)
{
    rs_fit_member *const member = &fit->member[h];
    member->head = &fit->options.heads[h];
    for (uint64_t i = 0; i < fit->targets->rows; ++i) {
        member->rows += rs_fit_learns(fit->targets, i, member->head->kept) ? 1 : 0;
    }
    RS_TRY(RS_NEW(&member->saved, fit->options.epoch_count, "heads", error));
    RS_TRY(RS_NEW(&member->row_loss, fit->batch, "losses", error));
    RS_TRY(rs_alloc_aligned((void **)&member->parameters, fit->parameters, fit->size, "a head",
                            error));
    RS_TRY(
        rs_alloc_aligned((void **)&member->velocity, fit->parameters, fit->size, "a head", error));
    memset(member->parameters, 0, (size_t)(fit->parameters * fit->size));
    memset(member->velocity, 0, (size_t)(fit->parameters * fit->size));
    if (fit->options.init == RS_INIT_UNIFORM) {
        begin_uniform(fit, member);
    }
    return fit->options.init == RS_INIT_PRIOR ? begin_prior(fit, member, error) : RS_OK;
}

/* ---- the order of the rows ---- */

/* Fisher and Yates, from the rows in their own order: an epoch's order follows from its number and
 * the seed alone. */
static void deal_rows(rs_training *fit, uint64_t epoch)
{
    rs_random random = rs_random_make(fit->options.seed, epoch);
    uint64_t count = 0;
    if (fit->order_epoch == epoch) {
        return;
    }
    for (uint64_t i = 0; i < fit->targets->rows; ++i) {
        if (rs_fit_learns(fit->targets, i, false)) {
            fit->order[count++] = (uint32_t)i;
        }
    }
    for (uint64_t left = count; left > 1; --left) {
        const uint32_t other = rs_random_below(&random, (uint32_t)left);
        const uint32_t row = fit->order[left - 1];
        fit->order[left - 1] = fit->order[other];
        fit->order[other] = row;
    }
    fit->order_epoch = epoch;
}

/* ---- begin and end ---- */

static rs_status make_room(rs_training *fit, rs_error *error)
{
    RS_TRY(rs_thread_pool_create(fit->options.threads, &fit->pool, error));
    RS_TRY(RS_NEW(&fit->order, fit->targets->rows, "the order of the rows", error));
    for (uint64_t i = 0; i < fit->targets->rows; ++i) {
        fit->rows += rs_fit_learns(fit->targets, i, false) ? 1 : 0;
    }
    fit->batch = fit->options.batch < fit->rows ? fit->options.batch : fit->rows;
    RS_TRY(RS_NEW(&fit->batch_row, fit->batch, "a batch", error));
    fit->steps = (fit->rows - 1) / fit->batch + 1;
    RS_TRY(RS_NEW(&fit->member, fit->options.head_count, "heads", error));
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        RS_TRY(begin_member(fit, h, error));
    }
    if (fit->options.engine != NULL) {
        return rs_fit_device_begin(fit, error);
    }
    rs_openblas_open(&fit->blas);
    return make_room_here(fit, error);
}

rs_status rs_fit_begin(const rs_fit_options *options, const rs_fit_features *features,
                       const rs_fit_targets *targets, rs_training **fit, rs_error *error)
{
    rs_training *made = NULL;
    *fit = NULL;
    if (features->rows != targets->rows) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), NULL,
                       "%" PRIu64 " rows of features and %" PRIu64 " of targets", features->rows,
                       targets->rows);
    }
    RS_TRY(RS_NEW(&made, 1, "a training", error));
    made->options = *options;
    made->features = features;
    made->targets = targets;
    made->kernels = rs_fit_kernels_of(features->dtype);
    made->size = rs_dtype_bytes(features->dtype);
    made->weights = (uint64_t)targets->classes * features->columns;
    made->parameters = made->weights + targets->classes;
    made->order_epoch = UINT64_MAX;
    const rs_status status = make_room(made, error);
    if (status != RS_OK) {
        rs_fit_free(made);
        return status;
    }
    *fit = made;
    return RS_OK;
}

void rs_fit_free(rs_training *fit)
{
    if (fit == NULL) {
        return;
    }
    for (size_t h = 0; fit->member != NULL && h < fit->options.head_count; ++h) {
        rs_fit_member *const member = &fit->member[h];
        for (size_t e = 0; member->saved != NULL && e < fit->options.epoch_count; ++e) {
            free(member->saved[e].parameters);
        }
        free(member->saved);
        free(member->row_loss);
        free(member->parameters);
        free(member->velocity);
        free(member->gradient);
        free(member->logits);
    }
    if (fit->trainer != NULL) {
        fit->trainer->vtable->free(fit->trainer);
    }
    free(fit->member);
    free(fit->products);
    free(fit->room);
    free(fit->x);
    free(fit->batch_row);
    free(fit->order);
    rs_thread_pool_free(fit->pool);
    free(fit);
}

/* ---- the run ---- */

/* The heads as they are, at an epoch of the options. */
static rs_status keep_heads(rs_training *fit, rs_error *error)
{
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        rs_fit_member *const member = &fit->member[h];
        rs_fit_saved *const saved = &member->saved[fit->saved];
        RS_TRY(rs_alloc_aligned(&saved->parameters, fit->parameters, fit->size, "a head", error));
        memcpy(saved->parameters, member->parameters, (size_t)(fit->parameters * fit->size));
        saved->loss = member->loss_sum / (double)member->rows;
    }
    fit->saved += 1;
    return RS_OK;
}

static rs_status end_epoch(rs_training *fit, rs_error *error)
{
    const uint64_t done = fit->step / fit->steps;
    if (done == fit->options.epochs[fit->saved]) {
        RS_TRY(keep_heads(fit, error));
    }
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        fit->member[h].loss_sum = 0.0;
    }
    return RS_OK;
}

static rs_status stop(const rs_training *fit, const rs_fit_watch *watch, rs_error *error)
{
    if (watch->checkpoint != NULL) {
        RS_TRY(rs_fit_save(fit, watch->checkpoint, error));
    }
    return rs_fail(error, RS_INTERRUPTED, watch->checkpoint, rs_nowhere(),
                   "run the same command again to go on from here",
                   "stopped in epoch %" PRIu64 " of %" PRIu64, fit->step / fit->steps + 1,
                   fit->options.epochs[fit->options.epoch_count - 1]);
}

static rs_status do_step(rs_training *fit, rs_error *error)
{
    const uint64_t at = fit->step % fit->steps * fit->batch;
    const uint64_t rows = fit->rows - at < fit->batch ? fit->rows - at : fit->batch;
    deal_rows(fit, fit->step / fit->steps);
    RS_TRY(rs_fit_step(fit, at, rows, error));
    fit->step += 1;
    return fit->step % fit->steps == 0 ? end_epoch(fit, error) : RS_OK;
}

static uint64_t rows_done(const rs_training *fit)
{
    const uint64_t left = fit->step % fit->steps * fit->batch;
    return fit->step / fit->steps * fit->rows + left;
}

/* After an epoch of the options: its heads can be used while the others are trained. Where they
 * cannot be written the run is not lost. */
static rs_status write_so_far(const rs_training *fit, const rs_fit_watch *watch, rs_error *error)
{
    if (watch->heads == NULL || fit->saved == fit->options.epoch_count) {
        return RS_OK;
    }
    const rs_status status = rs_fit_write_so_far(fit, watch->heads, error);
    if (status != RS_OK && watch->checkpoint != NULL) {
        rs_error ignored;
        (void)rs_fit_save(fit, watch->checkpoint, &ignored);
    }
    return status;
}

rs_status rs_fit_run(rs_training *fit, const rs_fit_watch *watch, rs_error *error)
{
    double saved_ms = rs_clock_ms();
    while (fit->saved < fit->options.epoch_count) {
        if (watch->stop != NULL && *watch->stop != 0) {
            return stop(fit, watch, error);
        }
        const size_t saved = fit->saved;
        RS_TRY(do_step(fit, error));
        if (fit->saved > saved) {
            RS_TRY(write_so_far(fit, watch, error));
        }
        if (watch->step_done != NULL) {
            watch->step_done(watch->context, rows_done(fit), fit->member[0].batch_loss);
        }
        if (watch->checkpoint != NULL && rs_clock_ms() - saved_ms > watch->checkpoint_ms) {
            RS_TRY(rs_fit_save(fit, watch->checkpoint, error));
            saved_ms = rs_clock_ms();
        }
    }
    return RS_OK;
}

/* ---- what came of it ---- */

uint64_t rs_fit_total_rows(const rs_training *fit)
{
    return fit->rows * fit->options.epochs[fit->options.epoch_count - 1];
}

uint64_t rs_fit_head_rows(const rs_training *fit, size_t head)
{
    return fit->member[head].rows;
}

const rs_fit_saved *rs_fit_get(const rs_training *fit, size_t head, size_t epoch)
{
    return &fit->member[head].saved[epoch];
}

double rs_fit_first_loss(const rs_training *fit, size_t head)
{
    return fit->member[head].first_loss;
}

const char *rs_fit_products(const rs_training *fit)
{
    return fit->options.engine != NULL ? fit->options.engine->info.products : fit->blas.name;
}

bool rs_fit_resident(const rs_training *fit)
{
    return fit->trainer != NULL && fit->trainer->resident;
}

unsigned rs_fit_threads(const rs_training *fit)
{
    return rs_thread_pool_threads(fit->pool);
}
