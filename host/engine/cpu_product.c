/* cpu_product.c - blocks of the result, each of which one thread computes whole.
 *
 * Where the blocks begin depends on the shape alone, and no sum is split: the bits of the result do
 * not depend on the number of threads.
 */
#include "engine/cpu_product.h"

#include <stdatomic.h>

typedef struct product_run {
    const rs_openblas *blas;
    const rs_product *product;
    uint64_t row_blocks;
    uint64_t column_blocks;
    atomic_uint_fast64_t next;
} product_run;

static uint64_t blocks_of(uint64_t count, uint64_t block)
{
    return count / block + (count % block != 0);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* A matrix of depth 0 holds nothing and may be NULL, to which nothing can be added. */
static const void *inside(const void *matrix, uint64_t bytes)
{
    return matrix == NULL ? NULL : (const char *)matrix + bytes;
}

static void multiply_block(const product_run *run, uint64_t row, uint64_t column)
{
    const rs_product *const whole = run->product;
    const size_t size = rs_dtype_bytes(whole->dtype);
    const uint64_t right_at = whole->right_transposed ? column * whole->right_stride : column;
    rs_product part = *whole;
    part.rows = smaller(whole->rows - row, RS_BLAS_BLOCK_ROWS);
    part.columns = smaller(whole->columns - column, RS_BLAS_BLOCK_COLUMNS);
    part.left = inside(whole->left, row * whole->left_stride * size);
    part.right = inside(whole->right, right_at * size);
    part.out = (char *)whole->out + (row * whole->out_stride + column) * size;
    rs_openblas_multiply(run->blas, &part);
}

static void run_worker(void *context, unsigned worker)
{
    product_run *const run = context;
    const uint64_t blocks = run->row_blocks * run->column_blocks;
    (void)worker;
    for (;;) {
        const uint64_t block = atomic_fetch_add(&run->next, 1);
        if (block >= blocks) {
            return;
        }
        multiply_block(run, block % run->row_blocks * RS_BLAS_BLOCK_ROWS,
                       block / run->row_blocks * RS_BLAS_BLOCK_COLUMNS);
    }
}

void rs_cpu_product(const rs_openblas *blas, rs_thread_pool *pool, const rs_product *product)
{
    product_run run = {
        .blas = blas,
        .product = product,
        .row_blocks = blocks_of(product->rows, RS_BLAS_BLOCK_ROWS),
        .column_blocks = blocks_of(product->columns, RS_BLAS_BLOCK_COLUMNS),
    };
    const uint64_t workers =
        smaller(run.row_blocks * run.column_blocks, rs_thread_pool_threads(pool));
    if (workers > 0) {
        rs_thread_pool_run(pool, (unsigned)workers, run_worker, &run);
    }
}
