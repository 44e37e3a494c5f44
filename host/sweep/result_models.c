/* result_models.c - folders of results as they list. */
#include "sweep/result_models.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "sweep/result_store.h"

rs_model rs_result_model(const rs_result *result)
{
    return (rs_model){.name = result->model,
                      .paths = (const char *const *)&result->files.sidecar,
                      .path_count = 1};
}

static rs_status check_result(const rs_result *result, rs_error *error)
{
    if (result->files.sidecar != NULL && !result->has_row_range) {
        return RS_OK;
    }
    return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                   result->has_row_range ? "join the parts with reassess merge --out DIR"
                                         : "run the sweep again, or name the models' files",
                   result->has_row_range ? "the result is of a part of the rows"
                                         : "there are no first predictions (.topk.npz) "
                                           "beside this record");
}

/* The reading in the order that the record names; the name outlives the record. */
static rs_status read_as(const rs_record *record, const rs_reading_options *reading,
                         rs_result_models *models, size_t *index, rs_error *error)
{
    rs_reading_options options = *reading;
    const size_t known = models->models.reading_count;
    options.order = record->input.order;
    RS_TRY(rs_models_read_as(&models->models, &options, index, error));
    if (*index < known) {
        return RS_OK;
    }
    RS_TRY(RS_GROW(&models->order, models->order_count + 1, "row orders", error));
    RS_TRY(rs_copy_text(&models->order[models->order_count], options.order, error));
    models->models.reading[*index].order = models->order[models->order_count++];
    return RS_OK;
}

/* The record is left without its warnings. */
static rs_status keep_recorded(rs_record *record, rs_result_models *models, rs_error *error)
{
    RS_TRY(RS_GROW(&models->recorded, models->recorded_count + 1, "records", error));
    models->recorded[models->recorded_count++] =
        (rs_recorded){.labels_hash = record->labels.hash,
                      .rows = record->input.rows,
                      .right = rs_recorded_right_of(record),
                      .warnings = record->warnings};
    record->warnings = (rs_warnings){0};
    return RS_OK;
}

static rs_status add_result(const rs_result *result, const rs_reading_options *reading,
                            rs_result_models *models, rs_error *error)
{
    rs_record record = {0};
    rs_model *added = NULL;
    size_t index = 0;
    rs_status status = RS_OK;
    RS_TRY(check_result(result, error));
    RS_TRY_DONE(rs_result_load_record(&result->files, &record, error));
    RS_TRY_DONE(read_as(&record, reading, models, &index, error));
    RS_TRY_DONE(keep_recorded(&record, models, error));
    RS_TRY_DONE(rs_models_add(&models->models, &models->models.reading[index], &added, error));
    added->paths = rs_result_model(result).paths;
    added->path_count = 1;
    RS_TRY_DONE(rs_copy_text(&added->name, result->model, error));
done:
    rs_record_clear(&record);
    return status;
}

rs_status rs_result_models_add(const char *path, const rs_reading_options *reading,
                               rs_result_models *models, rs_error *error)
{
    RS_TRY(RS_GROW(&models->folder, models->folder_count + 1, "folders", error));
    rs_result_folder *const folder = &models->folder[models->folder_count++];
    RS_TRY(rs_result_folder_list(path, folder, error));
    if (folder->count == 0) {
        return rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                       "reassess sweep --out writes such a folder", "no results are in it");
    }
    for (size_t i = 0; i < folder->count; ++i) {
        RS_TRY(add_result(&folder->result[i], reading, models, error));
    }
    return RS_OK;
}

void rs_result_models_clear(rs_result_models *models)
{
    rs_models_clear(&models->models);
    for (size_t i = 0; i < models->folder_count; ++i) {
        rs_result_folder_clear(&models->folder[i]);
    }
    for (size_t i = 0; i < models->order_count; ++i) {
        free(models->order[i]);
    }
    for (size_t i = 0; i < models->recorded_count; ++i) {
        rs_warnings_clear(&models->recorded[i].warnings);
    }
    free(models->recorded);
    free(models->folder);
    free(models->order);
    *models = (rs_result_models){0};
}
