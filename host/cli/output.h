/* output.h - where what a command makes goes: FILE, or "-" for standard output.
 *
 *     RS_WRITE(rs_value(arguments, RS_OPT_JSON, NULL), error, rs_figure_json, figure);
 *     RS_WRITE(RS_TABLE_PATH(arguments, RS_OPT_JSON), error, rs_figure_table, figure);
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

/* Writes a text for people to standard output, as it may be shown (base/visible.h), and frees it; a
 * reader that went away is an error like any other. */
rs_status rs_print(rs_text *text, rs_error *error);

/* Writes a text that programs read to `path`, as it is; a table to what rs_table_path said. */
rs_status rs_output(const char *path, rs_text *text, rs_error *error);

/* Makes a text with render(..., &text) and writes it to `path` when that is not NULL. Returns from
 * the calling function when it fails. */
#define RS_WRITE(path, error, render, ...)                                                         \
    do {                                                                                           \
        const char *const rs_path_ = (path);                                                       \
        if (rs_path_ != NULL) {                                                                    \
            rs_text rs_made_ = {0};                                                                \
            render(__VA_ARGS__, &rs_made_);                                                        \
            RS_TRY(rs_output(rs_path_, &rs_made_, (error)));                                       \
        }                                                                                          \
    } while (0)

/* The files of a command that has several: none gets its name before all of them are on the disk.
 *
 *     rs_outputs outputs = {.count = 0};
 *     return rs_outputs_end(&outputs, write_all(..., &outputs, error), error);
 *
 * and write_all has RS_WRITE_TO(outputs, path, error, ...) in the place of RS_WRITE.
 */
enum { RS_OUTPUTS_MAX = 8 };

typedef struct rs_outputs {
    struct rs_file_writer *file[RS_OUTPUTS_MAX];
    size_t count;
} rs_outputs;

/* As rs_output, but a file waits for rs_outputs_end. */
rs_status rs_outputs_add(rs_outputs *outputs, const char *path, rs_text *text, rs_error *error);
/* A file that is complete already, and is taken over. */
void rs_outputs_take(rs_outputs *outputs, struct rs_file_writer *file);
/* With RS_OK all files appear, or none; otherwise none does, and the status comes back. */
rs_status rs_outputs_end(rs_outputs *outputs, rs_status status, rs_error *error);

#define RS_WRITE_TO(outputs, path, error, render, ...)                                             \
    do {                                                                                           \
        const char *const rs_path_ = (path);                                                       \
        if (rs_path_ != NULL) {                                                                    \
            rs_text rs_made_ = {0};                                                                \
            render(__VA_ARGS__, &rs_made_);                                                        \
            RS_TRY(rs_outputs_add((outputs), rs_path_, &rs_made_, (error)));                       \
        }                                                                                          \
    } while (0)

/* Where the table for people goes: to standard output, unless there is --quiet or one of the
 * `outputs` goes there, which no table is mixed into. */
const char *rs_table_path(const rs_arguments *arguments, const rs_option_id *outputs, size_t count);
#define RS_TABLE_PATH(arguments, ...)                                                              \
    rs_table_path((arguments), (const rs_option_id[]){__VA_ARGS__},                                \
                  sizeof((const rs_option_id[]){__VA_ARGS__}) / sizeof(rs_option_id))

#endif
