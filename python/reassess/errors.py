"""What goes wrong, as the C library says it: in which file, where in it, what, and what to do."""

from __future__ import annotations


class ReassessError(Exception):
    """A call that failed.

    Attributes:
        status: the name of the status, for example "MISMATCH" (reassess/status.h).
        file: path of the file that is concerned, "" when there is none.
        place: where in it, for example "line 7" or "row 12"; "" for the whole.
        reason: what is wrong.
        advice: what to do; "" when there is nothing to add.

    `str()` of it has all of these in one line.
    """

    status = ""

    def __init__(
        self,
        message: str,
        *,
        status: str = "",
        file: str = "",
        place: str = "",
        reason: str = "",
        advice: str = "",
    ) -> None:
        if not reason:
            reason = message
            message = f"{message}; {advice}" if advice else message
        super().__init__(message)
        self.status = status or type(self).status
        self.file = file
        self.place = place
        self.reason = reason
        self.advice = advice


class UsageError(ReassessError, ValueError):
    """An option or argument that cannot be."""

    status = "USAGE"


class FileError(ReassessError):
    """The operating system refused something with a file, or it is not there."""

    status = "IO"


class FormatError(ReassessError, ValueError):
    """A file, or bytes, or rows that are not what they are said to be."""

    status = "FORMAT"


class UnsupportedError(ReassessError):
    """Something valid that is not handled here."""

    status = "UNSUPPORTED"


class MismatchError(ReassessError, ValueError):
    """Things that do not belong together: numbers of rows or classes, other labels."""

    status = "MISMATCH"


class RangeError(ReassessError, IndexError):
    """A number outside its limits: an image that is none of the labels."""

    status = "RANGE"


class NoMemoryError(ReassessError, MemoryError):
    """Memory could not be had."""

    status = "MEMORY"


class DeviceError(ReassessError):
    """An accelerator or its library failed."""

    status = "DEVICE"


class ReassessWarning(UserWarning):
    """Something to read before the numbers are believed; also in `Result.warnings`."""


BY_STATUS: dict[str, type[ReassessError]] = {
    kind.status: kind
    for kind in (
        UsageError,
        FileError,
        FormatError,
        UnsupportedError,
        MismatchError,
        RangeError,
        NoMemoryError,
        DeviceError,
    )
}
