"""libreassess, and the flat functions of it that this package is made of (host/flat/flat.h).

ctypes, because those functions take addresses, numbers and texts alone: nothing has to be compiled
for one version of Python, so one wheel serves all, and no layout of a C struct is copied here.
"""

from __future__ import annotations

import ctypes
import json
import os
from pathlib import Path
from typing import Any

from . import _words
from .errors import BY_STATUS, ReassessError

_ERROR = ctypes.POINTER(ctypes.c_void_p)
_HANDLE = ctypes.c_void_p

# What each function takes before the text of its error.
_FALLIBLE: dict[str, list[Any]] = {
    "labels_load": [ctypes.c_char_p, _ERROR],
    "labels_create": [
        ctypes.c_uint64,
        ctypes.c_uint32,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_void_p,
        _ERROR,
    ],
    "labels_describe": [_HANDLE, _ERROR],
    "labels_find": [
        _HANDLE,
        ctypes.c_char_p,
        ctypes.c_uint64,
        ctypes.POINTER(ctypes.c_int64),
        ctypes.c_uint64,
    ],
    "dlpack": [ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int64)],
    "scorer_create": [_HANDLE, ctypes.c_char_p, _ERROR],
    "scorer_add_set": [_HANDLE, ctypes.c_char_p, _HANDLE],
    "scorer_add": [
        _HANDLE,
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_uint64,
        ctypes.c_uint64,
        ctypes.c_int64,
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int64,
    ],
    "scorer_wait": [_HANDLE],
    "scorer_merge": [_HANDLE, _HANDLE, ctypes.c_int],
    "scorer_to_bytes": [_HANDLE, _ERROR, ctypes.POINTER(ctypes.c_uint64)],
    "scorer_merge_bytes": [_HANDLE, ctypes.c_char_p, ctypes.c_uint64, ctypes.c_int],
    "scorer_result": [_HANDLE, ctypes.c_char_p, ctypes.c_char_p, _ERROR],
    "result_save": [_HANDLE, ctypes.c_char_p, ctypes.c_char_p],
    "result_check": [_HANDLE, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, _ERROR],
    "failure_save": [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p],
    "shard": [ctypes.c_char_p, ctypes.c_uint64, ctypes.POINTER(ctypes.c_uint64)],
}


# What advice is called in C, and here.
_IN_C = {
    "(RS_SEEN_ONCE)": "(once=True)",
    "with real_path and original_path": "by real and original",
    "use backend cpu or auto, or a machine": "leave device out, or use a machine",
    "use backend cpu, or a machine": "leave device out, or use a machine",
    "use backend cpu or auto": "leave device out",
    "use --backend cpu or auto": "leave device out",
}


def _find() -> str:
    given = os.environ.get("REASSESS_LIBRARY")
    if given:
        return given
    beside = Path(__file__).with_name("libreassess.so")
    if beside.exists():
        return str(beside)
    raise ImportError(
        f"libreassess.so is not in {beside.parent}: install the wheel that scripts/wheel.sh makes, "
        "or name the python/libreassess.so of a build with -D REASSESS_FLAT=ON by the variable "
        "REASSESS_LIBRARY"
    )


_dll = ctypes.CDLL(_find())


def _declare() -> None:
    for name, arguments in _FALLIBLE.items():
        function = getattr(_dll, "rs_flat_" + name)
        function.argtypes = [*arguments, _ERROR]
        function.restype = ctypes.c_int
    for name in ("free", "labels_free", "scorer_free", "result_free"):
        function = getattr(_dll, "rs_flat_" + name)
        function.argtypes = [ctypes.c_void_p]
        function.restype = None
    counts = _dll.rs_flat_scorer_counts
    counts.argtypes = [_HANDLE, ctypes.POINTER(ctypes.c_uint64)]
    counts.restype = None
    _dll.rs_flat_scorer_set_stream.argtypes = [_HANDLE, ctypes.c_void_p]
    _dll.rs_flat_scorer_set_stream.restype = None
    for name in ("rs_flat_result_json", "rs_flat_result_table", "rs_flat_version"):
        function = getattr(_dll, name)
        function.argtypes = [] if name == "rs_flat_version" else [_HANDLE]
        function.restype = ctypes.c_char_p
    for name in ("rs_labels_synset", "rs_labels_name"):
        function = getattr(_dll, name)
        function.argtypes = [_HANDLE, ctypes.c_uint32]
        function.restype = ctypes.c_char_p


_declare()
free = _dll.rs_flat_free
labels_free = _dll.rs_flat_labels_free
scorer_free = _dll.rs_flat_scorer_free
result_free = _dll.rs_flat_result_free
scorer_counts = _dll.rs_flat_scorer_counts
scorer_add = _dll.rs_flat_scorer_add
scorer_set_stream = _dll.rs_flat_scorer_set_stream
dlpack = _dll.rs_flat_dlpack
result_json = _dll.rs_flat_result_json
result_table = _dll.rs_flat_result_table
label_synset = _dll.rs_labels_synset
label_name = _dll.rs_labels_name


def version() -> str:
    """The version of the library: that of the package."""
    return str(_dll.rs_flat_version().decode())


def take_text(address: ctypes.c_void_p) -> str:
    """A text that the library made, which is freed."""
    text = ctypes.string_at(address.value).decode("utf-8", "replace") if address.value else ""
    free(address)
    return text


def fail(status: int, error: ctypes.c_void_p) -> ReassessError:
    """The exception that a failure is, from its text."""
    text = take_text(error)
    if not text:
        return ReassessError(f"the library failed with status {status}, and no memory to say more")
    for theirs, ours in _IN_C.items():
        text = text.replace(theirs, ours)
    said = json.loads(text)
    said["advice"] = _words.of_package(said["advice"])
    kind = BY_STATUS.get(said["status"], ReassessError)
    return kind(said.pop("message"), **said)


def call(function: str, *arguments: Any) -> None:
    """Calls a fallible function; raises what it says."""
    error = ctypes.c_void_p()
    status = getattr(_dll, "rs_flat_" + function)(*arguments, ctypes.byref(error))
    if status != 0:
        raise fail(status, error)


def make(function: str, *arguments: Any) -> ctypes.c_void_p:
    """The same of one whose last argument is where what it makes is to go."""
    made = ctypes.c_void_p()
    call(function, *arguments, ctypes.byref(made))
    return made


def options_text(**options: Any) -> bytes:
    """Options as the library takes them; what is None is left out. Paths are the bytes that they
    are to the system, whatever they are in UTF-8."""
    given = {name: value for name, value in options.items() if value is not None}
    return json.dumps(given, ensure_ascii=False).encode("utf-8", "surrogateescape")
