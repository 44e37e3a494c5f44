/* row_launch.c - which kernel a task goes to, and how wide it is spread. */
#include "cuda/row_task.h"

/* Of ranked predictions, a thread a row: enough for any device. */
enum { LIST_BLOCKS = 5 };

/* Their labels are nearly always no more than a warp has lanes. */
enum { GROUP_ROWS_MAX = 16 };

static uint32_t resident_blocks(const rs_row_task *task)
{
    switch (task->dtype) {
#define RESIDENT(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID:                            \
        return rs_resident_rows_##name(task);
        RS_FLOAT_MAP(RESIDENT)
#undef RESIDENT
    default:
        return LIST_BLOCKS;
    }
}

rs_launch_shape rs_launch_shape_for(const rs_row_task *task, uint32_t multiprocessors)
{
    const uint64_t rows = task->row_count;
    const uint64_t most = (uint64_t)multiprocessors * resident_blocks(task);
    const uint64_t warps = most * RS_BLOCK_WARPS;
    uint64_t warp_rows = rows / warps + (rows % warps != 0);
    warp_rows = warp_rows < 1 ? 1 : warp_rows;
    warp_rows = warp_rows > UINT32_MAX ? UINT32_MAX : warp_rows;
    const uint64_t groups = 1 + (warp_rows - 1) / GROUP_ROWS_MAX;
    const uint64_t group_rows = (warp_rows + groups - 1) / groups;
    const uint64_t block_rows = warp_rows * RS_BLOCK_WARPS;
    uint64_t blocks = rows / block_rows + (rows % block_rows != 0);
    blocks = blocks < 1 ? 1 : blocks;
    blocks = blocks > most ? most : blocks;
    return (rs_launch_shape){.blocks = (uint32_t)blocks,
                             .warp_rows = (uint32_t)warp_rows,
                             .group_rows = (uint32_t)group_rows};
}

cudaError_t rs_load_rows(const rs_row_task *task)
{
    const bool is_mapped = task->map.column != NULL;
    switch (task->dtype) {
#define LOAD(ID, name, bits, infinity, normal)                                                     \
    case RS_DTYPE_##ID:                                                                            \
        return is_mapped ? rs_load_mapped_##name(task) : rs_load_rows_##name(task);
        RS_FLOAT_MAP(LOAD)
#undef LOAD
    default:
        return cudaErrorInvalidValue;
    }
}

cudaError_t rs_launch_rows(const rs_row_task *task, rs_launch_shape shape, cudaStream_t stream)
{
    const bool is_mapped = task->map.column != NULL;
    switch (task->dtype) {
#define LAUNCH(ID, name, bits, infinity, normal)                                                   \
    case RS_DTYPE_##ID:                                                                            \
        return is_mapped ? rs_launch_mapped_##name(task, shape, stream)                            \
                         : rs_launch_rows_##name(task, shape, stream);
        RS_FLOAT_MAP(LAUNCH)
#undef LAUNCH
    case RS_DTYPE_I32:
        return rs_launch_lists(task, shape, stream);
    default:
        return cudaErrorInvalidValue;
    }
}
