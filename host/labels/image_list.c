/* image_list.c - lists of images as lines of text or as JSON, one name after the other.
 */
#include "labels/image_list.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/json_scan.h"
#include "labels/label_bytes.h"
#include "labels/label_part.h"
#include "labels/labels_impl.h"

static const char form[] =
    "write one image a line, or one JSON array of them: file names, or rows from 0";

typedef struct list_reader {
    const char *file;
    rs_name_search search;
    rs_image_list *to;
    uint64_t capacity;
} list_reader;

static rs_status add(list_reader *reader, uint32_t row, rs_error *error)
{
    rs_image_list *const list = reader->to;
    RS_TRY(RS_ROOM(&list->row, list->count, &reader->capacity, "a list of images", error));
    list->row[list->count++] = row;
    return RS_OK;
}

static rs_status fail_number(const list_reader *reader, rs_span field, rs_place place,
                             uint64_t images, rs_error *error)
{
    return rs_fail(error, RS_RANGE, reader->file, place, "rows are counted from 0",
                   "there is no row %s of %" PRIu64, RS_SHOW_SPAN(field), images);
}

static rs_status fail_name(const list_reader *reader, rs_span name, rs_place place,
                           rs_error *error)
{
    const rs_labels *const whole = rs_labels_whole(reader->search.labels);
    const rs_labels *const labels = whole != NULL ? whole : reader->search.labels;
    return rs_fail(error, RS_MISMATCH, reader->file, place,
                   labels->files.rows > 0
                       ? "name the images as the label file does"
                       : "name ILSVRC2012_val_NNNNNNNN files, or give labels as \"file label\" "
                         "lines, which say what the images are called",
                   "no image of the labels is called %s", RS_SHOW_SPAN(name));
}

/* The image that the field stands for; its row, or RS_IMAGE_ELSEWHERE. */
static rs_status find_image(list_reader *reader, rs_span field, rs_place place, int64_t *row,
                            rs_error *error)
{
    const rs_labels *const labels = reader->search.labels;
    const rs_labels *const whole = rs_labels_whole(labels);
    const uint64_t images = whole != NULL ? whole->view.rows : labels->view.rows;
    int32_t number = 0;
    if (rs_span_integer(field, &number)) {
        if (number < 0 || (uint64_t)number >= images) {
            return fail_number(reader, field, place, images, error);
        }
        *row = rs_labels_row_of(labels, (uint64_t)number);
        *row = *row < 0 ? RS_IMAGE_ELSEWHERE : *row;
        return RS_OK;
    }
    const rs_span name = rs_base_name(field);
    RS_TRY(rs_name_search_find(&reader->search, name, row, error));
    return *row == RS_IMAGE_UNKNOWN ? fail_name(reader, name, place, error) : RS_OK;
}

static rs_status take_field(list_reader *reader, rs_span field, rs_place place, rs_error *error)
{
    int64_t row = 0;
    RS_TRY(find_image(reader, field, place, &row, error));
    if (row == RS_IMAGE_ELSEWHERE) {
        reader->to->elsewhere += 1;
        return RS_OK;
    }
    return add(reader, (uint32_t)row, error);
}

/* ---- text ---- */

/* "filename", "image", ...: of a table, what its first column is called. */
static bool is_header(rs_span field)
{
    static const char *const names[] = {"file_name", "filename", "file",    "image", "image_name",
                                        "name",      "path",     "img_path", "ImageId", "id",
                                        "row"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        if (rs_span_equal(field, names[i])) {
            return true;
        }
    }
    return false;
}

static rs_status read_lines(list_reader *reader, rs_lines *lines, rs_error *error)
{
    bool more = true;
    while (more) {
        rs_line line;
        rs_span field;
        RS_TRY(rs_lines_next(lines, &line, &more, error));
        if (!more) {
            break;
        }
        (void)rs_line_fields(&line, &field, 1);
        if (field.length > 2 && field.text[0] == '"' && field.text[field.length - 1] == '"') {
            field = (rs_span){field.text + 1, field.length - 2};
        }
        if (line.number > 1 || !is_header(field)) {
            RS_TRY(take_field(reader, field, rs_at_line(line.number), error));
        }
    }
    return RS_OK;
}

/* ---- JSON ---- */

/* ["a.JPEG", "b.JPEG", ...], or row numbers. */
static rs_status read_array(list_reader *reader, rs_json_scan *scan, rs_error *error)
{
    bool more = false;
    RS_TRY(rs_json_scan_open(scan, '[', &more));
    while (more) {
        rs_span field;
        RS_TRY(rs_json_scan_scalar(scan, &field));
        RS_TRY(take_field(reader, field, rs_at_line(rs_json_scan_line(scan)), error));
        RS_TRY(rs_json_scan_more(scan, ']', &more));
    }
    return rs_json_scan_end(scan);
}

rs_status rs_image_list_parse(const rs_labels *labels, const char *file, const uint8_t *data,
                              size_t size, rs_image_list *list, rs_error *error)
{
    list_reader reader = {.file = file, .search = {.labels = labels}, .to = list};
    *list = (rs_image_list){0};
    rs_lines lines;
    rs_json_scan scan;
    RS_TRY(rs_lines_open(file, data, size, &lines, error));
    rs_json_scan_begin(file, data, size, form, &scan, error);
    const rs_status status = rs_json_scan_peek(&scan) == '[' ? read_array(&reader, &scan, error)
                                                             : read_lines(&reader, &lines, error);
    rs_name_search_clear(&reader.search);
    return status;
}

rs_status rs_image_list_read(const rs_labels *labels, const char *path, rs_image_list *list,
                             rs_error *error)
{
    rs_label_bytes bytes;
    *list = (rs_image_list){0};
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    const rs_status status =
        rs_image_list_parse(labels, path, bytes.data, bytes.size, list, error);
    rs_label_bytes_close(&bytes);
    return status;
}

void rs_image_list_clear(rs_image_list *list)
{
    free(list->row);
    *list = (rs_image_list){0};
}
