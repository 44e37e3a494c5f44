/* slice_file.c - groups of images from a file.
 *
 *     file_name,pose,background,size          a column for each factor (ImageNet-X)
 *     ILSVRC2012_val_00000001.JPEG,1,0,large
 *
 *     n02084071,pet                           a class, and the group of all its images
 *
 *     {"n02084071": "pet", "a.JPEG": ["blurred", "dark"], "b.JPEG": {"pose": 1}}
 *
 * A line begins with an image (its file name, or its row from 0 below a word that says so) or with
 * a class (its synset id, or its index below a word that says so). Empty cells say nothing.
 */
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"
#include "labels/file_names.h"
#include "labels/image_list.h"
#include "labels/json_scan.h"
#include "labels/label_part.h"
#include "labels/labels_impl.h"
#include "labels/slices.h"
#include "labels/table_cells.h"

enum { CELLS_MAX = 256 };

static const char *const form_advice =
    "begin each line with the file name of an image or the synset id of a class, and write its "
    "group, or the values of factors, behind it";
static const char default_factor[] = "slice";

typedef enum key_kind { KEY_NAME = 0, KEY_ROW, KEY_CLASS } key_kind;

typedef struct parser {
    const char *file;
    const rs_labels *labels;
    rs_slices *slices;
    rs_name_search search;
    key_kind numbers; /* what a number stands for; KEY_NAME: it is not said */
    uint32_t *images; /* those of the key read last; of a class all of them */
    uint64_t count;
    rs_error *error;
} parser;

/* ---- keys ---- */

static void take_class(parser *p, int32_t class_index)
{
    const rs_label_view *const view = &p->labels->view;
    p->count = 0;
    for (uint64_t i = 0; i < view->rows; ++i) {
        if (view->original[i] == class_index) {
            p->images[p->count++] = (uint32_t)i;
        }
    }
}

/* One image, or none where it is of the labels that these are a part of. */
static void take_image(parser *p, int64_t row)
{
    p->count = row >= 0 ? 1 : 0;
    if (row >= 0) {
        p->images[0] = (uint32_t)row;
    }
}

static bool take_number(parser *p, int32_t number)
{
    const rs_label_view *const view = &p->labels->view;
    const rs_labels *const whole = rs_labels_whole(p->labels);
    const uint64_t images = whole != NULL ? whole->view.rows : view->rows;
    if (p->numbers == KEY_NAME || number < 0 ||
        (uint64_t)number >= (p->numbers == KEY_CLASS ? view->classes : images)) {
        return false;
    }
    if (p->numbers == KEY_CLASS) {
        take_class(p, number);
    } else {
        take_image(p, rs_labels_row_of(p->labels, (uint64_t)number));
    }
    return true;
}

/* *found: the key names images, which may be none of a class that has none. */
static rs_status find_key(parser *p, rs_span key, bool *found)
{
    int32_t number = 0;
    int64_t row = 0;
    *found = true;
    if (rs_span_integer(key, &number)) {
        *found = take_number(p, number);
        return RS_OK;
    }
    const int32_t class_index = rs_class_list_find(&p->labels->synsets, key);
    if (class_index >= 0) {
        take_class(p, class_index);
        return RS_OK;
    }
    RS_TRY(rs_name_search_find(&p->search, rs_base_name(key), &row, p->error));
    take_image(p, row);
    *found = row != RS_IMAGE_UNKNOWN;
    return RS_OK;
}

static rs_status fail_key(const parser *p, rs_span key, rs_place place)
{
    int32_t number = 0;
    const bool unsaid = rs_span_integer(key, &number) && p->numbers == KEY_NAME;
    return rs_fail(p->error, RS_MISMATCH, p->file, place,
                   unsaid ? "write \"row\" or \"class\" over the column of numbers" : form_advice,
                   unsaid ? "whether %s is a row or a class is not said"
                          : "%s is neither an image nor a class of the labels",
                   RS_SHOW_SPAN(key));
}

static rs_span span_of_text(const rs_text *text)
{
    return (rs_span){text->length == 0 ? "" : text->data, text->length};
}

/* Groups go into records, in which bytes that are no text would all become the same: names hold
 * nothing hidden from the first, as those of models. */
static rs_status find_group(parser *p, rs_span by, rs_span value, uint32_t *group)
{
    rs_text factor = {0};
    rs_text name = {0};
    rs_status status = RS_OK;
    rs_text_visible(&factor, by.text, by.length, false);
    rs_text_visible(&name, value.text, value.length, false);
    RS_TRY_DONE(rs_text_check(&factor, p->error));
    RS_TRY_DONE(rs_text_check(&name, p->error));
    status =
        rs_slices_group(p->slices, span_of_text(&factor), span_of_text(&name), group, p->error);
done:
    rs_text_clear(&factor);
    rs_text_clear(&name);
    return status;
}

static rs_status add_value(parser *p, rs_span by, rs_span value)
{
    uint32_t group = 0;
    if (value.length == 0) {
        return RS_OK;
    }
    RS_TRY(find_group(p, by, value, &group));
    for (uint64_t i = 0; i < p->count; ++i) {
        RS_TRY(rs_slices_put(p->slices, p->images[i], group, p->error));
    }
    return RS_OK;
}

/* ---- tables ---- */

static bool is_word(rs_span cell, const char *const *words)
{
    while (*words != NULL && !rs_span_equal(cell, *words)) {
        ++words;
    }
    return *words != NULL;
}

