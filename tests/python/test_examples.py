"""docs/examples/python: each gives the numbers of `eval`, where what it imports is installed."""

import importlib.util
import os
import re
import subprocess
import sys
import types
import unittest
from unittest import mock

import reassess
from case import CLASSES, IMAGES, Case, free_port

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
EXAMPLES = os.path.join(ROOT, "docs", "examples", "python")
LONG = os.environ.get("REASSESS_LONG") == "1" or os.environ.get("REASSESS_MODELS") == "1"


def load(name):
    """The example as a module; the test is skipped where it imports what is not there."""
    spec = importlib.util.spec_from_file_location(name, os.path.join(EXAMPLES, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        raise unittest.SkipTest(f"{error.name} is not installed") from None
    return module


WORKER = """
import importlib.util, json, os, sys, warnings
warnings.simplefilter("ignore")
import torch, torch.distributed
example, rows, out = sys.argv[1:]
spec = importlib.util.spec_from_file_location("ranks", example)
ranks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ranks)
torch.distributed.init_process_group("gloo")
data = torch.frombuffer(bytearray(open(rows, "rb").read()), dtype=torch.float32)
data = torch.utils.data.TensorDataset(data.reshape({images}, {classes})[:, None])
result = ranks.score(lambda images: images[:, 0], data, 64, 0)
if result is not None:
    open(out, "w").write(json.dumps(result.to_dict()))
"""


class Examples(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, target in (("real.json", cls.real), ("original.txt", cls.original_path)):
            path = cls.path(f"labels/{name}")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.link(target, path)
        # The rows in the order of ImageFolder: by class, then by file name.
        order = sorted(range(IMAGES), key=lambda i: (cls.original[i], i))
        cls.by_folder = cls.values[:0]
        for i in order:
            cls.by_folder.extend(cls.values[i * CLASSES : (i + 1) * CLASSES])
        cls.folder_file = cls.path("by_folder.npy")
        cls.write_npy(cls.folder_file, cls.by_folder)

    def setUp(self):
        patch = mock.patch.dict(os.environ, REASSESS_LABELS=self.path("labels"))
        patch.start()
        self.addCleanup(patch.stop)

    def expected(self):
        import json

        return json.loads(
            self.run_program(
                "eval", *self.label_options(), "--row-flags", "--order", "imagefolder", "--json",
                "-", self.folder_file,
            )
        )  # fmt: skip

    def torch_rows(self, torch):
        return torch.tensor(self.by_folder).reshape(IMAGES, CLASSES)

    def batches(self, rows, shuffled=False):
        numbers = list(range(IMAGES))
        if shuffled:
            numbers = numbers[::-1]
        for at in range(0, IMAGES, 64):
            some = numbers[at : at + 64]
            yield rows[some], some

    def test_loop(self):
        example = load("loop")
        import torch

        result = example.score(lambda rows: rows, self.batches(self.torch_rows(torch)))
        self.assertEqual(result.to_dict()["metrics"], self.expected()["metrics"])

    @unittest.skipUnless(LONG, "in the long tier (REASSESS_LONG=1)")
    def test_ranks(self):
        load("ranks")
        rows, out = self.path("rows.bin"), self.path("ranks.json")
        with open(rows, "wb") as to:
            to.write(self.by_folder.tobytes())
        done = subprocess.run(
            [
                sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "3",
                "--master-port", free_port(), "--no-python", sys.executable,
                "-c", WORKER.format(images=IMAGES, classes=CLASSES),
                os.path.join(EXAMPLES, "ranks.py"), rows, out,
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        import json

        with open(out, encoding="utf-8") as file:
            record = json.load(file)
        self.assertEqual(record["metrics"], self.expected()["metrics"])

    @unittest.skipUnless(LONG, "in the long tier (REASSESS_LONG=1)")
    def test_lightning(self):
        example = load("lightning_module")
        import torch

        rows = self.torch_rows(torch)
        data = torch.utils.data.TensorDataset(rows, torch.arange(IMAGES))
        loader = torch.utils.data.DataLoader(data, 64, shuffle=True)
        trainer = example.lightning.Trainer(
            accelerator="cpu", logger=False, enable_checkpointing=False, enable_model_summary=False,
            enable_progress_bar=False, default_root_dir=self.folder,
        )  # fmt: skip
        (said,) = trainer.validate(example.Model(torch.nn.Identity()), loader, verbose=False)
        expected = self.expected()["metrics"]
        for name in ("real_top1", "imagenet_top1", "real_top5"):
            self.assertAlmostEqual(said[name], expected[name]["value"], 6, name)

    def test_trainer(self):
        example = load("trainer")
        view = memoryview(self.by_folder).cast("B").cast("f", (IMAGES, CLASSES))
        said = example.compute_metrics(types.SimpleNamespace(predictions=view))
        self.assertEqual(said["real_top1"], self.expected()["metrics"]["real_top1"]["value"])

    @unittest.skipUnless(LONG, "in the long tier (REASSESS_LONG=1)")
    def test_trainer_of_transformers(self):
        example = load("trainer")
        try:
            import torch
            import transformers
        except ImportError as error:
            raise unittest.SkipTest(f"{error.name} is not installed") from None

        class Same(torch.nn.Module):
            def forward(self, rows, labels):
                return {"loss": rows.sum() * 0, "logits": rows}

        rows = self.torch_rows(torch)
        data = [{"rows": row, "labels": 0} for row in rows]
        arguments = transformers.TrainingArguments(
            output_dir=self.path("trainer"), per_device_eval_batch_size=64, report_to="none",
            use_cpu=True, disable_tqdm=True,
        )  # fmt: skip
        trainer = transformers.Trainer(
            Same(), arguments, eval_dataset=data, compute_metrics=example.compute_metrics
        )
        said = trainer.evaluate()
        expected = self.expected()["metrics"]["real_top1"]["value"]
        self.assertAlmostEqual(said["eval_real_top1"], expected, 9)

    def test_jax(self):
        example = load("jax_loop")
        try:
            import jax
            import jax.numpy as jnp
        except ImportError as error:
            raise unittest.SkipTest(f"{error.name} is not installed") from None
        rows = jnp.asarray(list(self.by_folder), dtype=jnp.float32).reshape(IMAGES, CLASSES)
        batches = (
            (rows[jnp.asarray(numbers)], numbers) for _, numbers in self.batches(jax_free(), True)
        )
        apply = jax.jit(lambda scale, images: (images * scale).astype(jnp.bfloat16))
        result = example.score(apply, 1.0, batches)
        self.assertEqual(
            result.to_dict()["metrics"], self.expected()["metrics"], "quarters are exact in bf16"
        )


class jax_free:  # noqa: N801 - rows that nobody looks at
    def __getitem__(self, which):
        return None


class Documents(unittest.TestCase):
    """What docs/PYTHON.md shows of an example stands in it."""

    def test_blocks_are_of_the_files(self):
        with open(os.path.join(ROOT, "docs", "PYTHON.md"), encoding="utf-8") as file:
            page = file.read()
        named = re.findall(
            r"\]\(examples/python/(\w+)\.py\)[^`]*?\n\n```python\n(.*?)```", page, re.S
        )
        there = {name[:-3] for name in os.listdir(EXAMPLES) if name.endswith(".py")}
        self.assertEqual({name for name, _ in named}, there)
        for name, block in named:
            with open(os.path.join(EXAMPLES, name + ".py"), encoding="utf-8") as file:
                lines = [line.strip() for line in file]
            at = -1
            for line in block.splitlines():
                if line.strip() and line.strip() != "...":
                    self.assertIn(line.strip(), lines[at + 1 :], f"{name}.py")
                    at = lines.index(line.strip(), at + 1)


if __name__ == "__main__":
    unittest.main()
