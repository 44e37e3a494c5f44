/* table_cells.c - cells of a line, between separators that no quotes enclose. */
#include "labels/table_cells.h"

char rs_cells_separator(rs_span line)
{
    static const char candidates[] = {'\t', ',', ';'};
    for (size_t i = 0; i < sizeof candidates; ++i) {
        bool quoted = false;
        for (size_t k = 0; k < line.length; ++k) {
            quoted = quoted != (line.text[k] == '"');
            if (!quoted && line.text[k] == candidates[i]) {
                return candidates[i];
            }
        }
    }
    return '\0';
}

static rs_span inside(rs_span cell)
{
    while (cell.length > 0 && (cell.text[0] == ' ' || cell.text[0] == '\t')) {
        ++cell.text;
        --cell.length;
    }
    while (cell.length > 0 &&
           (cell.text[cell.length - 1] == ' ' || cell.text[cell.length - 1] == '\t')) {
        --cell.length;
    }
    if (cell.length >= 2 && cell.text[0] == '"' && cell.text[cell.length - 1] == '"') {
        cell = (rs_span){cell.text + 1, cell.length - 2};
    }
    return cell;
}

size_t rs_cells_split(rs_span line, char separator, rs_span *cell, size_t limit)
{
    size_t count = 0;
    size_t begin = 0;
    bool quoted = false;
    for (size_t k = 0; k <= line.length; ++k) {
        if (k < line.length && line.text[k] == '"') {
            quoted = !quoted;
        }
        if (k == line.length || (!quoted && separator != '\0' && line.text[k] == separator)) {
            if (count < limit) {
                cell[count] = inside((rs_span){line.text + begin, k - begin});
            }
            ++count;
            begin = k + 1;
        }
    }
    return count;
}
