/* confusion_lines.c - --confusions. */
#include "report/confusion_lines.h"
#include "base/csv_cell.h"

#include <inttypes.h>

void rs_confusion_heading(rs_text *out)
{
    rs_text_printf(out, "model,original,original_wnid,original_name,predicted,predicted_wnid,"
                        "predicted_name,count,real_total,real_accepted\n");
}

static void add_class(const rs_labels *labels, int32_t class_index, rs_text *out)
{
    const char *const synset = rs_labels_synset(labels, (uint32_t)class_index);
    const char *const name = rs_labels_name(labels, (uint32_t)class_index);
    rs_text_printf(out, ",%" PRId32 ",%s,", class_index, synset ? synset : "");
    rs_text_csv_cell(out, name ? name : "");
}

void rs_confusion_lines(const char *model, const rs_labels *labels, const rs_confusions *confusions,
                        rs_text *out)
{
    for (size_t i = 0; i < confusions->count; ++i) {
        const rs_confusion *const pair = &confusions->pair[i];
        rs_text_csv_cell(out, model);
        add_class(labels, pair->original, out);
        add_class(labels, pair->predicted, out);
        rs_text_printf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", pair->count, pair->evaluated,
                       pair->accepted);
    }
}
