/* slurm_job.h - a sweep as a SLURM array, and a job behind it that merges what the array wrote.
 *
 * The scripts are those of scripts/slurm/, built into the program. Copies are put in FOLDER/slurm/,
 * so that what ran stands beside what it wrote; the logs go there too.
 */
#ifndef RS_SLURM_JOB_H
#define RS_SLURM_JOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "reassess/status.h"

typedef struct rs_slurm_job {
    const char *program; /* that the tasks run: an absolute path */
    const char *folder;  /* of the results */
    uint32_t tasks;
    size_t models; /* that are to be there in the end */
    const char *const *options; /* of sbatch, for the tasks of the array */
    size_t option_count;
    const char *const *arguments; /* of `reassess sweep`, the same for each task */
    size_t argument_count;
} rs_slurm_job;

/* The two commands, as lines that a shell understands. */
void rs_slurm_job_print(const rs_slurm_job *job, rs_text *text);

enum { RS_SLURM_ID_BYTES = 64 };

/* Writes the scripts and runs the commands; the texts get the jobs' ids. RS_IO when sbatch cannot
 * be run or refuses; what it says itself goes to standard error. */
rs_status rs_slurm_job_submit(const rs_slurm_job *job, char array_id[RS_SLURM_ID_BYTES],
                              char merge_id[RS_SLURM_ID_BYTES], rs_error *error);

#endif
