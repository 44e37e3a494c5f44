/* model_look.c - see model_look.h. */
#include "cli/model_look.h"

#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"

rs_run_setup rs_model_look_setup(const rs_eval_settings *settings, const rs_reading *reading,
                                 rs_evaluator *evaluator, const volatile sig_atomic_t *stop)
{
    return (rs_run_setup){
        .reading = reading,
        .evaluated = rs_count_evaluated(reading->labels),
        .evaluator = evaluator,
        .metrics = settings->metrics,
        .looks_only = true,
        .stop = stop,
    };
}

static bool can_be_read_again(const char *path)
{
    struct stat info;
    return path == NULL ||
           (strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISREG(info.st_mode));
}

static bool is_file(const rs_model *model)
{
    bool all = can_be_read_again(model->scores_path);
    for (size_t i = 0; all && i < model->path_count; ++i) {
        all = can_be_read_again(model->paths[i]);
    }
    return all;
}

static bool is_of_order(const rs_warning *warning)
{
    return warning->kind == RS_WARNING_ORDER || warning->kind == RS_WARNING_CHANCE;
}

static void say(const rs_record *record, const char *name, bool in_part, rs_model_look *look)
{
    for (size_t i = 0; i < record->warnings.count; ++i) {
        const rs_warning *const warning = &record->warnings.item[i];
        if (in_part && is_of_order(warning)) {
            continue;
        }
        look->ordered = look->ordered || is_of_order(warning);
        rs_warn("%s%s%s", name == NULL ? "" : name, name == NULL ? "" : ": ", warning->text);
    }
}

rs_status rs_model_look_at(const rs_run_setup *setup, const rs_model *model, const char *name,
                           bool in_part, rs_model_look *look, rs_error *error)
{
    rs_run_result result;
    *look = (rs_model_look){.done = is_file(model)};
    if (!look->done) {
        return RS_OK;
    }
    const rs_status status = rs_model_run(setup, model, &result, error);
    if (status == RS_OK) {
        say(&result.record, name, in_part, look);
    }
    rs_run_result_clear(&result);
    return status;
}
