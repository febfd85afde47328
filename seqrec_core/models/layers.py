"""Pieces that networks share: noise that is cheap and seeded, and starting values."""

from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn


class Noise(Protocol):
    """Drops entries of a tensor while training. Each thread has its own, so that a fit can be repeated."""

    def drop(self, x: Tensor, p: float) -> Tensor:
        """Return x with each entry set to 0 with probability p and the others divided by 1 − p."""
        ...


class NoNoise:
    """Changes nothing: scoring and validation."""

    def drop(self, x: Tensor, p: float) -> Tensor:
        """Return x."""
        return x


class ByteNoise:
    """Drop-out from random bytes of a numpy generator: on a CPU a tenth of the cost of `torch.dropout`.

    Args:
        rng: the generator of this thread and step.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def drop(self, x: Tensor, p: float) -> Tensor:
        """Return x with about p of its entries set to 0 (p is rounded to 1/256)."""
        cut = round(p * 256)
        if cut == 0:
            return x
        keep = torch.from_numpy(self.rng.integers(0, 256, tuple(x.shape), dtype=np.uint8)) >= cut
        return x * keep.to(x.device).to(x.dtype).mul_(256 / (256 - cut))


def start_linear(module: nn.Module, std: float = 0.05) -> None:
    """Give every linear layer inside small normal weights and no bias."""
    for part in module.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=std)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
