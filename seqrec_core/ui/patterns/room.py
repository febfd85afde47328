"""What every part of the Patterns page needs: what is looked at, how it is set, what labels are called."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.text import count, duration, say
from seqrec_core.ui import context, loaders
from seqrec_core.ui.chart import is_dark
from seqrec_core.ui.context import Context
from seqrec_core.ui.patterns import reading as patterns_reading
from seqrec_core.ui.patterns.reading import Reading
from seqrec_core.ui.patterns.state import Setting, setting

SWITCHED = "patterns_users_for"


@dataclass(frozen=True)
class Room:
    """The page.

    Args:
        now: dataset, unit, group.
        chosen: how the page is set.
        reading: what is searched.
        names: what each label is called.
        dark: whether the reader looks at the dark theme.
    """

    now: Context
    chosen: Setting
    reading: Reading
    names: dict[str, str]
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

    def far(self) -> list[str]:
        """Say how far apart the events of a pattern may be, a part for each limit."""
        chosen, parts = self.chosen, []
        if chosen.gap is not None:
            parts.append(say("page_patterns.subtitle.gap", n=count(chosen.gap, "step")))
        if chosen.wait is not None:
            parts.append(say("page_patterns.subtitle.wait", time=duration(chosen.wait)))
        if chosen.span is not None:
            parts.append(say("page_patterns.subtitle.span", time=duration(chosen.span)))
        return parts

    def who(self) -> str:
        """Say how many are looked at, which group, and how they are read."""
        parts = [count(self.n, self.unit)]
        if context.segment_label():
            parts.append(context.segment_label())
        if self.chosen.types:
            parts.append(", ".join(self.chosen.types))
        if self.chosen.once:
            parts.append(say("page_patterns.once.short"))
        return " · ".join(parts)


def open_room(now: Context) -> Room:
    """Read the sequences as the page is set."""
    loaded = loaders.arrays(now.dataset)
    chosen = setting(loaded.arrays)
    reading = patterns_reading.reading(now, chosen)
    names = patterns_reading.names(reading.key, chosen.of, reading.sequences, loaded.catalog.titles)
    return Room(now, chosen, reading, names, is_dark())


def users_where_sessions_have_no_order(room: Room) -> None:
    """Look at users once, where sessions are baskets: all in one moment has no sequence, and the page would open empty."""
    switched: dict[str, bool] = st.session_state.setdefault(SWITCHED, {})
    dataset = room.now.dataset.id
    if room.unit == "session" and not context.get("unit") and dataset not in switched:
        switched[dataset] = is_baskets(patterns_reading.whole(room.now, room.chosen.of))
        if switched[dataset]:
            context.put(unit="user")
            st.rerun()
    if room.unit == "user" and switched.get(dataset):
        st.caption(say("page_patterns.users_for_order"))


def is_baskets(sequences: Sequences) -> bool:
    """Whether most sequences are one step: a single event, or events of one moment, which have no order among them."""
    filled = np.flatnonzero(np.diff(sequences.offsets))
    first, last = sequences.offsets[filled], sequences.offsets[filled + 1] - 1
    return len(filled) > 0 and float((sequences.steps[first] == sequences.steps[last]).mean()) > 0.5
