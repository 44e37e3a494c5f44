/* confusion.c - pairs of classes as keys, counted by an engine. */
#include "analyse/confusion.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/pair_key.h"
#include "evaluate/evaluator_impl.h"

size_t rs_confusions_list(const rs_label_view *labels, rs_row_range rows, const int32_t *prediction,
                          uint32_t keep, uint64_t *keys, uint64_t *known)
{
    size_t count = 0;
    for (uint64_t row = rows.begin; row < rows.end; ++row) {
        const int32_t predicted = prediction[(row - rows.begin) * keep];
        const int32_t original = labels->original[row];
        const uint32_t begin = labels->real_begin[row];
        const uint64_t key =
            rs_pair_key(original, predicted, labels->classes, labels->real_class + begin,
                        labels->real_begin[row + 1] - begin);
        *known += key != RS_NO_PAIR;
        if (key != RS_NO_PAIR && predicted != original) {
            keys[count++] = key;
        }
    }
    return count;
}

static rs_confusion confusion_of(const rs_key_count *entry)
{
    return (rs_confusion){
        .original = (int32_t)(entry->key >> RS_PAIR_CLASS_BITS),
        .predicted = (int32_t)(entry->key & ((1U << RS_PAIR_CLASS_BITS) - 1)),
        .count = entry->count,
        .evaluated = entry->marked[RS_PAIR_EVALUATED],
        .accepted = entry->marked[RS_PAIR_ACCEPTED],
    };
}

/* Pairs of the same class twice are no confusions. */
static rs_status fill(const rs_key_counts *counts, rs_confusions *confusions, rs_error *error)
{
    RS_TRY(RS_NEW(&confusions->pair, counts->count, "confusions", error));
    for (size_t i = 0; i < counts->count; ++i) {
        const rs_confusion pair = confusion_of(&counts->entry[i]);
        if (pair.original == pair.predicted) {
            continue;
        }
        confusions->pair[confusions->count++] = pair;
        confusions->confused += pair.count;
        confusions->evaluated += pair.evaluated;
        confusions->accepted += pair.accepted;
    }
    return RS_OK;
}

/* ---- counted in the pass ---- */

bool rs_confusions_in_pass(const rs_evaluator *evaluator, const rs_label_view *labels)
{
    return evaluator->engine->counts_pairs && labels->classes <= 1U << RS_PAIR_CLASS_BITS;
}

void rs_confusions_ask(rs_evaluator *evaluator, rs_key_counts *pairs)
{
    evaluator->pairs = pairs;
}

rs_status rs_confusions_of_pairs(const rs_key_counts *pairs, rs_confusions *confusions,
                                 rs_error *error)
{
    *confusions = (rs_confusions){.pair = NULL};
    for (size_t i = 0; i < pairs->count; ++i) {
        confusions->rows += pairs->entry[i].count;
    }
    return fill(pairs, confusions, error);
}

/* ---- from predictions ---- */

rs_status rs_confusions_of_keys(rs_evaluator *evaluator, uint64_t *keys, size_t count,
                                rs_confusions *confusions, rs_error *error)
{
    rs_key_counts counts = {.entry = NULL};
    rs_status status = RS_OK;
    RS_TRY_DONE(evaluator != NULL
                    ? rs_evaluator_count_keys(evaluator, keys, count, &counts, error)
                    : rs_count_keys(keys, count, &counts, error));
    RS_TRY_DONE(fill(&counts, confusions, error));
done:
    free(counts.entry);
    return status;
}

rs_status rs_confusions_count(rs_evaluator *evaluator, const rs_label_view *labels,
                              rs_row_range rows, const int32_t *prediction, uint32_t keep,
                              rs_confusions *confusions, rs_error *error)
{
    *confusions = (rs_confusions){.pair = NULL};
    if (labels->classes > 1U << RS_PAIR_CLASS_BITS) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "%" PRIu32 " classes are more than can be paired", labels->classes);
    }
    if (rows.begin > rows.end || rows.end > labels->rows || keep == 0) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "rows %" PRIu64 ":%" PRIu64 " are not inside the %" PRIu64
                       " rows of the labels",
                       rows.begin, rows.end, labels->rows);
    }
    uint64_t *keys = NULL;
    RS_TRY(RS_NEW(&keys, rows.end - rows.begin, "pairs of classes", error));
    const size_t listed =
        rs_confusions_list(labels, rows, prediction, keep, keys, &confusions->rows);
    const rs_status status =
        rs_confusions_of_keys(evaluator, keys, listed, confusions, error);
    free(keys);
    if (status != RS_OK) {
        rs_confusions_clear(confusions);
    }
    return status;
}

void rs_confusions_clear(rs_confusions *confusions)
{
    free(confusions->pair);
    *confusions = (rs_confusions){.pair = NULL};
}
