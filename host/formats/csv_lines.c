/* csv_lines.c - splits in place: a cell is never longer unquoted than quoted. */
#include "formats/csv_lines.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

void rs_csv_begin(rs_csv_lines *lines, const char *file, char *text)
{
    *lines = (rs_csv_lines){.file = file, .separator = ',', .at = text, .next_line = 1};
    const uint8_t *const bytes = (const uint8_t *)text;
    lines->at += rs_after_bom(bytes, bytes + strnlen(text, 3)) - bytes;
}

/* Skips a line end; false when there is none here. */
static bool take_line_end(rs_csv_lines *lines)
{
    if (lines->at[0] == '\r' && lines->at[1] == '\n') {
        lines->at += 2;
    } else if (lines->at[0] == '\n') {
        lines->at += 1;
    } else {
        return false;
    }
    ++lines->next_line;
    return true;
}

static rs_status take_quoted(rs_csv_lines *lines, char **end, rs_error *error)
{
    char *to = lines->at;
    for (++lines->at; *lines->at != '\0'; ++lines->at) {
        if (*lines->at == '"' && lines->at[1] == '"') {
            ++lines->at;
        } else if (*lines->at == '"') {
            ++lines->at;
            *end = to;
            return RS_OK;
        }
        lines->next_line += *lines->at == '\n' ? 1 : 0;
        *to++ = *lines->at;
    }
    return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->line),
                   lines->alone ? "close it, double the quotes that belong to the text, and take "
                                  "line ends out of cells"
                                : "close it, or double the quotes that belong to the text",
                   lines->alone ? "a quote is opened and not closed on the line"
                                : "a quote is opened and never closed");
}

/* One cell up to its comma or the end of its line; *last tells which. */
static rs_status take_cell(rs_csv_lines *lines, bool *last, rs_error *error)
{
    char *end = lines->at;
    if (lines->cell_count == RS_CSV_CELLS_MAX) {
        return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->line),
                       rs_csv_advice(lines, "is it the right file?"),
                       "the line has more than %d cells", RS_CSV_CELLS_MAX);
    }
    lines->at += strspn(lines->at, " "); /* as in "a.png, 3, 0.5" */
    end = lines->at;
    lines->cells[lines->cell_count++] = lines->at;
    if (*lines->at == '"') {
        RS_TRY(take_quoted(lines, &end, error));
    } else {
        const char stop[] = {lines->separator, '\n', '\0'};
        lines->at += strcspn(lines->at, stop);
        end = lines->at;
        if (*lines->at != lines->separator && end > lines->cells[lines->cell_count - 1] &&
            end[-1] == '\r') {
            --end; /* of a line end, or of a last line without one */
        }
    }
    *last = *lines->at != lines->separator;
    if (!*last) {
        ++lines->at;
    } else if (*lines->at != '\0' && !take_line_end(lines)) {
        return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->line),
                       "put a comma after it, or double the quotes that belong to the text",
                       "something follows the closing quote of cell %zu", lines->cell_count);
    }
    *end = '\0'; /* what stood here has been read */
    return RS_OK;
}

rs_status rs_csv_next(rs_csv_lines *lines, bool *more, rs_error *error)
{
    while (take_line_end(lines)) {
    }
    lines->line = lines->next_line;
    lines->cell_count = 0;
    *more = *lines->at != '\0';
    bool last = !*more;
    while (!last) {
        RS_TRY(take_cell(lines, &last, error));
    }
    return RS_OK;
}

const char *rs_csv_advice(const rs_csv_lines *lines, const char *otherwise)
{
    const char *const only = lines->cell_count == 1 ? lines->cells[0] : "";
    for (size_t i = 0; i < lines->cell_count; ++i) {
        if (strchr(lines->cells[i], '\r') != NULL) {
            return "its lines end in carriage returns alone: save it with line feeds";
        }
    }
    return strchr(only, ';') != NULL    ? "save it with commas between cells, not semicolons"
           : strchr(only, '\t') != NULL ? "save it with commas between cells, not tabs"
                                        : otherwise;
}
