/* ranked.c - checks and orders predictions as they are read, a block of rows at a time.
 *
 * Nothing is loaded at open: a file of predictions may be as large as one of logits.
 */
#include "formats/ranked.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/row_value.h"
#include "formats/input.h"

enum { BLOCK_BYTES = 1 << 16, SEEN_BYTES = RS_MAX_COLUMNS / 8 };

typedef struct ranked_rows {
    rs_source base;
    rs_source *classes;
    rs_source *scores; /* or NULL */
    uint32_t class_limit;
    int32_t *class_of; /* [class_limit] of a class map, or NULL */
} ranked_rows;

typedef struct candidate {
    double score;
    int32_t class_index;
} candidate;

/* Memory of one call; calls may run at the same time. */
typedef struct workspace {
    uint8_t *classes;
    uint8_t *scores;
    candidate *row;
    uint8_t *seen; /* a bit for every class */
    uint64_t block_rows;
} workspace;

static void workspace_free(workspace *work)
{
    free(work->classes);
    free(work->scores);
    free(work->row);
    free(work->seen);
}

static rs_status workspace_make(const ranked_rows *ranked, uint64_t rows, workspace *work,
                                rs_error *error)
{
    static const char purpose[] = "a block of predictions";
    const rs_source_info *info = &ranked->classes->info;
    rs_status status = RS_OK;
    *work = (workspace){0};
    work->block_rows = info->row_bytes < BLOCK_BYTES ? BLOCK_BYTES / info->row_bytes : 1;
    work->block_rows = work->block_rows < rows ? work->block_rows : rows;
    RS_TRY_DONE(
        RS_NEW_ROWS(&work->classes, work->block_rows, info->row_bytes, purpose, error));
    if (ranked->scores != NULL) {
        RS_TRY_DONE(RS_NEW_ROWS(&work->scores, work->block_rows, ranked->scores->info.row_bytes,
                                purpose, error));
        RS_TRY_DONE(RS_NEW(&work->row, info->columns, purpose, error));
    }
    status = RS_NEW(&work->seen, SEEN_BYTES, purpose, error);
done:
    if (status != RS_OK) {
        workspace_free(work);
    }
    return status;
}

/* ---- one element ---- */

#define LOAD(type)                       \
    do {                                 \
        type value;                      \
        memcpy(&value, from, sizeof value); \
        *out = (int64_t)value;           \
    } while (0)

/* Inline: what the type is does not change in a row. */
static inline bool load_integer(const uint8_t *from, rs_dtype dtype, int64_t *out)
{
    switch (dtype) {
    case RS_DTYPE_I8:
        LOAD(int8_t);
        return true;
    case RS_DTYPE_U8:
        LOAD(uint8_t);
        return true;
    case RS_DTYPE_I16:
        LOAD(int16_t);
        return true;
    case RS_DTYPE_U16:
        LOAD(uint16_t);
        return true;
    case RS_DTYPE_I32:
        LOAD(int32_t);
        return true;
    case RS_DTYPE_U32:
        LOAD(uint32_t);
        return true;
    case RS_DTYPE_U64:
        LOAD(int64_t);
        return *out >= 0;
    default:
        LOAD(int64_t);
        return true;
    }
}

bool rs_ranked_integer(const uint8_t *from, rs_dtype dtype, int64_t *out)
{
    return load_integer(from, dtype, out);
}

/* ---- one row ---- */

/* Many numbers at once, of the types that programs write; false where one is no class: convert_row
 * says which. Without a question at each element, so that compilers take several at a time. */
#define CONVERT_PLAIN(type, wide)                                                                  \
    for (uint64_t i = 0; i < count; ++i) {                                                         \
        type value;                                                                                \
        memcpy(&value, from + i * sizeof value, sizeof value);                                     \
        beyond |= (wide)value >= (wide)limit; /* negative ones too */                              \
        out[i] = (int32_t)value;                                                                   \
    }                                                                                              \
    return beyond == 0

