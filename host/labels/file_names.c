/* file_names.c - base names, their order, and the row of a name by bisection. */
#include "labels/file_names.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

static const char ilsvrc_prefix[] = "ILSVRC2012_val_";
enum { ILSVRC_DIGITS = 8, PREFIX_BYTES = sizeof ilsvrc_prefix - 1 };

rs_span rs_base_name(rs_span path)
{
    for (size_t i = path.length; i > 0; --i) {
        if (path.text[i - 1] == '/' || path.text[i - 1] == '\\') {
            return (rs_span){path.text + i, path.length - i};
        }
    }
    return path;
}

uint32_t rs_ilsvrc_number(rs_span name)
{
    uint32_t number = 0;
    if (name.length < PREFIX_BYTES + ILSVRC_DIGITS ||
        strncasecmp(name.text, ilsvrc_prefix, PREFIX_BYTES) != 0) {
        return 0;
    }
    for (size_t i = PREFIX_BYTES; i < PREFIX_BYTES + ILSVRC_DIGITS; ++i) {
        if (name.text[i] < '0' || name.text[i] > '9') {
            return 0;
        }
        number = number * 10 + (uint32_t)(name.text[i] - '0');
    }
    const bool longer = name.length > PREFIX_BYTES + ILSVRC_DIGITS;
    const char next = longer ? name.text[PREFIX_BYTES + ILSVRC_DIGITS] : '.';
    return next >= '0' && next <= '9' ? 0 : number;
}

static int compare_bytes(rs_span a, rs_span b)
{
    const size_t shorter = a.length < b.length ? a.length : b.length;
    const int order = memcmp(a.text, b.text, shorter);
    return order != 0 ? order : RS_COMPARE(a.length, b.length);
}

/* ILSVRC names come first, by number; then the others, by bytes. */
static int compare_names(rs_span a, uint32_t number_a, rs_span b, uint32_t number_b)
{
    if (number_a != 0 && number_b != 0) {
        return RS_COMPARE(number_a, number_b);
    }
    if (number_a != 0 || number_b != 0) {
        return number_a != 0 ? -1 : 1;
    }
    return compare_bytes(a, b);
}

RS_SORTS(compare_rows, rs_named_row)
{
    const int order = compare_names(left->name, left->number, right->name, right->number);
    return order != 0 ? order : RS_COMPARE(left->line, right->line);
}

/* Two neighbours in the sorted list. */
static rs_status check_neighbours(const char *file, const rs_named_row *a, const rs_named_row *b,
                                  rs_error *error)
{
    if (compare_names(a->name, a->number, b->name, b->number) == 0) {
        return rs_fail(error, RS_FORMAT, file, rs_at_line(b->line), "name each image once",
                       "the image %s stands on line %" PRIu64 " already", RS_SHOW_SPAN(b->name),
                       a->line);
    }
    if (a->number != 0 && b->number == 0) {
        return rs_fail(error, RS_FORMAT, file, rs_at_line(b->line),
                       "the validation set's images are ILSVRC2012_val_00000001 to _00050000",
                       "%s is not named as the other images are", RS_SHOW_SPAN(b->name));
    }
    return RS_OK;
}

rs_status rs_named_rows_sort(const char *file, rs_named_row *rows, uint64_t count, rs_error *error)
{
    bool sorted = true;
    for (uint64_t i = 1; i < count && sorted; ++i) {
        sorted = compare_rows(&rows[i - 1], &rows[i]) < 0;
    }
    if (!sorted) {
        qsort(rows, (size_t)count, sizeof *rows, compare_rows);
    }
    for (uint64_t i = 1; i < count; ++i) {
        RS_TRY(check_neighbours(file, &rows[i - 1], &rows[i], error));
    }
    const rs_named_row *last = count > 0 ? &rows[count - 1] : NULL;
    if (last != NULL && last->number > RS_ILSVRC_IMAGES) {
        return rs_fail(error, RS_RANGE, file, rs_at_line(last->line),
                       "the validation set's images are ILSVRC2012_val_00000001 to _00050000",
                       "there is no validation image %" PRIu32, last->number);
    }
    return RS_OK;
}

rs_status rs_file_names_make(const rs_named_row *rows, uint64_t count, rs_file_names *names,
                             rs_error *error)
{
    *names = (rs_file_names){0};
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < count; ++i) {
        bytes += rows[i].name.length; /* all of them lie in one file in memory: cannot wrap */
    }
    RS_TRY(RS_NEW(&names->begin, count + 1, "file names", error));
    const rs_status status = RS_GROW(&names->text, bytes, "file names", error);
    if (status != RS_OK) {
        rs_file_names_clear(names);
        return status;
    }
    uint64_t at = 0;
    for (uint64_t i = 0; i < count; ++i) {
        memcpy(names->text + at, rows[i].name.text, rows[i].name.length);
        at += rows[i].name.length;
        names->begin[i + 1] = at;
    }
    names->rows = (uint32_t)count;
    return RS_OK;
}

rs_span rs_file_names_get(const rs_file_names *names, uint32_t row)
{
    return (rs_span){names->text + names->begin[row],
                     (size_t)(names->begin[row + 1] - names->begin[row])};
}

int64_t rs_file_names_find(const rs_file_names *names, rs_span name)
{
    const uint32_t number = rs_ilsvrc_number(name);
    uint32_t low = 0;
    uint32_t high = names->rows;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const rs_span held = rs_file_names_get(names, middle);
        const int order = compare_names(name, number, held, rs_ilsvrc_number(held));
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return -1;
}

void rs_file_names_clear(rs_file_names *names)
{
    free(names->text);
    free(names->begin);
    *names = (rs_file_names){0};
}
