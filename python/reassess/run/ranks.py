"""The processes of `torchrun`, which share the images: what one knows reaches the others.

Over gloo on the host, whatever the models run on: little travels, and only between passes.
"""

from __future__ import annotations

import datetime
import os
from typing import Any

from ..errors import UsageError

_PATIENCE = datetime.timedelta(hours=12)  # a rank may have weights to fetch, or far more memory


class Ranks:
    """This process among those of the job; alone where no launcher says otherwise.

    Attributes:
        rank, world: number of this process, and how many there are.
        local: its number on this machine.
        local_world: how many are on this machine.
    """

    def __init__(self) -> None:
        environment = os.environ
        self.rank = self.local = 0
        self.world = self.local_world = 1
        self._torch: Any = None
        if "RANK" not in environment or int(environment.get("WORLD_SIZE", "1")) < 2:
            return
        try:
            import torch.distributed as distributed
        except ModuleNotFoundError:
            raise UsageError("several processes need PyTorch: pip install torch") from None
        distributed.init_process_group("gloo", timeout=_PATIENCE)
        self._torch = distributed
        self.rank = distributed.get_rank()
        self.world = distributed.get_world_size()
        self.local = int(environment.get("LOCAL_RANK", str(self.rank)))
        self.local_world = int(environment.get("LOCAL_WORLD_SIZE", str(self.world)))

    def all(self, mine: Any) -> list[Any]:
        """What every process has, by rank."""
        if self._torch is None:
            return [mine]
        everyone: list[Any] = [None] * self.world
        self._torch.all_gather_object(everyone, mine)
        return everyone

    def first(self, mine: Any) -> list[Any]:
        """The same for the first process; an empty list for the others."""
        if self._torch is None:
            return [mine]
        everyone: list[Any] = [None] * self.world if self.rank == 0 else []
        self._torch.gather_object(mine, everyone if self.rank == 0 else None, dst=0)
        return everyone

    def from_first(self, mine: Any) -> Any:
        """What the first process has."""
        if self._torch is None:
            return mine
        held = [mine]
        self._torch.broadcast_object_list(held, src=0)
        return held[0]

    def end(self) -> None:
        if self._torch is not None:
            self._torch.destroy_process_group()
            self._torch = None
