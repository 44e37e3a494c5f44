/* average_precision.c - the first reading collects each class's scores of the rows that have it in
 * their set, which are few; the second counts for each of these how many rows have at least this
 * score. So memory follows the label sets and not the logits, and a column is never sorted.
 */
#include "evaluate/average_precision.h"

#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/row_value.h"
#include "engine/score_rows.h"
#include "evaluate/source_check.h"
#include "formats/row_span.h"

enum { BLOCK_BYTES = 1 << 20 };

/* Those of class c begin at begin[c]: count[c] different ones, the largest first. */
typedef struct score_table {
    uint64_t *begin; /* [classes + 1] room for as many as there are sets with the class */
    uint64_t *count; /* [classes] */
    double *score;
    uint64_t *positives; /* rows with the class in their set and this score */
    uint64_t *rows;      /* rows with this score, or one above it and below the one before */
    uint64_t valid;      /* rows read */
} score_table;

static rs_status make_table(const rs_precision_rows *of, score_table *table, rs_error *error)
{
    const rs_label_view *const labels = of->labels;
    RS_TRY(RS_NEW(&table->begin, (uint64_t)labels->classes + 1, "classes", error));
    RS_TRY(RS_NEW(&table->count, labels->classes, "classes", error));
    const uint64_t first = labels->real_begin[of->rows.begin];
    const uint64_t end = labels->real_begin[of->rows.end];
    for (uint64_t k = first; k < end; ++k) {
        ++table->begin[labels->real_class[k] + 1];
    }
    for (uint32_t c = 0; c < labels->classes; ++c) {
        table->begin[c + 1] += table->begin[c];
    }
    RS_TRY(RS_NEW(&table->score, end - first, "scores", error));
    RS_TRY(RS_NEW(&table->positives, end - first, "scores", error));
    return RS_NEW(&table->rows, end - first, "scores", error);
}

static void clear_table(score_table *table)
{
    free(table->begin);
    free(table->count);
    free(table->score);
    free(table->positives);
    free(table->rows);
}

/* ---- reading ---- */

typedef struct row_reader {
    const rs_precision_rows *of;
    uint32_t width; /* values a row has after the class map */
    void *buffer;
    void *mapped;
    double *value; /* [width] */
} row_reader;

static rs_status make_reader(const rs_precision_rows *of, uint64_t block_rows, row_reader *reader,
                             rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(of->source);
    *reader = (row_reader){.of = of};
    reader->width = of->map == NULL ? (uint32_t)info->columns : of->map->positions;
    RS_TRY(RS_NEW(&reader->value, reader->width, "a row", error));
    RS_TRY(rs_alloc_aligned(&reader->mapped, 1, info->row_bytes, "a row", error));
    return rs_alloc_aligned(&reader->buffer, block_rows, info->row_bytes, "rows", error);
}

static void clear_reader(row_reader *reader)
{
    free(reader->buffer);
    free(reader->mapped);
    free(reader->value);
}

/* False: it holds a NaN. */
static bool take_values(row_reader *reader, const void *row)
{
    const rs_dtype dtype = rs_source_get_info(reader->of->source)->dtype;
    if (reader->of->map != NULL) {
        rs_map_row(reader->of->map, dtype, row, reader->mapped);
        row = reader->mapped;
    }
    bool valid = true;
    for (uint32_t p = 0; p < reader->width; ++p) {
        reader->value[p] = rs_row_value(dtype, row, p);
        valid = valid && !isnan(reader->value[p]);
    }
    return valid;
}

typedef void take_row(const row_reader *reader, uint64_t row, score_table *table);

static void read_block(row_reader *reader, const rs_row_span *span, uint64_t first, take_row *take,
                       score_table *table)
{
    const uint32_t *const set = reader->of->labels->real_begin;
    for (uint64_t i = 0; i < span->count; ++i) {
        const uint64_t row = first + i;
        const bool has_set = set[row + 1] > set[row];
        if (has_set && take_values(reader, span->first + i * span->stride_bytes)) {
            take(reader, row, table);
        }
    }
}

/* Every valid row with a label set. */
static rs_status read_rows(row_reader *reader, uint64_t block_rows, take_row *take,
                           score_table *table, rs_error *error)
{
    const rs_precision_rows *const of = reader->of;
    const rs_source_info *const info = rs_source_get_info(of->source);
    const uint64_t end = of->rows.end;
    rs_row_span span = {0};
    for (uint64_t first = of->rows.begin; first < end; first += span.count) {
        const uint64_t wanted = end - first < block_rows ? end - first : block_rows;
        if (of->stop != NULL && *of->stop != 0) {
            return rs_fail(error, RS_INTERRUPTED, info->path, rs_nowhere(),
                           "run the same command again",
                           "stopped before all rows were read for the average precision");
        }
        RS_TRY(rs_row_span_take(of->source, first, wanted, reader->buffer, &span, error));
        if (span.count == 0) {
            return rs_source_fail_rows(info, first, end, error);
        }
        read_block(reader, &span, first, take, table);
    }
    return RS_OK;
}