static bool convert_plain(const ranked_rows *ranked, const uint8_t *from, uint64_t count,
                          int32_t *out)
{
    const uint32_t limit = ranked->class_limit;
    int beyond = 0;
    switch (ranked->classes->info.dtype) {
    case RS_DTYPE_I16:
        CONVERT_PLAIN(int16_t, uint32_t);
    case RS_DTYPE_I32:
        CONVERT_PLAIN(int32_t, uint32_t);
    case RS_DTYPE_I64:
        CONVERT_PLAIN(int64_t, uint64_t);
    default:
        return false;
    }
}

/* A few classes are compared with each other faster than marked in a table. */
static bool few_and_different(const int32_t *classes, uint64_t columns)
{
    enum { FEW = 8 };
    int same = columns > FEW;
    for (uint64_t i = 1; i < columns && columns <= FEW; ++i) {
        for (uint64_t k = 0; k < i; ++k) {
            same |= classes[k] == classes[i];
        }
    }
    return same == 0;
}

static const char *class_advice(const ranked_rows *ranked, int64_t value)
{
    if (value == (int64_t)ranked->class_limit && value < RS_MAX_COLUMNS) {
        return "classes are numbered from 0: where these are numbered from 1, or 0 is a background "
               "class, subtract 1";
    }
    return rs_dtype_bytes(ranked->classes->info.dtype) == 2
               ? "classes are numbered from 0; if these integers are the bits of 16-bit logits, "
                 "give "
                 "--dtype bf16 or f16"
               : "predictions are class indices, numbered from 0; save the logits as floats";
}

static rs_status convert_row(const ranked_rows *ranked, const uint8_t *from, uint64_t row,
                             int32_t *out, rs_error *error)
{
    const rs_source_info *info = &ranked->classes->info;
    const size_t size = rs_dtype_bytes(info->dtype);
    bool missing = false;
    for (uint64_t i = 0; i < info->columns; ++i) {
        int64_t value = 0;
        const bool fits = load_integer(from + i * size, info->dtype, &value);
        if (fits && value == -1 && ranked->classes->may_miss) {
            missing = true;
        } else if (!fits) {
            return rs_fail(error, RS_RANGE, rs_shown_path(info->path), rs_at_row(row),
                           class_advice(ranked, -1),
                           "column %" PRIu64 " holds a number of 64 bits, classes go from 0 to %u",
                           i, ranked->class_limit - 1);
        } else if (value < 0 || value >= (int64_t)ranked->class_limit) {
            return rs_fail(error, RS_RANGE, rs_shown_path(info->path), rs_at_row(row),
                           class_advice(ranked, value),
                           "column %" PRIu64 " holds %" PRId64 ", classes go from 0 to %u", i,
                           value, ranked->class_limit - 1);
        } else if (missing) {
            return rs_fail(
                error, RS_FORMAT, rs_shown_path(info->path), rs_at_row(row), "write the file again",
                "column %" PRIu64 " holds class %" PRId64 " after a missing one", i, value);
        }
        out[i] = (int32_t)value;
    }
    return RS_OK;
}

static rs_status refuse_twice(const ranked_rows *ranked, const int32_t *classes, uint64_t row,
                              uint8_t *seen, rs_error *error)
{
    const rs_source_info *info = &ranked->classes->info;
    uint64_t checked = 0;
    int32_t twice = -1;
    if (few_and_different(classes, info->columns)) {
        return RS_OK;
    }
    for (; checked < info->columns && classes[checked] >= 0 && twice < 0; ++checked) {
        const uint32_t c = (uint32_t)classes[checked];
        const uint8_t bit = (uint8_t)(1u << (c % 8));
        if ((seen[c / 8] & bit) != 0) {
            twice = classes[checked];
        }
        seen[c / 8] |= bit;
    }
    for (uint64_t i = 0; i < checked; ++i) {
        seen[(uint32_t)classes[i] / 8] = 0;
    }
    if (twice < 0) {
        return RS_OK;
    }
    return rs_fail(error, RS_FORMAT, rs_shown_path(info->path), rs_at_row(row),
                   class_advice(ranked, -1), "class %" PRId32 " stands twice in this row", twice);
}

