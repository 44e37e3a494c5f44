/* propose_report.c - the table and the record of proposals. */
#include "report/propose_report.h"

#include <inttypes.h>
#include <math.h>

#include "base/json.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/wording.h"

uint32_t rs_propose_asked(const rs_propose_summary *summary)
{
    return summary->chosen != NULL ? summary->chosen->subset
                                   : (uint32_t)((UINT64_C(1) << summary->model_count) - 1);
}

static double precision_of(const rs_subset_point *point)
{
    return (double)point->right / (double)point->proposed;
}

static double fraction_of(uint32_t part, uint32_t whole)
{
    return whole == 0 ? 0.0 : (double)part / (double)whole;
}

static double recall_of(const rs_propose_summary *summary, const rs_subset_point *point)
{
    return (double)point->right / (double)summary->golden->task.present;
}

/* ---- the table ---- */

static void add_models(const rs_propose_summary *summary, rs_text *out)
{
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "model");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "largest logits", "probabilities");
    for (uint32_t m = 0; m < summary->model_count; ++m) {
        const rs_proposer *model = &summary->models[m];
        rs_table_row(out);
        rs_table_name(out, model->name);
        rs_table_count(out, model->logits);
        rs_table_count(out, model->probs);
    }
    rs_table_end(out);
}

static void add_counts(const rs_propose_summary *summary, uint32_t subset, rs_text *out)
{
    const rs_proposals_counts counts = rs_proposals_count(summary->proposals, subset);
    rs_text_printf(out,
                   "  %s candidate%s; on %s image%s the first predictions are not all the\n"
                   "  original label: %s candidate%s to rate",
                   RS_COUNT_TEXT(counts.candidates), rs_plural(counts.candidates),
                   RS_COUNT_TEXT(counts.rated), rs_plural(counts.rated),
                   RS_COUNT_TEXT(counts.rated_candidates), rs_plural(counts.rated_candidates));
    if (counts.rated > 0) {
        rs_text_printf(out, ", %.2f an image",
                       (double)counts.rated_candidates / (double)counts.rated);
    }
    rs_text_add(out, "\n");
}

static void add_golden(const rs_propose_summary *summary, rs_text *out)
{
    const rs_golden_proposals *golden = summary->golden;
    rs_text_add(out, "\n  golden set: ");
    rs_text_name(out, summary->golden_path);
    rs_text_printf(
        out,
        "\n"
        "  %" PRIu32 " image%s, %" PRIu32 " pair%s judged, %" PRIu32 " of them present; no model "
        "proposes %" PRIu32 " of these\n"
        "  %" PRIu32 " proposals for these images are not judged: %s\n"
        "\n  subsets that no other beats, of %s; %% [95 %% interval over images]; in-sample\n",
        golden->images, rs_plural(golden->images), golden->judged, rs_plural(golden->judged),
        golden->task.present, golden->missed, golden->unjudged,
        summary->unjudged_absent ? "they count as absent" : "they are left out",
        RS_COUNT_TEXT((UINT64_C(1) << summary->model_count) - 1));
}

static void add_share(double share, rs_interval ends, rs_text *out)
{
    rs_text_printf(out, "  %6.2f", 100.0 * share);
    if (isnan(ends.low)) {
        rs_text_printf(out, " %-16s", "(no interval)");
    } else {
        rs_text_printf(out, " [%6.2f, %6.2f]", 100.0 * ends.low, 100.0 * ends.high);
    }
}

static void add_share_cell(double share, rs_interval ends, rs_text *out)
{
    rs_table_put(out, "%6.2f", 100.0 * share);
    if (!isnan(ends.low)) {
        rs_text_printf(out, " [%6.2f, %6.2f]", 100.0 * ends.low, 100.0 * ends.high);
    }
}

static void add_point(const rs_propose_summary *summary, const rs_subset_point *point, rs_text *out)
{
    const rs_subset_ends *const ends = &summary->ends[point - summary->front];
    rs_table_row(out);
    rs_table_put(out, "%d", __builtin_popcount(point->subset));
    add_share_cell(recall_of(summary, point), ends->recall, out);
    add_share_cell(point->proposed == 0 ? 0.0 : precision_of(point), ends->precision, out);
    rs_table_count(out, point->proposed);
    rs_table_count(out, point->right);
    rs_table_put(out, "%s", point == summary->chosen ? "*" : "");
}

