#!/usr/bin/env python3
"""paired_reference.py - the score interval of a paired difference, found by hand, for the tests of
host/analyse.

    paired_reference.py > paired_reference.inc

Needs numpy and scipy. Nothing of it follows the closed forms of host/analyse/tango.c: the share of
images that only the second model has right is the maximum of the likelihood, found as a root of its
derivative, and the ends are roots of the score statistic. The output is committed; nothing at build
or test time runs this.
"""
import sys

import numpy as np
import scipy
from scipy import optimize, stats

Z = stats.norm.isf(0.025)


def most_likely(b, c, n, d):
    """The share q of images that only the second has right, where only the first has q + d."""
    low, reach = max(0.0, -d), (1 - abs(d)) / 2  # q is low + u, 0 <= u <= reach

    def slope(u):
        first, second, rest = u + max(d, 0.0), u + max(-d, 0.0), 2 * (reach - u)
        return ((b / first if b else 0) + (c / second if c else 0)
                - (2 * (n - b - c) / rest if n > b + c else 0))

    edge = reach * 1e-15
    if not slope(edge) > 0:
        return low
    if n == b + c and not slope(reach - edge) < 0:
        return low + reach
    return low + optimize.brentq(slope, edge, reach - edge, xtol=1e-300,
                                 rtol=4 * np.finfo(float).eps)


def score(b, c, n, d):
    variance = n * (2 * most_likely(b, c, n, d) + d - d * d)
    return (b - c - n * d) / np.sqrt(variance)


def upper(b, c, n):
    if b == n:
        return 1.0
    seen, tiny = (b - c) / n, 1e-12
    return optimize.brentq(lambda d: score(b, c, n, d) + Z, seen + tiny, 1 - tiny, xtol=1e-300,
                           rtol=4 * np.finfo(float).eps)


def main():
    print(f"// Made by paired_reference.py with SciPy {scipy.__version__}, NumPy "
          f"{np.__version__}.\n")
    print("const PairedCase kPaired[] = {")
    for b, c, n in ((0, 0, 1), (0, 0, 10), (0, 0, 46837), (1, 0, 1), (0, 1, 44), (1, 1, 2),
                    (10, 0, 10), (9, 0, 10),
                    (0, 9, 10), (5, 5, 10), (12, 2, 50), (2, 12, 50), (1, 0, 46837), (3, 3, 46837),
                    (27, 11, 160),
                    (4633, 2434, 50000), (3935, 2056, 46837), (1200, 1190, 46837),
                    (700, 1100, 46837),
                    (20000, 26837, 46837), (2147483647, 1000000000, 4294967295)):
        print(f"    {{{b}u, {c}u, {n}u, {-upper(c, b, n)!r}, {upper(b, c, n)!r}}},"
              .replace("np.float64(", "")
              .replace(")", ""))
    print("};")


if __name__ == "__main__":
    sys.exit(main())
