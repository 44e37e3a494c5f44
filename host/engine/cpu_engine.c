/* cpu_engine.c - a pass over a source: blocks of rows, handed to threads as they come.
 *
 * A block is about 1 MB of rows. Whoever is free takes the next one, so a thread that lost its
 * processor to another process for a while holds up nothing but its own block. Every thread counts
 * for itself and the counters are added at the end: they are integers, so the order does not
 * matter.
 *
 * Rows come in one of three ways, block by block: from a view of memory, nothing is copied; by
 * reading at any place, each thread into its own buffer; or from a stream, which one thread reads
 * at a time while the others score what they have. Where a view is under a checksum, who scores a
 * few rows has summed them up just before, which brought them into its cache.
 */
#include "engine/cpu_engine.h"

#include <fenv.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/watch.h"
#include "engine/block_plan.h"
#include "engine/cpu_product.h"
#include "engine/head_source.h"
#include "engine/openblas.h"
#include "engine/score_averages.h"
#include "engine/score_rows.h"
#include "engine/thread_pool.h"
#include "formats/crc_rows.h"
#include "formats/row_span.h"
#include "formats/source_impl.h"

enum { SUMMED_BYTES = 64 << 10 }; /* at a time, before they are scored */

typedef struct cpu_engine {
    rs_engine base;
    rs_isa isa;
    rs_thread_pool *pool;
    rs_openblas blas; /* opened by the first product */
} cpu_engine;

/* A pass under way, shared by its workers. */
typedef struct cpu_pass {
    const cpu_engine *engine;
    const rs_pass *pass;
    rs_source *source;
    const rs_source_info *info;
    const rs_averaging *averaging; /* or NULL */
    rs_row_results *results;
    const rs_watch *watch;
    unsigned workers;
    uint64_t *counters; /* of the whole pass: the first worker counts in here */
    uint64_t **own;     /* [workers] what others counted, to be added in the end; or NULL */
    size_t counter_count;
    uint64_t block_rows;
    rs_crc_pass *crc; /* NULL: nothing is summed up */

    atomic_uint_fast64_t next_row; /* where the next block begins; not of a stream */
    atomic_uint_fast64_t done_rows;
    atomic_bool stopping; /* no further block is to be taken */

    pthread_mutex_t lock; /* for what follows */
    uint64_t stream_row;  /* next row of a stream */
    bool stream_ended;
    uint64_t failed_row; /* where the block of the failure begins */
    rs_status status;
    rs_error error;
} cpu_pass;

/* Rows [begin, end), and room for them where they have to be read. */
typedef struct block {
    uint64_t begin;
    uint64_t end;
    void *buffer; /* NULL until needed */
} block;

/* ---- failures ---- */

/* The failure nearest to the first row is the one that is told. Blocks are taken in order and
 * finished once taken, so which one that is does not depend on the threads. */
static void record_failure(cpu_pass *pass, uint64_t row, const rs_error *error)
{
    (void)pthread_mutex_lock(&pass->lock);
    if (pass->status == RS_OK || row < pass->failed_row) {
        pass->status = error->status;
        pass->failed_row = row;
        pass->error = *error;
    }
    (void)pthread_mutex_unlock(&pass->lock);
    atomic_store(&pass->stopping, true);
}

static bool is_stopped(cpu_pass *pass)
{
    if (rs_watch_stops(pass->watch)) {
        rs_error error;
        (void)rs_fail(&error, RS_INTERRUPTED, pass->info->path, rs_nowhere(),
                      "run the same command again", "stopped before all rows were scored");
        record_failure(pass, UINT64_MAX, &error);
    }
    return atomic_load(&pass->stopping);
}

static void report_done(cpu_pass *pass, uint64_t rows)
{
    rs_watch_tell(pass->watch, atomic_fetch_add(&pass->done_rows, rows) + rows);
}

/* ---- where the rows come from ---- */

