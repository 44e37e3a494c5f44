"""What the peers of the benchmark share: arguments, labels, the clock, one line of JSON.

A peer is a script as somebody would write it who has logits in a file and wants ReaL accuracy. It
defines prepare(original, real), which puts the labels into the form it likes, and
evaluate(logits, labels), which returns counts, and calls main(). Timed is evaluate alone
("memory"), or reading a file that lies in the page cache and evaluate ("file"): in both cases
inside the process, after the imports and with the labels prepared, which favours the peers.
"""
import argparse
import json
import os
import platform
import sys
import time

_arguments = argparse.ArgumentParser()
_arguments.add_argument("--logits", required=True, help="N x C float32 .npy")
_arguments.add_argument("--real", required=True, help="real.json")
_arguments.add_argument("--labels", required=True, help="a class index per line")
_arguments.add_argument("--order", choices=("file", "imagefolder"), default="file")
_arguments.add_argument("--mode", choices=("memory", "file"), default="memory")
_arguments.add_argument("--threads", type=int, default=1)
_arguments.add_argument("--repeats", type=int, default=3)
options = _arguments.parse_args()

# Before NumPy and torch are imported: their libraries read these when they start.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = str(options.threads)

import numpy as np  # noqa: E402


def load_labels():
    """Original labels (int64 array) and ReaL sets (list of lists) in the order of the rows."""
    with open(options.labels, encoding="utf-8") as file:
        original = np.array([int(line) for line in file if not line.startswith("#")])
    with open(options.real, encoding="utf-8") as file:
        real = json.load(file)
    if options.order == "imagefolder":
        order = np.argsort(original, kind="stable")
        original = original[order]
        real = [real[i] for i in order]
    return original, real


def label_table(real):
    """ReaL sets as a table of as many columns as the largest set, filled up with -1."""
    table = np.full((len(real), max(map(len, real))), -1)
    for row, labels in enumerate(real):
        table[row, :len(labels)] = labels
    return table


def main(name, prepare, evaluate, versions):
    labels = prepare(*load_labels())
    logits = np.load(options.logits) if options.mode == "memory" else None
    seconds = []
    counts = {}
    for repeat in range(options.repeats + 1):
        start = time.perf_counter()
        counts = evaluate(np.load(options.logits) if logits is None else logits, labels)
        if repeat > 0:  # the first one warms caches up
            seconds.append(time.perf_counter() - start)
    seconds.sort()
    json.dump({
        "contestant": name,
        "mode": options.mode,
        "threads": options.threads,
        "median_ms": 1e3 * float(np.median(seconds)),
        "min_ms": 1e3 * seconds[0],
        "repeats": options.repeats,
        "counts": {key: int(value) for key, value in counts.items()},
        "versions": {"python": platform.python_version(), "numpy": np.__version__, **versions},
    }, sys.stdout)
    print()
