/* gpu_job.h - a pass over rows on one or several devices, whatever is done with the rows.
 *
 * Readers fill slots; one thread makes all CUDA calls of the pass. It takes filled slots as they
 * come, sends each on its way without waiting, and waits only for the oldest slot under way when
 * there is nothing to send. Counters stay on the devices until the end.
 */
#ifndef RS_GPU_JOB_H
#define RS_GPU_JOB_H

#include "cuda/gpu_set.h"
#include "cuda/page_lock.h"
#include "cuda/ranges.h"
#include "reassess/logits.h"

typedef struct rs_gpu_job {
    const rs_gpu_set *set; /* share the rows */
    const rs_pass *pass;
    rs_source *source;
    const rs_averaging *averaging; /* members of the source are read instead; or NULL */
    rs_key_counts *pairs;          /* as in rs_scoring; or NULL */
    const rs_watch *watch;
    uint64_t memory_bytes; /* of each device, at most */
    unsigned threads;      /* that read */
    rs_ranges ranges;
    rs_page_lock *page_lock;
} rs_gpu_job;

/* What is done with the rows. `gpu` counts the devices of the set. */
typedef struct rs_gpu_work {
    /* Before the first row. */
    rs_status (*prepare)(void *context, rs_error *error);
    /* Which rows are read, in chunks of how many: asked once, after that. */
    rs_row_range (*rows)(const void *context, uint64_t *chunk_rows);
    /* Sends a filled slot on its way and in the end its event; nothing here waits. */
    rs_status (*send)(void *context, rs_slot *slot, rs_error *error);
    /* Its event has happened: hands out the results. How many rows it scored. */
    uint64_t (*deliver)(void *context, const rs_slot *slot);
    /* Adds the counters of a device that is idle and the current one. */
    rs_status (*fetch)(void *context, size_t gpu, rs_error *error);
} rs_gpu_work;

/* When it returns, the devices are idle and no page is locked. *rows_done counts on failure too. */
rs_status rs_gpu_job_run(const rs_gpu_job *job, const rs_gpu_work *work, void *context,
                         uint64_t *rows_done, rs_error *error);

#endif
