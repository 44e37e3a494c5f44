/* rated.c - scores sorted by image, so that a look-up is a search among the few of one image. */
#include "relabel/rated.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/hash.h"

/* Classes class_index[begin[i] .. begin[i + 1]) of image i were rated, ascending. */
struct rs_rated {
    const rs_label_view *labels;
    uint32_t *begin; /* [labels->rows + 1] */
    int32_t *class_index;
    uint8_t *level;     /* thresholds that the score reaches */
    uint8_t *set_level; /* [labels->rows] thresholds at which the image has a label set */
    uint64_t hash;
    char doubt[200];
};

static const double thresholds[RS_RATED_THRESHOLDS] = {0.50, 0.55, 0.60, 0.65, 0.70,
                                                       0.75, 0.80, 0.85, 0.90, 0.95};

double rs_rated_threshold(uint32_t index)
{
    return thresholds[index];
}

static uint8_t level_of(double score)
{
    uint8_t level = 0;
    while (level < RS_RATED_THRESHOLDS && score >= thresholds[level]) {
        ++level;
    }
    return level;
}

/* ---- making ---- */

static rs_status allocate(uint64_t pairs, rs_rated *rated, rs_error *error)
{
    const uint64_t rows = rated->labels->rows;
    RS_TRY(RS_NEW(&rated->begin, rows + 1, "rated images", error));
    RS_TRY(RS_NEW(&rated->class_index, pairs, "rated classes", error));
    RS_TRY(RS_NEW(&rated->level, pairs, "scores", error));
    return RS_NEW(&rated->set_level, rows, "rated images", error);
}

/* Pairs in the order of their classes: those of one class after the other. */
static rs_status sort_by_class(const rs_pairs *pairs, uint32_t classes, uint32_t *sorted,
                               rs_error *error)
{
    uint32_t *next = NULL;
    RS_TRY(RS_NEW(&next, (uint64_t)classes + 1, "rated classes", error));
    for (uint32_t i = 0; i < pairs->count; ++i) {
        next[pairs->class_index[i] + 1] += 1;
    }
    for (uint32_t c = 0; c < classes; ++c) {
        next[c + 1] += next[c];
    }
    for (uint32_t i = 0; i < pairs->count; ++i) {
        sorted[next[pairs->class_index[i]]++] = i;
    }
    free(next);
    return RS_OK;
}

/* Pairs that come by class are put where their image's are: so each image's stay in that order. */
static void sort_by_row(const rs_scores *scores, const uint32_t *row, const uint32_t *by_class,
                        rs_rated *rated)
{
    const rs_pairs *const pairs = &scores->pairs;
    const uint64_t rows = rated->labels->rows;
    for (uint32_t i = 0; i < pairs->count; ++i) {
        rated->begin[row[pairs->image[i]]] += 1;
    }
    uint32_t sum = 0;
    for (uint64_t i = 0; i <= rows; ++i) { /* where each begins, then, as it fills, ends */
        const uint32_t count = rated->begin[i];
        rated->begin[i] = sum;
        sum += count;
    }
    for (uint32_t i = 0; i < pairs->count; ++i) {
        const uint32_t pair = by_class[i];
        const uint32_t at = rated->begin[row[pairs->image[pair]]]++;
        rated->class_index[at] = pairs->class_index[pair];
        rated->level[at] = level_of(scores->score[pair]);
    }
    memmove(rated->begin + 1, rated->begin, rows * sizeof rated->begin[0]);
    rated->begin[0] = 0;
}

static void find_set_levels(rs_rated *rated)
{
    const rs_label_view *const labels = rated->labels;
    for (uint64_t row = 0; row < labels->rows; ++row) {
        uint8_t most = 0;
        for (uint32_t i = rated->begin[row]; i < rated->begin[row + 1]; ++i) {
            most = rated->level[i] > most ? rated->level[i] : most;
        }
        if (rated->begin[row] == rated->begin[row + 1] &&
            labels->real_begin[row] < labels->real_begin[row + 1]) {
            most = RS_RATED_THRESHOLDS;
        }
        rated->set_level[row] = most;
    }
}

static rs_status sort_pairs(const rs_scores *scores, const uint32_t *row, rs_rated *rated,
                            rs_error *error)
{
    uint32_t *by_class = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&by_class, scores->pairs.count, "rated classes", error));
    RS_TRY_DONE(sort_by_class(&scores->pairs, rated->labels->classes, by_class, error));
    sort_by_row(scores, row, by_class, rated);
done:
    free(by_class);
    return status;
}

