/* mistakes_report.c - what `reassess mistakes` prints and writes. */
#include "report/mistakes_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analyse/proportion.h"
#include "base/csv_cell.h"
#include "base/json.h"
#include "report/wording.h"

static double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole;
}

static uint64_t judged_of(const rs_mistake_count *count)
{
    return count->mistakes - count->verdicts[RS_MISTAKE_UNJUDGED];
}

bool rs_mistakes_next(const rs_mistakes_summary *summary, const rs_mistakes *mistakes, uint64_t *at,
                      uint64_t *rank)
{
    if (summary->limit > 0 && *rank >= summary->limit) {
        return false;
    }
    while (*at < mistakes->count && !rs_mistake_is(&mistakes->list[*at], summary->by)) {
        ++*at;
    }
    ++*rank;
    return *at < mistakes->count;
}

/* ---- the table ---- */

static int name_width(const rs_mistakes_summary *summary)
{
    size_t width = strlen("model");
    for (size_t i = 0; i < summary->model_count; ++i) {
        const size_t length = strlen(summary->models[i].model);
        width = length > width ? length : width;
    }
    return (int)width;
}

static const rs_mistake_count *count_of(const rs_model_mistakes *model, bool by_real)
{
    return by_real ? &model->found.real : &model->found.original;
}

static void add_count_line(const rs_mistakes_summary *summary, const rs_model_mistakes *model,
                           bool by_real, rs_text *out)
{
    char mistakes[RS_COUNT_TEXT_BYTES];
    char second[RS_COUNT_TEXT_BYTES];
    char third[RS_COUNT_TEXT_BYTES];
    const rs_mistake_count *const count = count_of(model, by_real);
    rs_text_printf(out, "  %-*s  %10s  %6.2f", name_width(summary), model->model,
                   rs_count_text(count->mistakes, mistakes), percent(count->mistakes, count->rows));
    if (summary->setup->scores != NULL) {
        rs_text_printf(out, "  %10s  %10s", rs_count_text(count->asked, second),
                       rs_count_text(count->near, third));
    }
    if (summary->setup->answers != NULL) {
        const uint64_t judged = judged_of(count);
        rs_text_printf(out, "  %10s  %6.2f  %6.2f  %9.2f", rs_count_text(judged, second),
                       percent(count->verdicts[RS_MISTAKE_CLEAR], judged),
                       percent(count->verdicts[RS_MISTAKE_NONE], judged),
                       percent(count->verdicts[RS_MISTAKE_UNDECIDED], judged));
    }
    rs_text_add(out, "\n");
}

static void add_counts(const rs_mistakes_summary *summary, bool by_real, rs_text *out)
{
    char rows[RS_COUNT_TEXT_BYTES];
    rs_text_printf(out, "%smistakes by %s, of %s image%s\n  %-*s  %10s  %6s", by_real ? "\n" : "",
                   by_real ? "ReaL" : "the original labels",
                   rs_count_text(count_of(&summary->models[0], by_real)->rows, rows),
                   rs_plural(count_of(&summary->models[0], by_real)->rows),
                   name_width(summary), "model", "mistakes", "%");
    if (summary->setup->scores != NULL) {
        rs_text_printf(out, "  %10s  %10s", "rated", "near");
    }
    if (summary->setup->answers != NULL) {
        rs_text_printf(out, "  %10s  %6s  %6s  %9s", "judged", "clear", "none", "undecided");
    }
    rs_text_add(out, "\n");
    for (size_t i = 0; i < summary->model_count; ++i) {
        add_count_line(summary, &summary->models[i], by_real, out);
    }
}

static void add_preferences(const rs_mistakes_summary *summary, rs_text *out)
{
    char rows[RS_COUNT_TEXT_BYTES];
    char rated[RS_COUNT_TEXT_BYTES];
    if (summary->setup->scores == NULL) {
        return;
    }
    rs_text_printf(out,
                   "\nwhose label raters score higher, where prediction and original label "
                   "differ, %%\n  %-*s  %10s  %10s  %10s  %6s  %6s  %s\n",
                   name_width(summary), "model", "rows", "rated", "prediction", "label", "equal",
                   "prediction of the two");
    for (size_t i = 0; i < summary->model_count; ++i) {
        const rs_preference *const at = &summary->models[i].found.preference;
        const uint64_t both = at->rows - at->unrated;
        rs_text_printf(out, "  %-*s  %10s  %10s  %10.2f  %6.2f  %6.2f", name_width(summary),
                       summary->models[i].model, rs_count_text(at->rows, rows),
                       rs_count_text(both, rated), percent(at->prediction, both),
                       percent(at->label, both), percent(at->equal, both));
        if (at->prediction + at->label > 0) {
            const rs_proportion share =
                rs_proportion_of(at->prediction, at->prediction + at->label);
            rs_text_printf(out, "  %5.2f  [%5.2f, %5.2f]", 100.0 * share.value, 100.0 * share.low,
                           100.0 * share.high);
        }
        rs_text_add(out, "\n");
    }
}

