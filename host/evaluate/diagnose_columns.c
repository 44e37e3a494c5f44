/* diagnose_columns.c - which class each column could be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"

static int compare_decimal(const void *a, const void *b)
{
    char left[16];
    char right[16];
    (void)snprintf(left, sizeof left, "%d", *(const int32_t *)a);
    (void)snprintf(right, sizeof right, "%d", *(const int32_t *)b);
    return strcmp(left, right);
}

rs_status rs_text_order(uint32_t classes, int32_t **class_of, rs_error *error)
{
    RS_TRY(RS_NEW(class_of, classes, "a class order", error));
    for (uint32_t c = 0; c < classes; ++c) {
        (*class_of)[c] = (int32_t)c;
    }
    qsort(*class_of, classes, sizeof **class_of, compare_decimal);
    return RS_OK;
}

void rs_count_answers(const rs_trial *trial, const uint32_t *image, uint32_t *table)
{
    const uint32_t classes = trial->labels->classes;
    for (uint64_t i = 0; i < trial->labels->rows; ++i) {
        const int32_t label = trial->labels->original[image == NULL ? i : image[i]];
        const int32_t answer = rs_predicted(trial, i);
        if (label >= 0 && answer >= 0 && (uint32_t)answer < classes) {
            table[(uint64_t)(uint32_t)answer * classes + (uint32_t)label] += 1;
        }
    }
}

/* The class that most rows with this answer have. Returns how many of them would be told right by
 * the others: all, unless without one of them another class had as many. */
static uint32_t choose_class(const uint32_t *count, uint32_t classes, int32_t *chosen,
                             uint32_t *rows)
{
    uint32_t most = 0;
    uint32_t second = 0;
    *chosen = -1;
    for (uint32_t label = 0; label < classes; ++label) {
        if (count[label] > most) {
            second = most;
            most = count[label];
            *chosen = (int32_t)label;
        } else if (count[label] > second) {
            second = count[label];
        }
    }
    *rows = most;
    return most > second + 1 ? most : 0;
}

/* Each class is that of one column, the one with most of its rows. */
static uint64_t choose_classes(const uint32_t *table, uint32_t classes, uint32_t *owner,
                               int32_t *map)
{
    uint64_t sure = 0;
    memset(owner, -1, classes * sizeof *owner);
    for (uint32_t answer = 0; answer < classes; ++answer) {
        uint32_t rows = 0;
        const uint32_t told =
            choose_class(table + (uint64_t)answer * classes, classes, &map[answer], &rows);
        if (map[answer] < 0) {
            continue;
        }
        const uint32_t before = owner[map[answer]];
        if (before != UINT32_MAX) {
            int32_t same = -1;
            uint32_t others = 0;
            const uint32_t told_before =
                choose_class(table + (uint64_t)before * classes, classes, &same, &others);
            if (others >= rows) {
                map[answer] = -1;
                continue;
            }
            map[before] = -1;
            sure -= told_before;
        }
        owner[map[answer]] = answer;
        sure += told;
    }
    return sure;
}

rs_status rs_best_map(const rs_trial *trial, const uint32_t *image, int32_t **class_of,
                      uint64_t *sure, rs_error *error)
{
    const uint32_t classes = trial->labels->classes;
    uint64_t cells = 0;
    uint32_t *table = NULL;
    uint32_t *owner = NULL;
    int32_t *map = NULL;
    *class_of = NULL;
    if (!rs_mul_u64(classes, classes, &cells) || cells > UINT64_C(1) << 24) {
        return RS_OK; /* this question is left out */
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&table, cells, "a confusion table", error));
    RS_TRY_DONE(RS_NEW(&owner, classes, "columns of classes", error));
    RS_TRY_DONE(RS_NEW(&map, classes, "a class order", error));
    rs_count_answers(trial, image, table);
    *sure = choose_classes(table, classes, owner, map);
    *class_of = map;
done:
    free(owner);
    free(table);
    return status;
}

