/* trend_csv.c - lines into entries, entries of two files into points. */
#include "analyse/trend_csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/text.h"
#include "formats/csv_lines.h"

/* The columns a file may have. */
enum {
    CELL_MODEL = 0,
    CELL_SIZE,
    CELL_CROP,
    CELL_IMAGENET,
    CELL_REAL,
    CELL_TOP1,
    CELL_DIFF,
    CELL_GROUP,
    CELL_KINDS
};
static const char *const cell_names[CELL_KINDS] = {
    "model", "img_size", "crop_pct", "imagenet_top1", "real_top1", "top1", "top1_diff", NULL};

/* What is taken of a line. Cells are "" where the file lacks the column. */
typedef struct trend_entry {
    const char *cell[CELL_CROP + 1]; /* model, size, crop */
    const char *group;               /* NULL: not asked for */
    double value[2];                 /* ImageNet, ReaL, as written */
    bool present;
    size_t line;
    bool matched; /* it has a partner in the other file */
} trend_entry;

typedef struct trend_file {
    const char *file;
    const char *group; /* the name of the column CELL_GROUP; NULL: none */
    trend_entry *entry;
    size_t count;
    uint64_t capacity;
    bool joined;        /* only entries with a partner count */
    size_t cell_count;  /* of the header */
    int at[CELL_KINDS]; /* -1: no such column */
    int wanted[2];      /* kinds of the accuracies that this file gives; -1: none */
} trend_file;

/* ---- the header ---- */

static rs_status fail_columns(const trend_file *from, const rs_csv_lines *header, bool two_files,
                              rs_error *error)
{
    if (two_files) {
        return rs_fail(error, RS_FORMAT, from->file, rs_at_line(1),
                       rs_csv_advice(header, "of two files each needs the columns model and top1"),
                       "the header lacks model or an accuracy");
    }
    if (from->at[CELL_MODEL] >= 0 && from->at[CELL_TOP1] >= 0) {
        return rs_fail(error, RS_FORMAT, from->file, rs_at_line(1),
                       "give two files, the ImageNet results first: results-imagenet.csv "
                       "results-imagenet-real.csv",
                       "the file has only one accuracy, top1");
    }
    return rs_fail(error, RS_FORMAT, from->file, rs_at_line(1),
                   rs_csv_advice(header, "reassess merge writes a file with these columns"),
                   "the header lacks model, imagenet_top1 or real_top1");
}

static rs_status read_header(trend_file *to, rs_csv_lines *lines, bool two_files, int side,
                             rs_error *error)
{
    bool more = false;
    RS_TRY(rs_csv_next(lines, &more, error));
    to->cell_count = lines->cell_count;
    for (int kind = 0; kind < CELL_KINDS; ++kind) {
        const char *const name = kind == CELL_GROUP ? to->group : cell_names[kind];
        to->at[kind] = -1;
        for (size_t i = 0; i < lines->cell_count && name != NULL; ++i) {
            if (strcmp(lines->cells[i], name) != 0) {
                continue;
            }
            if (to->at[kind] >= 0) {
                return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line), NULL,
                               "the header has the column %s twice", name);
            }
            to->at[kind] = (int)i;
        }
    }
    to->wanted[0] = two_files && side == 1 ? -1 : CELL_IMAGENET;
    to->wanted[1] = two_files && side == 0 ? -1 : CELL_REAL;
    for (int i = 0; i < 2; ++i) {
        if (two_files && to->wanted[i] >= 0 && to->at[to->wanted[i]] < 0) {
            to->wanted[i] = CELL_TOP1;
        }
        if (to->at[CELL_MODEL] < 0 || (to->wanted[i] >= 0 && to->at[to->wanted[i]] < 0)) {
            return fail_columns(to, lines, two_files, error);
        }
    }
    return RS_OK;
}

/* ---- numbers ---- */

/* A plain decimal number, commas between its digits left out. */
static bool parse_number(const char *text, double *out)
{
    char plain[64];
    size_t length = 0;
    for (const char *c = text; *c != '\0'; ++c) {
        const bool digit = *c >= '0' && *c <= '9';
        if (*c == ',' && c > text && c[-1] >= '0' && c[-1] <= '9' && c[1] >= '0' && c[1] <= '9') {
            continue;
        }
        if ((!digit && strchr("+-.eE", *c) == NULL) || length == sizeof plain - 1) {
            return false;
        }
        plain[length++] = *c;
    }
    plain[length] = '\0';
    char *end = NULL;
    *out = strtod(plain, &end);
    return length > 0 && *end == '\0';
}

