"""The sequences that the Patterns page searches: whole, or up to the event that they lead to."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.sequences import Of, Sequences
from seqrec_core.journeys.paths import reach
from seqrec_core.journeys.suggest import goal as goal_by_name
from seqrec_core.mining.matching import codes_of
from seqrec_core.mining.preceding import Cut, cut_before
from seqrec_core.mining.preparing import label_counts
from seqrec_core.mining.repeats import is_new
from seqrec_core.ui import loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.patterns.state import Setting

Key = tuple[str, ...]
MOST_GOALS = 500
MOST_USUAL = 0.5  # an event that more reach than this is no goal


@dataclass(frozen=True)
class Reading:
    """The sequences that are searched.

    Args:
        key: names them.
        sequences: labels are ids.
        most: sequences that hold the most frequent label.
        wide: the same with events of all types, where only some are read.
    """

    key: Key
    sequences: Sequences
    most: int
    wide: "Reading | None" = None

    @property
    def whole(self) -> "Reading":
        """The sequences with events of all types: whatever is frequent in a part of them is frequent in these."""
        return self.wide or self


def key_of(now: Context, chosen: Setting) -> Key:
    """Name what is read."""
    segment = "" if now.segment is None else now.segment.model_dump_json()
    return (str(loaders.home().path), now.dataset.id, now.unit, chosen.of, segment, str(chosen.once), *chosen.types)


def whole(now: Context, of: Of) -> Sequences:
    """Return all sequences of the group that is looked at, with every event."""
    return loaders.sequences(now.dataset, now.unit, of, now.segment)


def reading(now: Context, chosen: Setting) -> Reading:
    """Return the sequences of the group that is looked at, as the page is set."""
    key = key_of(now, chosen)
    if chosen.types:
        found = _reading(key, whole(now, chosen.of), whole(now, "event"), chosen.types, chosen.once)
        return replace(found, wide=reading(now, replace(chosen, types=())))
    return _reading(key, whole(now, chosen.of), whole(now, "event"), chosen.types, chosen.once)


@st.cache_resource(max_entries=8, show_spinner=False)
def _reading(key: Key, _sequences: Sequences, _events: Sequences, types: tuple[str, ...], once: bool) -> Reading:
    read = _read(_sequences, _events, types, once)
    return Reading(key, read, int(label_counts(read).max(initial=0)))


def _read(sequences: Sequences, events: Sequences, types: tuple[str, ...], once: bool) -> Sequences:
    """Keep the events of some types, and of direct repeats the first."""
    if types:
        sequences = sequences.only(np.isin(events.values, codes_of(events, types)))
    return sequences.only(is_new(sequences)) if once else sequences


@st.cache_resource(max_entries=16, show_spinner=False)
def names(key: Key, of: Of, _sequences: Sequences, _titles: dict[str, str]) -> dict[str, str]:
    """Return what each label is called: items by title, by title and id where two share one."""
    if of != "item":
        return {label: label for label in _sequences.labels}
    times = Counter(_titles.get(item, item) for item in _sequences.labels)
    called = ((item, _titles.get(item, item)) for item in _sequences.labels)
    return {item: title if times[title] == 1 else f"{title} ({item})" for item, title in called}


@dataclass(frozen=True)
class Goals:
    """The events that others may precede.

    Args:
        options: event types where the log tells several apart, else what patterns are made of; the most frequent first.
        default: the one that a first visit looks at.
        are_types: whether they are event types.
    """

    options: tuple[str, ...]
    default: str
    are_types: bool


def goals(now: Context, chosen: Setting) -> Goals | None:
    """Return what can be asked for, None for a log without two different events."""
    return _goals(key_of(now, chosen), whole(now, chosen.of), whole(now, "event"))


@st.cache_resource(max_entries=16, show_spinner=False)
def _goals(key: Key, _sequences: Sequences, _events: Sequences) -> Goals | None:
    are_types = len(_events.labels) > 1
    sequences = _events if are_types else _sequences
    often = reach(sequences).sort([c.COUNT, "event"], descending=[True, False]).head(MOST_GOALS)
    options = tuple(often["event"].to_list())
    if len(options) < 2:
        return None
    some = often.filter(pl.col(c.SHARE) <= MOST_USUAL)["event"].to_list() if are_types else []
    default = goal_by_name(_events) or next(iter(some), None) or _most_ended_with(sequences, options)
    return Goals(options, default, are_types)


def _most_ended_with(sequences: Sequences, options: tuple[str, ...]) -> str:
    """Return the label that is most often the last."""
    ends = sequences.offsets[1:][np.diff(sequences.offsets) > 0] - 1
    often = np.bincount(sequences.values[ends], minlength=len(sequences.labels))
    return max(options, key=lambda label: often[sequences.labels.index(label)])


@dataclass(frozen=True)
class Before:
    """What comes before an event.

    Args:
        reading: the sequences up to its first time.
        cut: the same, with who reaches it.
        share: of all that reach it.
    """

    reading: Reading
    cut: Cut
    share: float


def before(now: Context, chosen: Setting, event: str, are_types: bool) -> Before:
    """Return the sequences of the group up to the first time of an event.

    They are cut before direct repeats are left out, since the event may repeat the item of the one before it.
    """
    events = whole(now, "event")
    of = whole(now, chosen.of)
    found = _before(
        (*key_of(now, chosen), "before", event), of, events, events if are_types else of, event, chosen.types, chosen.once
    )
    if not chosen.types:
        return found
    wide = before(now, replace(chosen, types=()), event, are_types).reading
    return replace(found, reading=replace(found.reading, wide=wide))


@st.cache_resource(max_entries=8, show_spinner=False)
def _before(
    key: Key,
    _sequences: Sequences,
    _events: Sequences,
    _targets: Sequences,
    event: str,
    types: tuple[str, ...],
    once: bool,
) -> Before:
    cut = cut_before(_sequences, _targets, event)
    read = _read(cut.sequences, cut_before(_events, _targets, event).sequences, types, once)
    reading = Reading(key, read, int(label_counts(read).max(initial=0)))
    return Before(reading, replace(cut, sequences=read), float(cut.reached.mean()) if len(cut.reached) else 0.0)
