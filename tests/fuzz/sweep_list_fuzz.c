/* sweep_list_fuzz.c - any bytes as a list of models. */
#include <stdlib.h>
#include <string.h>

#include "cli/sweep_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void check_model(const rs_models *models, const rs_model *model)
{
    size_t bytes = 0;
    require(model->reading < models->reading_count && model->path_count > 0);
    const rs_reading_options *const reading = &models->reading[model->reading];
    for (size_t i = 0; i < model->path_count; ++i) {
        require(strcmp(model->paths[i], "-") != 0);
        bytes += strlen(model->paths[i]);
    }
    require(bytes + strlen(model->name) + strlen(reading->order) < SIZE_MAX / 2);
    if (model->weight_path != NULL) {
        require(model->path_count == 1 && !reading->ensemble && model->scores_path == NULL);
        require(reading->values == RS_VALUES_LOGITS && strlen(model->weight_path) < SIZE_MAX / 2);
    } else {
        require(model->bias_path == NULL);
    }
    if (reading->ensemble) {
        require(model->path_count > 1 && model->scores_path == NULL);
        require(reading->space == RS_SPACE_PROB || reading->values == RS_VALUES_LOGITS);
    }
    require(model->weights == NULL || reading->ensemble);
    for (size_t i = 0; model->weights != NULL && i < model->path_count; ++i) {
        require(model->weights[i] > 0.0 && model->weights[i] <= 1e9);
    }
}

/* The reading of a command line without options, which holds for what a line does not say. */
static void add_first_reading(rs_models *models)
{
    const rs_reading_options first = {.order = "file"};
    size_t index = 0;
    require(rs_models_read_as(models, &first, &index, NULL) == RS_OK && index == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_models models = {.count = 0};
    rs_sweep_list list = {.line_count = 0};
    rs_error error;
    memset(&error, 0, sizeof error);
    add_first_reading(&models);
    if (rs_sweep_list_add(&list, &models, "list", data, size, &error) == RS_OK) {
        for (size_t i = 0; i < models.count; ++i) {
            check_model(&models, &models.model[i]);
        }
    } else {
        require(error.status != RS_OK && error.reason[0] != '\0');
        require(strcmp(error.file, "list") == 0 && error.advice[0] != '\0');
    }
    rs_models_clear(&models);
    rs_sweep_list_clear(&list);
    return 0;
}
