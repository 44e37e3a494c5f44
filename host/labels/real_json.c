/* real_json.c - a strict parser for one shape of JSON.
 *
 * A general JSON parser takes ten times as long for this file as scoring a model may take for
 * everything, and could not say at which byte a set holds a class twice. The grammar is small
 * enough to parse by hand: one function for a set, and the slow diagnosis apart from the fast path.
 */
#include "labels/real_json.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/utf8.h"
#include "labels/digits.h"
#include "labels/label_text.h"

enum { SMALL_SET = 32 };

static const char *const shape_advice =
    "give the published real.json or a file of its form: [[65, 66], [], [970], ...], one array of "
    "class indices per image";
static const char *const truncated_advice = "the file is truncated; fetch or copy it again";

/* The counters are wider than they need be, so that the compiler knows them from the elements that
 * are stored and keeps them in registers. */
typedef struct reader {
    const char *file;
    const uint8_t *data;
    const uint8_t *at;
    const uint8_t *end;
    uint64_t class_limit;
    uint64_t rows;
    uint64_t labels;
    uint32_t *begin; /* of the sets so far: begin[rows] == labels */
    int32_t *class_index;
    rs_error *error;
} reader;

static inline const uint8_t *after_space(const uint8_t *at, const uint8_t *end)
{
    if (at != end && *at > ' ') {
        return at;
    }
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')) {
        ++at;
    }
    return at;
}

static rs_place place_of(const reader *r, const uint8_t *at)
{
    return rs_at_byte((uint64_t)(at - r->data));
}

static rs_status fail_unexpected(const reader *r, const uint8_t *at, const char *expected)
{
    return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, at), shape_advice,
                   "%s is expected here, not %s", expected, RS_SHOW_BYTES(at, at < r->end ? 1 : 0));
}

static rs_status fail_truncated(const reader *r)
{
    return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, r->end), truncated_advice,
                   "the file ends inside the array, in or after set %" PRIu64, r->rows);
}

/* The file has a number at `at` that is no class. */
static rs_status fail_digits(const reader *r, const uint8_t *at)
{
    const uint8_t *after = at;
    while (after < r->end && *after >= '0' && *after <= '9') {
        ++after;
    }
    const char *const text = RS_SHOW_BYTES(at, (size_t)(after - at));
    if (*at == '0') {
        return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, at),
                       "write class indices without leading zeros", "%s starts with a zero", text);
    }
    return rs_fail(r->error, RS_RANGE, r->file, place_of(r, at),
                   "classes are counted from 0 in the order of the sorted synset ids; is this file "
                   "made for other classes?",
                   "class %s is not below the number of classes, %" PRIu64, text, r->class_limit);
}

/* Something stands at `at` where a class is expected. */
static rs_status fail_class(const reader *r, const uint8_t *at)
{
    if (at == r->end) {
        return fail_truncated(r);
    }
    if (*at >= '0' && *at <= '9') {
        return fail_digits(r, at);
    }
    const char *reason = NULL;
    switch (*at) {
    case '-':
        reason = "a class cannot be negative";
        break;
    case '[':
        reason = "an array inside a set: nested too deep";
        break;
    case ']':
    case ',':
        reason = "a class is missing beside this comma or bracket";
        break;
    case '"':
        reason = "a class must be a number, not a text";
        break;
    default:
        return fail_unexpected(r, at, "a class index");
    }
    return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, at), shape_advice, "%s", reason);
}

/* A class has ended at `at`, but neither a comma nor a bracket follows. */
static rs_status fail_after_class(const reader *r, const uint8_t *at)
{
    if (at == r->end) {
        return fail_truncated(r);
    }
    if (*at == '.' || *at == 'e' || *at == 'E') {
        return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, at),
                       "write class indices as whole numbers",
                       "a class must be a whole number without fraction or exponent");
    }
    return fail_unexpected(r, at, "',' or ']'");
}

/* As many classes as follow in the usual spelling, "970, 795], [": written so that the processor
 * need not guess which of the two separators comes, and need not wait for the length of a number,
 * which is three nearly always. r->at is where a class may stand, before and after; begin[rows] is
 * where the classes of its set begin. */
