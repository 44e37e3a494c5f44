/* cuda_bench.c - the CUDA engine against the bandwidths of the device and of the bus.
 *
 *     cuda_bench [--mode copy|kernel|stream] [--dtype f32,...] [--rows N] [--columns C]
 *                [--rounds R] [--device D] [--json FILE|-]
 *
 * copy    what the machine can do: page-locked memory to the device, and device to device (which
 *         reads and writes, so a copy of B bytes moves 2 B)
 * kernel  the row kernel alone on rows that lie on the device, with and without calibration and flags
 *         of every row, with a cold L2 (it is written over before every run); told as a share of the
 *         copy above: how near one read of the logits at copy bandwidth is
 * stream  a pass of the engine over rows in the host's memory, as a share of the copy to the device
 *
 * Without --mode all three. Kernels and copies are timed by events of the device, passes by the
 * clock of the host; told is the median of the rounds. The labels are on the device before.
 *
 * Built on the SIMT executor (tests/cuda) it does all the work and tells no time: what the executor
 * takes says nothing about a GPU.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"
#include "bench_data.h"
#include "cuda/cuda_engine.h"
#include "cuda/device_error.h"
#include "cuda/device_labels.h"

#ifdef SIMT_CUDA_RUNTIME
enum { TELLS_TIME = 0 };
#else
enum { TELLS_TIME = 1 };
#endif

enum { ROUNDS_MAX = 1000 };

typedef struct settings {
    uint64_t rows;
    uint32_t columns;
    unsigned rounds;
    int device;
    const char *mode;  /* NULL: all */
    const char *dtype; /* NULL: all; names with commas */
    const char *json;
} settings;

typedef struct bench {
    const settings *set;
    rs_bench_data data;
    uint64_t bytes; /* of the rows */
    rs_pass pass;
    uint64_t *counters;
    cudaStream_t stream;
    cudaEvent_t begin, end;
    void *rows, *other; /* device memory of the rows' size, and what covers the L2 */
    void *pinned;
    uint64_t other_bytes;
    rs_device_labels labels;
    uint32_t multiprocessors;
    double send_gbps, copy_gbps; /* medians of copy mode */
    FILE *json;
} bench;

typedef rs_status (*measured)(bench *b, rs_error *error);

