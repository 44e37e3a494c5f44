/* device_labels.c - labels, class map and counters of a pass on the device. */
#include "cuda/device_labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/hash.h"
#include "cuda/device_error.h"

/* What is to lie in an array of the device. */
typedef struct sent {
    rs_device_array *array;
    const void *data;
    uint64_t bytes;
} sent;

/* Several arrays in one hash, which is never 0. */
static rs_status hash_arrays(const sent *part, size_t count, uint64_t *hash, rs_error *error)
{
    rs_hash_state *state = NULL;
    RS_TRY(rs_hash_begin(&state, error));
    for (size_t i = 0; i < count; ++i) {
        rs_hash_update(state, &part[i].bytes, sizeof part[i].bytes);
        if (part[i].bytes > 0) {
            rs_hash_update(state, part[i].data, (size_t)part[i].bytes);
        }
    }
    *hash = rs_hash_end(state) | 1u;
    return RS_OK;
}

/* Sends them unless the same ones are there already. */
static rs_status send_arrays(const rs_device_labels *labels, const sent *part, size_t count,
                             uint64_t *known_hash, cudaStream_t stream, rs_error *error)
{
    const int device = labels->device;
    uint64_t hash = 0;
    RS_TRY(hash_arrays(part, count, &hash, error));
    if (hash == *known_hash) {
        return RS_OK;
    }
    *known_hash = 0; /* until all of them are there */
    for (size_t i = 0; i < count; ++i) {
        RS_TRY(rs_device_array_send(part[i].array, part[i].data, part[i].bytes, device, stream,
                                    error));
    }
    RS_TRY(RS_CUDA(cudaStreamSynchronize(stream), device, error));
    *known_hash = hash;
    return RS_OK;
}

static rs_status send_labels(rs_device_labels *labels, const rs_label_view *view,
                             cudaStream_t stream, rs_error *error)
{
    const uint64_t classes = view->real_begin[view->rows];
    const sent parts[] = {
        {&labels->original, view->original, view->rows * sizeof(int32_t)},
        {&labels->real_begin, view->real_begin, (view->rows + 1) * sizeof(uint32_t)},
        {&labels->real_class, view->real_class, classes * sizeof(int32_t)},
    };
    return send_arrays(labels, parts, 3, &labels->label_hash, stream, error);
}

static rs_status send_map(rs_device_labels *labels, const rs_class_map *map, cudaStream_t stream,
                          rs_error *error)
{
    const uint64_t positions = map->positions;
    const sent parts[] = {
        {&labels->class_position, map->class_position, map->classes * sizeof(int32_t)},
        {&labels->position_class, map->position_class, positions * sizeof(int32_t)},
        {&labels->column_begin, map->column_begin, (positions + 1) * sizeof(uint32_t)},
        {&labels->column, map->column, map->column_begin[positions] * sizeof(uint32_t)},
    };
    return send_arrays(labels, parts, 4, &labels->map_hash, stream, error);
}

rs_status rs_device_labels_send_member_map(rs_device_labels *labels, const rs_class_map *map,
                                           cudaStream_t stream, rs_error *error)
{
    const uint64_t positions = map->positions;
    const sent parts[] = {
        {&labels->member_column_begin, map->column_begin, (positions + 1) * sizeof(uint32_t)},
        {&labels->member_column, map->column, map->column_begin[positions] * sizeof(uint32_t)},
    };
    return send_arrays(labels, parts, 2, &labels->member_map_hash, stream, error);
}

/* Where the map's arrays lie on the device. */
static rs_map_columns columns_of(const rs_class_map *map, const rs_device_array *column_begin,
                                 const rs_device_array *column)
{
    const bool one_each = map->column_begin[map->positions] == map->positions;
    return (rs_map_columns){
        .column_begin = one_each ? NULL : column_begin->memory,
        .column = column->memory,
    };
}

rs_map_columns rs_device_labels_member_columns(const rs_device_labels *labels,
                                               const rs_class_map *map)
{
    const rs_map_columns none = {.column = NULL};
    if (map == NULL) {
        return none;
    }
    return columns_of(map, &labels->member_column_begin, &labels->member_column);
}

/* As averages of members that went through a map: such rows need not be gathered, only their
 * classes have other numbers. */
static bool is_in_place(const rs_class_map *map)
{
    uint32_t p = 0;
    while (p < map->positions && map->column_begin[p + 1] == p + 1 && map->column[p] == p) {
        ++p;
    }
    return p == map->columns;
}

