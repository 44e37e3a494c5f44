/* table_plain.c - columns under each other, in the width there is. */
#include <stdlib.h>

#include "base/visible.h"
#include "base/width.h"
#include "report/table_read.h"

enum {
    GAP = 2,            /* spaces between columns */
    NAME_AT_LEAST = 12, /* columns that a name has before others go below */
    NAME_ASSUMED = 20,  /* by which it is decided which do */
    PROSE_AT_LEAST = 24
};

#define BOLD "\x1b[1m"
#define END_OF_BOLD "\x1b[0m"

/* The columns that stand beside each other: the keys, and begin up to end. */
typedef struct block {
    const rs_table *table;
    size_t keys;
    size_t begin;
    size_t end;
    size_t *width; /* [columns] */
    size_t room;
} block;

static size_t width_of(rs_table_text text)
{
    return rs_table_is_same(&text) ? 0 : rs_width(text.text, text.length);
}

/* The piece of a title in its line from the bottom, which is 0; empty above. */
static rs_table_text title_piece(rs_table_text title, size_t line)
{
    size_t end = title.length;
    for (;; --line) {
        size_t begin = end;
        while (begin > 0 && title.text[begin - 1] != '\n') {
            --begin;
        }
        if (line == 0) {
            return (rs_table_text){title.text + begin, end - begin};
        }
        if (begin == 0) {
            return (rs_table_text){title.text, 0};
        }
        end = begin - 1;
    }
}

