"""Item neighbours: items that the same people used, whatever the order.

sim(i, j) = n(i, j) / (√(n(i) · n(j)) + shrink), n counting users; only the nearest `neighbours` of each item are kept.
Source: Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms" (cosine on binary data).
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import ItemKnnConfig, ModelConfig
from seqrec_core.models.counting import TrainEvents, flatten
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr

TIE = 1e-6  # weight of the popularity that orders items without a neighbour in the history


class ItemKnn:
    """Score of j = Σ sim(i, j) over the distinct items i of the history; popularity, weighted by TIE, breaks ties.

    Args:
        config: its settings.
        share: share of each item among the training events, float64[V].
        near: row i holds sim(i, j) where i is among the nearest of j.
    """

    name = "item_knn"

    def __init__(self, config: ModelConfig, share: NDArray[np.float64], near: Csr) -> None:
        self.config, self.share, self.near = config, share, near
        self.n_items = len(share)

    @classmethod
    def fit(cls, config: ItemKnnConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Count who had both items, and keep the nearest of each."""
        events = TrainEvents.of(dataset, split)
        n = events.n_items
        keys, both, users = _pairs_of(events)
        i, j = np.divmod(keys, n)
        near = both / (np.sqrt(users[i] * users[j]) + config.shrink)
        kept = _nearest(j, i, near, config.neighbours)
        return cls(config, events.shares(), Csr.from_keys(keys[kept], near[kept], n))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the summed similarities, float32[B, V]."""
        owners, items = flatten(histories, distinct=True)
        return (self.near.sum_rows(owners, items, len(histories)).toarray() + TIE * self.share).astype(np.float32)

    def to_arrays(self) -> Arrays:
        """Return the shares and the similarities."""
        return {"share": self.share, **self.near.to_arrays()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        return cls(config, np.asarray(arrays["share"]), Csr.from_arrays(arrays))


def _pairs_of(events: TrainEvents) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Keys i · V + j of the pairs i ≠ j, sorted; how many users had both; how many had each item."""
    from scipy.sparse import csr_array

    histories = [np.unique(items) for items in events.histories()]
    offsets = np.cumsum([0, *(len(items) for items in histories)])
    columns = np.concatenate(histories)
    had = csr_array((np.ones(len(columns)), columns, offsets), shape=(len(histories), events.n_items))
    both = (had.T @ had).tocoo()
    pair = both.row != both.col
    keys = both.row[pair].astype(np.int64) * events.n_items + both.col[pair]
    order = np.argsort(keys)
    return keys[order], both.data[pair][order], np.bincount(columns, minlength=events.n_items).astype(np.float64)


def _nearest(item: NDArray[np.int64], other: NDArray[np.int64], near: NDArray[np.float64], neighbours: int) -> NDArray[np.int64]:
    """Indices, rising, of the entries that are among the `neighbours` largest of their item; equal ones by index."""
    order = np.lexsort((other, -near, item))
    start = np.flatnonzero(np.diff(item[order], prepend=-1))
    place = np.arange(len(order)) - np.repeat(start, np.diff(np.append(start, len(order))))
    return np.sort(order[place < neighbours])
