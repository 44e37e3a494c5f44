"""Where the rows of an array lie: by NumPy's array interface, DLPack or the buffer protocol.

Nothing is copied, unless rows cannot be read where they are: columns that are not side by side, and
memory of a device where none is wanted, are brought into order by the array's own library.
"""

from __future__ import annotations

import array as arrays
import ctypes
import sys
from typing import Any, Iterable, NamedTuple

from . import _library
from .errors import RangeError, UnsupportedError, UsageError

_HOST = (1, 3, 13)  # kinds of DLPack devices that the host reads: CPU, pinned, managed
_CUDA = 2
_LEGACY_STREAM = 1  # the default stream, as DLPack names it
_BY_CODE = {(2, 32): b"f32", (2, 16): b"f16", (2, 64): b"f64", (4, 16): b"bf16"}
_BY_CODE.update({(0, 32): b"i32", (0, 64): b"i64"})
_BY_TYPESTR = {"<f4": b"f32", "<f2": b"f16", "<f8": b"f64", "<i4": b"i32", "<i8": b"i64"}
_BY_FORMAT = {("f", 4): b"f32", ("e", 2): b"f16", ("d", 8): b"f64"}
_BY_FORMAT.update({("i", 4): b"i32", ("l", 4): b"i32", ("l", 8): b"i64", ("q", 8): b"i64"})
BYTES = {b"f32": 4, b"f16": 2, b"bf16": 2, b"f64": 8, b"i32": 4, b"i64": 8}

_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype = ctypes.c_void_p
_capsule_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_Info = ctypes.c_int64 * 9


class Place(NamedTuple):
    """Rows in memory. `owner` has to live as long as they are read."""

    address: int
    dtype: bytes
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # in bytes
    owner: Any
    stream: int | None = None  # of rows on a device: where they are ready; None: on the host
    kept: bool = True  # its library keeps the memory until that stream has come past its readers


def _unknown(what: str) -> UsageError:
    return UsageError(
        f"an array of type {what} cannot be scored: give float32, float16, bfloat16 or float64, "
        "and int32 or int64 for an index"
    )


