/* eval_settings.c - options into settings. */
#include "cli/eval_settings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/output.h"

static rs_status take_device(const rs_arguments *arguments, rs_evaluator_options *options,
                             rs_error *error)
{
    static const rs_option_id ids[] = {RS_OPT_DEVICE, RS_OPT_MEMORY};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; ++i) {
        if (ids[i] == RS_OPT_MEMORY &&
            (arguments->command->bit & (RS_CMD_SWEEP | RS_CMD_FIT)) != 0) {
            continue; /* of what is under way, on any engine */
        }
        RS_REFUSE(rs_given(arguments, ids[i]) && options->backend != RS_BACKEND_CUDA, error,
                  "say --backend cuda as well", "--%s is about CUDA devices, but none is asked for",
                  rs_options[ids[i]].name);
    }
    RS_TRY(rs_take_devices(arguments, &options->devices, error));
    return rs_take_bytes(arguments, RS_OPT_MEMORY, UINT64_C(1) << 20, UINT64_C(1) << 40,
                         &options->memory_bytes, error);
}

static rs_status take_engine(const rs_arguments *arguments, rs_eval_settings *settings,
                             rs_error *error)
{
    rs_evaluator_options *options = &settings->evaluator;
    uint64_t threads = 0;
    RS_TRY(rs_take_u64(arguments, RS_OPT_THREADS, 1, 1024, &threads, error));
    options->threads = (unsigned)threads;
    options->backend = (rs_backend)rs_choice(arguments, RS_OPT_BACKEND, RS_BACKEND_AUTO);
    options->isa = (rs_isa)rs_choice(arguments, RS_OPT_ISA, RS_ISA_AUTO);
    options->calibration = rs_given(arguments, RS_OPT_CALIBRATION);
    options->row_flags = rs_given(arguments, RS_OPT_ROW_FLAGS);
    RS_TRY(take_device(arguments, options, error));
    return rs_take_topk(arguments, options->topk, &options->topk_count, error);
}

/* Whoever gives a word that there is none of does not know that others than two are files. */
rs_status rs_take_order(const rs_arguments *arguments, const char **order, rs_error *error)
{
    const char *const value = rs_value(arguments, RS_OPT_ORDER, NULL);
    const bool word =
        value == NULL || strcmp(value, "file") == 0 || strcmp(value, "imagefolder") == 0;
    if (!word && access(value, F_OK) != 0 && errno == ENOENT) {
        return rs_fail(error, RS_IO, value, rs_nowhere(),
                       "--order takes file, imagefolder, or a list: a file of file names",
                       "no such file");
    }
    *order = value;
    return RS_OK;
}

static rs_status take_input(const rs_arguments *arguments, rs_eval_settings *settings,
                            rs_error *error)
{
    rs_reading_options *const reading = &settings->reading;
    rs_source_options *const source = &reading->source;
    source->tensor = rs_value(arguments, RS_OPT_TENSOR, NULL);
    source->io = (rs_io)rs_choice(arguments, RS_OPT_IO, RS_IO_AUTO);
    source->dtype = rs_dtype_parse(rs_value(arguments, RS_OPT_DTYPE, "none"));
    RS_TRY(rs_take_shape(arguments, &source->raw_rows, &source->raw_columns, error));
    settings->has_row_range = rs_given(arguments, RS_OPT_ROW_RANGE);
    RS_TRY(rs_take_row_range(arguments, &settings->row_range, error));
    RS_TRY(rs_take_order(arguments, &reading->order, error));
    reading->deal = rs_value(arguments, RS_OPT_DEAL, NULL);
    reading->class_map_path = rs_value(arguments, RS_OPT_CLASS_MAP, NULL);
    reading->values = (rs_values)rs_choice(arguments, RS_OPT_VALUES, RS_VALUES_LOGITS);
    reading->isa = settings->evaluator.isa;
    return RS_OK;
}

static rs_status check_features(const rs_arguments *arguments, const rs_eval_settings *settings,
                                rs_error *error)
{
    RS_REFUSE(rs_given(arguments, RS_OPT_FEATURES) &&
                  (rs_given(arguments, RS_OPT_PARTS) || rs_given(arguments, RS_OPT_PRED_SCORES) ||
                   rs_given(arguments, RS_OPT_ENSEMBLE) ||
                   settings->reading.values == RS_VALUES_PROBS),
              error, "leave them out",
              "--features cannot be combined with --parts, --pred-scores, --ensemble or "
              "--values probs");
    return RS_OK;
}

