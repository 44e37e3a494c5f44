"""Passes over the images: each is decoded once, and goes through all models of a pass.

Models of one preprocessing share a pass, as many as memory takes. Where memory is short, fewer
images go through a model at once; a model that even one image is too much for beside the others
gets a pass of its own. A model that fails leaves the pass, and the others go on.
"""

from __future__ import annotations

import collections
import warnings
from dataclasses import dataclass, field
from typing import Any, Callable, Protocol, Sequence

from ..errors import (
    DeviceError,
    FormatError,
    NoMemoryError,
    ReassessWarning,
    UnsupportedError,
)
from ..scorer import Scorer
from . import decode
from .folder import Folder, describe
from .images import Image
from .ranks import Ranks
from .report import Report, plural, visible
from .specs import Spec
from .zoo import Recipe


class Interrupted(Exception):
    """A signal asked the run to end."""


class Engine(Protocol):
    def load(self, spec: Spec, recipe: Recipe) -> Any: ...
    def scorer(self, like: Scorer) -> Scorer: ...
    def take(self, batch: decode.Batch) -> Any: ...
    def forward(
        self, loaded: Any, pixels: Any, begin: int, end: int, blank: list[int]
    ) -> Any: ...
    def is_out_of_memory(self, error: BaseException) -> bool: ...
    def release(self) -> None: ...


@dataclass
class Job:
    """A model to score.

    Attributes:
        scorer: of the host, which knows what the result depends on.
        why: why it is redone; "": it has no result yet.
        source: what its result is made from (`folder.made_from`).
        at_once: images at once; less than a batch where memory was short; 0: all of a batch.
        counting: what takes the logits of a pass where they are; `scorer` itself on the host.
        failure: why it is no longer scored.
        later: it left its pass for want of memory, to go "alone" or with the "others" that did.
    """

    spec: Spec
    name: str
    recipe: Recipe
    scorer: Scorer
    source: bytes
    why: str = ""
    at_once: int = 0
    loaded: Any = None
    counting: Scorer | None = None
    failure: BaseException | None = None
    later: str = ""

    def leave(self) -> None:
        """Holds nothing of a pass any more."""
        self.loaded = self.counting = None


@dataclass
class Settings:
    """How a run goes. `stop` says whether a signal came."""

    batch: int
    together: int  # models of a pass; 0: all of one preprocessing
    threads: int
    stop: Callable[[], bool] = field(default=lambda: False)


def plan(jobs: Sequence[Job], together: int) -> list[list[Job]]:
    """The passes: models of one preprocessing, in the order in which the first of each came."""
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        groups.setdefault(job.recipe.geometry_text, []).append(job)
    return [
        group[begin : begin + (together or len(group))]
        for group in groups.values()
        for begin in range(0, len(group), together or len(group))
    ]


