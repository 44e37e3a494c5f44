#!/bin/bash
# gpu_check.sh [OPTION...] OUT - the first hour on a GPU, in under 9 minutes: tests and times the
# CUDA engine on the device of this machine. All goes to the folder OUT, a table to standard output
# as well.
#
#     scripts/gpu_check.sh OUT                     builds for this device alone, then checks
#     scripts/gpu_check.sh --bundle FOLDER [ARCH]  what a machine without nvcc and network needs, up
#                                                  to 10 MB as FOLDER.tar.xz, which then runs
#                                                  bash FOLDER/scripts/gpu_check.sh OUT;
#                                                  ARCH as CMAKE_CUDA_ARCHITECTURES (90-real: H100,
#                                                  H200)
#
#     --programs FOLDER  where reassess, reassess_cuda.so, libreassess.so, test_cuda_gpu and
#                        cuda_bench are (default: bin beside scripts, as in a bundle; else they are
#                        built)
#     --only STEP,...    these steps alone
#     --limit [STEP=]S   seconds that every step, or this one, gets in the place of its own limit
#
# Every step has a limit of its own, and one that fails does not stop the next; all end before 530
# s. One whose tool is missing is skipped with a word. Clocks and settings of the device stay as
# they are. The exit status is 1 where a step failed. On the executor of the tests, which stands in
# for a device, every step does little, and no times are told.
set -u
self=$(readlink -f "$0")
root=$(dirname "$(dirname "$self")")
all_seconds=530 only='' bundle='' out='' programs=''
declare -A limits=()

usage() {
    sed -n '2,19s/^# \{0,1\}//p' "$self" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
        --programs | --only | --limit | --bundle) [ $# -ge 2 ] || usage ;;&
        --programs)
            programs=$(readlink -e "$2") || { echo "gpu_check.sh: there is no $2" >&2 && exit 2; }
            shift
            ;;
        --only) only=,$2, && shift ;;
        --limit)
            [[ $2 =~ ^([a-z]+=)?[0-9]+$ ]] || usage
            limits[${BASH_REMATCH[1]:-all=}]=${2##*=}
            shift
            ;;
        --bundle) bundle=$2 && shift ;;
        -*) usage ;;
        *) [ -z "$out" ] || usage && out=$1 ;;
    esac
    shift
done

if [ -n "$bundle" ]; then
    exec bash "$root/scripts/gpu/bundle.sh" "$bundle" "${out:-90-real}" "$programs"
fi
[ -n "$out" ] || usage
mkdir -p "$out" && out=$(readlink -e "$out") && work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
[ -n "$programs" ] || [ ! -e "$root/bin/reassess" ] || programs=$root/bin
build=0
[ -n "$programs" ] || { build=1 && programs=$root/build/gpu/bin; }
export GPU_CHECK_ROOT=$root GPU_CHECK_OUT=$out GPU_CHECK_PROGRAMS=$programs GPU_CHECK_BUILD=$build
export LD_LIBRARY_PATH=$root/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export REASSESS_CUDA_PLUGIN=$programs/reassess_cuda.so REASSESS_LIBRARY=$programs/libreassess.so
export REASSESS_PROGRAM=$programs/reassess PYTHONPATH=$root/python PYTHONDONTWRITEBYTECODE=1
cd "$work" || exit 1

printf '%-10s %-13s %4s  %s\n' step result s 'what it said last' >"$out/table.txt"
failed=0
step() { # step NAME SECONDS
    local name=$1 limit=$2 begin=$SECONDS status result log=$out/$1.log
    [ -z "$only" ] || [[ $only == *",$name,"* ]] || return 0
    limit=${limits[$name=]:-${limits[all=]:-$limit}}
    [ $((SECONDS + limit)) -le "$all_seconds" ] || limit=$((all_seconds - SECONDS))
    if [ "$limit" -ge 1 ]; then
        timeout -k 5 "$limit" bash "$root/scripts/gpu/steps.sh" "$name" >"$log" 2>&1 </dev/null
        status=$?
    else
        echo 'no time was left' >"$log"
        status=1
    fi
    case $status in
        0) result=ok ;;
        77) result=skipped ;;
        124 | 137) result="over $limit s" && failed=1 ;;
        *) result="FAILED ($status)" && failed=1 ;;
    esac
    printf '%-10s %-13s %4d  %s\n' "$name" "$result" $((SECONDS - begin)) \
        "$(grep -v '^[[:space:]]*$' "$log" | tail -n 1 | tr -d '\r' | cut -c 1-100)" \
        >>"$out/table.txt"
    tail -c 262144 "$log" >cut.log && cp cut.log "$log"
    tail -n 1 "$out/table.txt" >&2
}

[ "$build" -eq 0 ] || step build 240
step versions 15
step bench 50
step data 50
step records 70
step tests 120
step ncu 50
for tool in memcheck racecheck synccheck initcheck; do
    step "$tool" 25
done
step stream 30
step timeline 20
step torch 25
printf '\n' && cat "$out/table.txt"
exit "$failed"
