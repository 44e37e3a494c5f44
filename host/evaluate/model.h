/* model.h - a model as somebody named it, and how its files are opened.
 *
 * Every command that takes models describes them so, whether they were named one by one, found in a
 * folder, or read from a list.
 */
#ifndef RS_MODEL_H
#define RS_MODEL_H

#include "evaluate/reading.h"

typedef struct rs_model {
    char *name;
    const char *const *paths; /* one; or row blocks of one model; or the members of an ensemble; of
                                 a head, its features. Not the model's own */
    size_t path_count;
    char *scores_path; /* that rank the predictions; NULL: none */
    double *weights;   /* [path_count] of an ensemble's members; NULL: all alike */
    char *weight_path; /* of a head; NULL: no head */
    char *bias_path;   /* NULL: none, or beside the weight */
    size_t reading;    /* index of its rs_reading_options */
} rs_model;

void rs_model_clear(rs_model *model);

/* Opens the rows: of all parts together, of the average of an ensemble, of a head's features. */
rs_status rs_model_open(const rs_model *model, const rs_reading *reading,
                        const volatile sig_atomic_t *stop, rs_source **source, rs_error *error);

/* Models, and how they are read. Free with rs_models_clear. */
typedef struct rs_models {
    rs_model *model;
    size_t count;
    rs_reading_options *reading; /* [reading_count] different ones */
    size_t reading_count;
} rs_models;

/* *index is that of a reading like this one, which is added where there is none. */
rs_status rs_models_read_as(rs_models *models, const rs_reading_options *wanted, size_t *index,
                            rs_error *error);
/* One more, empty but for its reading. */
rs_status rs_models_add(rs_models *models, const rs_reading_options *reading, rs_model **added,
                        rs_error *error);
void rs_models_clear(rs_models *models);

#endif
