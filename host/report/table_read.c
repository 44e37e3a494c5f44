/* table_read.c - see table_read.h. A mark that is missing or one too many only moves cells. */
#include "report/table_read.h"

#include <stdlib.h>
#include <string.h>

#include "report/cells_marks.h"

enum { BEGIN_BYTES = sizeof RS_MARK_BEGIN - 1 };

size_t rs_table_find(const char *text, size_t length)
{
    for (size_t at = 0; at + BEGIN_BYTES < length; ++at) {
        if (memcmp(text + at, RS_MARK_BEGIN, BEGIN_BYTES) == 0) {
            return at;
        }
    }
    return length;
}

static bool is_mark(char c)
{
    return c == RS_MARK_CELL || c == RS_MARK_ROW || c == RS_MARK_END;
}

/* The bytes up to the next mark. */
static rs_table_text next_text(const char *text, size_t length, size_t *at)
{
    const size_t begin = *at;
    while (*at < length && !is_mark(text[*at])) {
        ++*at;
    }
    return (rs_table_text){text + begin, *at - begin};
}

/* How many columns and rows there are, up to the end of the table, which is the value. */
static size_t count_marks(const char *text, size_t length, rs_table *table)
{
    size_t at = BEGIN_BYTES;
    for (; at < length && text[at] != RS_MARK_END; ++at) {
        table->columns += text[at] == RS_MARK_CELL && table->rows == 0;
        table->rows += text[at] == RS_MARK_ROW;
    }
    return at < length ? at + 1 : length;
}

static void read_titles(const char *text, size_t length, rs_table *table, size_t *at)
{
    for (size_t c = 0; c < table->columns; ++c) {
        ++*at; /* the mark */
        rs_table_text title = next_text(text, length, at);
        if (title.length > 0) {
            table->kind[c] = (unsigned char)(title.text[0] - RS_MARK_KIND);
            table->title[c] = (rs_table_text){title.text + 1, title.length - 1};
        }
    }
}

static void read_rows(const char *text, size_t length, rs_table *table, size_t at)
{
    size_t row = SIZE_MAX;
    size_t column = 0;
    while (at < length) {
        const char mark = text[at++];
        const rs_table_text cell = next_text(text, length, &at);
        if (mark == RS_MARK_ROW) {
            ++row;
            column = 0;
        } else if (mark == RS_MARK_CELL && row < table->rows && column < table->columns) {
            table->cell[row * table->columns + column++] = cell;
        }
    }
}

size_t rs_table_read(const char *text, size_t length, rs_table *table, rs_text *out)
{
    *table = (rs_table){0};
    const size_t end = count_marks(text, length, table);
    const size_t cells = table->rows * table->columns;
    if (!RS_TEXT_NEW(out, &table->kind, table->columns, "columns") ||
        !RS_TEXT_NEW(out, &table->title, table->columns, "columns") ||
        !RS_TEXT_NEW(out, &table->cell, cells, "cells")) {
        rs_table_free(table);
        return end;
    }
    for (size_t i = 0; i < cells + table->columns; ++i) { /* nothing was said of it yet */
        *(i < cells ? &table->cell[i] : &table->title[i - cells]) = (rs_table_text){text, 0};
    }
    size_t at = BEGIN_BYTES + 1;
    table->indent = (unsigned char)(text[BEGIN_BYTES] - RS_MARK_INDENT) % 16;
    read_titles(text, end - 1, table, &at);
    read_rows(text, end - 1, table, at);
    return end;
}

void rs_table_free(rs_table *table)
{
    free(table->kind);
    free(table->title);
    free(table->cell);
    *table = (rs_table){0};
}

rs_table_kind rs_table_kind_of(const rs_table *table, size_t column)
{
    return (rs_table_kind)(table->kind[column] & ~(unsigned)RS_TABLE_BELOW);
}

const rs_table_text *rs_table_at(const rs_table *table, size_t row, size_t column)
{
    return &table->cell[row * table->columns + column];
}

bool rs_table_is_same(const rs_table_text *cell)
{
    return cell->length == 1 && cell->text[0] == RS_MARK_SAME;
}

rs_table_text rs_table_trim(rs_table_text cell)
{
    while (cell.length > 0 && cell.text[0] == ' ') {
        ++cell.text;
        --cell.length;
    }
    while (cell.length > 0 && cell.text[cell.length - 1] == ' ') {
        --cell.length;
    }
    return cell;
}
