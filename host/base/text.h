/* text.h - a growing text, for tables, CSV, JSON lines and pages.
 *
 *     rs_text line = {0};
 *     rs_text_printf(&line, "%s,%u\n", name, count);
 *     ...
 *     return rs_file_write_text(path, &line, error);
 *
 * Nothing but memory can be lacking, so adding reports nothing: a text that lost a piece is freed
 * and stays empty, and whoever takes it out (rs_text_check, and what writes or prints texts)
 * refuses it. So a text is made as it reads, and looked at once.
 */
#ifndef RS_TEXT_H
#define RS_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

typedef struct rs_text {
    char *data; /* NUL-terminated once anything was added; NULL before, and after a loss */
    size_t length;
    size_t capacity_bytes;
    const char *lost; /* what memory was lacking for; NULL: nothing is lost */
    uint64_t lost_bytes;
} rs_text;

void rs_text_printf(rs_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rs_text_vprintf(rs_text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void rs_text_append(rs_text *text, const char *data, size_t length);
void rs_text_add(rs_text *text, const char *data); /* up to its NUL */

/* Marks the text as lost: `bytes` could not be had for `purpose`. */
void rs_text_lose(rs_text *text, uint64_t bytes, const char *purpose);

/* Memory that making the text takes, zeroed, to be freed with free(); false: there is none, and the
 * text is lost. `pointer` is the address of the pointer that takes it. */
bool rs_text_alloc(rs_text *text, void *pointer, uint64_t count, size_t size, const char *purpose);
#define RS_TEXT_NEW(text, pointer, count, purpose)                                                 \
    rs_text_alloc((text), (void *)(pointer), (count), sizeof **(pointer), (purpose))

/* A text that goes into another one takes its loss along. */
void rs_text_pass_loss(const rs_text *from, rs_text *to);

/* RS_MEMORY when something was lost. To be asked before `data` is read. */
rs_status rs_text_check(const rs_text *text, rs_error *error);

/* Likewise, and *out is the text, to be freed with free(); NULL on failure. The text is cleared,
 * whatever the outcome. */
rs_status rs_text_take(rs_text *text, char **out, rs_error *error);

/* A text in one step, for paths and names: printf into *out, to be freed; NULL on failure. */
rs_status rs_format_text(char **out, rs_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Frees it; it is an empty text again, with nothing lost. */
void rs_text_clear(rs_text *text);

#endif
