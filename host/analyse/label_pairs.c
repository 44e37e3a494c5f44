/* label_pairs.c - counting pairs of classes class by class.
 *
 * For each class the sets that hold it are gone through, and one array counts the higher classes
 * beside it. So memory is that of the labels, however many pairs there are; a table of all pairs of
 * 65,536 classes would be 16 GB.
 */
#include "analyse/label_pairs.h"

#include <stdbool.h>
#include <stdlib.h>

#include "analyse/proportion.h"
#include "base/checked.h"
#include "base/error.h"

/* row[begin[c] .. begin[c + 1]): the images whose sets hold class c. */
typedef struct holders {
    uint32_t *begin;
    uint32_t *row;
} holders;

static rs_status find_holders(const rs_label_view *view, holders *found, rs_error *error)
{
    const uint32_t labels = view->real_begin[view->rows];
    RS_TRY(RS_NEW(&found->begin, (uint64_t)view->classes + 2, "pairs", error));
    RS_TRY(RS_NEW(&found->row, labels, "pairs", error));
    uint32_t *const next = found->begin + 1; /* shifted by one: filling moves each to its end */
    for (uint32_t k = 0; k < labels; ++k) {
        ++next[view->real_class[k] + 1];
    }
    for (uint32_t c = 0; c < view->classes; ++c) {
        next[c + 1] += next[c];
    }
    for (uint64_t i = 0; i < view->rows; ++i) {
        for (uint32_t k = view->real_begin[i]; k < view->real_begin[i + 1]; ++k) {
            found->row[next[view->real_class[k]]++] = (uint32_t)i;
        }
    }
    return RS_OK;
}

static bool comes_before(const rs_label_pair *a, const rs_label_pair *b)
{
    if (a->images != b->images) {
        return a->images > b->images;
    }
    return a->first != b->first ? a->first < b->first : a->second < b->second;
}

static bool overlaps_more(const rs_label_pair *a, const rs_label_pair *b)
{
    const double left = rs_proportion_of(a->images, a->either).low;
    const double right = rs_proportion_of(b->images, b->either).low;
    return left > right || (left == right && comes_before(a, b));
}

typedef bool pair_order(const rs_label_pair *a, const rs_label_pair *b);

/* Keeps the first `wanted` of the `seen` pairs and the one that is offered, in order. */
static void keep_first(rs_label_pair *kept, size_t wanted, uint64_t seen, pair_order *before,
                       const rs_label_pair *offered)
{
    const size_t held = seen < wanted ? (size_t)seen : wanted;
    if (wanted == 0 || (held == wanted && !before(offered, &kept[wanted - 1]))) {
        return;
    }
    size_t to = held < wanted ? held : wanted - 1;
    for (; to > 0 && before(offered, &kept[to - 1]); --to) {
        kept[to] = kept[to - 1];
    }
    kept[to] = *offered;
}

static void offer(rs_label_pairs *pairs, size_t wanted, const rs_label_pair *offered)
{
    keep_first(pairs->pair, wanted, pairs->distinct, comes_before, offered);
    keep_first(pairs->overlapping, wanted, pairs->distinct, overlaps_more, offered);
    ++pairs->distinct;
}

/* How many sets hold the class. */
static uint32_t held_by(const holders *found, uint32_t class_index)
{
    return found->begin[class_index + 1] - found->begin[class_index];
}

/* `beside` holds zeros, before and after. */
static void count_beside(const rs_label_view *view, const holders *found, uint32_t class_index,
                         uint64_t *beside, size_t wanted, rs_label_pairs *pairs)
{
    uint32_t highest = 0;
    for (uint32_t h = found->begin[class_index]; h < found->begin[class_index + 1]; ++h) {
        const uint32_t begin = view->real_begin[found->row[h]];
        uint32_t k = view->real_begin[found->row[h] + 1];
        for (; k > begin && (uint32_t)view->real_class[k - 1] > class_index; --k) {
            const uint32_t other = (uint32_t)view->real_class[k - 1];
            ++beside[other];
            highest = other > highest ? other : highest;
        }
    }
    for (uint32_t other = class_index + 1; other <= highest; ++other) {
        if (beside[other] > 0) {
            const uint64_t both = beside[other];
            const uint64_t single = (uint64_t)held_by(found, class_index) + held_by(found, other);
            const rs_label_pair pair = {class_index, other, both, single - both};
            offer(pairs, wanted, &pair);
            beside[other] = 0;
        }
    }
}

rs_status rs_label_pairs_count(const rs_label_view *view, size_t wanted, rs_label_pairs *pairs,
                               rs_error *error)
{
    holders found = {0};
    uint64_t *beside = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&pairs->pair, wanted, "pairs", error));
    RS_TRY_DONE(RS_NEW(&pairs->overlapping, wanted, "pairs", error));
    RS_TRY_DONE(RS_NEW(&beside, view->classes, "pairs", error));
    RS_TRY_DONE(find_holders(view, &found, error));
    for (uint32_t c = 0; c < view->classes; ++c) {
        count_beside(view, &found, c, beside, wanted, pairs);
    }
    pairs->count = pairs->distinct < wanted ? (size_t)pairs->distinct : wanted;
done:
    free(found.begin);
    free(found.row);
    free(beside);
    return status;
}

void rs_label_pairs_clear(rs_label_pairs *pairs)
{
    free(pairs->pair);
    free(pairs->overlapping);
    *pairs = (rs_label_pairs){0};
}
