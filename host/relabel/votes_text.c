/* votes_text.c - votes as CSV, and which form a file has. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/convert_advice.h"
#include "formats/csv_lines.h"
#include "formats/format_table.h"
#include "relabel/line_reader.h"
#include "relabel/votes_build.h"

#define JSON_ARRAY_BYTES_MAX ((size_t)256 << 20)

/* ---- CSV ---- */

enum { COLUMNS = 4 };
static const char *const column_names[COLUMNS] = {"rater", "image", "label", "answer"};

typedef struct csv_columns {
    size_t at[COLUMNS];
    size_t needed; /* cells a line must have */
} csv_columns;

/* True when the cells name all four columns, in any order and among others. */
static bool find_columns(const rs_csv_lines *cells, csv_columns *columns)
{
    csv_columns found = {.needed = cells->cell_count};
    for (size_t c = 0; c < COLUMNS; ++c) {
        size_t i = 0;
        while (i < cells->cell_count && strcasecmp(cells->cells[i], column_names[c]) != 0) {
            ++i;
        }
        if (i == cells->cell_count) {
            return false;
        }
        found.at[c] = i;
    }
    *columns = found;
    return true;
}

static rs_span trimmed(const char *cell)
{
    static const char blanks[] = " \t";
    cell += strspn(cell, blanks);
    size_t length = strlen(cell);
    while (length > 0 && strchr(blanks, cell[length - 1]) != NULL) {
        --length;
    }
    return (rs_span){cell, length};
}

static rs_status add_csv_line(rs_votes_builder *builder, const rs_class_names *classes,
                              const csv_columns *columns, const rs_csv_lines *cells,
                              rs_error *error)
{
    if (cells->cell_count != columns->needed) {
        return rs_fail(
            error, RS_FORMAT, builder->file, rs_at_line(cells->line),
            rs_csv_advice(cells, "votes are rater,image,label,answer, or columns in the order of a "
                                 "first line with these names"),
            "the line has %zu cell%s, %zu are needed", cells->cell_count,
            cells->cell_count == 1 ? "" : "s", columns->needed);
    }
    const rs_vote_text vote = {
        .rater = trimmed(cells->cells[columns->at[0]]),
        .image = trimmed(cells->cells[columns->at[1]]),
        .label = trimmed(cells->cells[columns->at[2]]),
        .answer = trimmed(cells->cells[columns->at[3]]),
    };
    return rs_votes_add_text(builder, classes, &vote, rs_at_line(cells->line), error);
}

static rs_status read_csv(rs_line_reader *lines, rs_votes_builder *builder,
                          const rs_class_names *classes, rs_error *error)
{
    csv_columns columns = {{0, 1, 2, 3}, COLUMNS};
    rs_csv_lines cells;
    bool more = true;
    for (;;) {
        char *line = NULL;
        size_t length = 0;
        bool filled = false;
        RS_TRY(rs_line_reader_next(lines, &line, &length, &more, error));
        if (!more) {
            return RS_OK;
        }
        rs_csv_begin(&cells, builder->file, line);
        cells.next_line = lines->number;
        cells.alone = true;
        RS_TRY(rs_csv_next(&cells, &filled, error));
        if (!filled || (lines->number == 1 && find_columns(&cells, &columns))) {
            continue;
        }
        RS_TRY(add_csv_line(builder, classes, &columns, &cells, error));
    }
}

static rs_status read_json_lines(rs_line_reader *lines, rs_votes_builder *builder,
                                 const rs_class_names *classes, rs_error *error)
{
    for (;;) {
        char *line = NULL;
        size_t length = 0;
        bool more = false;
        RS_TRY(rs_line_reader_next(lines, &line, &length, &more, error));
        if (!more) {
            return RS_OK;
        }
        const rs_span text = trimmed(line);
        if (text.length > 0) {
            RS_TRY(rs_votes_add_json_line(builder, classes, text, lines->number, error));
        }
    }
}

/* The first byte that is no white space, or 0. */
static char first_sign(const char *text, size_t length)
{
    for (size_t i = 0; i < length; ++i) {
        if (strchr(" \t\r\n", text[i]) == NULL) {
            return text[i];
        }
    }
    return 0;
}

