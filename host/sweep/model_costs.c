/* model_costs.c - lines of the table, each looked for among the models. */
#include "sweep/model_costs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "formats/csv_lines.h"
#include "sweep/model_families.h"

/* "1,012.35" as 1012.35; false for anything that is no number above 0. */
static bool parse_millions(const char *text, double *out)
{
    char plain[32];
    size_t length = 0;
    for (; *text != '\0' && length < sizeof plain - 1; ++text) {
        if (*text != ',') {
            plain[length++] = *text;
        }
    }
    plain[length] = '\0';
    char *end = NULL;
    *out = strtod(plain, &end);
    return length > 0 && *text == '\0' && *end == '\0' && isfinite(*out) && *out > 0.0;
}

static int find_column(const rs_csv_lines *lines, const char *name)
{
    for (size_t i = 0; i < lines->cell_count; ++i) {
        if (strcmp(lines->cells[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* NULL when it is none of them. */
static rs_report_model *find_model(const rs_report *report, const char *name)
{
    for (size_t i = 0; i < report->count; ++i) {
        if (strcmp(report->model[i].record.model, name) == 0) {
            return &report->model[i];
        }
    }
    return NULL;
}

/* The columns model, param_count and family; the last one is -1 where there is none. */
static rs_status take_line(const rs_csv_lines *lines, const int column[3], rs_report *report,
                           size_t *found, rs_error *error)
{
    double millions = 0.0;
    if (lines->cell_count <= (size_t)column[0] || lines->cell_count <= (size_t)column[1] ||
        (column[2] >= 0 && lines->cell_count <= (size_t)column[2])) {
        return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->line), NULL,
                       "the line has fewer cells than the header");
    }
    rs_report_model *const model = find_model(report, lines->cells[column[0]]);
    const char *const family = column[2] < 0 ? "" : lines->cells[column[2]];
    if (model != NULL && *family != '\0' && model->family == NULL) {
        RS_TRY(rs_copy_text(&model->family, family, error));
    }
    const char *const cell = lines->cells[column[1]];
    if (*cell == '\0') {
        return RS_OK;
    }
    if (!parse_millions(cell, &millions)) {
        return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->line),
                       "write millions of parameters, for example 25.56",
                       "\"%.60s\" in column param_count is no number above 0", cell);
    }
    if (model != NULL) {
        model->parameters = millions;
        *found += 1;
    }
    return RS_OK;
}

static rs_status read_lines(rs_csv_lines *lines, rs_report *report, rs_error *error)
{
    bool more = false;
    size_t found = 0;
    RS_TRY(rs_csv_next(lines, &more, error));
    const int column[3] = {more ? find_column(lines, "model") : -1,
                           more ? find_column(lines, "param_count") : -1,
                           more ? find_column(lines, "family") : -1};
    if (column[0] < 0 || column[1] < 0) {
        return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(1),
                       "timm's results-imagenet.csv has them",
                       "the header lacks model or param_count");
    }
    RS_TRY(rs_csv_next(lines, &more, error));
    while (more) {
        RS_TRY(take_line(lines, column, report, &found, error));
        RS_TRY(rs_csv_next(lines, &more, error));
    }
    if (found == 0) {
        return rs_fail(error, RS_MISMATCH, lines->file, rs_nowhere(),
                       "models are found by the names that they have in the results",
                       "the table names none of the models");
    }
    return rs_model_families_find(report, error);
}

rs_status rs_model_costs_read(const char *path, rs_report *report, rs_error *error)
{
    enum { LIMIT_BYTES = 1 << 26 };
    rs_file_bytes bytes = {0};
    rs_csv_lines lines;
    rs_status status = RS_OK;
    RS_TRY(rs_file_read(path, LIMIT_BYTES, &bytes, error));
    if (strlen((const char *)bytes.data) != bytes.size) {
        status = rs_fail(error, RS_FORMAT, path, rs_nowhere(), "give a CSV file",
                         "the file holds bytes that are no text");
    } else {
        rs_csv_begin(&lines, path, (char *)bytes.data);
        status = read_lines(&lines, report, error);
    }
    rs_file_bytes_free(&bytes);
    return status;
}
