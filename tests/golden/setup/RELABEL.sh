#!/bin/bash
# Candidates of two models, named as the page names them. What classes are called is not among the
# real data: here only the class that the page shows has a name.
sed 's/.*/-/; 66s/-/sea snake/' labels/synsets.txt >labels/names.txt
for model in resnet50 vgg16; do
    ln -s ${model}_preds.npy $model.preds.npy
    ln -s ${model}_probs.npy $model.probs.npy
done
ln -s "$REASSESS_DATA/reassessed-imagenet/scores.npz" .
reassess propose --quiet --order imagefolder --pred-scores preds=probs --values probs \
    --extra 50000 \
    --name resnet50 --name vgg16 -o candidates.jsonl resnet50_preds.npy vgg16_preds.npy
