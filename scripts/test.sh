#!/bin/bash
# test.sh [--quick | --long [--resume]] - builds and tests everything; docs/TESTING.md says what and
# why.
#
#   (nothing)   what gates every change
#   --quick     the release build and its tests only
#   --long      the above, then hours: full matrices, other builds and machines, REASSESS_MUTANTS
#               (200) mutants of the host code, each fuzz target for REASSESS_FUZZ_SECONDS (600)
#   --resume    what an interrupted run of the same commit has passed is counted, not run again
#
# REASSESS_ALL=1 runs what is otherwise left out when nothing changed that could break it.
#
# A step that fails does not stop the ones after it, and one whose tool is missing is skipped with a
# word. The last line counts: what ctest runs one by one, every other step as one. Builds lie in
# build/PRESET, logs in build/log.
set -u
cd "$(dirname "$0")/.." || exit 1

mode=${1:-} resume=${2:-}
case $mode$resume in
    '' | --quick | --long | --long--resume) ;;
    *)
        echo 'usage: test.sh [--quick | --long [--resume]]' >&2
        exit 2
        ;;
esac

# shellcheck source=scripts/selection.sh
. scripts/selection.sh
jobs=$(nproc)
: "${REASSESS_ALL:=}"
passed=0 failed=0 skipped=0
summary=''
mkdir -p build/log

note() { # note NAME RESULT: one line of the summary
    summary+=$(printf '%-34s %s' "$1" "$2")$'\n'
}

# result NAME PASSED FAILED SKIPPED WORDS: counts what a step came to. Of the long tier what did not
# fail is kept, with the commit it was seen on.
kept=build/log/kept
result() {
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    note "$1" "$5"
    [ -z "$commit" ] || [ "$3" -ne 0 ] ||
        printf '%s\t%s\t%s\t%s\t%s\n' "$commit" "$1" "$2" "$4" "$5" >>"$kept"
}

# The commit that results are kept for: none where files differ from it.
commit=''
if [ "$mode" = --long ] && [ -z "$(git status --porcelain 2>&1)" ]; then
    commit=$(git rev-parse HEAD)
fi
if [ -n "$resume" ] && [ -z "$commit" ]; then
    echo 'test.sh: --resume takes up a run of one commit, and files here differ from it' >&2
    exit 2
fi
[ -n "$resume" ] || rm -f "$kept"

# before NAME: whether --resume finds this step passed, which is then counted
before() {
    local line words
    [ -n "$resume" ] && line=$(grep -m 1 -F "$commit"$'\t'"$1"$'\t' "$kept" 2>/dev/null) || return 1
    IFS=$'\t' read -r -a words <<<"$line"
    passed=$((passed + words[2])) skipped=$((skipped + words[3]))
    note "$1" "${words[4]}, before"
}

# processor: seconds of processor time that everything up to now took
processor() {
    times >build/log/times
    awk '{ for (i = 1; i <= 2; i++) { split($i, at, /[ms]/); sum += 60 * at[1] + at[2] } }
        END { printf "%.0f", sum }' build/log/times
}

# begin NAME: from here on time is taken. took: how much it was
begin() {
    printf '\n== %s\n' "$1"
    begun=$SECONDS
    processor >build/log/processor
    processor_begun=$(<build/log/processor)
}
took() {
    processor >build/log/processor
    time_taken="$((SECONDS - begun)) s, processor $(($(<build/log/processor) - processor_begun)) s"
}

skip() { # skip NAME WHY
    printf '\n== %s\nskipped: %s\n' "$1" "$2"
    skipped=$((skipped + 1))
    note "$1" "skipped: $2"
}

# need NAME TOOL...: whether the tools of a step are there; when not, it is skipped
need() {
    local name=$1 tool
    shift
    for tool in "$@"; do
        command -v "$tool" >/dev/null || {
            skip "$name" "there is no $tool (scripts/deps.sh test)"
            return 1
        }
    done
}

