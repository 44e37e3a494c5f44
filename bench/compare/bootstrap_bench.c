/* bootstrap_bench.c - the bootstrap over many models as one matrix product, and as a loop.
 *
 *     bootstrap_bench FILE IMAGES MODELS REPLICATES ROUNDS [THREADS]
 *
 * FILE holds IMAGES bytes, 1 where the original label is in the ReaL set, then IMAGES bytes for
 * each model: 0 its prediction is the original label, 1 it is another label of the set, 2 neither.
 * compare_bench.py writes it. The loop is the obvious one: draw an image, add one to every model
 * that has it right by either measure. Both run in turn, on as many threads; both must come to the
 * same means. Prints a JSON line of milliseconds.
 */
#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/bootstrap.h"
#include "base/clock.h"
#include "base/file_read.h"
#include "base/random.h"

typedef struct bench {
    uint64_t images;
    size_t models;
    uint64_t replicates;
    const uint8_t *in_set; /* [images] */
    const uint8_t *code;   /* [models * images] */
    rs_outcomes outcomes;
    rs_evaluator *evaluator;
    rs_thread_pool *pool;
    uint8_t *right; /* [images * 2 models] for the loop: an image's answers side by side */
    uint32_t *sums; /* [replicates * 2 models] of the loop */
    atomic_uint_fast64_t next;
} bench;

static void stop(const rs_error *error)
{
    char text[3 * RS_ERROR_TEXT_BYTES + RS_ERROR_FILE_BYTES];
    (void)fprintf(stderr, "bootstrap_bench: %s\n", rs_error_format(error, text, sizeof text));
    exit(1);
}

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        (void)fprintf(stderr, "bootstrap_bench: no memory\n");
        exit(1);
    }
    return memory;
}

/* Original label 0 everywhere; sets {0, 1} where it is in the set, else {1}. */
static void make_outcomes(bench *run, rs_error *error)
{
    int32_t *const original = room(run->images, sizeof *original);
    uint32_t *const begin = room(run->images + 1, sizeof *begin);
    int32_t *const classes = room(2 * run->images, sizeof *classes);
    int32_t *const prediction = room(run->images, sizeof *prediction);
    for (uint64_t i = 0; i < run->images; ++i) {
        begin[i + 1] = begin[i];
        if (run->in_set[i]) {
            classes[begin[i + 1]++] = 0;
        }
        classes[begin[i + 1]++] = 1;
    }
    const rs_label_view labels = {run->images, 3, original, begin, classes};
    if (rs_outcomes_create(run->models, run->images, &run->outcomes, error) != RS_OK) {
        stop(error);
    }
    for (size_t m = 0; m < run->models; ++m) {
        for (uint64_t i = 0; i < run->images; ++i) {
            const uint8_t code = run->code[m * run->images + i];
            prediction[i] = code;
            run->right[(i * run->models + m) * 2] = code == 0;
            run->right[(i * run->models + m) * 2 + 1] = code == 1 || (code == 0 && run->in_set[i]);
        }
        const rs_model_outcomes of = {
            .file = "model",
            .range = {0, run->images},
            .prediction = prediction,
            .stride = 1,
        };
        if (rs_outcomes_add(&run->outcomes, &labels, &of, error) != RS_OK) {
            stop(error);
        }
    }
    free(original);
    free(begin);
    free(classes);
    free(prediction);
}

/* ---- the loop ---- */

static void loop_worker(void *context, unsigned worker)
{
    bench *const run = context;
    const size_t columns = 2 * run->models;
    (void)worker;
    for (;;) {
        const uint64_t r = atomic_fetch_add(&run->next, 1);
        if (r >= run->replicates) {
            return;
        }
        rs_random random = rs_random_make(1, r + 1);
        uint32_t *const sums = run->sums + r * columns;
        memset(sums, 0, columns * sizeof *sums);
        for (uint64_t i = 0; i < run->images; ++i) {
            const uint8_t *const right =
                run->right + rs_random_below(&random, (uint32_t)run->images) * columns;
            for (size_t c = 0; c < columns; ++c) {
                sums[c] += right[c];
            }
        }
    }
}

static double run_loop(bench *run)
{
    const double begin_ms = rs_clock_ms();
    atomic_store(&run->next, 0);
    rs_thread_pool_run(run->pool, rs_thread_pool_threads(run->pool), loop_worker, run);
    return rs_clock_ms() - begin_ms;
}

/* ---- the product ---- */

