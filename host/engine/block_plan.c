/* block_plan.c - see block_plan.h.
 *
 * Blocks have about BLOCK_BYTES, so that a small input wakes nobody. Of fewer rows than make one
 * for each thread, as a batch has, all threads have their share, unless it is too small, in a loop
 * that finds them awake: for a batch now and then nobody is woken. Its blocks are smaller, so that
 * no thread waits long for another.
 */
#include "engine/block_plan.h"

enum {
    BLOCK_BYTES = 1 << 20,
    LEAST_BYTES = 256 << 10, /* of a thread's share of a batch, ... */
    BLOCKS_OF_SHARE = 8,     /* ... which it takes in so many blocks */
    STREAM_THREADS = 4       /* a pipe or a decompressor keeps no more than one or two busy */
};

static uint64_t rows_of(uint64_t bytes, uint64_t row_bytes)
{
    return row_bytes < bytes ? bytes / row_bytes : 1;
}

rs_block_plan rs_plan_blocks(const rs_row_range *rows, const rs_source_info *info,
                             const rs_thread_pool *pool, uint64_t tile_rows)
{
    const uint64_t count = rows->end - rows->begin;
    uint64_t threads = rs_thread_pool_threads(pool);
    uint64_t share = rows_of(BLOCK_BYTES, info->row_bytes);
    uint64_t block = share;
    if (info->random_access && count < share * threads && rs_thread_pool_is_awake(pool)) {
        const uint64_t least = rows_of(LEAST_BYTES, info->row_bytes);
        share = (count + threads - 1) / threads;
        share = share > least ? share : least;
        block = share / BLOCKS_OF_SHARE + 1;
    }
    block = block < tile_rows ? tile_rows : block / tile_rows * tile_rows;
    share = share > block ? share : block;
    const uint64_t shares = count / share + (count % share != 0);
    if (!info->random_access && threads > STREAM_THREADS) {
        threads = STREAM_THREADS;
    }
    threads = threads < shares ? threads : shares;
    return (rs_block_plan){block, threads > 0 ? (unsigned)threads : 1u};
}
