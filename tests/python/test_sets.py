"""Further label sets: a section for each, to the last bit those of `eval --real NAME=FILE`."""

from __future__ import annotations

import copy
import json
import pickle
import random
import unittest

import reassess
from case import CLASSES, IMAGES, Case


class Sets(Case):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        draw = random.Random(9)
        cls.further = {
            "mostly": [
                each if draw.random() < 0.8 else draw.sample(range(CLASSES), draw.randrange(3))
                for each in cls.sets
            ],
            "other.2": [sorted(draw.sample(range(CLASSES), 1 + i % 4)) for i in range(IMAGES)],
        }
        cls.files = {}
        for name, sets in cls.further.items():
            cls.files[name] = cls.path(name + ".json")
            with open(cls.files[name], "w", encoding="ascii") as to:
                json.dump(sets, to)
        cls.further_labels = {
            name: reassess.Labels.from_sets(cls.original, sets, CLASSES)
            for name, sets in cls.further.items()
        }

    def by_file(self, *options: str) -> dict:
        named = [f"--real={name}={path}" for name, path in self.files.items()]
        return super().by_file(*named, *options)

    def assert_sections(self, result: reassess.Result, record: dict) -> None:
        self.assert_same(result, record)
        self.assertEqual(list(result.real_sets), list(self.files))
        for name, section in record["real_sets"].items():
            ours = dict(result.real_sets[name])
            # From memory there is no file to be named.
            ours["labels"] = {**ours["labels"], "real": section["labels"]["real"]}
            ours["labels"]["original"] = section["labels"]["original"]
            self.assertEqual(ours, section, name)

    def test_from_files(self):
        result = reassess.evaluate(self.view(), self.labels, real=self.files)
        record = self.by_file()
        self.assert_sections(result, record)
        self.assertEqual(result.real_sets, record["real_sets"], "the names of files, too")

    def test_from_memory_with_options(self):
        result = reassess.evaluate(
            self.view(), self.labels, real=self.further_labels, calibration=True, topk=(2, 7)
        )
        self.assert_sections(result, self.by_file("--calibration", "--topk", "2,7"))
        printed = str(result)
        for name in self.files:
            self.assertIn(name, printed)

    def test_batches_in_the_order_of_folders(self):
        order = sorted(range(IMAGES), key=lambda image: (self.original[image], image))
        scorer = reassess.Scorer(self.labels, order="imagefolder", real=self.further_labels)
        for at in range(0, IMAGES, 64):
            values = b"".join(
                self.view()[i : i + 1].tobytes() for i in order[at : at + 64]
            )
            scorer.update(memoryview(values).cast("f", (len(values) // 4 // CLASSES, CLASSES)))
        record = self.by_file()
        self.assert_sections(scorer.compute(), record)
        for other in (copy.deepcopy(scorer), pickle.loads(pickle.dumps(scorer))):
            self.assert_sections(other.compute(), record)
        state = scorer.state()
        self.assertEqual(reassess.Scorer.from_state(state, self.labels).compute().real_sets, {})
        made = reassess.Scorer.from_state(state, self.labels, real=self.files)
        self.assert_sections(made.compute(), record)
        scorer.reset()
        self.assertEqual(list(scorer.compute().real_sets), list(self.files))

    def test_save_has_the_sections(self):
        folder = self.path("kept")
        reassess.evaluate(self.view(), self.labels, real=self.files, name="one").save(folder)
        with open(self.path("kept/one.json"), encoding="utf-8") as kept:
            self.assertEqual(json.load(kept)["real_sets"], self.by_file()["real_sets"])

    def test_what_is_refused(self):
        def refused(kind, text, **options):
            with self.assertRaisesRegex(kind, text):
                reassess.Scorer(self.labels, **options)

        one = self.further_labels["mostly"]
        refused(reassess.UsageError, "keep 5 of each image, not 4", real={"a": one}, keep=4)
        refused(reassess.UsageError, "keep 9 ", real={"a": one}, keep=8, topk=(9,))
        refused(reassess.UsageError, "cannot be called", real={"a b": one})
        refused(reassess.UsageError, "cannot be called", real={"": one})
        refused(reassess.UsageError, "real cannot be", real=[one])
        refused(reassess.UsageError, "name of a label set", real={1: one})
        refused(reassess.FileError, "nowhere", real={"a": "/nowhere/real.json"})
        few = reassess.Labels.from_sets(self.original[:5], self.sets[:5], CLASSES)
        refused(reassess.MismatchError, "5 images, 20 classes, and 600", real={"a": few})
        others = reassess.Labels.from_sets([0] * IMAGES, self.sets, CLASSES)
        refused(reassess.MismatchError, "other original labels", real={"a": others})
        with self.assertRaisesRegex(reassess.UsageError, "not of files"):
            reassess.Scorer(one, real={"a": self.real})
        reassess.Scorer(self.labels, real={"a": one}, keep=5)  # enough


if __name__ == "__main__":
    unittest.main()
