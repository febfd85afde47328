"""Propose steps by what stands in a log: gathered from parts of it, settled once all have been seen."""

from dataclasses import dataclass, field

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.hints import HEAD, hint, item_hint
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.numbers import parse_numbers
from seqrec_core.data.steps.codes import case_only, non_products, written_otherwise, zeros_only
from seqrec_core.data.steps.doing import has_item
from seqrec_core.data.steps.overlap import overlapping
from seqrec_core.data.steps.pace import PAUSE, WHY, is_bot, usual_bots
from seqrec_core.data.steps.types import (
    ExactDuplicates,
    MatchItems,
    MergeItems,
    MergeZeros,
    NonProductCodes,
    Prices,
    Proposed,
    Returns,
    SourceOverlap,
    Step,
)
from seqrec_core.text import say

LETTER = r"^([A-Za-z])\d{3,}$"  # a number with one letter before it
PLAIN_NUMBER = r"^\d{3,}$"
AGREE = 0.9  # share of the rows with the letter that must be negative
RARE = 0.2  # more rows than this are no exception
FREE = 0.05  # more events without a price than this are a part of the shop
EXAMPLES = 12
WAITING = 1_000_000  # counts of items that are added up at once
COUNTS = {c.ITEM: pl.String, "len": pl.UInt32}
NUMBERED = {"column": pl.String, "letter": pl.String, "rows": pl.Int64, "negative": pl.Int64}


