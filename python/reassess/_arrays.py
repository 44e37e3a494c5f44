"""Where the rows of an array lie: by NumPy's array interface, DLPack or the buffer protocol.

Nothing is copied, unless rows cannot be read where they are: columns that are not side by side, and
memory of a device where none is wanted, are brought into order by the array's own library.

An array is the code of others: whatever it raises where it is asked becomes an error that says so,
and what it says of itself is looked at before an address of it is read.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Iterable, NamedTuple

from . import _checks, _library
from .errors import MismatchError, RangeError, ReassessError, UnsupportedError, UsageError

_HOST = (1, 3, 13)  # kinds of DLPack devices that the host reads: CPU, pinned, managed
_CUDA = 2
_LEGACY_STREAM = 1  # the default stream, as DLPack names it
_INTEGER = 0  # of DLPack's codes of types
_FAR = 2**62  # no size and no distance is as large

_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype = ctypes.c_void_p
_capsule_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_capsule_is = ctypes.pythonapi.PyCapsule_IsValid
_capsule_is.restype = ctypes.c_int
_capsule_is.argtypes = [ctypes.py_object, ctypes.c_char_p]
_Info = ctypes.c_int64 * 9


class _Type(NamedTuple):
    """An element type, and what others call it."""

    name: bytes  # as the C library parses it
    numpy: str
    bytes: int
    code: int  # DLPack's
    typestr: str  # the array interface's; "": a void there, told by its name
    formats: str  # the buffer protocol's


_TYPES = (
    _Type(b"f32", "float32", 4, 2, "<f4", "f"),
    _Type(b"f16", "float16", 2, 2, "<f2", "e"),
    _Type(b"bf16", "bfloat16", 2, 4, "", ""),
    _Type(b"f64", "float64", 8, 2, "<f8", "d"),
    _Type(b"i64", "int64", 8, _INTEGER, "<i8", "lq"),
    _Type(b"i32", "int32", 4, _INTEGER, "<i4", "il"),
)
BYTES = {kind.name: kind.bytes for kind in _TYPES}
_BY_CODE = {(kind.code, 8 * kind.bytes): kind.name for kind in _TYPES}
_BY_TYPESTR = {kind.typestr: kind.name for kind in _TYPES if kind.typestr}
_BY_NAME = {kind.numpy: kind.name for kind in _TYPES if not kind.typestr}
_BY_FORMAT = {(form, kind.bytes): kind.name for kind in _TYPES for form in kind.formats}
_INTEGERS = [kind.name for kind in _TYPES if kind.code == _INTEGER]


def _one_of(integers: bool) -> str:
    *names, last = [kind.numpy for kind in _TYPES if (kind.name in _INTEGERS) == integers]
    return f"{', '.join(names)} or {last}"


class Place(NamedTuple):
    """Rows in memory. `owner` has to live as long as they are read."""

    address: int
    dtype: bytes
    shape: tuple[int, ...]
    strides: tuple[int, ...]  # in bytes
    owner: Any
    stream: int | None = None  # of rows on a device: where they are ready; None: on the host
    kept: bool = True  # its library keeps the memory until that stream has come past its readers


# ---- what cannot be read ----


def _unknown(what: str) -> UsageError:
    if what.startswith((">", "!")):
        return UsageError(
            f"an array of type {what} has its bytes in the order of other machines",
            advice="bring them into that of this one: array.astype(array.dtype.newbyteorder('='))",
        )
    return UsageError(
        f"an array of type {what} cannot be read",
        advice=f"give rows of {_one_of(integers=False)}, and an index of {_one_of(integers=True)}",
    )


def _no_array(given: Any) -> UsageError:
    try:
        inside = hasattr(given, "logits") or (isinstance(given, dict) and "logits" in given)
        listed = isinstance(given, (list, tuple))
        made = not isinstance(given, type) and hasattr(given, "__array__")
    except Exception:
        inside = listed = made = False
    advice = (
        "give one of NumPy, PyTorch, JAX or CuPy, or anything with DLPack or the buffer protocol"
    )
    if inside:
        advice = "give the logits that are in it"
    elif listed:
        advice = "make one of it: numpy.asarray(rows, 'float32'), torch.stack(rows)"
    elif made:
        advice = "make one of it: numpy.asarray(rows)"
    name = type(given).__name__
    article = "an" if name[:1].lower() in "aeiou" else "a"
    return UsageError(f"{article} {name} is no array", advice=advice)


def _not_given(said: Exception) -> UsageError:
    why = str(said) or type(said).__name__
    return UsageError(
        f"the array's own library does not give it away: {why}",
        advice="give a dense one whose values are there: not sparse, nested or quantised, and not "
        "inside of jit, grad or vmap",
    )


def _unreadable(why: str) -> UsageError:
    return UsageError(
        f"what the array says of its memory cannot be: {why}",
        advice="copy it into an array of NumPy or PyTorch",
    )


# ---- the three ways ----


def _checked(place: Place) -> Place:
    """What is said of it by others, before an address is read."""
    shape, strides = place.shape, place.strides
    if len(shape) != len(strides):
        raise _unreadable(f"{len(shape)} sizes, but {len(strides)} strides")
    for size in shape:
        if type(size) is not int or not 0 <= size < _FAR:
            raise _unreadable(f"a size of {_checks.kind(size)}")
    for stride in strides:
        if type(stride) is not int or not -_FAR < stride < _FAR:
            raise _unreadable(f"a stride of {_checks.kind(stride)}")
    if type(place.address) is not int or (place.address <= 0 and 0 not in shape):
        raise _unreadable(f"an address of {_checks.kind(place.address)}")
    return place


def _compact(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    strides = [size] * len(shape)
    for at in range(len(shape) - 2, -1, -1):
        strides[at] = strides[at + 1] * shape[at + 1]
    return tuple(strides)


def _by_interface(array: Any, interface: Any) -> Place:
    try:
        if getattr(array, "mask", None) is not None and getattr(array.mask, "any", bool)():
            raise UsageError(
                "values of a masked array are hidden", advice="fill them, or leave their rows out"
            )
        typestr = interface["typestr"]
        dtype = _BY_TYPESTR.get(typestr)
        if dtype is None:
            name = str(getattr(array, "dtype", typestr))
            dtype = _BY_NAME.get(name)  # of ml_dtypes, which says that it is a void
            if dtype is None:
                raise _unknown(name)
        shape = tuple(interface["shape"])
        strides = tuple(interface.get("strides") or _compact(shape, BYTES[dtype]))
        return _checked(Place(interface["data"][0], dtype, shape, strides, array))
    except ReassessError:
        raise
    except Exception as said:
        raise _unreadable(f"{type(said).__name__}: {said}") from said


def _stream_of(array: Any) -> tuple[int, bool]:
    """The stream its library works in now, and whether memory that it frees is only used again
    there; the default stream, of a library that is not known."""
    torch, cupy = sys.modules.get("torch"), sys.modules.get("cupy")
    if torch is not None and isinstance(array, torch.Tensor):
        return torch.cuda.current_stream(array.device).cuda_stream, True
    if cupy is not None and isinstance(array, cupy.ndarray):
        return cupy.cuda.get_current_stream().ptr, True
    return 0, False


def _plain(array: Any) -> Any:
    """The same values as they stand in memory. A tensor of PyTorch may be one that requires a
    gradient, or a view that is the negative of its memory, which DLPack cannot say."""
    if getattr(array, "requires_grad", False):
        array = array.detach()
    if hasattr(array, "is_neg") and array.is_neg():
        array = array.resolve_neg()
    return array


def _take_capsule(array: Any, stream: int | None) -> tuple[Any, int, int]:
    """A capsule, what it points to, and whether that is a versioned one."""
    options = {} if stream is None else {"stream": stream}
    try:
        capsule = array.__dlpack__(**options)
    except BufferError as said:  # memory that is read-only, say: only the versioned form tells it
        try:
            capsule = array.__dlpack__(max_version=(1, 0), **options)
        except TypeError:
            raise said from None
    versioned = int(bool(_capsule_is(capsule, b"dltensor_versioned")))
    name = b"dltensor_versioned" if versioned else b"dltensor"
    return capsule, int(_capsule_pointer(capsule, name) or 0), versioned


def _by_dlpack(array: Any, on_device: bool) -> Place:
    stream, kept, taken = None, True, None
    try:
        array = _plain(array)
        device = array.__dlpack_device__()[0]
        if on_device and device == _CUDA:
            stream, kept = _stream_of(array)
            taken = _take_capsule(array, stream or _LEGACY_STREAM)
        elif device in _HOST:
            taken = _take_capsule(array, None)
        else:
            array = _to_host(array)
    except ReassessError:
        raise
    except Exception as said:  # sparse, quantised, of no memory
        raise _not_given(said) from said
    if taken is None:
        return _locate_copy(array)
    capsule, address, versioned = taken
    info = _Info()
    error = ctypes.c_void_p()
    status = _library.dlpack(address, versioned, info, ctypes.byref(error))
    if status != 0:
        raise _library.fail(status, error)
    data, code, bits, dimensions, size_0, size_1, stride_0, stride_1, lies_on = info
    dtype = _BY_CODE.get((code, bits))
    if dtype is None:
        raise _unknown(str(getattr(array, "dtype", f"code {code} of {bits} bits")))
    if lies_on != device:
        raise _unreadable(f"on a device of kind {device}, and on one of kind {lies_on}")
    size = BYTES[dtype]
    sizes = (size_0, size_1)[:dimensions]
    strides = (stride_0 * size, stride_1 * size)[-dimensions:]
    return _checked(Place(data, dtype, sizes, strides, (capsule, array), stream, kept))


def _by_buffer(array: Any) -> Place:
    try:
        view = memoryview(array)
        form, shape, strides = view.format, view.shape, view.strides
    except TypeError:
        raise _no_array(array) from None
    except Exception as said:  # a view that was released
        raise _not_given(said) from said
    if form[:1] in "=<@" and sys.byteorder == "little":
        form = form[1:]
    dtype = _BY_FORMAT.get((form, view.itemsize))
    if dtype is None or strides is None or shape is None:
        raise _unknown(view.format if form[:1] in ">!" else f"format {view.format!r}")
    memory: Any = view
    if not view.c_contiguous or view.readonly:
        memory, strides = bytearray(view.tobytes()), _compact(shape, BYTES[dtype])
    if view.nbytes == 0:
        return Place(0, dtype, shape, strides, view)
    owner = (ctypes.c_char * view.nbytes).from_buffer(memory)
    return Place(ctypes.addressof(owner), dtype, shape, strides, owner)


# ---- finding ----


def _to_host(array: Any) -> Any:
    """A copy in the memory of the host, which waits for the device."""
    if hasattr(array, "cpu"):  # PyTorch
        return array.cpu()
    if hasattr(array, "get"):  # CuPy
        return array.get()
    if hasattr(array, "__array__"):  # JAX
        return array.__array__()
    raise UnsupportedError(
        "the rows lie on a device, and their library has no known way to the host",
        advice="copy them before",
    )


def _locate_copy(array: Any) -> Place:
    """Of what `_to_host` gave, which has to be on the host."""
    device = getattr(array, "__dlpack_device__", None)
    if device is not None and not hasattr(array, "__array_interface__"):
        if device()[0] not in _HOST:
            raise UnsupportedError(
                "a copy of the rows for the host is not on the host", advice="copy them before"
            )
    return locate(array)


def locate(array: Any, on_device: bool = False) -> Place:
    """Where the values of an array are; where they may be on a device, left there."""
    try:
        interface = getattr(array, "__array_interface__", None)
        exchanges = interface is None and hasattr(array, "__dlpack__")
    except Exception as said:
        raise _not_given(said) from said
    if interface is not None and not isinstance(array, type):
        return _by_interface(array, interface)
    if exchanges and not isinstance(array, type):
        return _by_dlpack(array, on_device)
    return _by_buffer(array)


def _fault(place: Place) -> str:
    """Why rows cannot be read as they lie; "" where they can."""
    shape, strides, size = place.shape, place.strides, BYTES[place.dtype]
    if len(shape) != 2 or shape[1] == 0:
        raise UsageError(
            f"rows of values have two dimensions, images x classes; the shape of these is {shape}",
            advice="one row is a batch as array[None]" if len(shape) == 1 else "",
        )
    if shape[1] > 1 and strides[1] != size:
        return "the columns of the rows are not side by side"
    if shape[0] > 1 and strides[0] < shape[1] * size:
        return "the rows overlap or lie in reverse"
    return ""


def rows(array: Any, on_device: bool = False) -> Place:
    """The same of rows of values: two dimensions, columns side by side."""
    place = locate(array, on_device)
    if place.dtype in _INTEGERS:
        raise UsageError(
            f"rows of logits cannot be of type {place.dtype.decode()}",
            advice=f"give them as {_one_of(integers=False)}; predicted classes are scored from a "
            "file: reassess eval FILE.npy",
        )
    fault = _fault(place)
    if not fault:
        return place
    try:
        copy = getattr(array, "contiguous", None) or getattr(array, "copy", None)
        made = None if copy is None else copy()
    except Exception as said:
        raise _not_given(said) from said
    if made is not None:
        place = locate(made, on_device)
    if made is None or _fault(place):
        raise UsageError(fault, advice="copy them first")
    return place


def index(array: Any, count: int, on_device: bool = False) -> Place:
    """The same of the numbers of `count` images: int32 or int64. Lists and ranges are taken."""
    if isinstance(array, (list, tuple, range)):
        return _index_of_list(array, count)
    if isinstance(array, int):
        raise UsageError(
            f"an index has the number of the image of each row, and is not {_checks.kind(array)}",
            advice="give a list of them",
        )
    place = locate(array, on_device)
    if place.stream is not None and (place.dtype != b"i64" or place.strides != (8,)):
        place = locate(array)  # a kernel reads int64 alone
    if len(place.shape) != 1 or place.dtype not in _INTEGERS:
        raise UsageError(
            "an index has one dimension of int32 or int64, the number of the image of each row; "
            f"this one is of type {place.dtype.decode()} and shape {place.shape}"
        )
    _check_count(place.shape[0], count)
    return place


def _index_of_list(listed: Iterable[Any], count: int) -> Place:
    try:
        _check_count(len(listed), count)  # type: ignore[arg-type]
    except OverflowError:  # of a range
        raise RangeError("an index is far too long") from None
    try:
        numbers = _checks.numbers("q", listed, "an index")
    except UsageError:
        if all(isinstance(each, str) for each in listed):
            raise UsageError(
                "an index has numbers of images, not their names",
                advice='labels.find(names) gives them, for a scorer of order="file"',
            ) from None
        raise
    return Place(numbers.buffer_info()[0], b"i64", (len(numbers),), (8,), numbers)


def _check_count(there: int, count: int) -> None:
    if there != count:
        raise MismatchError(
            f"{count} rows, but an index of {there} images",
            advice="give the number of the image of each row",
        )
