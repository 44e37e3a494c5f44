/* table_sets.c - further label sets of one model, a line each. */
#include "report/table.h"
#include "report/table_parts.h"

static void add_set(const rs_record_set *set, rs_text *out)
{
    const rs_record *const by = &set->record;
    rs_table_row(out);
    rs_table_name(out, set->name);
    rs_table_count(out, by->labels.evaluated);
    rs_table_metric(rs_record_metric(by, "real_top1"), out);
    rs_table_metric(rs_record_metric(by, "real_macro_top1"), out);
    rs_table_value(rs_record_metric(by, "real_second"), out);
    rs_table_value(rs_record_metric(by, "real_third"), out);
    if (by->oracle.reason == NULL) {
        rs_table_put(out, "%.2f", 100.0 * by->oracle.expected);
    } else {
        rs_table_none(out);
    }
}

void rs_table_sets(const rs_record *record, rs_text *out)
{
    if (record->set_count == 0) {
        return;
    }
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "label set");
    rs_table_column(out, RS_TABLE_NUMBER, "images");
    RS_TABLE_COLUMNS(out, RS_TABLE_RANGE, "top-1, %", "per-class mean, %");
    rs_table_column(out, RS_TABLE_NUMBER | RS_TABLE_BELOW, "second");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "third", "oracle");
    for (size_t s = 0; s < record->set_count; ++s) {
        add_set(&record->set[s], out);
    }
    rs_table_end(out);
}
