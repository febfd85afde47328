"""What followed the last 1, 2, 3 items of a history, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr


@dataclass(frozen=True)
class Contexts:
    """For each order o = 1, 2, … the contexts of o items that came before something, and what came.

    The row of a context of one item is the item. That of a longer one is the place of `row of its older items · V + newest
    item` among the keys of its order; so a context is looked up item by item.

    Args:
        n_items: V.
        keys: sorted keys of the contexts of each order, int64[n]; of order 1 empty.
        tables: for each order, how often each item followed each context.
    """

    n_items: int
    keys: tuple[NDArray[np.int64], ...]
    tables: tuple[Csr, ...]

    @classmethod
    def count(cls, events: TrainEvents, order: int) -> "Contexts":
        """Count the training events."""
        n, items = events.n_items, events.items.astype(np.int64)
        begins = np.flatnonzero(np.diff(events.users, prepend=-1))
        place = np.arange(len(items)) - np.repeat(begins, np.diff(np.append(begins, len(items))))
        keys, tables = [np.zeros(0, np.int64)], []
        for o in range(1, order + 1):
            later = np.flatnonzero(place >= o)
            row = items[later - o]
            for step in range(o - 1, 0, -1):  # from the oldest item of the context to the newest
                level = o - step
                row = row * n + items[later - step]
                if level == len(keys):
                    keys.append(np.unique(row))
                row = np.searchsorted(keys[level], row)
            height = n if o == 1 else len(keys[o - 1])
            found, counts = np.unique(row * n + items[later], return_counts=True)
            tables.append(Csr.from_keys(found, counts, n, height))
        return cls(n, tuple(keys), tuple(tables))

    @cached_property
    def totals(self) -> tuple[NDArray[np.float64], ...]:
        """How often each context was followed by anything, one array an order."""
        tables = self.tables
        return tuple(np.bincount(t.rows, t.values, len(t.offsets) - 1).astype(np.float64) for t in tables)

    def total(self, level: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how often contexts of level + 1 items were followed by anything, 0 where the row is −1."""
        return np.append(self.totals[level], 0.0)[rows]

    def find(self, histories: Sequence[History]) -> list[NDArray[np.int64]]:
        """Return the row of the last o items of each history, int64[B] for each order; −1 where they are not known."""
        most = len(self.tables)
        last = np.zeros((len(histories), most), np.int64)
        for index, history in enumerate(histories):
            ending = history.items[-most:]
            last[index, most - len(ending) :] = ending
        return [self._rows(last[:, most - o :]) for o in range(1, most + 1)]

    def _rows(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of contexts, oldest item first, int64[B, o]; 0 = no item."""
        row = np.where(items[:, 0] > 0, items[:, 0], -1)
        for level in range(1, items.shape[1]):
            row = look_up(self.keys[level], np.where(row >= 0, row * self.n_items + items[:, level], -1))
        return row

    def to_arrays(self) -> Arrays:
        """Return keys and tables by name; those of order 1 have no prefix."""
        arrays = dict(self.tables[0].to_arrays())
        for order, table in enumerate(self.tables[1:], 2):
            arrays |= {f"order{order}.{name}": array for name, array in table.to_arrays().items()}
            arrays[f"order{order}.keys"] = self.keys[order - 1]
        return arrays

    @classmethod
    def from_arrays(cls, n_items: int, order: int, arrays: Arrays) -> "Contexts":
        """Rebuild from `to_arrays`."""
        keys, tables = [np.zeros(0, np.int64)], [Csr.from_arrays(arrays)]
        for o in range(2, order + 1):
            part = {name.removeprefix(f"order{o}."): array for name, array in arrays.items() if name.startswith(f"order{o}.")}
            keys.append(np.asarray(part["keys"], np.int64))
            tables.append(Csr.from_arrays(part))
        return cls(n_items, tuple(keys), tuple(tables))


def look_up(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place of each wanted key among sorted keys; −1 where it is not there."""
    if not len(keys):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)
