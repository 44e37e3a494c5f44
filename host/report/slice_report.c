/* slice_report.c - groups of images, in the order in which they were met. */
#include "report/slice_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/csv_cell.h"
#include "report/record.h"
#include "report/table_parts.h"

void rs_slice_json(rs_json *record, const rs_slice_counts *counts)
{
    rs_json *const list = rs_json_add_array(record, "slices");
    for (uint32_t g = 0; g < counts->slices->count; ++g) {
        rs_json *const slice = rs_json_add_object(list, NULL);
        rs_json_add_text(slice, "by", counts->slices->group[g].by);
        rs_json_add_text(slice, "group", counts->slices->group[g].name);
        rs_json *const metrics = rs_json_add_object(slice, "metrics");
        for (uint32_t k = 0; k < counts->topk_count; ++k) {
            for (int real = 0; real < 2; ++real) {
                const rs_metric metric = rs_slice_metric(counts, g, k, real != 0);
                rs_record_add_metric(metrics, &metric);
            }
        }
    }
}

/* The first K, for people: all of them are in the record and the CSV. */
void rs_slice_table(const rs_slice_counts *counts, rs_text *out)
{
    const rs_slices *const slices = counts->slices;
    rs_text_add(out, "  top-1 by groups of images, % [95 % interval]\n");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_KEY, "slice", "by");
    rs_table_column(out, RS_TABLE_NUMBER, "images");
    rs_table_column(out, RS_TABLE_RANGE, "ImageNet");
    rs_table_column(out, RS_TABLE_NUMBER | RS_TABLE_BELOW, "images");
    rs_table_column(out, RS_TABLE_RANGE, "ReaL");
    for (uint32_t g = 0; g < slices->count; ++g) {
        const rs_metric imagenet = rs_slice_metric(counts, g, 0, false);
        const rs_metric real = rs_slice_metric(counts, g, 0, true);
        rs_table_row(out);
        rs_table_name(out, slices->group[g].name);
        if (g > 0 && strcmp(slices->group[g - 1].by, slices->group[g].by) == 0) {
            rs_table_same(out);
        } else {
            rs_table_name(out, slices->group[g].by);
        }
        rs_table_count(out, imagenet.total);
        rs_table_metric(&imagenet, out);
        rs_table_count(out, real.total);
        rs_table_metric(&real, out);
    }
    rs_table_end(out);
    rs_text_add(out, "\n");
}

void rs_slice_heading(rs_text *out)
{
    rs_text_add(out, "model,by,group,metric,correct,total,accuracy,stderr,ci95_low,ci95_high\n");
}

static void add_line(const char *model, const rs_slice_group *group, const rs_metric *metric,
                     rs_text *out)
{
    rs_text_csv_cell(out, model);
    rs_text_add(out, ",");
    rs_text_csv_cell(out, group->by);
    rs_text_add(out, ",");
    rs_text_csv_cell(out, group->name);
    rs_text_printf(out, ",%s,%" PRIu64 ",%" PRIu64, metric->name, metric->correct, metric->total);
    if (metric->reason != NULL) {
        rs_text_add(out, ",,,,\n");
        return;
    }
    rs_text_printf(out, ",%.2f,%.4f,%.4f,%.4f\n", 100.0 * metric->value,
                   100.0 * metric->stderr_value, 100.0 * metric->ci95_low,
                   100.0 * metric->ci95_high);
}

void rs_slice_lines(const char *model, const rs_slice_counts *counts, rs_text *out)
{
    for (uint32_t g = 0; g < counts->slices->count; ++g) {
        for (uint32_t k = 0; k < counts->topk_count; ++k) {
            const rs_metric imagenet = rs_slice_metric(counts, g, k, false);
            const rs_metric real = rs_slice_metric(counts, g, k, true);
            add_line(model, &counts->slices->group[g], &imagenet, out);
            add_line(model, &counts->slices->group[g], &real, out);
        }
    }
}
