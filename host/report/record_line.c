/* record_line.c - moves one member of the text of an object; numbers are not written anew. */
#include "report/record_line.h"

#include <string.h>

/* Of the outermost object: "NAME":VALUE without what is around it. */
typedef struct member {
    const char *begin;
    const char *end;
} member;

/* Behind the text that begins at `at`. */
static const char *skip_text(const char *at, const char *end)
{
    for (++at; at < end && *at != '"'; ++at) {
        at += *at == '\\' && at + 1 < end;
    }
    return at < end ? at + 1 : end;
}

/* Behind the member that begins at `at`: at its comma, or at the brace that ends the object. */
static const char *skip_member(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = skip_text(at, end);
            continue;
        }
        if (depth == 0 && (*at == ',' || *at == '}')) {
            break;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        ++at;
    }
    return at;
}

/* What stands before the member `model`: a comma, or the brace that begins the object; NULL: there
 * is no such member. */
static const char *find_model(const char *record, const char *end, member *found)
{
    static const char name[] = "\"model\"";
    const char *at = memchr(record, '{', (size_t)(end - record));
    while (at != NULL && at < end && (*at == '{' || *at == ',')) {
        found->begin = at + 1 + strspn(at + 1, " \t\r\n");
        found->end = skip_member(found->begin, end);
        if ((size_t)(found->end - found->begin) >= sizeof name &&
            memcmp(found->begin, name, sizeof name - 1) == 0) {
            return at;
        }
        at = found->end;
    }
    return NULL;
}

void rs_record_line(const rs_text *record, rs_text *out)
{
    const char *const end = record->data + record->length;
    member model;
    const char *const before = find_model(record->data, end, &model);
    if (before == NULL || *before == '{') {
        rs_text_append(out, record->data, record->length);
        return;
    }
    const char *const others = (const char *)memchr(record->data, '{', record->length) + 1;
    rs_text_add(out, "{");
    rs_text_append(out, model.begin, (size_t)(model.end - model.begin));
    rs_text_add(out, ",");
    rs_text_append(out, others, (size_t)(before - others));
    rs_text_append(out, model.end, (size_t)(end - model.end));
}
