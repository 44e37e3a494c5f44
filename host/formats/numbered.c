/* numbered.c - finds the numbers in the names of arrays, and puts the arrays in their order. */
#include "formats/numbered.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

enum { DIGITS_MAX = 9 };

/* A name with a number in it, cut in three. */
typedef struct number_form {
    const char *before;
    const char *after;
    size_t before_bytes, after_bytes;
} number_form;

static size_t stem_bytes(const char *name, size_t bytes)
{
    static const char ending[] = ".npy";
    const size_t cut = sizeof ending - 1;
    return bytes >= cut && memcmp(name + bytes - cut, ending, cut) == 0 ? bytes - cut : bytes;
}

/* The number of an array whose name has this form; false: it has another. */
static bool number_of(const char *name, const number_form *form, uint64_t *number)
{
    const size_t bytes = stem_bytes(name, strlen(name));
    const size_t others = form->before_bytes + form->after_bytes;
    if (bytes <= others || bytes - others > DIGITS_MAX ||
        memcmp(name, form->before, form->before_bytes) != 0 ||
        memcmp(name + bytes - form->after_bytes, form->after, form->after_bytes) != 0) {
        return false;
    }
    *number = 0;
    for (size_t i = form->before_bytes; i < bytes - form->after_bytes; ++i) {
        if (name[i] < '0' || name[i] > '9') {
            return false;
        }
        *number = 10 * *number + (uint64_t)(name[i] - '0');
    }
    return true;
}

typedef struct numbered_place {
    uint64_t number;
    size_t index;
} numbered_place;

RS_SORTS(compare_places, numbered_place)
{
    return RS_COMPARE(left->number, right->number);
}

/* In the order of their numbers; *missing is the first that is not there, or UINT64_MAX. */
static rs_status sort_blocks(const rs_listed_array *list, const number_form *form,
                             rs_blocks *blocks, uint64_t *missing, rs_error *error)
{
    numbered_place *places = NULL;
    RS_TRY(RS_NEW(&places, blocks->count, "a list of arrays", error));
    for (size_t i = 0; i < blocks->count; ++i) {
        places[i].index = blocks->index[i];
        (void)number_of(list[blocks->index[i]].name, form, &places[i].number);
    }
    qsort(places, blocks->count, sizeof *places, compare_places);
    const uint64_t first = places[0].number <= 1 ? places[0].number : 0;
    *missing = UINT64_MAX;
    for (size_t i = 0; i < blocks->count; ++i) {
        blocks->index[i] = places[i].index;
        if (places[i].number != first + i && *missing == UINT64_MAX) {
            *missing = first + i;
        }
    }
    free(places);
    return RS_OK;
}

bool rs_numbered_is_pattern(const char *pattern)
{
    const char *const star = pattern == NULL ? NULL : strchr(pattern, '*');
    return star != NULL && strchr(star + 1, '*') == NULL;
}

static bool is_alike(const rs_array *one, const rs_array *other)
{
    return one->dtype == other->dtype && one->columns == other->columns;
}

static rs_status check_blocks(const char *file, const rs_listed_array *list,
                              const rs_blocks *blocks, rs_error *error)
{
    const rs_listed_array *const first = &list[blocks->index[0]];
    for (size_t i = 0; i < blocks->count; ++i) {
        const rs_listed_array *const block = &list[blocks->index[i]];
        if (!block->fits) {
            return rs_fail(error, RS_MISMATCH, file, rs_nowhere(), "blocks are N x C, of one type",
                           "%.60s (%s) is no block of rows", block->name, block->text);
        }
        if (!is_alike(&block->array, &first->array)) {
            return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                           "blocks of one model have its classes as columns, and one type",
                           "%.60s (%s) and %.60s (%s) are no blocks of one array", first->name,
                           first->text, block->name, block->text);
        }
    }
    return RS_OK;
}

