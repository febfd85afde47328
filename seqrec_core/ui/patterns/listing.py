"""Which sequences repeat? Bubbles, the most frequent, what follows, all as a table; the chosen pattern beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.labels import default_of
from seqrec_core.figures import alt
from seqrec_core.figures import patterns as figures
from seqrec_core.mining.ending import holds
from seqrec_core.mining.measures import HIGH, LENGTH, LEVERAGE, LIFT, LOW
from seqrec_core.mining.preceding import HELD
from seqrec_core.mining.rules import CONFIDENCE
from seqrec_core.text import count, decimal, integer, percent, say
from seqrec_core.ui import chart, context, errors, loaders
from seqrec_core.ui.patterns import calls as patterns_calls
from seqrec_core.ui.patterns import controls as patterns_controls
from seqrec_core.ui.patterns import evidence as patterns_evidence
from seqrec_core.ui.patterns import panel as patterns_panel
from seqrec_core.ui.patterns.room import Room, is_baskets
from seqrec_core.ui.patterns.search import Search, filtered, search, share_of
from seqrec_core.ui.patterns.state import FILTERS, FLOOR, choose_of, lengths_of, pick, without_filters

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

COLUMNS = [1.75, 1]
BUBBLES_PX = 520  # what the left column has in a window of 1024 px
MOST_DRAWN, MOST_JUDGED, MOST_BARS = 80, 160, 12
SHARES = (c.SUPPORT, LOW, HIGH, CONFIDENCE)


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
        event: the one that the patterns lead to; its count stands where the support count does.
    """

    rows: pl.DataFrame
    title: str
    subtitle: str
    figure: Callable[[pl.DataFrame, int | None], Any] | None
    alt: str
    columns: tuple[str, ...]
    how: str
    event: str = ""


def draw(room: Room, head: "DeltaGenerator") -> None:
    """Draw the patterns, the chosen one, and what stands behind it."""
    with st.spinner(say("page_patterns.searching")):
        found = search(room, room.reading, st.empty())
    _try_what_all_share(room, found)
    view = {"bubbles": bubbles, "ranked": ranked, "rules": ruled, "table": table}[room.chosen.show](room, found)
    with head:
        chart.finding(view.title, view.subtitle, page=True)
    patterns_controls.views(room, found)
    patterns_controls.terms(room, found)
    budget(found)
    if not view.rows.height and not room.chosen.pattern:
        nothing(room, found)
        return
    items = room.chosen.pattern or tuple(view.rows[c.ITEMS][0])
    left, right = st.columns(COLUMNS, gap="medium")
    with right:
        shown = patterns_panel.panel(room, found, items)
    with left:
        if view.rows.height:
            drawn(room, room.chosen.show, view, items)
        else:
            nothing(room, found)
    if shown is not None:
        held, later = shown
        patterns_evidence.behind(room, found.reading, items, held)
        with later.container():
            patterns_panel.surprise(room, found, items, len(held.rows))


def _try_what_all_share(room: Room, found: Search) -> None:
    """Look at event types or categories at a first visit, where items are too many for any to repeat."""
    of = default_of(loaders.arrays(room.now.dataset).arrays)
    is_first = not any(context.get(name) for name in ("of", "sup", "len", "gap", "wait", "span", "kind", "pat", *FILTERS))
    if is_first and of != room.chosen.of and not found.frame.height:
        choose_of(of)
        st.rerun()


def drawn(room: Room, show: str, view: View, items: tuple[str, ...]) -> None:
    """Draw a view with its table; a click chooses a pattern."""
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
            columns=headings(room, *shown.columns, event=view.event),
            once=True,
        )
    row = None if new is None else int(new[-1])
    if row is not None and row < len(lists) and lists[row] != items:
        pick(lists[row])
        st.rerun()


def _table(room: Room, shown: pl.DataFrame, how: str) -> int | None:
    event = st.dataframe(
        shown,
        key=f"patterns_all_{shown.height}_{room.chosen.share}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config=headings(room, *shown.columns),
        height=520,
    )
    st.caption(how)
    return event.selection.rows[0] if event and event.selection.rows else None


