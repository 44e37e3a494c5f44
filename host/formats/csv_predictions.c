/* csv_predictions.c - predictions as a table, one line for each:
 *
 *     file_name,predicted_class,predicted_probability
 *     ILSVRC2012_val_00000293.JPEG,0,0.8736
 *
 * The lines of one file are its predictions, ranked by probability. Rows come out in the order of
 * the base names, which for the validation set is the order of the labels: the lines are read,
 * sorted by file and rank, and cut into rows.
 *
 * Rows keep their own length: padding happens when they are read, so that one long row among many
 * costs nothing.
 */
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/csv_lines.h"
#include "formats/format_table.h"
#include "formats/source_impl.h"

enum { FIRST_READ_BYTES = 1 << 16, FIRST_ENTRIES = 1024, SEEN_BYTES = RS_MAX_COLUMNS / 8 };
static const uint64_t text_bytes_max = UINT64_C(1) << 30;

enum { CELL_FILE = 0, CELL_CLASS, CELL_PROBABILITY, CELL_KINDS };
static const char *const cell_names[CELL_KINDS] = {"file_name", "predicted_class",
                                                   "predicted_probability"};

typedef struct entry {
    const char *path; /* as the line has it */
    const char *name; /* its last component */
    double probability;
    int32_t class_index;
    uint64_t line;
} entry;

typedef struct table {
    const char *file; /* for messages */
    char *text;
    uint64_t text_bytes;
    locale_t plain_numbers; /* "0.5" is a number wherever we are */
    entry *entries;
    uint64_t entry_count;
    uint64_t entry_capacity;
    size_t cell_at[CELL_KINDS];
    size_t cell_count; /* of the header */
} table;

typedef struct csv_rows {
    rs_source base;
    uint64_t *begin; /* [rows + 1] */
    int32_t *classes;
    const char **names; /* [rows]; they stand in the text */
    char *text;
} csv_rows;

/* Does the first line name the columns? */
bool rs_csv_is_predictions(const uint8_t *data, size_t size)
{
    char line[256];
    while (size > 0 && (*data == '\r' || *data == '\n')) {
        ++data;
        --size;
    }
    const size_t room = size < sizeof line - 1 ? size : sizeof line - 1;
    if (room == 0) {
        return false;
    }
    memcpy(line, data, room);
    line[room] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return strstr(line, cell_names[CELL_FILE]) != NULL && strstr(line, "predicted_") != NULL;
}

static rs_status fail_line(const table *from, uint64_t line, const char *advice, const char *what,
                           rs_error *error)
{
    return rs_fail(error, RS_FORMAT, from->file, rs_at_line(line), advice, "%s", what);
}

/* ---- the text ---- */

static rs_status read_text(rs_input *input, table *to, rs_error *error)
{
    uint64_t capacity = input->regular ? input->size + 1 : FIRST_READ_BYTES;
    size_t got = 0;
    do {
        capacity = capacity > text_bytes_max + 1 ? text_bytes_max + 1 : capacity;
        RS_TRY(RS_GROW(&to->text, capacity + 1, "a CSV file", error));
        RS_TRY(rs_input_next(input, to->text + to->text_bytes,
                             (size_t)(capacity - to->text_bytes), &got, error));
        to->text_bytes += got;
        if (to->text_bytes > text_bytes_max) {
            return rs_fail(error, RS_RANGE, to->file, rs_at_byte(text_bytes_max),
                           "save the predictions as an integer .npy",
                           "the file holds more than %" PRIu64 " bytes", text_bytes_max);
        }
        capacity *= 2;
    } while (to->text_bytes == capacity / 2);
    to->text[to->text_bytes] = '\0';
    const char *zero = memchr(to->text, '\0', (size_t)to->text_bytes);
    if (zero != NULL) {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_byte((uint64_t)(zero - to->text)),
                       "the file is damaged or not UTF-8; save it again",
                       "a CSV file cannot hold a zero byte");
    }
    return RS_OK;
}

static rs_status read_header(table *to, rs_csv_lines *lines, rs_error *error)
{
    bool more = false;
    RS_TRY(rs_csv_next(lines, &more, error));
    to->cell_count = lines->cell_count;
    for (size_t kind = 0; kind < CELL_KINDS; ++kind) {
        size_t found = 0;
        for (size_t i = 0; i < lines->cell_count; ++i) {
            if (strcmp(lines->cells[i], cell_names[kind]) == 0) {
                to->cell_at[kind] = i;
                ++found;
            }
        }
        if (found != 1) {
            return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                           "the first line must be file_name,predicted_class,predicted_probability",
                           "the header %s \"%s\"", found == 0 ? "lacks" : "has twice the column",
                           cell_names[kind]);
        }
    }
    return RS_OK;
}

