/* record_member.c - the members of a JSON record, one kind of value after the other. */
#include "report/record_member.h"

#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"

void rs_member_refuse(rs_members *work, rs_section in, const char *name, const char *reason)
{
    if (work->status == RS_OK) {
        work->status = rs_fail(work->error, RS_FORMAT, work->file, rs_nowhere(),
                               "write the record again: reassess eval --json", "%.80s%s%.80s %s",
                               in.name, in.name[0] == '\0' ? "" : ".", name, reason);
    }
}

/* NULL: there is no such member, which is for the caller to judge. */
const rs_json *rs_member_find(rs_section in, const char *name)
{
    return in.json == NULL ? NULL : rs_json_get(in.json, name);
}

/* NULL only after an error. */
const rs_json *rs_member_get(rs_members *work, rs_section in, const char *name)
{
    const rs_json *value = rs_member_find(in, name);
    if (value == NULL) {
        rs_member_refuse(work, in, name, "is missing");
    }
    return value;
}

rs_section rs_take_section(rs_members *work, rs_section in, const char *name)
{
    const rs_json *value = rs_member_get(work, in, name);
    if (value != NULL && !rs_json_is_object(value)) {
        rs_member_refuse(work, in, name, "is no object");
        value = NULL;
    }
    return (rs_section){value, name};
}

/* ---- texts ---- */

/* They fit: decoded, with its NUL, no text is longer than it was with its quotes, and each stands
 * in the file once. */
static const char *keep_text(rs_members *work, const char *text)
{
    const size_t length = strlen(text) + 1;
    char *const kept = work->texts + work->text_bytes;
    memcpy(kept, text, length);
    work->text_bytes += length;
    return kept;
}

static const char *keep_value(rs_members *work, rs_section in, const char *name,
                              const rs_json *value)
{
    const char *text = rs_json_text(value);
    if (text == NULL) {
        rs_member_refuse(work, in, name, "is no text");
        return "";
    }
    return keep_text(work, text);
}

const char *rs_take_text(rs_members *work, rs_section in, const char *name)
{
    const rs_json *value = rs_member_get(work, in, name);
    return value == NULL ? "" : keep_value(work, in, name, value);
}

const char *rs_take_text_or_null(rs_members *work, rs_section in, const char *name)
{
    const rs_json *value = rs_member_get(work, in, name);
    return value == NULL || rs_json_is_null(value) ? NULL : keep_value(work, in, name, value);
}

/* An array of texts. */
void rs_take_texts(rs_members *work, rs_section in, const char *name, const char ***texts,
                   size_t *count)
{
    const rs_json *array = rs_member_get(work, in, name);
    if (array == NULL) {
        return;
    }
    if (!rs_json_is_array(array)) {
        rs_member_refuse(work, in, name, "is no array");
        return;
    }
    if (work->status == RS_OK) {
        work->status = RS_NEW(texts, rs_json_size(array), "texts of a record", work->error);
    }
    if (work->status != RS_OK) {
        return;
    }
    for (const rs_json *text = rs_json_first(array); text != NULL; text = rs_json_next(text)) {
        (*texts)[(*count)++] = keep_value(work, in, name, text);
    }
}

/* ---- numbers ---- */

uint64_t rs_take_count_up_to(rs_members *work, rs_section in, const char *name, uint64_t limit)
{
    const rs_json *value = rs_member_get(work, in, name);
    int64_t count = 0;
    if (value == NULL) {
        return 0;
    }
    if (!rs_json_integer(value, &count) || count < 0) {
        rs_member_refuse(work, in, name, "is no count");
        return 0;
    }
    if ((uint64_t)count > limit) {
        rs_member_refuse(work, in, name, "is larger than can be");
        return 0;
    }
    return (uint64_t)count;
}

uint64_t rs_take_count(rs_members *work, rs_section in, const char *name)
{
    return rs_take_count_up_to(work, in, name, UINT64_MAX);
}

double rs_take_value(rs_members *work, rs_section in, const char *name, double low, double high)
{
    const rs_json *value = rs_member_get(work, in, name);
    double number = 0;
    if (value == NULL) {
        return 0;
    }
    if (!rs_json_number(value, &number)) {
        rs_member_refuse(work, in, name, "is no number");
        return 0;
    }
    if (!(number >= low && number <= high)) {
        rs_member_refuse(work, in, name, "is outside its limits");
        return 0;
    }
    return number;
}

/* A number, or null, of which *reason then tells. */
double rs_take_value_or(rs_members *work, rs_section in, const char *name, double low, double high,
                        const char *why_null, const char **reason)
{
    const rs_json *value = rs_member_get(work, in, name);
    if (value != NULL && rs_json_is_null(value)) {
        *reason = why_null;
        return 0;
    }
    return rs_take_value(work, in, name, low, high);
}

bool rs_take_bool(rs_members *work, rs_section in, const char *name)
{
    const rs_json *value = rs_member_get(work, in, name);
    bool truth = false;
    if (value != NULL && !rs_json_bool(value, &truth)) {
        rs_member_refuse(work, in, name, "is neither true nor false");
    }
    return truth;
}

/* A hash, or null where `has` is not NULL. */
uint64_t rs_take_hash(rs_members *work, rs_section in, const char *name, bool *has)
{
    const rs_json *value = rs_member_get(work, in, name);
    uint64_t hash = 0;
    if (value == NULL || (has != NULL && rs_json_is_null(value))) {
        return 0;
    }
    const char *text = rs_json_text(value);
    if (text == NULL || !rs_hash_parse(text, &hash)) {
        rs_member_refuse(work, in, name, "is no hash");
        return 0;
    }
    if (has != NULL) {
        *has = true;
    }
    return hash;
}

/* The two numbers of an array. */
void rs_take_pair(rs_members *work, rs_section in, const char *name, double pair[2])
{
    const rs_json *array = rs_member_get(work, in, name);
    const rs_json *first = rs_json_first(array);
    const rs_json *second = rs_json_next(first);
    if (array != NULL && (!rs_json_is_array(array) || rs_json_next(second) != NULL ||
                          !rs_json_number(first, &pair[0]) || !rs_json_number(second, &pair[1]))) {
        rs_member_refuse(work, in, name, "is not two numbers");
    }
}
