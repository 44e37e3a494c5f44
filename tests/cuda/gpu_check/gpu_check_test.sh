#!/bin/bash
# gpu_check_test.sh SOURCES REASSESS MODULE LIBRARY TESTS BENCH - scripts/gpu_check.sh, whole, on
# the executor: what it does where there is no device but its stand-in, with NVIDIA's tools played
# by a script that holds them to the options these have; then with everything that may go wrong.
set -eu
sources=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
said=$folder/said

fail() {
    printf 'gpu_check_test: %s\n' "$*" >&2
    cat "$said" "$folder"/out*/*.log >&2 || true
    exit 1
}
holds() { grep -Eq -- "$2" "$1" || fail "$1 does not hold: $2"; }
check() { # check STATUS OUT OPTION...: on the programs below
    local expected=$1 out=$2 status=0
    shift 2
    bash "$sources/scripts/gpu_check.sh" --programs "$folder/programs" --limit 250 "$@" \
        "$folder/$out" \
        >"$said" 2>&1 || status=$?
    [ "$status" -eq "$expected" ] || fail "$* ended with $status"
}

mkdir "$folder/programs" "$folder/tools"
ln -s "$2" "$folder/programs/reassess"
ln -s "$3" "$folder/programs/reassess_cuda.so"
ln -s "$4" "$folder/programs/libreassess.so"
ln -s "$5" "$folder/programs/test_cuda_gpu"
# The bench has an executor of its own, which another one's cuBLAS knows nothing of.
printf '#!/bin/bash\nunset REASSESS_CUBLAS\nexec "%s" "$@"\n' "$6" >"$folder/programs/cuda_bench"
chmod +x "$folder/programs/cuda_bench"

# A tool knows the options that NVIDIA's has, and runs the program it is given.
cat >"$folder/tools/tool" <<'END'
#!/bin/bash
set -eu
name=$(basename "$0")
echo "$name $*" >>"$TOOL_LOG"
[[ "$name $*" != ${TOOL_HANGS:-none}* ]] || sleep 250
[[ "$name $*" != ${TOOL_FAILS:-none}* ]] || exit 9
report='' known=''
case "$name ${1:-}" in
    'nvidia-smi ') echo 'a device that is none' && exit ;;
    'nsys stats') [ -e "${*: -1}" ] && [[ ${*: -1} == *.nsys-rep ]] && echo 'read 1 ms' && exit ;;
    'ncu --import') [ -e "$2" ] && [[ $2 == *.ncu-rep ]] && echo '  Duration us 1' && exit ;;
    'nsys profile') known=' profile --trace=cuda,nvtx,osrt --force-overwrite=true ' ;;
    'ncu --set') known=' --set full --import-source yes --clock-control none --force-overwrite' &&
        known+=' --kernel-name regex:rs_row_kernel ' ;;
    compute-sanitizer*)
        known=' --tool memcheck racecheck synccheck initcheck --error-exitcode 9 '
        ;;
esac
while [[ $1 != /* ]]; do
    case $1 in
        --output=*) report=${1#--output=}.nsys-rep ;;
        --export) shift && report=$1.ncu-rep ;;
        *) [[ $known == *" $1 "* ]] || { echo "$name: what is $1?" >&2 && exit 3; } ;;
    esac
    shift
done
[ -z "$report" ] || echo report >"$report"
"$@"
END
chmod +x "$folder/tools/tool"
for name in nvidia-smi nsys ncu compute-sanitizer; do
    ln -s tool "$folder/tools/$name"
done
export TOOL_LOG=$folder/calls
path=$PATH

# Whole: every step is done, and says what it did.
PATH=$folder/tools:$path check 0 out
table=$folder/out/table.txt
for step in versions bench data records tests ncu memcheck racecheck synccheck initcheck stream \
    timeline; do
    holds "$table" "^$step +ok "
done
holds "$table" '^torch +(ok|skipped) '
holds "$table" '^records .*every record is that of the CPU'
holds "$table" '^versions .*host SIMT executor 0'
for name in f32 f16-calibration bf16-all predictions ensemble map mapped-ensemble range; do
    holds "$folder/out/records.log" "^$name: 1 records equal"
done
holds "$folder/out/records.log" '^heads: 2 records equal'
holds "$folder/out/tests.log" 'PASSED'
holds "$folder/out/bench.log" '^kernel +f32 .* done'
for mode in copy order map wide adds; do
    holds "$folder/out/bench.log" "^$mode +f32 .* done"
done
for mode in stream ensemble heads; do
    holds "$folder/out/stream.log" "^$mode +f32 .* done"
done
for name in bench stream; do
    python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' \
        <"$folder/out/$name.jsonl" || fail "$name.jsonl is no JSON"
    [ "$(wc -l <"$folder/out/$name.jsonl")" -eq "$(grep -c ' done$' "$folder/out/$name.log")" ] ||
        fail "$name.jsonl has not a line for each of the table"
done
holds "$folder/calls" '^ncu --set .*--clock-control none .*--mode kernel --rounds 1 --launches 1 '
holds "$folder/out/timeline.log" 'read 1 ms'
grep -q 'GB/s' "$folder"/out/*.log && fail 'the executor tells times'
[ "$(find "$folder/out" -type f | wc -l)" -le 20 ] || fail 'too many files'
[ "$(wc -l <"$table")" -eq 14 ] || fail 'not every step has one line'

for report in "$folder"/out/reassess-kernel-*.ncu-rep "$folder"/out/reassess-[0-9]*.nsys-rep; do
    [ -e "$report" ] || fail "$report is not there"
done

# Tasks of an array, and runs of one task, each have a report of their own, and so has a program
# that fails.
mkdir "$folder/reports" && cd "$folder/reports"
for task in 1 1 2; do
    REASSESS=$(type -P true) PATH=$folder/tools:$path SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID=$task \
        bash "$sources/scripts/nsight/timeline.sh" eval >"$said" 2>&1 || fail 'no timeline'
done
[ "$(find . -name 'reassess-7_1-*.nsys-rep' | wc -l)" -eq 2 ] || fail 'runs share a report'
[ "$(find . -name 'reassess-7_2-*.nsys-rep' | wc -l)" -eq 1 ] || fail 'tasks share a report'
status=0
REASSESS=$(type -P false) PATH=$folder/tools:$path \
    bash "$sources/scripts/nsight/timeline.sh" eval >"$said" 2>&1 || status=$?
[ "$status" -eq 1 ] && holds "$said" '^read 1 ms'
cd "$folder"

# A step that fails, and one that takes too long, are told and stop no other.
PATH=$folder/tools:$path TOOL_FAILS='compute-sanitizer --tool racecheck' \
    TOOL_HANGS='compute-sanitizer --tool memcheck' \
    check 1 out2 --limit memcheck=1 --only memcheck,racecheck,synccheck
holds "$folder/out2/table.txt" '^memcheck +over 1 s '
holds "$folder/out2/table.txt" '^racecheck +FAILED \(9\)'
holds "$folder/out2/table.txt" '^synccheck +ok '

# An engine that counts one row too many is found by its record.
rm "$folder/programs/reassess"
cat >"$folder/programs/reassess" <<END
#!/bin/bash
set -eu
"$2" "\$@"
while [ \$# -gt 1 ] && [ "\$1" != --json ]; do shift; done
case \${2:-} in
    f32.cuda.json | map.cuda.json) sed -i 's/"rows":96/"rows":97/; s/0[.]9/0.8/' "\$2" ;;
esac
END
chmod +x "$folder/programs/reassess"
PATH=$folder/tools:$path check 1 out3 --only data,records
holds "$folder/out3/table.txt" '^data +ok '
holds "$folder/out3/table.txt" '^records +FAILED'
holds "$folder/out3/records.log" '^f32: record 0/.* and '
holds "$folder/out3/records.log" '^map: record 0/.* and '
holds "$folder/out3/records.log" '^f16-calibration: 1 records equal'
ln -sf "$2" "$folder/programs/reassess"

# Without tools their steps are skipped with a word.
mkdir "$folder/few"
for name in bash cat cmp cp cut date dirname basename grep mktemp mkdir nproc readlink rm sed \
    sleep sort stat tail timeout tr uname wc tee; do
    ln -s "$(command -v "$name")" "$folder/few/"
done
PATH=$folder/few check 0 out4 --only ncu,memcheck,timeline,torch
for step in ncu:ncu memcheck:compute-sanitizer timeline:nsys torch:python3; do
    holds "$folder/out4/table.txt" "^${step%:*} +skipped .*there is no ${step#*:}"
done

# The bundle has the programs, the libraries that they need, and runs from where it lies.
bash "$sources/scripts/gpu_check.sh" --programs "$folder/programs" --bundle "$folder/carried" \
    >"$said" 2>&1 ||
    fail 'no bundle'
holds "$said" 'carried.tar.xz: [0-9]+ KB; there: tar xf carried.tar.xz && bash '\
'carried/scripts/gpu_check.sh OUT'
rm -r "$folder/carried" && tar -C "$folder" -xf "$folder/carried.tar.xz"
[ ! -e "$folder"/carried/lib/libc.so.6 ] || fail 'the C library is carried'
while read -r library; do
    [ -e "$folder/carried/lib/$library" ] || fail "$library is not carried"
done < <(ldd "$2" | awk '$3 ~ /^\// && $1 !~ /^lib(c|m|pthread|dl|rt)[.]so/ { print $1 }')
bash "$folder/carried/scripts/gpu_check.sh" --only versions "$folder/out5" >"$said" 2>&1 ||
    fail 'carried'
holds "$folder/out5/table.txt" '^versions +ok .*host SIMT executor 0'
echo 'every step was done, failed, hung and was skipped in its turn'
