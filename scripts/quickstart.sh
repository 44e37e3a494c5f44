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
# The CUDA engine takes minutes to compile: only where it can run.
cuda=OFF
if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
    cuda=AUTO
fi
echo 'quickstart.sh: building (build/log/quickstart.log)' >&2
if ! { cmake --preset release -D REASSESS_WERROR=OFF -D REASSESS_TESTS=OFF \
    -D REASSESS_CUDA=$cuda &&
    cmake --build build/release; } >build/log/quickstart.log 2>&1; then
    tail -n 30 build/log/quickstart.log >&2
    exit 1
fi
reassess=$PWD/build/release/reassess

# The first line says what the labels are. Status 3: they cannot be had here; any other failure is
# one that somebody should see.
labels=()
status=3
if scripts/deps.sh labels >&2; then
    status=0
    folder=$(scripts/get_labels.sh) || status=$?
fi
if [ "$status" -eq 0 ]; then
    echo "labels: $folder"
elif [ "$status" -ne 3 ]; then
    exit 1
else
    folder=build/quickstart/labels
    labels=(--real "$folder/real.json" --labels "$folder/original.txt")
    echo 'labels: SYNTHETIC, since the real ones could not be fetched: no number below is a result'
    "$reassess" synth labels --quiet --shape 50000,1000 -o "$folder"
fi

if [ "${#models[@]}" -eq 0 ]; then
    echo 'model: made-up logits of 76 % accuracy (to score yours: scripts/quickstart.sh FILE...)'
    models=(build/quickstart/made-up.npy)
    "$reassess" synth logits --quiet "${labels[@]}" --shape 50000,1000 --accuracy 0.76 \
        -o "${models[0]}"
fi
echo
"$reassess" eval "${labels[@]}" --json build/quickstart/results.jsonl "${models[@]}"
echo
echo 'one record a model: build/quickstart/results.jsonl'
