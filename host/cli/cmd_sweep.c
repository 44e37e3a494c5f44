/* cmd_sweep.c - reassess sweep: many models into a folder of results. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/eval_settings.h"
#include "cli/load_labels.h"
#include "cli/load_rated.h"
#include "cli/load_slices.h"
#include "cli/real_option.h"
#include "cli/real_sets.h"
#include "cli/result_check.h"
#include "cli/sweep_models.h"
#include "cli/sweep_report.h"
#include "cli/sweep_slurm.h"
#include "report/wording.h"
#include "sweep/shard.h"
#include "sweep/sweep_run.h"

/* Predictions a row in the sidecars: enough for what merge, compare, report and mistakes ask. */
enum { SIDECAR_PREDICTIONS = 10 };
/* Heads that a device scores in one pass over their features. The CPU reads those again for each
 * head in any case, which costs little beside the product: there every lane takes a head. */
enum { DEVICE_HEADS = 16 };

typedef struct sweep_state {
    rs_eval_settings settings;
    rs_sweep_models models;
    rs_labels *labels;
    rs_label_sets sets; /* further ones */
    rs_slices slices;
    bool *excluded;
    rs_rated *rated;
    bool made_folder;
    rs_sweep_report report;
} sweep_state;

/* By --shard, else by the task of a SLURM array. */
static rs_status take_shard(const rs_arguments *arguments, size_t models, rs_shard *shard,
                            rs_error *error)
{
    const char *given = rs_value(arguments, RS_OPT_SHARD, NULL);
    if (given != NULL) {
        return rs_shard_parse(given, shard, error);
    }
    const rs_slurm_array array = rs_slurm_array_here();
    return rs_shard_of_array(&array, models, shard, error);
}

/* Leaves those of this shard. */
static rs_status keep_shard(const rs_arguments *arguments, rs_sweep_models *models,
                            rs_error *error)
{
    const size_t all = models->models.count;
    rs_shard shard;
    RS_TRY(take_shard(arguments, all, &shard, error));
    rs_sweep_models_keep_shard(models, shard);
    if (shard.count > 1 && !rs_given(arguments, RS_OPT_SHARD) &&
        !rs_given(arguments, RS_OPT_QUIET)) {
        rs_say("",
               "task %llu of the %llu of this SLURM array: %zu of the %zu models are its share "
               "(--shard 0/1 takes all)",
               (unsigned long long)shard.index, (unsigned long long)shard.count,
               models->models.count, all);
    }
    return RS_OK;
}

static rs_status load_labels(const rs_arguments *arguments, sweep_state *state, double *labels_ms,
                             rs_error *error)
{
    const double begin_ms = rs_clock_ms();
    RS_TRY(rs_load_labels(arguments, RS_LABELS_BOTH, &state->labels, error));
    RS_TRY(rs_load_label_sets(arguments, state->labels, &state->sets, error));
    RS_TRY(rs_load_excluded(arguments, state->labels, &state->excluded, error));
    RS_TRY(rs_load_rated(arguments, state->labels, &state->rated, error));
    RS_TRY(rs_load_slices(arguments, state->labels, &state->slices, error));
    *labels_ms = rs_clock_ms() - begin_ms;
    return RS_OK;
}

static rs_status check_range(const sweep_state *state, rs_error *error)
{
    const rs_row_range range = state->settings.row_range;
    const uint64_t rows = rs_labels_get_view(state->labels)->rows;
    RS_REFUSE(state->settings.has_row_range && range.end > rows, error,
              "a range is BEGIN:END, from 0, END not included",
              "--row-range goes to row %llu, but the labels have %llu",
              (unsigned long long)range.end, (unsigned long long)rows);
    return RS_OK;
}

/* What does not add up over parts. */
static rs_status check_parts(const rs_arguments *arguments, rs_error *error)
{
    RS_REFUSE(rs_given(arguments, RS_OPT_ROW_RANGE) &&
                  rs_given(arguments, RS_OPT_AVERAGE_PRECISION),
              error, "sweep all rows, or join the parts first",
              "--row-range makes parts to be added up, and average precision, which "
              "compares all rows of a class, does not add up");
    return rs_check_label_sets(arguments, error);
}

