/* aggregate_json.c - the record of an aggregation. */
#include <math.h>

#include "base/json.h"
#include "report/aggregate_report.h"
#include "report/json_begin.h"

static void add_numbers(rs_json *to, const char *name, const double *values, size_t count)
{
    rs_json *array = rs_json_add_array(to, name);
    for (size_t i = 0; i < count; ++i) {
        rs_json_add_number(array, NULL, values[i]);
    }
}

static void add_votes(rs_json *root, const rs_aggregate_summary *summary)
{
    const rs_votes *votes = summary->votes;
    rs_json *to = rs_json_add_object(root, "votes");
    rs_json_add_text(to, "path", votes->path);
    rs_json_add_integer(to, "pairs", votes->pairs.count);
    rs_json_add_integer(to, "images", votes->pairs.images.count);
    rs_json_add_integer(to, "raters", votes->raters.count);
    rs_json_add_integer(to, "answers", rs_votes_count(votes));
    rs_json_add_integer(to, "unanswered", summary->result->unanswered);
}

static void add_golden(rs_json *root, const rs_aggregate_options *options)
{
    uint64_t judged = 0;
    uint64_t present = 0;
    if (options->golden == NULL) {
        rs_json_add_null(root, "golden");
        return;
    }
    rs_json *to = rs_json_add_object(root, "golden");
    rs_golden_count(options->golden, &judged, &present);
    rs_json_add_text(to, "path", options->golden->path);
    rs_json_add_integer(to, "pairs", judged);
    rs_json_add_integer(to, "present", present);
    rs_json_add_integer(to, "raters",
                        options->golden_votes == NULL ? 0 : options->golden_votes->raters.count);
}

static void add_em(rs_json *root, const rs_aggregate_summary *summary)
{
    const rs_aggregate *result = summary->result;
    if (summary->options->method != RS_AGGREGATE_EM) {
        rs_json_add_null(root, "em");
        return;
    }
    rs_json *to = rs_json_add_object(root, "em");
    rs_json_add_integer(to, "iterations", result->iterations);
    rs_json_add_bool(to, "converged", result->converged);
    rs_json_add_number(to, "change", result->change);
    rs_json_add_number(to, "tolerance", summary->options->tolerance);
    rs_json_add_bool(to, "swapped", result->swapped);
    rs_json_add_integer(to, "held", result->held);
    add_numbers(to, "log_likelihood", result->log_likelihood, result->iterations);
    add_numbers(to, "objective", result->objective, result->iterations);
}

static void add_sets(rs_json *root, const rs_aggregate_summary *summary)
{
    const rs_label_sets_counts *sets = summary->sets;
    if (sets == NULL) {
        rs_json_add_null(root, "sets");
        return;
    }
    rs_json *to = rs_json_add_object(root, "sets");
    rs_json_add_integer(to, "rated", sets->rated);
    rs_json_add_integer(to, "unrated", sets->unrated);
    rs_json_add_integer(to, "unknown", sets->unknown);
    rs_json_add_integer(to, "empty", sets->empty);
    rs_json_add_integer(to, "labels", sets->labels);
}

static void add_rater(rs_json *to, const char *name, const rs_rater *rater)
{
    if (name != NULL) {
        rs_json_add_text(to, "rater", name);
    }
    rs_json_add_integer(to, "votes", rater->votes);
    rs_json_add_integer(to, "rests_on", rater->rests_on);
    rs_json_add_number(to, "accuracy",
                       rater->rests_on > 0 ? rater->right / (double)rater->rests_on : NAN);
    add_numbers(to, "absent", rater->p[0], RS_ANSWERS);
    add_numbers(to, "present", rater->p[1], RS_ANSWERS);
    rs_json_add_bool(to, "mean", rater->is_mean);
}

static void add_raters(rs_json *root, const rs_aggregate_summary *summary)
{
    const rs_aggregate *result = summary->result;
    if (result->label_votes) {
        rs_json *label = rs_json_add_object(root, "original_label");
        add_rater(label, NULL, &result->rater[result->raters]);
    } else {
        rs_json_add_null(root, "original_label");
    }
    rs_json *raters = rs_json_add_array(root, "raters");
    for (uint32_t r = 0; r < result->raters; ++r) {
        char name[RS_RATER_TEXT_BYTES];
        rs_json *rater = rs_json_add_object(raters, NULL);
        add_rater(rater, rs_rater_text(summary, r, name), &result->rater[r]);
    }
}

void rs_aggregate_json(const rs_aggregate_summary *summary, rs_text *out)
{
    rs_json *root = rs_json_begin(RS_AGGREGATE_SCHEMA);
    rs_json_add_text(root, "method", rs_aggregate_method_name(summary->options->method));
    rs_json_add_number(root, "smoothing", summary->options->smoothing);
    rs_json_add_number(root, "prior", summary->result->prior);
    if (summary->threshold < 0.0 && summary->options->method == RS_AGGREGATE_MAJORITY) {
        rs_json_add_null(root, "threshold");
    } else {
        rs_json_add_number(root, "threshold",
                           summary->threshold < 0.0 ? RS_DEFAULT_THRESHOLD : summary->threshold);
    }
    rs_json_add_integer(root, "taken", rs_aggregate_count_taken(summary));
    add_votes(root, summary);
    add_golden(root, summary->options);
    add_sets(root, summary);
    add_em(root, summary);
    add_raters(root, summary);
    rs_json_finish(root, out);
}
