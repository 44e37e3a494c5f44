/* cmd_compare.c - reassess compare: models on the same images, pair by pair. */
#include <string.h>
#include <unistd.h>

#include "analyse/comparison.h"
#include "base/error.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/compared_models.h"
#include "cli/relabel_inputs.h"
#include "report/compare_report.h"

typedef struct compare_state {
    rs_eval_settings settings;
    rs_run_inputs inputs;
    rs_compared_models models;
    rs_bootstrap_options bootstrap;
    rs_thread_pool *pool;
    rs_comparison comparison;
} compare_state;

static void report_replicates(void *context, uint64_t replicates)
{
    rs_progress_update(context, replicates);
}

static rs_status compare(const rs_context *context, compare_state *state, rs_error *error)
{
    rs_progress *progress = NULL;
    RS_TRY(rs_progress_begin(STDERR_FILENO, state->settings.progress, "bootstrap",
                             state->bootstrap.replicates, &progress, error));
    const rs_watch watch = {report_replicates, progress, context->stop};
    const rs_status status =
        rs_comparison_make(&state->models.outcomes, &state->bootstrap, state->inputs.evaluator,
                           state->pool, &watch, &state->comparison, error);
    rs_progress_end(progress);
    return status;
}

/* ---- outputs ---- */

typedef rs_status (*render_function)(const rs_compare_report *, rs_text *, rs_error *);

static rs_status write_rendered(render_function render, const rs_compare_report *report,
                                const char *path, rs_error *error)
{
    rs_text text = {0};
    if (path == NULL) {
        return RS_OK;
    }
    rs_status status = render(report, &text, error);
    if (status == RS_OK) {
        status = rs_write_text(path, &text, error);
    }
    rs_text_clear(&text);
    return status;
}

static rs_status write_all(const rs_arguments *arguments, const compare_state *state,
                           rs_error *error)
{
    const char *csv = rs_value(arguments, RS_OPT_OUT, NULL);
    const char *agreement = rs_value(arguments, RS_OPT_AGREEMENT, NULL);
    const char *json = rs_value(arguments, RS_OPT_JSON, NULL);
    const bool taken = (csv != NULL && strcmp(csv, "-") == 0) ||
                       (agreement != NULL && strcmp(agreement, "-") == 0) ||
                       (json != NULL && strcmp(json, "-") == 0);
    const rs_compare_report report = {
        .comparison = &state->comparison,
        .names = (const char *const *)state->models.name,
        .labels = state->inputs.labels,
        .engine = rs_evaluator_engine(state->inputs.evaluator),
    };
    RS_TRY(write_rendered(rs_compare_csv, &report, csv, error));
    RS_TRY(write_rendered(rs_compare_agreement_csv, &report, agreement, error));
    RS_TRY(write_rendered(rs_compare_json, &report, json, error));
    return rs_given(arguments, RS_OPT_QUIET) || taken
               ? RS_OK
               : write_rendered(rs_compare_table, &report, "-", error);
}

static rs_status run_compare(const rs_context *context, compare_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    state->bootstrap =
        (rs_bootstrap_options){.replicates = RS_COMPARE_REPLICATES, .seed = RS_COMPARE_SEED};
    RS_TRY(rs_take_u64(arguments, RS_OPT_REPLICATES, 0, RS_REPLICATES_MAX,
                       &state->bootstrap.replicates, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_SEED, 0, RS_SEED_MAX, &state->bootstrap.seed, error));
    RS_TRY(rs_eval_settings_take(arguments, &state->settings, error));
    RS_TRY(rs_run_inputs_make(context, &state->settings, &state->inputs, error));
    state->inputs.setup.keep = 1;
    RS_TRY(rs_compared_models_score(arguments, &state->inputs, &state->models, error));
    RS_TRY(rs_thread_pool_create(state->settings.evaluator.threads, &state->pool, error));
    RS_TRY(compare(context, state, error));
    return write_all(arguments, state, error);
}

rs_status rs_command_compare(const rs_context *context, rs_error *error)
{
    compare_state state = {0};
    const rs_status status = run_compare(context, &state, error);
    rs_comparison_clear(&state.comparison);
    rs_thread_pool_free(state.pool);
    rs_compared_models_clear(&state.models);
    rs_run_inputs_clear(&state.inputs);
    return status;
}
