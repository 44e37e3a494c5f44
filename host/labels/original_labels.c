/* original_labels.c - reading original labels.
 *
 * The usual file, an index a line, is read by a loop of its own: it must take a fraction of a
 * millisecond. Whatever that loop does not know is left to the general one, line by line.
 */
#include "labels/original_labels.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/digits.h"
#include "labels/label_bytes.h"
#include "labels/original_npy.h"
#include "labels/set_file.h"
#include "reassess/labels.h"

enum { ILSVRC_CLASSES = 1000 };

static const char *const form_advice =
    "write a class index, a synset id, or a file name and one of them on every line; start other "
    "lines with '#'";

typedef enum label_kind { KIND_NONE = 0, KIND_INDEX, KIND_ID } label_kind;

typedef struct parser {
    rs_lines lines;
    const rs_class_list *ids;
    rs_original_labels *labels;
    label_kind kind; /* of the labels so far */
    size_t fields;   /* of every line; 0 before the first */
    rs_named_row *named;
    uint64_t named_capacity;
    rs_error *error;
} parser;

static inline void note_label(rs_original_labels *labels, int32_t label)
{
    labels->largest = label > labels->largest ? label : labels->largest;
    labels->smallest = label >= 0 && label < labels->smallest ? label : labels->smallest;
}

/* Takes as many lines of plain indices as follow; stops before the first line that is anything
 * else. */
static void read_indices(parser *p)
{
    rs_original_labels *const labels = p->labels;
    const uint8_t *const end = p->lines.end;
    const uint8_t *at = p->lines.at;
    const uint64_t before = labels->rows;
    while (at < end) {
        uint32_t value = 0;
        /* Nine lines of ten: knowing the length ahead, the processor need not wait for it. */
        if (end - at >= 4 && at[3] == '\n' && rs_three_digits(at, &value)) {
            labels->label[labels->rows++] = (int32_t)value;
            note_label(labels, (int32_t)value);
            at += 4;
            continue;
        }
        const unsigned digits = rs_digits(at, end, &value);
        const uint8_t *stop = at + digits;
        if (digits - 1u > 4u || value >= RS_CLASSES_MAX) {
            break;
        }
        stop += end - stop >= 2 && stop[0] == '\r' && stop[1] == '\n';
        if (stop < end && *stop != '\n') {
            break;
        }
        labels->label[labels->rows++] = (int32_t)value;
        note_label(labels, (int32_t)value);
        at = stop < end ? stop + 1 : end;
    }
    p->lines.at = at;
    p->lines.number += labels->rows - before;
    if (labels->rows > before) {
        p->kind = KIND_INDEX;
        p->fields = 1;
    }
}

static rs_status fail_word(const parser *p, uint64_t line, rs_span field)
{
    const char *const text = RS_SHOW_SPAN(field);
    const char *file = p->lines.file;
    if (field.length > 0 && strchr("-+.0123456789", field.text[0]) != NULL) {
        return rs_fail(p->error, RS_FORMAT, file, rs_at_line(line),
                       "write whole numbers, as numpy.savetxt does in the format %d",
                       "%s is not a class index", text);
    }
    if (p->ids->count == 0) {
        return rs_fail(
            p->error, RS_FORMAT, file, rs_at_line(line),
            rs_synsets_advice,
            "%s is not a class index", text);
    }
    return rs_fail(p->error, RS_FORMAT, file, rs_at_line(line), form_advice,
                   "%s is neither a class index nor a synset id of the class list", text);
}

static rs_status read_label(parser *p, uint64_t line, rs_span field, int32_t *label)
{
    label_kind kind = KIND_INDEX;
    if (!rs_span_integer(field, label)) {
        kind = KIND_ID;
        *label = rs_class_list_find(p->ids, field);
        if (*label < 0) {
            return fail_word(p, line, field);
        }
    } else if (*label < RS_CLASS_UNKNOWN || *label >= (int32_t)RS_CLASSES_MAX) {
        return rs_fail(p->error, RS_RANGE, p->lines.file, rs_at_line(line),
                       "classes are counted from 0; -1 stands for an unknown label",
                       "class %.*s is outside -1 to %u",
                       (int)(field.length < 24 ? field.length : 24), field.text,
                       RS_CLASSES_MAX - 1);
    } else if (*label == RS_CLASS_UNKNOWN) {
        return RS_OK;
    }
    if (p->kind != KIND_NONE && p->kind != kind) {
        return rs_fail(p->error, RS_FORMAT, p->lines.file, rs_at_line(line),
                       "use one of them in the whole file",
                       "class indices and synset ids are mixed");
    }
    p->kind = kind;
    note_label(p->labels, *label);
    return RS_OK;
}

