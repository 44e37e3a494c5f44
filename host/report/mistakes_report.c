/* mistakes_report.c - what `reassess mistakes` prints and writes. */
#include "report/mistakes_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/csv_cell.h"
#include "base/error.h"
#include "report/cells.h"
#include "report/mistakes_cells.h"
#include "report/wording.h"

bool rs_mistakes_next(const rs_mistakes_summary *summary, const rs_mistakes *mistakes, uint64_t *at,
                      uint64_t *rank)
{
    if (summary->limit > 0 && *rank >= summary->limit) {
        return false;
    }
    while (*at < mistakes->count && !(mistakes->list[*at].sampled &&
                                      rs_mistake_is(&mistakes->list[*at], summary->by))) {
        ++*at;
    }
    ++*rank;
    return *at < mistakes->count;
}

/* ---- the table ---- */

static const rs_mistake_count *count_of(const rs_model_mistakes *model, bool by_real)
{
    return by_real ? &model->found.real : &model->found.original;
}

static void add_verdicts(const rs_mistakes_summary *summary, const rs_mistake_count *count,
                         bool by_real, rs_text *out)
{
    const uint64_t whole = rs_mistakes_are_judged(summary, by_real) ? rs_mistakes_judged(count) : 0;
    if (!rs_mistakes_are_judged(summary, by_real)) {
        rs_table_none(out);
        rs_table_none(out);
    } else {
        rs_table_count(out, count->verdicts[RS_MISTAKE_UNJUDGED]);
        rs_table_count(out, whole);
    }
    rs_mistakes_share(count->verdicts[RS_MISTAKE_CLEAR], whole, out);
    rs_mistakes_share(count->verdicts[RS_MISTAKE_NONE], whole, out);
    rs_mistakes_share(count->verdicts[RS_MISTAKE_UNDECIDED], whole, out);
}

static void add_count_line(const rs_mistakes_summary *summary, const rs_model_mistakes *model,
                           bool by_real, rs_text *out)
{
    const rs_mistake_count *const count = count_of(model, by_real);
    rs_table_row(out);
    if (by_real) {
        rs_table_same(out);
    } else {
        rs_table_name(out, model->model);
    }
    rs_table_put(out, by_real ? "ReaL" : "original");
    rs_table_count(out, count->mistakes);
    rs_mistakes_share(count->mistakes, count->rows, out);
    if (summary->setup->scores != NULL) {
        rs_table_count(out, count->asked);
        rs_table_count(out, count->near);
    }
    if (summary->setup->answers != NULL) {
        add_verdicts(summary, count, by_real, out);
    }
}

/* What the columns are. */
static void add_notes(const rs_mistakes_summary *summary, rs_text *out)
{
    if (summary->setup->scores != NULL) {
        rs_text_printf(out,
                       "  scored: raters were asked about the predicted class; near: of these, "
                       "with a score within %.4g of the threshold, %.4g\n",
                       summary->setup->near, summary->setup->threshold);
    }
    if (summary->setup->answers == NULL) {
        return;
    }
    if (summary->sample > 0) {
        rs_text_printf(out,
                       "  judged: of a random sample of %s mistakes a model, seed %" PRIu64
                       "; its shares are those of all of them within their intervals, but for the "
                       "unjudged\n",
                       RS_COUNT_TEXT(summary->sample), summary->seed);
    } else {
        rs_text_add(out, "  judged: those that there are answers to. Shares of all mistakes follow "
                         "only where all were judged, or a random sample (--sample)\n");
    }
    if (summary->circular) {
        rs_text_add(out, "  by ReaL it is circular: the answers cover every label of the sets that "
                         "they are held against. If the sets were made of these answers, they "
                         "cannot judge what is a mistake by them\n");
    }
}

