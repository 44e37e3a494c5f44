/* head_groups.c - what heads need, and as many of them at a time as the memory holds. */
#include "cuda/device_error.h"
#include "cuda/head_pass.h"

#define MEMORY_LIMIT (UINT64_C(512) << 20)

rs_dtype rs_head_product_dtype(rs_dtype head, rs_dtype features)
{
    if (head == RS_DTYPE_F64 || features == RS_DTYPE_F64) {
        return RS_DTYPE_F64;
    }
    return head == features ? head : RS_DTYPE_F32;
}

uint64_t rs_heads_memory(const rs_heads_task *task)
{
    return task->memory_bytes > 0 ? task->memory_bytes : MEMORY_LIMIT;
}

/* How many heads half of the memory holds, in the widest type they may need. */
static size_t heads_of_group(const rs_heads_task *task)
{
    const rs_head *const head = &task->heads[0];
    const rs_source_info *const info = rs_source_get_info(task->features);
    size_t size = sizeof(float);
    for (size_t h = 0; h < task->count; ++h) {
        size = rs_head_logits_dtype(&task->heads[h], info->dtype) == RS_DTYPE_F64 ? sizeof(double)
                                                                                  : size;
    }
    const uint64_t fitting =
        rs_heads_memory(task) / 2 / ((uint64_t)head->classes * head->features * size);
    return fitting < 1 ? 1 : fitting < task->count ? (size_t)fitting : task->count;
}

rs_status rs_device_score_heads(const rs_heads_task *task, uint64_t *rows_scored, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(task->features);
    const size_t fitting = heads_of_group(task);
    *rows_scored = 0;
    if (fitting < task->count && !info->random_access) {
        return rs_fail(error, RS_UNSUPPORTED, info->path, rs_nowhere(),
                       "save them as .npy or .safetensors, or allow more --memory",
                       "features that can be read only once, and the heads do not fit into the "
                       "memory of the device together");
    }
    for (size_t first = 0; first < task->count; first += fitting) {
        rs_heads_task group = *task;
        group.heads = task->heads + first;
        group.count = task->count - first < fitting ? task->count - first : fitting;
        group.counters = task->counters + first;
        group.results = task->results != NULL ? task->results + first : NULL;
        RS_TRY(rs_device_score_group(&group, rows_scored, error));
    }
    return RS_OK;
}
