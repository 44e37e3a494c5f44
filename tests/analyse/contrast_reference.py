#!/usr/bin/env python3
"""contrast_reference.py - interval and test of a mean of few values, by another way, for the tests
of host/analyse.

    contrast_reference.py > contrast_reference.inc

Needs numpy and scipy. The most likely shares of the five values are checked by maximising the
likelihood itself under the two constraints (SLSQP), the score statistic is Pearson's chi-squared of
what was seen against them, and the exact p is summed over the whole distribution of the flipped
signs, made by multiplying polynomials of integers. The output is committed; nothing at build or
test time runs this.
"""
import math
from fractions import Fraction

import numpy as np
import scipy
from scipy import optimize, stats

VALUES = np.array([-2.0, -1, 0, 1, 2])
Z2 = stats.norm.isf(0.025) ** 2


def most_likely(count, mean):
    """Shares with that mean under which `count` is most likely: the dual's least value, held
    against the primal's."""
    count = np.asarray(count, float)
    n = count.sum()
    away = VALUES - mean

    # minimise -sum w log(1 + l away), w the shares seen, over the l for which no factor of all five
    # is negative
    low, high = -1 / away[-1], -1 / away[0]

    def loss(l):
        factor = 1 + l * away
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(count > 0, count / n * np.log(np.maximum(factor, 0)), 0.0)
        return -terms.sum()

    edge = (high - low) * 1e-15
    found = optimize.minimize_scalar(loss, bounds=(low + edge, high - edge), method="bounded",
                                     options={"xatol": 1e-14, "maxiter": 2000}).x

    def slope(l):
        return np.sum(count / n * away / (1 + l * away))

    if slope(low + edge) > 0 > slope(high - edge):
        found = optimize.brentq(slope, low + edge, high - edge, xtol=1e-300,
                                rtol=4 * np.finfo(float).eps)
    elif slope(low + edge) <= 0:
        found = low
    else:
        found = high
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(count > 0, count / n / (1 + found * away), 0.0)
    rest = 1 - share.sum()
    if rest > 1e-9:
        share[-1 if found == low else 0] += rest
    assert abs(share.sum() - 1) < 1e-7 and abs(np.dot(share, away)) < 1e-7, (count, mean, share)
    check = primal(count, mean)
    assert np.dot(count, np.log(np.maximum(check, 1e-300))) <= loglik(count, share) + 1e-6
    return share


def loglik(count, share):
    seen = np.asarray(count) > 0
    return np.dot(np.asarray(count)[seen], np.log(share[seen]))


def primal(count, mean):
    """The same by SLSQP over the shares themselves: no better one is found."""
    count = np.asarray(count, float)
    seen = count > 0
    start = np.clip(count / count.sum(), 1e-3, None)
    start /= start.sum()
    got = optimize.minimize(lambda p: -np.dot(count[seen], np.log(np.maximum(p[seen], 1e-12)))
                            / count.sum(), start,
                            method="SLSQP", bounds=[(0, 1)] * 5,
                            constraints=[{"type": "eq", "fun": lambda p: p.sum() - 1},
                                         {"type": "eq", "fun": lambda p: np.dot(p, VALUES) - mean}])
    if not got.success:
        return np.zeros(5)
    if abs(got.x.sum() - 1) > 1e-8 or abs(np.dot(got.x, VALUES) - mean) > 1e-8:
        return np.zeros(5)
    return got.x


def pearson(count, mean):
    share = most_likely(count, mean)
    n = sum(count)
    total = 0.0
    for seen, p in zip(count, share):
        if p > 0:
            total += (seen - n * p) ** 2 / (n * p)
    return total


def interval(count):
    mean = np.dot(count, VALUES) / sum(count)
    ends = []
    for end in (-2.0, 2.0):
        inside = mean + (end - mean) * 1e-9
        outside = end - (end - mean) * 1e-9
        ends.append(optimize.brentq(lambda d: pearson(count, d) - Z2, inside, outside, xtol=1e-13,
                                    rtol=1e-13))
    return ends


def exact_log_p(count):
    """log of the share of all flips of signs whose sum is at least as far from 0."""
    ones, twos = count[1] + count[3], count[0] + count[4]
    ways = [0] * (2 * (ones + 2 * twos) + 1)  # ways[s + ones + 2 twos]
    middle = ones + 2 * twos
    for a in range(ones + 1):
        for b in range(twos + 1):
            ways[2 * a - ones + 2 * (2 * b - twos) + middle] += (math.comb(ones, a)
                                                                 * math.comb(twos, b))
    seen = abs(2 * (count[4] - count[0]) + count[3] - count[1])
    far = sum(w for s, w in enumerate(ways) if abs(s - middle) >= seen)
    p = Fraction(far, 2 ** (ones + twos))
    return math.log(p.numerator) - math.log(p.denominator)


CASES = [(0, 3, 90, 7, 0), (1, 3, 90, 7, 4), (0, 0, 50, 0, 0), (0, 0, 20, 5, 0), (2, 0, 30, 0, 9),
         (0, 12, 400, 30, 3),
         (5, 40, 900, 51, 4), (0, 0, 0, 0, 10), (3, 1, 0, 2, 4), (0, 0, 6, 0, 1),
         (10, 120, 9000, 260, 31),
         (1, 0, 0, 0, 0), (0, 1, 0, 1, 0), (7, 80, 2000, 20, 0), (0, 200, 500, 10, 90)]

print(f"// Made by contrast_reference.py with NumPy {np.__version__} and SciPy "
      f"{scipy.__version__}.")
print("const ContrastCase kContrasts[] = {")
for case in CASES:
    mean = np.dot(case, VALUES) / sum(case)
    low = -2.0 if mean == -2 else interval(case)[0] if mean < 2 else None
    high = 2.0 if mean == 2 else interval(case)[1] if mean > -2 else None
    if mean == 2:
        low = optimize.brentq(lambda d: pearson(case, d) - Z2, -2 + 1e-9, 2 - 1e-12, xtol=1e-13,
                              rtol=1e-13)
    if mean == -2:
        high = optimize.brentq(lambda d: pearson(case, d) - Z2, -2 + 1e-12, 2 - 1e-9, xtol=1e-13,
                               rtol=1e-13)
    numbers = ", ".join(map(str, case))
    print(f"    {{{{{numbers}}}, {low:.12g}, {high:.12g}, {exact_log_p(case):.15g}}},")
print("};")
