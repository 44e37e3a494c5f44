/* leaderboard.c - see leaderboard.h. */
#include "report/leaderboard.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/csv_cell.h"
#include "base/error.h"
#include "base/hash.h"
#include "report/cells.h"
#include "report/record_fields.h"
#include "report/record_sets.h"

/* ---- CSV ---- */

/* Names of all metrics, each once, in the order of the records. */
static const char **list_metrics(const rs_record *const *records, size_t count, size_t *name_count,
                                 rs_text *out)
{
    const char **names = NULL;
    *name_count = 0;
    if (!RS_TEXT_NEW(out, &names, RS_METRICS_MAX * (uint64_t)count, "names of metrics")) {
        return NULL;
    }
    for (size_t i = 0; i < count; ++i) {
        for (uint32_t m = 0; m < records[i]->metric_count; ++m) {
            const char *const name = records[i]->metric[m].name;
            size_t at = 0;
            while (at < *name_count && strcmp(names[at], name) != 0) {
                ++at;
            }
            names[at] = name;
            *name_count += at == *name_count;
        }
    }
    return names;
}

static void add_percent(rs_text *out, double value)
{
    rs_text_printf(out, ",%.4f", 100.0 * value);
}

/* What lies at the field, as it is. */
static void add_plain(const rs_record *record, const rs_record_field *field, rs_text *out)
{
    const void *const at = rs_record_at(record, field->at);
    switch (field->kind) {
    case RS_FIELD_TEXT:
        rs_text_add(out, ",");
        rs_text_csv_cell(out, *(const char *const *)at);
        return;
    case RS_FIELD_HASH:
        rs_text_printf(out, ",%s", RS_HASH_TEXT(*(const uint64_t *)at));
        return;
    case RS_FIELD_COUNT:
        rs_text_printf(out, ",%" PRIu64, *(const uint64_t *)at);
        return;
    default: /* numbers: a test looks that columns are of these kinds */
        rs_text_printf(out, ",%.6f", *(const double *)at);
        return;
    }
}

/* Of a metric, its value. */
static double number_of(const rs_record *record, const rs_record_field *field)
{
    const void *const at = rs_record_at(record, field->at);
    return field->kind == RS_FIELD_METRIC ? ((const rs_metric *)at)->value : *(const double *)at;
}

static void add_fixed(const rs_record *record, rs_text *out)
{
    size_t count;
    const rs_record_column *const column = rs_record_columns(&count);
    for (size_t i = 0; i < count; ++i) {
        const rs_record_field *const field =
            rs_record_field_find(column[i].section, column[i].field);
        if (field == NULL || !rs_record_field_has(record, field)) {
            rs_text_add(out, ",");
        } else if (field->kind == RS_FIELD_ERROR_BAR) {
            const rs_error_bar *const bar = rs_record_at(record, field->at);
            const bool percent = column[i].form == RS_COLUMN_PERCENT;
            rs_text_printf(out, percent ? ",%.4f" : ",%.6f",
                           bar->stderr_value * (percent ? 100.0 : 1.0));
        } else if (column[i].form == RS_COLUMN_PERCENT) {
            add_percent(out, number_of(record, field));
        } else {
            add_plain(record, field, out);
        }
    }
}

/* ---- further label sets ---- */

/* By the original labels all sets say the same. */
static bool is_by_sets(const char *metric)
{
    return strncmp(metric, "real_", 5) == 0;
}

static void add_set_headings(const rs_set_names *sets, const char *const *names, size_t name_count,
                             rs_text *out)
{
    for (size_t s = 0; s < sets->count; ++s) {
        for (size_t m = 0; m < name_count; ++m) {
            if (is_by_sets(names[m])) {
                rs_text_printf(out, ",%s.%s", sets->name[s], names[m]);
            }
        }
    }
}

static void add_set_cells(const rs_record *record, const rs_set_names *sets,
                          const char *const *names, size_t name_count, rs_text *out)
{
    for (size_t s = 0; s < sets->count; ++s) {
        const rs_record *const set = rs_record_find_set(record, sets->name[s]);
        for (size_t m = 0; m < name_count; ++m) {
            const rs_metric *const metric =
                set == NULL ? NULL : rs_record_metric(set, names[m]);
            if (is_by_sets(names[m]) && metric != NULL) {
                add_percent(out, metric->value);
            } else if (is_by_sets(names[m])) {
                rs_text_add(out, ",");
            }
        }
    }
}

