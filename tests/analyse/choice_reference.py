#!/usr/bin/env python3
"""choice_reference.py - the choice among valid labels of the published models, by NumPy alone.

    choice_reference.py DATA > choice_reference.inc

DATA: ilsvrc2012_val_labels.txt, reassessed-imagenet/real.json and predictions/. The output is
committed; nothing at build or test time runs this.
"""
import glob
import json
import math
import os
import sys

import numpy as np

data = sys.argv[1]
y = np.loadtxt(os.path.join(data, "ilsvrc2012_val_labels.txt"), dtype=int)
with open(os.path.join(data, "reassessed-imagenet", "real.json"), encoding="utf-8") as file:
    real = json.load(file)
size = np.array([len(r) for r in real])
in_set = np.array([label in r for label, r in zip(y, real)])
animal = np.arange(1000) < 398
oracle = np.array([np.mean(1 / size[(y == c) & in_set]) for c in range(1000)])
considered = np.flatnonzero((oracle < 0.9) & ~animal)
assert len(considered) == 252


def tail(sizes, at_least):
    """P(X >= at_least) of a sum of draws that hit with 1/size: the rows of a size are a
    binomial."""
    chance = np.ones(1)
    for s in np.unique(sizes):
        n = int(np.sum(sizes == s))
        k = np.arange(n + 1)
        log = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in k]
        chance = np.convolve(chance,
                             np.exp(np.array(log) - k * np.log(s) + (n - k) * np.log1p(-1 / s)))
    return float(np.sum(np.sort(chance[at_least:])))


def holm(p):
    p = np.sort(p)
    passed = p <= 0.05 / (len(p) - np.arange(len(p)))
    return len(p) if passed.all() else int(np.argmin(passed))


print(f"// Made by choice_reference.py with NumPy {np.__version__}.\n")
print("const ChoiceCase kChoices[] = {")
for path in sorted(glob.glob(os.path.join(data, "predictions", "*_top5preds.npy"))):
    prediction = np.load(path)
    score = np.load(path.replace("preds", "probs")).astype(float)
    # larger probability first, of equal ones the lower class
    best = score.max(axis=1, keepdims=True)
    first_by_folder = np.where(score == best, prediction, 1000).min(axis=1)
    first = np.empty(50000, dtype=int)
    first[np.argsort(y, kind="stable")] = first_by_folder  # rows by class, then by file name
    rows = in_set & (size >= 2) & np.array([f in r for f, r in zip(first, real)])
    says_y = rows & (first == y)
    n, p = rows.sum(), 1 / size[rows]
    stddev = np.sqrt(np.sum(p * (1 - p))) / n
    share, expected = says_y.sum() / n, p.mean()
    classes = above = 0
    expected_above, class_p = 0.0, []
    for c in considered:
        of_class = rows & (y == c)
        if not of_class.any():
            continue
        sizes = size[of_class]
        # a sum of fractions of small numbers: a whole one within rounding is meant
        whole = math.floor(np.sum(1 / sizes) + 1e-9)
        right = int(says_y[of_class].sum())
        classes += 1
        above += right > whole
        expected_above += tail(sizes, whole + 1)
        class_p.append(tail(sizes, right))
    name = os.path.basename(path).replace("_pytorch_imagenet_top5preds.npy", "")
    print(f'    {{"{name}", {n}, {says_y.sum()}, {expected!r}, {stddev!r}, '
          f'{(share - expected) / stddev!r},'
          .replace("np.float64(", "").replace(")", ""))
    print(f"     {tail(size[rows], int(says_y.sum()))!r}, {classes}, {above}, {expected_above!r}, "
          f"{holm(np.array(class_p))}}},")
print("};")
