#!/usr/bin/python3
"""Top-1 and top-5, original and ReaL, in NumPy: argmax five times over, the winners struck out.

The fastest way found in NumPy 1.24; numpy_argpartition.py is what is met more often.
"""
import peer
import numpy as np


def prepare(original, real):
    return original, peer.label_table(real)


def evaluate(logits, labels):
    original, sets = labels
    rows = np.arange(len(logits))
    left = logits.copy()
    five = np.empty((len(logits), 5), dtype=np.int64)
    for k in range(5):
        five[:, k] = left.argmax(axis=1)
        left[rows, five[:, k]] = -np.inf
    hits = (five[:, :, None] == sets[:, None, :]).any(axis=2)
    known = sets[:, 0] >= 0
    return {
        "imagenet_top1": (five[:, 0] == original).sum(),
        "imagenet_top5": (five == original[:, None]).any(axis=1).sum(),
        "real_top1": hits[known, 0].sum(),
        "real_top5": hits[known].any(axis=1).sum(),
        "real_total": known.sum(),
    }


peer.main("numpy top-5", prepare, evaluate, {})
