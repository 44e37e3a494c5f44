/* aggregate_report.c - the table on the terminal and the CSV of raters. */
#include "report/aggregate_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/csv_cell.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/wording.h"

static const char original_label[] = "original label";

const char *rs_aggregate_method_name(rs_aggregate_method method)
{
    return method == RS_AGGREGATE_EM         ? "em"
           : method == RS_AGGREGATE_MAJORITY ? "majority"
                                             : "golden";
}

uint64_t rs_aggregate_count_taken(const rs_aggregate_summary *summary)
{
    uint64_t taken = 0;
    for (uint32_t pair = 0; pair < summary->result->pairs; ++pair) {
        taken += rs_aggregate_takes(summary->options->method, summary->threshold,
                                    summary->result->score[pair]);
    }
    return taken;
}

const char *rs_rater_text(const rs_aggregate_summary *summary, uint32_t rater,
                          char out[RS_RATER_TEXT_BYTES])
{
    rs_span id = {original_label, sizeof original_label - 1};
    if (rater < summary->result->raters) {
        id = rs_name_table_get(&summary->votes->raters, rater);
    }
    (void)snprintf(out, RS_RATER_TEXT_BYTES, "%.*s",
                   (int)(id.length < RS_RATER_TEXT_BYTES ? id.length : RS_RATER_TEXT_BYTES - 1),
                   id.text);
    return out;
}

/* Lines of the table: the original label is one when it votes. */
static uint32_t rater_lines(const rs_aggregate *result)
{
    return result->raters + (result->label_votes ? 1 : 0);
}

static double accuracy_of(const rs_rater *rater)
{
    return rater->right / (double)rater->rests_on;
}

/* ---- the table ---- */

static void add_heading(const rs_aggregate_summary *summary, rs_text *out)
{
    const rs_votes *votes = summary->votes;
    const rs_aggregate *result = summary->result;
    rs_text_name(out, votes->path);
    rs_text_printf(out,
                   "\n  %s pair%s of %s image%s, %s answer%s of %" PRIu32
                   " rater%s; method %s, prior %.2f %% present\n",
                   RS_COUNT_TEXT(result->pairs), rs_plural(result->pairs),
                   RS_COUNT_TEXT(votes->pairs.images.count), rs_plural(votes->pairs.images.count),
                   RS_COUNT_TEXT(rs_votes_count(votes)), rs_plural(rs_votes_count(votes)),
                   result->raters, rs_plural(result->raters),
                   rs_aggregate_method_name(summary->options->method), 100.0 * result->prior);
    if (result->unanswered > 0) {
        rs_text_printf(out, "  nobody answered %s pairs: they score %s\n",
                       RS_COUNT_TEXT(result->unanswered),
                       summary->options->method == RS_AGGREGATE_MAJORITY ? "0" : "the prior");
    }
    if (result->label_votes) {
        rs_text_printf(out, "  the original label votes on %s pairs\n",
                       RS_COUNT_TEXT(result->label_pairs));
    }
}

static bool is_shown_iteration(uint32_t iteration, uint32_t last)
{
    return iteration <= 3 || iteration % 10 == 0 || iteration == last;
}

static void add_em(const rs_aggregate_summary *summary, rs_text *out)
{
    const rs_aggregate *result = summary->result;
    if (summary->options->method != RS_AGGREGATE_EM) {
        return;
    }
    rs_text_printf(out,
                   "  %s after %" PRIu32 " iteration%s: the largest change of a score is %.1e "
                   "(tolerance %.1e)\n",
                   result->converged ? "converged" : "NOT CONVERGED", result->iterations,
                   rs_plural(result->iterations), result->change, summary->options->tolerance);
    if (result->held > 0) {
        rs_text_printf(out, "  %" PRIu64 " pairs are held at their golden truth\n", result->held);
    }
    if (result->swapped) {
        rs_text_printf(out, "  present and absent came out the wrong way round and were "
                            "exchanged\n");
    }
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "iteration", "log-likelihood", "objective");
    for (uint32_t i = 0; i < result->iterations; ++i) {
        if (is_shown_iteration(i + 1, result->iterations)) {
            rs_table_row(out);
            rs_table_put(out, "%" PRIu32, i + 1);
            rs_table_put(out, "%.4f", result->log_likelihood[i]);
            rs_table_put(out, "%.4f", result->objective[i]);
        }
    }
    rs_table_end(out);
}

