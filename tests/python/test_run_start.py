"""How the program starts Python for `reassess run`: which one, what it is told, what it refuses."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from reassess._program import program
from reassess.run import cli
from test_run import put


class HandedOver(unittest.TestCase):
    """The program starts Python for this command, and not one of the folder it stands in."""

    def run_program(self, *words, cwd=None, **environment):
        return subprocess.run(
            [program(), "run", *words],
            capture_output=True, text=True, check=False, cwd=cwd,
            env={**os.environ, "REASSESS_PYTHON": sys.executable, **environment},
        )  # fmt: skip

    def test_what_the_program_sees(self):
        for words in (
            (), ("--data", "x", "timm:a"), ("--data", "x", "--out", "y"),
            ("--data", "x", "--out", "y", "--dtype", "i32", "timm:a"),
            ("--data", "x", "--out", "y", "--batch", "0", "timm:a"),
            ("--data", "x", "--out", "y", "--shard", "2/2", "timm:a"),
            ("--data", "x", "--out", "y", "--topk", "0", "timm:a"),
        ):  # fmt: skip
            done = self.run_program(*words, REASSESS_PYTHON="/nonexistent/python")
            self.assertEqual(done.returncode, 2, done.stderr)

    def test_python(self):
        with tempfile.TemporaryDirectory() as place:
            words = ("--data", place, "--out", place, "--limit", "3", "keras:a")
            done = self.run_program(*words, REASSESS_PYTHON="/nonexistent/python")
            self.assertEqual(done.returncode, 1)
            self.assertIn("/nonexistent/python cannot be started", done.stderr)
            without = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
            done = subprocess.run(
                [program(), "run", *words], capture_output=True, text=True, check=False, cwd=place,
                env={**without, "REASSESS_PYTHON": sys.executable},
            )  # fmt: skip
            if "install the wheel" not in done.stderr:  # this Python has one installed
                self.assertIn("keras:a is no model", done.stderr)
                self.assertEqual(done.returncode, 2)

    def test_the_current_folder_is_not_imported(self):
        with tempfile.TemporaryDirectory() as place:
            for name in ("argparse.py", "ctypes.py", "reassess/__init__.py"):
                put(os.path.join(place, name), b"raise SystemExit('imported')\n")
            words = ("--data", place, "--out", os.path.join(place, "out"), "keras:a")
            said = os.environ.get("PYTHONPATH", "")
            for given in (said, f":{said}", f"{said}:", f"::{said}"):
                done = self.run_program(*words, cwd=place, PYTHONPATH=given)
                self.assertIn("reassess: keras:a is no model", done.stderr)
                self.assertEqual(done.returncode, 2)

    def answering(self, path):
        """A Python that says what it is started with."""
        put(path, b'#!/bin/sh\nprintf "%s\\n" "$PYTHONPATH" "$@"\n')
        os.chmod(path, 0o755)
        return path

    def test_the_current_folder_is_not_on_the_path(self):
        with tempfile.TemporaryDirectory() as place:
            words = ("--data", place, "--out", os.path.join(place, "out"), "timm:a")
            self.answering(os.path.join(place, "other_python"))
            for path in (":/nonexistent", "/nonexistent:", "", ".", f"/nonexistent/{'x' * 5000}"):
                done = self.run_program(
                    *words, cwd=place, REASSESS_PYTHON="other_python", PATH=path
                )
                self.assertEqual(done.returncode, 1, path)
                self.assertIn("other_python cannot be started", done.stderr)
            for name, path in (("other_python", f":/nonexistent:{place}"), ("./other_python", "")):
                done = self.run_program(*words, cwd=place, REASSESS_PYTHON=name, PATH=path,
                                        PYTHONPATH=":/a b::/c:")  # fmt: skip
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.splitlines()[:2], ["/a b:/c", "-c"])

    def test_labels_of_the_folder_with_options_for_them(self):
        with tempfile.TemporaryDirectory() as place:
            words = ("--data", place, "--out", os.path.join(place, "out"), "timm:a")
            python = self.answering(os.path.join(place, "python"))
            for name in ("real.json", "original.txt"):
                done = self.run_program(*words, REASSESS_PYTHON=python, REASSESS_LABELS=place)
                self.assertNotIn("original.txt", done.stdout)  # Python says what is missing
                put(os.path.join(place, name), b"")
            done = self.run_program(
                *words, "--names", "n", REASSESS_PYTHON=python, REASSESS_LABELS=place
            )
            said = done.stdout.splitlines()
            for word in ("--real={}/real.json", "--labels={}/original.txt", "--names=n"):
                self.assertIn(word.format(place), said)

    def test_no_labels_at_all(self):
        with tempfile.TemporaryDirectory() as place:
            done = self.run_program("--data", place, "--out", place, "--real", "none",
                                    "--labels", "none", "timm:a")  # fmt: skip
        self.assertEqual(done.returncode, 2)
        self.assertIn("neither ReaL label sets nor original labels", done.stderr)

    def test_signals_that_ask_for_an_end(self):
        asking = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP)
        before = {number: signal.getsignal(number) for number in asking}
        try:
            for number in asking:
                signals = cli._Signals()
                self.assertFalse(signals.came())
                os.kill(os.getpid(), number)
                self.assertTrue(signals.came(), number)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
            cli._Signals()
            self.assertEqual(signal.getsignal(signal.SIGHUP), signal.SIG_IGN)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def test_versions_have_to_agree(self):
        with mock.patch("signal.signal"), mock.patch.object(cli, "_say") as said:
            self.assertEqual(cli.main(["--data=x", "--out=y", "--", "timm:a"], "0.0.1"), 2)
        self.assertIn("0.0.1", str(said.call_args))


if __name__ == "__main__":
    unittest.main()
