"""Rows in, batch after batch; numbers out."""

from __future__ import annotations

import ctypes
import json
import os
import struct
import threading
import warnings
from typing import Any, Mapping, Sequence, Union

from . import _arrays, _checks, _library
from .errors import FormatError, MismatchError, ReassessWarning, UsageError
from .labels import Labels
from .result import Result

_STATE = struct.Struct("<8sI")
_MAGIC = b"RSPYTH\x00\x01"
_OPTIONS = {"topk", "calibration", "keep", "order", "class_map", "values", "threads", "name"}


Sets = Mapping[str, Union[Labels, str, "os.PathLike[str]"]]


class Scorer:
    """Scores rows as a model makes them: any number at a time, of any images, in any order.

    An image counts once, the first time it comes, so the padding of samplers does no harm. Whatever
    the batches and the processes, the counts are those of one pass over a file of the same rows.

    Args:
        labels: the ground truth; None: that of the default folder (`reassess.labels.fetch`).
        topk: which top-K accuracies to count; 1 is always among them.
        calibration: count NLL, ECE and confidence as well; takes longer.
        keep: first predictions kept of each image, with their values, for `compare`, `mistakes` and
            `report`; 0: none.
        order: how images are numbered. "file": by file name, as the labels are. "imagefolder": by
            class folder, then by file name, as torchvision's ImageFolder and most data sets give
            them. Or the path of a list of file names. Each with " dealt W:B" behind it where rows
            were dealt out over W processes, as `eval --deal W:B` says it.
        class_map: path of a file whose line j is the class of column j, -1 for none; None: column j
            is class j.
        values: what the numbers are: "logits", "probs" or "sigmoid"; calibration asks.
        threads: at most; 0: as many as the process may use processors.
        device: the number of the CUDA device on which the rows lie, which are scored there: one
            launch in the current stream of PyTorch or CuPy, without a copy and a wait. None: the
            rows are in the memory of the host, or are copied there.
        name: of the model, in results.
        real: further label sets of the same images, by name, as `eval --real NAME=FILE` takes them:
            each `Labels` with the images, classes and original labels of `labels`, or a path in
            place of the `real` of `labels`. Results have a section for each (`Result.real_sets`).
            They are counted from the predictions that are kept: `keep` is 3 and the last of `topk`
            at least, or the number of classes.

    Raises:
        FileError, FormatError: labels, list or class map cannot be read.
        MismatchError: a list, a class map or a label set of other images or classes.
        UsageError: an option that cannot be; too few predictions kept for further label sets.
        UnsupportedError, DeviceError: there is no CUDA here, or no such device.
    """

    def __init__(
        self,
        labels: Labels | None = None,
        topk: Sequence[int] = (1, 5),
        calibration: bool = False,
        keep: int = 10,
        order: str | os.PathLike[str] = "file",
        *,
        class_map: str | os.PathLike[str] | None = None,
        values: str = "logits",
        threads: int = 0,
        device: int | None = None,
        name: str = "model",
        real: Sets | None = None,
    ) -> None:
        if labels is not None and not isinstance(labels, Labels):
            raise UsageError(
                f"labels cannot be {_checks.kind(labels)}",
                advice="give reassess.Labels: Labels(real, original) or Labels.from_sets",
            )
        self.labels = Labels() if labels is None else labels
        self.name = _checks.text(name, "the name of a model")
        self._options: dict[str, Any] = {
            "topk": list(_checks.numbers("q", topk, "topk")),
            "calibration": _checks.flag(calibration, "calibration"),
            "keep": _checks.number(keep, "keep"),
            "order": _checks.order(order),
            "class_map": _checks.maybe_path(class_map, "class_map"),
            "values": _checks.word(values, "values", ("logits", "probs", "sigmoid")),
            "threads": _checks.number(threads, "threads"),
        }
        self.device = (
            None
            if device is None
            else _checks.number(device, "device, the number of a CUDA device,")
        )
        self._sets = _take_sets(self.labels, real)
        self._lock = threading.Lock()
        self._handle = _Handle(self.labels, self._options, self.device, self._sets)

    def __deepcopy__(self, memo: Any) -> "Scorer":
        """What `from_state` makes of `state`; labels, which never change, are shared."""
        return Scorer.from_state(self.state(), self.labels, self.device, self._sets)

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle, the same."""
        return Scorer.from_state, (self.state(), self.labels, self.device, self._sets)

    def _of_device(self, device: int) -> "Scorer":
        """One of the same labels, options and name for rows on a device, to which nothing came."""
        return Scorer(
            self.labels, device=device, name=self.name, real=self._sets, **self._options
        )

    def update(self, logits: Any, index: Any = None) -> None:
        """Counts a batch.

        Args:
            logits: rows x classes of float32, float16, bfloat16 or float64: an array of NumPy,
                PyTorch, JAX or CuPy, or anything with DLPack or the buffer protocol. Read where it
                lies; rows on a device are copied to the host first, unless the scorer is of that
                device: then they have to be there. Gradients do not matter.
            index: which image each row is, in `order`, from 0: int64 or int32, as long as there are
                rows, or a list. None: the images after those that last came without an index.

        Raises:
            RangeError: an index is no image, or more rows came than there are images.
            MismatchError: the columns are not those of the labels or the class map.
            FormatError: the rows are to be probabilities and are none.
            UsageError: no array of rows, or of a type that cannot be read.
            UnsupportedError: memory that cannot be reached from the host.
            DeviceError: the rows are not on the device of the scorer, or it failed.

        On failure nothing of the batch was counted. The call waits for other calls on this scorer;
        while it counts, other Python threads run.
        """
        on_device = self.device is not None
        place = _arrays.rows(logits, on_device)
        rows, columns = place.shape
        where = which = None
        if index is not None:
            which = _arrays.index(index, rows, on_device)
            where = which.address
        error = ctypes.c_void_p()
        with self._lock:
            if on_device:
                self._handle.begin(place, which)
            status = _library.scorer_add(
                self._handle,
                place.address,
                place.dtype,
                rows,
                columns,
                place.strides[0],
                where,
                0 if which is None else _arrays.BYTES[which.dtype],
                0 if which is None else which.strides[0],
                ctypes.byref(error),
            )
        if status != 0:
            raise _library.fail(status, error)

    def _counts(self) -> Any:
        counts = (ctypes.c_uint64 * 3)()
        with self._lock:
            if self.device is not None:
                self._handle.wait()
            _library.scorer_counts(self._handle, counts)
        return counts

    @property
    def images(self) -> int:
        """How many images came."""
        return int(self._counts()[0])

    @property
    def missing(self) -> int:
        """How many did not."""
        return int(self._counts()[1])

    @property
    def repeats(self) -> int:
        """How many rows were left out because their image had come before."""
        return int(self._counts()[2])

    def compute(
        self, name: str | None = None, *, source: str | None = None, notes: Sequence[str] = ()
    ) -> Result:
        """The numbers of what came so far; as often as wanted.

        Args:
            name: of the model, in place of the scorer's.
            source: where the rows come from, as the record says it; None: memory.
            notes: what else makes the numbers doubtful; a warning each.

        Whatever makes the numbers doubtful - images that never came, invalid rows, another order of
        rows or columns that explains more - is a `ReassessWarning`, and stands in the result.

        Raises:
            UsageError: no text where one is wanted.
            DeviceError: what was launched on the device failed.
        """
        return self._compute(name, source, notes, 3)

    def _compute(
        self, name: str | None, source: str | None, notes: Sequence[str], level: int
    ) -> Result:
        """What `compute` gives; warnings are of the line that called, `level` calls away."""
        given = _checks.sequence(notes, "notes", "a list of texts")
        about = _library.options_text(
            input=_checks.maybe_path(source, "source"),
            warnings=[_checks.text(note, "a note") for note in given],
        )
        model = _checks.text(self.name if name is None else name, "the name of a model").encode()
        with self._lock:
            handle = _library.make("scorer_result", self._handle, model, about)
            result = Result(handle, self._handle)
        for text in result.warnings:
            warnings.warn(text, ReassessWarning, stacklevel=level)
        return result

    def merge(self, other: "Scorer | bytes", once: bool = False) -> None:
        """Takes in what another scorer has, or the `state` of one: of another process, say.

        Args:
            other: of the same labels and options.
            once: an image that both have seen counts once, as this one has it, and is a repeat.

        Raises:
            MismatchError: the two are not alike; or both have seen an image, and `once` is not set.
            FormatError: the bytes are damaged.
            UsageError: neither a scorer nor bytes.
        """
        once = _checks.flag(once, "once")
        if isinstance(other, Scorer):
            if other is self:
                raise MismatchError(
                    "a scorer cannot be merged with itself", advice="merge that of another process"
                )
            first, second = sorted((self, other), key=id)  # both ways at a time: no deadlock
            with first._lock, second._lock:
                _library.call("scorer_merge", self._handle, other._handle, int(once))
            return
        _, state = _split_state(other)
        with self._lock:
            _library.call("scorer_merge_bytes", self._handle, state, len(state), int(once))

    def state(self) -> bytes:
        """Everything that came, as bytes, for another process or a checkpoint.

        As long for every scorer of the same labels and options.
        """
        address = ctypes.c_void_p()
        size = ctypes.c_uint64()
        with self._lock:
            _library.call(
                "scorer_to_bytes", self._handle, ctypes.byref(address), ctypes.byref(size)
            )
        try:
            counted = ctypes.string_at(address, size.value)
        finally:
            _library.free(address)
        options = json.dumps({**self._options, "name": self.name}).encode()
        return _STATE.pack(_MAGIC, len(options)) + options + counted

    @classmethod
    def from_state(
        cls,
        state: bytes,
        labels: Labels | None = None,
        device: int | None = None,
        real: Sets | None = None,
    ) -> "Scorer":
        """The scorer that `state` was of; rows without an index begin at image 0 again.

        Args:
            state: from `Scorer.state`.
            labels: those it had; None: those of the default folder.
            device: as of a `Scorer`; it need not be that of the one that `state` was of.
            real: likewise.

        Raises:
            FormatError: the bytes are damaged, or of another version.
            MismatchError: the labels are others.
            UsageError: no bytes.
            FileError: a list or class map that the scorer had is not there.
        """
        options, _ = _split_state(state)
        made = cls(labels, device=device, real=real, **options)
        made.merge(state)
        return made

    def reset(self) -> None:
        """Forgets everything that came."""
        fresh = _Handle(self.labels, self._options, self.device, self._sets)
        with self._lock:
            self._handle = fresh

    def __repr__(self) -> str:
        images, missing, repeats = self._counts()
        return f"<reassess.Scorer: {images} images came, {missing} did not, {repeats} repeats>"


class _Handle:
    """What is behind a scorer until it is reset, and behind the results of it: they read its labels
    and its order, and it goes with the last of them."""

    def __init__(
        self,
        labels: Labels,
        options: dict[str, Any],
        device: int | None,
        sets: dict[str, Labels],
    ) -> None:
        self._labels = labels
        self._sets = sets
        self._held: list[_arrays.Place] = []
        self._as_parameter_ = _library.make(
            "scorer_create", labels._handle, _library.options_text(device=device, **options)
        )
        for name, others in sets.items():
            _library.call("scorer_add_set", self, name.encode(), others._handle)

    def begin(self, *places: _arrays.Place | None) -> None:
        """Of a device: the stream of the next batch. Memory of libraries that are not known is held
        until the kernels have read it, at most 256 MB of it."""
        if sum(held.shape[0] * held.strides[0] for held in self._held) > 256 << 20:
            self.wait()
        for place in places:
            if place is not None and not place.kept:
                self._held.append(place)
        _library.scorer_set_stream(self, places[0].stream if places[0] else None)

    def wait(self) -> None:
        """Until everything on the device is done."""
        _library.call("scorer_wait", self)
        self._held.clear()

    def __del__(self) -> None:
        _library.scorer_free(getattr(self, "_as_parameter_", None))


def _take_sets(labels: Labels, real: Any) -> dict[str, Labels]:
    if real is None:
        return {}
    if not isinstance(real, Mapping):
        raise UsageError(
            f"real cannot be {_checks.kind(real)}",
            advice="give label sets by name: real={'cleaner': Labels(...)}",
        )
    return {
        _checks.text(name, "the name of a label set"): (
            given if isinstance(given, Labels) else labels._beside(given)
        )
        for name, given in real.items()
    }


def _split_state(state: Any) -> tuple[dict[str, Any], bytes]:
    damaged = FormatError("these are not the bytes of a scorer", advice="take those of state()")
    try:
        state = bytes(memoryview(state))
    except Exception:
        raise UsageError(
            f"{_checks.kind(state)} is neither a scorer nor the bytes of one",
            advice="give a Scorer or what its state() gave",
        ) from None
    if len(state) < _STATE.size:
        raise damaged
    magic, length = _STATE.unpack_from(state)
    if magic != _MAGIC or length > len(state) - _STATE.size:
        raise damaged
    try:
        options = json.loads(state[_STATE.size : _STATE.size + length])
    except ValueError:
        raise damaged from None
    if not isinstance(options, dict) or not _OPTIONS.issuperset(options):
        raise damaged
    return options, state[_STATE.size + length :]


def evaluate(logits: Any, labels: Labels | None = None, **options: Any) -> Result:
    """Scores all rows of a model that lie in memory.

    Args:
        logits: images x classes; see `Scorer.update`.
        labels, options: as `Scorer` takes them: `order="imagefolder"`, for example, or
            `real={"cleaner": "cleaner.json"}` for the numbers by a further label set.

    Raises:
        MismatchError: there are not as many rows as images.
        ReassessError: as `Scorer` and `Scorer.update` raise it.
    """
    scorer = Scorer(labels, **options)
    rows = _arrays.rows(logits).shape[0]
    if rows != scorer.labels.images:
        raise MismatchError(
            f"{rows} rows, but the labels have {scorer.labels.images} images",
            advice="score a part with Scorer.update and an index",
        )
    scorer.update(logits)
    return scorer._compute(None, None, (), 3)
