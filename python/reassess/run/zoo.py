"""The zoos: what timm and torchvision know of a model before it is built, and building it.

Neither is imported before a model of it is named. The preprocessing of both is taken apart into
what changes the shape of an image (`geometry`, whose text tells whether two are alike) and the mean
and deviation that values are brought to afterwards, on the device. Together they are, to the last
bit, what the zoo's own transform does.
"""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from typing import Any, Callable, Sequence

from ..errors import UnsupportedError, UsageError
from .decode import Geometry
from .specs import Spec, unknown


@dataclass(frozen=True)
class Recipe:
    """How a model is fed and made.

    Attributes:
        geometry: an image to the size that the model takes.
        geometry_text: the same for the same geometry.
        mean, std: of values from 0 to 1, for each colour.
        weights: which they are, where they are the zoo's.
        build: gives the module, its weights loaded.
    """

    geometry: Geometry
    geometry_text: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    weights: str
    build: Callable[[], Any]

    @property
    def preprocessing(self) -> str:
        mean, std = (" ".join(f"{x:.9g}" for x in part) for part in (self.mean, self.std))
        return f"{self.geometry_text}, mean {mean}, deviation {std}"


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] not in (name.split(".")[0], "torch"):
            raise
        raise UsageError(
            f"{name}: models need {error.name}, which this Python has not: pip install {error.name}"
        ) from None


def _text_of(geometry: Any) -> str:
    return " ".join(repr(geometry).split())


class Timm:
    """PyTorch Image Models. Images are as large as in timm's own results: `test_input_size`."""

    def __init__(self) -> None:
        self._timm = _import("timm")
        self._data = importlib.import_module("timm.data")

    @functools.lru_cache(maxsize=None)  # noqa: B019 - one object a process
    def names(self, with_weights: bool) -> Sequence[str]:
        found: Sequence[str] = self._timm.list_models(pretrained=with_weights)
        return found

    def _config(self, spec: Spec) -> Any:
        architecture = spec.name.split(".")[0]
        if not self._timm.is_model(architecture):
            raise unknown("timm", spec.name, [*self.names(False), *self.names(True)])
        found = importlib.import_module("timm.models").get_pretrained_cfg(spec.name)
        if found is None:
            if "." in spec.name:
                raise unknown("timm", spec.name, self.names(True))
            return {}
        if spec.checkpoint is None and not found.has_weights:
            raise UsageError(f"timm has no weights of {spec.name}: name a checkpoint, @FILE")
        return found.to_dict()

    def recipe(self, spec: Spec) -> Recipe:
        config = self._config(spec)
        said = self._data.resolve_data_config(
            {}, pretrained_cfg=config or {"input_size": (3, 224, 224)}, use_test_size=True
        )
        steps = self._data.create_transform(**said, is_training=False, use_prefetcher=True)
        last = type(steps.transforms[-1]).__name__
        if said["input_size"][0] != 3 or last not in (
            "ToNumpy",
            "MaybePILToTensor",
            "PILToTensor",
        ):
            raise UnsupportedError(f"{spec}: its preprocessing is not one of colour images")
        geometry = type(steps)(steps.transforms[:-1])
        weights = next(
            (str(config[key]) for key in ("hf_hub_id", "url", "file") if config.get(key)), "none"
        )
        return Recipe(
            geometry,
            _text_of(geometry),
            tuple(said["mean"]),
            tuple(said["std"]),
            weights,
            lambda: self._build(spec),
        )

    def _build(self, spec: Spec) -> Any:
        return self._timm.create_model(spec.name, pretrained=spec.checkpoint is None)


class Torchvision:
    """torchvision's models of ImageNet; NAME.WEIGHTS names others than the newest weights."""

    def __init__(self) -> None:
        self._models = _import("torchvision.models")
        self._transforms = importlib.import_module("torchvision.transforms")
        self._preset = importlib.import_module(
            "torchvision.transforms._presets"
        ).ImageClassification

    @functools.lru_cache(maxsize=None)  # noqa: B019 - one object a process
    def names(self, with_weights: bool) -> Sequence[str]:
        return [
            name
            for name in self._models.list_models(module=self._models)
            if len(self._models.get_model_weights(name)) > 0
        ]

    def _weights(self, spec: Spec) -> Any:
        name, dot, which = spec.name.partition(".")
        if name not in self.names(False):
            raise unknown("torchvision", spec.name, self.names(False))
        known = self._models.get_model_weights(name)
        if not dot:
            return known.DEFAULT
        if which not in known.__members__:
            raise unknown("torchvision", spec.name, [f"{name}.{each.name}" for each in known])
        return known[which]

    def recipe(self, spec: Spec) -> Recipe:
        weights = self._weights(spec)
        said = weights.transforms()
        if not isinstance(said, self._preset):
            raise UnsupportedError(f"{spec}: its preprocessing is not that of a classifier")
        size = said.resize_size[0] if len(said.resize_size) == 1 else said.resize_size
        geometry = self._transforms.Compose(
            [
                self._transforms.Resize(size, interpolation=said.interpolation),
                self._transforms.CenterCrop(said.crop_size),
            ]
        )
        return Recipe(
            geometry,
            _text_of(geometry),
            tuple(said.mean),
            tuple(said.std),
            str(weights.url),
            lambda: self._models.get_model(
                spec.name.partition(".")[0], weights=None if spec.checkpoint else weights
            ),
        )


_MAKE: dict[str, Callable[[], Any]] = {"timm": Timm, "torchvision": Torchvision}


@functools.lru_cache(maxsize=None)
def of(name: str) -> Any:
    """The zoo of that name.

    Raises:
        UsageError: its package is not installed.
    """
    return _MAKE[name]()
