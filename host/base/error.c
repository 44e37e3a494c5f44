/* error.c - errors with file, place, reason and advice. */
#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void copy_text(char *out, size_t out_bytes, const char *text)
{
    const size_t length = text == NULL ? 0 : strnlen(text, out_bytes - 1);
    if (length > 0) {
        memcpy(out, text, length);
    }
    out[length] = '\0';
}

static void fill(rs_error *error, rs_status status, const char *file, rs_place place,
                 const char *advice, const char *reason, va_list arguments)
    __attribute__((format(printf, 6, 0)));

static void fill(rs_error *error, rs_status status, const char *file, rs_place place,
                 const char *advice, const char *reason, va_list arguments)
{
    if (error != NULL) {
        error->status = status;
        error->place = place;
        copy_text(error->file, sizeof error->file, file);
        copy_text(error->advice, sizeof error->advice, advice);
        (void)vsnprintf(error->reason, sizeof error->reason, reason, arguments);
    }
}

rs_status rs_fail(rs_error *error, rs_status status, const char *file, rs_place place,
                  const char *advice, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    fill(error, status, file, place, advice, reason, arguments);
    va_end(arguments);
    return status;
}

rs_status rs_usage(rs_error *error, const char *reason, ...)
{
    va_list arguments;
    va_start(arguments, reason);
    fill(error, RS_USAGE, NULL, rs_nowhere(), NULL, reason, arguments);
    va_end(arguments);
    return RS_USAGE;
}

rs_status rs_fail_errno(rs_error *error, const char *file, const char *action, int errno_value)
{
    char text[128];
    /* The GNU strerror_r may return a pointer of its own instead of filling the buffer. */
    const char *message = strerror_r(errno_value, text, sizeof text);
    return rs_fail(error, RS_IO, file, rs_nowhere(), NULL, "cannot %s it: %s", action, message);
}

rs_status rs_need(const void *pointer, const char *argument, rs_error *error)
{
    if (pointer != NULL) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see the header of the function",
                   "the argument \"%s\" is NULL", argument);
}

rs_status rs_one_of(unsigned value, unsigned last, const char *argument, rs_error *error)
{
    if (value <= last) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see the header of the function",
                   "the argument \"%s\" is %d, none of its values", argument, (int)value);
}

rs_status rs_countable(size_t count, const char *argument, rs_error *error)
{
    if (count <= UINT32_MAX) {
        return RS_OK;
    }
    return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "see the header of the function",
                   "the argument \"%s\" is %zu, more than there can be", argument, count);
}

rs_status rs_fail_memory(rs_error *error, uint64_t bytes, const char *purpose)
{
    return rs_fail(error, RS_MEMORY, NULL, rs_nowhere(),
                   "close other programs, use smaller inputs or a machine with more memory",
                   "no memory for %" PRIu64 " bytes of %s", bytes, purpose);
}

static const char *place_text(rs_place place, char *out, size_t out_bytes)
{
    static const char *const names[] = {
        [RS_PLACE_NONE] = "",     [RS_PLACE_BYTE] = "byte",     [RS_PLACE_LINE] = "line",
        [RS_PLACE_ROW] = "row",   [RS_PLACE_COLUMN] = "column",
    };
    out[0] = '\0';
    if (place.kind != RS_PLACE_NONE && (size_t)place.kind < sizeof names / sizeof names[0]) {
        (void)snprintf(out, out_bytes, "%s %" PRIu64, names[place.kind], place.at);
    }
    return out;
}

const char *rs_error_text(const rs_error *error, char *out, size_t out_bytes)
{
    char place[48];
    if (out == NULL || out_bytes == 0) {
        return out;
    }
    if (error == NULL) {
        out[0] = '\0';
        return out;
    }
    (void)place_text(error->place, place, sizeof place);
    (void)snprintf(out, out_bytes, "%s%s%s%s%s%s%s", error->file,
                   error->file[0] != '\0' ? ": " : "", place, place[0] != '\0' ? ": " : "",
                   error->reason, error->advice[0] != '\0' ? "; " : "", error->advice);
    return out;
}

const char *rs_status_text(rs_status status)
{
    switch (status) {
#define STATUS_CASE(name, code, exit_status, text) \
    case RS_##name:                                \
        return text;
        RS_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return "unknown status";
}

const char *rs_status_name(rs_status status)
{
    switch (status) {
#define STATUS_CASE(name, code, exit_status, text) \
    case RS_##name:                                \
        return #name;
        RS_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return "UNKNOWN";
}

int rs_status_exit(rs_status status)
{
    switch (status) {
#define STATUS_CASE(name, code, exit_status, text) \
    case RS_##name:                                \
        return exit_status;
        RS_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return 1;
}