/* ---- single mistakes ---- */

static int32_t original_of(const rs_mistakes_summary *summary, const rs_mistake *mistake)
{
    return rs_labels_get_view(summary->setup->labels)->original[mistake->image];
}

static void add_image(const rs_mistakes_summary *summary, const rs_mistake *mistake, rs_text *out)
{
    char made_up[RS_IMAGE_NAME_BYTES];
    if (!summary->has_names) {
        rs_text_printf(out, "row %" PRIu32, mistake->image);
        return;
    }
    const rs_span name = rs_image_rows_name(summary->setup->images, mistake->image, made_up);
    rs_text_append(out, name.text, name.length);
}

/* A class's short name, or a dash for none. */
static void add_class(const rs_mistakes_summary *summary, int32_t class_index, rs_text *out)
{
    if (class_index < 0) {
        rs_text_add(out, "-");
    } else {
        rs_short_name_add(summary->setup->labels, (uint32_t)class_index, out);
    }
}

static void add_real_names(const rs_mistakes_summary *summary, const rs_mistake *mistake,
                           const char *between, rs_text *out)
{
    const rs_label_view *const view = rs_labels_get_view(summary->setup->labels);
    const uint32_t begin = view->real_begin[mistake->image];
    for (uint32_t i = begin; i < view->real_begin[mistake->image + 1]; ++i) {
        rs_text_append(out, between, i > begin ? strlen(between) : 0);
        rs_short_name_add(summary->setup->labels, (uint32_t)view->real_class[i], out);
    }
}

static void add_listed(const rs_mistakes_summary *summary, const rs_mistake *mistake, uint64_t rank,
                       rs_text *out)
{
    rs_text_printf(out, "  %4" PRIu64 "  ", rank);
    if (isnan(mistake->margin)) {
        rs_text_printf(out, "%8s  ", "-");
    } else {
        rs_text_printf(out, "%8.4g  ", mistake->margin);
    }
    add_image(summary, mistake, out);
    rs_text_printf(out, "  ");
    add_class(summary, mistake->prediction, out);
    rs_text_printf(out, "; label ");
    add_class(summary, original_of(summary, mistake), out);
    rs_text_printf(out, "; ReaL {");
    add_real_names(summary, mistake, ", ", out);
    rs_text_add(out, "}");
    if (summary->setup->scores != NULL) {
        if (isnan(mistake->score)) {
            rs_text_printf(out, "; not rated");
        } else {
            rs_text_printf(out, "; raters %.3f%s", mistake->score, mistake->near ? ", near" : "");
        }
    }
    if (mistake->verdict != RS_MISTAKE_UNJUDGED) {
        rs_text_printf(out, "; %s", rs_mistake_verdict_name(mistake->verdict));
    }
    rs_text_add(out, "\n");
}

static void add_list(const rs_mistakes_summary *summary, rs_text *out)
{
    const rs_mistakes *const mistakes = &summary->models[0].found;
    uint64_t rank = 0;
    if (summary->model_count > 1 || summary->shown == 0) {
        return;
    }
    rs_text_printf(out, "\nmistakes, those furthest ahead of the second prediction "
                        "first\n");
    for (uint64_t at = 0; rs_mistakes_next(summary, mistakes, &at, &rank); ++at) {
        if (rank > summary->shown) {
            break;
        }
        add_listed(summary, &mistakes->list[at], rank, out);
    }
}

void rs_mistakes_table(const rs_mistakes_summary *summary, rs_text *out)
{
    add_counts(summary, false, out);
    add_counts(summary, true, out);
    add_preferences(summary, out);
    add_list(summary, out);
}

/* ---- JSON ---- */

static void add_share(rs_json *to, const char *name, uint64_t part, uint64_t whole)
{
    rs_json *const json = rs_json_add_object(to, name);
    rs_json_add_integer(json, "count", part);
    if (whole == 0) {
        rs_json_add_null(json, "share");
        return;
    }
    const rs_proportion share = rs_proportion_of(part, whole);
    rs_json_add_number(json, "share", share.value);
    rs_json *const interval = rs_json_add_array(json, "ci95");
    rs_json_add_number(interval, NULL, share.low);
    rs_json_add_number(interval, NULL, share.high);
}

static void add_count(rs_json *to, const char *name, const rs_mistakes_summary *summary,
                      const rs_mistake_count *count)
{
    rs_json *const json = rs_json_add_object(to, name);
    rs_json_add_integer(json, "rows", count->rows);
    add_share(json, "mistakes", count->mistakes, count->rows);
    if (summary->setup->scores != NULL) {
        rs_json_add_integer(json, "rated", count->asked);
        rs_json_add_integer(json, "near", count->near);
    }
    if (summary->setup->answers != NULL) {
        const uint64_t judged = judged_of(count);
        rs_json_add_integer(json, "judged", judged);
        add_share(json, "clear", count->verdicts[RS_MISTAKE_CLEAR], judged);
        add_share(json, "none", count->verdicts[RS_MISTAKE_NONE], judged);
        add_share(json, "undecided", count->verdicts[RS_MISTAKE_UNDECIDED], judged);
    }
}

