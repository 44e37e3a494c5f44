/* bench_rows.c - see bench_rows.h */
#include "bench_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "cuda/device_error.h"

/* The cache is turned over so many times before a copy comes again. */
enum { CACHES = 4, COPIES_MAX = 4096, COPIES_MAX_HERE = RS_BENCH_TELLS_TIME ? COPIES_MAX : 3 };

static unsigned copies_of(uint64_t copy_bytes, int cache_bytes)
{
    const uint64_t wanted = (uint64_t)(cache_bytes > 0 ? cache_bytes : 0) * CACHES;
    const uint64_t copies = wanted / copy_bytes + 1;
    return copies < (uint64_t)COPIES_MAX_HERE ? (unsigned)copies : (unsigned)COPIES_MAX_HERE;
}

static rs_status reserve(rs_bench_rows *rows, int device, rs_error *error)
{
    int processors = 0;
    int cache = 0;
    void *memory = NULL;
    RS_TRY(RS_CUDA(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device),
                   device, error));
    RS_TRY(RS_CUDA(cudaDeviceGetAttribute(&cache, cudaDevAttrL2CacheSize, device), device, error));
    rows->multiprocessors = (uint32_t)processors;
    rows->copies = copies_of(rows->copy_bytes, cache);
    RS_TRY(RS_CUDA(cudaMalloc(&memory, rows->copies * rows->copy_bytes), device, error));
    rows->there = memory;
    const uint64_t row = RS_BENCH_KEPT * (sizeof(double) + sizeof(int32_t)) + 1;
    RS_TRY(RS_CUDA(cudaMalloc(&memory, rows->data.rows * row), device, error));
    rows->results = memory;
    return RS_OK;
}

rs_status rs_bench_rows_open(rs_bench_rows *rows, rs_bench_data *data, int device,
                             cudaStream_t stream, rs_error *error)
{
    enum { ALIGNED = 256 };
    *rows = (rs_bench_rows){.data = *data, .stream = stream, .labels = {.device = device}};
    *data = (rs_bench_data){.rows = 0};
    rows->pass = rs_bench_pass(&rows->data);
    rows->bytes = rows->data.rows * rows->data.columns * rs_dtype_bytes(rows->data.dtype);
    rows->copy_bytes = (rows->bytes + ALIGNED - 1) / ALIGNED * ALIGNED;
    RS_TRY(reserve(rows, device, error));
    for (unsigned i = 0; i < rows->copies; ++i) {
        RS_TRY(RS_CUDA(cudaMemcpyAsync(rows->there + i * rows->copy_bytes, rows->data.values,
                                       rows->bytes, cudaMemcpyHostToDevice, stream),
                       device, error));
    }
    return RS_CUDA(cudaStreamSynchronize(stream), device, error);
}

void rs_bench_rows_close(rs_bench_rows *rows)
{
    rs_device_labels_free(&rows->labels);
    (void)cudaFree(rows->results);
    (void)cudaFree(rows->there);
    rs_bench_data_free(&rows->data);
    *rows = (rs_bench_rows){.bytes = 0};
}

const unsigned char *rs_bench_rows_take(rs_bench_rows *rows)
{
    const unsigned char *const taken = rows->there + rows->turn * rows->copy_bytes;
    rows->turn = (rows->turn + 1) % rows->copies;
    return taken;
}

/* ---- in class order ---- */

/* Where the images of each class begin, and behind the last one. */
static rs_status count_classes(const rs_bench_data *data, uint64_t **begin, rs_error *error)
{
    RS_TRY(RS_NEW(begin, (size_t)data->columns + 1, "classes", error));
    for (uint64_t i = 0; i < data->rows; ++i) {
        ++(*begin)[data->original[i] + 1];
    }
    for (uint32_t c = 0; c < data->columns; ++c) {
        (*begin)[c + 1] += (*begin)[c];
    }
    return RS_OK;
}

static void put_row(const rs_bench_data *data, uint64_t from, rs_bench_data *sorted, uint64_t to)
{
    const size_t row = data->columns * rs_dtype_bytes(data->dtype);
    const uint32_t first = data->real_begin[from];
    const uint32_t labels = data->real_begin[from + 1] - first;
    memcpy((unsigned char *)sorted->values + to * row,
           (const unsigned char *)data->values + from * row, row);
    memcpy(sorted->real_class + sorted->real_begin[to], data->real_class + first,
           labels * sizeof *data->real_class);
    sorted->original[to] = data->original[from];
    sorted->real_begin[to + 1] = sorted->real_begin[to] + labels;
}

rs_status rs_bench_data_by_class(const rs_bench_data *data, rs_bench_data *sorted, rs_error *error)
{
    uint64_t *begin = NULL;
    uint64_t *from = NULL;
    rs_status status = RS_OK;
    *sorted = (rs_bench_data){.rows = 0};
    RS_TRY_DONE(rs_bench_data_make(sorted, data->dtype, data->rows, data->columns, error));
    RS_TRY_DONE(count_classes(data, &begin, error));
    RS_TRY_DONE(RS_NEW(&from, data->rows, "images in class order", error));
    for (uint64_t i = 0; i < data->rows; ++i) {
        from[begin[data->original[i]]++] = i;
    }
    for (uint64_t i = 0; i < data->rows; ++i) {
        put_row(data, from[i], sorted, i);
    }
done:
    free(from);
    free(begin);
    return status;
}
