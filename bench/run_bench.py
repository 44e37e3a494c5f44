"""run_bench.py - reassess, its kernels and its peers, interleaved in one run; ratios of medians.

Every round runs every contestant once, so a change in the machine's mood meets all of them. Each
peer times itself inside its own process, after imports; reassess does the same (the record's
`timing`) and is timed as a whole process besides. Peers that are missing are left out. Where a
contestant counts what reassess counts (top-1, top-5, ReaL), the counts must be equal: otherwise
exit status 1.

Writes WORK/bench.json (every figure) and WORK/bench.md (the tables), and prints the latter.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = ("numpy_recipe", "numpy_top5", "numpy_argpartition", "torch_topk", "timm_loop",
         "metric_objects")
TWO_THREADS = ("torch_topk",)
# What the project wants of the pass over a warm f32 file with 2 threads: at least so many times
# faster.
GOALS = (("timm's loop", 1, 60.0), ("torch.topk", 1, 12.0), ("torch.topk", 2, 12.0),
         ("numpy top-5", 1, 10.0))
WHOLE_PROCESS_GOAL_MS = 20.0
# Of the pass in memory with 2 threads, as a multiple of the floor (adding up the same bytes): at
# most.
KERNEL_GOALS = (("f32", "pass", 1.2), ("f16", "pass", 1.5), ("bf16", "pass", 1.5),
                ("f32", "calibrated", 1.8))
KERNEL_ROUNDS = 7


def parse_arguments():
    parser = argparse.ArgumentParser(prog="run_bench.sh", description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build/release", help="where reassess is built")
    parser.add_argument("--work", default="build/bench", help="where material and results go")
    parser.add_argument("--rows", type=int, default=50000)
    parser.add_argument("--columns", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-kernels", action="store_true")
    return parser.parse_args()


def run(command, **options):
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"run_bench: failed with status {done.returncode}: {' '.join(command)}")
    return done.stdout


class Bench:
    def __init__(self, options):
        self.options = options
        self.reassess = os.path.join(options.build, "reassess")
        self.kernels = next((path for path in (os.path.join(options.build, "kernel_bench"),
                                               os.path.join(options.build, "bench/kernel_bench"))
                             if os.path.exists(path)), None)
        size = f"{options.rows}x{options.columns}"
        self.labels = os.path.join(options.work, f"labels_{size}")
        self.logits = {dtype: os.path.join(options.work, f"logits_{size}_{dtype}.npy")
                       for dtype in ("f32", "f16")}
        self.results = {}  # (contestant, what, threads) -> list of milliseconds
        self.counts = {}   # contestant -> counts
        self.kernel_lines = []
        self.versions = {}
        self.missing = []

    def label_options(self):
        return ["--real", f"{self.labels}/real.json", "--labels", f"{self.labels}/original.txt"]

    def make_material(self):
        shape = f"{self.options.rows},{self.options.columns}"
        os.makedirs(self.options.work, exist_ok=True)
        if not os.path.exists(f"{self.labels}/names.txt"):
            run([self.reassess, "synth", "labels", "--shape", shape, "-o", self.labels])
        for dtype, path in self.logits.items():
            if not os.path.exists(path):
                run([self.reassess, "synth", "logits", *self.label_options(), "--dtype", dtype,
                     "--quiet", "-o", path])
            self.save_again(path)

    @staticmethod
    def save_again(path):
        """Into the page cache as numpy.save puts it there: in one write, whose pages the kernel
        keeps in large blocks where it can. Pages that came in one by one take three times as long
        to map."""
        with open(path, "rb") as file:
            data = file.read()
        fresh = path + ".fresh"
        with open(fresh, "wb", buffering=0) as file:
            view = memoryview(data)
            while view:
                view = view[file.write(view):]
            os.fsync(file.fileno())
        os.replace(fresh, path)

    def note(self, contestant, what, threads, milliseconds):
        self.results.setdefault((contestant, what, threads), []).append(milliseconds)

    # ---- contestants ----

    def run_eval(self, name, dtype, threads, extra):
        command = [self.reassess, "eval", *self.label_options(), "--quiet", "--json", "-",
                   "--threads", str(threads), *extra, self.logits[dtype]]
        start = time.perf_counter()
        output = run(command, stderr=subprocess.DEVNULL)
        wall = 1e3 * (time.perf_counter() - start)
        record = json.loads(output)
        timing = record["timing"]
        self.note(name, "pass", threads, timing["open_ms"] + timing["score_ms"])
        self.note(name, "labels", threads, timing["labels_ms"])
        self.note(name, "in process", threads, timing["total_ms"])
        self.note(name, "whole process", threads, wall)
        metrics = record["metrics"]
        self.counts[name] = {key: metrics[key]["correct"] for key in
                             ("imagenet_top1", "imagenet_top5", "real_top1", "real_top5")
                             if key in metrics}
        self.counts[name]["real_total"] = metrics["real_top1"]["total"]
        self.versions["reassess"] = f"{record['tool']['version']} ({record['tool']['commit']})"
        self.versions["isa"] = record["engine"]["device"]

    def run_peer(self, peer, mode, threads):
        # One repeat besides the warm-up: the rounds are the repeats.
        command = [sys.executable, os.path.join(HERE, "peers", peer + ".py"),
                   "--logits", self.logits["f32"], *self.label_options(), "--mode", mode,
                   "--threads", str(threads), "--repeats", "1"]
        result = json.loads(run(command))
        self.note(result["contestant"], mode, threads, result["median_ms"])
        self.counts[result["contestant"]] = result["counts"]
        self.versions.update(result["versions"])

    def run_nothing(self):
        """What starting a process costs, as it is measured here: part of every whole process."""
        start = time.perf_counter()
        run(["/bin/true"])
        self.note("a process that does nothing", "whole process", 1,
                  1e3 * (time.perf_counter() - start))

    def run_kernels(self):
        """Floor, pass and calibrated pass take turns within kernel_bench: the ratios are its
        own."""
        path = os.path.join(self.options.work, "kernel_bench.jsonl")
        run([self.kernels, "--rows", str(self.options.rows), "--columns", str(self.options.columns),
             "--rounds", str(KERNEL_ROUNDS), "--isa", self.versions["isa"], "--dtype",
             "f32,f16,bf16",
             "--json", path])
        with open(path, encoding="utf-8") as file:
            self.kernel_lines += [json.loads(line) for line in file]

    def contestants(self):
        calls = [self.run_nothing]
        for threads in (1, 2):
            calls += [
                lambda t=threads: self.run_eval("reassess, mapped f32", "f32", t, ["--io", "mmap"]),
                lambda t=threads: self.run_eval("reassess, read f32", "f32", t, ["--io", "pread"]),
                lambda t=threads: self.run_eval("reassess, mapped f16", "f16", t, ["--io", "mmap"]),
                lambda t=threads: self.run_eval("reassess, mapped f32, calibration", "f32", t,
                                                ["--io", "mmap", "--calibration"])]
        if self.kernels is not None and not self.options.no_kernels:
            calls.append(self.run_kernels)
        if self.options.no_peers:
            return calls
        for peer in PEERS:
            if not self.peer_runs(peer):
                self.missing.append(peer)
                continue
            for threads in (1, 2) if peer in TWO_THREADS else (1,):
                for mode in ("memory", "file"):
                    calls.append(lambda p=peer, m=mode, t=threads: self.run_peer(p, m, t))
        return calls

    @staticmethod
    def peer_runs(peer):
        modules = "numpy" if peer.startswith("numpy") else "numpy, torch"
        done = subprocess.run([sys.executable, "-c", f"import {modules}"], check=False,
                              stderr=subprocess.DEVNULL)
        return done.returncode == 0

    # ---- what came of it ----

    def median(self, contestant, what, threads):
        values = self.results.get((contestant, what, threads))
        return None if values is None else statistics.median(values)

    def kernel_ratio(self, dtype, timed, threads):
        """Median over the rounds of kernel_bench's own ratio to the floor."""
        values = [line[timed]["ratio"] for line in self.kernel_lines
                  if line["dtype"] == dtype and line["threads"] == threads]
        return statistics.median(values) if values else None

    def disagreements(self):
        """Contestants on the f32 file whose counts differ from ours."""
        ours = self.counts["reassess, mapped f32"]
        wrong = []
        for name, counts in self.counts.items():
            if "f16" in name:
                continue
            for key, value in counts.items():
                if key in ours and ours[key] != value:
                    wrong.append(f"{name}: {key} {value}, reassess {ours[key]}")
        return wrong


