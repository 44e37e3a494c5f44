/* row_cover.c - sets of rows as sorted lists of ranges. */
#include "tally/row_cover.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

/* The one of the two next ranges that begins first; an exhausted list never does. */
static const rs_row_range *next_range(const rs_row_cover *a, size_t *i, const rs_row_cover *b,
                                      size_t *j)
{
    const bool from_a =
        *j == b->count || (*i < a->count && a->range[*i].begin <= b->range[*j].begin);
    return from_a ? &a->range[(*i)++] : &b->range[(*j)++];
}

rs_status rs_row_cover_join(const rs_row_cover *a, const rs_row_cover *b, rs_row_cover *joined,
                            rs_error *error)
{
    joined->range = NULL;
    joined->count = 0;
    if (a->count + b->count == 0) {
        return RS_OK;
    }
    rs_row_range *range = NULL;
    RS_TRY(RS_NEW(&range, (uint64_t)a->count + b->count, "row ranges", error));
    size_t count = 0;
    for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
        const rs_row_range next = *next_range(a, &i, b, &j);
        rs_row_range *const last = count > 0 ? &range[count - 1] : NULL;
        if (last != NULL && next.begin < last->end) {
            free(range);
            return rs_fail(error, RS_MISMATCH, NULL, rs_at_row(next.begin),
                           "the row ranges of the parts overlap; give each row once",
                           "this row is counted twice");
        }
        if (last != NULL && next.begin == last->end) {
            last->end = next.end;
        } else {
            range[count++] = next;
        }
    }
    joined->range = range;
    joined->count = count;
    return RS_OK;
}

uint64_t rs_row_cover_rows(const rs_row_cover *cover)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < cover->count; ++i) {
        rows += cover->range[i].end - cover->range[i].begin;
    }
    return rows;
}

bool rs_row_cover_equal(const rs_row_cover *a, const rs_row_cover *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (size_t i = 0; i < a->count; ++i) {
        if (a->range[i].begin != b->range[i].begin || a->range[i].end != b->range[i].end) {
            return false;
        }
    }
    return true;
}

void rs_row_cover_clear(rs_row_cover *cover)
{
    free(cover->range);
    cover->range = NULL;
    cover->count = 0;
}