static rs_status need_buffer(const cpu_pass *pass, block *work, rs_error *error)
{
    if (work->buffer != NULL) {
        return RS_OK;
    }
    return rs_alloc_aligned(&work->buffer, pass->block_rows, (size_t)pass->info->row_bytes,
                            "a block of rows", error);
}

/* The next block of a source with random access. */
static void take_block(cpu_pass *pass, block *work)
{
    const uint64_t end = pass->pass->rows.end;
    const uint64_t begin = atomic_fetch_add(&pass->next_row, pass->block_rows);
    work->begin = begin < end ? begin : end;
    work->end = end - work->begin < pass->block_rows ? end : work->begin + pass->block_rows;
    if (work->begin < pass->pass->rows.begin) { /* the first one, of rows in tiles */
        work->begin = pass->pass->rows.begin;
    }
}

/* Scores up to `wanted` rows of such a block: from views where there are some, else by reading. */
static rs_status score_some(const cpu_pass *pass, rs_row_scorer *scorer, block *work, uint64_t row,
                            uint64_t wanted, uint64_t *scored, rs_error *error)
{
    const uint64_t few = pass->source->few_rows > 0 ? pass->source->few_rows : UINT64_MAX;
    rs_row_span span;
    if (!rs_row_span_view(pass->source, row, wanted, &span)) {
        wanted = wanted < few ? wanted : few;
        RS_TRY(need_buffer(pass, work, error));
        RS_TRY(rs_row_span_take(pass->source, row, wanted, work->buffer, &span, error));
    }
    if (span.count == 0) {
        return rs_fail(error, RS_FORMAT, pass->info->path, rs_at_row(row),
                       "the file was cut while it was read; copy it again",
                       "the input ends before row %" PRIu64 " of %" PRIu64, row, pass->info->rows);
    }
    rs_score_rows(scorer, span.first, span.stride_bytes, row, span.count);
    *scored = span.count;
    return RS_OK;
}

/* All of them, averages in floats as far as they can be. */
static rs_status score_block(const cpu_pass *pass, rs_row_scorer *scorer,
                             rs_average_scorer *averages, block *work, rs_error *error)
{
    uint64_t row = work->begin;
    while (row < work->end) {
        uint64_t as_read = 0;
        uint64_t scored = 0;
        row = rs_score_averages(averages, scorer, row, work->end, &as_read);
        const uint64_t left = work->end - row;
        if (left > 0) {
            const uint64_t wanted = as_read < left ? as_read : left;
            RS_TRY(score_some(pass, scorer, work, row, wanted, &scored, error));
        }
        RS_TRY(rs_distribution_check(scorer->fault, pass->info->path, error));
        row += scored;
    }
    return RS_OK;
}

/* Scores such a block of rows under a checksum, and sums it up. */
static rs_status score_summed(const cpu_pass *pass, rs_row_scorer *scorer, const block *work,
                              rs_error *error)
{
    const uint64_t row_bytes = pass->info->row_bytes;
    const uint64_t step = row_bytes < SUMMED_BYTES ? SUMMED_BYTES / row_bytes : 1;
    rs_crc32_sum sum;
    rs_crc32_begin(&sum, 0);
    for (uint64_t row = work->begin; row < work->end; row += step) {
        const uint64_t count = work->end - row < step ? work->end - row : step;
        const unsigned char *const first = rs_crc_pass_row(pass->crc, row);
        rs_crc32_add(&sum, first, (size_t)(count * row_bytes));
        rs_score_rows(scorer, first, row_bytes, row, count);
        RS_TRY(rs_distribution_check(scorer->fault, pass->info->path, error));
    }
    if (work->begin < work->end) {
        rs_crc_pass_set(pass->crc, work->begin, rs_crc32_end(&sum));
    }
    return RS_OK;
}

/* Under the lock: the next rows of a stream, none at its end. Rows before the range are read too,
 * because a stream cannot be entered further on. */
