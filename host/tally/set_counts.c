/* set_counts.c - joining and comparing lists of set sizes.
 *
 * Only sets of more than RS_SMALL_SET_SIZE labels come here: 2 of the 50,000 images of ImageNet. So
 * the lists are sorted by the C library and not by anything clever.
 */
#include "tally/set_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

static uint64_t sort_key(const rs_set_count *entry)
{
    return ((uint64_t)entry->class_index << 32) | entry->size;
}

static int by_class_and_size(const void *left, const void *right)
{
    const uint64_t a = sort_key(left);
    const uint64_t b = sort_key(right);
    return RS_COMPARE(a, b);
}

rs_status rs_set_counts_join(const rs_set_count *a, size_t a_count, const rs_set_count *b,
                             size_t b_count, rs_set_count **joined, size_t *joined_count,
                             rs_error *error)
{
    *joined = NULL;
    *joined_count = 0;
    if (a_count + b_count == 0) {
        return RS_OK;
    }
    rs_set_count *all = NULL;
    RS_TRY(RS_NEW(&all, (uint64_t)a_count + b_count, "set sizes", error));
    if (a_count > 0) {
        memcpy(all, a, a_count * sizeof *a);
    }
    if (b_count > 0) {
        memcpy(all + a_count, b, b_count * sizeof *b);
    }
    qsort(all, a_count + b_count, sizeof *all, by_class_and_size);

    size_t kept = 1;
    for (size_t i = 1; i < a_count + b_count; ++i) {
        if (sort_key(&all[i]) == sort_key(&all[kept - 1])) {
            all[kept - 1].rows += all[i].rows;
        } else {
            all[kept++] = all[i];
        }
    }
    *joined = all;
    *joined_count = kept;
    return RS_OK;
}

bool rs_set_counts_equal(const rs_set_count *a, size_t a_count, const rs_set_count *b,
                         size_t b_count)
{
    if (a_count != b_count) {
        return false;
    }
    for (size_t i = 0; i < a_count; ++i) {
        if (sort_key(&a[i]) != sort_key(&b[i]) || a[i].rows != b[i].rows) {
            return false;
        }
    }
    return true;
}

static const rs_set_count *first_of_class(const rs_tally *tally, uint32_t class_index)
{
    size_t low = 0;
    size_t high = tally->large_set_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (tally->large_sets[middle].class_index < class_index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return tally->large_sets + low;
}

size_t rs_tally_set_counts(const rs_tally *tally, uint32_t class_index, rs_set_count *out)
{
    size_t count = 0;
    for (uint32_t s = 0; s < RS_SMALL_SET_SIZE; ++s) {
        const uint64_t rows = tally->labels[class_index].by_size[s];
        if (rows > 0) {
            out[count++] = (rs_set_count){.class_index = class_index, .size = s + 1, .rows = rows};
        }
    }
    if (tally->large_set_count > 0) {
        const rs_set_count *const end = tally->large_sets + tally->large_set_count;
        for (const rs_set_count *large = first_of_class(tally, class_index);
             large < end && large->class_index == class_index; ++large) {
            out[count++] = *large;
        }
    }
    return count;
}

size_t rs_tally_choice_counts(const rs_tally *tally, uint32_t class_index, rs_set_count *out)
{
    const uint64_t *const counter =
        tally->counters + rs_tally_choice_index(&tally->layout, class_index);
    uint64_t large = counter[RS_CHOICE_LARGE];
    size_t count = 0;
    for (uint32_t s = RS_CHOICE_SIZED; s < RS_CHOICE_LARGE; ++s) {
        if (counter[s] > 0) {
            out[count++] = (rs_set_count){class_index, s + 1, counter[s]};
        }
    }
    if (large == 0 || tally->large_set_count == 0) {
        return count;
    }
    const rs_set_count *const end = tally->large_sets + tally->large_set_count;
    for (const rs_set_count *of_labels = first_of_class(tally, class_index);
         large > 0 && of_labels < end && of_labels->class_index == class_index; ++of_labels) {
        if (of_labels->size >= RS_CHOICE_LARGE_SIZE) {
            const uint64_t rows = of_labels->rows < large ? of_labels->rows : large;
            out[count++] = (rs_set_count){class_index, of_labels->size, rows};
            large -= rows;
        }
    }
    return count;
}

size_t rs_tally_set_counts_max(const rs_tally *tally)
{
    return RS_SMALL_SET_SIZE + tally->large_set_count;
}

size_t rs_tally_choice_counts_max(const rs_tally *tally)
{
    return RS_CHOICE_COUNTERS + tally->large_set_count;
}
