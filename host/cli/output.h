/* output.h - where what a command makes goes: FILE, or "-" for standard output.
 *
 *     RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_figure_json, figure);
 *     RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_JSON), error, rs_figure_table, figure);
 *     return RS_OK;
 *
 * A path of NULL is an output that nobody asked for.
 */
#ifndef RS_OUTPUT_H
#define RS_OUTPUT_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "report/table_show.h"

/* Writes a text for people to standard output, as it may be shown (base/visible.h), and frees it; a
 * reader that went away is an error like any other. */
rs_status rs_print(rs_text *text, rs_error *error);

/* What a command writes: its files wait until all of them are on the disk, and then appear, or none
 * does. Nothing else in host/cli makes a file.
 *
 *     rs_outputs outputs = rs_outputs_begin(context);
 *     return rs_outputs_end(&outputs, write_all(..., &outputs, error), error);
 */
typedef struct rs_outputs {
    struct rs_file_writer **file;
    size_t count;
    rs_table_look look; /* of what goes to standard output for people: --format, and the terminal */
    const volatile sig_atomic_t *stop;
} rs_outputs;

/* When all that takes long is done: from here on signals wait for rs_outputs_end, so that no
 * temporary file is left. */
rs_outputs rs_outputs_begin(const rs_context *context);

/* Writes a text that programs read, as it is, or a table to what rs_table_path said, and frees it.
 * What goes to standard output, to a pipe or a terminal goes there now. */
rs_status rs_outputs_add(rs_outputs *outputs, const char *path, rs_text *text, rs_error *error);
/* Shows a text with tables (report/cells.h) on standard output as the command was asked to, and
 * frees it. */
rs_status rs_outputs_show(const rs_outputs *outputs, rs_text *text, rs_error *error);
/* A file to be written by the piece. */
rs_status rs_outputs_open(rs_outputs *outputs, const char *path, struct rs_file_writer **file,
                          rs_error *error);
/* A file that is complete already, and is taken over, also in a failure. */
rs_status rs_outputs_take(rs_outputs *outputs, struct rs_file_writer *file, rs_error *error);
/* With RS_OK all files appear, or none; otherwise none does, and the status comes back. After a
 * signal that is RS_INTERRUPTED. */
rs_status rs_outputs_end(rs_outputs *outputs, rs_status status, rs_error *error);

/* Makes a text with render(..., &text) and writes it to `path` when that is not NULL. Returns from
 * the calling function when it fails. */
#define RS_WRITE_TO(outputs, path, error, render, ...)                                             \
    do {                                                                                           \
        const char *const rs_path_ = (path);                                                       \
        if (rs_path_ != NULL) {                                                                    \
            rs_text rs_made_ = {0};                                                                \
            render(__VA_ARGS__, &rs_made_);                                                        \
            RS_TRY(rs_outputs_add((outputs), rs_path_, &rs_made_, (error)));                       \
        }                                                                                          \
    } while (0)

/* Where -o goes, when its name does not end in .md or .tex: to a file of the command's own form. */
const char *rs_rows_path(const rs_arguments *arguments);

/* Otherwise it takes the tables that `render` makes, as Markdown or LaTeX. */
#define RS_WRITE_TABLES(outputs, arguments, error, render, ...)                                    \
    do {                                                                                           \
        const char *const rs_path_ = rs_value((arguments), RS_OPT_OUT, NULL);                      \
        if (rs_path_ != NULL && rs_rows_path(arguments) == NULL) {                                 \
            rs_text rs_made_ = {0};                                                                \
            render(__VA_ARGS__, &rs_made_);                                                        \
            RS_TRY(rs_outputs_add_tables((outputs), rs_path_, &rs_made_, (error)));                \
        }                                                                                          \
    } while (0)

/* Writes a text with tables to a path that ends so, and frees it. */
rs_status rs_outputs_add_tables(rs_outputs *outputs, const char *path, rs_text *text,
                                rs_error *error);

/* Where the table for people goes: to standard output, unless there is --quiet or one of the
 * `outputs` goes there, which no table is mixed into. */
const char *rs_table_path(const rs_arguments *arguments, const rs_option_id *outputs, size_t count);
#define RS_TABLE_PATH(arguments, ...)                                                              \
    rs_table_path((arguments), (const rs_option_id[]){__VA_ARGS__},                                \
                  sizeof((const rs_option_id[]){__VA_ARGS__}) / sizeof(rs_option_id))

#endif
