/* row_labels.cuh - the labels of a row, 32 at a time: lane i holds label i.
 *
 * The labels of a row are those of its set and then the original label, unless that is one of them.
 * Hardly any row has more than nine; a row with 32 and more goes round once for every 32. The sets
 * of a group of rows lie side by side: where they are no more than 32 labels, as nearly always,
 * lane i holds the i-th of them from the start, and no row waits for its own.
 */
#ifndef RS_ROW_LABELS_CUH
#define RS_ROW_LABELS_CUH

#include <stdint.h>

#include "cuda/device_counters.cuh"
#include "cuda/row_task.h"
#include "cuda/warp.cuh"

#define RS_NO_COLUMN 0xffffffffu

/* The same in every lane. */
struct rs_labels_of_row {
    uint32_t begin; /* in real_class */
    uint32_t size;  /* of the set */
    int32_t original;
};

/* The sets of a group of rows. */
struct rs_labels_of_group {
    uint32_t begin;      /* in real_class; the same in every lane */
    uint32_t held;       /* labels that lanes hold: all or none */
    int32_t class_index; /* of the lane's */
};

/* Up to 32 labels, one a lane. */
struct rs_label_lanes {
    uint32_t column;   /* RS_NO_COLUMN: no label here, or its class has no column */
    bool in_set;       /* one of R */
    unsigned original; /* which lane has y, as a bit; the same in every lane */
    unsigned present;  /* which lanes have a column; the same in every lane */
};

__device__ __forceinline__ uint32_t rs_column_of_class(const rs_row_task &task, int32_t class_index)
{
    if (class_index < 0) {
        return RS_NO_COLUMN;
    }
    if (task.class_position != nullptr) {
        return static_cast<uint32_t>(task.class_position[class_index]); /* -1: RS_NO_COLUMN */
    }
    const uint32_t column = static_cast<uint32_t>(class_index);
    return column < task.columns ? column : RS_NO_COLUMN;
}

/* From where the first row's set begins to where the last one's ends. Rows of images in any order
 * have theirs anywhere: none is held. */
__device__ __forceinline__ rs_labels_of_group rs_take_group(const rs_row_task &task,
                                                            uint32_t begin, uint32_t end,
                                                            uint32_t lane)
{
    rs_labels_of_group group = {begin, end - begin, -1};
    if (group.held > RS_WARP_LANES || task.images.seen != nullptr) {
        group.held = 0;
    }
    if (lane < group.held) {
        group.class_index = __ldg(task.real_class + (static_cast<size_t>(begin) + lane));
    }
    return group;
}

/* The class of label `index` of the row's set. All lanes together. */
__device__ __forceinline__ int32_t rs_class_of_label(const rs_row_task &task,
                                                     const rs_labels_of_group &group,
                                                     const rs_labels_of_row &row, uint32_t index)
{
    if (group.held != 0) {
        return rs_warp_from(group.class_index, row.begin - group.begin + index);
    }
    return index < row.size ? __ldg(task.real_class + (static_cast<size_t>(row.begin) + index))
                            : -1;
}

/* Labels first .. first + 31, where `first` goes up in steps of 32 as long as it is not above the
 * size of the set. `found` says whether y has been met in the set so far. */
__device__ __forceinline__ rs_label_lanes rs_take_labels(const rs_row_task &task,
                                                         const rs_labels_of_group &group,
                                                         const rs_labels_of_row &row,
                                                         uint32_t first, uint32_t lane,
                                                         bool *found)
{
    rs_label_lanes lanes;
    const uint32_t index = first + lane;
    int32_t class_index = rs_class_of_label(task, group, row, index);
    lanes.in_set = index < row.size;
    lanes.original =
        __ballot_sync(RS_WHOLE_WARP, lanes.in_set && class_index == row.original);
    *found = *found || lanes.original != 0;
    if (!lanes.in_set) {
        class_index = index == row.size && !*found ? row.original : -1;
    }
    if (!*found && row.size - first < RS_WARP_LANES) {
        lanes.original = 1u << (row.size - first); /* no column if it is unknown */
    }
    lanes.column = rs_column_of_class(task, class_index);
    lanes.present = __ballot_sync(RS_WHOLE_WARP, lanes.column != RS_NO_COLUMN);
    return lanes;
}

/* Takes the lowest lane out of a set of them. */
__device__ __forceinline__ uint32_t rs_take_lane(unsigned *left)
{
    const uint32_t lane = static_cast<uint32_t>(__ffs(static_cast<int>(*left))) - 1u;
    *left &= *left - 1u;
    return lane;
}

#endif
