"""Three processes with a sampler that pads: the numbers of one pass. By PyTorch's gloo, and by
torchmetrics where it is installed; of few rows, and of as many as the validation set has."""

import array
import ctypes
import json
import os
import random
import shutil
import subprocess
import sys
import unittest

from case import CLASSES, IMAGES, PATIENCE_S, Case, free_port

try:
    import torch
    import torch.distributed
except ImportError:
    torch = None
try:
    import torchmetrics
except ImportError:
    torchmetrics = None

WORKER = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
import torch, torch.distributed as ranks
import reassess
real, original, rows, kind, out = sys.argv[1:]
images, classes = {images}, {classes}
ranks.init_process_group("gloo")
rank, world = ranks.get_rank(), ranks.get_world_size()
labels = reassess.Labels(real, original, classes=classes)
data = torch.from_file(rows, size=images * classes, dtype=torch.float32)
data = data.reshape(images, classes)
padded = images + 1                      # one row more than there are images: image 0 comes again
{deal}
if kind == "metric":
    from reassess.torchmetrics import ReaL
    metric = ReaL(labels, order="file", calibration=True, real={{"again": real}})
    for part in index.split(50):
        metric.update(data[part], part)
    values = metric.compute()
    result = metric.result
    assert float(values["real_top1"]) == result.real_top1.value
    assert metric.scorer.images < images, "the rank's own is as it was"
    for name, value in result.metrics.items():  # the same set again, over all ranks
        if value.value is not None:
            assert float(values["again." + name]) == value.value, name
else:
    scorer = reassess.Scorer(labels, calibration=True)
    for part in index.split(50):
        scorer.update(data[part], part)
    states = [None] * world
    ranks.all_gather_object(states, scorer.state())
    whole = reassess.Scorer.from_state(states[0], labels)
    for state in states[1:]:
        whole.merge(state, once=True)
    result = whole.compute()
if rank == 0:
    assert any("count once: 1" in text for text in result.warnings), result.warnings
    open(out, "w").write(json.dumps(result.to_dict()))
"""


@unittest.skipIf(os.environ.get("REASSESS_LONG") != "1", "in the long tier (REASSESS_LONG=1)")
@unittest.skipIf(torch is None or not torch.distributed.is_available(), "PyTorch is not installed")
class Ranks(Case):
    images, classes = IMAGES, CLASSES
    deal = "index = torch.arange(rank, padded, world) % images"

    def run_ranks(self, kind):
        rows, out = self.path("rows.bin"), self.path(kind + ".json")
        if not os.path.exists(rows):
            with open(self.file, "rb") as file, open(rows, "wb") as to:
                file.seek(-4 * self.images * self.classes, os.SEEK_END)
                shutil.copyfileobj(file, to)
        script = WORKER.format(images=self.images, classes=self.classes, deal=self.deal)
        workers = []
        port = free_port()
        for rank in range(3):
            environment = {
                **os.environ,
                "RANK": str(rank),
                "WORLD_SIZE": "3",
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": port,
                "OMP_NUM_THREADS": "1",
            }
            workers.append(
                subprocess.Popen(
                    [sys.executable, "-c", script, self.real, self.original_path, rows, kind, out],
                    env=environment,
                )
            )
        self.assertEqual([worker.wait(timeout=PATIENCE_S) for worker in workers], [0, 0, 0])
        record = self.by_file("--calibration")
        with open(out, encoding="utf-8") as made:
            said = json.load(made)
        for member in ("metrics", "oracle", "choice", "disagreements", "calibration", "rows"):
            self.assertEqual(said.get(member), record.get(member), member)

    def test_states_are_gathered(self):
        self.run_ranks("states")

    @unittest.skipIf(torchmetrics is None, "torchmetrics is not installed")
    def test_torchmetrics(self):
        self.run_ranks("metric")


class WholeSet(Ranks):
    """50,001 rows of 1,000 classes: 50,000 images, one of them a second time; uneven shares."""

    images, classes = 50_000, 1000
    # shuffled, a fifth, three tenths and half of them
    deal = """
every = torch.randperm(padded, generator=torch.Generator().manual_seed(1)) % images
index = every.tensor_split([padded // 5, padded // 2])[rank]
"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(5)
        original = [draw.randrange(cls.classes) for _ in range(cls.images)]
        sets = [
            sorted({y, *draw.choices(range(cls.classes), k=draw.randrange(3))})
            if draw.random() < 0.94
            else []
            for y in original
        ]
        cls.real, cls.original_path = cls.path("whole.json"), cls.path("whole.txt")
        with open(cls.real, "w", encoding="ascii") as to:
            json.dump(sets, to)
        with open(cls.original_path, "w", encoding="ascii") as to:
            to.writelines(f"{y}\n" for y in original)
        # Quarters, for ties; the original label is first in about four rows of five.
        make = torch.Generator().manual_seed(5)
        shape = (cls.images, cls.classes)
        rows = torch.randint(-12, 12, shape, generator=make, dtype=torch.int8) / 4
        raised = torch.rand(cls.images, generator=make) * 15
        rows[torch.arange(cls.images), torch.tensor(original)] += raised
        rows[7, 3], rows[9, 4] = float("nan"), float("inf")
        cls.file = cls.path("whole.npy")
        values = array.array("f", ctypes.string_at(rows.data_ptr(), 4 * rows.numel()))
        cls.write_npy(cls.file, values, cls.classes)

    def label_options(self):
        return [
            "--real", self.real, "--labels", self.original_path, "--classes", str(self.classes),
        ]  # fmt: skip


if __name__ == "__main__":
    unittest.main()
