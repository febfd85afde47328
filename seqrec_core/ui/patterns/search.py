"""The search behind the Patterns page: counted live, stopped by a person or a budget, and asked again without searching again."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.insight.folding import folded
from seqrec_core.mining.covering import reach_of
from seqrec_core.mining.engine import mine, searched
from seqrec_core.mining.measures import LENGTH, measured
from seqrec_core.mining.privacy import with_users
from seqrec_core.mining.recounting import recounted
from seqrec_core.mining.remining import narrowed
from seqrec_core.mining.suggest import sensible_min_count
from seqrec_core.mining.types import MiningResult, MiningTerms
from seqrec_core.text import count, say
from seqrec_core.ui.patterns.reading import Key, Reading
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.state import FLOOR, Setting

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MAX_PATTERNS, MAX_SECONDS = 20_000, 8.0
WIDE_PATTERNS, WIDE_SECONDS = 5_000, 0.3  # of a search without limits that others are counted from
MOST_SEARCHES, MOST_FOUND = 4, 12
UNDER = "under"  # row of the pattern that one is folded under
QUIET_SECONDS, TICK_SECONDS = 0.4, 0.25
STOPPED = "patterns_stopped"

Progress = Callable[[int, int, dict[str, float]], None]


@dataclass(frozen=True)
class Found:
    """Patterns with their measures and, in `under`, the row each is folded under; `left_out` were held by too few users."""

    result: MiningResult
    frame: pl.DataFrame
    left_out: int


@dataclass(frozen=True)
class Search:
    """What was asked of a reading and what was found.

    Args:
        reading: what was searched.
        terms: of the search.
        suggested: the least support that fits this log.
        everything: all patterns, whatever kind is asked for.
        found: those of the kind asked for; frame: those of them that the filters leave, the best supported first.
    """

    reading: Reading
    terms: MiningTerms
    suggested: int
    everything: Found
    found: Found
    frame: pl.DataFrame

    @property
    def n(self) -> int:
        """Number of sequences."""
        return len(self.reading.sequences)


class Shelf:
    """The last searches of one reading, which other questions are answered from."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.searches: list[MiningResult] = []
        self.counted: list[MiningResult] = []
        self.found: OrderedDict[MiningTerms, Found] = OrderedDict()

    def put(self, terms: MiningTerms, found: Found) -> None:
        """Keep an answer, and the oldest no longer."""
        with self.lock:
            self.found[terms] = found
            while len(self.found) > MOST_FOUND:
                self.found.popitem(last=False)

    def keep(self, result: MiningResult) -> None:
        """Keep a search that others can be answered from."""
        with self.lock:
            self.searches = [result, *self.searches][:MOST_SEARCHES]

    def keep_counted(self, result: MiningResult) -> None:
        """Keep what was counted from a search, beside the searches."""
        with self.lock:
            self.counted = [result, *self.counted][:MOST_SEARCHES]

    def narrowed(self, terms: MiningTerms) -> MiningResult | None:
        """Answer from what is known, None where that says too little."""
        return next((found for had in (*self.searches, *self.counted) if (found := narrowed(had, terms)) is not None), None)


@st.cache_resource(max_entries=16, show_spinner=False)
def _shelf(key: Key) -> Shelf:
    return Shelf()


@st.cache_resource(max_entries=32, show_spinner=False)
def suggested(key: Key, _sequences: Sequences) -> int:
    """Return a least support that gives a readable number of patterns, whatever lengths and distances are looked at."""
    return max(FLOOR, sensible_min_count(_sequences))


def search(room: Room, reading: Reading, place: "DeltaGenerator") -> Search:
    """Search, as the page is set; the page stops where a person stopped the search.

    Args:
        room: the page.
        reading: what to search.
        place: an empty place in which a long search counts.

    Raises:
        BadInput: terms that cannot be met.
    """
    chosen = room.chosen
    fits = suggested(reading.whole.key, reading.whole.sequences)
    terms = MiningTerms(
        fits if chosen.share is None else least(chosen.share, len(reading.sequences)),
        max_gap=chosen.gap,
        max_gap_seconds=chosen.wait,
        max_span_seconds=chosen.span,
        max_length=chosen.longest,
        max_patterns=MAX_PATTERNS,
        max_seconds=MAX_SECONDS,
    )
    _stop_if_stopped(reading, terms, fits)
    everything = _found(reading, terms, Live(place, reading, terms))
    place.empty()
    found = everything if chosen.kind == "all" else _of_kind(reading, replace(terms, kind=chosen.kind), everything)
    frame = filtered(found.frame, chosen)
    return Search(reading, terms, fits, everything, found, frame if chosen.most is None else frame.head(chosen.most))


def _found(reading: Reading, terms: MiningTerms, progress: Progress) -> Found:
    """Return all patterns of the terms: known, answered or counted from an earlier search, or searched for."""
    shelf = _shelf(reading.key)
    known = shelf.found.get(terms)
    if known is not None:
        return known
    result = shelf.narrowed(terms) or _counted(reading, terms)
    if result is None:
        result = mine(reading.sequences, terms, progress)
        shelf.keep(result)
    found = _described(reading, result)
    shelf.put(terms, found)
    return found