static int compare_double(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The median time of `work`, which puts something into the stream; `prepare` is not timed. */
static rs_status time_device(bench *b, measured prepare, measured work, double *median_ms,
                             rs_error *error)
{
    const int device = b->set->device;
    double ms[ROUNDS_MAX];
    for (unsigned i = 0; i <= b->set->rounds; ++i) { /* the first one warms up */
        float elapsed = 0;
        if (prepare != NULL) {
            RS_TRY(prepare(b, error));
        }
        RS_TRY(RS_CUDA(cudaEventRecord(b->begin, b->stream), device, error));
        RS_TRY(work(b, error));
        RS_TRY(RS_CUDA(cudaEventRecord(b->end, b->stream), device, error));
        RS_TRY(RS_CUDA(cudaStreamSynchronize(b->stream), device, error));
        RS_TRY(RS_CUDA(cudaEventElapsedTime(&elapsed, b->begin, b->end), device, error));
        ms[i > 0 ? i - 1 : 0] = (double)elapsed;
    }
    qsort(ms, b->set->rounds, sizeof ms[0], compare_double);
    *median_ms = ms[b->set->rounds / 2];
    return RS_OK;
}

/* `moved` bytes in `ms`; the share of `limit_gbps`, when there is one. */
static void tell(const bench *b, const char *mode, const char *what, double moved, double ms,
                 double limit_gbps)
{
    const char *const dtype = rs_dtype_name(b->data.dtype);
    const double gbps = moved / (ms * 1e6);
    printf("%-7s %-5s %-24s", mode, dtype, what);
    if (!TELLS_TIME) {
        printf(" done\n");
        return;
    }
    printf(" %9.3f ms %8.1f GB/s", ms, gbps);
    if (limit_gbps > 0) {
        printf("  %5.1f %% of the copy", 100 * gbps / limit_gbps);
    }
    printf("\n");
    if (b->json != NULL) {
        fprintf(b->json,
                "{\"bench\": \"cuda\", \"mode\": \"%s\", \"what\": \"%s\", \"dtype\": \"%s\", "
                "\"rows\": %" PRIu64 ", \"columns\": %" PRIu32
                ", \"median_ms\": %.4f, \"gbps\": %.2f, \"share\": %.4f}\n",
                mode, what, dtype, b->data.rows, b->data.columns, ms, gbps,
                limit_gbps > 0 ? gbps / limit_gbps : 1.0);
    }
}

/* ---- copy ---- */

static rs_status send_rows(bench *b, rs_error *error)
{
    return RS_CUDA(cudaMemcpyAsync(b->rows, b->pinned, b->bytes, cudaMemcpyHostToDevice, b->stream),
                   b->set->device, error);
}

static rs_status copy_rows(bench *b, rs_error *error)
{
    return RS_CUDA(
        cudaMemcpyAsync(b->other, b->rows, b->bytes, cudaMemcpyDeviceToDevice, b->stream),
        b->set->device, error);
}

/* Always measured, since the others are told as shares of it. */
static rs_status bench_copy(bench *b, bool told, rs_error *error)
{
    double send_ms = 0;
    double copy_ms = 0;
    RS_TRY(time_device(b, NULL, send_rows, &send_ms, error));
    RS_TRY(time_device(b, NULL, copy_rows, &copy_ms, error));
    b->send_gbps = (double)b->bytes / (send_ms * 1e6);
    b->copy_gbps = 2.0 * (double)b->bytes / (copy_ms * 1e6);
    if (told) {
        tell(b, "copy", "page-locked to device", (double)b->bytes, send_ms, 0);
        tell(b, "copy", "device to device", 2.0 * (double)b->bytes, copy_ms, 0);
    }
    return RS_OK;
}

/* ---- kernel ---- */

static rs_status cool_cache(bench *b, rs_error *error)
{
    return RS_CUDA(cudaMemsetAsync(b->other, 1, b->other_bytes, b->stream), b->set->device, error);
}

static rs_status launch_kernel(bench *b, rs_error *error)
{
    rs_row_task task = rs_device_labels_task(&b->labels, &b->pass, b->data.dtype);
    task.rows = b->rows;
    task.stride_bytes = b->bytes / b->data.rows;
    task.row_count = b->data.rows;
    const rs_launch_shape shape = rs_launch_shape_for(&task, b->multiprocessors);
    return RS_CUDA(rs_launch_rows(&task, shape, b->stream), b->set->device, error);
}

/* What a pass may ask for, each with labels prepared for it. */
static rs_status bench_kernel(bench *b, rs_error *error)
{
    static const struct {
        const char *name;
        bool calibration, row_flags;
    } kinds[] = {
        {"counts", false, false},
        {"with flags", false, true},
        {"with calibration", true, false},
        {"with both", true, true},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
        double ms = 0;
        b->pass.calibration = kinds[i].calibration;
        b->pass.row_flags = kinds[i].row_flags;
        RS_TRY(rs_device_labels_prepare(&b->labels, &b->pass, b->stream, error));
        RS_TRY(time_device(b, cool_cache, launch_kernel, &ms, error));
        tell(b, "kernel", kinds[i].name, (double)b->bytes, ms, b->copy_gbps);
    }
    b->pass.calibration = false;
    b->pass.row_flags = false;
    return RS_OK;
}

/* ---- stream ---- */

static rs_status run_passes(bench *b, rs_engine *engine, rs_source *source, rs_error *error)
{
    const rs_scoring of = {.pass = &b->pass, .source = source, .counters = &b->counters};
    double ms[ROUNDS_MAX];
    for (unsigned i = 0; i <= b->set->rounds; ++i) {
        uint64_t scored = 0;
        const double begin = rs_clock_ms();
        RS_TRY(engine->vtable->score(engine, &of, &scored, error));
        ms[i > 0 ? i - 1 : 0] = rs_clock_ms() - begin;
    }
    qsort(ms, b->set->rounds, sizeof ms[0], compare_double);
    tell(b, "stream", "host memory to counters", (double)b->bytes, ms[b->set->rounds / 2],
         b->send_gbps);
    return RS_OK;
}

static rs_status bench_stream(bench *b, rs_error *error)
{
    const rs_engine_plugin_options options = {.devices = UINT64_C(1) << b->set->device};
    rs_engine *engine = NULL;
    rs_source *source = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_cuda_engine_open(&options, &engine, error));
    RS_TRY_DONE(rs_source_open_memory(b->data.values, b->data.dtype, b->data.rows, b->data.columns,
                                      b->bytes / b->data.rows, &source, error));
    RS_TRY_DONE(run_passes(b, engine, source, error));
done:
    rs_source_close(source);
    if (engine != NULL) {
        engine->vtable->close(engine);
    }
    return status;
}

/* ---- one type ---- */

static rs_status open_bench(bench *b, rs_error *error)
{
    const int device = b->set->device;
    void *memory = NULL;
    int processors = 0;
    int cache = 0;
    b->bytes = b->data.rows * b->data.columns * rs_dtype_bytes(b->data.dtype);
    b->labels.device = device;
    b->pass = (rs_pass){
        .labels = {b->data.rows, b->data.columns, b->data.original, b->data.real_begin,
                   b->data.real_class},
        .columns = b->data.columns,
        .classes = b->data.columns,
        .topk_count = 2,
        .topk = {1, 5},
        .rows = {0, b->data.rows},
    };
    RS_TRY(rs_alloc(&memory, rs_tally_layout_of(b->data.columns, 2, 1).counters, sizeof(uint64_t),
                    "counters", error));
    b->counters = memory;
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(RS_CUDA(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device),
                   device, error));
    RS_TRY(RS_CUDA(cudaDeviceGetAttribute(&cache, cudaDevAttrL2CacheSize, device), device, error));
    b->multiprocessors = (uint32_t)processors;
    b->other_bytes = 2 * (uint64_t)(cache > 0 ? cache : 0);
    b->other_bytes = b->other_bytes > b->bytes ? b->other_bytes : b->bytes;
    RS_TRY(RS_CUDA(cudaStreamCreateWithFlags(&b->stream, cudaStreamNonBlocking), device, error));
    RS_TRY(RS_CUDA(cudaEventCreate(&b->begin), device, error));
    RS_TRY(RS_CUDA(cudaEventCreate(&b->end), device, error));
    RS_TRY(RS_CUDA(cudaMalloc(&b->rows, b->bytes), device, error));
    RS_TRY(RS_CUDA(cudaMalloc(&b->other, b->other_bytes), device, error));
    RS_TRY(RS_CUDA(cudaHostAlloc(&b->pinned, b->bytes, cudaHostAllocDefault), device, error));
    memcpy(b->pinned, b->data.values, b->bytes);
    return RS_OK;
}

