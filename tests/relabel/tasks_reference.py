#!/usr/bin/env python3
"""tasks_reference.py - the published candidates in tasks, in plain Python, for tasks_test.cc.

    tasks_reference.py DATA DATA.NOUN > tasks_reference.inc

DATA holds reassessed-imagenet/raters.npz and imagenet_synsets.txt, DATA.NOUN is WordNet 3.0's. The
output is committed; nothing at build or test time runs this.
"""
import itertools
import sys
from collections import Counter, defaultdict

import numpy as np

PER_TASK, LEAST = 8, 3


def read_paths(noun, synsets):
    """For each class its synsets from the root down, each as its number in the file."""
    parent, number = {}, {}
    with open(noun, encoding="latin-1") as file:
        for line in file:
            if line.startswith(" "):
                continue
            field = line.split()
            at = 4 + 2 * int(field[3], 16)
            pointers = [field[at + 1 + 4 * i:at + 3 + 4 * i] for i in range(int(field[at]))]
            number[field[0]] = len(number)
            parent[field[0]] = next((to for kind, to in pointers if kind in ("@", "@i")), None)
    paths = []
    for synset in synsets:
        path, at = (), synset[1:]
        while at is not None:
            path, at = (number[at],) + path, parent[at]
        paths.append(path)
    return paths


def split(candidates, paths, depth, numbers):
    """Parts as [number, members]: what fits, else the kinds of the node, packed."""
    if len(candidates) <= PER_TASK:
        return [[next(numbers), list(candidates)]]
    kinds = itertools.groupby(candidates, lambda c: paths[c][depth])
    parts = [part for _, kind in kinds for part in split(list(kind), paths, depth + 1, numbers)]
    packed = []
    for part in sorted(parts, key=lambda part: (-len(part[1]), part[0])):
        room = [into for into in packed if len(into[1]) + len(part[1]) <= PER_TASK]
        if room:
            max(room, key=lambda into: len(into[1]))[1].extend(part[1])
        else:
            packed.append(part)
    return packed


def common(a, b):
    return len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], zip(a, b))))


def give_company(parts, paths):
    for small in parts:
        while len(parts) > 1 and len(small) < LEAST:
            spare = [c for part in parts if part is not small and len(part) > LEAST for c in part]
            chosen = min(spare, key=lambda c: (-max(common(paths[c], paths[s]) for s in small),
                                               paths[c]))
            next(part for part in parts if chosen in part).remove(chosen)
            small.append(chosen)


def main():
    data, noun = sys.argv[1:]
    with open(f"{data}/imagenet_synsets.txt", encoding="ascii") as file:
        paths = read_paths(noun, file.read().split())
    archive = np.load(f"{data}/reassessed-imagenet/raters.npz")
    raters = np.packbits(archive["tensor"].any(axis=2), axis=0).T.copy()
    candidates, groups = defaultdict(list), defaultdict(Counter)
    for (image, label), who in zip(archive["info"], raters):
        candidates[image].append(int(label))
        groups[image][who.tobytes()] += 1

    sizes, tasks, alone = Counter(), Counter(), 0
    for image, classes in candidates.items():
        parts = [members for _, members in
                 split(sorted(classes, key=lambda c: paths[c]), paths, 0, itertools.count())]
        alone += len(parts) > 1 and min(map(len, parts)) < LEAST
        give_company(parts, paths)
        sizes.update(map(len, parts))
        tasks[len(classes) > PER_TASK] += len(parts)
    fits = [image for image, classes in candidates.items() if len(classes) <= PER_TASK]
    theirs = {image: len(count) for image, count in groups.items()}
    split_sizes = [size for count in groups.values() if len(count) > 1 for size in count.values()]
    values = {
        "kTasks": sum(tasks.values()),
        "kTasksWhole": tasks[False],  # of images that fit into one
        "kImagesWithSmallParts": alone,  # but for the rule of the least
        # what the published answers show: groups of candidates with the same raters
        "kPublishedTasks": sum(theirs.values()),
        "kPublishedTasksWhole": sum(theirs[image] for image in fits),
        "kPublishedSplitOf7Or8": sum(theirs[image] > 1 for image in fits),
        "kImagesOf7Or8": sum(len(candidates[image]) > 6 for image in fits),
        "kPublishedLeast": min(split_sizes),
        "kPublishedAbove8": sum(size > PER_TASK for count in groups.values()
                                for size in count.values()),
        "kFewestTasks": sum(-(-len(classes) // PER_TASK) for classes in candidates.values()),
    }
    print(f"// Made by tasks_reference.py with NumPy {np.__version__}.\n")
    for name, value in values.items():
        print(f"const uint32_t {name} = {value};")
    print("const uint32_t kTasksOfSize[] = {"
          + ", ".join(str(sizes[size]) for size in range(PER_TASK + 1)) + "};")


if __name__ == "__main__":
    main()
