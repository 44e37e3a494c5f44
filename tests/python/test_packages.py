"""OpenBLAS as Python packages bring it, found by the program from where pip puts that."""

import array
import ctypes
import glob
import importlib.util
import json
import os
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
import unittest
import zipfile

from case import CLASSES, Case
from reassess._program import program

# How the packages name it, and a stand-in for each where they are not there.
KINDS = {
    "scipy_openblas32": "lib/libscipy_openblas.so",
    "scipy.libs": "libscipy_openblas-*.so",
    "scipy_openblas64": "lib/libscipy_openblas64_.so",
    "numpy.libs": "libscipy_openblas64_-*.so",
}
SYSTEM = ("libopenblas.so.0", "libopenblasp.so.0", "libopenblaso.so.0", "libopenblas.so")


def folder_of(name):
    """Where this Python has it, or None."""
    for folder in (*sys.path, sysconfig.get_path("platlib")):
        if glob.glob(os.path.join(folder, name, KINDS[name])):
            return os.path.join(folder, name)
    return None


def of_the_system():
    """The path of the system's library, or None."""
    for name in SYSTEM:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        with open("/proc/self/maps", encoding="utf-8") as maps:
            for line in maps:
                if os.path.basename(line.strip()).startswith("libopenblas"):
                    return line[line.index("/") :].strip()
    return None


def npy(kind, rows, values):
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {rows}, }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    head = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode()
    return head + values.tobytes()


class OpenBlas(Case):
    """Features and heads of halves: sums are exact, and the same by every library."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.environment = self.place("env")
        self.packages = self.place("env/lib/python3.11/site-packages")
        os.makedirs(self.place("env/bin"))
        os.makedirs(os.path.join(self.packages, "reassess"))
        shutil.copy(program(), self.place("env/bin/reassess"))
        with open(os.path.join(self.packages, "reassess/libreassess.so"), "wb"):
            pass
        # The loader stops at a file of the name that it looks for, whatever that is.
        os.mkdir(self.place("hides"))
        for name in SYSTEM:
            with open(self.place("hides/" + name), "w", encoding="ascii") as to:
                to.write("no library")
        for kind, code in (("<f4", "f"), ("<f8", "d")):
            features = array.array(code,
                                   (round(2 * v) / 2 if abs(v) < 99 else 1 for v in self.values))
            weight = array.array(code, ((7 * i % 11 - 5) / 2 for i in range(CLASSES * CLASSES)))
            with open(self.place(f"features{kind}.npy"), "wb") as to:
                to.write(npy(kind, (len(features) // CLASSES, CLASSES), features))
            with zipfile.ZipFile(self.place(f"head{kind}.npz"), "w") as to:
                to.writestr("weight.npy", npy(kind, (CLASSES, CLASSES), weight))
                to.writestr("bias.npy", npy(kind, (CLASSES,), weight[:CLASSES]))

    def place(self, name):
        return os.path.join(self.temporary.name, name)

    def run_it(self, *words, **environment):
        hidden = {name: text for name, text in os.environ.items() if name != "REASSESS_OPENBLAS"}
        hidden.update(environment, LD_LIBRARY_PATH=self.place("hides"))
        done = subprocess.run(
            [self.place("env/bin/reassess"), *words],
            capture_output=True, text=True, check=False, env=hidden,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def multiplies(self, **environment):
        """What does, as `fit` says it."""
        with tempfile.TemporaryDirectory(dir=self.temporary.name) as folder:
            said = self.run_it(
                "fit", "--features", self.place("features<f4.npy"), "--labels", self.original_path,
                "--classes", str(CLASSES), "--epochs", "1", "-o", os.path.join(folder, "h.npz"),
                **environment,
            )  # fmt: skip
        return said[said.index("cpu (") + 5 : said.index(", ", said.index("cpu ("))]

    def records(self, **environment):
        found = []
        for kind in ("<f4", "<f8"):
            record = json.loads(
                self.run_it(
                    "eval", *self.label_options(), "--row-flags", "--json", "-", "--features",
                    self.place(f"features{kind}.npy"), "--head", self.place(f"head{kind}.npz"),
                    **environment,
                )  # fmt: skip
            )
            found.append([record[name] for name in ("metrics", "oracle", "rows", "disagreements")])
        return found

    def test_of_the_packages_that_are_there(self):
        expected = self.records(REASSESS_OPENBLAS="none")
        self.assertEqual(self.multiplies(), "plain C")
        self.assertGreater(expected[0][0]["imagenet_top1"]["total"], 0)
        found = {name: folder_of(name) for name in KINDS}
        there = {name: folder for name, folder in found.items() if folder}
        if not there:
            self.skipTest("no package brings OpenBLAS to this Python")
        for name, folder in there.items():
            with self.subTest(name):
                link = os.path.join(self.packages, name)
                os.symlink(folder, link)
                self.assertRegex(self.multiplies(), r"^OpenBLAS 0\.")
                self.assertEqual(self.records(), expected)
                self.assertEqual(self.multiplies(REASSESS_OPENBLAS="none"), "plain C")
                os.unlink(link)

    def test_of_the_system_under_their_names(self):
        system = of_the_system()
        if system is None:
            self.skipTest("OpenBLAS is not installed")
        expected = self.records(REASSESS_OPENBLAS="none")
        for name in ("scipy_openblas32", "scipy.libs"):
            with self.subTest(name):
                path = os.path.join(self.packages, name, KINDS[name].replace("*", "1"))
                os.makedirs(os.path.dirname(path))
                os.symlink(system, path)
                self.assertRegex(self.multiplies(), r"^OpenBLAS 0\.")
                self.assertEqual(self.records(), expected)
                # A program that pip did not put there does not look there.
                own = os.path.join(self.packages, "reassess/libreassess.so")
                os.rename(own, own + ".away")
                self.assertEqual(self.multiplies(), "plain C")
                os.rename(own + ".away", own)
                os.unlink(path)


if __name__ == "__main__":
    unittest.main()
