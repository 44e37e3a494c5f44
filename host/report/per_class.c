/* per_class.c - --per-class. */
#include "report/per_class.h"

#include <inttypes.h>

#include "base/error.h"

rs_status rs_per_class_heading(rs_text *out, rs_error *error)
{
    return rs_text_printf(out, error,
                          "model,class,wnid,name,images,imagenet_correct,imagenet_accuracy,"
                          "real_total,real_correct,real_accuracy,oracle_rows,oracle_accuracy,"
                          "oracle_model_accuracy,oracle_p\n");
}

static rs_status add_percent(rs_text *out, uint64_t correct, uint64_t total, rs_error *error)
{
    if (total == 0) {
        return rs_text_append(out, ",", 1, error);
    }
    return rs_text_printf(out, error, ",%.2f", 100.0 * (double)correct / (double)total);
}

static rs_status add_class(const char *model, const rs_labels *labels, const rs_class_metrics *c,
                           uint32_t class_index, rs_text *out, rs_error *error)
{
    const char *synset = rs_labels_synset(labels, class_index);
    const char *name = rs_labels_name(labels, class_index);
    RS_TRY(rs_text_csv_cell(out, model, error));
    RS_TRY(rs_text_printf(out, error, ",%" PRIu32 ",%s,", class_index, synset ? synset : ""));
    RS_TRY(rs_text_csv_cell(out, name ? name : "", error));
    RS_TRY(rs_text_printf(out, error, ",%" PRIu64 ",%" PRIu64, c->images, c->imagenet_correct));
    RS_TRY(add_percent(out, c->imagenet_correct, c->images, error));
    RS_TRY(rs_text_printf(out, error, ",%" PRIu64 ",%" PRIu64, c->real_total, c->real_correct));
    RS_TRY(add_percent(out, c->real_correct, c->real_total, error));
    RS_TRY(rs_text_printf(out, error, ",%" PRIu64, c->oracle_rows));
    if (c->oracle_rows == 0) {
        return rs_text_append(out, ",,,\n", 4, error);
    }
    RS_TRY(rs_text_printf(out, error, ",%.2f", 100.0 * c->oracle_accuracy));
    RS_TRY(add_percent(out, c->oracle_correct, c->oracle_rows, error));
    return rs_text_printf(out, error, ",%.6g\n", c->oracle_p);
}

rs_status rs_per_class_lines(const char *model, const rs_labels *labels, const rs_metrics *metrics,
                             rs_text *out, rs_error *error)
{
    for (uint32_t i = 0; i < metrics->classes; ++i) {
        RS_TRY(add_class(model, labels, &metrics->per_class[i], i, out, error));
    }
    return RS_OK;
}