static void add_line(const rs_record *record, const char *const *names, size_t name_count,
                     const rs_set_names *sets, rs_text *out)
{
    rs_text_csv_cell(out, record->model);
    for (size_t m = 0; m < name_count; ++m) {
        const rs_metric *const metric = rs_record_metric(record, names[m]);
        if (metric == NULL) {
            rs_text_add(out, ",");
        } else {
            add_percent(out, metric->value);
        }
    }
    add_fixed(record, out);
    add_set_cells(record, sets, names, name_count, out);
    rs_text_add(out, "\n");
}

void rs_merged_csv(const rs_record *const *records, size_t count, rs_text *out)
{
    size_t name_count = 0;
    const char **const names = list_metrics(records, count, &name_count, out);
    rs_text_add(out, "model");
    for (size_t m = 0; m < name_count; ++m) {
        rs_text_add(out, ",");
        rs_text_csv_cell(out, names[m]);
    }
    size_t columns;
    const rs_record_column *const column = rs_record_columns(&columns);
    for (size_t i = 0; i < columns; ++i) {
        rs_text_printf(out, ",%s", column[i].name);
    }
    const rs_set_names sets = rs_records_sets(records, count);
    add_set_headings(&sets, names, name_count, out);
    rs_text_add(out, "\n");
    for (size_t i = 0; i < count; ++i) {
        add_line(records[i], names, name_count, &sets, out);
    }
    free(names);
}

/* ---- the table ---- */

/* Of the calibration, of which less is better. */
typedef struct calibration_column {
    const char *name;
    size_t value; /* offsets in rs_calibration */
    size_t has;   /* a bool; else a number of rows */
    bool is_share;
} calibration_column;

static const calibration_column calibrations[] = {
    {"ece", offsetof(rs_calibration, ece), offsetof(rs_calibration, has_ece), true},
    {"real_ece", offsetof(rs_calibration, real_ece), offsetof(rs_calibration, has_real_ece), true},
    {"nll", offsetof(rs_calibration, nll), offsetof(rs_calibration, nll_rows), false},
    {"real_nll", offsetof(rs_calibration, real_nll), offsetof(rs_calibration, real_nll_rows),
     false},
};
enum { CALIBRATIONS = sizeof calibrations / sizeof calibrations[0] };

static const calibration_column *find_calibration(const char *name)
{
    size_t i = 0;
    while (i < CALIBRATIONS && strcmp(calibrations[i].name, name) != 0) {
        ++i;
    }
    return i < CALIBRATIONS ? &calibrations[i] : NULL;
}

static bool has_calibration(const rs_record *record, const calibration_column *column)
{
    const char *const at = (const char *)&record->calibration + column->has;
    return record->calibration.measured &&
           (column->is_share ? *(const bool *)(const void *)at
                             : *(const uint64_t *)(const void *)at > 0);
}

/* Of the record's sections, not of its metrics. */
static const char precision_name[] = "average_precision";

static bool has_precision(const rs_record *record)
{
    return record->precision.measured && record->precision.reason == NULL;
}

/* What a table is sorted by; NaN where the record has no such value. */
static double value_of(const rs_record *record, const char *name)
{
    const calibration_column *const column = find_calibration(name);
    const rs_metric *const own = rs_record_metric(record, name);
    const rs_metric *const metric = own != NULL ? own : rs_record_set_metric(record, name);
    if (column != NULL && has_calibration(record, column)) {
        const char *const at = (const char *)&record->calibration + column->value;
        return *(const double *)(const void *)at;
    }
    if (has_precision(record) && strcmp(name, precision_name) == 0) {
        return record->precision.mean;
    }
    return metric == NULL ? NAN : metric->value;
}

typedef struct standing {
    const rs_record *record;
    double merit; /* the larger the better; NaN: the record has no such value, and stands last */
} standing;

