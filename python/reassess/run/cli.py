"""The command line of `reassess run`, which the program has looked at before it hands it over."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import types
from typing import Any, NoReturn, Sequence

from .. import __version__
from ..errors import MismatchError, ReassessError, UsageError
from ..labels import Labels
from ..scorer import Scorer
from . import folder as results
from . import images, passes, specs, zoo
from .engine import Torch
from .ranks import Ranks
from .report import Report, plural

INTERRUPTED = 75


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog="reassess run", add_help=False, allow_abbrev=False)
    for name in ("--data", "--out"):
        parser.add_argument(name, required=True)
    for name in ("--real", "--labels", "--synsets", "--names", "--subset", "--class-map"):
        parser.add_argument(name)
    for name in ("--list", "--shard", "--device"):
        parser.add_argument(name)
    for name in ("--classes", "--limit", "--batch", "--threads"):
        parser.add_argument(name, type=_whole)
    parser.add_argument("--together", type=int, default=0)
    parser.add_argument("--real-threshold", type=float)
    parser.add_argument("--topk", default="1,5")
    parser.add_argument("--dtype", default="f32", choices=("f32", "f16", "bf16"))
    parser.add_argument("--calibration", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("models", nargs="*")
    return parser.parse_args(list(words))


class _Signals:
    """SIGINT, SIGTERM, SIGUSR1 and, unless it is ignored (nohup), SIGHUP ask for an end; asked
    twice it comes at once."""

    def __init__(self) -> None:
        self._came = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
            signal.signal(number, self._take)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._take)

    def _take(self, number: int, frame: types.FrameType | None) -> None:
        if self._came:
            os._exit(INTERRUPTED)
        self._came = True

    def came(self) -> bool:
        return self._came


def _labels(options: argparse.Namespace) -> Labels:
    real, original = (
        None if path == "none" else path for path in (options.real, options.labels)
    )
    if real is None and original is None and (options.real or options.labels):
        raise UsageError("there are neither ReaL label sets nor original labels")
    return Labels(
        real,
        original,
        synsets=options.synsets,
        names=options.names,
        classes=options.classes,
        real_threshold=options.real_threshold,
        subset=options.subset,
        limit=options.limit,
    )


def _written(options: argparse.Namespace) -> list[specs.Spec]:
    """The models as they were named, patterns and all; no zoo is asked yet."""
    written = [specs.parse(word) for word in options.models]
    return written + (specs.read_list(options.list) if options.list else [])


def _specs(written: Sequence[specs.Spec]) -> list[specs.Spec]:
    """All models, each once, in the order in which they were named."""
    found: dict[specs.Spec, None] = {}
    for each in written:
        found.update(dict.fromkeys(specs.expand(each, zoo.of(each.zoo).names)))
    if not found:
        raise UsageError("no model is named")
    return list(found)


def _agreed(
    jobs: Sequence[passes.Job], wanted: Sequence[str], failed: dict[str, Exception]
) -> list[passes.Job]:
    """The jobs that the first process does: what processes have of a model is brought together by
    its place among them.

    Raises:
        MismatchError: this process has not all of them.
    """
    mine = {job.name: job for job in jobs}
    for name in wanted:
        if name not in mine:
            why = f": {results.describe(failed[name])}" if name in failed else ""
            raise MismatchError(f"{name}: the first process can run it, but this one cannot{why}")
    return [mine[name] for name in wanted]


class _Run:
    """What the steps of a run share."""

    def __init__(self, options: argparse.Namespace, signals: _Signals) -> None:
        self.options = options
        self.signals = signals
        self.ranks = Ranks()
        self.report = Report(options.quiet, silent=self.ranks.rank > 0)
        self.folder = results.Folder(options.out)

    def images(self, labels: Labels) -> list[images.Image]:
        found = images.find(self.options.data, labels)
        partly = self.options.subset or self.options.limit
        if found.others and not partly:
            self.report.warn(
                f"{found.others} file{plural(found.others)} in {self.options.data} are no images "
                f"of the labels and are left out, {found.other} among them"
            )
        return found.images

    def models(self, written: Sequence[specs.Spec]) -> list[tuple[specs.Spec, str]]:
        """Those of this shard, and their names."""
        everything = _specs(written)
        named = list(zip(everything, specs.name_all(everything)))
        number, count = results.shard(self.options.shard, len(named))
        mine = named[number::count]
        if count > 1 and self.options.shard is None:
            self.report.say(
                f"task {number} of the {count} of this SLURM array: {len(mine)} of the "
                f"{len(named)} models are its share (--shard 0/1 takes all)"
            )
        return mine

    def scorer(self, spec: specs.Spec, name: str, labels: Labels) -> Scorer:
        return Scorer(
            labels,
            topk=[int(k) for k in self.options.topk.split(",")],
            calibration=self.options.calibration,
            class_map=spec.class_map or self.options.class_map,
            name=name,
        )

    def jobs(
        self, models: Sequence[tuple[specs.Spec, str]], labels: Labels, which: str
    ) -> tuple[list[passes.Job], list[tuple[specs.Spec, str, Exception]], int]:
        """What is to do, what cannot be done, and how many are up to date."""
        jobs, failed, fresh = [], [], 0
        for spec, name in models:
            why: str | None
            try:
                recipe = zoo.of(spec.zoo).recipe(spec)
                source = results.made_from(spec, recipe, which, self.options.dtype)
                scorer = self.scorer(spec, name, labels)
                first = self.ranks.rank == 0  # who says what is to do
                why = self.folder.why(scorer, name, source) if first else ""
            except UsageError:
                raise
            except Exception as error:  # of one model
                failed.append((spec, name, error))
                continue
            if why is None:
                fresh += 1
            else:
                jobs.append(passes.Job(spec, name, recipe, scorer, source, why))
        return jobs, failed, fresh

    def go(self) -> int:
        options = self.options
        written = _written(options)
        labels = _labels(options)
        found = self.images(labels)
        models = self.models(written)
        jobs, failed, fresh = self.jobs(models, labels, results.digest(found))
        wanted = self.ranks.from_first([job.name for job in jobs])
        jobs = _agreed(jobs, wanted, {name: error for _, name, error in failed})
        self.report.planned(len(jobs) + len(failed), fresh)
        for spec, name, error in failed:
            if self.ranks.rank == 0:
                self.folder.fail(name, spec, error)
            self.report.failed(name, results.describe(error))
        if jobs:
            engine = Torch(options.device, options.dtype, self.ranks.local)
            settings = passes.Settings(
                batch=options.batch or (64 if engine.is_cpu else 256),
                together=options.together,
                threads=options.threads
                or max(1, len(os.sched_getaffinity(0)) // self.ranks.local_world),
                stop=self.signals.came,
            )
            runner = passes.Runner(engine, found, settings, self.ranks, self.folder, self.report)
            runner.run(jobs)
        bad = self.report.end(options.out)
        if bad and self.ranks.rank == 0:
            _say(
                f"{options.out}: {bad} of {len(models)} model{plural(len(models))} failed; the "
                "list above says why; run the same command again when that is mended"
            )
        return 1 if bad else 0


def _say(error: Any) -> None:
    print(f"reassess: {error}", file=sys.stderr, flush=True)


def main(words: Sequence[str], version: str) -> int:
    """Runs; gives the exit status.

    Args:
        words: options as --NAME=VALUE, then the models.
        version: of the program, whose library this package has to be of.
    """
    signals = _Signals()
    try:
        if version != __version__:
            raise UsageError(
                f"the program is reassess {version}, but this Python has the package of "
                f"{__version__}: install the wheel of one of them, or name another Python by "
                "REASSESS_PYTHON"
            )
        run = _Run(_parse(words), signals)
        status = run.go()
        run.ranks.end()
        return status
    except passes.Interrupted:
        _say("stopped by a signal; run the same command again to resume")
        return INTERRUPTED
    except UsageError as error:
        _say(error)
        return 2
    except ReassessError as error:
        _say(error)
        return 1
    except Exception:
        if signals.came():  # processes of a job that end take the others along
            return INTERRUPTED
        raise
