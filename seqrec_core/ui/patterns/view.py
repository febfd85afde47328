"""The views of the Patterns page: bubbles, the most frequent, what precedes success, rules, all as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.figures import alt
from seqrec_core.figures import patterns as figures
from seqrec_core.mining.measures import HIGH, LENGTH, LIFT, LOW
from seqrec_core.mining.rules import CONFIDENCE
from seqrec_core.mining.success import RATE, REACHED
from seqrec_core.text import count, decimal, integer, percent, say
from seqrec_core.ui import chart, context, errors
from seqrec_core.ui.patterns import controls as patterns_controls
from seqrec_core.ui.patterns import panel as patterns_panel
from seqrec_core.ui.patterns.room import MOST_BARS, Room
from seqrec_core.ui.patterns.state import FLOOR, LENGTHS, pick, without_filters

COLUMNS = [1.75, 1]
BUBBLES_PX = 520  # what the left column has in a window of 1024 px
SHARES = (c.SUPPORT, LOW, HIGH, CONFIDENCE, RATE)


@dataclass(frozen=True)
class View:
    """One way to look at the patterns.

    Args:
        rows: what is drawn, `items` by ids; row r is the mark with customdata [r].
        title, subtitle: the finding.
        figure: draws `rows` by names, given the chosen row; None = the table alone.
        alt: of the figure.
        columns: of the table twin, besides the pattern.
        how: how it is computed.
    """

    rows: pl.DataFrame
    title: str
    subtitle: str
    figure: Callable[[pl.DataFrame, int | None], Any] | None
    alt: str
    columns: tuple[str, ...]
    how: str


def draw(room: Room) -> None:
    """Draw the page."""
    show = room.chosen.show if room.success is not None or room.chosen.show != "before" else "bubbles"
    view = {"bubbles": bubbles, "ranked": ranked, "before": preceding, "rules": ruled, "table": table}[show](room)
    chart.finding(view.title, view.subtitle, page=True)
    if room.n < FLOOR:
        _nothing(room)
        return
    patterns_controls.views(room)
    patterns_controls.terms(room)
    _budget(room)
    if not view.rows.height and not room.chosen.pattern:
        _nothing(room)
        return
    items = room.chosen.pattern or tuple(view.rows[c.ITEMS][0])
    left, right = st.columns(COLUMNS, gap="medium")
    with right:
        held = patterns_panel.panel(room, items)
    with left:
        if view.rows.height:
            _chart(room, show, view, items)
        else:
            _nothing(room)
    if held is not None:
        patterns_panel.where(room, items, held)


def _chart(room: Room, show: str, view: View, items: tuple[str, ...]) -> None:
    """Draw the view with its table; a click chooses a pattern."""
    lists = [tuple(row) for row in view.rows[c.ITEMS].to_list()]
    selected = lists.index(items) if items in lists else None
    named = room.named(view.rows)
    shown = named.select(pl.col(c.ITEMS).list.join(" → ").alias("pattern"), *view.columns)
    if view.figure is None:
        row = _table(room, shown, view.how)
        new = None if row is None else [row]
    else:
        new = chart.chart(
            view.figure(named, selected),
            key=f"patterns_{show}",
            alt=view.alt,
            table=shown,
            how=view.how,
            clickable=True,
            columns=_headings(room, *shown.columns),
            once=True,
        )
    row = None if new is None else int(new[-1])
    if row is not None and row < len(lists) and lists[row] != items:
        pick(lists[row])
        st.rerun()


def _table(room: Room, shown: pl.DataFrame, how: str) -> int | None:
    event = st.dataframe(
        shown,
        key=f"patterns_all_{shown.height}_{room.terms.min_count}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config=_headings(room, *shown.columns),
        height=520,
    )
    st.caption(how)
    return event.selection.rows[0] if event and event.selection.rows else None


def _headings(room: Room, *names: str) -> dict[str, Any]:
    """Name the columns of a table in words."""
    event = "" if room.success is None else room.success.event
    found: dict[str, Any] = {}
    for name in names:
        label = say(f"page_patterns.column.{name}", units=room.units, event=event)
        if name in SHARES:
            found[name] = st.column_config.NumberColumn(label, format="percent")
        elif name == LIFT:
            found[name] = st.column_config.NumberColumn(label, format="%.2f")
        else:
            found[name] = st.column_config.Column(label, width="large" if name == "pattern" else None)
    return found


def _subtitle(room: Room, name: str, rows: int, **values: object) -> str:
    """Say who is looked at, how many patterns there are, and what was left out."""
    if not rows:
        return room.who()
    parts = [room.who(), say(f"page_patterns.subtitle.{name}", n=integer(rows), of=integer(room.frame.height), **values)]
    if room.chosen.gap is not None:
        parts.append(say("page_patterns.subtitle.gap", n=count(room.chosen.gap, "step")))
    if room.found.left_out:
        left_out = {"n": count(room.found.left_out, "pattern"), "floor": FLOOR}
        parts.append(say("page_patterns.subtitle.left_out", **left_out))
    return " · ".join(parts)


def bubbles(room: Room) -> View:
    """Support against lift."""
    rows = room.surprising()
    title = say("page_patterns.title.none")
    if rows.height:
        first = rows.row(0, named=True)
        values = {"path": room.path(first[c.ITEMS]), "share": percent(first[c.SUPPORT]), "units": room.units}
        title = say("page_patterns.title.bubbles", lift=decimal(first[LIFT], 1), **values)
    return View(
        rows,
        title,
        _subtitle(room, "bubbles", rows.height),
        lambda frame, selected: figures.bubbles(frame, room.dark, selected=selected, unit=room.unit, width=BUBBLES_PX),
        alt.bubbles(room.named(rows)),
        (c.SUPPORT_COUNT, c.SUPPORT, LOW, HIGH, LIFT),
        _how(room, "bubbles"),
    )


def ranked(room: Room) -> View:
    """The best supported."""
    rows = room.frame.head(MOST_BARS)
    title = say("page_patterns.title.none")
    if rows.height:
        first = rows.row(0, named=True)
        values = {"path": room.path(first[c.ITEMS]), "share": percent(first[c.SUPPORT]), "units": room.units}
        title = say("page_patterns.title.ranked", **values)
    return View(
        rows,
        title,
        _subtitle(room, "ranked", rows.height),
        lambda frame, selected: figures.ranked(frame, room.dark, unit=room.unit),
        alt.ranked(room.named(rows)),
        (c.SUPPORT_COUNT, c.SUPPORT, LOW, HIGH, LIFT),
        _how(room, "ranked"),
    )


def preceding(room: Room) -> View:
    """How often success follows."""
    rows = room.surest(room.preceding())
    assert room.success is not None
    event, share = room.success.event, percent(room.success.share)
    title = say("page_patterns.title.before.none", event=event)
    if rows.height:
        first = rows.row(0, named=True)
        values = {"path": room.path(first[c.ITEMS]), "share": percent(first[RATE]), "event": event, "all": share}
        title = say("page_patterns.title.before", **values)
    bars = pl.col(REACHED).alias(c.SUPPORT_COUNT), pl.col(RATE).alias(c.SUPPORT)
    return View(
        rows,
        title,
        _subtitle(room, "before", rows.height, event=event, all=share, units=room.units),
        lambda frame, selected: figures.ranked(frame.with_columns(*bars), room.dark, unit=room.unit),
        alt.ranked(room.named(rows).with_columns(*bars)),
        (c.SUPPORT_COUNT, REACHED, RATE, LOW, HIGH),
        _how(room, "before"),
    )


def ruled(room: Room) -> View:
    """What tends to follow."""
    rows = room.rules()
    n = rows.height
    rows = room.surest(rows)
    title = say("page_patterns.title.none")
    if rows.height:
        first = rows.row(0, named=True)
        *left, last = first[c.ITEMS]
        values = {"left": room.path(left), "last": room.path([last]), "share": percent(first[CONFIDENCE])}
        title = say("page_patterns.title.rules", lift=decimal(first[LIFT], 1), **values)
    bars = pl.col(CONFIDENCE).alias(c.SUPPORT)
    return View(
        rows,
        title,
        _subtitle(room, "rules", rows.height, rules=integer(n)),
        lambda frame, selected: figures.ranked(frame.with_columns(bars), room.dark, unit=room.unit),
        alt.ranked(room.named(rows).with_columns(bars)),
        (c.SUPPORT_COUNT, CONFIDENCE, LOW, HIGH, LIFT),
        _how(room, "rules"),
    )


def table(room: Room) -> View:
    """All patterns."""
    title = say("page_patterns.title.table", n=count(room.frame.height, "pattern"), share=_least(room), units=room.units)
    columns = (LENGTH, c.SUPPORT_COUNT, c.SUPPORT, LOW, HIGH, LIFT)
    return View(room.frame, title, _subtitle(room, "table", room.frame.height), None, "", columns, _how(room, "bubbles"))


def _how(room: Room, name: str) -> str:
    event = "" if room.success is None else room.success.event
    return say(f"page_patterns.how.{name}", units=room.units, event=event, floor=FLOOR)


def _least(room: Room) -> str:
    return percent(room.terms.min_count / max(room.n, 1))


def _budget(room: Room) -> None:
    """Say that the search was stopped, and which support would fit."""
    if room.found.result.complete:
        return
    fits = room.found.result.suggestion or room.suggested
    st.warning(
        say("page_patterns.too_many", n=count(len(room.found.result) + room.found.left_out, "pattern")),
        icon=":material/speed:",
    )
    share = percent(fits / max(room.n, 1))
    st.button(
        say("page_patterns.too_many.fit", share=share, n=count(fits, room.unit)),
        key="patterns_fit",
        type="primary",
        on_click=context.put,
        kwargs={"sup": f"{100 * fits / max(room.n, 1):.6g}"},
    )


def _nothing(room: Room) -> None:
    """Say why there is no pattern, with a way out."""
    if room.n < FLOOR:
        st.info(say("page_patterns.empty.few", n=count(room.n, room.unit), floor=FLOOR), icon=":material/group_off:")
        return
    if room.found.frame.height and (room.chosen.has or room.chosen.last or room.chosen.most):
        named = ", ".join(room.path([label]) for label in (*room.chosen.has, *room.chosen.last))
        values = {"n": count(room.found.frame.height, "pattern"), "names": named}
        st.info(errors.plain(say("page_patterns.empty.filter", **values)), icon=":material/filter_alt_off:")
        st.button(say("page_patterns.empty.filter.clear"), key="patterns_clear", type="primary", on_click=without_filters)
        return
    low, high = room.chosen.shortest, room.chosen.longest
    least = count(room.terms.min_count, room.unit)
    st.info(say("page_patterns.empty", low=low, high=high, n=least, share=_least(room)), icon=":material/search_off:")
    if _is_baskets(room):
        st.caption(say("page_patterns.empty.baskets"))
    if room.found.left_out:
        st.caption(say("page_patterns.subtitle.left_out", n=count(room.found.left_out, "pattern"), floor=FLOOR))
    if room.terms.min_count != room.suggested or (low, high) != LENGTHS or room.chosen.gap is not None:
        gone = dict.fromkeys(("sup", "len", "gap", "kind"))
        st.button(say("page_patterns.empty.reset"), key="patterns_reset", type="primary", on_click=context.put, kwargs=gone)
    elif room.unit == "session":
        users = {"unit": "user", "sup": None}
        st.button(say("page_patterns.empty.users"), key="patterns_users", type="primary", on_click=context.put, kwargs=users)


def _is_baskets(room: Room) -> bool:
    """Whether most sequences are one step: a single event, or events of one moment, which have no order among them."""
    sequences = room.reading.sequences
    filled = np.flatnonzero(np.diff(sequences.offsets))
    first, last = sequences.offsets[filled], sequences.offsets[filled + 1] - 1
    return len(filled) > 0 and float((sequences.steps[first] == sequences.steps[last]).mean()) > 0.5
