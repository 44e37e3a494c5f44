/* head_pass.h - heads on features: a pass over the features on one or several devices. */
#ifndef RS_HEAD_PASS_H
#define RS_HEAD_PASS_H

#include "cuda/lane_set.h"
#include "reassess/heads.h"

typedef struct rs_heads_task {
    const rs_lane_set *lanes; /* share the rows */
    const rs_pass *pass;      /* columns: the classes of the heads */
    rs_source *features;
    const rs_head *heads;
    size_t count;
    rs_row_results *const *results; /* or NULL; or some of them */
    uint64_t *const *counters;
    const rs_watch *watch;
    uint64_t memory_bytes; /* of each device; 0: a default */
    unsigned threads;      /* that read */
    rs_ranges ranges;
    rs_page_lock *page_lock;
} rs_heads_task;

/* The type in which a head is multiplied with features of a type: the wider of the two; halves of
 * one type stay what they are, of two types they become F32. */
rs_dtype rs_head_product_dtype(rs_dtype head, rs_dtype features);

uint64_t rs_heads_memory(const rs_heads_task *task); /* bytes: half for heads, half for tiles */

/* All heads of the task, which fit into the memory together. */
rs_status rs_device_score_group(const rs_heads_task *task, uint64_t *rows_scored, rs_error *error);

/* Features are read and sent once and stay while all heads are scored on them; only where the heads
 * would not fit into the memory they come again for the next ones. */
rs_status rs_device_score_heads(const rs_heads_task *task, uint64_t *rows_scored, rs_error *error);

#endif
