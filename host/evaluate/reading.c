/* reading.c - labels in the order of the rows, classes of the columns. */
#include "evaluate/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The order's name, also where none was said. */
static const char *order_of(const rs_reading_options *options)
{
    return options->order == NULL ? "file" : options->order;
}

static rs_order_kind kind_of(const char *order)
{
    if (strcmp(order, "file") == 0) {
        return RS_ORDER_FILE;
    }
    return strcmp(order, "imagefolder") == 0 ? RS_ORDER_IMAGEFOLDER : RS_ORDER_LIST;
}

bool rs_reading_options_equal(const rs_reading_options *a, const rs_reading_options *b)
{
    return strcmp(order_of(a), order_of(b)) == 0 &&
           same_text(a->class_map_path, b->class_map_path) &&
           same_text(a->source.tensor, b->source.tensor) && a->source.dtype == b->source.dtype &&
           a->source.raw_rows == b->source.raw_rows &&
           a->source.raw_columns == b->source.raw_columns && a->source.io == b->source.io &&
           a->values == b->values && a->ensemble == b->ensemble && a->space == b->space;
}

/* ---- one reading ---- */

rs_status rs_reading_make(const rs_reading_options *options, const rs_labels *labels,
                          rs_reading *reading, rs_error *error)
{
    *reading = (rs_reading){.options = *options, .labels = labels};
    RS_TRY(rs_copy_text(&reading->order_text, order_of(options), error));
    reading->options.order = reading->order_text;
    reading->order_kind = kind_of(reading->order_text);
    if (options->class_map_path != NULL) {
        RS_TRY(rs_class_map_load(options->class_map_path, labels, &reading->class_map, error));
    }
    if (reading->class_map != NULL && options->ensemble) {
        RS_TRY(rs_class_map_of_positions(reading->class_map, &reading->positions, error));
    }
    if (reading->order_kind == RS_ORDER_FILE) {
        return RS_OK;
    }
    const char *const list = reading->order_kind == RS_ORDER_LIST ? reading->order_text : NULL;
    return rs_order_create(labels, reading->order_kind, list, &reading->order, error);
}

rs_status rs_reading_reorder(rs_reading *reading, rs_error *error)
{
    return reading->order == NULL ? RS_OK
                                  : rs_labels_reorder(reading->labels, reading->order,
                                                      &reading->reordered, error);
}

void rs_reading_clear(rs_reading *reading)
{
    rs_class_map_free(reading->positions);
    rs_class_map_free(reading->class_map);
    rs_labels_free(reading->reordered);
    rs_order_free(reading->order);
    free(reading->order_text);
    *reading = (rs_reading){0};
}

rs_values rs_reading_values(const rs_reading *reading)
{
    const rs_reading_options *const options = &reading->options;
    return options->ensemble && options->space == RS_SPACE_PROB ? RS_VALUES_PROBS : options->values;
}

const rs_class_map *rs_reading_map(const rs_reading *reading)
{
    return reading->options.ensemble ? reading->positions : reading->class_map;
}

/* ---- of an input ---- */

const rs_labels *rs_reading_labels(const rs_reading *reading, const rs_source_info *input)
{
    return reading->reordered == NULL || input->file_name_order ? reading->labels
                                                                : reading->reordered;
}

const rs_order *rs_reading_order(const rs_reading *reading, const rs_source_info *input)
{
    return input->file_name_order ? NULL : reading->order;
}

const char *rs_reading_order_text(const rs_reading *reading, const rs_source_info *input)
{
    return input->file_name_order ? "file" : reading->options.order;
}

/* ---- several ---- */

rs_status rs_readings_find(rs_readings *readings, const rs_reading_options *options,
                           const rs_reading **found, rs_error *error)
{
    for (size_t i = 0; i < readings->count; ++i) {
        if (rs_reading_options_equal(&readings->reading[i]->options, options)) {
            *found = readings->reading[i];
            return RS_OK;
        }
    }
    rs_reading *made = NULL;
    RS_TRY(RS_GROW(&readings->reading, readings->count + 1, "readings", error));
    RS_TRY(RS_NEW(&made, 1, "a reading", error));
    readings->reading[readings->count] = made;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_reading_make(options, readings->labels, made, error));
    RS_TRY_DONE(rs_reading_reorder(made, error));
    readings->count += 1;
    *found = made;
    return RS_OK;
done:
    rs_reading_clear(made);
    free(made);
    return status;
}

void rs_readings_clear(rs_readings *readings)
{
    for (size_t i = 0; i < readings->count; ++i) {
        rs_reading_clear(readings->reading[i]);
        free(readings->reading[i]);
    }
    free(readings->reading);
    *readings = (rs_readings){0};
}
