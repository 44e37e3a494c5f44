/* kernel_bench.c - the pass in memory against the floor, side by side in one process.
 *
 *     kernel_bench [--rows N] [--columns C] [--rounds R] [--threads 1,2] [--isa avx512,...]
 *                  [--dtype f32,...] [--clock wall|cpu] [--json FILE|-]
 *
 * For every dtype, instruction set and number of threads, rounds of three runs each: the floor
 * (adding up the same bytes, floor.h), the pass, and the pass with calibration. A round's runs
 * follow each other directly, so that what else happens on the machine hits all three alike; the
 * ratio told is the median of the rounds' ratios. The floor uses the same threads, pinned in the
 * same way, and the same blocks.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "bench_run.h"
#include "engine/cpu_engine.h"
#include "engine/row_kernel.h"
#include "engine/thread_pool.h"
#include "floor.h"

enum { LIST_MAX = 16, BLOCK_BYTES = 1 << 20, RUNS = 3 };
enum { RUN_FLOOR = 0, RUN_PASS, RUN_CALIBRATED };

typedef struct settings {
    rs_bench_settings all;
    unsigned threads[LIST_MAX];
    unsigned thread_count;
    const char *isa;       /* names with commas; NULL: all there are */
    const char *json_path; /* NULL: none */
    FILE *json;
} settings;

typedef struct result {
    rs_dtype dtype;
    rs_isa isa;
    unsigned threads;
    double median_ms[RUNS];
    double least_ms[RUNS];
    double ratio[RUNS]; /* median of the rounds' ratios to the floor */
} result;

/* ---- the three runs ---- */

typedef struct floor_run {
    const unsigned char *bytes;
    size_t count;
    rs_floor_function add;
    atomic_size_t next;
    atomic_uint_fast64_t sum;
} floor_run;

static void add_blocks(void *context, unsigned worker)
{
    floor_run *const run = context;
    uint64_t sum = 0;
    (void)worker;
    for (;;) {
        const size_t begin = atomic_fetch_add(&run->next, BLOCK_BYTES);
        if (begin >= run->count) {
            break;
        }
        const size_t left = run->count - begin;
        sum += run->add(run->bytes + begin, left < BLOCK_BYTES ? left : BLOCK_BYTES);
    }
    atomic_fetch_add(&run->sum, sum);
}

typedef struct bench {
    rs_bench_data data;
    rs_source *source;
    rs_engine *engine;
    rs_thread_pool *pool;
    rs_floor_function add;
    uint64_t *counters;
    size_t counter_count;
    rs_pass pass;
    clockid_t clock;
    uint64_t floor_sum; /* kept, so that it has to be computed */
} bench;

static void run_floor(bench *b)
{
    floor_run run = {
        .bytes = b->data.values,
        .count = b->data.rows * b->data.columns * rs_dtype_bytes(b->data.dtype),
        .add = b->add,
    };
    rs_thread_pool_run(b->pool, rs_thread_pool_threads(b->pool), add_blocks, &run);
    b->floor_sum += atomic_load(&run.sum);
}

static rs_status run_once(bench *b, int which, double *elapsed_ms, rs_error *error)
{
    uint64_t scored = 0;
    memset(b->counters, 0, b->counter_count * sizeof *b->counters);
    const double begin = rs_bench_now_ms(b->clock);
    if (which == RUN_FLOOR) {
        run_floor(b);
    } else {
        b->pass.calibration = which == RUN_CALIBRATED;
        const rs_scoring of = {.pass = &b->pass, .source = b->source, .counters = &b->counters};
        RS_TRY(b->engine->vtable->score(b->engine, &of, &scored, error));
    }
    *elapsed_ms = rs_bench_now_ms(b->clock) - begin;
    if (b->clock == CLOCK_PROCESS_CPUTIME_ID) {
        *elapsed_ms /= rs_thread_pool_threads(b->pool);
    }
    return RS_OK;
}

/* ---- rounds ---- */

static rs_status measure(bench *b, unsigned rounds, result *out, rs_error *error)
{
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, (uint64_t)rounds * (RUNS + 1), sizeof(double), "timings", error));
    double *const elapsed = memory; /* [RUNS][rounds] */
    double *const ratio = elapsed + (size_t)RUNS * rounds;
    rs_status status = RS_OK;
    for (unsigned round = 0; round <= rounds; ++round) { /* the first one warms up */
        for (int which = 0; which < RUNS; ++which) {
            double *const slot = &elapsed[(size_t)which * rounds + (round > 0 ? round - 1 : 0)];
            RS_TRY_DONE(run_once(b, which, slot, error));
        }
    }
    for (int which = RUNS - 1; which >= 0; --which) { /* the floor last: medians sort in place */
        double *const of_run = elapsed + (size_t)which * rounds;
        for (unsigned round = 0; round < rounds; ++round) {
            ratio[round] = of_run[round] / elapsed[round];
        }
        out->ratio[which] = rs_bench_median(ratio, rounds);
        out->median_ms[which] = rs_bench_median(of_run, rounds);
        out->least_ms[which] = of_run[0];
    }
done:
    free(memory);
    return status;
}

static rs_status bench_one(bench *b, const settings *set, rs_isa isa, unsigned threads, result *out,
                           rs_error *error)
{
    rs_status status = RS_OK;
    *out = (result){.dtype = b->data.dtype, .isa = isa, .threads = threads};
    b->add = rs_floor_get(isa);
    RS_TRY_DONE(rs_thread_pool_create(threads, &b->pool, error));
    RS_TRY_DONE(rs_cpu_engine_open(isa, threads, &b->engine, error));
    RS_TRY_DONE(measure(b, set->all.rounds, out, error));
done:
    rs_thread_pool_free(b->pool);
    b->pool = NULL;
    if (b->engine != NULL) {
        b->engine->vtable->close(b->engine);
        b->engine = NULL;
    }
    return status;
}

