/* asked.c - a list that is sorted once it is whole. */
#include "relabel/asked.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

rs_status rs_asked_add(rs_asked *asked, uint32_t image, int32_t class_index, rs_error *error)
{
    RS_TRY(RS_ROOM(&asked->pair, asked->count, &asked->capacity, "pairs to be judged", error));
    asked->pair[asked->count++] = (rs_asked_pair){image, class_index};
    return RS_OK;
}

RS_SORTS(compare_pairs, rs_asked_pair)
{
    RS_ORDER_BY(left->image, right->image);
    return RS_COMPARE(left->class_index, right->class_index);
}

void rs_asked_sort(rs_asked *asked)
{
    uint64_t kept = 0;
    if (asked->count > 1) {
        qsort(asked->pair, asked->count, sizeof asked->pair[0], compare_pairs);
    }
    for (uint64_t i = 0; i < asked->count; ++i) {
        if (kept == 0 || compare_pairs(&asked->pair[kept - 1], &asked->pair[i]) != 0) {
            asked->pair[kept++] = asked->pair[i];
        }
    }
    asked->count = kept;
}

uint64_t rs_asked_image_end(const rs_asked *asked, uint64_t from)
{
    uint64_t end = from;
    while (end < asked->count && asked->pair[end].image == asked->pair[from].image) {
        ++end;
    }
    return end;
}

void rs_asked_clear(rs_asked *asked)
{
    free(asked->pair);
    *asked = (rs_asked){0};
}
