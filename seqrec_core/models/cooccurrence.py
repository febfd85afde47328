"""Co-occurrence in order: what came later in the histories of people who had the same items.

n(i → j) is the number of users in whose history j occurs somewhere after i, each user counted once a pair.
"""

from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import CooccurrenceConfig, ModelConfig
from seqrec_core.models.counting import TrainEvents, flatten
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr, count_keys


class Cooccurrence:
    """Score of j = Σ n(i → j) over the events i of the history, plus half the share of j: under 1, so it only breaks ties.

    Args:
        config: its settings.
        share: share of each item among the training events, float64[V].
        counts: n(i → j).

    Example:
        A had 1, 2, 3 and B had 2, 3, 4: n(2 → 3) = 2, and 1 for 1 → 2, 1 → 3, 2 → 4 and 3 → 4. So for A item 3 scores
        1 + 2, item 4 scores 1 + 1, item 2 scores 1.
    """

    name = "cooccurrence"

    def __init__(self, config: ModelConfig, share: NDArray[np.float64], counts: Csr) -> None:
        self.config, self.share, self.counts = config, share, counts
        self.n_items = len(share)

    @classmethod
    def fit(cls, config: CooccurrenceConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Count the pairs of each training prefix."""
        events = TrainEvents.of(dataset, split)
        keys = (_pairs_of(items, config.window, events.n_items) for items in events.histories())
        return cls(config, events.shares(), Csr.from_keys(*count_keys(keys), events.n_items))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the summed counts, float32[B, V]."""
        owners, items = flatten(histories)
        return (self.counts.sum_rows(owners, items, len(histories)) + self.share / 2).astype(np.float32)

    def to_arrays(self) -> Arrays:
        """Return the shares and the counted pairs."""
        return {"share": self.share, **self.counts.to_arrays()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        return cls(config, np.asarray(arrays["share"]), Csr.from_arrays(arrays))


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
