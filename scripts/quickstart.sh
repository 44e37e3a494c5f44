#!/bin/bash
# quickstart.sh [OPTION...] [MODEL...] - builds reassess, gets the labels and runs the main job.
#
#   scripts/quickstart.sh                                     makes test material and scores it
#   scripts/quickstart.sh logits.npy                          scores your files
#   scripts/quickstart.sh --order imagefolder logits.npy      with options of `reassess eval`
#
# What is missing is installed through the package manager where that is allowed (scripts/deps.sh);
# without root: docs/BUILDING.md, "On a cluster without root". Without a network the labels are
# synthetic: the first line says so, and so does every record. Nothing is installed of reassess
# itself: the last lines say where the program is and how that is done.
#
# What is built goes to build/, the labels to the cache folder, progress to standard error.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
readonly root work=$root/build/quickstart

fail() {
    local status=$1
    shift
    printf 'quickstart.sh: %s\n' "$*" >&2
    exit "$status"
}

case ${1:-} in
-h | --help)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 0
    ;;
esac

# ---- the arguments, before minutes of building: options as the table of the program has them ----

flags=$(sed -n 's/^RS_OPTION([A-Z0-9_]*, "\([a-z0-9-]*\)", [^,]*, FLAG,.*/\1/p' \
    "$root/host/cli/options.def" | paste -s -d ,)
valued=$(sed -n 's/^RS_OPTION([A-Z0-9_]*, "\([a-z0-9-]*\)", [^,]*, \(ONCE\|MANY\),.*/\1:/p' \
    "$root/host/cli/options.def" | paste -s -d ,)
sorted=$(getopt --name quickstart.sh --options qj: --longoptions "$flags,$valued" -- "$@") || {
    echo 'usage: quickstart.sh [OPTION...] [MODEL...], options as in reassess help eval' >&2
    exit 2
}
words=()
eval "words=($sorted)" # quoted by getopt
own_labels='' own_json='' own_features='' models=0
for ((i = 0; i < ${#words[@]}; ++i)); do
    case ${words[i]} in
        --) break ;;
        --real | --labels) own_labels=1 && ((++i)) ;;
        --json) own_json=1 && ((++i)) ;;
        --features) own_features=${words[++i]} ;;
        -j) ((++i)) ;;
        --*) [[ ",$valued," == *",${words[i]#--}:,"* ]] && ((++i)) ;;
    esac
done
for model in "${words[@]:i + 1}" ${own_features:+"$own_features"}; do
    models=$((models + 1))
    [ "$model" = - ] || [ -e "$model" ] || fail 1 "there is no file $model"
    [ "$model" = - ] || [ -r "$model" ] || fail 1 "the file $model cannot be read"
done
[ -z "$own_labels" ] || [ "$models" -gt 0 ] || fail 2 'name the models that these labels are for'

# ---- the program ----

"$root/scripts/deps.sh" build
mkdir -p "$root/build/log" "$work"
# The CUDA engine takes minutes to compile: only where it can run.
cuda=OFF
if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
    cuda=AUTO
fi
log=$root/build/log/quickstart.log
echo "quickstart.sh: building ($log)" >&2
if ! (cd "$root" && cmake --preset user -D REASSESS_CUDA=$cuda && cmake --build build/user) \
    >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    exit 1
fi
reassess=$root/build/user/reassess

# ---- the labels ----

# The first line says what the labels are. Those that are there need nothing. Status 3: they cannot
# be had here; any other failure is one that somebody should see.
labels=() status=0 folder=''
if [ -z "$own_labels" ] && ! folder=$("$root/scripts/get_labels.sh" --check); then
    status=3
    if "$root/scripts/deps.sh" labels >&2; then
        status=0
        folder=$("$root/scripts/get_labels.sh") || status=$?
    fi
fi
if [ -n "$own_labels" ]; then
    echo 'labels: those that were named'
elif [ "$status" -eq 0 ]; then
    echo "labels: $folder"
elif [ "$status" -ne 3 ]; then
    exit 1
else
    folder=$work/labels
    labels=(--real "$folder/real.json" --labels "$folder/original.txt")
    echo 'labels: SYNTHETIC, since the real ones could not be fetched: no number below is a result'
    "$reassess" synth labels --quiet --shape 50000,1000 -o "$folder"
fi

# ---- the job ----

made_up=()
if [ "$models" -eq 0 ]; then
    echo 'model: made-up logits of 76 % accuracy (to score yours: scripts/quickstart.sh FILE...)'
    made_up=("$work/made-up.npy")
    "$reassess" synth logits --quiet "${labels[@]}" --shape 50000,1000 --accuracy 0.76 \
        -o "${made_up[0]}"
fi
json=()
[ -n "$own_json" ] || json=(--json "$work/results.jsonl")
echo
"$reassess" eval "${labels[@]}" "${json[@]}" "$@" "${made_up[@]}"
echo
[ -n "$own_json" ] || echo "one record a model:  $work/results.jsonl"
echo "the program:         $reassess"
printf 'to install it:       cmake --install %q --prefix ~/.local\n' "$root/build/user"
