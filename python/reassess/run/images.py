"""Which images there are, and their bytes.

An image is known by its file name alone, so it does not matter whether it lies in one folder, in
class folders or in a tar, nor in what order: `find` gives the same images of all of them, in the
order of the labels.
"""

from __future__ import annotations

import os
import tarfile
from dataclasses import dataclass
from functools import partial
from typing import Callable, Iterator, Protocol, Sequence

from ..errors import FileError, MismatchError

ENDINGS = (".jpeg", ".jpg", ".png", ".webp", ".bmp", ".ppm", ".pgm", ".tif", ".tiff", ".gif")


class _Labels(Protocol):
    images: int

    def find(self, names: Sequence[str]) -> list[int]: ...


@dataclass(frozen=True)
class Image:
    """An image of the labels.

    Attributes:
        number: which, in the order of the labels.
        name: of the file, without folders.
        place: where it is, for messages.
        size: bytes of the file.
        read: gives them.
    """

    number: int
    name: str
    place: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Found:
    """What lies in a place: the images of the labels in their order, and how many others."""

    images: list[Image]
    others: int
    other: str  # one of them, "" where there is none


_Entry = tuple[str, str, int, Callable[[], bytes]]  # name, place, bytes, read


def _read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class _Tar:
    """Members of a tar by where they lie: threads read them side by side."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def reader(self, offset: int, size: int) -> Callable[[], bytes]:
        def read() -> bytes:
            data = os.pread(self._file, size, offset)
            if len(data) != size:
                raise OSError(f"{self._path} ends within a member")
            return data

        return read


def _of_tar(path: str) -> Iterator[_Entry]:
    try:
        tar = _Tar(path)
        with tarfile.open(path, "r:") as members:
            for member in members:
                if member.isreg():
                    yield (
                        os.path.basename(member.name),
                        f"{path}:{member.name}",
                        member.size,
                        tar.reader(member.offset_data, member.size),
                    )
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror or error}", file=path) from None
    except tarfile.TarError as error:
        raise FileError(
            f"{path}: cannot be read as a tar: {error}; one that is compressed has to be "
            "decompressed first",
            file=path,
        ) from None


def _is_image(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith(ENDINGS)


def _of_folder(path: str) -> Iterator[_Entry]:
    """The images in a folder and the folders in it, and those of the tars there."""
    folders = [path]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    if not entry.name.startswith("."):
                        folders.append(entry.path)
                elif _is_image(entry.name):
                    at = entry.path
                    yield entry.name, at, entry.stat().st_size, partial(_read_file, at)
                elif entry.name.endswith(".tar") and not entry.name.startswith("."):
                    yield from _of_tar(entry.path)


def _entries(path: str) -> Iterator[_Entry]:
    try:
        yield from _of_folder(path) if os.path.isdir(path) else _of_tar(path)
    except FileError:
        raise
    except OSError as error:
        place = error.filename or path
        raise FileError(
            f"{place}: the images cannot be listed: {error.strerror}", file=place
        ) from None


def find(path: str, labels: _Labels) -> Found:
    """The images of `labels` in a folder, in class folders, in a tar or in a folder of tars.

    Raises:
        FileError: nothing is there, or it cannot be listed.
        MismatchError: an image is there twice, or one of the labels is not there.
    """
    entries = [entry for entry in _entries(path) if _is_image(entry[0])]
    numbers = labels.find([entry[0] for entry in entries])
    images: dict[int, Image] = {}
    other = ""
    for number, (name, place, size, read) in zip(numbers, entries):
        if number < 0:
            other = min(other, name) if other else name
            continue
        if number in images:
            first, second = sorted((images[number].place, place))
            raise MismatchError(
                f"{path}: one image is there twice: {first} and {second}; take one of them away, "
                "or name the folder that has each once",
                file=path,
            )
        images[number] = Image(number, name, place, size, read)
    if len(images) < labels.images:
        missing = next(i for i in range(labels.images) if i not in images)
        example = f", one of the others is called {other}" if other else ""
        raise MismatchError(
            f"{path}: {len(images)} of the {labels.images} images with labels are there; the first "
            f"that is not is number {missing} in file-name order{example}; for a part of the "
            "images say --subset LIST or --limit N",
            file=path,
        )
    in_order = [images[number] for number in range(labels.images)]
    return Found(in_order, len(entries) - len(images), other)
