#!/usr/bin/env python3
"""clean_bench.py - reassess clean beside eval: the same bytes from a file and through a pipe.

    clean_bench.py --build build/release [--rows 200000] [--classes 1000] [--dtype f16] [--rounds 7]
                   [--folder /dev/shm]

Makes labels and logits with reassess synth in a folder of its own below --folder (leave room for
rows x classes values), then runs, interleaved, every contestant as a process of its own: eval
--real none and clean, each from the file (mapped, and read by pread) and through a pipe from cat.
The floor of a pipe is a reader that does nothing. Prints medians of the process's wall time and CPU
time (user and system), MB/s, both ratios to eval, and the largest peak memory; a mapped file's
pages count in it. On a busy machine the CPU time is the one to compare.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

VALUE_BYTES = {"f16": 2, "bf16": 2, "f32": 4, "f64": 8}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--dtype", default="f16", choices=VALUE_BYTES)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", default="/dev/shm")
    return parser.parse_args()


def measure(command, piped):
    """Wall and CPU seconds and peak KiB of `command`, which reads `piped` (or nothing)."""
    feeder = subprocess.Popen(["cat", piped], stdout=subprocess.PIPE) if piped else None
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdin=feeder.stdout if feeder else subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    if feeder:
        feeder.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if feeder:
        feeder.wait()
    if process.returncode != 0:
        raise SystemExit(f"clean_bench: {command} failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def make_material(program, options, folder):
    shape = f"{options.rows},{options.classes}"
    labels, logits = folder / "labels", folder / "logits.npy"
    subprocess.run([program, "synth", "labels", "--shape", shape, "-o", labels], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([program, "synth", "logits", "--labels", labels / "original.txt", "--real",
                    labels / "real.json", "--accuracy", "0.9", "--shape", shape, "--dtype",
                    options.dtype, "-o", logits], check=True, stdout=subprocess.DEVNULL)
    return labels / "original.txt", logits


def contestants(program, labels, logits, folder):
    score = [program, "eval", "-q", "--real", "none", "--labels", labels]
    clean = [program, "clean", "-q", "--labels", labels, "-o", folder / "kept.txt", "--dropped",
             folder / "dropped.csv"]
    bare = clean[:5]
    return [
        ("file", "eval", score + [logits], None),
        ("file", "clean", bare + [logits], None),
        ("file", "clean, lists written", clean + [logits], None),
        ("pread", "eval", score + ["--io", "pread", logits], None),
        ("pread", "clean", bare + ["--io", "pread", logits], None),
        ("pipe", "floor", ["cat"], logits),
        ("pipe", "eval", score + ["-"], logits),
        ("pipe", "clean", bare + ["-"], logits),
        ("pipe", "clean, lists written", clean + ["-"], logits),
    ]


def line(seconds, way, who, megabytes=None):
    middle = statistics.median(seconds[way, who])
    ratio = middle / statistics.median(seconds[way, "eval"])
    speed = f"{megabytes / middle:7.0f} " if megabytes else ""
    return f"{1000 * middle:8.1f} {speed}{ratio:7.2f}"


def main():
    options = parse_arguments()
    program = pathlib.Path(options.build, "reassess").resolve()
    megabytes = options.rows * options.classes * VALUE_BYTES[options.dtype] / 1e6
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = pathlib.Path(name)
        labels, logits = make_material(program, options, folder)
        runs = contestants(program, labels, logits, folder)
        wall = {run[:2]: [] for run in runs}
        cpu = {run[:2]: [] for run in runs}
        peak = {run[:2]: 0 for run in runs}
        for _ in range(options.rounds):
            for way, who, command, piped in runs:
                took, spent, kib = measure(command, piped)
                wall[way, who].append(took)
                cpu[way, who].append(spent)
                peak[way, who] = max(peak[way, who], kib)
        print(f"{options.rows} x {options.classes} {options.dtype}, {megabytes:.0f} MB, medians of "
              f"{options.rounds}\n{'':6} {'':22} {'wall ms':>8} {'MB/s':>7} {'x eval':>7} "
              f"{'CPU ms':>8} {'x eval':>7} {'peak MB':>8}")
        for way, who, _, _ in runs:
            print(f"{way:6} {who:22}", line(wall, way, who, megabytes), line(cpu, way, who),
                  f"{peak[way, who] / 1024:8.1f}")


if __name__ == "__main__":
    main()
