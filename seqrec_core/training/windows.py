"""Cut histories into windows and windows into batches of about equal length."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.models.inputs import Inputs


@dataclass(frozen=True)
class Batch:
    """Inputs and targets of some windows: state t predicts `targets[:, t]`.

    Args:
        inputs: events behind the start vector, [B, T − 1], PAD on the right.
        targets: int64[B, T]; 0 where nothing is to be predicted: padding, and the first event of a window that does not
            begin a history.
        n: number of targets.
    """

    inputs: Inputs
    targets: NDArray[np.int64]
    n: int


@dataclass(frozen=True)
class Windows:
    """The windows of one epoch. They cover every history once; neighbours share one event, the state before the next.

    Args:
        begin, end: rows of the log, int64[n].
        is_first: whether a window begins its history, bool[n].
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    is_first: NDArray[np.bool_]

    @classmethod
    def cut(
        cls, start: NDArray[np.int64], stop: NDArray[np.int64], length: int, rng: np.random.Generator | None = None
    ) -> "Windows":
        """Cut the histories `start[u]:stop[u]`.

        A history of at most `length` events is one window. A longer one is cut at every `length` events, counted from a
        random phase, which makes other windows each epoch; the last window ends with the history.

        Args:
            start: first row of each history, int64[n_users].
            stop: row after its last.
            length: most events behind the start vector.
            rng: draws the phases; None = 0.
        """
        size = stop - start
        some = size > 0
        start, stop, size = start[some], stop[some], size[some]
        phase = np.zeros(len(size), np.int64) if rng is None else rng.integers(0, length, len(size))
        phase[size <= length] = 0
        n = 1 + np.maximum(0, -(-(size - 1 - phase) // length) - 1) + (phase > 0)
        owner = np.repeat(np.arange(len(n)), n)
        turn = np.arange(len(owner)) - np.repeat(np.cumsum(n) - n, n)
        cut = np.where(phase > 0, phase - length, 0)[owner] + turn * length
        begin = start[owner] + np.maximum(cut, 0)
        end = np.minimum(start[owner] + cut + length + 1, stop[owner])
        return cls(begin, end, cut <= 0)

    def __len__(self) -> int:
        return len(self.begin)

    def batches(self, positions: int, rng: np.random.Generator | None = None) -> list[NDArray[np.int64]]:
        """Group windows of alike lengths so that a batch holds about `positions` states; in random order."""
        size = self.end - self.begin
        jitter = 0.0 if rng is None else rng.random(len(size)) * np.maximum(1, size // 8)
        order = np.argsort(size + jitter, kind="stable")
        groups, at = [], 0
        while at < len(order):
            most = max(1, positions // int(size[order[at]]))
            most = max(1, positions // int(size[order[at : at + most]].max()))
            groups.append(order[at : at + most])
            at += most
        return groups if rng is None else [groups[index] for index in rng.permutation(len(groups))]

    def batch(self, log: History, index: NDArray[np.int64]) -> Batch:
        """Gather the windows of one group from all events of the log."""
        size = self.end[index] - self.begin[index]
        places = np.arange(size.max())
        there = places < size[:, None]
        rows = np.where(there, self.begin[index, None] + places, 0)
        targets = np.where(there, log.items[rows], 0).astype(np.int64)
        inputs = Inputs.gather(log, rows[:, :-1], there[:, 1:])  # the last event of a window is only predicted
        targets[~self.is_first[index], 0] = 0
        return Batch(inputs, targets, int((targets > 0).sum()))


def split_rows(batch: Batch, parts: int) -> Iterator[tuple[Inputs, NDArray[np.int64]]]:
    """Yield inputs and targets of about equal shares of the rows; fewer than `parts` where there are fewer rows."""
    cuts = [len(batch.inputs) * part // parts for part in range(parts + 1)]
    for low, high in pairwise(cuts):
        if high > low:
            yield batch.inputs.rows(low, high), batch.targets[low:high]
