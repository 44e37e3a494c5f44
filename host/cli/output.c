/* output.c - see output.h. */
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/file_write.h"
#include "base/visible.h"
#include "cli/terminal.h"

static const char standard_output[] = "-";
static const char for_people[] = "table"; /* known by its address: no file is called so */

/* Frees the text. */
static rs_status put(rs_text *text, rs_error *error)
{
    rs_status status = rs_text_check(text, error);
    if (status == RS_OK && text->length > 0 &&
        fwrite(text->data, 1, text->length, stdout) != text->length) {
        status =
            rs_fail(error, RS_IO, NULL, rs_nowhere(), NULL, "standard output cannot be written");
    }
    rs_text_clear(text);
    return status;
}

rs_status rs_print(rs_text *text, rs_error *error)
{
    rs_text shown = {0};
    rs_text_pass_loss(text, &shown);
    if (text->length > 0) {
        rs_text_visible(&shown, text->data, text->length, true);
    }
    rs_text_clear(text);
    return put(&shown, error);
}

rs_outputs rs_outputs_begin(const rs_context *context)
{
    const rs_table_format format =
        (rs_table_format)rs_choice(context->arguments, RS_OPT_FORMAT, RS_TABLE_PLAIN);
    return (rs_outputs){
        .stop = context->catch_signals(),
        .look = {.format = format,
                 .columns = rs_terminal_columns(STDOUT_FILENO),
                 .bold = rs_terminal_colours(STDOUT_FILENO)},
    };
}

/* The text in another look; frees it. */
static void dress(rs_text *text, rs_table_look look)
{
    rs_text shown = {0};
    rs_tables_show(text, look, &shown);
    rs_text_clear(text);
    *text = shown;
}

rs_status rs_outputs_show(const rs_outputs *outputs, rs_text *text, rs_error *error)
{
    dress(text, outputs->look);
    return put(text, error);
}

static const char *ending_of(const char *path)
{
    const char *const dot = path == NULL ? NULL : strrchr(path, '.');
    return dot == NULL ? "" : dot;
}

const char *rs_rows_path(const rs_arguments *arguments)
{
    const char *const path = rs_value(arguments, RS_OPT_OUT, NULL);
    const char *const ending = ending_of(path);
    return strcmp(ending, ".md") == 0 || strcmp(ending, ".tex") == 0 ? NULL : path;
}

rs_status rs_outputs_open(rs_outputs *outputs, const char *path, rs_file_writer **file,
                          rs_error *error)
{
    RS_TRY(RS_GROW(&outputs->file, outputs->count + 1, "files", error));
    RS_TRY(rs_file_create(path, file, error));
    outputs->file[outputs->count++] = *file;
    return RS_OK;
}

rs_status rs_outputs_add(rs_outputs *outputs, const char *path, rs_text *text, rs_error *error)
{
    if (path == for_people) {
        return rs_outputs_show(outputs, text, error);
    }
    if (strcmp(path, standard_output) == 0) {
        return put(text, error);
    }
    rs_file_writer *file = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_outputs_open(outputs, path, &file, error));
    status = rs_file_put_text(file, text, error);
done:
    rs_text_clear(text);
    return status;
}

rs_status rs_outputs_add_tables(rs_outputs *outputs, const char *path, rs_text *text,
                                rs_error *error)
{
    const bool markdown = strcmp(ending_of(path), ".md") == 0;
    dress(text, (rs_table_look){.format = markdown ? RS_TABLE_MARKDOWN : RS_TABLE_LATEX});
    return rs_outputs_add(outputs, path, text, error);
}

rs_status rs_outputs_take(rs_outputs *outputs, rs_file_writer *file, rs_error *error)
{
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_file_finish(file, error));
    RS_TRY_DONE(RS_GROW(&outputs->file, outputs->count + 1, "files", error));
    outputs->file[outputs->count++] = file;
    return RS_OK;
done:
    rs_file_abort(file);
    return status;
}

/* The table is an output as files are: on a full disk none takes its place. A reader that has seen
 * enough is no failure (main.c). */
static rs_status flush_standard_output(rs_error *error)
{
    if (fflush(stdout) == 0 || errno == EPIPE) {
        return RS_OK;
    }
    return rs_fail(error, RS_IO, NULL, rs_nowhere(), NULL, "standard output cannot be written");
}

rs_status rs_outputs_end(rs_outputs *outputs, rs_status status, rs_error *error)
{
    const rs_outputs all = *outputs;
    *outputs = (rs_outputs){0};
    if (status == RS_OK && all.stop != NULL && *all.stop != 0) {
        status = rs_fail(error, RS_INTERRUPTED, NULL, rs_nowhere(), NULL,
                         "stopped by a signal; nothing was written");
    }
    status = status == RS_OK ? flush_standard_output(error) : status;
    if (status == RS_OK) {
        status = rs_file_commit_all(all.file, all.count, error);
    } else {
        for (size_t i = 0; i < all.count; ++i) {
            rs_file_abort(all.file[i]);
        }
    }
    free(all.file);
    return status;
}

const char *rs_table_path(const rs_arguments *arguments, const rs_option_id *outputs, size_t count)
{
    bool wanted = !rs_given(arguments, RS_OPT_QUIET);
    for (size_t i = 0; i < count; ++i) {
        wanted = wanted && strcmp(rs_value(arguments, outputs[i], ""), standard_output) != 0;
    }
    return wanted ? for_people : NULL;
}
