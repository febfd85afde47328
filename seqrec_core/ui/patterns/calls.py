"""What the Patterns page asks the core about what was found, each answer kept by dataset, group and parameters."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.insight.evidence import Evidence, evidence, mix
from seqrec_core.insight.instead import Instead, instead
from seqrec_core.insight.interest import IS_DULL, Copies, Z, drawn, dullness, judged
from seqrec_core.insight.unusual import Unusual, unusual
from seqrec_core.insight.weeks import slow_weeks
from seqrec_core.insight.weeks_within import unusual_weeks_within
from seqrec_core.mining.measures import LENGTH, LIFT, LOW
from seqrec_core.mining.preceding import Cut, preceding
from seqrec_core.mining.rules import ANTECEDENT, CONSEQUENT, rules
from seqrec_core.mining.types import MiningTerms
from seqrec_core.ui import loaders
from seqrec_core.ui.patterns.reading import Before, Key, Reading
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.search import Found, Search
from seqrec_core.ui.patterns.state import FLOOR

MOST_ANSWERS = 32
EVERY_EXAMPLE = 1_000_000
COPIED_EVENTS = 400_000


def ruled(search: Search) -> pl.DataFrame:
    """Return the rules: `items` = antecedent and consequent, confidence with its interval; the surest first.

    Kept are those that make the consequent more frequent than it is anyway (lift above 1).
    """
    return _ruled(search.reading.key, search.terms, search.everything)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def _ruled(key: Key, terms: MiningTerms, _found: Found) -> pl.DataFrame:
    frame = rules(_found.result).filter(pl.col(LIFT) > 1)
    items = pl.concat_list(ANTECEDENT, pl.concat_list(CONSEQUENT)).alias(c.ITEMS)
    frame = frame.with_columns(items)
    return _surest_first(_with_length(frame))


def _with_length(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(c.ITEMS).list.len().cast(pl.Int64).alias(LENGTH))


def leading(before: Before, search: Search) -> pl.DataFrame:
    """Return how often the event follows each pattern: `items` = the pattern; the surest first."""
    return _leading(before.reading.key, search.terms, before.cut, search.everything)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def _leading(key: Key, terms: MiningTerms, _cut: Cut, _found: Found) -> pl.DataFrame:
    return _with_length(preceding(_cut, _found.result, FLOOR).rename({ANTECEDENT: c.ITEMS}))


def _surest_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort by the lower end of the interval, then by count, then the shorter first."""
    by = [pl.col(LOW), pl.col(c.SUPPORT_COUNT), pl.col(c.ITEMS).list.len()]
    return frame.sort(by, descending=[True, True, False], maintain_order=True)


def going_elsewhere(before: Before, terms: MiningTerms, items: tuple[str, ...]) -> Instead:
    """Return where those go next who hold a pattern and never reach the event.

    Raises:
        NotFound: a label that does not occur.
    """
    return _elsewhere(before.reading.key, terms, items, before.cut)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def _elsewhere(key: Key, terms: MiningTerms, items: tuple[str, ...], _cut: Cut) -> Instead:
    return instead(_cut, items, terms, FLOOR)


def held(reading: Reading, terms: MiningTerms, items: tuple[str, ...]) -> Evidence:
    """Return who holds a pattern, one occurrence in each, what lies between its events, and in which weeks.

    Raises:
        NotFound: a label that does not occur.
    """
    return _held(reading.key, terms, items, reading.sequences)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def _held(key: Key, terms: MiningTerms, items: tuple[str, ...], _sequences: Sequences) -> Evidence:
    return evidence(_sequences, items, terms, EVERY_EXAMPLE, FLOOR)


def surprise(reading: Reading, terms: MiningTerms, items: tuple[str, ...], n_held: int) -> dict[str, object]:
    """Return how far a pattern is from what a first-order chain gives: `expected, ratio, z, is_dull, …`."""
    return _surprise(reading.key, terms, items, n_held, reading.sequences)


@st.cache_resource(max_entries=256, show_spinner=False)
def _surprise(key: Key, terms: MiningTerms, items: tuple[str, ...], n_held: int, _sequences: Sequences) -> dict[str, object]:
    found = judged(_sequences, [list(items)], [n_held], _copies(key, _sequences), terms)
    return found.with_columns(dullness()).row(0, named=True)


def explained(search: Search, rows: pl.DataFrame, terms: MiningTerms) -> pl.Series:
    """Say which rows their own transitions explain within chance, or nearly, or more than explain, bool[n]."""
    lists = tuple(tuple(items) for items in rows[c.ITEMS].to_list())
    reading = search.reading
    return _explained(reading.key, terms, lists, rows[c.SUPPORT_COUNT].to_list(), reading.sequences)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def _explained(
    key: Key, terms: MiningTerms, lists: tuple[tuple[str, ...], ...], _counts: list[int], _sequences: Sequences
) -> pl.Series:
    found = judged(_sequences, [list(items) for items in lists], _counts, _copies(key, _sequences), terms)
    return found.with_columns(dullness()).select(pl.col(IS_DULL) | (pl.col(Z) < 0)).to_series()


@st.cache_resource(max_entries=4, show_spinner=False)
def _copies(key: Key, _sequences: Sequences) -> Copies:
    return drawn(_sequences, most_events=COPIED_EVENTS)


def who(room: Room, rows: NDArray[np.int64]) -> pl.DataFrame:
    """Return of what kind the sessions are that hold a pattern, beside all that are looked at."""
    now, arrays = room.now, loaders.arrays(room.now.dataset)
    members = loaders.members(now.dataset, now.unit, now.segment)
    if now.unit == "session":
        return mix(arrays.log, arrays.arrays, members[rows], members, FLOOR)
    sessions = loaders.members(now.dataset, "session", now.segment)
    owner = arrays.arrays.session_user[sessions]
    return mix(arrays.log, arrays.arrays, sessions[np.isin(owner, members[rows])], sessions, FLOOR)


@dataclass(frozen=True)
class Standing:
    """What stands out: single sequences, weeks in which a step is taken more or less often, weeks in which it takes longer."""

    sequences: Unusual
    weeks: pl.DataFrame
    slow: pl.DataFrame


def standing_out(room: Room) -> Standing:
    """Return what is unlike the rest.

    Raises:
        BadInput: too few sequences.
    """
    return _standing(room.reading.key, room)


@st.cache_resource(max_entries=8, show_spinner=False)
def _standing(key: Key, _room: Room) -> Standing:
    now, loaded, sequences = _room.now, loaders.arrays(_room.now.dataset), _room.reading.sequences
    weeks = unusual_weeks_within(loaded.log, loaded.arrays, now.unit, _room.chosen.of, now.segment)
    return Standing(unusual(sequences), weeks, slow_weeks(sequences))
