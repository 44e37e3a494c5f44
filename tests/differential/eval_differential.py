"""eval_differential.py PROGRAM [--cases N] [--seed S] - `eval` against account.py.

A run of the program scores many random models under one choice of labels and options. Compared are
the whole record but for texts, times and the errors of means over classes, every line of
--per-class and every line of --per-row. The last line counts cases and names what records hold that
the account does not know. Without --cases there are 2,000, and 40,000 where REASSESS_LONG is set.
"""
import argparse
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import account
import files

MODELS_PER_RUN = 20
# of a record: texts, times, and what is not about the models' rows
NOT_COMPARED = {"schema", "tool", "warnings", "timing", "engine", "model"}
TOLERANCE = {"nll": 2e-6, "real_nll": 2e-6, "confidence": 1e-6, "ece": 1e-6, "real_ece": 1e-6}


class Difference(Exception):
    pass


# ---- making ----

def make_labels(draw):
    images, classes = draw.choice([1, 2, 7, 40, draw.randint(3, 70)]), draw.randint(2, 14)
    unknown = draw.choice([0, 0, 0.2])
    original = [-1 if draw.random() < unknown else draw.randrange(classes) for _ in range(images)]
    original[0] = max(original[0], 0)
    real = []
    for y in original:
        size = draw.choice([0, 1, 1, 1, 2, 2, 3, 4, 6])
        labels = set(draw.sample(range(classes), min(size, classes)))
        if labels and y >= 0 and draw.random() < 0.6:
            labels.add(y)
        real.append(sorted(labels))
    if all(not labels for labels in real):
        real[0] = [0]
    return account.Labels(classes, original, real)


def make_values(draw, columns, kind):
    def one():
        return {"normal": lambda: draw.gauss(0, 3),
                "few": lambda: draw.choice([-1.0, 0.0, 0.5, 2.0]),
                "zeros": lambda: draw.choice([0.0, -0.0, -1.0]), "same": lambda: 1.5,
                "confident": lambda: draw.choice([0.0, 0.1, 0.2, 25.0 + draw.random()]),
                "large": lambda: draw.gauss(0, 1) * 3e4, "tiny": lambda: draw.gauss(0, 1) * 1e-7,
                "masked": lambda: draw.choice([-math.inf, draw.gauss(0, 2)]),
                "infinite": lambda: draw.choice([math.inf, -math.inf, 0.0, 1.0]),
                }[kind]()
    row = [one() for _ in range(columns)]
    if draw.random() < 0.02:
        row[draw.randrange(columns)] = math.nan
    return row


KINDS = ["normal"] * 6 + ["few", "few", "zeros", "same", "confident", "large", "tiny", "masked",
                          "infinite"]


def make_probabilities(draw, columns):
    row = [draw.random() ** 4 + 1e-9 for _ in range(columns)]
    return [value / sum(row) for value in row]


