"""The folder of results: what is there and still good, what is written, what failed."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
from typing import Sequence

from .. import _library
from ..errors import ReassessError
from ..result import Result
from ..scorer import Scorer
from .images import Image
from .specs import Spec
from .zoo import Recipe


def digest(images: Sequence[Image]) -> str:
    """Which images they are, wherever they lie: their numbers and sizes."""
    made = hashlib.blake2b(digest_size=8)
    for image in images:
        made.update(b"%d %d\n" % (image.number, image.size))
    return f"{len(images)} {made.hexdigest()}"


def made_from(spec: Spec, recipe: Recipe, images: str, dtype: str) -> bytes:
    """What a result of a model is made from, beside labels and options of scoring."""
    settings = {
        "the model": f"{spec.zoo}:{spec.name}",
        "the weights": "a checkpoint" if spec.checkpoint else recipe.weights,
        "the preprocessing": recipe.preprocessing,
        "the images": images,
        "run --dtype": dtype,
    }
    files = [] if spec.checkpoint is None else [spec.checkpoint]
    return json.dumps({"files": files, "settings": settings}).encode()


def shard(text: str | None, models: int) -> tuple[int, int]:
    """Which models are this process's: number I of every N."""
    taken = (ctypes.c_uint64 * 2)()
    _library.call("shard", None if text is None else text.encode(), models, taken)
    return taken[0], taken[1]


class Folder:
    """Results in `path`, as `reassess sweep` writes them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._path = os.fsencode(path)

    def why(self, scorer: Scorer, name: str, source: bytes) -> str | None:
        """None: the model's result is there and good; "": there is none; else why it is redone."""
        text = _library.take_text(
            _library.make("result_check", scorer._handle, name.encode(), self._path, source)
        )
        return None if text == "fresh" else text

    def save(self, result: Result, source: bytes) -> None:
        result._save(self.path, source)

    def fail(self, name: str, spec: Spec, error: BaseException) -> None:
        """Writes why a model failed; an older record stays."""
        said = {"status": "FORMAT", "file": None, "reason": describe(error), "advice": None}
        if isinstance(error, ReassessError):
            said["status"] = error.status or "FORMAT"
        _library.call(
            "failure_save", self._path, name.encode(), str(spec).encode(), json.dumps(said).encode()
        )


def describe(error: BaseException) -> str:
    """An exception in one line."""
    text = " ".join(str(error).split())
    if isinstance(error, ReassessError):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
