/* text.c - a growing text. */
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

void rs_text_lose(rs_text *text, uint64_t bytes, const char *purpose)
{
    if (text->lost == NULL) {
        free(text->data);
        *text = (rs_text){.lost = purpose, .lost_bytes = bytes};
    }
}

void rs_text_pass_loss(const rs_text *from, rs_text *to)
{
    if (from->lost != NULL) {
        rs_text_lose(to, from->lost_bytes, from->lost);
    }
}

bool rs_text_alloc(rs_text *text, void *pointer, uint64_t count, size_t size, const char *purpose)
{
    if (rs_alloc(pointer, count, size, purpose, NULL) == RS_OK) {
        return true;
    }
    uint64_t bytes = 0;
    rs_text_lose(text, rs_mul_u64(count, size, &bytes) ? bytes : UINT64_MAX, purpose);
    return false;
}

/* False: the text is lost. */
static bool reserve(rs_text *text, size_t more)
{
    uint64_t needed = 0;
    if (text->lost != NULL) {
        return false;
    }
    if (!rs_add_u64(text->length, more, &needed) || !rs_add_u64(needed, 1, &needed)) {
        rs_text_lose(text, UINT64_MAX, "text");
        return false;
    }
    if (text->data != NULL && needed <= text->capacity_bytes) {
        return true;
    }
    uint64_t capacity = text->capacity_bytes < 256 ? 256 : (uint64_t)text->capacity_bytes * 2;
    if (capacity < needed) {
        capacity = needed;
    }
    if (RS_GROW(&text->data, capacity, "text", NULL) != RS_OK) {
        rs_text_lose(text, capacity, "text");
        return false;
    }
    text->capacity_bytes = (size_t)capacity;
    return true;
}

void rs_text_append(rs_text *text, const char *data, size_t length)
{
    if (!reserve(text, length)) {
        return;
    }
    if (length > 0) {
        memcpy(text->data + text->length, data, length);
    }
    text->length += length;
    text->data[text->length] = '\0';
}

void rs_text_add(rs_text *text, const char *data)
{
    rs_text_append(text, data, strlen(data));
}

void rs_text_printf(rs_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rs_text_vprintf(text, format, arguments);
    va_end(arguments);
}

void rs_text_vprintf(rs_text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) { /* more than an int counts */
        rs_text_lose(text, UINT64_MAX, "text");
    } else if (reserve(text, (size_t)length)) {
        (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

rs_status rs_text_check(const rs_text *text, rs_error *error)
{
    return text->lost == NULL ? RS_OK : rs_fail_memory(error, text->lost_bytes, text->lost);
}

rs_status rs_text_take(rs_text *text, char **out, rs_error *error)
{
    *out = NULL;
    rs_text_add(text, ""); /* one that nothing was added to is a text too */
    RS_TRY(rs_text_check(text, error));
    *out = text->data;
    *text = (rs_text){0};
    return RS_OK;
}

rs_status rs_format_text(char **out, rs_error *error, const char *format, ...)
{
    rs_text text = {0};
    va_list arguments;
    va_start(arguments, format);
    rs_text_vprintf(&text, format, arguments);
    va_end(arguments);
    return rs_text_take(&text, out, error);
}

void rs_text_clear(rs_text *text)
{
    free(text->data);
    *text = (rs_text){0};
}