static rs_status hash_pairs(rs_rated *rated, uint32_t pairs, rs_error *error)
{
    rs_hash_state *state = NULL;
    RS_TRY(rs_hash_begin(&state, error));
    rs_hash_update(state, rated->begin, (rated->labels->rows + 1) * sizeof rated->begin[0]);
    rs_hash_update(state, rated->class_index, pairs * sizeof rated->class_index[0]);
    rs_hash_update(state, rated->level, pairs * sizeof rated->level[0]);
    rated->hash = rs_hash_end(state);
    return RS_OK;
}

/* Label sets of rated images were made of their scores: each label has one. */
static rs_status check_sets(rs_rated *rated, const char *file, rs_error *error)
{
    const rs_label_view *const labels = rated->labels;
    uint64_t sets = 0;
    uint64_t strange = 0; /* those with a label that has no score */
    for (uint64_t row = 0; row < labels->rows; ++row) {
        if (rated->begin[row] == rated->begin[row + 1] ||
            labels->real_begin[row] == labels->real_begin[row + 1]) {
            continue;
        }
        bool all = true;
        for (uint32_t i = labels->real_begin[row]; all && i < labels->real_begin[row + 1]; ++i) {
            all = rs_rated_level(rated, row, labels->real_class[i]) != RS_RATED_UNASKED;
        }
        sets += 1;
        strange += !all;
    }
    if (strange > sets / 2) {
        return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                       "give the scores that these label sets were made of",
                       "in %" PRIu64 " of %" PRIu64
                       " rated images a label of the ReaL set has no score",
                       strange, sets);
    }
    if (strange > 0) {
        (void)snprintf(rated->doubt, sizeof rated->doubt,
                       "in %" PRIu64 " of %" PRIu64 " rated images a label of the ReaL set has no "
                       "score: were the sets made of these?",
                       strange, sets);
    }
    return RS_OK;
}

rs_status rs_rated_make(const rs_scores *scores, const rs_image_rows *images,
                        const rs_labels *labels, rs_rated **rated, rs_error *error)
{
    uint32_t *row = NULL;
    rs_rated *made = NULL;
    rs_status status = RS_OK;
    *rated = NULL;
    RS_TRY_DONE(RS_NEW(&made, 1, "raters' scores", error));
    made->labels = rs_labels_get_view(labels);
    RS_TRY_DONE(rs_image_rows_map(images, &scores->pairs, scores->path, &row, error));
    RS_TRY_DONE(allocate(scores->pairs.count, made, error));
    RS_TRY_DONE(sort_pairs(scores, row, made, error));
    RS_TRY_DONE(hash_pairs(made, scores->pairs.count, error));
    find_set_levels(made);
    RS_TRY_DONE(check_sets(made, scores->path, error));
    *rated = made;
    made = NULL;
done:
    rs_rated_free(made);
    free(row);
    return status;
}

void rs_rated_free(rs_rated *rated)
{
    if (rated == NULL) {
        return;
    }
    free(rated->begin);
    free(rated->class_index);
    free(rated->level);
    free(rated->set_level);
    free(rated);
}

/* ---- asking ---- */

const rs_label_view *rs_rated_labels(const rs_rated *rated)
{
    return rated->labels;
}

uint64_t rs_rated_hash(const rs_rated *rated)
{
    return rated->hash;
}

const char *rs_rated_doubt(const rs_rated *rated)
{
    return rated->doubt;
}

static bool is_in_set(const rs_label_view *labels, uint64_t row, int32_t class_index)
{
    uint32_t i = labels->real_begin[row];
    while (i < labels->real_begin[row + 1] && labels->real_class[i] != class_index) {
        ++i;
    }
    return i < labels->real_begin[row + 1];
}

int rs_rated_level(const rs_rated *rated, uint64_t row, int32_t class_index)
{
    uint32_t low = rated->begin[row];
    uint32_t high = rated->begin[row + 1];
    if (low == high) { /* of the image's own set it is sure, of others nothing */
        return is_in_set(rated->labels, row, class_index) ? RS_RATED_THRESHOLDS : RS_RATED_UNASKED;
    }
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (rated->class_index[middle] == class_index) {
            return rated->level[middle];
        }
        if (rated->class_index[middle] < class_index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return RS_RATED_UNASKED;
}

int rs_rated_set_level(const rs_rated *rated, uint64_t row)
{
    return rated->set_level[row];
}

rs_rated_answer rs_rated_judge(const rs_rated *rated, uint64_t row, int32_t class_index)
{
    const rs_label_view *const labels = rated->labels;
    if (labels->real_begin[row] == labels->real_begin[row + 1]) {
        return RS_RATED_NO_SET;
    }
    if (is_in_set(labels, row, class_index)) {
        return RS_RATED_RIGHT;
    }
    return class_index < 0 || rs_rated_level(rated, row, class_index) != RS_RATED_UNASKED
               ? RS_RATED_WRONG
               : RS_RATED_NOT_KNOWN;
}
