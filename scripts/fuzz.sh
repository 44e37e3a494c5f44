#!/bin/bash
# fuzz.sh [--seconds N] [--no-build] [TARGET...] - runs the fuzz targets, all by default, one after
# the other, each for so many seconds (600):
#
#   scripts/fuzz.sh --seconds 3600        # an hour each
#   scripts/fuzz.sh npy heads             # two of them
#
# What a target finds joins build/fuzz/corpus/TARGET, and what breaks it is a file in
# build/fuzz/artifacts. One line a target: its inputs, seconds and result. The exit status is 1 when
# anything broke.
set -u
cd "$(dirname "$0")/.." || exit 1

seconds=600 build=yes
while [ $# -gt 0 ]; do
    case $1 in
        --seconds)
            seconds=${2:-}
            shift
            ;;
        --no-build) build= ;;
        -*)
            sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
            exit 2
            ;;
        *) break ;;
    esac
    shift
done
if ! [[ $seconds =~ ^[1-9][0-9]*$ ]]; then
    echo 'fuzz.sh: --seconds needs a whole number' >&2
    exit 2
fi

if [ $# -eq 0 ]; then
    for source in tests/fuzz/*_fuzz.c; do
        set -- "$@" "$(basename "$source" _fuzz.c)"
    done
fi
for name in "$@"; do
    if [ ! -f "tests/fuzz/${name}_fuzz.c" ]; then
        echo "fuzz.sh: there is no target $name" >&2
        exit 2
    fi
done
if [ -n "$build" ]; then
    cmake --preset fuzz >/dev/null && cmake --build build/fuzz || exit 1
fi

mkdir -p build/fuzz/artifacts build/fuzz/log
failed=0
for name in "$@"; do
    corpus=build/fuzz/corpus/$name log=build/fuzz/log/$name
    mkdir -p "$corpus"
    begin=$SECONDS
    if "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=3000 -max_len=65536 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="build/fuzz/artifacts/$name-" "$corpus" "tests/fuzz/corpus/$name" \
        >"$log" 2>&1; then
        result=ok
    else
        result="broke: $log"
        failed=1
    fi
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    printf '%-16s %10s inputs %6d s  %s\n' "$name" "${inputs:-?}" $((SECONDS - begin)) "$result"
done
exit $failed
