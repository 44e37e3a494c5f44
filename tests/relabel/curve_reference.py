#!/usr/bin/env python3
"""curve_reference.py - the published golden set by NumPy and SciPy, for published_test.cc.

    curve_reference.py FOLDER LABELS > curve_reference.inc

FOLDER holds the published archives, LABELS is ilsvrc2012_val_labels.txt. The output is committed;
nothing at build or test time runs this.
"""
import sys

import numpy as np
import scipy
from scipy import stats


def interval(part, whole, image):
    """Wilson's with the size that scatters as much as these images do, and Student's quantile."""
    clusters = np.unique(image)
    part = np.array([part[image == c].sum() for c in clusters], float)
    whole = np.array([whole[image == c].sum() for c in clusters], float)
    part, whole = part[whole > 0], whole[whole > 0]
    count, share = len(whole), part.sum() / whole.sum()
    variance = count / (count - 1) * np.sum((part - share * whole) ** 2) / whole.sum() ** 2
    size = share * (1 - share) / variance if 0 < share < 1 else count
    t = stats.t.ppf(0.975, count - 1)
    middle = share + t * t / (2 * size)
    spread = t * np.sqrt(share * (1 - share) / size + t * t / (4 * size * size))
    return (middle - spread) / (1 + t * t / size), (middle + spread) / (1 + t * t / size)


def line(name, yes, present, judged, image):
    yes, present, image = yes[judged], present[judged], image[judged]
    right = yes & present
    ends = [end for part, whole in ((right, yes), (right, present), (2 * right, yes + 0 + present))
            for end in interval(part, whole, image)]
    numbers = [int(yes.sum()), int(right.sum()),
               int(present.sum())] + [repr(float(e)) for e in ends]
    print(f'    {{"{name}", ' + ", ".join(map(str, numbers)) + "},")


def main():
    folder, labels = sys.argv[1:]
    golden = np.load(f"{folder}/golden.npz")
    info, yes = golden["info"], golden["tensor"][:, :, 2] > 0
    experts = yes.shape[0]
    present = 2 * yes.sum(axis=0) > experts
    image = info[:, 0]
    everything = np.ones(len(info), bool)
    place = {tuple(pair): i for i, pair in enumerate(np.load(f"{folder}/scores.npz")["info"])}
    at = np.array([place[tuple(pair)] for pair in info])
    score = np.load(f"{folder}/scores.npz")["tensor"][at]
    votes = np.load(f"{folder}/raters.npz")["tensor"][:, at]
    original = np.loadtxt(labels, dtype=int)
    label = np.array([original[int(name[15:23]) - 1] == int(c) for name, c in info])

    print(f"// Made by curve_reference.py with NumPy {np.__version__}, SciPy "
          f"{scipy.__version__}.\n")
    print("const struct {\n    const char *name;\n    uint64_t taken, right, present;")
    print("    double precision_low, precision_high, recall_low, recall_high, f1_low, f1_high;")
    print("} kMarks[] = {")
    for threshold in (0.5, 0.8, 0.95):
        line(f"scores at {threshold}", score >= threshold, present, everything, image)
    line("labels", label, present, everything, image)
    yeses, answers = votes[:, :, 2].sum(axis=0), votes.sum(axis=(0, 2))
    line("majority", 2 * yeses > answers, present, everything, image)
    for e in range(experts):
        line(f"expert {e}", yes[e], present, everything, image)
    for e in range(experts):
        others = 2 * (yes.sum(axis=0) - yes[e]) > experts - 1
        line(f"expert {e} by the others", yes[e], others, everything, image)
    print("};")


if __name__ == "__main__":
    main()