static void add_columns(const rs_mistakes_summary *summary, rs_text *out)
{
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_KEY, "model", "labels");
    rs_table_column(out, RS_TABLE_NUMBER, "mistakes");
    rs_table_column(out, RS_TABLE_RANGE, "     %");
    if (summary->setup->scores != NULL) {
        RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "scored", "near");
    }
    if (summary->setup->answers != NULL) {
        rs_table_column(out, RS_TABLE_NUMBER | RS_TABLE_BELOW, "unjudged");
        rs_table_column(out, RS_TABLE_NUMBER, "judged");
        rs_table_column(out, RS_TABLE_RANGE, "clear mistake");
        rs_table_column(out, RS_TABLE_RANGE | RS_TABLE_BELOW, "not a mistake");
        rs_table_column(out, RS_TABLE_RANGE, "undecided");
    }
}

static void add_counts(const rs_mistakes_summary *summary, rs_text *out)
{
    const rs_model_mistakes *const first = &summary->models[0];
    rs_text_printf(out,
                   "mistakes by the original labels (of %s image%s) and by ReaL (of %s),\n"
                   "%% [95 %% interval]%s\n",
                   RS_COUNT_TEXT(first->found.original.rows), rs_plural(first->found.original.rows),
                   RS_COUNT_TEXT(first->found.real.rows),
                   summary->model_count > 1 ? "; models by ReaL accuracy" : "");
    add_columns(summary, out);
    for (size_t i = 0; i < summary->model_count; ++i) {
        add_count_line(summary, &summary->models[i], false, out);
        add_count_line(summary, &summary->models[i], true, out);
    }
    rs_table_end(out);
    add_notes(summary, out);
}

static void add_preference(const rs_model_mistakes *model, rs_text *out)
{
    const rs_preference *const at = &model->found.preference;
    const uint64_t both = at->rows - at->unrated;
    rs_table_row(out);
    rs_table_name(out, model->model);
    rs_table_count(out, at->rows);
    rs_table_count(out, both);
    rs_table_put(out, "%.2f", rs_percent(at->prediction, both));
    rs_table_put(out, "%.2f", rs_percent(at->label, both));
    rs_table_put(out, "%.2f", rs_percent(at->equal, both));
    if (at->prediction + at->label > 0) {
        rs_mistakes_share(at->prediction, at->prediction + at->label, out);
    } else {
        rs_table_none(out);
    }
}

static void add_preferences(const rs_mistakes_summary *summary, rs_text *out)
{
    if (summary->setup->scores == NULL) {
        return;
    }
    rs_text_add(out, "\nwhose label raters score higher, where prediction and original label "
                     "differ, %\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "model");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "rows", "rated", "prediction", "label", "equal");
    rs_table_column(out, RS_TABLE_RANGE, "prediction\nof the two");
    for (size_t i = 0; i < summary->model_count; ++i) {
        add_preference(&summary->models[i], out);
    }
    rs_table_end(out);
    rs_text_add(out, "  rated: raters scored both; the last column leaves equal scores out\n");
}

/* ---- single mistakes ---- */

/* The rest of the line: what the model says, what is right, and what people say of it. */
static void add_story(const rs_mistakes_summary *summary, const rs_mistake *mistake, rs_text *out)
{
    rs_table_cell(out);
    rs_mistakes_add_class(summary, mistake->prediction, out);
    rs_text_add(out, "; label ");
    rs_mistakes_add_class(summary, rs_mistakes_original(summary, mistake->image), out);
    rs_text_add(out, "; ReaL {");
    rs_mistakes_add_real(summary, mistake->image, ", ", out);
    rs_text_add(out, "}");
    if (summary->setup->scores != NULL) {
        if (isnan(mistake->score)) {
            rs_text_add(out, "; not rated");
        } else {
            rs_text_printf(out, "; raters %.3f%s", mistake->score, mistake->near ? ", near" : "");
        }
    }
    if (mistake->verdict != RS_MISTAKE_UNJUDGED) {
        rs_text_printf(out, "; %s", rs_mistake_verdict_name(mistake->verdict));
    }
}

static void add_listed(const rs_mistakes_summary *summary, const rs_mistake *mistake, uint64_t rank,
                       rs_text *out)
{
    rs_table_row(out);
    rs_table_put(out, "%" PRIu64, rank);
    if (isnan(mistake->margin)) {
        rs_table_none(out);
    } else {
        rs_table_put(out, "%.4g", mistake->margin);
    }
    rs_table_cell(out);
    rs_mistakes_add_image(summary, mistake->image, out);
    add_story(summary, mistake, out);
}

static void add_list(const rs_mistakes_summary *summary, rs_text *out)
{
    const rs_mistakes *const mistakes = &summary->models[0].found;
    uint64_t rank = 0;
    if (summary->model_count > 1) {
        return;
    }
    rs_text_printf(out, "\n%s, those furthest ahead of the second prediction first\n",
                   summary->sample > 0 ? "a random sample of mistakes" : "mistakes");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "rank", "ahead");
    rs_table_column(out, RS_TABLE_WORDS, "image");
    rs_table_column(out, RS_TABLE_PROSE, "prediction");
    for (uint64_t at = 0; rs_mistakes_next(summary, mistakes, &at, &rank); ++at) {
        if (rank > summary->shown) {
            break;
        }
        add_listed(summary, &mistakes->list[at], rank, out);
    }
    rs_table_end(out);
}

