/* shard.h - which of N shards of the models is this one's. */
#ifndef RS_SHARD_H
#define RS_SHARD_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

typedef struct rs_shard {
    uint64_t index; /* below count */
    uint64_t count;
} rs_shard;

/* "I/N", 0 <= I < N. */
rs_status rs_shard_parse(const char *text, rs_shard *shard, rs_error *error);

/* What SLURM says of its arrays: SLURM_ARRAY_TASK_ID, _MIN, _MAX, _STEP and _COUNT; NULL where the
 * environment does not have one. */
typedef struct rs_slurm_array {
    const char *id, *min, *max, *step, *count;
} rs_slurm_array;

/* Of this process; the texts are the environment's. */
rs_slurm_array rs_slurm_array_here(void);

/* Outside an array (no id) *shard is 0 of 1. The task is number (ID - MIN) / STEP of a regular
 * array, which runs from MIN in steps to MAX; RS_USAGE for any other. Whoever wrote an array by
 * hand may have named each task its own models, which must not be divided once more: one model is
 * that of the task, 0 of 1; fewer models than tasks are RS_USAGE. */
rs_status rs_shard_of_array(const rs_slurm_array *array, size_t models, rs_shard *shard,
                            rs_error *error);

#endif