static rs_status take_accuracy(const trend_file *from, const rs_csv_lines *lines, int kind,
                               trend_entry *entry, int side, rs_error *error)
{
    const char *cell = lines->cells[from->at[kind]];
    if (*cell == '\0') {
        entry->present = false;
        return RS_OK;
    }
    if (strchr(cell, ',') != NULL || !parse_number(cell, &entry->value[side])) {
        return rs_fail(error, RS_FORMAT, from->file, rs_at_line(lines->line),
                       "write accuracies as plain numbers, for example 81.2",
                       "\"%.60s\" in column %s is no number", cell, cell_names[kind]);
    }
    if (!(entry->value[side] >= 0.0 && entry->value[side] <= 100.0)) {
        return rs_fail(error, RS_RANGE, from->file, rs_at_line(lines->line),
                       "accuracies are percent from 0 to 100, or fractions from 0 to 1",
                       "%.60s in column %s is no accuracy", cell, cell_names[kind]);
    }
    return RS_OK;
}

/* ---- lines ---- */

static rs_status add_entry(trend_file *to, const rs_csv_lines *lines, rs_error *error)
{
    if (lines->cell_count != to->cell_count) {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line),
                       "quote cells that hold commas; is the file complete?",
                       "the line has %zu cells, the header %zu", lines->cell_count, to->cell_count);
    }
    RS_TRY(RS_ROOM(&to->entry, to->count, &to->capacity, "models", error));
    trend_entry *const entry = &to->entry[to->count];
    *entry = (trend_entry){.present = true, .line = (size_t)lines->line};
    for (int kind = CELL_MODEL; kind <= CELL_CROP; ++kind) {
        entry->cell[kind] = to->at[kind] < 0 ? "" : lines->cells[to->at[kind]];
    }
    const char *const name = entry->cell[CELL_MODEL];
    if (name[0] == '\'' && name[1] != '\0' && strchr("=+-@", name[1]) != NULL) {
        entry->cell[CELL_MODEL] = name + 1; /* as merge guards it from spreadsheets */
    }
    if (to->at[CELL_GROUP] >= 0) {
        const char *const cell = lines->cells[to->at[CELL_GROUP]];
        entry->group = *cell != '\0' ? cell : entry->cell[CELL_MODEL];
    }
    if (*entry->cell[CELL_MODEL] == '\0') {
        return rs_fail(error, RS_FORMAT, to->file, rs_at_line(lines->line), NULL,
                       "the model has no name");
    }
    for (int side = 0; side < 2; ++side) {
        if (to->wanted[side] >= 0) {
            RS_TRY(take_accuracy(to, lines, to->wanted[side], entry, side, error));
        }
    }
    ++to->count;
    return RS_OK;
}

static rs_status read_entries(const rs_trend_text *text, bool two_files, int side,
                              const char *group, trend_file *to, rs_error *error)
{
    rs_csv_lines lines;
    bool more = true;
    *to = (trend_file){.file = text->file, .group = group};
    rs_csv_begin(&lines, text->file, text->text);
    RS_TRY(read_header(to, &lines, two_files, side, error));
    for (;;) {
        RS_TRY(rs_csv_next(&lines, &more, error));
        if (!more) {
            break;
        }
        RS_TRY(add_entry(to, &lines, error));
    }
    if (to->count == 0) {
        return rs_fail(error, RS_FORMAT, to->file, rs_nowhere(), NULL, "the file lists no model");
    }
    return RS_OK;
}

/* ---- two files into one ---- */

/* Numbers compare by value, so that 1.0 is 1.000, and come before other texts. */
static int compare_cells(const char *a, const char *b)
{
    double left = 0.0;
    double right = 0.0;
    const bool left_number = parse_number(a, &left);
    const bool right_number = parse_number(b, &right);
    if (left_number != right_number) {
        return left_number ? -1 : 1;
    }
    return left_number ? RS_COMPARE(left, right) : strcmp(a, b);
}

static int by_key(const void *left, const void *right)
{
    const trend_entry *const a = *(trend_entry *const *)left;
    const trend_entry *const b = *(trend_entry *const *)right;
    int order = strcmp(a->cell[CELL_MODEL], b->cell[CELL_MODEL]);
    for (int kind = CELL_SIZE; order == 0 && kind <= CELL_CROP; ++kind) {
        order = compare_cells(a->cell[kind], b->cell[kind]);
    }
    return order;
}

