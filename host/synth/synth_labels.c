/* synth_labels.c - drawing originals and sets. How ambiguous each class is: synth_classes.c. */
#include "synth/synth_labels.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"
#include "reassess/logits.h"
#include "synth/synth_classes.h"
#include "synth/synth_labels_data.h"

/* Separates the random streams of this file from those of logits made with the same seed. */
#define SHUFFLE_SALT UINT64_C(0x6f726967696e616c)
#define SET_SALT     UINT64_C(0x7265616c5f736574)

/* Every class rows/classes times, the first rows%classes classes once more, then shuffled. */
static void draw_originals(rs_synth_labels *labels)
{
    rs_random random = rs_random_make(labels->seed ^ SHUFFLE_SALT, 0);
    int32_t *const original = labels->original;
    for (uint64_t i = 0; i < labels->view.rows; ++i) {
        original[i] = (int32_t)(i % labels->view.classes);
    }
    for (uint64_t i = labels->view.rows - 1; i > 0; --i) {
        const uint32_t other = rs_random_below(&random, (uint32_t)i + 1);
        const int32_t swapped = original[i];
        original[i] = original[other];
        original[other] = swapped;
    }
}

static bool contains(const int32_t *set, uint32_t size, int32_t class_index)
{
    for (uint32_t i = 0; i < size; ++i) {
        if (set[i] == class_index) {
            return true;
        }
    }
    return false;
}

/* A class that is neither `own` nor in the set yet. There is one: size + 1 < classes. */
static int32_t draw_partner(const rs_synth_classes *classes, rs_random *random, int32_t own,
                            const int32_t *set, uint32_t size)
{
    enum { TRIES = 32 };
    for (int attempt = 0; attempt < TRIES; ++attempt) {
        const int32_t partner = rs_synth_classes_relative(classes, random, own);
        if (partner != own && !contains(set, size, partner)) {
            return partner;
        }
    }
    int32_t partner = (int32_t)rs_random_below(random, classes->count);
    while (partner == own || contains(set, size, partner)) {
        partner = (partner + 1) % (int32_t)classes->count;
    }
    return partner;
}

static void insert_sorted(int32_t *set, uint32_t size, int32_t class_index)
{
    uint32_t at = size;
    while (at > 0 && set[at - 1] > class_index) {
        set[at] = set[at - 1];
        --at;
    }
    set[at] = class_index;
}

/* The set of one row into `set` (room for RS_SYNTH_SET_MAX), ascending; returns its size. */
static uint32_t draw_set(const rs_synth_labels *labels, const rs_synth_classes *classes,
                         uint64_t row, int32_t *set)
{
    const int32_t own = labels->original[row];
    const rs_synth_class *const traits = &classes->traits[own];
    rs_random random = rs_random_make(labels->seed ^ SET_SALT, row);
    if (rs_random_unit(&random) < traits->empty_share) {
        return 0;
    }
    bool has_own = rs_random_unit(&random) >= traits->wrong_share;
    uint32_t wanted = 1;
    if (rs_random_unit(&random) < traits->several_share) {
        wanted = rs_synth_classes_set_size(traits, &random);
    }
    has_own = has_own || wanted >= 7 || classes->count == 1;
    const uint32_t possible = has_own ? classes->count : classes->count - 1;
    wanted = wanted < possible ? wanted : possible;
    uint32_t size = 0;
    if (has_own) {
        set[size++] = own;
    }
    while (size < wanted) {
        const int32_t partner = draw_partner(classes, &random, own, set, size);
        insert_sorted(set, size, partner);
        ++size;
    }
    return size;
}

/* Twice the same draws: once to count, once to fill, so that no array has to grow. */
static rs_status draw_sets(rs_synth_labels *labels, rs_error *error)
{
    rs_synth_classes classes = {0};
    rs_status status = RS_OK;
    int32_t set[RS_SYNTH_SET_MAX];
    RS_TRY_DONE(rs_synth_classes_make(labels->view.classes, labels->seed, &classes, error));
    RS_TRY_DONE(RS_NEW(&labels->real_begin, labels->view.rows + 1, "label set positions", error));
    uint64_t total = 0;
    for (uint64_t row = 0; row < labels->view.rows; ++row) {
        total += draw_set(labels, &classes, row, set);
        if (total > UINT32_MAX) {
            status = rs_fail(error, RS_RANGE, NULL, rs_at_row(row), "ask for fewer rows",
                             "the label sets hold more than %" PRIu32 " labels", UINT32_MAX);
            goto done;
        }
        labels->real_begin[row + 1] = (uint32_t)total;
    }
    RS_TRY_DONE(RS_NEW(&labels->real_class, total > 0 ? total : 1, "label sets", error));
    for (uint64_t row = 0; row < labels->view.rows; ++row) {
        const uint32_t size = draw_set(labels, &classes, row, set);
        for (uint32_t i = 0; i < size; ++i) {
            labels->real_class[labels->real_begin[row] + i] = set[i];
        }
    }
done:
    rs_synth_classes_clear(&classes);
    return status;
}

rs_status rs_synth_labels_create(uint64_t rows, uint32_t classes, uint64_t seed,
                                 rs_synth_labels **labels, rs_error *error)
{
    *labels = NULL;
    if (rows == 0 || rows > RS_MAX_ROWS || classes == 0 || classes > RS_MAX_COLUMNS) {
        return rs_fail(
            error, RS_RANGE, NULL, rs_nowhere(), "ask for at least one row and one class",
            "cannot make labels of %" PRIu64 " rows and %" PRIu32 " classes", rows, classes);
    }
    rs_synth_labels *made = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&made, 1, "labels", error));
    made->seed = seed;
    made->view.rows = rows;
    made->view.classes = classes;
    RS_TRY_DONE(RS_NEW(&made->original, rows, "original labels", error));
    draw_originals(made);
    RS_TRY_DONE(draw_sets(made, error));
    made->view.original = made->original;
    made->view.real_begin = made->real_begin;
    made->view.real_class = made->real_class;
    *labels = made;
    return RS_OK;
done:
    rs_synth_labels_free(made);
    return status;
}

void rs_synth_labels_free(rs_synth_labels *labels)
{
    if (labels != NULL) {
        free(labels->original);
        free(labels->real_begin);
        free(labels->real_class);
        free(labels);
    }
}
