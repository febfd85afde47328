"""The chosen pattern: its events with what lies between them, its numbers, whether it says anything, what can be done with it."""

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.errors import NotFound
from seqrec_core.insight.evidence import Evidence
from seqrec_core.insight.interest import EXPECTED, IS_DULL, RATIO
from seqrec_core.mining.between import Gap
from seqrec_core.mining.preparing import label_counts
from seqrec_core.stats.intervals import wilson_interval
from seqrec_core.text import count, decimal, duration, percent, say
from seqrec_core.ui import context, errors
from seqrec_core.ui.patterns import calls as patterns_calls
from seqrec_core.ui.patterns import saving as patterns_saving
from seqrec_core.ui.patterns.reading import Reading
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.search import UNDER, Search
from seqrec_core.ui.patterns.state import FLOOR, pick

MOST_FOLDED = 6


def panel(room: Room, search: Search, items: tuple[str, ...]) -> tuple[Evidence, "st.delta_generator.DeltaGenerator"] | None:
    """Show the chosen pattern.

    Returns:
        Who holds it, and the place for what takes longer (`surprise`); None where it cannot be shown.
    """
    with st.container(border=True):
        held = held_by_enough(room, search.reading, items)
        if held is None:
            return None
        chips(room, items, held)
        _numbers(room, search, items, held)
        later = st.empty()
        _folded(room, search, items)
        patterns_saving.actions(room, items, held.rows, "light")
    return held, later


def held_by_enough(room: Room, reading: Reading, items: tuple[str, ...]) -> Evidence | None:
    """Return who holds a pattern; where it cannot be shown, say why and return None."""
    try:
        held = patterns_calls.held(reading, room.chosen.rules, items)
    except NotFound as error:
        errors.show(error)
        _first()
        return None
    if held.users < FLOOR:
        st.info(say("page_patterns.panel.private", floor=FLOOR), icon=":material/group_off:")
        _first()
        return None
    return held


def _first() -> None:
    st.button(say("page_patterns.panel.first"), key="patterns_first", on_click=context.put, kwargs={"pat": None})


def chips(room: Room, items: tuple[str, ...], held: Evidence) -> None:
    """Show the events, with what lies between two of them."""
    with st.container(gap="xsmall", key="patterns_chips"):
        for place, item in enumerate(items):
            if place:
                st.caption(_gap(held.between.gaps[place - 1]))
            name = errors.plain(room.names.get(item, item))
            st.badge(name.replace("\\[", "[").replace("\\]", "]"), color="green")  # a badge escapes brackets itself


def _gap(gap: Gap) -> str:
    """Say how far apart two events are."""
    steps = round(gap.median_steps)
    near = say("page_patterns.gap.directly") if steps <= 1 else say("page_patterns.gap.steps", n=count(steps, "step"))
    if gap.median_seconds is None or gap.p90_seconds is None or not gap.p90_seconds:
        return say("page_patterns.gap.line", near=near)
    return say("page_patterns.gap.timed", near=near, median=duration(gap.median_seconds), p90=duration(gap.p90_seconds))


def number(label: str, value: str, note: str, more: str = "") -> None:
    """Show one number with its reference under it."""
    st.metric(label, value, note, delta_color="off", delta_arrow="off", help=more or None)


def interval(n: int, total: int) -> str:
    """Say the 95 % interval of a share."""
    low, high = wilson_interval(n, total)
    return say("page_patterns.interval", low=percent(float(low)), high=percent(float(high)))


def _numbers(room: Room, search: Search, items: tuple[str, ...], held: Evidence) -> None:
    """Show support and lift with their references."""
    n = len(held.rows)
    left, right = st.columns(2)
    with left:
        number(say("page_patterns.panel.support"), percent(n / room.n), count(n, room.unit), interval(n, room.n))
    lift = _lift(search, items, n)
    if lift is not None:
        with right:
            times = say("page_patterns.panel.times", lift=decimal(lift, 1))
            how = say("page_patterns.how.lift", units=room.units)
            number(say("page_patterns.panel.lift"), times, say("page_patterns.panel.chance"), how)
    st.caption(interval(n, room.n))


def _lift(search: Search, items: tuple[str, ...], n: int) -> float | None:
    """Return support over what chance would give."""
    if len(items) < 2:
        return None
    row = search.everything.frame.filter(pl.col(c.ITEMS) == pl.lit(list(items), dtype=pl.List(pl.String)))
    if row.height:
        return float(row["lift"][0])
    sequences = search.reading.sequences
    shares = label_counts(sequences) / search.n
    codes = [sequences.labels.index(item) for item in dict.fromkeys(items)]
    return float(n / search.n / np.prod(shares[codes]))


def surprise(room: Room, search: Search, items: tuple[str, ...], n: int) -> None:
    """Say whether a pattern's own transitions explain it: then it says nothing that its steps do not."""
    if len(items) < 2:
        return
    row = patterns_calls.surprise(search.reading, room.chosen.rules, items, n)
    values = {"expected": percent(float(row[EXPECTED]) / max(room.n, 1)), "units": room.units}  # type: ignore[arg-type]
    if row[IS_DULL]:
        st.markdown(f":material/remove: {say('page_patterns.surprise.dull', **values)}")
    elif row[RATIO] is None:
        st.markdown(f":material/auto_awesome: {say('page_patterns.surprise.never', **values)}")
    else:
        ratio = float(row[RATIO])  # type: ignore[arg-type]
        key = "more" if ratio > 1 else "less"
        st.markdown(f":material/auto_awesome: {say(f'page_patterns.surprise.{key}', ratio=decimal(ratio, 1), **values)}")


def _folded(room: Room, search: Search, items: tuple[str, ...]) -> None:
    """Name the patterns that say the same: those folded under this one, or the one that this is folded under."""
    frame = search.everything.frame
    lists = frame[c.ITEMS].to_list()
    at = next((row for row, other in enumerate(lists) if tuple(other) == items), None)
    if at is None:
        return
    top = int(frame[UNDER][at])
    if top != at:
        text = say("page_patterns.folded.under", path=room.path(lists[top]))
        st.button(errors.plain(text), key="patterns_top", type="tertiary", on_click=pick, args=(tuple(lists[top]),))
        return
    under = frame.with_row_index("place").filter((pl.col(UNDER) == at) & (pl.col("place") != at))[c.ITEMS].to_list()
    under = [other for other in under if len(other) > 1]
    if under:
        with st.expander(say("page_patterns.folded", n=count(len(under), "pattern"))):
            for other in under[:MOST_FOLDED]:
                st.caption(errors.plain(room.path(other)))
