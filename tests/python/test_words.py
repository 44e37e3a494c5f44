"""Warnings speak of the package's arguments, and what they advise can be done."""

import array
import random
import re
import unittest
import warnings

import reassess
from case import CLASSES, Case
from reassess._words import of_package

IMAGES = 4000


class Words(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(5)
        cls.original = [draw.randrange(CLASSES) for _ in range(IMAGES)]
        cls.labels = reassess.Labels.from_sets(cls.original, [[y] for y in cls.original], CLASSES)
        cls.values = array.array("f", (draw.random() for _ in range(IMAGES * CLASSES)))
        for image, y in enumerate(cls.original):
            said = y if draw.random() < 0.8 else draw.randrange(CLASSES)
            cls.values[image * CLASSES + said] += 9

    def test_orders(self):
        for theirs, order, ours in (
            ("use --order imagefolder", "file", 'use order="imagefolder"'),
            ("use --deal 8:64", "imagefolder", 'use order="imagefolder dealt 8:64"'),
            ("use --deal 4", "file dealt 8", 'use order="file dealt 4"'),
            ("use --order imagefolder --deal 8:1:padded", "file",
             'use order="imagefolder dealt 8:1:padded"'),
            ("leave --order out and use --deal 2", "imagefolder", 'use order="file dealt 2"'),
            ("leave --order out", "imagefolder", 'use order="file"'),
            ("to a list and use --order LIST", "file", "to a list and use order=LIST"),
            ("check --order and --deal", "file", "check order"),
            ("the labels (--order, --labels), the classes (--class-map),", "file",
             "the labels (order, original), the classes (class_map),"),
            ("say --values probs", "file", 'say values="probs"'),
            ("out with --subset LIST", "file", "out with subset=LIST"),
            ("float32; --row-flags counts", "file", "float32; `reassess eval --row-flags` counts"),
        ):  # fmt: skip
            self.assertEqual(of_package(theirs, order), ours)

    def rows(self, images):
        values = array.array("f")
        for image in images:
            values.extend(self.values[image * CLASSES : (image + 1) * CLASSES])
        return memoryview(values).cast("B").cast("f", (len(images), CLASSES))

    def evaluate(self, images, order):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reassess.evaluate(self.rows(images), self.labels, order=order)

    def test_what_is_advised_puts_it_right(self):
        by_class = sorted(range(IMAGES), key=lambda image: (self.original[image], image))
        sound = self.evaluate(range(IMAGES), "file")
        self.assertEqual(sound.warnings, [])
        for ranks, base in ((4, range(IMAGES)), (8, range(IMAGES)), (8, by_class)):
            images = [base[at] for rank in range(ranks) for at in range(rank, IMAGES, ranks)]
            told = self.evaluate(images, "file").warnings
            for text in told:
                self.assertNotIn("--", text)
            advice = re.findall(r'order="([^"]*)"', "\n".join(told))
            self.assertEqual(len(advice), 1, told)
            again = self.evaluate(images, advice[0])
            self.assertEqual(again.warnings, [])
            self.assertEqual(again.imagenet_top1.correct, sound.imagenet_top1.correct)


if __name__ == "__main__":
    unittest.main()
