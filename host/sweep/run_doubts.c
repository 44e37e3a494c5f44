/* run_doubts.c - what is doubtful in the rows and the accuracy of a model, and what explains it. */
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/doubt.h"
#include "evaluate/glance.h"
#include "formats/picked_rows.h"
#include "labels/label_part.h"
#include "sweep/column_doubt.h"
#include "sweep/form_doubt.h"
#include "sweep/model_run.h"
#include "sweep/order_doubt.h"
#include "sweep/row_doubt.h"

/* Of a ranking all of it: where its first predictions explain nothing, its last ones may. */
uint32_t rs_run_ranks_to_keep(const rs_run_result *result)
{
    enum { MOST = 32 };
    const rs_record_input *const input = &result->record.input;
    return input->content == RS_CONTENT_PREDICTIONS && input->classes <= MOST
               ? (uint32_t)input->classes
               : 1;
}

enum { LEAST_ROWS = 100 }; /* fewer may all be right */

static rs_status diagnose(const rs_run_setup *setup, const rs_run_result *result,
                          const rs_row_results *rows, rs_diagnosis *diagnosis, rs_error *error)
{
    const uint32_t ranks = rs_run_ranks_to_keep(result);
    const rs_labels *const labels = setup->reading->labels;
    if (ranks > 2 && rows->keep == ranks) {
        rs_doubt_places(rs_labels_get_view(labels),
                        result->order == NULL ? NULL : rs_order_get(result->order),
                        rows->prediction, ranks, diagnosis);
        if (diagnosis->found) {
            return RS_OK;
        }
    }
    const rs_doubted_pass pass = {
        .used = result->order,
        .prediction = rows->prediction,
        .stride = rows->keep,
        .last = ranks > 1 && rows->keep == ranks ? rows->prediction + ranks - 1 : NULL,
    };
    return rs_diagnose_pass(labels, &pass, diagnosis, error);
}

/* Explains a doubtful result. The first predictions come from the pass where it kept them, else
 * from a second one. */
static rs_status explain(const rs_run_setup *setup, rs_run_result *result,
                         rs_diagnosis *diagnosis, rs_error *error)
{
    if (rs_labels_get_view(result->labels)->rows !=
        rs_labels_get_view(setup->reading->labels)->rows) {
        return RS_OK; /* padded: whoever says that knows the order */
    }
    uint64_t all = 0;
    if (rs_labels_whole(setup->reading->labels) != NULL && result->order == NULL &&
        (result->source == NULL || rs_picked_rows_get(result->source, &all) != NULL)) {
        return RS_OK; /* rows that were picked out of others: those are not here */
    }
    const uint32_t ranks = rs_run_ranks_to_keep(result);
    const bool kept = result->results.prediction != NULL;
    if (kept && (ranks == 1 || result->results.keep == ranks || result->source == NULL ||
                 !rs_source_get_info(result->source)->random_access)) {
        return diagnose(setup, result, &result->results, diagnosis, error);
    }
    rs_row_results again = {.keep = ranks};
    rs_tally *tally = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW_ALIGNED_ROWS(&again.prediction, result->rows.end, ranks, "predictions", error));
    RS_TRY_DONE(rs_run_score(setup, result->record.model, result, &again, &tally, error));
    RS_TRY_DONE(diagnose(setup, result, &again, diagnosis, error));
done:
    rs_tally_free(tally);
    free(again.prediction);
    return status;
}

/* Where nothing else explains a result near chance: whether the label is the last prediction. Which
 * it is takes a pass that ranks; of few classes the last may be right without more. */
static rs_status look_at_last(const rs_run_setup *setup, rs_run_result *result,
                              rs_diagnosis *diagnosis, rs_error *error)
{
    enum { LEAST_CLASSES = 10 };
    const uint32_t classes = rs_labels_get_view(result->labels)->classes;
    const uint64_t count = result->rows.end - result->rows.begin;
    rs_row_results ranks = {.rank = NULL};
    rs_worst_hits hits = {.classes = classes};
    rs_tally *tally = NULL;
    rs_status status = RS_OK;
    if (classes < LEAST_CLASSES || result->source == NULL ||
        !rs_source_get_info(result->source)->random_access ||
        rs_source_get_info(result->source)->columns != classes) {
        return RS_OK;
    }
    RS_TRY(RS_NEW_ALIGNED(&ranks.rank, count, "ranks", error));
    RS_TRY_DONE(rs_run_score(setup, result->record.model, result, &ranks, &tally, error));
    for (uint64_t i = 0; i < count; ++i) {
        hits.rows += ranks.rank[i] > 0;
        hits.last += ranks.rank[i] == classes;
    }
    rs_doubt_worst(&hits, diagnosis);
done:
    rs_tally_free(tally);
    free(ranks.rank);
    return status;
}

static rs_column_look columns_of(const rs_run_setup *setup, const rs_run_result *result)
{
    return (rs_column_look){
        .source = result->source,
        .labels = rs_labels_get_view(result->labels),
        .map = rs_reading_map(setup->reading),
        .metrics = &result->metrics,
    };
}