static rs_status list_by_key(const trend_file *from, trend_entry ***list, rs_error *error)
{
    RS_TRY(RS_NEW(list, from->count, "models", error));
    for (size_t i = 0; i < from->count; ++i) {
        (*list)[i] = &from->entry[i];
    }
    qsort(*list, from->count, sizeof **list, by_key);
    return RS_OK;
}

/* The entries of a file by their key; one key twice is refused. */
static rs_status sort_entries(const trend_file *from, trend_entry ***out, rs_error *error)
{
    trend_entry **sorted = NULL;
    RS_TRY(list_by_key(from, &sorted, error));
    for (size_t i = 1; i < from->count; ++i) {
        if (by_key(&sorted[i - 1], &sorted[i]) == 0) {
            const size_t first = sorted[i - 1]->line;
            const size_t second = sorted[i]->line;
            const rs_status status =
                rs_fail(error, RS_MISMATCH, from->file, rs_at_line(first > second ? first : second),
                        "keep one of them",
                        "%.200s stands also on line %zu, with the same img_size and crop_pct",
                        sorted[i]->cell[CELL_MODEL], first > second ? second : first);
            free(sorted);
            return status;
        }
    }
    *out = sorted;
    return RS_OK;
}

/* A column that only one of the files has tells nothing apart. */
static void drop_lone_columns(trend_file *files)
{
    for (int kind = CELL_SIZE; kind <= CELL_CROP; ++kind) {
        if ((files[0].at[kind] < 0) == (files[1].at[kind] < 0)) {
            continue;
        }
        for (int side = 0; side < 2; ++side) {
            for (size_t i = 0; i < files[side].count; ++i) {
                files[side].entry[i].cell[kind] = "";
            }
        }
    }
}

/* Only timm's file by ReaL labels has a column with the difference to the other one. */
static rs_status check_order(const trend_file *files, rs_error *error)
{
    if (files[0].at[CELL_DIFF] >= 0 && files[1].at[CELL_DIFF] < 0) {
        return rs_fail(error, RS_USAGE, files[0].file, rs_at_line(1),
                       "give the ImageNet results first",
                       "the column top1_diff says that this is the ReaL file");
    }
    return RS_OK;
}

/* The second file's accuracies into the first one's entries. */
static rs_status join(trend_file *files, rs_trend_table *table, rs_error *error)
{
    trend_entry **sorted[2] = {NULL, NULL};
    size_t matched = 0;
    rs_status status = RS_OK;
    drop_lone_columns(files);
    RS_TRY_DONE(sort_entries(&files[0], &sorted[0], error));
    RS_TRY_DONE(sort_entries(&files[1], &sorted[1], error));
    for (size_t a = 0, b = 0; a < files[0].count && b < files[1].count;) {
        /* NOLINTBEGIN(clang-analyzer-core.NullDereference): both were made, else it is done */
        trend_entry *const first = sorted[0][a];
        const trend_entry *const second = sorted[1][b];
        /* NOLINTEND(clang-analyzer-core.NullDereference) */
        const int order = by_key(&sorted[0][a], &sorted[1][b]);
        if (order == 0) {
            first->value[1] = second->value[1];
            first->present = first->present && second->present;
            first->matched = true;
            ++matched;
        }
        a += order <= 0;
        b += order >= 0;
    }
    table->only[0] = files[0].count - matched;
    table->only[1] = files[1].count - matched;
    if (matched == 0) {
        status = rs_fail(error, RS_MISMATCH, files[1].file, rs_nowhere(),
                         "models are matched by model, img_size and crop_pct",
                         "no model of it is in %s", files[0].file);
    }
done:
    free(sorted[0]);
    free(sorted[1]);
    return status;
}

/* ---- entries into points ---- */

static rs_status choose_unit(const trend_file *from, rs_trend_unit unit, rs_trend_table *table,
                             rs_error *error)
{
    table->percent = unit == RS_TREND_UNIT_PERCENT;
    for (size_t i = 0; i < from->count; ++i) {
        const trend_entry *entry = &from->entry[i];
        if (!entry->present || (entry->value[0] <= 1.0 && entry->value[1] <= 1.0)) {
            continue;
        }
        if (unit == RS_TREND_UNIT_FRACTION) {
            return rs_fail(error, RS_RANGE, from->file, rs_at_line(entry->line),
                           "leave out --unit, or say --unit percent",
                           "an accuracy of %.60s is above 1", entry->cell[CELL_MODEL]);
        }
        table->percent = true;
    }
    return RS_OK;
}

