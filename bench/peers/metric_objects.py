#!/usr/bin/python3
"""Metric objects as torchmetrics has them: update per batch on one-hot tensors, compute at the end.

torchmetrics itself is not packaged by Debian; this does what its multi-label top-k metrics do
inside: the k best of a batch scattered to a 0/1 table, multiplied with a 0/1 table of the labels.
"""
import peer
import torch

torch.set_num_threads(peer.options.threads)

BATCH = 256


class TopKHit:
    """Counts rows in which one of the k best classes is a label."""

    def __init__(self, k):
        self.k = k
        self.hits = torch.tensor(0)
        self.total = torch.tensor(0)

    def update(self, scores, target):
        best = torch.zeros_like(target).scatter(1, scores.topk(self.k, dim=1).indices, 1)
        has_labels = target.sum(dim=1) > 0
        hit = (best * target).sum(dim=1) > 0
        self.hits += (hit & has_labels).sum()
        self.total += has_labels.sum()


def one_hot_sets(labels, classes):
    table = torch.zeros(len(labels), classes, dtype=torch.int32)
    for row, members in enumerate(labels):
        table[row, members] = 1
    return table


def prepare(original, real):
    return torch.from_numpy(original), real


def evaluate(logits, labels):
    logits = torch.from_numpy(logits)
    classes = logits.shape[1]
    target, real = labels
    metrics = {(kind, k): TopKHit(k) for kind in ("imagenet", "real") for k in (1, 5)}
    for begin in range(0, len(logits), BATCH):
        batch = logits[begin:begin + BATCH]
        tables = {
            "imagenet": torch.nn.functional.one_hot(target[begin:begin + BATCH], classes).int(),
            "real": one_hot_sets(real[begin:begin + BATCH], classes),
        }
        for (kind, _), metric in metrics.items():
            metric.update(batch, tables[kind])
    counts = {f"{kind}_top{k}": metric.hits for (kind, k), metric in metrics.items()}
    return {**counts, "real_total": metrics["real", 1].total}


peer.main("metric objects", prepare, evaluate, {"torch": torch.__version__})