/* ---- what is told ---- */

static void print_header(const settings *set)
{
    printf("%" PRIu64 " x %" PRIu32 " in memory, %u rounds; ms: median (least); ratio: median of "
           "the rounds\n\n",
           set->all.rows, set->all.columns, set->all.rounds);
    printf("%-5s %-9s %7s | %16s | %16s %6s | %16s %6s\n", "dtype", "isa", "threads", "floor",
           "pass", "ratio", "with calibration", "ratio");
}

static void print_result(const result *r)
{
    printf("%-5s %-9s %7u |", rs_dtype_name(r->dtype), rs_isa_name(r->isa), r->threads);
    for (int which = 0; which < RUNS; ++which) {
        printf(" %7.2f (%6.2f)", r->median_ms[which], r->least_ms[which]);
        if (which > 0) {
            printf(" %5.2fx", r->ratio[which]);
        }
        printf("%s", which + 1 < RUNS ? " |" : "\n");
    }
    (void)fflush(stdout);
}

static void write_json(const settings *set, const result *r)
{
    static const char *const names[RUNS] = {"floor", "pass", "calibrated"};
    fprintf(set->json,
            "{\"bench\": \"kernel\", \"rows\": %" PRIu64 ", \"columns\": %" PRIu32
            ", \"rounds\": %u, \"dtype\": \"%s\", \"isa\": \"%s\", \"threads\": %u",
            set->all.rows, set->all.columns, set->all.rounds, rs_dtype_name(r->dtype),
            rs_isa_name(r->isa), r->threads);
    for (int which = 0; which < RUNS; ++which) {
        fprintf(set->json, ", \"%s\": {\"median_ms\": %.4f, \"least_ms\": %.4f, \"ratio\": %.4f}",
                names[which], r->median_ms[which], r->least_ms[which], r->ratio[which]);
    }
    fprintf(set->json, "}\n");
}

/* ---- main ---- */

static rs_status bench_dtype(void *context, rs_dtype dtype, rs_error *error)
{
    static const rs_isa isas[] = {RS_ISA_AVX512, RS_ISA_AVX2, RS_ISA_NEON, RS_ISA_PORTABLE};
    const settings *const set = context;
    bench b = {.clock = set->all.clock};
    void *memory = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_bench_data_make(&b.data, dtype, set->all.rows, set->all.columns, error));
    RS_TRY_DONE(rs_source_open_memory(b.data.values, dtype, set->all.rows, set->all.columns,
                                      set->all.columns * rs_dtype_bytes(dtype), &b.source, error));
    b.counter_count = rs_tally_layout_of(set->all.columns, 2, 1).counters;
    RS_TRY_DONE(rs_alloc(&memory, b.counter_count, sizeof *b.counters, "counters", error));
    b.counters = memory;
    b.pass = (rs_pass){
        .labels = {set->all.rows, set->all.columns, b.data.original, b.data.real_begin,
                   b.data.real_class},
        .columns = set->all.columns,
        .classes = set->all.columns,
        .topk_count = 2,
        .topk = {1, 5},
        .rows = {0, set->all.rows},
    };
    for (size_t i = 0; i < sizeof isas / sizeof isas[0]; ++i) {
        for (unsigned t = 0; t < set->thread_count; ++t) {
            result one;
            if (!rs_isa_available(isas[i]) || !rs_bench_listed(set->isa, rs_isa_name(isas[i]))) {
                continue;
            }
            RS_TRY_DONE(bench_one(&b, set, isas[i], set->threads[t], &one, error));
            print_result(&one);
            if (set->json != NULL) {
                write_json(set, &one);
            }
        }
    }
done:
    free(b.counters);
    rs_source_close(b.source);
    rs_bench_data_free(&b.data);
    return status;
}

static bool read_setting(void *context, const char *name, const char *value)
{
    settings *const set = context;
    if (strcmp(name, "--isa") == 0) {
        set->isa = value;
    } else if (strcmp(name, "--json") == 0) {
        set->json_path = value;
    } else if (strcmp(name, "--threads") == 0) {
        set->thread_count = 0;
        for (const char *at = value; at != NULL && set->thread_count < LIST_MAX;
             at = strchr(at, ',')) {
            at += *at == ',';
            set->threads[set->thread_count++] = (unsigned)strtoul(at, NULL, 10);
        }
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    settings set = {.all = rs_bench_defaults, .threads = {1, 2}, .thread_count = 2};
    if (!rs_bench_read(argc, argv, &set.all, read_setting, &set)) {
        fprintf(stderr, "usage: kernel_bench [--rows N] [--columns C] [--rounds R] [--threads 1,2] "
                        "[--isa avx512,avx2,neon,portable] [--dtype f32,f16,bf16,f64] "
                        "[--clock wall|cpu] [--json FILE|-]\n");
        return 2;
    }
    if (set.json_path != NULL) {
        set.json = strcmp(set.json_path, "-") == 0 ? stdout : fopen(set.json_path, "w");
        if (set.json == NULL) {
            perror(set.json_path);
            return 1;
        }
    }
    print_header(&set);
    const int status = rs_bench_each_dtype("kernel_bench", &set.all, bench_dtype, &set);
    if (set.json != NULL && set.json != stdout && fclose(set.json) != 0) {
        perror(set.json_path);
        return 1;
    }
    return status;
}
