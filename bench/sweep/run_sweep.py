#!/usr/bin/env python3
"""A sweep beside the sum of single passes that keep the same predictions.

    bench/sweep/run_sweep.py [--program build/release/reassess] [--models 100] [--files 5]
                             [--rounds 3] [--folder /tmp]

Makes synthetic labels and a few full-size f32 files (200 MB each), reads them into the page cache,
and alternates, in each round:

  passes pread, mmap   `reassess eval --keep-topk 10` over as many models in one process; the sum of
                       the passes alone (score_ms of the records), files read or mapped
  eval pread, mmap     the same runs from their first record to their last, sidecars written too
  sweep                `reassess sweep` of a --list, from an empty folder: all of it, from the start
                       of the process to its end, with sidecars, tallies and records synced

It prints seconds, the ratios sweep / passes, and the largest resident memory of the sweep.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

KEEP = "10"


def run(words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, **more)


def make(program, folder, files):
    """Labels and logits; returns the options that name the labels, and the files."""
    labels = os.path.join(folder, "labels")
    run([program, "synth", "labels", "--quiet", "--shape", "50000,1000", "-o", labels])
    options = ["--real", os.path.join(labels, "real.json"),
               "--labels", os.path.join(labels, "original.txt")]
    paths = []
    for seed in range(files):
        path = os.path.join(folder, f"logits{seed}.npy")
        run([program, "synth", "logits", "--quiet", *options, "--seed", str(seed + 1), "-o", path])
        paths.append(path)
    return options, paths


def warm(paths):
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 24):
                pass


def passes(program, options, models, io, folder):
    """Seconds of the passes alone, and from the first record to the last."""
    kept = os.path.join(folder, "kept")
    os.makedirs(kept, exist_ok=True)
    names = [word for i in range(len(models)) for word in ("--name", f"m{i}")]
    result = run([program, "eval", "--quiet", *options, "--io", io, "--keep-topk", KEEP,
                  "--keep-dir", kept, "--json", "-", *names, *models])
    timings = [json.loads(line)["timing"] for line in result.stdout.splitlines()]
    shutil.rmtree(kept)
    whole = (timings[-1]["total_ms"] - timings[0]["total_ms"]) / (len(timings) - 1) * len(timings)
    return sum(t["score_ms"] for t in timings) / 1e3, whole / 1e3


def sweep(program, options, models, folder):
    """Seconds and the largest resident memory in MB."""
    out = os.path.join(folder, "out")
    listed = os.path.join(folder, "list.txt")
    with open(listed, "w", encoding="utf-8") as file:
        for i, path in enumerate(models):
            file.write(f'm{i} "{path}"\n')
    begin = time.monotonic()
    child = subprocess.Popen([program, "sweep", "--quiet", *options, "--out", out, "--list",
                              listed])
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begin
    if status != 0:
        raise SystemExit(f"the sweep ended with status {status}")
    records = sum(name.endswith(".json") for name in os.listdir(out))
    if records != len(models):
        raise SystemExit(f"{records} records of {len(models)} models")
    shutil.rmtree(out)
    return seconds, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/reassess")
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--files", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=None)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        options, paths = make(program, folder, arguments.files)
        models = [paths[i % len(paths)] for i in range(arguments.models)]
        warm(paths)
        seen = {}
        for _ in range(arguments.rounds):
            for io in ("pread", "mmap"):
                alone, whole = passes(program, options, models, io, folder)
                seen.setdefault(f"passes {io}", []).append(alone)
                seen.setdefault(f"eval {io}", []).append(whole)
            seconds, memory = sweep(program, options, models, folder)
            seen.setdefault("sweep", []).append(seconds)
            seen.setdefault("memory", []).append(memory)
    memory = seen.pop("memory")
    middle = {name: statistics.median(values) for name, values in seen.items()}
    print(f"{arguments.models} models of {arguments.files} files, {arguments.rounds} rounds, "
          "seconds")
    for name, values in seen.items():
        ratio = "" if name == "sweep" else f"   sweep / this {middle['sweep'] / middle[name]:.2f}"
        print(f"  {name:13s} median {middle[name]:6.2f}  "
              f"from {min(values):6.2f} to {max(values):6.2f}{ratio}")
    print(f"  sweep: at most {max(memory):.0f} MB resident")


if __name__ == "__main__":
    main()