typedef struct sorted_model {
    rs_model_mistakes model;
    size_t place;
} sorted_model;

static double accuracy_of(const rs_mistake_count *count)
{
    return count->rows == 0 ? 0.0 : 1.0 - (double)count->mistakes / (double)count->rows;
}

RS_SORTS(compare_models, sorted_model)
{
    const double first[] = {accuracy_of(&left->model.found.real),
                            accuracy_of(&left->model.found.original)};
    const double second[] = {accuracy_of(&right->model.found.real),
                             accuracy_of(&right->model.found.original)};
    for (int i = 0; i < 2; ++i) {
        RS_ORDER_BY(second[i], first[i]);
    }
    return RS_COMPARE(left->place, right->place);
}

rs_status rs_mistakes_sort(rs_model_mistakes *models, size_t count, rs_error *error)
{
    sorted_model *sorted = NULL;
    RS_TRY(RS_NEW(&sorted, count, "models", error));
    for (size_t i = 0; i < count; ++i) {
        sorted[i] = (sorted_model){models[i], i};
    }
    qsort(sorted, count, sizeof *sorted, compare_models);
    for (size_t i = 0; i < count; ++i) {
        models[i] = sorted[i].model;
    }
    free(sorted);
    return RS_OK;
}

void rs_mistakes_table(const rs_mistakes_summary *summary, rs_text *out)
{
    add_counts(summary, out);
    rs_consensus_table(summary, out);
    add_preferences(summary, out);
    add_list(summary, out);
}

/* ---- CSV ---- */

static void put_mistake(const rs_mistakes_summary *summary, const char *model,
                        const rs_mistake *mistake, uint64_t rank, rs_text *cell, rs_text *out)
{
    rs_text_csv_cell(out, model);
    rs_text_printf(out, ",%" PRIu64 ",%" PRIu64, rank,
                   rs_image_rows_number(summary->setup->images, mistake->image));
    if (summary->has_names) {
        rs_mistakes_add_image(summary, mistake->image, cell);
    }
    rs_mistakes_put_cell(cell, out);
    rs_text_printf(out, ",%s",
                   !mistake->wrong_real       ? "original"
                   : !mistake->wrong_original ? "real"
                                              : "both");
    rs_mistakes_put_class(summary, mistake->prediction, cell, out);
    rs_mistakes_put_class(summary, rs_mistakes_original(summary, mistake->image), cell, out);
    rs_mistakes_put_real(summary, mistake->image, cell, out);
    rs_mistakes_put_number(mistake->margin, out);
    rs_mistakes_put_number(mistake->score, out);
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
