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
static bool parse_size(const char *text, double *out)
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

enum { MODEL, PARAMETERS, IMAGE_SIZE, FAMILY, COLUMNS };

static const char *const column_names[COLUMNS] = {[MODEL] = "model",
                                                  [PARAMETERS] = "param_count",
                                                  [IMAGE_SIZE] = "img_size",
                                                  [FAMILY] = "family"};

/* The number in a cell, 0 where it is empty. */
static rs_status take_size(const rs_csv_lines *lines, const int column[COLUMNS], int which,
                           const char *advice, double *size, rs_error *error)
{
    const char *const cell = column[which] < 0 ? "" : lines->cells[column[which]];
    *size = 0.0;
    if (*cell == '\0' || parse_size(cell, size)) {
        return RS_OK;
    }
    return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->line), advice,
                   "\"%.60s\" in column %s is no number above 0", cell, column_names[which]);
}

/* `column` is -1 where there is none of that name. */
static rs_status take_line(const rs_csv_lines *lines, const int column[COLUMNS], rs_report *report,
                           size_t *found, rs_error *error)
{
    double millions = 0.0;
    double pixels = 0.0;
    for (int which = 0; which < COLUMNS; ++which) {
        if (column[which] >= 0 && lines->cell_count <= (size_t)column[which]) {
            return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->line), NULL,
                           "the line has fewer cells than the header");
        }
    }
    rs_report_model *const model = find_model(report, lines->cells[column[MODEL]]);
    const char *const family = column[FAMILY] < 0 ? "" : lines->cells[column[FAMILY]];
    if (model != NULL && *family != '\0' && model->family == NULL) {
        RS_TRY(rs_copy_text(&model->family, family, error));
    }
    RS_TRY(take_size(lines, column, PARAMETERS, "write millions of parameters, for example 25.56",
                     &millions, error));
    RS_TRY(take_size(lines, column, IMAGE_SIZE, "write pixels of a side, for example 224", &pixels,
                     error));
    if (model != NULL && (millions > 0.0 || pixels > 0.0)) {
        model->parameters = millions > 0.0 ? millions : model->parameters;
        model->image_size = pixels > 0.0 ? pixels : model->image_size;
        *found += 1;
    }
    return RS_OK;
}

static rs_status read_lines(rs_csv_lines *lines, rs_report *report, rs_error *error)
{
    bool more = false;
    size_t found = 0;
    RS_TRY(rs_csv_next(lines, &more, error));
    int column[COLUMNS];
    for (int which = 0; which < COLUMNS; ++which) {
        column[which] = more ? find_column(lines, column_names[which]) : -1;
    }
    if (column[MODEL] < 0 || (column[PARAMETERS] < 0 && column[IMAGE_SIZE] < 0)) {
        return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(1),
                       rs_csv_advice(lines, "timm's results-imagenet.csv has them"),
                       "the header lacks model, or both param_count and img_size");
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
