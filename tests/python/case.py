"""Images, labels and rows of the tests, and what the program makes of the same rows in a file."""

from __future__ import annotations

import array
import json
import os
import random
import socket
import struct
import subprocess
import tempfile
import unittest
import warnings
from typing import Any

warnings.simplefilter("ignore")  # each test looks at those it is about

import reassess  # noqa: E402
from reassess._program import program  # noqa: E402

IMAGES = 600
PATIENCE_S = 900  # for processes of a test, on a machine that does other things too
CLASSES = 20


def free_port() -> str:
    """One that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return str(listening.getsockname()[1])


class Case(unittest.TestCase):
    """A folder with labels and the rows of a model in a file."""

    @classmethod
    def setUpClass(cls) -> None:
        draw = random.Random(3)
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = cls._folder.name
        cls.original = [draw.randrange(CLASSES) for _ in range(IMAGES)]
        cls.sets = [
            sorted(set(draw.choices(range(CLASSES), k=draw.randrange(4))) | {y})
            if draw.random() < 0.9
            else []
            for y in cls.original
        ]
        cls.real = cls.path("real.json")
        cls.original_path = cls.path("original.txt")
        with open(cls.real, "w", encoding="ascii") as to:
            json.dump(cls.sets, to)
        with open(cls.original_path, "w", encoding="ascii") as to:
            to.writelines(f"{y}\n" for y in cls.original)
        cls.labels = reassess.Labels(cls.real, cls.original_path, classes=CLASSES)
        # Quarters are exact in every type, bfloat16 included, and make ties.
        cls.values = array.array("f")
        for y in cls.original:
            row = [draw.randrange(-12, 12) / 4 for _ in range(CLASSES)]
            if draw.random() < 0.7:
                row[y] += 3.0
            cls.values.extend(row)
        cls.values[7 * CLASSES + 3] = float("nan")
        cls.values[9 * CLASSES + 4] = float("inf")
        cls.file = cls.path("model.npy")
        cls.write_npy(cls.file, cls.values)

    @classmethod
    def tearDownClass(cls) -> None:
        cls._folder.cleanup()

    @classmethod
    def path(cls, name: str) -> str:
        return os.path.join(cls.folder, name)

    @classmethod
    def write_npy(cls, path: str, values: array.array[float], classes: int = CLASSES) -> None:
        shape = f"({len(values) // classes}, {classes})"
        head = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
        head += " " * (-(len(head) + 11) % 64) + "\n"
        with open(path, "wb") as to:
            to.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode())
            to.write(values.tobytes())

    def run_program(self, *arguments: str) -> str:
        done = subprocess.run([program(), *arguments], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def label_options(self) -> list[str]:
        return [
            "--real", self.real, "--labels", self.original_path, "--classes", str(CLASSES),
        ]  # fmt: skip

    def by_file(self, *options: str) -> dict[str, Any]:
        """The record of `eval` on the file."""
        said = self.run_program(
            "eval", *self.label_options(), "--row-flags", "--json", "-", *options, self.file
        )
        record: dict[str, Any] = json.loads(said)
        return record

    def assert_same(self, result: reassess.Result, record: dict[str, Any]) -> None:
        """All numbers, to the last bit, and what was said of them."""
        ours = result.to_dict()
        for member in (
            "metrics", "oracle", "choice", "disagreements", "calibration", "rows", "labels",
        ):  # fmt: skip
            self.assertEqual(ours.get(member), record.get(member), member)

    def view(self) -> memoryview:
        """The rows, by the buffer protocol."""
        return memoryview(self.values).cast("B").cast("f", (IMAGES, CLASSES))
