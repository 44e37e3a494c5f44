/* diagnose.c - tries the row and class orders people really have. */
#include "evaluate/diagnose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

/* Fewer rows than this may score as guesses do without anything being wrong. */
enum { LEAST_ROWS = 100 };

/* Another order must explain this much more than the one used before anything is said. */
#define WORTH_SAYING 0.10
/* A per-class majority fits noise a little; real class permutations fit most of the rows. */
#define WORTH_SAYING_MAP 0.30

bool rs_near_chance(uint64_t correct, uint64_t total, uint32_t classes)
{
    if (total < LEAST_ROWS || classes < 2) {
        return false;
    }
    const double chance = 1.0 / classes;
    const double spread = sqrt(chance * (1.0 - chance) / (double)total);
    return (double)correct / (double)total <= chance + 4.0 * spread + 0.01;
}

typedef struct trial {
    const rs_label_view *labels;
    const int32_t *prediction;
    uint32_t stride;
    double least; /* an accuracy below this is not worth saying */
} trial;

static int32_t predicted(const trial *t, uint64_t row)
{
    return t->prediction[row * t->stride];
}

/* Share of rows right when input row i is label row order[i] (NULL: i) and `shift` is added to
 * every prediction. */
static double accuracy_of(const trial *t, const uint32_t *order, int32_t shift)
{
    uint64_t correct = 0;
    uint64_t known = 0;
    for (uint64_t i = 0; i < t->labels->rows; ++i) {
        const int32_t label = t->labels->original[order == NULL ? i : order[i]];
        const int32_t answer = predicted(t, i);
        known += label >= 0;
        correct += label >= 0 && answer >= 0 && answer + shift == label;
    }
    return known == 0 ? 0.0 : (double)correct / (double)known;
}

/* Share of rows right when each answered column stood for the class most of its rows have. */
static rs_status best_map_accuracy(const trial *t, const uint32_t *order, double *accuracy,
                                   rs_error *error)
{
    const uint32_t classes = t->labels->classes;
    *accuracy = 0.0;
    uint64_t cells = 0;
    if (!rs_mul_u64(classes, classes, &cells) || cells > UINT64_C(1) << 24) {
        return RS_OK; /* too many classes for a table: this question is left out */
    }
    uint32_t *table = NULL;
    RS_TRY(RS_NEW(&table, cells, "a confusion table", error));
    uint64_t known = 0;
    for (uint64_t i = 0; i < t->labels->rows; ++i) {
        const int32_t label = t->labels->original[order == NULL ? i : order[i]];
        const int32_t answer = predicted(t, i);
        known += label >= 0;
        if (label >= 0 && answer >= 0 && (uint32_t)answer < classes) {
            table[(uint64_t)(uint32_t)answer * classes + (uint32_t)label] += 1;
        }
    }
    uint64_t correct = 0;
    for (uint32_t answer = 0; answer < classes; ++answer) {
        uint32_t most = 0;
        for (uint32_t label = 0; label < classes; ++label) {
            const uint32_t count = table[(uint64_t)answer * classes + label];
            most = count > most ? count : most;
        }
        correct += most;
    }
    free(table);
    *accuracy = known == 0 ? 0.0 : (double)correct / (double)known;
    return RS_OK;
}

static void offer(rs_diagnosis *best, double accuracy, double least, const char *what,
                  const char *advice)
{
    if (accuracy < least || accuracy <= best->accuracy) {
        return;
    }
    best->found = true;
    best->accuracy = accuracy;
    (void)snprintf(best->text, sizeof best->text, "%s; that gives %.2f %%: %s", what,
                   100.0 * accuracy, advice);
}

/* ---- row orders ---- */

static int compare_decimal(const void *a, const void *b)
{
    char left[16];
    char right[16];
    (void)snprintf(left, sizeof left, "%u", *(const uint32_t *)a);
    (void)snprintf(right, sizeof right, "%u", *(const uint32_t *)b);
    return strcmp(left, right);
}

