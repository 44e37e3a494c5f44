/* column_doubt.c - see column_doubt.h. */
#include "sweep/column_doubt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/row_value.h"
#include "sweep/row_look.h"

enum {
    LEAST_ROWS = 100,
    LEAST_CLASSES = 10,
    LOOKED = 48,      /* rows in which a column must have one value */
    LEAST_IMAGES = 8, /* of a class that may be exchanged, ... */
    LOOKED_IMAGES = 6, /* ... those that are looked at, ... */
    LEAST_ALIKE = 3,   /* ... and so many of them must have one answer */
    CLASSES_MOST = 48  /* such classes that are looked at */
};

#define LEAST_ACCURACY 0.05
#define POOR_SHARE 0.25 /* of the accuracy of all */
/* Of the values in other columns, those that may be what columns of one value hold, where that is
 * the least. */
#define COMMON_SHARE 0.01

/* ---- columns of one value ---- */

typedef struct column_state {
    double value; /* in the first row */
    bool varies;
    bool unseen; /* images of its class are there, and none is right */
} column_state;

static uint32_t mark_unseen(const rs_row_look *reader, const rs_metrics *metrics,
                            column_state *state)
{
    uint32_t unseen = 0;
    for (uint32_t j = 0; j < reader->width; ++j) {
        const int32_t c = rs_row_look_class(reader, j);
        const bool known = c >= 0 && (uint32_t)c < metrics->classes;
        state[j].unseen = known && metrics->per_class[c].images > 0 &&
                          metrics->per_class[c].imagenet_correct == 0;
        unseen += state[j].unseen;
    }
    return unseen;
}

static rs_status look_for_one_value(const rs_row_look *reader, uint64_t rows, column_state *state,
                                    uint32_t *looked, rs_error *error)
{
    *looked = 0;
    for (uint32_t i = 0; i < LOOKED; ++i) {
        const void *values = NULL;
        RS_TRY(rs_row_look_values(reader, rows / LOOKED * i, &values, error));
        if (values == NULL || reader->kernel->inspect(values, reader->width) != 0) {
            continue; /* of one value, or with what is no number: told elsewhere */
        }
        for (uint32_t j = 0; j < reader->width; ++j) {
            const double value = rs_row_value(reader->info->dtype, values, j);
            state[j].value = *looked == 0 ? value : state[j].value;
            state[j].varies = state[j].varies || value != state[j].value;
        }
        *looked += 1;
    }
    return RS_OK;
}

/* Whether `value` is what other columns hold too where they hold next to nothing, as rounded ones
 * may: the least of the rows, and that of many columns. */
static rs_status is_rounded(const rs_row_look *reader, uint64_t rows, const column_state *state,
                            double value, bool *rounded, rs_error *error)
{
    uint64_t same = 0;
    uint64_t below = 0;
    uint64_t all = 0;
    for (uint32_t i = 0; i < LOOKED; ++i) {
        const void *values = NULL;
        RS_TRY(rs_row_look_values(reader, rows / LOOKED * i, &values, error));
        for (uint32_t j = 0; values != NULL && j < reader->width; ++j) {
            const double here = rs_row_value(reader->info->dtype, values, j);
            all += state[j].varies;
            same += state[j].varies && here == value;
            below += state[j].varies && here < value;
        }
    }
    *rounded = all == 0 || (below == 0 && (double)same > COMMON_SHARE * (double)all);
    return RS_OK;
}

typedef struct unwritten {
    uint32_t count, first, last; /* columns */
    uint64_t images, right;      /* of their classes */
    double value;
} unwritten;

/* Those of the value that the first unseen one has. Where it is the best of a row, the first of
 * them is right now and then. */
