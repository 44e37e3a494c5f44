/* cmd_compare.c - reassess compare: models on the same images, pair by pair. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "analyse/comparison.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/compare_factorial.h"
#include "cli/load_slices.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/run_inputs.h"
#include "report/compare_report.h"
#include "sweep/compared.h"

typedef struct compare_state {
    rs_eval_settings settings;
    rs_run_inputs inputs;
    rs_compared models;
    rs_bootstrap_options bootstrap;
    rs_thread_pool *pool;
    rs_comparison comparison;
    rs_slices slices;
    rs_slice_comparison groups;
} compare_state;

/* ---- models ---- */

static rs_status score_files(const rs_arguments *arguments, compare_state *state, rs_error *error)
{
    rs_models files;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_models_make(arguments, &state->settings.reading, &files, error));
    RS_TRY_DONE(rs_compared_begin(&state->models, files.count, error));
    for (size_t i = 0; i < files.count; ++i) {
        RS_TRY_DONE(rs_compared_add(&state->models, &files.model[i], error));
    }
done:
    rs_models_clear(&files);
    return status;
}

static const rs_result *find_result(const rs_result_folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; ++i) {
        if (strcmp(folder->result[i].model, name) == 0) {
            return &folder->result[i];
        }
    }
    return NULL;
}

/* All results of the folder, or those that are named after it. */
static rs_status score_results(const rs_argument_list *names, const rs_result_folder *folder,
                               rs_compared *models, rs_error *error)
{
    const size_t count = names->count > 1 ? names->count - 1 : folder->count;
    RS_TRY(rs_compared_begin(models, count, error));
    for (size_t i = 0; i < count; ++i) {
        const rs_result *const result =
            names->count > 1 ? find_result(folder, names->value[i + 1]) : &folder->result[i];
        if (result == NULL) {
            return rs_fail(error, RS_USAGE, names->value[0], rs_nowhere(),
                           "name models as their result files are named",
                           "there is no result of %.200s in it", names->value[i + 1]);
        }
        RS_TRY(rs_compared_add_result(models, result, error));
    }
    return RS_OK;
}

static rs_status score_folder(const rs_arguments *arguments, rs_compared *models, rs_error *error)
{
    const rs_argument_list *names = &arguments->positional;
    rs_result_folder folder = {0};
    RS_REFUSE_GIVEN(arguments, error, "leave it out",
                    "is for files; a folder of results knows it already", RS_OPT_ORDER, RS_OPT_DEAL,
                    RS_OPT_PRED_SCORES, RS_OPT_CLASS_MAP, RS_OPT_DTYPE, RS_OPT_SHAPE, RS_OPT_TENSOR,
                    RS_OPT_NAME, RS_OPT_ROW_RANGE);
    rs_status status = rs_result_folder_list(names->value[0], &folder, error);
    if (status == RS_OK) {
        status = score_results(names, &folder, models, error);
    }
    rs_result_folder_clear(&folder);
    return status;
}

static bool is_there(const char *path)
{
    return strcmp(path, "-") == 0 || access(path, F_OK) == 0;
}

static rs_status score_models(const rs_arguments *arguments, compare_state *state, rs_error *error)
{
    const rs_argument_list *names = &arguments->positional;
    state->models = (rs_compared){
        .setup = state->inputs.setup,
        .readings = &state->inputs.readings,
    };
    state->models.setup.keep = 1;
    if (names->count == 1 && !is_there(names->value[0])) {
        return rs_fail_folder(error, names->value[0], errno);
    }
    return names->count > 0 && rs_is_folder(names->value[0])
               ? score_folder(arguments, &state->models, error)
               : score_files(arguments, state, error);
}

/* ---- the comparison ---- */

static rs_status compare(const rs_context *context, compare_state *state, rs_error *error)
{
    rs_progress *progress = NULL;
    RS_TRY(rs_progress_begin(STDERR_FILENO, state->settings.progress, "bootstrap",
                             state->bootstrap.replicates, &progress, error));
    const rs_watch watch = rs_progress_watch(progress, context->catch_signals());
    const rs_status status =
        rs_comparison_make(&state->models.outcomes, &state->bootstrap, state->inputs.evaluator,
                           state->pool, &watch, &state->comparison, error);
    rs_progress_end(progress);
    return status;
}