class Run:
    """Labels, options and models of one call."""

    def __init__(self, draw, folder, number):
        self.draw, self.folder, self.number = draw, folder, number
        self.labels = make_labels(draw)
        self.images = len(self.labels.original)
        self.options = ["--classes", str(self.labels.classes)]
        self.order = list(range(self.images))
        self.class_map, self.columns, self.shown_order = None, self.labels.classes, "file"
        self.topk, self.oracle_in_set, self.cut, self.keep = [1, 5], True, 0.9, 5
        self.begin, self.end = 0, self.images
        self.calibration = self.flags = self.probabilities = False
        self.models, self.paths, self.bytes = [], [], []
        self.raw_dtype = None # of all models, where they are bytes without a header
        self.named = True     # or as NumPy leaves bf16: a header that does not name the type
        if draw.random() < 0.15:
            self.raw_dtype = draw.choice(["f16", "bf16", "bf16", "f32", "f64"])
            self.named = self.raw_dtype == "bf16" and draw.random() < 0.5
        self.write_labels()
        self.choose()
        for index in range(MODELS_PER_RUN):
            self.add_model(index)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return str(path)

    def write_labels(self):
        real = "none"
        if self.draw.random() < 0.05:
            self.labels.real = [[] for _ in self.labels.real]
        else:
            real = self.write("real.json", json.dumps(self.labels.real))
        original = self.write("labels.txt", "".join(f"{y}\n" for y in self.labels.original))
        self.options += ["--real", real, "--labels", original]

    def choose(self):
        draw = self.draw
        if draw.random() < 0.25 and min(self.labels.original) >= 0:
            self.order.sort(key=lambda image: self.labels.original[image])
            self.options += ["--order", "imagefolder"]
        elif draw.random() < 0.3:
            draw.shuffle(self.order)
            self.options += ["--order", self.write(
                "order.txt", "".join(f"{image}\n" for image in self.order))]
        if draw.random() < 0.3:
            self.columns = draw.randint(1, 2 * self.labels.classes)
            self.class_map = [draw.randrange(-1, self.labels.classes) for _ in range(self.columns)]
            self.class_map[0] = max(self.class_map[0], 0)
            self.options += ["--class-map", self.write(
                "map.txt", "".join(f"{c}\n" for c in self.class_map))]
        if draw.random() < 0.3:
            self.begin = draw.randrange(self.images)
            self.end = draw.randint(self.begin + 1, self.images)
            self.options += ["--row-range", f"{self.begin}:{self.end}"]
        if draw.random() < 0.5:
            self.topk = sorted({1, *draw.sample(range(1, 20), draw.randint(1, 5))})
            self.options += ["--topk", ",".join(map(str, self.topk))]
        if draw.random() < 0.6:
            self.calibration = True
            self.probabilities = draw.random() < 0.3
            self.options += ["--calibration"] + (
                ["--values", "probs"] if self.probabilities else [])
        if draw.random() < 0.5:
            self.flags = True
            self.options += ["--row-flags"]
        if draw.random() < 0.3:
            self.oracle_in_set = False
            self.options += ["--oracle-rows", "nonempty"]
        if draw.random() < 0.4:
            self.cut = draw.choice([0.5, 0.6, 0.75, 1])
            self.options += ["--oracle-cut", str(self.cut)]
        self.options += ["--isa", draw.choice(["auto", "portable"]), "-j", str(draw.randint(1, 3)),
                         "--io", draw.choice(["auto", "mmap", "pread"])]

    def add_model(self, index):
        draw, name = self.draw, f"m{index:02}"
        predictions = self.class_map is None and self.raw_dtype is None and draw.random() < 0.3
        if predictions:
            k = draw.randint(1, self.labels.classes)
            rows = [draw.sample(range(self.labels.classes), k) for _ in range(self.images)]
            model, data = self.predictions(name, rows, k)
        else:
            dtype = self.raw_dtype or draw.choice(["f16", "f32", "f32", "f64", "bf16"])
            if self.probabilities:
                dtype = "f64" if dtype == "f64" else "f32"
                rows = [make_probabilities(draw, self.columns) for _ in range(self.images)]
                if self.raw_dtype in ("f16", "bf16"):
                    dtype = self.raw_dtype
            else:
                rows = [make_values(draw, self.columns, draw.choice(KINDS))
                        for _ in range(self.images)]
            rows = files.rounded(dtype, rows)
            model = account.Model(name, "logits", dtype, rows, self.columns)
            model.format, data = self.logits(dtype, rows)
        self.models.append(model)
        self.paths.append(self.write(name + ".bin", data))

    def logits(self, dtype, rows):
        if self.raw_dtype and self.named:
            return "npy", files.float_npy(dtype, rows, self.columns)
        if self.raw_dtype:
            return "raw", files.raw(dtype, rows)
        form = "safetensors" if dtype == "bf16" else self.draw.choice(
            ["npy", "npy", "npz", "safetensors"])
        if form == "safetensors":
            return form, files.safetensors(dtype, rows, self.columns)
        fortran = form == "npy" and self.draw.random() < 0.2
        data = files.float_npy(dtype, rows, self.columns, fortran, self.draw.choice([1, 2]))
        return form, data if form == "npy" else files.archive([("x.npy", data)],
                                                             self.draw.random() < 0.5)

    def predictions(self, name, rows, k):
        kind = self.draw.choice([*files.INTEGERS, "csv"])
        if kind == "csv" and self.order == list(range(self.images)):
            model = account.Model(name, "predictions", "i32", rows, k)
            model.format = "csv"
            return model, files.csv(rows)
        kind = "i32" if kind == "csv" else kind
        model = account.Model(name, "predictions", "i32", rows, k)
        model.format = "npy"
        return model, files.integer_npy(kind, rows, k, k == 1 and self.draw.random() < 0.5)

    def command(self, program):
        shape = ["--dtype", self.raw_dtype] if self.raw_dtype else []
        if not self.named:
            shape += ["--shape", f"{self.images},{self.columns}"]
        return [program, "eval", "-q", "--json", str(self.folder / "out.jsonl"), "--per-class",
                str(self.folder / "classes.csv"), "--per-row", str(self.folder / "rows.jsonl"),
                *self.options, *shape, *self.paths]


