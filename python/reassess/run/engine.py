"""PyTorch: weights from a checkpoint, a model on its device, pixels to logits."""

from __future__ import annotations

import argparse
import contextlib
import os
from dataclasses import dataclass
from typing import Any

from ..errors import (
    FileError,
    FormatError,
    MismatchError,
    ReassessError,
    UnsupportedError,
    UsageError,
)
from ..scorer import Scorer
from .decode import Batch
from .specs import Spec
from .zoo import Recipe

# Where training programs put weights, the averaged ones first, as timm loads them.
_MEMBERS = ("state_dict_ema", "model_ema", "state_dict", "model")
_PREFIXES = ("_orig_mod.", "module.")


_SAFE = (2, 6)  # before it, torch.load ran code of some files in spite of weights_only


def _load_file(path: str) -> Any:
    import torch

    if path.endswith(".safetensors"):
        try:
            from safetensors.torch import load_file
        except ModuleNotFoundError:
            raise UsageError(
                f"{path}: safetensors is not installed for this Python: pip install safetensors"
            ) from None
        return load_file(path)
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < _SAFE:
        raise UnsupportedError(
            f"{path}: PyTorch {torch.__version__} may run code of a checkpoint though it is told "
            "not to: install 2.6 or later, or save the weights as safetensors",
            file=path,
        )
    allowed: Any = contextlib.nullcontext()
    if hasattr(torch.serialization, "safe_globals"):  # training programs keep their arguments
        allowed = torch.serialization.safe_globals([argparse.Namespace])
    with allowed:
        return torch.load(path, map_location="cpu", weights_only=True)


def read_weights(path: str) -> dict[str, Any]:
    """The tensors of a checkpoint. Code in it does not run.

    Raises:
        FileError, FormatError: it is not there, or holds other things than tensors.
        UnsupportedError, UsageError: what is installed cannot read it, or not safely.
    """
    if not os.path.exists(path):
        raise FileError(f"{path}: there is no such file", file=path)
    try:
        found = _load_file(path)
    except ReassessError:
        raise
    except Exception as error:
        said = str(error).strip().split("\n")[0]
        raise FormatError(
            f"{path}: no checkpoint of tensors alone: {said}; save the model's state_dict",
            file=path,
        ) from None
    for member in _MEMBERS:
        if isinstance(found, dict) and isinstance(found.get(member), dict):
            found = found[member]
            break
    if not isinstance(found, dict) or not all(hasattr(value, "shape") for value in found.values()):
        raise FormatError(f"{path}: no state_dict is in it", file=path)
    for prefix in _PREFIXES * 2:
        if found and all(key.startswith(prefix) for key in found):
            found = {key[len(prefix) :]: value for key, value in found.items()}
    return found


@dataclass
class Loaded:
    """A model on its device."""

    module: Any
    mean: Any
    std: Any


class Torch:
    """What runs the models.

    Args:
        device: PyTorch's name of it; None: a GPU where there is one.
        dtype: "f32", "f16" or "bf16"; the last two by autocast, which keeps weights as they are.
    """

    def __init__(self, device: str | None, dtype: str, local_rank: int = 0) -> None:
        try:
            import torch
        except ModuleNotFoundError:
            raise UsageError(
                "PyTorch is not installed for this Python: pip install torch"
            ) from None
        self._torch = torch
        if device is None:
            device = f"cuda:{local_rank}" if torch.cuda.is_available() else "cpu"
        try:
            self.device = torch.device(device)
            torch.empty(1, device=self.device)
        except (RuntimeError, AssertionError) as error:
            said = str(error).strip().split("\n")[0]
            raise UsageError(f"--device {device} cannot be used: {said}") from None
        self._dtype = {"f32": None, "f16": torch.float16, "bf16": torch.bfloat16}[dtype]
        self._memo: tuple[Any, dict[Any, Any]] = (None, {})
        kinds = [getattr(torch.cuda, "OutOfMemoryError", None)]
        kinds.append(getattr(torch, "OutOfMemoryError", None))
        self._out_of_memory = tuple(kind for kind in kinds if kind is not None)

    @property
    def is_cpu(self) -> bool:
        return bool(self.device.type == "cpu")

    def load(self, spec: Spec, recipe: Recipe) -> Loaded:
        """Builds a model and brings it to the device."""
        torch = self._torch
        module = recipe.build()
        if spec.checkpoint is not None:
            try:
                module.load_state_dict(read_weights(spec.checkpoint))
            except RuntimeError as error:
                said = " ".join(str(error).split())
                raise MismatchError(
                    f"{spec.checkpoint}: the weights are not those of {spec.name}: {said:.300}",
                    file=spec.checkpoint,
                ) from None
        mean, std = (
            torch.tensor(part, device=self.device).view(1, 3, 1, 1)
            for part in (recipe.mean, recipe.std)
        )
        return Loaded(module.eval().to(self.device), mean, std)

    def scorer(self, like: Scorer) -> Scorer:
        """What counts the logits where they are: `like` itself, or one of a CUDA device.

        Raises:
            DeviceError, UnsupportedError: there is no CUDA module, or not for this device.
            NoMemoryError: the device is full.
        """
        if self.device.type != "cuda":
            return like
        number = self.device.index
        return like._of_device(self._torch.cuda.current_device() if number is None else number)

    def take(self, batch: Batch) -> Any:
        """The pixels on the device, images x RGB x height x width, still as bytes."""
        torch = self._torch
        pixels = torch.frombuffer(batch.pixels, dtype=torch.uint8)
        pixels = pixels.view(len(batch.numbers), batch.height, batch.width, 3)
        if not self.is_cpu:
            pixels = pixels.to(self.device)
        self._memo = (pixels, {})
        return pixels.permute(0, 3, 1, 2)

    def _values(self, loaded: Loaded, pixels: Any, begin: int, end: int) -> Any:
        """What the zoo's transform would give: models of one mean share it."""
        whole = begin == 0 and end == pixels.shape[0]
        memo = self._memo[1]
        key = (*loaded.mean.flatten().tolist(), *loaded.std.flatten().tolist()) if whole else None
        if key not in memo:
            values = pixels[begin:end].contiguous().to(self._torch.float32)
            values = values.div_(255).sub_(loaded.mean).div_(loaded.std)
            if not whole:
                return values
            memo[key] = values
        return memo[key]

    def forward(self, loaded: Loaded, pixels: Any, begin: int, end: int, blank: list[int]) -> Any:
        """The logits of images begin to end - 1 of a batch; of those in `blank` NaN."""
        torch = self._torch
        cast: Any = contextlib.nullcontext()
        if self._dtype is not None:
            cast = torch.autocast(self.device.type, dtype=self._dtype)
        with torch.inference_mode(), cast:
            logits = loaded.module(self._values(loaded, pixels, begin, end))
        if isinstance(logits, (tuple, list)):  # auxiliary heads
            logits = logits[0]
        if blank:
            logits = logits.clone()
            logits[[i - begin for i in blank]] = float("nan")
        return logits

    def is_out_of_memory(self, error: BaseException) -> bool:
        return isinstance(error, (MemoryError, *self._out_of_memory)) or (
            isinstance(error, RuntimeError) and "out of memory" in str(error).lower()
        )

    def release(self) -> None:
        """Gives memory back that nothing uses."""
        self._memo = (None, {})
        if self.device.type == "cuda":
            self._torch.cuda.empty_cache()