static unwritten list_unwritten(const rs_row_look *reader, const rs_metrics *metrics,
                                const column_state *state)
{
    unwritten found = {0};
    uint32_t unseen = 0;
    while (unseen < reader->width && (!state[unseen].unseen || state[unseen].varies)) {
        ++unseen;
    }
    for (uint32_t j = 0; unseen < reader->width && j < reader->width; ++j) {
        const int32_t c = rs_row_look_class(reader, j);
        if (!state[j].varies && state[j].value == state[unseen].value && c >= 0 &&
            (uint32_t)c < metrics->classes && metrics->per_class[c].images > 0) {
            found.first = found.count == 0 ? j : found.first;
            found.last = j;
            found.count += 1;
            found.images += metrics->per_class[c].images;
            found.right += metrics->per_class[c].imagenet_correct;
        }
    }
    found.value = unseen < reader->width ? state[unseen].value : 0.0;
    return found;
}

static rs_status tell_unwritten(const rs_row_look *reader, const unwritten *found,
                                rs_record *record, rs_error *error)
{
    char which[80];
    const int32_t first = rs_row_look_class(reader, found->first);
    const int32_t last = rs_row_look_class(reader, found->last);
    if (found->count == 1) {
        (void)snprintf(which, sizeof which, "the column of class %" PRId32 " holds", first);
    } else if (found->last - found->first + 1 == found->count && reader->map == NULL) {
        (void)snprintf(which, sizeof which, "columns %" PRId32 " to %" PRId32 " hold", first, last);
    } else {
        (void)snprintf(which, sizeof which,
                       "%" PRIu32 " columns, of classes %" PRId32 " to %" PRId32 ", hold",
                       found->count, first, last);
    }
    return rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                           "%s one value in every row that was looked at, %g, and %" PRIu64
                           " of the %" PRIu64 " images of %s are right: were they never written? "
                           "Write them again; if the model has no such classes, leave their images "
                           "out with --subset LIST",
                           which, found->value, found->right, found->images,
                           found->count == 1 ? "the class" : "their classes");
}

static rs_status find_unwritten(const rs_column_look *look, const rs_row_look *reader,
                                column_state *state, rs_record *record, bool *told, rs_error *error)
{
    const uint64_t rows = reader->info->rows;
    uint32_t looked = 0;
    bool rounded = true;
    if (mark_unseen(reader, look->metrics, state) == 0) {
        return RS_OK;
    }
    RS_TRY(look_for_one_value(reader, rows, state, &looked, error));
    const unwritten found = list_unwritten(reader, look->metrics, state);
    if (2 * looked < LOOKED || found.count == 0) {
        return RS_OK;
    }
    RS_TRY(is_rounded(reader, rows, state, found.value, &rounded, error));
    if (rounded) {
        return RS_OK;
    }
    *told = true;
    return tell_unwritten(reader, &found, record, error);
}

rs_status rs_doubt_columns(const rs_column_look *look, rs_record *record, bool *told,
                           rs_error *error)
{
    rs_row_look reader = {0};
    column_state *state = NULL;
    rs_status status = RS_OK;
    *told = false;
    if (!rs_row_look_can(look->source) || look->metrics->classes < LEAST_CLASSES) {
        return RS_OK;
    }
    const rs_source_info *const info = rs_source_get_info(look->source);
    if (info->content != RS_CONTENT_LOGITS || info->rows < LEAST_ROWS ||
        info->rows == RS_ROWS_UNKNOWN) {
        return RS_OK;
    }
    RS_TRY_DONE(rs_row_look_open(look->source, look->map, &reader, error));
    RS_TRY_DONE(RS_NEW(&state, reader.width, "columns", error));
    status = find_unwritten(look, &reader, state, record, told, error);
done:
    free(state);
    rs_row_look_close(&reader);
    return status;
}

/* ---- columns that are each other's ---- */

/* Some images of a class. */
typedef struct poor_class {
    uint32_t class_index;
    uint32_t count;
    uint64_t row[LOOKED_IMAGES];
} poor_class;

typedef struct poor_classes {
    bool *is_poor; /* [classes] */
    int32_t *at;   /* [classes] in `list`, or -1 */
    poor_class list[CLASSES_MOST];
    uint32_t count;
} poor_classes;

