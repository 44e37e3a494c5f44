#!/usr/bin/env python3
"""subset_bench.py - the search over all subsets of models, beside NumPy asking each of them.

    subset_bench.py --build build/release [--models 10,14,17,19,24] [--rounds 5]

Pairs of a made-up golden set (1135, 248 of them there, as many as the published one has), each
proposed by a random set of models. `subset_bench` (-DREASSESS_BENCH=ON) times the search alone, in
this process NumPy asks every subset for its counts: a matrix of 0 and 1, pairs x models, times
subsets in chunks. Rounds alternate. The fronts must be equal. NumPy is left out above
--numpy-models.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

PAIRS, PRESENT, CHUNK = 1135, 248, 1 << 13


def make_pairs(models, random):
    """Present pairs are proposed by more models than others."""
    right = np.zeros(PAIRS, np.uint32)
    right[:PRESENT] = 1
    chance = np.where(right == 1, random.uniform(0.1, 0.9, PAIRS), random.uniform(0.0, 0.3, PAIRS))
    proposes = random.random((PAIRS, models)) < chance[:, None]
    proposes[~proposes.any(1), 0] = True
    return proposes, right


def brute_force(proposes, right):
    """(proposed, right) of every subset, then those that no other beats."""
    models = proposes.shape[1]
    matrix = proposes.astype(np.float32)
    fewest = np.full(PRESENT + 1, np.iinfo(np.int64).max)
    for begin in range(0, 1 << models, CHUNK):
        subsets = np.arange(begin, min(begin + CHUNK, 1 << models))
        bits = (subsets[:, None] >> np.arange(models) & 1).astype(np.float32)
        hit = bits @ matrix.T > 0
        found = hit[:, :PRESENT].sum(1)
        proposed = hit.sum(1)
        np.minimum.at(fewest, found[subsets > 0], proposed[subsets > 0])
    front = []
    for found in range(PRESENT, -1, -1):
        proposed = int(fewest[found])
        if proposed == np.iinfo(np.int64).max:
            continue
        if not front or found * front[-1][0] > front[-1][1] * proposed:
            front.append((proposed, found))
    return front[::-1]


def search(program, path, models):
    done = subprocess.run([program, path, str(models), "1"], check=True, capture_output=True,
                          text=True)
    front = [tuple(map(int, line.split(",")))[1:] for line in done.stderr.split()]
    return float(done.stdout.split(",")[1]), front


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--models", default="10,14,17,19,24")
    parser.add_argument("--numpy-models", type=int, default=19)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    program = os.path.join(options.build, "bench", "subset_bench")
    random = np.random.default_rng(1)
    print("| models | subsets | search, ms | NumPy, ms | ratio |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pairs.u32")
        for models in map(int, options.models.split(",")):
            proposes, right = make_pairs(models, random)
            masks = (proposes * (1 << np.arange(models))).sum(1).astype(np.uint32)
            np.stack([masks, right], 1).tofile(path)
            ours, peers = [], []
            for _ in range(options.rounds):
                spent, front = search(program, path, models)
                ours.append(spent)
                if models > options.numpy_models:
                    continue
                begin = time.perf_counter()
                wanted = brute_force(proposes, right)
                peers.append(1e3 * (time.perf_counter() - begin))
                if front != wanted:
                    sys.exit(f"subset_bench: the fronts of {models} models differ")
            ours = statistics.median(ours)
            peer = f"{statistics.median(peers):.0f}" if peers else "-"
            ratio = f"{statistics.median(peers) / ours:.0f}" if peers else "-"
            print(f"| {models} | {(1 << models) - 1:,} | {ours:.2f} | {peer} | {ratio} |")


if __name__ == "__main__":
    main()
