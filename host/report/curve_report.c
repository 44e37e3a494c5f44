/* curve_report.c - table, CSV and JSON of curves. */
#include "report/curve_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "base/csv_cell.h"
#include "base/json.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/json_begin.h"

const char *rs_mark_kind_name(rs_mark_kind kind)
{
    static const char *const names[RS_MARK_KINDS] = {
        [RS_MARK_RATER] = "rater",       [RS_MARK_EXPERT] = "expert",
        [RS_MARK_EXPERT_OTHERS] = "expert_by_others",
        [RS_MARK_MAJORITY] = "majority", [RS_MARK_LABELS] = "labels",
    };
    return names[kind];
}

/* ---- the table ---- */

typedef struct share_line {
    uint64_t taken;
    uint64_t right;
    uint64_t present;
    rs_share_ends ends;
} share_line;

static share_line line_of(const rs_curve_mark *mark)
{
    return (share_line){mark->taken, mark->right, mark->present, mark->ends};
}

static void add_share(double share, rs_interval ends, rs_text *out)
{
    if (isnan(ends.low)) {
        rs_table_put(out, "%6.2f", 100.0 * share);
    } else {
        rs_table_put(out, "%6.2f [%6.2f, %6.2f]", 100.0 * share, 100.0 * ends.low,
                     100.0 * ends.high);
    }
}

static void add_line(rs_span name, const double *threshold, const share_line *line, rs_text *out)
{
    rs_table_row(out);
    rs_table_cell(out);
    rs_text_visible(out, name.text, name.length, false);
    if (threshold != NULL) {
        rs_table_put(out, "%.6f", *threshold);
    } else {
        rs_table_cell(out);
    }
    rs_table_count(out, line->taken);
    rs_table_count(out, line->right);
    add_share(rs_precision(line->taken, line->right), line->ends.precision, out);
    add_share(rs_recall(line->present, line->right), line->ends.recall, out);
    add_share(rs_f1(line->taken, line->right, line->present), line->ends.f1, out);
}

static const char *in_sample_words(rs_in_sample in_sample)
{
    switch (in_sample) {
    case RS_IN_SAMPLE_WEIGHED:
        return "in-sample: raters were weighed by their answers to these golden pairs";
    case RS_IN_SAMPLE_HELD:
        return "in-sample: the golden pairs have their truth as score";
    default:
        return "in-sample if these golden pairs helped to make the scores; nothing here shows that "
               "they did";
    }
}

static void add_curve_lines(const rs_figure *figure, const rs_named_curve *named, rs_text *out)
{
    static const char best_words[] = "  best F1 (in-sample)";
    const rs_curve *curve = &named->curve;
    const rs_curve_point at = rs_curve_at(curve, figure->threshold);
    const rs_curve_point best = rs_curve_best(curve);
    const share_line at_line = {at.taken, at.right, curve->present, at.ends};
    const share_line best_line = {best.taken, best.right, curve->present, best.ends};
    add_line((rs_span){named->name, strlen(named->name)}, &at.threshold, &at_line, out);
    add_line((rs_span){best_words, sizeof best_words - 1}, &best.threshold, &best_line, out);
}

static void add_curve_words(const rs_named_curve *named, rs_text *out)
{
    const rs_curve *curve = &named->curve;
    rs_text_printf(out, "  %s: average precision %.2f over %zu thresholds", named->name,
                   100.0 * curve->average_precision, curve->count);
    if (curve->missing > 0) {
        rs_text_printf(out, "; %" PRIu64 " golden pair%s no score", curve->missing,
                       curve->missing == 1 ? " has" : "s have");
    }
    rs_text_printf(out, "\n    %s\n", in_sample_words(named->in_sample));
}

/* Least, middle and greatest share of those of a kind. */
static void add_spread(const char *what, size_t people, const char *share, double *values,
                       rs_text *out)
{
    qsort(values, people, sizeof *values, rs_ascending_f64);
    rs_table_row(out);
    rs_table_put(out, "%s", what);
    rs_table_put(out, "%zu", people);
    rs_table_put(out, "%s", share);
    rs_table_put(out, "%.2f", 100.0 * values[0]);
    rs_table_put(out, "%.2f", 100.0 * values[people / 2]);
    rs_table_put(out, "%.2f", 100.0 * values[people - 1]);
}

