"""advice_test.py PROGRAM TABLE [--all] - runs the line that each error prints, by real libraries.

For every row of convert_advice.def there is a file that provokes it, made here by the library that
makes such files. The program refuses it; what it advises is pasted into a shell, by this very
Python; and what comes of that is scored. The scores say whether it holds the rows of the model in
their order: of 60 images in 12 classes, 45 are right.

Without --all only the first file of each row is tried, without PyTorch, and what needs a library
that is not there is skipped with a word; with --all that is a failure, except for those that
REASSESS_ADVICE_WITHOUT names. A row of the table without a file here is a failure.
"""
import importlib.util
import json
import os
import pathlib
import pickle
import re
import shutil
import subprocess
import sys
import tempfile

IMAGES, CLASSES, RIGHT = 60, 12, 45
CASES = []


def case(row, name, *needs):
    def keep(make):
        CASES.append((row, name, needs, make))
        return make
    return keep


def logits():
    """Row i is of class i % CLASSES; every fourth row is wrong."""
    rows = []
    for i in range(IMAGES):
        first = (i + (i % 4 == 3)) % CLASSES
        rows.append([9.5 if c == first else (i * 7 + c * 5) % 11 / 4 for c in range(CLASSES)])
    return rows


def matrix():
    import numpy
    return numpy.array(logits(), "f4")


def tensor():
    import torch
    return torch.tensor(logits())


def labels():
    return [i % CLASSES for i in range(IMAGES)]


def dump(path, what):
    with open(path, "wb") as file:
        pickle.dump(what, file)


# ---- torch.save ----

@case("TORCH", "tensor", "torch")
def _(path):
    import torch
    torch.save(tensor(), path)


@case("TORCH", "tensor_bf16_that_requires_a_gradient", "torch")
def _(path):
    import torch
    torch.save(tensor().to(torch.bfloat16).requires_grad_(), path)


@case("TORCH", "dictionary_of_tensors", "torch")
def _(path):
    import torch
    torch.save({"features": torch.zeros(IMAGES, 2048), "logits": tensor(),
                "target": torch.tensor(labels())}, path)


@case("TORCH", "dictionary_by_image", "torch")
def _(path):
    import torch
    rows = tensor()
    torch.save({f"val_{i:08d}.JPEG": rows[i] for i in reversed(range(IMAGES))}, path)


@case("TORCH", "list_of_batches", "torch")
def _(path):
    import torch
    torch.save(list(tensor().split(16)), path)


@case("TORCH", "outputs_and_targets", "torch")
def _(path):
    import torch
    torch.save([(a, b) for a, b in zip(tensor().split(16), torch.tensor(labels()).split(16))], path)


@case("TORCH", "arrays_of_numpy", "torch", "numpy")
def _(path):
    import torch
    torch.save({"logits": matrix()}, path)


@case("TORCH", "as_before_its_archives", "torch")
def _(path):
    import torch
    torch.save(tensor(), path, _use_new_zipfile_serialization=False)


# ---- pickle ----

@case("PICKLE", "list_of_lists", "numpy")
def _(path):
    dump(path, logits())


@case("PICKLE", "array", "numpy")
def _(path):
    dump(path, matrix())


@case("PICKLE", "list_of_batches", "numpy")
def _(path):
    dump(path, [matrix()[at:at + 16] for at in range(0, IMAGES, 16)])


@case("PICKLE", "dictionary_of_mmcls", "numpy")
def _(path):
    rows = matrix()
    dump(path, {"class_scores": list(rows), "pred_score": [float(r.max()) for r in rows],
                "pred_label": [int(r.argmax()) for r in rows]})


@case("PICKLE", "list_of_dictionaries_of_mmpretrain", "numpy", "torch")
def _(path):
    import torch
    dump(path, [{"num_classes": CLASSES, "img_shape": (224, 224), "scale_factor": (0.5, 0.5),
                 "gt_label": torch.tensor([i % CLASSES]), "pred_label": row.argmax(),
                 "pred_score": row, "sample_idx": i} for i, row in enumerate(tensor())])


# ---- objects in NumPy's files ----

