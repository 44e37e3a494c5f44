"""The ground truth: original labels and ReaL sets of the images."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
from array import array
from typing import Any, Callable, Iterable, Sequence, Union

from . import _checks, _library
from ._program import program
from .errors import FileError, MismatchError, UsageError

_PathLike = Union[str, "os.PathLike[str]"]


class Labels:
    """Original labels and ReaL sets, in the order of the images' file names.

    Without `real` and `original` those of the default folder are taken, which `fetch` fills:
    $REASSESS_LABELS, else ~/.cache/reassess/labels.

    Args:
        real: path of the sets, in the form of real.json or another of docs/LABELS.md.
        original: path of the original labels: a class index a line, "file index" lines, synset ids,
            or an integer .npy.
        synsets: path of synset ids, one a line, in class order.
        names: path of class names, one a line, in class order.
        classes: number of classes; None: that of the synsets, or one above the largest class.
        real_threshold: of counts or probabilities of raters, the share from which a class is one of
            the labels.
        subset: path of a list of images, a file name a line: the labels of these alone.
        limit: the labels of the first `limit` images alone.

    Attributes:
        images: how many there are.
        classes: how many classes.
        evaluated: images with a set that is not empty.
        hash: of what the labels say, whatever their files.
        is_ilsvrc: the 1000 classes of ILSVRC-2012.
        is_synthetic: made by `reassess synth`.

    Raises:
        FileError: a file is not there, or cannot be read.
        FormatError: a file is not what it claims to be.
        MismatchError, RangeError: files that do not belong together, or classes beyond `classes`.
        UsageError: an argument that cannot be.
    """

    def __init__(
        self,
        real: _PathLike | None = None,
        original: _PathLike | None = None,
        *,
        synsets: _PathLike | None = None,
        names: _PathLike | None = None,
        classes: int | None = None,
        real_threshold: float | None = None,
        subset: _PathLike | None = None,
        limit: int | None = None,
    ) -> None:
        options = _library.options_text(
            real=_checks.maybe_path(real, "real"),
            original=_checks.maybe_path(original, "original"),
            synsets=_checks.maybe_path(synsets, "synsets"),
            names=_checks.maybe_path(names, "names"),
            classes=None if classes is None else _checks.number(classes, "classes", 1),
            real_threshold=None if real_threshold is None else _share(real_threshold),
            subset=_checks.maybe_path(subset, "subset"),
            limit=None if limit is None else _checks.number(limit, "limit", 1),
        )
        self._take(_library.make("labels_load", options), (_loaded, options))

    @classmethod
    def from_sets(
        cls, original: Sequence[int], sets: Iterable[Iterable[int]], classes: int
    ) -> "Labels":
        """Labels from memory.

        Args:
            original: the class of each image, -1 where it is not known.
            sets: the ReaL set of each image, which may be empty.
            classes: number of classes; every class is below it.

        Raises:
            RangeError: a class is not below `classes`.
            MismatchError: there are not as many sets as original labels.
            FormatError: a class stands twice in a set.
            UsageError: something else than lists of whole numbers.
        """
        given = _checks.sequence(sets, "the list of sets", "a list of classes for each image")
        listed = [_checks.numbers("i", each, "a set") for each in given]
        first = _checks.numbers("i", original, "the list of original labels")
        if len(first) != len(listed):
            raise MismatchError(
                f"{len(first)} original labels, but {len(listed)} sets",
                advice="give both for every image; an empty set is []",
            )
        begin, flat = array("I", [0]), array("i")
        for each in listed:
            flat.extend(each)
            begin.append(len(flat))
        handle = _library.make(
            "labels_create",
            len(first),
            _checks.number(classes, "classes"),
            first.buffer_info()[0],
            begin.buffer_info()[0],
            (flat or first).buffer_info()[0],
        )
        made = cls.__new__(cls)
        made._take(handle, (cls.from_sets, first, listed, classes))
        return made

    def _take(self, handle: ctypes.c_void_p, made_by: tuple[Any, ...]) -> None:
        self._handle = handle
        self._made_by = made_by
        said: dict[str, Any] = json.loads(
            _library.take_text(_library.make("labels_describe", handle))
        )
        self.images: int = said["images"]
        self.classes: int = said["classes"]
        self.evaluated: int = said["evaluated"]
        self.hash: str = said["hash"]
        self._original: str | None = said["original"]
        self.is_ilsvrc: bool = said["ilsvrc"]
        self.is_synthetic: bool = said["synthetic"]

    def __del__(self) -> None:
        handle = getattr(self, "_handle", None)
        if handle:
            _library.labels_free(handle)

    def __copy__(self) -> "Labels":
        """Itself: labels never change."""
        return self

    def __deepcopy__(self, memo: Any) -> "Labels":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle: how they were made. Files are read again where they are unpacked."""
        return _made_again, (*self._made_by, self.hash)

    def __len__(self) -> int:
        return self.images

    def __repr__(self) -> str:
        return f"<reassess.Labels of {self.images} images, {self.classes} classes>"

    def _beside(self, real: _PathLike) -> "Labels":
        """The sets of a file for the same images."""
        if self._made_by[0] != _loaded:
            raise UsageError(
                "the labels are not of files, so nothing tells which images the file is of",
                advice="give the label set as Labels, too",
            )
        options: dict[str, Any] = json.loads(self._made_by[1].decode("utf-8", "surrogateescape"))
        options.update(real=_checks.path(real, "the file of a label set"), classes=self.classes)
        options["original"] = options.get("original") or self._original
        return _loaded(_library.options_text(**options))

    def find(self, names: Sequence[str]) -> list[int]:
        """Which image each file name is, from 0 in the order of the labels; -1: none that has any.

        Folders before a name and its extension do not count. Labels that came without file names
        know those of the ILSVRC validation set by their numbers.

        Args:
            names: a list of names or paths.

        Raises:
            UsageError: no list, or of something else.
        """
        given = _checks.sequence(names, "the list of names", "a list of names of files")
        names = [_checks.path(name, "the name of a file") for name in given]
        text = b"".join(os.fsencode(name) + b"\0" for name in names)
        rows = (ctypes.c_int64 * max(1, len(names)))()
        _library.call("labels_find", self._handle, text, len(text), rows, len(names))
        return rows[: len(names)]

    def name(self, class_index: int) -> str | None:
        """The name of class `class_index`, for example "tench, Tinca tinca"; None where it is not
        known.

        Raises:
            UsageError: no whole number from 0.
        """
        text = _library.label_name(self._handle, _checks.number(class_index, "a class"))
        return None if text is None else text.decode()

    def synset(self, class_index: int) -> str | None:
        """The synset id of class `class_index`, for example "n01440764"; None where it is not
        known.

        Raises:
            UsageError: no whole number from 0.
        """
        text = _library.label_synset(self._handle, _checks.number(class_index, "a class"))
        return None if text is None else text.decode()


def _share(value: Any) -> str:
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        raise UsageError(
            f"real_threshold cannot be {_checks.kind(value)}",
            advice="give a number above 0, up to 1",
        ) from None


def _loaded(options: bytes) -> Labels:
    made = Labels.__new__(Labels)
    made._take(_library.make("labels_load", options), (_loaded, options))
    return made


def _made_again(make: Callable[..., Labels], *of_them: Any) -> Labels:
    *arguments, known = of_them
    made = make(*arguments)
    if made.hash != known:
        raise MismatchError(
            "the files of the labels say something else than when they were packed",
            advice="pack them again",
        )
    return made


def fetch() -> None:
    """Puts the label files into the default folder: `reassess labels --fetch`.

    Raises:
        FileError: they cannot be had; what the program said is in the message.
    """
    done = subprocess.run(
        [program(), "labels", "--fetch"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise FileError(done.stderr.strip() or "the labels could not be fetched")