static void read_plain_classes(reader *r)
{
    static const char set_end[4] = {']', ',', ' ', '['};
    static const char class_end[2] = {',', ' '};
    const uint8_t *at = r->at;
    while (r->end - at >= 16) {
        uint32_t value = 0;
        unsigned digits = 3;
        if (!rs_three_digits(at, &value)) {
            digits = rs_digits(at, r->end, &value);
            if (digits - 1u > 4u || (digits > 1 && *at == '0')) {
                break;
            }
        }
        const bool ends_set = memcmp(at + digits, set_end, sizeof set_end) == 0;
        const bool ends_class = memcmp(at + digits, class_end, sizeof class_end) == 0;
        const bool known = (ends_set | ends_class) && value < r->class_limit;
        if (!known) {
            break;
        }
        r->class_index[r->labels++] = (int32_t)value;
        r->begin[r->rows + 1] = (uint32_t)r->labels;
        r->rows += ends_set;
        at += digits + (ends_set ? 4u : 2u);
    }
    r->at = at;
}

/* r->at is inside a set, where a class may stand, and comes to lie behind the ']'. */
static inline rs_status read_set(reader *r)
{
    const uint8_t *const end = r->end;
    const uint8_t *at = after_space(r->at, end);
    const bool empty = at < end && *at == ']' && r->labels == r->begin[r->rows];
    while (!empty) {
        uint32_t value = 0;
        const unsigned digits = rs_digits(at, end, &value);
        if (digits - 1u > 4u || value >= r->class_limit || (digits > 1 && *at == '0')) {
            return fail_class(r, at);
        }
        r->class_index[r->labels++] = (int32_t)value;
        at = after_space(at + digits, end);
        if (at < end && *at == ']') {
            break;
        }
        if (at == end || *at != ',') {
            return fail_after_class(r, at);
        }
        at = after_space(at + 1, end);
    }
    r->at = at + 1;
    r->begin[++r->rows] = (uint32_t)r->labels;
    return RS_OK;
}

/* r->at is behind the '[' of the file and comes to lie behind its ']'. */
static rs_status read_sets(reader *r)
{
    r->at = after_space(r->at, r->end);
    if (r->at < r->end && *r->at == ']') {
        return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, r->at), shape_advice,
                       "the array is empty: there are no images");
    }
    for (;;) {
        if (r->at == r->end) {
            return fail_truncated(r);
        }
        if (*r->at != '[') {
            return fail_unexpected(r, r->at, "the '[' of a set");
        }
        ++r->at;
        read_plain_classes(r);
        RS_TRY(read_set(r));
        r->at = after_space(r->at, r->end);
        if (r->at == r->end) {
            return fail_truncated(r);
        }
        if (*r->at == ']') {
            ++r->at;
            return RS_OK;
        }
        if (*r->at != ',') {
            return fail_unexpected(r, r->at, "',' or ']'");
        }
        r->at = after_space(r->at + 1, r->end);
    }
}

static rs_status read_file(reader *r)
{
    r->at = after_space(rs_after_bom(r->data, r->end), r->end);
    if (r->at == r->end) {
        return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, r->at), shape_advice,
                       "the file is empty");
    }
    if (*r->at != '[') {
        return fail_unexpected(r, r->at, "the '[' of an array of sets");
    }
    ++r->at;
    RS_TRY(read_sets(r));
    r->at = after_space(r->at, r->end);
    if (r->at != r->end) {
        return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, r->at),
                       "the file must end with its array; remove what follows",
                       "something follows the array of sets");
    }
    return RS_OK;
}

static int compare_classes(const void *a, const void *b)
{
    int32_t left;
    int32_t right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return RS_COMPARE(left, right);
}

void rs_sort_classes(int32_t *classes, size_t count)
{
    if (count == 2) { /* as most are: without a branch that is taken every other time */
        const int32_t a = classes[0];
        const int32_t b = classes[1];
        classes[0] = a < b ? a : b;
        classes[1] = a < b ? b : a;
        return;
    }
    if (count > SMALL_SET) {
        qsort(classes, count, sizeof *classes, compare_classes);
        return;
    }
    for (size_t i = 1; i < count; ++i) {
        const int32_t moved = classes[i];
        size_t to = i;
        for (; to > 0 && classes[to - 1] > moved; --to) {
            classes[to] = classes[to - 1];
        }
        classes[to] = moved;
    }
}

