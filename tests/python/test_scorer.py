"""Rows by the buffer protocol, with nothing but Python: the same numbers as from a file."""

import array
import copy
import ctypes
import json
import os
import pickle
import random
import shutil
import signal
import threading
import unittest
import warnings
import weakref

import reassess
from case import CLASSES, IMAGES, Case


class Scoring(Case):
    def rows(self, images):
        values = array.array("f")
        for image in images:
            values.extend(self.values[image * CLASSES : (image + 1) * CLASSES])
        return memoryview(values).cast("B").cast("f", (len(images), CLASSES))

    def test_whole_array_is_the_file(self):
        self.assert_same(reassess.evaluate(self.view(), self.labels), self.by_file())

    def test_calibration_and_topk(self):
        result = reassess.evaluate(self.view(), self.labels, calibration=True, topk=(3, 2))
        self.assert_same(result, self.by_file("--calibration", "--topk", "2,3"))
        self.assertEqual(result.calibration["rows"], IMAGES - 2)
        self.assertEqual(result.real_top3.name, "real_top3")

    def test_batches_in_any_order_with_repeats(self):
        scorer = reassess.Scorer(self.labels)
        images = list(range(IMAGES)) + [5, 5, 17]
        random.Random(1).shuffle(images)
        for at in range(0, len(images), 7):
            batch = images[at : at + 7]
            scorer.update(self.rows(batch), array.array("q" if at % 2 else "i", batch))
        self.assertEqual((scorer.images, scorer.missing, scorer.repeats), (IMAGES, 0, 3))
        result = scorer.compute()
        self.assert_same(result, self.by_file())
        self.assertTrue(any("which count once: 3" in text for text in result.warnings))

    def test_imagefolder_order(self):
        # Image i of a data set by class folder is row order[i] of the labels.
        order = sorted(range(IMAGES), key=lambda image: (self.original[image], image))
        scorer = reassess.Scorer(self.labels, order="imagefolder")
        scorer.update(self.rows(order[:400]))
        scorer.update(self.rows(order[400:]), index=range(400, IMAGES))
        self.assert_same(scorer.compute(), self.by_file())

    def test_another_order_is_told(self):
        order = sorted(range(IMAGES), key=lambda image: (self.original[image], image))
        scorer = reassess.Scorer(self.labels)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            scorer.update(self.rows(order))
            result = scorer.compute()
        self.assertTrue(any("ImageFolder order" in text for text in result.warnings))
        self.assertEqual([str(each.message) for each in told], result.warnings)
        self.assertTrue(all(each.category is reassess.ReassessWarning for each in told))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            reassess.evaluate(self.rows(order), self.labels)
        for each in told:
            self.assertEqual(each.filename, __file__, "the line that asked, not one of the package")

    def test_missing_images_are_told_and_not_saved(self):
        scorer = reassess.Scorer(self.labels)
        nothing = scorer.compute().real_top1
        self.assertIn("no value: " + nothing.reason, str(nothing))
        with self.assertRaisesRegex(ValueError, "has no value"):
            f"{nothing:.2%}"
        scorer.update(self.rows([1, 2, 3]), [1, 2, 3])
        result = scorer.compute()
        self.assertIn("597 of 600 images never came", result.warnings[0])
        self.assertEqual(result.imagenet_top1.total, 3)
        with self.assertRaises(reassess.MismatchError) as raised:
            result.save(self.path("part"))
        self.assertIn("merge", raised.exception.advice)
        self.assertEqual(os.listdir(self.path("part")), [])

    def test_result_is_of_its_moment(self):
        scorer = reassess.Scorer(self.labels)
        scorer.update(self.rows(range(300)))
        early = scorer.compute()
        before = str(early)
        scorer.update(self.rows(range(300, IMAGES)))
        self.assert_same(scorer.compute(), self.by_file())
        self.assertEqual(str(early), before)
        rows = weakref.ref(scorer._handle)
        scorer.reset()
        self.assertEqual(scorer.images, 0)
        self.assertEqual(str(early), before)
        self.assertIsNotNone(rows(), "a result of before needs them")
        del early
        self.assertIsNone(rows(), "what was reset is freed")

    def test_threads_share_a_scorer(self):
        scorer = reassess.Scorer(self.labels)

        def work(part):
            for image in range(part, IMAGES, 4):
                scorer.update(self.rows([image]), [image])

        threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assert_same(scorer.compute(), self.by_file())

    def test_two_that_merge_each_other_wait_in_one_order(self):
        taken = []

        class Noted:
            def __init__(self, name):
                self.name = name

            def __enter__(self):
                taken.append(self.name)

            def __exit__(self, *_):
                pass

        one, two = reassess.Scorer(self.labels), reassess.Scorer(self.labels)
        one._lock, two._lock = Noted("one"), Noted("two")
        one.merge(two)
        there, taken[:] = taken[:], []
        two.merge(one)
        self.assertEqual(len(there), 2)
        self.assertEqual(taken, there, "each would hold what the other waits for")

    def test_copy_goes_its_own_way(self):
        scorer = reassess.Scorer(self.labels, name="resnet")
        scorer.update(self.rows(range(300)))
        other = copy.deepcopy(scorer)
        other.update(self.rows(range(300, IMAGES)), range(300, IMAGES))
        self.assert_same(other.compute(), self.by_file())
        self.assertEqual((scorer.images, other.name), (300, "resnet"))
        self.assertIs(other.labels, self.labels)

    def test_copies_of_what_never_changes(self):
        result = reassess.evaluate(self.view(), self.labels)
        for made in (result, self.labels):
            self.assertIs(copy.copy(made), made)
            self.assertIs(copy.deepcopy(made), made)
        with self.assertRaisesRegex(TypeError, "to_dict"):
            pickle.dumps(result)

    def test_pickled(self):
        scorer = reassess.Scorer(self.labels, calibration=True, name="resnet")
        scorer.update(self.rows(range(300)))
        other = pickle.loads(pickle.dumps(scorer))
        other.update(self.rows(range(300, IMAGES)), range(300, IMAGES))
        self.assert_same(other.compute(), self.by_file("--calibration"))
        self.assertEqual((scorer.images, other.name), (300, "resnet"))
        made = reassess.Labels.from_sets(self.original, self.sets, CLASSES)
        self.assertEqual(pickle.loads(pickle.dumps(made)).hash, made.hash)

        path = self.path("later.json")
        shutil.copy(self.real, path)
        packed = pickle.dumps(reassess.Labels(path, self.original_path, classes=CLASSES))
        with open(path, "w", encoding="ascii") as to:
            json.dump([[0]] * IMAGES, to)
        with self.assertRaisesRegex(reassess.MismatchError, "something else than"):
            pickle.loads(packed)

    def test_forked_process(self):
        # enough rows that the threads of the parent are there when it forks
        many, classes = 2048, 1000
        labels = reassess.Labels.from_sets([0] * many, [[0]] * many, classes)
        values = array.array("f", bytes(4 * many * classes))
        rows = memoryview(values).cast("B").cast("f", (many, classes))
        scorer = reassess.Scorer(labels, threads=2)
        scorer.update(rows)
        child = os.fork()
        if child == 0:
            signal.alarm(300)  # or it would wait for threads that it has not got
            scorer.update(rows, range(many))
            again = scorer.repeats
            scorer.reset()
            scorer.update(rows)
            os._exit(0 if (again, scorer.images) == (many, many) else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_values_and_class_map(self):
        columns = list(range(CLASSES))
        random.Random(4).shuffle(columns)
        class_map = self.path("map.txt")
        with open(class_map, "w", encoding="ascii") as to:
            to.writelines(f"{number}\n" for number in columns)
        result = reassess.evaluate(
            self.view(), self.labels, class_map=class_map, values="sigmoid", calibration=True
        )
        record = self.by_file("--class-map", class_map, "--values", "sigmoid", "--calibration")
        self.assert_same(result, record)

    def test_ctypes_arrays(self):
        flat = (ctypes.c_float * len(self.values))(*self.values)
        rows = memoryview(flat).cast("B").cast("f", (IMAGES, CLASSES))
        for kind in (ctypes.c_int32, ctypes.c_int64, ctypes.c_long):
            scorer = reassess.Scorer(self.labels)
            scorer.update(rows, (kind * IMAGES)(*range(IMAGES)))
            self.assert_same(scorer.compute(), self.by_file())

    def test_processes_merge(self):
        parts = []
        for rank in range(3):
            part = reassess.Scorer(self.labels, calibration=True, name="resnet")
            images = list(range(rank, IMAGES, 3)) + ([0] if rank == 2 else [])
            part.update(self.rows(images), images)
            parts.append(part)
        states = [part.state() for part in parts]
        self.assertEqual(len({len(state) for state in states}), 1)
        whole = reassess.Scorer.from_state(states[0], self.labels)
        whole.merge(states[1])
        with self.assertRaises(reassess.MismatchError) as raised:
            whole.merge(states[2])
        self.assertEqual(raised.exception.place, "row 0")
        self.assertIn("(once=True)", raised.exception.advice)
        whole.merge(parts[2], once=True)
        result = whole.compute()
        self.assert_same(result, self.by_file("--calibration"))
        self.assertEqual(result.model, "resnet")
        self.assertEqual(whole.repeats, 1)
        with self.assertRaises(reassess.FormatError):
            whole.merge(states[1][:-1])
        with self.assertRaises(reassess.FormatError):
            whole.merge(b"nothing")
        with self.assertRaises(reassess.MismatchError):
            reassess.Scorer(self.labels).merge(states[1])


class GivesNothing:
    """A sparse tensor of PyTorch, for example."""

    def __dlpack_device__(self):
        return 1, 0

    def __dlpack__(self, **options):
        raise BufferError("sparse")


class Errors(Case):
    def test_what_exceptions_carry(self):
        scorer = reassess.Scorer(self.labels)
        with self.assertRaises(reassess.RangeError) as raised:
            scorer.update(self.view(), [*range(IMAGES - 1), IMAGES])
        error = raised.exception
        self.assertEqual((error.status, error.place), ("RANGE", f"row {IMAGES - 1}"))
        self.assertIn("is none of the 600 images", error.reason)
        self.assertIn("numbered from 0", error.advice)
        self.assertIsInstance(error, IndexError)
        self.assertEqual(scorer.images, 0)
        bad = self.path("bad.json")
        with open(bad, "w", encoding="ascii") as to:
            to.write("[[1], [2")
        with self.assertRaises(reassess.FormatError) as raised:
            reassess.Labels(bad, self.original_path)
        self.assertEqual(raised.exception.file, bad)
        self.assertIn("byte", raised.exception.place)
        with self.assertRaises(reassess.FileError):
            reassess.Labels(self.path("nowhere.json"))

    def test_what_is_refused(self):
        scorer = reassess.Scorer(self.labels)
        refused = [
            (reassess.UsageError, "no array", (object(),)),
            (reassess.UsageError, "two dimensions", (array.array("f", [1.0] * CLASSES),)),
            (reassess.UsageError, "cannot be read", (memoryview(b"abcd"),)),
            (reassess.MismatchError, "index of 2", (self.view(), [1, 2])),
            (reassess.UsageError, "an index has one", (self.view(), self.view())),
            (reassess.UsageError, "whole numbers", (self.view(), [0.5] * IMAGES)),
            (reassess.RangeError, "far too large", (self.view(), [2**63] * IMAGES)),
            (reassess.UsageError, "does not give it away: sparse", (GivesNothing(),)),
        ]
        for kind, words, arguments in refused:
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                scorer.update(*arguments)
        integers = memoryview(array.array("i", [0] * CLASSES)).cast("B").cast("i", (1, CLASSES))
        with self.assertRaisesRegex(reassess.UsageError, "cannot be of type i32"):
            scorer.update(integers)
        narrow = memoryview(array.array("f", [0.0] * 8)).cast("B").cast("f", (2, 4))
        with self.assertRaisesRegex(reassess.MismatchError, "4 columns, but the labels have 20"):
            scorer.update(narrow)
        with self.assertRaisesRegex(reassess.MismatchError, "2 rows, but the labels have 600"):
            reassess.evaluate(narrow, self.labels)
        with self.assertRaisesRegex(reassess.UsageError, "values"):
            reassess.Scorer(self.labels, values="votes")
        with self.assertRaisesRegex(reassess.UsageError, "topk"):
            reassess.Scorer(self.labels, topk=())
        with self.assertRaisesRegex(reassess.UsageError, "topk"):
            reassess.Scorer(self.labels, topk=5)
        with self.assertRaisesRegex(reassess.UsageError, "number of a CUDA device.*'cuda:0'"):
            reassess.Scorer(self.labels, device="cuda:0")
        with self.assertRaisesRegex(reassess.UsageError, "give reassess.Labels: Labels"):
            reassess.Scorer(self.real)
        for name in (None, "\udc80", "a\0b"):
            with self.assertRaisesRegex(reassess.UsageError, "name of a model"):
                reassess.Scorer(self.labels, name=name)
        with self.assertRaisesRegex(reassess.MismatchError, "with itself"):
            scorer.merge(scorer)
        with self.assertRaisesRegex(reassess.UsageError, "3 is neither"):
            scorer.merge(3)
        with self.assertRaisesRegex(reassess.FileError, "is not a|exists") as raised:
            reassess.evaluate(self.view(), self.labels).save(self.file)
        self.assertEqual(raised.exception.file, self.file)
        self.assertEqual(scorer.images, 0)

    def test_read_only_memory(self):
        frozen = memoryview(self.values.tobytes()).cast("f", (IMAGES, CLASSES))
        self.assert_same(reassess.evaluate(frozen, self.labels), self.by_file())


class Results(Case):
    def test_table_is_that_of_eval(self):
        result = reassess.evaluate(self.view(), self.labels)
        printed = self.run_program("eval", *self.label_options(), "--row-flags", self.file)

        # All but the three lines that say what was read, by what, and how fast.
        ours, theirs = str(result).splitlines(), printed.rstrip("\n").splitlines()
        self.assertEqual(ours[3:], theirs[3:])
        self.assertGreater(len(ours), 20)
        self.assertIn("600 rows x 20 classes, memory f32, order file", ours[1])

    def test_attributes(self):
        result = reassess.evaluate(self.view(), self.labels, name="resnet")
        top1 = result.real_top1
        record = result.to_dict()["metrics"]["real_top1"]
        self.assertEqual(top1.value, record["value"])
        self.assertEqual(float(top1), top1.value)
        self.assertEqual(top1.ci95, tuple(record["ci95"]))
        self.assertEqual((top1.correct, top1.total), (record["correct"], record["total"]))
        self.assertIn("real_second", dir(result))
        self.assertEqual(result.rows["nan"], 1)
        self.assertIn("resnet", repr(result))
        low, high = (f"{100 * bound:.2f}" for bound in top1.ci95)
        self.assertEqual(f"{top1:.3%}", f"{top1.value:.3%}")
        counts = f"{top1.correct} of {top1.total}"
        line = f"real_top1: {100 * top1.value:.2f} % [{low}, {high}], {counts}"
        self.assertEqual((str(top1), f"{top1}"), (line, line))
        self.assertIn("real_macro_top1: ", str(result.real_macro_top1))
        page = result._repr_html_()
        self.assertIn("<td>real_top1</td>", page)
        self.assertIn(f"{100 * top1.value:.2f}", page)
        with self.assertRaisesRegex(AttributeError, "real_top1"):
            getattr(result, "real_top7")
        self.assertIsNone(result.calibration)

    def test_save_is_what_sweep_writes(self):
        ours, theirs = self.path("ours"), self.path("theirs")
        result = reassess.evaluate(self.view(), self.labels, name="model")
        result.save(ours)
        os.mkdir(theirs)
        self.run_program(
            "sweep", *self.label_options(), "--row-flags", "--quiet", "--out", theirs, self.file
        )
        self.assertEqual(sorted(os.listdir(ours)), sorted(os.listdir(theirs)))
        for name in ("model.topk.npz",):
            with open(os.path.join(ours, name), "rb") as a, open(
                os.path.join(theirs, name), "rb"
            ) as b:
                self.assertEqual(a.read(), b.read())
        for folder in (ours, theirs):
            self.run_program("merge", folder, "-o", folder + ".csv")
        merged = []
        for folder in (ours, theirs):
            with open(folder + ".csv", encoding="utf-8") as lines:
                merged.append([line.split(",")[:9] for line in lines])
        self.assertEqual(merged[0], merged[1])
        other = reassess.evaluate(self.view(), self.labels, name="other/one", keep=3)
        other.save(ours)
        self.assertIn("other_one.topk.npz", os.listdir(ours))
        compared = self.run_program("compare", *self.label_options(), ours)
        self.assertIn("other/one", compared)
        reassess.evaluate(self.view(), self.labels, name="bare", keep=0).save(self.path("bare"))
        self.assertEqual(sorted(os.listdir(self.path("bare"))), ["bare.json", "bare.tally"])

    def test_labels(self):
        self.assertEqual((len(self.labels), self.labels.classes), (IMAGES, CLASSES))
        self.assertEqual(self.labels.evaluated, sum(1 for each in self.sets if each))
        self.assertIsNone(self.labels.name(0))
        self.assertFalse(self.labels.is_ilsvrc)
        made = reassess.Labels.from_sets(self.original, self.sets, CLASSES)
        self.assertEqual(made.hash, self.labels.hash)
        refused = [
            (reassess.RangeError, "far too large", [2**40, 1], [[0], [1]]),
            (reassess.RangeError, "class 9 of the set", [0, 1], [[0], [9]]),
            (reassess.UsageError, "whole numbers", [0.5, 1], [[0], [1]]),
            (reassess.MismatchError, "2 original labels, but 1 sets", [0, 1], [[0]]),
        ]
        for kind, words, original, sets in refused:
            with self.subTest(words), self.assertRaisesRegex(kind, words):
                reassess.Labels.from_sets(original, sets, 5)
        record = self.by_file()
        record["labels"]["real"] = record["labels"]["original"] = None
        self.assert_same(reassess.evaluate(self.view(), made), record)


if __name__ == "__main__":
    unittest.main()
