/* flat_error.c - JSON in, JSON out. */
#include "flat/flat_error.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

static void place_text(const rs_place *place, char out[40])
{
    static const char *const names[] = {"", "byte ", "line ", "row ", "column "};
    out[0] = '\0';
    if (place->kind != RS_PLACE_NONE && (size_t)place->kind < sizeof names / sizeof names[0]) {
        (void)snprintf(out, 40, "%s%" PRIu64, names[place->kind], place->at);
    }
}

int rs_flat_end(rs_status status, const rs_error *made, char **error)
{
    char text[RS_ERROR_FILE_BYTES + 3 * RS_ERROR_TEXT_BYTES];
    char place[40];
    if (error == NULL || status == RS_OK) {
        return (int)status;
    }
    place_text(&made->place, place);
    rs_json *const json = rs_json_object();
    rs_json_add_text(json, "status", rs_status_name(status));
    rs_json_add_text(json, "file", made->file);
    rs_json_add_text(json, "place", place);
    rs_json_add_text(json, "reason", made->reason);
    rs_json_add_text(json, "advice", made->advice);
    rs_json_add_text(json, "message", rs_error_format(made, text, sizeof text));
    rs_text out = {0};
    rs_json_print(json, &out);
    rs_json_free(json);
    (void)rs_text_take(&out, error, NULL); /* NULL where memory is short: the status says it */
    return (int)status;
}

/* ---- options ---- */

static rs_status fail_kind(const char *name, const char *wanted, rs_error *error)
{
    return rs_usage(error, "the option \"%s\" is to be %s", name, wanted);
}

/* A member that says something. */
static const rs_json *find(const rs_json *options, const char *name)
{
    const rs_json *const value = rs_json_get(options, name);
    return value == NULL || rs_json_is_null(value) ? NULL : value;
}

rs_status rs_flat_take_text(const rs_json *options, const char *name, const char **value,
                            rs_error *error)
{
    const rs_json *const found = find(options, name);
    if (found == NULL) {
        return RS_OK;
    }
    *value = rs_json_text(found);
    return *value != NULL ? RS_OK : fail_kind(name, "a text", error);
}

rs_status rs_flat_take_bool(const rs_json *options, const char *name, bool *value, rs_error *error)
{
    const rs_json *const found = find(options, name);
    return found == NULL || rs_json_bool(found, value) ? RS_OK
                                                       : fail_kind(name, "true or false", error);
}

rs_status rs_flat_take_u32(const rs_json *options, const char *name, uint32_t *value,
                           rs_error *error)
{
    const rs_json *const found = find(options, name);
    int64_t number = 0;
    if (found == NULL) {
        return RS_OK;
    }
    if (!rs_json_integer(found, &number) || number < 0 || number > UINT32_MAX) {
        return fail_kind(name, "a whole number from 0", error);
    }
    *value = (uint32_t)number;
    return RS_OK;
}

rs_status rs_flat_parse(const char *text, const char *const *names, rs_json **options,
                        rs_error *error)
{
    *options = NULL;
    RS_NEED(text, error);
    RS_TRY(rs_json_parse("options", text, strlen(text), options, error));
    const rs_json *member = rs_json_is_object(*options) ? rs_json_first(*options) : NULL;
    rs_status status = rs_json_is_object(*options) ? RS_OK : fail_kind("", "an object", error);
    for (; status == RS_OK && member != NULL; member = rs_json_next(member)) {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], rs_json_name(member)) != 0) {
            ++i;
        }
        if (names[i] == NULL) {
            status = rs_usage(error, "there is no option \"%.60s\"", rs_json_name(member));
        }
    }
    if (status != RS_OK) {
        rs_json_free(*options);
        *options = NULL;
    }
    return status;
}