static void add_sets(const rs_aggregate_summary *summary, rs_text *out)
{
    const bool own_rule = summary->threshold < 0.0;
    char rule[48] = "more than half say yes";
    if (!own_rule || summary->options->method != RS_AGGREGATE_MAJORITY) {
        (void)snprintf(rule, sizeof rule, "score >= %.6g",
                       own_rule ? RS_DEFAULT_THRESHOLD : summary->threshold);
    }
    rs_text_printf(out, "\n  labels where %s: %s pairs\n", rule,
                   RS_COUNT_TEXT(rs_aggregate_count_taken(summary)));
    if (summary->sets == NULL) {
        return;
    }
    rs_text_printf(out, "  label sets: %s rated images, %s others keep the original label",
                   RS_COUNT_TEXT(summary->sets->rated), RS_COUNT_TEXT(summary->sets->unrated));
    if (summary->sets->unknown > 0) {
        rs_text_printf(out, " (%" PRIu64 " of them have none)", summary->sets->unknown);
    }
    rs_text_printf(out, "; %s labels in all, %" PRIu64 " empty sets\n",
                   RS_COUNT_TEXT(summary->sets->labels), summary->sets->empty);
}

static void add_rater_line(const rs_aggregate_summary *summary, uint32_t r, rs_text *out)
{
    char name[RS_RATER_TEXT_BYTES];
    const rs_rater *rater = &summary->result->rater[r];
    rs_table_row(out);
    rs_table_name(out, rs_rater_text(summary, r, name));
    rs_table_count(out, rater->votes);
    rs_table_count(out, rater->rests_on);
    if (rater->rests_on > 0) {
        rs_table_put(out, "%.2f", 100.0 * accuracy_of(rater));
    } else {
        rs_table_none(out);
    }
    for (size_t i = 0; i < 2 * (size_t)RS_ANSWERS; ++i) {
        rs_table_put(out, "%.2f", 100.0 * rater->p[i / RS_ANSWERS][i % RS_ANSWERS]);
    }
    rs_table_put(out, "%s", rater->is_mean ? "*" : "");
}

static bool has_means(const rs_aggregate *result)
{
    uint32_t r = 0;
    while (r < rater_lines(result) && !result->rater[r].is_mean) {
        ++r;
    }
    return r < rater_lines(result);
}

void rs_aggregate_table(const rs_aggregate_summary *summary, rs_text *out)
{
    static const char *const shares[] = {"absent:\nno", "absent:\nmaybe", "absent:\nyes",
                                         "present:\nno", "present:\nmaybe", "present:\nyes"};
    add_heading(summary, out);
    add_em(summary, out);
    add_sets(summary, out);
    rs_text_add(out, "\n  what raters answer where a label is absent and where it is present, %\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "rater");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "answers", "matrix\nrests on", "right, %");
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; ++i) {
        rs_table_column(out, i == RS_ANSWERS ? RS_TABLE_NUMBER | RS_TABLE_BELOW : RS_TABLE_NUMBER,
                        shares[i]);
    }
    rs_table_column(out, RS_TABLE_WORDS, "*");
    for (uint32_t r = 0; r < rater_lines(summary->result); ++r) {
        add_rater_line(summary, r, out);
    }
    rs_table_end(out);
    if (has_means(summary->result)) {
        rs_text_add(out, "  *: the mean of the others\n");
    }
}

/* ---- CSV ---- */

void rs_aggregate_raters_csv(const rs_aggregate_summary *summary, rs_text *out)
{
    rs_text_printf(out, "rater,votes,rests_on,accuracy,absent_no,absent_maybe,absent_yes,"
                        "present_no,present_maybe,present_yes,matrix\n");
    for (uint32_t r = 0; r < rater_lines(summary->result); ++r) {
        char name[RS_RATER_TEXT_BYTES];
        const rs_rater *rater = &summary->result->rater[r];
        rs_text_csv_cell(out, rs_rater_text(summary, r, name));
        rs_text_printf(out, ",%" PRIu64 ",%" PRIu64 ",", rater->votes, rater->rests_on);
        if (rater->rests_on > 0) {
            rs_text_printf(out, "%.2f", 100.0 * accuracy_of(rater));
        }
        for (size_t i = 0; i < 2 * (size_t)RS_ANSWERS; ++i) {
            rs_text_printf(out, ",%.2f", 100.0 * rater->p[i / RS_ANSWERS][i % RS_ANSWERS]);
        }
        rs_text_printf(out, ",%s\n", rater->is_mean ? "mean" : "own");
    }
}
