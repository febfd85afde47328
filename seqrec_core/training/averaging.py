"""A running mean of the weights of a network: less noisy than the last step, above all before the rate has come down."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor


class RunningMean:
    """mean ← keep · mean + (1 − keep) · weights after each step; early on keep is (1 + step) / (10 + step) where that is less.

    Args:
        parameters: the weights, changed in place by an optimiser.
        keep: share of the past, in [0, 1); 0 = no mean is kept and `in_place` changes nothing.
    """

    def __init__(self, parameters: Sequence[Tensor], keep: float) -> None:
        self.parameters, self.keep = list(parameters), keep
        self.means = [parameter.detach().clone() for parameter in parameters] if keep else []
        self.steps = 0

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights of one more step."""
        if self.means:
            keep = min(self.keep, (1 + self.steps) / (10 + self.steps))
            torch._foreach_lerp_(self.means, [parameter.detach() for parameter in self.parameters], 1 - keep)
            self.steps += 1

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put the means where the weights are, inside."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        for mean, parameter in zip(self.means, self.parameters if self.means else [], strict=True):
            held = parameter.detach().clone()
            parameter.copy_(mean)
            mean.copy_(held)