# step NAME COMMAND...: runs it, counts it as one
step() {
    local name=$1 status
    shift
    before "$name" && return
    begin "$name"
    "$@" 2>&1 | tee "build/log/${name//[ \/]/_}.log"
    status=${PIPESTATUS[0]}
    took
    if [ "$status" -eq 0 ]; then
        result "$name" 1 0 0 "passed ($time_taken)"
    else
        result "$name" 0 1 0 "FAILED ($time_taken)"
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

# run_ctest NAME FOLDER [OPTION...]: counts what ctest runs one by one. Two more at a time than
# there are cores: some wait for a browser, a disk or a signal.
run_ctest() {
    local name=$1 junit=build/log/$1.xml folder=$2 head all bad skip
    shift 2
    before "$name" && return
    begin "$name"
    rm -f "$junit"
    "${wrapper[@]}" ctest --test-dir "build/$folder" -j "$((jobs + 2))" --output-on-failure \
        --no-tests=error --timeout 900 --output-junit "$PWD/$junit" "$@" 2>&1 |
        tee "build/log/$name.log" | grep -v '^ *\(Start\|[0-9]*/[0-9]* .* Passed\)'
    head=$(head -n 12 "$junit" 2>/dev/null | tr '\n\t' '  ')
    all=$(sed -n 's/.* tests="\([0-9]*\)".*/\1/p' <<<"$head")
    bad=$(sed -n 's/.* failures="\([0-9]*\)".*/\1/p' <<<"$head")
    skip=$(sed -n 's/.* skipped="\([0-9]*\)".*/\1/p' <<<"$head")
    if [ "${all:-0}" -eq 0 ]; then
        result "$name" 0 1 0 'FAILED: no test could be run'
        return 1
    fi
    took
    result "$name" "$((all - bad - skip))" "$bad" "$skip" \
        "$((all - bad - skip)) passed, $bad failed, $skip skipped ($time_taken)"
}
wrapper=()

# left_out PRESET: what the gate does not build, since another build of it has the same, nothing
# here could run it, or nothing changed that could break it. The long tier builds everything, and
# --quick what it can.
left_out() {
    local none=''
    [ -z "$mode" ] || return 0
    case $1 in
        release)
            [ -e /dev/nvidiactl ] || none=gpu
            [ "$cuda" != apart ] || none+=';cuda75;bugs;machine'
            ;;
        debug)
            none='cuda75;mutants;executor'
            [ "$cuda" != apart ] || none+=';cuda'
            ;;
        tsan)
            none='mutants;executor'
            [ "$cuda" = touched ] || none+=';cuda'
            ;;
    esac
    echo "$none"
}

# choose_cuda: `cuda` becomes what the gate does about the tests of the CUDA engine that only a
# change to what they stand on can break (scripts/touches_cuda.sh). Something of that changed since
# the base (touched, as with REASSESS_ALL=1): all of them; nothing did (apart): none; there is no
# base to compare with (unknown): all but the engine under ThreadSanitizer.
choose_cuda() {
    local base file
    cuda=touched
    [ -z "$mode$REASSESS_ALL" ] || return 0
    base=$(base_commit)
    if [ -z "$base" ]; then
        cuda=unknown
        note 'CUDA engine, of its own' 'no base: all but under ThreadSanitizer'
        return
    fi
    file=$(scripts/touches_cuda.sh "$base")
    if [ $? -eq 1 ]; then # and no other failure
        cuda=apart
        note 'CUDA engine, of its own' "left out: it stands on nothing changed since ${base:0:9}"
    else
        note 'CUDA engine, of its own' "all, for ${file:-a doubt} changed since ${base:0:9}"
    fi
}

# Tests under one preset: build, then run. Debug information tells lines, which is what reports
# show; all of it takes a fifth as long again to compile (`cmake --preset` asks for all).
suite() {
    local preset=$1 options=(-DREASSESS_TEST_GROUP=8) leave=()
    options+=(-DREASSESS_LEAVE_OUT="$(left_out "$1")")
    shift
    if [ "$preset" = release ]; then
        # clang++ takes half the time for tests, of which the sanitized builds link the same code;
        # the product, which is C, is gcc's. The long tier compiles everything by gcc.
        [ -n "$mode" ] || ! command -v clang++ >/dev/null || local -x CXX="${CXX:-clang++}"
        # Benchmarks are to compile and link. nvcc takes a minute for each architecture.
        options+=(-DREASSESS_BENCH=ON -DREASSESS_CUDA_FEW=ON -DREASSESS_FLAT=ON -DCMAKE_C_FLAGS=-g1)
    else # a sanitizer is for what is tested: the tests themselves are those of the release build
        options+=(-DREASSESS_TEST_OBJECTS="$PWD/build/release" "-DCMAKE_C_FLAGS_DEBUG=-O1 -g1")
        [ -n "$mode" ] || leave=(-E '^page[.]')
    fi
    [ -n "$mode" ] || options+=(-DREASSESS_TEST_PARTS=ON
        -DREASSESS_ONLY_SANITIZED="$only_sanitized" -DREASSESS_ONLY_OPTIMISED="$only_optimised")
    rm -rf "build/$preset/ran"
    step "build $preset" build "$preset" "$preset" "${options[@]}" &&
        run_ctest "test-$preset" "$preset" "${leave[@]}" "$@"
}

