#!/usr/bin/env python3
"""bracket_reference.py - what the raters' scores leave open of the published models, by NumPy, for
the tests.

    bracket_reference.py FOLDER > bracket_reference.inc

FOLDER holds the published data (REASSESS_DATA). Needs numpy. A table of all images and classes,
filled score by score; nothing of it follows host/relabel. The output is committed; nothing at build
or test time runs this.
"""
import glob
import json
import os
import sys

import numpy as np

THRESHOLDS = [round(0.5 + 0.05 * i, 2) for i in range(10)]


def read_labels(folder):
    with open(os.path.join(folder, "reassessed-imagenet", "real.json"), encoding="ascii") as file:
        sets = json.load(file)
    real = np.zeros((len(sets), 1000), bool)
    for image, labels in enumerate(sets):
        real[image, labels] = True
    return np.loadtxt(os.path.join(folder, "ilsvrc2012_val_labels.txt"), dtype=int), real


def read_scores(folder):
    archive = np.load(os.path.join(folder, "reassessed-imagenet", "scores.npz"))
    info = archive["info"]
    image = np.array([int(name[-13:-5]) - 1 for name in info[:, 0]])
    score = np.full((50000, 1000), np.nan)
    score[image, info[:, 1].astype(int)] = archive["tensor"]
    return score


def first_predictions(path, original):
    """By image. Rows are in ImageFolder order and not sorted: larger probability first, then lower
    class."""
    classes, probs = np.load(path), np.load(path.replace("preds", "probs")).astype(float)
    first = np.empty(len(classes), int)
    first[np.argsort(original, kind="stable")] = [c[np.lexsort((c, -p))[0]] for c,
                                                  p in zip(classes, probs)]
    return first


def main():
    folder = sys.argv[1]
    original, real = read_labels(folder)
    score = read_scores(folder)
    images = np.arange(len(original))
    rated = ~np.isnan(score).all(1)
    sets = [np.where(rated[:, None], score >= t, real) for t in THRESHOLDS]
    has_set = real.any(1)
    asked_for = np.zeros_like(real)
    print(f"// Made by bracket_reference.py with NumPy {np.__version__}.\n")
    print("const int64_t kThresholdTotals[] = {" + ", ".join(str(s.any(1).sum()) for s in sets)
          + "};\n")
    print("// model, right by ReaL, of the others nobody was asked about, right by the sets of "
          "each threshold")
    print("const BracketCase kBrackets[] = {")
    for path in sorted(glob.glob(os.path.join(folder, "predictions", "*_top5preds.npy"))):
        first = first_predictions(path, original)
        right = real[images, first]
        unasked = has_set & ~right & np.isnan(score[images, first])
        asked_for[images[unasked], first[unasked]] = True
        by_threshold = ", ".join(str(s[images, first].sum()) for s in sets)
        name = os.path.basename(path).replace("_pytorch_imagenet_top5preds.npy", "")
        print(f'    {{"{name}", {(right & has_set).sum()}, {unasked.sum()}, {{{by_threshold}}}}},')
    print("};\n")
    pairs = np.argwhere(asked_for)
    print("// of all models together: pairs to be rated, their images, the sum over pairs of 1000 "
          "image + class")
    print(f"const int64_t kAskedPairs = {len(pairs)}, kAskedImages = "
          f"{len(np.unique(pairs[:, 0]))}, "
          f"kAskedSum = {(1000 * pairs[:, 0].astype(np.int64) + pairs[:, 1]).sum()};")


main()
