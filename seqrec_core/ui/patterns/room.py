"""All that a part of the Patterns page needs: what is looked at, how it is set, what was found."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from seqrec_core import columns as c
from seqrec_core.mining.ending import holds
from seqrec_core.mining.measures import LENGTH, LEVERAGE, LIFT
from seqrec_core.mining.types import MiningTerms
from seqrec_core.text import count, say
from seqrec_core.ui import context, loaders
from seqrec_core.ui.chart import is_dark
from seqrec_core.ui.context import Context
from seqrec_core.ui.patterns import calls as patterns_calls
from seqrec_core.ui.patterns.calls import MAX_PATTERNS, MAX_SECONDS, Found, Reading, Success
from seqrec_core.ui.patterns.state import FLOOR, Setting, setting

MOST_DRAWN, MOST_BARS = 80, 12
ENOUGH = 30  # cases behind a rate that is compared with others


@dataclass(frozen=True)
class Room:
    """The page.

    Args:
        now: dataset, unit, group.
        chosen: how the page is set.
        reading: what is searched.
        names: what each label is called.
        terms: of the search.
        suggested: the least support that fits this log.
        found: all patterns of the search; frame: those that the filters leave, the best supported first.
        success: the event that stands for success, None where there is none.
        dark: whether the reader looks at the dark theme.
    """

    now: Context
    chosen: Setting
    reading: Reading
    names: dict[str, str]
    terms: MiningTerms
    suggested: int
    found: Found
    frame: pl.DataFrame
    success: Success | None
    dark: bool

    @property
    def unit(self) -> str:
        """Noun of one sequence."""
        return self.now.unit

    @property
    def units(self) -> str:
        """The noun in the plural, inside a sentence."""
        return say(f"words.{self.now.unit}s").lower()

    @property
    def n(self) -> int:
        """Number of sequences."""
        return len(self.reading.sequences)

    def path(self, items: Sequence[str]) -> str:
        """Write a pattern by names."""
        return " → ".join(self.names.get(item, item) for item in items)

    def named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame with the names of its items in place of their ids."""
        lists = [[self.names.get(item, item) for item in items] for items in frame[c.ITEMS].to_list()]
        return frame.with_columns(pl.Series(c.ITEMS, lists, pl.List(pl.String)))

    def surprising(self) -> pl.DataFrame:
        """Return the patterns that are most above chance."""
        kept = self.frame.filter(pl.col(LIFT).is_not_null())
        return kept.sort([LEVERAGE, c.SUPPORT_COUNT], descending=True, maintain_order=True).head(MOST_DRAWN)

    def rules(self) -> pl.DataFrame:
        """Return the rules that the filters leave, the surest first."""
        return filtered(patterns_calls.ruled(self.reading, replace(self.terms, kind="all")), self.chosen)

    def surest(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the first rows, without those that hold a surer one: the events more add nothing."""
        kept: list[int] = []
        lists = rows[c.ITEMS].to_list() if rows.width else []
        for at, items in enumerate(lists):
            if not any(lists[other][-1] == items[-1] and holds(items, lists[other]) for other in kept):
                kept.append(at)
            if len(kept) == MOST_BARS:
                break
        return rows[kept]

    def preceding(self) -> pl.DataFrame:
        """Return how often success follows each of the best supported patterns; the surest first.

        A pattern that few hold comes out on top by chance: where others have 30 or more cases, it is left out.
        """
        if self.success is None:
            return pl.DataFrame()
        frame = self.frame
        if self.chosen.of == "event":
            frame = frame.filter(~pl.col(c.ITEMS).list.contains(self.success.event))
        many = frame.filter(pl.col(c.SUPPORT_COUNT) >= ENOUGH)
        frame = many if many.height else frame
        patterns = tuple(map(tuple, frame[c.ITEMS].head(patterns_calls.LOOKED_AT).to_list()))
        return patterns_calls.preceding(self.reading.key, self.chosen.gap, patterns, self.reading.sequences, self.success)

    def who(self) -> str:
        """Say how many are looked at, which group, and how they are read."""
        parts = [count(self.n, self.unit)]
        if context.segment_label():
            parts.append(context.segment_label())
        if self.chosen.once:
            parts.append(say("page_patterns.once.short"))
        return " · ".join(parts)


def open_room(now: Context) -> Room:
    """Search, as the page is set.

    Raises:
        BadInput: terms that cannot be met.
    """
    loaded = loaders.arrays(now.dataset)
    chosen = setting(loaded.arrays)
    reading = patterns_calls.reading(now, chosen.of, chosen.once)
    suggested = patterns_calls.suggested(reading.key, chosen.gap, chosen.longest, reading.sequences)
    terms = MiningTerms(
        suggested if chosen.share is None else least(chosen.share, len(reading.sequences)),
        kind=chosen.kind,
        max_gap=chosen.gap,
        max_length=chosen.longest,
        max_patterns=MAX_PATTERNS,
        max_seconds=MAX_SECONDS,
    )
    found = patterns_calls.mined(reading, terms)
    names = patterns_calls.names(reading.key, chosen.of, reading.sequences, loaded.catalog.titles)
    frame = filtered(found.frame, chosen)
    frame = frame if chosen.most is None else frame.head(chosen.most)
    success = patterns_calls.success(now, reading)
    return Room(now, chosen, reading, names, terms, suggested, found, frame, success, is_dark())


def filtered(frame: pl.DataFrame, chosen: Setting) -> pl.DataFrame:
    """Keep the patterns of the lengths asked for that hold and end with what was asked for."""
    keep = pl.col(LENGTH).is_between(chosen.shortest, chosen.longest)
    for label in chosen.has:
        keep &= pl.col(c.ITEMS).list.contains(label)
    if chosen.last:
        keep &= pl.col(c.ITEMS).list.last().is_in(chosen.last)
    return frame.filter(keep)


def least(share: float, n: int) -> int:
    """Return the least count that is a share (percent) of n; never below the floor of users."""
    return max(FLOOR, math.ceil(share * n / 100 - 1e-3))


def share_of(least_count: int, n: int) -> str:
    """Write a count as a share of n in percent, so that `least` gives it back."""
    return f"{100 * least_count / max(n, 1):.6g}"