static void add_front(const rs_propose_summary *summary, rs_text *out)
{
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_NUMBER, "models");
    RS_TABLE_COLUMNS(out, RS_TABLE_RANGE, "recall", "precision");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "proposed", "right");
    rs_table_column(out, RS_TABLE_WORDS, "*");
    for (size_t i = 0; i < summary->front_count; ++i) {
        add_point(summary, &summary->front[i], out);
    }
    rs_table_end(out);
}

/* The subset was chosen for what it does on these images. */
static void add_holdout(const rs_propose_summary *summary, rs_text *out)
{
    const rs_holdout *const holdout = summary->holdout;
    if (holdout == NULL) {
        rs_text_add(out, "  in-sample: chosen for what it does on these very images; --holdout K "
                         "tells what the choice does on others\n");
        return;
    }
    rs_text_add(out, "  on images that the choice did not see: recall");
    add_share(fraction_of(holdout->right, holdout->present), holdout->ends.recall, out);
    rs_text_add(out, ", precision");
    add_share(fraction_of(holdout->right, holdout->proposed), holdout->ends.precision, out);
    rs_text_printf(out,
                   "\n  (%" PRIu32 " folds, each chosen for without its images: %" PRIu32
                   " different subset%s",
                   holdout->folds, holdout->subsets, rs_plural(holdout->subsets));
    if (holdout->fell_short > 0) {
        rs_text_printf(out, "; %" PRIu32 " time%s none reached the recall, and the best one counts",
                       holdout->fell_short, rs_plural(holdout->fell_short));
    }
    rs_text_add(out, ")\n");
}

static void add_chosen(const rs_propose_summary *summary, rs_text *out)
{
    const rs_subset_point *chosen = summary->chosen;
    rs_text_printf(out,
                   "  *: chosen\n\n"
                   "  best precision at a recall of %.2f %% or more: %.2f %% at %.2f %%, with %d "
                   "of %" PRIu32 " model%s\n   ",
                   100.0 * summary->min_recall, 100.0 * precision_of(chosen),
                   100.0 * recall_of(summary, chosen), __builtin_popcount(chosen->subset),
                   summary->model_count, rs_plural(summary->model_count));
    for (uint32_t m = 0; m < summary->model_count; ++m) {
        if ((chosen->subset >> m & 1u) != 0) {
            rs_text_printf(out, " %s", summary->models[m].name);
        }
    }
    rs_text_add(out, "\n");
    add_holdout(summary, out);
    add_counts(summary, chosen->subset, out);
}

void rs_propose_table(const rs_propose_summary *summary, rs_text *out)
{
    const uint32_t all = (uint32_t)((UINT64_C(1) << summary->model_count) - 1);
    rs_text_printf(out,
                   "%s image%s, %" PRIu32 " model%s, up to %s further label%s a model and "
                   "criterion\n",
                   RS_COUNT_TEXT(summary->images), rs_plural(summary->images), summary->model_count,
                   rs_plural(summary->model_count), RS_COUNT_TEXT(summary->extra),
                   rs_plural(summary->extra));
    add_models(summary, out);
    rs_text_printf(out, "\n  all models\n");
    add_counts(summary, all, out);
    if (summary->golden_path == NULL) {
        return;
    }
    add_golden(summary, out);
    add_front(summary, out);
    if (!(summary->chosen == NULL)) {
        add_chosen(summary, out);
    }
}

/* ---- the record ---- */

static void add_ends_json(rs_json *to, const rs_subset_ends *ends)
{
    rs_json_add_interval(to, "recall_ci95", ends->recall.low, ends->recall.high);
    rs_json_add_interval(to, "precision_ci95", ends->precision.low, ends->precision.high);
}