/* Where class c stands when the classes are sorted as texts: 0, 1, 10, 100, 101, ... */
static rs_status text_sorted_places(uint32_t classes, uint32_t **places, rs_error *error)
{
    uint32_t *place = NULL;
    *places = NULL;
    RS_TRY(RS_NEW_ROWS(&place, classes, 2, "a class order", error));
    uint32_t *sorted = place + classes;
    for (uint32_t c = 0; c < classes; ++c) {
        sorted[c] = c;
    }
    qsort(sorted, classes, sizeof sorted[0], compare_decimal);
    for (uint32_t c = 0; c < classes; ++c) {
        place[sorted[c]] = c;
    }
    *places = place;
    return RS_OK;
}

/* Label rows by folder, then by file name, for folders named by class number and sorted as texts: a
 * counting sort over places. *order is NULL when some label is unknown: then there is no such
 * order. */
static rs_status text_sorted_folders(const rs_label_view *labels, uint32_t **order, rs_error *error)
{
    uint32_t *place = NULL;
    uint32_t *begin = NULL;
    uint32_t *rows = NULL;
    rs_status status = RS_OK;
    *order = NULL;
    for (uint64_t i = 0; i < labels->rows; ++i) {
        if (labels->original[i] < 0) {
            return RS_OK;
        }
    }
    RS_TRY_DONE(text_sorted_places(labels->classes, &place, error));
    RS_TRY_DONE(RS_NEW(&begin, (uint64_t)labels->classes + 1, "a class order", error));
    RS_TRY_DONE(RS_NEW(&rows, labels->rows, "a row order", error));
    for (uint64_t i = 0; i < labels->rows; ++i) {
        begin[place[labels->original[i]] + 1] += 1;
    }
    for (uint32_t c = 0; c < labels->classes; ++c) {
        begin[c + 1] += begin[c];
    }
    for (uint64_t i = 0; i < labels->rows; ++i) {
        rows[begin[place[labels->original[i]]]++] = (uint32_t)i;
    }
    *order = rows;
done:
    free(begin);
    free(place);
    return status;
}

/* ---- what is tried ---- */

/* The order that was used and one that is tried beside it; NULL is file-name order. */
typedef struct row_orders {
    rs_order_kind kind;      /* of the one used */
    const uint32_t *used;
    const uint32_t *folders; /* NULL: it was used, or there is none */
} row_orders;

/* Explanations by another order of the rows, or a class number off by one. */
static rs_status try_orders(const trial *t, const row_orders *orders, rs_diagnosis *best,
                            rs_error *error)
{
    if (orders->kind != RS_ORDER_FILE) {
        offer(best, accuracy_of(t, NULL, 0), t->least, "rows look like file-name order",
              "leave --order out");
    }
    if (orders->folders != NULL) {
        offer(best, accuracy_of(t, orders->folders, 0), t->least,
              "rows look like ImageFolder order", "use --order imagefolder");
    }
    uint32_t *by_text = NULL;
    RS_TRY(text_sorted_folders(t->labels, &by_text, error));
    if (by_text != NULL) {
        offer(best, accuracy_of(t, by_text, 0), t->least,
              "rows look like ImageFolder order of folders named 0, 1, 10, 100, ...",
              "write the file names in this order to a list and use --order LIST");
        free(by_text);
    }
    offer(best, accuracy_of(t, orders->used, -1), t->least, "columns look shifted by one class",
          "class 0 seems to be in column 1: say with --class-map which class each column is");
    offer(best, accuracy_of(t, orders->used, 1), t->least, "columns look shifted by one class",
          "class 1 seems to be in column 0: say with --class-map which class each column is");
    return RS_OK;
}

/* Explanations by another order of the classes. A map has so much freedom that it must explain far
 * more than the plain orders did. */