@dataclass
class Evidence:
    """What parts of a log show; the sum does not depend on how it was cut.

    Most of it any events tell. What several sources hold is seen only where all events of a user are. The pace of users comes
    last, once their events are in order: what it proposes is never done unasked, so nothing has to wait for it.

    Args:
        mapping: of the file.
        attributes: columns without a role.
        sources: of the log, in their order.
        users: `paces`, of all users.
        waiting: counts of items that are not yet in `items`.
        catalog: distinct ids of the item file; None without one.
    """

    mapping: ColumnMapping
    attributes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    rows: int = 0
    negative: int = 0
    items: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COUNTS))
    numbers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NUMBERED))
    free: dict[str, int] = field(default_factory=dict)
    users: list[pl.DataFrame] = field(default_factory=list)
    overlap: int = 0
    resolved: bool = False
    waiting: list[pl.DataFrame] = field(default_factory=list)
    catalog: pl.Series | None = None

    @property
    def priced(self) -> list[str]:
        """Attributes that are called like a price."""
        return [name for name in self.attributes if item_hint(name, c.PRICE) >= HEAD]

    @property
    def numbered(self) -> list[str]:
        """Columns of the log that may number orders."""
        names = [name for name in self.attributes if hint(name, "session") >= HEAD]
        return names if self.mapping.session is None else [c.SESSION, *names]

    def join(self, other: "Evidence") -> None:
        """Take in what another one has seen, of other events."""
        self.rows += other.rows
        self.negative += other.negative
        self.overlap += other.overlap
        self.resolved |= other.resolved
        self.waiting.append(other.items)
        if sum(items.height for items in self.waiting) > max(WAITING, self.items.height):
            self._count_items()
        numbers = pl.concat([self.numbers, other.numbers])
        self.numbers = numbers.group_by("column", "letter").agg(pl.col("rows", "negative").sum())
        for name, free in other.free.items():
            self.free[name] = self.free.get(name, 0) + free

    def logged(self) -> pl.Series:
        """Return the distinct items seen, sorted."""
        self._count_items()
        return self.items[c.ITEM].sort()

    def _count_items(self) -> None:
        self.items = pl.concat([self.items, *self.waiting]).group_by(c.ITEM).agg(pl.col("len").sum())
        self.waiting = []

    def of(self, events: pl.DataFrame) -> "Evidence":
        """Return what some events show by themselves. May run in several threads at once."""
        seen = Evidence(self.mapping, self.attributes, self.sources, events.height)
        if not events.height:
            return seen
        if self.mapping.item is not None:
            seen.items = events.filter(has_item(events)).group_by(c.ITEM).len()
        if c.VALUE in events.columns:
            below = (events[c.VALUE] < 0).fill_null(False)
            seen.negative = int(below.sum())
            seen.numbers = pl.concat([self.numbers.clear(), *(_letters(events[name], below) for name in self._present(events))])
        for name in self.priced:
            if name in events.columns:
                seen.free[name] = int((parse_numbers(events[name]) <= 0).sum())
        return seen

    def compared(self) -> list[str]:
        """Columns of the events that `of_users` looks at."""
        return [c.USER, c.ITEM, c.EVENT, c.TIME, c.SOURCE]

    def of_users(self, events: pl.DataFrame) -> "Evidence":
        """Return what the events of some users show beside each other: all of theirs, in any order."""
        seen = Evidence(self.mapping, self.attributes, self.sources)
        if events.height:
            seen.overlap = overlapping(events, self.sources).height
            seen.resolved = bool((events[c.TIME].dt.second() != 0).any())
        return seen

    def _present(self, events: pl.DataFrame) -> list[str]:
        return [name for name in dict.fromkeys(self.numbered) if name in events.columns]

    def propose(self) -> tuple[Proposed, ...]:
        """Return the steps that the log suggests, in the order in which they are done."""
        self._count_items()
        found = [Proposed({"name": ExactDuplicates().name}, True, self.rows), *self._overlap(), *self._returns(), *self._prices()]
        codes = non_products(self.items)
        if codes.height:
            listed = ", ".join(codes[c.ITEM].head(EXAMPLES))
            step = NonProductCodes(codes=tuple(sorted(codes[c.ITEM])))
            found.append(_proposed(step, True, int(codes["len"].sum()), codes=codes.height, examples=listed))
        found += self._spellings(self.items.filter(~pl.col(c.ITEM).is_in(codes[c.ITEM].implode())))
        return (*found, *self._bots())

    def _spellings(self, counted: pl.DataFrame) -> list[Proposed]:
        """Items that are written in several ways; each step counts on those before it."""
        found: list[Proposed] = []
        for kind, on in ((MergeItems, True), (MergeZeros, False), (MatchItems, True)):
            if kind is MatchItems:
                into = {} if self.catalog is None else written_otherwise(counted[c.ITEM], self.catalog)
            else:
                into = case_only(counted) if kind is MergeItems else zeros_only(counted)
            if not into:
                continue
            n = int(counted.filter(pl.col(c.ITEM).is_in(list(into)))["len"].sum())
            pairs = ", ".join(f"{old} = {new}" for old, new in sorted(into.items())[:EXAMPLES])
            found.append(_proposed(kind(into=dict(sorted(into.items()))), on, n, ids=len(into), examples=pairs))
            if on:
                counted = counted.with_columns(pl.col(c.ITEM).replace(into)).group_by(c.ITEM).agg(pl.col("len").sum())
        return found

    def _overlap(self) -> list[Proposed]:
        """Events in several sources; to the second it is one event written twice, to the minute or day it may be two."""
        step = SourceOverlap(sources=self.sources) if self.overlap else None
        listed = ", ".join(self.sources)
        return [] if step is None else [_proposed(step, self.resolved, self.overlap, sources=listed)]

    def _returns(self) -> list[Proposed]:
        letters = self.numbers.filter(pl.col("letter") != "").sort(["rows", "column", "letter"], descending=[True, False, False])
        plain = set(self.numbers.filter(pl.col("letter") == "")["column"])
        column = prefix = None
        cancelled = 0
        for name, letter, rows, negative in letters.iter_rows():
            if name in plain and rows <= RARE * self.rows and negative >= AGREE * rows:
                column, prefix, cancelled = name, letter, rows
                break
        amounts = hint(self.mapping.value or "", "value") >= HEAD and 0 < self.negative <= RARE * self.rows
        if not amounts and prefix is None:
            return []
        step = Returns(negative=amounts, column=column, prefix=prefix)
        return [_proposed(step, True, max(self.negative, cancelled), cancelled=cancelled, prefix=prefix or "–")]

    def _prices(self) -> list[Proposed]:
        found = [(n, name) for name, n in self.free.items() if n]
        return [_proposed(Prices(column=name), n <= FREE * self.rows, n, column=name) for n, name in sorted(found, reverse=True)]

    def _bots(self) -> list[Proposed]:
        users = pl.concat(self.users) if self.users else None
        if users is None or not users.height:
            return []
        step = usual_bots(users, self.items.height)
        called = is_bot(step, users).sort([c.COUNT, c.USER], descending=[True, False])
        if not called.height:
            return []
        shown = called.select(c.USER, c.COUNT, PAUSE, WHY).head(EXAMPLES // 2)
        examples = "; ".join(_bot(*row) for row in shown.iter_rows())
        return [_proposed(step, False, called.height, events=int(called[c.COUNT].sum()), examples=examples)]


def _bot(user: str, n: int, pause: float | None, why: list[str]) -> str:
    """Return a user with its events, its median pause and what speaks for a bot."""
    reasons = ", ".join(say(f"steps.bot.{one}") for one in why)
    pace = "" if pause is None else f" × {pause:,.0f} s" if pause >= 100 else f" × {pause:.3g} s"
    return f"{user}: {n:,}{pace} ({reasons})"


def _proposed(step: Step, on: bool, n: int, **values: str | int | float) -> Proposed:
    return Proposed(step.model_dump(mode="json"), on, n, values)


def _letters(column: pl.Series, below: pl.Series) -> pl.DataFrame:
    """Count the numbers of a column by the letter before them ("" = none): how many rows, and how many with a negative value."""
    text = pl.DataFrame({"text": column.cast(pl.String), "below": below})
    plain = pl.col("text").str.contains(PLAIN_NUMBER)
    letter = pl.when(plain).then(pl.lit("")).otherwise(pl.col("text").str.extract(LETTER, 1))
    rows, negative = pl.len().cast(pl.Int64).alias("rows"), pl.col("below").sum().cast(pl.Int64).alias("negative")
    found = text.group_by(letter.alias("letter")).agg(rows, negative).drop_nulls("letter")
    return found.select(pl.lit(column.name).alias("column"), "letter", "rows", "negative")
