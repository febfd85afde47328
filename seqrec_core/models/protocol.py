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
        """Return float32[layers, H, 1 + L, 1 + L]: weight that position i gives to position j ≤ i.

        Position 0 is the start of every history, and L the number of its last events that the model sees. Weights of a
        softmax sum to 1 in each row; others may be of any size and below zero.
        """
        ...


@runtime_checkable
class HasUserVectors(Protocol):
    """A model that holds a person in a vector."""

    def user_vectors(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the state after the last event of each history, float32[B, D]."""
        ...


@runtime_checkable
class HasPrior(Protocol):
    """A model that can say which part of a score comes from counted patterns."""

    def prior_part(self, history: History, item: int) -> float:
        """Return how much of an item's score is the pattern prior's, in logits; 0 where it has none."""
        ...
