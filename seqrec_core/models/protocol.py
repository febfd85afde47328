"""What every recommender promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.vocabulary import Vocabulary
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


@dataclass(frozen=True)
class Fired:
    """Words of an item that moved something.

    Args:
        words: one to three neighbours; “…” stands for a word that hardly any item has.
        value: what they added, in units of what was asked about (a label's logit, or a score).
    """

    words: str
    value: float


@runtime_checkable
class ReadsText(Protocol):
    """A model that reads what is written about items."""

    @property
    def knows_new_items(self) -> bool:
        """Whether it can place an item that nobody has used."""
        ...

    def content_words(self, item: int, history: History, n: int = 5) -> list[Fired]:
        """Return the words of an item that make it like or unlike a history, the strongest first."""
        ...


@dataclass(frozen=True)
class PartShare:
    """What one part of a mix adds to the score of one item.

    Args:
        name: of the part.
        value: its addend (logit); 0 = it finds the item as likely as the average one.
        share: of the addends above 0, in [0, 1]; 0 for all where none is.
    """

    name: str
    value: float
    share: float


@runtime_checkable
class HasParts(Protocol):
    """A model that is a sum of others."""

    def parts(self, history: History, item: int) -> tuple[PartShare, ...]:
        """Return what each part adds to the score of an item (index)."""
        ...


def n_candidates(model: Recommender, vocabulary: Vocabulary) -> int:
    """Return how many items a model may recommend: those of the log, and where it reads text all of the catalogue."""
    knows = isinstance(model, ReadsText) and model.knows_new_items
    return vocabulary.size - 1 if knows else vocabulary.n_logged
