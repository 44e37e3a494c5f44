#!/bin/bash
# quickstart.sh [MODEL...] - builds reassess, gets the labels and runs the main job.
#
#   scripts/quickstart.sh               makes test material and scores it
#   scripts/quickstart.sh logits.npy    scores your files
#
# Without a network the labels are synthetic: the first line says so, and so does every record.
# What is built and fetched goes to build/ and the cache folder; progress to standard error.
set -eu
cd_to=$(dirname "$0")/..
models=()
for model in "$@"; do
    models+=("$(realpath -- "$model")")
done
cd "$cd_to"

scripts/deps.sh build
mkdir -p build/log build/quickstart
echo 'quickstart.sh: building (build/log/quickstart.log)' >&2
if ! { cmake --preset release -D REASSESS_WERROR=OFF -D REASSESS_TESTS=OFF &&
    cmake --build build/release; } >build/log/quickstart.log 2>&1; then
    tail -n 30 build/log/quickstart.log >&2
    exit 1
fi
reassess=$PWD/build/release/reassess

labels=()
if scripts/deps.sh labels >&2 && folder=$(scripts/get_labels.sh); then
    echo "labels: $folder"
else
    echo 'labels: SYNTHETIC (the real ones could not be fetched); the numbers below mean nothing'
    "$reassess" synth labels --out build/quickstart/labels >&2
    labels=(--real build/quickstart/labels/real.json --labels build/quickstart/labels/original.txt)
fi

if [ "${#models[@]}" -eq 0 ]; then
    "$reassess" synth logits "${labels[@]}" --out build/quickstart/synthetic.npy >&2
    models=(build/quickstart/synthetic.npy)
fi
"$reassess" eval "${labels[@]}" --json build/quickstart/results.jsonl "${models[@]}"
echo "records: build/quickstart/results.jsonl"
