/* device_rows_bench.c - what a device does with rows that lie on it: the yardsticks, the kernel in
 * every mode, adds of 256 rows.
 *
 * Every time is that of many launches between two events, divided: what a launch costs the host
 * is hidden behind the one before it, as it is in use. All cases of a dtype are measured in every
 * round, one after the other, so that a device whose clocks change changes them for all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "bench_rows.h"
#include "cuda/cuda_engine.h"
#include "cuda/device_error.h"
#include "cuda/device_labels.h"
#include "cuda/row_results.h"
#include "read_sum.h"

enum { WIDE_COLUMNS = RS_BENCH_TELLS_TIME ? 21841 : 2100, ADD_ROWS = 256 };
/* Bytes between two events, and at most so many launches. */
#define BYTES_BETWEEN (UINT64_C(2) << 30)
enum { LAUNCHES_LEAST = 4, LAUNCHES_MOST = 1000, LAUNCHES_HERE = 2 };

typedef enum rows_of { AS_THEY_ARE = 0, BY_CLASS, WIDE, ROWS_KINDS } rows_of;

typedef struct rows_bench {
    rs_device_bench *bench;
    cudaStream_t stream;
    cudaEvent_t begin, end;
    rs_bench_rows rows[ROWS_KINDS];
    void *pinned;
    rs_class_map *map;
    void *copied;   /* room for rows */
    uint32_t *sum;  /* of the sum kernel */
    int64_t *index; /* 0, 1, ... on the device */
} rows_bench;

typedef struct bench_case {
    const char *mode, *what;
    rs_status (*launch)(rows_bench *b, const struct bench_case *of, rs_bench_rows *rows,
                        rs_error *error);
    rows_of which;
    unsigned moves; /* times the rows' bytes: of a copy on the device 2 */
    bool calibration, row_flags, kept, by_index, mapped;
} bench_case;

/* ---- the work between two events ---- */

static rs_status send_rows(rows_bench *b, const bench_case *of, rs_bench_rows *rows,
                           rs_error *error)
{
    (void)of;
    unsigned char *const to = rows->there + rows->turn * rows->copy_bytes;
    (void)rs_bench_rows_take(rows);
    return RS_CUDA(cudaMemcpyAsync(to, b->pinned, rows->bytes, cudaMemcpyHostToDevice, b->stream),
                   b->bench->device, error);
}

static rs_status copy_rows(rows_bench *b, const bench_case *of, rs_bench_rows *rows,
                           rs_error *error)
{
    (void)of;
    return RS_CUDA(cudaMemcpyAsync(b->copied, rs_bench_rows_take(rows), rows->bytes,
                                   cudaMemcpyDeviceToDevice, b->stream),
                   b->bench->device, error);
}

static rs_status read_rows(rows_bench *b, const bench_case *of, rs_bench_rows *rows,
                           rs_error *error)
{
    (void)of;
    return RS_CUDA(rs_launch_read_sum(rs_bench_rows_take(rows), rows->bytes,
                                      rows->multiprocessors * rs_resident_read_sum(), b->sum,
                                      b->stream),
                   b->bench->device, error);
}

static rs_status launch_kernel(rows_bench *b, const bench_case *of, rs_bench_rows *rows,
                               rs_error *error)
{
    rs_row_task task = rs_device_labels_task(&rows->labels, &rows->pass, rows->data.dtype);
    task.rows = rs_bench_rows_take(rows);
    task.stride_bytes = rows->bytes / rows->data.rows;
    task.row_count = rows->data.rows;
    if (of->kept || of->row_flags) {
        const rs_result_layout layout = {.keep = of->kept ? RS_BENCH_KEPT : 0,
                                         .value = of->kept,
                                         .prediction = of->kept,
                                         .flags = of->row_flags};
        task.results = rs_place_results(&layout, rows->results, rows->data.rows);
    }
    const rs_launch_shape shape = rs_launch_shape_for(&task, rows->multiprocessors);
    return RS_CUDA(rs_launch_rows(&task, shape, b->stream), b->bench->device, error);
}