def headings(room: Room, *names: str, event: str = "") -> dict[str, Any]:
    """Name the columns of a table in words."""
    found: dict[str, Any] = {}
    for name in names:
        key = "reached" if event and name == c.SUPPORT_COUNT else name
        label = say(f"page_patterns.column.{key}", units=room.units, event=event)
        if name in SHARES:
            found[name] = st.column_config.NumberColumn(label, format="percent")
        elif name == LIFT:
            found[name] = st.column_config.NumberColumn(label, format="%.2f")
        else:
            found[name] = st.column_config.Column(label, width="large" if name == "pattern" else None)
    return found


def subtitle(room: Room, found: Search, name: str, rows: int, **values: object) -> str:
    """Say who is looked at, how many patterns there are, and what was left out."""
    if not rows:
        return room.who()
    parts = [room.who(), say(f"page_patterns.subtitle.{name}", n=integer(rows), of=integer(found.frame.height), **values)]
    parts.extend(room.far())
    if found.found.left_out:
        left_out = {"n": count(found.found.left_out, "pattern"), "floor": FLOOR}
        parts.append(say("page_patterns.subtitle.left_out", **left_out))
    return " · ".join(parts)


def bubbles(room: Room, found: Search) -> View:
    """Support against lift, of the patterns that are most above chance and that their own transitions do not explain."""
    rows = found.frame.filter(pl.col(LIFT).is_not_null())
    rows = rows.sort([LEVERAGE, c.SUPPORT_COUNT], descending=True, maintain_order=True).head(MOST_JUDGED)
    telling = rows.filter(~patterns_calls.explained(found, rows, room.chosen.rules)) if rows.height else rows
    name = "bubbles" if telling.height else "bubbles.explained"
    rows = (telling if telling.height else rows).head(MOST_DRAWN)
    title = say("page_patterns.title.none")
    if rows.height:
        first = rows.row(0, named=True)
        values = {"path": room.path(first[c.ITEMS]), "share": percent(first[c.SUPPORT]), "units": room.units}
        title = say(f"page_patterns.title.{name}", lift=decimal(first[LIFT], 1), **values)
    return View(
        rows,
        title,
        subtitle(room, found, name, rows.height),
        lambda frame, selected: figures.bubbles(frame, room.dark, selected=selected, unit=room.unit, width=BUBBLES_PX),
        alt.bubbles(room.named(rows)),
        (c.SUPPORT_COUNT, c.SUPPORT, LOW, HIGH, LIFT),
        _how(room, "bubbles"),
    )


def ranked(room: Room, found: Search) -> View:
    """The best supported."""
    rows = found.frame.head(MOST_BARS)
    title = say("page_patterns.title.none")
    if rows.height:
        first = rows.row(0, named=True)
        values = {"path": room.path(first[c.ITEMS]), "share": percent(first[c.SUPPORT]), "units": room.units}
        title = say("page_patterns.title.ranked", **values)
    return View(
        rows,
        title,
        subtitle(room, found, "ranked", rows.height),
        lambda frame, selected: figures.ranked(frame, room.dark, unit=room.unit),
        alt.ranked(room.named(rows)),
        (c.SUPPORT_COUNT, c.SUPPORT, LOW, HIGH, LIFT),
        _how(room, "ranked"),
    )


def ruled(room: Room, found: Search) -> View:
    """What tends to follow."""
    rows = filtered(patterns_calls.ruled(found), room.chosen)
    n = rows.height
    rows = surest(rows)
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
        subtitle(room, found, "rules", rows.height, rules=integer(n)),
        lambda frame, selected: figures.ranked(frame.with_columns(bars), room.dark, unit=room.unit),
        alt.ranked(room.named(rows).with_columns(bars)),
        (c.SUPPORT_COUNT, CONFIDENCE, LOW, HIGH, LIFT),
        _how(room, "rules"),
    )


