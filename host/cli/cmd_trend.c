/* cmd_trend.c - reassess trend: accuracies of many models, from CSV files or a folder of results.
 */
#include <string.h>

#include "analyse/label_stats.h"
#include "analyse/trend_csv.h"
#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/load_labels.h"
#include "cli/output.h"
#include "labels/label_files.h"
#include "report/trend_report.h"
#include "sweep/result_folder.h"
#include "sweep/result_store.h"

/* The ReaL accuracy of the original ILSVRC labels by the published ReaL labels, for those who have
 * only a CSV file: docs/METRICS.md, "Accuracies". */
enum { PUBLISHED_CORRECT = 42164, PUBLISHED_TOTAL = 46837, PUBLISHED_IMAGES = 50000 };

typedef struct trend_state {
    rs_trend_table table;
    rs_trend_options options;
    rs_trend_origin origin;
    rs_labels *labels;
    rs_trend trend;
    rs_warned warned; /* what a folder's records doubt */
    /* what a folder's records say of their labels */
    bool has_hash;
    uint64_t hash;
    uint64_t images;
    uint64_t evaluated;
} trend_state;

/* ---- a folder of results ---- */

static rs_status check_labels(const rs_result *result, const rs_record *record, trend_state *state,
                              rs_error *error)
{
    if (state->has_hash && state->hash != record->labels.hash) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "models are compared on the same labels only",
                       "%.200s was scored with other labels than the models before", result->model);
    }
    state->has_hash = true;
    state->hash = record->labels.hash;
    state->images = record->labels.images;
    state->evaluated = record->labels.evaluated;
    return RS_OK;
}

static rs_status add_record(const rs_result *result, trend_state *state, rs_error *error)
{
    rs_record record;
    rs_trend_table *const table = &state->table;
    rs_status status = rs_result_load_record(&result->files, &record, error);
    if (status == RS_OK && result->has_row_range) {
        status = rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                         "add its parts up with reassess merge",
                         "it holds only some rows of %.200s", result->model);
    }
    if (status == RS_OK) {
        status = check_labels(result, &record, state, error);
    }
    if (status == RS_OK) {
        const rs_metric *imagenet = rs_record_metric(&record, "imagenet_top1");
        const rs_metric *real = rs_record_metric(&record, "real_top1");
        if (imagenet == NULL || real == NULL) {
            ++table->without_value;
        } else {
            char **const name = &table->name[table->count];
            status = rs_copy_text(name, result->model, error);
            table->point[table->count] = (rs_trend_point){
                .name = *name,
                .imagenet = imagenet->value,
                .real = real->value,
                .covariance = rs_record_covariance(&record),
            };
            ++table->count;
            status = status == RS_OK ? rs_warned_add(&state->warned, &record, error) : status;
            state->options.imagenet_rows = imagenet->total;
            state->options.real_rows = real->total;
        }
    }
    rs_record_clear(&record);
    return status;
}

static rs_status read_folder(const char *path, trend_state *state, rs_error *error)
{
    rs_result_folder folder;
    void *memory = NULL;
    rs_status status = rs_result_folder_list(path, &folder, error);
    if (status == RS_OK && folder.count == 0) {
        status = rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                         "reassess sweep --out writes such a folder", "no results are in it");
    }
    if (status == RS_OK) {
        status = rs_alloc(&memory, folder.count, sizeof(char *), "names of models", error);
        state->table.name = memory;
    }
    if (status == RS_OK) {
        status = rs_alloc(&memory, folder.count, sizeof(rs_trend_point), "models", error);
        state->table.point = memory;
    }
    for (size_t i = 0; status == RS_OK && i < folder.count; ++i) {
        status = add_record(&folder.result[i], state, error);
    }
    rs_result_folder_clear(&folder);
    return status;
}

/* ---- inputs ---- */

static rs_status read_models(const rs_arguments *arguments, trend_state *state, rs_error *error)
{
    const rs_argument_list *paths = &arguments->positional;
    const rs_trend_unit unit = (rs_trend_unit)rs_choice(arguments, RS_OPT_UNIT, RS_TREND_UNIT_AUTO);
    RS_REFUSE(paths->count < 1 || paths->count > 2, error, "see reassess help trend",
              "name one merged CSV file, two of timm's, or a folder of results");
    state->origin.paths = paths->value;
    state->origin.path_count = paths->count;
    const char *const group = rs_value(arguments, RS_OPT_GROUP, NULL);
    state->origin.group = group;
    if (rs_is_folder(paths->value[0]) && paths->count == 1) {
        RS_REFUSE(group != NULL && strcmp(group, "family") != 0, error, NULL,
                  "--group %.60s: a folder of results has no columns; say family", group);
        RS_TRY(read_folder(paths->value[0], state, error));
        if (group != NULL) {
            RS_TRY(rs_trend_table_find_families(&state->table, error));
        }
    } else {
        RS_TRY(rs_trend_table_read(paths->value[0], paths->count == 2 ? paths->value[1] : NULL,
                                   unit, group, &state->table, error));
    }
    const rs_trend_table *table = &state->table;
    if (table->only[0] + table->only[1] > 0) {
        rs_warn("%zu lines of %s and %zu of %s have no partner in the other file and are left out",
                table->only[0], paths->value[0], table->only[1], paths->value[1]);
    }
    state->origin.left_out = table->without_value;
    state->origin.models = table->models;
    return RS_OK;
}

