/* table.c - the table of one model. */
#include "report/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/visible.h"
#include "report/table_parts.h"
#include "report/wording.h"

static const rs_metric *find_topk(const rs_record *record, const char *prefix, const char *suffix)
{
    char name[48];
    (void)snprintf(name, sizeof name, "%s%s", prefix, suffix);
    return rs_record_metric(record, name);
}

static void add_heading(const rs_record *record, rs_text *out)
{
    const rs_record_input *info = &record->input;
    rs_text_printf(
        out, "%s\n  %s rows x %s %s, %s %s, order %s\n  %s (%s, %u thread%s), pass %.1f ms\n",
        record->model, RS_COUNT_TEXT(info->rows), RS_COUNT_TEXT(info->classes),
        info->content == RS_CONTENT_LOGITS ? "classes" : "ranked predictions", info->format,
        rs_dtype_name(info->dtype), info->order, record->engine.name, record->engine.device,
        record->engine.threads, rs_plural(record->engine.threads), record->timing.score_ms);
    if (record->labels.subset.of > 0) {
        const char *const list = record->labels.subset.list;
        rs_text_printf(out, "  ONLY %s of %s images: those of ",
                       RS_COUNT_TEXT(record->labels.images),
                       RS_COUNT_TEXT(record->labels.subset.of));
        rs_text_name(out, list == NULL ? "the first rows" : list);
        rs_text_add(out, "\n");
    }
    if (record->labels.synthetic) {
        rs_text_printf(out, "  SYNTHETIC LABELS: the numbers say nothing about ImageNet\n");
    }
}

/* One line for each K and for each macro mean. */
static void add_accuracies(const rs_record *record, rs_text *out)
{
    static const char *const kinds[][2] = {{"", ""}, {"macro_", "per-class mean, "}};
    for (size_t kind = 0; kind < 2; ++kind) {
        char prefix[24];
        const int prefix_length =
            snprintf(prefix, sizeof prefix, "imagenet_%stop", kinds[kind][0]);
        for (uint32_t i = 0; i < record->metric_count; ++i) {
            const rs_metric *imagenet = &record->metric[i];
            if (strncmp(imagenet->name, prefix, (size_t)prefix_length) != 0) {
                continue;
            }
            const char *k = imagenet->name + prefix_length;
            char real_prefix[24];
            (void)snprintf(real_prefix, sizeof real_prefix, "real_%stop", kinds[kind][0]);
            if (kind == 0) {
                imagenet = rs_table_error_of_classes(imagenet,
                                                 find_topk(record, "imagenet_macro_top", k));
            }
            rs_table_row(out);
            rs_table_put(out, "%stop-%s", kinds[kind][1], k);
            rs_table_metric(imagenet, out);
            rs_table_metric(find_topk(record, real_prefix, k), out);
        }
    }
}

static void add_further(const rs_record *record, rs_text *out)
{
    static const char *const lines[][2] = {
        {"real_second", "second prediction"},
        {"real_second_given_first", "  when the first is"},
        {"real_third", "third prediction"},
        {"real_third_given_first", "  when the first is"},
        {"real_third_given_first_second", "  when both before are"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; ++i) {
        const rs_metric *metric = rs_record_metric(record, lines[i][0]);
        if (metric == NULL) {
            continue;
        }
        rs_table_row(out);
        rs_table_put(out, "%s", lines[i][1]);
        rs_table_none(out);
        rs_table_metric(metric, out);
        rs_table_count(out, metric->total);
    }
}

static void add_table(const rs_record *record, rs_text *out)
{
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "accuracy, % [95 %]");
    RS_TABLE_COLUMNS(out, RS_TABLE_RANGE, "ImageNet", "ReaL");
    rs_table_column(out, RS_TABLE_NUMBER, "rows");
    add_accuracies(record, out);
    add_further(record, out);
    rs_table_end(out);
}

