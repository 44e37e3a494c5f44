/* table_markup.c - tables for notes and for papers: Markdown of GitHub, and LaTeX that needs no
 * package. Names hold underscores, and may hold anything: what either language would obey is
 * escaped. */
#include <string.h>

#include "base/visible.h"
#include "report/table_read.h"

typedef void (*add_escaped)(rs_table_text text, rs_text *out);

/* ---- escapes ---- */

/* Every sign of ASCII may have a backslash before it; brackets are let be where no link follows,
 * because every interval has them. */
static void add_markdown(rs_table_text text, rs_text *out)
{
    for (size_t i = 0; i < text.length; ++i) {
        const char c = text.text[i];
        const char next = i + 1 < text.length ? text.text[i + 1] : '\0';
        const bool link = c == ']' && (next == '(' || next == '[' || next == ':');
        if (link || strchr("\\`*_|<>~&#$", c) != NULL) {
            rs_text_add(out, "\\");
        }
        rs_text_append(out, c == '\n' ? " " : text.text + i, 1);
    }
}

static const char *latex_of(char c)
{
    switch (c) {
    case '\\': return "\\textbackslash{}";
    case '~': return "\\textasciitilde{}";
    case '^': return "\\textasciicircum{}";
    case '<': return "\\textless{}";
    case '>': return "\\textgreater{}";
    case '|': return "\\textbar{}";
    case '"': return "\\textquotedbl{}";
    case '`':
        return "\\textasciigrave{}";
    case '&': return "\\&";
    case '%': return "\\%";
    case '$': return "\\$";
    case '#': return "\\#";
    case '_': return "\\_";
    case '{': return "\\{";
    case '}': return "\\}";
    case '\n': return " ";
    default: return NULL;
    }
}

/* A bracket or a star that begins a row would be an argument of the line end before it, and two
 * hyphens one dash. */
static void add_latex(rs_table_text text, rs_text *out)
{
    for (size_t i = 0; i < text.length; ++i) {
        const char *const escape = latex_of(text.text[i]);
        if (escape != NULL) {
            rs_text_add(out, escape);
        } else if (i == 0 && (text.text[0] == '[' || text.text[0] == '*')) {
            rs_text_printf(out, "{%c}", text.text[0]);
        } else if (i > 0 && text.text[i] == '-' && text.text[i - 1] == '-') {
            rs_text_add(out, "{}-");
        } else {
            rs_text_append(out, text.text + i, 1);
        }
    }
}

/* Nothing that a terminal would obey, then the escapes; a number's minus is none in a text. */
static void add_cell(rs_table_text cell, add_escaped escaped, rs_text *out)
{
    rs_text shown = {0};
    if (rs_table_is_same(&cell)) {
        return;
    }
    const rs_table_text own = rs_table_trim(cell);
    rs_text_visible(&shown, own.text, own.length, true);
    if (shown.length > 0) {
        escaped((rs_table_text){shown.data, shown.length}, out);
    }
    rs_text_pass_loss(&shown, out);
    rs_text_clear(&shown);
}

static bool is_right(const rs_table *table, size_t column)
{
    return rs_table_kind_of(table, column) == RS_TABLE_NUMBER;
}

/* ---- Markdown ---- */

void rs_table_markdown(const rs_table *table, rs_text *out)
{
    rs_text_add(out, "|");
    for (size_t c = 0; c < table->columns; ++c) {
        rs_text_add(out, " ");
        add_cell(table->title[c], add_markdown, out);
        rs_text_add(out, " |");
    }
    rs_text_add(out, "\n|");
    for (size_t c = 0; c < table->columns; ++c) {
        rs_text_add(out, is_right(table, c) ? " ---: |" : " :--- |");
    }
    rs_text_add(out, "\n");
    for (size_t r = 0; r < table->rows; ++r) {
        rs_text_add(out, "|");
        for (size_t c = 0; c < table->columns; ++c) {
            rs_text_add(out, " ");
            add_cell(*rs_table_at(table, r, c), add_markdown, out);
            rs_text_add(out, " |");
        }
        rs_text_add(out, "\n");
    }
}

/* Lines without their indent: four spaces would be code. */
void rs_table_markdown_words(const char *text, size_t length, rs_text *out)
{
    size_t at = 0;
    while (at < length) {
        const char *const end = memchr(text + at, '\n', length - at);
        const size_t line = end == NULL ? length - at : (size_t)(end - text) - at;
        add_cell((rs_table_text){text + at, line}, add_markdown, out);
        rs_text_add(out, "\n");
        at += line + 1;
    }
}

/* ---- LaTeX ---- */

static void add_latex_row(const rs_table *table, const rs_table_text *cells, rs_text *out)
{
    for (size_t c = 0; c < table->columns; ++c) {
        const rs_table_text cell = rs_table_trim(cells[c]);
        rs_text_add(out, c > 0 ? " & " : "");
        if (rs_table_kind_of(table, c) >= RS_TABLE_NUMBER && cell.length > 1 &&
            cell.text[0] == '-') {
            rs_text_add(out, "$-$");
            add_cell((rs_table_text){cell.text + 1, cell.length - 1}, add_latex, out);
        } else {
            add_cell(cell, add_latex, out);
        }
    }
    rs_text_add(out, " \\\\\n");
}

void rs_table_latex(const rs_table *table, rs_text *out)
{
    rs_text_add(out, "\\begin{tabular}{");
    for (size_t c = 0; c < table->columns; ++c) {
        rs_text_add(out, is_right(table, c) ? "r" : "l");
    }
    rs_text_add(out, "}\n\\hline\n");
    add_latex_row(table, table->title, out);
    rs_text_add(out, "\\hline\n");
    for (size_t r = 0; r < table->rows; ++r) {
        add_latex_row(table, rs_table_at(table, r, 0), out);
    }
    rs_text_add(out, "\\hline\n\\end{tabular}\n");
}

/* Comments: the words are about the run, and not the paper's. */
void rs_table_latex_words(const char *text, size_t length, rs_text *out)
{
    size_t at = 0;
    while (at < length) {
        const char *const end = memchr(text + at, '\n', length - at);
        const size_t line = end == NULL ? length - at : (size_t)(end - text) - at;
        const rs_table_text words = rs_table_trim((rs_table_text){text + at, line});
        if (words.length > 0) {
            rs_text_add(out, "% ");
            rs_text_visible(out, words.text, words.length, false);
        }
        rs_text_add(out, "\n");
        at += line + 1;
    }
}
