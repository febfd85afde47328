"""What the counting models share: the training events, how often each item was used, and distinct pairs of a user."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split

LONGEST = 2_000  # events of one user that make pairs, the most recent ones: a robot's history would fill the whole table


@dataclass(frozen=True)
class TrainEvents:
    """The events that may be learnt from: of each user a prefix of the history.

    Args:
        items: item indices, int32[n], by user and then in order.
        users: user index of each, int64[n].
        rows: event row of each in the dataset, int64[n].
        n_items: V, PAD included.
        n_users: number of users of the dataset.
    """

    items: NDArray[np.int32]
    users: NDArray[np.int64]
    rows: NDArray[np.int64]
    n_items: int
    n_users: int

    @classmethod
    def of(cls, dataset: SequenceDataset, split: Split) -> "TrainEvents":
        """Read the events `user_offsets[u]:train_end[u]` of each user."""
        start = dataset.user_offsets[:-1]
        lengths = split.train_end - start
        users = np.repeat(np.arange(dataset.n_users), lengths)
        before = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        rows = np.repeat(start - before, lengths) + np.arange(lengths.sum())
        return cls(dataset.items[rows], users, rows, dataset.vocabulary.size, dataset.n_users)

    def shares(self) -> NDArray[np.float64]:
        """Share of the events that each item has, one event added to every item, float64[V]; PAD has 0."""
        return shares(self.items, self.n_items)

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Positions of events that follow each other in one history: (earlier, later)."""
        later = np.flatnonzero(self.users[1:] == self.users[:-1]) + 1
        return later - 1, later

    def histories(self) -> Iterator[NDArray[np.int32]]:
        """Yield the training items of each user that has any, the LONGEST most recent."""
        ends = np.flatnonzero(np.diff(self.users, append=-1)) + 1
        start = 0
        for end in ends.tolist():
            yield self.items[max(start, end - LONGEST) : end]
            start = end


def shares(items: NDArray[np.int32], n_items: int) -> NDArray[np.float64]:
    """Share of the events that each item has, one event added to every item, float64[V]; PAD has 0."""
    counts = np.bincount(items, minlength=n_items).astype(np.float64) + 1
    counts[0] = 0
    return counts / counts.sum()


def logs(share: NDArray[np.float64]) -> NDArray[np.float32]:
    """Natural logarithm of shares; PAD gets that of the smallest."""
    floor = share[1:].min() if len(share) > 1 else 1.0
    return np.log(np.maximum(share, floor)).astype(np.float32)


def flatten(histories: Sequence[History], distinct: bool = False) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (row of the batch, item) of every event, or of every distinct item, of a batch of histories."""
    columns = [np.unique(h.items) if distinct else h.items for h in histories]
    owners = np.repeat(np.arange(len(columns)), [len(column) for column in columns])
    return owners, np.concatenate([np.zeros(0, np.int64), *columns]).astype(np.int64)


def weights_of_age(histories: Sequence[History], decay: float) -> NDArray[np.float64]:
    """Return decay^age of every event of a batch of histories, float64[n]; the newest event of each has age 0."""
    ages = [np.arange(len(history) - 1, -1, -1) for history in histories]
    return decay ** np.concatenate([np.zeros(0), *ages])
