/* json.c - the wall around cJSON. */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/visible.h"

enum { NUMBER_BYTES = 40 };

rs_json *rs_json_object(void)
{
    return cJSON_CreateObject();
}

rs_json *rs_json_array(void)
{
    return cJSON_CreateArray();
}

void rs_json_free(rs_json *json)
{
    cJSON_Delete(json);
}

/* A tree that lost a value to lack of memory must not be printed as if it were whole: the root
 * would still look fine. The loss is marked in the parent, whose type becomes invalid, and so on
 * upwards when the printer meets it. */
static void mark_lost(rs_json *to)
{
    if (to != NULL) {
        to->type = cJSON_Invalid;
    }
}

static rs_json *add_and_return(rs_json *to, const char *name, rs_json *value)
{
    if (to != NULL && value != NULL &&
        (name == NULL ? cJSON_AddItemToArray(to, value) : cJSON_AddItemToObject(to, name, value))) {
        return value;
    }
    cJSON_Delete(value);
    mark_lost(to);
    return NULL;
}

void rs_json_add(rs_json *to, const char *name, rs_json *value)
{
    (void)add_and_return(to, name, value);
}

rs_json *rs_json_add_object(rs_json *to, const char *name)
{
    return add_and_return(to, name, cJSON_CreateObject());
}

rs_json *rs_json_add_array(rs_json *to, const char *name)
{
    return add_and_return(to, name, cJSON_CreateArray());
}

void rs_json_add_text(rs_json *to, const char *name, const char *value)
{
    rs_json_add(to, name, value == NULL ? cJSON_CreateNull() : cJSON_CreateString(value));
}

/* Numbers are written here: cJSON takes 15 digits for enough when they are off by no more than a
 * unit in the last place, and writes integers from 10^15 on with an exponent. */
void rs_json_add_integer(rs_json *to, const char *name, uint64_t value)
{
    char text[NUMBER_BYTES];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    rs_json_add(to, name, cJSON_CreateRaw(text));
}

/* The fewest digits that come back as the same double, with a point in every locale. */
static rs_json *make_number(double value)
{
    char text[NUMBER_BYTES];
    for (int digits = 15; digits <= 17; ++digits) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    char *point = strchr(text, localeconv()->decimal_point[0]);
    if (point != NULL) {
        *point = '.';
    }
    return cJSON_CreateRaw(text);
}

void rs_json_add_number(rs_json *to, const char *name, double value)
{
    rs_json_add(to, name, isfinite(value) ? make_number(value) : cJSON_CreateNull());
}

void rs_json_add_bool(rs_json *to, const char *name, bool value)
{
    rs_json_add(to, name, cJSON_CreateBool(value));
}

void rs_json_add_null(rs_json *to, const char *name)
{
    rs_json_add(to, name, cJSON_CreateNull());
}

void rs_json_add_none(rs_json *to, const char *name, const char *reason)
{
    rs_json_add_null(to, name);
    rs_json_add_text(to, "reason", reason);
}

void rs_json_add_interval(rs_json *to, const char *name, double low, double high)
{
    if (isnan(low)) {
        rs_json_add_null(to, name);
        return;
    }
    rs_json *const interval = rs_json_add_array(to, name);
    rs_json_add_number(interval, NULL, low);
    rs_json_add_number(interval, NULL, high);
}

rs_json *rs_json_member(rs_json *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

void rs_json_remove(rs_json *object, const char *name)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
}

bool rs_json_change_text(rs_json *object, const char *name, const char *value)
{
    rs_json *const text = cJSON_CreateString(value);
    if (text == NULL || rs_json_text(rs_json_get(object, name)) == NULL ||
        !cJSON_ReplaceItemInObjectCaseSensitive(object, name, text)) {
        cJSON_Delete(text);
        return false;
    }
    return true;
}

/* What cJSON printed, as every reader takes it and no terminal obeys it: bytes that are no UTF-8
 * are U+FFFD, and hidden characters, which stand in texts alone, are escaped. */
static void add_printed(const char *text, rs_text *out)
{
    const size_t length = strlen(text);
    size_t plain = 0; /* where what needs no change begins */
    size_t taken = 0;
    for (size_t at = 0; at < length; at += taken) {
        uint32_t code = 0;
        taken = rs_character_at(text + at, length - at, &code);
        if (code != UINT32_MAX && !rs_is_hidden(code)) {
            continue;
        }
        rs_text_append(out, text + plain, at - plain);
        rs_text_printf(out, "\\u%04" PRIx32, code == UINT32_MAX ? 0xfffdU : code);
        plain = at + taken;
    }
    rs_text_append(out, text + plain, length - plain);
}

void rs_json_print(const rs_json *json, rs_text *out)
{
    char *text = json == NULL ? NULL : cJSON_PrintUnformatted(json);
    if (text == NULL) {
        rs_text_lose(out, 0, "a JSON record");
        return;
    }
    add_printed(text, out);
    cJSON_free(text);
}

void rs_json_finish(rs_json *json, rs_text *out)
{
    rs_json_print(json, out);
    rs_json_free(json);
    rs_text_add(out, "\n");
}

