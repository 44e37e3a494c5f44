"""one_decoding.py - eight small models over the same images: one decoding, or one process a model.

    python bench/run/one_decoding.py [IMAGES [ROUNDS]]     # with PYTHONPATH, REASSESS_LIBRARY,
                                                           # REASSESS_PROGRAM; docs/PYTHON.md

Needs PyTorch, timm and Pillow. Weights are random, which costs the same time. The peer is what
timm's bulk runner does: a process for each model, with timm's loader of as many workers as there
are processors, and counts of top-1 and top-5. Both take turns; the medians of wall and processor
time are printed, and how often an image went through a model a second.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

MODELS = (
    "lcnet_050", "lcnet_075", "lcnet_100", "mobilenetv3_small_050", "mobilenetv3_small_075",
    "mobilenetv3_small_100", "mobilenetv2_035", "mnasnet_small",
)  # fmt: skip
BATCH = 64

PEER = """
import sys
import timm, timm.data, torch
name, weights, data, batch, workers = sys.argv[1:]
model = timm.create_model(name)
model.load_state_dict(torch.load(weights, weights_only=True))
model.eval()
config = timm.data.resolve_data_config({}, model=model, use_test_size=True)
loader = timm.data.create_loader(
    timm.data.create_dataset("", data), batch_size=int(batch), is_training=False,
    use_prefetcher=False, num_workers=int(workers), **config)
seen = first = five = 0
with torch.inference_mode():
    for images, target in loader:
        best = model(images).topk(5, 1).indices
        right = best == target[:, None]
        first += int(right[:, 0].sum())
        five += int(right.any(1).sum())
        seen += len(target)
print(name, seen, first, five)
"""


def make(folder, images):
    """Images as large as those of ImageNet, in one class folder, and weights."""
    import timm
    import torch
    from PIL import Image

    draw = random.Random(1)
    os.makedirs(f"{folder}/val/n00000000")
    for number in range(images):
        noise = Image.frombytes("RGB", (50, 38), draw.randbytes(50 * 38 * 3))
        noise.resize((500, 375), Image.Resampling.BICUBIC).save(
            f"{folder}/val/n00000000/ILSVRC2012_val_{number + 1:08d}.JPEG", quality=95
        )
    for name in MODELS:
        torch.save(timm.create_model(name).state_dict(), f"{folder}/{name}.pth")
    with open(f"{folder}/original.txt", "w", encoding="ascii") as to:
        to.writelines(f"{i % 1000}\n" for i in range(images))
    with open(f"{folder}/real.json", "w", encoding="ascii") as to:
        to.write(str([[i % 1000] for i in range(images)]))


def ours(folder, number):
    words = ["--real", f"{folder}/real.json", "--labels", f"{folder}/original.txt"]
    words += ["--classes", "1000", "--data", f"{folder}/val", "--out", f"{folder}/out{number}"]
    words += ["--device", "cpu", "--batch", str(BATCH), "--quiet"]
    program = os.environ["REASSESS_PROGRAM"]
    subprocess.run(
        [program, "run", *words, *(f"timm:{name}@{folder}/{name}.pth" for name in MODELS)],
        check=True, env={**os.environ, "REASSESS_PYTHON": sys.executable},
    )  # fmt: skip


def peer(folder, workers):
    for name in MODELS:
        weights = f"{folder}/{name}.pth"
        subprocess.run(
            [sys.executable, "-c", PEER, name, weights, f"{folder}/val", str(BATCH), str(workers)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip


def timed(run):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    run()
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def main():
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 512
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    processors = len(os.sched_getaffinity(0))
    times = {"one decoding": [], "a process a model": []}
    with tempfile.TemporaryDirectory() as folder:
        make(folder, images)
        for number in range(rounds):
            times["one decoding"].append(timed(lambda n=number: ours(folder, n)))
            times["a process a model"].append(timed(lambda: peer(folder, processors)))
    print(f"{len(MODELS)} models, {images} images, {processors} processors, {rounds} rounds")
    medians = {
        name: [statistics.median(each[i] for each in said) for i in (0, 1)]
        for name, said in times.items()
    }
    for name, (wall, cpu) in medians.items():
        each = images * len(MODELS) / wall
        print(f"{name:18} wall {wall:7.1f} s  processor {cpu:7.1f} s  {each:7.0f} results/s")
    (wall, cpu), (peer_wall, peer_cpu) = medians.values()
    print(f"ratio              wall {peer_wall / wall:7.2f}    processor {peer_cpu / cpu:7.2f}")


if __name__ == "__main__":
    main()