static void add_choice(const rs_label_choice *choice, rs_text *out)
{
    if (!choice->measured || choice->reason != NULL) {
        return;
    }
    rs_text_printf(out,
                   "\n  choice among valid labels, %s rows where the model says one of several\n"
                   "    the original one in %.2f [%.2f, %.2f], by chance %.2f (z %.1f):\n"
                   "    the model %s\n",
                   RS_COUNT_TEXT(choice->rows), 100.0 * choice->original.value,
                   100.0 * choice->original.ci95_low, 100.0 * choice->original.ci95_high,
                   100.0 * choice->expected, choice->z, rs_choice_words(choice));
    if (choice->classes > 0) {
        rs_text_printf(out,
                       "    in %" PRIu32 " classes with a low oracle: more often in %" PRIu32
                       ", by chance in %.1f; significant (Holm): %" PRIu32 "\n",
                       choice->classes, choice->classes_above, choice->classes_expected_above,
                       choice->classes_significant);
    }
    rs_text_printf(out, "    %s\n", rs_choice_reading);
}

/* The article's comparison, in which mistakes count too: its number of classes is no finding about
 * habits where those decide it. */
static void add_oracle(const rs_record *record, rs_text *out)
{
    const rs_oracle *const oracle = &record->oracle;
    const rs_metric *const imagenet = rs_record_metric(record, "imagenet_top1");
    if (oracle->reason != NULL) {
        return;
    }
    rs_text_printf(out,
                   "\n  oracle (a random ReaL label, scored by the original one), %s rows\n"
                   "    expected to give the original label in %.2f %%, this model in %.2f %%\n"
                   "    difference %+.2f points",
                   RS_COUNT_TEXT(oracle->rows), 100.0 * oracle->expected, 100.0 * oracle->model,
                   100.0 * (oracle->model - oracle->expected));
    rs_table_add_bar(&oracle->gap_error, 100.0, 2, out);
    rs_text_add(out, "\n");
    if (oracle->classes_below_cut == 0) {
        rs_text_printf(out, "    no class to compare it in\n");
        return;
    }
    rs_text_printf(out, "    classes with a low oracle: %" PRIu32 ", mean gap %+.2f points",
                   oracle->classes_below_cut, 100.0 * oracle->mean_gap);
    rs_table_add_bar(&oracle->mean_gap_error, 100.0, 2, out);
    rs_text_printf(out, "; above it in %" PRIu32 ", significant (Holm): %" PRIu32 "\n",
                   oracle->classes_model_above, oracle->classes_significant);
    rs_text_printf(out, "    %s\n",
                   oracle->mean_gap < 0.0 && imagenet != NULL &&
                           rs_mistakes_hide_oracle(imagenet->value)
                       ? rs_oracle_hidden
                       : rs_oracle_reading);
}

/* Predictions that are not the label; where some of their images have no set, how many have one. */
static void add_differing(const rs_record *record, uint64_t with_set, rs_text *out)
{
    const rs_metric *const top1 = rs_record_metric(record, "imagenet_top1");
    const uint64_t differing = top1 == NULL ? with_set : top1->total - top1->correct;
    rs_text_printf(out, "\n  %s prediction%s from the original label", RS_COUNT_TEXT(differing),
                   differing == 1 ? " differs" : "s differ");
    if (differing != with_set) {
        rs_text_printf(out, ", %s with a ReaL set", RS_COUNT_TEXT(with_set));
    }
    rs_text_add(out, "\n");
}

static void add_disagreements(const rs_record *record, rs_text *out)
{
    const rs_disagreements *const d = &record->disagreements;
    if (d->reason != NULL || d->total == 0) {
        return;
    }
    add_differing(record, d->total, out);
    rs_text_printf(out,
                   "    by ReaL, the prediction alone is right in %s, the label alone in "
                   "%s,\n    both in %s, neither in %s",
                   RS_COUNT_TEXT(d->prediction_only), RS_COUNT_TEXT(d->label_only),
                   RS_COUNT_TEXT(d->both), RS_COUNT_TEXT(d->neither));
    if (d->preference_reason == NULL) {
        rs_text_printf(out, "\n    where one of them is, it is the prediction in %.2f %%",
                       100.0 * d->preference);
        rs_table_add_bar(&d->preference_error, 100.0, 2, out);
    }
    rs_text_add(out, "\n");
}

