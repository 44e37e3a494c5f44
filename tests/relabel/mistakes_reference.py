#!/usr/bin/env python3
"""mistakes_reference.py - what the published raters say of two models' mistakes, in NumPy.

    mistakes_reference.py DATA > mistakes_reference.inc

DATA is the folder of the real data. The output is committed; nothing at build or test time runs
this.
"""
import glob
import json
import sys

import numpy as np

MODELS = ("resnet50", "alexnet")


def first_predictions(data, model, original):
    by_folder = np.lexsort((np.arange(len(original)), original))
    path = f"{data}/predictions/{model}_pytorch_imagenet_top5preds.npy"
    preds, probs = np.load(path), np.load(path.replace("preds", "probs")).astype(float)
    best = np.lexsort((preds, -probs), axis=1)[:, 0]
    first = np.empty(len(original), int)
    first[by_folder] = preds[np.arange(len(preds)), best]
    return first


def count(mistakes, votes):
    found = [votes[key] for key in mistakes if key in votes]
    clear = sum(2 * no > no + maybe + yes for no, maybe, yes in found)
    none = sum(2 * yes > no + maybe + yes for no, maybe, yes in found)
    return [len(mistakes), len(mistakes) - len(found), clear, none, len(found) - clear - none]


def consensus(firsts, original, real):
    """Most agree on one class that is not the label; ReaL sides with all; all wrong by ReaL. Of the
    first, those with a set, and those with that class in it."""
    most = sides = wrong = decided = accepted = 0
    for image, labels in enumerate(real):
        said = firsts[:, image]
        against = [c for c in set(said)
                   if c != original[image] and 2 * np.sum(said == c) > len(said)]
        most += len(against)
        decided += bool(against) and bool(labels)
        accepted += bool(against) and against[0] in labels
        right = np.isin(said, labels)
        sides += bool(labels) and bool(np.all(right & (said != original[image])))
        wrong += bool(labels) and not right.any()
    return (most, sides, wrong), (decided, accepted)


def main():
    data = sys.argv[1]
    original = np.loadtxt(f"{data}/ilsvrc2012_val_labels.txt", dtype=int)
    with open(f"{data}/reassessed-imagenet/real.json", encoding="utf-8") as file:
        real = json.load(file)
    archive = np.load(f"{data}/reassessed-imagenet/raters.npz")
    answers = archive["tensor"].sum(axis=0).astype(int)
    votes = {(int(name[15:23]) - 1, int(c)): tuple(map(int, a))
             for (name, c), a in zip(archive["info"], answers)}
    print(f"// Made by mistakes_reference.py with NumPy {np.__version__}.\n")
    print("const struct {\n    const char *model, *labels;")
    print("    int mistakes, unjudged, clear, none, undecided;\n} kJudged[] = {")
    for model in MODELS:
        first = first_predictions(data, model, original)
        wrong = [(i, int(first[i])) for i in range(len(first)) if first[i] != original[i]]
        unreal = [(i, int(first[i])) for i in range(len(first))
                  if real[i] and first[i] not in real[i]]
        for labels, mistakes in (("original", wrong), ("real", unreal)):
            numbers = ", ".join(map(str, count(mistakes, votes)))
            print(f'    {{"{model}", "{labels}", {numbers}}},')
    print("};\n")
    names = sorted(path.split("/")[-1].split("_pytorch")[0]
                   for path in glob.glob(f"{data}/predictions/*_top5preds.npy"))
    firsts = np.array([first_predictions(data, name, original) for name in names])
    numbers, ruled = (", ".join(map(str, of)) for of in consensus(firsts, original, real))
    print(f"// {len(names)} models: most agree against the label, ReaL is with all, all are wrong "
          "by it")
    print(f"const int kConsensus[] = {{{numbers}}};")
    print("// of the first: those with a set, and those whose set has the class")
    print(f"const int kAccepted[] = {{{ruled}}};")


if __name__ == "__main__":
    main()
