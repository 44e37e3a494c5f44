/* confusion_sum.c - two sorted lists merged into a third, again and again. */
#include "report/confusion_sum.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

RS_SORTS(compare_pairs, rs_confusion)
{
    RS_ORDER_BY(left->original, right->original);
    return RS_COMPARE(left->predicted, right->predicted);
}

RS_SORTS(compare_counts, rs_confusion)
{
    RS_ORDER_BY(right->count, left->count);
    return compare_pairs(left, right);
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

/* Several models at a time; `models->pair` is sorted by pair. */
static rs_status add_pairs(rs_confusion_sum *sum, const rs_confusions *models, rs_error *error)
{
    rs_confusion *merged = NULL;
    RS_TRY(RS_NEW(&merged, sum->count + models->count, "confusions", error));
    sum->count = merge(sum->pair, sum->count, models->pair, models->count, merged);
    free(sum->pair);
    sum->pair = merged;
    sum->confused += models->confused;
    sum->evaluated += models->evaluated;
    sum->accepted += models->accepted;
    return RS_OK;
}

static rs_status count_keys(rs_confusion_sum *sum, rs_error *error)
{
    rs_confusions models = {.pair = NULL};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_confusions_of_keys(NULL, sum->key, sum->key_count, &models, error));
    if (models.count > 0) {
        qsort(models.pair, models.count, sizeof models.pair[0], compare_pairs);
    }
    RS_TRY_DONE(add_pairs(sum, &models, error));
    sum->key_count = 0;
done:
    rs_confusions_clear(&models);
    return status;
}

/* Room for `rows` more keys: all that were gathered make place when there is none left. */
static rs_status make_room(rs_confusion_sum *sum, uint64_t rows, rs_error *error)
{
    enum { GATHERED_KEYS = 1 << 20 };
    if (sum->key_room - sum->key_count >= rows) {
        return RS_OK;
    }
    RS_TRY(count_keys(sum, error));
    if (sum->key_room >= rows) {
        return RS_OK;
    }
    free(sum->key);
    sum->key = NULL;
    sum->key_room = 0;
    const uint64_t room = rows < GATHERED_KEYS ? GATHERED_KEYS : rows;
    RS_TRY(RS_NEW(&sum->key, room, "pairs of classes", error));
    sum->key_room = (size_t)room;
    return RS_OK;
}

rs_status rs_confusion_sum_add(rs_confusion_sum *sum, const rs_label_view *labels,
                               const int32_t *prediction, uint32_t keep, rs_error *error)
{
    const rs_row_range rows = {0, labels->rows};
    uint64_t known = 0;
    RS_TRY(make_room(sum, labels->rows, error));
    sum->key_count +=
        rs_confusions_list(labels, rows, prediction, keep, sum->key + sum->key_count, &known);
    sum->models += 1;
    return RS_OK;
}

rs_status rs_confusion_sum_join(rs_confusion_sum *sum, rs_confusion_sum *from, rs_error *error)
{
    rs_status status = RS_OK;
    RS_TRY_DONE(count_keys(from, error));
    const rs_confusions models = {.pair = from->pair,
                                  .count = from->count,
                                  .confused = from->confused,
                                  .evaluated = from->evaluated,
                                  .accepted = from->accepted};
    RS_TRY_DONE(add_pairs(sum, &models, error));
    sum->models += from->models;
done:
    rs_confusion_sum_clear(from);
    return status;
}

rs_status rs_confusion_sum_end(rs_confusion_sum *sum, rs_error *error)
{
    RS_TRY(count_keys(sum, error));
    if (sum->count > 1) {
        qsort(sum->pair, sum->count, sizeof sum->pair[0], compare_counts);
    }
    return RS_OK;
}

void rs_confusion_sum_clear(rs_confusion_sum *sum)
{
    free(sum->pair);
    free(sum->key);
    *sum = (rs_confusion_sum){0};
}