static int compare_names(const void *a, const void *b)
{
    const rs_json *const *left = a;
    const rs_json *const *right = b;
    return strcmp((*left)->string, (*right)->string);
}

/* Sorted, so that a hostile object with very many members costs no square of them. */
static rs_status refuse_duplicate_members(const char *file, const rs_json *object, rs_error *error)
{
    const size_t count = rs_json_size(object);
    const rs_json **members = NULL;
    RS_TRY(RS_NEW(&members, count, "the keys of a JSON object", error));
    size_t filled = 0;
    for (const rs_json *child = object->child; child != NULL; child = child->next) {
        members[filled++] = child;
    }
    qsort(members, filled, sizeof members[0], compare_names);
    rs_status status = RS_OK;
    for (size_t i = 1; i < filled && status == RS_OK; ++i) {
        if (strcmp(members[i - 1]->string, members[i]->string) == 0) {
            status = rs_fail(error, RS_FORMAT, file, rs_nowhere(), "keep one of the two",
                             "the key \"%.100s\" stands twice in one object", members[i]->string);
        }
    }
    free(members);
    return status;
}

/* The depth is bounded by cJSON's own nesting limit. */
static rs_status refuse_duplicates(const char *file, const rs_json *value, rs_error *error)
{
    if (cJSON_IsObject(value)) {
        RS_TRY(refuse_duplicate_members(file, value, error));
    }
    for (const rs_json *child = value->child; child != NULL; child = child->next) {
        RS_TRY(refuse_duplicates(file, child, error));
    }
    return RS_OK;
}

/* Where a text holds \u0000, which would end it there without a word; NULL: nowhere. */
static const char *find_zero(const char *data, size_t size)
{
    static const char zero[] = {'u', '0', '0', '0', '0'};
    if (size == 0) { /* of no bytes the address may be NULL */
        return NULL;
    }
    const char *const end = data + size;
    for (const char *at = data; at < end; ++at) {
        size_t backslashes = 0; /* two of them are one that the text holds */
        at = memmem(at, (size_t)(end - at), zero, sizeof zero);
        if (at == NULL) {
            break;
        }
        while (backslashes < (size_t)(at - data) && *(at - backslashes - 1) == '\\') {
            ++backslashes;
        }
        if (backslashes % 2 == 1) {
            return at - 1;
        }
    }
    return NULL;
}

static rs_status parse(const char *file, const char *data, size_t size, rs_json **json,
                       rs_error *error)
{
    static const char advice[] = "is it the right file? Write or copy it again";
    const char *end = data;
    const char *const zero = find_zero(data, size);
    if (zero != NULL) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte((uint64_t)(zero - data)),
                       "write the file again without it", "a text holds a zero byte (\\u0000)");
    }
    *json = cJSON_ParseWithLengthOpts(data, size, &end, 0);
    if (*json == NULL) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte((uint64_t)(end - data)), advice,
                       "this is not valid JSON");
    }
    for (const char *rest = end; rest < data + size; ++rest) {
        if (strchr(" \t\r\n", *rest) == NULL || *rest == '\0') {
            return rs_fail(error, RS_FORMAT, file, rs_at_byte((uint64_t)(rest - data)), advice,
                           "something follows the end of the JSON value");
        }
    }
    return refuse_duplicates(file, *json, error);
}

rs_status rs_json_parse(const char *file, const char *data, size_t size, rs_json **json,
                        rs_error *error)
{
    *json = NULL;
    const rs_status status = parse(file, data, size, json, error);
    if (status != RS_OK) {
        rs_json_free(*json);
        *json = NULL;
    }
    return status;
}

const rs_json *rs_json_get(const rs_json *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

const char *rs_json_text(const rs_json *value)
{
    return cJSON_GetStringValue(value);
}

bool rs_json_number(const rs_json *value, double *out)
{
    if (value == NULL || !cJSON_IsNumber(value)) {
        return false;
    }
    *out = value->valuedouble;
    return true;
}

bool rs_json_integer(const rs_json *value, int64_t *out)
{
    double number = 0;
    if (!rs_json_number(value, &number) || !(fabs(number) <= 9007199254740992.0) ||
        number != floor(number)) {
        return false;
    }
    *out = (int64_t)number;
    return true;
}

bool rs_json_bool(const rs_json *value, bool *out)
{
    if (value == NULL || !cJSON_IsBool(value)) {
        return false;
    }
    *out = cJSON_IsTrue(value) != 0;
    return true;
}

bool rs_json_is_null(const rs_json *value)
{
    return value != NULL && cJSON_IsNull(value);
}

bool rs_json_is_array(const rs_json *value)
{
    return value != NULL && cJSON_IsArray(value);
}

bool rs_json_is_object(const rs_json *value)
{
    return value != NULL && cJSON_IsObject(value);
}

size_t rs_json_size(const rs_json *value)
{
    return value == NULL ? 0 : (size_t)cJSON_GetArraySize(value);
}

const rs_json *rs_json_first(const rs_json *value)
{
    return value == NULL ? NULL : value->child;
}

const rs_json *rs_json_next(const rs_json *value)
{
    return value == NULL ? NULL : value->next;
}

const char *rs_json_name(const rs_json *value)
{
    return value == NULL ? NULL : value->string;
}