static rs_status add_named(parser *p, const rs_named_row *row)
{
    RS_TRY(RS_ROOM(&p->named, p->labels->rows, &p->named_capacity, "file names", p->error));
    p->named[p->labels->rows] = *row;
    return RS_OK;
}

static rs_status check_fields(parser *p, const rs_line *line, size_t fields)
{
    if (fields > 2) {
        return rs_fail(p->error, RS_FORMAT, p->lines.file, rs_at_line(line->number), form_advice,
                       "%zu fields, at most a file name and a label are expected: %s", fields,
                       RS_SHOW_SPAN(line->text));
    }
    if (p->fields != 0 && p->fields != fields) {
        return rs_fail(p->error, RS_FORMAT, p->lines.file, rs_at_line(line->number),
                       "use one form in the whole file", "%s, unlike the lines before it",
                       fields == 2 ? "a file name and a label" : "a label without a file name");
    }
    p->fields = fields;
    return RS_OK;
}

static rs_status read_line(parser *p, const rs_line *line)
{
    rs_span field[2];
    const size_t fields = rs_line_fields(line, field, 2);
    int32_t label = RS_CLASS_UNKNOWN;
    RS_TRY(check_fields(p, line, fields));
    RS_TRY(read_label(p, line->number, field[fields - 1], &label));
    if (fields == 2) {
        const rs_span name = rs_base_name(field[0]);
        int32_t number = 0;
        if (name.length == 0 || rs_span_integer(name, &number)) {
            return rs_fail(p->error, RS_FORMAT, p->lines.file, rs_at_line(line->number),
                           form_advice, "%s is not a file name", RS_SHOW_SPAN(field[0]));
        }
        const rs_named_row row = {
            .name = name,
            .number = rs_ilsvrc_number(name),
            .label = label,
            .line = line->number,
        };
        RS_TRY(add_named(p, &row));
    }
    p->labels->label[p->labels->rows++] = label;
    return RS_OK;
}

static rs_status place_named(parser *p)
{
    rs_original_labels *const labels = p->labels;
    RS_TRY(rs_named_rows_sort(p->lines.file, p->named, labels->rows, p->error));
    for (uint64_t i = 0; i < labels->rows; ++i) {
        labels->label[i] = p->named[i].label;
    }
    return rs_file_names_make(p->named, labels->rows, &labels->names, p->error);
}

static rs_status read_text(parser *p)
{
    for (;;) {
        if (p->fields <= 1 && p->kind != KIND_ID && p->lines.blank == 0) {
            read_indices(p);
        }
        rs_line line;
        bool more = false;
        RS_TRY(rs_lines_next(&p->lines, &line, &more, p->error));
        if (!more) {
            break;
        }
        RS_TRY(read_line(p, &line));
    }
    p->labels->synthetic = p->lines.synthetic;
    return p->fields == 2 ? place_named(p) : RS_OK;
}

/* Where the first label of at least `limit` stands: the row of an array (`data` is NULL), the line
 * of a text that was read before. */
static rs_place first_above(const rs_original_labels *labels, const uint8_t *data, size_t size,
                            int32_t limit)
{
    rs_lines lines;
    if (data == NULL) {
        uint64_t row = 0;
        while (row < labels->rows && labels->label[row] < limit) {
            ++row;
        }
        return rs_at_row(row);
    }
    if (rs_lines_open("", data, size, &lines, NULL) != RS_OK) {
        return rs_nowhere();
    }
    for (;;) {
        rs_line line;
        bool more = false;
        if (rs_lines_next(&lines, &line, &more, NULL) != RS_OK || !more) {
            return rs_nowhere();
        }
        rs_span field[2];
        int32_t label = -1;
        const size_t fields = rs_line_fields(&line, field, 2);
        if (fields <= 2 && rs_span_integer(field[fields - 1], &label) && label >= limit) {
            return rs_at_line(line.number);
        }
    }
}

/* Labels from 1 to 1000 and never 0 are counted from 1, and almost always they are the development
 * kit's ids, which number the classes in an order of their own. Either way every class is wrong. */
static bool are_one_based(const rs_original_labels *labels, uint32_t class_limit)
{
    const bool more_classes_declared = class_limit > ILSVRC_CLASSES && class_limit < RS_CLASSES_MAX;
    return !labels->synthetic && labels->largest == ILSVRC_CLASSES && labels->smallest >= 1 &&
           (!more_classes_declared || labels->rows == RS_ILSVRC_IMAGES);
}

