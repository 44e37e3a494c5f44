/* device_heads.h - heads on features: what one device holds of them, and what it does to a tile. */
#ifndef RS_DEVICE_HEADS_H
#define RS_DEVICE_HEADS_H

#include "cuda/gpu_job.h"
#include "cuda/row_results.h"
#include "reassess/heads.h"

enum { RS_WIDE_F32 = 0, RS_WIDE_F64, RS_WIDES };

/* Heads that fit into the memory of a device together: one half is for them, one for tiles. */
typedef struct rs_heads_task {
    const rs_gpu_job *job; /* its source holds features; its pass's columns are classes of heads */
    const rs_head *heads;
    size_t count;
    rs_row_results *const *results; /* or NULL; or some of them */
    uint64_t *const *counters;
} rs_heads_task;

/* A head on the device. */
typedef struct rs_device_head {
    rs_dtype dtype; /* of the product */
    rs_dtype logits_dtype;
    rs_device_array weight, bias;
    rs_result_layout layout;
    uint64_t result_at; /* of its results in those of a row; for a tile, times its rows */
} rs_device_head;

/* The heads of a task on one device; it starts with the first four set and the rest zero. */
typedef struct rs_heads_run {
    rs_gpu *gpu;
    const rs_heads_task *task;
    const rs_source_info *info; /* of the features */
    cudaStream_t stream;        /* the device's first one */
    rs_device_head *heads;
    size_t counter_count; /* of one head */
    rs_chunk_plan plan;
    rs_device_array wide[RS_WIDES]; /* features in the type of a product */
    rs_device_array staged;         /* a weight as it is stored */
    rs_device_array logits, counters;
} rs_heads_run;

/* Sends heads and labels and makes room for tiles of plan.rows rows. Where several devices share
 * the rows, the tiles of all have to be of one size, the smallest: plan.rows may be made smaller
 * afterwards. */
rs_status rs_heads_prepare(rs_heads_run *run, rs_error *error);

/* As in rs_gpu_work, for a slot of the run's device. */
rs_status rs_heads_send(rs_heads_run *run, const rs_slot *slot, rs_error *error);
uint64_t rs_heads_deliver(const rs_heads_run *run, const rs_slot *slot);
rs_status rs_heads_fetch(const rs_heads_run *run, rs_error *error);
void rs_heads_release(rs_heads_run *run);

#endif
