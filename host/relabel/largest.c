/* largest.c - collect, halve, raise the bar. */
#include "relabel/largest.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

enum { FIRST_VALUES = 4096 };

rs_largest rs_largest_make(uint64_t budget)
{
    return (rs_largest){.budget = budget};
}

void rs_largest_clear(rs_largest *largest)
{
    free(largest->list);
    *largest = (rs_largest){0};
}

static void swap(rs_placed *a, rs_placed *b)
{
    const rs_placed held = *a;
    *a = *b;
    *b = held;
}

/* A stated generator, so that pivots, and with them the time, do not depend on the machine. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Puts the best `wanted` (below `count`) of the list first, in any order. */
static void select_best(rs_placed *list, uint64_t count, uint64_t wanted)
{
    uint64_t random = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t low = 0;
    uint64_t high = count; /* the last of the best is somewhere in low .. high - 1 */
    while (high - low > 1) {
        swap(&list[low], &list[low + next_random(&random) % (high - low)]);
        const rs_placed pivot = list[low];
        uint64_t better = low;
        for (uint64_t i = low + 1; i < high; ++i) {
            if (rs_placed_before(list[i], pivot)) {
                swap(&list[++better], &list[i]);
            }
        }
        swap(&list[low], &list[better]); /* the pivot is where it belongs */
        if (better == wanted || better + 1 == wanted) {
            return;
        }
        if (better > wanted) {
            high = better;
        } else {
            low = better + 1;
        }
    }
}

static void halve(rs_largest *largest)
{
    select_best(largest->list, largest->count, largest->budget);
    largest->count = largest->budget;
    largest->bar = largest->list[0];
    for (uint64_t i = 1; i < largest->count; ++i) {
        if (rs_placed_before(largest->bar, largest->list[i])) {
            largest->bar = largest->list[i];
        }
    }
    largest->has_bar = true;
}

static rs_status grow(rs_largest *largest, rs_error *error)
{
    const uint64_t most = largest->budget > UINT64_MAX / 4 ? UINT64_MAX / 2 : 2 * largest->budget;
    uint64_t capacity = largest->capacity == 0 ? FIRST_VALUES : 2 * largest->capacity;
    capacity = capacity > most ? most : capacity;
    RS_TRY(RS_GROW(&largest->list, capacity, "the largest values", error));
    largest->capacity = capacity;
    return RS_OK;
}

rs_status rs_largest_add(rs_largest *largest, rs_placed value, rs_error *error)
{
    if (largest->budget == 0 || (largest->has_bar && !rs_placed_before(value, largest->bar))) {
        return RS_OK;
    }
    if (largest->count == largest->capacity) {
        if (largest->count / 2 >= largest->budget) {
            halve(largest);
        } else {
            RS_TRY(grow(largest, error));
        }
    }
    if (!largest->has_bar || rs_placed_before(value, largest->bar)) {
        largest->list[largest->count++] = value;
    }
    return RS_OK;
}

RS_SORTS(compare_places, rs_placed)
{
    return RS_COMPARE(left->place, right->place);
}

void rs_largest_finish(rs_largest *largest)
{
    if (largest->count > largest->budget) {
        halve(largest);
    }
    if (largest->count > 0) {
        qsort(largest->list, largest->count, sizeof *largest->list, compare_places);
    }
}
