"""What came of the rows: the record of `reassess eval`, and what can be done with it."""

from __future__ import annotations

import ctypes
import html
import json
import os
from dataclasses import dataclass
from typing import Any

from . import _checks, _library, _words
from .errors import FileError


@dataclass(frozen=True)
class Metric:
    """A proportion with its error bars; docs/METRICS.md defines each by its name.

    Attributes:
        name: "real_top1", ...
        value: a fraction from 0 to 1, never rounded; None where there is none, and `reason` why.
        correct: how many; None of a mean over classes.
        total: of how many rows; of a mean over classes, how many classes.
        stderr: standard error, None where there is none.
        ci95: the 95 % interval, (low, high), None where there is none.
        reason: why there is no value, else None.

    `float()` of it is the value, and so is what a format makes of it: f"{metric:.2%}". `str()` has
    value, interval and counts on one line.
    """

    name: str
    value: float | None
    correct: int | None
    total: int | None
    stderr: float | None
    ci95: tuple[float, float] | None
    reason: str | None

    def __float__(self) -> float:
        if self.value is None:
            raise ValueError(f"{self.name} has no value: {self.reason}")
        return self.value

    def __format__(self, form: str) -> str:
        return format(float(self), form) if form else str(self)

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name}: no value: {self.reason}"
        text = f"{self.name}: {100 * self.value:.2f} %"
        if self.ci95 is not None:
            text += f" [{100 * self.ci95[0]:.2f}, {100 * self.ci95[1]:.2f}]"
        counts = "" if self.correct is None else f", {self.correct} of {self.total}"
        return text + counts


def _metric(name: str, member: dict[str, Any]) -> Metric:
    interval = member.get("ci95")
    return Metric(
        name,
        member.get("value"),
        member.get("correct"),
        member.get("total"),
        member.get("stderr"),
        None if interval is None else (interval[0], interval[1]),
        member.get("reason"),
    )


class Result:
    """The numbers of one model.

    Each metric of the record is an attribute: `imagenet_top1`, `imagenet_top5`, `real_top1`,
    `real_top5`, `real_second`, `real_second_given_first`, `real_third`, ..., `imagenet_macro_top1`,
    `real_macro_top1`; their names follow `topk`. So are its other parts, as dictionaries: `oracle`,
    `choice`, `disagreements`, `calibration` (None unless it was asked for), `rows` (counts of rows
    with a NaN, with an infinite maximum, with ties).

    `real_sets` has the numbers by each further label set, under its name, as dictionaries of the
    record (`result.real_sets["cleaner"]["metrics"]["real_top1"]["value"]`).

    `str(result)` is the table that `reassess eval` prints.
    """

    imagenet_top1: Metric
    imagenet_top5: Metric
    real_top1: Metric
    real_top5: Metric
    oracle: dict[str, Any]
    choice: dict[str, Any]
    disagreements: dict[str, Any]
    calibration: dict[str, Any] | None
    rows: dict[str, Any]

    def __init__(self, handle: ctypes.c_void_p, scorer: Any) -> None:
        self._handle = handle
        self._scorer = scorer  # of the library, whose labels and order the result points to
        self._json = (_library.result_json(handle) or b"").decode()
        self._table = (_library.result_table(handle) or b"").decode()
        record = self.to_dict()
        self.model: str = record["model"]
        self.warnings: list[str] = [
            _words.of_package(text, record["input"]["order"]) for text in record["warnings"]
        ]
        self.metrics: dict[str, Metric] = {
            name: _metric(name, member) for name, member in record["metrics"].items()
        }
        self.real_sets: dict[str, dict[str, Any]] = record.get("real_sets", {})
        for part in ("oracle", "choice", "disagreements", "calibration", "rows"):
            setattr(self, part, record.get(part))

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            _library.result_free(self._handle)

    def __copy__(self) -> "Result":
        """Itself: a result never changes."""
        return self

    def __deepcopy__(self, memo: Any) -> "Result":
        return self

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a Result stays in its process: take to_dict() of it, or save() it")

    def __getattr__(self, name: str) -> Metric:
        metrics = self.__dict__.get("metrics", {})
        if name in metrics:
            found: Metric = metrics[name]
            return found
        raise AttributeError(
            f"a result has no {name!r}; its metrics are {', '.join(metrics) or 'not there'}"
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.metrics]

    def to_dict(self) -> dict[str, Any]:
        """The record, as `reassess eval --json` writes it (docs/RECORD.md)."""
        record: dict[str, Any] = json.loads(self._json)
        return record

    def to_json(self) -> str:
        """The same as text, on one line without its end."""
        return self._json.rstrip("\n")

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Writes what `reassess sweep` writes of a model into `folder`, which is made.

        The record, the tally, and the first predictions of every image where the scorer kept some;
        `reassess merge`, `compare` and `report` go on from there. Results of the same model are
        replaced.

        Args:
            folder: a path.

        Raises:
            MismatchError: some images never came.
            FileError: the files cannot be written.
            UsageError: no path, or a name of the model that no file can have.
        """
        self._save(folder, None)

    def _save(self, folder: str | os.PathLike[str], made_from: bytes | None) -> None:
        """With what it was made from, by which a later run tells whether it is still good."""
        path = _checks.path(folder, "the folder of results")
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as said:
            reason, advice = said.strerror or str(said), "name another folder"
            raise FileError(
                f"{path}: {reason}; {advice}", file=path, reason=reason, advice=advice
            ) from said
        _library.call("result_save", self._handle, os.fsencode(path), made_from)

    def __str__(self) -> str:
        return self._table.rstrip("\n")

    def __repr__(self) -> str:
        shown = [
            f"{name} {metric.value:.4f}"
            for name, metric in self.metrics.items()
            if name in ("imagenet_top1", "real_top1") and metric.value is not None
        ]
        return f"<reassess.Result of {self.model}: {', '.join(shown) or 'no values'}>"

    def _repr_html_(self) -> str:
        lines = [
            "<table><thead><tr><th>metric</th><th>%</th><th>95 % interval</th><th>of</th></tr>"
            "</thead><tbody>"
        ]
        for name, metric in self.metrics.items():
            if metric.value is None:
                value, interval = html.escape(metric.reason or ""), ""
            else:
                value = f"{100 * metric.value:.2f}"
                interval = " to ".join(f"{100 * x:.2f}" for x in metric.ci95 or ())
            lines.append(
                f"<tr><td>{html.escape(name)}</td><td>{value}</td><td>{interval}</td>"
                f"<td>{'' if metric.total is None else metric.total}</td></tr>"
            )
        lines.append("</tbody></table>")
        lines.extend(f"<p>{html.escape(text)}</p>" for text in self.warnings)
        return f"<div><b>{html.escape(self.model)}</b>{''.join(lines)}</div>"
