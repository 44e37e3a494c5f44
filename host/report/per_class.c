/* per_class.c - --per-class. */
#include "report/per_class.h"
#include "base/csv_cell.h"

#include <inttypes.h>

void rs_per_class_heading(rs_text *out)
{
    rs_text_printf(out, "model,class,wnid,name,images,imagenet_correct,imagenet_accuracy,"
                        "real_total,real_correct,real_accuracy,oracle_rows,oracle_accuracy,"
                        "oracle_model_accuracy,oracle_p,considered,significant,"
                        "choice_rows,choice_original,choice_accuracy,choice_expected,choice_p,"
                        "choice_significant\n");
}

static void add_percent(rs_text *out, uint64_t correct, uint64_t total)
{
    if (total == 0) {
        rs_text_add(out, ",");
        return;
    }
    rs_text_printf(out, ",%.2f", 100.0 * (double)correct / (double)total);
}

static void add_choice(const rs_class_metrics *c, rs_text *out)
{
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu64, c->choice_rows, c->choice_original);
    add_percent(out, c->choice_original, c->choice_rows);
    if (c->choice_rows == 0) {
        rs_text_add(out, ",,");
    } else {
        rs_text_printf(out, ",%.2f,%.6g", 100.0 * c->choice_expected, c->choice_p);
    }
    rs_text_printf(out, ",%d", c->choice_significant);
}

static void add_class(const char *model, const rs_labels *labels, const rs_class_metrics *c,
                      uint32_t class_index, bool has_choice, rs_text *out)
{
    const char *synset = rs_labels_synset(labels, class_index);
    const char *name = rs_labels_name(labels, class_index);
    rs_text_csv_cell(out, model);
    rs_text_printf(out, ",%" PRIu32 ",%s,", class_index, synset ? synset : "");
    rs_text_csv_cell(out, name ? name : "");
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu64, c->images, c->imagenet_correct);
    add_percent(out, c->imagenet_correct, c->images);
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu64, c->real_total, c->real_correct);
    add_percent(out, c->real_correct, c->real_total);
    rs_text_printf(out, ",%" PRIu64, c->oracle_rows);
    if (c->oracle_rows == 0) {
        rs_text_add(out, ",,,");
    } else {
        rs_text_printf(out, ",%.2f", 100.0 * c->oracle_accuracy);
        add_percent(out, c->oracle_correct, c->oracle_rows);
        rs_text_printf(out, ",%.6g", c->oracle_p);
    }
    rs_text_printf(out, ",%d,%d", c->considered, c->significant);
    if (has_choice) {
        add_choice(c, out);
    } else {
        rs_text_add(out, ",,,,,,");
    }
    rs_text_add(out, "\n");
}

void rs_per_class_lines(const char *model, const rs_labels *labels, const rs_metrics *metrics,
                        rs_text *out)
{
    for (uint32_t i = 0; i < metrics->classes; ++i) {
        add_class(model, labels, &metrics->per_class[i], i, metrics->choice.reason == NULL, out);
    }
}
