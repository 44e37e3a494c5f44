/* consensus_report.c - what all models say, in the table of mistakes and as a list of images. */
#include <inttypes.h>

#include "report/cells.h"
#include "report/mistakes_cells.h"
#include "report/mistakes_report.h"
#include "report/wording.h"

/* ---- the table ---- */

static void add_kind(const char *what, uint64_t images, uint64_t rows, rs_text *out)
{
    rs_table_row(out);
    rs_table_put(out, "%s", what);
    rs_table_count(out, images);
    rs_table_count(out, rows);
    rs_mistakes_share(images, rows, out);
}

void rs_consensus_table(const rs_mistakes_summary *summary, rs_text *out)
{
    const rs_consensus *const found = summary->consensus;
    if (found == NULL) {
        return;
    }
    rs_text_printf(out, "\nwhat the %s models agree on, images, %% [95 %% interval]\n",
                   RS_COUNT_TEXT(found->models));
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "images on which");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "count", "of");
    rs_table_column(out, RS_TABLE_RANGE, "     %");
    add_kind("most say one class, not the label", found->images[RS_AGREED_AGAINST_LABEL],
             found->rows[RS_AGREED_AGAINST_LABEL], out);
    add_kind("  and ReaL has that class", found->accepted, found->decided, out);
    add_kind("ReaL with all, against the label", found->images[RS_AGREED_REAL_WITH_ALL],
             found->rows[RS_AGREED_REAL_WITH_ALL], out);
    add_kind("all are wrong by ReaL", found->images[RS_AGREED_ALL_WRONG],
             found->rows[RS_AGREED_ALL_WRONG], out);
    rs_table_end(out);
    rs_text_add(out, "  which images these are: --consensus FILE.csv\n");
}

/* ---- CSV ---- */

static void put_image(const rs_mistakes_summary *summary, const rs_agreed_image *found,
                      rs_text *cell, rs_text *out)
{
    rs_text_printf(out, "%" PRIu64, rs_image_rows_number(summary->setup->images, found->image));
    if (summary->has_names) {
        rs_mistakes_add_image(summary, found->image, cell);
    }
    rs_mistakes_put_cell(cell, out);
    for (int kind = 0; kind < RS_AGREED_KINDS; ++kind) {
        rs_text_add(out, found->is[kind] ? ",yes" : ",no");
    }
    rs_mistakes_put_class(summary, found->most, cell, out);
    rs_text_printf(out, ",%" PRIu32 ",%" PRIu32, found->models, summary->consensus->models);
    rs_mistakes_put_class(summary, rs_mistakes_original(summary, found->image), cell, out);
    rs_mistakes_put_real(summary, found->image, cell, out);
    rs_mistakes_put_number(rs_mistakes_score(summary->setup, found->image, found->most), out);
    rs_text_printf(
        out, ",%s\n",
        rs_mistake_verdict_name(rs_mistakes_verdict(summary->setup, found->image, found->most)));
}

void rs_consensus_csv(const rs_mistakes_summary *summary, rs_text *out)
{
    rs_text cell = {0};
    rs_text_add(out, "image,name,against_label,real_with_all,all_wrong,prediction,prediction_name,"
                     "agree,models,original,original_name,real,real_names,rater_score,verdict\n");
    for (uint64_t i = 0; i < summary->consensus->count; ++i) {
        put_image(summary, &summary->consensus->list[i], &cell, out);
    }
    rs_text_clear(&cell);
}
