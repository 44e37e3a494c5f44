#!/usr/bin/python3
"""Top-1 and top-5, original and ReaL, in NumPy: argpartition, then a sort of the five."""
import peer
import numpy as np


def prepare(original, real):
    return original, peer.label_table(real)


def evaluate(logits, labels):
    original, sets = labels
    rows = np.arange(len(logits))[:, None]
    five = np.argpartition(logits, -5, axis=1)[:, -5:]
    five = five[rows, np.argsort(-logits[rows, five], axis=1)]
    hits = (five[:, :, None] == sets[:, None, :]).any(axis=2)
    known = sets[:, 0] >= 0
    return {
        "imagenet_top1": (five[:, 0] == original).sum(),
        "imagenet_top5": (five == original[:, None]).any(axis=1).sum(),
        "real_top1": hits[known, 0].sum(),
        "real_top5": hits[known].any(axis=1).sum(),
        "real_total": known.sum(),
    }


peer.main("numpy argpartition", prepare, evaluate, {})
