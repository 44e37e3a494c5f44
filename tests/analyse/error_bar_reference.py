#!/usr/bin/env python3
"""error_bar_reference.py - what NumPy says of the errors of means and of the calibration error.

    error_bar_reference.py > error_bar_reference.inc

Needs numpy. The output is committed; nothing at build or test time runs this.
"""
import numpy as np

Z = 1.959963984540054


def number(value):
    return repr(float(value))


def means(random):
    print("const MeanCase kMeans[] = {")
    for rows in (2, 3, 17, 500, 46837):
        for values in (random.lognormal(-1, 1.2, rows), random.normal(0.4, 0.01, rows)):
            values = np.round(values * 2**20) / 2**20  # their sums are exact
            error = values.std(ddof=1) / np.sqrt(rows)
            mean = values.mean()
            print("    {" + ", ".join([number(values.sum()), number((values**2).sum()), str(rows),
                                       number(error), number(mean - Z * error),
                                       number(mean + Z * error)]) + "},")
    print("};\n")


def bins(random):
    """Row by row: z is right or wrong minus the confidence, with the sign of its bin; within a bin
    the variance of right or wrong is that of the share with one right and one wrong added."""
    print("const BinsCase kBins[] = {")
    for rows in (40, 1000, 20000):
        confidence = random.uniform(0, 1, rows)
        right = random.uniform(0, 1, rows) < confidence**1.3
        which = np.minimum(2, (3 * confidence).astype(int))
        counts, correct, sums, inner, outer = [], [], [], [], []
        for b in range(3):
            mine = which == b
            n, c, f = mine.sum(), right[mine].sum(), confidence[mine].sum()
            p = (c + 1) / (n + 2)
            counts.append(n)
            correct.append(c)
            sums.append(f)
            inner += [p * (1 - p)] * n
            outer += [abs(c - f) / n] * n
        variance = np.mean(inner) + np.var(outer)
        print("    {{" + "}, {".join(", ".join(map(number, x)) for x in (counts, correct, sums)) +
              "}, " + number(np.sqrt(variance / rows)) + "},")
    print("};")


print(f"// Made by error_bar_reference.py with NumPy {np.__version__}.\n")
means(np.random.default_rng(1))
bins(np.random.default_rng(2))
