/* row_margins.c - differences of the two largest values. */
#include "relabel/row_margins.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "formats/picked_rows.h"

/* Equal infinities are not ahead of each other. */
static double lead(double first, double second)
{
    return first == second ? 0.0 : first - second;
}

double rs_row_margin(const int32_t *prediction, const double *value, uint32_t keep)
{
    if (prediction[0] < 0) {
        return NAN;
    }
    return keep < 2 || prediction[1] < 0 ? INFINITY : lead(value[0], value[1]);
}

rs_status rs_row_margins_of(const rs_row_results *results, uint64_t rows, double **margin,
                            rs_error *error)
{
    const uint64_t keep = results->keep;
    *margin = NULL;
    RS_TRY(RS_NEW(&*margin, rows, "margins", error));
    for (uint64_t row = 0; row < rows; ++row) {
        (*margin)[row] = rs_row_margin(results->prediction + row * keep,
                                       results->value + row * keep, results->keep);
    }
    return RS_OK;
}

static double margin_of_row(const uint8_t *row, rs_dtype dtype, uint32_t columns)
{
    double first = -INFINITY;
    double second = -INFINITY;
    for (uint32_t column = 0; column < columns; ++column) {
        const double score = rs_row_value(dtype, row, column);
        if (isnan(score)) {
            return NAN;
        }
        if (score > first) {
            second = first;
            first = score;
        } else if (score > second) {
            second = score;
        }
    }
    return columns < 2 ? INFINITY : lead(first, second);
}

static rs_status read_rows(rs_source *source, uint64_t rows, double *margin, rs_error *error)
{
    enum { BLOCK_ROWS = 1024 };
    const rs_source_info *const info = rs_source_get_info(source);
    uint8_t *block = NULL;
    RS_TRY(RS_NEW_ROWS(&block, BLOCK_ROWS, info->row_bytes, "a block of scores", error));
    rs_status status = RS_OK;
    for (uint64_t row = 0; row < rows;) {
        uint64_t got = 0;
        const uint64_t wanted = rows - row < BLOCK_ROWS ? rows - row : BLOCK_ROWS;
        RS_TRY_DONE(rs_source_read(source, row, wanted, block, &got, error));
        if (got < wanted) {
            status = rs_fail(error, RS_MISMATCH, info->path, rs_at_row(row + got),
                             "give scores for every row", "the scores end after %" PRIu64 " rows",
                             row + got);
            goto done;
        }
        for (uint64_t i = 0; i < got; ++i) {
            margin[row + i] =
                margin_of_row(block + i * info->row_bytes, info->dtype, (uint32_t)info->columns);
        }
        row += got;
    }
done:
    free(block);
    return status;
}

static rs_status read_all(const char *path, const char *tensor, uint64_t rows, double **margin,
                          rs_error *error)
{
    const rs_source_options options = {.tensor = tensor};
    rs_source *source = NULL;
    double *made = NULL;
    *margin = NULL;
    RS_TRY(rs_source_open(path, &options, &source, error));
    const rs_source_info *const info = rs_source_get_info(source);
    rs_status status = RS_OK;
    if (info->content != RS_CONTENT_LOGITS || info->rows != rows) {
        status = rs_fail(error, RS_MISMATCH, path, rs_nowhere(), "give scores for every row",
                         "these are no scores of %" PRIu64 " rows", rows);
        goto done;
    }
    RS_TRY_DONE(RS_NEW(&made, rows, "margins", error));
    RS_TRY_DONE(read_rows(source, rows, made, error));
    *margin = made;
    made = NULL;
done:
    free(made);
    rs_source_close(source);
    return status;
}

rs_status rs_row_margins_read(const char *path, const char *tensor, uint64_t rows,
                              const rs_source *predictions, double **margin, rs_error *error)
{
    uint64_t all = 0;
    double *of_all = NULL;
    const uint64_t *const picked = rs_picked_rows_get(predictions, &all);
    if (picked == NULL) {
        return read_all(path, tensor, rows, margin, error);
    }
    *margin = NULL;
    RS_TRY(read_all(path, tensor, all, &of_all, error));
    if (of_all == NULL) {
        return RS_OK; /* no rows */
    }
    const rs_status status = RS_NEW(margin, rows, "margins", error);
    for (uint64_t i = 0; status == RS_OK && i < rows; ++i) {
        (*margin)[i] = of_all[picked[i]];
    }
    free(of_all);
    return status;
}