static rs_status take_ensemble(const rs_arguments *arguments, rs_eval_settings *settings,
                               rs_error *error)
{
    rs_reading_options *const reading = &settings->reading;
    const rs_space otherwise = reading->values == RS_VALUES_PROBS ? RS_SPACE_PROB : RS_SPACE_LOGIT;
    reading->ensemble = rs_given(arguments, RS_OPT_ENSEMBLE);
    if (!reading->ensemble) {
        RS_REFUSE(rs_given(arguments, RS_OPT_WEIGHTS) || rs_given(arguments, RS_OPT_SPACE), error,
                  "say --ensemble to average the models",
                  "--weights and --space are about the models of an ensemble");
        return RS_OK;
    }
    RS_REFUSE(rs_given(arguments, RS_OPT_PARTS) || rs_given(arguments, RS_OPT_PRED_SCORES), error,
              "join the parts of a model in one file first; give logits",
              "--ensemble cannot be combined with --parts or --pred-scores");
    reading->space = (rs_space)rs_choice(arguments, RS_OPT_SPACE, otherwise);
    return RS_OK;
}

/* Scores of different rows are compared: those of a softmax are not made for it. */
static rs_status take_average_precision(const rs_arguments *arguments, rs_eval_settings *settings,
                                        rs_error *error)
{
    settings->average_precision = rs_given(arguments, RS_OPT_AVERAGE_PRECISION);
    if (!settings->average_precision) {
        return RS_OK;
    }
    RS_REFUSE(settings->reading.values != RS_VALUES_SIGMOID, error, "say --values sigmoid as well",
              "--average-precision is for models whose classes are yes-or-no questions "
              "of their own");
    RS_REFUSE(rs_given(arguments, RS_OPT_FEATURES), error,
              "write the head's logits to a file and score that",
              "--average-precision reads rows again, and logits of --features are not kept");
    return RS_OK;
}

static rs_status take_output(const rs_arguments *arguments, rs_eval_settings *settings,
                             rs_error *error)
{
    uint64_t keep = 0;
    const bool quiet = rs_given(arguments, RS_OPT_QUIET);
    RS_TRY(rs_take_u64(arguments, RS_OPT_KEEP_TOPK, 1, RS_KEEP_MAX, &keep, error));
    settings->keep_topk = (uint32_t)keep;
    settings->keep_dir = rs_value(arguments, RS_OPT_KEEP_DIR, ".");
    settings->json = rs_value(arguments, RS_OPT_JSON, NULL);
    settings->per_class = rs_value(arguments, RS_OPT_PER_CLASS, NULL);
    settings->per_slice = rs_value(arguments, RS_OPT_PER_SLICE, NULL);
    settings->per_row = rs_value(arguments, RS_OPT_PER_ROW, NULL);
    settings->confusions = rs_value(arguments, RS_OPT_CONFUSIONS, NULL);
    settings->table = RS_TABLE_PATH(arguments, RS_OPT_JSON, RS_OPT_PER_CLASS, RS_OPT_PER_ROW,
                                    RS_OPT_CONFUSIONS) != NULL;
    settings->progress = !quiet;
    settings->hash = rs_given(arguments, RS_OPT_HASH);
    settings->rated = rs_given(arguments, RS_OPT_RATER_SCORES);
    settings->strict = rs_given(arguments, RS_OPT_STRICT);
    RS_REFUSE(rs_given(arguments, RS_OPT_KEEP_DIR) && keep == 0, error,
              "say how many with --keep-topk K", "--keep-dir is given, but nothing is kept");
    return RS_OK;
}

rs_status rs_eval_settings_take(const rs_arguments *arguments, rs_eval_settings *settings,
                                rs_error *error)
{
    *settings = (rs_eval_settings){.metrics = {.oracle_cut = 0.9}};
    RS_TRY(take_engine(arguments, settings, error));
    RS_TRY(take_input(arguments, settings, error));
    RS_TRY(check_features(arguments, settings, error));
    RS_TRY(take_ensemble(arguments, settings, error));
    RS_TRY(take_average_precision(arguments, settings, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_ORACLE_CUT, &settings->metrics.oracle_cut, error));
    settings->metrics.oracle_rows =
        (rs_oracle_rows)rs_choice(arguments, RS_OPT_ORACLE_ROWS, RS_ORACLE_ROWS_IN_SET);
    return take_output(arguments, settings, error);
}
