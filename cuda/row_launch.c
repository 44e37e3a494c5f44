/* row_launch.c - which kernel a task goes to, and how wide it is spread. */
#include "cuda/row_task.h"

enum {
    BLOCKS_PER_PROCESSOR = 5, /* the most that can be resident (row_grid.cuh) */
    GROUP_ROWS_MAX = 32
};

rs_launch_shape rs_launch_shape_for(uint64_t rows, uint32_t multiprocessors)
{
    const uint64_t most = (uint64_t)multiprocessors * BLOCKS_PER_PROCESSOR;
    const uint64_t warps = most * RS_BLOCK_WARPS;
    uint64_t group = rows / warps + (rows % warps != 0);
    group = group < 1 ? 1 : group;
    group = group > GROUP_ROWS_MAX ? GROUP_ROWS_MAX : group;
    const uint64_t block_rows = group * RS_BLOCK_WARPS;
    uint64_t blocks = rows / block_rows + (rows % block_rows != 0);
    blocks = blocks < 1 ? 1 : blocks;
    blocks = blocks > most ? most : blocks;
    return (rs_launch_shape){.blocks = (uint32_t)blocks, .group_rows = (uint32_t)group};
}

cudaError_t rs_launch_rows(const rs_row_task *task, rs_launch_shape shape, cudaStream_t stream)
{
    switch (task->dtype) {
#define LAUNCH(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID:                          \
        return rs_launch_rows_##name(task, shape, stream);
        RS_FLOAT_MAP(LAUNCH)
#undef LAUNCH
    case RS_DTYPE_I32:
        return rs_launch_lists(task, shape, stream);
    default:
        return cudaErrorInvalidValue;
    }
}
