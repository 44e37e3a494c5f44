"""A slow account of docs/METRICS.md: what a record, a CSV of classes and lines of rows have to say.

Written from the definitions alone, one row after the other, with fractions where the product has
integers; nothing of the product is used. Plain Python, so that it runs wherever Python does.
"""
import math
from fractions import Fraction

Z = 1.959963984540054
BINS = 15


class Labels:
    """original[i] (-1: unknown) and the set real[i] of image i."""

    def __init__(self, classes, original, real):
        self.classes, self.original, self.real = classes, original, real


class Model:
    """Rows as they come out of the file. Of logits `rows` are lists of values by column; of ranked
    predictions, lists of classes, best first."""

    def __init__(self, name, content, dtype, rows, columns):
        self.name, self.content, self.dtype = name, content, dtype
        self.rows, self.columns = rows, columns


class Row:
    """One row, scored: its classes in order, and what is known of its labels' ranks."""

    def __init__(self, values, ranked, complete, y, labels):
        self.y, self.set = y, sorted(labels)
        self.values = values      # by class; None for predictions
        self.nan = values is not None and any(math.isnan(v) for v in values.values())
        self.ranked = [] if self.nan else ranked
        self.complete = complete  # classes that are not listed come nowhere
        self.rank = self.rank_of(y) if y >= 0 else None
        ranks = [r for r in map(self.rank_of, self.set) if r is not None]
        self.real_rank = min(ranks) if ranks else None

    def rank_of(self, wanted):
        return self.ranked.index(wanted) + 1 if wanted in self.ranked else None

    def says(self, k):
        """The k-th prediction, or None."""
        return self.ranked[k - 1] if len(self.ranked) >= k else None

    def real_at(self, k):
        return self.says(k) is not None and self.says(k) in self.set


def rows_of(model, labels, order, class_map, begin, end):
    """Rows begin to end - 1 of the file, each with the labels of its image."""
    for at in range(begin, end):
        image = order[at]
        y, labels_of_row = labels.original[image], labels.real[image]
        if model.content == "predictions":
            yield Row(None, model.rows[at], False, y, labels_of_row)
            continue
        values = {}
        for column, value in enumerate(model.rows[at]):
            into = column if class_map is None else class_map[column]
            if into < 0:
                continue
            if into not in values or math.isnan(value) or value > values[into]:
                values[into] = values[into] if math.isnan(values.get(into, 0.0)) else value
        ranked = [] if any(map(math.isnan, values.values())) else sorted(
            values, key=lambda c: (-values[c], c))
        yield Row(values, ranked, True, y, labels_of_row)


# ---- proportions ----

def proportion(correct, total, known=True):
    if total == 0 or not known:
        return None
    p = correct / total
    spread = Z * math.sqrt(p * (1 - p) / total + Z * Z / (4 * total * total))
    middle, scale = p + Z * Z / (2 * total), 1 + Z * Z / total
    return {"value": p, "correct": correct, "total": total,
            "stderr": math.sqrt(p * (1 - p) / total),
            "ci95": [max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)]}


def share(rows, among, right, known=True):
    counted = [row for row in rows if among(row)]
    return proportion(sum(1 for row in counted if right(row)), len(counted), known)


def macro(rows, classes, among, right, known):
    shares = []
    for c in range(classes):
        counted = [row for row in rows if row.y == c and among(row)]
        if counted:
            shares.append(sum(1 for row in counted if right(row)) / len(counted))
    if not shares or not known:
        return None
    return {"value": sum(shares) / len(shares), "correct": None, "total": len(shares)}


def metrics_of(rows, labels, model, topk):
    def reaches(k): # predictions know no rank beyond their number, unless they name every class
        return model.content == "logits" or k <= model.columns or labels.classes <= model.columns

    def known(row):
        return row.y >= 0

    def has_set(row):
        return bool(row.set)

    made = {}
    for k in topk:
        def right(row, k=k):
            return row.rank is not None and row.rank <= k

        def real_right(row, k=k):
            return row.real_rank is not None and row.real_rank <= k

        made[f"imagenet_top{k}"] = share(rows, known, right, reaches(k))
        made[f"real_top{k}"] = share(rows, has_set, real_right, reaches(k))
        made[f"imagenet_macro_top{k}"] = macro(rows, labels.classes, known, right, reaches(k))
        made[f"real_macro_top{k}"] = macro(rows, labels.classes, has_set, real_right, reaches(k))

    def at(size, *wanted):
        return lambda row: len(row.set) >= size and all(row.real_at(k) for k in wanted)

    for name, size, given in (("real_second", 2, ()), ("real_second_given_first", 2, (1,)),
                              ("real_third", 3, ()), ("real_third_given_first", 3, (1,)),
                              ("real_third_given_first_second", 3, (1, 2))):
        made[name] = share(rows, at(size, *given), at(size, size), reaches(size))
    return made


