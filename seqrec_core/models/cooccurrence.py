"""Co-occurrence in order: what came later in the histories of people who had the same items.

n(i → j) is the number of users in whose history j occurs somewhere after i, each user counted once a pair. Decayed, a pair d
events apart adds 1 / d^closeness each time that it occurs, is divided by √(n(i) · n(j)), n counting events, and is weighted
by how recent i is in the history that is asked about. With window 20, closeness 0.5, normalise, recent 30 and decay 0.9 it is
among the best models that need no training.
"""

from collections.abc import Iterator, Sequence
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import CooccurrenceConfig, ModelConfig
from seqrec_core.models.counting import LONGEST, TrainEvents, flatten, weights_of_age
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr, add_keys, count_keys

TIE = 1e-9  # weight of the popularity that breaks ties where pairs are divided


class Cooccurrence:
    """Score of j = Σ decay^age(i) · n(i → j) over the events i of the history; popularity breaks ties.

    As pairs are whole numbers by default, half the share of j, which is under 1, only breaks ties.

    Args:
        config: its settings.
        share: share of each item among the training events, float64[V].
        counts: n(i → j).

    Example:
        A had 1, 2, 3 and B had 2, 3, 4: n(2 → 3) = 2, and 1 for 1 → 2, 1 → 3, 2 → 4 and 3 → 4. So for A item 3 scores
        1 + 2, item 4 scores 1 + 1, item 2 scores 1.
    """

    name = "cooccurrence"

    def __init__(self, config: CooccurrenceConfig, share: NDArray[np.float64], counts: Csr) -> None:
        self.config, self.share, self.counts = config, share, counts
        self.n_items = len(share)

    @classmethod
    def fit(cls, config: CooccurrenceConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Count the pairs of each training prefix."""
        events = TrainEvents.of(dataset, split)
        n = events.n_items
        keys, values = _pairs(events, config)
        if config.normalise:
            used = np.maximum(np.bincount(events.items, minlength=n), 1)
            values = values / np.sqrt(used[keys // n] * used[keys % n].astype(np.float64))
        return cls(config, events.shares(), Csr.from_keys(keys, values, n))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the summed counts, float32[B, V]."""
        config, n = self.config, len(histories)
        seen = histories if config.recent is None else [history.last(config.recent) for history in histories]
        owners, items = flatten(seen)
        weights = None if config.decay == 1 else weights_of_age(seen, config.decay)
        is_whole = not config.normalise and not config.closeness and config.decay == 1
        found = self.counts.sum_rows(owners, items, n, weights).toarray()
        return cast(NDArray[np.float32], (found + self.share * (0.5 if is_whole else TIE)).astype(np.float32))

    def to_arrays(self) -> Arrays:
        """Return the shares and the counted pairs."""
        return {"share": self.share, **self.counts.to_arrays()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        settings = CooccurrenceConfig.model_validate(config.model_dump())
        return cls(settings, np.asarray(arrays["share"]), Csr.from_arrays(arrays))


def _pairs(events: TrainEvents, config: CooccurrenceConfig) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
    """Keys i · V + j, sorted, and what each pair counts."""
    if config.closeness:
        return add_keys(_weighted(events, config.window or LONGEST, config.closeness))
    keys, counts = count_keys(_pairs_of(items, config.window, events.n_items) for items in events.histories())
    return keys, counts.astype(np.float64)


def _weighted(events: TrainEvents, window: int, closeness: float) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Keys of all pairs of events at each distance, and what such a pair counts."""
    items = events.items.astype(np.int64)
    for distance in range(1, min(window, len(items) - 1) + 1):
        same = events.users[distance:] == events.users[:-distance]
        if not same.any():
            return
        yield items[:-distance][same] * events.n_items + items[distance:][same], float(distance**-closeness)


def _pairs_of(items: NDArray[np.int32], window: int | None, n_items: int) -> NDArray[np.int64]:
    """Distinct keys i · V + j of one history with j after i, at most `window` events later."""
    if window is not None and window < len(items) - 1:
        return np.unique(np.concatenate(list(_lagged(items.astype(np.int64), window, n_items))))
    known, first = np.unique(items, return_index=True)
    last = len(items) - 1 - np.unique(items[::-1], return_index=True)[1]
    i, j = np.nonzero(first[:, None] < last[None, :])
    return known[i].astype(np.int64) * n_items + known[j]


def _lagged(items: NDArray[np.int64], window: int, n_items: int) -> Iterator[NDArray[np.int64]]:
    for lag in range(1, window + 1):
        yield items[:-lag] * n_items + items[lag:]