static const bench_case cases[] = {
    {.mode = "copy", .what = "page-locked to device", .launch = send_rows, .moves = 1},
    {.mode = "copy", .what = "device to device", .launch = copy_rows, .moves = 2},
    {.mode = "copy", .what = "read by a sum", .launch = read_rows, .moves = 1},
    {.mode = "kernel", .what = "ranks", .launch = launch_kernel, .moves = 1},
    {.mode = "kernel",
     .what = "five predictions",
     .launch = launch_kernel,
     .moves = 1,
     .kept = true},
    {.mode = "kernel",
     .what = "flags of rows",
     .launch = launch_kernel,
     .moves = 1,
     .row_flags = true},
    {.mode = "kernel",
     .what = "calibration",
     .launch = launch_kernel,
     .moves = 1,
     .calibration = true},
    {.mode = "kernel",
     .what = "all of these",
     .launch = launch_kernel,
     .moves = 1,
     .kept = true,
     .row_flags = true,
     .calibration = true},
    {.mode = "order",
     .what = "ranks, by class",
     .launch = launch_kernel,
     .moves = 1,
     .which = BY_CLASS},
    {.mode = "order",
     .what = "calibration, by class",
     .launch = launch_kernel,
     .moves = 1,
     .which = BY_CLASS,
     .calibration = true},
    {.mode = "map",
     .what = "ranks through a class map",
     .launch = launch_kernel,
     .moves = 1,
     .mapped = true},
    {.mode = "wide",
     .what = "ranks of wide rows",
     .launch = launch_kernel,
     .moves = 1,
     .which = WIDE},
    {.mode = "wide",
     .what = "calibration of wide rows",
     .launch = launch_kernel,
     .moves = 1,
     .which = WIDE,
     .calibration = true},
};

enum { CASES = sizeof cases / sizeof cases[0], SEND = 0, READ = 2 };

/* ---- timing ---- */

static unsigned launches_for(const rows_bench *b, uint64_t bytes)
{
    const uint64_t many = BYTES_BETWEEN / (bytes > 0 ? bytes : 1);
    if (b->bench->launches > 0 || !RS_BENCH_TELLS_TIME) {
        return b->bench->launches > 0 ? b->bench->launches : LAUNCHES_HERE;
    }
    return many < LAUNCHES_LEAST  ? LAUNCHES_LEAST
           : many > LAUNCHES_MOST ? LAUNCHES_MOST
                                  : (unsigned)many;
}

static rs_status elapsed_ms(const rows_bench *b, double *ms, rs_error *error)
{
    const int device = b->bench->device;
    float elapsed = 0;
    RS_TRY(RS_CUDA(cudaEventRecord(b->end, b->stream), device, error));
    RS_TRY(RS_CUDA(cudaStreamSynchronize(b->stream), device, error));
    RS_TRY(RS_CUDA(cudaEventElapsedTime(&elapsed, b->begin, b->end), device, error));
    *ms = (double)elapsed;
    return RS_OK;
}

/* The labels are those of the case before anything is timed. */
static rs_status time_case(rows_bench *b, const bench_case *of, double *ms, rs_error *error)
{
    rs_bench_rows *const rows = &b->rows[of->which];
    const unsigned launches = launches_for(b, rows->bytes);
    rows->pass.calibration = of->calibration;
    rows->pass.row_flags = of->row_flags;
    rows->pass.map = of->mapped ? b->map : NULL;
    RS_TRY(rs_device_labels_prepare(&rows->labels, &rows->pass, b->stream, error));
    RS_TRY(RS_CUDA(cudaEventRecord(b->begin, b->stream), b->bench->device, error));
    for (unsigned i = 0; i < launches; ++i) {
        RS_TRY(of->launch(b, of, rows, error));
    }
    RS_TRY(elapsed_ms(b, ms, error));
    *ms /= launches;
    return RS_OK;
}

static bool is_measured(const rows_bench *b, size_t c)
{
    return c == SEND || c == READ || rs_bench_has_mode(b->bench, cases[c].mode);
}

static void tell_case(const rows_bench *b, size_t c, double ms)
{
    const bench_case *const of = &cases[c];
    const bool yardstick = strcmp(of->mode, "copy") == 0;
    if (rs_bench_has_mode(b->bench, of->mode)) {
        rs_bench_tell(b->bench,
                      &(rs_bench_told){.mode = of->mode,
                                       .what = of->what,
                                       .ms = ms,
                                       .bytes = (double)b->rows[of->which].bytes * of->moves,
                                       .limit_gbps = yardstick ? 0 : b->bench->read_gbps,
                                       .limit = "reading"});
    }
}

static rs_status time_cases(rows_bench *b, rs_error *error)
{
    const unsigned rounds = b->bench->set.rounds;
    const unsigned warm = b->bench->launches != 1;
    double *ms = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&ms, (size_t)CASES * rounds, "times", error));
    for (unsigned r = 0; r < rounds + warm; ++r) {
        for (size_t c = 0; c < CASES; ++c) {
            const size_t at = c * rounds + (r >= warm ? r - warm : 0);
            if (is_measured(b, c)) {
                RS_TRY_DONE(time_case(b, &cases[c], &ms[at], error));
            }
        }
    }
    const double bytes = (double)b->rows[AS_THEY_ARE].bytes;
    b->bench->send_gbps = bytes / (rs_bench_median(ms + SEND * rounds, rounds) * 1e6);
    b->bench->read_gbps = bytes / (rs_bench_median(ms + READ * rounds, rounds) * 1e6);
    for (size_t c = 0; c < CASES; ++c) {
        tell_case(b, c, rs_bench_median(ms + c * rounds, rounds));
    }
