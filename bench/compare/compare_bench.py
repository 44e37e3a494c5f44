#!/usr/bin/env python3
"""compare_bench.py - the paired bootstrap of reassess compare beside a loop, NumPy and SciPy.

    compare_bench.py --build build/release --data FOLDER [--rounds 5] [--replicates 10000]

FOLDER holds predictions/*_top5preds.npy, *_top5probs.npy, ilsvrc2012_val_labels.txt and
reassessed-imagenet/real.json. Configure with -DREASSESS_BENCH=ON: bench/bootstrap_bench is needed.
Run it with a Python that has NumPy, and SciPy for its line.

Over the images with a ReaL set, for 2 models and for all, both measures at once:
  product   rs_bootstrap_run: patterns, exact multinomials, one matrix product a block
  loop      the obvious loop in C on as many threads: draw an image, add up who is right
  NumPy     the obvious loop in NumPy: right[rng.integers(n, size=n)].sum(axis=0) for each replicate
  SciPy     scipy.stats.bootstrap(paired=True, method="percentile") for the difference of one pair
NumPy and SciPy run fewer replicates (--slow-replicates) and are scaled up to the same number.
"""
import argparse
import glob
import json
import os
import statistics
import subprocess
import tempfile
import time

import numpy as np


def read_codes(data):
    """in_set[image], codes[model, image] and names; images with a ReaL set only."""
    labels = np.loadtxt(os.path.join(data, "ilsvrc2012_val_labels.txt"), dtype=int)
    with open(os.path.join(data, "reassessed-imagenet", "real.json"), encoding="utf-8") as file:
        sets = json.load(file)
    images = np.array([len(s) > 0 for s in sets])
    member = np.zeros((len(sets), labels.max() + 1), dtype=bool)
    for i, classes in enumerate(sets):
        member[i, classes] = True
    order = np.argsort(labels, kind="stable")
    codes = []
    names = sorted(glob.glob(os.path.join(data, "predictions", "*_top5preds.npy")))
    for name in names:
        ranked = np.load(name)
        best = np.argmax(np.load(name.replace("preds", "probs")), axis=1)
        first = np.empty(len(labels), dtype=int)
        first[order] = ranked[np.arange(len(labels)), best]
        right = first == labels
        codes.append(np.where(right, 0, np.where(member[np.arange(len(labels)), first], 1, 2)))
    in_set = member[np.arange(len(labels)), labels]
    return in_set[images].astype(np.uint8), np.array(codes)[:, images].astype(np.uint8)


def numpy_loop(right, replicates):
    rng = np.random.default_rng(1)
    n = len(right)
    begin = time.perf_counter()
    for _ in range(replicates):
        right[rng.integers(n, size=n)].sum(axis=0)
    return 1e3 * (time.perf_counter() - begin)


def scipy_bootstrap(a, b, replicates):
    from scipy import stats
    begin = time.perf_counter()
    stats.bootstrap((a, b), lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis), paired=True,
                    vectorized=True, n_resamples=replicates, batch=100, method="percentile",
                    rng=np.random.default_rng(1))
    return 1e3 * (time.perf_counter() - begin)


def measure(options, in_set, codes, folder):
    models, images = codes.shape
    path = os.path.join(folder, "codes.bin")
    with open(path, "wb") as file:
        file.write(in_set.tobytes() + codes.tobytes())
    program = os.path.join(options.build, "bench", "bootstrap_bench")
    out = subprocess.run([program, path, str(images), str(models), str(options.replicates),
                          str(options.rounds)], check=True, stdout=subprocess.PIPE).stdout
    result = json.loads(out)
    right = np.concatenate([codes == 0, (codes == 1) | ((codes == 0) & (in_set == 1))]).T.copy()
    scale = options.replicates / options.slow_replicates
    times = {"product": statistics.median(result["product_ms"]),
             "loop": statistics.median(result["loop_ms"]),
             "NumPy": scale * numpy_loop(right, options.slow_replicates)}
    try:
        times["SciPy, one pair, one measure"] = scale * scipy_bootstrap(
            right[:, 0].astype(float), right[:, 1].astype(float), options.slow_replicates)
    except ImportError:
        pass
    print(f"\n{models} models, {images} images, {options.replicates} replicates, "
          f"{result['patterns']} patterns, {result['threads']} threads, {result['products']}")
    print(f"  spread of the product {min(result['product_ms']):.0f} to "
          f"{max(result['product_ms']):.0f} ms, of the loop {min(result['loop_ms']):.0f} to "
          f"{max(result['loop_ms']):.0f} ms")
    for name, ms in times.items():
        print(f"  {name:30} {ms:10.1f} ms  {ms / times['product']:8.1f} x")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--data", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--replicates", type=int, default=10000)
    parser.add_argument("--slow-replicates", type=int, default=200)
    options = parser.parse_args()
    in_set, codes = read_codes(options.data)
    with tempfile.TemporaryDirectory() as folder:
        for count in (2, 5, len(codes)):
            measure(options, in_set, codes[:count], folder)


if __name__ == "__main__":
    main()
