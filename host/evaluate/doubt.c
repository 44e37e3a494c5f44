/* doubt.c - which results are doubtful, and the words for them. */
#include "evaluate/doubt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/label_part.h"

/* Fewer rows than this may score as guesses do without anything being wrong. */
enum { LEAST_ROWS = 100 };

/* What to check where no order that is known explains a result near chance. Of a part of the
 * images: which they are is what was said, and rows of others are as likely as another order. */
static const char *what_of_images(const rs_labels *labels)
{
    if (rs_labels_whole(labels) == NULL) {
        return "";
    }
    return rs_labels_list_path(labels) != NULL
               ? ", are they of all images or of those of --subset alone, in the order of its list "
                 "or of --order"
               : ", are they of all images or of the first ones (--limit; --subset LIST names "
                 "others)";
}

bool rs_near_chance(uint64_t correct, uint64_t total, uint32_t classes)
{
    if (total < LEAST_ROWS || classes < 2) {
        return false;
    }
    const double chance = 1.0 / classes;
    const double spread = sqrt(chance * (1.0 - chance) / (double)total);
    return (double)correct / (double)total <= chance + 4.0 * spread + 0.01;
}

void rs_doubt_text(double accuracy, bool near_chance, const rs_labels *labels,
                   const rs_diagnosis *diagnosis, char text[RS_DOUBT_BYTES])
{
    if (near_chance && diagnosis->found) {
        (void)snprintf(text, RS_DOUBT_BYTES, "top-1 accuracy of %.2f %% is near chance: %s",
                       100.0 * accuracy, diagnosis->text);
    } else if (near_chance) {
        (void)snprintf(text, RS_DOUBT_BYTES,
                       "top-1 accuracy of %.2f %% is near chance: no order that is known explains "
                       "it; is it the right file, do its rows follow the labels (--order, "
                       "--labels)%s, its columns the classes (--class-map), and was the model "
                       "trained?",
                       100.0 * accuracy, what_of_images(labels));
    } else {
        (void)snprintf(text, RS_DOUBT_BYTES, "top-1 accuracy is %.2f %%, but %s",
                       100.0 * accuracy, diagnosis->text);
    }
}

void rs_doubt_worst(const rs_worst_hits *hits, rs_diagnosis *diagnosis)
{
    if (hits->rows < LEAST_ROWS || rs_near_chance(hits->last, hits->rows, hits->classes)) {
        return;
    }
    rs_tell_reversed((double)hits->last / (double)hits->rows, diagnosis);
}

void rs_tell_reversed(double last, rs_diagnosis *diagnosis)
{
    diagnosis->found = true;
    diagnosis->finding = RS_FINDING_REVERSED;
    diagnosis->accuracy = last;
    (void)snprintf(diagnosis->text, sizeof diagnosis->text,
                   "the label is the last prediction in %.2f %% of the rows; values look as if the "
                   "smallest were the best, as of losses, distances or negated logits, or ranks as "
                   "if sorted without a minus, worst first: " RS_TURN_ROUND_TEXT,
                   100.0 * last);
}

static uint64_t count_right(const rs_label_view *labels, const uint32_t *image,
                            const int32_t *ranking, uint32_t ranks, uint32_t place)
{
    uint64_t right = 0;
    for (uint64_t i = 0; i < labels->rows; ++i) {
        const int32_t label = labels->original[image == NULL ? i : image[i]];
        right += label >= 0 && ranking[i * ranks + place] == label;
    }
    return right;
}

void rs_doubt_places(const rs_label_view *labels, const uint32_t *image, const int32_t *ranking,
                     uint32_t ranks, rs_diagnosis *diagnosis)
{
    const double first = (double)count_right(labels, image, ranking, ranks, 0);
    double most = first;
    uint32_t place = 0;
    for (uint32_t k = 1; k < ranks; ++k) {
        const double right = (double)count_right(labels, image, ranking, ranks, k);
        place = right > most ? k : place;
        most = right > most ? right : most;
    }
    if (place == 0 || place + 1 == ranks || most <= 2.0 * first ||
        most - first <= 8.0 * sqrt(most + first) ||
        rs_near_chance((uint64_t)most, labels->rows, labels->classes)) {
        return;
    }
    diagnosis->found = true;
    diagnosis->finding = RS_FINDING_LATER;
    diagnosis->accuracy = first / (double)labels->rows;
    (void)snprintf(diagnosis->text, sizeof diagnosis->text,
                   "prediction %u of the rows, from 1, is the label in %.2f %% of them and the "
                   "first in %.2f %%: they are not ranked best first. --pred-scores FILE ranks "
                   "them by their scores",
                   place + 1, 100.0 * most / (double)labels->rows, 100.0 * diagnosis->accuracy);
}

rs_status rs_doubt_firsts(const rs_labels *labels, const rs_order *used, const int32_t *first,
                          char text[RS_DOUBT_BYTES], rs_error *error)
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
    if (known < LEAST_ROWS || correct == known) {
        return RS_OK;
    }
    int32_t *row = NULL; /* as the input had them */
    RS_TRY(RS_NEW(&row, view->rows, "predictions", error));
    for (uint64_t i = 0; i < view->rows; ++i) {
        row[i] = first[order == NULL ? i : order[i]];
    }
    rs_diagnosis diagnosis = {0};
    const rs_doubted_pass pass = {.used = used, .prediction = row, .stride = 1};
    const rs_status status = rs_diagnose_pass(labels, &pass, &diagnosis, error);
    free(row);
    RS_TRY(status);
    const bool near = rs_near_chance(correct, known, view->classes);
    if (near || diagnosis.found) {
        rs_doubt_text((double)correct / (double)known, near, labels, &diagnosis, text);
    }
    return RS_OK;
}

/* ---- ranks ---- */

void rs_doubt_reversed_ranks(const rs_rank_hits *hits, uint32_t classes, char text[RS_DOUBT_BYTES])
{
    enum { LEAST_CLASSES = 10, TIMES = 2 }; /* as in a diagnosis */
    const double first = (double)hits->first;
    const double last = (double)hits->last;
    text[0] = '\0';
    if (hits->rows < LEAST_ROWS || hits->depth < 2 || classes < LEAST_CLASSES ||
        last <= (double)TIMES * first || last - first <= 8.0 * sqrt(last + first) ||
        rs_near_chance(hits->last, hits->rows, classes)) {
        return;
    }
    rs_diagnosis diagnosis = {0};
    rs_tell_reversed(last / (double)hits->rows, &diagnosis);
    (void)snprintf(text, RS_DOUBT_BYTES, "%s", diagnosis.text);
}

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