# Only what has threads; the row kernels of the CPU have none and take long. On the executor of
# tests/simt every CUDA thread and stream is a thread: the planted races, and where the CUDA engine
# is touched, it in one order and some of heads, keys, training and ensembles; the long tier runs
# all of it. Lanes of a sweep and models of a report have their threads in the program itself, and
# golden.report runs both. ThreadSanitizer of older compilers fails on kernels with much address
# randomisation.
thread_suite() {
    local targets=(test_headers test_base test_tally test_engine test_evaluate test_analyse
        test_simt reassess)
    local device='^simt.Bugs/'
    if [ "$cuda" = touched ]; then
        targets+=(test_cuda mutants)
        device+='|^cuda.Seeds/.*/1$|^cuda.CudaDevices.(A|E)|^cuda.mutant|^cuda.CudaHeads.A'
        device+='|^cuda.Engines/(Engine(Rows|Keys)|EngineHeads.[AHLORS]).*order_1$'
        device+='|^cuda.CudaHeadsDevices.E|^cuda.CudaKeys|^cuda.EnsembleOnCuda.[DMA]'
        device+='|^cuda.CudaFit.[DL]'
    fi
    [ "$mode" != --long ] || targets+=(tests/simt/all tests/cuda/all)
    local but=RowKernelTest objects=''
    [ -n "$mode" ] || objects=$PWD/build/release # as for the other sanitizers
    need 'build tsan' clang clang++ && step 'build tsan' build tsan tsan -DREASSESS_TEST_GROUP=8 \
        -DREASSESS_TEST_OBJECTS="$objects" -DREASSESS_LEAVE_OUT="$(left_out tsan)" \
        "-DCMAKE_C_FLAGS_DEBUG=-O2 -g1" || return 1
    if ! build/tsan/tests/headers/test_headers >/dev/null 2>&1; then
        wrapper=(setarch "$(uname -m)" --addr-no-randomize)
    fi
    [ -n "$mode" ] || but+='|EngineHeads[.]EveryPair|SoundModels|HeadsTest[.]CountsAndLogits'
    run_ctest test-tsan tsan -L '^(base|tally|engine|evaluate)$' -E "$but"
    run_ctest test-tsan-analyse tsan -R '^analyse[.](Comparison|Bootstrap[.]Same)'
    TSAN_OPTIONS="suppressions=$PWD/tests/golden/tsan.supp" \
        run_ctest test-tsan-golden tsan -R '^golden[.]report$'
    if [ "$mode" = --long ]; then
        run_ctest long-tsan tsan -L '^simt$' -E RealModels
    else
        run_ctest test-tsan-simt tsan -R "$device"
    fi
    wrapper=()
}

# The kernels of 64-bit Arm and their tests, on qemu; on such a machine they are in every other
# suite. Wide rows, for which the tests' own loops take minutes there, and the portable kernels are
# left to the long tier.
neon_suite() {
    local qemu few=(-E "VeryWide|/portable_")
    [ "$(uname -m)" != aarch64 ] || return 0
    [ "$mode" != --long ] || few=()
    qemu=$(command -v qemu-aarch64-static || echo qemu-aarch64)
    need neon aarch64-linux-gnu-g++ "$qemu" || return 0
    if [ ! -e /usr/src/googletest/CMakeLists.txt ]; then
        skip neon 'there are no sources of GoogleTest (scripts/deps.sh test)'
        return 0
    fi
    step 'build neon' build_neon && run_ctest test-neon neon "${few[@]}"
}