# ---- the oracle ----

def distribution(sizes):
    """P(X = x) of a sum of draws that are right with chance 1/size."""
    chances = [Fraction(1)]
    for size in sizes:
        p = Fraction(1, size) if size else Fraction(0)
        chances = [(chances[x] if x < len(chances) else 0) * (1 - p) +
                   (chances[x - 1] * p if x > 0 else 0) for x in range(len(chances) + 1)]
    return chances


def class_of_oracle(rows, c, in_set):
    """Of one class: its rows, what is right, the oracle's mean and its distribution."""
    counted = [row for row in rows if row.y == c and row.set and (row.y in row.set or not in_set)]
    sizes = [len(row.set) if row.y in row.set else 0 for row in counted]
    return {"rows": len(counted), "correct": sum(1 for row in counted if row.rank == 1),
            "sizes": sizes, "sum": sum((Fraction(1, s) for s in sizes if s), Fraction(0)),
            "chance": distribution(sizes)}


def oracle_of(per_class, cut):
    rows = sum(c["rows"] for c in per_class)
    if rows == 0:
        return None
    sizes = [size for c in per_class for size in c["sizes"]]
    correct = sum(c["correct"] for c in per_class)
    variance = sum(Fraction(1, s) * (1 - Fraction(1, s)) for s in sizes if s)
    considered = [c for c in per_class if c["rows"] and c["sum"] / c["rows"] < Fraction(str(cut))]
    tails = sorted(sum(c["chance"][c["correct"]:]) for c in considered)
    significant = 0
    while significant < len(tails) and tails[significant] * (len(tails) - significant) <= Fraction(
            1, 20):
        significant += 1
    gaps = [Fraction(c["correct"], c["rows"]) - c["sum"] / c["rows"] for c in considered]
    return {"rows": rows, "expected": float(sum(c["sum"] for c in per_class) / rows),
            "stddev": math.sqrt(variance) / rows, "model": correct / rows, "model_correct": correct,
            "classes_below_cut": len(considered),
            "classes_model_above": sum(1 for c in considered if c["correct"] > c["sum"]),
            "classes_expected_above": float(sum(
                sum(c["chance"][math.floor(c["sum"]) + 1:]) for c in considered)),
            "classes_significant": significant,
            "mean_gap": float(sum(gaps) / len(gaps)) if gaps else None}


def choice_of(rows, per_class, cut):
    """Which of several valid labels is said, over the rows that say one of them."""
    counted = [row for row in rows if row.y >= 0 and row.y in row.set and len(row.set) >= 2 and
               row.real_at(1)]
    if not counted:
        return None
    n, original = len(counted), sum(1 for row in counted if row.rank == 1)
    chances = [Fraction(1, len(row.set)) for row in counted]
    expected, deviation = sum(chances) / n, math.sqrt(sum(p * (1 - p) for p in chances)) / n
    classes = []
    for c, oracle in enumerate(per_class):
        mine = [row for row in counted if row.y == c]
        if mine and oracle["sum"] / oracle["rows"] < Fraction(str(cut)):
            chance = distribution([len(row.set) for row in mine])
            whole = math.floor(sum(Fraction(1, len(row.set)) for row in mine))
            right = sum(1 for row in mine if row.rank == 1)
            classes.append((right > whole, sum(chance[whole + 1:]), sum(chance[right:])))
    tails = sorted(tail for _, _, tail in classes)
    significant = 0
    while significant < len(tails) and tails[significant] * (len(tails) - significant) <= Fraction(
            1, 20):
        significant += 1
    return {"rows": n, "original": {"value": original / n, "correct": original, "total": n},
            "expected": float(expected), "stddev": deviation,
            "z": (original / n - float(expected)) / deviation,
            "p": float(sum(distribution([len(row.set) for row in counted])[original:])),
            "classes": len(classes), "classes_above": sum(1 for above, _, _ in classes if above),
            "classes_expected_above": float(sum(chance for _, chance, _ in classes)),
            "classes_significant": significant}


def disagreements_of(rows):
    counted = [row for row in rows if row.y >= 0 and row.set]
    if not counted:
        return None
    kinds = {"prediction_only": 0, "label_only": 0, "both": 0, "neither": 0}
    for row in counted:
        if row.rank != 1:
            kinds[[["neither", "label_only"], ["prediction_only", "both"]]
                  [row.real_at(1)][row.y in row.set]] += 1
    decided = kinds["prediction_only"] + kinds["label_only"]
    return {"total": sum(kinds.values()), **kinds,
            "preference": kinds["prediction_only"] / decided if decided else None}


# ---- calibration ----

