#!/bin/bash
# tests_there.sh TEST_CUDA_GPU - everything that the engine does is tested on a device: none of
# these suites was left out of the program, and none of them is empty.
set -eu
listed=$("$1" --gtest_list_tests)
for suite in RowKernel EngineRows EngineCalibration EngineHeads CudaHeads CudaHeadsDevices \
    EngineProducts CudaProduct EngineKeys EnsembleOnCuda \
    EnsembleOnTheDevice CudaPageLock CudaDevices DeviceRows \
    DeviceGraph RealModelsOnCuda ProgramOnDevice; do
    awk -v suite="$suite" '
        /^[^ ]/ { name = $1; sub(/^.*[/]/, "", name); sub(/[.]$/, "", name) }
        /^ / && name == suite { found = 1 }
        END { exit !found }' <<<"$listed" || { echo "there is no test $suite" && exit 1; }
done
echo 'every suite is there'
