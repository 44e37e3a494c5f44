/* sweep_list.c - a line is taken apart as a command line is, with the options that a line may have.
 */
#include "cli/sweep_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/visible.h"
#include "cli/eval_settings.h"
#include "cli/models.h"

static const char *const form = "a line is: NAME FILE... [options]; see docs/SWEEP.md";

static rs_status fail_line(rs_error *error, const char *advice, const char *reason)
{
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), advice, "%s", reason);
}

/* ---- how the rows are to be read ---- */

/* As eval chooses by --space and --values. */
static rs_status take_ensemble(const rs_arguments *line, rs_reading_options *reading,
                               rs_error *error)
{
    const bool probs = reading->values == RS_VALUES_PROBS;
    reading->ensemble = true;
    reading->space =
        (rs_space)rs_choice(line, RS_OPT_SPACE, probs ? RS_SPACE_PROB : RS_SPACE_LOGIT);
    if (probs && reading->space == RS_SPACE_LOGIT) {
        return fail_line(error, "average them with --space prob",
                         "members that hold probabilities have no logits to average");
    }
    return RS_OK;
}

/* What a line says itself, and the command line otherwise. */
static rs_status take_reading(const rs_models *models, const rs_arguments *line,
                              const rs_eval_settings *settings, rs_reading_options *reading,
                              rs_error *error)
{
    *reading = models->reading[0];
    if (rs_given(line, RS_OPT_ORDER)) {
        reading->order = settings->reading.order;
        reading->deal = NULL;
    }
    reading->deal = rs_value(line, RS_OPT_DEAL, reading->deal);
    reading->class_map_path = rs_value(line, RS_OPT_CLASS_MAP, reading->class_map_path);
    reading->source.tensor = rs_value(line, RS_OPT_TENSOR, reading->source.tensor);
    if (rs_given(line, RS_OPT_DTYPE)) {
        reading->source.dtype = settings->reading.source.dtype;
    }
    if (rs_given(line, RS_OPT_SHAPE)) {
        reading->source.raw_rows = settings->reading.source.raw_rows;
        reading->source.raw_columns = settings->reading.source.raw_columns;
    }
    if (rs_given(line, RS_OPT_VALUES)) {
        reading->values = settings->reading.values;
    }
    if (rs_given(line, RS_OPT_FEATURES)) {
        reading->values = RS_VALUES_LOGITS; /* what a head makes */
    }
    return rs_given(line, RS_OPT_ENSEMBLE) ? take_ensemble(line, reading, error) : RS_OK;
}

/* ---- which files ---- */

static bool has_stream(const rs_argument_list *files)
{
    for (size_t i = 0; i < files->count; ++i) {
        if (strcmp(files->value[i], "-") == 0) {
            return true;
        }
    }
    return false;
}

/* What is said beside the settings, which are checked as those of eval are. */
static rs_status check_line(const rs_arguments *line, rs_error *error)
{
    const size_t files = line->positional.count;
    const size_t heads = line->option[RS_OPT_HEAD].count;
    const bool features = rs_given(line, RS_OPT_FEATURES);
    if (has_stream(&line->positional) || has_stream(&line->option[RS_OPT_FEATURES])) {
        return fail_line(error, "score it with reassess eval",
                         "a sweep cannot read standard input: it could not go on with it later");
    }
    if (features || heads > 0) {
        if (!features || heads == 0 || files > 0) {
            return fail_line(error, "a head's line is: NAME --features FILE --head W[,B]",
                             "--features and --head go together, without other files");
        }
        return heads == 1 ? RS_OK
                          : fail_line(error, "give each head a line of its own",
                                      "a line is one model, and has one --head");
    }
    if (files == 0) {
        return fail_line(error, "a line is: name, files, options", "the model has no file");
    }
    if (rs_given(line, RS_OPT_ENSEMBLE) && files < 2) {
        return fail_line(error, "name the models to be averaged",
                         "--ensemble needs at least two models");
    }
    return line->option[RS_OPT_PRED_SCORES].count < 2
               ? RS_OK
               : fail_line(error, NULL, "a model has one file of --pred-scores");
}

