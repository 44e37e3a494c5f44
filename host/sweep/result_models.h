/* result_models.h - a sweep's results as models again: the kept predictions are a model's file, and
 * the record beside them says how its rows are ordered.
 */
#ifndef RS_RESULT_MODELS_H
#define RS_RESULT_MODELS_H

#include "evaluate/model.h"
#include "report/record.h"
#include "sweep/result_folder.h"
#include "sweep/sidecar_check.h"

/* Points into the result, which has a sidecar: not to be cleared. */
rs_model rs_result_model(const rs_result *result);

/* What a record says of its model beyond the numbers. */
typedef struct rs_recorded {
    uint64_t labels_hash; /* of the labels that it was scored with */
    uint64_t rows;
    rs_recorded_right right;
    rs_warnings warnings;
} rs_recorded;

/* Models, and the folders of results that they point into, if any. Free with
 * rs_result_models_clear. */
typedef struct rs_result_models {
    rs_models models;
    rs_recorded *recorded; /* [recorded_count]: as many as models, or none: those are files */
    size_t recorded_count;
    rs_result_folder *folder; /* [folder_count] */
    size_t folder_count;
    char **order; /* [order_count] */
    size_t order_count;
} rs_result_models;

/* Every model in the folder PATH, read as `reading` says, but in the order of its record.
 * RS_MISMATCH for a result without a sidecar or of a part of the rows. */
rs_status rs_result_models_add(const char *path, const rs_reading_options *reading,
                               rs_result_models *models, rs_error *error);
void rs_result_models_clear(rs_result_models *models);

#endif
