#!/usr/bin/env python3
"""fit_bench.py PROGRAM - one epoch of reassess fit beside PyTorch's nn.Linear, on the same cores.

    fit_bench.py build/release/reassess [--rows 100000] [--features 2048] [--classes 1000]
                 [--batch 256] [--threads 2] [--rounds 3] [--folder /dev/shm]

Features are f32 in memory for PyTorch, and in a mapped file of --folder for reassess (leave room
for them). Each round runs, one after the other: softmax and sigmoid by PyTorch (gathering a batch
in random order, nn.Linear, the loss, backward, SGD with momentum), each by reassess, and its grid
of four heads. Prints medians of the seconds of the epoch alone and the ratios; of reassess what
--json says, without reading the labels and looking through the features.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np
import torch


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--features", type=int, default=2048)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default="/dev/shm")
    return parser.parse_args()


def torch_epoch(given, x, y, loss):
    layer = torch.nn.Linear(given.features, given.classes)
    by = torch.optim.SGD(layer.parameters(), lr=1e-4, momentum=0.9)
    functional = torch.nn.functional
    begin = time.perf_counter()
    order = torch.randperm(given.rows)
    for at in range(0, given.rows, given.batch):
        rows = order[at:at + given.batch]
        logits = layer(x[rows])
        if loss == "softmax":
            value = functional.cross_entropy(logits, y[rows])
        else:
            hot = functional.one_hot(y[rows], given.classes).to(logits.dtype)
            value = functional.binary_cross_entropy_with_logits(logits, hot, reduction="sum")
            value = value / len(rows)
        by.zero_grad(set_to_none=True)
        value.backward()
        by.step()
    return time.perf_counter() - begin


def our_epoch(given, folder, *options):
    out = folder / "heads.npz"
    out.unlink(missing_ok=True)
    done = subprocess.run(
        [given.program, "fit", "--features", folder / "x.npy", "--labels", folder / "y.txt",
         "--epochs", "1", "--batch", str(given.batch), "--lr", "1e-4",
         "--threads", str(given.threads), "--json", "-", "-o", out, *options],
        check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["timing"]["fit_ms"] / 1e3


def main():
    given = parse_arguments()
    torch.set_num_threads(given.threads)
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = pathlib.Path(name)
        values = np.lib.format.open_memmap(folder / "x.npy", "w+", np.float32,
                                           (given.rows, given.features))
        for at in range(0, given.rows, 1000):
            rows = min(1000, given.rows - at)
            values[at:at + 1000] = random.standard_normal((rows, given.features))
        labels = random.integers(0, given.classes, given.rows)
        np.savetxt(folder / "y.txt", labels, "%d")
        np.savetxt(folder / "kept.txt", np.flatnonzero(random.random(given.rows) < 0.9), "%d")
        x, y = torch.from_numpy(np.array(values)), torch.from_numpy(labels)
        seconds = {}
        for _ in range(given.rounds):
            for loss in ("softmax", "sigmoid"):
                seconds.setdefault(f"PyTorch, {loss}", []).append(torch_epoch(given, x, y, loss))
                seconds.setdefault(f"reassess, {loss}", []).append(
                    our_epoch(given, folder, "--loss", loss))
            seconds.setdefault("reassess, four heads", []).append(
                our_epoch(given, folder, "--grid", "--keep", str(folder / "kept.txt")))
    print(f"{given.rows} x {given.features} x {given.classes}, batches of {given.batch}, "
          f"{given.threads} threads, PyTorch {torch.__version__}, {given.rounds} rounds")
    median = {what: statistics.median(times) for what, times in seconds.items()}
    for what, times in seconds.items():
        print(f"  {what:<22} {median[what]:8.2f} s  [{min(times):.2f}, {max(times):.2f}]")
    for loss in ("softmax", "sigmoid"):
        ratio = median[f"PyTorch, {loss}"] / median[f"reassess, {loss}"]
        print(f"  {loss}: PyTorch takes {ratio:.2f} times as long")
    one = (median["reassess, softmax"] + median["reassess, sigmoid"]) / 2
    print(f"  four heads take {median['reassess, four heads'] / one:.2f} times as long as one")


if __name__ == "__main__":
    main()
