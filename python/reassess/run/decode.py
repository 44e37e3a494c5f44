"""Images to pixels, once for all models of one preprocessing.

Threads do it: the decoder and the scaler run outside Python's lock, nothing has to be copied
between processes, and a signal reaches one process only. Pixels stay bytes until they are on the
device.
"""

from __future__ import annotations

import collections
import io
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Sequence

from .images import Image

Geometry = Callable[[Any], Any]  # an RGB image of PIL to one of the size that models take


@dataclass(frozen=True)
class Batch:
    """Images that go through the models together.

    Attributes:
        numbers: which images.
        pixels: images x height x width x RGB, a byte each; black where an image cannot be read.
        height, width: in pixels.
        unreadable: place in the batch, and why.
    """

    numbers: list[int]
    pixels: bytearray
    height: int
    width: int
    unreadable: dict[int, str]


def decode(data: bytes, geometry: Geometry) -> tuple[bytes, tuple[int, int]]:
    """The pixels of an image, and its width and height."""
    from PIL import Image as pil

    made = geometry(pil.open(io.BytesIO(data)).convert("RGB"))
    return made.tobytes(), made.size


def _size(geometry: Geometry) -> tuple[int, int]:
    from PIL import Image as pil

    width, height = geometry(pil.new("RGB", (500, 400))).size
    return width, height


def _take(image: Image, geometry: Geometry, size: tuple[int, int]) -> bytes | str:
    """The pixels, or why there are none."""
    try:
        pixels, got = decode(image.read(), geometry)
    except Exception as error:  # whatever a decoder may raise for a damaged file
        return f"{image.place}: {str(error) or type(error).__name__}"
    if got != size:
        return f"{image.place}: {got[0]} x {got[1]} pixels came out, not {size[0]} x {size[1]}"
    return pixels


def _join(images: Sequence[Image], taken: Sequence[bytes | str], size: tuple[int, int]) -> Batch:
    width, height = size
    black = bytes(width * height * 3)
    unreadable = {i: pixels for i, pixels in enumerate(taken) if isinstance(pixels, str)}
    joined = bytearray().join(black if isinstance(pixels, str) else pixels for pixels in taken)
    return Batch([image.number for image in images], joined, height, width, unreadable)


def batches(
    images: Sequence[Image], geometry: Geometry, count: int, threads: int
) -> Iterator[Batch]:
    """Decodes `images`, `count` at a time, and two batches ahead of whoever takes them."""
    # Of odd metadata, which nobody looks at. Once for all threads: they share the filters.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    size = _size(geometry)
    ahead: collections.deque[tuple[Sequence[Image], list[Future[bytes | str]]]] = (
        collections.deque()
    )
    pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        for begin in range(0, len(images), count):
            some = images[begin : begin + count]
            ahead.append((some, [pool.submit(_take, image, geometry, size) for image in some]))
            if len(ahead) > 2:
                first, futures = ahead.popleft()
                yield _join(first, [future.result() for future in futures], size)
        while ahead:
            first, futures = ahead.popleft()
            yield _join(first, [future.result() for future in futures], size)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
