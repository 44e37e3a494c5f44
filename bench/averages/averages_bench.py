"""averages_bench.py - ensembles and heads beside NumPy (and torch) doing the same.

    bench/averages/averages_bench.py [--build build/release] [--work build/bench] [--rounds 5]

Every round runs every contestant once, each in a process of its own that times itself: reassess by
the record's score_ms, the others after imports and with the files in the page cache. All of them
end with top-1 and ReaL top-1 of 50,000 x 1,000, and those counts must be equal: otherwise exit
status 1 (heads: within two rows, since other libraries add up in another order). Needs NumPy; torch
is left out where it is missing. Prints medians and ratios to reassess.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROWS, CLASSES, FEATURES = 50000, 1000, 512

PEER = r"""
import json, sys, time
library, what, folder = sys.argv[1:4]
import numpy as np
if library == "torch":
    import torch
    torch.set_num_threads(int(sys.argv[4]))
load = lambda name: np.load(f"{folder}/{name}.npy")
real = json.load(open(f"{folder}/real.json"))
original = np.array([int(line) for line in open(f"{folder}/labels.txt")])
begin = time.perf_counter()
if library == "numpy":
    if what == "logit":
        x = (load("m0") + load("m1") + load("m2")) / np.float32(3)
    elif what == "prob":
        x = 0
        for name in ("m0", "m1", "m2"):
            e = load(name)
            e = np.exp(e - e.max(axis=1, keepdims=True))
            x = x + e / e.sum(axis=1, keepdims=True)
    else:
        x = load("features") @ load("weight").T + load("bias")
    best = x.argmax(axis=1)
else:
    tensor = lambda name: torch.from_numpy(load(name))
    if what == "logit":
        x = (tensor("m0") + tensor("m1") + tensor("m2")) / 3
    elif what == "prob":
        x = sum(torch.softmax(tensor(name), 1) for name in ("m0", "m1", "m2"))
    else:
        x = torch.nn.functional.linear(tensor("features"), tensor("weight"), tensor("bias"))
    best = x.argmax(1).numpy()
top1 = int((best == original).sum())
hits = sum(int(best[i]) in labels for i, labels in enumerate(real) if labels)
print(json.dumps({"ms": 1e3 * (time.perf_counter() - begin), "top1": top1, "real": int(hits)}))
"""


def make_material(folder):
    import numpy as np
    random = np.random.default_rng(1)
    original = random.integers(0, CLASSES, ROWS)
    sets = [[] if i % 16 == 0 else [int(c)] if i % 5 else [int(c), int((c + 7) % CLASSES)]
            for i, c in enumerate(original)]
    with open(f"{folder}/labels.txt", "w", encoding="ascii") as out:
        out.writelines(f"{c}\n" for c in original)
    with open(f"{folder}/real.json", "w", encoding="ascii") as out:
        json.dump(sets, out)
    for m in range(3):
        x = random.standard_normal((ROWS, CLASSES), dtype=np.float32)
        x[np.arange(ROWS), original] += 2.5
        np.save(f"{folder}/m{m}.npy", x)
    weight = random.standard_normal((CLASSES, FEATURES), dtype=np.float32)
    noise = random.standard_normal((ROWS, FEATURES), dtype=np.float32)
    np.save(f"{folder}/features.npy", weight[original] * np.float32(0.16) + noise)
    np.save(f"{folder}/weight.npy", weight)
    np.save(f"{folder}/bias.npy", random.standard_normal(CLASSES, dtype=np.float32))


def run(command):
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"averages_bench: failed with status {done.returncode}: {' '.join(command[:4])}")
    return json.loads(done.stdout.splitlines()[0])


def run_reassess(program, folder, what, threads):
    members = [f"{folder}/m{m}.npy" for m in range(3)]
    model = {
        "logit": ["--ensemble"] + members,
        "prob": ["--ensemble", "--space", "prob"] + members,
        "head": ["--features", f"{folder}/features.npy", "--head",
                 f"{folder}/weight.npy,{folder}/bias.npy"],
    }[what]
    record = run([program, "eval", "--real", f"{folder}/real.json", "--labels",
                  f"{folder}/labels.txt", "--threads", str(threads), "--json", "-"] + model)
    metrics = record["metrics"]
    return {"ms": record["timing"]["score_ms"], "top1": metrics["imagenet_top1"]["correct"],
            "real": metrics["real_top1"]["correct"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--work", default="build/bench")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    program = os.path.join(options.build, "reassess")
    os.makedirs(options.work, exist_ok=True)
    threads = len(os.sched_getaffinity(0))
    libraries = ["numpy"]
    if subprocess.run([sys.executable, "-c", "import torch"], check=False,
                      stderr=subprocess.DEVNULL).returncode == 0:
        libraries.append("torch")
    with tempfile.TemporaryDirectory(dir=options.work) as folder:
        make_material(folder)
        print(f"{ROWS} x {CLASSES} f32, {threads} threads, medians of {options.rounds} rounds")
        for what in ("logit", "prob", "head"):
            times = {}
            for _ in range(options.rounds):
                results = {"reassess": run_reassess(program, folder, what, threads)}
                for library in libraries:
                    results[library] = run([sys.executable, "-c", PEER, library, what, folder,
                                            str(threads)])
                for name, result in results.items():
                    times.setdefault(name, []).append(result["ms"])
                    for count in ("top1", "real"):
                        if abs(result[count] - results["reassess"][count]) > 2:
                            sys.exit(f"averages_bench: {what}: {name} counts {result[count]} "
                                     f"{count}, reassess {results['reassess'][count]}")
            ours = statistics.median(times["reassess"])
            print(f"{what}: " + ", ".join(
                f"{name} {statistics.median(ms):.1f} ms ({statistics.median(ms) / ours:.2f}x)"
                for name, ms in times.items()))


if __name__ == "__main__":
    main()
