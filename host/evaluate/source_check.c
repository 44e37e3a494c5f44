/* source_check.c - do source and labels belong together? */
#include "evaluate/source_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/convert_advice.h"
#include "formats/input.h"
#include "tally/set_counts.h"

enum { FEW_COLUMNS = 10 }; /* rather predictions than logits */

/* Columns are images. The line that turns it reads NumPy's files. */
static rs_status fail_transposed(const rs_source_info *info, uint64_t images, rs_error *error)
{
    char line[RS_ERROR_TEXT_BYTES];
    const bool numpy = info->format != NULL && strncmp(info->format, "np", 2) == 0;
    const char *const columns = info->content == RS_CONTENT_PREDICTIONS ? "prediction" : "class";
    (void)snprintf(line, sizeof line, "save it with a row for each image and a column for each %s",
                   columns);
    return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                   numpy ? rs_convert_line(RS_ADVICE_TRANSPOSED, info->path, line) : line,
                   "%" PRIu64 " rows and %" PRIu64 " columns, but the labels have %" PRIu64
                   " images: the file looks transposed",
                   info->rows, info->columns, images);
}

static bool has_class(const rs_label_view *labels, int32_t c)
{
    for (uint64_t i = 0; i < labels->rows; ++i) {
        if (labels->original[i] == c || rs_set_holds(labels, i, c)) {
            return true;
        }
    }
    return false;
}

rs_status rs_source_check_columns(const rs_class_map *map, const rs_label_view *labels,
                                  const rs_source_info *info, rs_error *error)
{
    if (map != NULL && map->classes != labels->classes) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                       "make the class map for these labels",
                       "the class map is for %" PRIu32 " classes, the labels have %" PRIu32,
                       map->classes, labels->classes);
    }
    if (info->content == RS_CONTENT_PREDICTIONS) {
        return RS_OK;
    }
    if (map != NULL && map->columns != info->columns) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                       "the class map needs a line for every column",
                       "%" PRIu64 " columns, but the class map has %" PRIu32 " lines",
                       info->columns, map->columns);
    }
    if (map == NULL && info->columns == labels->rows && info->rows == labels->classes &&
        info->columns != labels->classes) {
        return fail_transposed(info, labels->rows, error);
    }
    if (map == NULL && info->columns != labels->classes) {
        const char *advice = "say with --class-map which class each column is, or with --classes "
                             "how many classes the labels have";
        if (info->columns == (uint64_t)labels->classes + 1) {
            advice = "one column more than classes is often a background class in front: give "
                     "--class-map a file of -1, 0, 1, 2, ..., or, where it is the last column, of "
                     "0, 1, 2, ..., -1; row numbers and labels beside the logits likewise";
        } else if (info->columns + 1 == (uint64_t)labels->classes && !has_class(labels, 0)) {
            advice = "no label is class 0: are they numbered from 1? Number them from 0";
        } else if (info->columns <= FEW_COLUMNS && labels->classes > 2 * FEW_COLUMNS) {
            advice = "so few are rather ranked class indices, which are saved as integers, "
                     "numbered from 0; logits have a column for each class";
        }
        return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(), advice,
                       "%" PRIu64 " columns, but the labels have %" PRIu32 " classes",
                       info->columns, labels->classes);
    }
    return RS_OK;
}

rs_status rs_source_fail_rows(const rs_source_info *info, uint64_t rows, uint64_t label_rows,
                              rs_error *error)
{
    if (info->content == RS_CONTENT_PREDICTIONS && info->columns == label_rows) {
        return fail_transposed(info, label_rows, error);
    }
    if (rows > label_rows && label_rows > 0 && rows % label_rows == 0) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                       "every image needs one row: where these are views of each image (flips, "
                       "crops), average them first; where images come again (a padded sampler), "
                       "say so with --deal, or --order with a list that names the image of every "
                       "row; is a file named twice?",
                       "%" PRIu64 " rows, but the labels have %" PRIu64 ", which is %" PRIu64
                       " for each",
                       rows, label_rows, rows / label_rows);
    }
    return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_nowhere(),
                   "every image needs its row: name some images with --subset LIST, or --limit N; "
                   "blocks of one model are --parts; rows that repeat images (a padded sampler) "
                   "are --deal, or --order with a list that names the image of every row",
                   "%" PRIu64 " rows, but the labels have %" PRIu64, rows, label_rows);
}

rs_status rs_source_check_end(rs_source *source, rs_row_range rows, uint64_t label_rows,
                              rs_error *error)
{
    const rs_source_info *info = rs_source_get_info(source);
    const bool unknown = info->rows == RS_ROWS_UNKNOWN;
    if (info->random_access || (unknown ? rows.end != label_rows : rows.end >= info->rows)) {
        return RS_OK;
    }
    void *row = NULL;
    RS_TRY(rs_alloc(&row, info->row_bytes, 1, "a row", error));
    uint64_t more = 0;
    const rs_status status =
        rs_source_read(source, unknown ? rows.end : info->rows - 1, 1, row, &more, error);
    free(row);
    RS_TRY(status);
    if (unknown && more > 0) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(info->path), rs_at_row(rows.end),
                       "the labels belong to another set, or two models were sent in one stream",
                       "the stream goes on after the %" PRIu64 " rows of the labels", rows.end);
    }
    return RS_OK;
}