static rs_status check_labels(const char *file, const uint8_t *data, size_t size,
                              uint32_t class_limit, const rs_original_labels *labels,
                              rs_error *error)
{
    if (labels->rows == 0) {
        return rs_fail(error, RS_FORMAT, file, rs_nowhere(), form_advice,
                       "the file holds no labels");
    }
    if (labels->rows >= UINT32_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), NULL, "too many labels");
    }
    if (are_one_based(labels, class_limit)) {
        return rs_fail(
            error, RS_FORMAT, file, first_above(labels, data, size, ILSVRC_CLASSES),
            "use the file that reassess labels --fetch gets, or synset ids",
            "the labels run from 1 to 1000: these are ids of the ILSVRC development kit, "
            "which are not in the order of the sorted synset ids, or class indices "
            "counted from 1");
    }
    if (labels->largest >= 0 && (uint32_t)labels->largest >= class_limit) {
        return rs_fail(error, RS_RANGE, file, first_above(labels, data, size, (int32_t)class_limit),
                       "classes are counted from 0 in the order of the sorted synset ids; is this "
                       "file made for other classes?",
                       "class %" PRId32 " is not below the number of classes, %" PRIu32,
                       labels->largest, class_limit);
    }
    return RS_OK;
}

/* A line takes at least two bytes, but for the last one. */
static rs_status parse_text(const char *file, const uint8_t *data, size_t size, parser *p)
{
    RS_TRY(rs_lines_open(file, data, size, &p->lines, p->error));
    RS_TRY(RS_GROW(&p->labels->label, size / 2 + 1, "labels", p->error));
    RS_TRY(read_text(p));
    return RS_GROW(&p->labels->label, p->labels->rows, "labels", p->error);
}

/* Sets of one label or none; *sets is empty then. */
static rs_status take_sets(rs_real_sets *sets, rs_original_labels *labels, rs_error *error)
{
    rs_status status = RS_OK;
    *labels = (rs_original_labels){.largest = -1, .smallest = INT32_MAX};
    RS_TRY_DONE(RS_NEW(&labels->label, sets->rows, "labels", error));
    labels->rows = sets->rows;
    labels->synthetic = sets->synthetic;
    labels->largest = sets->largest;
    labels->names = sets->names;
    sets->names = (rs_file_names){0};
    for (uint32_t row = 0; row < sets->rows; ++row) {
        const bool known = sets->begin[row + 1] > sets->begin[row];
        const int32_t label = known ? sets->class_index[sets->begin[row]] : -1;
        labels->label[row] = label;
        labels->smallest = known && label < labels->smallest ? label : labels->smallest;
    }
done:
    rs_real_sets_clear(sets);
    return status;
}

/* Forms that name images, or have a header: sets of one label each. */
static rs_status parse_sets(const char *file, const uint8_t *data, size_t size, parser *p)
{
    const rs_set_context context = {
        .file = file,
        .ids = p->ids,
        .class_limit = RS_CLASSES_MAX,
        .purpose = RS_SETS_ORIGINAL,
        .error = p->error,
    };
    rs_real_sets sets;
    RS_TRY(rs_set_file_parse(&context, data, size, &sets));
    return take_sets(&sets, p->labels, p->error);
}

rs_status rs_original_labels_parse(const char *file, const uint8_t *data, size_t size,
                                   const rs_class_list *ids, uint32_t class_limit,
                                   rs_original_labels *labels, rs_error *error)
{
    *labels = (rs_original_labels){.largest = -1, .smallest = INT32_MAX};
    parser p = {.ids = ids, .labels = labels, .error = error};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_set_file_holds_originals(data, size) ? parse_sets(file, data, size, &p)
                                                        : parse_text(file, data, size, &p));
    status = check_labels(file, data, size, class_limit, labels, error);
done:
    free(p.named);
    if (status != RS_OK) {
        rs_original_labels_clear(labels);
    }
    return status;
}

static rs_status read_npy(const char *path, uint32_t class_limit, rs_original_labels *labels,
                          rs_error *error)
{
    RS_TRY(rs_original_npy_read(path, &labels->label, &labels->rows, error));
    for (uint64_t i = 0; i < labels->rows; ++i) {
        note_label(labels, labels->label[i]);
    }
    const rs_status status = check_labels(path, NULL, 0, class_limit, labels, error);
    if (status != RS_OK) {
        rs_original_labels_clear(labels);
    }
    return status;
}

rs_status rs_original_labels_read(const char *path, const rs_class_list *ids, uint32_t class_limit,
                                  rs_original_labels *labels, rs_error *error)
{
    *labels = (rs_original_labels){.largest = -1, .smallest = INT32_MAX};
    rs_label_bytes bytes;
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    const bool npy = rs_is_npy(bytes.data, bytes.size);
    rs_status status = RS_OK;
    if (!npy) {
        status =
            rs_original_labels_parse(path, bytes.data, bytes.size, ids, class_limit, labels, error);
    }
    rs_label_bytes_close(&bytes);
    return npy ? read_npy(path, class_limit, labels, error) : status;
}

void rs_original_labels_clear(rs_original_labels *labels)
{
    free(labels->label);
    rs_file_names_clear(&labels->names);
    *labels = (rs_original_labels){.largest = -1, .smallest = INT32_MAX};
}
