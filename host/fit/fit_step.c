/* fit_step.c - one step: a batch is gathered, multiplied by every head, turned into gradients and
 * multiplied again, and the heads move.
 *
 * Threads take pieces of fixed sizes, each computed whole by one of them, so that the bits of a
 * step do not depend on how many there are.
 */
#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/error.h"
#include "engine/cpu_product.h"
#include "engine/engine.h"
#include "fit/fit_device.h"
#include "fit/fit_impl.h"

/* Rows of a batch, and classes of a head, that one thread takes at a time. A step with fewer
 * multiplications than that is done by one thread: waking others takes longer. */
enum { ROWS_AT_A_TIME = 8, CLASSES_AT_A_TIME = 16, WORK_FOR_THREADS = 1000000 };

typedef struct step step;
typedef rs_status (*piece_function)(step *of, uint64_t piece, unsigned worker, rs_error *error);

/* A round of the threads. */
struct step {
    rs_training *fit;
    const uint32_t *row; /* [rows] of the batch */
    uint64_t rows;
    double lr; /* the share of a head's rate that the schedule leaves */
    piece_function do_piece;
    uint64_t pieces;
    atomic_uint_fast64_t next;
    atomic_flag failing;
    rs_status status;
    rs_error error;
};

static uint64_t pieces_of(uint64_t count, uint64_t at_a_time)
{
    return count / at_a_time + (count % at_a_time != 0);
}

static void run_worker(void *context, unsigned worker)
{
    step *const of = context;
    rs_error error;
    for (;;) {
        const uint64_t piece = atomic_fetch_add(&of->next, 1);
        if (piece >= of->pieces) {
            return;
        }
        const rs_status status = of->do_piece(of, piece, worker, &error);
        if (status != RS_OK && !atomic_flag_test_and_set(&of->failing)) {
            of->status = status;
            of->error = error;
        }
    }
}

static unsigned workers_for(const rs_training *fit, uint64_t rows, uint64_t pieces)
{
    const unsigned threads = rs_thread_pool_threads(fit->pool);
    if (rows * fit->weights * fit->options.head_count < WORK_FOR_THREADS) {
        return 1;
    }
    return pieces < threads ? (unsigned)pieces : threads;
}

static rs_status run_pieces(step *of, piece_function do_piece, uint64_t pieces, rs_error *error)
{
    of->do_piece = do_piece;
    of->pieces = pieces;
    of->status = RS_OK;
    atomic_store(&of->next, 0);
    atomic_flag_clear(&of->failing);
    rs_thread_pool_run(of->fit->pool, workers_for(of->fit, of->rows, pieces), run_worker, of);
    if (of->status != RS_OK && error != NULL) {
        *error = of->error;
    }
    return of->status;
}

/* ---- the batch ---- */

/* Features into their place, and the bias to where the logits are to be. */
static rs_status gather_piece(step *of, uint64_t piece, unsigned worker, rs_error *error)
{
    rs_training *const fit = of->fit;
    const uint64_t begin = piece * ROWS_AT_A_TIME;
    const uint64_t end = of->rows - begin < ROWS_AT_A_TIME ? of->rows : begin + ROWS_AT_A_TIME;
    const size_t x_bytes = fit->features->columns * fit->size;
    const size_t z_bytes = fit->targets->classes * fit->size;
    unsigned char *const room = fit->room + worker * fit->features->info->row_bytes;
    for (uint64_t i = begin; i < end; ++i) {
        RS_TRY(rs_fit_features_get(fit->features, of->row[i], room, fit->x + i * x_bytes, error));
        for (size_t h = 0; h < fit->options.head_count; ++h) {
            rs_fit_member *const member = &fit->member[h];
            if (i < member->batch_rows) {
                memcpy(member->logits + i * z_bytes,
                       member->parameters + fit->weights * fit->size, z_bytes);
            }
        }
    }
    return RS_OK;
}

/* ---- products ---- */

