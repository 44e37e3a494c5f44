#!/usr/bin/env python3
"""aggregate_bench.py - reassess aggregate and its peers on the published votes, interleaved.

    aggregate_bench.py --build build/release --data FOLDER [--rounds 5]

FOLDER holds raters.npz, golden.npz and raters_golden.npz. Run it with a Python that has NumPy, and
crowd-kit for its line; what is missing is left out. Every contestant is a process of its own. CPU
time (user and system) and peak memory are the kernel's; wall time is given too, but says little on
a busy machine. The floor is inflating the votes' tensor, 377 MB, and doing nothing with it.

Scores must agree: the golden recipe to 1e-12 with NumPy, EM to 1e-6 with crowd-kit's steps.
"""
import argparse
import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

EM_ITERATIONS = 20

FLOOR = """
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive, archive.open("tensor.npy") as member:
    while member.read(1 << 20):
        pass
"""

NUMPY_GOLDEN = """
import sys
import numpy as np
raters, golden, golden_raters, out = sys.argv[1:]
archive = np.load(raters)
tensor, ids = archive["tensor"], archive["ids"]
experts = np.load(golden)["tensor"]
archive = np.load(golden_raters)
questions, known = archive["tensor"], archive["ids"]
present = experts[:, :, 2].sum(0) * 2 > experts.sum((0, 2))
matrix = {}
for answers, rater in zip(questions, known):
    counts = np.stack([answers[~present].sum(0), answers[present].sum(0)]) + 1
    matrix[rater] = counts / counts.sum(1, keepdims=True)
mean = np.mean(list(matrix.values()), axis=0)
logit = np.full(tensor.shape[1], np.log(present.mean() / (1 - present.mean())))
for answers, rater in zip(tensor, ids):
    absent_row, present_row = matrix.get(rater, mean)
    logit += answers @ np.log(present_row / absent_row)
np.save(out, 1 / (1 + np.exp(-logit)))
"""

CROWDKIT_EM = """
import sys
import numpy as np
import pandas as pd
from crowdkit.aggregation import DawidSkene
raters, iterations, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
tensor = np.load(raters)["tensor"]
rater, pair, answer = np.nonzero(tensor)
yes = (tensor[:, :, 2] + 0.5 * tensor[:, :, 1]).sum(0) / tensor.sum((0, 2))
del tensor
frame = pd.DataFrame({"task": pair, "worker": rater,
                      "label": np.array(("no", "maybe", "yes"))[answer]})
probas = pd.DataFrame({"no": 1 - yes, "yes": yes}, index=pd.RangeIndex(len(yes), name="task"))
for _ in range(iterations):
    priors = probas.mean()
    probas = DawidSkene._e_step(frame, priors, DawidSkene._m_step(frame, probas))
np.save(out, probas["yes"].sort_index().to_numpy())
"""


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build/release", help="where reassess is built")
    parser.add_argument("--data", required=True, help="folder of the published archives")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", help="write every figure here")
    return parser.parse_args()


@functools.lru_cache
def has(module):
    return subprocess.run([sys.executable, "-c", f"import {module}"], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def measure(command):
    """Wall and CPU milliseconds and peak MB of one process."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"aggregate_bench: failed with status {process.returncode}: {' '.join(command)}")
    return {"wall_ms": 1e3 * wall, "cpu_ms": 1e3 * (usage.ru_utime + usage.ru_stime),
            "peak_mb": usage.ru_maxrss * 1024 / 1e6}


def contestants(options, folder):
    program = os.path.join(options.build, "reassess")
    data = {name: os.path.join(options.data, name + ".npz")
            for name in ("raters", "golden", "raters_golden")}
    golden = ["--golden", data["golden"], "--golden-votes", data["raters_golden"]]
    base = [program, "aggregate", "-q", "--votes", data["raters"]]
    em = ["--method", "em", "--smoothing", "0", "--tolerance", "0", "--iterations",
          str(EM_ITERATIONS)]
    out = {name: os.path.join(folder, name) for name in ("golden.npz", "golden.npy", "em.npz",
                                                         "em.npy")}
    yield "floor: inflate the tensor", [sys.executable, "-c", FLOOR, data["raters"]]
    yield "reassess majority", base + ["--method", "majority"]
    yield "reassess golden", base + golden
    yield "reassess golden, scores written", base + golden + ["--scores-out", out["golden.npz"]]
    yield f"reassess em, {EM_ITERATIONS} iterations", base + em + ["--scores-out", out["em.npz"]]
    if has("numpy"):
        yield "NumPy golden", [sys.executable, "-c", NUMPY_GOLDEN, data["raters"], data["golden"],
                               data["raters_golden"], out["golden.npy"]]
    if has("crowdkit"):
        yield (f"crowd-kit em, {EM_ITERATIONS} iterations",
               [sys.executable, "-c", CROWDKIT_EM, data["raters"], str(EM_ITERATIONS),
                out["em.npy"]])


def check(folder):
    """Equal work only counts when the results are equal."""
    for name, limit in (("golden", 1e-12), ("em", 1e-6)):
        peer = os.path.join(folder, name + ".npy")
        if os.path.exists(peer):
            import numpy as np
            ours = np.load(os.path.join(folder, name + ".npz"))["tensor"]
            apart = float(np.abs(ours - np.load(peer)).max())
            print(f"{name}: largest difference to the peer {apart:.2g}")
            if apart > limit:
                sys.exit(f"aggregate_bench: the scores of {name} differ")


def main():
    options = parse_arguments()
    with tempfile.TemporaryDirectory() as folder:
        runs = {name: [] for name, _ in contestants(options, folder)}
        for _ in range(options.rounds):
            for name, command in contestants(options, folder):
                runs[name].append(measure(command))
        check(folder)
    medians = {name: {key: statistics.median(run[key] for run in all_runs) for key in all_runs[0]}
               for name, all_runs in runs.items()}
    floor = medians["floor: inflate the tensor"]["cpu_ms"]
    print(f"\n| {'':34} | CPU ms | x floor | wall ms | peak MB |\n| --- | --- | --- | --- | --- |")
    for name, value in medians.items():
        print(f"| {name:34} | {value['cpu_ms']:6.0f} | {value['cpu_ms'] / floor:7.2f} | "
              f"{value['wall_ms']:7.0f} | {value['peak_mb']:7.0f} |")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rounds": options.rounds, "runs": runs, "medians": medians}, file, indent=1)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