uint32_t rs_count_paired(const int32_t *class_of, uint32_t classes)
{
    enum { LEAST = 6 }; /* classes; half as many pairs are none by chance */
    uint32_t moved = 0;
    uint32_t mutual = 0;
    for (uint32_t c = 0; c < classes; ++c) {
        const int32_t other = class_of[c];
        if (other >= 0 && other != (int32_t)c) {
            moved += 1;
            mutual += class_of[other] == (int32_t)c;
        }
    }
    return mutual >= LEAST && 4 * (uint64_t)mutual >= moved ? mutual : 0;
}

/* Of second predictions one class in 8 is of such a pair, and the classes as they are make fewer
 * rows right than those of the pairs do, but not next to none. */
#define LATER_SHARE 8
#define LATER_GAIN  1.3
#define LATER_MOST  6.0
#define LATER_RIGHT 0.30 /* of a model that is right oftener its first predictions are there */

/* Where the first prediction of each row is left out, what is taken for a class most often stands
 * in its place, in the images of both classes of a pair; where it was wrong, often the class. */
void rs_look_for_later(const rs_trial *trial, const rs_base_order *rows, const int32_t *class_of,
                       uint64_t sure, char text[RS_SOME_BYTES])
{
    const uint32_t classes = trial->labels->classes;
    const uint32_t paired = rs_count_paired(class_of, classes);
    const rs_fit as_it_is = rs_fit_of(trial, rows->image, NULL);
    const double right = (double)as_it_is.right;
    text[0] = '\0';
    if (LATER_SHARE * (uint64_t)paired >= classes && rs_fit_accuracy(&as_it_is) < LATER_RIGHT &&
        (double)sure >= LATER_GAIN * right && (double)sure <= LATER_MOST * right) {
        (void)snprintf(text, RS_SOME_BYTES,
                       "%s%s%s%u classes are the answer for each other's images in pairs, more "
                       "often than for their own, as of second predictions: was the first one of "
                       "each row left out? Save it too, or the logits",
                       rows->used ? "" : "in ", rows->used ? "" : rows->name, rows->used ? "" : " ",
                       paired);
    }
}

uint64_t rs_count_neighbours(const rs_trial *trial, const uint32_t *image,
                             const int32_t *class_of)
{
    uint64_t up = 0;
    uint64_t down = 0;
    for (uint64_t i = 0; i < trial->labels->rows; ++i) {
        const int32_t label = trial->labels->original[image == NULL ? i : image[i]];
        const int32_t answer = rs_answer(trial, i, class_of);
        up += label >= 0 && answer == label + 1;
        down += label > 0 && answer == label - 1;
    }
    return up > down ? up : down;
}

rs_status rs_mistakes_alike(const rs_trial *trial, const uint32_t *image, bool *alike,
                            rs_error *error)
{
    const uint32_t classes = trial->labels->classes;
    uint64_t cells = 0;
    uint32_t *table = NULL;
    double same = 0.0; /* pairs of mistakes in images of one class, and of them with one answer */
    double pairs = 0.0;
    *alike = false;
    if (!rs_mul_u64(classes, classes, &cells) || cells > UINT64_C(1) << 24) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&table, cells, "a confusion table", error));
    rs_count_answers(trial, image, table);
    for (uint32_t label = 0; label < classes; ++label) {
        double mistakes = 0.0;
        for (uint32_t answer = 0; answer < classes; ++answer) {
            const double count =
                answer == label ? 0.0 : (double)table[(uint64_t)answer * classes + label];
            mistakes += count;
            same += count * (count - 1.0);
        }
        pairs += mistakes * (mistakes - 1.0);
    }
    free(table);
    *alike = pairs > 0.0 && same / pairs > 0.02 + 5.0 / (double)classes;
    return RS_OK;
}

bool rs_look_wrapped(const rs_trial *trial, const uint32_t *image, uint64_t *wrapped,
                     uint64_t *rows)
{
    enum { KEPT = 256, LEAST_ROWS = 100 };
    *wrapped = 0;
    *rows = 0;
    for (uint64_t i = 0; i < trial->labels->rows; ++i) {
        const int32_t label = trial->labels->original[image == NULL ? i : image[i]];
        const int32_t answer = rs_predicted(trial, i);
        if (answer >= KEPT) {
            return false;
        }
        *rows += label >= KEPT;
        *wrapped += label >= KEPT && answer == label % KEPT;
    }
    return *rows >= LEAST_ROWS && *wrapped * 10 > *rows;
}