static void add_subset(rs_json *to, const rs_propose_summary *summary, const rs_subset_point *point)
{
    rs_json *models = rs_json_add_array(to, "models");
    for (uint32_t m = 0; m < summary->model_count; ++m) {
        if ((point->subset >> m & 1u) != 0) {
            rs_json_add_text(models, NULL, summary->models[m].name);
        }
    }
    rs_json_add_integer(to, "proposed", point->proposed);
    rs_json_add_integer(to, "right", point->right);
    rs_json_add_number(to, "recall", recall_of(summary, point));
    rs_json_add_number(to, "precision", precision_of(point)); /* of nothing: null */
    add_ends_json(to, &summary->ends[point - summary->front]);
}

/* null where it was not asked for */
static void add_holdout_json(rs_json *to, const rs_holdout *holdout)
{
    if (holdout == NULL) {
        rs_json_add_null(to, "holdout");
        return;
    }
    rs_json *const json = rs_json_add_object(to, "holdout");
    rs_json_add_integer(json, "folds", holdout->folds);
    rs_json_add_integer(json, "proposed", holdout->proposed);
    rs_json_add_integer(json, "right", holdout->right);
    rs_json_add_integer(json, "present", holdout->present);
    rs_json_add_number(json, "recall", fraction_of(holdout->right, holdout->present));
    rs_json_add_number(json, "precision", fraction_of(holdout->right, holdout->proposed));
    add_ends_json(json, &holdout->ends);
    rs_json_add_integer(json, "subsets", holdout->subsets);
    rs_json_add_integer(json, "fell_short", holdout->fell_short);
}

static void add_counts_json(rs_json *to, const rs_propose_summary *summary)
{
    const rs_proposals_counts counts =
        rs_proposals_count(summary->proposals, rs_propose_asked(summary));
    rs_json_add_integer(to, "candidates", counts.candidates);
    rs_json_add_integer(to, "rated_images", counts.rated);
    rs_json_add_integer(to, "rated_candidates", counts.rated_candidates);
}

static void add_golden_json(rs_json *root, const rs_propose_summary *summary)
{
    if (summary->golden_path == NULL) {
        rs_json_add_null(root, "golden");
        return;
    }
    const rs_golden_proposals *golden = summary->golden;
    rs_json *to = rs_json_add_object(root, "golden");
    rs_json_add_text(to, "path", summary->golden_path);
    rs_json_add_integer(to, "images", golden->images);
    rs_json_add_integer(to, "judged", golden->judged);
    rs_json_add_integer(to, "present", golden->task.present);
    rs_json_add_integer(to, "missed", golden->missed);
    rs_json_add_integer(to, "unjudged", golden->unjudged);
    rs_json_add_text(to, "unjudged_are", summary->unjudged_absent ? "absent" : "left out");
    rs_json_add_number(to, "min_recall", summary->min_recall);
    rs_json *front = rs_json_add_array(to, "front");
    for (size_t i = 0; i < summary->front_count; ++i) {
        add_subset(rs_json_add_object(front, NULL), summary, &summary->front[i]);
    }
    if (summary->chosen == NULL) {
        rs_json_add_null(to, "chosen");
    } else {
        add_subset(rs_json_add_object(to, "chosen"), summary, summary->chosen);
    }
    add_holdout_json(to, summary->holdout);
}

void rs_propose_json(const rs_propose_summary *summary, rs_text *out)
{
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "schema", RS_PROPOSE_SCHEMA);
    rs_json_add_integer(root, "images", summary->images);
    rs_json_add_integer(root, "extra", summary->extra);
    rs_json *models = rs_json_add_array(root, "models");
    for (uint32_t m = 0; m < summary->model_count; ++m) {
        const rs_proposer *model = &summary->models[m];
        rs_json *to = rs_json_add_object(models, NULL);
        rs_json_add_text(to, "model", model->name);
        rs_json_add_text(to, "path", model->path);
        rs_json_add_integer(to, "logits", model->logits);
        rs_json_add_integer(to, "probs", model->probs);
        rs_json_add_integer(to, "invalid_rows", model->invalid);
        rs_json_add_integer(to, "rows_without_probabilities", model->shapeless);
    }
    add_counts_json(root, summary);
    add_golden_json(root, summary);
    rs_json_finish(root, out);
}
