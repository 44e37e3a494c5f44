#!/bin/bash
# kernel.sh ARGUMENTS OF reassess... - the row kernel in detail, with Nsight Compute.
#
#     scripts/nsight/kernel.sh eval --backend cuda --real real.json --labels val.txt logits.npy
#
# What to look for:
#   - Memory Throughput near the peak of the device: then there is nothing to gain
#   - Global Load: sectors a request 4 (16-byte loads); Local: none at all
#   - Achieved Occupancy near what docs/CUDA.md computes for the device
#   - Warp State: mostly "Long Scoreboard" is waiting for memory; "LG Throttle" or "MIO Throttle" would
#     be atomics
# The report is reassess.ncu-rep in the current folder; --lineinfo is built in, so sources are shown.
set -eu
program=${REASSESS:-$(command -v reassess || echo build/reassess)}
exec ncu --set full --import-source yes --kernel-name regex:rs_row_kernel --launch-count 3 \
    --export reassess --force-overwrite "$program" "$@"
