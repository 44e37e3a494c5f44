/* sweep_reading.c - labels in the order of the rows, classes of the columns. */
#include "sweep/sweep_reading.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool rs_sweep_reading_equal(const rs_sweep_reading *a, const rs_sweep_reading *b)
{
    return a->order == b->order && same_text(a->order_text, b->order_text) &&
           same_text(a->class_map_path, b->class_map_path) &&
           same_text(a->source.tensor, b->source.tensor) && a->source.dtype == b->source.dtype &&
           a->source.raw_rows == b->source.raw_rows &&
           a->source.raw_columns == b->source.raw_columns && a->source.io == b->source.io &&
           a->values == b->values && a->ensemble == b->ensemble && a->space == b->space;
}

static rs_status hash_map(const rs_class_map *map, uint64_t *hash, rs_error *error)
{
    rs_hash_state *state = NULL;
    RS_TRY(rs_hash_begin(&state, error));
    rs_hash_update(state, &map->columns, sizeof map->columns);
    rs_hash_update(state, map->position_class, map->positions * sizeof map->position_class[0]);
    rs_hash_update(state, map->column_begin,
                   ((size_t)map->positions + 1) * sizeof map->column_begin[0]);
    rs_hash_update(state, map->column, map->column_begin[map->positions] * sizeof map->column[0]);
    *hash = rs_hash_end(state);
    return RS_OK;
}

rs_status rs_reading_prepare(const rs_sweep_reading *reading, const rs_labels *labels,
                             rs_prepared_reading *prepared, rs_error *error)
{
    *prepared = (rs_prepared_reading){.reading = reading};
    if (reading->class_map_path != NULL) {
        RS_TRY(rs_class_map_load(reading->class_map_path, labels, &prepared->class_map, error));
        RS_TRY(hash_map(prepared->class_map, &prepared->map_hash, error));
    }
    if (prepared->class_map != NULL && reading->ensemble) {
        RS_TRY(rs_class_map_of_positions(prepared->class_map, &prepared->positions, error));
    }
    if (reading->order == RS_ORDER_FILE) {
        return RS_OK;
    }
    RS_TRY(rs_order_create(labels, reading->order,
                           reading->order == RS_ORDER_LIST ? reading->order_text : NULL,
                           &prepared->order, error));
    prepared->order_hash = rs_hash(rs_order_get(prepared->order),
                                   (size_t)rs_order_rows(prepared->order) * sizeof(uint32_t));
    return rs_labels_reorder(labels, prepared->order, &prepared->reordered, error);
}

void rs_reading_clear(rs_prepared_reading *prepared)
{
    rs_class_map_free(prepared->positions);
    rs_class_map_free(prepared->class_map);
    rs_labels_free(prepared->reordered);
    rs_order_free(prepared->order);
    *prepared = (rs_prepared_reading){0};
}

rs_values rs_reading_values(const rs_prepared_reading *prepared)
{
    const rs_sweep_reading *const reading = prepared->reading;
    return reading->ensemble && reading->space == RS_SPACE_PROB ? RS_VALUES_PROBS : reading->values;
}

const rs_class_map *rs_reading_map(const rs_prepared_reading *prepared)
{
    return prepared->reading->ensemble ? prepared->positions : prepared->class_map;
}