/* What numbers below this word are. */
static key_kind kind_of_numbers(rs_span cell)
{
    static const char *const rows[] = {"row", "image", "index", "id", "image_id", NULL};
    static const char *const classes[] = {"class", "class_index", "class_id", "label", "target",
                                          NULL};
    return is_word(cell, rows) ? KEY_ROW : is_word(cell, classes) ? KEY_CLASS : KEY_NAME;
}

typedef struct table {
    char separator;
    size_t cells;
    rs_span by[CELLS_MAX];
} table;

/* *header: the first line names the columns, since its key is none. */
static rs_status begin_table(parser *p, const rs_line *line, table *t, bool *header)
{
    rs_span cell[CELLS_MAX];
    int32_t number = 0;
    t->separator = rs_cells_separator(line->text);
    t->cells = rs_cells_split(line->text, t->separator, cell, CELLS_MAX);
    if (t->cells < 2 || t->cells > CELLS_MAX) {
        return rs_fail(p->error, RS_FORMAT, p->file, rs_at_line(line->number), form_advice,
                       "%zu cells, from 2 to %d are read: %s", t->cells, CELLS_MAX,
                       RS_SHOW_SPAN(line->text));
    }
    bool found = true;
    if (!rs_span_integer(cell[0], &number)) {
        RS_TRY(find_key(p, cell[0], &found));
    }
    *header = !found;
    p->numbers = *header ? kind_of_numbers(cell[0]) : KEY_NAME;
    for (size_t i = 0; i < t->cells; ++i) {
        t->by[i] = *header ? cell[i] : (rs_span){default_factor, sizeof default_factor - 1};
    }
    return RS_OK;
}

static rs_status read_line(parser *p, const rs_line *line, const table *t)
{
    rs_span cell[CELLS_MAX];
    const size_t count = rs_cells_split(line->text, t->separator, cell, CELLS_MAX);
    if (count != t->cells && !(t->separator == '\t' && count < t->cells)) {
        return rs_fail(p->error, RS_FORMAT, p->file, rs_at_line(line->number), form_advice,
                       "%zu cells, unlike the first line, which has %zu", count, t->cells);
    }
    bool found = false;
    RS_TRY(find_key(p, cell[0], &found));
    if (!found) {
        return fail_key(p, cell[0], rs_at_line(line->number));
    }
    for (size_t i = 1; i < count; ++i) {
        RS_TRY(add_value(p, t->by[i], cell[i]));
    }
    return RS_OK;
}

static rs_status read_table(parser *p, const uint8_t *data, size_t size)
{
    rs_lines lines;
    table t = {.cells = 0};
    RS_TRY(rs_lines_open(p->file, data, size, &lines, p->error));
    for (;;) {
        rs_line line;
        bool more = false;
        bool header = false;
        RS_TRY(rs_lines_next(&lines, &line, &more, p->error));
        if (!more) {
            return RS_OK;
        }
        if (t.cells == 0) {
            RS_TRY(begin_table(p, &line, &t, &header));
        }
        if (!header) {
            RS_TRY(read_line(p, &line, &t));
        }
    }
}

/* ---- JSON ---- */

/* A group, an array of groups. */
static rs_status read_values(parser *p, rs_json_scan *scan, rs_span by)
{
    rs_span value;
    if (rs_json_scan_peek(scan) != '[') {
        RS_TRY(rs_json_scan_scalar(scan, &value));
        return add_value(p, by, value);
    }
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '[', &more));
    while (more) {
        RS_TRY(rs_json_scan_scalar(scan, &value));
        RS_TRY(add_value(p, by, value));
        RS_TRY(rs_json_scan_more(scan, ']', &more));
    }
    return RS_OK;
}

/* An object of factors, or values of the one that has no name. */
static rs_status read_groups(parser *p, rs_json_scan *scan)
{
    if (rs_json_scan_peek(scan) != '{') {
        return read_values(p, scan, (rs_span){default_factor, sizeof default_factor - 1});
    }
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '{', &more));
    while (more) {
        rs_span by;
        RS_TRY(rs_json_scan_name(scan, &by));
        RS_TRY(read_values(p, scan, by));
        RS_TRY(rs_json_scan_more(scan, '}', &more));
    }
    return RS_OK;
}

static rs_status read_object(parser *p, rs_json_scan *scan)
{
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '{', &more));
    while (more) {
        rs_span key;
        (void)rs_json_scan_peek(scan);
        const rs_place place = rs_json_scan_place(scan);
        bool found = false;
        RS_TRY(rs_json_scan_name(scan, &key));
        RS_TRY(find_key(p, key, &found));
        if (!found) {
            return fail_key(p, key, place);
        }
        RS_TRY(read_groups(p, scan));
        RS_TRY(rs_json_scan_more(scan, '}', &more));
    }
    return rs_json_scan_end(scan);
}

rs_status rs_slices_parse(const char *file, const uint8_t *data, size_t size,
                          const rs_labels *labels, rs_slices *slices, rs_error *error)
{
    parser p = {
        .file = file,
        .labels = labels,
        .slices = slices,
        .search = {.labels = labels},
        .error = error,
    };
    rs_json_scan scan;
    const uint64_t before = slices->members;
    RS_TRY(RS_NEW(&p.images, labels->view.rows, "images of a class", error));
    rs_json_scan_begin(file, data, size, form_advice, &scan, error);
    rs_status status = rs_json_scan_peek(&scan) == '{' ? read_object(&p, &scan)
                                                       : read_table(&p, data, size);
    rs_name_search_clear(&p.search);
    free(p.images);
    if (status == RS_OK && slices->members == before) {
        status = rs_fail(error, RS_FORMAT, file, rs_nowhere(), form_advice,
                         "the file puts no image into a group");
    }
    return status;
}
