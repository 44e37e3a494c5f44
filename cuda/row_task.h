/* row_task.h - what a kernel is given: rows on the device, labels, where to count, what to write.
 *
 * All pointers are device pointers. Launching neither waits nor allocates. C and CUDA compile this.
 */
#ifndef RS_ROW_TASK_H
#define RS_ROW_TASK_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#include "base/float_type.h"
#include "engine/distribution.h"
#include "reassess/evaluator.h"
#include "tally/scored_row.h"
#include "tally/tally_layout.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Arrays as in rs_row_results, of the rows of one task; any may be NULL. */
typedef struct rs_device_results {
    uint32_t keep;
    int32_t *prediction;
    double *value;
    uint32_t *rank;
    uint32_t *real_rank;
    uint8_t *flags;
} rs_device_results;

/* Where rows are of any images (device_images.c): what is known of these, and where the next ones
 * begin. All of it only grows, by atomics, so batches in any streams add up. */
typedef struct rs_image_state {
    unsigned long long next;     /* the image of the next row of which nothing is said */
    unsigned long long finished; /* blocks of the launch that will move it on */
    unsigned long long repeats;  /* rows whose image had come before */
    unsigned long long outside;  /* rows of no image, and the largest index of those */
    unsigned long long largest_outside;
} rs_image_state;

/* As many as fit into the arguments of a launch, which may be of 4 KB. */
enum { RS_LISTED_IMAGES = 768 };

typedef struct rs_image_task {
    unsigned int *seen; /* bit i % 32 of word i / 32: image i came; NULL: rows are those of the
                           labels from first_row on, and all of them are counted */
    rs_image_state *state;
    uint64_t count;           /* of images */
    rs_scored_row *row;       /* [count] what each gave, in the place of counters */
    rs_row_measured *measure; /* likewise with calibration */
    const int64_t *index;     /* [row_count] which image each row is, on the device; or NULL */
    bool is_listed;           /* likewise, here; else they are the next ones */
    uint32_t listed[RS_LISTED_IMAGES];
} rs_image_task;

/* Where in a row the values of its positions lie, which a class map makes of columns. */
typedef struct rs_map_columns {
    const uint32_t *column_begin; /* as in rs_class_map; NULL: one column each, in order */
    const uint32_t *column;       /* NULL: there is no class map */
} rs_map_columns;

typedef struct rs_row_task {
    const void *rows; /* aligned to the size of an element, as the stride is */
    uint64_t stride_bytes;
    uint64_t row_count;
    uint64_t first_row; /* which row of the labels the first one is */
    uint32_t columns;   /* values a row; the depth of ranked predictions */
    rs_dtype dtype;     /* a floating type, or RS_DTYPE_I32 for ranked predictions */

    const int32_t *original; /* labels, as in rs_label_view */
    const uint32_t *real_begin;
    const int32_t *real_class;
    const int32_t *class_position; /* of a class map, whose positions are the columns; or NULL */
    const int32_t *position_class;
    rs_map_columns map;

    rs_tally_layout layout;
    uint32_t topk[RS_TOPK_MAX];
    unsigned long long *counters; /* [layout.counters], added to */
    bool calibration;
    rs_values values;
    rs_distribution_limits limits; /* of probabilities */
    unsigned long long *fault;     /* the largest rs_pack_fault of rows that are none */
    bool row_flags;
    uint32_t look_mask; /* rs_look_mask of the labels */
    rs_device_results results;
    rs_image_task images;
} rs_row_task;

/* How a task is spread: blocks of RS_BLOCK_THREADS threads, a warp taking `warp_rows` rows that
 * follow each other, and counting them in groups of `group_rows` (1 .. 32). */
typedef struct rs_launch_shape {
    uint32_t blocks;
    uint32_t warp_rows;
    uint32_t group_rows;
} rs_launch_shape;

enum { RS_BLOCK_THREADS = 128, RS_BLOCK_WARPS = RS_BLOCK_THREADS / 32 };

/* Rows are dealt out once, so that all warps of a full device end together. Never more blocks than
 * are resident at once: the rest would wait for the first to end, and then run half alone. A warp
 * that counts loads nothing, so rows are counted in several groups, of equal size, and not by all
 * warps at the same time, at the end. */
rs_launch_shape rs_launch_shape_for(const rs_row_task *task, uint32_t multiprocessors);

cudaError_t rs_launch_rows(const rs_row_task *task, rs_launch_shape shape, cudaStream_t stream);

/* Has the kernel of such a task loaded, which CUDA else does when it is launched first. */
cudaError_t rs_load_rows(const rs_row_task *task);

/* Per dtype (rs_launch_rows_f32, ..., and with a class map rs_launch_mapped_f32, ...);
 * rs_launch_rows chooses. rs_resident_rows_f32, ...: blocks of the kernel of a task that a
 * multiprocessor holds at once. */
#define RS_DECLARE_LAUNCH(ID, name, bits, infinity, normal)                                        \
    cudaError_t rs_launch_rows_##name(const rs_row_task *task, rs_launch_shape shape,              \
                                      cudaStream_t stream);                                        \
    uint32_t rs_resident_rows_##name(const rs_row_task *task);                                     \
    cudaError_t rs_load_rows_##name(const rs_row_task *task);                                      \
    cudaError_t rs_launch_mapped_##name(const rs_row_task *task, rs_launch_shape shape,            \
                                        cudaStream_t stream);                                      \
    cudaError_t rs_load_mapped_##name(const rs_row_task *task);
RS_FLOAT_MAP(RS_DECLARE_LAUNCH)
#undef RS_DECLARE_LAUNCH
cudaError_t rs_launch_lists(const rs_row_task *task, rs_launch_shape shape, cudaStream_t stream);

#ifdef __cplusplus
}
#endif
#endif
