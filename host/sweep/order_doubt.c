/* order_doubt.c - what raters changed, and which side the model takes.
 *
 * Of rows with a set, let `for_label` be those where the model is right by the label alone and
 * `for_sets` those where it is right by the set alone. The share of the first among both is 0.22 to
 * 0.31 for 21 models of ImageNet with 54 to 78 % top-1. Better models follow the labels more: of
 * 1,556 published results the least lead of ReaL over ImageNet accuracy is 6 points at 70 %, 3 at
 * 84 % and 1 at 88 %. The mildest mixing of ImageFolder rows, over 2 processes in batches of 2,
 * gives shares of 0.46 (AlexNet) and 0.50 (ResNet-50).
 */
#include "sweep/order_doubt.h"

#include <math.h>

enum { LEAST_ROWS = 100 };

/* The share of rows right by the first five but not by the first, in units of p (1 - p), is 0.91
 * to 0.94 of the same models. Where a share f of the rows is at its images it falls with f: of
 * ResNet-50 to 0.87 at f = 0.98. */
enum { LEAST_CLASSES = 50 }; /* of fewer, five are right by chance too often */
#define NEAR_MISSES 0.87
/* Of a poor model everything is possible, so it is looked at: columns sorted as texts leave a tenth
 * to a fifth of 11 to 100 classes in their places, and those are as good as ever. */
#define POOR_BELOW 0.30
/* Where there is only the first, models below this are looked at: it costs little. Without sets,
 * which tell more, nearly all are. */
#define UNKNOWN_BELOW 0.60
#define NOTHING_BELOW 0.95
/* The share up to which nothing is doubted: of models up to 72 %, and how it grows beyond. */
#define SHARE       0.38
#define SHARE_FROM  0.72
#define SHARE_SLOPE 0.9
/* Where every sound model is clearly better by ReaL. */
#define ALARM_BELOW 0.80
#define ALARM_SHARE 0.5

typedef struct model_sides {
    double for_label, for_sets;
} model_sides;

/* False where the labels or the sets are not all there. */
static bool count_sides(const rs_metrics *metrics, model_sides *out)
{
    const rs_disagreements *const differ = &metrics->disagreements;
    const rs_metric *const real = rs_metrics_find(metrics, "real_top1");
    uint64_t nonempty = 0; /* rows with a label and a set */
    for (uint32_t c = 0; c < metrics->classes; ++c) {
        nonempty += metrics->per_class[c].real_total;
    }
    if (real == NULL || real->reason != NULL || differ->reason != NULL || real->total != nonempty ||
        differ->total > nonempty) {
        return false;
    }
    const uint64_t by_label = nonempty - differ->total; /* right by the label */
    const uint64_t for_sets = differ->prediction_only + differ->both;
    if (real->correct < for_sets || by_label < real->correct - for_sets) {
        return false;
    }
    out->for_sets = (double)for_sets;
    out->for_label = (double)(by_label - (real->correct - for_sets));
    return out->for_sets + out->for_label >= (double)LEAST_ROWS;
}

/* Whether the share of `for_label` is above `limit` by more than chance. */
static bool is_above(const model_sides *sides, double limit)
{
    const double rows = sides->for_label + sides->for_sets;
    return sides->for_label - limit * rows > 4.0 * sqrt(rows * limit * (1.0 - limit));
}

/* Of rows of which only some are those of their images, the others are right by chance alone, by
 * the first five predictions hardly more than by the first. */
static bool has_few_near_misses(const rs_metrics *metrics, const rs_metric *top1, bool has_sides)
{
    const rs_metric *const top5 = rs_metrics_find(metrics, "imagenet_top5");
    if (top5 == NULL || top5->reason != NULL) {
        return top1->value < (has_sides ? UNKNOWN_BELOW : NOTHING_BELOW);
    }
    if (top1->value < POOR_BELOW) {
        return true;
    }
    return metrics->classes > LEAST_CLASSES &&
           top5->value - top1->value < NEAR_MISSES * top1->value * (1.0 - top1->value);
}

rs_order_doubt rs_doubt_order(const rs_metrics *metrics, const rs_labels *labels)
{
    const rs_metric *const top1 = rs_metrics_find(metrics, "imagenet_top1");
    model_sides sides = {0};
    if (top1 == NULL || top1->reason != NULL || top1->total < LEAST_ROWS) {
        return RS_ORDER_FINE;
    }
    const bool has_sides = count_sides(metrics, &sides);
    const rs_order_doubt least =
        has_few_near_misses(metrics, top1, has_sides) ? RS_ORDER_LOOK : RS_ORDER_FINE;
    if (!has_sides) {
        return least;
    }
    const double beyond = fmax(0.0, top1->value - SHARE_FROM);
    if (!is_above(&sides, fmin(0.9, SHARE + SHARE_SLOPE * beyond))) {
        return least;
    }
    return rs_labels_are_ilsvrc(labels) && top1->value < ALARM_BELOW &&
                   is_above(&sides, ALARM_SHARE)
               ? RS_ORDER_ALARM
               : RS_ORDER_LOOK;
}
