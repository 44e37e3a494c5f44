#!/bin/bash
#SBATCH --job-name=reassess-merge
#SBATCH --open-mode=append
#
# merge.sh OPTION... DIR -o FILE - what to run when an array is through: `reassess merge` with these
# arguments. It depends on the array by afterany, not afterok: afterok never comes true once a task
# has failed, even if it was requeued and ended well. By hand:
#
#   sbatch --dependency=afterany:JOB merge.sh results -o results.csv
#
#   REASSESS   the program (reassess)
set -u
exec "${REASSESS:-reassess}" merge "$@"