class Runner:
    """Scores models on images and saves what comes of them."""

    def __init__(
        self,
        engine: Engine,
        images: Sequence[Image],
        settings: Settings,
        ranks: Ranks,
        folder: Folder,
        report: Report,
    ) -> None:
        self._engine = engine
        self._all = images
        self._images = images[ranks.rank :: ranks.world]
        self._settings = settings
        self._ranks = ranks
        self._folder = folder
        self._report = report
        self._told: set[str] = set()
        self._on_host = False  # whether it was said that logits are copied

    def run(self, jobs: Sequence[Job]) -> None:
        """All of them.

        Raises:
            Interrupted: models that are done are saved, those under way are not.
            FileError: a result cannot be written; those before it are.
        """
        queue = collections.deque(plan(jobs, self._settings.together))
        while queue:
            chunk = queue.popleft()
            self._pass(chunk)
            others = [job for job in chunk if job.later == "others"]
            again = [others] if others else []
            again += [[job] for job in chunk if job.later == "alone"]
            for job in (job for group in again for job in group):
                job.later, job.at_once = "", 0
                job.scorer.reset()
            queue.extendleft(reversed(again))

    def _check(self) -> None:
        if self._settings.stop():
            raise Interrupted

    def _pass(self, chunk: list[Job]) -> None:
        self._load(chunk)
        alive = self._agree(chunk)
        unreadable: dict[str, str] = {}
        if alive:
            unreadable = self._decode(alive, alone=len(chunk) == 1)
            models = len(alive)
            self._wait(chunk)
            alive = self._agree(chunk)
            self._report.end_pass(models)
        everyone = self._ranks.all(unreadable)
        whole = {name: why for each in everyone for name, why in each.items()}
        for job in chunk:
            job.loaded = None
        self._engine.release()
        for job in chunk:
            if job in alive:
                self._finish(job, whole)
            elif job.failure is not None:
                self._fail(job)
            job.leave()

    def _load(self, chunk: list[Job]) -> None:
        short = False
        for job in chunk:
            self._check()
            if short:
                job.later = "others"
                continue
            try:
                job.loaded = self._engine.load(job.spec, job.recipe)
                job.counting = self._scorer(job)
            except Exception as error:
                job.leave()
                if not self._engine.is_out_of_memory(error):
                    job.failure = error
                elif job is chunk[0]:
                    job.failure = NoMemoryError(f"the model alone is too much: {describe(error)}")
                else:
                    short, job.later = True, "others"
            if short:
                self._engine.release()

    def _scorer(self, job: Job) -> Scorer:
        """Counts where the logits are; on the host where the device has nothing that can."""
        try:
            return self._engine.scorer(job.scorer)
        except (DeviceError, UnsupportedError) as error:
            if not self._on_host:
                self._report.warn(f"logits are copied to the host to be scored: {describe(error)}")
            self._on_host = True
            return job.scorer

    def _wait(self, jobs: Sequence[Job]) -> None:
        """What a device has to say against a model is said before processes wait for each other."""
        for job in jobs:
            try:
                if job.counting is not None:
                    _ = job.counting.images
            except Exception as error:
                job.failure = error

    def _agree(self, chunk: list[Job]) -> list[Job]:
        """The models that every process still has: what stops one of them stops all."""
        mine = [(job.later, job.failure and describe(job.failure)) for job in chunk]
        everyone = self._ranks.all(mine)
        alive = []
        for at, job in enumerate(chunk):
            failures = [each[at][1] for each in everyone if each[at][1]]
            if failures and job.failure is None:
                job.failure = FormatError(f"another process: {failures[0]}")
            wishes = {each[at][0] for each in everyone} if job.failure is None else set()
            job.later = next((each for each in ("alone", "others") if each in wishes), "")
            if job.failure is None and not job.later:
                alive.append(job)
            else:
                job.leave()
        return alive

    def _decode(self, jobs: list[Job], alone: bool) -> dict[str, str]:
        """Every image through every model; the names of those that cannot be read, and why."""
        unreadable: dict[str, str] = {}
        alive = list(jobs)
        done = 0
        batches = decode.batches(
            self._images, jobs[0].recipe.geometry, self._settings.batch, self._settings.threads
        )
        for batch in batches:
            if done == 0:
                size = (batch.width, batch.height)
                self._report.begin_pass([job.name for job in jobs], size, len(self._all))
            for at, why in batch.unreadable.items():
                unreadable[self._all[batch.numbers[at]].name] = why
                if why not in self._told:
                    self._told.add(why)
                    self._report.warn(f"cannot be read: {why}")
            self._through(batch, alive, alone)
            alive = [job for job in alive if job.failure is None and not job.later]
            if not alive:
                break
            done += len(batch.numbers)
            self._report.progress(min(len(self._all), done * self._ranks.world))
        return unreadable

    def _through(self, batch: decode.Batch, jobs: list[Job], alone: bool) -> None:
        pixels = self._engine.take(batch)
        for job in jobs:
            self._check()
            try:
                self._score(job, batch, pixels, alone and len(jobs) == 1)
            except Exception as error:
                job.failure = error
            if job.failure is not None or job.later:
                job.leave()
                self._engine.release()

    def _score(self, job: Job, batch: decode.Batch, pixels: Any, alone: bool) -> None:
        assert job.counting is not None
        count = len(batch.numbers)
        begin = 0
        while begin < count:
            end = min(count, begin + (job.at_once or count))
            blank = [at for at in batch.unreadable if begin <= at < end]
            short, logits = "", None
            try:
                logits = self._engine.forward(job.loaded, pixels, begin, end, blank)
            except Exception as error:
                if not self._engine.is_out_of_memory(error):
                    raise
                short = describe(error)
            if not short:  # outside the handler, whose frames hold tensors
                job.counting.update(logits, batch.numbers[begin:end])
                begin = end
                continue
            self._engine.release()
            if end - begin > 1:
                job.at_once = (end - begin) // 2
                self._report.warn(
                    f"{job.name}: out of memory at {end - begin} images: goes on with {job.at_once}"
                )
            elif alone:
                raise NoMemoryError(f"one image alone is too much: {short}")
            else:
                job.later = "alone"
                self._report.warn(f"{job.name}: out of memory beside the others: goes alone later")
                return

    def _finish(self, job: Job, unreadable: dict[str, str]) -> None:
        """Brings what every process has of a model together, and saves it."""
        most = max(1, len(self._all) // 100)
        if len(unreadable) > most:
            name, why = next(iter(sorted(unreadable.items())))
            job.failure = FormatError(
                f"{len(unreadable)} of {len(self._all)} images cannot be read, more than one in a "
                f"hundred; the first: {why}"
            )
            self._fail(job)
            return
        scorer = job.counting
        assert scorer is not None
        states = self._ranks.first(scorer.state() if self._ranks.world > 1 else b"")
        if self._ranks.rank == 0:
            for state in states[1:]:
                scorer.merge(state)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ReassessWarning)  # the report says them
                result = scorer.compute(
                    job.name, source=str(job.spec), notes=_note(sorted(unreadable))
                )
            self._folder.save(result, job.source)
            self._report.done(job.name, result, job.why)
        job.scorer.reset()

    def _fail(self, job: Job) -> None:
        assert job.failure is not None
        if self._ranks.rank == 0:
            self._folder.fail(job.name, job.spec, job.failure)
        self._report.failed(job.name, describe(job.failure))


def _note(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    count = len(names)
    shown = ", ".join(map(visible, names[:3])) + (f" and {count - 3} more" if count > 3 else "")
    wrong = "counts as wrong" if count == 1 else "count as wrong"
    return [f"{count} image{plural(count)} cannot be read and {wrong}: {shown}"]