static rs_status try_maps(const trial *t, const row_orders *orders, rs_diagnosis *best,
                          rs_error *error)
{
    double mapped = 0.0;
    RS_TRY(best_map_accuracy(t, orders->used, &mapped, error));
    offer(best, mapped, fmax(fmax(WORTH_SAYING_MAP, t->least), 1.5 * best->accuracy),
          "columns look like another class order than that of the sorted synset ids",
          "say with --class-map which class each column is");
    if (orders->kind != RS_ORDER_FILE) {
        RS_TRY(best_map_accuracy(t, NULL, &mapped, error));
        offer(best, mapped, fmax(fmax(WORTH_SAYING_MAP, t->least), 1.5 * best->accuracy),
              "rows look like file-name order and columns like another class order",
              "leave --order out and say with --class-map which class each column is");
    }
    if (orders->folders == NULL) {
        return RS_OK;
    }
    RS_TRY(best_map_accuracy(t, orders->folders, &mapped, error));
    offer(best, mapped, fmax(fmax(WORTH_SAYING_MAP, t->least), 1.5 * best->accuracy),
          "rows look like ImageFolder order and columns like another class order",
          "use --order imagefolder and say with --class-map which class each column is");
    return RS_OK;
}

rs_status rs_diagnose(const rs_labels *labels, const rs_doubted_pass *pass, rs_diagnosis *diagnosis,
                      rs_error *error)
{
    const trial t = {rs_labels_get_view(labels), pass->prediction, pass->stride,
                     pass->accuracy + WORTH_SAYING};
    *diagnosis = (rs_diagnosis){0};
    rs_order *imagefolder = NULL;
    row_orders orders = {
        .kind = pass->kind,
        .used = pass->used == NULL ? NULL : rs_order_get(pass->used),
    };
    /* Labels without a class for every row have no folder order: that is no failure here. */
    if (pass->kind != RS_ORDER_IMAGEFOLDER &&
        rs_order_create(labels, RS_ORDER_IMAGEFOLDER, NULL, &imagefolder, NULL) == RS_OK) {
        orders.folders = rs_order_get(imagefolder);
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(try_orders(&t, &orders, diagnosis, error));
    RS_TRY_DONE(try_maps(&t, &orders, diagnosis, error));
done:
    rs_order_free(imagefolder);
    return status;
}

void rs_doubt_text(double accuracy, const rs_diagnosis *diagnosis, char text[RS_DOUBT_BYTES])
{
    (void)snprintf(text, RS_DOUBT_BYTES, "top-1 accuracy of %.2f %% is near chance%s%s",
                   100.0 * accuracy, diagnosis->found ? ": " : "", diagnosis->text);
}

rs_status rs_doubt_firsts(const rs_labels *labels, rs_order_kind kind, const rs_order *used,
                          const int32_t *first, char text[RS_DOUBT_BYTES], rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(labels);
    const uint32_t *const order = used == NULL ? NULL : rs_order_get(used);
    uint64_t known = 0;
    uint64_t correct = 0;
    text[0] = '\0';
    for (uint64_t i = 0; i < view->rows; ++i) {
        known += view->original[i] >= 0;
        correct += view->original[i] >= 0 && view->original[i] == first[i];
    }
    if (!rs_near_chance(correct, known, view->classes)) {
        return RS_OK;
    }
    int32_t *row = NULL; /* as the input had them */
    RS_TRY(RS_NEW(&row, view->rows, "predictions", error));
    for (uint64_t i = 0; i < view->rows; ++i) {
        row[i] = first[order == NULL ? i : order[i]];
    }
    rs_diagnosis diagnosis = {0};
    const double accuracy = (double)correct / (double)known;
    const rs_doubted_pass pass = {kind, used, accuracy, row, 1};
    const rs_status status = rs_diagnose(labels, &pass, &diagnosis, error);
    free(row);
    RS_TRY(status);
    rs_doubt_text(accuracy, &diagnosis, text);
    return RS_OK;
}

/* ---- ranks ---- */

/* Later predictions that are right in more rows than this share of those where the first is. */
#define LATER_SHARE 0.33
/* Of a model that is right less often than this within its top-K nothing is said. */
#define LEAST_TOPK 0.5

bool rs_hits_look_unsorted(const rs_rank_hits *hits)
{
    if (hits->rows < LEAST_ROWS || hits->k < 3 ||
        (double)hits->within < LEAST_TOPK * (double)hits->rows) {
        return false;
    }
    const double later = (double)(hits->within - hits->first) / (double)(hits->k - 1);
    return later > LATER_SHARE * (double)hits->first;
}
