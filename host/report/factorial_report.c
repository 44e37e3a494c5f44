/* factorial_report.c - the article's Table 2 for anybody's four models. */
#include "report/factorial_report.h"

#include <inttypes.h>
#include <math.h>

#include "base/csv_cell.h"
#include "base/json.h"
#include "report/cells.h"
#include "report/json_begin.h"
#include "report/wording.h"

static const char *const cell_words[RS_CELLS] = {"softmax, all", "sigmoid, all", "softmax, clean",
                                                 "sigmoid, clean"};
static const char *const cell_names[RS_CELLS] = {"softmax_all", "sigmoid_all", "softmax_clean",
                                                 "sigmoid_clean"};
static const char *const effect_words[RS_EFFECTS] = {"sigmoid loss", "clean labels", "interaction"};
static const char *const effect_names[RS_EFFECTS] = {"loss", "labels", "interaction"};
static const char *const measure_titles[RS_MEASURES] = {"ImageNet", "ReaL"};
static const char *const measure_names[RS_MEASURES] = {"imagenet_top1", "real_top1"};

/* ---- the table ---- */

static void add_accuracy(const rs_factorial *result, int measure, size_t cell, rs_text *out)
{
    if (result->total[measure] == 0) {
        rs_table_none(out);
    } else {
        rs_table_put(out, "%.2f",
                     100.0 * (double)result->correct[measure][cell] /
                         (double)result->total[measure]);
    }
}

static void add_cells(const rs_factorial_report *report, size_t which, rs_text *out)
{
    const rs_four *const four = &report->four[which];
    const rs_factorial *const result = &report->result[which];
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "top-1, %");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "ImageNet", "ReaL");
    rs_table_column(out, RS_TABLE_PROSE, "model");
    for (size_t cell = 0; cell < RS_CELLS; ++cell) {
        rs_table_row(out);
        rs_table_put(out, "%s", cell_words[cell]);
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            add_accuracy(result, measure, cell, out);
        }
        rs_table_name(out, report->names[four->model[cell]]);
    }
    rs_table_end(out);
}

static void add_effect(const rs_factorial *result, int measure, int effect, rs_text *out)
{
    const rs_contrast *const by = &result->by[measure][effect];
    rs_table_row(out);
    if (effect == 0) {
        rs_table_put(out, "%s", measure_titles[measure]);
    } else {
        rs_table_same(out);
    }
    rs_table_put(out, "%s", effect_words[effect]);
    if (result->total[measure] == 0) {
        rs_table_none(out);
        return;
    }
    rs_table_put(out, "%+7.2f [%+.2f, %+.2f]", rs_points(by->effect), rs_points(by->score.low),
                 rs_points(by->score.high));
    rs_table_put(out, "%s", RS_P_TEXT(by->log_p));
}

static void add_effects(const rs_factorial *result, rs_text *out)
{
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_KEY, "by", "effect");
    rs_table_column(out, RS_TABLE_RANGE, "points [95 % interval]");
    rs_table_column(out, RS_TABLE_NUMBER, "p, exact");
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        for (int effect = 0; effect < RS_EFFECTS; ++effect) {
            add_effect(result, measure, effect, out);
        }
    }
    rs_table_end(out);
}

void rs_factorial_table(const rs_factorial_report *report, rs_text *out)
{
    for (size_t i = 0; i < report->count; ++i) {
        const rs_factorial *const result = &report->result[i];
        const char *const name = report->four[i].name;
        rs_text_printf(out, "%s%s%sloss and labels, %s images", i == 0 ? "" : "\n", name,
                       name[0] == '\0' ? "" : ": ", RS_COUNT_TEXT(result->total[RS_BY_IMAGENET]));
        rs_text_printf(out, ", %s of them by ReaL\n", RS_COUNT_TEXT(result->total[RS_BY_REAL]));
        add_cells(report, i, out);
        add_effects(result, out);
    }
    rs_text_add(out, "\n  sigmoid loss, clean labels: the mean gain over both levels of the "
                     "other;\n"
                     "  interaction: how much more the one gains where the other is there\n");
}

/* ---- CSV ---- */

void rs_factorial_csv(const rs_factorial_report *report, rs_text *out)
{
    rs_text_add(out, "four,measure,effect,images,points,stderr,low,high,p\n");
    for (size_t i = 0; i < report->count; ++i) {
        const rs_factorial *const result = &report->result[i];
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            for (int effect = 0; effect < RS_EFFECTS; ++effect) {
                const rs_contrast *const by = &result->by[measure][effect];
                rs_text_csv_cell(out, report->four[i].name);
                rs_text_printf(out, ",%s,%s,%" PRIu64, measure_names[measure],
                               effect_names[effect], result->total[measure]);
                if (result->total[measure] == 0) {
                    rs_text_add(out, ",,,,,\n");
                    continue;
                }
                rs_text_printf(out, ",%.2f,%.2f,%.2f,%.2f,%.6g\n", rs_points(by->effect),
                               rs_points(by->stderr_value), rs_points(by->score.low),
                               rs_points(by->score.high), exp(by->log_p));
            }
        }
    }
}

/* ---- JSON ---- */

static void add_json_effect(rs_json *to, const rs_contrast *by)
{
    static const char *const values[RS_CONTRAST_VALUES] = {"-2", "-1", "0", "1", "2"};
    rs_json_add_number(to, "effect", by->effect);
    rs_json_add_number(to, "stderr", by->stderr_value);
    rs_json_add_interval(to, "ci95", by->score.low, by->score.high);
    rs_json_add_number(to, "p", exp(by->log_p));
    rs_json_add_number(to, "log10_p", by->log_p / log(10.0));
    rs_json *images = rs_json_add_object(to, "images");
    for (int k = 0; k < RS_CONTRAST_VALUES; ++k) {
        rs_json_add_integer(images, values[k], by->count[k]);
    }
}

static void add_json_measure(rs_json *root, const rs_factorial *result, int measure)
{
    rs_json *to = rs_json_add_object(root, measure_names[measure]);
    rs_json_add_integer(to, "total", result->total[measure]);
    rs_json *correct = rs_json_add_object(to, "correct");
    for (size_t cell = 0; cell < RS_CELLS; ++cell) {
        rs_json_add_integer(correct, cell_names[cell], result->correct[measure][cell]);
    }
    for (int effect = 0; effect < RS_EFFECTS; ++effect) {
        if (result->total[measure] == 0) {
            rs_json_add_null(to, effect_names[effect]);
        } else {
            add_json_effect(rs_json_add_object(to, effect_names[effect]),
                            &result->by[measure][effect]);
        }
    }
}

void rs_factorial_json(const rs_factorial_report *report, rs_text *out)
{
    for (size_t i = 0; i < report->count; ++i) {
        rs_json *root = rs_json_begin(RS_FACTORIAL_SCHEMA);
        rs_json_add_text(root, "four", report->four[i].name);
        rs_json *models = rs_json_add_object(root, "models");
        for (size_t cell = 0; cell < RS_CELLS; ++cell) {
            rs_json_add_text(models, cell_names[cell],
                             report->names[report->four[i].model[cell]]);
        }
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            add_json_measure(root, &report->result[i], measure);
        }
        rs_json_finish(root, out);
    }
}