/* The same in groups of images. */
static rs_status load_slices(const rs_arguments *arguments, compare_state *state, rs_error *error)
{
    RS_REFUSE(rs_given(arguments, RS_OPT_PER_SLICE) && !rs_given(arguments, RS_OPT_SLICE), error,
              NULL, "--per-slice writes pairs in the groups of --slice: say --slice too");
    return rs_load_slices(arguments, state->inputs.labels, &state->slices, error);
}

static rs_status compare_groups(const rs_arguments *arguments, compare_state *state,
                                rs_error *error)
{
    return rs_given(arguments, RS_OPT_SLICE)
               ? rs_slice_comparison_make(&state->models.outcomes, &state->comparison,
                                          &state->slices, state->pool, &state->groups, error)
               : RS_OK;
}

/* ---- outputs ---- */

static rs_status write_all(const rs_arguments *arguments, const compare_state *state,
                           rs_outputs *outputs, rs_error *error)
{
    const rs_compare_report report = {
        .comparison = &state->comparison,
        .slices = rs_given(arguments, RS_OPT_SLICE) ? &state->groups : NULL,
        .names = (const char *const *)state->models.name,
        .labels = state->inputs.labels,
        .engine = rs_evaluator_engine(state->inputs.evaluator),
        .columns = outputs->look.format == RS_TABLE_PLAIN ? outputs->look.columns : 0,
    };
    rs_compare_report whole = report;
    whole.columns = 0;
    RS_WRITE_TO(outputs, rs_rows_path(arguments), error, rs_compare_csv, &report);
    RS_WRITE_TABLES(outputs, arguments, error, rs_compare_table, &whole);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_AGREEMENT, NULL), error,
                rs_compare_agreement_csv, &report);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_PER_SLICE, NULL), error,
                rs_compare_slices_csv, &report);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_compare_json, &report);
    RS_WRITE_TO(outputs,
                RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_AGREEMENT, RS_OPT_PER_SLICE,
                              RS_OPT_JSON),
                error, rs_compare_table, &report);
    return RS_OK;
}

static rs_status run_compare(const rs_context *context, compare_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    if (rs_given(arguments, RS_OPT_FACTORIAL)) {
        RS_TRY(rs_factorial_check(arguments, error));
    }
    state->bootstrap = (rs_bootstrap_options){.seed = RS_COMPARE_SEED};
    RS_TRY(rs_take_u64(arguments, RS_OPT_BOOTSTRAP, 0, RS_REPLICATES_MAX,
                       &state->bootstrap.replicates, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_SEED, 0, RS_SEED_MAX, &state->bootstrap.seed, error));
    RS_TRY(rs_eval_settings_take(arguments, &state->settings, error));
    RS_TRY(rs_run_inputs_make(context, &state->settings, &state->inputs, error));
    RS_TRY(load_slices(arguments, state, error));
    const rs_status scored = score_models(arguments, state, error);
    rs_warn_of_records(&state->models.warned);
    RS_TRY(scored);
    if (rs_given(arguments, RS_OPT_FACTORIAL)) {
        return rs_compare_factorial(context, &state->models, error);
    }
    RS_TRY(rs_thread_pool_create(state->settings.evaluator.threads, &state->pool, error));
    RS_TRY(compare(context, state, error));
    RS_TRY(compare_groups(arguments, state, error));
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(arguments, state, &outputs, error), error);
}

rs_status rs_command_compare(const rs_context *context, rs_error *error)
{
    compare_state state = {0};
    const rs_status status = run_compare(context, &state, error);
    rs_slice_comparison_clear(&state.groups);
    rs_slices_clear(&state.slices);
    rs_comparison_clear(&state.comparison);
    rs_thread_pool_free(state.pool);
    rs_compared_clear(&state.models);
    rs_run_inputs_clear(&state.inputs);
    return status;
}
