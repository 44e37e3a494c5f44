/* confusion_lines.c - --confusions. */
#include "report/confusion_lines.h"

#include <inttypes.h>

#include "base/error.h"

rs_status rs_confusion_heading(rs_text *out, rs_error *error)
{
    return rs_text_printf(out, error,
                          "model,original,original_wnid,original_name,predicted,predicted_wnid,"
                          "predicted_name,count,real_total,real_accepted\n");
}

static rs_status add_class(const rs_labels *labels, int32_t class_index, rs_text *out,
                           rs_error *error)
{
    const char *const synset = rs_labels_synset(labels, (uint32_t)class_index);
    const char *const name = rs_labels_name(labels, (uint32_t)class_index);
    RS_TRY(rs_text_printf(out, error, ",%" PRId32 ",%s,", class_index, synset ? synset : ""));
    return rs_text_csv_cell(out, name ? name : "", error);
}

rs_status rs_confusion_lines(const char *model, const rs_labels *labels,
                             const rs_confusions *confusions, rs_text *out, rs_error *error)
{
    for (size_t i = 0; i < confusions->count; ++i) {
        const rs_confusion *const pair = &confusions->pair[i];
        RS_TRY(rs_text_csv_cell(out, model, error));
        RS_TRY(add_class(labels, pair->original, out, error));
        RS_TRY(add_class(labels, pair->predicted, out, error));
        RS_TRY(rs_text_printf(out, error, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", pair->count,
                              pair->evaluated, pair->accepted));
    }
    return RS_OK;
}
