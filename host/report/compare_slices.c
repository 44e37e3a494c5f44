/* compare_slices.c - pairs of models in groups of images, as a table, as CSV and as JSON. */
#include "report/compare_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/csv_cell.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/wording.h"

static const char *const measure_titles[RS_MEASURES] = {"ImageNet", "ReaL"};

static double percent(uint64_t correct, uint64_t total)
{
    return 100.0 * (double)correct / (double)total;
}

/* ---- table ---- */

static void add_group(const rs_slice_comparison *of, uint32_t group, int measure, rs_text *out)
{
    const rs_paired *const paired = &of->paired[measure][group];
    const uint64_t *const correct = of->correct[measure] + (uint64_t)group * of->models;
    const uint64_t total = of->total[measure][group];
    rs_table_row(out);
    rs_table_name(out, of->slices->group[group].name);
    rs_table_count(out, total);
    if (total == 0) {
        rs_table_none(out);
        return;
    }
    rs_table_put(out, "%.2f", percent(correct[0], total));
    rs_table_put(out, "%.2f", percent(correct[1], total));
    rs_table_put(out, "%+7.2f [%+.2f, %+.2f]", rs_points(paired->difference),
                 rs_points(paired->score.low), rs_points(paired->score.high));
    rs_table_put(out, "%s", paired->holm_p > 0.0 ? RS_P_TEXT(log(paired->holm_p)) : "< 1e-300");
    rs_table_put(out, "%s", paired->significant ? "*" : "");
}

static void begin_groups(const char *by, int measure, rs_text *out)
{
    rs_text_printf(out, "\n  %s by ", measure_titles[measure]);
    rs_text_name(out, by);
    rs_text_add(out, "\n");
    rs_table_begin(out, 4);
    rs_table_column(out, RS_TABLE_KEY, "group");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "images", "first", "second");
    rs_table_column(out, RS_TABLE_RANGE, "  1 - 2 [95 %]");
    rs_table_column(out, RS_TABLE_NUMBER, "Holm");
    rs_table_column(out, RS_TABLE_WORDS, "*");
}

static void add_groups(const rs_compare_report *report, int measure, rs_text *out)
{
    const rs_slice_comparison *const of = report->slices;
    const char *by = NULL;
    for (uint32_t g = 0; g < of->slices->count; ++g) {
        const rs_slice_group *const group = &of->slices->group[g];
        if (by == NULL || strcmp(by, group->by) != 0) {
            if (by != NULL) {
                rs_table_end(out);
            }
            by = group->by;
            begin_groups(by, measure, out);
        }
        add_group(of, g, measure, out);
    }
    if (by != NULL) {
        rs_table_end(out);
    }
}

void rs_compare_slices_table(const rs_compare_report *report, rs_text *out)
{
    const rs_slice_comparison *const of = report->slices;
    for (int measure = 0; of != NULL && measure < RS_MEASURES; ++measure) {
        if (of->models == 2 && of->tests[measure] > 0) {
            add_groups(report, measure, out);
        }
        rs_text_printf(out,
                       "%s  %s: %s of %s pairs in groups differ significantly (5 %% after Holm)\n",
                       measure == 0 || of->models == 2 ? "\n" : "", measure_titles[measure],
                       RS_COUNT_TEXT(of->significant[measure]), RS_COUNT_TEXT(of->tests[measure]));
    }
    if (of != NULL && of->models > 2) {
        rs_text_add(out, "  --per-slice FILE.csv writes every pair in every group\n");
    }
}

/* ---- CSV ---- */

static void add_csv_heading(rs_text *out)
{
    static const char *const prefixes[RS_MEASURES] = {"imagenet", "real"};
    rs_text_add(out, "model,other,by,group,images");
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        const char *const p = prefixes[measure];
        rs_text_printf(out,
                       ",%s_images,%s_model,%s_other,%s_difference,%s_stderr,%s_low,%s_high,"
                       "%s_model_only,%s_other_only,%s_p,%s_p_holm",
                       p, p, p, p, p, p, p, p, p, p, p);
    }
    rs_text_add(out, "\n");
}

static void add_csv_measure(const rs_slice_comparison *of, uint32_t group, size_t at,
                            const rs_model_pair *pair, int measure, rs_text *out)
{
    const uint64_t total = of->total[measure][group];
    const uint64_t *const correct = of->correct[measure] + (uint64_t)group * of->models;
    const rs_paired *const paired = &of->paired[measure][(uint64_t)group * of->pairs + at];
    rs_text_printf(out, ",%" PRIu64, total);
    if (total == 0) {
        rs_text_add(out, ",,,,,,,,,,");
        return;
    }
    rs_text_printf(out, ",%.2f,%.2f,%.2f,%.2f,%.2f,%.2f", percent(correct[pair->first], total),
                   percent(correct[pair->second], total), rs_points(paired->difference),
                   rs_points(paired->stderr_value), rs_points(paired->score.low),
                   rs_points(paired->score.high));
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu64 ",%.6g,%.6g", paired->first_only,
                   paired->second_only, exp(paired->log_p), paired->holm_p);
}

void rs_compare_slices_csv(const rs_compare_report *report, rs_text *out)
{
    const rs_slice_comparison *const of = report->slices;
    add_csv_heading(out);
    for (size_t p = 0; p < of->pairs; ++p) {
        const rs_model_pair *const pair = &report->comparison->pair[p];
        for (uint32_t g = 0; g < of->slices->count; ++g) {
            rs_text_csv_cell(out, report->names[pair->first]);
            rs_text_add(out, ",");
            rs_text_csv_cell(out, report->names[pair->second]);
            rs_text_add(out, ",");
            rs_text_csv_cell(out, of->slices->group[g].by);
            rs_text_add(out, ",");
            rs_text_csv_cell(out, of->slices->group[g].name);
            rs_text_printf(out, ",%" PRIu64, of->images[g]);
            for (int measure = 0; measure < RS_MEASURES; ++measure) {
                add_csv_measure(of, g, p, pair, measure, out);
            }
            rs_text_add(out, "\n");
        }
    }
}

/* ---- JSON ---- */

static void add_json_group(rs_json *to, const rs_compare_report *report, uint32_t group)
{
    const rs_slice_comparison *const of = report->slices;
    rs_json_add_text(to, "by", of->slices->group[group].by);
    rs_json_add_text(to, "group", of->slices->group[group].name);
    rs_json_add_integer(to, "images", of->images[group]);
    rs_json *const pairs = rs_json_add_array(to, "pairs");
    for (size_t p = 0; p < of->pairs; ++p) {
        const rs_model_pair *const pair = &report->comparison->pair[p];
        rs_json *const item = rs_json_add_object(pairs, NULL);
        rs_json_add_text(item, "model", report->names[pair->first]);
        rs_json_add_text(item, "other", report->names[pair->second]);
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            rs_compare_json_measure(item, of->total[measure][group],
                                    &of->paired[measure][(uint64_t)group * of->pairs + p],
                                    measure);
        }
    }
}

void rs_compare_slices_json(rs_json *root, const rs_compare_report *report)
{
    if (report->slices == NULL) {
        return;
    }
    rs_json *const list = rs_json_add_array(root, "slices");
    for (uint32_t g = 0; g < report->slices->slices->count; ++g) {
        add_json_group(rs_json_add_object(list, NULL), report, g);
    }
}
