/* sweep_slurm.c - reassess sweep --slurm N: the tasks get the command line that was given, less
 * what was said to SLURM. */
#include "cli/sweep_slurm.h"

#include <errno.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"
#include "cli/argument_words.h"
#include "cli/output.h"
#include "sweep/slurm_job.h"

enum { MOST_TASKS = 1000000, PATH_BYTES = 4096 };

/* The command line of a task. */
static rs_status list_arguments(const rs_arguments *arguments, rs_argument_words *words,
                                rs_error *error)
{
    static const rs_option_id not_said[] = {RS_OPT_SLURM, RS_OPT_SBATCH, RS_OPT_DRY_RUN};
    return rs_argument_words_make(arguments, not_said, sizeof not_said / sizeof not_said[0], words,
                                  error);
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
                   "job %s: merges their results into ",
                   array_id, job->tasks, merge_id);
    rs_text_name(text, job->folder);
    rs_text_add(text, "/merged.csv\nlogs: ");
    rs_text_name(text, job->folder);
    rs_text_add(text, "/slurm\n");
    return RS_OK;
}

rs_status rs_sweep_to_slurm(const rs_arguments *arguments, const char *folder, size_t model_count,
                            rs_error *error)
{
    char program[PATH_BYTES];
    uint64_t tasks = 0;
    rs_argument_words list = {0};
    rs_text text = {0};
    RS_REFUSE(!rs_given(arguments, RS_OPT_SLURM), error, "say --slurm N as well",
              "--sbatch and --dry-run are about SLURM, which was not asked for");
    RS_REFUSE(rs_given(arguments, RS_OPT_SHARD), error, "leave --shard out",
              "--slurm divides the models among its tasks itself");
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
    rs_argument_words_clear(&list);
    return status;
}
