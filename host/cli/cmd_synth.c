/* cmd_synth.c - reassess synth labels|logits */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/eval_settings.h"
#include "cli/load_labels.h"
#include "labels/image_order.h"
#include "synth/synth_file.h"
#include "synth/synth_labels.h"
#include "synth/synth_logits.h"

static rs_status take_seed(const rs_arguments *arguments, uint64_t *seed, rs_error *error)
{
    *seed = 1;
    return rs_take_u64(arguments, RS_OPT_SEED, 0, UINT64_MAX, seed, error);
}

static rs_status take_path(const rs_arguments *arguments, const char **path, rs_error *error)
{
    *path = rs_value(arguments, RS_OPT_OUT, NULL);
    RS_REFUSE(*path == NULL, error, "say where to with -o PATH", "synth needs a place to write to");
    return RS_OK;
}

/* The choices of --dtype that logits can be of. */
static rs_status fail_integers(const char *dtype, rs_error *error)
{
    char wanted[RS_CHOICES_BYTES + 8] = "one of ";
    size_t used = strlen(wanted);
    const char *between = "";
    for (const char *const *word = rs_options[RS_OPT_DTYPE].choices; *word != NULL; ++word) {
        if (rs_dtype_is_float(rs_dtype_parse(*word)) && used < sizeof wanted) {
            used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%s", between, *word);
            between = "|";
        }
    }
    return rs_fail_option(error, RS_OPT_DTYPE, dtype, wanted);
}

static rs_status take_file(const rs_arguments *arguments, rs_synth_target_file *file,
                           rs_error *error)
{
    const char *dtype = rs_value(arguments, RS_OPT_DTYPE, "f32");
    RS_TRY(take_path(arguments, &file->path, error));
    file->format = (rs_write_format)rs_choice(arguments, RS_OPT_FILE_FORMAT,
                                              rs_write_format_of_path(file->path));
    file->dtype = rs_dtype_parse(dtype);
    if (!rs_dtype_is_float(file->dtype)) {
        return fail_integers(dtype, error);
    }
    return RS_OK;
}

/* ---- labels ---- */

static rs_status make_labels(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    uint64_t rows = 50000;
    uint64_t columns = 1000;
    uint64_t seed = 0;
    const char *folder = NULL;
    RS_TRY(take_path(arguments, &folder, error));
    RS_TRY(take_seed(arguments, &seed, error));
    RS_TRY(rs_take_shape(arguments, &rows, &columns, error));
    if (rows == 0) {
        return rs_fail_option(error, RS_OPT_SHAPE, rs_value(arguments, RS_OPT_SHAPE, ""),
                              "at least one image");
    }
    rs_synth_labels *labels = NULL;
    RS_TRY(rs_synth_labels_create(rows, (uint32_t)columns, seed, &labels, error));
    const rs_status status =
        rs_synth_labels_write(labels, folder, context->catch_signals(), error);
    rs_synth_labels_free(labels);
    return status;
}

/* ---- logits ---- */

static rs_status begin_progress(const rs_context *context, uint64_t rows, rs_progress **progress,
                                rs_watch *watch, rs_error *error)
{
    const bool wanted = !rs_given(context->arguments, RS_OPT_QUIET);
    RS_TRY(rs_progress_begin(STDERR_FILENO, wanted, "synth", rows, progress, error));
    *watch = rs_progress_watch(*progress, context->catch_signals());
    return RS_OK;
}

static rs_status plan_logits(const rs_arguments *arguments, const rs_labels *labels,
                             rs_synth_logits **plan, rs_error *error)
{
    const rs_label_view *view = rs_labels_get_view(labels);
    uint64_t rows = 0;
    uint64_t columns = view->classes;
    rs_synth_logits_options options = {.labels = view, .accuracy = 0.76};
    RS_TRY(rs_take_shape(arguments, &rows, &columns, error));
    if ((rows != 0 && rows != view->rows) || columns < view->classes) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "leave --shape out",
                       "the labels have %" PRIu64 " rows and %" PRIu32
                       " classes, --shape says %" PRIu64 " rows and %" PRIu64 " columns",
                       view->rows, view->classes, rows, columns);
    }
    RS_TRY(take_seed(arguments, &options.seed, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_ACCURACY, &options.accuracy, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_NAN_ROWS, &options.nan_share, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_INF_ROWS, &options.inf_share, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_TIED_ROWS, &options.tied_share, error));
    options.rows = view->rows;
    options.columns = (uint32_t)columns;
    options.target = (rs_synth_target)rs_choice(arguments, RS_OPT_BY, RS_SYNTH_BY_ORIGINAL);
    return rs_synth_logits_create(&options, plan, error);
}

