#!/bin/bash
# kernel.sh [OPTIONS OF cuda_bench...] - the row kernels in detail, with Nsight Compute: those of
# each type in every mode of the bench, one full launch of each. Clocks stay as they are.
#
#     scripts/nsight/kernel.sh --dtype f32,bf16
#
# What to look for:
#   - DRAM Throughput near the peak of the device: then there is nothing to gain
#   - Global Load: sectors a request 4 (16-byte loads); Local: none at all
#   - Achieved Occupancy near what docs/CUDA.md computes for the device
#   - Warp State: mostly "Long Scoreboard" is waiting for memory; "LG Throttle" or "MIO Throttle"
#     would be atomics
# The report, which shows the sources, is reassess-kernel-NAME.ncu-rep in the current folder; NAME
# is the number of the process, behind those of job, task and rank under SLURM. REASSESS_BENCH
# names another cuda_bench.
set -eu
here=$(readlink -e "$(dirname "$0")")
bench=${REASSESS_BENCH:-$here/../../build/release/bench/cuda_bench}
[ -x "$bench" ] || {
    echo "kernel.sh: there is no $bench; build it with -DREASSESS_BENCH=ON, or name it in" \
        "REASSESS_BENCH" >&2
    exit 1
}
command -v ncu >/dev/null || {
    echo 'skipped: there is no ncu; Nsight Compute comes with the CUDA toolkit'
    exit 77
}
job=${SLURM_JOB_ID:-}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}${SLURM_PROCID:+.$SLURM_PROCID}
report=reassess-kernel-${job:+$job-}$$
ncu --set full --import-source yes --clock-control none --kernel-name regex:rs_row_kernel \
    --export "$report" --force-overwrite "$bench" --mode kernel --rounds 1 --launches 1 "$@"
ncu --import "$report.ncu-rep" --page details |
    grep -E -e 'rs_row_kernel|Duration|DRAM Throughput|Registers Per|Achieved Occ' \
        -e 'Executed Ipc Active|Local' ||
    echo "$report.ncu-rep holds none of the lines looked for"
echo "the report is $report.ncu-rep"
