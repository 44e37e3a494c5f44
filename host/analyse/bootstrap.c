/* bootstrap.c - blocks of replicates: threads draw the counts, the engine multiplies. */
#include "analyse/bootstrap.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "analyse/bits.h"
#include "analyse/multinomial.h"
#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"
#include "base/watch.h"
#include "reassess/product.h"

/* Counts of a block may take so much; a product is cut into rows of 256 for the threads. */
enum { BLOCK_BYTES = 128 * 1024 * 1024, BLOCK_STEP = 256 };
/* Sums up to this are exact in single precision. */
enum { EXACT_IMAGES = 1 << 24 };

typedef struct bootstrap_run {
    const rs_patterns *patterns;
    const rs_bootstrap_options *options;
    rs_multinomial draws;
    bool wide;
    uint64_t block;
    void *bits;   /* [patterns * columns] 0 or 1, in the precision of the product */
    void *counts; /* [block * patterns] */
    void *sums;   /* [block * columns] */
    rs_bootstrap *out;
    uint64_t first; /* replicate of the block under way */
    uint64_t size;  /* of it */
    atomic_uint_fast64_t next;
} bootstrap_run;

static size_t number_bytes(const bootstrap_run *run)
{
    return run->wide ? sizeof(double) : sizeof(float);
}

/* ---- drawing ---- */

/* From integers into the numbers of the product, in place: from the back where these are wider. */
static void to_numbers(const bootstrap_run *run, void *row, size_t count)
{
    const uint32_t *const integers = row;
    if (run->wide) {
        double *const numbers = row;
        for (size_t i = count; i-- > 0;) {
            numbers[i] = (double)integers[i];
        }
    } else {
        float *const numbers = row;
        for (size_t i = 0; i < count; ++i) {
            numbers[i] = (float)integers[i];
        }
    }
}

static void draw_replicates(void *context, unsigned worker)
{
    bootstrap_run *const run = context;
    (void)worker;
    for (;;) {
        const uint64_t i = atomic_fetch_add(&run->next, 1);
        if (i >= run->size) {
            return;
        }
        rs_random random = rs_random_make(run->options->seed, run->first + i + 1);
        void *const row = (char *)run->counts + i * run->patterns->count * number_bytes(run);
        rs_multinomial_draw(&run->draws, &random, row);
        to_numbers(run, row, run->patterns->count);
    }
}

/* ---- multiplying ---- */

static void keep_sums(const bootstrap_run *run)
{
    const size_t columns = run->patterns->columns;
    for (size_t c = 0; c < columns; ++c) {
        uint32_t *const to = run->out->sum + c * run->out->replicates + run->first;
        for (uint64_t i = 0; i < run->size; ++i) {
            const size_t at = i * columns + c;
            to[i] = run->wide ? (uint32_t)((const double *)run->sums)[at]
                              : (uint32_t)((const float *)run->sums)[at];
        }
    }
}

static rs_status run_blocks(bootstrap_run *run, rs_evaluator *evaluator, rs_thread_pool *pool,
                            const rs_watch *watch, rs_error *error)
{
    rs_product product = {
        .dtype = run->wide ? RS_DTYPE_F64 : RS_DTYPE_F32,
        .columns = run->patterns->columns,
        .depth = run->patterns->count,
        .left = run->counts,
        .right = run->bits,
        .out = run->sums,
    };
    for (run->first = 0; run->first < run->out->replicates; run->first += run->block) {
        const uint64_t left = run->out->replicates - run->first;
        run->size = left < run->block ? left : run->block;
        atomic_store(&run->next, 0);
        rs_thread_pool_run(pool, rs_thread_pool_threads(pool), draw_replicates, run);
        product.rows = run->size;
        RS_TRY(rs_evaluator_multiply(evaluator, &product, error));
        keep_sums(run);
        rs_watch_tell(watch, run->first + run->size);
        if (rs_watch_stops(watch)) {
            return rs_fail(error, RS_INTERRUPTED, NULL, rs_nowhere(), NULL,
                           "stopped by a signal; nothing was written");
        }
    }
    return RS_OK;
}

/* ---- memory ---- */

static uint64_t choose_block(const bootstrap_run *run, unsigned threads)
{
    const uint64_t fitting = BLOCK_BYTES / (run->patterns->count * number_bytes(run));
    const uint64_t wanted = (uint64_t)BLOCK_STEP * threads;
    uint64_t block = fitting < wanted ? fitting : wanted;
    if (run->options->block > 0) {
        block = run->options->block;
    }
    block = block < 1 ? 1 : block;
    return block < run->out->replicates ? block : run->out->replicates;
}

