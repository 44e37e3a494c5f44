/* confusion_sum.c - two sorted lists merged into a third, model after model. */
#include "report/confusion_sum.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

static int compare_pairs(const void *a, const void *b)
{
    const rs_confusion *left = a;
    const rs_confusion *right = b;
    if (left->original != right->original) {
        return left->original < right->original ? -1 : 1;
    }
    return (left->predicted > right->predicted) - (left->predicted < right->predicted);
}

static int compare_counts(const void *a, const void *b)
{
    const rs_confusion *left = a;
    const rs_confusion *right = b;
    if (left->count != right->count) {
        return left->count > right->count ? -1 : 1;
    }
    return compare_pairs(a, b);
}

/* Both sorted by pair; returns how many pairs there are in `to`. */
static size_t merge(const rs_confusion *a, size_t a_count, const rs_confusion *b, size_t b_count,
                    rs_confusion *to)
{
    size_t filled = 0;
    size_t i = 0;
    size_t k = 0;
    while (i < a_count || k < b_count) {
        const int order = i == a_count ? 1 : k == b_count ? -1 : compare_pairs(&a[i], &b[k]);
        rs_confusion *const next = &to[filled++];
        *next = order <= 0 ? a[i] : b[k];
        if (order == 0) {
            next->count += b[k].count;
            next->evaluated += b[k].evaluated;
            next->accepted += b[k].accepted;
        }
        i += order <= 0;
        k += order >= 0;
    }
    return filled;
}

rs_status rs_confusion_sum_add(rs_confusion_sum *sum, const rs_confusions *model, rs_error *error)
{
    rs_confusion *sorted = NULL;
    rs_confusion *merged = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&sorted, model->count, "confusions", error));
    RS_TRY_DONE(RS_NEW(&merged, sum->count + model->count, "confusions", error));
    if (model->count > 0) {
        memcpy(sorted, model->pair, model->count * sizeof *sorted);
        qsort(sorted, model->count, sizeof *sorted, compare_pairs);
    }
    sum->count = merge(sum->pair, sum->count, sorted, model->count, merged);
    free(sum->pair);
    sum->pair = merged;
    sum->models += 1;
    sum->confused += model->confused;
    sum->evaluated += model->evaluated;
    sum->accepted += model->accepted;
done:
    free(sorted);
    return status;
}

void rs_confusion_sum_sort(rs_confusion_sum *sum)
{
    if (sum->count > 1) {
        qsort(sum->pair, sum->count, sizeof sum->pair[0], compare_counts);
    }
}

void rs_confusion_sum_clear(rs_confusion_sum *sum)
{
    free(sum->pair);
    *sum = (rs_confusion_sum){0};
}
