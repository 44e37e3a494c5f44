#!/usr/bin/env python3
"""labels_reference.py - what NumPy says of the published label files, for label_stats_test.cc.

    labels_reference.py DATA > labels_reference.inc

DATA holds reassessed-imagenet/ and ilsvrc2012_val_labels.txt. The output is committed; nothing at
build or test time runs this.
"""
import itertools
import json
import sys
from collections import Counter

import numpy as np

Z = 1.959963984540054
SHOWN = 15


def lower_end(part, whole):
    """of E. B. Wilson's interval"""
    p = part / whole
    spread = Z * np.sqrt(p * (1 - p) / whole + Z * Z / (4 * whole * whole))
    return float((p + Z * Z / (2 * whole) - spread) / (1 + Z * Z / whole))


def main():
    data = sys.argv[1]
    with open(f"{data}/reassessed-imagenet/real.json", encoding="utf-8") as file:
        real = json.load(file)
    original = np.loadtxt(f"{data}/ilsvrc2012_val_labels.txt", dtype=int)
    names = np.load(f"{data}/reassessed-imagenet/scores.npz")["info"][:, 0]
    rated = sorted({int(name[15:23]) - 1 for name in names})

    one = Counter(itertools.chain.from_iterable(real))
    both = Counter(itertools.chain.from_iterable(
        itertools.combinations(sorted(labels), 2) for labels in real))
    pairs = [(lower_end(count, one[a] + one[b] - count), count, a, b)
             for (a, b), count in both.items()]
    pairs.sort(key=lambda pair: (-pair[0], -pair[1], pair[2], pair[3]))

    print(f"// Made by labels_reference.py with NumPy {np.__version__}.\n")
    print(f"const uint64_t kRated = {len(rated)};")
    print(f"const uint64_t kRatedSeveral = {sum(len(real[row]) > 1 for row in rated)};")
    wrong = sum(len(labels) > 0 and label not in labels for labels, label in zip(real, original))
    print(f"const uint64_t kNotInSet = {wrong};\n")
    print("const struct {\n    uint32_t first, second;\n    uint64_t both, either;\n"
          "    double low;")
    print("} kOverlapping[] = {")
    for low, count, a, b in pairs[:SHOWN]:
        print(f"    {{{a}, {b}, {count}, {one[a] + one[b] - count}, {low!r}}},")
    print("};")


if __name__ == "__main__":
    main()