/* What raters do not tell, and how much their threshold decides. */
static void add_bracket(const rs_bracket *bracket, rs_text *out)
{
    if (!bracket->measured || bracket->reason != NULL) {
        return;
    }
    rs_text_printf(out,
                   "\n  %s first prediction%s no rater was asked about: ReaL top-1 is %.2f with "
                   "them wrong, %.2f with them right, which is a bound and no estimate\n",
                   RS_COUNT_TEXT(bracket->unasked), rs_plural(bracket->unasked),
                   100.0 * bracket->low, 100.0 * bracket->high);
    rs_text_add(out, "  ReaL top-1 by label sets of other thresholds of the raters' scores\n");
    rs_table_begin(out, 4);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "threshold", "ReaL");
    for (uint32_t t = 0; t < RS_RATED_THRESHOLDS; ++t) {
        rs_table_row(out);
        rs_table_put(out, "%.2f", rs_rated_threshold(t));
        rs_table_value(&bracket->threshold[t], out);
    }
    rs_table_end(out);
}

/* Of one kind of label; what there is not is left out. */
static void add_errors(const rs_calibration *c, bool real, rs_text *out)
{
    const bool has_nll = (real ? c->real_nll_rows : c->nll_rows) > 0;
    const bool has_ece = real ? c->has_real_ece : c->has_ece;
    if (!has_nll && !has_ece) {
        return;
    }
    rs_text_printf(out, "\n    by %s:", real ? "ReaL" : "the original labels");
    if (has_nll) {
        rs_text_printf(out, " NLL %.4f", real ? c->real_nll : c->nll);
        rs_table_add_bar(real ? &c->real_nll_error : &c->nll_error, 1.0, 4, out);
    }
    if (has_ece) {
        rs_text_printf(out, "%s ECE %.2f", has_nll ? "," : "",
                       100.0 * (real ? c->real_ece : c->ece));
        rs_table_add_bar(real ? &c->real_ece_error : &c->ece_error, 100.0, 2, out);
    }
}

static void add_calibration(const rs_calibration *c, rs_text *out)
{
    if (!c->measured || c->rows == 0) {
        return;
    }
    rs_text_printf(out, "\n  calibration: mean confidence %.2f", 100.0 * c->confidence);
    rs_table_add_bar(&c->confidence_error, 100.0, 2, out);
    add_errors(c, false, out);
    add_errors(c, true, out);
    rs_text_add(out, "\n");
}

void rs_table_precision(const rs_record *record, rs_text *out)
{
    const rs_mean_precision *const found = &record->precision;
    if (!found->measured) {
        return;
    }
    rs_text_add(out, "mean average precision by ReaL: ");
    if (found->reason == NULL) {
        rs_text_printf(out, "%.2f, over %s classes and %s rows\n", 100.0 * found->mean,
                       RS_COUNT_TEXT(found->classes), RS_COUNT_TEXT(found->rows));
    } else {
        rs_text_printf(out, "none, %s\n", found->reason);
    }
}

void rs_table_model(const rs_record *record, rs_text *out)
{
    add_heading(record, out);
    add_table(record, out);
    rs_table_sets(record, out);
    add_bracket(&record->bracket, out);
    add_choice(&record->choice, out);
    add_oracle(record, out);
    add_disagreements(record, out);
    add_calibration(&record->calibration, out);
    rs_text_add(out, record->precision.measured ? "\n  " : "");
    rs_table_precision(record, out);
    if (record->nan_rows > 0) {
        rs_text_printf(out, "\n  invalid rows (NaN), counted as wrong: %" PRIu64 "\n",
                       record->nan_rows);
    }
    if (record->has_row_flags) {
        rs_text_printf(out,
                       "\n  rows with an infinite maximum: %" PRIu64
                       ", with a tied first prediction: %" PRIu64 "\n",
                       record->inf_rows, record->tied_rows);
    }
    rs_text_add(out, "\n");
}
