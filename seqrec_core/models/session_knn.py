"""Neighbours of a history: people (or visits) that share its recent items, and what else they had.

Source: Ludewig & Jannach 2018, "Evaluation of session-based recommendation algorithms" (V-SKNN): vector multiplication with
weights that fall with the age of an event, and a sample of recent neighbours. Departures: the weight falls geometrically; the
sample is taken for each item (its most recent sequences), so that a result does not depend on chance; a neighbour's
similarity is divided by √ of its length, so that one that had everything resembles nobody.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import ModelConfig, SessionKnnConfig
from seqrec_core.models.counting import LONGEST, TrainEvents, flatten, weights_of_age
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr

TIE = 1e-6  # weight of the popularity that orders items that no neighbour had
NEWER = 1e-9  # what a sequence gains on an equally alike one by ending later


class SessionKnn:
    """Score of j = Σ likeness(n) over the nearest sequences n that hold j; popularity, weighted by TIE, breaks ties.

    likeness(n) = Σ decay^age(i) over the events i of the history that n holds, divided by √|n|.

    Args:
        config: its settings.
        share: share of each item among the training events, float64[V].
        held: row n holds the distinct items of sequence n, as ones; sequences in order of their last event.
    """

    name = "session_knn"

    def __init__(self, config: SessionKnnConfig, share: NDArray[np.float64], held: Csr) -> None:
        self.config, self.share, self.held = config, share, held
        self.n_items = len(share)

    @classmethod
    def fit(cls, config: SessionKnnConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Keep the distinct items of each training sequence of two items or more."""
        events = TrainEvents.of(dataset, split)
        owner = events.users if config.of == "user" else _sessions(dataset)[events.rows]
        pairs = np.unique(owner * events.n_items + events.items)
        owners, items = np.divmod(pairs, events.n_items)
        ends = np.zeros(int(owner.max(initial=0)) + 1, np.int64)
        np.maximum.at(ends, owner, events.rows if dataset.times is None else dataset.times[events.rows])
        lengths = np.bincount(owners, minlength=len(ends))
        kept = [n for n in np.argsort(ends, kind="stable").tolist() if 2 <= lengths[n] <= LONGEST]
        starts = np.cumsum(lengths) - lengths
        columns = np.concatenate([np.zeros(0, np.int64), *(items[starts[n] : starts[n] + lengths[n]] for n in kept)])
        offsets = np.cumsum([0, *lengths[kept]]).astype(np.int64)
        return cls(config, events.shares(), Csr(offsets, columns.astype(np.int32), np.ones(len(columns), np.float32)))

    @cached_property
    def _found_by(self) -> Csr:
        """Row i holds the most recent sequences with item i, each with 1 / √ of its length."""
        rows, columns = self.held.rows, self.held.columns
        order = np.lexsort((-rows, columns))
        first = np.searchsorted(columns[order], np.arange(self.n_items + 1))
        place = np.arange(len(order)) - np.repeat(first[:-1], np.diff(first))
        kept = np.sort(order[place < self.config.sample])
        kept = kept[np.lexsort((rows[kept], columns[kept]))]
        offsets = np.searchsorted(columns[kept], np.arange(self.n_items + 1)).astype(np.int64)
        lengths = np.diff(self.held.offsets)[rows[kept]]
        return Csr(offsets, rows[kept].astype(np.int32), (1 / np.sqrt(lengths)).astype(np.float32))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the summed likenesses, float32[B, V]."""
        seen = [_newest_of_each(history).last(self.config.recent) for history in histories]
        owners, items = flatten(seen)
        n_sequences = len(self.held.offsets) - 1
        like = self._found_by.sum_rows(owners, items, len(seen), weights_of_age(seen, self.config.decay), n_sequences)
        asked, near, weights = _nearest(like, self.config.neighbours)
        found = self.held.sum_rows(asked, near, len(seen), weights, self.n_items).toarray()
        return (found + TIE * self.share).astype(np.float32)

    def to_arrays(self) -> Arrays:
        """Return the shares and the sequences."""
        return {"share": self.share, **self.held.to_arrays()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        settings = SessionKnnConfig.model_validate(config.model_dump())
        return cls(settings, np.asarray(arrays["share"]), Csr.from_arrays(arrays))


def _sessions(dataset: SequenceDataset) -> NDArray[np.int64]:
    """Session of each event row, int64[n_events]."""
    found = np.empty(dataset.n_events, np.int64)
    found[dataset.session_rows] = np.repeat(np.arange(dataset.n_sessions), np.diff(dataset.session_offsets))
    return found


def _newest_of_each(history: History) -> History:
    """The history with only the newest event of each item."""
    _, back = np.unique(history.items[::-1], return_index=True)
    return history.take(np.sort(len(history) - 1 - back))


def _nearest(like: Any, neighbours: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The most alike sequences of each row of a sparse table: (row, sequence, likeness), by row and then by sequence."""
    picks = []
    for begin, end in zip(like.indptr[:-1].tolist(), like.indptr[1:].tolist(), strict=True):
        own = np.arange(begin, end)
        if len(own) > neighbours:
            value = like.data[begin:end] * (1 + NEWER * like.indices[begin:end])
            own = begin + np.argpartition(value, len(value) - neighbours)[-neighbours:]
        picks.append(own[np.argsort(like.indices[own])])
    rows = np.repeat(np.arange(len(picks)), [len(own) for own in picks])
    kept = np.concatenate([np.zeros(0, np.int64), *picks])
    return rows, like.indices[kept].astype(np.int64), like.data[kept]
