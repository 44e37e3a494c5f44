/* run_inputs.c - labels first, then what depends on them. */
#include "cli/run_inputs.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "cli/load_labels.h"

rs_status rs_run_inputs_read_as(rs_run_inputs *inputs, const rs_reading_options *options,
                                rs_error *error)
{
    return rs_readings_find(&inputs->readings, options, &inputs->setup.reading, error);
}

static rs_status load_labels(const rs_arguments *arguments, const rs_eval_settings *settings,
                             rs_run_inputs *inputs, rs_error *error)
{
    RS_TRY(rs_load_labels(arguments, RS_LABELS_BOTH, &inputs->labels, error));
    RS_TRY(rs_load_excluded(arguments, inputs->labels, &inputs->excluded, error));
    RS_TRY(rs_load_label_sets(arguments, inputs->labels, &inputs->sets, error));
    inputs->readings.labels = inputs->labels;
    inputs->readings.further = inputs->sets.labels;
    inputs->readings.further_count = inputs->sets.count;
    return rs_run_inputs_read_as(inputs, &settings->reading, error);
}

static rs_status make_evaluator(const rs_eval_settings *settings, rs_run_inputs *inputs,
                                rs_error *error)
{
    rs_evaluator_options options = settings->evaluator;
    options.class_map = rs_reading_map(inputs->setup.reading);
    options.values = rs_reading_values(inputs->setup.reading);
    return rs_evaluator_create(&options, &inputs->evaluator, error);
}

rs_status rs_run_inputs_make(const rs_context *context, const rs_eval_settings *settings,
                             rs_run_inputs *inputs, rs_error *error)
{
    *inputs = (rs_run_inputs){0};
    const double begin_ms = rs_clock_ms();
    RS_TRY(load_labels(context->arguments, settings, inputs, error));
    rs_run_setup *const setup = &inputs->setup;
    setup->labels_ms = rs_clock_ms() - begin_ms;
    RS_TRY(make_evaluator(settings, inputs, error));
    setup->evaluated = rs_count_evaluated(inputs->labels);
    setup->set_name = inputs->sets.name;
    setup->evaluator = inputs->evaluator;
    setup->metrics = settings->metrics;
    setup->metrics.oracle_excluded = inputs->excluded;
    setup->has_row_range = settings->has_row_range;
    setup->row_range = settings->row_range;
    setup->progress = settings->progress;
    setup->start_ms = context->start_ms;
    setup->stop = context->catch_signals();
    return RS_OK;
}

void rs_run_inputs_clear(rs_run_inputs *inputs)
{
    rs_evaluator_free(inputs->evaluator);
    rs_readings_clear(&inputs->readings);
    rs_label_sets_clear(&inputs->sets);
    rs_labels_free(inputs->labels);
    free(inputs->excluded);
    *inputs = (rs_run_inputs){0};
}