/* Says at which byte the set of `row` holds `duplicate` again. The file is well-formed. */
static rs_status fail_duplicate(const reader *r, uint64_t row, int32_t duplicate)
{
    const uint8_t *at = r->data;
    for (uint64_t brackets = 0; brackets < row + 2 && at < r->end; ++at) {
        brackets += *at == '[';
    }
    unsigned seen = 0;
    while (at < r->end && *at != ']') {
        uint32_t value = 0;
        const unsigned digits = rs_digits(at, r->end, &value);
        if (digits > 0 && value == (uint32_t)duplicate && ++seen == 2) {
            break;
        }
        at += digits > 0 ? digits : 1;
    }
    return rs_fail(r->error, RS_FORMAT, r->file, place_of(r, at),
                   "a set holds each class once; remove the second",
                   "class %" PRId32 " stands twice in set %" PRIu64, duplicate, row);
}

static rs_status sort_sets(const reader *r)
{
    for (uint64_t row = 0; row < r->rows; ++row) {
        int32_t *const classes = r->class_index + r->begin[row];
        const uint32_t count = r->begin[row + 1] - r->begin[row];
        if (count < 2) {
            continue;
        }
        rs_sort_classes(classes, count);
        for (uint32_t i = 1; i < count; ++i) {
            if (classes[i] == classes[i - 1]) {
                return fail_duplicate(r, row, classes[i]);
            }
        }
    }
    return RS_OK;
}

/* The shortest set is "[]," and the shortest class "1,": so the size of the file bounds both, and
 * pages that stay untouched cost nothing. */
static rs_status allocate(rs_real_sets *sets, size_t size, rs_error *error)
{
    RS_TRY(RS_GROW(&sets->begin, size / 3 + 2, "label sets", error));
    sets->begin[0] = 0;
    return RS_GROW(&sets->class_index, size / 2 + 1, "labels", error);
}

static bool is_marked(const uint8_t *data, const uint8_t *end)
{
    static const char mark[] = RS_SYNTHETIC_SETS_MARK;
    const uint8_t *const at = rs_after_bom(data, end);
    return (size_t)(end - at) >= sizeof mark - 1 && memcmp(at, mark, sizeof mark - 1) == 0;
}

static rs_status keep(rs_real_sets *sets, const reader *r, rs_error *error)
{
    RS_TRY(RS_GROW(&sets->begin, r->rows + 1, "label sets", error));
    RS_TRY(RS_GROW(&sets->class_index, r->labels, "labels", error));
    sets->rows = (uint32_t)r->rows;
    sets->synthetic = is_marked(r->data, r->end);
    for (uint64_t i = 0; i < r->labels; ++i) {
        const int32_t class_index = sets->class_index[i];
        sets->largest = class_index > sets->largest ? class_index : sets->largest;
    }
    return RS_OK;
}

rs_status rs_real_json_parse(const char *file, const uint8_t *data, size_t size,
                             uint32_t class_limit, rs_real_sets *sets, rs_error *error)
{
    *sets = (rs_real_sets){.largest = -1};
    if (size > RS_LABEL_FILE_BYTES_MAX) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), NULL, "the file is too large");
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(allocate(sets, size, error));
    static const uint8_t nothing[1] = {0};
    if (data == NULL) { /* an empty file */
        data = nothing;
        size = 0;
    }
    reader r = {
        .file = file,
        .data = data,
        .end = data + size,
        .class_limit = class_limit < RS_CLASSES_MAX ? class_limit : RS_CLASSES_MAX,
        .begin = sets->begin,
        .class_index = sets->class_index,
        .error = error,
    };
    RS_TRY_DONE(read_file(&r));
    RS_TRY_DONE(sort_sets(&r));
    RS_TRY_DONE(keep(sets, &r, error));
    return RS_OK;
done:
    rs_real_sets_clear(sets);
    return status;
}

void rs_real_sets_clear(rs_real_sets *sets)
{
    free(sets->begin);
    free(sets->class_index);
    rs_file_names_clear(&sets->names);
    *sets = (rs_real_sets){.largest = -1};
}