done:
    free(ms);
    return status;
}

/* ---- adds ---- */

/* All images in batches of 256, as a scorer is given them. */
static rs_status add_all(rows_bench *b, rs_device_images *images, bool by_index, rs_error *error)
{
    rs_bench_rows *const rows = &b->rows[AS_THEY_ARE];
    const unsigned char *const data = rs_bench_rows_take(rows);
    const uint64_t stride = rows->bytes / rows->data.rows;
    for (uint64_t first = 0; first < rows->data.rows; first += ADD_ROWS) {
        const uint64_t left = rows->data.rows - first;
        const rs_image_batch batch = {
            .data = data + first * stride,
            .dtype = rows->data.dtype,
            .rows = left < ADD_ROWS ? left : ADD_ROWS,
            .stride_bytes = stride,
            .index = by_index ? b->index + first : NULL,
            .stream = b->stream,
        };
        RS_TRY(rs_device_images_add(images, &batch, error));
    }
    return RS_OK;
}

/* An image counts once, so every round has a scorer of its own, which is not timed. */
static rs_status time_adds(rows_bench *b, bool by_index, double *ms, rs_error *error)
{
    rs_bench_rows *const rows = &b->rows[AS_THEY_ARE];
    rs_device_images *images = NULL;
    rs_engine_info info;
    rs_status status = RS_OK;
    rows->pass.calibration = false;
    rows->pass.row_flags = false;
    rows->pass.map = NULL;
    RS_TRY_DONE(rs_device_images_create(&rows->pass, 0, b->bench->device, &info, &images, error));
    RS_TRY_DONE(RS_CUDA(cudaEventRecord(b->begin, b->stream), b->bench->device, error));
    RS_TRY_DONE(add_all(b, images, by_index, error));
    RS_TRY_DONE(elapsed_ms(b, ms, error));
done:
    rs_device_images_free(images);
    return status;
}

static rs_status bench_adds(rows_bench *b, rs_error *error)
{
    const rs_bench_rows *const rows = &b->rows[AS_THEY_ARE];
    const unsigned rounds = b->bench->set.rounds;
    double *ms = NULL;
    char what[64];
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&ms, rounds, "times", error));
    for (int by_index = 0; by_index < 2; ++by_index) {
        for (unsigned r = 0; r <= rounds; ++r) {
            RS_TRY_DONE(time_adds(b, by_index != 0, &ms[r > 0 ? r - 1 : 0], error));
        }
        (void)snprintf(what, sizeof what, "%llu adds of %d%s",
                       (unsigned long long)((rows->data.rows + ADD_ROWS - 1) / ADD_ROWS), ADD_ROWS,
                       by_index != 0 ? ", by index" : "");
        rs_bench_tell(b->bench, &(rs_bench_told){.mode = "adds",
                                                 .what = what,
                                                 .ms = rs_bench_median(ms, rounds),
                                                 .bytes = (double)rows->bytes,
                                                 .limit_gbps = b->bench->read_gbps,
                                                 .limit = "reading"});
    }
done:
    free(ms);
    return status;
}

/* ---- begin and end ---- */

/* Every ninth column has no class, and the one behind it that of the one before. */
static rs_status make_map(rows_bench *b, rs_error *error)
{
    const uint32_t columns = b->rows[AS_THEY_ARE].data.columns;
    int32_t *class_of = NULL;
    RS_TRY(RS_NEW(&class_of, columns, "a class map", error));
    for (uint32_t j = 0; j < columns; ++j) {
        class_of[j] = j % 9 == 4 ? -1 : (int32_t)(j - (j % 9 == 5));
    }
    const rs_status status = rs_class_map_create(class_of, columns, columns, &b->map, error);
    free(class_of);
    return status;
}

static rs_status make_index(rows_bench *b, rs_error *error)
{
    const uint64_t rows = b->rows[AS_THEY_ARE].data.rows;
    const int device = b->bench->device;
    int64_t *index = NULL;
    void *there = NULL;
    RS_TRY(RS_NEW(&index, rows, "an index", error));
    for (uint64_t i = 0; i < rows; ++i) {
        index[i] = (int64_t)i;
    }
    rs_status status = RS_CUDA(cudaMalloc(&there, rows * sizeof *index), device, error);
    b->index = there;
    if (status == RS_OK) { /* in the stream that reads it: a copy outside may end later */
        status = RS_CUDA(cudaMemcpyAsync(there, index, rows * sizeof *index,
                                         cudaMemcpyHostToDevice, b->stream),
                         device, error);
    }
    if (status == RS_OK) {
        status = RS_CUDA(cudaStreamSynchronize(b->stream), device, error);
    }
    free(index);
    return status;
}

