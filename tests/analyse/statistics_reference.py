#!/usr/bin/env python3
"""statistics_reference.py - what SciPy, statsmodels and mpmath say, for the tests of host/analyse.

    statistics_reference.py [--timm FOLDER] > statistics_reference.inc

Needs numpy, scipy, statsmodels and mpmath. With --timm, also from timm's results-imagenet.csv and
results-imagenet-real.csv in FOLDER. The output is committed; nothing at build or test time runs
this.
"""
import argparse
import csv
import os
import sys

import mpmath
import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def number(value):
    return repr(float(value))


def rows(kind, name, lines):
    print(f"const {kind} {name}[] = {{")
    for line in lines:
        print("    {" + ", ".join(line) + "},")
    print("};\n")


def log_p(t, df):
    with mpmath.workdps(60):
        t, df = mpmath.mpf(float(t)), mpmath.mpf(float(df))
        x = df / (df + t * t)
        return mpmath.log(mpmath.betainc(df / 2, mpmath.mpf(1) / 2, 0, x, regularized=True))


def student():
    lines = []
    for df in (1, 2, 3.7, 10, 39.5, 41, 120, 1533.25, 99999):
        for t in (1e-9, 0.01, 0.7, 1.3, 2.5, 6, 20, 50, 300):
            if log_p(t, df) > -20000:
                lines.append((number(t), number(df), number(log_p(t, df))))
    rows("StudentCase", "kStudent", lines)
    rows("StudentCase", "kStudentScipy",
         [(number(t), number(df), number(2 * stats.t.sf(t, df)))
          for df in (1, 5, 17.3, 200, 1552) for t in (0.3, 1.96, 4.0, 9.0)])
    rows("StudentCase", "kCritical",
         [(number(alpha), number(df), number(stats.t.isf(alpha / 2, df)))
          for df in (1, 2, 4.5, 17, 1552) for alpha in (0.5, 0.1, 0.05, 0.01, 1e-6)])


def flips():
    cases = [(0, 0), (1, 0), (0, 7), (5, 5), (10, 3), (3, 10), (1, 30), (59, 24), (500, 499),
             (499, 501), (700, 560), (0, 900), (1020, 1100), (2500, 2300), (24000, 23000),
             (5607, 1841)]
    lines = []
    for b, c in cases:
        p = 1.0 if b + c == 0 else float(mcnemar([[0, b], [c, 0]], exact=True).pvalue)
        if b + c > 0:
            assert abs(stats.binomtest(b, b + c, 0.5).pvalue - p) <= 1e-9 * p + 1e-300
        lines.append((str(b), str(c), number(p)))
    rows("FlipCase", "kFlips", lines)


def wilson():
    lines = []
    for k, n in ((0, 1), (1, 1), (0, 50000), (50000, 50000), (37531, 50000), (1, 46837),
                 (42164, 46837),
                 (3, 7)):
        low, high = proportion_confint(k, n, method="wilson")
        lines.append((str(k), str(n), number(low), number(high)))
    rows("WilsonCase", "kWilson", lines)


def holm():
    rng = np.random.default_rng(5)
    p = np.concatenate([rng.random(12) ** 3, [0.01, 0.01, 1.0, 0.0]])
    reject, adjusted, _, _ = multipletests(p, 0.05, method="holm")
    rows("HolmCase", "kHolm", [(number(a), number(b), str(bool(r)).lower())
                               for a, b, r in zip(p, adjusted, reject)])


def line_values(x, y):
    fit = sm.OLS(y, sm.add_constant(x)).fit()
    check = stats.linregress(x, y)
    assert np.isclose(check.slope, fit.params[1], rtol=1e-10)
    assert np.isclose(check.stderr, fit.bse[1], rtol=1e-10)
    low, high = fit.conf_int()[1]
    return [len(x), fit.params[1], fit.params[0], fit.bse[1], fit.bse[0], low, high, fit.ssr,
            fit.rsquared]


def slope_values(x, y, upper):
    """Welch from the two fits, pooled from the interaction of one regression."""
    low, high = (sm.OLS(y[m], sm.add_constant(x[m])).fit() for m in (~upper, upper))
    a, b = low.bse[1] ** 2, high.bse[1] ** 2
    t = (low.params[1] - high.params[1]) / np.sqrt(a + b)
    df = (a + b) ** 2 / (a * a / low.df_resid + b * b / high.df_resid)
    # around the mean: x and its product with the half are nearly collinear
    centred = x - x.mean()
    design = np.column_stack([np.ones_like(x), centred, upper, upper * centred])
    pooled = sm.OLS(y, design).fit()
    return [low.params[1] - high.params[1], np.sqrt(a + b), t, df, log_p(t, df),
            pooled.bse[3], -pooled.tvalues[3], pooled.df_resid,
            log_p(pooled.tvalues[3], pooled.df_resid)]


