"""Hand-made recommenders whose right explanation is known."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from seqrec_core.data.history import History
from seqrec_core.models.config import ModelConfig


@dataclass
class ByFunction:
    """Scores a history by a function of its items: float[V] for a tuple of item indices. Counts its calls and rows."""

    row: Callable[[tuple[int, ...]], np.ndarray]
    n_items: int = 12
    name: str = "by_function"
    config: ModelConfig = field(default_factory=lambda: ModelConfig(name="by_function"))
    calls: int = 0
    rows: int = 0

    def score(self, histories: Sequence[History]) -> np.ndarray:
        self.calls += 1
        self.rows += len(histories)
        return np.array([self.row(tuple(int(i) for i in history.items)) for history in histories], np.float32)

    def to_arrays(self):
        return {}

    @classmethod
    def from_arrays(cls, config, n_items, arrays):
        raise NotImplementedError


def history(*items: int, events=None, days=None) -> History:
    times = None if days is None else (np.asarray(days, float) * 86_400e6).astype(np.int64)
    codes = None if events is None else np.asarray(events, np.int16)
    return History(np.asarray(items, np.int32), codes, times)


def additive(weights: dict[int, float], target: int, n_items: int = 12, base: float = 0.5) -> ByFunction:
    """The target's score is base + the sum of the weights of the items there; every other item keeps its own level."""

    def row(items):
        scores = np.linspace(2, 0, n_items)
        scores[target] = base + sum(weights.get(item, 0.0) for item in items)
        return scores

    return ByFunction(row, n_items)


def chaotic(n_items: int = 12, seed: int = 0) -> ByFunction:
    """Every order of every set of items has scores of its own: nothing can be guessed from a part."""

    def row(items):
        key = zlib.crc32(np.asarray(items, np.int32).tobytes())
        return np.random.default_rng([key, seed]).normal(size=n_items)

    return ByFunction(row, n_items)
