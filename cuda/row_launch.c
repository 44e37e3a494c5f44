/* row_launch.c - which kernel a task goes to, and how wide it is spread. */
#include "cuda/row_task.h"

enum {
    LIST_BLOCKS = 5, /* of ranked predictions, a thread a row: enough for any device */
    GROUP_ROWS_MAX = 32
};

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
    uint64_t group = rows / warps + (rows % warps != 0);
    group = group < 1 ? 1 : group;
    group = group > GROUP_ROWS_MAX ? GROUP_ROWS_MAX : group;
    const uint64_t block_rows = group * RS_BLOCK_WARPS;
    uint64_t blocks = rows / block_rows + (rows % block_rows != 0);
    blocks = blocks < 1 ? 1 : blocks;
    blocks = blocks > most ? most : blocks;
    return (rs_launch_shape){.blocks = (uint32_t)blocks, .group_rows = (uint32_t)group};
}

cudaError_t rs_load_rows(const rs_row_task *task)
{
    switch (task->dtype) {
#define LOAD(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID:                        \
        return rs_load_rows_##name(task);
        RS_FLOAT_MAP(LOAD)
#undef LOAD
    default:
        return cudaErrorInvalidValue;
    }
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
