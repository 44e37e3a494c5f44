"""What a run says, on standard error, as `reassess sweep` says it."""

from __future__ import annotations

import sys
import time
from typing import Sequence

from ..result import Result


def visible(text: str) -> str:
    """Without what would move a terminal's cursor."""
    return "".join(c if c.isprintable() else "?" for c in text)


def plural(count: int) -> str:
    return "" if count == 1 else "s"


def span(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


class Report:
    """Lines about models, and one about the pass under way.

    Args:
        quiet: nothing but failures.
        silent: not even those: of several processes, one speaks.
    """

    EVERY = 30.0  # seconds between two lines of progress where there is no terminal

    def __init__(self, quiet: bool, silent: bool) -> None:
        self._quiet = quiet or silent
        self._silent = silent
        self._terminal = not self._quiet and sys.stderr.isatty()
        self._shown = False
        self._finished = 0
        self._done = 0
        self._failures: list[str] = []
        self._to_do = self._images = 0
        self._fresh = 0
        self._begin = self._told = time.monotonic()

    def _wipe(self) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")
            self._shown = False

    def say(self, text: str) -> None:
        if not self._quiet:
            self._wipe()
            print(visible(text), file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        self.say(f"reassess: warning: {text}")

    def planned(self, to_do: int, fresh: int) -> None:
        self._to_do, self._fresh = to_do, fresh
        self.say(f"{to_do} model{plural(to_do)} to score, {fresh} up to date")

    def begin_pass(self, names: Sequence[str], size: tuple[int, int], images: int) -> None:
        self._begin = self._told = time.monotonic()
        self._images = images
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        self.say(f"decoding {images} images to {size[0]} x {size[1]} for {shown}")

    def progress(self, done: int) -> None:
        """Images of the pass that went through all its models."""
        now = time.monotonic()
        rate = done / max(now - self._begin, 1e-9)
        text = (
            f"{done} of {self._images} images, {rate:.0f} images/s, "
            f"{span((self._images - done) / max(rate, 1e-9))} left"
        )
        if self._terminal:
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()
            self._shown = True
        elif now - self._told >= self.EVERY:
            self._told = now
            self.say(text)

    def end_pass(self, models: int) -> None:
        seconds = time.monotonic() - self._begin
        self.say(
            f"{self._images} images through {models} model{plural(models)} in {span(seconds)}: "
            f"{self._images / max(seconds, 1e-9):.0f} images/s, "
            f"{self._images * models / max(seconds, 1e-9):.0f} results/s"
        )

    def _count(self) -> str:
        self._finished += 1
        return f"[{self._finished}/{self._to_do}]"

    def done(self, name: str, result: Result, why: str) -> None:
        self._done += 1
        shown = [
            f"{label} {100 * metric.value:.2f}"
            for label, metric in (
                ("ImageNet", result.metrics.get("imagenet_top1")),
                ("ReaL", result.metrics.get("real_top1")),
            )
            if metric is not None and metric.value is not None
        ]
        redone = f" (redone: {why})" if why else ""
        self.say(f"{self._count()} {name}: {', '.join(shown) or 'no values'}{redone}")
        for text in result.warnings:
            self.warn(f"{name}: {text}")

    def failed(self, name: str, why: str) -> None:
        self._failures.append(f"  {name}: {why}")
        self.say(f"{self._count()} {name}: failed: {why}")

    def end(self, folder: str) -> int:
        """The summary; how many failed."""
        failed = len(self._failures)
        self.say(
            f"{self._done} model{plural(self._done)} scored, {failed} failed, {self._fresh} up to "
            f"date; results in {folder}"
        )
        if failed and not self._silent:
            self._wipe()
            print("failed:", *map(visible, self._failures), sep="\n", file=sys.stderr, flush=True)
        return failed
