#!/bin/bash
# steps.sh STEP - one step of gpu_check.sh, which runs it under a limit in a folder for all of them.
# The status 77 is skipped; what it says last goes into the table.
set -u
root=$GPU_CHECK_ROOT out=$GPU_CHECK_OUT programs=$GPU_CHECK_PROGRAMS
reassess=$programs/reassess

# Rows and columns of a model, what a bench is told, and which tests the sanitizers run: of hard
# rows, predictions, calibration, scorers and heads.
rows=50000 columns=1000 bench=() tests='*'
sanitized='*RowKernel.RowsThatAreNotAligned*:*RowKernel.Calibration/f16:*DeviceRows.TheTally*'
sanitized+=':*EnsembleOnCuda.HardRows*:*EngineHeads.RangesAdd*'
if "$reassess" info 2>/dev/null | grep -q 'SIMT executor'; then
    rows=96 columns=40 bench=(--rows 24 --columns 40 --rounds 1 --dtype f32)
    tests='*EngineKeys.SmallOnes*order_0' sanitized=$tests
fi

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || { echo "skipped: there is no $tool" && exit 77; }
    done
}

build() {
    need cmake nvcc
    bash "$root/scripts/gpu/build.sh" "$root/build/gpu" native
}

versions() {
    local tool
    uname -a
    echo "$(nproc) processors"
    for tool in nvidia-smi nvcc ncu nsys compute-sanitizer cuobjdump python3; do
        printf '%-18s %s\n' "$tool" "$(command -v "$tool" || echo 'not there')"
    done
    if command -v nvidia-smi >/dev/null; then nvidia-smi; fi
    if command -v nvcc >/dev/null; then nvcc --version; fi
    "$reassess" info
    "$reassess" info | grep -m 1 'engine cuda *device'
}

bench() {
    "$programs/cuda_bench" --mode copy,kernel,order,map,wide,adds --json "$out/bench.jsonl" \
        "${bench[@]}"
}

stream() {
    "$programs/cuda_bench" --mode stream,ensemble,heads --rounds 7 --folder . \
        --json "$out/stream.jsonl" "${bench[@]}"
}

tests() {
    "$programs/test_cuda_gpu" --gtest_brief=1 "--gtest_filter=$tests"
}

# Models of every 16- and 32-bit type with ties, NaN and infinite values, heads whose products are
# exact, and a class map that drops a column of nine and gives a class two.
data() {
    local type like=(--labels labels/original.txt --real labels/real.json --shape "$rows,$columns")
    "$reassess" synth labels -q --shape "$rows,$columns" -o labels || return 1
    for type in f32 f16 bf16; do
        "$reassess" synth logits -q "${like[@]}" --dtype "$type" --tied-rows 0.02 --nan-rows 0.02 \
            --inf-rows 0.02 -o "$type.npy" || return 1
    done
    "$reassess" synth logits -q "${like[@]}" --accuracy 0.6 --seed 2 -o second.npy || return 1
    awk -v n="$columns" 'BEGIN { for (; i < n; i++) print i % 9 == 4 ? -1 : i - (i % 9 == 5) }' \
        i=0 >map.txt
    if command -v python3 >/dev/null; then
        python3 "$root/scripts/gpu/exact_heads.py" "$rows" "$columns" || return 1
    fi
    du -sh .
}

# equal NAME OPTION...: the records of both engines, and what they keep
equal() {
    local name=$1 engine kept keep=()
    shift
    rm -rf kept
    for engine in cpu cuda; do
        mkdir -p "kept/$engine" || return 1
        [[ " $* " != *' --keep-topk '* ]] || keep=(--keep-dir "kept/$engine")
        "$reassess" eval -q --real labels/real.json --labels labels/original.txt \
            --backend "$engine" \
            "${keep[@]}" --json "$name.$engine.json" "$@" 2>said || { cat said && return 1; }
    done
    for kept in kept/cpu/*; do
        [ ! -e "$kept" ] || cmp "$kept" "kept/cuda/${kept##*/}" || return 1
    done
    python3 "$root/scripts/gpu/equal_records.py" "$name" "$name.cpu.json" "$name.cuda.json"
}

records() {
    local type failed=0
    need python3
    for type in f32 f16 bf16; do
        local model=(--dtype "$type" "$type.npy")
        equal "$type" "${model[@]}" || failed=1
        equal "$type-calibration" --calibration "${model[@]}" || failed=1
        equal "$type-all" --calibration --row-flags --keep-topk 5 "${model[@]}" || failed=1
    done
    equal predictions --keep-topk 5 f32.npy || failed=1
    equal ensemble --ensemble --weights 2,1 --calibration f32.npy second.npy || failed=1
    equal map --class-map map.txt f32.npy || failed=1
    equal mapped-ensemble --ensemble --space prob --class-map map.txt f16.npy second.npy || failed=1
    equal range --row-range "$((rows / 3)):$((rows - 7))" f32.npy || failed=1
    equal heads --features features.npy --head head_a.npy --head head_b.npy || {
        if grep -q 'need cuBLAS' said; then
            echo 'heads: skipped, there is no cuBLAS'
        else
            failed=1
        fi
    }
    [ "$failed" -eq 0 ] && echo 'every record is that of the CPU'
}

# Its report goes to OUT, unless it is too large to be carried about.
with_report() {
    local report status=0
    "$@" || status=$?
    for report in reassess-*-rep; do
        [ ! -e "$report" ] || [ "$(stat -c %s "$report")" -gt 8000000 ] || cp "$report" "$out/"
    done
    return "$status"
}

ncu_kernels() {
    REASSESS_BENCH=$programs/cuda_bench with_report \
        bash "$root/scripts/nsight/kernel.sh" --dtype f32,bf16 "${bench[@]}"
}

sanitize() {
    REASSESS_GPU_TESTS=$programs/test_cuda_gpu REASSESS_SANITIZERS=$1 \
        bash "$root/scripts/compute_sanitizer.sh" "$sanitized"
}

timeline() {
    REASSESS=$reassess with_report bash "$root/scripts/nsight/timeline.sh" eval -q --backend cuda \
        --real labels/real.json --labels labels/original.txt --calibration --json timeline.json \
        f32.npy second.npy
}

torch() {
    need python3
    python3 "$root/scripts/gpu/torch_rows.py" "$rows" "$columns"
}

case $1 in
    build | versions | bench | stream | tests | data | records | timeline | torch) "$1" ;;
    ncu) ncu_kernels ;;
    memcheck | racecheck | synccheck | initcheck) sanitize "$1" ;;
    *) echo "steps.sh: there is no step $1" >&2 && exit 2 ;;
esac
