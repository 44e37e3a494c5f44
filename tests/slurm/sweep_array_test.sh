#!/bin/bash
# sweep_array_test.sh PROGRAM - `sweep --slurm` on a real controller, with the 21 real models: a
# plain run; a task killed in the middle and requeued; a task stopped before its time limit, which
# requeues itself. Each ends with the merged results of one uninterrupted sweep, byte for byte but
# for timings.
#
# 21 models take less than a second, so the program that is to be caught in the middle is run in
# steps: its process is stopped before it begins, and let go on until some of its results are there.
# Exit status 77, with the reason: this cannot run here.
set -euo pipefail

program=${1:?usage: sweep_array_test.sh PROGRAM}
tests=$(cd "$(dirname "$0")" && pwd)
if [ -z "${REASSESS_DATA:-}" ]; then
    echo 'skipped: REASSESS_DATA is not set'
    exit 77
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/slurm_test.XXXXXX")
clean_up() {
    bash "$tests/cluster.sh" stop "$folder/cluster" || true
    rm -rf "$folder"
}
trap clean_up EXIT
chmod 755 "$folder" # munged asks for it
mkdir "$folder/cluster" "$folder/models"
cluster=$(bash "$tests/cluster.sh" start "$folder/cluster") || exit $?
eval "$cluster"
cd "$folder"

# ---- helpers ----

fail() {
    echo "FAILED: $*"
    tail -n 50 -- */slurm/*.log || true
    exit 1
}

expect() { # WHAT EXPECTED ACTUAL
    [ "$2" = "$3" ] || fail "$1: expected \"$2\", got \"$3\""
    echo "ok: $1"
}

field() { # JOB FIELD: of the first record that scontrol shows
    scontrol show job "$1" -o | head -n 1 | grep -oE "(^| )$2=[^ ]*" | cut -d= -f2-
}

wait_until() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || fail "not within the time: $*"
        sleep 0.1
    done
}

is_over() { # a controller that does not answer knows nothing
    case $(field "$1" JobState) in
        '' | PENDING | RUNNING | COMPLETING | CONFIGURING | REQUEUED) return 1 ;;
    esac
}

is_running() { [ "$(field "$1" JobState)" = RUNNING ]; }

has_restarted() { [ "$(field "$1" Restarts)" -ge 1 ]; }

options=(--real "$REASSESS_DATA/reassessed-imagenet/real.json"
    --labels "$REASSESS_DATA/ilsvrc2012_val_labels.txt"
    --synsets "$REASSESS_DATA/imagenet_synsets.txt"
    --order imagefolder --pred-scores preds=probs --threads 1)

# submit NAME [OPTION...]: sets array and merge
submit() {
    local name=$1 said
    shift
    said=$("$program" sweep "${options[@]}" --slurm 3 --sbatch=--cpus-per-task=1 \
        --sbatch=--gpus-per-task=1 "$@" --out "$name" models/*_top5preds.npy)
    echo "$said"
    array=$(sed -n 's/^job \([0-9]*\): an array of 3 tasks$/\1/p' <<<"$said")
    merge=$(sed -n 's/^job \([0-9]*\): merges their results into .*/\1/p' <<<"$said")
    [[ -n $array && -n $merge ]] || fail 'what was said of the jobs is not understood'
}

# What is merged, less what may differ.
merged() {
    "$program" merge "$1" -o "$folder/merged.jsonl" --quiet
    sed -E 's/"(timing|engine)":\{[^}]*\}//g' merged.jsonl
}

# The program, but the first run of task 1 leaves its process id and waits for SIGCONT.
cat >"$folder/stopped.sh" <<END
#!/bin/bash
if [ "\${SLURM_ARRAY_TASK_ID:-}" = 1 ] && [ -z "\${SLURM_RESTART_COUNT:-}" ]; then
    echo \$\$ >"$folder/pid.new" && mv "$folder/pid.new" "$folder/pid"
    kill -STOP \$\$
fi
exec "$program" "\$@"
END
chmod +x "$folder/stopped.sh"
readonly catch_it=--sbatch=--export=ALL,REASSESS=$folder/stopped.sh