def table(room: Room, found: Search) -> View:
    """All patterns."""
    title = say("page_patterns.title.table", n=count(found.frame.height, "pattern"), share=_least(found), units=room.units)
    columns = (LENGTH, c.SUPPORT_COUNT, c.SUPPORT, LOW, HIGH, LIFT)
    return View(found.frame, title, subtitle(room, found, "table", found.frame.height), None, "", columns, _how(room, "table"))


def surest(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the first rows, without those that hold a surer one: the events more add nothing."""
    kept: list[int] = []
    lists = rows[c.ITEMS].to_list()
    one_end = HELD in rows.columns  # rules before one event end in it without saying so
    for at, items in enumerate(lists):
        if not any((one_end or lists[other][-1] == items[-1]) and holds(items, lists[other]) for other in kept):
            kept.append(at)
        if len(kept) == MOST_BARS:
            break
    return rows[kept]


def _how(room: Room, name: str) -> str:
    return say(f"page_patterns.how.{name}", units=room.units, floor=FLOOR)


def _least(found: Search) -> str:
    return percent(found.terms.min_count / max(found.n, 1))


def budget(found: Search) -> None:
    """Say that the search was stopped, and which support would fit."""
    result = found.everything.result
    if result.complete:
        return
    fits = result.suggestion or found.suggested
    n = count(len(result) + found.everything.left_out, "pattern")
    st.warning(say("page_patterns.too_many", n=n), icon=":material/speed:")
    st.button(
        say("page_patterns.too_many.fit", share=percent(fits / max(found.n, 1)), n=count(fits, found.reading.sequences.unit)),
        key="patterns_fit",
        type="primary",
        on_click=context.put,
        kwargs={"sup": f"{100 * fits / max(found.n, 1):.6g}"},
    )


def nothing(room: Room, found: Search) -> None:
    """Say why there is no pattern, with a way out."""
    chosen = room.chosen
    if found.found.frame.height and (chosen.has or chosen.first or chosen.last or chosen.most):
        named = ", ".join(room.path([label]) for label in (*chosen.has, *chosen.first, *chosen.last))
        values = {"n": count(found.found.frame.height, "pattern"), "names": named}
        st.info(errors.plain(say("page_patterns.empty.filter", **values)), icon=":material/filter_alt_off:")
        st.button(say("page_patterns.empty.filter.clear"), key="patterns_clear", type="primary", on_click=without_filters)
        return
    low, high = chosen.shortest, chosen.longest
    least = count(found.terms.min_count, room.unit)
    st.info(say("page_patterns.empty", low=low, high=high, n=least, share=_least(found)), icon=":material/search_off:")
    if is_baskets(found.reading.sequences):
        st.caption(say("page_patterns.empty.baskets"))
    if found.found.left_out:
        st.caption(say("page_patterns.subtitle.left_out", n=count(found.found.left_out, "pattern"), floor=FLOOR))
    rarer = max(FLOOR, found.terms.min_count // 4)
    if rarer < found.terms.min_count and (chosen.gap is not None or chosen.in_time or chosen.types):
        label = say("page_patterns.empty.rarer", n=count(rarer, room.unit))
        values = {"sup": share_of(rarer, found.n)}
        st.button(label, key="patterns_rarer", type="primary", on_click=context.put, kwargs=values)
    if (
        found.terms.min_count != found.suggested
        or (low, high) != lengths_of(chosen.tab)
        or chosen.gap is not None
        or chosen.in_time
        or chosen.types
    ):
        gone = dict.fromkeys(("sup", "len", "gap", "wait", "span", "kind", "types"))
        st.button(say("page_patterns.empty.reset"), key="patterns_reset", type="primary", on_click=context.put, kwargs=gone)
    elif room.unit == "session":
        users = {"unit": "user", "sup": None}
        st.button(say("page_patterns.empty.users"), key="patterns_users", type="primary", on_click=context.put, kwargs=users)
