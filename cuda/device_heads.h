/* device_heads.h - heads on features: what one device holds of them, and what it does to a tile. */
#ifndef RS_DEVICE_HEADS_H
#define RS_DEVICE_HEADS_H

#include "cuda/head_pass.h"
#include "cuda/row_results.h"

enum { RS_WIDE_F32 = 0, RS_WIDE_F64, RS_WIDES };

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
    rs_lane *lane;
    const rs_heads_task *task;
    const rs_source_info *info; /* of the features */
    cudaStream_t stream;        /* the lane's first one */
    rs_device_head *heads;
    size_t counter_count; /* of one head */
    rs_chunk_plan plan;
    rs_device_array wide[RS_WIDES]; /* features in the type of a product */
    rs_device_array staged;         /* a weight as it is stored */
    rs_device_array logits, mapped, counters;
} rs_heads_run;

/* Sends heads and labels and makes room for tiles of plan.rows rows. Where several devices share
 * the rows, the tiles of all have to be of one size, the smallest: plan.rows may be made smaller
 * afterwards. */
rs_status rs_heads_prepare(rs_heads_run *run, rs_error *error);

/* Sends a filled slot of the run's lane on its way; nothing here waits. */
rs_status rs_heads_send(rs_heads_run *run, const rs_ring_slot *slot, rs_error *error);

/* Waits for such a slot and delivers its results. *rows: how many it scored. */
rs_status rs_heads_finish(const rs_heads_run *run, const rs_ring_slot *slot, uint64_t *rows,
                          rs_error *error);

/* Adds to the counters of the task, when the device is idle. */
rs_status rs_heads_fetch(const rs_heads_run *run, rs_error *error);
void rs_heads_release(rs_heads_run *run);

#endif
