/* parts.c - consecutive row blocks of one model, as one source. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/input.h"
#include "formats/open.h"
#include "formats/source_impl.h"

typedef struct parts_rows {
    rs_source base;
    rs_source **parts;
    size_t part_count;
    uint64_t *
        begin; /* [part_count + 1]; without random access begin[i] is known once part i - 1 ended */
    size_t current;  /* without random access: the part that is being read */
} parts_rows;

/* The part that row `row` is in: the last one that begins at or before it. */
static size_t find_part(const parts_rows *rows_of, uint64_t row)
{
    size_t low = 0;
    size_t high = rows_of->part_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (rows_of->begin[middle] <= row) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static const void *parts_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                              uint64_t *row_stride_bytes)
{
    const parts_rows *rows_of = (const parts_rows *)source;
    if (!source->info.random_access) {
        return NULL;
    }
    const size_t part = find_part(rows_of, first_row);
    return rs_source_view(rows_of->parts[part], first_row - rows_of->begin[part], rows,
                          row_stride_bytes);
}

static rs_status read_random(parts_rows *rows_of, uint64_t first_row, uint64_t rows, uint8_t *out,
                             uint64_t *rows_read, rs_error *error)
{
    size_t part = find_part(rows_of, first_row);
    while (*rows_read < rows) {
        const uint64_t row = first_row + *rows_read;
        uint64_t got = 0;
        RS_TRY(rs_source_read(rows_of->parts[part], row - rows_of->begin[part], rows - *rows_read,
                              out + *rows_read * rows_of->base.info.row_bytes, &got, error));
        *rows_read += got;
        ++part;
    }
    return RS_OK;
}

/* A part may be a stream of unknown length: it ends where it delivers less than it was asked
 * for. */
static rs_status read_in_order(parts_rows *rows_of, uint64_t first_row, uint64_t rows, uint8_t *out,
                               uint64_t *rows_read, rs_error *error)
{
    while (*rows_read < rows && rows_of->current < rows_of->part_count) {
        const size_t part = rows_of->current;
        const uint64_t row = first_row + *rows_read;
        const uint64_t wanted = rows - *rows_read;
        const uint64_t known = rows_of->parts[part]->info.rows;
        uint64_t got = 0;
        if (known != RS_ROWS_UNKNOWN && row - rows_of->begin[part] >= known) {
            rows_of->begin[part + 1] = rows_of->begin[part] + known;
            ++rows_of->current;
            continue;
        }
        RS_TRY(rs_source_read(rows_of->parts[part], row - rows_of->begin[part], wanted,
                              out + *rows_read * rows_of->base.info.row_bytes, &got, error));
        *rows_read += got;
        if (got < wanted) {
            rows_of->begin[part + 1] = row + got;
            ++rows_of->current;
        }
    }
    return RS_OK;
}

static rs_status parts_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                            uint64_t *rows_read, rs_error *error)
{
    parts_rows *rows_of = (parts_rows *)source;
    *rows_read = 0;
    return source->info.random_access
               ? read_random(rows_of, first_row, rows, out, rows_read, error)
               : read_in_order(rows_of, first_row, rows, out, rows_read, error);
}

static void parts_close(rs_source *source)
{
    parts_rows *rows_of = (parts_rows *)source;
    for (size_t i = 0; rows_of->parts != NULL && i < rows_of->part_count; ++i) {
        rs_source_close(rows_of->parts[i]);
    }
    free(rows_of->parts);
    free(rows_of->begin);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable parts_vtable = {parts_view, parts_read, parts_close};

static rs_status check_alike(const rs_source_info *first, const rs_source_info *part,
                             rs_error *error)
{
    if (part->file_name_order) {
        return rs_fail(error, RS_UNSUPPORTED, rs_shown_path(part->path), rs_nowhere(),
                       "join them into one file with one header line",
                       "a CSV of predictions cannot be a part: its rows are sorted by file name");
    }
    if (part->columns != first->columns || part->dtype != first->dtype) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(part->path), rs_nowhere(),
                       part->columns == first->columns
                           ? "save all parts of a model in one type"
                           : "parts are row blocks of one model; give models one by one, without "
                             "--parts",
                       "%" PRIu64 " columns of %s, but the first part has %" PRIu64 " of %s",
                       part->columns, rs_dtype_name(part->dtype), first->columns,
                       rs_dtype_name(first->dtype));
    }
    return RS_OK;
}

