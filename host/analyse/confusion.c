/* confusion.c - pairs of classes as keys, counted by an engine. */
#include "analyse/confusion.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/key_counts.h"
#include "evaluate/evaluator_impl.h"

/* A key is the original class, the predicted one and the marks. RS_MAX_COLUMNS is 2^16: that many
 * classes need 16 bits. */
enum { CLASS_BITS = 16, MARK_ACCEPTED = 0, MARK_EVALUATED = 1 };

static uint64_t key_of(const rs_label_view *labels, uint64_t row, int32_t predicted)
{
    bool accepted = false;
    for (uint32_t i = labels->real_begin[row]; i < labels->real_begin[row + 1]; ++i) {
        accepted = accepted || labels->real_class[i] == predicted;
    }
    const bool evaluated = labels->real_begin[row + 1] > labels->real_begin[row];
    const uint64_t pair =
        (uint64_t)(uint32_t)labels->original[row] << CLASS_BITS | (uint32_t)predicted;
    return pair << RS_KEY_MARKS | (uint64_t)accepted << MARK_ACCEPTED |
           (uint64_t)evaluated << MARK_EVALUATED;
}

size_t rs_confusions_list(const rs_label_view *labels, rs_row_range rows, const int32_t *prediction,
                          uint32_t keep, uint64_t *keys, uint64_t *known)
{
    size_t count = 0;
    for (uint64_t row = rows.begin; row < rows.end; ++row) {
        const int32_t predicted = prediction[(row - rows.begin) * keep];
        const int32_t original = labels->original[row];
        if ((uint32_t)predicted >= labels->classes || original < 0) {
            continue;
        }
        ++*known;
        if (predicted != original) {
            keys[count++] = key_of(labels, row, predicted);
        }
    }
    return count;
}

static rs_status fill(const rs_key_counts *counts, rs_confusions *confusions, rs_error *error)
{
    RS_TRY(RS_NEW(&confusions->pair, counts->count, "confusions", error));
    confusions->count = counts->count;
    for (size_t i = 0; i < counts->count; ++i) {
        const rs_key_count *const entry = &counts->entry[i];
        confusions->pair[i] = (rs_confusion){
            .original = (int32_t)(entry->key >> CLASS_BITS),
            .predicted = (int32_t)(entry->key & ((1U << CLASS_BITS) - 1)),
            .count = entry->count,
            .evaluated = entry->marked[MARK_EVALUATED],
            .accepted = entry->marked[MARK_ACCEPTED],
        };
        confusions->confused += entry->count;
        confusions->evaluated += entry->marked[MARK_EVALUATED];
        confusions->accepted += entry->marked[MARK_ACCEPTED];
    }
    return RS_OK;
}

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
    if (labels->classes > 1U << CLASS_BITS) {
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
