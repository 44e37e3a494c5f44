"""The ground truth: original labels and ReaL sets of the images."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
from array import array
from typing import Any, Callable, Iterable, Sequence, Union

from . import _arrays, _library
from ._program import program
from .errors import FileError, MismatchError

_PathLike = Union[str, "os.PathLike[str]"]


def _path(value: _PathLike | None) -> str | None:
    return None if value is None else os.fspath(value)


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

    Raises:
        FileError: a file is not there, or cannot be read.
        FormatError: a file is not what it claims to be.
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
            real=_path(real),
            original=_path(original),
            synsets=_path(synsets),
            names=_path(names),
            classes=classes,
            real_threshold=None if real_threshold is None else repr(float(real_threshold)),
            subset=_path(subset),
            limit=limit,
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
        """
        listed = [_arrays.whole_numbers("i", each, "a set") for each in sets]
        first = _arrays.whole_numbers("i", original, "the list of original labels")
        if len(first) != len(listed):
            raise MismatchError(f"{len(first)} original labels, but {len(listed)} sets")
        begin, flat = array("I", [0]), array("i")
        for each in listed:
            flat.extend(each)
            begin.append(len(flat))
        handle = _library.make(
            "labels_create",
            len(first),
            classes,
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
        self.images: int = said["images"]  #: how many there are
        self.classes: int = said["classes"]
        self.evaluated: int = said["evaluated"]  #: images with a set that is not empty
        self.hash: str = said["hash"]  #: of what the labels say, whatever their files
        self.is_ilsvrc: bool = said["ilsvrc"]  #: the 1000 classes of ILSVRC-2012
        self.is_synthetic: bool = said["synthetic"]  #: made by `reassess synth`

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

    def find(self, names: Sequence[str]) -> list[int]:
        """Which image each file name is, in the order of the labels; -1: none that has labels.

        Folders before a name and its extension do not count. Labels that came without file names
        know those of the ILSVRC validation set by their numbers.
        """
        text = b"".join(os.fsencode(name) + b"\0" for name in names)
        rows = (ctypes.c_int64 * max(1, len(names)))()
        _library.call("labels_find", self._handle, text, len(text), rows, len(names))
        return list(rows[: len(names)])

    def name(self, class_index: int) -> str | None:
        """The name of a class, for example "tench, Tinca tinca"; None where it is not known."""
        text = _library.label_name(self._handle, class_index)
        return None if text is None else text.decode()

    def synset(self, class_index: int) -> str | None:
        """The synset id of a class, for example "n01440764"; None where it is not known."""
        text = _library.label_synset(self._handle, class_index)
        return None if text is None else text.decode()


def _loaded(options: bytes) -> Labels:
    made = Labels.__new__(Labels)
    made._take(_library.make("labels_load", options), (_loaded, options))
    return made


def _made_again(make: Callable[..., Labels], *of_them: Any) -> Labels:
    *arguments, known = of_them
    made = make(*arguments)
    if made.hash != known:
        raise MismatchError("the files of the labels say something else than when they were packed")
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