static rs_status open_each(parts_rows *rows_of, const char *const *paths, size_t path_count,
                           const rs_source_options *options, rs_error *error)
{
    size_t streams = 0;
    rs_source_options of_part = *options;
    of_part.raw_rows = 0; /* those of the whole */
    for (size_t i = 0; i < path_count; ++i) {
        streams += strcmp(paths[i], "-") == 0 ? 1 : 0;
        if (streams > 1) {
            return rs_fail(error, RS_USAGE, rs_shown_path("-"), rs_nowhere(), "name it once",
                           "standard input can be only one of the parts");
        }
        RS_TRY(rs_open_rows(paths[i], &of_part, &rows_of->parts[i], error));
        rows_of->part_count = i + 1;
        RS_TRY(check_alike(&rows_of->parts[0]->info, &rows_of->parts[i]->info, error));
    }
    return RS_OK;
}

/* Adds up rows and bytes; any part of unknown length makes the whole unknown. */
static rs_status sum_up(parts_rows *rows_of, uint64_t *rows, uint64_t *bytes, bool *random_access,
                        rs_error *error)
{
    *random_access = true;
    for (size_t i = 0; i < rows_of->part_count; ++i) {
        const rs_source_info *info = &rows_of->parts[i]->info;
        rows_of->begin[i] = *rows;
        *random_access = *random_access && info->random_access;
        *bytes += info->bytes;
        if (info->rows == RS_ROWS_UNKNOWN || *rows == RS_ROWS_UNKNOWN) {
            *rows = RS_ROWS_UNKNOWN;
        } else if (*rows + info->rows > RS_MAX_ROWS) {
            return rs_fail(error, RS_RANGE, rs_shown_path(info->path), rs_nowhere(),
                           "score them separately",
                           "with this part there are more than %" PRIu64 " rows", RS_MAX_ROWS);
        } else {
            *rows += info->rows;
        }
    }
    rows_of->begin[rows_of->part_count] = *rows;
    rows_of->begin[0] = 0;
    return RS_OK;
}

static rs_status finish(parts_rows *rows_of, const rs_source_options *options, rs_error *error)
{
    uint64_t rows = 0;
    uint64_t bytes = 0;
    bool random_access = true;
    const rs_source *first = rows_of->parts[0];
    RS_TRY(sum_up(rows_of, &rows, &bytes, &random_access, error));
    if (options->raw_rows > 0 && rows != RS_ROWS_UNKNOWN && rows != options->raw_rows) {
        return rs_fail(error, RS_MISMATCH, rs_shown_path(first->path), rs_nowhere(),
                       "--shape with --parts is the shape of all parts together",
                       "the parts have %" PRIu64 " rows together, --shape says %" PRIu64, rows,
                       options->raw_rows);
    }
    rs_source_info shape = first->info;
    shape.rows = rows;
    const rs_status status = rs_source_init(&rows_of->base, &parts_vtable, &shape, error);
    if (status != RS_OK) {
        return status;
    }
    (void)snprintf(rows_of->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", first->file_dtype);
    rows_of->base.info.bytes = bytes;
    rows_of->base.info.random_access = random_access;
    for (size_t i = 0; i < rows_of->part_count; ++i) {
        rows_of->base.may_miss = rows_of->base.may_miss || rows_of->parts[i]->may_miss;
    }
    return RS_OK;
}

static rs_status open_parts(parts_rows *rows_of, const char *const *paths, size_t path_count,
                            const rs_source_options *options, rs_error *error)
{
    RS_TRY(RS_NEW(&rows_of->parts, path_count, "a list of parts", error));
    RS_TRY(RS_NEW(&rows_of->begin, path_count + 1, "a list of parts", error));
    RS_TRY(open_each(rows_of, paths, path_count, options, error));
    return finish(rows_of, options, error);
}

rs_status rs_source_open_parts(const char *const *paths, size_t path_count,
                               const rs_source_options *options, rs_source **source,
                               rs_error *error)
{
    RS_NEED(source, error);
    *source = NULL;
    if (path_count == 0) { /* also of an empty vector, which has no place */
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "name at least one file",
                       "there are no parts");
    }
    RS_NEED(paths, error);
    RS_TRY(rs_countable(path_count, "path_count", error));
    for (size_t i = 0; i < path_count; ++i) {
        RS_TRY(rs_need(paths[i], "paths[]", error));
    }
    static const rs_source_options defaults = {0};
    parts_rows *rows_of = NULL;
    if (options == NULL) {
        options = &defaults;
    }
    RS_TRY(rs_source_options_check(options, error));
    if (path_count == 1) {
        return rs_source_open(paths[0], options, source, error);
    }
    RS_TRY(RS_NEW(&rows_of, 1, "a source", error));
    const rs_status status = open_parts(rows_of, paths, path_count, options, error);
    if (status != RS_OK) {
        parts_close(&rows_of->base);
        return status;
    }
    return rs_open_ranked(&rows_of->base, options, source, error);
}
