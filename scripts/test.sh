#!/bin/bash
# test.sh [--quick | --long] - builds and tests everything; docs/TESTING.md says what and why.
#
#   (nothing)   what gates every change
#   --quick     the release build and its tests only
#   --long      the above, then hours: full matrices, other builds, each fuzz target for
#               REASSESS_FUZZ_SECONDS (600)
#
# A step that fails does not stop the ones after it. The last line counts: tests run by ctest one by
# one, every other step as one. Builds lie in build/PRESET, logs in build/log.
set -u
cd "$(dirname "$0")/.." || exit 1

mode=${1:-}
case $mode in
    '' | --quick | --long) ;;
    *)
        echo 'usage: test.sh [--quick | --long]' >&2
        exit 2
        ;;
esac

jobs=$(nproc)
passed=0 failed=0 skipped=0
summary=''
mkdir -p build/log

note() { # note NAME RESULT: one line of the summary
    summary+=$(printf '%-34s %s' "$1" "$2")$'\n'
}

# step NAME COMMAND...: runs it, counts it as one
step() {
    local name=$1 start=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@" 2>&1 | tee "build/log/${name//[ \/]/_}.log"; [ "${PIPESTATUS[0]}" -eq 0 ]; then
        passed=$((passed + 1))
        note "$name" "passed ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        note "$name" "FAILED ($((SECONDS - start)) s)"
        return 1
    fi
}

# build PRESET [FOLDER OPTION...]; the caller's `targets`, everything when there are none
build() {
    local preset=$1 folder=${2:-$1}
    shift $(($# > 1 ? 2 : 1))
    cmake --preset "$preset" -B "build/$folder" "$@" >"build/log/configure_$folder.log" 2>&1 || {
        cat "build/log/configure_$folder.log"
        return 1
    }
    cmake --build "build/$folder" -j "$jobs" ${targets[@]:+--target "${targets[@]}"} |
        grep -v '^\[[0-9/]*\] \(Building\|Linking\|cd\)'
    return "${PIPESTATUS[0]}"
}

# run_ctest NAME FOLDER [OPTION...]: counts every test by itself
run_ctest() {
    local name=$1 junit=build/log/$1.xml start=$SECONDS folder=$2 head all bad skip
    shift 2
    printf '\n== %s\n' "$name"
    rm -f "$junit"
    "${wrapper[@]}" ctest --test-dir "build/$folder" -j "$jobs" --output-on-failure --no-tests=error \
        --timeout 900 --output-junit "$PWD/$junit" "$@" 2>&1 |
        tee "build/log/$name.log" | grep -v '^ *\(Start\|[0-9]*/[0-9]* .* Passed\)'
    head=$(head -n 12 "$junit" 2>/dev/null | tr '\n\t' '  ')
    all=$(sed -n 's/.* tests="\([0-9]*\)".*/\1/p' <<<"$head")
    bad=$(sed -n 's/.* failures="\([0-9]*\)".*/\1/p' <<<"$head")
    skip=$(sed -n 's/.* skipped="\([0-9]*\)".*/\1/p' <<<"$head")
    if [ -z "$all" ]; then
        failed=$((failed + 1))
        note "$name" 'FAILED: no test could be run'
        return 1
    fi
    passed=$((passed + all - bad - skip)) failed=$((failed + bad)) skipped=$((skipped + skip))
    note "$name" "$((all - bad - skip)) passed, $bad failed, $skip skipped ($((SECONDS - start)) s)"
}
wrapper=()

# Tests under one preset: build, then run.
suite() {
    local preset=$1 options=()
    shift
    if [ "$preset" = release ]; then
        options=(-DREASSESS_BENCH=ON) # they are to compile and link
    fi
    step "build $preset" build "$preset" "$preset" "${options[@]}" &&
        run_ctest "test-$preset" "$preset" "$@"
}

# Only what has threads; the row kernels of the CPU have none and take long. On the executor of
# tests/simt every CUDA thread and stream is a thread: the planted races, the engine in one order,
# and some of heads, keys and ensembles; the long tier runs all of it. ThreadSanitizer of older
# compilers fails on kernels with much address randomisation.
thread_suite() {
    local targets=(test_headers test_base test_tally test_engine test_evaluate test_analyse test_simt
        test_cuda mutants)
    local cuda='^simt.Bugs/|^cuda.Seeds/.*/1$|^cuda.CudaDevices.(A|E)|^cuda.mutant'
    cuda+='|^cuda.CudaHeads.[AHLORS]|^cuda.CudaHeadsDevices.E|^cuda.CudaKeys|^cuda.EnsembleOnCuda.[DMA]'
    step 'build tsan' build tsan || return 1
    if ! build/tsan/tests/headers/test_headers >/dev/null 2>&1; then
        wrapper=(setarch "$(uname -m)" --addr-no-randomize)
    fi
    run_ctest test-tsan tsan -L '^(base|tally|engine|evaluate)$' -E RowKernelTest
    run_ctest test-tsan-analyse tsan -R '^analyse[.](Comparison|Bootstrap[.]Same)'
    if [ "$mode" = --long ]; then
        run_ctest long-tsan tsan -L '^simt$' -E RealModels
    else
        run_ctest test-tsan-simt tsan -R "$cuda"
    fi
    wrapper=()
}

run_clang_tidy() {
    find host cuda -name '*.c' -print0 |
        xargs -0 -n 1 -P "$jobs" clang-tidy -p build/release --quiet 2>&1 |
        grep -v 'warnings generated\|warning generated\|^Suppressed\|^Use -header-filter'
    [ "${PIPESTATUS[1]}" -eq 0 ]
}

run_cppcheck() {
    cppcheck --quiet --std=c11 --language=c -j "$jobs" --error-exitcode=1 --inline-suppr \
        --enable=warning,performance,portability --suppress=missingIncludeSystem \
        -D_GNU_SOURCE -D__x86_64__ -I include -I host -I . -I tests/simt/include host cuda
}

run_shellcheck() {
    { git ls-files -z '*.sh' .ci/run 2>/dev/null || find scripts tests -name '*.sh' -print0; } |
        xargs -0 shellcheck
}

check_manual() {
    [ -x build/release/reassess ] || return 0
    build/release/reassess help man | mandoc -T lint -W error &&
        build/release/reassess help completion | shellcheck --shell=bash -
}

# run_fuzz NAME: what it finds joins build/fuzz/corpus, what breaks it build/fuzz/artifacts
run_fuzz() {
    local corpus=build/fuzz/corpus/$1
    mkdir -p "$corpus" build/fuzz/artifacts
    "build/fuzz/tests/fuzz/fuzz_$1" -max_total_time="${REASSESS_FUZZ_SECONDS:-600}" -timeout=20 \
        -rss_limit_mb=3000 -max_len=65536 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="build/fuzz/artifacts/$1-" "$corpus" "tests/fuzz/corpus/$1"
}

long_suite() {
    local source name
    export REASSESS_LONG=1
    run_ctest long-release release
    run_ctest long-debug debug
    step 'build clang, sanitized' build debug-clang && run_ctest test-debug-clang debug-clang
    step 'build shared' build release shared -DBUILD_SHARED_LIBS=ON &&
        run_ctest test-shared shared -L install
    step 'build lto' build release lto -DREASSESS_LTO=ON && run_ctest test-lto lto
    step 'build fuzz' build fuzz || return
    for source in tests/fuzz/*_fuzz.c; do
        name=$(basename "$source" _fuzz.c)
        step "fuzz $name" run_fuzz "$name"
    done
}

step dependencies scripts/deps.sh test || exit 1
suite release
if [ "$mode" != --quick ]; then
    suite debug
    thread_suite
    step 'build clang' build clang
    step clang-tidy run_clang_tidy
    step cppcheck run_cppcheck
    step shellcheck run_shellcheck
    step manual check_manual
fi
if [ "$mode" = --long ]; then
    long_suite
fi

printf '\n%s%s s in all\n%d passed, %d failed, %d skipped\n' \
    "$summary" "$SECONDS" "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