static void list_poor(const rs_metrics *metrics, double accuracy, poor_classes *poor)
{
    uint32_t all = 0;
    for (uint32_t c = 0; c < metrics->classes; ++c) {
        const rs_class_metrics *const of = &metrics->per_class[c];
        poor->is_poor[c] =
            of->images >= LEAST_IMAGES &&
            (double)of->imagenet_correct <= POOR_SHARE * accuracy * (double)of->images;
        poor->at[c] = -1;
        all += poor->is_poor[c];
    }
    const uint32_t step = all / CLASSES_MOST + 1;
    uint32_t seen = 0;
    for (uint32_t c = 0; c < metrics->classes; ++c) {
        if (poor->is_poor[c] && seen++ % step == 0 && poor->count < CLASSES_MOST) {
            poor->at[c] = (int32_t)poor->count;
            poor->list[poor->count++].class_index = c;
        }
    }
}

static void list_rows(const rs_label_view *labels, poor_classes *poor)
{
    uint32_t wanted = LOOKED_IMAGES * poor->count;
    for (uint64_t row = 0; row < labels->rows && wanted > 0; ++row) {
        const int32_t label = labels->original[row];
        if (label >= 0 && poor->at[label] >= 0) {
            poor_class *const of = &poor->list[poor->at[label]];
            if (of->count < LOOKED_IMAGES) {
                of->row[of->count++] = row;
                wanted -= 1;
            }
        }
    }
}

/* How many of the answers are that other poor class which most of them are. */
static uint32_t count_alike(const poor_classes *poor, const poor_class *of, const int32_t *answer,
                            uint32_t count)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; ++i) {
        uint32_t alike = 0;
        for (uint32_t k = 0; k < count; ++k) {
            alike += answer[k] == answer[i];
        }
        const bool other = answer[i] >= 0 && answer[i] != (int32_t)of->class_index &&
                           poor->is_poor[answer[i]];
        most = other && alike > most ? alike : most;
    }
    return most;
}

/* Whether images of the class are answered by one other poor class; where the first half of those
 * that are looked at has no such answer, the others are not read. */
static rs_status is_answered_by_another(const rs_row_look *reader, const poor_classes *poor,
                                        const poor_class *of, bool *answered, rs_error *error)
{
    int32_t answer[LOOKED_IMAGES];
    *answered = false;
    for (uint32_t i = 0; i < of->count; ++i) {
        RS_TRY(rs_row_look_answer(reader, of->row[i], &answer[i], error));
        if (2 * (i + 1) == LOOKED_IMAGES && count_alike(poor, of, answer, i + 1) == 0) {
            return RS_OK;
        }
    }
    *answered = count_alike(poor, of, answer, of->count) >= LEAST_ALIKE;
    return RS_OK;
}

static rs_status look_at_poor(const rs_column_look *look, double accuracy, poor_classes *poor,
                              bool *asks, rs_error *error)
{
    rs_row_look reader = {0};
    rs_status status = RS_OK;
    list_poor(look->metrics, accuracy, poor);
    if (poor->count < 2) {
        return RS_OK;
    }
    list_rows(look->labels, poor);
    RS_TRY_DONE(rs_row_look_open(look->source, look->map, &reader, error));
    for (uint32_t i = 0; i < poor->count && !*asks; ++i) {
        RS_TRY_DONE(is_answered_by_another(&reader, poor, &poor->list[i], asks, error));
    }
done:
    rs_row_look_close(&reader);
    return status;
}

rs_status rs_columns_ask_for_a_look(const rs_column_look *look, bool *asks, rs_error *error)
{
    const rs_metrics *const metrics = look->metrics;
    const rs_metric *const top1 = rs_metrics_find(metrics, "imagenet_top1");
    poor_classes *poor = NULL;
    rs_status status = RS_OK;
    *asks = false;
    if (!rs_row_look_can(look->source) || top1 == NULL || top1->reason != NULL ||
        top1->value < LEAST_ACCURACY || metrics->classes < LEAST_CLASSES ||
        top1->total < LEAST_ROWS) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&poor, 1, "classes", error));
    RS_TRY_DONE(RS_NEW(&poor->is_poor, metrics->classes, "classes", error));
    RS_TRY_DONE(RS_NEW(&poor->at, metrics->classes, "classes", error));
    status = look_at_poor(look, top1->value, poor, asks, error);
done:
    free(poor->is_poor);
    free(poor->at);
    free(poor);
    return status;
}
