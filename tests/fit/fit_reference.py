#!/usr/bin/env python3
"""fit_reference.py - gradients by PyTorch, 100 steps in NumPy, an optimum by scikit-learn.

    fit_reference.py > fit_reference.inc

The output is committed; nothing at build or test time runs this. Features, logits and labels follow
from formulas that fit_case.h repeats; all of them are exact in float.
"""
import numpy as np
import sklearn
import torch
from sklearn.linear_model import LogisticRegression

ROWS, FEATURES, CLASSES, BATCH, EPOCHS, SEED = 40, 9, 5, 8, 20, 3
MASK = (1 << 64) - 1


def features(rows=ROWS, columns=FEATURES):
    i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    return ((i * 37 + j * 101 + i * j * 13) % 97) / 64.0 - 0.75


def label(i):
    return (i * i + i // 3) % CLASSES


def labels_of(i, sets):
    """Of every third row two labels, where sets are learned."""
    own = {label(i)}
    if sets and i % 3 == 0:
        own.add((label(i) + 2) % CLASSES)
    return sorted(own)


def targets(rows, sets):
    hot = np.zeros((rows, CLASSES))
    for i in range(rows):
        hot[i, labels_of(i, sets)] = 1.0
    return hot


def torch_loss(logits, hot, loss):
    by = torch.nn.functional
    if loss == "softmax":
        return by.cross_entropy(logits, hot / hot.sum(1, keepdim=True), reduction="none")
    return by.binary_cross_entropy_with_logits(logits, hot, reduction="none").sum(1)


# ---- the order of the rows: xoshiro256** seeded by splitmix64, Lemire's bounded numbers ----

def splitmix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


class Random:
    def __init__(self, seed, stream):
        _, mixed = splitmix(stream ^ 0x6A09E667F3BCC909)
        mix, self.state = seed ^ mixed, []
        for _ in range(4):
            mix, value = splitmix(mix)
            self.state.append(value)

    def u64(self):
        s = self.state
        product = (s[1] * 5) & MASK
        result = (((product << 7) | (product >> 57)) * 9) & MASK
        shifted = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = ((s[3] << 45) | (s[3] >> 19)) & MASK
        return result

    def below(self, bound):
        product = (self.u64() >> 32) * bound
        if product & 0xFFFFFFFF < bound:
            threshold = (-bound & 0xFFFFFFFF) % bound
            while product & 0xFFFFFFFF < threshold:
                product = (self.u64() >> 32) * bound
        return product >> 32


def order(epoch):
    random, rows = Random(SEED, epoch), list(range(ROWS))
    for left in range(ROWS, 1, -1):
        other = random.below(left)
        rows[left - 1], rows[other] = rows[other], rows[left - 1]
    return rows


def numpy_run(loss, sets, lr, momentum, decay, kept):
    """100 steps; dropped rows are left out of their batch."""
    x, hot = features(), targets(ROWS, sets)
    w, b = np.zeros((CLASSES, FEATURES)), np.zeros(CLASSES)
    vw, vb = np.zeros_like(w), np.zeros_like(b)
    step, steps = 0, EPOCHS * (ROWS // BATCH)
    for epoch in range(EPOCHS):
        rows = order(epoch)
        for begin in range(0, ROWS, BATCH):
            at = [i for i in rows[begin:begin + BATCH] if not kept or i % 4 != 1]
            z = x[at] @ w.T + b
            if loss == "softmax":
                p = np.exp(z - z.max(1, keepdims=True))
                g = p / p.sum(1, keepdims=True) - hot[at] / hot[at].sum(1, keepdims=True)
            else:
                g = 1.0 / (1.0 + np.exp(-z)) - hot[at]
            g /= len(at)
            rate = lr * 0.5 * (1.0 + np.cos(np.pi * step / steps))
            vw = momentum * vw + (g.T @ x[at] + decay * w)
            vb = momentum * vb + g.sum(0)
            w, b = w - rate * vw, b - rate * vb
            step += 1
    return np.concatenate([w.ravel(), b])


def torch_run(loss, sets, decay):
    """Ten whole-batch steps of torch.optim.SGD on nn.Linear; the bias does not decay."""
    x, hot = torch.tensor(features()), torch.tensor(targets(ROWS, sets))
    layer = torch.nn.Linear(FEATURES, CLASSES, dtype=torch.float64)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    by = torch.optim.SGD([{"params": [layer.weight], "weight_decay": decay},
                          {"params": [layer.bias]}], lr=0.25, momentum=0.9)
    for _ in range(10):
        by.zero_grad()
        torch_loss(layer(x), hot, loss).mean().backward()
        by.step()
    return np.concatenate([layer.weight.detach().numpy().ravel(), layer.bias.detach().numpy()])


def gradients(loss, sets):
    logits = torch.tensor(features(ROWS, CLASSES) * 8.0, requires_grad=True)
    losses = torch_loss(logits, torch.tensor(targets(ROWS, sets)), loss)
    losses.sum().backward()
    return np.concatenate([losses.detach().numpy(), logits.grad.numpy().ravel()])


def optimum(decay):
    x, y = features(), [label(i) for i in range(ROWS)]
    found = LogisticRegression(C=1.0 / (decay * ROWS), tol=1e-14, max_iter=100000).fit(x, y)
    return np.concatenate([found.coef_.ravel(), found.intercept_ - found.intercept_.mean()])


def show(name, values):
    print(f"const std::vector<double> {name} = {{{', '.join(repr(float(v)) for v in values)}}};")


print(f"// Made by fit_reference.py with PyTorch {torch.__version__}, NumPy {np.__version__}, "
      f"scikit-learn {sklearn.__version__}.\n")
for loss in ("softmax", "sigmoid"):
    for sets in (False, True):
        name = loss.capitalize() + ("Sets" if sets else "")
        show(f"kGradient{name}", gradients(loss, sets))
        show(f"kTorch{name}", torch_run(loss, sets, 0.01))
        show(f"kNumpy{name}", numpy_run(loss, sets, 0.5, 0.9, 0.001, False))
        show(f"kNumpyKept{name}", numpy_run(loss, sets, 0.5, 0.9, 0.001, True))
show("kOptimum", optimum(0.05))