RS_SORTS(by_merit, standing)
{
    RS_ORDER_BY(right->merit, left->merit);
    if (isnan(left->merit) != isnan(right->merit)) {
        return isnan(left->merit) ? 1 : -1;
    }
    return strcmp(left->record->model, right->record->model);
}

/* 1 and how many models are better; 0: it has no such value. */
static size_t rank_of(const rs_record *const *records, size_t count, size_t index,
                      const char *name)
{
    const rs_metric *const own = rs_record_metric(records[index], name);
    size_t rank = 1;
    for (size_t i = 0; own != NULL && i < count; ++i) {
        const rs_metric *const other = rs_record_metric(records[i], name);
        rank += other != NULL && other->value > own->value;
    }
    return own == NULL ? 0 : rank;
}

/* Of the calibration and the average precision what any record has. */
static void name_sections(const rs_record **records, size_t count, rs_text *names)
{
    size_t with = 0;
    while (with < count && !has_precision(records[with])) {
        ++with;
    }
    if (with < count) {
        rs_text_printf(names, ", %s", precision_name);
    }
    for (size_t c = 0; c < CALIBRATIONS; ++c) {
        size_t i = 0;
        while (i < count && !has_calibration(records[i], &calibrations[c])) {
            ++i;
        }
        if (i < count) {
            rs_text_printf(names, ", %s", calibrations[c].name);
        }
    }
}

/* Names what there is to sort by: the metrics of the records, each once, and of the sections. */
static rs_status fail_sort(const rs_record **records, size_t count, const char *sort,
                           rs_error *error)
{
    rs_text names = {0};
    for (size_t i = 0; i < count; ++i) {
        for (uint32_t m = 0; m < records[i]->metric_count; ++m) {
            const rs_metric *const metric = &records[i]->metric[m];
            bool told = metric->reason != NULL;
            for (size_t k = 0; k < i && !told; ++k) {
                told = rs_record_metric(records[k], metric->name) != NULL;
            }
            if (!told) {
                rs_text_printf(&names, ", %s", metric->name);
            }
        }
    }
    name_sections(records, count, &names);
    const rs_set_names sets = rs_records_sets(records, count);
    for (size_t s = 0; s < sets.count; ++s) {
        rs_text_printf(&names, ", %s.real_top1", sets.name[s]);
    }
    const rs_status status =
        rs_fail(error, RS_USAGE, NULL, rs_nowhere(), NULL,
                "no record has a metric %s; say one of model%s", sort,
                names.data == NULL ? "" : names.data);
    rs_text_clear(&names);
    return status;
}

static rs_status sort_records(const rs_record **records, size_t count, const char *sort,
                              rs_error *error)
{
    const bool by_name = strcmp(sort, "model") == 0;
    bool found = by_name || count == 0;
    standing *standings = NULL;
    RS_TRY(RS_NEW(&standings, count, "a table", error));
    for (size_t i = 0; i < count; ++i) {
        const double value = by_name ? NAN : value_of(records[i], sort);
        standings[i] = (standing){records[i], find_calibration(sort) != NULL ? 0.0 - value : value};
        found = found || !isnan(value);
    }
    if (count > 1) {
        qsort(standings, count, sizeof standings[0], by_merit);
    }
    for (size_t i = 0; i < count; ++i) {
        records[i] = standings[i].record;
    }
    free(standings);
    return found ? RS_OK : fail_sort(records, count, sort, error);
}

static void add_accuracy(rs_text *out, const rs_metric *metric, size_t rank)
{
    if (metric == NULL) {
        rs_table_none(out);
        rs_table_cell(out);
    } else {
        rs_table_put(out, "%.2f", 100.0 * metric->value);
        rs_table_put(out, "%zu", rank);
    }
}

static bool is_shown_anyway(const rs_set_names *sets, const char *sort)
{
    for (size_t s = 0; s < sets->count; ++s) {
        const size_t length = strlen(sets->name[s]);
        if (strncmp(sort, sets->name[s], length) == 0 &&
            strcmp(sort + length, ".real_top1") == 0) {
            return true;
        }
    }
    return strcmp(sort, "model") == 0 || strcmp(sort, "imagenet_top1") == 0 ||
           strcmp(sort, "real_top1") == 0;
}