def _counted(reading: Reading, terms: MiningTerms) -> MiningResult | None:
    """Count the patterns under limits, or of some event types, from a search without; None where that is no shorter way."""
    if not terms.has_rules and reading.wide is None:
        return None
    whole = reading.whole
    shelf = _shelf(whole.key)
    wide = MiningTerms(
        terms.min_count, max_length=terms.max_length, max_patterns=WIDE_PATTERNS, max_seconds=min(WIDE_SECONDS, terms.max_seconds)
    )
    found = shelf.narrowed(wide)
    if found is None:
        found = searched(whole.sequences, wide)
        if not found.complete:
            return None
        shelf.keep(found)
    result = recounted(found, reading.sequences, terms)
    if result is not None:
        _shelf(reading.key).keep_counted(result)
    return result


def _of_kind(reading: Reading, terms: MiningTerms, everything: Found) -> Found:
    """Keep the closed or the maximal ones of all that was found."""
    shelf = _shelf(reading.key)
    known = shelf.found.get(terms)
    if known is not None:
        return known
    result = narrowed(everything.result, terms)
    if result is None:  # a budget ended the search: of what it found, what nothing longer covers
        result = everything.result
        covers = everything.frame[UNDER].to_numpy() == np.arange(everything.frame.height)
        found = Found(result.only(covers), everything.frame.filter(pl.Series(covers)), everything.left_out)
    else:
        kept = result.frame.select(c.ITEMS)
        frame = everything.frame.join(kept, on=c.ITEMS, how="semi", maintain_order="left")
        found = Found(result, frame, everything.left_out)
    shelf.put(terms, found)
    return found


def _described(reading: Reading, everything: MiningResult) -> Found:
    """Leave out what few users hold, and measure the rest."""
    result = with_users(everything, reading.sequences, FLOOR)
    frame = measured(result, reading.sequences)
    under = folded(frame[c.ITEMS].to_list(), frame[c.SUPPORT_COUNT].to_list(), reach_of(result.terms))
    return Found(result, frame.with_columns(pl.Series(UNDER, under, pl.Int64)), len(everything) - len(result))


class Live:
    """Counts patterns on the page while a search runs, and offers to stop it.

    Writing to the page is also where Streamlit ends a run whose reader has asked for something else, and the search with it.
    """

    def __init__(self, place: "DeltaGenerator", reading: Reading, terms: MiningTerms) -> None:
        self._place, self._token = place, _token(reading, terms)
        self._begun = self._last = time.perf_counter()
        self._bar: DeltaGenerator | None = None

    def __call__(self, done: int, total: int, values: dict[str, float]) -> None:
        """Write how far it is, a few times a second."""
        now = time.perf_counter()
        if now - self._begun < QUIET_SECONDS or now - self._last < TICK_SECONDS:
            return
        self._last = now
        if self._bar is None:
            with self._place.container(horizontal=True, vertical_alignment="center"):
                self._bar = st.empty()
                st.button(say("page_patterns.stop"), key="patterns_stop", icon=":material/stop_circle:", on_click=self._stop)
        found = count(int(values.get("patterns", 0)), "pattern")
        text = say("page_patterns.counting", n=found, share=f"{done / max(total, 1):.0%}")
        self._bar.progress(min(1.0, done / max(total, 1)), text=text)

    def _stop(self) -> None:
        st.session_state[STOPPED] = self._token


def _token(reading: Reading, terms: MiningTerms) -> tuple[object, ...]:
    return (reading.key, terms)


def _stop_if_stopped(reading: Reading, terms: MiningTerms, fits: int) -> None:
    """Say that a person stopped this search, with what can be done; the page ends there."""
    if st.session_state.get(STOPPED) != _token(reading, terms):
        return
    st.info(say("page_patterns.stopped"), icon=":material/stop_circle:")
    with st.container(horizontal=True):
        if terms.min_count < fits:
            label = say("page_patterns.stopped.fit", n=count(fits, reading.sequences.unit))
            st.button(label, key="patterns_stopped_fit", type="primary", on_click=_fit)
        st.button(say("page_patterns.stopped.again"), key="patterns_again", on_click=_again)
    st.stop()


def _fit() -> None:
    from seqrec_core.ui import context

    context.put(sup=None)


def _again() -> None:
    st.session_state.pop(STOPPED, None)


def filtered(frame: pl.DataFrame, chosen: Setting) -> pl.DataFrame:
    """Keep the patterns of the lengths asked for that hold, start and end with what was asked for."""
    keep = pl.col(LENGTH).is_between(chosen.shortest, chosen.longest)
    for label in chosen.has:
        keep &= pl.col(c.ITEMS).list.contains(label)
    if chosen.first:
        keep &= pl.col(c.ITEMS).list.first().is_in(chosen.first)
    if chosen.last:
        keep &= pl.col(c.ITEMS).list.last().is_in(chosen.last)
    return frame.filter(keep)


def least(share: float, n: int) -> int:
    """Return the least count that is a share (percent) of n; never below the floor of users."""
    return max(FLOOR, math.ceil(share * n / 100 - 1e-3))


def share_of(least_count: int, n: int) -> str:
    """Write a count as a share of n in percent, so that `least` gives it back."""
    return f"{100 * least_count / max(n, 1):.6g}"
