#!/bin/bash
# compute_sanitizer.sh [GTEST_FILTER] - the tests of the CUDA engine on the device of this machine,
# under every tool of NVIDIA's compute-sanitizer: memory, races in shared memory, barriers, memory
# that was never written. Needs a device, the CUDA toolkit and a build with CUDA and tests.
#
# REASSESS_GPU_TESTS names another program than that of the preset release, REASSESS_SANITIZERS some
# of the tools.
set -eu
root=$(readlink -e "$(dirname "$0")/..")
tests=${REASSESS_GPU_TESTS:-$root/build/release/tests/cuda/test_cuda_gpu}
filter=${1:--*RealModels*:*OffsetsBeyond32Bits*:*TheWidestRow*}
command -v compute-sanitizer >/dev/null || {
    echo 'skipped: there is no compute-sanitizer; it comes with the CUDA toolkit'
    exit 77
}
[ -x "$tests" ] || {
    echo "compute_sanitizer.sh: there is no $tests; build with CUDA, or name it in" \
        "REASSESS_GPU_TESTS" >&2
    exit 1
}
for tool in ${REASSESS_SANITIZERS:-memcheck racecheck synccheck initcheck}; do
    printf '\n== %s\n' "$tool"
    compute-sanitizer --tool "$tool" --error-exitcode 9 "$tests" --gtest_brief=1 \
        "--gtest_filter=$filter"
done
