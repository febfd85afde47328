"""What every recommender promises."""

from collections.abc import Sequence
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.models.config import ModelConfig

Arrays = dict[str, NDArray[np.generic]]


@runtime_checkable
class Recommender(Protocol):
    """Scores every item as the next one. Padding- and batch-invariant, deterministic; fitting is `training.fit`.

    Attributes:
        name: registered name, such as `gru`.
        config: the frozen settings it was fitted with.
        n_items: V, PAD included.
    """

    name: str
    config: ModelConfig
    n_items: int

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return float32[B, V]: a logit for each item; column 0 (PAD) has no meaning. An empty history is allowed."""
        ...

    def to_arrays(self) -> Arrays:
        """Return everything learnt, as named arrays; `from_arrays` gives an equal model."""
        ...

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        ...


@runtime_checkable
class ShowsAttention(Protocol):
    """A model that can show where it looked."""

    def attention(self, history: History) -> NDArray[np.float32]:
        """Return float32[layers, H, L, L]: weight that position i gives to position j ≤ i."""
        ...