rs_status rs_numbered_find(const char *file, const char *pattern, const rs_listed_array *list,
                           size_t count, rs_blocks *blocks, rs_error *error)
{
    const char *const star = strchr(pattern, '*');
    const number_form form = {.before = pattern,
                              .after = star + 1,
                              .before_bytes = (size_t)(star - pattern),
                              .after_bytes = stem_bytes(star + 1, strlen(star + 1))};
    uint64_t number = 0;
    uint64_t missing = 0;
    blocks->count = 0;
    for (size_t i = 0; i < count; ++i) {
        if (number_of(list[i].name, &form, &number)) {
            blocks->index[blocks->count++] = i;
        }
    }
    if (blocks->count == 0) {
        return rs_fail_no_array(file, "member", pattern, list, count, error);
    }
    RS_TRY(sort_blocks(list, &form, blocks, &missing, error));
    if (missing != UINT64_MAX) {
        return rs_fail(error, RS_MISMATCH, file, rs_nowhere(),
                       "row blocks are numbered from 0 or 1 on, each number once",
                       "of %zu arrays called \"%.60s\" number %" PRIu64
                       " is missing, or another comes twice",
                       blocks->count, pattern, missing);
    }
    return check_blocks(file, list, blocks, error);
}

/* The form of a name by its last number; false: it has none. */
static bool form_of(const char *name, number_form *form)
{
    const size_t bytes = stem_bytes(name, strlen(name));
    size_t end = bytes;
    while (end > 0 && (name[end - 1] < '0' || name[end - 1] > '9')) {
        --end;
    }
    size_t begin = end;
    while (begin > 0 && name[begin - 1] >= '0' && name[begin - 1] <= '9') {
        --begin;
    }
    *form = (number_form){.before = name,
                          .after = name + end,
                          .before_bytes = begin,
                          .after_bytes = bytes - end};
    return begin < end;
}

/* All that fit, of floats where there are any, have names of one form. */
static bool have_one_form(const rs_listed_array *list, size_t count, number_form *form,
                          rs_blocks *blocks)
{
    bool floats = false;
    uint64_t number = 0;
    blocks->count = 0;
    for (size_t i = 0; i < count; ++i) {
        floats = floats || (list[i].fits && rs_dtype_is_float(list[i].array.dtype));
    }
    for (size_t i = 0; i < count; ++i) {
        if (!list[i].fits || rs_dtype_is_float(list[i].array.dtype) != floats) {
            continue;
        }
        if ((blocks->count == 0 && !form_of(list[i].name, form)) ||
            !number_of(list[i].name, form, &number)) {
            return false;
        }
        blocks->index[blocks->count++] = i;
    }
    return blocks->count >= 2;
}

bool rs_numbered_are_batches(const rs_listed_array *list, size_t count, rs_blocks *blocks)
{
    number_form form = {.before = NULL};
    uint64_t missing = 0;
    if (!have_one_form(list, count, &form, blocks) ||
        sort_blocks(list, &form, blocks, &missing, NULL) != RS_OK || missing != UINT64_MAX) {
        return false;
    }
    const rs_array *const first = &list[blocks->index[0]].array;
    for (size_t i = 1; i < blocks->count; ++i) {
        const rs_array *const block = &list[blocks->index[i]].array;
        const bool last = i + 1 == blocks->count;
        if (!is_alike(block, first) ||
            (last ? block->rows >= first->rows : block->rows != first->rows)) {
            return false;
        }
    }
    return true;
}

bool rs_numbered_pattern(const rs_listed_array *list, size_t count, rs_blocks *blocks, char *out,
                         size_t out_bytes)
{
    number_form form = {.before = NULL};
    if (!have_one_form(list, count, &form, blocks) ||
        form.before_bytes + form.after_bytes + 2 > out_bytes) {
        return false;
    }
    (void)snprintf(out, out_bytes, "%.*s*%.*s", (int)form.before_bytes, form.before,
                   (int)form.after_bytes, form.after);
    return true;
}