static rs_status make_bits(bootstrap_run *run, rs_error *error)
{
    const rs_patterns *patterns = run->patterns;
    RS_TRY(rs_alloc(&run->bits, patterns->count, patterns->columns * number_bytes(run),
                    "right and wrong as numbers", error));
    for (size_t p = 0; p < patterns->count; ++p) {
        for (size_t c = 0; c < patterns->columns; ++c) {
            const bool set = rs_bit_get(patterns->bits + p * patterns->words, c);
            if (run->wide) {
                ((double *)run->bits)[p * patterns->columns + c] = set;
            } else {
                ((float *)run->bits)[p * patterns->columns + c] = set;
            }
        }
    }
    return RS_OK;
}

static rs_status make_run(bootstrap_run *run, unsigned threads, rs_error *error)
{
    const rs_patterns *patterns = run->patterns;
    rs_bootstrap *const out = run->out;
    RS_TRY(rs_multinomial_create(patterns->size, patterns->count, &run->draws, error));
    run->wide = run->options->wide || run->draws.rows > EXACT_IMAGES;
    run->block = choose_block(run, threads);
    RS_TRY(make_bits(run, error));
    RS_TRY(rs_alloc_aligned(&run->counts, run->block, patterns->count * number_bytes(run),
                            "counts of replicates", error));
    RS_TRY(rs_alloc_aligned(&run->sums, run->block, patterns->columns * number_bytes(run),
                            "sums of replicates", error));
    return RS_NEW_ROWS(&out->sum, out->replicates, out->columns, "sums of all replicates", error);
}

rs_status rs_bootstrap_run(const rs_patterns *patterns, const rs_bootstrap_options *options,
                           rs_evaluator *evaluator, rs_thread_pool *pool, const rs_watch *watch,
                           rs_bootstrap *bootstrap, rs_error *error)
{
    *bootstrap = (rs_bootstrap){.replicates = options->replicates, .columns = patterns->columns};
    if (patterns->count == 0 || options->replicates == 0) {
        bootstrap->replicates = 0;
        return RS_OK;
    }
    bootstrap_run run = {.patterns = patterns, .options = options, .out = bootstrap};
    rs_status status = RS_OK;
    RS_TRY_DONE(make_run(&run, rs_thread_pool_threads(pool), error));
    RS_TRY_DONE(run_blocks(&run, evaluator, pool, watch, error));
done:
    rs_multinomial_clear(&run.draws);
    free(run.bits);
    free(run.counts);
    free(run.sums);
    return status;
}

void rs_bootstrap_clear(rs_bootstrap *bootstrap)
{
    free(bootstrap->sum);
    *bootstrap = (rs_bootstrap){0};
}

/* ---- intervals ---- */

/* Puts the value of rank `wanted` (from 0) at its place, smaller ones before and larger ones behind
 * it (Hoare's selection). */
static void select_rank(double *values, size_t count, size_t wanted)
{
    size_t low = 0;
    size_t high = count - 1;
    while (low < high) {
        const double pivot = values[low + (high - low) / 2];
        size_t i = low;
        size_t j = high;
        for (;;) {
            while (values[i] < pivot) {
                ++i;
            }
            while (values[j] > pivot) {
                --j;
            }
            if (i >= j) {
                break;
            }
            const double swap = values[i];
            values[i++] = values[j];
            values[j--] = swap;
        }
        if (wanted <= j) {
            high = j;
        } else {
            low = j + 1;
        }
    }
}

/* The point below which `share` of the values lie: at rank share (count - 1), between ranks linear.
 */
static double quantile(double *values, size_t count, double share)
{
    const double rank = share * (double)(count - 1);
    const size_t below = (size_t)rank;
    select_rank(values, count, below);
    const double at = values[below];
    double next = at;
    if (below + 1 < count) {
        next = values[below + 1];
        for (size_t i = below + 2; i < count; ++i) {
            next = values[i] < next ? values[i] : next;
        }
    }
    return at + (rank - (double)below) * (next - at);
}

rs_bootstrap_interval rs_bootstrap_difference(const uint32_t *first, const uint32_t *second,
                                              const uint32_t *total, uint64_t replicates,
                                              double *work)
{
    rs_bootstrap_interval interval = {0};
    size_t count = 0;
    double sum = 0.0;
    for (uint64_t r = 0; r < replicates; ++r) {
        if (total[r] > 0) {
            work[count] = ((double)first[r] - (double)second[r]) / (double)total[r];
            sum += work[count++];
        }
    }
    interval.replicates = count;
    if (count == 0) {
        return interval;
    }
    double squares = 0.0;
    interval.mean = sum / (double)count;
    for (size_t r = 0; r < count; ++r) {
        squares += (work[r] - interval.mean) * (work[r] - interval.mean);
    }
    interval.stderr_value = count > 1 ? sqrt(squares / (double)(count - 1)) : 0.0;
    interval.low = quantile(work, count, 0.025);
    interval.high = quantile(work, count, 0.975);
    return interval;
}
