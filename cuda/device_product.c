/* device_product.c - tiles of a product: sent, multiplied, fetched.
 *
 * The tiles are as large as the memory allows; half of it is for the right matrix, which stays on
 * the device while the rows of the left one come by, where it fits. Counts in float are exact, so
 * how sums are cut shows only in products of reals.
 */
#include "cuda/device_product.h"

#include "cuda/device_error.h"

#define MEMORY_LEAST (UINT64_C(1) << 16)

enum { TILE_COLUMNS = 4096 };

typedef struct tiles {
    const rs_gpu *gpu;
    rs_cublas *cublas;
    const rs_product *whole;
    size_t size; /* of an element */
    uint64_t rows, columns, depth;
    rs_device_array left, right, out;
    cudaStream_t stream;
    bool right_sent; /* the only tile of the right matrix is there */
} tiles;

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t at_least_one(uint64_t count)
{
    return count > 0 ? count : 1;
}

static void plan(tiles *run, uint64_t memory_bytes)
{
    const rs_product *const whole = run->whole;
    const uint64_t elements = memory_bytes / run->size;
    run->columns = smaller(whole->columns, TILE_COLUMNS);
    run->columns = at_least_one(smaller(run->columns, elements / 2));
    run->depth = at_least_one(smaller(whole->depth, elements / 2 / run->columns));
    run->rows = at_least_one(smaller(whole->rows, elements / 2 / (run->depth + run->columns)));
}

static rs_status reserve(tiles *run, rs_error *error)
{
    const int device = run->cublas->device;
    RS_TRY(rs_device_array_reserve(&run->left, run->rows * run->depth * run->size, device, error));
    RS_TRY(
        rs_device_array_reserve(&run->right, run->depth * run->columns * run->size, device, error));
    return rs_device_array_reserve(&run->out, run->rows * run->columns * run->size, device, error);
}

static void release(tiles *run)
{
    rs_device_array_free(&run->left);
    rs_device_array_free(&run->right);
    rs_device_array_free(&run->out);
}

/* A part of a matrix, from an element on. */
typedef struct matrix_part {
    const void *matrix;
    uint64_t element, stride, rows, columns;
} matrix_part;

/* Sends it; on the device it is packed. */
static rs_status send(const tiles *run, const rs_device_array *to, const matrix_part *from,
                      rs_error *error)
{
    const uint64_t row_bytes = from->columns * run->size;
    if (from->rows == 0 || from->columns == 0) {
        return RS_OK;
    }
    return RS_CUDA(cudaMemcpy2DAsync(to->memory, row_bytes,
                                     (const char *)from->matrix + from->element * run->size,
                                     from->stride * run->size, row_bytes, from->rows,
                                     cudaMemcpyHostToDevice, run->stream),
                   run->cublas->device, error);
}

/* The right matrix's part that belongs to (column, level), as it is stored. */
static rs_status send_right(tiles *run, uint64_t column, uint64_t level, uint64_t columns,
                            uint64_t depth, rs_error *error)
{
    const rs_product *const whole = run->whole;
    const bool turned = whole->right_transposed;
    const matrix_part part = {
        whole->right,
        turned ? column * whole->right_stride + level : level * whole->right_stride + column,
        whole->right_stride, turned ? columns : depth, turned ? depth : columns};
    if (run->right_sent) {
        return RS_OK;
    }
    RS_TRY(send(run, &run->right, &part, error));
    run->right_sent = run->columns == whole->columns && run->depth == whole->depth;
    return RS_OK;
}

/* The left matrix's part that belongs to (row, level), likewise. */
static rs_status send_left(const tiles *run, uint64_t row, uint64_t level, uint64_t rows,
                           uint64_t depth, rs_error *error)
{
    const rs_product *const whole = run->whole;
    const bool turned = whole->left_transposed;
    const matrix_part part = {
        whole->left, turned ? level * whole->left_stride + row : row * whole->left_stride + level,
        whole->left_stride, turned ? depth : rows, turned ? rows : depth};
    return send(run, &run->left, &part, error);
}

/* The tile of the result at (row, column), over the whole depth. */
static rs_status multiply_tile(tiles *run, uint64_t row, uint64_t column, rs_error *error)
{
    const rs_product *const whole = run->whole;
    const int device = run->cublas->device;
    const uint64_t rows = smaller(whole->rows - row, run->rows);
    const uint64_t columns = smaller(whole->columns - column, run->columns);
    const uint64_t out_at = row * whole->out_stride + column;
    uint64_t level = 0;
    if (whole->add) {
        const matrix_part part = {whole->out, out_at, whole->out_stride, rows, columns};
        RS_TRY(send(run, &run->out, &part, error));
    }
    do { /* at least once: a product without depth is zero */
        const uint64_t depth = smaller(whole->depth - level, run->depth);
        rs_device_product part = {.dtype = whole->dtype, .shape = *whole};
        RS_TRY(send_left(run, row, level, rows, depth, error));
        RS_TRY(send_right(run, column, level, columns, depth, error));
        part.shape.rows = rows;
        part.shape.columns = columns;
        part.shape.depth = depth;
        part.shape.left = run->left.memory;
        part.shape.right = run->right.memory;
        part.shape.out = run->out.memory;
        part.shape.left_stride = at_least_one(whole->left_transposed ? rows : depth);
        part.shape.right_stride = at_least_one(whole->right_transposed ? depth : columns);
        part.shape.out_stride = columns;
        part.shape.add = whole->add || level > 0;
        RS_TRY(rs_cublas_multiply(run->cublas, &part, run->stream, error));
        level += depth;
    } while (level < whole->depth);
    RS_TRY(RS_CUDA(cudaMemcpy2DAsync((char *)whole->out + out_at * run->size,
                                     whole->out_stride * run->size, run->out.memory,
                                     columns * run->size, columns * run->size, rows,
                                     cudaMemcpyDeviceToHost, run->stream),
                   device, error));
    return RS_CUDA(cudaStreamSynchronize(run->stream), device, error);
}

static rs_status multiply_tiles(tiles *run, rs_error *error)
{
    for (uint64_t column = 0; column < run->whole->columns; column += run->columns) {
        for (uint64_t row = 0; row < run->whole->rows; row += run->rows) {
            rs_range_begin(run->gpu->ranges, "send, multiply and fetch a tile");
            const rs_status status = multiply_tile(run, row, column, error);
            rs_range_end(run->gpu->ranges);
            RS_TRY(status);
        }
    }
    return RS_OK;
}

rs_status rs_device_multiply(rs_gpu *gpu, const rs_product *product, uint64_t memory_bytes,
                             rs_error *error)
{
    tiles run = {.gpu = gpu,
                 .cublas = &gpu->cublas,
                 .whole = product,
                 .size = rs_dtype_bytes(product->dtype)};
    uint64_t memory = memory_bytes;
    RS_TRY(RS_CUDA(cudaStreamCreateWithFlags(&run.stream, cudaStreamNonBlocking), gpu->device,
                   error));
    plan(&run, memory);
    rs_status status = reserve(&run, error);
    while (status == RS_MEMORY && memory > MEMORY_LEAST) {
        release(&run);
        memory /= 2;
        plan(&run, memory);
        status = reserve(&run, error);
    }
    if (status == RS_OK) {
        status = multiply_tiles(&run, error);
    }
    (void)cudaStreamSynchronize(run.stream); /* nothing is under way when its memory goes */
    release(&run);
    (void)cudaStreamDestroy(run.stream);
    return status;
}
