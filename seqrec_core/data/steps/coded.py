"""The events of a whole log as small numbers, about 20 bytes an event, so that what a step would do is found at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.events import HASH, ITEMLESS, NOTES
from seqrec_core.data.steps.core import codes
from seqrec_core.data.steps.doing import column_of, twins

CODED = (c.USER, c.ITEM, c.EVENT, c.TIME)
Read = Callable[[frozenset[str]], Iterator[pl.DataFrame]]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """Events before any step, in the order of the log.

    Args:
        users: code of each event's user, ascending. [events]
        items, types: of its item and event type, places in the names. [events]
        times: microseconds; None of a log without times. [events]
        itemless: whether it came without an item. [events]
        item_names, type_names: name → code; every name of a type is one of an item too.
        twins: rows that equal others in every column, ascending, and the number of those that are equal.
        read: returns some columns of the events, part by part in the order of the log.
        known: masks that were asked for.
        lock: held while a name gets its code; several visitors may ask at once.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    types: NDArray[np.int32]
    times: NDArray[np.int64] | None
    itemless: Bools
    item_names: dict[str, int]
    type_names: dict[str, int]
    twins: tuple[NDArray[np.int64], NDArray[np.int64]]
    read: Read
    known: dict[tuple[str, ...], Bools] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def mask(self, key: tuple[str, ...], column: str, of: Callable[[pl.Series], pl.Series]) -> Bools:
        """Return a mask of events by one of their columns, found once.

        Args:
            key: what is asked.
            column: read part by part; empty where a part lacks it.
            of: a column → its mask.
        """
        if key not in self.known:
            parts = [of(column_of(part, column)).to_numpy() for part in self.read(frozenset({c.USER, column}))]
            self.known[key] = np.concatenate([np.zeros(0, np.bool_), *parts])
        return self.known[key]

    def column(self, name: str) -> pl.Series:
        """Return a whole column; read when asked for."""
        return pl.concat([column_of(part, name) for part in self.read(frozenset({c.USER, name}))])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Row at which each user begins."""
        return np.flatnonzero(np.diff(self.users, prepend=-1)).astype(np.int64)

    def item(self, name: str) -> int:
        """Return the code of an item, a new one if it has none yet."""
        with self.lock:
            return self.item_names.setdefault(name, len(self.item_names))

    def type(self, name: str) -> int:
        """Return the code of an event type, a new one if it has none yet; it can stand for an item as well."""
        with self.lock:
            self.item_names.setdefault(name, len(self.item_names))
            return self.type_names.setdefault(name, len(self.type_names))


def coded(read: Read) -> Coded:
    """Return events as codes.

    Args:
        read: returns columns of the events before any step, part by part: sorted, all events of a user in one part.
    """
    items, types = dict[str, int](), dict[str, int]()
    columns: list[list[NDArray[np.int32]]] = [[], [], []]
    times, marks, rows, groups = list[pl.Series](), list[Bools](), list[NDArray[np.int64]](), list[NDArray[np.int64]]()
    n = n_users = 0
    for part in read(frozenset({*CODED, NOTES, HASH})):
        users = part[c.USER]
        columns[0].append((users != users.shift(1)).fill_null(True).cum_sum().cast(pl.Int32).to_numpy() + np.int32(n_users - 1))
        n_users = int(columns[0][-1][-1]) + 1 if part.height else n_users
        columns[1].append(codes(part[c.ITEM], items))
        columns[2].append(codes(part[c.EVENT], types))
        times.append(part[c.TIME].to_physical())
        marks.append((part[NOTES].to_numpy() & ITEMLESS) > 0)
        same, number = twins(part)
        rows.append(same + n)
        groups.append(number + n)
        n += part.height
    for name in types:
        items.setdefault(name, len(items))
    whole = [np.concatenate([np.zeros(0, np.int32), *column]) for column in columns]
    moments = pl.concat(times) if times else pl.Series([], dtype=pl.Int64)
    at = None if moments.null_count() else moments.to_numpy()
    none = np.zeros(0, np.int64)
    equal = np.concatenate([none, *rows]), np.concatenate([none, *groups])
    itemless = np.concatenate([np.zeros(0, np.bool_), *marks])
    return Coded(whole[0], whole[1], whole[2], at, itemless, items, types, equal, read)


def of_frame(events: pl.DataFrame) -> Coded:
    """Return the events of a frame as codes; it is held."""
    return coded(lambda columns: iter([events.select([name for name in events.columns if HASH in columns or name in columns])]))
