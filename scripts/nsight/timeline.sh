#!/bin/bash
# timeline.sh ARGUMENTS OF reassess... - a timeline of a pass on a CUDA device, with Nsight Systems,
# and what it comes to, range by range.
#
#     scripts/nsight/timeline.sh eval --backend cuda --real real.json --labels val.txt logits.npy
#
# What to look for, in the rows of the domain `reassess` and of the device:
#   - `read rows` of the readers overlap with copies: otherwise the input is the limit
#   - host-to-device copies follow each other without a gap: then the bus is the limit, as it should
#     be
#   - kernels lie under copies of the other stream; `write results` are short
# docs/CUDA.md lists the ranges.
# The report is reassess-NAME.nsys-rep in the current folder; NAME is the number of the process,
# behind those of job, task and rank under SLURM. REASSESS names another program than that of the
# presets user and release.
set -eu
here=$(readlink -e "$(dirname "$0")")
program=${REASSESS:-}
for found in "$here"/../../build/{user,release}/reassess "$(command -v reassess || true)"; do
    [ -n "$program" ] || [ ! -x "$found" ] || program=$found
done
[ -x "$program" ] || {
    echo 'timeline.sh: there is no program in build/user or build/release; REASSESS names one' >&2
    exit 1
}
command -v nsys >/dev/null || {
    echo 'skipped: there is no nsys; Nsight Systems comes with the CUDA toolkit, or by itself'
    exit 77
}
job=${SLURM_JOB_ID:-}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}${SLURM_PROCID:+.$SLURM_PROCID}
report=reassess-${job:+$job-}$$
status=0
nsys profile --trace=cuda,nvtx,osrt --output="$report" --force-overwrite=true "$program" "$@" ||
    status=$?
[ -e "$report.nsys-rep" ] || {
    echo "timeline.sh: nsys left no report" >&2
    exit "$((status > 0 ? status : 1))"
}
nsys stats --force-export=true --report nvtx_sum,cuda_gpu_kern_sum,cuda_gpu_mem_time_sum \
    "$report.nsys-rep"
echo "the report is $report.nsys-rep"
exit "$status"