static size_t title_lines(const rs_table *table)
{
    size_t most = 1;
    for (size_t c = 0; c < table->columns; ++c) {
        size_t lines = 1;
        for (size_t i = 0; i < table->title[c].length; ++i) {
            lines += table->title[c].text[i] == '\n';
        }
        most = lines > most ? lines : most;
    }
    return most;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void measure(const rs_table *table, size_t lines, size_t *width)
{
    for (size_t c = 0; c < table->columns; ++c) {
        const bool prose = rs_table_kind_of(table, c) == RS_TABLE_PROSE;
        for (size_t line = 0; line < lines; ++line) {
            width[c] = larger(width[c], width_of(title_piece(table->title[c], line)));
        }
        for (size_t r = 0; r < table->rows; ++r) {
            const size_t own = width_of(*rs_table_at(table, r, c));
            width[c] = larger(width[c], prose && own > PROSE_AT_LEAST ? PROSE_AT_LEAST : own);
        }
    }
}

/* ---- lines ---- */

static void add_spaces(rs_text *out, size_t count)
{
    rs_text_printf(out, "%*s", (int)count, "");
}

static void trim_end(rs_text *out, size_t from)
{
    while (out->data != NULL && out->length > from && out->data[out->length - 1] == ' ') {
        out->data[--out->length] = '\0';
    }
}

static void add_shown(rs_table_text text, rs_text *out)
{
    if (!rs_table_is_same(&text)) {
        rs_text_visible(out, text.text, text.length, false);
    }
}

/* How many bytes of the words have room, up to a space; all where none does. */
static size_t words_that_fit(rs_table_text words, size_t columns)
{
    size_t fit = 0;
    for (size_t i = 0; i <= words.length; ++i) {
        if (i == words.length || words.text[i] == ' ') {
            if (fit > 0 && rs_width(words.text, i) > columns) {
                return fit;
            }
            fit = i;
        }
    }
    return fit;
}

/* Prose that begins at column `at`, in as many lines as it takes. */
static void add_prose(rs_table_text words, size_t at, size_t room, rs_text *out)
{
    const bool folds = at + PROSE_AT_LEAST <= room;
    size_t indent = 0; /* of what goes on below */
    while (words.length > 0) {
        const size_t fit =
            folds ? words_that_fit(words, room - at - indent) : words.length;
        if (indent > 0) {
            rs_text_add(out, "\n");
            add_spaces(out, at + indent);
        }
        add_shown((rs_table_text){words.text, fit}, out);
        words = rs_table_trim((rs_table_text){words.text + fit, words.length - fit});
        indent = GAP;
    }
}

/* A table of keys alone has no others: its block ends behind it. */
static bool is_in(const block *of, size_t column)
{
    return column < of->table->columns &&
           (column < of->keys || (column >= of->begin && column < of->end));
}

/* A line of the cells that `text` gives. `prose`: those of the last column may take more. */
static void add_line(const block *of, const rs_table_text *text, rs_text *out)
{
    const size_t from = out->length;
    size_t at = of->table->indent;
    add_spaces(out, at);
    for (size_t c = 0; c < of->end; ++c) {
        if (!is_in(of, c)) {
            continue;
        }
        const rs_table_kind kind = rs_table_kind_of(of->table, c);
        const size_t own = width_of(text[c]);
        const size_t left = of->width[c] > own ? of->width[c] - own : 0;
        add_spaces(out, kind == RS_TABLE_NUMBER ? left : 0);
        if (kind == RS_TABLE_PROSE) {
            add_prose(text[c], at, of->room, out);
        } else {
            add_shown(text[c], out);
            add_spaces(out, (kind == RS_TABLE_NUMBER ? 0 : left) + GAP);
        }
        at += of->width[c] + GAP;
    }
    trim_end(out, from);
}

static void add_heading(const block *of, size_t lines, bool bold, rs_table_text *text, rs_text *out)
{
    for (size_t line = lines; line-- > 0;) {
        for (size_t c = 0; c < of->table->columns; ++c) {
            text[c] = title_piece(of->table->title[c], line);
        }
        rs_text_add(out, bold ? BOLD : "");
        add_line(of, text, out);
        rs_text_add(out, bold ? END_OF_BOLD "\n" : "\n");
    }
}

static void add_rows(const block *of, rs_table_text *text, rs_text *out)
{
    for (size_t r = 0; r < of->table->rows; ++r) {
        for (size_t c = 0; c < of->table->columns; ++c) {
            text[c] = *rs_table_at(of->table, r, c);
        }
        if (of->keys > 0 && width_of(text[0]) > of->width[0]) { /* a line of its own */
            add_spaces(out, of->table->indent);
            add_shown(text[0], out);
            rs_text_add(out, "\n");
            text[0].length = 0;
        }
        add_line(of, text, out);
        rs_text_add(out, "\n");
    }
}

/* ---- what stands beside each other ---- */

/* What the block takes but for the first key. */
static size_t rest_of(const block *of)
{
    size_t rest = of->table->indent;
    for (size_t c = of->keys > 0 ? 1 : 0; c < of->end; ++c) {
        rest += is_in(of, c) ? of->width[c] + GAP : 0;
    }
    return of->keys > 0 || rest < GAP ? rest : rest - GAP;
}

/* The first key has what the others leave. */
static void fit_name(block *of, size_t name)
{
    const size_t rest = rest_of(of);
    const size_t left = of->room > rest ? of->room - rest : 0;
    if (of->keys > 0 && name > left) {
        of->width[0] = left > NAME_AT_LEAST ? left : NAME_AT_LEAST;
    }
}

/* Takes as many columns from `begin` on as have room, one at least; all of them unless `split`. */
static void fill(block *of, size_t name, bool split)
{
    const rs_table *const table = of->table;
    const size_t assumed = of->keys == 0 ? 0 : name < NAME_ASSUMED ? name : NAME_ASSUMED;
    for (of->end = of->begin + 1; of->end < table->columns; ++of->end) {
        const bool below = (table->kind[of->end] & (unsigned)RS_TABLE_BELOW) != 0;
        const size_t more = of->width[of->end] + GAP;
        if (split && (below || rest_of(of) + assumed + more > of->room)) {
            return;
        }
    }
}

static bool fits_whole(block *of, size_t name)
{
    const size_t least = of->keys == 0 ? 0 : name < NAME_AT_LEAST ? name : NAME_AT_LEAST;
    fill(of, name, false);
    return rest_of(of) + least <= of->room;
}

static void add_blocks(block *of, size_t lines, bool bold, rs_table_text *text, rs_text *out)
{
    const rs_table *const table = of->table;
    const size_t name = of->width[0];
    while (of->keys < table->columns && rs_table_kind_of(table, of->keys) == RS_TABLE_KEY) {
        ++of->keys;
    }
    of->begin = of->keys;
    const bool split = !fits_whole(of, name);
    do {
        of->width[0] = name;
        fill(of, name, split);
        fit_name(of, name);
        rs_text_add(out, of->begin > of->keys ? "\n" : "");
        add_heading(of, lines, bold, text, out);
        add_rows(of, text, out);
        of->begin = of->end;
    } while (of->end < table->columns);
}

void rs_table_plain(const rs_table *table, size_t columns, bool bold, rs_text *out)
{
    block of = {.table = table, .room = columns};
    rs_table_text *text = NULL;
    if (table->columns > 0 && RS_TEXT_NEW(out, &of.width, table->columns, "columns") &&
        RS_TEXT_NEW(out, &text, table->columns, "columns")) {
        const size_t lines = title_lines(table);
        measure(table, lines, of.width);
        add_blocks(&of, lines, bold, text, out);
    }
    free(of.width);
    free(text);
}