RS_SORTS(compare_candidates, candidate)
{
    RS_ORDER_BY(right->score, left->score);
    return RS_COMPARE(left->class_index, right->class_index);
}

static void order_row(const ranked_rows *ranked, const uint8_t *scores, candidate *row,
                      int32_t *classes)
{
    const rs_source_info *info = &ranked->scores->info;
    bool invalid = false;
    uint64_t count = 0;
    for (; count < info->columns && classes[count] >= 0; ++count) {
        row[count].score = rs_row_value(info->dtype, scores, (uint32_t)count);
        row[count].class_index = classes[count];
        invalid = invalid || row[count].score != row[count].score;
    }
    if (!invalid) {
        qsort(row, (size_t)count, sizeof row[0], compare_candidates);
    }
    for (uint64_t i = 0; i < count; ++i) {
        classes[i] = invalid ? -1 : row[i].class_index;
    }
}

/* ---- a class map ---- */

static rs_status take_map(ranked_rows *ranked, const rs_class_map *map, rs_error *error)
{
    if (map == NULL) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&ranked->class_of, map->columns, "a class map", error));
    memset(ranked->class_of, -1, map->columns * sizeof *ranked->class_of);
    for (uint32_t p = 0; p < map->positions; ++p) {
        for (uint32_t i = map->column_begin[p]; i < map->column_begin[p + 1]; ++i) {
            ranked->class_of[map->column[i]] = map->position_class[p];
        }
    }
    ranked->class_limit = map->columns;
    return RS_OK;
}

/* Best first stays best first. Of two columns of one class the better one is the class, as it is of
 * columns of values. `seen` is empty before and after. */
static void map_row(const ranked_rows *ranked, int32_t *classes, uint8_t *seen)
{
    const uint64_t columns = ranked->base.info.columns;
    uint64_t kept = 0;
    for (uint64_t i = 0; i < columns && classes[i] >= 0; ++i) {
        const int32_t c = ranked->class_of[classes[i]];
        const uint8_t bit = (uint8_t)(1u << (c & 7));
        if (c >= 0 && (seen[c / 8] & bit) == 0) {
            seen[c / 8] |= bit;
            classes[kept++] = c;
        }
    }
    for (uint64_t i = 0; i < kept; ++i) {
        seen[classes[i] / 8] = 0;
    }
    for (uint64_t i = kept; i < columns; ++i) {
        classes[i] = -1;
    }
}

/* ---- the source ---- */

static rs_status read_scores(const ranked_rows *ranked, uint64_t first_row, uint64_t rows,
                             workspace *work, rs_error *error)
{
    uint64_t got = 0;
    RS_TRY(rs_source_read(ranked->scores, first_row, rows, work->scores, &got, error));
    if (got == rows) {
        return RS_OK;
    }
    return rs_fail(error, RS_MISMATCH, rs_shown_path(ranked->scores->path),
                   rs_at_row(first_row + got),
                   "scores and predictions must be of the same images, in the same order",
                   "the scores end before the predictions");
}

static rs_status ranked_block(ranked_rows *ranked, uint64_t first_row, uint64_t rows,
                              workspace *work, int32_t *out, uint64_t *rows_read, rs_error *error)
{
    const uint64_t columns = ranked->base.info.columns;
    RS_TRY(rs_source_read(ranked->classes, first_row, rows, work->classes, rows_read, error));
    if (ranked->scores != NULL) {
        RS_TRY(read_scores(ranked, first_row, *rows_read, work, error));
    }
    const bool plain = convert_plain(ranked, work->classes, *rows_read * columns, out);
    for (uint64_t i = 0; i < *rows_read; ++i) {
        int32_t *to = out + i * columns;
        const uint8_t *from = work->classes + i * ranked->classes->info.row_bytes;
        if (!plain) {
            RS_TRY(convert_row(ranked, from, first_row + i, to, error));
        }
        RS_TRY(refuse_twice(ranked, to, first_row + i, work->seen, error));
        if (ranked->scores != NULL) {
            order_row(ranked, work->scores + i * ranked->scores->info.row_bytes, work->row, to);
        }
        if (ranked->class_of != NULL) {
            map_row(ranked, to, work->seen);
        }
    }
    return RS_OK;
}

