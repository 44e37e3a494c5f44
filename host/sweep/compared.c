/* compared.c - one model after the other, of which only the first predictions stay. */
#include "sweep/compared.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "sweep/result_models.h"
#include "sweep/result_store.h"

rs_status rs_compared_begin(rs_compared *compared, size_t count, rs_error *error)
{
    RS_REFUSE(count < 2, error, "see reassess help compare",
              "name at least two models, or a folder with the results of two");
    RS_TRY(RS_NEW(&compared->name, count, "names of models", error));
    return rs_outcomes_create(count, rs_labels_get_view(compared->readings->labels)->rows,
                              &compared->outcomes, error);
}

static rs_status add(rs_compared *compared, const rs_run_setup *setup, const rs_model *model,
                     rs_error *error)
{
    rs_run_result result;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_model_run(setup, model, &result, error));
    RS_TRY_DONE(rs_warned_add(&compared->warned, &result.record, error));
    const rs_model_outcomes outcomes = {
        .file = model->paths[0],
        .order = result.order == NULL ? NULL : rs_order_get(result.order),
        .range = result.rows,
        .prediction = result.results.prediction,
        .stride = result.results.keep,
    };
    RS_TRY_DONE(rs_outcomes_add(&compared->outcomes, rs_labels_get_view(setup->reading->labels),
                                &outcomes, error));
    RS_TRY_DONE(rs_copy_text(&compared->name[compared->named], model->name, error));
    compared->named += 1;
done:
    rs_run_result_clear(&result);
    return status;
}

rs_status rs_compared_add(rs_compared *compared, const rs_model *model, rs_error *error)
{
    return add(compared, &compared->setup, model, error);
}

/* ---- results ---- */

static rs_status check_record(const rs_result *result, const rs_record *record,
                              const rs_labels *labels, rs_error *error)
{
    if (record->labels.hash != rs_labels_hash(labels)) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "name the labels it was scored with by --real and --labels",
                       "it was scored with other labels than %.200s",
                       rs_labels_real_path(labels) == NULL ? "these" : rs_labels_real_path(labels));
    }
    if (result->has_row_range) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "add its parts up with reassess merge", "it holds only some rows of %.200s",
                       result->model);
    }
    if (result->files.sidecar == NULL) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "run reassess sweep again",
                       "its kept predictions, %.200s.topk.npz, are "
                       "not there",
                       result->model);
    }
    return RS_OK;
}

/* The predictions must be those that the record counts, by both kinds of label. */
static rs_status check_counts(const rs_result *result, const rs_record *record,
                              const rs_outcomes *outcomes, rs_error *error)
{
    static const struct {
        rs_measure measure;
        const char *metric;
        const char *by;
    } kinds[] = {{RS_BY_IMAGENET, "imagenet_top1", ""}, {RS_BY_REAL, "real_top1", " by ReaL"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
        const rs_metric *const metric = rs_record_metric(record, kinds[i].metric);
        const uint64_t correct =
            rs_outcomes_correct(outcomes, kinds[i].measure, outcomes->filled - 1);
        if (metric != NULL && metric->correct != correct) {
            return rs_fail(error, RS_MISMATCH, result->files.sidecar, rs_nowhere(),
                           "run reassess sweep again",
                           "%" PRIu64 " predictions are right%s, but the record counts %" PRIu64,
                           correct, kinds[i].by, metric->correct);
        }
    }
    return RS_OK;
}

rs_status rs_compared_add_result(rs_compared *compared, const rs_result *result, rs_error *error)
{
    const rs_model model = rs_result_model(result);
    rs_run_setup setup = compared->setup;
    rs_reading_options options = setup.reading->options;
    rs_record record;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_result_load_record(&result->files, &record, error));
    RS_TRY_DONE(check_record(result, &record, compared->readings->labels, error));
    options.order = record.input.order;
    setup.recorded = &record.warnings;
    RS_TRY_DONE(rs_readings_find(compared->readings, &options, &setup.reading, error));
    RS_TRY_DONE(add(compared, &setup, &model, error));
    RS_TRY_DONE(check_counts(result, &record, &compared->outcomes, error));
done:
    rs_record_clear(&record);
    return status;
}

void rs_compared_clear(rs_compared *compared)
{
    for (size_t i = 0; i < compared->named; ++i) {
        free(compared->name[i]);
    }
    free(compared->name);
    rs_warned_clear(&compared->warned);
    rs_outcomes_clear(&compared->outcomes);
    *compared = (rs_compared){0};
}
