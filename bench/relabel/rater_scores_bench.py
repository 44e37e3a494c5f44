#!/usr/bin/env python3
"""rater_scores_bench.py - what `eval --rater-scores` costs: once a run, and for each model.

    rater_scores_bench.py --data FOLDER [--program PROGRAM] [--models N] [--rounds R] [--dtype
    f32|f16]

FOLDER holds the published data (REASSESS_DATA). The model is ResNet-50's published predictions as
full-size logits in the page cache, named once and N times, with and without the scores; all four
alternate. Processor time of whole processes (user and system), medians: the machine may be shared.
"""
import argparse
import os
import resource
import statistics
import subprocess
import tempfile

SCORES = "reassessed-imagenet/scores.npz"


def processor_ms(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def make_logits(arguments, path):
    stem = os.path.join(arguments.data, "predictions", "resnet50_pytorch_imagenet_top5")
    subprocess.run([arguments.program, "synth", "logits", "--quiet", "--from-predictions",
                    stem + "preds.npy", "--pred-scores",
                    stem + "probs.npy", "--shape", "0,1000", "--dtype", arguments.dtype, "-o",
                    path], check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--program", default="build/release/reassess")
    parser.add_argument("--models", type=int, default=21)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--dtype", default="f32")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        logits = os.path.join(folder, "logits.npy")
        make_logits(arguments, logits)
        command = [arguments.program, "eval", "--quiet", "--order", "imagefolder",
                   "--real", os.path.join(arguments.data, "reassessed-imagenet", "real.json"),
                   "--labels", os.path.join(arguments.data, "ilsvrc2012_val_labels.txt")]
        scores = ["--rater-scores", os.path.join(arguments.data, SCORES)]
        kinds = {(with_scores, models): command + scores * with_scores + [logits] * models
                 for with_scores in (0, 1) for models in (1, arguments.models)}
        times = {kind: [] for kind in kinds}
        for _ in range(arguments.rounds):
            for kind, words in kinds.items():
                times[kind].append(processor_ms(words))
    median = {kind: statistics.median(found) for kind, found in times.items()}
    each = [(median[s, arguments.models] - median[s, 1]) / (arguments.models - 1) for s in (0, 1)]
    print(f"{arguments.dtype}: one model {median[0, 1]:.1f} ms, with scores {median[1, 1]:.1f} ms; "
          "each further model "
          f"{each[0]:.1f} ms, with scores {each[1]:.1f} ms: {each[1] / each[0]:.2f}x")


main()
