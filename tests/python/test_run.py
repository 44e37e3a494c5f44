"""`reassess run` without PyTorch: images, models, passes and their mishaps, the results."""

import array
import json
import math
import os
import sys
import tarfile
import tempfile
import types
import unittest
import warnings
from unittest import mock

import reassess
from case import CLASSES, IMAGES, Case
from reassess.run import cli, decode, engine, folder, images, passes, specs
from reassess.run.ranks import Ranks
from reassess.run.report import Report
from reassess.run.zoo import Recipe

try:
    import torch
except ImportError:
    torch = None


def file_name(number):
    return f"ILSVRC2012_val_{number + 1:08d}.JPEG"


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as to:
        to.write(data)


class Images(Case):
    """Whatever they lie in, they are the same images in the same order."""

    def setUp(self):
        self.labels = reassess.Labels(self.real, self.original_path, classes=CLASSES, limit=30)
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)

    def place(self, name):
        return os.path.join(self.temporary.name, name)

    def fill(self, name, where, numbers=range(30)):
        for number in numbers:
            put(os.path.join(self.place(name), where(number)), b"image %d" % number)
        return self.place(name)

    def pack(self, name, numbers):
        path = self.place(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with tarfile.open(path, "w") as tar:
            for number in numbers:
                member = self.place("member")
                put(member, b"image %d" % number)
                tar.add(member, f"./val/{file_name(number)}")
        return path

    def assert_all(self, path):
        found = images.find(path, self.labels)
        self.assertEqual([image.number for image in found.images], list(range(30)))
        for image in found.images:
            self.assertEqual(image.name, file_name(image.number))
            self.assertEqual(image.read(), b"image %d" % image.number)
            self.assertEqual(image.size, len(image.read()))
        self.assertEqual(found.others, 0)

    def test_any_layout(self):
        self.assert_all(self.fill("flat", file_name))
        self.assert_all(self.fill("classes", lambda i: f"n{(i * 7) % 5:08d}/{file_name(i)}"))
        self.assert_all(self.fill("lower", file_name))
        backwards = self.pack("one.tar", reversed(range(30)))
        self.assert_all(backwards)
        self.pack("several/a.tar", range(0, 30, 2))
        self.pack("several/b.tar", range(1, 30, 2))
        self.assert_all(self.place("several"))

    def test_others_are_counted(self):
        path = self.fill("more", file_name, range(33))
        put(os.path.join(path, "cat.png"), b"")
        put(os.path.join(path, "notes.txt"), b"")
        put(os.path.join(path, ".ILSVRC2012_val_00000001.JPEG"), b"left by a copy")
        found = images.find(path, self.labels)
        self.assertEqual((len(found.images), found.others), (30, 4))
        self.assertEqual(found.other, file_name(30))

    def test_refused(self):
        twice = self.fill("twice", file_name)
        put(os.path.join(twice, "again", file_name(3)), b"")
        with self.assertRaisesRegex(reassess.MismatchError, "is there twice: .*00000004"):
            images.find(twice, self.labels)
        some = self.fill("some", file_name, [*range(7), *range(8, 30)])
        with self.assertRaisesRegex(reassess.MismatchError, "29 of the 30 .*number 7 .*--subset"):
            images.find(some, self.labels)
        with self.assertRaisesRegex(reassess.FileError, "cannot be read as a tar"):
            images.find(self.real, self.labels)
        with self.assertRaisesRegex(reassess.FileError, "nowhere: cannot be read: No such file"):
            images.find(self.place("nowhere"), self.labels)
        link = os.path.join(self.fill("links", file_name), "n01", file_name(30))
        os.mkdir(os.path.dirname(link))
        os.symlink("gone", link)
        with self.assertRaisesRegex(reassess.FileError, f"{link}: .*No such file") as caught:
            images.find(self.place("links"), self.labels)
        self.assertEqual(caught.exception.file, link)


    def test_labels_of_a_part(self):
        def part(**options):
            return reassess.Labels(self.real, self.original_path, classes=CLASSES, **options)

        names = [file_name(number) for number in (7, 3, 500)]
        listed = self.place("list")
        put(listed, "\n".join(names).encode())
        labels = part(subset=listed)
        self.assertEqual(labels.images, 3)
        self.assertEqual(sorted(labels.find(names)), [0, 1, 2])
        self.assertEqual(labels.find([file_name(4)]), [-1])
        with self.assertRaisesRegex(reassess.UsageError, "cannot be had together"):
            part(subset=listed, limit=2)
        for limit in (IMAGES + 1, (1 << 32) - 1):  # refused before memory for them is asked for
            with self.assertRaisesRegex(reassess.UsageError, f"600 images .* and {limit} of them"):
                part(limit=limit)


class Specs(unittest.TestCase):
    NAMES = ("vit_s.a", "vit_b.a", "resnet18.a1")

    def names(self, with_weights):
        return self.NAMES if with_weights else ("vit_s", "vit_b", "resnet18")

    def expand(self, text):
        return [str(spec) for spec in specs.expand(specs.parse(text), self.names)]

    def test_patterns(self):
        self.assertEqual(self.expand("timm:vit_*"), ["timm:vit_s.a", "timm:vit_b.a"])
        self.assertEqual(self.expand("timm:whatever"), ["timm:whatever"])
        with self.assertRaisesRegex(reassess.UsageError, "like dense"):
            self.expand("timm:dense*")
        with tempfile.TemporaryDirectory() as place:
            put(os.path.join(place, "b.pth"), b"")
            put(os.path.join(place, "a.pth"), b"")
            self.assertEqual(
                self.expand(f"timm:vit_?@{place}/*.pth"),
                [f"timm:vit_{m}@{place}/{c}.pth" for m in "sb" for c in "ab"],
            )
            with self.assertRaisesRegex(reassess.UsageError, "no file is like"):
                self.expand(f"timm:resnet18@{place}/*.bin")

    def test_refused(self):
        for text in ("resnet50", "keras:vgg", "timm:", "timm:vit@", ":x"):
            with self.assertRaisesRegex(reassess.UsageError, "expected timm:NAME"):
                specs.parse(text)

    def test_names(self):
        def names(*texts):
            return specs.name_all([specs.parse(text) for text in texts])

        self.assertEqual(names("timm:a.b", "torchvision:c"), ["a.b", "c"])
        self.assertEqual(names("timm:a@x/ckpt_1.pth"), ["a@ckpt_1"])
        with self.assertRaisesRegex(reassess.UsageError, "is not UTF-8"):
            names("timm:a", "timm:a@x\udcff/1.pth")
        self.assertEqual(
            names("timm:a@x/last.pth", "timm:a@y/last.pth"),
            ["timm:a@x/last.pth", "timm:a@y/last.pth"],
        )
        self.assertEqual(names("timm:a", "torchvision:a"), ["timm:a", "torchvision:a"])
        with self.assertRaisesRegex(reassess.UsageError, "same results"):
            names("timm:a@x/y.pth", "timm:a@x_y.pth", "timm:a@z/x_y.pth", "timm:a@z/x/y.pth",
                  "timm:a@z_x_y.pth", "timm:a@q/z_x_y.pth", "timm:a@z/x_y.pth")  # fmt: skip

    def test_list(self):
        with tempfile.TemporaryDirectory() as place:
            path = os.path.join(place, "list")
            with open(path, "w", encoding="utf-8") as to:
                to.write(
                    "# comment\n\ntimm:vit_*\nmine timm:vit_b@'a b.pth' --class-map=m.txt # end\n"
                )
            first, second = specs.read_list(path)
            self.assertEqual((str(first), first.title), ("timm:vit_*", None))
            self.assertEqual(
                second, specs.Spec("timm", "vit_b", "a b.pth", class_map="m.txt", title="mine")
            )
            with open(path, "wb") as to:  # as an editor of Windows leaves it
                to.write(b"\xef\xbb\xbftimm:vit_b\r\n\r\ntimm:vit_s\r\n")
            found = [str(spec) for spec in specs.read_list(path)]
            self.assertEqual(found, ["timm:vit_b", "timm:vit_s"])
            for line in ("a b timm:c", "timm:a --shape 3", "timm:a --class-map", "'timm:a"):
                with open(path, "w", encoding="utf-8") as to:
                    to.write("\n" + line + "\n")
                with self.assertRaisesRegex(reassess.FormatError, "line 2"):
                    specs.read_list(path)
        with self.assertRaises(reassess.FileError):
            specs.read_list("/nowhere/list")


class OutOfMemory(Exception):
    pass


class Engine:
    """Models whose logits are rows of a file; pixels are not looked at.

    Args:
        rows: values of all images.
        at_most: of a model by name, how many images fit beside how many models.
        fails: what a model raises at which image.
    """

    def __init__(self, rows, at_most=None, fails=None, room=99):
        self.rows, self.at_most, self.fails, self.room = rows, at_most or {}, fails or {}, room
        self.loaded = set()
        self.calls = []

    def load(self, spec, recipe):
        if len(self.loaded) >= self.room:
            raise OutOfMemory("no room")
        self.loaded.add(spec.name)
        return spec.name

    def scorer(self, like):
        return like

    def take(self, batch):
        return batch

    def forward(self, loaded, pixels, begin, end, blank):
        self.calls.append((loaded, end - begin, len(self.loaded)))
        if end - begin > self.at_most.get(loaded, lambda models: 99)(len(self.loaded)):
            raise OutOfMemory(f"{end - begin} images")
        if loaded in self.fails and self.fails[loaded] in pixels.numbers[begin:end]:
            raise ValueError("the model\nis broken")
        values = array.array("f")
        for at in range(begin, end):
            row = pixels.numbers[at] * CLASSES
            values.extend(
                [math.nan] * CLASSES if at in blank else self.rows[row : row + CLASSES]
            )
        return memoryview(values).cast("B").cast("f", (end - begin, CLASSES))

    def is_out_of_memory(self, error):
        return isinstance(error, OutOfMemory)

    def release(self):
        self.loaded = set(self.loaded)


class Passes(Case):
    """Passes over images that are read from files."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.out = os.path.join(self.temporary.name, "out")
        os.mkdir(self.out)
        self.images = [
            images.Image(i, file_name(i), f"val/{file_name(i)}", 3, lambda i=i: b"%d" % i)
            for i in range(IMAGES)
        ]
        self.bad = set()
        self.decoded = 0
        for name, made in (("_size", lambda geometry: (1, 1)), ("decode", self.decode)):
            patch = mock.patch.object(decode, name, made)
            patch.start()
            self.addCleanup(patch.stop)
        self.said = []
        report = Report(quiet=False, silent=False)
        report.say = self.said.append
        self.report = report

    def decode(self, data, geometry):
        self.decoded += 1
        if int(data) in self.bad:
            raise OSError("broken data stream")
        return b"rgb", (1, 1)

    def job(self, name, geometry="a", labels=None):
        spec = specs.Spec("timm", name)
        recipe = Recipe(lambda image: image, geometry, (0.5,) * 3, (0.5,) * 3, "hub", lambda: None)
        source = folder.made_from(spec, recipe, folder.digest(self.images), "f32")
        return passes.Job(spec, name, recipe, reassess.Scorer(self.labels, name=name), source)

    def run_all(self, engine, jobs, together=0, stop=lambda: False):
        # Models leave with what holds them: here the set of names.
        def drop(job_name):
            getattr(engine, "loaded", set()).discard(job_name)

        class Watched(passes.Job):
            def __setattr__(self, key, value):
                if key == "loaded" and value is None and "spec" in self.__dict__:
                    drop(self.spec.name)
                super().__setattr__(key, value)

        for job in jobs:
            job.__class__ = Watched
        settings = passes.Settings(batch=64, together=together, threads=2, stop=stop)
        results = folder.Folder(self.out)
        runner = passes.Runner(
            engine, self.images, settings, Ranks(), results, self.report
        )
        runner.run(jobs)

    def record(self, name):
        with open(os.path.join(self.out, name + ".json"), encoding="utf-8") as file:
            return json.load(file)

    def assert_as_file(self, name):
        record = self.record(name)
        by_file = self.by_file()
        for member in ("metrics", "oracle", "choice", "disagreements", "rows", "labels"):
            self.assertEqual(record[member], by_file[member], member)
        self.assertEqual(record["input"]["path"], f"timm:{name}")


class Folders(Passes):
    """What stands in the folder after passes, whatever goes wrong in them."""

    def test_one_decoding_for_all_of_a_preprocessing(self):
        jobs = [self.job("one"), self.job("other", "b"), self.job("two"), self.job("three")]
        self.run_all(Engine(self.values), jobs)
        self.assertEqual(self.decoded, 2 * IMAGES)
        for name in ("one", "other", "two", "three"):
            self.assert_as_file(name)
        # merge, compare and mistakes go on from there
        leaders = self.run_program("merge", self.out)
        self.assertIn("three", leaders)
        self.run_program("compare", *self.label_options(), self.out, "one", "two")
        self.assertEqual(
            [[job.name for job in chunk] for chunk in passes.plan(jobs, 2)],
            [["one", "two"], ["three"], ["other"]],
        )
        # and a second run finds nothing to do, unless something else is asked for
        results = folder.Folder(self.out)
        for job in jobs:
            self.assertIsNone(results.why(job.scorer, job.name, job.source))
        other = self.job("one", "c")
        self.assertIn("the preprocessing is c", results.why(other.scorer, "one", other.source))
        self.images[0] = images.Image(0, file_name(0), "", 4, lambda: b"0")
        other = self.job("one")
        self.assertIn("the images is", results.why(other.scorer, "one", other.source))
        self.assertEqual(results.why(other.scorer, "never", other.source), "")

    def test_memory_is_short(self):
        engine = Engine(
            self.values,
            at_most={
                "half": lambda models: 20,
                "alone": lambda models: 0 if models > 1 else 64,
                "huge": lambda models: 0,
            },
        )
        jobs = [self.job(name) for name in ("half", "alone", "huge", "easy")]
        self.run_all(engine, jobs)
        for name in ("half", "alone", "easy"):
            self.assert_as_file(name)
        sizes = {size for name, size, _ in engine.calls if name == "half"}
        self.assertEqual(sizes, {64, 32, 16, IMAGES % 16}, "halved twice, and no more")
        self.assertIn(("alone", 64, 1), engine.calls)
        with open(os.path.join(self.out, "huge.error.json"), encoding="utf-8") as file:
            self.assertIn("one image alone is too much", json.load(file)["error"]["text"])
        self.assertTrue(any("half: out of memory at 64 images: goes on with 32" in text
                            for text in self.said), self.said)  # fmt: skip

    def test_no_room_for_all(self):
        engine = Engine(self.values, room=2)
        self.run_all(engine, [self.job(name) for name in ("a", "b", "c", "d", "e")])
        for name in "abcde":
            self.assert_as_file(name)
        self.assertEqual(self.decoded, 3 * IMAGES)

    def test_a_model_fails_and_the_others_go_on(self):
        engine = Engine(self.values, fails={"broken": 300})
        self.run_all(engine, [self.job("good"), self.job("broken"), self.job("better")])
        self.assert_as_file("good")
        self.assert_as_file("better")
        self.assertFalse(os.path.exists(os.path.join(self.out, "broken.json")))
        with open(os.path.join(self.out, "broken.error.json"), encoding="utf-8") as file:
            failure = json.load(file)
        self.assertEqual(failure["schema"], "reassess.error/1")
        self.assertEqual(failure["error"]["reason"], "ValueError: the model is broken")
        self.assertEqual(self.report.end(self.out), 1)
        # the next run does what failed alone, and its error goes
        self.run_all(Engine(self.values), [self.job("broken")])
        self.assert_as_file("broken")
        self.assertFalse(os.path.exists(os.path.join(self.out, "broken.error.json")))

    def test_images_that_cannot_be_read(self):
        self.bad = {5, 222}
        self.run_all(Engine(self.values), [self.job("one"), self.job("other", "b")])
        record = self.record("one")
        self.assertEqual(record["rows"]["nan"], 1 + 2)  # one NaN is in the rows
        self.assertIn(
            f"2 images cannot be read and count as wrong: {file_name(5)}, {file_name(222)}",
            record["warnings"],
        )
        self.assertIn("wrong: ?_6.JPEG", passes._note(["\udcff_6.JPEG"])[0], "bytes, no text")
        told = [text for text in self.said if "cannot be read: val/" in text]
        self.assertEqual(len(told), 2, "each once, however many passes")
        self.bad = set(range(0, 600, 10))
        self.run_all(Engine(self.values), [self.job("three")])
        with open(os.path.join(self.out, "three.error.json"), encoding="utf-8") as file:
            self.assertIn("60 of 600 images cannot be read", json.load(file)["error"]["text"])

    def test_a_device_without_a_module(self):
        """Its logits are copied to the host, which is said once."""

        class Device(Engine):
            def scorer(self, like):
                raise reassess.DeviceError("the CUDA engine cannot be opened")

        self.run_all(Device(self.values), [self.job("one"), self.job("two")])
        self.assert_as_file("one")
        self.assert_as_file("two")
        told = [text for text in self.said if "copied to the host" in text]
        self.assertEqual(len(told), 1, self.said)
        self.assertIn("the CUDA engine cannot be opened", told[0])

    def test_a_signal_ends_it(self):
        engine = Engine(self.values)
        with self.assertRaises(passes.Interrupted):
            self.run_all(
                engine,
                [self.job("first"), self.job("second", "b")],
                stop=lambda: sum(name == "second" for name, *_ in engine.calls) == 2,
            )
        self.assert_as_file("first")
        self.assertFalse(os.path.exists(os.path.join(self.out, "second.json")))

    def test_results_that_cannot_be_written_end_it(self):
        os.rmdir(self.out)
        put(self.out, b"a file in the way")
        with self.assertRaises((reassess.FileError, FileExistsError)):
            self.run_all(Engine(self.values), [self.job("one")])

    def test_a_process_without_images(self):
        self.images = self.images[:1]
        job = self.job("one")
        ranks = Ranks()
        ranks.rank, ranks.world = 1, 2
        settings = passes.Settings(batch=64, together=0, threads=1)
        results = folder.Folder(self.out)
        passes.Runner(
            Engine(self.values), self.images, settings, ranks, results, Report(True, True)
        ).run([job])
        self.assertEqual(job.scorer.images, 0)
        self.assertIsNone(job.failure)

    def test_all_do_what_the_first_does(self):
        jobs = [self.job(name) for name in "abc"]
        self.assertEqual(cli._agreed(jobs, ["c", "a"], {}), [jobs[2], jobs[0]])
        with self.assertRaisesRegex(reassess.MismatchError, "d: .*this one cannot: .*no map"):
            cli._agreed(jobs, ["a", "d"], {"d": reassess.FileError("no map")})
        with self.assertRaisesRegex(reassess.MismatchError, "e: .*this one cannot$"):
            cli._agreed(jobs, ["e"], {})


@unittest.skipIf(torch is None, "PyTorch is not there")
class OfPyTorch(Passes):
    """Passes by PyTorch: pixels are the numbers of images, logits rows of a table."""

    def decode(self, data, geometry):
        number = int(data)
        return bytes((number // 250, number % 250, 0)), (1, 1)

    def test_memory_is_short(self):
        """As a GPU says it: what a model has room for is found by halves."""
        rows = torch.tensor(self.values).view(IMAGES, CLASSES)
        sizes = []
        full = getattr(torch.cuda, "OutOfMemoryError", RuntimeError)

        class Model(torch.nn.Module):
            def forward(self, values):
                sizes.append(len(values))
                if len(values) > 20:
                    raise full("CUDA out of memory. Tried to allocate 2.00 GiB")
                pixels = (values[:, :2, 0, 0] * 255).round().long()
                return rows[pixels[:, 0] * 250 + pixels[:, 1]]

        job = self.job("net")
        job.recipe = Recipe(lambda image: image, "a", (0.0,) * 3, (1.0,) * 3, "hub", Model)
        self.run_all(engine.Torch("cpu", "f32"), [job])
        self.assert_as_file("net")
        self.assertEqual(sizes[:3], [64, 32, 16], "halved twice, and no more")
        self.assertEqual(set(sizes[3:]), {16, IMAGES % 64 % 16})
        self.assertEqual(sum(sizes[2:]), IMAGES, "no image twice")
        told = [text for text in self.said if "out of memory" in text]
        self.assertEqual(
            told,
            [
                "reassess: warning: net: out of memory at 64 images: goes on with 32",
                "reassess: warning: net: out of memory at 32 images: goes on with 16",
            ],
        )


class Checkpoints(unittest.TestCase):
    """A file of weights is read as tensors, or not at all."""

    def read(self, version, path="weights.pth"):
        calls = []

        def load(path, **options):
            calls.append(options)
            return {"module.weight": types.SimpleNamespace(shape=(1,))}

        torch = types.ModuleType("torch")
        torch.__version__, torch.serialization, torch.load = version, object(), load
        with tempfile.TemporaryDirectory() as place:
            path = os.path.join(place, path)
            put(path, b"")
            without = {"torch": torch, "safetensors": None, "safetensors.torch": None}
            with mock.patch.dict(sys.modules, without):
                try:
                    return list(engine.read_weights(path)), calls
                except reassess.ReassessError as error:
                    return error, calls

    def test_a_pytorch_that_would_run_code_is_not_asked(self):
        for version in ("2.5.1+cu124", "1.13.1"):
            error, calls = self.read(version)
            self.assertIsInstance(error, reassess.UnsupportedError)
            self.assertRegex(str(error), f"weights.pth: PyTorch {version[:3]}.*install 2.6")
            self.assertEqual(calls, [])
        for version in ("2.6.0", "2.10.0a0+git1"):
            keys, calls = self.read(version)
            self.assertEqual(keys, ["weight"])
            self.assertEqual(calls, [{"map_location": "cpu", "weights_only": True}])

    def test_safetensors_is_not_there(self):
        error, _ = self.read("2.6.0", "weights.safetensors")
        self.assertIsInstance(error, reassess.UsageError)
        self.assertIn("pip install safetensors", str(error))


class Decoding(unittest.TestCase):
    def test_words_of_the_decoder_are_not_heard(self):
        """In no thread; and what others say is heard as before."""

        def decoded(data, geometry):
            warnings.warn_explicit("odd metadata", UserWarning, "x.py", 1, "PIL.TiffImagePlugin")
            return b"rgb", (1, 1)

        some = [images.Image(i, "", "", 1, lambda: b"") for i in range(64)]
        with mock.patch.object(decode, "_size", lambda geometry: (1, 1)), mock.patch.object(
            decode, "decode", decoded
        ), warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            self.assertEqual(len(list(decode.batches(some, None, 8, 4))), 8)
            warnings.warn("of a model", UserWarning, stacklevel=1)
        self.assertEqual([str(each.message) for each in heard], ["of a model"])


class Shards(unittest.TestCase):
    def test_given_or_of_slurm(self):
        with mock.patch.dict(os.environ):
            for name in [name for name in os.environ if name.startswith("SLURM_ARRAY")]:
                del os.environ[name]
            self.assertEqual(folder.shard(None, 9), (0, 1))
            self.assertEqual(folder.shard("1/4", 9), (1, 4))
            with self.assertRaises(reassess.UsageError):
                folder.shard("4/4", 9)


if __name__ == "__main__":
    unittest.main()
