/* eval_output.c - where results go. */
#include "cli/eval_output.h"

#include <stdio.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "report/confusion_lines.h"
#include "report/per_class.h"
#include "report/per_row.h"
#include "report/table.h"

static rs_status open_file(const char *path, rs_file_writer **writer, rs_error *error)
{
    return path == NULL ? RS_OK : rs_file_create(path, writer, error);
}

/* Frees the text. */
static rs_status put_text(rs_file_writer *writer, rs_text *text, rs_error *error)
{
    const rs_status status = rs_file_put_text(writer, text, error);
    rs_text_clear(text);
    return status;
}

static rs_status put_heading(rs_file_writer *writer, void (*render)(rs_text *), rs_error *error)
{
    rs_text text = {0};
    if (writer == NULL) {
        return RS_OK;
    }
    render(&text);
    return put_text(writer, &text, error);
}

rs_status rs_eval_output_begin(const rs_eval_settings *settings, size_t model_count,
                               size_t name_width, rs_eval_output *output, rs_error *error)
{
    *output = (rs_eval_output){
        .settings = settings, .model_count = model_count, .name_width = name_width};
    RS_TRY(open_file(settings->json, &output->json, error));
    RS_TRY(open_file(settings->per_class, &output->per_class, error));
    RS_TRY(open_file(settings->per_row, &output->per_row, error));
    RS_TRY(open_file(settings->confusions, &output->confusions, error));
    rs_text text = {0};
    rs_status status = put_heading(output->per_class, rs_per_class_heading, error);
    if (status == RS_OK) {
        status = put_heading(output->confusions, rs_confusion_heading, error);
    }
    if (status == RS_OK && settings->table && model_count > 1) {
        rs_table_heading(name_width, &text);
        status = rs_print(&text, error);
    }
    return status;
}

static rs_status add_table(const rs_eval_output *output, const rs_record *record, rs_error *error)
{
    rs_text text = {0};
    if (output->model_count > 1) {
        rs_table_line(record, output->name_width, &text);
    } else {
        rs_table_model(record, &text);
    }
    return rs_print(&text, error);
}

rs_status rs_eval_output_add(rs_eval_output *output, const rs_run_result *result, rs_error *error)
{
    const rs_record *const record = &result->record;
    rs_text text = {0};
    if (output->json != NULL) {
        rs_record_json(record, &text);
        RS_TRY(put_text(output->json, &text, error));
    }
    if (output->per_class != NULL) {
        rs_per_class_lines(record->model, result->labels, &result->metrics, &text);
        RS_TRY(put_text(output->per_class, &text, error));
    }
    if (output->per_row != NULL) {
        RS_TRY(rs_per_row_write(record, rs_labels_get_view(result->labels), result->order,
                                result->rows, &result->results, output->per_row, error));
    }
    return output->settings->table ? add_table(output, record, error) : RS_OK;
}

rs_status rs_eval_output_confusions(rs_eval_output *output, const rs_run_result *result,
                                    const rs_confusions *confusions, rs_error *error)
{
    rs_text text = {0};
    rs_confusion_lines(result->record.model, result->labels, confusions, &text);
    return put_text(output->confusions, &text, error);
}

rs_status rs_eval_output_commit(rs_eval_output *output, rs_error *error)
{
    rs_file_writer *const files[] = {output->confusions, output->per_row, output->per_class,
                                     output->json};
    *output = (rs_eval_output){0};
    return rs_file_commit_all(files, sizeof files / sizeof files[0], error);
}

void rs_eval_output_abort(rs_eval_output *output)
{
    rs_file_abort(output->json);
    rs_file_abort(output->per_class);
    rs_file_abort(output->per_row);
    rs_file_abort(output->confusions);
    *output = (rs_eval_output){0};
}
