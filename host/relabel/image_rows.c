/* image_rows.c - names to rows. */
#include "relabel/image_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "labels/file_names.h"
#include "labels/label_part.h"

enum { ILSVRC_IMAGES = 50000 };

static rs_status parse_list(const rs_file_bytes *bytes, rs_image_rows *images, rs_error *error)
{
    rs_lines lines;
    rs_line line;
    rs_span name;
    bool more = true;
    RS_TRY(rs_lines_open(images->path, bytes->data, bytes->size, &lines, error));
    for (;;) {
        uint32_t index = 0;
        RS_TRY(rs_lines_next(&lines, &line, &more, error));
        if (!more) {
            return RS_OK;
        }
        (void)rs_line_fields(&line, &name, 1);
        const uint32_t before = images->names.count;
        RS_TRY(rs_name_table_add(&images->names, name, &index, error));
        if (images->names.count == before) {
            return rs_fail(
                error, RS_FORMAT, images->path, rs_at_line(line.number), "name each image once",
                "the image %s is already row %" PRIu32 " of the list", RS_SHOW_SPAN(name), index);
        }
    }
}

static rs_status read_list(rs_image_rows *images, uint64_t rows, rs_error *error)
{
    rs_file_bytes bytes;
    RS_TRY(rs_file_read(images->path, RS_LABEL_FILE_BYTES_MAX, &bytes, error));
    rs_status status = parse_list(&bytes, images, error);
    rs_file_bytes_free(&bytes);
    RS_TRY(status);
    images->rows = images->names.count;
    if (rows != 0 && rows != images->rows) {
        return rs_fail(error, RS_MISMATCH, images->path, rs_nowhere(),
                       "name the images in the order of the labels, one a line",
                       "the list has %" PRIu64 " images, the labels have %" PRIu64, images->rows,
                       rows);
    }
    return RS_OK;
}

rs_status rs_image_rows_read(const char *list_path, uint64_t rows, rs_image_rows *images,
                             rs_error *error)
{
    *images = (rs_image_rows){.rows = rows == 0 ? ILSVRC_IMAGES : rows, .names = {.images = true}};
    if (list_path == NULL) {
        return RS_OK;
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_copy_text(&images->path, list_path, error));
    RS_TRY_DONE(read_list(images, rows, error));
    return RS_OK;
done:
    rs_image_rows_clear(images);
    return status;
}

int64_t rs_image_rows_find(const rs_image_rows *images, rs_span name)
{
    if (images->path != NULL) {
        return rs_name_table_find(&images->names, name);
    }
    const uint32_t number = rs_ilsvrc_number(rs_base_name(name));
    return number > images->rows ? -1 : (int64_t)number - 1;
}

uint64_t rs_image_rows_number(const rs_image_rows *images, uint64_t row)
{
    return images->part == NULL ? row : rs_labels_image(images->part, row);
}

rs_span rs_image_rows_name(const rs_image_rows *images, uint64_t row, char out[RS_IMAGE_NAME_BYTES])
{
    const uint64_t number = rs_image_rows_number(images, row);
    if (images->path != NULL) {
        return rs_name_table_get(&images->names, (uint32_t)number);
    }
    const int length =
        snprintf(out, RS_IMAGE_NAME_BYTES, "ILSVRC2012_val_%08" PRIu64 ".JPEG", number + 1);
    return (rs_span){out, (size_t)length};
}

static rs_status fail_unknown(const rs_image_rows *images, const char *file, rs_span name,
                              rs_error *error)
{
    if (images->path != NULL) {
        return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                       "list the file names of all images, in the order of the labels",
                       "the image %s is not in %s", RS_SHOW_SPAN(name), images->path);
    }
    if (rs_ilsvrc_number(rs_base_name(name)) != 0) {
        return rs_fail(error, RS_MISMATCH, file, rs_nowhere(), "give the labels of all images",
                       "the image %s is beyond the %" PRIu64 " labels", RS_SHOW_SPAN(name),
                       images->rows);
    }
    return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                   "give --files LIST: the file names of all images, in the order of the labels",
                   "the image %s has no ILSVRC number that would tell its row", RS_SHOW_SPAN(name));
}

rs_status rs_image_rows_map(const rs_image_rows *images, const rs_pairs *pairs, const char *file,
                            uint32_t **row, rs_error *error)
{
    *row = NULL;
    uint32_t *rows = NULL;
    RS_TRY(RS_NEW(&rows, pairs->images.count, "rows of images", error));
    for (uint32_t i = 0; i < pairs->images.count; ++i) {
        const rs_span name = rs_name_table_get(&pairs->images, i);
        int64_t at = rs_image_rows_find(images, name);
        if (at < 0) {
            free(rows);
            return fail_unknown(images, file, name, error);
        }
        at = images->part == NULL ? at : rs_labels_row_of(images->part, (uint64_t)at);
        rows[i] = at < 0 ? RS_NO_IMAGE_ROW : (uint32_t)at;
    }
    *row = rows;
    return RS_OK;
}

void rs_image_rows_clear(rs_image_rows *images)
{
    rs_name_table_clear(&images->names);
    free(images->path);
    *images = (rs_image_rows){.names = {.images = true}};
}
