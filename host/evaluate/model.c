/* model.c - from a model's name and files to a source of rows. */
#include "evaluate/model.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/fit_rows.h"

void rs_model_clear(rs_model *model)
{
    free(model->name);
    free(model->scores_path);
    free(model->weights);
    free(model->weight_path);
    free(model->bias_path);
    *model = (rs_model){0};
}

/* ---- opening ---- */

/* All members, then one source that owns them. */
static rs_status open_ensemble(const rs_model *model, const rs_reading *reading,
                               const rs_source_options *options, rs_source **source,
                               rs_error *error)
{
    const rs_ensemble_options ensemble = {
        .space = reading->options.space,
        .values = reading->options.values,
        .weights = model->weights,
        .isa = reading->options.isa,
        .class_map = reading->class_map,
    };
    rs_source **members = NULL;
    size_t opened = 0;
    rs_status status = RS_NEW(&members, model->path_count, "models", error);
    while (status == RS_OK && opened < model->path_count) {
        status = rs_source_open(model->paths[opened], options, &members[opened], error);
        if (status == RS_OK) {
            status = rs_fit_rows(reading, &members[opened], error);
        }
        opened += status == RS_OK;
    }
    if (status == RS_OK) {
        status = rs_source_open_ensemble(members, opened, &ensemble, source, error);
    }
    for (size_t i = 0; status != RS_OK && i < opened; ++i) {
        rs_source_close(members[i]);
    }
    free(members);
    return status;
}

rs_status rs_model_open(const rs_model *model, const rs_reading *reading,
                        const volatile sig_atomic_t *stop, rs_source **source, rs_error *error)
{
    rs_source_options options = reading->options.source;
    options.stop = stop;
    options.scores_path = model->scores_path;
    if (model->weight_path == NULL) { /* features are no classes */
        options.classes = rs_labels_get_view(reading->labels)->classes;
        options.class_map = reading->class_map; /* of predictions; columns have it from the pass */
    }
    if (reading->options.ensemble) {
        return open_ensemble(model, reading, &options, source, error);
    }
    RS_TRY(model->path_count > 1 ? rs_source_open_parts(model->paths, model->path_count, &options,
                                                        source, error)
                                 : rs_source_open(model->paths[0], &options, source, error));
    return rs_fit_rows(reading, source, error);
}

/* ---- several ---- */

rs_status rs_models_read_as(rs_models *models, const rs_reading_options *wanted, size_t *index,
                            rs_error *error)
{
    for (*index = 0; *index < models->reading_count; ++*index) {
        const rs_reading_options *const there = &models->reading[*index];
        const bool said_alike = (there->order == NULL) == (wanted->order == NULL);
        if (said_alike && rs_reading_options_equal(there, wanted)) {
            return RS_OK;
        }
    }
    RS_TRY(RS_GROW(&models->reading, models->reading_count + 1, "readings", error));
    models->reading[models->reading_count++] = *wanted;
    return RS_OK;
}

rs_status rs_models_add(rs_models *models, const rs_reading_options *reading, rs_model **added,
                        rs_error *error)
{
    size_t index = 0;
    RS_TRY(rs_models_read_as(models, reading, &index, error));
    RS_TRY(RS_GROW(&models->model, models->count + 1, "models", error));
    *added = &models->model[models->count++];
    **added = (rs_model){.reading = index};
    return RS_OK;
}

void rs_models_clear(rs_models *models)
{
    for (size_t i = 0; i < models->count; ++i) {
        rs_model_clear(&models->model[i]);
    }
    free(models->model);
    free(models->reading);
    *models = (rs_models){0};
}
