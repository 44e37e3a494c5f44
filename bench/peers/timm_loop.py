#!/usr/bin/python3
"""How validation scripts in the manner of timm do it: batches of 256; topk once for the original
labels and once more for ReaL, which is a meter of its own; there a Python loop over rows and
predictions, in which the image's file name leads to its labels each time they are asked for.

Written anew after that behaviour; no code is taken over.
"""
import os

import peer
import torch

torch.set_num_threads(peer.options.threads)

BATCH = 256
TOPK = (1, 5)


class RealMeter:
    """Per image and k: is one of the first k predictions among its labels?"""

    def __init__(self, paths, real):
        self.paths = paths
        self.real = real
        self.seen = 0
        self.correct = {k: [] for k in TOPK}

    def update(self, logits):
        _, five = logits.topk(max(TOPK), 1, True, True)
        for predictions in five.numpy():
            name = os.path.basename(self.paths[self.seen])
            self.seen += 1
            if self.real[name]:
                for k in TOPK:
                    self.correct[k].append(any([p in self.real[name] for p in predictions[:k]]))


def prepare(original, real):
    names = [f"ILSVRC2012_val_{i + 1:08d}.JPEG" for i in range(len(real))]
    paths = [os.path.join("imagenet/val", name) for name in names]
    return torch.from_numpy(original), paths, dict(zip(names, real))


def evaluate(logits, labels):
    logits = torch.from_numpy(logits)
    original, paths, real = labels
    meter = RealMeter(paths, real)
    right = {k: 0.0 for k in TOPK}
    for begin in range(0, len(logits), BATCH):
        batch = logits[begin:begin + BATCH]
        _, five = batch.topk(max(TOPK), 1, True, True)
        hits = five.t() == original[None, begin:begin + BATCH]
        for k in TOPK:
            right[k] += hits[:k].reshape(-1).float().sum().item()
        meter.update(batch)
    return {
        "imagenet_top1": right[1],
        "imagenet_top5": right[5],
        "real_top1": sum(meter.correct[1]),
        "real_top5": sum(meter.correct[5]),
        "real_total": len(meter.correct[1]),
    }


peer.main("timm's loop", prepare, evaluate, {"torch": torch.__version__})
