"""Funnel, matrix, surroundings and paths of the Journeys page."""

from typing import Any

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.figures import alt
from seqrec_core.figures import journeys as figures
from seqrec_core.journeys.funnel import Funnel
from seqrec_core.journeys.suggest import goal
from seqrec_core.text import count, duration, integer, percent, say
from seqrec_core.ui import chart, context, errors
from seqrec_core.ui.journeys import bar as journeys_bar
from seqrec_core.ui.journeys import calls as journeys_calls
from seqrec_core.ui.journeys import titles as journeys_titles
from seqrec_core.ui.journeys.panel import Room, event_actions, following, heading, headings, number, see, share_of_all, times
from seqrec_core.ui.journeys.state import MOST_STEPS, OCCURRENCES, STEPS, WINDOWS, packed, pick

MOST_OFFERED = 500
MATRIX_TOP, PATHS_TOP = 12, 10
COLUMNS = [3.1, 1]


def funnel(room: Room) -> None:
    """Draw how many do one thing after the other."""
    chosen = room.chosen
    found, depth = journeys_calls.steps(room.key, room.sequences, chosen.funnel, chosen.strict, chosen.window)
    strict = ".strict" if chosen.strict else ""
    subtitle = say(f"page_journeys.funnel.subtitle{strict}", who=room.who())
    if chosen.window is not None:
        subtitle = say("page_journeys.funnel.subtitle.window", rest=subtitle, window=duration(chosen.window))
    chart.finding(journeys_titles.funnel(room, found), subtitle, page=True)
    journeys_bar.views(room)
    _funnel_steps(room)
    left, right = st.columns(COLUMNS, gap="medium")
    at = _number_picked(room, found.steps.height, found.steps.height)
    with left:
        table = found.steps.with_columns(pl.int_range(1, pl.len() + 1).alias(c.STEP)).select(c.STEP, *found.steps.columns)
        new = chart.chart(
            figures.funnel(found.steps, found.total, room.dark, colors=room.colors, unit=room.unit),
            key="journeys_funnel",
            alt=alt.funnel(found.steps, found.total, room.unit),
            table=table,
            how=say("page_journeys.how.funnel"),
            clickable=True,
            once=True,
            columns=headings(*table.columns, percents=(c.RATE_OF_START, c.RATE_OF_PREVIOUS)),
        )
        _follow(new, at)
    with right, st.container(border=True):
        _funnel_panel(room, found, depth, at)


