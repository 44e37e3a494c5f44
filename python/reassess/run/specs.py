"""Which models are meant: SPECs, patterns, lists; and the name that each has in the results.

A SPEC is ZOO:NAME or ZOO:NAME@CHECKPOINT: "timm:resnet50.a1_in1k", "torchvision:resnet50",
"timm:resnet50@ckpt_040.pth". Without a checkpoint the weights are the zoo's. NAME and CHECKPOINT
may be patterns, as in "timm:vit_*" or "timm:resnet50@runs/*/last.pth".
"""

from __future__ import annotations

import difflib
import fnmatch
import glob
import os
import shlex
from dataclasses import dataclass, replace
from typing import Any, Callable, Iterable, Sequence

from ..errors import FileError, FormatError, UsageError

ZOOS = ("timm", "torchvision")
_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Spec:
    """One model.

    Attributes:
        zoo, name: where its architecture is from.
        checkpoint: path of its weights; None: those of the zoo.
        class_map: path; None: that of the command line.
        title: its name in the results, where a list says one.
    """

    zoo: str
    name: str
    checkpoint: str | None = None
    class_map: str | None = None
    title: str | None = None

    def __str__(self) -> str:
        at = "" if self.checkpoint is None else f"@{self.checkpoint}"
        return f"{self.zoo}:{self.name}{at}"


def is_pattern(text: str) -> bool:
    return not _PATTERN.isdisjoint(text)


def parse(word: str) -> Spec:
    """A SPEC as it was written, patterns and all."""
    zoo, colon, rest = word.partition(":")
    name, at, checkpoint = rest.partition("@")
    if zoo not in ZOOS or not colon or not name or (at and not checkpoint):
        raise UsageError(
            f"{word} is no model: expected timm:NAME, torchvision:NAME, or one of them with "
            "@CHECKPOINT"
        )
    return Spec(zoo, name, checkpoint or None)


def _checkpoints(pattern: str | None) -> Sequence[str | None]:
    if pattern is None or not is_pattern(pattern) or os.path.exists(pattern):
        return [pattern]
    found = sorted(glob.glob(pattern, recursive=True))
    if not found:
        raise UsageError(f"no file is like {pattern}")
    return found


def expand(written: Spec, names: Callable[[bool], Sequence[str]]) -> list[Spec]:
    """The models that a SPEC means.

    Args:
        names: gives the names of the zoo; True: only of those that have weights there.
    """
    known = names(written.checkpoint is None)
    if is_pattern(written.name):
        found = [name for name in known if fnmatch.fnmatchcase(name, written.name)]
        if not found:
            raise UsageError(f"no model of {written.zoo} with weights is like {written.name}")
    else:
        found = [written.name]
    return [
        replace(written, name=name, checkpoint=checkpoint)
        for name in found
        for checkpoint in _checkpoints(written.checkpoint)
    ]


def unknown(zoo: str, name: str, known: Iterable[str]) -> UsageError:
    """What to say of a name that a zoo does not have."""
    near = difflib.get_close_matches(name, list(known), 3, 0.6)
    advice = f"; did you mean {' or '.join(near)}?" if near else ""
    return UsageError(f"{zoo} has no model {name}{advice}")


def read_list(path: str) -> list[Spec]:
    """The models of a list: a SPEC a line, or a name and a SPEC, and of options --class-map FILE.

    Raises:
        FileError, FormatError: it cannot be read; the line is named.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: cannot be read: {error}", file=path) from None
    specs = []
    for number, line in enumerate(lines, 1):
        try:
            words = shlex.split(line, comments=True)
            if words:
                specs.append(_parse_line(words))
        except ValueError as error:  # UsageError is one
            place = f"line {number}"
            raise FormatError(f"{path}: {place}: {error}", file=path, place=place) from None
    return specs


def _parse_line(words: list[str]) -> Spec:
    class_map = None
    plain = []
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if option == "--class-map":
            class_map = value if equals else next(rest, None)
            if not class_map:
                raise UsageError("--class-map needs a value")
        elif word.startswith("-"):
            raise UsageError(f"{word} is no option of a line; only --class-map is")
        else:
            plain.append(word)
    if len(plain) not in (1, 2):
        raise UsageError("a line is a model, or a name and a model")
    title = plain[0] if len(plain) == 2 else None
    return replace(parse(plain[-1]), class_map=class_map, title=title)


def _short(spec: Spec) -> str:
    if spec.title is not None or spec.checkpoint is None:
        return spec.title or spec.name
    stem = os.path.splitext(os.path.basename(spec.checkpoint))[0]
    return f"{spec.name}@{stem}"


def name_all(specs: Sequence[Spec]) -> list[str]:
    """The names of models in the results: short where that tells them apart, else whole.

    Raises:
        UsageError: two models have one name, or one cannot be written down as text.
    """
    short = [_short(spec) for spec in specs]
    count: dict[Any, int] = {}
    for name in short:
        count[name] = count.get(name, 0) + 1
    names = [
        name if count[name] == 1 or spec.title is not None else str(spec)
        for name, spec in zip(short, specs)
    ]
    seen: dict[str, Spec] = {}
    for name, spec in zip(names, specs):
        try:
            f"{name} {spec}".encode()
        except UnicodeEncodeError:
            raise UsageError(f"{spec} is not UTF-8: give the file another name") from None
        file = name.replace("/", "_")
        if file in seen:
            raise UsageError(
                f"{seen[file]} and {spec} would have the same results, {file}.json: name one of "
                "them in a list (--list)"
            )
        seen[file] = spec
    return names