/* Whether the ranks of the rows, or the classes that are hardly ever right, ask for a look at what
 * the counts find nothing wrong with. */
static rs_status look_again(const rs_run_setup *setup, const rs_run_result *result,
                            double accuracy, bool *asks, rs_error *error)
{
    const rs_column_look look = columns_of(setup, result);
    *asks = result->results.rank != NULL &&
            rs_ranks_ask_for_a_look(look.labels, result->results.rank, accuracy);
    return *asks ? RS_OK : rs_columns_ask_for_a_look(&look, asks, error);
}

/* Of a result that is not near chance. */
static rs_status doubt_order(const rs_run_setup *setup, rs_run_result *result, double accuracy,
                             rs_error *error)
{
    const rs_order_doubt doubt = rs_doubt_order(&result->metrics, setup->reading->labels);
    rs_diagnosis diagnosis = {0};
    bool asks = doubt != RS_ORDER_FINE;
    if (setup->has_row_range) {
        return RS_OK;
    }
    if (!asks) {
        RS_TRY(look_again(setup, result, accuracy, &asks, error));
    }
    if (!asks) {
        return RS_OK;
    }
    RS_TRY(explain(setup, result, &diagnosis, error));
    const bool unlikely = !diagnosis.found && doubt == RS_ORDER_ALARM && diagnosis.alike;
    result->doubtful = result->doubtful || diagnosis.found || unlikely;
    if (diagnosis.found) {
        char text[RS_DOUBT_BYTES];
        rs_doubt_text(accuracy, false, setup->reading->labels, &diagnosis, text);
        return rs_warnings_add_text(&result->record.warnings, RS_WARNING_ORDER, text, error);
    }
    const rs_metric *const real = rs_metrics_find(&result->metrics, "real_top1");
    if (!unlikely || real == NULL) {
        return RS_OK;
    }
    return rs_warnings_add(&result->record.warnings, RS_WARNING_ORDER, error,
                           "ReaL accuracy, %.2f %%, is hardly above or below that by the original "
                           "labels, %.2f %%: models at this accuracy are 3 to 8 points better by "
                           "ReaL. Rows may be mixed within classes: check --order and --deal",
                           100.0 * real->value, 100.0 * accuracy);
}

rs_status rs_run_doubt_accuracy(const rs_run_setup *setup, rs_run_result *result,
                                rs_error *error)
{
    const rs_metric *top1 = rs_metrics_find(&result->metrics, "imagenet_top1");
    if (top1 == NULL || top1->reason != NULL) {
        return RS_OK;
    }
    if (top1->correct == top1->total && top1->total >= LEAST_ROWS) {
        result->doubtful = true;
        return rs_warnings_add(&result->record.warnings, RS_WARNING_ORDER, error,
                               "every first prediction is the original label: does the file hold "
                               "the labels in place of predictions?");
    }
    const rs_metric *const real = rs_metrics_find(&result->metrics, "real_top1");
    if (real != NULL && real->reason == NULL && real->correct == real->total &&
        real->total >= LEAST_ROWS) {
        result->doubtful = true;
        return rs_warnings_add(&result->record.warnings, RS_WARNING_ORDER, error,
                               "every first prediction is a ReaL label: does the file hold the "
                               "label sets in place of predictions?");
    }
    if (!rs_near_chance(top1->correct, top1->total, result->metrics.classes)) {
        return doubt_order(setup, result, top1->value, error);
    }
    result->near_chance = true;
    result->doubtful = true;
    rs_diagnosis diagnosis = {0};
    if (!setup->has_row_range) {
        RS_TRY(explain(setup, result, &diagnosis, error));
    }
    if (!diagnosis.found && !setup->has_row_range) {
        const rs_column_look look = columns_of(setup, result);
        RS_TRY(rs_doubt_class_places(&look, &diagnosis, error));
    }
    if (!diagnosis.found && !setup->has_row_range) {
        RS_TRY(look_at_last(setup, result, &diagnosis, error));
    }
    char text[RS_DOUBT_BYTES];
    rs_doubt_text(top1->value, true, setup->reading->labels, &diagnosis, text);
    return rs_warnings_add_text(&result->record.warnings, RS_WARNING_CHANCE, text, error);
}

/* Where columns were never written, what is the same in many of them is no tie. */
rs_status rs_run_doubt_rows(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    rs_record *const record = &result->record;
    bool told = false;
    if (!setup->has_row_range) {
        const rs_column_look look = columns_of(setup, result);
        RS_TRY(rs_doubt_columns(&look, record, &told, error));
        RS_TRY(rs_doubt_forms(&look, rs_evaluator_values(setup->evaluator) == RS_VALUES_LOGITS,
                              record, &result->doubtful, error));
    }
    result->doubtful = result->doubtful || told;
    return rs_doubt_rows(record, told, &result->doubtful, error);
}
