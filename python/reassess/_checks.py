"""Arguments of other types than they should be: told by name, before the library is asked.

Each takes the argument and what it is called, and gives what the library reads, or raises a
`UsageError`.
"""

from __future__ import annotations

import array as arrays
import operator
import os
from typing import Any, Iterable, Sequence

from .errors import FileError, RangeError, UsageError

_WORD = 2**32  # no number of an option is as large


def kind(value: Any) -> str:
    """What a value is, for a sentence."""
    return f"{value!r:.60}" if isinstance(value, (str, bytes, int, float)) else type(value).__name__


def _wrong(what: str, value: Any, wanted: str) -> UsageError:
    return UsageError(f"{what} cannot be {kind(value)}", advice=f"give {wanted}")


def text(value: Any, what: str) -> str:
    """A text; those that no file of UTF-8 can hold are refused."""
    try:
        if isinstance(value, str) and b"\0" not in value.encode():
            return value
    except UnicodeEncodeError:
        pass
    raise _wrong(what, value, "a text")


def path(value: Any, what: str) -> str:
    """A path, which may be of bytes, or of no text at all: names of files are bytes."""
    try:
        taken = os.fsdecode(value)
    except TypeError:
        raise _wrong(what, value, "a path") from None
    if "\0" in taken:
        raise _wrong(what, taken, "a path, none of which has a NUL in it")
    return taken


def maybe_path(value: Any, what: str) -> str | None:
    """The same; None stays None."""
    return None if value is None else path(value, what)


def word(value: Any, what: str, words: Sequence[str]) -> str:
    """One of a few."""
    if isinstance(value, str) and value in words:
        return value
    *others, last = (f'"{each}"' for each in words)
    raise _wrong(what, value, f"{', '.join(others)} or {last}")


def order(value: Any) -> str:
    """How images are numbered. Whoever gives a word that there is none of does not know that others
    than two are files."""
    wanted = '"file", "imagefolder", or the path of a list of file names'
    try:
        taken = path(value, "order")
    except UsageError:
        raise _wrong("order", value, wanted) from None
    word = taken in ("file", "imagefolder") or " dealt " in taken  # the library looks at the latter
    if not word and not os.path.lexists(taken):
        reason, advice = "no such file", f"order takes {wanted}"
        raise FileError(f"{taken}: {reason}; {advice}", file=taken, reason=reason, advice=advice)
    return taken


def number(value: Any, what: str, least: int = 0) -> int:
    """A whole number, of Python or NumPy, from `least` on."""
    try:
        if isinstance(value, bool):
            raise TypeError
        taken = operator.index(value)
    except TypeError:
        raise _wrong(what, value, "a whole number") from None
    if not least <= taken < _WORD:
        raise _wrong(what, taken, f"a number from {least} to {_WORD - 1}")
    return taken


def flag(value: Any, what: str) -> bool:
    """True or False, of Python or NumPy."""
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise _wrong(what, value, "True or False")


def sequence(value: Any, what: str, wanted: str) -> Iterable[Any]:
    """What can be gone through, and is no text."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise _wrong(what, value, wanted)
    return value  # type: ignore[no-any-return]


def numbers(code: str, values: Iterable[Any], what: str) -> arrays.array[int]:
    """Whole numbers in memory, of the type that `code` is for the module array; none is cut."""
    try:
        if isinstance(values, (str, bytes, bytearray)):
            raise TypeError
        if isinstance(values, (list, tuple)) and bool in set(map(type, values)):
            raise TypeError  # a mask, which would be read as the numbers 0 and 1
        return arrays.array(code, values)
    except OverflowError:  # with images and classes it is their number that is meant
        raise RangeError(f"{what} has a number that is far too large") from None
    except Exception:  # what iterating may raise
        raise UsageError(f"{what} has whole numbers alone", advice="give a list of them") from None