/* ---- counting ---- */

static void take_positives(const row_reader *reader, uint64_t row, score_table *table)
{
    const rs_label_view *const labels = reader->of->labels;
    const rs_class_map *const map = reader->of->map;
    for (uint32_t k = labels->real_begin[row]; k < labels->real_begin[row + 1]; ++k) {
        const int32_t class = labels->real_class[k];
        const int32_t position = map == NULL ? class : map->class_position[class];
        if (position >= 0) {
            const uint64_t at = table->begin[class] + table->count[class]++;
            table->score[at] = reader->value[position];
        }
    }
    ++table->valid;
}

/* Equal scores become one; both zeros are equal. */
static void sort_scores(const rs_label_view *labels, score_table *table)
{
    for (uint32_t c = 0; c < labels->classes; ++c) {
        double *const score = table->score + table->begin[c];
        uint64_t *const positives = table->positives + table->begin[c];
        uint64_t different = 0;
        qsort(score, table->count[c], sizeof *score, rs_descending_f64);
        for (uint64_t i = 0; i < table->count[c]; ++i) {
            if (different == 0 || score[different - 1] > score[i]) {
                score[different++] = score[i];
            }
            ++positives[different - 1];
        }
        table->count[c] = different;
    }
}

/* Where the first of `count` scores, the largest first, stands that is not above the value; the
 * last one is not. Without a branch, for which half it is in nobody can guess. */
static uint64_t find_reached(const double *score, uint64_t count, double value)
{
    uint64_t at = 0;
    while (count > 1) {
        const uint64_t half = count / 2;
        at += score[at + half - 1] > value ? half : 0;
        count -= half;
    }
    return at;
}

/* The row counts at the largest of each class's scores that it reaches. */
static void count_row(const row_reader *reader, uint64_t row, score_table *table)
{
    (void)row;
    const rs_class_map *const map = reader->of->map;
    for (uint32_t p = 0; p < reader->width; ++p) {
        const uint32_t class = map == NULL ? p : (uint32_t)map->position_class[p];
        const double *const score = table->score + table->begin[class];
        const uint64_t count = table->count[class];
        if (count > 0 && reader->value[p] >= score[count - 1]) {
            ++table->rows[table->begin[class] + find_reached(score, count, reader->value[p])];
        }
    }
}

static double precision_of(const score_table *table, uint32_t class)
{
    double sum = 0;
    uint64_t right = 0;
    uint64_t reached = 0;
    for (uint64_t k = 0; k < table->count[class]; ++k) {
        const uint64_t at = table->begin[class] + k;
        right += table->positives[at];
        reached += table->rows[at];
        sum += (double)table->positives[at] * ((double)right / (double)reached);
    }
    return sum / (double)right;
}

static void average(const rs_label_view *labels, const score_table *table,
                    rs_mean_precision *found)
{
    double sum = 0;
    for (uint32_t c = 0; c < labels->classes; ++c) {
        if (table->count[c] > 0) {
            sum += precision_of(table, c);
            ++found->classes;
        }
    }
    if (found->classes == 0) {
        found->reason = "no class has a column and a row that has it in its label set";
        return;
    }
    found->mean = sum / found->classes;
    found->rows = table->valid;
    found->mean_error.reason = "the scores of all classes are of the same rows: no formula";
}

rs_status rs_average_precision(const rs_precision_rows *of, rs_mean_precision *found,
                               rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(of->source);
    *found = (rs_mean_precision){.measured = true};
    if (info->content != RS_CONTENT_LOGITS || !info->random_access) {
        found->reason = info->content != RS_CONTENT_LOGITS
                            ? "ranked predictions have no score for each class"
                            : "rows of a stream cannot be read again";
        return RS_OK;
    }
    const uint64_t block_rows = BLOCK_BYTES / (info->row_bytes + 1) + 1;
    score_table table = {0};
    row_reader reader = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(make_table(of, &table, error));
    RS_TRY_DONE(make_reader(of, block_rows, &reader, error));
    RS_TRY_DONE(read_rows(&reader, block_rows, take_positives, &table, error));
    sort_scores(of->labels, &table);
    RS_TRY_DONE(read_rows(&reader, block_rows, count_row, &table, error));
    average(of->labels, &table, found);
done:
    clear_reader(&reader);
    clear_table(&table);
    return status;
}