def stick_fit(x, y, at):
    centre = x.mean()
    design = np.column_stack([np.ones_like(x), x - centre, np.maximum(x - at, 0)])
    # an orthogonal basis: the columns are nearly collinear
    fit = np.linalg.lstsq(design, y, rcond=None)[0]
    return float(np.sum((y - design @ fit) ** 2)), fit


def settle(x, y, at):
    """A minimum is flat: its place, to all digits, is where the lines of both sides cross, or a
    point."""
    nearest = x[np.argmin(np.abs(x - at))]
    if abs(nearest - at) < 1e-7:
        return nearest
    low, high = (sm.OLS(y[m], sm.add_constant(x[m])).fit().params for m in (x <= at, x > at))
    return -(high[0] - low[0]) / (high[1] - low[1])


def stick_values(x, y):
    """The best break by a fine grid and Brent's method in every interval around its best places."""
    x, order = np.sort(x), np.argsort(x, kind="stable")
    y = y[order]
    n, side = len(x), max(5, -(-len(x) // 20))
    low, high = x[side - 1], x[n - side]
    knots = np.unique(x[(x >= low) & (x <= high)])
    def cost(at):
        return stick_fit(x, y, at)[0]
    grid = np.unique(np.concatenate([np.linspace(a, b, 12) for a, b in zip(knots[:-1], knots[1:])]))
    costs = np.array([cost(at) for at in grid])
    best = (np.inf, None)
    for i in np.argsort(costs)[:20]:
        a, b = grid[max(i - 1, 0)], grid[min(i + 1, len(grid) - 1)]
        found = optimize.minimize_scalar(cost, bounds=(a, b), method="bounded",
                                         options={"xatol": 1e-13 * max(1, abs(b))})
        best = min(best, (found.fun, found.x), (costs[i], grid[i]))
    rss, at = best
    at = settle(x, y, at)
    assert cost(at) <= rss * (1 + 1e-12)
    df = n - 4
    fit = stick_fit(x, y, at)[1]
    limit = rss * (1 + stats.t.isf(0.025, df) ** 2 / df)
    inside = np.flatnonzero(costs <= limit)
    def end(i, j):
        if i == j:
            return grid[i]
        return optimize.brentq(lambda v: cost(v) - limit, grid[i], grid[j], xtol=1e-14)
    first, last = inside[0], inside[-1]
    interval = (end(max(first - 1, 0), first) if first > 0 else grid[0],
                end(last, last + 1) if last + 1 < len(grid) else grid[-1])
    line_rss = sm.OLS(y, sm.add_constant(x)).fit().ssr
    return [at, fit[0] + fit[1] * (at - x.mean()), fit[1], fit[1] + fit[2], rss, line_rss,
            (line_rss - rss) / 2 / (rss / df), interval[0], interval[1]]


def data_sets():
    rng = np.random.default_rng(20)
    x = np.round(0.55 + 0.35 * rng.random(60), 3)
    y = 0.2 + 0.86 * x - 0.4 * np.maximum(x - 0.77, 0) + 0.006 * rng.standard_normal(60)
    yield "Bent", x, np.round(y, 4)
    x = np.round(0.6 + 0.2 * rng.random(21), 2)  # many equal accuracies
    yield "Few", x, np.round(0.3 + 0.7 * x + 0.004 * rng.standard_normal(21), 4)
    x = np.array([0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9, 0.92, 0.95, 0.96, 0.97])
    yield "Sharp", x, np.array([0.601, 0.65, 0.699, 0.751, 0.8, 0.901, 0.909, 0.912, 0.915, 0.916,
                                0.918])


def regression(name, x, y):
    upper = x > np.median(x)
    print(f"const LineCase k{name}Lines[] = {{")
    for mask in (np.full(len(x), True), ~upper, upper):
        values = line_values(x[mask], y[mask])
        print("    {" + ", ".join([str(values[0])] + [number(v) for v in values[1:]]) + "},")
    print("};")
    print(f"const SlopeCase k{name}Slopes = {{" + ", ".join(map(number, slope_values(x, y, upper)))
          + "};")
    print(f"const StickCase k{name}Stick = {{" + ", ".join(map(number, stick_values(x, y)))
          + "};\n")


def timm(folder):
    def read(name):
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            return {(r["model"], r["img_size"], r["crop_pct"]): float(r["top1"]) / 100
                    for r in csv.DictReader(file)}
    imagenet, real = read("results-imagenet.csv"), read("results-imagenet-real.csv")
    both = [key for key in imagenet if key in real]
    return np.array([imagenet[k] for k in both]), np.array([real[k] for k in both])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timm")
    options = parser.parse_args()
    print(f"// Made by statistics_reference.py with SciPy {scipy.__version__}, statsmodels "
          f"{statsmodels.__version__}, mpmath {mpmath.__version__}, NumPy {np.__version__}.\n")
    student()
    flips()
    wilson()
    holm()
    for name, x, y in data_sets():
        rows("Point", f"k{name}", [(number(a), number(b)) for a, b in zip(x, y)])
        regression(name, x, y)
    if options.timm:
        regression("Timm", *timm(options.timm))


if __name__ == "__main__":
    sys.exit(main())
