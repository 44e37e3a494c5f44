/* table_sets.c - further label sets of one model, a line each. */
#include "base/width.h"
#include "report/table.h"
#include "report/table_parts.h"
#include "report/wording.h"

enum { CELL = 22, NARROW = 6 };

static void add_narrow(const rs_metric *metric, rs_text *out)
{
    if (metric == NULL) {
        rs_text_printf(out, "  %*s", NARROW, "-");
    } else {
        rs_text_printf(out, "  %*.2f", NARROW, 100.0 * metric->value);
    }
}

static void add_set(const rs_record_set *set, size_t width, rs_text *out)
{
    const rs_record *const by = &set->record;
    char images[RS_COUNT_TEXT_BYTES];
    rs_text_add(out, "  ");
    rs_text_pad(out, set->name, width);
    rs_text_printf(out, "  %7s  ", rs_count_text(by->labels.evaluated, images));
    rs_table_add_cell(rs_record_metric(by, "real_top1"), " ", CELL, out);
    rs_text_add(out, "  ");
    rs_table_add_cell(rs_record_metric(by, "real_macro_top1"), " ", CELL, out);
    add_narrow(rs_record_metric(by, "real_second"), out);
    add_narrow(rs_record_metric(by, "real_third"), out);
    if (by->oracle.reason == NULL) {
        rs_text_printf(out, "  %*.2f\n", NARROW, 100.0 * by->oracle.expected);
    } else {
        rs_text_printf(out, "  %*s\n", NARROW, "-");
    }
}

void rs_table_sets(const rs_record *record, rs_text *out)
{
    size_t width = sizeof "label set" - 1;
    if (record->set_count == 0) {
        return;
    }
    for (size_t s = 0; s < record->set_count; ++s) {
        width = rs_wider(width, record->set[s].name);
    }
    rs_text_printf(out, "\n  %-*s   images  %-*s  %-*s  %*s  %*s  %*s\n", (int)width, "label set",
                   CELL, "top-1, %", CELL, "per-class mean, %", NARROW, "second", NARROW, "third",
                   NARROW, "oracle");
    for (size_t s = 0; s < record->set_count; ++s) {
        add_set(&record->set[s], width, out);
    }
}
