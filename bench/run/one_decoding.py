"""one_decoding.py - eight small models over the same images: one decoding, or one process a model.

    python bench/run/one_decoding.py [--images N] [--size 500x375] [--models small] [--rounds 3]
                                     # with PYTHONPATH, REASSESS_LIBRARY, REASSESS_PROGRAM;
                                     # docs/PYTHON.md

Needs PyTorch, timm and Pillow. Weights are random, which costs the same time. `small` are models
that are in use, `smallest` those that timm has for its tests. The peer is what
timm's bulk runner does: a process for each model, with timm's loader of as many workers as there
are processors, and counts of top-1 and top-5. Both take turns, with all images and with a quarter
of them: the difference is what images cost, without the start of Python and PyTorch, which is eight
times as long for the peer and nothing beside 50,000 images. With --once the peer starts once and
goes through its models in turn, each with a loader of its own. Medians of wall and processor time
are printed, and how many results - an image through a model - that is a second; then what the ratio
of processor times can be: with D for decoding and resizing an image and F for a forward pass, each
measured alone on one thread, n models cost the peer n (D + F) and one decoding D + n F.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

MODELS = {
    "small": (
        "lcnet_050", "lcnet_075", "lcnet_100", "mobilenetv3_small_050", "mobilenetv3_small_075",
        "mobilenetv3_small_100", "mobilenetv2_035", "mnasnet_small",
    ),
    "smallest": (
        "test_vit", "test_vit2", "test_vit3", "test_convnext", "test_convnext2", "test_convnext3",
        "test_efficientnet_gn", "test_efficientnet_evos",
    ),
}  # fmt: skip
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


def make(folder, images, size):
    """Images with details ten pixels wide, in one class folder, and their labels."""
    from PIL import Image

    draw = random.Random(1)
    os.makedirs(f"{folder}/val/n00000000")
    for number in range(images):
        width, height = (-(-side // 10) for side in size)
        noise = Image.frombytes("RGB", (width, height), draw.randbytes(width * height * 3))
        noise.resize(size, Image.Resampling.BICUBIC).save(
            f"{folder}/val/n00000000/ILSVRC2012_val_{number + 1:08d}.JPEG", quality=95
        )
    with open(f"{folder}/original.txt", "w", encoding="ascii") as to:
        to.writelines(f"{i % 1000}\n" for i in range(images))
    with open(f"{folder}/real.json", "w", encoding="ascii") as to:
        to.write(str([[i % 1000] for i in range(images)]))


def make_weights(folder, models):
    import timm
    import torch

    for name in models:
        torch.save(timm.create_model(name).state_dict(), f"{folder}/{name}.pth")


def ours(folder, weights, models, number):
    words = ["--real", f"{folder}/real.json", "--labels", f"{folder}/original.txt"]
    words += ["--classes", "1000", "--data", f"{folder}/val", "--out", f"{folder}/out{number}"]
    words += ["--device", "cpu", "--batch", str(BATCH), "--quiet"]
    program = os.environ["REASSESS_PROGRAM"]
    subprocess.run(
        [program, "run", *words, *(f"timm:{name}@{weights}/{name}.pth" for name in models)],
        check=True, env={**os.environ, "REASSESS_PYTHON": sys.executable},
    )  # fmt: skip


def peer(folder, weights, models, workers, once):
    words = [weights, f"{folder}/val", str(BATCH), str(workers)]
    for names in [models] if once else [(name,) for name in models]:
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


def least(run, rounds=5):
    """The processor time of this thread."""
    times = []
    for _ in range(rounds):
        begin = time.thread_time()
        run()
        times.append(time.thread_time() - begin)
    return min(times)


def show_parts(folder, models):
    """What decoding and forward passes cost by themselves, and what follows for the ratio."""
    import timm
    import torch

    from reassess.run import decode, specs, zoo

    torch.set_num_threads(1)
    recipe = zoo.of("timm").recipe(specs.Spec("timm", models[0], checkpoint="none"))
    image = f"{folder}/val/n00000000/ILSVRC2012_val_00000001.JPEG"
    with open(image, "rb") as file:
        data = file.read()
    decoding = least(lambda: decode.decode(data, recipe.geometry))
    _, (width, height) = decode.decode(data, recipe.geometry)
    passing = 0.0
    values = torch.rand(16, 3, height, width)
    with torch.inference_mode():
        for name in models:
            model = timm.create_model(name).eval()
            passing += least(lambda m=model: m(values), 3) / len(values) / len(models)
    n = len(models)
    ratio = n * (decoding + passing) / (decoding + n * passing)
    print(
        f"alone: D {1e3 * decoding:.1f} ms of a JPEG of {len(data) // 1000} KB, F "
        f"{1e3 * passing:.1f} ms; n (D + F) / (D + n F) = {ratio:.2f}"
    )


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--size", default="500x375", help="of the JPEGs, in pixels")
    parser.add_argument("--models", choices=MODELS, default="small")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", action="store_true", help="the peer starts once")
    return parser.parse_args()


def main():
    options = parse_arguments()
    images, models = options.images, MODELS[options.models]
    size = tuple(int(side) for side in options.size.split("x"))
    processors = len(os.sched_getaffinity(0))
    counts = (images // 4, images)
    times = {count: ([], []) for count in counts}
    with tempfile.TemporaryDirectory() as folder:
        make_weights(folder, models)
        for count in counts:
            make(f"{folder}/{count}", count, size)
        show_parts(f"{folder}/{images}", models)
        for number in range(options.rounds):
            for count in counts:
                mine, theirs = times[count]
                at = (f"{folder}/{count}", folder, models)
                mine.append(timed(lambda a=at: ours(*a, number)))
                theirs.append(timed(lambda a=at: peer(*a, processors, options.once)))
    print(f"{len(models)} models, {processors} processors, {options.rounds} rounds")
    show(f"{images} images", images * len(models), times[images])
    more = [
        [[b - a for a, b in zip(few, many)] for few, many in zip(*said)]
        for said in zip(*(times[count] for count in counts))
    ]
    show(f"{images - counts[0]} images more", (images - counts[0]) * len(models), more)


if __name__ == "__main__":
    main()
