#!/bin/bash
# What the commands of documents start with: the real labels, timm's tables, and published
# predictions under the names that the documents give them.
[ -d "${REASSESS_DATA:-}" ] || exit 77
set -e
mkdir labels
ln -s "$REASSESS_DATA/reassessed-imagenet/real.json" labels/real.json
ln -s "$REASSESS_DATA/ilsvrc2012_val_labels.txt" labels/original.txt
ln -s "$REASSESS_DATA/imagenet_synsets.txt" labels/synsets.txt
ln -s "$REASSESS_DATA"/timm/results-imagenet*.csv .
for model in resnet50 vgg16; do
    for what in preds probs; do
        ln -s "$REASSESS_DATA/predictions/${model}_pytorch_imagenet_top5$what.npy" \
            ${model}_$what.npy
    done
done