/* Labels and folder are there; no model was looked into yet. */
static rs_status sweep_models(const rs_context *context, sweep_state *state, const char *folder,
                              double labels_ms, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    const rs_eval_settings *settings = &state->settings;
    rs_sweep sweep = {
        .folder = folder,
        .labels = state->labels,
        .further = state->sets.labels,
        .further_name = state->sets.name,
        .further_count = state->sets.count,
        .models = &state->models.models,
        .evaluator = settings->evaluator,
        .metrics = settings->metrics,
        .rated = state->rated,
        .average_precision = settings->average_precision,
        .slices = rs_given(arguments, RS_OPT_SLICE) ? &state->slices : NULL,
        .has_row_range = settings->has_row_range,
        .row_range = settings->row_range,
        .keep = SIDECAR_PREDICTIONS,
        .hash = settings->hash,
        .heads_at_once = settings->evaluator.backend == RS_BACKEND_CUDA ? DEVICE_HEADS : 1,
        .memory_bytes = settings->evaluator.memory_bytes,
        .labels_ms = labels_ms,
        .start_ms = context->start_ms,
        .stop = context->catch_signals(),
        .report = rs_sweep_report_event,
        .context = &state->report,
    };
    sweep.metrics.oracle_excluded = state->excluded;
    rs_sweep_summary summary;
    rs_sweep_report_begin(&state->report, rs_given(arguments, RS_OPT_QUIET));
    const rs_status status = rs_sweep_run(&sweep, &summary, error);
    rs_sweep_report_end(&state->report, &summary, folder);
    RS_TRY(status);
    if (summary.failed > 0) {
        return rs_fail(error, RS_FORMAT, folder, rs_nowhere(),
                       "the list above says why; run the same command again when that is mended",
                       "%zu of %zu model%s failed", summary.failed,
                       summary.failed + summary.done + summary.fresh,
                       rs_plural(summary.failed + summary.done + summary.fresh));
    }
    return RS_OK;
}

static rs_status run(const rs_context *context, sweep_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    const char *folder = rs_value(arguments, RS_OPT_OUT_DIR, NULL);
    const rs_eval_settings *settings = &state->settings;
    double labels_ms = 0.0;
    RS_REFUSE(folder == NULL, error, "say --out DIR", "no folder is named for the results");
    RS_TRY(rs_eval_settings_take(arguments, &state->settings, error));
    RS_TRY(check_parts(arguments, error));
    RS_TRY(rs_sweep_models_make(arguments, settings, folder, &state->models, error));
    if (state->models.common_end != NULL && !rs_given(arguments, RS_OPT_QUIET)) {
        rs_say("", "all names end in \"%s\", which is left out", state->models.common_end);
    }
    RS_TRY(rs_check_results(arguments, folder, &state->models.models,
                            settings->has_row_range ? &settings->row_range : NULL, error));
    if (rs_given(arguments, RS_OPT_SLURM) || rs_given(arguments, RS_OPT_SBATCH) ||
        rs_given(arguments, RS_OPT_DRY_RUN)) {
        return rs_sweep_to_slurm(arguments, folder, state->models.models.count, error);
    }
    RS_TRY(keep_shard(arguments, &state->models, error));
    RS_TRY(load_labels(arguments, state, &labels_ms, error));
    RS_TRY(check_range(state, error));
    RS_TRY(rs_prepare_folder(folder, &state->made_folder, error));
    return sweep_models(context, state, folder, labels_ms, error);
}

rs_status rs_command_sweep(const rs_context *context, rs_error *error)
{
    sweep_state state = {0};
    (void)context->catch_signals(); /* a job's script waits for the exit status of a signal */
    const rs_status status = run(context, &state, error);
    rs_drop_folder(rs_value(context->arguments, RS_OPT_OUT_DIR, NULL), state.made_folder, status);
    rs_sweep_models_clear(&state.models);
    rs_rated_free(state.rated);
    rs_slices_clear(&state.slices);
    rs_label_sets_clear(&state.sets);
    rs_labels_free(state.labels);
    free(state.excluded);
    return status;
}
