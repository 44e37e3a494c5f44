/* row_names.c - a list of names, or those of the label file. */
#include "relabel/row_names.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/file_names.h"

static rs_status fail_count(const char *path, uint64_t rows, rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                   "name the images in the order of the labels, one a line",
                   "the list does not have as many images as there are labels, %" PRIu64, rows);
}

static rs_status parse_list(const char *path, uint64_t rows, rs_row_names *names, rs_error *error)
{
    rs_lines lines;
    rs_line line;
    bool more = true;
    uint64_t count = 0;
    RS_TRY(rs_lines_open(path, names->bytes.data, names->bytes.size, &lines, error));
    for (;;) {
        RS_TRY(rs_lines_next(&lines, &line, &more, error));
        if (!more) {
            break;
        }
        if (count == rows) {
            return fail_count(path, rows, error);
        }
        names->name[count++] = line.text;
    }
    return count == rows ? RS_OK : fail_count(path, rows, error);
}

rs_status rs_row_names_read(const char *list_path, const rs_labels *labels, rs_row_names *names,
                            rs_error *error)
{
    const uint64_t rows = rs_labels_get_view(labels)->rows;
    *names = (rs_row_names){.labels = labels};
    if (list_path == NULL) {
        return RS_OK;
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_file_read(list_path, RS_LABEL_FILE_BYTES_MAX, &names->bytes, error));
    RS_TRY_DONE(RS_NEW(&names->name, rows, "names of rows", error));
    RS_TRY_DONE(parse_list(list_path, rows, names, error));
    return RS_OK;
done:
    rs_row_names_clear(names);
    return status;
}

rs_span rs_row_names_get(const rs_row_names *names, uint64_t row)
{
    return names->name != NULL ? names->name[row] : rs_labels_row_name(names->labels, row);
}

void rs_row_names_clear(rs_row_names *names)
{
    free(names->name);
    rs_file_bytes_free(&names->bytes);
    *names = (rs_row_names){0};
}
