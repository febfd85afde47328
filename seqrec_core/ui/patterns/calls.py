"""What the Patterns page asks the core, each answer kept by dataset, group and parameters."""

from collections import Counter
from dataclasses import astuple, dataclass

import numpy as np
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Of, Sequences
from seqrec_core.journeys.reading import kept
from seqrec_core.journeys.suggest import goal
from seqrec_core.mining.between import Between, between
from seqrec_core.mining.engine import mine
from seqrec_core.mining.matching import matches, supporting
from seqrec_core.mining.measures import LENGTH, LIFT, LOW, measured
from seqrec_core.mining.preparing import label_counts
from seqrec_core.mining.privacy import with_users
from seqrec_core.mining.repeats import is_new
from seqrec_core.mining.rules import ANTECEDENT, CONSEQUENT, rules
from seqrec_core.mining.success import before, goal_places
from seqrec_core.mining.suggest import sensible_min_count
from seqrec_core.mining.types import Match, MiningResult, MiningTerms
from seqrec_core.ui import loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.patterns.state import FLOOR

Key = tuple[str, ...]
MAX_PATTERNS, MAX_SECONDS = 20_000, 8.0
LOOKED_AT = 300  # patterns whose success is counted
MOST_ANSWERS = 32


@dataclass(frozen=True)
class Reading:
    """The sequences that are searched.

    Args:
        key: names them.
        sequences: labels are ids.
        is_kept: which events of the log's sequences they hold (direct repeats may be left out), bool[n_events].
        most: sequences that hold the most frequent label.
    """

    key: Key
    sequences: Sequences
    is_kept: NDArray[np.bool_]
    most: int


@dataclass(frozen=True)
class Found:
    """Patterns with their measures; `left_out` were held by too few users."""

    result: MiningResult
    frame: pl.DataFrame
    left_out: int


@dataclass(frozen=True)
class Held:
    """Who holds one pattern: rows of the sequences, distinct users, one occurrence in each, what lies between."""

    rows: NDArray[np.int64]
    users: int
    matches: list[Match]
    between: Between


def reading(now: Context, of: Of, once: bool) -> Reading:
    """Return the sequences of the group that is looked at."""
    segment = "" if now.segment is None else now.segment.model_dump_json()
    key = (str(loaders.home().path), now.dataset.id, now.unit, of, segment, str(once))
    return _reading(key, loaders.sequences(now.dataset, now.unit, of, now.segment), once)


@st.cache_resource(max_entries=8, show_spinner=False)
def _reading(key: Key, _sequences: Sequences, once: bool) -> Reading:
    is_kept = is_new(_sequences) if once else np.ones(len(_sequences.values), bool)
    read = kept(_sequences, is_kept) if once else _sequences
    return Reading(key, read, is_kept, int(label_counts(read).max(initial=0)))


@st.cache_resource(max_entries=16, show_spinner=False)
def names(key: Key, of: Of, _sequences: Sequences, _titles: dict[str, str]) -> dict[str, str]:
    """Return what each label is called: items by title, by title and id where two share one."""
    if of != "item":
        return {label: label for label in _sequences.labels}
    times = Counter(_titles.get(item, item) for item in _sequences.labels)
    called = ((item, _titles.get(item, item)) for item in _sequences.labels)
    return {item: title if times[title] == 1 else f"{title} ({item})" for item, title in called}


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def suggested(key: Key, gap: int | None, longest: int, _sequences: Sequences) -> int:
    """Return a least support that gives a readable number of patterns."""
    return max(FLOOR, sensible_min_count(_sequences, gap, min(longest, 5)))


def mined(reading: Reading, terms: MiningTerms) -> Found:
    """Return the patterns that enough users hold, with their measures."""
    return _mined(reading.key, astuple(terms), reading.sequences, terms)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def _mined(key: Key, named: tuple[object, ...], _sequences: Sequences, _terms: MiningTerms) -> Found:
    everything = mine(_sequences, _terms)
    result = with_users(everything, _sequences, FLOOR)
    return Found(result, measured(result, _sequences), len(everything) - len(result))


def ruled(reading: Reading, terms: MiningTerms) -> pl.DataFrame:
    """Return the rules: `items` = antecedent and consequent, confidence with its interval; the surest first.

    Kept are those that make the consequent more frequent than it is anyway (lift above 1).
    """
    return _ruled(reading.key, astuple(terms), reading, terms)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def _ruled(key: Key, named: tuple[object, ...], _reading: Reading, _terms: MiningTerms) -> pl.DataFrame:
    frame = rules(mined(_reading, _terms).result).filter(pl.col(LIFT) > 1)
    items = pl.concat_list(ANTECEDENT, pl.concat_list(CONSEQUENT)).alias(c.ITEMS)
    frame = frame.with_columns(items)
    frame = frame.with_columns(pl.col(c.ITEMS).list.len().cast(pl.Int64).alias(LENGTH))
    return _surest_first(frame)


@dataclass(frozen=True)
class Success:
    """The event that stands for success: its name, its place in each sequence, the share of all that reach it."""

    event: str
    places: NDArray[np.float64]
    share: float


def success(now: Context, reading: Reading) -> Success | None:
    """Return what stands for success in this log, None where no event type's name says so."""
    return _success(reading.key, loaders.sequences(now.dataset, now.unit, "event", now.segment), reading.is_kept)


@st.cache_resource(max_entries=8, show_spinner=False)
def _success(key: Key, _events: Sequences, _is_kept: NDArray[np.bool_]) -> Success | None:
    event = goal(_events)
    if event is None or not len(_events):
        return None
    places = goal_places(_events, event, _is_kept)
    return Success(event, places, float((places >= 0).mean()))


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def preceding(
    key: Key, gap: int | None, patterns: tuple[tuple[str, ...], ...], _sequences: Sequences, _success: Success
) -> pl.DataFrame:
    """Return how often success comes after each pattern; the surest first."""
    frame = before(_sequences, patterns, _success.places, gap)
    return _surest_first(frame)


def _surest_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort by the lower end of the interval, then by count, then the shorter first."""
    by = [pl.col(LOW), pl.col(c.SUPPORT_COUNT), pl.col(c.ITEMS).list.len()]
    return frame.sort(by, descending=[True, True, False], maintain_order=True)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def held(key: Key, gap: int | None, items: tuple[str, ...], _sequences: Sequences) -> Held:
    """Return who holds a pattern, and what lies between its events.

    Raises:
        NotFound: a label that does not occur.
    """
    rows = supporting(_sequences, items, gap)
    found = matches(_sequences, items, gap, limit=len(rows))
    return Held(rows, len(np.unique(_sequences.owner[rows])), found, between(_sequences, found))
