/* csv_predictions.c - predictions as a table: a line for each,
 *
 *     filename,index,prob
 *     ILSVRC2012_val_00000293.JPEG,0,0.8736
 *
 * or a line for each image, with columns index_0, index_1, ... or with lists in the cells, as
 * pandas writes them: "[0 391 758]", "[0, 391, 758]". csv_columns.c knows what columns are called.
 * The predictions of an image are ranked by probability, without one by their order. Rows come out
 * in the order of the base names: the lines are read, sorted by file, and cut into rows. An image
 * that comes again counts once. Where no column names images every line is one, in the order of the
 * file.
 *
 * Rows keep their own length: padding happens when they are read, so that one long row among many
 * costs nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/synset_id.h"
#include "base/utf8.h"
#include "formats/convert_advice.h"
#include "formats/csv_table.h"
#include "formats/format_table.h"
#include "formats/source_impl.h"

enum { FIRST_READ_BYTES = 1 << 16, LOOK_EVERY_LINES = 1 << 12 };
static const uint64_t text_bytes_max = UINT64_C(1) << 30;

typedef struct csv_rows {
    rs_source base;
    rs_csv_cut cut;
    char *text; /* names stand in it */
} csv_rows;

/* Tables that we write have columns of such names too, and are to be replaced by those of
 * the next run: no model is called so. */
static bool is_own_table(const char *line, size_t length)
{
    static const char *const begins[] = {"model,", "class,wnid,name,", "row,image,reason,",
                                         "image,name,against_label,"};
    bool own = false;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; ++i) {
        const size_t bytes = strlen(begins[i]);
        own = own || (length >= bytes && memcmp(line, begins[i], bytes) == 0);
    }
    return own;
}

/* Does the first line name the columns? Without one of them the error says which. */
bool rs_csv_is_predictions(const uint8_t *data, size_t size)
{
    if (size == 0) { /* of no bytes the address may be NULL, to which nothing may be added */
        return false;
    }
    const uint8_t *const end = data + size;
    data = rs_after_bom(data, end);
    while (data < end && (*data == '\r' || *data == '\n')) {
        ++data;
    }
    size_t length = 0;
    while (data + length < end && data[length] != '\r' && data[length] != '\n') {
        if (data[length] < ' ' && data[length] != '\t') {
            return false;
        }
        ++length;
    }
    static const char own[] = "predicted_";
    const char *const line = (const char *)data;
    if (length == 0 || is_own_table(line, length)) {
        return false;
    }
    return rs_csv_separator(line, length) != '\0' ||
           (memmem(line, length, own, sizeof own - 1) != NULL &&
            memmem(line, length, "file_name", 9) != NULL);
}

static rs_status fail_line(const rs_csv_table *from, uint64_t line, const char *advice,
                           const char *what, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, from->file, rs_at_line(line), advice, "%s", what);
}

/* ---- the text ---- */

static rs_status read_text(rs_input *input, rs_csv_table *to, rs_error *error)
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

static rs_status read_header(rs_csv_table *to, rs_csv_lines *lines, rs_error *error)
{
    bool more = false;
    lines->at += strspn(lines->at, "\r\n");
    const char separator = rs_csv_separator(lines->at, strcspn(lines->at, "\r\n"));
    lines->separator = separator != '\0' ? separator : ',';
    RS_TRY(rs_csv_next(lines, &more, error));
    return rs_csv_columns_find(lines, separator != '\0', &to->columns, error);
}

