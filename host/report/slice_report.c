/* slice_report.c - groups of images, in the order in which they were met. */
#include "report/slice_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/csv_cell.h"
#include "base/visible.h"
#include "base/width.h"
#include "report/record.h"
#include "report/table_parts.h"
#include "report/wording.h"

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

static size_t width_of_groups(const rs_slices *slices)
{
    size_t width = sizeof "slice" - 1;
    for (uint32_t g = 0; g < slices->count; ++g) {
        width = rs_wider(width, slices->group[g].name);
    }
    return width;
}

/* The first K, for people: all of them are in the record and the CSV. */
void rs_slice_table(const rs_slice_counts *counts, rs_text *out)
{
    enum { CELL = 24 };
    const rs_slices *const slices = counts->slices;
    const size_t width = width_of_groups(slices);
    const char *by = "";
    for (uint32_t g = 0; g < slices->count; ++g) {
        char images[RS_COUNT_TEXT_BYTES];
        const rs_metric imagenet = rs_slice_metric(counts, g, 0, false);
        const rs_metric real = rs_slice_metric(counts, g, 0, true);
        if (strcmp(by, slices->group[g].by) != 0) {
            by = slices->group[g].by;
            rs_text_add(out, "  top-1 by ");
            rs_text_visible(out, by, strlen(by), false);
            rs_text_add(out, ", % [95 % interval]: ImageNet, ReaL\n");
        }
        rs_text_add(out, "    ");
        rs_text_pad(out, slices->group[g].name, width);
        rs_text_printf(out, "  %7s  ", rs_count_text(imagenet.total, images));
        rs_table_add_cell(&imagenet, " ", CELL, out);
        rs_text_printf(out, "%7s  ", rs_count_text(real.total, images));
        rs_table_add_cell(&real, " ", 0, out);
        rs_text_add(out, "\n");
    }
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
