/* set_raters.c - shares of raters against a threshold. */
#include "labels/set_raters.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "formats/open.h"
#include "formats/ranked.h"

typedef struct raters {
    const char *path;
    const rs_source_info *info;
    double threshold;
    double *value; /* [columns] of a row */
    rs_real_sets *sets;
    uint64_t labels, room;
} raters;

static rs_status check_info(const raters *r, uint32_t class_limit, rs_error *error)
{
    if (r->info->columns < 2 || r->info->columns > class_limit) {
        return rs_fail(error, RS_MISMATCH, r->path, rs_nowhere(),
                       "an array for --real holds counts or probabilities of raters, a row an "
                       "image and a column a class",
                       "the array has %" PRIu64 " columns, and there are %" PRIu32 " classes",
                       r->info->columns, class_limit);
    }
    if (r->info->rows == 0 || r->info->rows > UINT32_MAX / r->info->columns) {
        return rs_fail(error, RS_RANGE, r->path, rs_nowhere(), NULL,
                       "%" PRIu64 " rows cannot be label sets", r->info->rows);
    }
    if (r->threshold <= 0.0) {
        return rs_fail(error, RS_USAGE, r->path, rs_nowhere(),
                       "say --real-threshold T: a class is a label where at least the share T "
                       "of an image's raters named it (0.5: half of them)",
                       "counts or probabilities of raters are no label sets yet");
    }
    return RS_OK;
}

static double value_at(const rs_source_info *info, const uint8_t *row, uint32_t column)
{
    int64_t number = 0;
    if (rs_dtype_is_float(info->dtype)) {
        return rs_row_value(info->dtype, row, column);
    }
    return rs_ranked_integer(row + column * rs_dtype_bytes(info->dtype), info->dtype, &number)
               ? (double)number
               : -1.0;
}

static rs_status add_row(raters *r, uint64_t row, const uint8_t *bytes, rs_error *error)
{
    const uint32_t columns = (uint32_t)r->info->columns;
    double sum = 0.0;
    for (uint32_t c = 0; c < columns; ++c) {
        r->value[c] = value_at(r->info, bytes, c);
        if (!(r->value[c] >= 0.0) || isinf(r->value[c])) {
            return rs_fail(error, RS_FORMAT, r->path, rs_at_row(row),
                           "logits and other numbers that can be negative are no raters",
                           "column %" PRIu32 " is no count and no probability", c);
        }
        sum += r->value[c];
    }
    if (r->labels + columns > r->room) {
        r->room = 2 * r->room + columns;
        RS_TRY(RS_GROW(&r->sets->class_index, r->room, "labels", error));
    }
    for (uint32_t c = 0; c < columns && sum > 0.0; ++c) {
        /* divided: of counts 7 / 50 is the number that is written 0.14; 0.14 * 50 is above 7 */
        if (r->value[c] > 0.0 && r->value[c] / sum >= r->threshold) {
            r->sets->class_index[r->labels++] = (int32_t)c;
            r->sets->largest = (int32_t)c > r->sets->largest ? (int32_t)c : r->sets->largest;
        }
    }
    r->sets->begin[row + 1] = (uint32_t)r->labels;
    return RS_OK;
}

static rs_status read_rows(raters *r, rs_source *source, rs_error *error)
{
    uint8_t *bytes = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&r->sets->begin, r->info->rows + 1, "label sets", error));
    RS_TRY_DONE(RS_NEW(&r->value, r->info->columns, "a row", error));
    RS_TRY_DONE(RS_NEW(&bytes, r->info->row_bytes, "a row", error));
    for (uint64_t row = 0; row < r->info->rows; ++row) {
        uint64_t got = 0;
        RS_TRY_DONE(rs_source_read(source, row, 1, bytes, &got, error));
        if (got != 1) {
            RS_TRY_DONE(rs_fail(error, RS_FORMAT, r->path, rs_at_row(row),
                                "the file is truncated; copy it again",
                                "the file ends after %" PRIu64 " rows", row));
        }
        RS_TRY_DONE(add_row(r, row, bytes, error));
    }
    r->sets->rows = (uint32_t)r->info->rows;
done:
    free(bytes);
    free(r->value);
    return status;
}

rs_status rs_set_raters_read(const char *path, uint32_t class_limit, double threshold,
                             rs_real_sets *sets, rs_error *error)
{
    static const rs_source_options options = {0};
    rs_source *source = NULL;
    *sets = (rs_real_sets){.largest = -1};
    RS_TRY(rs_open_rows(path, &options, &source, error));
    raters r = {
        .path = path, .info = rs_source_get_info(source), .threshold = threshold, .sets = sets};
    rs_status status = check_info(&r, class_limit, error);
    if (status == RS_OK) {
        status = read_rows(&r, source, error);
    }
    if (status != RS_OK) {
        rs_real_sets_clear(sets);
    }
    rs_source_close(source);
    return status;
}
