#!/usr/bin/env python3
"""average_precision_reference.py - average precision of made-up tasks, by scikit-learn.

    average_precision_reference.py > average_precision_reference.inc

The scores and sets are made by a generator that the test has too. The output is committed; nothing
at build or test time runs this.
"""
import numpy as np
import sklearn
from sklearn.metrics import average_precision_score


def task(rows, classes, levels, seed):
    """Label sets, and scores in quarters: of few levels many are tied."""
    state = seed

    def draw(below):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % below

    score = np.zeros((rows, classes))
    label = np.zeros((rows, classes), dtype=int)
    for i in range(rows):
        for c in range(classes):
            label[i, c] = draw(classes + 2) < 2
            score[i, c] = (draw(levels) + label[i, c] * (levels // 3)) / 4 - 8
    return score, label


print(f"// Made by average_precision_reference.py with scikit-learn {sklearn.__version__}.\n")
print("const PrecisionCase kPrecisions[] = {")
for rows, classes, levels, seed in [(40, 3, 64, 1), (200, 10, 64, 2), (200, 10, 3, 3),
                                    (30, 20, 1, 4), (12, 40, 16, 5), (3, 4, 8, 9)]:
    score, label = task(rows, classes, levels, seed)
    kept = label.any(axis=1)
    with_positives = label.any(axis=0)
    mean = np.mean([average_precision_score(label[kept, c], score[kept, c])
                    for c in np.flatnonzero(with_positives)])
    print(f"    {{{rows}, {classes}, {levels}, {seed}, {with_positives.sum()}, {kept.sum()}, "
          f"{float(mean)!r}}},")
print("};")
