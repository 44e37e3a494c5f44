/* key_counts.c - radix sort, runs, and the runs by their length. */
#include "engine/key_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* One pass of the sort: by the digit at `shift`, keeping the order of equal ones. */
static void sort_by_digit(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
    size_t begin[DIGITS + 1] = {0};
    for (size_t i = 0; i < count; ++i) {
        ++begin[(from[i] >> shift & (DIGITS - 1)) + 1];
    }
    for (size_t digit = 1; digit < DIGITS; ++digit) {
        begin[digit] += begin[digit - 1];
    }
    for (size_t i = 0; i < count; ++i) {
        to[begin[from[i] >> shift & (DIGITS - 1)]++] = from[i];
    }
}

static rs_status sort_keys(uint64_t *keys, size_t count, rs_error *error)
{
    uint64_t *memory = NULL;
    uint64_t used = 0; /* all bits that occur */
    RS_TRY(RS_NEW(&memory, count, "keys to sort", error));
    uint64_t *from = keys;
    uint64_t *to = memory;
    for (size_t i = 0; i < count; ++i) {
        used |= keys[i];
    }
    for (unsigned shift = 0; shift < 64 && used >> shift != 0; shift += DIGIT_BITS) {
        sort_by_digit(from, to, count, shift);
        uint64_t *const sorted = to;
        to = from;
        from = sorted;
    }
    if (from != keys) {
        memcpy(keys, from, count * sizeof(uint64_t));
    }
    free(memory);
    return RS_OK;
}

static size_t count_runs(const uint64_t *keys, size_t count)
{
    size_t runs = count > 0;
    for (size_t i = 1; i < count; ++i) {
        runs += keys[i] >> RS_KEY_MARKS != keys[i - 1] >> RS_KEY_MARKS;
    }
    return runs;
}

static void fill_runs(const uint64_t *keys, size_t count, rs_key_count *entry)
{
    for (size_t i = 0; i < count; ++i) {
        entry += i > 0 && keys[i] >> RS_KEY_MARKS != keys[i - 1] >> RS_KEY_MARKS;
        entry->key = keys[i] >> RS_KEY_MARKS;
        ++entry->count;
        for (unsigned mark = 0; mark < RS_KEY_MARKS; ++mark) {
            entry->marked[mark] += keys[i] >> mark & 1;
        }
    }
}

RS_SORTS(compare_counts, rs_key_count)
{
    RS_ORDER_BY(right->count, left->count);
    return RS_COMPARE(left->key, right->key);
}

rs_status rs_count_keys(uint64_t *keys, size_t count, rs_key_counts *counts, rs_error *error)
{
    *counts = (rs_key_counts){.entry = NULL};
    RS_TRY(sort_keys(keys, count, error));
    counts->count = count_runs(keys, count);
    RS_TRY(RS_NEW(&counts->entry, counts->count, "counts of keys", error));
    fill_runs(keys, count, counts->entry);
    qsort(counts->entry, counts->count, sizeof counts->entry[0], compare_counts);
    return RS_OK;
}

/* ---- sums ---- */

RS_SORTS(compare_keys, rs_key_count)
{
    return RS_COMPARE(left->key, right->key);
}

/* Sorted by key, equal ones side by side; returns how many are left. */
static size_t join_equal(rs_key_count *entry, size_t count)
{
    size_t last = 0;
    for (size_t i = 1; i < count; ++i) {
        if (entry[i].key != entry[last].key) {
            entry[++last] = entry[i];
            continue;
        }
        entry[last].count += entry[i].count;
        for (unsigned mark = 0; mark < RS_KEY_MARKS; ++mark) {
            entry[last].marked[mark] += entry[i].marked[mark];
        }
    }
    return last + 1;
}

rs_status rs_key_counts_add(rs_key_counts *counts, const rs_key_counts *more, rs_error *error)
{
    const size_t all = counts->count + more->count;
    rs_key_count *entry = NULL;
    if (more->count == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&entry, all, "counts of keys", error));
    if (counts->count > 0) {
        memcpy(entry, counts->entry, counts->count * sizeof entry[0]);
    }
    memcpy(entry + counts->count, more->entry, more->count * sizeof entry[0]);
    qsort(entry, all, sizeof entry[0], compare_keys);
    free(counts->entry);
    *counts = (rs_key_counts){.entry = entry, .count = join_equal(entry, all)};
    qsort(entry, counts->count, sizeof entry[0], compare_counts);
    return RS_OK;
}
