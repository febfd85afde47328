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
    """User and item of each event, gathered from parts of a log; 8 bytes an event.

    Args:
        names: of the users, a series a part.
        items: item → its code.
        parts: codes of users and items, by part.
    """

    names: list[pl.Series] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    parts: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = field(default_factory=list)
    n_users: int = 0

    def add(self, events: pl.DataFrame) -> None:
        """Take in the events of some users, all of theirs, sorted by user."""
        if not events.height:
            return
        users = events[c.USER]
        begins = (users != users.shift(1)).fill_null(True)
        self.names.append(users.filter(begins))
        numbers = begins.cum_sum().cast(pl.Int32).to_numpy() + np.int32(self.n_users - 1)
        self.parts.append((numbers, codes(events[c.ITEM], self.items)))
        self.n_users += len(self.names[-1])

    def core(self, step: KCore) -> Core:
        """Leave out users and items with too few events until all have enough.

        The outcome is the same whatever is left out first: it is the largest set in which all have enough.
        """
        empty = np.zeros(0, np.int32)
        users, items = (np.concatenate(columns) for columns in zip(*(self.parts or [(empty, empty)]), strict=True))
        left = kept_by_core(step, users, items, self.n_users, len(self.items))
        names = pl.concat(self.names) if self.names else pl.Series([], dtype=pl.String)
        known = pl.Series(list(self.items), dtype=pl.String)
        return Core(names[np.unique(users[left])].implode(), known[np.unique(items[left])].implode())


def kept_by_core(
    step: KCore, users: NDArray[np.int32], items: NDArray[np.int32], n_users: int, n_items: int
) -> NDArray[np.int64]:
    """Return the rows of a core.

    Args:
        step: how many events users and items need.
        users: code of each event's user. [events]
        items: of its item. [events]
        n_users: codes of users are below it.
        n_items: those of items are below it.
    """
    rows = np.arange(len(users))
    while len(rows):
        enough = (np.bincount(users, minlength=n_users) >= step.users)[users]
        enough &= (np.bincount(items, minlength=n_items) >= step.items)[items]
        if enough.all():
            break
        users, items, rows = users[enough], items[enough], rows[enough]
    return rows


def codes(column: pl.Series, known: dict[str, int]) -> NDArray[np.int32]:
    """Return the code of each value; values that have none yet get the next."""
    distinct = column.unique()
    new = pl.Series([known.setdefault(value, len(known)) for value in distinct], dtype=pl.Int32)
    return column.replace_strict(distinct, new, return_dtype=pl.Int32).to_numpy()