static rs_status make_rows(rows_bench *b, rs_error *error)
{
    const rs_bench_settings *const set = &b->bench->set;
    const rs_dtype dtype = b->bench->dtype;
    rs_bench_data data = {.rows = 0};
    RS_TRY(rs_bench_data_make(&data, dtype, set->rows, set->columns, error));
    RS_TRY(rs_bench_rows_open(&b->rows[AS_THEY_ARE], &data, b->bench->device, b->stream, error));
    if (rs_bench_has_mode(b->bench, "order")) {
        const rs_status status = rs_bench_data_by_class(&b->rows[AS_THEY_ARE].data, &data, error);
        if (status != RS_OK) {
            rs_bench_data_free(&data);
            return status;
        }
        RS_TRY(rs_bench_rows_open(&b->rows[BY_CLASS], &data, b->bench->device, b->stream, error));
    }
    if (rs_bench_has_mode(b->bench, "wide")) {
        const uint64_t rows = set->rows * set->columns / WIDE_COLUMNS + 4;
        RS_TRY(rs_bench_data_make(&data, dtype, rows, WIDE_COLUMNS, error));
        RS_TRY(rs_bench_rows_open(&b->rows[WIDE], &data, b->bench->device, b->stream, error));
    }
    return RS_OK;
}

static rs_status open_bench(rows_bench *b, rs_error *error)
{
    const int device = b->bench->device;
    void *memory = NULL;
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(RS_CUDA(cudaStreamCreateWithFlags(&b->stream, cudaStreamNonBlocking), device, error));
    RS_TRY(RS_CUDA(cudaEventCreate(&b->begin), device, error));
    RS_TRY(RS_CUDA(cudaEventCreate(&b->end), device, error));
    RS_TRY(make_rows(b, error));
    const rs_bench_rows *const rows = &b->rows[AS_THEY_ARE];
    RS_TRY(RS_CUDA(cudaMalloc(&b->copied, rows->bytes), device, error));
    RS_TRY(RS_CUDA(cudaMalloc(&memory, sizeof *b->sum), device, error));
    b->sum = memory;
    RS_TRY(RS_CUDA(cudaMemsetAsync(b->sum, 0, sizeof *b->sum, b->stream), device, error));
    RS_TRY(RS_CUDA(cudaHostAlloc(&b->pinned, rows->bytes, cudaHostAllocDefault), device, error));
    memcpy(b->pinned, rows->data.values, rows->bytes);
    RS_TRY(make_index(b, error));
    return make_map(b, error);
}

static void close_bench(rows_bench *b)
{
    rs_class_map_free(b->map);
    (void)cudaFree(b->index);
    (void)cudaFreeHost(b->pinned);
    (void)cudaFree(b->sum);
    (void)cudaFree(b->copied);
    for (int i = 0; i < ROWS_KINDS; ++i) {
        rs_bench_rows_close(&b->rows[i]);
    }
    if (b->end != NULL) {
        (void)cudaEventDestroy(b->end);
    }
    if (b->begin != NULL) {
        (void)cudaEventDestroy(b->begin);
    }
    if (b->stream != NULL) {
        (void)cudaStreamDestroy(b->stream);
    }
}

/* What the sum kernel read is all there is: else it is no yardstick. */
static rs_status check_sum(rows_bench *b, rs_error *error)
{
    const rs_bench_rows *const rows = &b->rows[AS_THEY_ARE];
    const unsigned char *const bytes = rows->data.values;
    const int device = b->bench->device;
    uint32_t expected = 0;
    uint32_t found = 0;
    for (uint64_t at = 0; at + 16 <= rows->bytes; at += 16) {
        uint32_t word[4];
        memcpy(word, bytes + at, sizeof word);
        expected += word[0] + word[1] + word[2] + word[3];
    }
    RS_TRY(read_rows(b, NULL, &b->rows[AS_THEY_ARE], error));
    RS_TRY(RS_CUDA(cudaMemcpyAsync(&found, b->sum, sizeof found, cudaMemcpyDeviceToHost, b->stream),
                   device, error));
    RS_TRY(RS_CUDA(cudaStreamSynchronize(b->stream), device, error));
    return found == expected
               ? RS_OK
               : rs_fail(error, RS_DEVICE, NULL, rs_nowhere(), "look at read_sum.cu",
                         "the sum of the rows is %u, but should be %u", found, expected);
}

rs_status rs_bench_device_rows(rs_device_bench *bench, rs_error *error)
{
    rows_bench b = {.bench = bench};
    rs_status status = RS_OK;
    RS_TRY_DONE(open_bench(&b, error));
    RS_TRY_DONE(check_sum(&b, error));
    RS_TRY_DONE(time_cases(&b, error));
    if (rs_bench_has_mode(bench, "adds")) {
        RS_TRY_DONE(bench_adds(&b, error));
    }
done:
    close_bench(&b);
    return status;
}
