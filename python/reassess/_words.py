"""What the library says, in the words of the package: it speaks of the options of the program."""

from __future__ import annotations

import re

# What an option is called here.
_ARGUMENTS = {
    "calibration": "calibration",
    "class-map": "class_map",
    "classes": "classes",
    "device": "device",
    "labels": "original",
    "limit": "limit",
    "names": "names",
    "order": "order",
    "real": "real",
    "real-threshold": "real_threshold",
    "subset": "subset",
    "synsets": "synsets",
    "threads": "threads",
    "topk": "topk",
    "values": "values",
}

_DEAL = r"--deal ([0-9]+(?::[0-9]+)?(?::[a-z]+)?)"
# Orders and how their rows were dealt out are one argument here.
_ORDERS = (
    (rf"leave --order out and use {_DEAL}", r'use order="file dealt \1"'),
    (rf"--order (file|imagefolder) {_DEAL}", r'order="\1 dealt \2"'),
    (r"leave --order out", 'use order="file"'),
    (r",? ?(?:and )?leave --deal out", r" and leave how they were dealt out of order"),
    (r"--order and --deal", "order"),
    (r"--order (file|imagefolder)\b", r'order="\1"'),
    (r"--values (logits|probs|sigmoid)\b", r'values="\1"'),
    (r"--(order|subset|class-map) (LIST|FILE)", lambda m: f"{_ARGUMENTS[m[1]]}={m[2]}"),
)


def of_package(text: str, order: str = "file") -> str:
    """The advice in `text` as a caller of the package can follow it.

    Args:
        text: what the library says.
        order: that of the rows, as `Scorer` took it.
    """
    for pattern, words in _ORDERS:
        text = re.sub(pattern, words, text)
    base = order.split(" dealt ")[0]
    text = re.sub(_DEAL, lambda m: f'order="{base} dealt {m[1]}"', text)
    return re.sub(r"(?<![\w-])--([a-z][a-z-]*[a-z])", _name, text)


def _name(option: re.Match[str]) -> str:
    return _ARGUMENTS.get(option[1]) or f"`reassess eval {option[0]}`"