/* *wanted: labels are there to load. Those of the label folder are nobody's wish: that there are
 * none is no error. */
static rs_status find_labels(const rs_arguments *arguments, bool *wanted, rs_error *error)
{
    rs_label_files files = {0};
    *wanted = rs_given(arguments, RS_OPT_REAL) || rs_given(arguments, RS_OPT_LABELS);
    if (*wanted) {
        return RS_OK;
    }
    const rs_status status = rs_label_files_find(&files, error);
    *wanted = files.real != NULL && files.original != NULL;
    rs_label_files_clear(&files);
    return status;
}

static rs_status take_labels(const rs_arguments *arguments, trend_state *state, rs_error *error)
{
    bool wanted = false;
    if (strcmp(rs_value(arguments, RS_OPT_REAL, ""), "none") == 0) {
        return RS_OK;
    }
    RS_TRY(find_labels(arguments, &wanted, error));
    if (wanted) {
        rs_label_stats stats = {0};
        RS_TRY(rs_load_labels(arguments, RS_LABELS_BOTH, &state->labels, error));
        if (state->has_hash && rs_labels_hash(state->labels) != state->hash) {
            return rs_fail(error, RS_MISMATCH, rs_labels_real_path(state->labels), rs_nowhere(),
                           "name their labels with --real and --labels, or say --real none",
                           "the models were scored with other labels");
        }
        RS_TRY(rs_label_stats_compute(state->labels, NULL, &stats, error));
        state->options.labels_correct = stats.own_correct;
        state->options.labels_total = stats.own_total;
        state->origin.labels_path = rs_labels_real_path(state->labels);
        if (!state->has_hash) {
            state->options.imagenet_rows = stats.known;
            state->options.real_rows = stats.evaluated;
        }
        rs_label_stats_clear(&stats);
    } else if (!state->has_hash ||
               (state->images == PUBLISHED_IMAGES && state->evaluated == PUBLISHED_TOTAL)) {
        state->options.labels_correct = PUBLISHED_CORRECT;
        state->options.labels_total = PUBLISHED_TOTAL;
        state->origin.published = true;
        state->options.imagenet_rows = PUBLISHED_IMAGES;
        state->options.real_rows = PUBLISHED_TOTAL;
    }
    return RS_OK;
}

/* The usual reason why ReaL accuracies are lower: the files were named the other way round. */
static void doubt(const rs_trend *trend)
{
    size_t lower = 0;
    for (size_t i = 0; i < trend->count; ++i) {
        lower += trend->model[i].point.real < trend->model[i].point.imagenet;
    }
    if (lower * 2 > trend->count && trend->median < 0.9) {
        rs_warn("%zu of %zu models have a lower ReaL than ImageNet accuracy; is the first file "
                "the ImageNet one?",
                lower, trend->count);
    }
}

/* ---- outputs ---- */

static rs_status write_all(const rs_arguments *arguments, const trend_state *state,
                           rs_outputs *outputs, rs_error *error)
{
    const rs_trend *const trend = &state->trend;
    RS_WRITE_TO(outputs, rs_rows_path(arguments), error, rs_trend_csv, trend);
    RS_WRITE_TABLES(outputs, arguments, error, rs_trend_table_text, trend, &state->origin);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_trend_json, trend,
                &state->origin);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_JSON), error,
                rs_trend_table_text, trend, &state->origin);
    return RS_OK;
}

static rs_status run_trend(const rs_context *context, trend_state *state, rs_error *error)
{
    const rs_arguments *const arguments = context->arguments;
    state->options.replicates = RS_TREND_REPLICATES;
    state->options.seed = RS_TREND_SEED;
    RS_TRY(rs_take_u64(arguments, RS_OPT_BOOTSTRAP, 0, RS_REPLICATES_MAX,
                       &state->options.replicates, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_SEED, 0, RS_SEED_MAX, &state->options.seed, error));
    RS_TRY(read_models(arguments, state, error));
    RS_TRY(take_labels(arguments, state, error));
    RS_TRY(rs_trend_compute(state->table.point, state->table.count, &state->options, &state->trend,
                            error));
    doubt(&state->trend);
    state->origin.warned = &state->warned;
    rs_warn_of_records(&state->warned);
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(arguments, state, &outputs, error), error);
}

rs_status rs_command_trend(const rs_context *context, rs_error *error)
{
    trend_state state = {0};
    const rs_status status = run_trend(context, &state, error);
    rs_trend_clear(&state.trend);
    rs_trend_table_clear(&state.table);
    rs_warned_clear(&state.warned);
    rs_labels_free(state.labels);
    return status;
}
