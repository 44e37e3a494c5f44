/* text.c - a growing text. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

static rs_status reserve(rs_text *text, size_t more, rs_error *error)
{
    uint64_t needed = 0;
    if (!rs_add_u64(text->length, more, &needed) || !rs_add_u64(needed, 1, &needed)) {
        return rs_fail_memory(error, UINT64_MAX, "text");
    }
    if (needed <= text->capacity_bytes) {
        return RS_OK;
    }
    uint64_t capacity = text->capacity_bytes < 256 ? 256 : (uint64_t)text->capacity_bytes * 2;
    if (capacity < needed) {
        capacity = needed;
    }
    void *data = text->data;
    RS_TRY(rs_realloc(&data, capacity, 1, "text", error));
    text->data = data;
    text->capacity_bytes = (size_t)capacity;
    return RS_OK;
}

rs_status rs_text_append(rs_text *text, const char *data, size_t length, rs_error *error)
{
    RS_TRY(reserve(text, length, error));
    if (length > 0) {
        memcpy(text->data + text->length, data, length);
    }
    text->length += length;
    text->data[text->length] = '\0';
    return RS_OK;
}

rs_status rs_text_printf(rs_text *text, rs_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const rs_status status = rs_text_vprintf(text, error, format, arguments);
    va_end(arguments);
    return status;
}

rs_status rs_text_vprintf(rs_text *text, rs_error *error, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    rs_status status = RS_OK;
    if (length < 0) {
        status = rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL, "a text cannot be formatted");
    } else {
        status = reserve(text, (size_t)length, error);
    }
    if (status == RS_OK) {
        (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    return status;
}

rs_status rs_text_csv_cell(rs_text *text, const char *cell, rs_error *error)
{
    if (strpbrk(cell, ",\"\r\n") == NULL) {
        return rs_text_append(text, cell, strlen(cell), error);
    }
    RS_TRY(rs_text_append(text, "\"", 1, error));
    for (const char *c = cell; *c != '\0'; ++c) {
        RS_TRY(rs_text_append(text, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1, error));
    }
    return rs_text_append(text, "\"", 1, error);
}

void rs_text_clear(rs_text *text)
{
    free(text->data);
    *text = (rs_text){0};
}
