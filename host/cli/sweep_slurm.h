/* sweep_slurm.h - reassess sweep --slurm N: hands the sweep to SLURM instead of running it. */
#ifndef RS_SWEEP_SLURM_H
#define RS_SWEEP_SLURM_H

#include "cli/arguments.h"

/* Submits (or, with --dry-run, prints) an array of --slurm tasks, but no more than there are
 * models, and the job that merges; tells on standard output what became of it. */
rs_status rs_sweep_to_slurm(const rs_arguments *arguments, const char *folder, size_t model_count,
                            rs_error *error);

#endif
