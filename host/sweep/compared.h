/* compared.h - models on the same images, scored one after the other for `reassess compare`: of
 * each only who is right on which image stays.
 */
#ifndef RS_COMPARED_H
#define RS_COMPARED_H

#include "analyse/outcomes.h"
#include "report/warned.h"
#include "sweep/model_run.h"
#include "sweep/result_folder.h"

typedef struct rs_compared {
    rs_run_setup setup;    /* its reading is that of files */
    rs_readings *readings; /* for the orders of results */
    rs_warned warned;      /* what the models' records warn of */
    rs_outcomes outcomes;
    char **name; /* [outcomes.filled] */
    size_t named;
} rs_compared;

/* Room for `count` models; everything above `outcomes` is set. RS_USAGE for less than two. Clear in
 * any case. */
rs_status rs_compared_begin(rs_compared *compared, size_t count, rs_error *error);
rs_status rs_compared_add(rs_compared *compared, const rs_model *model, rs_error *error);
/* The kept predictions of a result, in the order of its record, which they must agree with. */
rs_status rs_compared_add_result(rs_compared *compared, const rs_result *result, rs_error *error);
void rs_compared_clear(rs_compared *compared);

#endif