static bool parse_class(const char *text, int32_t *out)
{
    uint32_t value = 0;
    for (const char *c = text; *c != '\0'; ++c) {
        if (*c < '0' || *c > '9') {
            return false;
        }
        value = value * 10 + (uint32_t)(*c - '0');
        if (value >= RS_MAX_COLUMNS) {
            return false;
        }
    }
    *out = (int32_t)value;
    return *text != '\0';
}

static bool parse_probability(const table *from, const char *text, double *out)
{
    char *end = NULL;
    if (*text == '\0' || strchr(" \t", *text) != NULL) {
        return false;
    }
    *out = strtod_l(text, &end, from->plain_numbers);
    return *end == '\0';
}

static rs_status add_entry(table *to, const rs_csv_lines *lines, rs_error *error)
{
    if (to->entry_count == to->entry_capacity) {
        const uint64_t capacity = to->entry_count == 0 ? FIRST_ENTRIES : to->entry_count * 2;
        RS_TRY(RS_GROW(&to->entries, capacity, "the lines of a CSV file", error));
        to->entry_capacity = capacity;
    }
    if (lines->cell_count != to->cell_count) {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                       "quote cells that hold commas; is the file complete?",
                       "the line has %zu cells, the header %zu", lines->cell_count, to->cell_count);
    }
    entry *item = &to->entries[to->entry_count];
    *item = (entry){.path = lines->cells[to->cell_at[CELL_FILE]], .line = lines->line};
    const char *slash = strrchr(item->path, '/');
    item->name = slash == NULL ? item->path : slash + 1;
    if (*item->name == '\0') {
        return fail_line(to, lines->line, "every prediction needs its image",
                         "the file name is empty", error);
    }
    const char *class_text = lines->cells[to->cell_at[CELL_CLASS]];
    if (!parse_class(class_text, &item->class_index)) {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                       "write class indices, numbered from 0",
                       "\"%.60s\" is no class from 0 to %u", class_text, RS_MAX_COLUMNS - 1);
    }
    const char *probability = lines->cells[to->cell_at[CELL_PROBABILITY]];
    if (!parse_probability(to, probability, &item->probability)) {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                       "write probabilities as plain numbers, for example 0.8736",
                       "\"%.60s\" is no number", probability);
    }
    ++to->entry_count;
    return RS_OK;
}

static rs_status read_entries(table *to, rs_error *error)
{
    rs_csv_lines lines;
    bool more = false;
    rs_csv_begin(&lines, to->file, to->text);
    RS_TRY(read_header(to, &lines, error));
    RS_TRY(rs_csv_next(&lines, &more, error));
    while (more) {
        RS_TRY(add_entry(to, &lines, error));
        RS_TRY(rs_csv_next(&lines, &more, error));
    }
    if (to->entry_count == 0) {
        return fail_line(to, lines.line, "save the predictions again",
                         "no prediction follows the header", error);
    }
    return RS_OK;
}

/* ---- from lines to rows ---- */

/* By file; then a NaN, the larger probability, the lower class, the earlier line. */
static int compare_entries(const void *a, const void *b)
{
    const entry *left = a;
    const entry *right = b;
    const int names = strcmp(left->name, right->name);
    if (names != 0) {
        return names;
    }
    const int nan_left = isnan(left->probability) ? 1 : 0;
    const int nan_right = isnan(right->probability) ? 1 : 0;
    if (nan_left != nan_right) {
        return nan_right - nan_left;
    }
    if (nan_left == 0 && left->probability != right->probability) {
        return left->probability > right->probability ? -1 : 1;
    }
    if (left->class_index != right->class_index) {
        return left->class_index < right->class_index ? -1 : 1;
    }
    return (left->line > right->line) - (left->line < right->line);
}

/* The predictions of one file: the same path on every line, no class twice. */
static rs_status check_row(const table *from, const entry *row, uint64_t count, uint8_t *seen,
                           rs_error *error)
{
    for (uint64_t i = 1; i < count; ++i) {
        if (strcmp(row[i].path, row[0].path) != 0) {
            return rs_fail(error, RS_FORMAT, from->file, rs_at_line(row[i].line),
                           "rows are put into the order of the file names, which must differ",
                           "\"%.100s\" and \"%.100s\" (line %" PRIu64 ") have the same name",
                           row[i].path, row[0].path, row[0].line);
        }
    }
    uint64_t twice = count;
    for (uint64_t i = 0; i < count && twice == count; ++i) {
        const uint32_t c = (uint32_t)row[i].class_index;
        const uint8_t bit = (uint8_t)(1u << (c % 8));
        twice = (seen[c / 8] & bit) != 0 ? i : count;
        seen[c / 8] |= bit;
    }
    for (uint64_t i = 0; i < count && i <= twice; ++i) {
        seen[(uint32_t)row[i].class_index / 8] = 0;
    }
    if (twice == count) {
        return RS_OK;
    }
    uint64_t first = 0;
    while (row[first].class_index != row[twice].class_index) {
        ++first;
    }
    const uint64_t lines[2] = {row[first].line, row[twice].line};
    const unsigned later = lines[1] > lines[0] ? 1 : 0;
    return rs_fail(error, RS_FORMAT, from->file, rs_at_line(lines[later]),
                   "keep one of the two; is the table of one model?",
                   "class %" PRId32 " of \"%.100s\" stands on line %" PRIu64 " already",
                   row[twice].class_index, row[0].name, lines[1 - later]);
}

