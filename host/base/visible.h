/* visible.h - names out of files, as people and programs may be shown them.
 *
 * A name of a tensor, a member or a file is whatever its maker wrote. A terminal takes some of it
 * for commands (escapes, and C1 controls, which are two bytes of UTF-8), a new line for a message
 * of the program, and overrides of direction show another text than is there. So what goes to
 * people passes rs_text_visible, and what goes into JSON passes rs_json_print (json.h); cells of
 * CSV are made by rs_text_csv_cell (csv_cell.h), and markup by rs_markup_text (report/markup.h).
 */
#ifndef RS_VISIBLE_H
#define RS_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* The character at `text`: its bytes, at least 1; *code is its number, UINT32_MAX where the byte is
 * no part of any. */
size_t rs_character_at(const char *text, size_t left, uint32_t *code);

/* Controls (C0, DEL, C1), separators of lines, and what changes the direction of text. */
bool rs_is_hidden(uint32_t code);

/* Whether the name can be shown as it is: UTF-8, and nothing of it hidden. */
bool rs_is_visible(const char *name);

/* Appends the text with every hidden character as "\n", "\x1b" or "\u202e", and every byte that is
 * no UTF-8 as "\xe8". With `lines`, line ends and tabs stay: the text is a table, not a name. */
void rs_text_visible(rs_text *out, const char *text, size_t length, bool lines);

/* The name, a path or a word of a user, as a part of a line: without line ends. */
void rs_text_name(rs_text *out, const char *name);

/* Replaces a name, which is freed, by how it may be shown: names of models go into every table and
 * record, and name files, so they hold nothing hidden from the first. NULL on failure. */
rs_status rs_make_visible(char **name, rs_error *error);

#endif
