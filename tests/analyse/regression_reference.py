#!/usr/bin/env python3
"""regression_reference.py - HC3 and clustered errors by statsmodels, for the tests of host/analyse.

    regression_reference.py [--timm FOLDER] > regression_reference.inc

Needs what statistics_reference.py needs, whose data sets it takes. Of those the groups are every
seventh point; of timm's results the first word of the model's name. The output is committed;
nothing at build or test time runs this.
"""
import argparse
import csv
import os
import re
import sys

import numpy as np
import statsmodels
import statsmodels.api as sm

from statistics_reference import data_sets, number, stick_values


def fit(x, y, groups):
    design = sm.add_constant(x)
    if groups is None:
        return sm.OLS(y, design).fit(cov_type="HC3", use_t=True)
    return sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)


def line(x, y, groups):
    found = fit(x, y, groups)
    low, high = found.conf_int()[1]
    return [found.bse[1], found.bse[0], low, high]


def difference(x, y, upper, groups):
    """The interaction of one regression over both halves, around their own means."""
    centred = np.where(upper, x - x[upper].mean(), x - x[~upper].mean())
    design = np.column_stack([~upper, upper, ~upper * centred, upper * centred]).astype(float)
    if groups is None:
        found = sm.OLS(y, design).fit(cov_type="HC3")
    else:
        found = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    contrast = found.t_test([0, 0, 1, -1])
    return [float(np.squeeze(contrast.sd))]


def stick(x, y, groups):
    """By hand: scores of the residuals from the broken line, in the regression of two separate
    lines."""
    at, level, lower, upper = stick_values(x, y)[:4]
    side = x > at
    residual = y - (level + np.where(side, upper, lower) * (x - at))
    design = np.column_stack([~side, side, ~side * (x - at), side * (x - at)]).astype(float)
    bread = np.linalg.inv(design.T @ design)
    if groups is None:
        leverage = np.einsum("ij,jk,ik->i", design, bread, design)
        scores = design * (residual / (1 - leverage))[:, None]
        meat = scores.T @ scores
    else:
        codes = np.unique(groups, return_inverse=True)[1]
        sums = np.zeros((codes.max() + 1, 4))
        np.add.at(sums, codes, design * residual[:, None])
        count, n = len(sums), len(x)
        meat = sums.T @ sums * count / (count - 1) * (n - 1) / (n - 4)
    covariance = bread @ meat @ bread
    gap = np.array([-1.0, 1.0, 0.0, 0.0])
    return [np.sqrt(covariance[2, 2]), np.sqrt(covariance[3, 3]),
            np.sqrt(gap @ covariance @ gap) / abs(upper - lower)]


def without(x, y, groups):
    """The slope without the point, or the group, whose absence moves it most."""
    slope = sm.OLS(y, sm.add_constant(x)).fit().params[1]
    items = np.arange(len(x)) if groups is None else groups
    found = [sm.OLS(y[items != item], sm.add_constant(x[items != item])).fit().params[1]
             for item in np.unique(items)]
    return [max(found, key=lambda other: abs(other - slope))]


def write(name, x, y, groups):
    upper = x > np.median(x)
    for kind, of in (("Hc3", None), ("Clustered", groups)):
        values = []
        for mask in (np.full(len(x), True), ~upper, upper):
            values += line(x[mask], y[mask], None if of is None else of[mask])
        values += difference(x, y, upper, of) + stick(x, y, of) + without(x, y, of)
        print(f"const RobustCase k{name}{kind} = {{" + ", ".join(map(number, values)) + "};")
    print()


def timm(folder):
    def read(name):
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            return {(r["model"], r["img_size"], r["crop_pct"]): float(r["top1"]) / 100
                    for r in csv.DictReader(file)}
    imagenet, real = read("results-imagenet.csv"), read("results-imagenet-real.csv")
    both = [key for key in imagenet if key in real]
    family = np.unique([re.split("[_.]", key[0])[0] for key in both], return_inverse=True)[1]
    return np.array([imagenet[k] for k in both]), np.array([real[k] for k in both]), family


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timm")
    options = parser.parse_args()
    print(f"// Made by regression_reference.py with statsmodels {statsmodels.__version__}, NumPy "
          f"{np.__version__}.\n")
    for name, x, y in data_sets():
        write(name, x, y, np.arange(len(x)) % 7)
    if options.timm:
        write("Timm", *timm(options.timm))


if __name__ == "__main__":
    sys.exit(main())
