#!/bin/bash
# Features of 2,000 images to train on and of 1,000 others, and labels of the first of which a fifth
# is wrong: the next class stands where the right one should.
set -e
reassess synth labels --quiet --shape 2000,12 --seed 3 -o train
reassess synth labels --quiet --shape 1000,12 --seed 4 -o val
for part in train val; do
    reassess synth logits --quiet --labels $part/original.txt --real $part/real.json \
        --accuracy 0.85 --seed 5 -o $part.npy
    ln -s $part/real.json $part.json
done
awk '!/^#/ { print n++ * 7919 % 1009 % 5 == 2 ? ($1 + 1) % 12 : $1 }' train/original.txt >train.txt
ln -s val/original.txt val.txt