static void add_model(rs_json *json, const rs_mistakes_summary *summary,
                      const rs_model_mistakes *model)
{
    const rs_preference *const preference = &model->found.preference;
    rs_json_add_text(json, "schema", RS_MISTAKES_SCHEMA);
    rs_json_add_text(json, "model", model->model);
    rs_json_add_text(json, "path", model->path);
    rs_json_add_integer(json, "invalid", model->found.invalid);
    add_count(json, "original", summary, &model->found.original);
    add_count(json, "real", summary, &model->found.real);
    if (summary->setup->scores == NULL) {
        rs_json_add_null(json, "preference");
        return;
    }
    rs_json *const raters = rs_json_add_object(json, "preference");
    rs_json_add_integer(raters, "rows", preference->rows);
    rs_json_add_integer(raters, "unrated", preference->unrated);
    rs_json_add_integer(raters, "equal", preference->equal);
    rs_json_add_integer(raters, "label", preference->label);
    add_share(raters, "prediction", preference->prediction,
              preference->prediction + preference->label);
}

void rs_mistakes_json(const rs_mistakes_summary *summary, rs_text *out)
{
    for (size_t i = 0; i < summary->model_count; ++i) {
        rs_json *const json = rs_json_object();
        add_model(json, summary, &summary->models[i]);
        rs_json_finish(json, out);
    }
}

/* ---- CSV ---- */

/* The text made in `cell` as a cell of its own, after a comma; `cell` is emptied. */
static void put_cell(rs_text *cell, rs_text *out)
{
    rs_text_add(out, ",");
    rs_text_csv_text(out, cell);
    cell->length = 0;
}

static void put_class(const rs_mistakes_summary *summary, int32_t class_index, rs_text *cell,
                      rs_text *out)
{
    if (class_index < 0) {
        rs_text_add(out, ",,");
        return;
    }
    rs_text_printf(out, ",%" PRId32, class_index);
    rs_short_name_add(summary->setup->labels, (uint32_t)class_index, cell);
    put_cell(cell, out);
}

static void put_real(const rs_mistakes_summary *summary, const rs_mistake *mistake, rs_text *cell,
                     rs_text *out)
{
    const rs_label_view *const view = rs_labels_get_view(summary->setup->labels);
    const uint32_t begin = view->real_begin[mistake->image];
    rs_text_add(out, ",");
    for (uint32_t i = begin; i < view->real_begin[mistake->image + 1]; ++i) {
        rs_text_printf(out, "%s%" PRId32, i > begin ? " " : "", view->real_class[i]);
    }
    add_real_names(summary, mistake, "; ", cell);
    put_cell(cell, out);
}

static void put_number(double number, rs_text *out)
{
    if (isnan(number)) {
        rs_text_add(out, ",");
    } else {
        rs_text_printf(out, ",%.9g", number);
    }
}

static void put_mistake(const rs_mistakes_summary *summary, const char *model,
                        const rs_mistake *mistake, uint64_t rank, rs_text *cell, rs_text *out)
{
    rs_text_csv_cell(out, model);
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu32, rank, mistake->image);
    if (summary->has_names) {
        add_image(summary, mistake, cell);
    }
    put_cell(cell, out);
    rs_text_printf(out, ",%s",
                   !mistake->wrong_real       ? "original"
                   : !mistake->wrong_original ? "real"
                                              : "both");
    put_class(summary, mistake->prediction, cell, out);
    put_class(summary, original_of(summary, mistake), cell, out);
    put_real(summary, mistake, cell, out);
    put_number(mistake->margin, out);
    put_number(mistake->score, out);
    rs_text_printf(out, ",%s,%s\n",
                   isnan(mistake->score) ? ""
                   : mistake->near       ? "yes"
                                         : "no",
                   rs_mistake_verdict_name(mistake->verdict));
}

static void put_models(const rs_mistakes_summary *summary, rs_text *cell, rs_text *out)
{
    rs_text_printf(out, "model,rank,image,name,wrong_by,prediction,prediction_name,original,"
                        "original_name,real,real_names,margin,rater_score,near_threshold,"
                        "verdict\n");
    for (size_t i = 0; i < summary->model_count; ++i) {
        const rs_mistakes *const mistakes = &summary->models[i].found;
        uint64_t rank = 0;
        for (uint64_t at = 0; rs_mistakes_next(summary, mistakes, &at, &rank); ++at) {
            put_mistake(summary, summary->models[i].model, &mistakes->list[at], rank, cell, out);
        }
    }
}

void rs_mistakes_csv(const rs_mistakes_summary *summary, rs_text *out)
{
    rs_text cell = {0};
    put_models(summary, &cell, out);
    rs_text_clear(&cell);
}
