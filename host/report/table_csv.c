/* table_csv.c - tables for programs: a number is one, and an interval two more columns. */
#include <string.h>

#include "base/csv_cell.h"
#include "report/table_read.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A text of our own or a name, as one cell; a line end in a title is a space. */
static void add_words(rs_table_text words, rs_text *out)
{
    rs_text cell = {0};
    for (size_t i = 0; i < words.length; ++i) {
        rs_text_append(&cell, words.text[i] == '\n' ? " " : words.text + i, 1);
    }
    rs_text_csv_text(out, &cell);
    rs_text_clear(&cell);
}

/* "+1,234" as 1234: what is no number is words. */
static void add_number(rs_table_text number, rs_text *out)
{
    number = rs_table_trim(number);
    if (number.length == 1 && number.text[0] == '-') {
        return; /* there is none */
    }
    const bool sign = number.length > 1 && (number.text[0] == '+' || number.text[0] == '-');
    if (number.length == 0 || !is_digit(number.text[sign ? 1 : 0])) {
        add_words(number, out);
        return;
    }
    for (size_t i = number.text[0] == '+' ? 1 : 0; i < number.length; ++i) {
        rs_text_append(out, number.text + i, number.text[i] == ',' ? 0 : 1);
    }
}

/* The text up to the first of `ends`, which *at then is behind. */
static rs_table_text take_to(rs_table_text text, const char *ends, size_t *at)
{
    const size_t begin = *at;
    while (*at < text.length && strchr(ends, text.text[*at]) == NULL) {
        ++*at;
    }
    const rs_table_text piece = {text.text + begin, *at - begin};
    *at += *at < text.length ? 1 : 0;
    return piece;
}

/* "75.06 [74.68, 75.44]": 75.06, 74.68, 75.44; where there are no ends, they are empty. */
static void add_range(rs_table_text range, rs_text *out)
{
    size_t at = 0;
    add_number(take_to(range, "[(", &at), out);
    rs_table_text low = take_to(range, ",", &at);
    rs_table_text high = take_to(range, "])", &at);
    const bool has = high.length > 0;
    rs_text_add(out, ",");
    add_number(has ? low : (rs_table_text){range.text, 0}, out);
    rs_text_add(out, ",");
    add_number(has ? high : (rs_table_text){range.text, 0}, out);
}

/* What the cell says, where it says that it is the same as above. */
static rs_table_text meaning(const rs_table *table, size_t row, size_t column)
{
    while (row > 0 && rs_table_is_same(rs_table_at(table, row, column))) {
        --row;
    }
    const rs_table_text cell = *rs_table_at(table, row, column);
    return rs_table_is_same(&cell) ? (rs_table_text){cell.text, 0} : rs_table_trim(cell);
}

static void add_cell(const rs_table *table, size_t row, size_t column, rs_text *out)
{
    const rs_table_text cell = meaning(table, row, column);
    const rs_table_kind kind = rs_table_kind_of(table, column);
    if (kind == RS_TABLE_RANGE) {
        add_range(cell, out);
    } else if (kind == RS_TABLE_NUMBER) {
        add_number(cell, out);
    } else if (cell.length != 1 || cell.text[0] != '-') {
        add_words(cell, out);
    }
}

static void add_title(const rs_table *table, size_t column, rs_text *out)
{
    const rs_table_text title = rs_table_trim(table->title[column]);
    add_words(title, out);
    if (rs_table_kind_of(table, column) == RS_TABLE_RANGE) {
        static const char *const ends[] = {" low", " high"};
        for (size_t i = 0; i < 2; ++i) {
            rs_text whole = {0};
            rs_text_append(&whole, title.text, title.length);
            rs_text_add(&whole, ends[i]);
            rs_text_add(out, ",");
            add_words((rs_table_text){whole.length > 0 ? whole.data : "", whole.length}, out);
            rs_text_pass_loss(&whole, out);
            rs_text_clear(&whole);
        }
    }
}

void rs_table_csv(const rs_table *table, rs_text *out)
{
    for (size_t c = 0; c < table->columns; ++c) {
        rs_text_add(out, c > 0 ? "," : "");
        add_title(table, c, out);
    }
    rs_text_add(out, "\n");
    for (size_t r = 0; r < table->rows; ++r) {
        for (size_t c = 0; c < table->columns; ++c) {
            rs_text_add(out, c > 0 ? "," : "");
            add_cell(table, r, c, out);
        }
        rs_text_add(out, "\n");
    }
}
