#!/bin/bash
# scale_parts.sh PROGRAM [MODELS] - the parts of which docs/SCALE.md makes its estimate, measured
# here: what a model costs beside its pass. Needs REASSESS_DATA; works in TMPDIR, some 2 MB a model.
set -euo pipefail

program=${1:?usage: scale_parts.sh PROGRAM [MODELS]}
models=${2:-1000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
predictions=${REASSESS_DATA:?holds the labels and predictions}/predictions
predictions+=/alexnet_pytorch_imagenet_top5
options=(--quiet --real "$REASSESS_DATA/reassessed-imagenet/real.json"
    --labels "$REASSESS_DATA/ilsvrc2012_val_labels.txt" --order imagefolder)
for ((i = 0; i < models; i++)); do
    echo "model$i ${predictions}preds.npy --pred-scores ${predictions}probs.npy"
done >"$folder/list"

timed() { # WHAT COMMAND...: median of 5, in ms
    local what=$1 begin
    shift
    for _ in 1 2 3 4 5; do
        begin=$(date +%s%N)
        "$@" >/dev/null
        echo $((($(date +%s%N) - begin) / 1000))
    done | sort -n | sed -n 3p | awk -v what="$what" '{printf "%-44s %10.1f ms\n", what, $1 / 1000}'
}

sweep() { "$program" sweep "${options[@]}" --out "$folder/results" --list "$folder/list"; }

begin=$(date +%s%N)
sweep
echo "$models models" $((($(date +%s%N) - begin) / 1000000)) |
    awk '{printf "%-44s %10.1f ms a model\n", "sweep of predictions, results synced", $3 / $1}'
timed "one model, whole process" "$program" eval "${options[@]}" \
    --pred-scores "${predictions}probs.npy" "${predictions}preds.npy"
timed "sweep, $models models up to date" sweep
timed "merge of $models models to CSV" "$program" merge --quiet "$folder/results" \
    -o "$folder/all.csv"
du -k --apparent-size "$folder/results"/model0.* | awk '{print $1 " KB " $2}' | sed 's|/.*/||'
