#!/usr/bin/env python3
"""crowdkit_reference.py - Dawid-Skene by crowd-kit, to check `reassess aggregate --method em`
against.

    crowdkit_reference.py make FOLDER      writes votes and what crowd-kit makes of them
    crowdkit_reference.py check REASSESS RATERS.npz
                                           both on all published votes, 20 iterations; exit 1 if
                                           apart

Needs crowd-kit 1.4.2 and NumPy, in an environment of their own:

    python3 -m venv /tmp/crowdkit && /tmp/crowdkit/bin/pip install crowd-kit==1.4.2 numpy

tests/relabel/data/ holds what `make` wrote: votes_binary.csv and votes_ternary.csv with an answer a
line, and the scores after ITERATIONS iterations, and the matrices, in *_expected.csv. Of binary
answers crowd-kit's own fit() is asked. It takes every answer for a possible truth, so for three
answers and two truths its M and E steps are driven from here, from the same first guess: yes 1,
maybe 0.5, no 0, averaged. Both are without smoothing (crowd-kit bounds cells from below by 1e-10).
"""
import csv
import os
import random
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from crowdkit.aggregation import DawidSkene

ITERATIONS = 20
ANSWERS = ("no", "maybe", "yes")
VALUE = {"no": 0.0, "maybe": 0.5, "yes": 1.0}


def draw_votes(answers, seed):
    """40 pairs of 10 images, 8 raters of very different skill, 3 to 6 answers a pair."""
    generator = random.Random(seed)
    votes = []
    skill = [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.3]
    for pair in range(40):
        present = generator.random() < 0.35
        for rater in sorted(generator.sample(range(8), generator.randint(3, 6))):
            right = generator.random() < skill[rater]
            answer = "yes" if present == right else "no"
            if "maybe" in answers and generator.random() < 0.2:
                answer = "maybe"
            votes.append((f"r{rater}", f"image{pair // 4}.jpg", 100 + pair % 4, answer))
    return votes


def to_frame(votes):
    return pd.DataFrame({"task": [f"{v[1]}/{v[2]}" for v in votes], "worker": [v[0] for v in votes],
                         "label": [v[3] for v in votes]})


def fit(votes):
    """crowd-kit's own EM. Returns P(yes) by task and P(answer | truth) by (rater, answer)."""
    model = DawidSkene(n_iter=ITERATIONS, tol=-1e300).fit(to_frame(votes))
    return model.probas_["yes"], model.errors_


def drive(votes):
    """crowd-kit's steps with two truths, whatever the answers."""
    frame = to_frame(votes)
    yes = frame.assign(v=frame.label.map(VALUE)).groupby("task", sort=False).v.mean()
    probas = pd.DataFrame({"no": 1.0 - yes, "yes": yes})
    for _ in range(ITERATIONS):
        priors = probas.mean()
        errors = DawidSkene._m_step(frame, probas)
        probas = DawidSkene._e_step(frame, priors, errors)
    return probas["yes"], errors


def write_case(folder, name, votes, scores, errors):
    with open(os.path.join(folder, f"votes_{name}.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("rater", "image", "label", "answer"))
        writer.writerows(votes)
    with open(os.path.join(folder, f"votes_{name}_expected.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for task, score in scores.items():
            writer.writerow(("score", *task.split("/"), repr(float(score))))
        for (rater, answer), row in errors.iterrows():
            writer.writerow(("matrix", rater, answer, repr(float(row["no"])),
                             repr(float(row["yes"]))))


def make(folder):
    binary = draw_votes(("no", "yes"), 5)
    write_case(folder, "binary", binary, *fit(binary))
    ternary = draw_votes(ANSWERS, 6)
    write_case(folder, "ternary", ternary, *drive(ternary))


def check(program, raters_path):
    archive = np.load(raters_path)
    tensor, info = archive["tensor"], archive["info"]
    rater, pair, answer = np.nonzero(tensor)
    order = np.lexsort((rater, pair))
    frame = pd.DataFrame({"task": pair[order], "worker": rater[order],
                          "label": np.array(ANSWERS)[answer[order]]})
    yes = (tensor[:, :, 2] + 0.5 * tensor[:, :, 1]).sum(0) / tensor.sum((0, 2))
    probas = pd.DataFrame({"no": 1.0 - yes, "yes": yes}, index=pd.RangeIndex(len(yes), name="task"))
    for _ in range(ITERATIONS):
        priors = probas.mean()
        probas = DawidSkene._e_step(frame, priors, DawidSkene._m_step(frame, probas))
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "scores.npz")
        subprocess.run([program, "aggregate", "--method", "em", "--smoothing", "0", "--iterations",
                        str(ITERATIONS), "--tolerance", "0", "--votes", raters_path, "--labels",
                        "none", "--scores-out", out, "--quiet"], check=True)
        scores = np.load(out)
        assert (scores["info"] == info).all()
        apart = np.abs(scores["tensor"] - probas["yes"].sort_index().to_numpy()).max()
    print(f"{len(yes)} pairs, {len(frame)} answers, {ITERATIONS} iterations: largest difference "
          f"{apart:.3g}")
    return 0 if apart < 1e-6 else 1


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "make":
        make(sys.argv[2])
    elif len(sys.argv) == 4 and sys.argv[1] == "check":
        sys.exit(check(*sys.argv[2:]))
    else:
        sys.exit(__doc__)
