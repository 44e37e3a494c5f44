#!/bin/bash
# The worked example: ResNet-50's published top-5, made full-size.
[ -d "${REASSESS_DATA:-}" ] || exit 77
set -e
mkdir labels
ln -s "$REASSESS_DATA/reassessed-imagenet/real.json" labels/real.json
ln -s "$REASSESS_DATA/ilsvrc2012_val_labels.txt" labels/original.txt
ln -s "$REASSESS_DATA/imagenet_synsets.txt" labels/synsets.txt
predictions=$REASSESS_DATA/predictions/resnet50_pytorch_imagenet_top5
reassess synth logits --quiet --from-predictions "${predictions}preds.npy" \
    --probs "${predictions}probs.npy" --shape 0,1000 -o resnet50.npy
