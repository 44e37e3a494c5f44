"""python_bench.py - what the Python package costs beside the C call that it makes.

    python3 bench/python_bench.py [cpu]   # with PYTHONPATH, REASSESS_LIBRARY; docs/PYTHON.md

With "cpu" in processor time of all threads, which other work on the machine disturbs less.

All 50,000 x 1000 f32 in batches of 256, as the package does it and by the C function alone, with
addresses that are known; and in one call. Run alternately; medians.
"""

import ctypes
import random
import statistics
import sys
import time
import warnings

import numpy

import reassess
from reassess import _library

warnings.simplefilter("ignore")
IMAGES, CLASSES, BATCH, ROUNDS = 50_000, 1000, 256, 9


clock = time.process_time if sys.argv[1:] == ["cpu"] else time.perf_counter


def time_of(run):
    begin = clock()
    run()
    return clock() - begin


def main():
    draw = random.Random(1)
    original = [draw.randrange(CLASSES) for _ in range(IMAGES)]
    labels = reassess.Labels.from_sets(original, [[y] for y in original], CLASSES)
    rows = numpy.random.default_rng(1).standard_normal((IMAGES, CLASSES), dtype="f4")
    batches = [rows[at : at + BATCH] for at in range(0, IMAGES, BATCH)]
    places = [(batch.ctypes.data, len(batch)) for batch in batches]
    scorer = reassess.Scorer(labels)

    def by_package():
        for batch in batches:
            scorer.update(batch)

    def by_c():
        error = ctypes.c_void_p()
        for address, count in places:
            _library.scorer_add(
                scorer._handle, address, b"f32", count, CLASSES, 4 * CLASSES, None, 0, 0, error
            )

    def whole():
        scorer.update(rows)

    def pass_of(run):
        scorer.reset()
        return time_of(run)

    ways = {"package": by_package, "C": by_c, "whole": whole}
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            times[name].append(pass_of(run))
    median = {name: statistics.median(each) for name, each in times.items()}
    for name, each in times.items():
        print(
            f"{name:8} {1e3 * median[name]:8.2f} ms, {1e3 * min(each):.2f} to "
            f"{1e3 * max(each):.2f}; a batch {1e6 * median[name] / len(batches):.1f} us"
        )
    print(f"a batch from Python / from C: {median['package'] / median['C']:.3f}")
    print(f"all in batches / all at once: {median['package'] / median['whole']:.3f}")


main()
