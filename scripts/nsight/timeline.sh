#!/bin/bash
# timeline.sh ARGUMENTS OF reassess... - a timeline of a pass on a CUDA device, with Nsight Systems.
#
#     scripts/nsight/timeline.sh eval --backend cuda --real real.json --labels val.txt logits.npy
#
# What to look for, in the rows of the domain `reassess` and of the device:
#   - `read` ranges of the readers overlap with copies: otherwise the input is the limit
#   - host-to-device copies follow each other without a gap: then the bus is the limit, as it should be
#   - kernels lie under copies of the other stream; `write` ranges are short
# The report is reassess.nsys-rep in the current folder.
set -eu
program=${REASSESS:-$(command -v reassess || echo build/reassess)}
exec nsys profile --trace=cuda,nvtx,osrt --output=reassess --force-overwrite=true "$program" "$@"