static double run_product(const bench *run, rs_bootstrap *bootstrap, size_t *patterns_found)
{
    rs_error error = {.status = RS_OK};
    rs_patterns patterns;
    const rs_bootstrap_options options = {.replicates = run->replicates, .seed = 1};
    const double begin_ms = rs_clock_ms();
    if (rs_patterns_make(&run->outcomes, &patterns, &error) != RS_OK ||
        rs_bootstrap_run(&patterns, &options, run->evaluator, run->pool, NULL, bootstrap, &error) !=
            RS_OK) {
        stop(&error);
    }
    const double ms = rs_clock_ms() - begin_ms;
    *patterns_found = patterns.count;
    rs_patterns_clear(&patterns);
    return ms;
}

/* The means of both must agree within six of their errors, sqrt(images / 4 / replicates) at most.
 */
static void check(const bench *run, const rs_bootstrap *bootstrap)
{
    const double tolerance = 6.0 * sqrt(2.0 * (double)run->images / 4.0 / (double)run->replicates);
    for (size_t m = 0; m < run->models; ++m) {
        for (size_t measure = 0; measure < 2; ++measure) {
            double loop = 0.0;
            double product = 0.0;
            for (uint64_t r = 0; r < run->replicates; ++r) {
                loop += run->sums[(r * run->models + m) * 2 + measure];
                product += bootstrap->sum[(measure * run->models + m) * run->replicates + r];
            }
            if (fabs(loop - product) / (double)run->replicates > tolerance) {
                (void)fprintf(stderr, "bootstrap_bench: the means of model %zu differ\n", m);
                exit(1);
            }
        }
    }
}

int main(int argc, char **argv)
{
    rs_error error = {.status = RS_OK};
    rs_file_bytes bytes = {0};
    if (argc < 6) {
        (void)fprintf(stderr, "usage: bootstrap_bench FILE IMAGES MODELS REPLICATES ROUNDS "
                              "[THREADS]\n");
        return 2;
    }
    bench run = {.images = strtoull(argv[2], NULL, 10),
                 .models = strtoull(argv[3], NULL, 10),
                 .replicates = strtoull(argv[4], NULL, 10)};
    const unsigned long rounds = strtoul(argv[5], NULL, 10);
    const unsigned threads = argc > 6 ? (unsigned)strtoul(argv[6], NULL, 10) : 0;
    const rs_evaluator_options options = {.backend = RS_BACKEND_CPU, .threads = threads};
    if (rs_file_read(argv[1], UINT64_C(1) << 32, &bytes, &error) != RS_OK ||
        rs_evaluator_create(&options, &run.evaluator, &error) != RS_OK ||
        rs_thread_pool_create(threads, &run.pool, &error) != RS_OK) {
        stop(&error);
    }
    if (bytes.size != run.images * (run.models + 1)) {
        (void)fprintf(stderr, "bootstrap_bench: the file has another size\n");
        return 1;
    }
    run.in_set = bytes.data;
    run.code = bytes.data + run.images;
    run.right = room(run.images, 2 * run.models);
    run.sums = room(run.replicates, 2 * run.models * sizeof *run.sums);
    make_outcomes(&run, &error);
    (void)printf("{\"loop_ms\": [");
    rs_bootstrap bootstrap = {0};
    size_t patterns = 0;
    double *const product_ms = room(rounds, sizeof *product_ms);
    for (unsigned long i = 0; i < rounds; ++i) {
        rs_bootstrap_clear(&bootstrap);
        product_ms[i] = run_product(&run, &bootstrap, &patterns);
        (void)printf("%s%.2f", i > 0 ? ", " : "", run_loop(&run));
    }
    check(&run, &bootstrap);
    (void)printf("], \"product_ms\": [");
    for (unsigned long i = 0; i < rounds; ++i) {
        (void)printf("%s%.2f", i > 0 ? ", " : "", product_ms[i]);
    }
    (void)printf("], \"patterns\": %zu, \"threads\": %u, \"products\": \"%s\"}\n", patterns,
                 rs_thread_pool_threads(run.pool), rs_evaluator_engine(run.evaluator)->products);
    rs_bootstrap_clear(&bootstrap);
    rs_outcomes_clear(&run.outcomes);
    rs_thread_pool_free(run.pool);
    rs_evaluator_free(run.evaluator);
    free(run.right);
    free(run.sums);
    free(product_ms);
    rs_file_bytes_free(&bytes);
    return 0;
}