build_neon() {
    cmake -S tests/engine/neon -B build/neon -G Ninja \
        -D CMAKE_TOOLCHAIN_FILE="$PWD/cmake/Aarch64.cmake" >build/log/configure_neon.log 2>&1 || {
        cat build/log/configure_neon.log
        return 1
    }
    cmake --build build/neon -j "$jobs" --target test_neon row_steps
}

# base_commit: what this change stands on: REASSESS_BASE, or where it left the main branch, or on
# that branch the last version
base_commit() {
    local ref base
    for ref in "${REASSESS_BASE:-}" origin/HEAD origin/main main; do
        base=$(git merge-base HEAD "${ref:-none}" 2>/dev/null) || continue
        [ "$base" != "$(git rev-parse HEAD)" ] && echo "$base" && return
    done
    git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD~1 2>/dev/null
}

# analysed: the C files that clang's analyzer goes through, which takes ten times as long as all
# other checks: what changed and is not committed, then what changed last in the commits since the
# base, or in all of them where there is none; at most 15. Every file in the long tier and without
# git.
analysed() {
    local base file
    if [ "$mode" = --long ] || ! git rev-parse --verify -q HEAD >/dev/null 2>&1; then
        find host cuda -name '*.c'
        return
    fi
    base=$(base_commit)
    {
        git diff --name-only HEAD
        git ls-files --others --exclude-standard
        git log --name-only --format= "${base:+$base..}HEAD"
    } | grep -E '^(host|cuda)/.*[.]c$' | awk '!seen[$0]++' |
        while read -r file; do [ -e "$file" ] && echo "$file"; done | head -n 15
}

# tidy COUNT OPTION... <FILES: COUNT files in each process
tidy() {
    local count=$1
    shift
    tr '\n' '\0' |
        xargs -0 -r -n "$count" -P "$jobs" clang-tidy -p build/release --quiet "$@" 2>&1 |
        grep -v 'warnings generated\|warning generated\|^Suppressed\|^Use -header-filter'
    [ "${PIPESTATUS[1]}" -eq 0 ]
}

# Kernels of another kind of processor are no part of this build.
run_clang_tidy() {
    local status=0 others='_neon[.]c$'
    [ "$(uname -m)" = aarch64 ] && others='_avx[0-9]*[.]c$'
    analysed | grep -v "$others" | sort >build/log/analysed
    echo "clang-tidy: $(wc -l <build/log/analysed) files with the analyzer, all others without"
    tidy 1 <build/log/analysed || status=1
    find host cuda -name '*.c' | grep -v "$others" | sort | comm -23 - build/log/analysed |
        tidy 8 '--checks=-clang-analyzer-*' || status=1
    return "$status"
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

# What must not depend on the machine: which kernels OpenBLAS has for it, how many cores it has, how
# its language writes numbers and turns letters. By the release build.
machines() {
    local kind kinds='HASWELL NEHALEM SANDYBRIDGE' but='^(slurm|page|install|nvcc|gpu|layers)$'
    grep -qw avx512bw /proc/cpuinfo && kinds+=' SKYLAKEX'
    [ "$(uname -m)" = x86_64 ] || kinds='ARMV8 CORTEXA57 CORTEXA53'
    for kind in $kinds; do
        wrapper=(env OPENBLAS_CORETYPE="$kind")
        run_ctest "openblas-${kind,,}" release -LE "$but"
    done
    wrapper=(env REASSESS_OPENBLAS=none)
    run_ctest openblas-none release -LE "$but"
    if need one-core taskset; then
        wrapper=(taskset -c "$(taskset -pc $$ | sed 's/.*: *\([0-9]*\).*/\1/')")
        run_ctest one-core release -LE "$but"
    fi
    mkdir -p build/locale
    if localedef -i tr_TR -f UTF-8 build/locale/tr_TR.UTF-8 2>/dev/null; then
        wrapper=(env LOCPATH="$PWD/build/locale" LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu)
        run_ctest turkish release -LE "$but"
    else
        skip turkish 'localedef cannot make the locale tr_TR (package locales)'
    fi
    wrapper=()
}

# Other builds: every architecture of CUDA, none of CUDA's headers, clang's sanitizers in tests too,
# the shared library, link-time optimisation.
builds() {
    local targets=(reassess_cuda test_sass)
    if command -v nvcc >/dev/null || [ -n "${CUDACXX:-}" ]; then
        step 'build cuda' build release cuda &&
            run_ctest test-cuda-code cuda -L '^nvcc$' -R 'budget|sass.sm'
    else
        skip 'build cuda' 'there is no nvcc'
    fi
    targets=()
    need 'build clang' clang && step 'build clang' build clang
    step 'build without CUDA' build release bare -DREASSESS_CUDA=OFF -DSIMT_CCCL_INCLUDE=OFF &&
        run_ctest test-bare bare -L '^(simt|install)$'
    need 'build clang, sanitized' clang++ && step 'build clang, sanitized' build debug-clang &&
        run_ctest test-debug-clang debug-clang
    step 'build shared' build release shared -DBUILD_SHARED_LIBS=ON &&
        run_ctest test-shared shared -L install
    step 'build lto' build release lto -DREASSESS_LTO=ON && run_ctest test-lto lto
}

# chroot_step NAME SCRIPT: another Debian, which takes root and debootstrap
chroot_step() {
    local status
    before "$1" && return
    begin "$1"
    "scripts/$2.sh" 2>&1 | tee "build/log/$2.log"
    status=${PIPESTATUS[0]}
    took
    case $status in
        0) result "$1" 1 0 0 "passed ($time_taken)" ;;
        77) skip "$1" "$(tail -n 1 "build/log/$2.log")" ;;
        *) result "$1" 0 1 0 "FAILED ($time_taken)" ;;
    esac
}