static rs_status read_stream(cpu_pass *pass, block *work, rs_error *error)
{
    const rs_row_range *range = &pass->pass->rows;
    while (!pass->stream_ended && pass->stream_row < range->end) {
        const uint64_t row = pass->stream_row;
        const uint64_t limit = row < range->begin ? range->begin : range->end;
        const uint64_t wanted = limit - row < pass->block_rows ? limit - row : pass->block_rows;
        uint64_t got = 0;
        work->begin = work->end = row;
        pass->stream_ended = true; /* unless this succeeds */
        RS_TRY(rs_source_read(pass->source, row, wanted, work->buffer, &got, error));
        pass->stream_ended = got < wanted;
        pass->stream_row = row + got;
        if (row >= range->begin) {
            work->end = row + got;
            return RS_OK;
        }
    }
    return RS_OK;
}

static rs_status take_of_stream(cpu_pass *pass, block *work, rs_error *error)
{
    RS_TRY(need_buffer(pass, work, error));
    (void)pthread_mutex_lock(&pass->lock);
    work->begin = work->end = pass->stream_row;
    const rs_status status = read_stream(pass, work, error);
    (void)pthread_mutex_unlock(&pass->lock);
    return status;
}

/* ---- workers ---- */

/* One block; `work` comes back empty when there is none left. */
static rs_status do_block(cpu_pass *pass, rs_row_scorer *scorer, rs_average_scorer *averages,
                          block *work, rs_error *error)
{
    if (pass->info->random_access) {
        take_block(pass, work);
        return pass->crc != NULL ? score_summed(pass, scorer, work, error)
                                 : score_block(pass, scorer, averages, work, error);
    }
    RS_TRY(take_of_stream(pass, work, error));
    rs_score_rows(scorer, work->buffer, pass->info->row_bytes, work->begin,
                  work->end - work->begin);
    return rs_distribution_check(scorer->fault, pass->info->path, error);
}

static rs_status do_blocks(cpu_pass *pass, uint64_t *counters, uint64_t *further, block *work,
                           rs_error *error)
{
    const rs_row_scorer_parts parts = {.pass = pass->pass,
                                       .isa = pass->engine->isa,
                                       .source = pass->info,
                                       .results = pass->results,
                                       .counters = counters,
                                       .further = further};
    rs_row_scorer scorer;
    rs_average_scorer averages;
    RS_TRY(rs_row_scorer_init(&scorer, &parts, error));
    rs_status status =
        rs_average_scorer_init(&averages, pass->averaging, &scorer, pass->engine->isa, error);
    while (status == RS_OK && !is_stopped(pass)) {
        status = do_block(pass, &scorer, &averages, work, error);
        if (status != RS_OK || work->begin == work->end) {
            break;
        }
        report_done(pass, work->end - work->begin);
    }
    rs_further_rows_end(&scorer);
    rs_average_scorer_clear(&averages);
    rs_row_scorer_clear(&scorer);
    return status;
}

/* Those of the further sets lie behind the pass's own. */
static void add_counters(const cpu_pass *pass, const uint64_t *counters)
{
    const rs_pass *const of = pass->pass;
    const size_t sets = of->further_count;
    const size_t each = sets == 0 ? 0 : rs_further_counters(of) / sets;
    const uint64_t *other = counters + pass->counter_count;
    for (size_t i = 0; i < pass->counter_count; ++i) {
        pass->counters[i] += counters[i];
    }
    for (size_t s = 0; s < sets; ++s, other += each) {
        for (size_t i = 0; i < each; ++i) {
            of->further[s].counters[i] += other[i];
        }
    }
}

static rs_status do_pass(cpu_pass *pass, unsigned worker, block *work, rs_error *error)
{
    if (worker == 0) {
        return do_blocks(pass, pass->counters, NULL, work, error);
    }
    uint64_t **const own = &pass->own[worker];
    const size_t count = pass->counter_count + rs_further_counters(pass->pass);
    RS_TRY(RS_NEW(own, count, "counters", error));
    return do_blocks(pass, *own, *own + pass->counter_count, work, error);
}

