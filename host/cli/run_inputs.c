/* run_inputs.c - labels first, then what depends on them. */
#include "cli/run_inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"

rs_status rs_run_inputs_reorder(rs_run_inputs *inputs, const char *text, rs_error *error)
{
    const rs_order_kind kind = rs_order_kind_of(text);
    rs_run_setup *const setup = &inputs->setup;
    rs_labels_free(inputs->reordered);
    rs_order_free(inputs->order);
    inputs->reordered = NULL;
    inputs->order = NULL;
    setup->order_kind = kind;
    setup->order_text = text;
    setup->ordered = inputs->labels;
    setup->order = NULL;
    if (kind == RS_ORDER_FILE) {
        return RS_OK;
    }
    RS_TRY(rs_order_create(inputs->labels, kind, kind == RS_ORDER_LIST ? text : NULL,
                           &inputs->order, error));
    RS_TRY(rs_labels_reorder(inputs->labels, inputs->order, &inputs->reordered, error));
    setup->order = inputs->order;
    setup->ordered = inputs->reordered;
    return RS_OK;
}

static rs_status load_labels(const rs_arguments *arguments, const rs_eval_settings *settings,
                             rs_run_inputs *inputs, rs_error *error)
{
    const char *map_path = rs_value(arguments, RS_OPT_CLASS_MAP, NULL);
    RS_TRY(rs_load_labels(arguments, &inputs->labels, error));
    RS_TRY(rs_load_excluded(arguments, inputs->labels, &inputs->excluded, error));
    if (map_path != NULL) {
        RS_TRY(rs_class_map_load(map_path, inputs->labels, &inputs->class_map, error));
    }
    return rs_run_inputs_reorder(inputs, settings->order_text, error);
}

/* The members of an ensemble go through the class map, so that its own columns are positions. */
static rs_status prepare_ensemble(const rs_arguments *arguments, rs_eval_settings *settings,
                                  rs_run_inputs *inputs, rs_error *error)
{
    if (!settings->is_ensemble) {
        return RS_OK;
    }
    RS_TRY(rs_take_weights(arguments, arguments->positional.count, &inputs->weights, error));
    settings->ensemble.weights = inputs->weights;
    settings->ensemble.class_map = inputs->class_map;
    if (inputs->class_map == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_class_map_of_positions(inputs->class_map, &inputs->positions, error));
    settings->evaluator.class_map = inputs->positions;
    return RS_OK;
}

rs_status rs_run_inputs_make(const rs_context *context, rs_eval_settings *settings,
                             rs_run_inputs *inputs, rs_error *error)
{
    *inputs = (rs_run_inputs){0};
    const double begin_ms = rs_clock_ms();
    RS_TRY(load_labels(context->arguments, settings, inputs, error));
    rs_run_setup *const setup = &inputs->setup;
    setup->labels_ms = rs_clock_ms() - begin_ms;
    settings->evaluator.class_map = inputs->class_map;
    settings->metrics.oracle_excluded = inputs->excluded;
    RS_TRY(prepare_ensemble(context->arguments, settings, inputs, error));
    RS_TRY(rs_evaluator_create(&settings->evaluator, &inputs->evaluator, error));
    setup->labels = inputs->labels;
    setup->evaluated = rs_count_evaluated(inputs->labels);
    setup->evaluator = inputs->evaluator;
    setup->source = settings->source;
    setup->metrics = settings->metrics;
    setup->has_row_range = settings->has_row_range;
    setup->row_range = settings->row_range;
    setup->progress = settings->progress;
    setup->start_ms = context->start_ms;
    setup->stop = context->stop;
    return RS_OK;
}

void rs_run_inputs_clear(rs_run_inputs *inputs)
{
    rs_evaluator_free(inputs->evaluator);
    rs_class_map_free(inputs->positions);
    rs_class_map_free(inputs->class_map);
    free(inputs->weights);
    rs_labels_free(inputs->reordered);
    rs_order_free(inputs->order);
    rs_labels_free(inputs->labels);
    free(inputs->excluded);
    *inputs = (rs_run_inputs){0};
}
