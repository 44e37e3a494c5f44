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

/* Where the table for people goes: to standard output, unless there is --quiet or one of the
 * `outputs` goes there, which no table is mixed into. */
const char *rs_table_path(const rs_arguments *arguments, const rs_option_id *outputs, size_t count);
#define RS_TABLE_PATH(arguments, ...)                                                              \
    rs_table_path((arguments), (const rs_option_id[]){__VA_ARGS__},                                \
                  sizeof((const rs_option_id[]){__VA_ARGS__}) / sizeof(rs_option_id))

#endif
