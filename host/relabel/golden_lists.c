/* golden_lists.c - a golden set as JSON: for each image the list of the classes that are there. */
#include "relabel/golden_lists.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "relabel/class_names.h"

#define LISTS_BYTES_MAX (UINT64_C(256) << 20)

static const char *const form_advice =
    "a golden set is {\"image\": [classes], ...}, or an array of such lists with null where nobody "
    "looked";

typedef struct list_reader {
    const char *path;
    const rs_class_names *classes;
    rs_golden *golden;
    rs_error *error;
} list_reader;

static rs_status take_class(const list_reader *reader, rs_place place, const rs_json *value,
                            int32_t *class_index)
{
    int64_t number = 0;
    char digits[24];
    const char *text = rs_json_text(value);
    if (text == NULL && rs_json_integer(value, &number)) {
        (void)snprintf(digits, sizeof digits, "%" PRId64, number);
        text = digits;
    }
    if (text == NULL) {
        return rs_fail(reader->error, RS_FORMAT, reader->path, place, form_advice,
                       "a class is neither a number nor a text");
    }
    return rs_class_names_find(reader->classes, reader->path, place, (rs_span){text, strlen(text)},
                               class_index, reader->error);
}

static rs_status add_list(const list_reader *reader, rs_place place, rs_span image,
                          const rs_json *list)
{
    uint32_t index = 0;
    rs_golden *const golden = reader->golden;
    const uint32_t before = golden->listed.count;
    if (!rs_json_is_array(list) || image.length == 0) {
        return rs_fail(reader->error, RS_FORMAT, reader->path, place, form_advice,
                       "what is given for the image %s is no list", RS_SHOW_SPAN(image));
    }
    RS_TRY(rs_name_table_add(&golden->listed, image, &index, reader->error));
    if (golden->listed.count == before) {
        return rs_fail(reader->error, RS_FORMAT, reader->path, place, "name each image once",
                       "the image %s comes twice", RS_SHOW_SPAN(image));
    }
    for (const rs_json *item = rs_json_first(list); item != NULL; item = rs_json_next(item)) {
        int32_t class_index = 0;
        RS_TRY(take_class(reader, place, item, &class_index));
        if (rs_pairs_find(&golden->pairs, image, class_index) >= 0) {
            return rs_fail(reader->error, RS_FORMAT, reader->path, place, "name each class once",
                           "class %" PRId32 " of image %s comes twice", class_index,
                           RS_SHOW_SPAN(image));
        }
        RS_TRY(rs_golden_set(golden, image, class_index, 1, 1, reader->error));
    }
    return RS_OK;
}

static rs_status add_members(const list_reader *reader, const rs_json *lists,
                             const rs_image_rows *images)
{
    const bool by_row = rs_json_is_array(lists);
    uint64_t row = 0;
    for (const rs_json *item = rs_json_first(lists); item != NULL; item = rs_json_next(item)) {
        const char *key = rs_json_name(item);
        if (!by_row) {
            RS_TRY(add_list(reader, rs_at_row(row++), (rs_span){key, strlen(key)}, item));
            continue;
        }
        if (row >= images->rows) {
            return rs_fail(reader->error, RS_MISMATCH, reader->path, rs_at_row(row),
                           "give a list or null for every image",
                           "the array has %zu entries, there are %" PRIu64 " images",
                           rs_json_size(lists), images->rows);
        }
        char made[RS_IMAGE_NAME_BYTES];
        const rs_span name = rs_image_rows_name(images, row, made);
        if (!rs_json_is_null(item)) {
            RS_TRY(add_list(reader, rs_at_row(row), name, item));
        }
        ++row;
    }
    if (reader->golden->listed.count == 0) {
        return rs_fail(reader->error, RS_FORMAT, reader->path, rs_nowhere(), form_advice,
                       "there is no list in it");
    }
    return RS_OK;
}

/* A pipe can be read once: what was looked at is in the input. */
static rs_status read_text(rs_input *input, rs_text *text, rs_error *error)
{
    char part[1 << 16];
    size_t got = sizeof part;
    while (got == sizeof part) {
        RS_TRY(rs_input_next(input, part, sizeof part, &got, error));
        rs_text_append(text, part, got);
        RS_TRY(rs_text_check(text, error));
        if (text->length > LISTS_BYTES_MAX) {
            return rs_fail(error, RS_RANGE, input->name, rs_at_byte(LISTS_BYTES_MAX),
                           "is it the right file?",
                           "the file holds more than the %" PRIu64 " bytes allowed",
                           LISTS_BYTES_MAX);
        }
    }
    return RS_OK;
}

rs_status rs_golden_read_lists(rs_input *input, const rs_labels *labels,
                               const rs_image_rows *images, rs_golden *golden, rs_error *error)
{
    rs_text text = {0};
    rs_class_names classes;
    rs_json *lists = NULL;
    *golden = (rs_golden){
        .pairs = rs_pairs_make(), .listed = {.images = true}, .whole_images = true};
    RS_TRY(rs_class_names_make(labels, &classes, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&golden->path, input->name, error));
    RS_TRY_DONE(read_text(input, &text, error));
    RS_TRY_DONE(rs_json_parse(input->name, text.data, text.length, &lists, error));
    const list_reader reader = {input->name, &classes, golden, error};
    RS_TRY_DONE(add_members(&reader, lists, images));
done:
    rs_json_free(lists);
    rs_text_clear(&text);
    rs_class_names_clear(&classes);
    if (status != RS_OK) {
        rs_golden_clear(golden);
    }
    return status;
}