def machine():
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next((line.split(":")[1].strip() for line in file
                          if line.startswith("model name")), model)
    except OSError:
        pass
    return {"processor": model, "cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0],
            "system": platform.platform()}


def table(bench):
    ours = bench.median("reassess, mapped f32", "pass", 2)
    lines = ["| contestant | timed | threads | median ms | min ms | times our pass |",
             "| --- | --- | ---: | ---: | ---: | ---: |"]
    for (name, what, threads), values in bench.results.items():
        median = statistics.median(values)
        lines.append(f"| {name} | {what} | {threads} | {median:.2f} | {min(values):.2f} "
                     f"| {median / ours:.2f} |")
    return lines


def kernel_table(bench):
    lines = ["| kernel, in memory | threads | floor ms | pass ms | over floor | calibrated ms "
             "| over floor |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for dtype, threads in sorted({(k["dtype"], k["threads"]) for k in bench.kernel_lines}):
        cells = [f"{dtype}, {bench.versions['isa']}", str(threads)]
        for timed in ("floor", "pass", "calibrated"):
            values = [k[timed]["median_ms"] for k in bench.kernel_lines
                      if k["dtype"] == dtype and k["threads"] == threads]
            cells.append(f"{statistics.median(values):.2f}")
            if timed != "floor":
                cells.append(f"{bench.kernel_ratio(dtype, timed, threads):.2f}x")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def goals(bench):
    ours = bench.results["reassess, mapped f32", "pass", 2]
    lines = ["| goal | wanted | reached | |", "| --- | ---: | ---: | --- |"]
    for name, threads, wanted in GOALS:
        theirs = bench.results.get((name, "file", threads))
        if theirs is not None:  # the median of the rounds' ratios: each pair met the same machine
            ratio = statistics.median(t / o for t, o in zip(theirs, ours))
            lines.append(f"| faster than {name}, {threads} thread{'s' * (threads > 1)}, from a "
                         "warm file "
                         f"| {wanted:.0f}x | {ratio:.1f}x | {'yes' if ratio >= wanted else 'NO'} |")
    for dtype, timed, wanted in KERNEL_GOALS:
        ratio = bench.kernel_ratio(dtype, timed, 2)
        if ratio is not None:
            lines.append(f"| {timed}, {dtype} in memory, 2 threads, over the floor "
                         f"| {wanted:.1f}x | {ratio:.2f}x | {'yes' if ratio <= wanted else 'NO'} |")
    whole = bench.median("reassess, mapped f32", "whole process", 2)
    lines.append(f"| whole process, one f32 file, 2 threads | {WHOLE_PROCESS_GOAL_MS:.0f} ms "
                 f"| {whole:.1f} ms | {'yes' if whole < WHOLE_PROCESS_GOAL_MS else 'NO'} |")
    return lines


def report(bench, before, wrong):
    options = bench.options
    lines = [f"# {options.rows} x {options.columns}, {options.rounds} rounds, interleaved", "",
             f"{before['processor']}, {before['cores']} cores, load {before['load']:.1f} at the "
             "start; "
             + ", ".join(f"{name} {version}" for name, version in sorted(bench.versions.items())),
             ""]
    if before["load"] > 0.5:
        lines += ["**The machine was busy: ratios are better than milliseconds, neither is good.**",
                  ""]
    lines += goals(bench) + [""] + table(bench) + [""]
    if bench.missing:
        lines += [f"Left out (bench/install_peers.sh): {', '.join(bench.missing)}.", ""]
    if bench.kernel_lines:
        lines += kernel_table(bench) + [""]
    if wrong:
        lines += ["**Counts differ:** " + "; ".join(wrong)]
    else:
        lines += [f"Counts agree: {len(bench.counts)} contestants, "
                  f"{bench.counts['reassess, mapped f32']}."]
    return "\n".join(lines) + "\n"


def main():
    options = parse_arguments()
    bench = Bench(options)
    if not os.path.exists(bench.reassess):
        sys.exit(f"run_bench: {bench.reassess} is not there; build first, or name --build DIR")
    before = machine()
    bench.make_material()
    calls = bench.contestants()
    for done in range(options.rounds):
        for call in calls:
            call()
        print(f"round {done + 1} of {options.rounds}", file=sys.stderr)
    wrong = bench.disagreements()
    text = report(bench, before, wrong)
    results = [{"contestant": name, "timed": what, "threads": threads,
                "median_ms": statistics.median(values), "min_ms": min(values), "all_ms": values}
               for (name, what, threads), values in bench.results.items()]
    with open(os.path.join(options.work, "bench.json"), "w", encoding="utf-8") as file:
        json.dump({"machine": before, "versions": bench.versions, "rows": options.rows,
                   "columns": options.columns, "rounds": options.rounds, "results": results,
                   "counts": bench.counts, "kernels": bench.kernel_lines, "disagreements": wrong},
                  file, indent=1)
        file.write("\n")
    with open(os.path.join(options.work, "bench.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text, end="")
    sys.exit(1 if wrong else 0)


main()