static rs_tally_layout layout_of(const rs_pass *pass)
{
    return rs_tally_layout_of(pass->classes, pass->topk_count, pass->calibration);
}

/* Lies behind the counters. */
static unsigned long long *fault_of(const rs_device_labels *labels, const rs_pass *pass)
{
    return (unsigned long long *)labels->counters.memory + layout_of(pass).counters;
}

rs_status rs_device_labels_prepare(rs_device_labels *labels, const rs_pass *pass,
                                   cudaStream_t stream, rs_error *error)
{
    const uint64_t bytes = (layout_of(pass).counters + 1) * sizeof(unsigned long long);
    RS_TRY(send_labels(labels, &pass->labels, stream, error));
    if (pass->map != NULL) {
        RS_TRY(send_map(labels, pass->map, stream, error));
        labels->in_place = is_in_place(pass->map);
    }
    RS_TRY(rs_device_array_reserve(&labels->counters, bytes, labels->device, error));
    return RS_CUDA(cudaMemsetAsync(labels->counters.memory, 0, bytes, stream), labels->device,
                   error);
}

rs_row_task rs_device_labels_task(const rs_device_labels *labels, const rs_pass *pass,
                                  rs_dtype dtype)
{
    rs_row_task task = {
        .columns = pass->columns,
        .dtype = dtype,
        .original = labels->original.memory,
        .real_begin = labels->real_begin.memory,
        .real_class = labels->real_class.memory,
        .layout = layout_of(pass),
        .counters = labels->counters.memory,
        .calibration = pass->calibration,
        .values = pass->values,
        .limits = pass->checked ? rs_distribution_limits_none()
                                : rs_distribution_limits_of(dtype, pass->columns, pass->map),
        .fault = fault_of(labels, pass),
        .row_flags = pass->row_flags,
        .look_mask = rs_look_mask(pass->labels.rows),
    };
    if (pass->map != NULL) {
        task.columns = pass->map->positions;
        task.class_position = labels->class_position.memory;
        task.position_class = labels->position_class.memory;
        if (!labels->in_place) {
            task.map = columns_of(pass->map, &labels->column_begin, &labels->column);
        }
    }
    memcpy(task.topk, pass->topk, sizeof task.topk);
    return task;
}

rs_status rs_fetch_counters(const void *from, size_t count, int device, cudaStream_t stream,
                            uint64_t *counters, rs_error *error)
{
    uint64_t *fetched = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&fetched, count, "counters", error));
    RS_TRY_DONE(RS_CUDA(cudaMemcpyAsync(fetched, from, count * sizeof(uint64_t),
                                        cudaMemcpyDeviceToHost, stream),
                        device, error));
    RS_TRY_DONE(RS_CUDA(cudaStreamSynchronize(stream), device, error));
    for (size_t i = 0; i < count; ++i) {
        counters[i] += fetched[i];
    }
done:
    free(fetched);
    return status;
}

rs_status rs_device_labels_fetch(const rs_device_labels *labels, const rs_pass *pass,
                                 cudaStream_t stream, uint64_t *counters, rs_error *error)
{
    return rs_fetch_counters(labels->counters.memory, layout_of(pass).counters, labels->device,
                             stream, counters, error);
}

rs_status rs_device_labels_fetch_fault(const rs_device_labels *labels, const rs_pass *pass,
                                       cudaStream_t stream, uint64_t *fault, rs_error *error)
{
    uint64_t fetched = 0;
    if (!pass->calibration || pass->values != RS_VALUES_PROBS) {
        return RS_OK;
    }
    RS_TRY(rs_fetch_counters(fault_of(labels, pass), 1, labels->device, stream, &fetched, error));
    *fault = fetched > *fault ? fetched : *fault;
    return RS_OK;
}

void rs_device_labels_free(rs_device_labels *labels)
{
    rs_device_array *const array[] = {&labels->original,       &labels->real_begin,
                                      &labels->real_class,     &labels->class_position,
                                      &labels->position_class, &labels->column_begin,
                                      &labels->column,         &labels->member_column_begin,
                                      &labels->member_column,  &labels->counters};
    for (size_t i = 0; i < sizeof array / sizeof array[0]; ++i) {
        rs_device_array_free(array[i]);
    }
    *labels = (rs_device_labels){.device = labels->device};
}