/* NAME FILE... OPTION... */
static rs_status add_line(rs_models *models, rs_list_line *line, rs_error *error)
{
    static const rs_command command = {.name = "sweep", .bit = RS_CMD_LIST};
    const rs_arguments *const arguments = &line->arguments;
    rs_eval_settings settings;
    rs_reading_options reading;
    RS_TRY(rs_arguments_parse(&command, (int)line->words.count, line->words.word, &line->arguments,
                              error));
    RS_TRY(check_line(arguments, error));
    RS_TRY(rs_eval_settings_take(arguments, &settings, error));
    RS_TRY(take_reading(models, arguments, &settings, &reading, error));
    const bool head = rs_given(arguments, RS_OPT_FEATURES);
    const rs_argument_list *const files =
        head ? &arguments->option[RS_OPT_FEATURES] : &arguments->positional;
    rs_model *added = NULL;
    RS_TRY(rs_models_add(models, &reading, &added, error));
    added->paths = (const char *const *)files->value;
    added->path_count = head ? 1 : files->count;
    RS_TRY(rs_copy_text(&added->name, line->words.word[0], error));
    RS_TRY(rs_make_visible(&added->name, error));
    RS_TRY(rs_copy_text(&added->scores_path, rs_value(arguments, RS_OPT_PRED_SCORES, NULL), error));
    if (reading.ensemble) {
        RS_TRY(rs_take_weights(arguments, files->count, &added->weights, error));
    }
    return head ? rs_head_paths(rs_value(arguments, RS_OPT_HEAD, NULL), &added->weight_path,
                                &added->bias_path, error)
                : RS_OK;
}

/* ---- lines ---- */

static rs_status read_line(rs_sweep_list *list, rs_models *models, const char *text, size_t length,
                           rs_error *error)
{
    RS_TRY(RS_GROW(&list->line, list->line_count + 1, "lines", error));
    rs_list_line *const line = &list->line[list->line_count];
    *line = (rs_list_line){0};
    list->line_count += 1;
    RS_TRY(rs_words_split(text, length, &line->words, error));
    return line->words.count == 0 ? RS_OK : add_line(models, line, error);
}

static rs_status read_lines(rs_sweep_list *list, rs_models *models, const char *path,
                            const char *text, size_t bytes, rs_error *error)
{
    const char *const end = text + bytes;
    uint64_t number = 1;
    for (const char *at = text; at < end; ++number) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        const rs_status status = read_line(list, models, at, (size_t)(stop - at), error);
        if (status != RS_OK) {
            (void)snprintf(error->file, sizeof error->file, "%s", path);
            error->place = rs_at_line(number);
            if (error->advice[0] == '\0') {
                (void)snprintf(error->advice, sizeof error->advice, "%s", form);
            }
            return status;
        }
        at = stop + 1;
    }
    return RS_OK;
}

rs_status rs_sweep_list_add(rs_sweep_list *list, rs_models *models, const char *path,
                            const void *text, size_t bytes, rs_error *error)
{
    if (bytes > 0 && memchr(text, '\0', bytes) != NULL) {
        return rs_fail(error, RS_FORMAT, path, rs_nowhere(),
                       "a list is text: a model a line, name, files, options",
                       "this is no text: it holds a zero byte");
    }
    return bytes == 0 ? RS_OK : read_lines(list, models, path, text, bytes, error);
}

void rs_sweep_list_clear(rs_sweep_list *list)
{
    for (size_t i = 0; i < list->line_count; ++i) {
        rs_words_clear(&list->line[i].words);
        rs_arguments_clear(&list->line[i].arguments);
    }
    free(list->line);
    *list = (rs_sweep_list){0};
}
