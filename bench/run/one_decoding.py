"""one_decoding.py - eight small models over the same images: one decoding, or one process a model.

    python bench/run/one_decoding.py [IMAGES [ROUNDS [one]]]    # with PYTHONPATH, REASSESS_LIBRARY,
                                                                # REASSESS_PROGRAM; docs/PYTHON.md

Needs PyTorch, timm and Pillow. Weights are random, which costs the same time. The peer is what
timm's bulk runner does: a process for each model, with timm's loader of as many workers as there
are processors, and counts of top-1 and top-5. Both take turns, with all images and with a quarter of
them: the difference is what images cost, without the start of Python and PyTorch, which is eight
times as long for the peer and nothing beside 50,000 images. With "one" the peer starts once and goes
through its models in turn, each with a loader of its own. Medians of wall and processor time are
printed, and how many results - an image through a model - that is a second.
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
weights, data, batch, workers, *names = sys.argv[1:]
for name in names:
    model = timm.create_model(name)
    model.load_state_dict(torch.load(f"{weights}/{name}.pth", weights_only=True))
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
    """Images as large as those of ImageNet, in one class folder, and their labels."""
    from PIL import Image

    draw = random.Random(1)
    os.makedirs(f"{folder}/val/n00000000")
    for number in range(images):
        noise = Image.frombytes("RGB", (50, 38), draw.randbytes(50 * 38 * 3))
        noise.resize((500, 375), Image.Resampling.BICUBIC).save(
            f"{folder}/val/n00000000/ILSVRC2012_val_{number + 1:08d}.JPEG", quality=95
        )
    with open(f"{folder}/original.txt", "w", encoding="ascii") as to:
        to.writelines(f"{i % 1000}\n" for i in range(images))
    with open(f"{folder}/real.json", "w", encoding="ascii") as to:
        to.write(str([[i % 1000] for i in range(images)]))


def make_weights(folder):
    import timm
    import torch

    for name in MODELS:
        torch.save(timm.create_model(name).state_dict(), f"{folder}/{name}.pth")


def ours(folder, weights, number):
    words = ["--real", f"{folder}/real.json", "--labels", f"{folder}/original.txt"]
    words += ["--classes", "1000", "--data", f"{folder}/val", "--out", f"{folder}/out{number}"]
    words += ["--device", "cpu", "--batch", str(BATCH), "--quiet"]
    program = os.environ["REASSESS_PROGRAM"]
    subprocess.run(
        [program, "run", *words, *(f"timm:{name}@{weights}/{name}.pth" for name in MODELS)],
        check=True, env={**os.environ, "REASSESS_PYTHON": sys.executable},
    )  # fmt: skip


def peer(folder, weights, workers, once):
    words = [weights, f"{folder}/val", str(BATCH), str(workers)]
    for names in [MODELS] if once else [(name,) for name in MODELS]:
        subprocess.run(
            [sys.executable, "-c", PEER, *words, *names], check=True, stdout=subprocess.DEVNULL
        )


def timed(run):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    run()
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def show(what, results, times):
    """Times are pairs of wall and processor time, ours and the peer's of each round."""
    ours_of, peer_of = ([statistics.median(each) for each in zip(*said)] for said in times)
    print(what)
    for name, (wall, cpu) in (("one decoding", ours_of), ("one for each model", peer_of)):
        rate = f"{results / wall:6.1f} and {results / cpu:6.1f} results/s"
        print(f"  {name:18} wall {wall:7.1f} s  processor {cpu:7.1f} s  {rate}")
    wall, cpu = (theirs / mine for mine, theirs in zip(ours_of, peer_of))
    print(f"  {'ratio':18} wall {wall:7.2f}    processor {cpu:7.2f}", flush=True)


def main():
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 512
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    once = sys.argv[3:] == ["one"]
    processors = len(os.sched_getaffinity(0))
    counts = (images // 4, images)
    times = {count: ([], []) for count in counts}
    with tempfile.TemporaryDirectory() as folder:
        make_weights(folder)
        for count in counts:
            make(f"{folder}/{count}", count)
        for number in range(rounds):
            for count in counts:
                place = f"{folder}/{count}"
                times[count][0].append(timed(lambda p=place: ours(p, folder, number)))
                times[count][1].append(timed(lambda p=place: peer(p, folder, processors, once)))
    print(f"{len(MODELS)} models, {processors} processors, {rounds} rounds")
    show(f"{images} images", images * len(MODELS), times[images])
    more = [
        [[b - a for a, b in zip(few, many)] for few, many in zip(*said)]
        for said in zip(*(times[count] for count in counts))
    ]
    show(f"{images - counts[0]} images more", (images - counts[0]) * len(MODELS), more)


if __name__ == "__main__":
    main()