/* Whether any model was held against raters' scores. */
static bool have_brackets(const rs_record *const *records, size_t count)
{
    size_t i = 0;
    while (i < count && !records[i]->bracket.measured) {
        ++i;
    }
    return i < count;
}

static void add_bracket(const rs_bracket *bracket, rs_text *out)
{
    if (bracket->measured && bracket->reason == NULL) {
        rs_table_put(out, "%.2f", 100.0 * bracket->high);
    } else {
        rs_table_none(out);
    }
}

/* The column of what was asked for: percent, but for likelihoods. */
static void add_sorted(const rs_record *record, const char *sort, rs_text *out)
{
    const calibration_column *const column = find_calibration(sort);
    const double value = value_of(record, sort);
    if (isnan(value)) {
        rs_table_none(out);
    } else if (column != NULL && !column->is_share) {
        rs_table_put(out, "%.4f", value);
    } else {
        rs_table_put(out, "%.2f", 100.0 * value);
    }
}

static void add_row(const rs_record *const *records, size_t count, size_t index, const char *sort,
                    rs_text *out)
{
    const rs_record *const record = records[index];
    const size_t imagenet = rank_of(records, count, index, "imagenet_top1");
    const size_t real = rank_of(records, count, index, "real_top1");
    const rs_set_names sets = rs_records_sets(records, count);
    rs_table_row(out);
    rs_table_name(out, record->model);
    if (!is_shown_anyway(&sets, sort)) {
        add_sorted(record, sort, out);
    }
    add_accuracy(out, rs_record_metric(record, "imagenet_top1"), imagenet);
    add_accuracy(out, rs_record_metric(record, "real_top1"), real);
    if (have_brackets(records, count)) {
        add_bracket(&record->bracket, out);
    }
    for (size_t s = 0; s < sets.count; ++s) {
        const rs_record *const set = rs_record_find_set(record, sets.name[s]);
        const rs_metric *const metric = set == NULL ? NULL : rs_record_metric(set, "real_top1");
        if (metric != NULL) {
            rs_table_put(out, "%.2f", 100.0 * metric->value);
        } else {
            rs_table_none(out);
        }
    }
    if (imagenet > 0 && real > 0 && imagenet != real) {
        rs_table_put(out, "%+lld", (long long)imagenet - (long long)real);
    } else {
        rs_table_cell(out);
    }
}

static void add_columns(const char *sort, bool brackets, const rs_set_names *sets, rs_text *out)
{
    rs_table_begin(out, 0);
    rs_table_column(out, RS_TABLE_KEY, "model");
    if (!is_shown_anyway(sets, sort)) {
        rs_table_column(out, RS_TABLE_NUMBER, sort);
    }
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "ImageNet", "ImageNet\nrank", "ReaL", "ReaL\nrank");
    if (brackets) {
        rs_table_column(out, RS_TABLE_NUMBER, "at most");
    }
    for (size_t s = 0; s < sets->count; ++s) {
        rs_table_column(out, RS_TABLE_NUMBER, sets->name[s]);
    }
    rs_table_column(out, RS_TABLE_NUMBER, "places won\nby ReaL");
}

/* What is asked for where nobody says it, of which the records may have only some. */
static const char *choose_sort(const rs_record *const *records, size_t count)
{
    static const char *const first[] = {"real_top1", "imagenet_top1"};
    for (size_t m = 0; m < sizeof first / sizeof first[0]; ++m) {
        for (size_t i = 0; i < count; ++i) {
            if (rs_record_metric(records[i], first[m]) != NULL) {
                return first[m];
            }
        }
    }
    return "model";
}

rs_status rs_leaderboard(const rs_record **records, size_t count, const char *asked,
                         rs_text *out, rs_error *error)
{
    const char *const sort = asked != NULL ? asked : choose_sort(records, count);
    RS_TRY(sort_records(records, count, sort, error));
    const rs_set_names sets = rs_records_sets(records, count);
    add_columns(sort, have_brackets(records, count), &sets, out);
    for (size_t i = 0; i < count; ++i) {
        add_row(records, count, i, sort, out);
    }
    rs_table_end(out);
    return RS_OK;
}
