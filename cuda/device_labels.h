/* device_labels.h - what stays on the device over the chunks of a pass: labels, class map,
 * counters.
 *
 * Labels and class map are kept from pass to pass and sent again only when their bytes differ, so a
 * sweep over many models sends them once.
 */
#ifndef RS_DEVICE_LABELS_H
#define RS_DEVICE_LABELS_H

#include <stdbool.h>

#include "cuda/device_array.h"
#include "cuda/row_task.h"
#include "engine/engine.h"

typedef struct rs_device_labels {
    int device;
    uint64_t label_hash; /* of what is there; 0: nothing */
    uint64_t map_hash;
    uint64_t member_map_hash;
    rs_device_array original, real_begin, real_class;
    rs_device_array class_position, position_class, column_begin, column;
    rs_device_array member_column_begin, member_column;
    rs_device_array counters;
    bool in_place; /* position p of the class map is column p, and all of them are there */
} rs_device_labels;

/* Sends what the pass needs and zeroes its counters, in `stream`. Host arrays may be reused when it
 * returns. */
rs_status rs_device_labels_prepare(rs_device_labels *labels, const rs_pass *pass,
                                   cudaStream_t stream, rs_error *error);

/* Likewise the columns of a class map that members of an ensemble go through; rows of their
 * averages have a map of their own, that of the pass. */
rs_status rs_device_labels_send_member_map(rs_device_labels *labels, const rs_class_map *map,
                                           cudaStream_t stream, rs_error *error);

/* Of a map that was sent so; none of NULL. */
rs_map_columns rs_device_labels_member_columns(const rs_device_labels *labels,
                                               const rs_class_map *map);

/* A task of this pass, but for its rows and results. */
rs_row_task rs_device_labels_task(const rs_device_labels *labels, const rs_pass *pass,
                                  rs_dtype dtype);

/* Waits for `stream` and adds `count` counters of a device to `counters`. */
rs_status rs_fetch_counters(const void *from, size_t count, int device, cudaStream_t stream,
                            uint64_t *counters, rs_error *error);

/* Those of the pass. */
rs_status rs_device_labels_fetch(const rs_device_labels *labels, const rs_pass *pass,
                                 cudaStream_t stream, uint64_t *counters, rs_error *error);

/* *fault becomes that of the first row that is no distribution, if this device has an earlier one
 * (engine/distribution.h); 0 is none. Nothing is fetched where rows need not be one. */
rs_status rs_device_labels_fetch_fault(const rs_device_labels *labels, const rs_pass *pass,
                                       cudaStream_t stream, uint64_t *fault, rs_error *error);

void rs_device_labels_free(rs_device_labels *labels);

#endif