static rs_status ranked_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                             uint64_t *rows_read, rs_error *error)
{
    ranked_rows *ranked = (ranked_rows *)source;
    workspace work;
    RS_TRY(workspace_make(ranked, rows, &work, error));
    rs_status status = RS_OK;
    *rows_read = 0;
    while (status == RS_OK && *rows_read < rows) {
        const uint64_t left = rows - *rows_read;
        const uint64_t block = left < work.block_rows ? left : work.block_rows;
        uint64_t got = 0;
        status = ranked_block(ranked, first_row + *rows_read, block, &work,
                              (int32_t *)out + *rows_read * source->info.columns, &got, error);
        *rows_read += got;
        if (got < block) {
            break;
        }
    }
    workspace_free(&work);
    return status;
}

static void ranked_close(rs_source *source)
{
    ranked_rows *ranked = (ranked_rows *)source;
    rs_source_close(ranked->classes);
    rs_source_close(ranked->scores);
    free(ranked->class_of);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable ranked_vtable = {NULL, ranked_read, ranked_close};

static rs_status check_scores(const rs_source_info *classes, const rs_source_info *scores,
                              rs_error *error)
{
    if (scores->content != RS_CONTENT_LOGITS) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(scores->path), rs_nowhere(),
                       "scores are the probabilities or logits beside each predicted class",
                       "scores must be floats, these are of type %s", scores->file_dtype);
    }
    if (scores->columns != classes->columns ||
        (scores->rows != classes->rows && scores->rows != RS_ROWS_UNKNOWN &&
         classes->rows != RS_ROWS_UNKNOWN)) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(scores->path), rs_nowhere(),
                       "every predicted class needs its score",
                       "the scores are %" PRIu64 " x %" PRIu64 ", the predictions %" PRIu64
                       " x %" PRIu64,
                       scores->rows, scores->columns, classes->rows, classes->columns);
    }
    return RS_OK;
}

rs_status rs_ranked_open(rs_source *classes, rs_source *scores, uint32_t class_limit,
                         const rs_class_map *map, rs_source **source, rs_error *error)
{
    ranked_rows *ranked = NULL;
    *source = NULL;
    rs_status status =
        scores == NULL ? RS_OK : check_scores(&classes->info, &scores->info, error);
    if (status == RS_OK) {
        status = RS_NEW(&ranked, 1, "a source", error);
    }
    if (status != RS_OK) {
        rs_source_close(classes);
        rs_source_close(scores);
        return status;
    }
    rs_source_info shape = classes->info;
    shape.dtype = RS_DTYPE_I32;
    status = rs_source_init(&ranked->base, &ranked_vtable, &shape, error);
    ranked->classes = classes;
    ranked->scores = scores;
    ranked->class_limit =
        class_limit == 0 || class_limit > RS_MAX_COLUMNS ? RS_MAX_COLUMNS : class_limit;
    if (status == RS_OK) {
        status = take_map(ranked, map, error);
    }
    if (status != RS_OK) {
        ranked_close(&ranked->base);
        return status;
    }
    (void)snprintf(ranked->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", classes->file_dtype);
    ranked->base.info.bytes = classes->info.bytes;
    ranked->base.info.file_name_order = classes->info.file_name_order;
    ranked->base.names = classes->names;
    ranked->base.repeats = classes->repeats;
    ranked->base.differ = classes->differ;
    ranked->base.longer = classes->longer;
    ranked->base.info.random_access =
        classes->info.random_access && (scores == NULL || scores->info.random_access);
    *source = &ranked->base;
    return RS_OK;
}
