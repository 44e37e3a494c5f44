/* mistakes_json.c - mistakes of each model as a JSON line, and what all of them agree on. */
#include <string.h>

#include "analyse/proportion.h"
#include "base/json.h"
#include "report/mistakes_report.h"

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
    rs_json_add_interval(json, "ci95", share.low, share.high);
}

static void add_count(rs_json *to, const char *name, const rs_mistakes_summary *summary,
                      const rs_mistake_count *count)
{
    const bool by_real = strcmp(name, "real") == 0;
    rs_json *const json = rs_json_add_object(to, name);
    rs_json_add_integer(json, "rows", count->rows);
    add_share(json, "mistakes", count->mistakes, count->rows);
    if (summary->setup->scores != NULL) {
        rs_json_add_integer(json, "rated", count->asked);
        rs_json_add_integer(json, "near", count->near);
    }
    if (summary->setup->answers != NULL && rs_mistakes_are_judged(summary, by_real)) {
        const uint64_t judged = rs_mistakes_judged(count);
        rs_json_add_integer(json, "unjudged", count->verdicts[RS_MISTAKE_UNJUDGED]);
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
    if (summary->sample > 0) {
        rs_json *const sample = rs_json_add_object(json, "sample");
        rs_json_add_integer(sample, "size", summary->sample);
        rs_json_add_integer(sample, "seed", summary->seed);
    } else {
        rs_json_add_null(json, "sample");
    }
    rs_json_add_bool(json, "circular", summary->circular);
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

static void add_kind(rs_json *to, const char *name, const rs_consensus *consensus, rs_agreed kind)
{
    rs_json *const json = rs_json_add_object(to, name);
    rs_json_add_integer(json, "rows", consensus->rows[kind]);
    add_share(json, "images", consensus->images[kind], consensus->rows[kind]);
    if (kind == RS_AGREED_AGAINST_LABEL) {
        rs_json_add_integer(json, "with_set", consensus->decided);
        add_share(json, "accepted", consensus->accepted, consensus->decided);
    }
}

static void add_consensus(const rs_consensus *consensus, rs_text *out)
{
    rs_json *const json = rs_json_object();
    rs_json_add_text(json, "schema", RS_CONSENSUS_SCHEMA);
    rs_json_add_integer(json, "models", consensus->models);
    add_kind(json, "against_label", consensus, RS_AGREED_AGAINST_LABEL);
    add_kind(json, "real_with_all", consensus, RS_AGREED_REAL_WITH_ALL);
    add_kind(json, "all_wrong", consensus, RS_AGREED_ALL_WRONG);
    rs_json_finish(json, out);
}

void rs_mistakes_json(const rs_mistakes_summary *summary, rs_text *out)
{
    for (size_t i = 0; i < summary->model_count; ++i) {
        rs_json *const json = rs_json_object();
        add_model(json, summary, &summary->models[i]);
        rs_json_finish(json, out);
    }
    if (summary->consensus != NULL) {
        add_consensus(summary->consensus, out);
    }
}
