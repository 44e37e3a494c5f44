/* device_scorer.c - rows on a device, a counter there, a tally here. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/cuda_plugin.h"
#include "evaluate/evaluator_impl.h"
#include "tally/tally_impl.h"

struct rs_device_scorer {
    const rs_engine_plugin *plugin;
    const rs_labels *labels;
    rs_device_counter *counter;
    rs_tally *tally; /* NULL once it was handed out */
};

static rs_status make_tally(rs_device_scorer *scorer, const rs_evaluator_options *options,
                            rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(scorer->labels);
    rs_tally_shape shape = {
        .classes = view->classes,
        .topk_count = options->topk_count,
        .depth = view->classes,
        .calibration = options->calibration,
        .row_flags = options->row_flags,
        .labels_hash = rs_labels_hash(scorer->labels),
        .label_rows = view->rows,
    };
    memcpy(shape.topk, options->topk, sizeof shape.topk);
    return rs_tally_create(&shape, &scorer->tally, error);
}

static rs_status make_counter(rs_device_scorer *scorer, const rs_evaluator_options *options,
                              rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(scorer->labels);
    rs_pass pass = {
        .labels = *view,
        .columns = view->classes,
        .classes = view->classes,
        .topk_count = options->topk_count,
        .calibration = options->calibration,
        .values = options->values,
        .row_flags = options->row_flags,
        .rows = {0, view->rows},
    };
    memcpy(pass.topk, options->topk, sizeof pass.topk);
    return scorer->plugin->counter_create(&pass, options->device, &scorer->counter, error);
}

rs_status rs_device_scorer_create_with(const rs_engine_plugin *plugin,
                                       const rs_evaluator_options *options,
                                       const rs_labels *labels, rs_device_scorer **scorer,
                                       rs_error *error)
{
    rs_evaluator_options completed = *options;
    *scorer = NULL;
    if (options->class_map != NULL) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(),
                       "put the columns into class order before",
                       "rows on the device cannot go through a class map");
    }
    RS_TRY(rs_complete_topk(&completed, error));
    rs_device_scorer *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a scorer", error));
    made->plugin = plugin;
    made->labels = labels;
    rs_status status = RS_OK;
    RS_TRY_DONE(make_tally(made, &completed, error));
    RS_TRY_DONE(make_counter(made, &completed, error));
    *scorer = made;
    return RS_OK;
done:
    rs_device_scorer_free(made);
    return status;
}

rs_status rs_device_scorer_create(const rs_evaluator_options *options, const rs_labels *labels,
                                  rs_device_scorer **scorer, rs_error *error)
{
    RS_NEED(scorer, error);
    *scorer = NULL;
    RS_NEED(labels, error);
    static const rs_evaluator_options defaults = {0};
    const rs_engine_plugin *plugin = NULL;
    RS_TRY(rs_cuda_plugin_load(&plugin, error));
    return rs_device_scorer_create_with(plugin, options != NULL ? options : &defaults, labels,
                                        scorer, error);
}

static rs_status check_open(const rs_device_scorer *scorer, rs_error *error)
{
    if (scorer->tally == NULL) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "make a new scorer",
                       "the tally of this scorer was handed out already");
    }
    return RS_OK;
}

rs_status rs_device_scorer_add(rs_device_scorer *scorer, const void *device_rows, rs_dtype dtype,
                               uint64_t first_row, uint64_t rows, uint64_t row_stride_bytes,
                               void *stream, rs_error *error)
{
    RS_NEED(scorer, error);
    RS_NEED(device_rows, error);
    const rs_label_view *const view = rs_labels_get_view(scorer->labels);
    RS_TRY(check_open(scorer, error));
    if (first_row > view->rows || rows > view->rows - first_row) {
        return rs_fail(error, RS_RANGE, NULL, rs_at_row(first_row), NULL,
                       "%llu rows from here on are more than the labels have",
                       (unsigned long long)rows);
    }
    if (rows == 0) {
        return RS_OK;
    }
    /* First what can be refused without a trace, then the launch. */
    const rs_row_range range = {first_row, first_row + rows};
    RS_TRY(rs_tally_count_labels(scorer->tally, view, range, error));
    const rs_status status =
        scorer->plugin->counter_add(scorer->counter, device_rows, dtype, first_row, rows,
                                    row_stride_bytes, stream, error);
    if (status != RS_OK) { /* counted here, not there: no tally can come of it */
        rs_tally_free(scorer->tally);
        scorer->tally = NULL;
    }
    return status;
}

rs_status rs_device_scorer_finish(rs_device_scorer *scorer, rs_tally **tally, rs_error *error)
{
    RS_NEED(tally, error);
    *tally = NULL;
    RS_NEED(scorer, error);
    RS_TRY(check_open(scorer, error));
    RS_TRY(scorer->plugin->counter_fetch(scorer->counter, rs_tally_counters(scorer->tally), error));
    *tally = scorer->tally;
    scorer->tally = NULL;
    return RS_OK;
}

void rs_device_scorer_free(rs_device_scorer *scorer)
{
    if (scorer == NULL) {
        return;
    }
    if (scorer->counter != NULL) {
        scorer->plugin->counter_free(scorer->counter);
    }
    rs_tally_free(scorer->tally);
    free(scorer);
}
