/* class_map.c - which class each column of an input is. */
#include "labels/class_map.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/label_bytes.h"
#include "labels/label_text.h"
#include "labels/labels_impl.h"

static const char *const map_advice =
    "write for every column of the input one line: its class index or synset id, or -1 for a "
    "column without a class";

void rs_class_map_free(rs_class_map *map)
{
    if (map != NULL) {
        free(map->position_class);
        free(map->column_begin);
        free(map->column);
        free(map->class_position);
        free(map);
    }
}

static rs_status allocate(rs_class_map *map, uint32_t mapped, rs_error *error)
{
    RS_TRY(RS_NEW(&map->position_class, map->positions, "a class map", error));
    RS_TRY(RS_NEW(&map->column_begin, (uint64_t)map->positions + 1, "a class map", error));
    RS_TRY(RS_NEW(&map->column, mapped, "a class map", error));
    return RS_OK;
}

/* Groups the columns by class with a counting sort; class_position holds the number of columns of
 * each class first. */
static rs_status group_columns(const int32_t *class_of_column, rs_class_map *map, rs_error *error)
{
    uint32_t mapped = 0;
    for (uint32_t j = 0; j < map->columns; ++j) {
        const int32_t c = class_of_column[j];
        if (c < RS_CLASS_UNKNOWN || c >= (int32_t)map->classes) {
            return rs_fail(error, RS_RANGE, NULL, rs_at_column(j), map_advice,
                           "class %" PRId32 " is outside -1 to %" PRIu32, c, map->classes - 1);
        }
        if (c != RS_CLASS_UNKNOWN) {
            map->positions += map->class_position[c]++ == 0;
            ++mapped;
        }
    }
    if (mapped == 0) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), map_advice,
                       "no column carries a class");
    }
    RS_TRY(allocate(map, mapped, error));
    uint32_t position = 0;
    for (uint32_t c = 0; c < map->classes; ++c) {
        const int32_t count = map->class_position[c];
        map->class_position[c] = -1;
        if (count > 0) {
            map->position_class[position] = (int32_t)c;
            map->column_begin[position + 1] = map->column_begin[position] + (uint32_t)count;
            map->class_position[c] = (int32_t)position++;
        }
    }
    return RS_OK;
}

/* `next` holds a copy of column_begin. */
static void fill_columns(const int32_t *class_of_column, rs_class_map *map, uint32_t *next)
{
    for (uint32_t j = 0; j < map->columns; ++j) {
        if (class_of_column[j] != RS_CLASS_UNKNOWN) {
            map->column[next[map->class_position[class_of_column[j]]]++] = j;
        }
    }
}

static rs_status build(const int32_t *class_of_column, rs_class_map *map, rs_error *error)
{
    RS_TRY(RS_NEW(&map->class_position, map->classes, "a class map", error));
    RS_TRY(group_columns(class_of_column, map, error));
    uint32_t *next = NULL;
    RS_TRY(RS_NEW(&next, map->positions, "a class map", error));
    for (uint32_t p = 0; p < map->positions; ++p) {
        next[p] = map->column_begin[p];
    }
    fill_columns(class_of_column, map, next);
    free(next);
    return RS_OK;
}

rs_status rs_class_map_create(const int32_t *class_of_column, uint32_t columns, uint32_t classes,
                              rs_class_map **map, rs_error *error)
{
    RS_NEED(map, error);
    *map = NULL;
    RS_NEED(class_of_column, error);
    if (columns == 0 || columns > RS_CLASSES_MAX || classes == 0 || classes > RS_CLASSES_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), map_advice,
                       "a class map of %" PRIu32 " columns and %" PRIu32 " classes cannot be",
                       columns, classes);
    }
    rs_class_map *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a class map", error));
    made->columns = columns;
    made->classes = classes;
    const rs_status status = build(class_of_column, made, error);
    if (status != RS_OK) {
        rs_class_map_free(made);
        return status;
    }
    *map = made;
    return RS_OK;
}

static rs_status read_line(const rs_labels *labels, const char *file, const rs_line *line,
                           int32_t *class_index, rs_error *error)
{
    rs_span field;
    const size_t fields = rs_line_fields(line, &field, 1);
    const char *const text = RS_SHOW_SPAN(fields == 1 ? field : line->text);
    if (fields == 1 && rs_span_integer(field, class_index)) {
        if (*class_index >= RS_CLASS_UNKNOWN && *class_index < (int32_t)labels->view.classes) {
            return RS_OK;
        }
        return rs_fail(error, RS_RANGE, file, rs_at_line(line->number), map_advice,
                       "class %s is outside -1 to %" PRIu32, text, labels->view.classes - 1);
    }
    *class_index = fields == 1 ? rs_class_list_find(&labels->synsets, field) : -1;
    if (*class_index >= 0) {
        return RS_OK;
    }
    return rs_fail(error, RS_FORMAT, file, rs_at_line(line->number), map_advice,
                   labels->synsets.count > 0
                       ? "%s is neither a class index nor a synset id of the labels"
                       : "%s is not a class index, and the labels know no synset ids",
                   text);
}

static rs_status read_lines(const rs_labels *labels, rs_lines *lines, int32_t *class_of_column,
                            uint32_t *columns, rs_error *error)
{
    *columns = 0;
    for (;;) {
        rs_line line;
        bool more = false;
        RS_TRY(rs_lines_next(lines, &line, &more, error));
        if (!more) {
            break;
        }
        if (*columns == RS_CLASSES_MAX) {
            return rs_fail(error, RS_RANGE, lines->file, rs_at_line(line.number), map_advice,
                           "more than %u columns", RS_CLASSES_MAX);
        }
        RS_TRY(read_line(labels, lines->file, &line, &class_of_column[*columns], error));
        ++*columns;
    }
    if (*columns == 0) {
        return rs_fail(error, RS_FORMAT, lines->file, rs_nowhere(), map_advice,
                       "the file holds no lines");
    }
    return RS_OK;
}

/* Errors of rs_class_map_create know no file. */
static rs_status name_file(rs_status status, const char *file, rs_error *error)
{
    if (status != RS_OK && status != RS_MEMORY && error != NULL) {
        const rs_error found = *error;
        return rs_fail(error, status, file, found.place, found.advice, "%s", found.reason);
    }
    return status;
}

rs_status rs_class_map_parse(const rs_labels *labels, const char *file, const uint8_t *data,
                             size_t size, rs_class_map **map, rs_error *error)
{
    *map = NULL;
    rs_lines lines;
    RS_TRY(rs_lines_open(file, data, size, &lines, error));
    int32_t *class_of_column = NULL;
    RS_TRY(RS_NEW(&class_of_column, RS_CLASSES_MAX, "a class map", error));
    uint32_t columns = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(read_lines(labels, &lines, class_of_column, &columns, error));
    status = rs_class_map_create(class_of_column, columns, labels->view.classes, map, error);
    status = name_file(status, file, error);
done:
    free(class_of_column);
    return status;
}

rs_status rs_class_map_load(const char *path, const rs_labels *labels, rs_class_map **map,
                            rs_error *error)
{
    RS_NEED(map, error);
    *map = NULL;
    RS_NEED(path, error);
    RS_NEED(labels, error);
    rs_label_bytes bytes;
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    const rs_status status = rs_class_map_parse(labels, path, bytes.data, bytes.size, map, error);
    rs_label_bytes_close(&bytes);
    return status;
}
