#!/bin/bash
# A sweep that was made before, with other options.
reassess sweep --quiet --order imagefolder --pred-scores preds=probs --out results \
    resnet50_preds.npy
