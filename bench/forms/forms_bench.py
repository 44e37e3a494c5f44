"""forms_bench.py - one model in every form of file, and ensembles, beside the mapped .npy; ratios.

    python3 bench/forms/forms_bench.py --rounds 7

Every round runs every contestant once. "pass" is opening and scoring, by the record's own clock;
"processor" the processor time of the whole process, less that of one that scores nothing but a few
rows (start-up, labels). Ratios are taken within a round; medians of them are printed, the least and
the most in brackets. An ensemble's are over the sum of its members' passes in the same round,
calibrated ones where it averages probabilities, whose scores always come with calibration here. It
has no processor time: the average of models that are made up apart is too good to be true, and is
looked at again. The counts of all forms of one model must be equal.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import zipfile

MEMBERS = 3


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--reassess", default="build/release/reassess")
    parser.add_argument("--work", default="build/bench")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dtype", default="f32")
    parser.add_argument("--only", default="", help="contestants whose names hold this word")
    return parser.parse_args()


def save_again(path):
    """In large writes, as numpy leaves it: see docs/PERFORMANCE.md on the page cache."""
    with open(path, "rb") as file:
        data = file.read()
    with open(path + ".fresh", "wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            view = view[file.write(view):]
        os.fsync(file.fileno())
    os.replace(path + ".fresh", path)


def make_material(options):
    labels = f"{options.work}/labels_forms"
    said = ["--real", f"{labels}/real.json", "--labels", f"{labels}/original.txt"]
    os.makedirs(options.work, exist_ok=True)
    if not os.path.exists(labels):
        subprocess.run([options.reassess, "synth", "labels", "-o", labels], check=True)
    models = []
    for index in range(MEMBERS):
        path = f"{options.work}/form{index}_{options.dtype}.npy"
        models.append(path)
        if not os.path.exists(path):
            subprocess.run([options.reassess, "synth", "logits", *said, "--quiet", "--dtype",
                            options.dtype,
                            "--seed", str(index + 1), "-o", path], check=True)
    forms = {"stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED}
    made = {"npy": models[0]}
    for name, method in forms.items():
        made[name] = f"{options.work}/form_{name}_{options.dtype}.npz"
        if not os.path.exists(made[name]):
            with zipfile.ZipFile(made[name], "w", method) as archive:
                archive.write(models[0], "logits.npy")
    for path in [*models, *made.values()]:
        save_again(path)
    return said, models, made


class Bench:
    def __init__(self, options):
        self.options = options
        self.labels, self.models, self.forms = make_material(options)
        self.rounds = []

    def score(self, *arguments):
        command = [self.options.reassess, "eval", *self.labels, "--quiet", "--json", "-",
                   "--threads", str(self.options.threads), *arguments]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            sys.exit(f"forms_bench: status {done.returncode} of {' '.join(command)}")
        record = json.loads(done.stdout)
        timing = record["timing"]
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        counts = [record["metrics"][key]["correct"] for key in ("imagenet_top1", "real_top1")]
        return {"pass": timing["open_ms"] + timing["score_ms"], "processor": 1e3 * used,
                "counts": counts}

    def contestants(self):
        calibrated = "--calibration"
        found = {
            "nothing": ["--row-range", "0:64", self.forms["npy"]],
            "npy": [self.forms["npy"]],
            "npy, read": ["--io", "pread", self.forms["npy"]],
            "npy, calibrated": [calibrated, self.forms["npy"]],
            "stored": [self.forms["stored"]],
            "stored, read": ["--io", "pread", self.forms["stored"]],
            "stored, calibrated": [calibrated, self.forms["stored"]],
            "deflated": [self.forms["deflated"]],
            "deflated, read": ["--io", "pread", self.forms["deflated"]],
            "ensemble of logits": ["--ensemble", "--space", "logit", *self.models],
            "ensemble of logits, calibrated": ["--ensemble", "--space", "logit", calibrated,
                                               *self.models],
            "ensemble of probabilities": ["--ensemble", "--space", "prob", calibrated,
                                          *self.models],
        }
        needed = ("nothing", "npy", "npy, calibrated")
        return {name: call for name, call in found.items()
                if name in needed or self.options.only in name}

    def run(self):
        contestants = self.contestants()
        for _ in range(self.options.rounds):
            self.rounds.append({name: self.score(*call) for name, call in contestants.items()})
        for found in self.rounds:
            for name in found:
                if "ensemble" not in name and name != "nothing":
                    assert found[name]["counts"] == found["npy"]["counts"], name
        return list(contestants)

    def ratios(self, name, what):
        """Of each round: to the pass over the .npy, or to that of the members."""
        base = "npy, calibrated" if "calibrated" in name or "probabilities" in name else "npy"
        times = MEMBERS if "ensemble" in name else 1
        for found in self.rounds:
            idle = found["nothing"]["processor"] if what == "processor" else 0.0
            yield (found[name][what] - idle) / (times * (found[base][what] - idle))

    def show(self, names):
        print("| | pass, ms | of the .npy's or the members' | processor time likewise |")
        print("| --- | ---: | ---: | ---: |")
        for name in names:
            cells = [f"{statistics.median(found[name]['pass'] for found in self.rounds):.1f}"]
            for what in ("pass", "processor"):
                if name == "nothing" or ("ensemble" in name and what == "processor"):
                    cells.append("")
                    continue
                ratios = sorted(self.ratios(name, what))
                cells.append(f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to "
                             f"{ratios[-1]:.2f})")
            print(f"| {name} | " + " | ".join(cells) + " |")


def main():
    started = time.time()
    options = parse_arguments()
    bench = Bench(options)
    names = bench.run()
    bench.show(names)
    print(f"{bench.options.rounds} rounds, {bench.options.threads} threads, "
          f"{bench.options.dtype}, {time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
