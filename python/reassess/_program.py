"""The C program, which the wheel puts among the scripts of an environment."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

from .errors import FileError


def program() -> str:
    """The path of the program `reassess` that came with this package.

    Raises:
        FileError: it is not there.
    """
    beside = Path(__file__).resolve().parent.parent / "bin" / "reassess"  # pip install --target
    for place in (
        os.environ.get("REASSESS_PROGRAM"),
        os.path.join(sysconfig.get_path("scripts"), "reassess"),
        str(beside),
        shutil.which("reassess"),
    ):
        if place and os.access(place, os.X_OK):
            return place
    raise FileError(
        "the program reassess is not there",
        advice="install the wheel that holds it, or name it by the variable REASSESS_PROGRAM",
    )