long_suite() {
    local source name
    export REASSESS_LONG=1
    run_ctest long-release release
    run_ctest long-debug debug
    unset REASSESS_LONG
    machines
    builds
    chroot_step 'bare Debian' bare_debian
    chroot_step 'next Debian' next_debian
    chroot_step packages packages_test
    chroot_step 'CUDA 12' cuda12
    need wheel python3 cmake && step wheel scripts/wheel.sh &&
        chroot_step 'wheel, installed' wheel_test
    mutation
    need 'build fuzz' clang && step 'build fuzz' build fuzz || return
    for source in tests/fuzz/*_fuzz.c; do
        name=$(basename "$source" _fuzz.c)
        step "fuzz $name" scripts/fuzz.sh --no-build \
            --seconds "${REASSESS_FUZZ_SECONDS:-600}" "$name"
    done
}

# How much the tests notice: kept mutants of the host code, and a sample of new ones.
mutation() {
    need mutation python3 ninja strip || return
    step 'mutants kept' scripts/mutate_host.sh --kept
    step 'mutants drawn' scripts/mutate_host.sh --sample "${REASSESS_MUTANTS:-200}" \
        --seed "${REASSESS_SEED:-$(date +%Y%m%d)}"
}

# What is missing is installed where that is allowed, or said; then each step that wants it says so.
dependencies() {
    local tier=test
    [ "$mode" = --quick ] && tier=quick
    begin dependencies
    scripts/deps.sh "$tier" 2>&1 | tee build/log/dependencies.log
    if [ "${PIPESTATUS[0]}" -eq 0 ]; then
        result dependencies 1 0 0 passed
    else
        skip dependencies "$(tail -n 1 build/log/dependencies.log)"
    fi
}

dependencies
choose_cuda
suite release
if [ "$mode" != --quick ]; then
    suite debug
    [ -z "$mode" ] && need 'every test' python3 &&
        step 'every test' scripts/every_test.py build/release build/debug
    thread_suite
    neon_suite
    need clang-tidy clang-tidy && step clang-tidy run_clang_tidy
    need cppcheck cppcheck && step cppcheck run_cppcheck
    need shellcheck shellcheck && step shellcheck run_shellcheck
    need manual mandoc shellcheck && step manual check_manual
fi
if [ "$mode" = --long ]; then
    long_suite
fi

processor >build/log/processor
printf '\n%s%s s in all, processor %s s\n%d passed, %d failed, %d skipped\n' \
    "$summary" "$SECONDS" "$(<build/log/processor)" "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