# ---- comparing ----

def same_number(got, want, tolerance=1e-12):
    return abs(got - want) <= tolerance * max(1.0, abs(want))


def compare(place, got, want):
    """`got` holds all of `want`; numbers that are no integers may differ in their last bits."""
    if isinstance(want, dict):
        if not isinstance(got, dict):
            raise Difference(f"{place}: {got}, not {want}")
        for key in want:
            if key not in got:
                raise Difference(f"{place}.{key} is not there")
            compare(f"{place}.{key}", got[key], want[key])
    elif isinstance(want, list):
        if not isinstance(got, list) or len(got) != len(want):
            raise Difference(f"{place}: {got}, not {want}")
        for i, (one, other) in enumerate(zip(got, want)):
            compare(f"{place}[{i}]", one, other)
    elif isinstance(want, float) and isinstance(got, (int, float)) and not isinstance(got, bool):
        if not same_number(got, want, TOLERANCE.get(place.rsplit(".", 1)[-1], 1e-12)):
            raise Difference(f"{place}: {got!r}, not {want!r}")
    elif got != want or isinstance(got, bool) != isinstance(want, bool):
        raise Difference(f"{place}: {got!r}, not {want!r}")


def without_value(got):
    return isinstance(got, dict) and got.get("value", 0) is None and bool(got.get("reason"))


def compare_record(run, model, rows, record, unknown):
    want = {
        "input": {"format": model.format, "content": model.content, "dtype": model.dtype,
                  "rows": run.end - run.begin, "classes": model.columns},
        "labels": {"images": run.images, "synthetic": False,
                   "evaluated": sum(1 for labels in run.labels.real if labels),
                   "empty": sum(1 for labels in run.labels.real if not labels)},
        "rows": {"nan": sum(1 for row in rows if row.nan), "tied": None},
    }
    if model.content == "logits":
        found = account.flags_of(rows)
        want["rows"]["inf"], want["rows"]["constant"] = found["inf"], found["constant"]
        if run.flags:
            want["rows"]["tied"] = found["tied"]
        if run.images <= 1024:  # of more a sample is looked at
            want["rows"].update(looked=found["looked"], looked_tied=found["tied"])
    compare("record", record, want)
    metrics = account.metrics_of(rows, run.labels, model, run.topk)
    unknown.update("metrics." + name for name in record["metrics"] if name not in metrics)
    per_class = [account.class_of_oracle(rows, c, run.oracle_in_set)
                 for c in range(run.labels.classes)]
    parts = {("metrics", name): value for name, value in metrics.items()}
    parts["oracle",] = account.oracle_of(per_class, run.cut)
    parts["choice",] = account.choice_of(rows, per_class, run.cut)
    parts["disagreements",] = account.disagreements_of(rows)
    for path, value in parts.items():
        got = record
        for key in path:
            got = got[key]
        if value is None:
            if not without_value(got):
                raise Difference(f"{'.'.join(path)} has a value: {got}")
        else:
            compare(".".join(path), got, value)
            if path[0] != "metrics":
                unknown.update(f"{path[0]}.{name}" for name in got if name not in value)
    compare_calibration(run, model, rows, record["calibration"], unknown)
    unknown.update(name for name in record if name not in NOT_COMPARED and name not in want and
                   name not in ("metrics", "oracle", "choice", "disagreements", "calibration"))
    return per_class