static void run_worker(void *context, unsigned worker)
{
    cpu_pass *const pass = context;
    block work = {.begin = UINT64_MAX, .end = UINT64_MAX};
    rs_error error;
    fenv_t environment;

    /* Kernels compare denormals: a program that flushes them to zero must not change the ranks. */
    (void)fegetenv(&environment);
    (void)fesetenv(FE_DFL_ENV);
    if (do_pass(pass, worker, &work, &error) != RS_OK) {
        record_failure(pass, work.begin, &error);
    }
    free(work.buffer);
    (void)fesetenv(&environment);
}

static void run_workers(cpu_pass *pass)
{
    pass->status = RS_NEW(&pass->own, pass->workers, "workers", &pass->error);
    if (pass->status != RS_OK) {
        return;
    }
    rs_thread_pool_run(pass->engine->pool, pass->workers, run_worker, pass);
    for (unsigned i = 1; i < pass->workers; ++i) {
        if (pass->status == RS_OK && pass->own[i] != NULL) {
            add_counters(pass, pass->own[i]);
        }
        free(pass->own[i]);
    }
    free(pass->own);
}

/* ---- the engine ---- */

static rs_status score_tiles(const cpu_engine *cpu, const rs_scoring *of, uint64_t tile_rows,
                             uint64_t *rows_scored, rs_error *error)
{
    const rs_pass *const pass = of->pass;
    const rs_source_info *const info = rs_source_get_info(of->source);
    const rs_tally_layout layout =
        rs_tally_layout_of(pass->classes, pass->topk_count, pass->calibration);
    *rows_scored = 0;
    RS_TRY(rs_pass_check(pass, info, error));
    cpu_pass run = {
        .engine = cpu,
        .pass = pass,
        .source = of->source,
        .info = info,
        .averaging = of->averaging,
        .results = of->results != NULL ? of->results[0] : NULL,
        .watch = of->watch,
        .counters = of->counters[0],
        .counter_count = layout.counters,
        .next_row = pass->rows.begin / tile_rows * tile_rows,
        .lock = PTHREAD_MUTEX_INITIALIZER,
    };
    const rs_block_plan plan = rs_plan_blocks(&pass->rows, info, cpu->pool, tile_rows);
    run.block_rows = plan.block_rows;
    run.workers = plan.workers;
    if (pass->rows.begin == 0 && pass->rows.end == info->rows) {
        RS_TRY(rs_crc_pass_begin(of->source, run.block_rows, &run.crc, error));
    }
    run_workers(&run);
    (void)pthread_mutex_destroy(&run.lock);
    if (run.status == RS_OK && run.crc != NULL) {
        run.status = rs_crc_pass_end(run.crc, &run.error);
    }
    rs_crc_pass_free(run.crc);
    if (run.status != RS_OK) {
        if (error != NULL) {
            *error = run.error;
        }
        return run.status;
    }
    *rows_scored = atomic_load(&run.done_rows);
    return RS_OK;
}

/* ---- heads ---- */

/* The share of all heads' rows that is done, in rows. */
typedef struct head_watch {
    const rs_watch *watch;
    uint64_t head, heads, rows;
} head_watch;

static void report_head_rows(void *context, uint64_t rows)
{
    const head_watch *const of = context;
    of->watch->rows_done(of->watch->context, (of->head * of->rows + rows) / of->heads);
}