def _funnel_steps(room: Room) -> None:
    """Choose the steps, in order, and whether they follow each other directly."""
    chosen = room.chosen
    options = list(dict.fromkeys([*chosen.funnel, *room.ranked[:MOST_OFFERED]]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"journeys_funnel_{packed(chosen.funnel)}"
        st.multiselect(
            say("page_journeys.funnel.steps"), options, default=list(chosen.funnel), key=key, on_change=_put_funnel, args=(key,)
        )
        key = f"journeys_strict_{chosen.strict}"
        st.toggle(
            say("page_journeys.funnel.strict"),
            chosen.strict,
            key=key,
            on_change=_put_flag,
            args=(key, "strict"),
            help=say("page_journeys.funnel.strict.help"),
        )
        if room.now.dataset.has_times:
            window(room)


def window(room: Room) -> None:
    """Choose the time in which all steps have to be done."""
    key = f"journeys_window_{room.chosen.window}"
    st.selectbox(
        say("page_journeys.window"),
        ["", *(str(seconds) for seconds in WINDOWS)],
        index=0 if room.chosen.window is None else 1 + WINDOWS.index(room.chosen.window),
        format_func=lambda value: duration(int(value)) if value else say("page_journeys.window.any"),
        key=key,
        on_change=context.put_from,
        args=(key, "window"),
        width=150,
    )


def _put_funnel(key: str) -> None:
    context.put(funnel=packed(st.session_state[key]), sel=None)


def _put_flag(key: str, name: str) -> None:
    context.put(**{name: "1" if st.session_state[key] else None, "sel": None})


def _funnel_panel(room: Room, found: Funnel, depth: np.ndarray, at: int) -> None:
    """Show one step: who gets there, how long it takes, and who is lost before it."""
    event, n, of_start, of_previous, median, p90 = found.steps.row(at - 1)
    heading(event, say("page_journeys.funnel.step", n=at, total=found.steps.height))
    _, reached = journeys_calls.first(room.key, room.sequences)
    share = share_of_all(n, found.total) if at == 1 else say("page_journeys.of_start", share=percent(of_start))
    number(say(f"words.{room.unit}s").lower(), integer(n), share)
    lost = np.flatnonzero(depth == at - 1)
    if at > 1:
        previous = found.steps["event"][at - 2]
        gone = percent(None if of_previous is None else 1 - of_previous)
        st.markdown(errors.plain(say("page_journeys.funnel.lost", n=count(len(lost), room.unit), share=gone, previous=previous)))
        times("median.step", median, p90)
        anyhow = count(round(reached.get(event, 0.0) * found.total), room.unit)
        st.caption(errors.plain(say("page_journeys.funnel.anyhow", n=anyhow, event=event)))
    with st.container(gap="xsmall"):
        event_actions(room, event)
        if at > 1:
            see(room, lost, sentence="see.lost")
        else:
            see(room, np.flatnonzero(depth >= at))


def matrix(room: Room) -> None:
    """Draw which event follows which."""
    found = journeys_calls.matrix(room.key, room.sequences, MATRIX_TOP)
    subtitle = say("page_journeys.matrix.subtitle", who=room.who())
    chart.finding(journeys_titles.matrix(found.frame), subtitle, page=True)
    journeys_bar.views(room)
    left, right = st.columns(COLUMNS, gap="medium")
    names = set(found.frame.select(c.FROM, c.TO).iter_rows())
    best = journeys_titles.most_frequent(found.frame)
    at = room.chosen.picked if tuple(room.chosen.picked) in names else best.select(c.FROM, c.TO).row(0) if best.height else None
    with left:
        new = chart.chart(
            figures.matrix(found.frame, room.dark, labels=found.labels),
            key="journeys_matrix",
            alt=alt.matrix(found.frame),
            table=found.frame,
            how=say("page_journeys.how.matrix"),
            clickable=True,
            once=True,
            columns=headings(c.FROM, c.TO, c.COUNT, "rate", "kind", percents=("rate",)),
        )
        if new is not None:
            pick(*(found.frame.select(c.FROM, c.TO).row(new[1]) if new[0] == "row" else new))
            st.rerun()
    with right, st.container(border=True):
        if at is None:
            st.caption(say("page_journeys.choose"))
        else:
            _cell_panel(room, found.frame, *at)


def _cell_panel(room: Room, frame: pl.DataFrame, source: str, target: str) -> None:
    """Show one cell: how often, how long, and who."""
    row = frame.filter((pl.col(c.FROM) == source) & (pl.col(c.TO) == target)).row(0, named=True)
    heading(f"{source} → {target}")
    number(say("page_journeys.occurrences"), integer(row[c.COUNT]), say("page_journeys.rate_of", share=percent(row["rate"])))
    if source not in room.sequences.labels or target not in room.sequences.labels:
        return
    found = journeys_calls.step_between(room.key, room.sequences, source, target)
    times("median.between", found.median_seconds, found.p90_seconds)
    with st.container(gap="xsmall"):
        event_actions(room, source)
        see(room, found.rows)


def around(room: Room) -> None:
    """Draw what comes right before and right after one event."""
    event = room.chosen.at or (goal(room.sequences) or room.ranked[0])
    event = event if event in room.ranked else room.ranked[0]
    nth = room.chosen.nth
    found = journeys_calls.surroundings(room.key, room.sequences, event, room.chosen.top, nth)
    rows = found.rows
    which = "" if nth is None else ".nth"
    values = {"who": room.who(), "n": integer(found.n), "event": event}
    subtitle = say(f"page_journeys.around.subtitle{which}", **values, nth=_occurrence(nth))
    if not found.n:
        chart.finding(
            say("page_journeys.title.around.none", units=room.units, event=event, nth=_occurrence(nth)), subtitle, page=True
        )
        journeys_bar.views(room)
        _event_in_the_middle(room, event)
        return
    chart.finding(journeys_titles.around(found, event), subtitle, page=True)
    journeys_bar.views(room)
    left, right = st.columns(COLUMNS, gap="medium")
    sides = (("before", found.before), ("after", found.after))
    table = pl.concat([side.with_columns(pl.lit(say(f"page_journeys.side.{name}")).alias("side")) for name, side in sides])
    with left:
        _event_in_the_middle(room, event)
        new = chart.chart(
            figures.around(found.before, found.after, event, found.n, room.dark, colors=room.colors),
            key="journeys_around",
            alt=alt.around(found.before, found.after, event, found.n),
            table=table.select("side", "event", c.COUNT, c.SHARE, "kind"),
            how=say("page_journeys.how.around"),
            clickable=True,
            once=True,
            columns=headings("side", "event", c.COUNT, c.SHARE, "kind", percents=(c.SHARE,)),
        )
        to = None if new is None else table["event"][new[1]] if new[0] == "row" else new[1]
        if to in room.ranked and to != event:
            context.put(at=str(to))
            st.rerun()
    with right, st.container(border=True):
        heading(event)
        number(say(f"words.{room.unit}s").lower(), integer(len(rows)), share_of_all(len(rows), len(room.sequences)))
        following(found.after.head(4))
        with st.container(gap="xsmall"):
            event_actions(room, event, is_in_middle=True)
            see(room, rows)


def _event_in_the_middle(room: Room, event: str) -> None:
    options = list(dict.fromkeys([event, *room.ranked[:MOST_OFFERED]]))
    key = f"journeys_at_{event}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(say("page_journeys.at"), options, key=key, on_change=context.put_from, args=(key, "at"), width=260)
        key = f"journeys_nth_{room.chosen.nth}"
        st.selectbox(
            say("page_journeys.nth"),
            ["", *(str(nth) for nth in OCCURRENCES)],
            index=0 if room.chosen.nth is None else 1 + OCCURRENCES.index(room.chosen.nth),
            format_func=lambda value: _occurrence(int(value) if value else None),
            key=key,
            on_change=context.put_from,
            args=(key, "nth"),
            width=150,
        )
        st.caption(say("page_journeys.around.hint"))


def _occurrence(nth: int | None) -> str:
    """Name which occurrence of an event counts."""
    return say("page_journeys.nth." + {None: "all", -1: "last"}.get(nth, str(nth)))


def paths(room: Room) -> None:
    """Draw the most common beginnings."""
    chosen = room.chosen
    found = journeys_calls.paths(room.key, room.sequences, chosen.steps, PATHS_TOP, chosen.once, chosen.aim)
    once = ".once" if chosen.once else ""
    subtitle = say(f"page_journeys.paths.subtitle{once}", who=room.who(), steps=count(chosen.steps, "event"))
    if chosen.aim:
        subtitle = say("page_journeys.paths.subtitle.aim", rest=subtitle, event=chosen.aim)
    title = journeys_titles.paths(room, found, journeys_calls.ended_at_once(room.key, room.sequences))
    chart.finding(title, subtitle, page=True)
    journeys_bar.views(room)
    left, right = st.columns(COLUMNS, gap="medium")
    at = _number_picked(room, found.height, 1)
    drawn = found if chosen.aim else journeys_calls.with_ends(found, chosen.steps, room.sequences)
    with left:
        new = chart.chart(
            figures.paths(drawn, room.dark, unit=room.unit),
            key="journeys_paths",
            alt=alt.paths(drawn, room.unit),
            table=drawn,
            how=say("page_journeys.how.paths"),
            clickable=True,
            once=True,
            columns=headings(*found.columns, percents=(c.SHARE, "conversion")),
        )
        _follow(None if new is None else ["row", new[-1]], at)
    with right:
        with st.container(border=True):
            if found.height:
                _path_panel(room, found, at)
        _path_controls(room)


def _path_panel(room: Room, found: pl.DataFrame, at: int) -> None:
    row = found.row(at - 1, named=True)
    events = tuple(row[c.EVENTS])
    rows = journeys_calls.on_path(room.key, room.sequences, events, room.chosen.steps, room.chosen.once, room.chosen.aim)
    heading(say("page_journeys.path.title", n=at))
    st.markdown(" → ".join(errors.plain(event) for event in events))
    number(say(f"words.{room.unit}s").lower(), integer(row[c.COUNT]), share_of_all(row[c.COUNT], len(room.sequences)))
    aim = room.chosen.aim or goal(room.sequences)
    if aim:
        number(errors.plain(say("page_journeys.path.goal", event=aim)), percent(row["conversion"]))
    see(room, rows)


def _path_controls(room: Room) -> None:
    chosen = room.chosen
    key = f"journeys_aim_{chosen.aim}"
    options = list(dict.fromkeys(["", *([chosen.aim] if chosen.aim else []), *room.ranked[:MOST_OFFERED]]))
    st.selectbox(
        say("page_journeys.aim"),
        options,
        index=options.index(chosen.aim),
        format_func=lambda event: event or say("page_journeys.aim.none"),
        key=key,
        on_change=_put_aim,
        args=(key,),
        help=say("page_journeys.aim.help"),
    )
    key = f"journeys_depth_{chosen.steps}"
    st.slider(say("page_journeys.steps"), 2, MOST_STEPS, chosen.steps, key=key, on_change=_put_steps, args=(key,))
    key = f"journeys_once_{chosen.once}"
    st.toggle(say("page_journeys.paths.once"), chosen.once, key=key, on_change=_put_flag, args=(key, "once"))


def _put_aim(key: str) -> None:
    context.put(aim=st.session_state[key] or None, sel=None)


def _put_steps(key: str) -> None:
    value = int(st.session_state[key])
    context.put(steps=None if value == STEPS else str(value), sel=None)


def _number_picked(room: Room, most: int, default: int) -> int:
    """Return the chosen row, from 1."""
    first = room.chosen.picked[0] if room.chosen.picked else ""
    return int(first) if first.isascii() and first.isdigit() and 1 <= int(first) <= most else default


def _follow(new: list[Any] | None, at: int) -> None:
    """Choose another row, where one was clicked."""
    if new is None:
        return
    chosen = int(new[1]) + 1 if new[0] == "row" else int(new[0])
    if chosen != at:
        pick(chosen)
        st.rerun()
