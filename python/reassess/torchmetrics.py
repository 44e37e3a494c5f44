"""ReaL accuracy as a metric of torchmetrics, exact over any number of ranks."""

from __future__ import annotations

from typing import Any

import torch
from torchmetrics import Metric

from .labels import Labels
from .result import Result
from .scorer import Scorer, Sets


class ReaL(Metric):
    """Scores logits against the ReaL labels, in a loop, under `torchrun`, or in Lightning.

    Its state is a row of bytes, of the same length on every rank, that keeps each image apart:
    ranks are merged, not summed, so an image that a sampler gives to two of them counts once. What
    `compute` gives is what one process would have given, to the last bit.

    Args:
        labels, order, options: as `reassess.Scorer` takes them; nothing is kept for files unless
            `keep` or `real` says so, because the state of every image travels.
        real: further label sets of the same images, by name, as `reassess.Scorer` takes them. They
            are counted from predictions that are kept: `keep` is 10 then, unless it is given.

    `update(logits, index)` is that of `Scorer`; `forward` is the same and gives nothing back. After
    `compute` the full `Result`, with intervals, is in `result`.

    Raises:
        ReassessError: as `reassess.Scorer` raises it.
    """

    full_state_update = False
    is_differentiable = False
    higher_is_better = True
    result: Result | None

    def __init__(
        self,
        labels: Labels | None = None,
        order: str = "imagefolder",
        *,
        real: Sets | None = None,
        **options: Any,
    ) -> None:
        given = {
            name: options.pop(name)
            for name in ("topk", "calibration", "keep", "class_map", "values", "threads", "name")
            if name in options
        }
        super().__init__(**options)
        if not real:
            given.setdefault("keep", 0)
        self.scorer = Scorer(labels, order=order, real=real, **given)
        self.result = None
        self.add_state(
            "outcomes", default=torch.zeros(0, dtype=torch.uint8), dist_reduce_fx=self._merge
        )

    def _merge(self, ranks: torch.Tensor) -> torch.Tensor:
        whole = self._scorer_of(ranks[0])
        for rank in ranks[1:]:
            whole.merge(_bytes(rank), once=True)
        return _tensor(whole.state(), ranks.device)

    def _scorer_of(self, state: torch.Tensor) -> Scorer:
        return Scorer.from_state(_bytes(state), self.scorer.labels, real=self.scorer._sets)

    def update(self, logits: Any, index: Any = None) -> None:
        """Counts a batch: rows x classes of `logits`, and the image of each row in `index`.

        Raises:
            ReassessError: as `Scorer.update` raises it.
        """
        self.scorer.update(logits, index)

    def forward(self, logits: Any, index: Any = None) -> None:
        """As `update`, of `logits` and `index`; there is no value of a batch.

        Raises:
            ReassessError: as `Scorer.update` raises it.
        """
        self.update(logits, index)

    def _sync_dist(self, *arguments: Any, **options: Any) -> None:
        self.outcomes = _tensor(self.scorer.state(), self.device)
        super()._sync_dist(*arguments, **options)

    def compute(self) -> dict[str, torch.Tensor]:
        """A tensor of float64 without dimensions for each metric that has a value, by its name, and
        for those of a further label set NAME as `NAME.real_top1`: fractions from 0 to 1, over all
        ranks. The full `Result` is in `result` then."""
        scorer = self.scorer
        if self._is_synced:
            scorer = self._scorer_of(self.outcomes)
        self.result = scorer.compute()
        values = {name: metric.value for name, metric in self.result.metrics.items()}
        for name, section in (self.result.real_sets or {}).items():
            for metric, said in section["metrics"].items():
                values[f"{name}.{metric}"] = said["value"]
        return {
            name: torch.tensor(value, dtype=torch.float64)
            for name, value in values.items()
            if value is not None
        }

    def reset(self) -> None:
        """Forgets everything that came."""
        super().reset()
        self.scorer.reset()


def _bytes(tensor: torch.Tensor) -> bytes:
    return bytes(tensor.cpu().numpy().tobytes())


def _tensor(state: bytes, device: torch.device) -> torch.Tensor:
    return torch.frombuffer(bytearray(state), dtype=torch.uint8).to(device)