static void add_people(const rs_figure *figure, rs_mark_kind kind, const char *what, rs_text *out)
{
    size_t people = 0;
    double *const values = malloc((figure->mark_count + 1) * 2 * sizeof *values);
    if (values == NULL) {
        rs_text_lose(out, figure->mark_count * 2 * sizeof *values, "marks");
        return;
    }
    double *const recall = values + figure->mark_count;
    for (size_t i = 0; i < figure->mark_count; ++i) {
        const rs_named_mark *named = &figure->marks[i];
        if (named->kind == kind) {
            values[people] = rs_precision(named->mark.taken, named->mark.right);
            recall[people++] = rs_recall(named->mark.present, named->mark.right);
        }
    }
    if (people > 0) {
        add_spread(what, people, "precision", values, out);
        add_spread(what, people, "recall", recall, out);
    }
    free(values);
}

static bool has_people(const rs_figure *figure)
{
    for (size_t i = 0; i < figure->mark_count; ++i) {
        const rs_mark_kind kind = figure->marks[i].kind;
        if (kind == RS_MARK_RATER || kind == RS_MARK_EXPERT || kind == RS_MARK_EXPERT_OTHERS) {
            return true;
        }
    }
    return false;
}

static void add_all_people(const rs_figure *figure, rs_text *out)
{
    if (!has_people(figure)) {
        return;
    }
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "each by itself");
    rs_table_column(out, RS_TABLE_NUMBER, "people");
    rs_table_column(out, RS_TABLE_WORDS, "share, %");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "least", "median", "most");
    add_people(figure, RS_MARK_EXPERT, "experts by a majority (in-sample)", out);
    add_people(figure, RS_MARK_EXPERT_OTHERS, "experts by the majority of the others", out);
    add_people(figure, RS_MARK_RATER, "single raters", out);
    rs_table_end(out);
}

static void add_shares_table(const rs_figure *figure, rs_text *out)
{
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "scores");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "threshold", "taken", "right");
    rs_table_column(out, RS_TABLE_RANGE, "precision");
    rs_table_column(out, RS_TABLE_RANGE | RS_TABLE_BELOW, "recall");
    rs_table_column(out, RS_TABLE_RANGE, "F1");
    for (size_t i = 0; i < figure->curve_count; ++i) {
        add_curve_lines(figure, &figure->curves[i], out);
    }
    for (size_t i = 0; i < figure->mark_count; ++i) {
        const rs_named_mark *named = &figure->marks[i];
        const share_line line = line_of(&named->mark);
        if (named->kind == RS_MARK_MAJORITY || named->kind == RS_MARK_LABELS) {
            add_line(named->name, NULL, &line, out);
        }
    }
    rs_table_end(out);
}

void rs_figure_table(const rs_figure *figure, rs_text *out)
{
    rs_text_name(out, figure->golden_path);
    rs_text_printf(out,
                   "\n  %" PRIu64 " golden pairs, %" PRIu64
                   " of them present; 95 %% intervals over images, not pairs\n\n",
                   figure->judged, figure->present);
    add_shares_table(figure, out);
    for (size_t i = 0; i < figure->curve_count; ++i) {
        add_curve_words(&figure->curves[i], out);
    }
    add_all_people(figure, out);
}

/* ---- CSV ---- */

static void add_name(rs_span name, rs_text *out)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%.*s",
                   (int)(name.length < sizeof text ? name.length : sizeof text - 1), name.text);
    rs_text_csv_cell(out, text);
}

static void add_ends_csv(rs_interval ends, rs_text *out)
{
    if (isnan(ends.low)) {
        rs_text_add(out, ",,");
    } else {
        rs_text_printf(out, ",%.2f,%.2f", 100.0 * ends.low, 100.0 * ends.high);
    }
}

static void add_shares(uint64_t judged, const share_line *line, rs_text *out)
{
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%.2f,%.2f,%.2f",
                   line->taken, line->right, judged, line->present,
                   100.0 * rs_precision(line->taken, line->right),
                   100.0 * rs_recall(line->present, line->right),
                   100.0 * rs_f1(line->taken, line->right, line->present));
    add_ends_csv(line->ends.precision, out);
    add_ends_csv(line->ends.recall, out);
    add_ends_csv(line->ends.f1, out);
    rs_text_add(out, "\n");
}