/* The order of --order; made of `labels`. */
static rs_status make_reading(const rs_arguments *arguments, const rs_labels *labels,
                              rs_reading *reading, rs_error *error)
{
    rs_reading_options options = {0};
    RS_TRY(rs_take_order(arguments, &options.order, error));
    return rs_reading_make(&options, labels, reading, error);
}

static rs_status make_logits(const rs_context *context, rs_error *error)
{
    rs_synth_target_file file = {0};
    rs_reading reading = {0};
    rs_synth_rows rows = {0};
    rs_labels *labels = NULL;
    rs_synth_logits *plan = NULL;
    rs_progress *progress = NULL;
    rs_watch watch;
    RS_TRY(take_file(context->arguments, &file, error));
    RS_TRY(rs_load_labels(context->arguments, RS_LABELS_BOTH, &labels, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(plan_logits(context->arguments, labels, &plan, error));
    RS_TRY_DONE(make_reading(context->arguments, labels, &reading, error));
    rows.count = rs_labels_get_view(labels)->rows;
    if (reading.order != NULL) {
        rows = (rs_synth_rows){rs_order_get(reading.order), rs_order_rows(reading.order)};
    }
    RS_TRY_DONE(begin_progress(context, rows.count, &progress, &watch, error));
    status = rs_synth_logits_write(plan, &rows, &file, &watch, error);
done:
    rs_reading_clear(&reading);
    rs_progress_end(progress);
    rs_synth_logits_free(plan);
    rs_labels_free(labels);
    return status;
}

/* ---- logits that carry a real model's predictions ---- */

/* In which row of predictions in the order of --order each image is; NULL without that option. */
static rs_status find_rows(const rs_arguments *arguments, uint32_t **row_of, rs_synth_rows *rows,
                           rs_error *error)
{
    rs_reading reading = {0};
    rs_labels *labels = NULL;
    rs_status status = RS_OK;
    if (!rs_given(arguments, RS_OPT_ORDER)) {
        return RS_OK;
    }
    RS_TRY(rs_load_labels(arguments, RS_LABELS_BOTH, &labels, error));
    RS_TRY_DONE(make_reading(arguments, labels, &reading, error));
    RS_TRY_DONE(rs_order_check_once(reading.order, error));
    const uint64_t count = rs_labels_get_view(labels)->rows;
    RS_TRY_DONE(RS_NEW(row_of, count, "rows", error));
    for (uint64_t row = 0; row < count; ++row) {
        (*row_of)[reading.order == NULL ? row : rs_order_get(reading.order)[row]] = (uint32_t)row;
    }
    *rows = (rs_synth_rows){*row_of, count};
done:
    rs_reading_clear(&reading);
    rs_labels_free(labels);
    return status;
}

static rs_status carry_predictions(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_synth_target_file file = {0};
    uint64_t wanted_rows = 0;
    uint64_t columns = 1000;
    rs_synth_given given = {
        .classes_path = rs_value(arguments, RS_OPT_FROM_PREDICTIONS, NULL),
        .scores_path = rs_value(arguments, RS_OPT_PRED_SCORES, NULL),
    };
    RS_REFUSE(given.scores_path == NULL, error, "name their file with --pred-scores FILE",
              "--from-predictions needs the probabilities of the classes");
    RS_TRY(take_file(arguments, &file, error));
    RS_TRY(take_seed(arguments, &given.seed, error));
    RS_TRY(rs_take_shape(arguments, &wanted_rows, &columns, error));
    if (wanted_rows != 0) {
        return rs_fail_option(error, RS_OPT_SHAPE, rs_value(arguments, RS_OPT_SHAPE, ""),
                              "0,COLUMNS: the predictions say how many rows there are");
    }
    given.columns = (uint32_t)columns;
    uint32_t *row_of = NULL;
    rs_progress *progress = NULL;
    rs_watch watch;
    rs_status status = RS_OK;
    RS_TRY_DONE(find_rows(arguments, &row_of, &given.rows, error));
    RS_TRY_DONE(begin_progress(context, 0, &progress, &watch, error));
    status = rs_synth_given_write(&given, &file, &watch, NULL, error);
done:
    rs_progress_end(progress);
    free(row_of);
    return status;
}

rs_status rs_command_synth(const rs_context *context, rs_error *error)
{
    const rs_argument_list *what = &context->arguments->positional;
    if (what->count == 1 && strcmp(what->value[0], "labels") == 0) {
        return make_labels(context, error);
    }
    if (what->count == 1 && strcmp(what->value[0], "logits") == 0) {
        return rs_given(context->arguments, RS_OPT_FROM_PREDICTIONS)
                   ? carry_predictions(context, error)
                   : make_logits(context, error);
    }
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess help synth",
                   "say what to make: labels or logits");
}