static rs_status read_lines(rs_line_reader *lines, rs_votes_builder *builder,
                            const rs_class_names *classes, rs_error *error)
{
    const char *start = NULL;
    size_t length = 0;
    RS_TRY(rs_line_reader_peek(lines, &start, &length, error));
    const char sign = first_sign(start, length);
    if (sign == '{') {
        return read_json_lines(lines, builder, classes, error);
    }
    if (sign != '[') {
        return read_csv(lines, builder, classes, error);
    }
    char *text = NULL;
    RS_TRY(rs_line_reader_rest(lines, JSON_ARRAY_BYTES_MAX, &text, &length, error));
    return rs_votes_add_json_array(builder, classes, (rs_span){text, length}, error);
}

rs_status rs_votes_read_text(rs_byte_stream *stream, const char *file,
                             const rs_class_names *classes, rs_votes *votes, rs_error *error)
{
    *votes = (rs_votes){.pairs = rs_pairs_make()};
    rs_line_reader lines = {.stream = stream, .file = file};
    rs_votes_builder builder = {.votes = votes, .file = file};
    rs_status status = RS_OK;
    RS_TRY_DONE(read_lines(&lines, &builder, classes, error));
    if (builder.count == 0) {
        status = rs_fail(error, RS_FORMAT, file, rs_nowhere(), "is it the right file?",
                         votes->broken > 0 ? "all answers in it say that pictures were broken"
                                           : "there are no answers in it");
        goto done;
    }
    RS_TRY_DONE(rs_votes_finish(&builder, error));
done:
    rs_votes_builder_clear(&builder);
    rs_line_reader_clear(&lines);
    if (status != RS_OK) {
        rs_votes_clear(votes);
    }
    return status;
}

/* ---- any form ---- */

/* Binary files that are no archive get the advice that fits them. */
static bool is_binary(const rs_input *input)
{
    return input->head_bytes > 0 && memchr(input->head, 0, input->head_bytes) != NULL;
}

static rs_status read_any(rs_input *input, const rs_class_names *classes, rs_votes *votes,
                          rs_error *error)
{
    enum { PEEK_BYTES = 4096 };
    rs_byte_stream *stream = NULL;
    RS_TRY(rs_input_peek(input, PEEK_BYTES, error));
    if (rs_zip_is_magic(input->head, input->head_bytes)) {
        if (!input->regular || strcmp(input->path, "-") == 0) {
            return rs_fail(error, RS_UNSUPPORTED, input->name, rs_nowhere(),
                           "give the path of the file",
                           "an .npz is read several times and cannot come as a stream");
        }
        return rs_votes_read_npz(input->path, classes, votes, error);
    }
    RS_TRY(rs_refuse_mistaken_input(input, error));
    if (is_binary(input)) {
        return rs_fail(error, RS_FORMAT, input->name, rs_nowhere(),
                       "give an .npz with `tensor`, `info` and `ids`, or CSV or JSON of rater, "
                       "image, label, answer",
                       "this is neither an .npz archive nor a text");
    }
    char *name = NULL; /* the stream takes the input, and its name with it */
    RS_TRY(rs_copy_text(&name, input->name, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_input_stream_open(input, &stream, error));
    status = rs_votes_read_text(stream, name, classes, votes, error);
    stream->close(stream);
done:
    free(name);
    return status;
}

rs_status rs_votes_read(const char *path, const rs_labels *labels, rs_votes *votes,
                        rs_error *error)
{
    rs_input input;
    *votes = (rs_votes){.pairs = rs_pairs_make()};
    RS_TRY(rs_input_open(path, &input, error));
    const rs_status status = rs_votes_read_input(&input, labels, votes, error);
    rs_input_close(&input);
    return status;
}

rs_status rs_votes_read_input(rs_input *input, const rs_labels *labels, rs_votes *votes,
                              rs_error *error)
{
    rs_class_names classes;
    char *name = NULL; /* reading takes the input, and its name with it */
    *votes = (rs_votes){.pairs = rs_pairs_make()};
    RS_TRY(rs_copy_text(&name, input->name, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_class_names_make(labels, &classes, error));
    status = read_any(input, &classes, votes, error);
    rs_class_names_clear(&classes);
    RS_TRY_DONE(status);
    votes->path = name;
    return RS_OK;
done:
    free(name);
    if (status != RS_OK) {
        rs_votes_clear(votes);
    }
    return status;
}