static uint64_t row_length(const table *from, uint64_t at)
{
    uint64_t end = at + 1;
    while (end < from->entry_count &&
           strcmp(from->entries[end].name, from->entries[at].name) == 0) {
        ++end;
    }
    return end - at;
}

static rs_status cut_rows(const table *from, csv_rows *rows_of, uint8_t *seen, uint64_t *rows,
                          uint64_t *columns, rs_error *error)
{
    for (uint64_t at = 0; at < from->entry_count;) {
        const entry *row = &from->entries[at];
        const uint64_t count = row_length(from, at);
        RS_TRY(check_row(from, row, count, seen, error));
        const bool invalid = isnan(row[0].probability) != 0;
        for (uint64_t i = 0; i < count; ++i) {
            rows_of->classes[at + i] = invalid ? -1 : row[i].class_index;
        }
        rows_of->names[*rows] = row[0].path;
        rows_of->begin[(*rows)++] = at;
        *columns = count > *columns ? count : *columns;
        at += count;
    }
    rows_of->begin[*rows] = from->entry_count;
    return RS_OK;
}

static rs_status make_rows(const table *from, csv_rows *rows_of, uint64_t *rows, uint64_t *columns,
                           rs_error *error)
{
    uint8_t *seen = NULL;
    qsort(from->entries, (size_t)from->entry_count, sizeof(entry), compare_entries);
    RS_TRY(RS_NEW(&rows_of->begin, from->entry_count + 1, "rows", error));
    RS_TRY(RS_NEW(&rows_of->classes, from->entry_count, "rows", error));
    RS_TRY(RS_NEW(&rows_of->names, from->entry_count, "rows", error));
    RS_TRY(RS_NEW(&seen, SEEN_BYTES, "a set of classes", error));
    const rs_status status = cut_rows(from, rows_of, seen, rows, columns, error);
    free(seen);
    return status;
}

/* ---- the source ---- */

static rs_status csv_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                          uint64_t *rows_read, rs_error *error)
{
    (void)error;
    const csv_rows *rows_of = (const csv_rows *)source;
    int32_t *to = out;
    for (uint64_t row = first_row; row < first_row + rows; ++row) {
        const uint64_t begin = rows_of->begin[row];
        const uint64_t count = rows_of->begin[row + 1] - begin;
        for (uint64_t i = 0; i < source->info.columns; ++i) {
            *to++ = i < count ? rows_of->classes[begin + i] : -1;
        }
    }
    *rows_read = rows;
    return RS_OK;
}

static void csv_close(rs_source *source)
{
    csv_rows *rows_of = (csv_rows *)source;
    free(rows_of->begin);
    free(rows_of->classes);
    free(rows_of->names);
    free(rows_of->text);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable csv_vtable = {NULL, csv_read, csv_close};

static rs_status open_rows(const rs_input *input, table *from, rs_source **source,
                           rs_error *error)
{
    csv_rows *rows_of = NULL;
    uint64_t rows = 0;
    uint64_t columns = 0;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&rows_of, 1, "a source", error));
    RS_TRY_DONE(make_rows(from, rows_of, &rows, &columns, error));
    RS_TRY_DONE(rs_source_init(&rows_of->base, &csv_vtable, input->path, "csv", RS_DTYPE_I32, rows,
                               columns, error));
    (void)snprintf(rows_of->base.file_dtype, RS_FILE_DTYPE_BYTES, "text");
    rows_of->base.info.bytes = from->text_bytes;
    rows_of->base.info.random_access = true;
    rows_of->base.info.file_name_order = true;
    rows_of->base.may_miss = true;
    rows_of->base.names = rows_of->names;
    rows_of->text = from->text;
    from->text = NULL;
    *source = &rows_of->base;
    return RS_OK;
done:
    csv_close(&rows_of->base);
    return status;
}

/* int32 rows, best first, -1 after the last one; a file with a NaN among its probabilities is a row
 * without predictions. The text is read whole. */
rs_status rs_csv_open(rs_input *input, const rs_source_options *options, rs_source **source,
                      rs_error *error)
{
    (void)options; /* a table says all of itself */
    table from = {.file = input->name};
    *source = NULL;
    from.plain_numbers = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (from.plain_numbers == (locale_t)0) {
        return rs_fail_memory(error, 0, "a locale");
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(read_text(input, &from, error));
    RS_TRY_DONE(read_entries(&from, error));
    status = open_rows(input, &from, source, error);
done:
    freelocale(from.plain_numbers);
    free(from.entries);
    free(from.text);
    return status;
}
