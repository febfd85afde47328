"""What each source of a log gave, and what the sources have in common."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.report import Channels, Meeting, Overlap, SourceAccount
from seqrec_core.data.steps.overlap import FIRST, overlap_counts

ROWS, USERS, BEGINS, ENDS = "rows", "users", "begins", "ends"
EVENTS = {c.SOURCE: pl.String, ROWS: pl.Int64, USERS: pl.Int64, BEGINS: c.TIME_DTYPE, ENDS: c.TIME_DTYPE}
ITEMS = {c.ITEM: pl.String, c.SOURCE: pl.String}
OVERLAP = {FIRST: pl.String, c.SOURCE: pl.String, c.COUNT: pl.Int64}
EXAMPLES = 3


def _empty(schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


@dataclass
class Sources:
    """Counts by source; those of the users of a log add up.

    Args:
        events: `source, rows, users, begins, ends`.
        items: distinct pairs of item and source.
        users_met: users with events of several sources.
        overlap: `first, source, count`: events of a source that equal one of an earlier source, before any step.
        users: some users of each source that only it has, as examples: source → ids.
    """

    events: pl.DataFrame = field(default_factory=lambda: _empty(EVENTS))
    items: pl.DataFrame = field(default_factory=lambda: _empty(ITEMS))
    users_met: int = 0
    overlap: pl.DataFrame = field(default_factory=lambda: _empty(OVERLAP))
    users: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, before: pl.DataFrame, after: pl.DataFrame, sources: tuple[str, ...]) -> "Sources":
        """Count the events of some users, all of theirs.

        Args:
            before: the steps of cleaning.
            after: these steps.
            sources: in their order.
        """
        counts = after.group_by(c.SOURCE).agg(
            pl.len().cast(pl.Int64).alias(ROWS),
            pl.col(c.USER).n_unique().cast(pl.Int64).alias(USERS),
            pl.col(c.TIME).min().alias(BEGINS),
            pl.col(c.TIME).max().alias(ENDS),
        )
        users = after.select(c.USER, c.SOURCE).unique(maintain_order=True)
        alone = users.filter(~pl.col(c.USER).is_duplicated())
        examples = {source: tuple(alone.filter(pl.col(c.SOURCE) == source)[c.USER].head(EXAMPLES)) for source in sources}
        met = int((users.group_by(c.USER).len()["len"] > 1).sum())
        return cls(counts, after.select(c.ITEM, c.SOURCE).unique(), met, overlap_counts(before, sources), examples)

    def join(self, other: "Sources") -> None:
        """Take in the counts of other users."""
        events = pl.concat([self.events, other.events]).group_by(c.SOURCE)
        self.events = events.agg(pl.col(ROWS, USERS).sum(), pl.col(BEGINS).min(), pl.col(ENDS).max())
        self.items = pl.concat([self.items, other.items]).unique()
        self.users_met += other.users_met
        overlap = pl.concat([self.overlap, other.overlap]).group_by(FIRST, c.SOURCE)
        self.overlap = overlap.agg(pl.col(c.COUNT).sum()).sort(FIRST, c.SOURCE)
        for source, ids in other.users.items():
            self.users[source] = (*self.users.get(source, ()), *ids)[:EXAMPLES]

    def account(self, files: dict[str, tuple[str, ...]], read: dict[str, int]) -> Channels:
        """Return the account of all sources.

        Args:
            files: source → what people call its files, in order.
            read: source → rows read.
        """
        counted = {row[0]: row[1:] for row in self.events.select(list(EVENTS)).iter_rows()}
        items = dict(self.items.group_by(c.SOURCE).len().iter_rows())
        accounts = []
        for source, names in files.items():
            rows, users, first, last = counted.get(source, (0, 0, None, None))
            times = (None if first is None else first.isoformat(), None if last is None else last.isoformat())
            accounts.append(SourceAccount(source, names, read[source], rows, users, items.get(source, 0), *times))
        met = int((self.items.group_by(c.ITEM).len()["len"] > 1).sum())
        overlap = tuple(Overlap(*row) for row in self.overlap.select(list(OVERLAP)).iter_rows())
        return Channels(tuple(accounts), Meeting(self.users_met, met, overlap, self.users))
