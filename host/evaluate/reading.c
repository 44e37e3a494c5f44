/* reading.c - labels in the order of the rows, classes of the columns. */
#include "evaluate/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/text.h"
#include "labels/deal.h"
#include "labels/label_part.h"

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const char dealt_word[] = " dealt ";

/* The order's name, also where none was said. */
static const char *order_of(const rs_reading_options *options)
{
    return options->order == NULL ? "file" : options->order;
}

/* How its rows were dealt out, as it ends: "imagefolder dealt 8:64"; NULL when it does not say. */
static const char *deal_of(const char *order)
{
    const char *deal = NULL;
    const char *at = order;
    while ((at = strstr(at, dealt_word)) != NULL) {
        at += sizeof dealt_word - 1;
        deal = at;
    }
    rs_deal parsed;
    return deal != NULL && rs_deal_parse(deal, &parsed) ? deal : NULL;
}

static bool is(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static rs_order_kind kind_of(const char *order, size_t length)
{
    if (is(order, length, "file")) {
        return RS_ORDER_FILE;
    }
    return is(order, length, "imagefolder") ? RS_ORDER_IMAGEFOLDER : RS_ORDER_LIST;
}

/* An order and how its rows were dealt out, whichever way that was said. */
typedef struct order_parts {
    const char *order;
    size_t length;    /* of it */
    const char *deal; /* "": not at all */
} order_parts;

static order_parts parts_of(const rs_reading_options *options)
{
    const char *const order = order_of(options);
    const char *const deal = options->deal != NULL ? NULL : deal_of(order);
    if (deal == NULL) {
        return (order_parts){order, strlen(order), options->deal == NULL ? "" : options->deal};
    }
    return (order_parts){order, (size_t)(deal - order) - (sizeof dealt_word - 1), deal};
}

static bool same_order(const rs_reading_options *a, const rs_reading_options *b)
{
    const order_parts left = parts_of(a);
    const order_parts right = parts_of(b);
    return left.length == right.length && memcmp(left.order, right.order, left.length) == 0 &&
           strcmp(left.deal, right.deal) == 0;
}

const char *rs_values_name(rs_values values)
{
    static const char *const name[] = {[RS_VALUES_LOGITS] = "logits",
                                       [RS_VALUES_PROBS] = "probs",
                                       [RS_VALUES_SIGMOID] = "sigmoid"};
    return (size_t)values < sizeof name / sizeof name[0] ? name[values] : "unknown";
}

bool rs_reading_options_equal(const rs_reading_options *a, const rs_reading_options *b)
{
    return same_order(a, b) && same_text(a->class_map_path, b->class_map_path) &&
           same_text(a->source.tensor, b->source.tensor) && a->source.dtype == b->source.dtype &&
           a->source.raw_rows == b->source.raw_rows &&
           a->source.raw_columns == b->source.raw_columns && a->source.io == b->source.io &&
           a->values == b->values && a->ensemble == b->ensemble && a->space == b->space;
}

/* ---- one reading ---- */

/* Order and deal as one text. */
static rs_status name_order(const rs_reading_options *options, char **name, rs_error *error)
{
    rs_text text = {0};
    rs_text_add(&text, order_of(options));
    if (options->deal != NULL) {
        rs_text_add(&text, dealt_word);
        rs_text_add(&text, options->deal);
    }
    return rs_text_take(&text, name, error);
}

/* The order that the options say, of these labels; NULL: by file name. */
static rs_status order_of_labels(const rs_reading_options *options, const rs_labels *labels,
                                 rs_order **order, rs_error *error)
{
    const order_parts parts = parts_of(options);
    const rs_order_kind kind = kind_of(parts.order, parts.length);
    const bool dealt = parts.deal[0] != '\0';
    *order = NULL;
    if (kind == RS_ORDER_FILE && !dealt) {
        return RS_OK;
    }
    rs_text list = {0};
    char *path = NULL;
    rs_order *base = NULL;
    rs_status status = RS_OK;
    rs_text_append(&list, parts.order, parts.length);
    RS_TRY(rs_text_take(&list, &path, error));
    RS_TRY_DONE(rs_order_create(labels, kind, kind == RS_ORDER_LIST ? path : NULL,
                                dealt ? &base : order, error));
    if (dealt) {
        status = rs_order_deal(base, parts.deal, order, error);
    }
done:
    rs_order_free(base);
    free(path);
    return status;
}

rs_status rs_reading_order_of_all(const rs_reading *reading, rs_order **order, rs_error *error)
{
    rs_reading_options options = reading->options;
    const order_parts parts = parts_of(&options);
    if (!reading->order_given) {
        options.order = NULL;
        options.deal = parts.deal[0] == '\0' ? NULL : parts.deal;
    }
    return order_of_labels(&options, rs_labels_whole(reading->labels), order, error);
}

/* Rows of listed images alone are in the order of the list, unless another is said. */
static rs_status name_listed(rs_reading_options *options, const rs_labels *labels, rs_error *error)
{
    const char *const list = rs_labels_list_path(labels);
    if (list == NULL || options->order != NULL) {
        return RS_OK;
    }
    if (rs_labels_get_view(labels)->rows == rs_labels_get_view(rs_labels_whole(labels))->rows) {
        return rs_fail(error, RS_USAGE, list, rs_nowhere(),
                       "say --order file, or --order LIST where the rows are in the list's order",
                       "--subset holds every image: whether rows are in its order or in that of "
                       "the file names cannot be told");
    }
    options->order = list;
    return RS_OK;
}

rs_status rs_reading_make(const rs_reading_options *options, const rs_labels *labels,
                          rs_reading *reading, rs_error *error)
{
    *reading = (rs_reading){
        .options = *options, .order_given = options->order != NULL, .labels = labels};
    if (options->deal != NULL) { /* in the name of an order it would be a part of a path */
        rs_deal deal;
        RS_TRY(rs_deal_take(options->deal, &deal, error));
    }
    RS_TRY(name_listed(&reading->options, labels, error));
    RS_TRY(name_order(&reading->options, &reading->order_text, error));
    reading->options.order = reading->order_text;
    reading->options.deal = NULL;
    if (options->class_map_path != NULL) {
        RS_TRY(rs_class_map_load(options->class_map_path, labels, &reading->class_map, error));
    }
    if (reading->class_map != NULL && options->ensemble) {
        RS_TRY(rs_class_map_of_positions(reading->class_map, &reading->positions, error));
    }
    const order_parts parts = parts_of(&reading->options);
    reading->order_kind = kind_of(parts.order, parts.length);
    return order_of_labels(&reading->options, labels, &reading->order, error);
}

static rs_status reorder_further(rs_reading *reading, rs_error *error)
{
    RS_TRY(RS_NEW(&reading->further_reordered, reading->further_count, "label sets", error));
    for (size_t s = 0; s < reading->further_count; ++s) {
        RS_TRY(rs_labels_reorder(reading->further[s], reading->order,
                                 &reading->further_reordered[s], error));
    }
    return rs_set_differences_make(reading->reordered,
                                   (const rs_labels *const *)reading->further_reordered,
                                   reading->further_count, &reading->differences_reordered, error);
}

rs_status rs_reading_reorder(rs_reading *reading, rs_error *error)
{
    const bool further = reading->further_count > 0;
    if (further) { /* whatever the order: inputs that carry names are in that of the file names */
        RS_TRY(rs_set_differences_make(reading->labels, reading->further, reading->further_count,
                                       &reading->differences, error));
    }
    if (reading->order == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_labels_reorder(reading->labels, reading->order, &reading->reordered, error));
    return further ? reorder_further(reading, error) : RS_OK;
}

void rs_reading_clear(rs_reading *reading)
{
    rs_class_map_free(reading->positions);
    rs_class_map_free(reading->class_map);
    for (size_t s = 0; reading->further_reordered != NULL && s < reading->further_count; ++s) {
        rs_labels_free(reading->further_reordered[s]);
    }
    free(reading->further_reordered);
    rs_set_differences_free(reading->differences);
    rs_set_differences_free(reading->differences_reordered);
    rs_labels_free(reading->reordered);
    rs_order_free(reading->order);
    free(reading->order_text);
    *reading = (rs_reading){0};
}

rs_values rs_reading_values(const rs_reading *reading)
{
    const rs_reading_options *const options = &reading->options;
    return options->ensemble && options->space == RS_SPACE_PROB &&
                   options->values != RS_VALUES_SIGMOID
               ? RS_VALUES_PROBS
               : options->values;
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

const rs_set_differences *rs_reading_differences(const rs_reading *reading,
                                                 const rs_source_info *input)
{
    return reading->reordered == NULL || input->file_name_order ? reading->differences
                                                                : reading->differences_reordered;
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
    made->further = readings->further;
    made->further_count = readings->further_count;
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