class Sums:
    """Of the rows by one kind of labels."""

    def __init__(self):
        self.rows, self.nll, self.nll_rows = 0, 0.0, 0
        self.bins = [[0, 0.0] for _ in range(BINS)]  # right answers, confidence

    def add(self, nll, right, confidence):
        self.rows += 1
        if nll < math.inf:
            self.nll += nll
            self.nll_rows += 1
        held = self.bins[min(BINS - 1, int(BINS * confidence))]
        held[0] += right
        held[1] += confidence

    def error(self):
        if self.rows == 0:
            return None
        return sum(abs(right - total) for right, total in self.bins) / self.rows

    def mean(self):
        return self.nll / self.nll_rows if self.nll_rows else None


def negative_log(values, wanted, total, largest, probabilities):
    """-log of the probability of the classes `wanted`."""
    there = [values[c] for c in wanted if c in values]
    if probabilities:
        mass = sum(there)
        return math.inf if mass <= 0 else -math.log(min(1.0, mass))
    best = max(there, default=-math.inf)
    if best == -math.inf:
        return math.inf
    inside = sum(math.exp(v - best) for v in there)
    others = sum(math.exp(v - largest) for c, v in values.items() if c not in wanted)
    if best - largest > -30:
        return math.log1p(others / (inside * math.exp(best - largest)))
    return math.log(total) - (best - largest) - math.log(inside)


def calibration_of(rows, probabilities):
    """The numbers, and whether a confidence is so near the edge of a bin that rounding decides."""
    by_label, by_real = Sums(), Sums()
    counted, confidence_sum, near_edge = 0, 0.0, False
    for row in rows:
        largest = max(row.values.values(), default=-math.inf) if not row.nan else math.nan
        if not math.isfinite(largest) or (probabilities and largest < 0):
            continue
        total = 1.0 if probabilities else sum(math.exp(v - largest) for v in row.values.values())
        confidence = largest if probabilities else 1 / total
        counted += 1
        confidence_sum += confidence
        scaled = BINS * confidence
        near_edge |= abs(scaled - round(scaled)) < 1e-5 and confidence < 0.999
        if row.y >= 0:
            by_label.add(negative_log(row.values, [row.y], total, largest, probabilities),
                         row.rank == 1, confidence)
        if row.set:
            by_real.add(negative_log(row.values, row.set, total, largest, probabilities),
                        row.real_rank == 1, confidence)
    return {"rows": counted, "left_out": len(rows) - counted,
            "nll": by_label.mean(), "nll_rows": by_label.nll_rows,
            "real_nll": by_real.mean(), "real_nll_rows": by_real.nll_rows,
            "confidence": confidence_sum / counted if counted else None,
            "ece": by_label.error(), "real_ece": by_real.error()}, near_edge


# ---- all of it ----

def flags_of(rows):
    """Rows whose largest value is +inf, those in which another class equals the first, and those in
    which all do; and how many hold values in an order."""
    found = {"inf": 0, "tied": 0, "constant": 0, "looked": 0}
    for row in rows:
        if row.nan or len(row.ranked) == 0:
            continue
        values = [row.values[c] for c in row.ranked]
        found["looked"] += 1
        found["inf"] += values[0] == math.inf
        found["tied"] += len(values) > 1 and values[1] == values[0]
        found["constant"] += len(values) > 1 and values[-1] == values[0]
    return found


def percent(correct, total):
    return "" if total == 0 else f"{100.0 * correct / total:.2f}"


def class_line(rows, c, oracle):
    """The cells of a class from `images` on; of the last, a number."""
    of_class = [row for row in rows if row.y == c]
    with_set = [row for row in of_class if row.set]
    correct = sum(1 for row in of_class if row.rank == 1)
    real = sum(1 for row in with_set if row.real_rank == 1)
    cells = [str(len(of_class)), str(correct), percent(correct, len(of_class)), str(len(with_set)),
             str(real), percent(real, len(with_set)), str(oracle["rows"])]
    if oracle["rows"] == 0:
        return cells + ["", "", ""], None
    mean = float(oracle["sum"] / oracle["rows"])
    return (cells + [f"{100.0 * mean:.2f}", percent(oracle["correct"], oracle["rows"])],
            float(sum(oracle["chance"][oracle["correct"]:])))


def row_line(row, at, image, keep, content):
    line = {"row": at, "image": image, "original": row.y if row.y >= 0 else None, "real": row.set,
            "predictions": row.ranked[:keep], "rank": row.rank, "real_rank": row.real_rank,
            "imagenet_correct": row.rank == 1 if row.y >= 0 else None,
            "real_correct": row.real_rank == 1 if row.set else None, "nan": row.nan}
    if content == "logits":
        line["values"] = [row.values[c] if math.isfinite(row.values[c]) else None
                          for c in row.ranked[:keep]]
    return line
