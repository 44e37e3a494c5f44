/* eval_output.c - where results go. */
#include "cli/eval_output.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "report/confusion_lines.h"
#include "report/per_class.h"
#include "report/per_row.h"
#include "report/sidecar.h"
#include "report/slice_report.h"
#include "report/table.h"

static rs_status open_file(rs_eval_output *output, const char *path, rs_file_writer **writer,
                           rs_error *error)
{
    return path == NULL ? RS_OK : rs_outputs_open(&output->files, path, writer, error);
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
                               rs_eval_output *output, rs_error *error)
{
    output->settings = settings;
    output->model_count = model_count;
    RS_TRY(open_file(output, settings->confusions, &output->confusions, error));
    RS_TRY(open_file(output, settings->per_row, &output->per_row, error));
    RS_TRY(open_file(output, settings->per_class, &output->per_class, error));
    RS_TRY(open_file(output, settings->per_slice, &output->per_slice, error));
    RS_TRY(open_file(output, settings->json, &output->json, error));
    rs_status status = put_heading(output->per_class, rs_per_class_heading, error);
    if (status == RS_OK) {
        status = put_heading(output->per_slice, rs_slice_heading, error);
    }
    if (status == RS_OK) {
        status = put_heading(output->confusions, rs_confusion_heading, error);
    }
    if (settings->table && model_count > 1) {
        rs_table_heading(settings->rated, &output->accuracies);
        rs_table_calibration_heading(&output->calibration);
    }
    return status;
}

static rs_status add_table(rs_eval_output *output, const rs_record *record, rs_error *error)
{
    if (output->model_count > 1) {
        rs_table_lines(record, &output->accuracies);
        if (record->precision.measured) {
            rs_text_printf(&output->precisions, "  %s: ", record->model);
            rs_table_precision(record, &output->precisions);
        }
        rs_table_calibration_lines(record, &output->calibration);
        output->calibrated |= record->calibration.measured && record->calibration.rows > 0;
        return RS_OK;
    }
    rs_text text = {0};
    rs_table_model(record, &text);
    if (record->slices != NULL) {
        rs_slice_table(record->slices, &text);
    }
    return rs_outputs_show(&output->files, &text, error);
}

static rs_status add_sidecar(rs_eval_output *output, const rs_run_result *result, rs_error *error)
{
    char *path = NULL;
    rs_file_writer *file = NULL;
    RS_TRY(rs_sidecar_path(output->settings->keep_dir, result->record.model, result->results.keep,
                           &path, error));
    const rs_status status =
        rs_sidecar_prepare(path, &result->record, &result->results,
                           result->rows.end - result->rows.begin, &file, error);
    free(path);
    RS_TRY(status);
    return rs_outputs_take(&output->files, file, error);
}

rs_status rs_eval_output_add(rs_eval_output *output, const rs_run_result *result, rs_error *error)
{
    const rs_record *const record = &result->record;
    rs_text text = {0};
    ++output->scored;
    if (output->settings->keep_topk > 0) {
        RS_TRY(add_sidecar(output, result, error));
    }
    if (output->json != NULL) {
        rs_record_json(record, &text);
        RS_TRY(put_text(output->json, &text, error));
    }
    if (output->per_class != NULL) {
        rs_per_class_lines(record->model, result->labels, &result->metrics, &text);
        RS_TRY(put_text(output->per_class, &text, error));
    }
    if (output->per_slice != NULL) {
        rs_slice_lines(record->model, record->slices, &text);
        RS_TRY(put_text(output->per_slice, &text, error));
    }
    if (output->per_row != NULL) {
        const rs_per_row of = {
            .record = record,
            .labels = rs_labels_get_view(result->labels),
            .order = result->order,
            .images = result->images,
            .rows = result->rows,
            .results = &result->results,
        };
        RS_TRY(rs_per_row_write(&of, output->per_row, error));
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

/* The tables of several models: also after a failure those of the ones before it. */
static rs_status end_tables(rs_eval_output *output, rs_error *error)
{
    rs_text *const text = &output->accuracies;
    if (!output->settings->table || output->model_count < 2) {
        return RS_OK;
    }
    rs_table_end(text);
    if (output->precisions.length > 0) {
        rs_text_append(text, output->precisions.data, output->precisions.length);
    }
    rs_table_notes(output->settings->rated, text);
    if (output->calibrated) {
        rs_text_append(text, output->calibration.data, output->calibration.length);
        rs_table_end(text);
    }
    rs_text_pass_loss(&output->precisions, text);
    rs_text_pass_loss(&output->calibration, text);
    return rs_outputs_show(&output->files, text, error);
}

rs_status rs_eval_output_end(rs_eval_output *output, rs_status status, rs_error *error)
{
    if (output->scored > 0) {
        rs_error own;
        const rs_status printed = end_tables(output, status == RS_OK ? error : &own);
        status = status == RS_OK ? printed : status;
    }
    rs_text_clear(&output->accuracies);
    rs_text_clear(&output->precisions);
    rs_text_clear(&output->calibration);
    return rs_outputs_end(&output->files, status, error);
}
