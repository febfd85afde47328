"""k-core: users and items that keep enough events once the others are gone; found from counts of the whole log."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.steps.types import KCore


@dataclass(frozen=True)
class Core:
    """What is left.

    Args:
        users, items: each one list, as `is_in` takes it.
    """

    users: pl.Series
    items: pl.Series


@dataclass
class Pairs:
    """Counts of (user, item), gathered from parts of a log; 16 bytes a pair."""

    users: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    parts: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]] = field(default_factory=list)

    def add(self, events: pl.DataFrame) -> None:
        """Take in the events of some users."""
        if not events.height:
            return
        counted = events.group_by(c.USER, c.ITEM).len()
        users, items = _codes(counted[c.USER], self.users), _codes(counted[c.ITEM], self.items)
        self.parts.append((users, items, counted["len"].cast(pl.Int64).to_numpy()))

    def core(self, step: KCore) -> Core:
        """Leave out users and items with too few events until all have enough.

        The outcome is the same whatever is left out first: it is the largest set in which all have enough.
        """
        empty = np.zeros(0, np.int32)
        parts = self.parts or [(empty, empty, np.zeros(0, np.int64))]
        users, items, counts = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        while len(counts):
            enough = np.bincount(users, counts, len(self.users))[users] >= step.users
            enough &= np.bincount(items, counts, len(self.items))[items] >= step.items
            if enough.all():
                break
            users, items, counts = users[enough], items[enough], counts[enough]
        return Core(_names(self.users, users), _names(self.items, items))


def _codes(column: pl.Series, known: dict[str, int]) -> NDArray[np.int32]:
    distinct = column.unique()
    codes = [known.setdefault(value, len(known)) for value in distinct]
    return column.replace_strict(distinct, pl.Series(codes, dtype=pl.Int32), return_dtype=pl.Int32).to_numpy()


def _names(known: dict[str, int], codes: NDArray[np.int32]) -> pl.Series:
    return pl.Series(list(known), dtype=pl.String)[np.unique(codes)].implode()
