"""What the Journeys page asks the core, each answer kept by dataset, group and parameters."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Of, Sequences
from seqrec_core.journeys.around import Around, around
from seqrec_core.journeys.cohorts import Retention, retention, rows_of_cell
from seqrec_core.journeys.compare import compare_within
from seqrec_core.journeys.duration import Duration, time_between
from seqrec_core.journeys.flow import StepFlow, step_flow
from seqrec_core.journeys.funnel import Funnel, Progress, funnel, progress
from seqrec_core.journeys.matrix import Matrix, transition_matrix
from seqrec_core.journeys.naming import ending
from seqrec_core.journeys.node import Node, Transition, node, rows_on_path, rows_with, transition
from seqrec_core.journeys.over_time import rate_over_time
from seqrec_core.journeys.paths import converting_paths, reach, top_paths
from seqrec_core.journeys.reading import hidden, merged, up_to
from seqrec_core.journeys.suggest import goal
from seqrec_core.journeys.view import Headline, headline
from seqrec_core.segments.types import Segment
from seqrec_core.ui import loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.journeys.shape import Shape

Key = tuple[str, ...]
MOST_ANSWERS = 64
AS_IS = Shape()


def key_of(now: Context, of: Of, segment: Segment | None, shape: Shape = AS_IS) -> Key:
    """Name the sequences behind an answer."""
    who = "" if segment is None else segment.model_dump_json()
    return (str(loaders.home().path), now.dataset.id, now.unit, of, who, shape.key)


def sequences(now: Context, of: Of, segment: Segment | None = None, shape: Shape = AS_IS) -> Sequences:
    """Return the sequences of a group; items under their titles, events grouped and left out as asked."""
    found = loaders.sequences(now.dataset, now.unit, of, segment)
    if of == "item":
        found = _titled(key_of(now, of, segment), found, loaders.arrays(now.dataset).catalog.titles)
    return _shaped(key_of(now, of, segment, shape), found, shape) if shape.key else found


@st.cache_resource(max_entries=6, show_spinner=False)
def _shaped(key: Key, _sequences: Sequences, shape: Shape) -> Sequences:
    """Count several events as one, and leave some out; what has no event left stays as an empty sequence."""
    return hidden(merged(_sequences, dict(shape.names)), shape.hidden)


@st.cache_resource(max_entries=12, show_spinner=False)
def _titled(key: Key, _sequences: Sequences, _titles: dict[str, str]) -> Sequences:
    """Name items by their titles; where two share one, by title and id."""
    names = [_titles.get(item, item) for item in _sequences.labels]
    times = Counter(names)
    labels = [name if times[name] == 1 else f"{name} ({item})" for name, item in zip(names, _sequences.labels, strict=True)]
    return replace(_sequences, labels=tuple(labels) if len(set(labels)) == len(labels) else _sequences.labels)


@st.cache_resource(max_entries=12, show_spinner=False)
def by_frequency(key: Key, _sequences: Sequences) -> tuple[str, ...]:
    """Return the labels, the most frequent first: the order of hues and of choices."""
    counts = _sequences.counts
    order = sorted(range(len(counts)), key=lambda code: (-int(counts[code]), _sequences.labels[code]))
    return tuple(_sequences.labels[code] for code in order if counts[code])


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def first(key: Key, _sequences: Sequences) -> tuple[Headline, dict[str, float]]:
    """Return the headline and the share of sequences that reach each event."""
    return headline(_sequences), dict(reach(_sequences).select("event", c.SHARE).iter_rows())


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def flow(key: Key, _sequences: Sequences, options: dict[str, Any]) -> StepFlow:
    """Return the step flow."""
    return step_flow(_sequences, **options)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def at_node(key: Key, _sequences: Sequences, step: int, event: str, options: dict[str, Any]) -> Node:
    """Return who is at a node."""
    return node(_sequences, step, event, **options)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def steps(
    key: Key, _sequences: Sequences, events: tuple[str, ...], strict: bool, window: int | None
) -> tuple[Funnel, NDArray[np.int64]]:
    """Return the funnel, and how far each sequence got."""
    found = funnel(_sequences, events, strict, window)
    if not found.steps[c.P90_SECONDS].sum():  # a log that knows only days
        unknown = [pl.lit(None, pl.Float64).alias(name) for name in (c.MEDIAN_SECONDS, c.P90_SECONDS)]
        found = replace(found, steps=found.steps.with_columns(unknown))
    return found, progress(_sequences, events, strict, window).depth


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def matrix(key: Key, _sequences: Sequences, top: int) -> Matrix:
    """Return which event follows which."""
    return transition_matrix(_sequences, top)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def step_between(key: Key, _sequences: Sequences, source: str, target: str) -> Transition:
    """Return who goes from one event to the next, and how long it takes."""
    return transition(_sequences, source, target)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def surroundings(key: Key, _sequences: Sequences, event: str, top: int, nth: int | None) -> Around:
    """Return what surrounds an event."""
    return around(_sequences, event, top, nth)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def paths(key: Key, _sequences: Sequences, depth: int, top: int, once: bool, aim: str) -> pl.DataFrame:
    """Return the most common beginnings, with the share of each that reaches the goal, where the log has one.

    With `aim`, paths are read up to it: what comes after it cannot have led there.
    """
    if aim:
        found = converting_paths(_sequences, aim, depth, top, once)
        return found.select(c.EVENTS, c.COUNT, c.SHARE, pl.col("rate").alias("conversion"))
    frame = top_paths(_sequences, depth, top, once)
    usual = goal(_sequences)
    if usual is None:
        return frame
    has_it = np.zeros(len(_sequences), bool)
    has_it[rows_with(_sequences, usual)] = True
    rows = [rows_on_path(_sequences, tuple(events), depth, once) for events in frame[c.EVENTS].to_list()]
    shares = [float(has_it[on].mean()) for on in rows]
    return frame.with_columns(pl.Series("conversion", shares, pl.Float64))


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def over_time(key: Key, _sequences: Sequences, source: str, target: str) -> pl.DataFrame:
    """Return how often a step is taken, over all days."""
    return rate_over_time(_sequences, source, target)


def with_ends(frame: pl.DataFrame, depth: int, among: Sequences) -> pl.DataFrame:
    """Write the end after each path that is a whole journey."""
    is_whole = pl.col(c.EVENTS).list.len() < depth
    ended = pl.col(c.EVENTS).list.concat(pl.lit([ending(among.labels)]))
    return frame.with_columns(pl.when(is_whole).then(ended).otherwise(pl.col(c.EVENTS)).alias(c.EVENTS))


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def ended_at_once(key: Key, _sequences: Sequences) -> float:
    """Return the share of sequences that have one event only."""
    lengths = np.diff(_sequences.offsets)
    return float((lengths == 1).sum() / max((lengths > 0).sum(), 1))


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def on_path(key: Key, _sequences: Sequences, events: tuple[str, ...], depth: int, once: bool, aim: str) -> NDArray[np.int64]:
    """Return the sequences that begin with a path, read up to the goal where one is asked for."""
    return rows_on_path(up_to(_sequences, aim) if aim else _sequences, events, depth, once)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def changes(key: Key, group: Key, _sequences: Sequences, _a: NDArray[np.int64], _b: NDArray[np.int64]) -> pl.DataFrame:
    """Return what differs between two groups of the same sequences."""
    return compare_within(_sequences, _a, _b)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def between(key: Key, _sequences: Sequences, start: str, end: str, window: int | None) -> tuple[Duration, Progress]:
    """Return how long it takes from one event to another, and who gets there."""
    return time_between(_sequences, start, end, window), progress(_sequences, (start, end), False, window)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def cohorts(key: Key, _sequences: Sequences, days: int, target: str) -> Retention:
    """Return who comes back when."""
    return retention(_sequences, days, target or None)


@st.cache_resource(max_entries=MOST_ANSWERS, show_spinner=False)
def came_back(key: Key, _sequences: Sequences, days: int, target: str, cohort: date, period: int) -> NDArray[np.int64]:
    """Return the sequences of one cell of the cohorts."""
    return rows_of_cell(_sequences, cohort, period, days, target or None)
