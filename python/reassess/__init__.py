"""Scores image classifiers against the reassessed labels (ReaL) of ImageNet, as rows are made.

    scorer = reassess.Scorer(order="imagefolder")
    for images, _ in loader:
        scorer.update(model(images))
    result = scorer.compute()
    print(result)                     # the table that `reassess eval` prints
    result.real_top1.value            # 0.8407...
    result.save("results")            # what `reassess sweep` writes: compare, report, merge go on

Counting and statistics are the C library's; this package hands arrays over to it and shows what
comes back. It needs nothing but Python: arrays come by DLPack, NumPy's interface or the buffer
protocol, from NumPy, PyTorch, JAX or CuPy.
"""

from . import labels
from ._library import version as _version
from .errors import (
    DeviceError,
    FileError,
    FormatError,
    MismatchError,
    NoMemoryError,
    RangeError,
    ReassessError,
    ReassessWarning,
    UnsupportedError,
    UsageError,
)
from .labels import Labels
from .result import Metric, Result
from .scorer import Scorer, evaluate

__version__: str = _version()

__all__ = [
    "DeviceError",
    "FileError",
    "FormatError",
    "Labels",
    "Metric",
    "MismatchError",
    "NoMemoryError",
    "RangeError",
    "ReassessError",
    "ReassessWarning",
    "Result",
    "Scorer",
    "UnsupportedError",
    "UsageError",
    "__version__",
    "evaluate",
    "labels",
]
