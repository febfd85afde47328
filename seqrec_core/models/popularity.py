"""Popularity: the same list for everybody, most used items first. The least that any model has to beat."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import ModelConfig, PopularityConfig, RecentPopularityConfig
from seqrec_core.models.counting import TrainEvents, logs, shares
from seqrec_core.models.protocol import Arrays


class Popularity:
    """Score of an item = log of its share of the training events (one event added to each item).

    Args:
        config: its settings.
        logits: float32[V].
    """

    name = "popularity"

    def __init__(self, config: ModelConfig, logits: NDArray[np.float32]) -> None:
        self.config, self.logits = config, logits
        self.n_items = len(logits)

    @classmethod
    def fit(cls, config: PopularityConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Count the training events."""
        return cls(config, logs(TrainEvents.of(dataset, split).shares()))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the same logits for every history, float32[B, V]."""
        return np.tile(self.logits, (len(histories), 1))

    def to_arrays(self) -> Arrays:
        """Return the logits."""
        return {"logits": self.logits}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        return cls(config, np.asarray(arrays["logits"], np.float32))


class RecentPopularity(Popularity):
    """Popularity over the last share of the training events: by time, or in each history where there are no times."""

    name = "recent_popularity"

    @classmethod
    def fit(cls, config: RecentPopularityConfig, dataset: SequenceDataset, split: Split) -> Self:  # type: ignore[override]
        """Count the training events of the last stretch."""
        events = TrainEvents.of(dataset, split)
        if dataset.times is not None:
            times = dataset.times[events.rows]
            n = int(np.ceil(config.share * len(times)))
            recent = times >= np.sort(times)[-n]  # events at the same time as the first of them count too
        else:
            ends = split.train_end[events.users]
            lengths = ends - dataset.user_offsets[events.users]
            recent = ends - events.rows <= np.ceil(config.share * lengths)
        return cls(config, logs(shares(events.items[recent], events.n_items)))