/* Also "498.0": a column that had a gap once is one of floats to pandas. */
static bool parse_class(const char *text, int32_t *out)
{
    uint32_t value = 0;
    const char *const point = strchr(text, '.');
    if (point != NULL && (point == text || point[1 + strspn(point + 1, "0")] != '\0')) {
        return false;
    }
    for (const char *c = text; *c != '\0' && c != point; ++c) {
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

static bool parse_probability(const rs_csv_table *from, char *text, double *out)
{
    char *end = NULL;
    if (*text == '\0' || strchr(" \t", *text) != NULL) {
        return false;
    }
    char *const comma = from->columns.separator == ';' ? strchr(text, ',') : NULL;
    if (comma != NULL) { /* where commas are decimal points, cells are parted by semicolons */
        *comma = '.';
    }
    *out = strtod_l(text, &end, from->plain_numbers);
    return *end == '\0';
}

static rs_status add_entry(rs_csv_table *to, const rs_csv_lines *lines, const rs_csv_entry *made,
                           rs_error *error)
{
    RS_TRY(RS_ROOM(&to->entries, to->entry_count, &to->entry_capacity, "the lines of a CSV file",
                   error));
    rs_csv_entry *const item = &to->entries[to->entry_count];
    *item = *made;
    item->line = lines->line;
    item->serial = to->entry_count++;
    return RS_OK;
}

/* A class and its score as texts; `score` is NULL where there are none. */
static rs_status add_prediction(rs_csv_table *to, const rs_csv_lines *lines, rs_csv_entry *made,
                                char *class_text, char *score, rs_error *error)
{
    double number = 0.0;
    if (!parse_class(class_text, &made->class_index)) {
        if (to->columns.numbered && strchr(class_text, '.') != NULL &&
            parse_probability(to, class_text, &number)) { /* class_0, class_1, ... hold logits */
            return rs_fail_convert(RS_ADVICE_TABLE, to->file, rs_at_line(lines->line), error);
        }
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                       rs_is_synset_id(class_text)
                           ? "write class indices, numbered from 0: the places of these ids among "
                             "all, sorted"
                           : "write class indices, numbered from 0",
                       "\"%.60s\" is no class from 0 to %u", class_text, RS_MAX_COLUMNS - 1);
    }
    if (score != NULL && !parse_probability(to, score, &made->probability)) {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                       "write probabilities as plain numbers, for example 0.8736",
                       "\"%.60s\" is no number", score);
    }
    return add_entry(to, lines, made, error);
}

/* ---- lists in a cell ---- */

static bool is_list(const char *cell)
{
    return *cell == '[' || *cell == '(';
}

/* The next item of "[1, 2 3]", NUL-terminated where it stands; NULL at the end. */
static char *next_item(char **at)
{
    char *const item = *at + strspn(*at, "[(, \t\r\n");
    if (*item == '\0' || *item == ']' || *item == ')') {
        return NULL;
    }
    char *const end = item + strcspn(item, ", \t\r\n])");
    *at = end;
    if (*end == ',' || *end == ' ' || *end == '\t' || *end == '\r' || *end == '\n') {
        *end = '\0';
        *at = end + 1;
    } else if (*end != '\0') { /* the list ends here, and with it the cell */
        *end = '\0';
        *at = end;
    }
    return item;
}

static rs_status add_list(rs_csv_table *to, const rs_csv_lines *lines, rs_csv_entry *made,
                          char *classes, char *scores, rs_error *error)
{
    char *item = next_item(&classes);
    made->together = true;
    if (item == NULL) {
        return fail_line(to, lines->line, "every image needs a prediction",
                         "the list of classes is empty", error);
    }
    while (item != NULL) {
        char *const score = scores == NULL ? NULL : next_item(&scores);
        if (strcmp(item, "...") == 0 || (scores != NULL && score == NULL)) {
            return fail_line(to, lines->line,
                             "write one column for each, as index_0, index_1, ...",
                             score == NULL && scores != NULL
                                 ? "the lists of classes and scores are not of one length"
                                 : "the list was shortened to \"...\" when it was written",
                             error);
        }
        RS_TRY(add_prediction(to, lines, made, item, score, error));
        item = next_item(&classes);
    }
    return scores == NULL || next_item(&scores) == NULL
               ? RS_OK
               : fail_line(to, lines->line, "write one column for each, as index_0, index_1, ...",
                           "the lists of classes and scores are not of one length", error);
}

static rs_status take_name(const rs_csv_table *to, const rs_csv_lines *lines, rs_csv_entry *made,
                           rs_error *error)
{
    made->path = lines->cells[to->columns.file];
    const char *const slash = strrchr(made->path, '/');
    made->name = slash == NULL ? made->path : slash + 1;
    return *made->name != '\0' ? RS_OK
                                : fail_line(to, lines->line, "every prediction needs its image",
                                            "the file name is empty", error);
}

