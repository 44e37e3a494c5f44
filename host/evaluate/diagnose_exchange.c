/* diagnose_exchange.c - a few columns that hold other classes than theirs.
 *
 * Two classes exchanged, ten columns permuted among a thousand, a column lost in the middle: most
 * answers are as good as ever. Of such a column most rows are of another class than its own, and
 * its own class is said of that one's images far oftener than of its own. No model does that by
 * mistake: however alike two classes are, it says each of them of its own images at least as often
 * as of the other's.
 * Second predictions do, and then little is right even by what the columns seem to be.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"

enum {
    LEAST_CLASSES = 10,
    LEAST_ROWS = 8, /* of the other class in the column */
    TIMES = 4,      /* as often of the other class' images as of its own */
    NAMED = 3       /* columns */
};

#define LEAST_SHARE 0.2 /* of the rows of the column, and of those of the class */
#define TIMES_CHANCE 4.0
#define LEAST_ACCURACY 0.05
#define LEAST_MENDED   0.30 /* by what the columns seem to be; less explains nothing */

typedef struct exchange_search {
    uint32_t classes;
    uint32_t *table;  /* [classes * classes] by answer, then by label */
    uint32_t *images; /* [classes] by label */
    uint32_t *owner;  /* [classes] the column that is this class; UINT32_MAX: its own */
} exchange_search;

static uint32_t rows_of(const exchange_search *search, uint32_t column, uint32_t label)
{
    return search->table[(uint64_t)column * search->classes + label];
}

/* Whether `column` seems to be class `label`, which has most of its rows, of `answers`. */
static bool is_of(const exchange_search *search, uint32_t column, uint32_t label, uint64_t answers)
{
    const double rows = rows_of(search, column, label);
    const double of_class = rows / (double)search->images[label];
    const double own = rows_of(search, column, column);
    const double of_own =
        search->images[column] == 0 ? 0.0 : own / (double)search->images[column];
    return rows >= (double)LEAST_ROWS && rows >= LEAST_SHARE * (double)answers &&
           of_class >= LEAST_SHARE && of_class >= (double)TIMES * of_own &&
           rows >= (double)TIMES * own && rows >= 2.0 * (double)rows_of(search, label, label);
}

static void find_columns(const exchange_search *search, int32_t *map)
{
    for (uint32_t column = 0; column < search->classes; ++column) {
        uint64_t answers = 0;
        uint32_t most = column;
        for (uint32_t label = 0; label < search->classes; ++label) {
            const uint32_t rows = rows_of(search, column, label);
            answers += rows;
            most = rows > rows_of(search, column, most) ? label : most;
        }
        map[column] = (int32_t)column;
        if (most == column || !is_of(search, column, most, answers)) {
            continue;
        }
        const uint32_t other = search->owner[most];
        if (other != UINT32_MAX && rows_of(search, other, most) >= rows_of(search, column, most)) {
            continue;
        }
        if (other != UINT32_MAX) {
            map[other] = (int32_t)other;
        }
        search->owner[most] = column;
        map[column] = (int32_t)most;
    }
}

static void describe(const int32_t *map, uint32_t classes, rs_exchanged *found)
{
    uint32_t column[NAMED] = {0};
    found->count = 0;
    for (uint32_t c = 0; c < classes; ++c) {
        if (map[c] != (int32_t)c) {
            if (found->count < NAMED) {
                column[found->count] = c;
            }
            found->count += 1;
        }
    }
    if (found->count == 2 && map[column[0]] == (int32_t)column[1] &&
        map[column[1]] == (int32_t)column[0]) {
        (void)snprintf(found->what, sizeof found->what, "columns %u and %u look exchanged",
                       column[0], column[1]);
    } else if (found->count > 0) {
        int used = snprintf(found->what, sizeof found->what, "%u column%s like %s than %s: ",
                            found->count, found->count == 1 ? " looks" : "s look",
                            found->count == 1 ? "another class" : "other classes",
                            found->count == 1 ? "its own" : "their own");
        for (uint32_t k = 0; k < NAMED && k < found->count && used > 0; ++k) {
            used += snprintf(found->what + used, sizeof found->what - (size_t)used,
                             "%scolumn %u like class %d", k == 0 ? "" : ", ", column[k],
                             map[column[k]]);
        }
        if (found->count > NAMED && used > 0) {
            (void)snprintf(found->what + used, sizeof found->what - (size_t)used, ", ...");
        }
    }
}

rs_status rs_find_exchanged(const rs_trial *trial, const uint32_t *image, rs_exchanged *found,
                            rs_error *error)
{
    const rs_fit before = rs_fit_of(trial, image, NULL);
    const double accuracy = rs_fit_accuracy(&before);
    const uint32_t classes = trial->labels->classes;
    exchange_search search = {.classes = classes};
    uint64_t cells = 0;
    int32_t *map = NULL;
    rs_status status = RS_OK;
    *found = (rs_exchanged){.count = 0};
    if (classes < LEAST_CLASSES || !rs_mul_u64(classes, classes, &cells) ||
        cells > UINT64_C(1) << 24 || accuracy < LEAST_ACCURACY ||
        accuracy * (double)classes < TIMES_CHANCE) {
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW(&search.table, cells, "a confusion table", error));
    RS_TRY_DONE(RS_NEW(&search.images, classes, "images of classes", error));
    RS_TRY_DONE(RS_NEW(&search.owner, classes, "columns of classes", error));
    RS_TRY_DONE(RS_NEW(&map, classes, "a class order", error));
    rs_count_answers(trial, image, search.table);
    for (uint64_t i = 0; i < trial->labels->rows; ++i) {
        if (trial->labels->original[i] >= 0) {
            search.images[trial->labels->original[i]] += 1;
        }
    }
    for (uint32_t c = 0; c < classes; ++c) {
        search.owner[c] = UINT32_MAX;
    }
    find_columns(&search, map);
    describe(map, classes, found);
    if (found->count > 0) {
        found->fit = rs_fit_of(trial, image, map);
        found->contest = rs_contest_of(trial, image, map, image);
        if (rs_fit_accuracy(&found->fit) < LEAST_MENDED) {
            found->count = 0;
        }
    }
done:
    free(map);
    free(search.owner);
    free(search.images);
    free(search.table);
    return status;
}
