#!/bin/bash
# The worked example: ResNet-50's published top-5, made full-size.
reassess synth logits --quiet --from-predictions resnet50_preds.npy \
    --pred-scores resnet50_probs.npy \
    --shape 0,1000 -o resnet50.npy