static bool is_repeated(const trend_file *from, trend_entry *const *sorted, size_t at)
{
    const char *name = sorted[at]->cell[CELL_MODEL];
    return (at > 0 && strcmp(name, sorted[at - 1]->cell[CELL_MODEL]) == 0) ||
           (at + 1 < from->count && strcmp(name, sorted[at + 1]->cell[CELL_MODEL]) == 0);
}

static rs_status make_name(const trend_entry *entry, char **out, rs_error *error)
{
    if (*entry->cell[CELL_SIZE] == '\0' && *entry->cell[CELL_CROP] == '\0') {
        return rs_copy_text(out, entry->cell[CELL_MODEL], error);
    }
    const bool both = *entry->cell[CELL_SIZE] != '\0' && *entry->cell[CELL_CROP] != '\0';
    return rs_format_text(out, error, "%s (%s%s%s)", entry->cell[CELL_MODEL],
                          entry->cell[CELL_SIZE], both ? ", " : "", entry->cell[CELL_CROP]);
}

static bool is_taken(const trend_file *from, const trend_entry *entry)
{
    return entry->present && (entry->matched || !from->joined);
}

/* Different models among the entries that are taken. */
static size_t count_models(const trend_file *from, trend_entry *const *sorted)
{
    const char *last = NULL;
    size_t models = 0;
    for (size_t i = 0; i < from->count; ++i) {
        const char *const name = sorted[i]->cell[CELL_MODEL];
        if (is_taken(from, sorted[i]) && (last == NULL || strcmp(name, last) != 0)) {
            last = name;
            ++models;
        }
    }
    return models;
}

/* `names` [count] by entry: NULL where the model's own name is unique. */
static rs_status name_repeated(const trend_file *from, char **names, size_t *models,
                               rs_error *error)
{
    trend_entry **sorted = NULL;
    RS_TRY(list_by_key(from, &sorted, error));
    *models = count_models(from, sorted);
    rs_status status = RS_OK;
    for (size_t i = 0; status == RS_OK && i < from->count; ++i) {
        if (is_repeated(from, sorted, i)) {
            status = make_name(sorted[i], &names[sorted[i] - from->entry], error);
        }
    }
    free(sorted);
    return status;
}

static rs_status make_points(const trend_file *from, rs_trend_table *table, rs_error *error)
{
    RS_TRY(RS_NEW(&table->name, from->count, "names of models", error));
    RS_TRY(RS_NEW(&table->point, from->count, "models", error));
    char **names = NULL;
    RS_TRY(RS_NEW(&names, from->count, "names of models", error));
    rs_status status = name_repeated(from, names, &table->models, error);
    const double scale = table->percent ? 100.0 : 1.0;
    for (size_t i = 0; i < from->count; ++i) {
        const trend_entry *entry = &from->entry[i];
        if (status != RS_OK || !is_taken(from, entry)) {
            table->without_value += entry->present ? 0 : 1;
            free(names[i]);
            continue;
        }
        char **const name = &table->name[table->count];
        *name = names[i];
        if (*name == NULL) {
            status = rs_copy_text(name, entry->cell[CELL_MODEL], error);
        }
        table->point[table->count] = (rs_trend_point){.name = *name,
                                                      .imagenet = entry->value[0] / scale,
                                                      .real = entry->value[1] / scale,
                                                      .group = entry->group};
        ++table->count;
    }
    free(names);
    return status;
}

rs_status rs_trend_table_parse(const rs_trend_text *imagenet, const rs_trend_text *real,
                               rs_trend_unit unit, const char *group, rs_trend_table *table,
                               rs_error *error)
{
    trend_file files[2] = {{0}, {0}};
    const bool two_files = real != NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(read_entries(imagenet, two_files, 0, group, &files[0], error));
    const bool is_column = group == NULL || files[0].at[CELL_GROUP] >= 0;
    if (!is_column && strcmp(group, "family") != 0) {
        status = rs_usage(error, "--group %.60s: %.200s has no such column; name one, or family",
                          group, imagenet->file);
        goto done;
    }
    if (two_files) {
        RS_TRY_DONE(read_entries(real, two_files, 1, NULL, &files[1], error));
        RS_TRY_DONE(check_order(files, error));
        RS_TRY_DONE(join(files, table, error));
        files[0].joined = true;
    }
    RS_TRY_DONE(choose_unit(&files[0], unit, table, error));
    RS_TRY_DONE(make_points(&files[0], table, error));
    if (!is_column) {
        status = rs_trend_table_find_families(table, error);
    }
done:
    free(files[0].entry);
    free(files[1].entry);
    return status;
}
