/* key_task.h - keys on a device that are to be counted. No type of CUDA, and none of Thrust. */
#ifndef RS_KEY_TASK_H
#define RS_KEY_TASK_H

#include "engine/key_counts.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RS_KEY_TASK_TEXT_BYTES = 200 };

/* What is summed up over the keys of a run. */
typedef struct rs_key_sums {
    uint64_t count;
    uint64_t marked[RS_KEY_MARKS];
} rs_key_sums;

typedef enum rs_key_outcome {
    RS_KEYS_COUNTED = 0,
    RS_KEYS_NO_MEMORY,
    RS_KEYS_FAILED
} rs_key_outcome;

/* Arrays on the device, of `count` elements each. */
typedef struct rs_key_task {
    uint64_t *keys; /* sorted afterwards */
    size_t count;
    uint64_t *unique;    /* room */
    rs_key_sums *sums;   /* room */
    rs_key_count *entry; /* out: as rs_count_keys ranks them */
    void *stream;        /* a cudaStream_t; the work is done when the function returns */
    size_t found;        /* out: entries */
    rs_key_outcome outcome;
    char text[RS_KEY_TASK_TEXT_BYTES]; /* of a failure */
} rs_key_task;

/* Counts the keys of an rs_key_task. No exception comes out. */
void rs_count_device_keys(void *task);

#ifdef __cplusplus
}
#endif
#endif