# stop_in_the_middle RESULTS: sets pid, of a process that is stopped when there are some results
stop_in_the_middle() {
    local results=$1 others
    wait_until 60 is_over "${array}_0"
    wait_until 60 is_over "${array}_2"
    wait_until 60 test -e pid
    pid=$(<pid)
    others=$(count_results "$results")
    until [ "$(count_results "$results")" -gt "$others" ]; do
        kill -CONT "$pid" 2>/dev/null || break # it has ended
        sleep 0.02
        kill -STOP "$pid" 2>/dev/null || break
    done
    [ "$(count_results "$results")" -lt 21 ] || fail 'it was through before it could be stopped'
    echo "ok: stopped in the middle, $(count_results "$results") of 21 models done"
}

count_results() { find "$1" -maxdepth 1 -name '[!.]*.json' ! -name '*.error.json' | wc -l; }

has_signal_waiting() { # SIGUSR1, bit 9
    local waiting
    waiting=$(sed -n 's/^ShdPnd:\t//p' "/proc/$1/status" 2>/dev/null)
    ((0x${waiting:-0} & 0x200))
}

is_gone_or_has_signal() { [ ! -e "/proc/$1" ] || has_signal_waiting "$1"; }

# ---- what all runs are compared with ----

cp -p "$REASSESS_DATA"/predictions/*.npy models/
expect 'real models' 21 "$(find models -name '*_top5preds.npy' | wc -l)"
"$program" sweep "${options[@]}" --quiet --out reference models/*_top5preds.npy
merged reference >expected
expect 'merged models' 21 "$(wc -l <expected)"

# ---- nothing happens ----

submit plain
wait_until 60 is_over "$merge"
expect 'plain run: the merge' 'COMPLETED 0:0' \
    "$(field "$merge" JobState) $(field "$merge" ExitCode)"
merged plain >got
cmp expected got || fail 'plain run: other results'
expect 'plain run: models in the merged file' 22 "$(wc -l <plain/merged.csv)"
expect 'plain run: tasks shared the models' '7 7 7' \
    "$(sed -n 's/^\([0-9]*\) models scored, 0 failed, 0 up to date.*/\1/p' \
        plain/slurm/"$array"_[0-2].log | paste -sd ' ')"

# ---- a task dies in the middle ----

rm -f pid
submit killed "$catch_it"
stop_in_the_middle killed
kill -KILL "$pid"
wait_until 60 is_over "${array}_1"
expect 'killed: its state' 'FAILED 137:0' \
    "$(field "${array}_1" JobState) $(field "${array}_1" ExitCode)"
wait_until 60 is_over "$merge"
expect 'killed: the merge still ran, and says that models are missing' 'FAILED 1:0' \
    "$(field "$merge" JobState) $(field "$merge" ExitCode)"
scontrol requeue "${array}_1"
wait_until 60 has_restarted "${array}_1"
wait_until 60 is_over "${array}_1"
expect 'killed: requeued' COMPLETED "$(field "${array}_1" JobState)"
merged killed >got
cmp expected got || fail 'killed: other results'
expect 'killed: the merge by hand' 21 \
    "$("$program" merge killed --expect 21 --format csv | tail -n +2 | wc -l)"
grep -q '^7 models scored' killed/slurm/"${array}"_1.log && fail 'killed: it began anew'

# ---- a task runs into its time limit, and is told so before ----

# On a busy machine the signal may come before the middle does, and is heard then: once more.
for limited in limited again once_more; do
    rm -f pid
    submit "$limited" "$catch_it" --sbatch=--time=1 --sbatch=--signal=B:USR1@50
    stop_in_the_middle "$limited"
    wait_until 90 is_gone_or_has_signal "$pid"
    ! has_signal_waiting "$pid" || break
    scancel "$array" "$merge"
done
has_signal_waiting "$pid" || fail 'the signal came too early, three times'
kill -CONT "$pid"
wait_until 60 has_restarted "${array}_1"
wait_until 60 is_over "$merge"
expect 'limit: tasks requeued' '0 1 0' \
    "$(for i in 0 1 2; do field "${array}_$i" Restarts; done | paste -sd ' ')"
expect 'limit: the merge, behind the requeued task' 'COMPLETED 0:0' \
    "$(field "$merge" JobState) $(field "$merge" ExitCode)"
expect 'limit: models in the merged file' 22 "$(wc -l <"$limited"/merged.csv)"
merged "$limited" >got
cmp expected got || fail 'limit: other results'

echo 'all as expected'
