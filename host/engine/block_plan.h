/* block_plan.h - into which pieces the rows of a pass are cut, and how many threads take them. */
#ifndef RS_BLOCK_PLAN_H
#define RS_BLOCK_PLAN_H

#include "engine/thread_pool.h"
#include "reassess/reassess.h"

typedef struct rs_block_plan {
    uint64_t block_rows; /* whole tiles */
    unsigned workers;    /* at least 1 */
} rs_block_plan;

/* Rows `rows` of a source as `info` says, in tiles of `tile_rows` rows. */
rs_block_plan rs_plan_blocks(const rs_row_range *rows, const rs_source_info *info,
                             const rs_thread_pool *pool, uint64_t tile_rows);

#endif
