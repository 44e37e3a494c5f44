/* set_file.c - which form it is, and which row of the labels each image is. */
#include "labels/set_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/utf8.h"
#include "labels/label_bytes.h"
#include "labels/original_npy.h"
#include "labels/set_json.h"
#include "labels/set_raters.h"
#include "labels/set_table.h"

/* The first byte that is no white space; 0: there is none. */
static int first_byte(const uint8_t *data, size_t size)
{
    const uint8_t *const end = data + size;
    const uint8_t *at = data == NULL ? end : rs_after_bom(data, end);
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) {
        ++at;
    }
    return at < end ? *at : 0;
}

/* .npy and .npz */
static bool is_array_file(const uint8_t *data, size_t size)
{
    return rs_is_npy(data, size) || (size >= 4 && memcmp(data, "PK\x03\x04", 4) == 0);
}

rs_status rs_set_file_parse(const rs_set_context *context, const uint8_t *data, size_t size,
                            rs_real_sets *sets)
{
    *sets = (rs_real_sets){.largest = -1};
    if (size > RS_LABEL_FILE_BYTES_MAX) {
        return rs_fail(context->error, RS_RANGE, context->file, rs_nowhere(), NULL,
                       "the file is too large");
    }
    const int first = first_byte(data, size);
    const bool texts = size > 0 && memchr(data, '"', size) != NULL;
    if (first == '{' || (first == '[' && (texts || context->purpose == RS_SETS_ORIGINAL))) {
        return rs_set_json_parse(context, data, size, sets);
    }
    if (first == '[' || (context->purpose == RS_SETS_REAL &&
                         !rs_set_table_is_one(context->ids, data, size))) {
        return rs_real_json_parse(context->file, data, size, context->class_limit, sets,
                                  context->error);
    }
    return rs_set_table_parse(context, data, size, sets);
}

rs_status rs_set_file_read(const char *path, const rs_class_list *ids, uint32_t class_limit,
                           double threshold, rs_real_sets *sets, rs_error *error)
{
    const rs_set_context context = {
        .file = path,
        .ids = ids,
        .class_limit = class_limit < RS_CLASSES_MAX ? class_limit : RS_CLASSES_MAX,
        .error = error,
    };
    rs_label_bytes bytes;
    *sets = (rs_real_sets){.largest = -1};
    RS_TRY(rs_label_bytes_open(path, &bytes, error));
    const bool array = is_array_file(bytes.data, bytes.size);
    rs_status status = RS_OK;
    if (!array) {
        status = rs_set_file_parse(&context, bytes.data, bytes.size, sets);
    }
    rs_label_bytes_close(&bytes);
    return array ? rs_set_raters_read(path, context.class_limit, threshold, sets, error) : status;
}

bool rs_set_file_holds_originals(const uint8_t *data, size_t size)
{
    const int first = first_byte(data, size);
    return first == '{' || first == '[' || (first != 0 && rs_set_table_has_header(data, size));
}

/* ---- which row is which image ---- */

static rs_status fail_count(const char *file, uint64_t rows, const rs_real_sets *sets,
                            rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                   "give two files that hold the same images, or labels with file names (\"file "
                   "label\" lines), by which they are joined",
                   "the file lists %" PRIu32 " images, and there are %" PRIu64
                   " original labels, which have no names",
                   sets->listed != 0 ? sets->listed : sets->rows, rows);
}

/* The row of the labels that image `i` of the sets is; -1: none. */
static int64_t row_of(const rs_real_sets *sets, uint32_t i, uint64_t rows,
                      const rs_file_names *names)
{
    const rs_span name = rs_file_names_get(&sets->names, i);
    if (names->rows > 0) {
        return rs_file_names_find(names, name);
    }
    const uint32_t number = rs_ilsvrc_number(name);
    return number > 0 && number <= rows ? (int64_t)number - 1 : -1;
}

static rs_status fail_unknown(const char *file, rs_span name, rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                   "give labels and label sets of the same images, named alike",
                   "no image of the labels is called %s", RS_SHOW_SPAN(name));
}

/* place[row] becomes the image of the sets that a row of the labels is, counted from 1. */
static rs_status find_rows(const char *file, uint64_t rows, const rs_file_names *names,
                           const rs_real_sets *sets, uint32_t *place, rs_error *error)
{
    for (uint32_t i = 0; i < sets->rows; ++i) {
        const int64_t row = row_of(sets, i, rows, names);
        if (row < 0) {
            return fail_unknown(file, rs_file_names_get(&sets->names, i), error);
        }
        place[row] = i + 1;
    }
    return RS_OK;
}

/* The sets row by row of the labels; place 0: none. */
static rs_status put_in_order(uint64_t rows, const uint32_t *place, rs_real_sets *sets,
                              rs_error *error)
{
    const uint32_t labels = sets->begin[sets->rows];
    uint32_t *begin = NULL;
    int32_t *class_index = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&begin, rows + 1, "label sets", error));
    RS_TRY_DONE(RS_NEW(&class_index, labels, "labels", error));
    uint32_t used = 0;
    for (uint64_t row = 0; row < rows; ++row) {
        begin[row] = used;
        if (place[row] > 0) {
            const uint32_t from = sets->begin[place[row] - 1];
            const uint32_t count = sets->begin[place[row]] - from;
            memcpy(class_index + used, sets->class_index + from, count * sizeof *class_index);
            used += count;
        }
    }
    begin[rows] = used;
    free(sets->begin);
    free(sets->class_index);
    sets->begin = begin;
    sets->class_index = class_index;
    sets->rows = (uint32_t)rows;
    begin = NULL;
    class_index = NULL;
done:
    free(begin);
    free(class_index);
    return status;
}

rs_status rs_set_file_join(const char *file, uint64_t rows, const rs_file_names *names,
                           rs_real_sets *sets, rs_error *error)
{
    uint32_t *place = NULL;
    const bool named = sets->names.rows > 0;
    const bool by_number = named && rs_ilsvrc_number(rs_file_names_get(&sets->names, 0)) != 0;
    if (!named && (sets->listed == 0 || sets->rows > rows)) {
        return sets->rows == rows ? RS_OK : fail_count(file, rows, sets, error);
    }
    if (named && names->rows == 0) {
        if (sets->rows == rows) {
            return RS_OK; /* all images, in file-name order */
        }
        if (!by_number || rows != RS_ILSVRC_IMAGES) {
            return fail_count(file, rows, sets, error);
        }
    }
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&place, rows, "a row order", error));
    for (uint32_t i = 0; !named && i < sets->rows; ++i) {
        place[i] = i + 1;
    }
    if (named) {
        RS_TRY_DONE(find_rows(file, rows, names, sets, place, error));
    }
    RS_TRY_DONE(put_in_order(rows, place, sets, error));
    rs_file_names_clear(&sets->names);
done:
    free(place);
    return status;
}