def _compact(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    strides = [size] * len(shape)
    for at in range(len(shape) - 2, -1, -1):
        strides[at] = strides[at + 1] * shape[at + 1]
    return tuple(strides)


def _by_interface(array: Any, interface: dict[str, Any]) -> Place:
    if getattr(array, "mask", None) is not None and getattr(array.mask, "any", bool)():
        raise UsageError("values of a masked array are hidden: fill them, or leave their rows out")
    typestr = interface["typestr"]
    dtype = _BY_TYPESTR.get(typestr)
    if dtype is None:
        name = str(getattr(array, "dtype", typestr))
        if name != "bfloat16":  # of ml_dtypes, which says that it is a void of two bytes
            raise _unknown(name)
        dtype = b"bf16"
    shape = tuple(interface["shape"])
    strides = interface.get("strides") or _compact(shape, BYTES[dtype])
    return Place(interface["data"][0], dtype, shape, tuple(strides), array)


def _stream_of(array: Any) -> tuple[int, bool]:
    """The stream its library works in now, and whether memory that it frees is only used again
    there; the default stream, of a library that is not known."""
    torch, cupy = sys.modules.get("torch"), sys.modules.get("cupy")
    if torch is not None and isinstance(array, torch.Tensor):
        return torch.cuda.current_stream(array.device).cuda_stream, True
    if cupy is not None and isinstance(array, cupy.ndarray):
        return cupy.cuda.get_current_stream().ptr, True
    return 0, False


def _by_dlpack(array: Any, on_device: bool = False) -> Place:
    if getattr(array, "requires_grad", False):
        array = array.detach()
    stream, kept = None, True
    try:
        kind = array.__dlpack_device__()[0]
        if on_device and kind == _CUDA:
            stream, kept = _stream_of(array)
            capsule = array.__dlpack__(stream=stream or _LEGACY_STREAM)
        elif kind in _HOST:
            capsule = array.__dlpack__()
        else:
            capsule = None
    except (BufferError, TypeError, ValueError) as said:  # sparse, quantized, of no memory
        raise UsageError(f"the array's own library does not give it away: {said}") from said
    if capsule is None:
        return locate(_to_host(array))
    info = _Info()
    error = ctypes.c_void_p()
    address = _capsule_pointer(capsule, b"dltensor")
    status = _library.dlpack(address, 0, info, ctypes.byref(error))
    if status != 0:
        raise _library.fail(status, error)
    data, code, bits, dimensions, size_0, size_1, stride_0, stride_1, _ = info
    dtype = _BY_CODE.get((code, bits))
    if dtype is None:
        raise _unknown(str(getattr(array, "dtype", f"code {code} of {bits} bits")))
    size = BYTES[dtype]
    if dimensions == 1:
        return Place(data, dtype, (size_0,), (stride_1 * size,), (capsule, array), stream, kept)
    strides = (stride_0 * size, stride_1 * size)
    return Place(data, dtype, (size_0, size_1), strides, (capsule, array), stream, kept)


def _by_buffer(array: Any) -> Place:
    view = memoryview(array)
    dtype = _BY_FORMAT.get((view.format.lstrip("=<@"), view.itemsize))
    if dtype is None or view.strides is None or view.shape is None:
        raise _unknown(f"format {view.format!r}")
    shape, strides = tuple(view.shape), tuple(view.strides)
    memory: Any = view
    if not view.c_contiguous or view.readonly:
        memory, strides = bytearray(view.tobytes()), _compact(shape, BYTES[dtype])
    if view.nbytes == 0:
        return Place(0, dtype, shape, strides, view)
    owner = (ctypes.c_char * view.nbytes).from_buffer(memory)
    return Place(ctypes.addressof(owner), dtype, shape, strides, owner)


def _to_host(array: Any) -> Any:
    """A copy in the memory of the host, which waits for the device."""
    if hasattr(array, "cpu"):  # PyTorch
        return array.cpu()
    if hasattr(array, "get"):  # CuPy
        return array.get()
    if hasattr(array, "__array__"):  # JAX
        return array.__array__()
    raise UnsupportedError(
        "the rows lie on a device, and their library has no known way to the host: copy them before"
    )


def locate(array: Any, on_device: bool = False) -> Place:
    """Where the values of an array are; where they may be on a device, left there."""
    interface = getattr(array, "__array_interface__", None)
    if interface is not None:
        return _by_interface(array, interface)
    if hasattr(array, "__dlpack__"):
        return _by_dlpack(array, on_device)
    try:
        return _by_buffer(array)
    except TypeError:
        raise UsageError(
            f"a {type(array).__name__} is no array: give one of NumPy, PyTorch, JAX or CuPy, or "
            "anything with DLPack or the buffer protocol"
        ) from None


def rows(array: Any, on_device: bool = False) -> Place:
    """The same of rows of values: two dimensions, columns side by side."""
    place = locate(array, on_device)
    if len(place.shape) != 2 or place.shape[1] == 0:
        raise UsageError(
            "rows of values have two dimensions, images x classes; the shape of these is "
            f"{place.shape}"
        )
    if place.shape[1] > 1 and place.strides[1] != BYTES[place.dtype]:
        copy = getattr(array, "contiguous", None) or getattr(array, "copy", None)
        if copy is None:
            raise UsageError("the columns of the rows are not side by side: copy them first")
        return rows(copy(), on_device)
    if place.shape[0] > 1 and place.strides[0] < place.shape[1] * BYTES[place.dtype]:
        copy = getattr(array, "contiguous", None) or getattr(array, "copy", None)
        if copy is None:
            raise UsageError("the rows overlap or lie in reverse: copy them first")
        return rows(copy(), on_device)
    return place


def whole_numbers(code: str, numbers: Iterable[Any], what: str) -> arrays.array[int]:
    """Numbers in memory, of the type that `code` is for the module array; none is cut."""
    try:
        return arrays.array(code, numbers)
    except TypeError:
        raise UsageError(f"{what} has whole numbers alone") from None
    except OverflowError:
        raise RangeError(f"{what} has a number that is far too large") from None


def index(array: Any, on_device: bool = False) -> Place:
    """The same of numbers of images: one dimension, int32 or int64. Lists and ranges are taken."""
    if isinstance(array, (list, tuple, range)):
        numbers = whole_numbers("q", array, "an index")
        return Place(numbers.buffer_info()[0], b"i64", (len(array),), (8,), numbers)
    place = locate(array, on_device)
    if place.stream is not None and (place.dtype != b"i64" or place.strides != (8,)):
        place = locate(array)  # a kernel reads int64 alone
    if len(place.shape) != 1 or place.dtype not in (b"i32", b"i64"):
        raise UsageError(
            "an index has one dimension of int32 or int64, the number of the image of each row"
        )
    return place