static rs_status multiply(step *of, bool forward, rs_error *error)
{
    rs_training *const fit = of->fit;
    const rs_product logits = {
        .dtype = fit->features->dtype,
        .columns = fit->targets->classes,
        .depth = fit->features->columns,
        .left = fit->x,
        .right_transposed = true,
        .add = true,
    };
    const rs_product gradient = {
        .dtype = fit->features->dtype,
        .rows = fit->targets->classes,
        .columns = fit->features->columns,
        .left_transposed = true,
        .right = fit->x,
    };
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        rs_product *const product = &fit->products[h];
        *product = forward ? logits : gradient;
        if (forward) {
            product->rows = fit->member[h].batch_rows;
            product->right = fit->member[h].parameters;
            product->out = fit->member[h].logits;
        } else {
            product->depth = fit->member[h].batch_rows;
            product->left = fit->member[h].logits;
            product->out = fit->member[h].gradient;
        }
        RS_TRY(rs_product_check(product, error));
    }
    rs_cpu_products(&fit->blas, fit->pool, fit->products, fit->options.head_count);
    return RS_OK;
}

/* ---- losses ---- */

static rs_status loss_piece(step *of, uint64_t piece, unsigned worker, rs_error *error)
{
    rs_training *const fit = of->fit;
    const rs_fit_targets *const targets = fit->targets;
    rs_fit_member *const member = &fit->member[piece % fit->options.head_count];
    const uint64_t begin = piece / fit->options.head_count * ROWS_AT_A_TIME;
    const uint64_t most = begin + ROWS_AT_A_TIME;
    const uint64_t end = most < member->batch_rows ? most : member->batch_rows;
    const rs_loss_kernel loss = member->head->loss == RS_LOSS_SIGMOID ? fit->kernels->sigmoid
                                                                      : fit->kernels->softmax;
    const size_t z_bytes = targets->classes * fit->size;
    (void)worker;
    (void)error;
    for (uint64_t i = begin; i < end; ++i) {
        const uint32_t first = targets->begin[of->row[i]];
        member->row_loss[i] =
            loss(member->logits + i * z_bytes, targets->classes, targets->label + first,
                 targets->begin[of->row[i] + 1] - first, 1.0 / (double)member->batch_rows);
    }
    return RS_OK;
}

/* The rows of a batch, those that are kept first: so what a head learns from is the beginning of
 * it, and heads of kept rows are not multiplied with the others. */
static void set_batch(step *of, const uint32_t *dealt)
{
    rs_training *const fit = of->fit;
    uint64_t kept = 0;
    uint64_t others = 0;
    for (uint64_t i = 0; i < of->rows; ++i) {
        kept += rs_fit_learns(fit->targets, dealt[i], true) ? 1 : 0;
    }
    for (uint64_t i = 0, next = 0; i < of->rows; ++i) {
        const bool first = rs_fit_learns(fit->targets, dealt[i], true);
        fit->batch_row[first ? next++ : kept + others++] = dealt[i];
    }
    of->row = fit->batch_row;
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        rs_fit_member *const member = &fit->member[h];
        member->batch_rows = member->head->kept ? kept : of->rows;
    }
}

static rs_status fail_divergence(const rs_training *fit, const rs_fit_member *member,
                                 const char *what, rs_error *error)
{
    const char *const name = member->head->name;
    return rs_fail(error, RS_RANGE, NULL, rs_nowhere(),
                   "lower --lr; features that differ much in size want a small one",
                   "the training of %s%s diverged: at step %" PRIu64 ", in epoch %" PRIu64
                   ", %s is no number any more (--lr %g)",
                   name[0] == '\0' ? "the head" : "head ", name, fit->step + 1,
                   fit->step / fit->steps + 1, what, member->head->lr);
}

static rs_status add_losses(const step *of, rs_error *error)
{
    rs_training *const fit = of->fit;
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        rs_fit_member *const member = &fit->member[h];
        double sum = 0.0;
        for (uint64_t i = 0; i < member->batch_rows; ++i) {
            sum += member->row_loss[i];
        }
        if (!isfinite(sum)) {
            return fail_divergence(fit, member, "the loss", error);
        }
        member->loss_sum += sum;
        if (member->batch_rows > 0) {
            member->batch_loss = sum / (double)member->batch_rows;
            member->first_loss = fit->step == 0 ? member->batch_loss : member->first_loss;
        }
    }
    return RS_OK;
}

/* ---- the move ---- */

