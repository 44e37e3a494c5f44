/* rank_doubt.c - what the counts of a model say about the order of its predictions.
 *
 * Of a ranked model each later prediction is right in far fewer rows than the first: of 21 models
 * of ImageNet with a top-5 of 78 to 94 % the second to fifth are on average right in 3 to 11 % as
 * many; of their predictions in the order they lie in the files, in 43 to 49 %; in a random order,
 * in as many. Rows with several labels say the same apart from how good the model is: where only
 * one of the first two predictions is right, it is the first in 65 % and more of ranked rows, and
 * in half of the others.
 */
#include "sweep/rank_doubt.h"

#include <stdint.h>
#include <string.h>

#include "base/decimal.h"
#include "evaluate/doubt.h"

enum { LEAST_ROWS = 100 };

/* The first of two predictions, where one is right, in more rows than this: ranked. */
#define FIRST_SHARE 0.58

/* The largest K of at least 3 whose accuracy is known; *k gets it. Fewer leave too much room: a
 * model of pairs that look alike is right in its second prediction nearly as often as the
 * first. */
static const rs_metric *find_topk(const rs_record *record, unsigned *k)
{
    static const char head[] = "imagenet_top";
    const rs_metric *found = NULL;
    for (uint32_t i = 0; i < record->metric_count; ++i) {
        uint64_t this_k = 0;
        const rs_metric *const metric = &record->metric[i];
        if (strncmp(metric->name, head, sizeof head - 1) != 0) {
            continue;
        }
        const char *at = metric->name + sizeof head - 1;
        if (rs_decimal(&at, &this_k) && metric->reason == NULL && this_k >= 3 &&
            this_k <= record->input.classes && (found == NULL || this_k > *k)) {
            found = metric;
            *k = (unsigned)this_k;
        }
    }
    return found;
}

/* Whether rows with several labels say that the first predictions are better than the second. */
static bool sets_say_ranked(const rs_record *record)
{
    const rs_metric *const second = rs_record_metric(record, "real_second");
    const rs_metric *const both = rs_record_metric(record, "real_second_given_first");
    if (second == NULL || both == NULL) {
        return false;
    }
    const double first_alone = (double)(both->total - both->correct);
    const double second_alone = (double)(second->correct - both->correct);
    const double rows = first_alone + second_alone;
    return rows >= (double)LEAST_ROWS && first_alone > FIRST_SHARE * rows;
}

bool rs_ranks_look_unsorted(const rs_record *record)
{
    unsigned k = 0;
    const rs_metric *const top1 = rs_record_metric(record, "imagenet_top1");
    const rs_metric *const topk = find_topk(record, &k);
    if (record->input.content != RS_CONTENT_PREDICTIONS || top1 == NULL || topk == NULL) {
        return false;
    }
    const rs_rank_hits hits = {
        .rows = topk->total, .first = top1->correct, .within = topk->correct, .k = k};
    return rs_hits_look_unsorted(&hits) && !sets_say_ranked(record);
}
