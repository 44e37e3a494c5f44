/* csv_cell.c - see csv_cell.h. */
#include "base/csv_cell.h"

#include <string.h>

#include "base/visible.h"

/* What spreadsheets take for the beginning of a formula. */
static const char formula_signs[] = "=+-@\t\r";

static void add_cell(rs_text *text, const char *cell)
{
    if (strpbrk(cell, ",\"\r\n") == NULL) {
        rs_text_add(text, cell);
        return;
    }
    rs_text_add(text, "\"");
    for (const char *c = cell; *c != '\0'; ++c) {
        rs_text_append(text, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    }
    rs_text_add(text, "\"");
}

void rs_text_csv_cell(rs_text *text, const char *cell)
{
    rs_text guarded = {0};
    if (cell[0] != '\0' && strchr(formula_signs, cell[0]) != NULL) {
        rs_text_add(&guarded, "'");
    }
    rs_text_visible(&guarded, cell, strlen(cell), true);
    add_cell(text, guarded.length > 0 ? guarded.data : "");
    rs_text_pass_loss(&guarded, text);
    rs_text_clear(&guarded);
}

void rs_text_csv_text(rs_text *text, const rs_text *cell)
{
    rs_text_pass_loss(cell, text);
    if (cell->length > 0) {
        rs_text_csv_cell(text, cell->data);
    }
}