static rs_status update_piece(step *of, uint64_t piece, unsigned worker, rs_error *error)
{
    rs_training *const fit = of->fit;
    rs_fit_member *const member = &fit->member[piece % fit->options.head_count];
    const uint64_t begin = piece / fit->options.head_count * CLASSES_AT_A_TIME;
    const uint64_t left = fit->targets->classes - begin;
    const uint64_t classes = left < CLASSES_AT_A_TIME ? left : CLASSES_AT_A_TIME;
    const uint64_t at = begin * fit->features->columns * fit->size;
    const uint64_t bias_at = (fit->weights + begin) * fit->size;
    rs_fit_rate rate = {
        .lr = member->head->lr * of->lr,
        .momentum = fit->options.momentum,
        .weight_decay = fit->options.weight_decay,
    };
    (void)worker;
    (void)error;
    if (member->batch_rows == 0) {
        return RS_OK;
    }
    fit->kernels->update(&rate, member->parameters + at, member->velocity + at,
                         member->gradient + at, classes * fit->features->columns);
    rate.weight_decay = 0.0;
    fit->kernels->add_rows(member->logits + begin * fit->size, member->batch_rows,
                           fit->targets->classes, (uint32_t)classes, member->gradient + bias_at);
    fit->kernels->update(&rate, member->parameters + bias_at, member->velocity + bias_at,
                         member->gradient + bias_at, classes);
    return RS_OK;
}

/* The losses of the next step would tell as well; after the last one there is none. */
static rs_status check_parameters(const rs_training *fit, rs_error *error)
{
    for (size_t h = 0; h < fit->options.head_count; ++h) {
        const rs_fit_member *const member = &fit->member[h];
        const void *const values = member->parameters;
        bool finite = true;
        for (uint64_t i = 0; i < fit->parameters && finite; ++i) {
            finite = fit->size == sizeof(double) ? isfinite(((const double *)values)[i])
                                                 : isfinite(((const float *)values)[i]);
        }
        if (!finite) {
            return fail_divergence(fit, member, "a weight", error);
        }
    }
    return RS_OK;
}

static double scheduled(const rs_training *fit)
{
    const uint64_t steps = fit->steps * fit->options.epochs[fit->options.epoch_count - 1];
    const double done = (double)fit->step / (double)steps;
    switch (fit->options.schedule) {
    case RS_SCHEDULE_COSINE:
        return 0.5 * (1.0 + cos(3.14159265358979323846 * done));
    case RS_SCHEDULE_LINEAR:
        return 1.0 - done;
    default:
        return 1.0;
    }
}

static rs_status step_here(step *of, rs_error *error)
{
    const rs_training *const fit = of->fit;
    const uint64_t heads = fit->options.head_count;
    const uint64_t row_pieces = pieces_of(of->rows, ROWS_AT_A_TIME);
    RS_TRY(run_pieces(of, gather_piece, row_pieces, error));
    RS_TRY(multiply(of, true, error));
    RS_TRY(run_pieces(of, loss_piece, row_pieces * heads, error));
    RS_TRY(add_losses(of, error));
    RS_TRY(multiply(of, false, error));
    return run_pieces(of, update_piece,
                      pieces_of(fit->targets->classes, CLASSES_AT_A_TIME) * heads, error);
}

/* Heads come back at the end of an epoch, when they are looked at and may be saved. */
static rs_status step_there(const step *of, bool last, rs_error *error)
{
    RS_TRY(rs_fit_device_step(of->fit, of->row, of->rows, of->lr, error));
    RS_TRY(add_losses(of, error));
    return last ? rs_fit_device_fetch(of->fit, error) : RS_OK;
}

rs_status rs_fit_step(rs_training *fit, uint64_t at, uint64_t rows, rs_error *error)
{
    const bool last = at + rows == fit->rows;
    step of = {
        .fit = fit,
        .rows = rows,
        .lr = scheduled(fit),
        .failing = ATOMIC_FLAG_INIT,
    };
    set_batch(&of, fit->order + at);
    RS_TRY(fit->trainer != NULL ? step_there(&of, last, error) : step_here(&of, error));
    return last ? check_parameters(fit, error) : RS_OK;
}