/* One pass for each head: reading the features again costs little beside the product. */
static rs_status score_heads(cpu_engine *cpu, const rs_scoring *of, uint64_t *rows_scored,
                             rs_error *error)
{
    const rs_pass *const pass = of->pass;
    const rs_watch *const watch = of->watch;
    head_watch share = {watch, 0, of->head_count, pass->rows.end - pass->rows.begin};
    rs_watch watched = {.context = &share};
    if (watch != NULL) {
        watched.stop = watch->stop;
        watched.rows_done = watch->rows_done != NULL ? report_head_rows : NULL;
    }
    if (of->head_count > 1 && !of->source->info.random_access) {
        return rs_fail(error, RS_UNSUPPORTED, of->source->info.path, rs_nowhere(),
                       "save them as .npy or .safetensors, or score one head at a time",
                       "features that can be read only once cannot serve several heads");
    }
    rs_openblas_open(&cpu->blas);
    memcpy(cpu->base.info.products, cpu->blas.name, sizeof cpu->base.info.products);
    cpu->base.plain_products = rs_openblas_is_plain(&cpu->blas);
    rs_status status = RS_OK;
    for (; status == RS_OK && share.head < of->head_count; ++share.head) {
        const size_t h = share.head;
        const rs_head *const head = &of->heads[h];
        rs_pass own = *pass;
        rs_scoring one = {
            .pass = &own,
            .results = of->results != NULL ? &of->results[h] : NULL,
            .watch = &watched,
            .counters = &of->counters[h],
        };
        own.further = own.further_count == 0 ? NULL : &pass->further[h * own.further_count];
        RS_TRY(rs_head_source_open(of->source, head, &cpu->blas, cpu->isa, &one.source, error));
        status = score_tiles(cpu, &one, rs_head_tile_rows(head), rows_scored, error);
        rs_source_close(one.source);
    }
    return status;
}

static rs_status score(rs_engine *engine, const rs_scoring *of, uint64_t *rows_scored,
                       rs_error *error)
{
    cpu_engine *const cpu = (cpu_engine *)engine;
    return of->head_count > 0 ? score_heads(cpu, of, rows_scored, error)
                              : score_tiles(cpu, of, 1, rows_scored, error);
}

static rs_status multiply(rs_engine *engine, const rs_product *product, rs_error *error)
{
    cpu_engine *const cpu = (cpu_engine *)engine;
    (void)error;
    rs_openblas_open(&cpu->blas);
    memcpy(cpu->base.info.products, cpu->blas.name, sizeof cpu->base.info.products);
    cpu->base.plain_products = rs_openblas_is_plain(&cpu->blas);
    rs_cpu_products(&cpu->blas, cpu->pool, product, 1);
    return RS_OK;
}

static rs_status count_keys(rs_engine *engine, uint64_t *keys, size_t count, rs_key_counts *counts,
                            rs_error *error)
{
    (void)engine;
    return rs_count_keys(keys, count, counts, error);
}

static void close_engine(rs_engine *engine)
{
    cpu_engine *const cpu = (cpu_engine *)engine;
    rs_thread_pool_free(cpu->pool);
    free(cpu);
}

rs_status rs_cpu_engine_open(rs_isa isa, unsigned threads, rs_engine **engine, rs_error *error)
{
    static const rs_engine_vtable vtable = {
        .score = score,
        .multiply = multiply,
        .count_keys = count_keys,
        .close = close_engine,
    };
    *engine = NULL;
    if (!rs_isa_available(isa)) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(),
                       "use --isa auto, which takes the best there is",
                       "this processor cannot run the %s kernels", rs_isa_name(isa));
    }
    cpu_engine *cpu = NULL;
    RS_TRY(RS_NEW(&cpu, 1, "an engine", error));
    const rs_status status = rs_thread_pool_create(threads, &cpu->pool, error);
    if (status != RS_OK) {
        free(cpu);
        return status;
    }
    cpu->isa = isa == RS_ISA_AUTO ? rs_isa_best() : isa;
    cpu->base = (rs_engine){
        .vtable = &vtable,
        .info = {.name = "cpu", .threads = rs_thread_pool_threads(cpu->pool)},
        .finds_further = true,
        .averages = true,
    };
    (void)snprintf(cpu->base.info.device, sizeof cpu->base.info.device, "%s",
                   rs_isa_name(cpu->isa));
    *engine = &cpu->base;
    return RS_OK;
}
