#!/usr/bin/env python3
"""noise_study.py PROGRAM [--digits] [--seeds N] - what cleaning and sigmoids gain, by the noise.

The chain of docs/FIT.md for each of N seeds: heads that leave out a fold, `clean`, `fit --grid`,
`eval` on other rows. Data are made by `reassess synth` (images of which some have two labels), or
are scikit-learn's digits. Noise is planted in the labels to train on, never in those to score by:

    none      no label is changed
    pairs     of a share of the rows the label is the next class
    uniform   of a share of the rows the label is any other class

Prints mean gains in points over the seeds, with the 95 % interval of the mean (Student's t, N - 1).
"""
import argparse
import json
import os
import random
import statistics
import struct
import subprocess
import tempfile

FOLDS = 5
HEADS = ("softmax.all", "softmax.kept", "sigmoid.all", "sigmoid.kept")
T975 = {9: 2.262157, 11: 2.200985, 19: 2.093024}


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{arguments}: {done.stderr}")
    return done.stdout


def labels_of(path):
    with open(path) as file:
        return [int(line) for line in file if not line.startswith("#")]


def write_labels(path, labels):
    with open(path, "w") as file:
        file.writelines(f"{label}\n" for label in labels)


def npy(path, rows):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        for row in rows:
            file.write(struct.pack(f"<{len(row)}f", *row))


def make_synth(program, seed, classes):
    for part, rows, own in (("train", 2000, 2 * seed), ("val", 2000, 2 * seed + 1)):
        run(program, "synth", "labels", "-q", "--shape", f"{rows},{classes}", "--seed", own,
            "-o", part)
        run(program, "synth", "logits", "-q", "--labels", f"{part}/original.txt",
            "--real", f"{part}/real.json", "--accuracy", "0.85", "--seed", own, "-o", f"{part}.npy")
        write_labels(f"{part}.txt", labels_of(f"{part}/original.txt"))
    return ["--real", "val/real.json"], "metrics.real_top1"


def make_digits(seed):
    from sklearn.datasets import load_digits
    digits = load_digits()
    rows = list(range(len(digits.target)))
    random.Random(seed).shuffle(rows)
    for part, at in (("train", rows[:900]), ("val", rows[900:])):
        npy(f"{part}.npy", [[float(x) / 16 for x in digits.data[i]] for i in at])
        write_labels(f"{part}.txt", [int(digits.target[i]) for i in at])
    return ["--real", "none"], "metrics.imagenet_top1"


def plant(noise, share, seed, classes):
    source = random.Random(1000 + seed)
    labels = labels_of("train.txt")
    for i, label in enumerate(labels):
        if noise != "none" and source.random() < share:
            step = 1 if noise == "pairs" else source.randrange(1, classes)
            labels[i] = (label + step) % classes
    write_labels("noisy.txt", labels)


def chain(program, seed, real, metric):
    """The accuracies of the four heads, in points."""
    rows = len(labels_of("noisy.txt"))
    common = ["--features", "train.npy", "--labels", "noisy.txt", "--seed", seed]
    folds = []
    for k in range(FOLDS):
        write_labels(f"fold{k}.txt", range(k, rows, FOLDS))
        run(program, "fit", "-q", *common, "--drop", f"fold{k}.txt", "-o", f"fold{k}.npz")
        folds += ["--head", f"fold{k}.npz"]
    run(program, "eval", "-q", *common[:4], "--real", "none", "--keep-topk", 2, *folds)
    run(program, "clean", "-q", "--labels", "noisy.txt", "--folds", "stripes", "-o", "kept.txt",
        *(f"fold{k}.top2.npz" for k in range(FOLDS)))
    run(program, "fit", "-q", *common, "--keep", "kept.txt", "--grid", "-o", "heads.npz")
    heads = [word for head in HEADS for word in ("--head", f"heads.npz#{head}")]
    records = run(program, "eval", "--json", "-", "--features", "val.npy", "--labels", "val.txt",
                  *real, *heads)
    found = []
    for line in records.splitlines():
        value = json.loads(line)
        for name in metric.split("."):
            value = value[name]
        found.append(100.0 * value["value"])
    return found


def show(name, values):
    mean, count = statistics.mean(values), len(values)
    half = T975[count - 1] * statistics.stdev(values) / count ** 0.5
    print(f"    {name:<32} {mean:+6.2f}  [{mean - half:+6.2f}, {mean + half:+6.2f}]", flush=True)


def study(program, make, noise, share, seeds, classes):
    accuracies = []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            real, metric = make(seed)
            plant(noise, share, seed, classes)
            accuracies.append(chain(program, seed, real, metric))
            os.chdir("/")
    means = "  ".join(f"{name} {statistics.mean(column):.2f}" for name, column in
                      zip(HEADS, zip(*accuracies)))
    print(f"  {noise} noise in {100 * share:.0f} % of the labels, {seeds} seeds: {means}")
    show("cleaning, softmax", [b - a for a, b, _, _ in accuracies])
    show("cleaning, sigmoid", [d - c for _, _, c, d in accuracies])
    show("sigmoid, all labels", [c - a for a, _, c, _ in accuracies])
    show("sigmoid, kept labels", [d - b for _, b, _, d in accuracies])
    show("both", [d - a for a, _, _, d in accuracies])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--digits", action="store_true")
    parser.add_argument("--seeds", type=int, default=12, choices=sorted(n + 1 for n in T975))
    given = parser.parse_args()
    program, classes = os.path.abspath(given.program), 10 if given.digits else 12
    make = make_digits if given.digits else lambda seed: make_synth(program, seed, classes)
    print("scikit-learn's digits" if given.digits else "reassess synth")
    for noise, share in (("none", 0.0), ("pairs", 0.3), ("uniform", 0.4)):
        study(program, make, noise, share, given.seeds, classes)


if __name__ == "__main__":
    main()