static void close_bench(bench *b)
{
    rs_device_labels_free(&b->labels);
    (void)cudaFreeHost(b->pinned);
    (void)cudaFree(b->other);
    (void)cudaFree(b->rows);
    if (b->end != NULL) {
        (void)cudaEventDestroy(b->end);
    }
    if (b->begin != NULL) {
        (void)cudaEventDestroy(b->begin);
    }
    if (b->stream != NULL) {
        (void)cudaStreamDestroy(b->stream);
    }
    free(b->counters);
    rs_bench_data_free(&b->data);
}

static rs_status bench_dtype(const settings *set, rs_dtype dtype, FILE *json, rs_error *error)
{
    bench b = {.set = set, .json = json};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_bench_data_make(&b.data, dtype, set->rows, set->columns, error));
    RS_TRY_DONE(open_bench(&b, error));
    RS_TRY_DONE(bench_copy(&b, rs_bench_listed(set->mode, "copy"), error));
    if (rs_bench_listed(set->mode, "kernel")) {
        RS_TRY_DONE(bench_kernel(&b, error));
    }
    if (rs_bench_listed(set->mode, "stream")) {
        RS_TRY_DONE(bench_stream(&b, error));
    }
done:
    close_bench(&b);
    return status;
}

static bool read_settings(int argc, char **argv, settings *set)
{
    *set = (settings){.rows = 50000, .columns = 1000, .rounds = 31};
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *const value = argv[i + 1];
        const unsigned long long number = strtoull(value, NULL, 10);
        if (strcmp(argv[i], "--rows") == 0) {
            set->rows = number;
        } else if (strcmp(argv[i], "--columns") == 0) {
            set->columns = (uint32_t)number;
        } else if (strcmp(argv[i], "--rounds") == 0) {
            set->rounds = (unsigned)number;
        } else if (strcmp(argv[i], "--device") == 0) {
            set->device = (int)number;
        } else if (strcmp(argv[i], "--mode") == 0) {
            set->mode = value;
        } else if (strcmp(argv[i], "--dtype") == 0) {
            set->dtype = value;
        } else if (strcmp(argv[i], "--json") == 0) {
            set->json = value;
        } else {
            return false;
        }
    }
    return argc % 2 == 1 && set->rows > 0 && set->columns > 0 && set->rounds > 0 &&
           set->rounds <= ROUNDS_MAX && set->device >= 0 && set->device <= RS_DEVICE_LAST;
}

static rs_status print_device(const settings *set, rs_error *error)
{
    char line[256];
    int devices = 0;
    const rs_engine_plugin *const plugin = rs_engine_plugin_get();
    RS_TRY(plugin->device_count(&devices, error));
    RS_TRY(plugin->describe(set->device, line, sizeof line, error));
    printf("device %d: %s; %" PRIu64 " x %" PRIu32 ", median of %u\n", set->device, line, set->rows,
           set->columns, set->rounds);
    if (!TELLS_TIME) {
        printf("on the host SIMT executor: no times are told\n");
    }
    return RS_OK;
}

int main(int argc, char **argv)
{
    static const rs_dtype dtypes[] = {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16, RS_DTYPE_F64};
    settings set;
    rs_error error = {.status = RS_OK};
    if (!read_settings(argc, argv, &set)) {
        fprintf(stderr, "usage: cuda_bench [--mode copy,kernel,stream] [--dtype f32,f16,bf16,f64] "
                        "[--rows N] [--columns C] [--rounds R] [--device D] [--json FILE|-]\n");
        return 2;
    }
    FILE *json = NULL;
    if (set.json != NULL) {
        json = strcmp(set.json, "-") == 0 ? stdout : fopen(set.json, "w");
        if (json == NULL) {
            perror(set.json);
            return 1;
        }
    }
    rs_status status = print_device(&set, &error);
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0] && status == RS_OK; ++i) {
        if (rs_bench_listed(set.dtype, rs_dtype_name(dtypes[i]))) {
            status = bench_dtype(&set, dtypes[i], json, &error);
        }
    }
    if (json != NULL && json != stdout && fclose(json) != 0) {
        perror(set.json);
        return 1;
    }
    if (status != RS_OK) {
        char text[2048];
        fprintf(stderr, "cuda_bench: %s\n", rs_error_format(&error, text, sizeof text));
        return rs_status_exit(status);
    }
    return 0;
}
