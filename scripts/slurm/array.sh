#!/bin/bash
#SBATCH --job-name=reassess
#SBATCH --ntasks=1
#SBATCH --signal=B:USR1@60
#SBATCH --requeue
#SBATCH --open-mode=append
#
# array.sh OPTION... --out DIR MODEL... - one task of an array: `reassess sweep` with these
# arguments, over the models that fall to this task. `reassess sweep --slurm N` submits it; by hand:
#
#   sbatch --array=0-15 --cpus-per-task=2 array.sh --out results --list models.txt
#   sbatch --array=0-15 --gpus-per-task=1 array.sh --backend cuda --out results --list models.txt
#
# Any number of models goes into as many tasks or fewer (task I of N takes every N-th). Which GPU a
# task has is SLURM's word: CUDA_VISIBLE_DEVICES is left as it is, and device 0 is the first of
# them.
#
# Before the time limit (or on scancel --batch --signal=USR1) the program is told to stop, ends
# within a second with 75, and the task is queued again; it goes on where it stopped. SIGTERM stops
# it too, but does not queue it again: preempted tasks are requeued by SLURM itself (--requeue),
# cancelled ones are to stay cancelled.
#
#   REASSESS               the program (reassess)
#   REASSESS_MAX_RESTARTS  give up after so many (100)

# First of all, for a signal may come at once. Between the start of the program and its first
# instruction one is lost: it is sent until the program is gone.
child='' stopped='' requeue=''
tell() { # SIGNAL
    stopped=$1
    while [ -n "$child" ] && kill -s "$1" "$child" 2>/dev/null; do sleep 0.1; done
}
trap 'requeue=yes; tell USR1' USR1
trap 'tell TERM' TERM
set -u

program=${REASSESS:-reassess}
most_restarts=${REASSESS_MAX_RESTARTS:-100}

# $SLURM_JOB_ID may be the id of the whole array, and requeue all of it.
task=${SLURM_JOB_ID:-}
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
fi

status=75
if [ -z "$stopped" ]; then
    "$program" sweep "$@" &
    child=$!
    [ -z "$stopped" ] || tell "$stopped"
    # A signal ends `wait` early, by when the program is gone: asked again, it has the program's
    # status, or 127 where it had given that before.
    wait "$child"
    status=$?
    wait "$child" 2>/dev/null
    answer=$?
    [ $answer -eq 127 ] || status=$answer
    # Ended by the signal itself: it had not begun to listen.
    if [ -n "$stopped" ] && [ $status -gt 128 ]; then
        case $(kill -l "$status") in USR1 | TERM) status=75 ;; esac
    fi
fi

if [ $status -eq 75 ] && [ -n "$requeue" ]; then
    if [ "${SLURM_RESTART_COUNT:-0}" -ge "$most_restarts" ]; then
        echo "array.sh: stopped after $most_restarts restarts (REASSESS_MAX_RESTARTS)" >&2
        exit 1
    fi
    # Where it cannot be asked for (no scontrol in a container), the exit status may do it:
    # RequeueExit=75.
    scontrol requeue "$task" && exit 0
fi
exit $status
