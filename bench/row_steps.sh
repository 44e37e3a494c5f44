#!/bin/bash
# row_steps.sh - instructions that the row kernels take for one row of 1,000 columns: those of this
# processor under callgrind, those of 64-bit Arm on qemu, which writes down one instruction at a
# time. What is told is of one more call of eight, so that starting costs nothing.
#
#     bench/row_steps.sh [PROGRAM [ARM_PROGRAM]]
#
# By default build/release/bench/row_steps (REASSESS_BENCH) and build/neon/row_steps (the project in
# tests/engine/neon). A program that is not there is left out.
set -eu
cd "$(dirname "$0")/.."
readonly few=2 many=10
here=${1:-build/release/bench/row_steps} arm=${2:-build/neon/row_steps}
qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

by_callgrind() { # by_callgrind ISA DTYPE WHAT TIMES
    valgrind --tool=callgrind --callgrind-out-file="$log/out" "$here" "$@" 2>"$log/err" >/dev/null
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$log/err"
}

by_qemu() {
    "$qemu" -singlestep -d exec,nochain -D "$log/trace" "$arm" "$@" >/dev/null
    grep -c '^Trace' "$log/trace"
}

# steps COUNTER ISA DTYPE WHAT: of one call
steps() {
    local counter=$1 less more
    shift
    less=$("$counter" "$@" $few)
    more=$("$counter" "$@" $many)
    echo $(((more - less) / (many - few)))
}

printf '%-8s %-5s' kernel dtype
isas=()
[ -x "$here" ] && command -v valgrind >/dev/null && isas+=(by_callgrind:portable by_callgrind:avx2)
[ -x "$arm" ] && [ -n "$qemu" ] && isas+=(by_qemu:portable by_qemu:neon)
for isa in "${isas[@]}"; do
    printf ' %14s' "${isa/by_}"
done
echo
for what in rank measure find average blend softmax; do
    for dtype in f32 f16 bf16 f64; do
        printf '%-8s %-5s' "$what" "$dtype"
        for isa in "${isas[@]}"; do
            printf ' %14s' "$(steps "${isa%:*}" "${isa#*:}" "$dtype" "$what")"
        done
        echo
    done
done
