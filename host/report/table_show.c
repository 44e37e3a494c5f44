/* table_show.c - see table_show.h. */
#include "report/table_show.h"

#include "base/visible.h"
#include "base/width.h"
#include "report/table_read.h"

/* What is no table. */
static void show_words(const char *text, size_t length, rs_table_look look, rs_text *out)
{
    const size_t begin = out->length;
    switch (look.format) {
    case RS_TABLE_CSV:
        break;
    case RS_TABLE_MARKDOWN:
        rs_table_markdown_words(text, length, out);
        break;
    case RS_TABLE_LATEX:
        rs_table_latex_words(text, length, out);
        break;
    case RS_TABLE_PLAIN:
        rs_text_visible(out, text, length, true);
        rs_text_fold(out, begin, look.columns > RS_PLAIN_COLUMNS ? look.columns : RS_PLAIN_COLUMNS);
        break;
    }
}

/* Markdown has its tables between empty lines, and CSV between two. */
static void part(rs_table_format format, rs_text *out)
{
    const size_t length = out->length;
    if (format != RS_TABLE_PLAIN && length > 1 &&
        (out->data[length - 1] != '\n' || out->data[length - 2] != '\n')) {
        rs_text_add(out, "\n");
    }
}

static void show_table(const rs_table *table, rs_table_look look, rs_text *out)
{
    switch (look.format) {
    case RS_TABLE_CSV:
        rs_table_csv(table, out);
        break;
    case RS_TABLE_MARKDOWN:
        rs_table_markdown(table, out);
        break;
    case RS_TABLE_LATEX:
        rs_table_latex(table, out);
        break;
    case RS_TABLE_PLAIN:
        rs_table_plain(table, look.columns, look.bold, out);
        break;
    }
}

void rs_tables_show(const rs_text *marked, rs_table_look look, rs_text *out)
{
    rs_text_pass_loss(marked, out);
    size_t at = 0;
    while (at < marked->length) {
        const char *const text = marked->data + at;
        const size_t left = marked->length - at;
        const size_t words = rs_table_find(text, left);
        show_words(text, words, look, out);
        at += words;
        if (words < left) {
            rs_table table;
            at += rs_table_read(text + words, left - words, &table, out);
            part(look.format, out);
            show_table(&table, look, out);
            if (look.format == RS_TABLE_MARKDOWN && at < marked->length) {
                part(look.format, out);
            }
            rs_table_free(&table);
        }
    }
}
