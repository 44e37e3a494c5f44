/* cpu_product.c - blocks of the results, each of which one thread computes whole.
 *
 * Where the blocks begin depends on the shape alone, and no sum is split: the bits of the result do
 * not depend on the number of threads. Several products share one round of the threads, so that
 * small ones keep all of them busy.
 */
#include "engine/cpu_product.h"

#include <stdatomic.h>

/* A product of few blocks is cut into narrower ones, but not below this: every block reads its part
 * of the left matrix anew. */
enum { FEW_BLOCKS = 8, NARROW_COLUMNS = 256 };

/* So few multiplications are done before another thread is awake. */
#define WORK_FOR_THREADS 1e6

typedef struct product_run {
    const rs_openblas *blas;
    const rs_product *products;
    size_t count;
    atomic_uint_fast64_t next;
} product_run;

/* How one product is cut. */
typedef struct product_cut {
    uint64_t block_columns;
    uint64_t row_blocks;
    uint64_t blocks;
} product_cut;

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

static product_cut cut_of(const rs_product *product)
{
    product_cut cut = {RS_BLAS_BLOCK_COLUMNS, blocks_of(product->rows, RS_BLAS_BLOCK_ROWS), 0};
    while (cut.block_columns > NARROW_COLUMNS &&
           cut.row_blocks * blocks_of(product->columns, cut.block_columns) < FEW_BLOCKS) {
        cut.block_columns /= 2;
    }
    cut.blocks = cut.row_blocks * blocks_of(product->columns, cut.block_columns);
    return cut;
}

static void multiply_block(const rs_openblas *blas, const rs_product *whole, uint64_t row,
                           uint64_t column, uint64_t block_columns)
{
    const size_t size = rs_dtype_bytes(whole->dtype);
    const uint64_t left_at = whole->left_transposed ? row : row * whole->left_stride;
    const uint64_t right_at = whole->right_transposed ? column * whole->right_stride : column;
    rs_product part = *whole;
    part.rows = smaller(whole->rows - row, RS_BLAS_BLOCK_ROWS);
    part.columns = smaller(whole->columns - column, block_columns);
    part.left = inside(whole->left, left_at * size);
    part.right = inside(whole->right, right_at * size);
    part.out = (char *)whole->out + (row * whole->out_stride + column) * size;
    rs_openblas_multiply(blas, &part);
}

/* Blocks are numbered through all products. */
static void run_worker(void *context, unsigned worker)
{
    product_run *const run = context;
    (void)worker;
    for (;;) {
        uint64_t block = atomic_fetch_add(&run->next, 1);
        size_t p = 0;
        product_cut cut = {0, 0, 0};
        for (; p < run->count; ++p) {
            cut = cut_of(&run->products[p]);
            if (block < cut.blocks) {
                break;
            }
            block -= cut.blocks;
        }
        if (p == run->count) {
            return;
        }
        multiply_block(run->blas, &run->products[p], block % cut.row_blocks * RS_BLAS_BLOCK_ROWS,
                       block / cut.row_blocks * cut.block_columns, cut.block_columns);
    }
}

void rs_cpu_products(const rs_openblas *blas, rs_thread_pool *pool, const rs_product *products,
                     size_t count)
{
    product_run run = {.blas = blas, .products = products, .count = count};
    uint64_t blocks = 0;
    double work = 0.0;
    for (size_t p = 0; p < count; ++p) {
        blocks += cut_of(&products[p]).blocks;
        work += (double)products[p].rows * (double)products[p].columns * (double)products[p].depth;
    }
    const uint64_t most = work < WORK_FOR_THREADS ? 1 : rs_thread_pool_threads(pool);
    const uint64_t workers = smaller(blocks, most);
    if (workers > 0) {
        rs_thread_pool_run(pool, (unsigned)workers, run_worker, &run);
    }
}
