/* sweep_slurm.c - reassess sweep --slurm N: the tasks get the command line that was given, less
 * what was said to SLURM. */
#include "cli/sweep_slurm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "sweep/slurm_job.h"

enum { MOST_TASKS = 1000000, PATH_BYTES = 4096 };

/* What a text of words holds, one after the other. */
typedef struct word_list {
    rs_text text; /* each ends with a NUL */
    const char **word;
    size_t count;
} word_list;

static void word_list_clear(word_list *list)
{
    rs_text_clear(&list->text);
    free(list->word);
}

/* "--name=value", or "--name" for a flag. */
static void add_option(word_list *list, rs_option_id id, const char *value)
{
    const char *const equals = value == NULL ? "" : "=";
    rs_text_printf(&list->text, "--%s%s%s", rs_options[id].name, equals,
                   value == NULL ? "" : value);
    ++list->count;
    rs_text_append(&list->text, "", 1);
}

static void add_positional(word_list *list, const char *word)
{
    rs_text_add(&list->text, word);
    ++list->count;
    rs_text_append(&list->text, "", 1);
}

/* Once all words are there: where each begins. */
static rs_status point_at_words(word_list *list, rs_error *error)
{
    RS_TRY(rs_text_check(&list->text, error));
    RS_TRY(RS_NEW(&list->word, list->count, "arguments", error));
    const char *word = list->text.data;
    for (size_t i = 0; i < list->count; ++i) {
        list->word[i] = word;
        word += strlen(word) + 1;
    }
    return RS_OK;
}

/* The command line of a task. */
static rs_status list_arguments(const rs_arguments *arguments, word_list *list, rs_error *error)
{
    for (size_t id = 0; id < RS_OPTIONS; ++id) {
        const rs_argument_list *const given = &arguments->option[id];
        if (id == RS_OPT_SLURM || id == RS_OPT_SBATCH || id == RS_OPT_DRY_RUN) {
            continue;
        }
        for (size_t i = 0; i < given->count; ++i) {
            const bool flag = rs_options[id].kind == RS_OPTION_FLAG;
            add_option(list, (rs_option_id)id, flag ? NULL : given->value[i]);
        }
    }
    add_positional(list, "--");
    for (size_t i = 0; i < arguments->positional.count; ++i) {
        add_positional(list, arguments->positional.value[i]);
    }
    return point_at_words(list, error);
}

static rs_status find_program(char path[PATH_BYTES], rs_error *error)
{
    const ssize_t length = readlink("/proc/self/exe", path, PATH_BYTES - 1);
    if (length < 0) {
        return rs_fail_errno(error, "/proc/self/exe", "read", errno);
    }
    path[length] = '\0';
    return RS_OK;
}

static rs_status submit(const rs_slurm_job *job, rs_text *text, rs_error *error)
{
    char array_id[RS_SLURM_ID_BYTES];
    char merge_id[RS_SLURM_ID_BYTES];
    RS_TRY(rs_slurm_job_submit(job, array_id, merge_id, error));
    rs_text_printf(text,
                   "job %s: an array of %u tasks\n"
                   "job %s: merges their results into %s/merged.csv\n"
                   "logs: %s/slurm\n",
                   array_id, job->tasks, merge_id, job->folder, job->folder);
    return RS_OK;
}

rs_status rs_sweep_to_slurm(const rs_arguments *arguments, const char *folder, size_t model_count,
                            rs_error *error)
{
    char program[PATH_BYTES];
    uint64_t tasks = 0;
    word_list list = {0};
    rs_text text = {0};
    if (!rs_given(arguments, RS_OPT_SLURM)) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "say --slurm N as well",
                       "--sbatch and --dry-run are about SLURM, which was not asked for");
    }
    if (rs_given(arguments, RS_OPT_SHARD)) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "leave --shard out",
                       "--slurm divides the models among its tasks itself");
    }
    RS_TRY(rs_take_u64(arguments, RS_OPT_SLURM, 1, MOST_TASKS, &tasks, error));
    RS_TRY(find_program(program, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(list_arguments(arguments, &list, error));
    const rs_slurm_job job = {
        .program = program,
        .folder = folder,
        .tasks = (uint32_t)(tasks < model_count ? tasks : model_count),
        .models = model_count,
        .options = arguments->option[RS_OPT_SBATCH].value,
        .option_count = arguments->option[RS_OPT_SBATCH].count,
        .arguments = list.word,
        .argument_count = list.count,
    };
    if (rs_given(arguments, RS_OPT_DRY_RUN)) {
        rs_slurm_job_print(&job, &text);
    } else {
        RS_TRY_DONE(submit(&job, &text, error));
    }
    status = rs_print(&text, error);
done:
    word_list_clear(&list);
    return status;
}