@case("OBJECTS", "dictionary", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.save(file, {"target": numpy.array(labels()), "logits": matrix()})


@case("OBJECTS", "batches_of_different_lengths", "numpy")
def _(path):
    import numpy
    batches = numpy.empty(4, object)
    batches[:] = [matrix()[at:at + 16] for at in range(0, IMAGES, 16)]
    with open(path, "wb") as file:
        numpy.save(file, batches)


@case("OBJECTS", "matrix_of_numbers_as_objects", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.save(file, matrix().astype(object))


@case("OBJECTS", "member_of_an_archive", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.savez(file, logits=matrix().astype(object))


@case("OBJECTS", "tensors", "numpy", "torch")
def _(path):
    import numpy
    rows = numpy.empty(IMAGES, object)
    rows[:] = list(tensor())
    with open(path, "wb") as file:
        numpy.save(file, rows)


# ---- arrays of other elements, and turned ones ----

@case("FIELDS", "beside_labels", "numpy")
def _(path):
    import numpy
    rows = numpy.zeros(IMAGES, [("label", "i8"), ("logits", "f4", CLASSES)])
    rows["label"], rows["logits"] = labels(), matrix()
    with open(path, "wb") as file:
        numpy.save(file, rows)


@case("FIELDS", "member_of_an_archive", "numpy")
def _(path):
    import numpy
    rows = numpy.zeros(IMAGES, [("logits", "f8", CLASSES)])
    rows["logits"] = matrix()
    with open(path, "wb") as file:
        numpy.savez(file, logits=rows)


@case("LONG_FLOATS", "array", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.save(file, matrix().astype("longdouble"))


@case("LONG_FLOATS", "member_of_an_archive", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.savez(file, logits=matrix().astype("longdouble"))


@case("TRANSPOSED", "array", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.save(file, matrix().T)


@case("TRANSPOSED", "member_of_an_archive_beside_labels", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.savez(file, labels=numpy.array(labels()), logits=matrix().T)


@case("TRANSPOSED", "ranked_predictions", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.save(file, numpy.argsort(-matrix(), axis=1)[:, :5].T)


@case("DIMENSIONS", "stacked_batches", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.save(file, matrix().reshape(4, 15, CLASSES))


@case("DIMENSIONS", "one_in_front", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.save(file, matrix()[None])


@case("DIMENSIONS", "ones_behind", "numpy")
def _(path):
    import numpy
    with open(path, "wb") as file:
        numpy.savez(file, logits=matrix()[:, :, None, None])


# ---- frames ----

def frame():
    import pandas
    columns = pandas.DataFrame(matrix(), columns=[f"class_{c}" for c in range(CLASSES)])
    columns.insert(0, "filename", [f"val_{i:08d}.JPEG" for i in range(IMAGES)])
    columns.insert(1, "label", labels())
    return columns


def frame_of_lists():
    import pandas
    return pandas.DataFrame({"filename": [f"val_{i:08d}.JPEG" for i in range(IMAGES)],
                             "prob": [0.5] * IMAGES, "logits": logits()})


@case("FRAME", "columns", "pandas")
def _(path):
    frame().to_pickle(path)


@case("FRAME", "lists", "pandas")
def _(path):
    frame_of_lists().to_pickle(path)


@case("FRAME", "protocol_2", "pandas")
def _(path):
    frame().to_pickle(path, protocol=2)


@case("PARQUET", "columns", "pandas", "pyarrow")
def _(path):
    frame().to_parquet(path)


@case("PARQUET", "lists", "pandas", "pyarrow")
def _(path):
    frame_of_lists().to_parquet(path)


@case("PARQUET", "columns_of_float16", "pandas", "pyarrow")
def _(path):
    import pandas
    pandas.DataFrame(matrix().astype("f2"), columns=list("abcdefghijkl")).to_parquet(path)


@case("ARROW", "columns", "pandas", "pyarrow")
def _(path):
    frame().to_feather(path)


@case("ARROW", "lists", "pandas", "pyarrow")
def _(path):
    frame_of_lists().to_feather(path)


# ---- files of several matrices ----

@case("HDF5", "in_a_group_beside_labels", "numpy", "h5py")
def _(path):
    import h5py
    with h5py.File(path, "w") as file:
        file["labels"] = labels()
        file["lists/of/labels"] = [labels(), labels()]
        file["run/logits"] = matrix().astype("f8")


@case("MATLAB", "beside_labels", "numpy", "scipy")
def _(path):
    import scipy.io
    with open(path, "wb") as file:
        scipy.io.savemat(file, {"labels": [[float(label)] for label in labels()],
                                "logits": matrix()})


# ---- text and what is packed ----

@case("TEXT", "numbers", "numpy")
def _(path):
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in logits()))


@case("TEXT", "savetxt", "numpy")
def _(path):
    import numpy
    numpy.savetxt(path, matrix(), header="logits")


@case("TEXT", "tabs", "numpy")
def _(path):
    path.write_text("".join("\t".join(map(str, row)) + "\t\n" for row in logits()))


def firsts():
    return [max(range(CLASSES), key=row.__getitem__) for row in logits()]


@case("TEXT", "predictions", "numpy")
def _(path):
    path.write_text("".join(f"{first}\n" for first in firsts()))


@case("TABLE", "columns", "pandas")
def _(path):
    frame().to_csv(path, index=False)


@case("TABLE", "semicolons_and_an_index", "pandas")
def _(path):
    frame().to_csv(path, sep=";")


@case("JSON", "lists", "numpy")
def _(path):
    path.write_text(json.dumps(logits(), indent=1))


@case("JSON", "one_line", "numpy")
def _(path):
    path.write_text(json.dumps({"logits": logits(), "labels": labels()}) + "\n")


@case("JSON", "predictions_by_row", "numpy")
def _(path):
    path.write_text(json.dumps({str(i): first for i, first in enumerate(firsts())}))


@case("JSON_LINES", "logits", "numpy")
def _(path):
    path.write_text("".join(json.dumps({"id": i, "logits": row}) + "\n"
                            for i, row in enumerate(logits())))


@case("JSON_LINES", "predictions", "numpy")
def _(path):
    path.write_text("".join(json.dumps({"id": i, "prediction": first}) + "\n"
                            for i, first in enumerate(firsts())))


@case("JSON_LINES", "rows", "numpy")
def _(path):
    path.write_text("".join(json.dumps(row) + "\n" for row in logits()))


def plain(path):
    """A .npy by hand: what is packed needs no library."""
    import struct
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({IMAGES}, {CLASSES}), }}"
    text += " " * (127 - 10 - len(text)) + "\n"
    rows = b"".join(struct.pack(f"<{CLASSES}f", *row) for row in logits())
    path.write_bytes(b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text.encode() + rows)


def packed_by(tool):
    def make(path):
        raw = path.parent / "raw"
        plain(raw)
        with open(path, "wb") as out:
            subprocess.run([tool, "-c", raw], stdout=out, check=True)
        raw.unlink()
    return make


for row, tool in (("GZIP", "gzip"), ("BZIP2", "bzip2"), ("XZ", "xz"), ("ZSTD", "zstd")):
    case(row, "array", "/" + tool)(packed_by(tool))


@case("TAR", "array", "/tar")
def _(path):
    plain(path.parent / "logits.npy")
    subprocess.run(["tar", "-cf", path.name, "logits.npy"], cwd=path.parent, check=True)
    (path.parent / "logits.npy").unlink()


# ---- what is done with them ----

def is_there(need):
    return shutil.which(need[1:]) if need[0] == "/" else importlib.util.find_spec(need)


def reasons_of(table):
    text = pathlib.Path(table).read_text()
    rows = re.findall(r'^RS_ADVICE\((\w+), \d+, RS_\w+(?:\(.*?\))?,\s*"([^"]+)"', text, re.M)
    assert len(rows) == len(re.findall(r"^RS_ADVICE\(", text, re.M)) > 0, "the table is not read"
    return dict(rows)


def environment(program):
    """This Python is python3, and the program is on the path."""
    places = [str(pathlib.Path(sys.executable).parent), str(pathlib.Path(program).parent)]
    return {**os.environ, "PATH": os.pathsep.join([*places, os.environ["PATH"]])}


def run_case(folder, program, reason, make):
    path = folder / "model.file"
    (folder / "labels.txt").write_text("".join(f"{label}\n" for label in labels()))
    make(path)
    score = f"eval %s --labels labels.txt --classes {CLASSES} --json record.json"
    refused = subprocess.run([program, *(score % path.name).split()], cwd=folder, text=True,
                             capture_output=True, check=False)
    said = refused.stderr.strip()
    assert refused.returncode != 0 and reason in said, f"not refused as it should be: {said}"
    line = re.search(r"(?:: |; )((?:python3 -c|gzip|bzip2|xz|zstd|tar) .*)", said)
    assert line, f"no line to run: {said}"
    command = re.sub(r"('[^']*'); .*", r"\1", line[1].split("\n")[0])
    command = command.replace("'FILE'", "'model.file'")
    assert "'model.file'" in command, command
    if command.endswith("| reassess eval -"):
        command = command.replace("eval -", score % "-")
    else:
        command += " && reassess " + score % "logits.npy"
    scored = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder, text=True,
                            capture_output=True, env=environment(program), check=False)
    assert scored.returncode == 0, f"{command}\n{scored.stdout}{scored.stderr}"
    return json.loads((folder / "record.json").read_text())


def main():
    program, table, strict = os.path.abspath(sys.argv[1]), sys.argv[2], "--all" in sys.argv
    without = os.environ.get("REASSESS_ADVICE_WITHOUT", "").split()
    reasons = reasons_of(table)
    failed = [f"no file for {row}" for row in reasons if row not in {c[0] for c in CASES}]
    ran = 0
    seen = set()
    for row, name, needs, make in CASES:
        if row in seen and not strict:
            continue
        seen.add(row)
        if "torch" in needs and not strict:
            print(f"skipped {row} {name}: PyTorch takes seconds to load; run with --all")
            continue
        lacking = [need for need in needs if not is_there(need)]
        if lacking:
            print(f"skipped {row} {name}: there is no {lacking[0].lstrip('/')}")
            if strict and not set(lacking) <= set(without):
                failed.append(f"{row} {name}: there is no {lacking[0]}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                record = run_case(pathlib.Path(folder), program, reasons[row], make)
                assert record["metrics"]["imagenet_top1"]["correct"] == RIGHT, record
                print(f"ok      {row} {name}")
                ran += 1
            except Exception as error:  # every case is told
                failed.append(f"{row} {name}: {type(error).__name__}: {error}")
    print(*[f"FAILED  {what}" for what in failed], f"{ran} ran", sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
