/* cells.c - see cells.h. */
#include "report/cells.h"

#include <string.h>

#include "base/visible.h"
#include "report/cells_marks.h"
#include "report/wording.h"

static void add_mark(rs_text *out, char mark)
{
    rs_text_append(out, &mark, 1);
}

void rs_table_begin(rs_text *out, size_t indent)
{
    rs_text_add(out, RS_MARK_BEGIN);
    add_mark(out, (char)(RS_MARK_INDENT + indent));
}

void rs_table_column(rs_text *out, unsigned kind, const char *title)
{
    add_mark(out, RS_MARK_CELL);
    add_mark(out, (char)(RS_MARK_KIND + kind));
    rs_text_add(out, title);
}

void rs_table_columns(rs_text *out, unsigned kind, const char *const *titles)
{
    for (const char *const *title = titles; *title != NULL; ++title) {
        rs_table_column(out, kind, *title);
    }
}

void rs_table_row(rs_text *out)
{
    add_mark(out, RS_MARK_ROW);
}

void rs_table_cell(rs_text *out)
{
    add_mark(out, RS_MARK_CELL);
}

void rs_table_end(rs_text *out)
{
    add_mark(out, RS_MARK_END);
}

void rs_table_put(rs_text *out, const char *format, ...)
{
    va_list arguments;
    rs_table_cell(out);
    va_start(arguments, format);
    rs_text_vprintf(out, format, arguments);
    va_end(arguments);
}

void rs_table_name(rs_text *out, const char *name)
{
    rs_table_cell(out);
    rs_text_name(out, name);
}

void rs_table_count(rs_text *out, uint64_t count)
{
    rs_table_put(out, "%s", RS_COUNT_TEXT(count));
}

void rs_table_none(rs_text *out)
{
    rs_table_put(out, "-");
}

void rs_table_same(rs_text *out)
{
    rs_table_cell(out);
    add_mark(out, RS_MARK_SAME);
}