static void add_curve_csv(const rs_named_curve *named, rs_text *out)
{
    for (size_t i = 0; i < named->curve.count; ++i) {
        const rs_curve_point *point = &named->curve.point[i];
        const share_line line = {point->taken, point->right, named->curve.present, point->ends};
        rs_text_add(out, "scores,");
        add_name((rs_span){named->name, strlen(named->name)}, out);
        rs_text_printf(out, ",%.17g", point->threshold);
        add_shares(named->curve.judged, &line, out);
    }
}

void rs_figure_csv(const rs_figure *figure, rs_text *out)
{
    rs_text_printf(out, "kind,name,threshold,taken,right,judged,present,precision,recall,f1,"
                        "precision_low,precision_high,recall_low,recall_high,f1_low,f1_high\n");
    for (size_t i = 0; i < figure->curve_count; ++i) {
        add_curve_csv(&figure->curves[i], out);
    }
    for (size_t i = 0; i < figure->mark_count; ++i) {
        const rs_named_mark *named = &figure->marks[i];
        const share_line line = line_of(&named->mark);
        rs_text_printf(out, "%s,", rs_mark_kind_name(named->kind));
        add_name(named->name, out);
        rs_text_add(out, ",");
        add_shares(named->mark.judged, &line, out);
    }
}

/* ---- JSON ---- */

static void add_ends_json(rs_json *to, const rs_share_ends *ends)
{
    rs_json_add_interval(to, "precision_ci95", ends->precision.low, ends->precision.high);
    rs_json_add_interval(to, "recall_ci95", ends->recall.low, ends->recall.high);
    rs_json_add_interval(to, "f1_ci95", ends->f1.low, ends->f1.high);
}

/* null: nothing shows that it is, and nothing could show that it is not. */
static void add_in_sample_json(rs_json *to, rs_in_sample in_sample)
{
    static const char *const names[] = {[RS_IN_SAMPLE_HELD] = "held",
                                        [RS_IN_SAMPLE_WEIGHED] = "weighed",
                                        [RS_IN_SAMPLE_NOT_SEEN] = NULL};
    rs_json_add_text(to, "in_sample", names[in_sample]);
}

static void add_curve_json(rs_json *curves, const rs_named_curve *named)
{
    rs_json *to = rs_json_add_object(curves, NULL);
    rs_json_add_text(to, "name", named->name);
    rs_json_add_text(to, "path", named->path);
    rs_json_add_number(to, "average_precision", named->curve.average_precision);
    rs_json_add_integer(to, "missing", named->curve.missing);
    add_in_sample_json(to, named->in_sample);
    rs_json *points = rs_json_add_array(to, "points");
    for (size_t i = 0; i < named->curve.count; ++i) {
        rs_json *point = rs_json_add_object(points, NULL);
        rs_json_add_number(point, "threshold", named->curve.point[i].threshold);
        rs_json_add_integer(point, "taken", named->curve.point[i].taken);
        rs_json_add_integer(point, "right", named->curve.point[i].right);
        add_ends_json(point, &named->curve.point[i].ends);
    }
}

static void add_mark_json(rs_json *marks, const rs_named_mark *named)
{
    char text[160];
    rs_json *to = rs_json_add_object(marks, NULL);
    (void)snprintf(text, sizeof text, "%.*s",
                   (int)(named->name.length < sizeof text ? named->name.length : sizeof text - 1),
                   named->name.text);
    rs_json_add_text(to, "kind", rs_mark_kind_name(named->kind));
    rs_json_add_text(to, "name", text);
    rs_json_add_integer(to, "judged", named->mark.judged);
    rs_json_add_integer(to, "present", named->mark.present);
    rs_json_add_integer(to, "taken", named->mark.taken);
    rs_json_add_integer(to, "right", named->mark.right);
    add_ends_json(to, &named->mark.ends);
}

void rs_figure_json(const rs_figure *figure, rs_text *out)
{
    rs_json *root = rs_json_begin(RS_CURVE_SCHEMA);
    rs_json *golden = rs_json_add_object(root, "golden");
    rs_json_add_text(golden, "path", figure->golden_path);
    rs_json_add_integer(golden, "pairs", figure->judged);
    rs_json_add_integer(golden, "present", figure->present);
    rs_json *curves = rs_json_add_array(root, "curves");
    for (size_t i = 0; i < figure->curve_count; ++i) {
        add_curve_json(curves, &figure->curves[i]);
    }
    rs_json *marks = rs_json_add_array(root, "marks");
    for (size_t i = 0; i < figure->mark_count; ++i) {
        add_mark_json(marks, &figure->marks[i]);
    }
    rs_json_finish(root, out);
}
