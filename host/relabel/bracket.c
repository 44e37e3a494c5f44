/* bracket.c - counts, then shares. */
#include "relabel/bracket.h"

#include <stdio.h>
#include <stdlib.h>

#include "analyse/proportion.h"
#include "base/checked.h"

static const char no_sets[] = "no row has a label set";

/* At how many thresholds, from the lowest on, an image has a set, and the prediction is in it. */
typedef struct level_counts {
    uint64_t sets[RS_RATED_THRESHOLDS + 1];
    uint64_t right[RS_RATED_THRESHOLDS + 1];
} level_counts;

static void count_row(const rs_rated *rated, uint64_t image, int32_t prediction,
                      rs_bracket *bracket, level_counts *levels)
{
    const rs_rated_answer answer = rs_rated_judge(rated, image, prediction);
    const int level = rs_rated_level(rated, image, prediction);
    bracket->total += answer != RS_RATED_NO_SET;
    bracket->correct += answer == RS_RATED_RIGHT;
    bracket->unasked += answer == RS_RATED_NOT_KNOWN;
    levels->sets[rs_rated_set_level(rated, image)] += 1;
    levels->right[level < 0 ? 0 : level] += 1;
}

static void finish_metric(rs_metric *metric)
{
    metric->reason = metric->total == 0 ? no_sets : NULL;
    if (metric->reason == NULL) {
        const rs_proportion share = rs_proportion_of(metric->correct, metric->total);
        metric->value = share.value;
        metric->stderr_value = share.stderr_value;
        metric->ci95_low = share.low;
        metric->ci95_high = share.high;
    }
}

static void finish(rs_bracket *bracket)
{
    bracket->reason = bracket->total == 0 ? no_sets : NULL;
    if (bracket->reason == NULL) {
        const rs_proportion low = rs_proportion_of(bracket->correct, bracket->total);
        const rs_proportion high =
            rs_proportion_of(bracket->correct + bracket->unasked, bracket->total);
        bracket->low = low.value;
        bracket->high = high.value;
        bracket->ci95[0] = low.low;
        bracket->ci95[1] = high.high;
    }
    for (uint32_t t = 0; t < RS_RATED_THRESHOLDS; ++t) {
        finish_metric(&bracket->threshold[t]);
    }
}

void rs_bracket_threshold_name(uint32_t index, char out[RS_BRACKET_NAME_BYTES])
{
    (void)snprintf(out, RS_BRACKET_NAME_BYTES, "at_%02.0f", 100.0 * rs_rated_threshold(index));
}

/* ---- rows ---- */

/* Goes over the rows whose image did not come before. */
typedef struct row_walk {
    const rs_bracket_rows *rows;
    bool *seen; /* of each image; NULL: none can come twice */
} row_walk;

static bool is_first(const row_walk *walk, uint64_t row, uint64_t *image)
{
    *image = row;
    if (walk->seen == NULL) {
        return true;
    }
    *image = walk->rows->image[row];
    const bool first = !walk->seen[*image];
    walk->seen[*image] = true;
    return first;
}

static rs_status begin_walk(const rs_rated *rated, const rs_bracket_rows *rows, row_walk *walk,
                            rs_error *error)
{
    uint64_t image = 0;
    *walk = (row_walk){.rows = rows};
    if (rows->image == NULL) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&walk->seen, rs_rated_labels(rated)->rows, "images seen", error));
    for (uint64_t row = 0; row < rows->begin; ++row) {
        (void)is_first(walk, row, &image);
    }
    return RS_OK;
}

static int32_t prediction_of(const rs_bracket_rows *rows, uint64_t row)
{
    return rows->prediction[(row - rows->begin) * rows->stride];
}

static void take_levels(const level_counts *levels, rs_bracket *bracket)
{
    uint64_t sets = 0;
    uint64_t right = 0;
    for (uint32_t t = RS_RATED_THRESHOLDS; t-- > 0;) {
        rs_metric *const metric = &bracket->threshold[t];
        rs_bracket_threshold_name(t, metric->name);
        metric->total = sets += levels->sets[t + 1];
        metric->correct = right += levels->right[t + 1];
    }
}

rs_status rs_bracket_count(const rs_rated *rated, const rs_bracket_rows *rows, rs_bracket *bracket,
                           rs_error *error)
{
    level_counts levels = {{0}, {0}};
    row_walk walk;
    *bracket = (rs_bracket){.measured = true, .hash = rs_rated_hash(rated)};
    RS_TRY(begin_walk(rated, rows, &walk, error));
    for (uint64_t row = rows->begin; row < rows->end; ++row) {
        uint64_t image = 0;
        if (is_first(&walk, row, &image)) {
            count_row(rated, image, prediction_of(rows, row), bracket, &levels);
        }
    }
    free(walk.seen);
    take_levels(&levels, bracket);
    finish(bracket);
    return RS_OK;
}

rs_status rs_bracket_ask(const rs_rated *rated, const rs_bracket_rows *rows, rs_asked *asked,
                         rs_error *error)
{
    row_walk walk;
    rs_status status = RS_OK;
    RS_TRY(begin_walk(rated, rows, &walk, error));
    for (uint64_t row = rows->begin; row < rows->end; ++row) {
        uint64_t image = 0;
        const int32_t prediction = prediction_of(rows, row);
        if (is_first(&walk, row, &image) &&
            rs_rated_judge(rated, image, prediction) == RS_RATED_NOT_KNOWN) {
            RS_TRY_DONE(rs_asked_add(asked, (uint32_t)image, prediction, error));
        }
    }
done:
    free(walk.seen);
    return status;
}

void rs_bracket_add(rs_bracket *sum, const rs_bracket *part)
{
    sum->total += part->total;
    sum->correct += part->correct;
    sum->unasked += part->unasked;
    for (uint32_t t = 0; t < RS_RATED_THRESHOLDS; ++t) {
        sum->threshold[t].total += part->threshold[t].total;
        sum->threshold[t].correct += part->threshold[t].correct;
    }
    finish(sum);
}
