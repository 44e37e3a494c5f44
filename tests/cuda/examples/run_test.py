"""Passes of `reassess run` over models whose logits lie on a device: the SIMT executor as module.

All that tests/python holds of passes on the host holds here as well - failures, short memory,
images that cannot be read - and the logits never leave the device: nothing can copy them to the
host.
"""

import os
import sys
import types
import unittest
from unittest import mock

os.environ["SIMT_DEVICES"] = "2"  # before the module looks

import reassess  # noqa: E402
import test_run  # noqa: E402
from package_test import Tensor  # noqa: E402
from reassess.run import engine  # noqa: E402


class Resident(Tensor):
    """Rows that nobody gets to see."""

    def get(self):
        raise AssertionError("logits were copied to the host")


class OnDevice(test_run.Folders):
    def run_all(self, engine, jobs, **options):
        forward = engine.forward
        self.made, self.scorers = [], {}

        def on_device(*arguments):
            rows = Resident(forward(*arguments).tolist())
            self.made.append(rows)
            return rows

        def scorer(like):
            self.assertEqual(like.images, 0)
            made = self.scorers[like.name] = like._of_device(0)
            return made

        engine.forward = on_device
        engine.scorer = scorer
        super().run_all(engine, jobs, **options)

    def test_every_batch_is_of_the_device(self):
        jobs = [self.job("one"), self.job("two")]
        self.run_all(test_run.Engine(self.values), jobs)
        self.assertEqual(self.record("two")["engine"]["name"], "cuda")
        self.assertEqual({scorer.device for scorer in self.scorers.values()}, {0})
        self.assertEqual([len(rows.streams) for rows in self.made], [1] * len(self.made))
        self.assertEqual(sum(len(rows.rows) for rows in self.made), 2 * test_run.IMAGES)
        self.assertEqual([job.counting for job in jobs], [None, None], "their memory is free")
        for name in ("one", "two"):
            self.assert_as_file(name)

    def test_a_result_does_not_say_where_it_was_counted(self):
        """What was scored on a device is up to date for a run on the host, and the other way."""
        job = self.job("one")
        self.run_all(test_run.Engine(self.values), [job])
        results = test_run.folder.Folder(self.out)
        self.assertIsNone(results.why(job.scorer, "one", job.source))
        self.assertIsNone(results.why(job.scorer._of_device(0), "one", job.source))

    def test_what_the_device_says_late_is_of_one_model(self):
        jobs = [self.job("good"), self.job("bad")]
        with mock.patch.object(reassess.Scorer, "images", property(self.late)):
            self.run_all(test_run.Engine(self.values), jobs)
        self.assert_as_file("good")
        self.assertRegex(str(jobs[1].failure), "a kernel failed")

    @staticmethod
    def late(scorer):
        if scorer.device is not None and scorer.name == "bad":
            raise reassess.DeviceError("a kernel failed")
        return int(scorer._counts()[0])

    # Of the host alone: one copies rows, the other makes no pass through run_all.
    test_a_device_without_a_module = test_a_process_without_images = None


class OfPyTorch(test_run.Case):
    """Which device the scorer of PyTorch's models is of."""

    def engine(self, device):
        torch = types.ModuleType("torch")

        def parse(text):
            kind, _, number = text.partition(":")
            return types.SimpleNamespace(type=kind, index=int(number) if number else None)

        torch.device, torch.empty = parse, lambda *_, device: device
        torch.float16 = torch.bfloat16 = None
        torch.cuda = types.SimpleNamespace(current_device=lambda: 1)
        with mock.patch.dict(sys.modules, {"torch": torch}):
            return engine.Torch(device, "f32")

    def test_the_device_of_the_model(self):
        host = reassess.Scorer(self.labels, topk=(1, 3), keep=4, calibration=True, name="net")
        for device, number in (("cuda:0", 0), ("cuda:1", 1), ("cuda", 1)):
            there = self.engine(device).scorer(host)
            self.assertEqual(there.device, number)
            self.assertEqual((there.name, there._options), ("net", host._options))
            self.assertIs(there.labels, host.labels)
        for device in ("cpu", "mps"):
            self.assertIs(self.engine(device).scorer(host), host)


def load_tests(loader, *_):
    """Not those of the modules that are imported."""
    return unittest.TestSuite(map(loader.loadTestsFromTestCase, (OnDevice, OfPyTorch)))


if __name__ == "__main__":
    unittest.main()
