/* run_sets.c - what a model's record says by further label sets. */
#include "base/checked.h"
#include "base/error.h"
#include "sweep/model_run.h"

rs_status rs_run_sets_begin(const rs_run_setup *setup, const rs_source_info *input, size_t models,
                            rs_run_result *first, rs_error *error)
{
    const rs_set_differences *const differences = rs_reading_differences(setup->reading, input);
    return differences == NULL ? RS_OK
                               : rs_further_begin(setup->evaluator, differences, models, input,
                                                  &first->further, error);
}

rs_status rs_run_set_take(const rs_run_setup *setup, const rs_tally *tally, size_t set,
                          rs_record *record, rs_error *error)
{
    const rs_labels *const labels = setup->reading->further[set];
    rs_metrics metrics = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_metrics_compute(tally, &setup->metrics, &metrics, error));
    status = rs_record_take_set(record, setup->set_name[set], labels, rs_count_evaluated(labels),
                                &metrics, error);
done:
    rs_metrics_clear(&metrics);
    return status;
}

rs_status rs_run_sets_take(const rs_run_setup *setup, const rs_run_result *first, size_t model,
                           rs_run_result *result, rs_error *error)
{
    const size_t count = first->further == NULL ? 0 : setup->reading->further_count;
    if (count > 0 && setup->has_row_range) {
        RS_TRY(RS_NEW(&result->set_tally, count, "label sets", error));
        result->set_tallies = count;
    }
    for (size_t s = 0; s < count; ++s) {
        rs_tally *tally = NULL;
        RS_TRY(rs_further_take(first->further, model, s, result->tally, &tally, error));
        const rs_status status = rs_run_set_take(setup, tally, s, &result->record, error);
        if (result->set_tally != NULL) {
            result->set_tally[s] = tally; /* for a merge */
        } else {
            rs_tally_free(tally);
        }
        RS_TRY(status);
    }
    return RS_OK;
}