def compare_calibration(run, model, rows, got, unknown):
    if not run.calibration or model.content != "logits":
        if got is not None:
            raise Difference(f"calibration: {got}")
        return
    want, near_edge = account.calibration_of(rows, run.probabilities)
    unknown.update("calibration." + name for name in got if name not in want)
    for name in ("ece", "real_ece"):
        if near_edge:
            del want[name]
    compare("calibration", got, want)


def compare_classes(run, rows, per_class, lines):
    for c, line in enumerate(lines):
        cells, tail = account.class_line(rows, c, per_class[c])
        if line[1:4] != [str(c), "", ""] or line[4:4 + len(cells)] != cells:
            raise Difference(f"class {c}: {line}, not {cells}")
        if tail is not None and not abs(float(line[13]) - tail) <= 1e-5 * tail:
            raise Difference(f"class {c}: oracle_p {line[13]}, not {tail!r}")


def compare_rows(run, model, rows, lines):
    for at, (row, line) in enumerate(zip(rows, lines), run.begin):
        want = account.row_line(row, at, run.order[at], run.keep, model.content)
        want["model"] = model.name
        if "values" in want:
            got = line.get("values")
            if got is None or len(got) != len(want["values"]) or any(
                    (a is None) != (b is None) or a is not None and abs(a - b) > 1e-8 * abs(b)
                    for a, b in zip(got, want["values"])):
                raise Difference(f"row {at}: values {got}, not {want['values']}")
            line = {**line, "values": want["values"]}
        if line != want:
            raise Difference(f"row {at}: {line}, not {want}")


def check(run, program, unknown):
    done = subprocess.run(run.command(program), capture_output=True, check=False)
    if done.returncode != 0:
        raise Difference(f"exit status {done.returncode}: {done.stderr.decode()}")
    records = [json.loads(line) for line in (run.folder / "out.jsonl").read_text().splitlines()]
    with open(run.folder / "classes.csv", newline="") as table:
        classes = list(csv.reader(table))[1:]
    lines = [json.loads(line) for line in (run.folder / "rows.jsonl").read_text().splitlines()]
    count, width = run.labels.classes, run.end - run.begin
    if len(records) != len(run.models) or len(classes) != count * len(records) or (
            len(lines) != width * len(records)):
        raise Difference(f"{len(records)} records, {len(classes)} classes, {len(lines)} rows")
    for i, (model, record) in enumerate(zip(run.models, records)):
        rows = list(account.rows_of(model, run.labels, run.order, run.class_map, run.begin,
                                    run.end))
        try:
            per_class = compare_record(run, model, rows, record, unknown)
            compare_classes(run, rows, per_class, classes[i * count:(i + 1) * count])
            compare_rows(run, model, rows, lines[i * width:(i + 1) * width])
        except Difference as difference:
            raise Difference(f"model {model.name} ({model.format}, {model.dtype}): {difference}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cases", type=int,
                        default=40000 if os.environ.get("REASSESS_LONG") else 2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    unknown, done = set(), 0
    for number in range(-(-options.cases // MODELS_PER_RUN)):
        with tempfile.TemporaryDirectory() as folder:
            draw = random.Random(f"{options.seed} {number}")
            run = Run(draw, Path(folder), number)
            try:
                check(run, options.program, unknown)
            except Difference as difference:
                print(f"run {number} of seed {options.seed}: {difference}\n"
                      f"  {' '.join(run.command('reassess'))}")
                return 1
        done += len(run.models)
    print(f"{done} models, no difference; not in the account: "
          f"{', '.join(sorted(unknown)) or 'nothing'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
