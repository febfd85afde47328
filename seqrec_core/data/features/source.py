"""What features are computed from: the arrays of a log, grouped, and what the log has and lacks."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.features.registry import MOST_TYPES, Need
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import DAY_US, NO_CATEGORY, SequenceDataset

SECOND_US = 1_000_000
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """Neighbouring rows that belong together, none of the groups empty.

    Args:
        offsets: group i is the rows `offsets[i]:offsets[i + 1]`, int64[n + 1].
    """

    offsets: Ints

    @property
    def n(self) -> int:
        """Number of groups."""
        return len(self.offsets) - 1

    @cached_property
    def sizes(self) -> Ints:
        """Rows of each group, int64[n]."""
        return np.diff(self.offsets)

    @cached_property
    def of_row(self) -> NDArray[np.int32]:
        """Group of each row, int32[n_rows]."""
        return np.repeat(np.arange(self.n, dtype=np.int32), self.sizes)

    @property
    def firsts(self) -> Ints:
        """First row of each group, int64[n]."""
        return self.offsets[:-1]

    @property
    def lasts(self) -> Ints:
        """Last row of each group, int64[n]."""
        return self.offsets[1:] - 1

    @cached_property
    def follows(self) -> NDArray[np.bool_]:
        """Whether a row has one before it in its group, bool[n_rows]."""
        inside = np.ones(int(self.offsets[-1]), bool)
        inside[self.firsts] = False
        return inside

    def count(self, is_counted: NDArray[np.bool_]) -> Ints:
        """Return how many rows of each group are counted, int64[n]."""
        return np.add.reduceat(is_counted.astype(np.int64), self.firsts)

    def sum(self, values: Floats) -> Floats:
        """Return the sum of each group, float64[n]."""
        return np.add.reduceat(values, self.firsts)

    def first_of_kind(self, codes: NDArray[np.integer], n_codes: int) -> NDArray[np.bool_]:
        """Whether a row is the first of its group with its code, bool[n_rows]; codes are 0…n_codes−1."""
        keys = self.of_row.astype(np.int64) * n_codes + codes
        return pl.Series(keys).is_first_distinct().to_numpy()


@dataclass(frozen=True)
class Source:
    """A log with its arrays and its catalogue.

    Args:
        log: the events; the same as behind `dataset`.
        dataset: their arrays.
        catalog: what is known of the items, or None.
    """

    log: EventLog
    dataset: SequenceDataset
    catalog: ItemCatalog | None = None

    def has(self, need: Need) -> bool:
        """Whether the log has what a feature needs."""
        described = () if self.catalog is None else self.catalog.frame.columns
        return {
            "times": self.log.has_times,
            "clock": self.log.has_times and (self.log.resolution or 0) < DAY_US / SECOND_US,
            "types": self.log.has_event_types,
            "items": self.log.has_items,
            "values": c.VALUE in self.log.frame.columns,
            "categories": self.dataset.categories is not None,
            "title": c.TITLE in described,
            "tags": c.TAGS in described,
            "price": c.PRICE in described,
            "text": bool({c.TITLE, c.DESCRIPTION} & set(described)) and self.log.has_items,
        }[need]

    @cached_property
    def users(self) -> Groups:
        """The rows of each user, in the order of the log."""
        return Groups(self.dataset.user_offsets)

    @cached_property
    def sessions(self) -> Groups:
        """The rows of each session, in the order of `dataset.session_rows`."""
        return Groups(self.dataset.session_offsets)

    @property
    def session_rows(self) -> Ints:
        """Row of the log at each place of the sessions, int64[n_events]."""
        return self.dataset.session_rows

    @cached_property
    def session_of_row(self) -> NDArray[np.int32]:
        """Session of each row of the log, int32[n_events]."""
        owner = np.empty(self.dataset.n_events, np.int32)
        owner[self.session_rows] = self.sessions.of_row
        return owner

    @cached_property
    def session_starts(self) -> Ints:
        """Row of the log with which each session begins, int64[n_sessions]."""
        return self.session_rows[self.sessions.firsts]

    @property
    def type_names(self) -> tuple[str, ...]:
        """The event types that get columns of their own."""
        return self.dataset.event_names[:MOST_TYPES]

    @cached_property
    def valued_types(self) -> tuple[str, ...]:
        """Those of them whose events have values."""
        is_valued = ~np.isnan(self.values)
        seen = np.bincount(self.dataset.event_types[is_valued], minlength=len(self.dataset.event_names)) > 0
        return tuple(name for name, is_seen in zip(self.type_names, seen, strict=False) if is_seen)

    @cached_property
    def times(self) -> Ints:
        """Microseconds UTC of each row of the log, int64[n_events]."""
        times = self.dataset.times
        return np.zeros(self.dataset.n_events, np.int64) if times is None else times

    @cached_property
    def end(self) -> int:
        """The last moment of the log, microseconds UTC."""
        return int(self.times.max())

    @cached_property
    def values(self) -> Floats:
        """Value of each row, NaN where it has none, float64[n_events]."""
        return self.log.frame[c.VALUE].fill_null(np.nan).to_numpy()

    @cached_property
    def category_names(self) -> tuple[str, ...]:
        """The categories that any item has, sorted."""
        return tuple(sorted(set((self.dataset.categories or ("",))[1:]) - {NO_CATEGORY}))

    @cached_property
    def categories(self) -> NDArray[np.int32]:
        """Category of each row as a place in `category_names`, −1 where none is known, int32[n_events]."""
        place = {name: code for code, name in enumerate(self.category_names)}
        names = self.dataset.categories or ("",)
        return np.array([place.get(name, -1) for name in names], np.int32)[self.dataset.items]


def days(microseconds: Ints) -> Floats:
    """Return a span in days."""
    return microseconds / DAY_US


def divided(a: NDArray[np.number], b: NDArray[np.number]) -> Floats:
    """Return a / b, NaN where b is 0."""
    return np.divide(a, b, out=np.full(len(a), np.nan), where=b != 0)


def moments(microseconds: Ints, is_known: NDArray[np.bool_] | None = None) -> pl.Series:
    """Return moments as a column of times; null where they are not known."""
    column = pl.Series(microseconds).cast(c.TIME_DTYPE)
    return column if is_known is None else column.set(pl.Series(~is_known), None)


def entropy_bits(groups: Groups, codes: NDArray[np.integer], n_codes: int) -> tuple[Ints, Floats]:
    """Return, for each group, its distinct codes and their entropy −Σ p log2 p; rows with code −1 are left out.

    The entropy is NaN where a group has no code at all.
    """
    known = codes >= 0
    keys, counts = np.unique(groups.of_row[known].astype(np.int64) * n_codes + codes[known], return_counts=True)
    owner = keys // max(1, n_codes)
    total = np.bincount(owner, counts, groups.n)
    share = counts / total[owner]
    bits = np.bincount(owner, -share * np.log2(share), groups.n)
    return np.bincount(owner, minlength=groups.n), np.where(total > 0, np.abs(bits), np.nan)
