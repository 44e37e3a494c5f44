#!/bin/bash
# touches_cuda_test.sh TREE - scripts/touches_cuda.sh tells what the tests of the CUDA engine stand
# on: every kind of file by a change planted in a repository of its own, and that nothing which they
# are compiled from includes a floor that the script calls apart. Skipped (77) without git.
set -u
export LC_ALL=C.UTF-8

tree=$1
script=$tree/scripts/touches_cuda.sh
command -v git >/dev/null || exit 77
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
failed=0

complain() {
    echo "touches_cuda_test: $*" >&2
    failed=1
}

# ---- no include of what is apart, from where the engine or its tests are compiled ----
floors=$(bash "$script" --apart)
kept=$(find "$tree"/{cuda,include,host} "$tree"/tests/{cuda,simt,sass,engine,support} \
    "$tree"/bench/cuda_bench.c "$tree"/bench/bench_data.[ch] -type f |
    grep -vE "/host/($floors)/|/tests/cuda/(program|gpu|examples)/")
[ "$(wc -l <<<"$kept")" -gt 300 ] || complain "only $(wc -l <<<"$kept") files were looked at"
found=$(xargs grep -nE "^#include \"($floors)/" <<<"$kept")
[ -z "$found" ] || complain "the engine's tests stand on what is called apart: $found"

# ---- what a change is taken for ----
cd "$scratch" || exit 1
git init -q . && git config user.name tester && git config user.email tester@example.org
git commit -q --allow-empty -m begin || exit 1
base=$(git rev-parse HEAD)

# expect STATUS WORDS NAME: what it says of the change since the base
expect() {
    local said status
    said=$(bash "$script" "${base_given-$base}" "$scratch")
    status=$?
    [ "$status $said" = "$1 $2" ] || complain "$3: $status, $said"
}
# change FILE: in the place of the last one, not committed
last=''
change() {
    [ -z "$last" ] || rm "$last"
    mkdir -p "$(dirname "$1")" && echo changed >"$1"
    last=$1
}

expect 1 '' 'nothing'
for file in cuda/gpu.c cuda/row_kernel.cuh host/base/text.c host/engine/row_kernel_avx2.c \
    host/tally/tally.c host/evaluate/pass.c host/fit/fit.c host/relabel/clean.c host/synth/rows.c \
    host/analyse/curve.c host/labels/labels.c host/formats/npy.c include/reassess/scorer.h \
    tests/cuda/x_test.cc tests/cuda/program/x_test.cc tests/simt/executor/grid.cc \
    tests/sass/machine/x.cc tests/engine/suite/x_suite.cc tests/support/reference.cc \
    tests/CMakeLists.txt tests/groups.cmake CMakeLists.txt CMakePresets.json cmake/Simt.cmake \
    bench/cuda_bench.c scripts/test.sh scripts/touches_cuda.sh scripts/deps.sh \
    scripts/gpu_check.sh docs/CUDA.md \
    host/newfloor/x.c newfolder/x.c .ci/run; do
    change "$file"
    expect 0 "$file" 'not committed'
done
for file in host/cli/main.c host/report/record.c host/sweep/lanes.c host/flat/flat.c \
    tests/cli/x_test.cc tests/golden/cases/eval.md docs/C_API.md docs/FIT.md \
    README.md python/reassess/x.py; do
    change "$file"
    expect 1 '' "$file alone"
done
change host/cli/main.c && git add -A && git commit -qm one && expect 1 '' 'committed, apart'
mkdir -p cuda && echo x >cuda/a.cu && git add -A && git commit -qm two &&
    expect 0 cuda/a.cu 'committed'
git mv cuda/a.cu host/cli/a.cu && git commit -qm three && base_given=$(git rev-parse HEAD~1) &&
    expect 0 cuda/a.cu 'moved away'
base_given='' expect 0 'no commit to compare with' 'no base'
base_given=0123456789abcdef expect 0 "no commit '0123456789abcdef'" 'a base that is not there'

[ "$failed" -eq 0 ] && echo 'touches_cuda_test: passed'
exit "$failed"
