#!/usr/bin/env python3
"""holdout_reference.py - every subset of 21 models, without each fold, in NumPy.

    holdout_reference.py DATA > holdout_reference.inc

DATA is the folder of the real data. First predictions only, as `propose --extra 0` takes them. The
output is committed; nothing at build or test time runs this.
"""
import glob
import sys

import numpy as np
import scipy
from scipy import stats

FOLDS, MIN_RECALL = 10, 0.7


def first_predictions(data, original):
    by_folder = np.lexsort((np.arange(len(original)), original))  # row of the files -> image
    columns = []
    for path in sorted(glob.glob(f"{data}/predictions/*_top5preds.npy")):
        preds, probs = np.load(path), np.load(path.replace("preds", "probs")).astype(float)
        best = np.lexsort((preds, -probs), axis=1)[:, 0]
        column = np.empty(len(original), int)
        column[by_folder] = preds[np.arange(len(preds)), best]
        columns.append(column)
    return np.array(columns)


def subset_sums(values, masks, models):
    """For each subset T: the sum of the values whose models all lie in T."""
    sums = np.bincount(masks, weights=values, minlength=1 << models).astype(np.int32)
    for m in range(models):
        view = sums.reshape(-1, 2, 1 << m)
        view[:, 1] += view[:, 0]
    return sums


def choose(pairs, always, present, models):
    masks = np.array([mask for mask, _ in pairs])
    right = np.array([is_right for _, is_right in pairs])
    everything = (1 << models) - 1
    proposed = always[0] + len(pairs) - subset_sums(np.ones(len(pairs)), masks, models)[::-1]
    hits = always[1] + right.sum() - subset_sums(right, masks, models)[::-1]
    subsets = np.arange(1 << models)
    precision = np.where(hits / present >= MIN_RECALL, hits / np.maximum(proposed, 1), -1)
    precision[0] = -1
    best = np.flatnonzero(precision == precision.max())
    best = best[hits[best] == hits[best].max()]
    fewest = np.array([bin(s).count("1") for s in best])
    assert subsets[-1] == everything
    return int(best[fewest == fewest.min()].min())


def interval(part, whole):
    part, whole = np.array(part, float), np.array(whole, float)
    part, whole = part[whole > 0], whole[whole > 0]
    count, share = len(whole), part.sum() / whole.sum()
    variance = count / (count - 1) * np.sum((part - share * whole) ** 2) / whole.sum() ** 2
    size, t = share * (1 - share) / variance, stats.t.ppf(0.975, count - 1)
    middle = share + t * t / (2 * size)
    spread = t * np.sqrt(share * (1 - share) / size + t * t / (4 * size * size))
    return [repr(float(end / (1 + t * t / size))) for end in (middle - spread, middle + spread)]


def main():
    data = sys.argv[1]
    original = np.loadtxt(f"{data}/ilsvrc2012_val_labels.txt", dtype=int)
    first = first_predictions(data, original)
    models = len(first)
    golden = np.load(f"{data}/reassessed-imagenet/golden.npz")
    yes = golden["tensor"][:, :, 2].sum(axis=0)
    there = {}
    for (name, label), count in zip(golden["info"], yes):
        there.setdefault(int(name[15:23]) - 1, {})[int(label)] = 2 * count > len(golden["tensor"])
    images = []  # (pairs as (mask, right), the original label is right, present), in file order
    for row in sorted(there):
        masks = {}
        for m in range(models):
            masks[first[m, row]] = masks.get(first[m, row], 0) | 1 << m
        masks.pop(original[row], None)
        pairs = [(mask, int(there[row].get(c, False))) for c, mask in masks.items()]
        images.append((pairs, int(there[row].get(original[row], False)), sum(there[row].values())))
    chosen = []
    for fold in range(FOLDS):
        kept = [image for i, image in enumerate(images) if i % FOLDS != fold]
        chosen.append(choose([pair for image in kept for pair in image[0]],
                             (len(kept), sum(image[1] for image in kept)),
                             sum(image[2] for image in kept), models))
    proposed, right = [], []
    for i, (pairs, label_right, _) in enumerate(images):
        taken = [is_right for mask, is_right in pairs if mask & chosen[i % FOLDS]]
        proposed.append(1 + len(taken))
        right.append(label_right + sum(taken))
    present = [image[2] for image in images]
    print(f"// Made by holdout_reference.py with NumPy {np.__version__}, SciPy "
          f"{scipy.__version__}.\n")
    print("// propose --extra 0 --holdout 10 --min-recall 0.7")
    print(f"const uint32_t kHeldOut[] = {{{sum(proposed)}, {sum(right)}, {sum(present)}, "
          f"{len(set(chosen))}}};")
    print(f"const double kHeldOutRecall[] = {{{', '.join(interval(right, present))}}};")
    print(f"const double kHeldOutPrecision[] = {{{', '.join(interval(right, proposed))}}};")


if __name__ == "__main__":
    main()