static rs_status take_line(rs_csv_table *to, const rs_csv_lines *lines, rs_error *error)
{
    const rs_csv_columns *const columns = &to->columns;
    if (lines->cell_count != columns->cell_count) {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                       "quote cells that hold commas; is the file complete?",
                       "the line has %zu cells, the header %zu", lines->cell_count,
                       columns->cell_count);
    }
    rs_csv_entry made = {.together = columns->numbered};
    if (columns->file != RS_CSV_NO_FILE) {
        RS_TRY(take_name(to, lines, &made, error));
    }
    for (size_t r = 0; r < columns->ranks; ++r) {
        char *const classes = lines->cells[columns->class_at[r]];
        char *const scores = columns->scored ? lines->cells[columns->score_at[r]] : NULL;
        RS_TRY(is_list(classes) ? add_list(to, lines, &made, classes, scores, error)
                                : add_prediction(to, lines, &made, classes, scores, error));
    }
    return RS_OK;
}

static rs_status read_entries(rs_csv_table *to, rs_error *error)
{
    rs_csv_lines lines;
    bool more = false;
    rs_csv_begin(&lines, to->file, to->text);
    RS_TRY(read_header(to, &lines, error));
    RS_TRY(rs_csv_next(&lines, &more, error));
    while (more) {
        RS_TRY(lines.line % LOOK_EVERY_LINES == 0 ? rs_input_look(to->input, error) : RS_OK);
        RS_TRY(take_line(to, &lines, error));
        RS_TRY(rs_csv_next(&lines, &more, error));
    }
    if (to->entry_count == 0) {
        return fail_line(to, lines.line, "save the predictions again",
                         "no prediction follows the header", error);
    }
    return RS_OK;
}

/* ---- the source ---- */

static rs_status csv_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                          uint64_t *rows_read, rs_error *error)
{
    (void)error;
    const csv_rows *rows_of = (const csv_rows *)source;
    int32_t *to = out;
    for (uint64_t row = first_row; row < first_row + rows; ++row) {
        const uint64_t begin = rows_of->cut.begin[row];
        const uint64_t count = rows_of->cut.begin[row + 1] - begin;
        for (uint64_t i = 0; i < source->info.columns; ++i) {
            *to++ = i < count ? rows_of->cut.classes[begin + i] : -1;
        }
    }
    *rows_read = rows;
    return RS_OK;
}

static void csv_close(rs_source *source)
{
    csv_rows *rows_of = (csv_rows *)source;
    rs_csv_cut_clear(&rows_of->cut);
    free(rows_of->text);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable csv_vtable = {NULL, csv_read, csv_close};

static rs_status open_rows(const rs_input *input, rs_csv_table *from, rs_source **source,
                           rs_error *error)
{
    csv_rows *rows_of = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&rows_of, 1, "a source", error));
    RS_TRY_DONE(rs_csv_cut_rows(from, &rows_of->cut, error));
    const rs_source_info shape = {
        .path = input->path,
        .format = "csv",
        .dtype = RS_DTYPE_I32,
        .rows = rows_of->cut.rows,
        .columns = rows_of->cut.columns,
    };
    RS_TRY_DONE(rs_source_init(&rows_of->base, &csv_vtable, &shape, error));
    (void)snprintf(rows_of->base.file_dtype, RS_FILE_DTYPE_BYTES, "text");
    rows_of->base.info.bytes = from->text_bytes;
    rows_of->base.info.random_access = true;
    rows_of->base.may_miss = true;
    if (from->columns.file != RS_CSV_NO_FILE) {
        rows_of->base.info.file_name_order = true;
        rows_of->base.names = rows_of->cut.names;
    }
    rows_of->base.repeats = from->repeats;
    rows_of->base.differ = from->differ;
    rows_of->base.longer = from->longer;
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
    rs_csv_table from = {.file = input->name, .input = input};
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
