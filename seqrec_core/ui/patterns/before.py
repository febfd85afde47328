"""What happens before a purchase, and what do people do instead? Each sequence is cut at the first time of the event."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.figures import alt
from seqrec_core.figures import patterns as figures
from seqrec_core.insight import instead as insight_instead
from seqrec_core.insight.instead import Instead
from seqrec_core.mining.measures import HIGH, LIFT, LOW
from seqrec_core.mining.preceding import HELD
from seqrec_core.mining.rules import CONFIDENCE
from seqrec_core.text import count, decimal, percent, say
from seqrec_core.ui import chart, context
from seqrec_core.ui.patterns import calls as patterns_calls
from seqrec_core.ui.patterns import controls as patterns_controls
from seqrec_core.ui.patterns import listing as patterns_listing
from seqrec_core.ui.patterns import panel as patterns_panel
from seqrec_core.ui.patterns import reading as patterns_reading
from seqrec_core.ui.patterns import saving as patterns_saving
from seqrec_core.ui.patterns.listing import View
from seqrec_core.ui.patterns.reading import Before, Goals
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.search import Search, filtered, search
from seqrec_core.ui.patterns.state import FLOOR

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

ENOUGH = 30  # cases behind a rate that is compared with others
TOP = 10


def draw(room: Room, head: "DeltaGenerator") -> None:
    """Draw what precedes the event, the chosen pattern, and where those go who do not go on from it."""
    goals = patterns_reading.goals(room.now, room.chosen)
    if goals is None:
        with head:
            chart.finding(say("page_patterns.title.none"), room.who(), page=True)
        st.info(say("page_patterns.before.one_event"), icon=":material/looks_one:")
        return
    event = room.chosen.goal if room.chosen.goal in goals.options else goals.default
    before = patterns_reading.before(room.now, room.chosen, event, goals.are_types)
    with st.spinner(say("page_patterns.searching")):
        found = search(room, before.reading, st.empty())
        rows = _rows(room, found, before)
    name = event if goals.are_types else room.names.get(event, event)
    view = _view(room, found, rows, before, name)
    with head:
        chart.finding(view.title, view.subtitle, page=True)
    _target(room, goals, event)
    patterns_controls.terms(room, found, kinds=False)
    patterns_listing.budget(found)
    if not view.rows.height and not room.chosen.pattern:
        patterns_listing.nothing(room, found)
        return
    items = room.chosen.pattern or tuple(view.rows[c.ITEMS][0])
    left, right = st.columns(patterns_listing.COLUMNS, gap="medium")
    with right:
        shown = _panel(room, before, items, event, name)
    with left:
        if view.rows.height:
            patterns_listing.drawn(room, "before", view, items)
        else:
            patterns_listing.nothing(room, found)
        if shown is not None:
            _instead(room, shown, items, name)


def _target(room: Room, goals: Goals, event: str) -> None:
    key = f"patterns_goal_{event}"
    st.selectbox(
        say("page_patterns.goal"),
        goals.options,
        index=goals.options.index(event),
        format_func=lambda option: option if goals.are_types else room.names.get(option, option),
        key=key,
        on_change=_put_goal,
        args=(key, goals.default),
        width=360,
        help=say("page_patterns.goal.help", units=room.units),
    )


def _put_goal(key: str, default: str) -> None:
    chosen = st.session_state[key]
    context.put(goal=None if chosen == default else chosen, pat=None, sup=None, has=None, first=None, last=None)


def _rows(room: Room, found: Search, before: Before) -> pl.DataFrame:
    """Return the rules that the filters leave.

    A pattern that few hold comes out on top by chance: where others have 30 or more cases, it is left out.
    """
    frame = filtered(patterns_calls.leading(before, found), room.chosen)
    many = frame.filter(pl.col(HELD) >= ENOUGH)
    return many if many.height else frame


def _view(room: Room, found: Search, rows: pl.DataFrame, before: Before, event: str) -> View:
    rows = patterns_listing.surest(rows)
    everyone = percent(before.share)
    title = say("page_patterns.title.before.none", event=event)
    if rows.height:
        first = rows.row(0, named=True)
        values = {"path": room.path(first[c.ITEMS]), "share": percent(first[CONFIDENCE]), "event": event, "all": everyone}
        title = say("page_patterns.title.before", **values)
    bars = pl.col(CONFIDENCE).alias(c.SUPPORT)
    values = {"event": event, "all": everyone, "units": room.units}
    return View(
        rows,
        title,
        patterns_listing.subtitle(room, found, "before", rows.height, **values),
        lambda frame, selected: figures.ranked(frame.with_columns(bars), room.dark, unit=room.unit),
        alt.ranked(room.named(rows).with_columns(bars)),
        (HELD, c.SUPPORT_COUNT, CONFIDENCE, LOW, HIGH, c.SUPPORT, LIFT),
        say("page_patterns.how.before", units=room.units, event=event, floor=FLOOR),
        event,
    )


def _panel(room: Room, before: Before, items: tuple[str, ...], event: str, name: str) -> Instead | None:
    """Show the chosen pattern before the event; return where the others go."""
    with st.container(border=True):
        held = patterns_panel.held_by_enough(room, before.reading, items)
        if held is None:
            return None
        patterns_panel.chips(room, items, held)
        reached = before.cut.reached[held.rows]
        if 0 < len(np.unique(before.reading.sequences.owner[held.rows[reached]])) < FLOOR:
            st.info(say("page_patterns.before.private", floor=FLOOR, event=name), icon=":material/group_off:")
            return None
        n, n_reached = len(held.rows), int(reached.sum())
        confidence = n_reached / max(n, 1)
        left, right = st.columns(2)
        with left:
            patterns_panel.number(
                say("page_patterns.panel.confidence", event=name),
                percent(confidence),
                say("page_patterns.panel.of", n=f"{n_reached:,}", all=count(n, room.unit)),
            )
        if before.share:
            with right:
                times = say("page_patterns.panel.times", lift=decimal(confidence / before.share, 1))
                note = say("page_patterns.panel.everyone", share=percent(before.share))
                patterns_panel.number(say("page_patterns.panel.lift"), times, note)
        st.caption(patterns_panel.interval(n_reached, n))
        support = n_reached / max(room.n, 1)
        st.caption(say("page_patterns.panel.both", n=count(n_reached, room.unit), share=percent(support), event=name))
        patterns_saving.actions(room, items, held.rows[~reached], "light.never", never=event)
    return patterns_calls.going_elsewhere(before, room.chosen.rules, items)


def _instead(room: Room, found: Instead, items: tuple[str, ...], event: str) -> None:
    """Draw where those go next who do not go on to the event."""
    nobody = say("page_patterns.instead.nothing")
    names = [nobody if to is None else room.names.get(to, to) for to in found.frame[c.TO].to_list()]
    frame = found.frame.with_columns(pl.Series(c.TO, names, pl.String))
    n = count(found.n, room.unit)
    if not frame.height:
        chart.finding(say("page_patterns.instead.none", event=event), say("page_patterns.instead.none.why", n=n, floor=FLOOR))
        return
    first = frame.row(0, named=True)
    values = {"to": first[c.TO], "share": percent(first[insight_instead.SHARE]), "event": event, "path": room.path(items)}
    title = say("page_patterns.instead.end" if found.frame[c.TO][0] is None else "page_patterns.instead", **values)
    chart.finding(
        title,
        say("page_patterns.instead.subtitle", n=n, path=room.path(items), event=event, left_out=found.left_out, floor=FLOOR),
    )
    percents = ("share", "low", "high", "share_reached", "difference", "difference_low", "difference_high")
    columns = {name: say(f"page_patterns.column.{name}", units=room.units, event=event) for name in frame.columns}
    chart.chart(
        figures.instead(frame, room.dark, top=TOP),
        key="patterns_instead",
        alt=say("page_patterns.instead.alt", n=min(frame.height, TOP), title=title),
        table=frame,
        how=say("page_patterns.how.instead", units=room.units, event=event, floor=FLOOR),
        columns={
            name: st.column_config.NumberColumn(label, format="percent") if name in percents else label
            for name, label in columns.items()
        },
    )
