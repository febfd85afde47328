"""What changed? Two periods, two segments, or who did something against who did not."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.figures import alt
from seqrec_core.figures import journeys as figures
from seqrec_core.figures.over_time import FEW, over_time
from seqrec_core.journeys.node import rows_with, transition
from seqrec_core.journeys.suggest import goal
from seqrec_core.text import count, decimal, integer, percent, say, signed
from seqrec_core.ui import chart, context, errors, loaders
from seqrec_core.ui.journeys import bar as journeys_bar
from seqrec_core.ui.journeys import calls as journeys_calls
from seqrec_core.ui.journeys import titles as journeys_titles
from seqrec_core.ui.journeys.panel import Room, heading, headings, number, see
from seqrec_core.ui.journeys.state import packed, pick

SHOWN = 10
PROPOSED_DAYS = 14
TABLE = (
    c.FROM,
    c.TO,
    "rate_a",
    "rate_b",
    "difference",
    "low",
    "high",
    "p_corrected",
    "count_a",
    "n_a",
    "count_b",
    "n_b",
    "small",
)
RATES = ("rate_a", "rate_b", "difference", "low", "high")


@dataclass(frozen=True)
class Groups:
    """Two groups to compare.

    Args:
        among: the sequences that both are part of; a, b: their numbers in it.
        words: what they are, with n.
        key: what tells them apart from other pairs.
        without: an event that defines the groups: steps to it differ by definition.
        name: of B, where the groups are segments.
        period: first and last day of B, both included, where the groups are periods.
    """

    among: Sequences
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    words: str
    key: tuple[str, ...]
    without: str | None = None
    name: str = ""
    period: tuple[date, date] | None = None


def changes(room: Room) -> None:
    """Draw how steps differ between two groups, the largest sure difference first."""
    groups = _groups(room)
    if groups is None:
        chart.finding(say("page_journeys.title.changes.none"), room.who(), page=True)
        journeys_bar.views(room)
        st.info(say("page_journeys.changes.no_dates"), icon=":material/calendar_month:")
        return
    if not len(groups.a) or not len(groups.b):
        chart.finding(say("page_journeys.title.changes.none"), groups.words, page=True)
        journeys_bar.views(room)
        _choose(room)
        text = say("page_journeys.changes.nobody", groups=groups.words)
        st.info(f"{errors.plain(text)} {say('page_journeys.changes.nobody.hint')}", icon=":material/group_off:")
        return
    found = journeys_calls.changes(room.key, groups.key, groups.among, groups.a, groups.b)
    if groups.without is not None:
        found = found.filter(pl.col(c.TO) != groups.without)
    title, best = journeys_titles.changes(room, found, groups.name)
    if groups.without is not None:
        title = journeys_titles.did(room, groups.without, found, _reaching(room, groups)) or title
    chart.finding(title, say("page_journeys.changes.subtitle", groups=groups.words), page=True)
    journeys_bar.views(room)
    _choose(room)
    left, right = st.columns([3.1, 1], gap="medium")
    row = _row(found, room.chosen.picked)
    row = row if row.height else _row(found, best or _to_goal(room, found))
    row = row if row.height else found
    with left:
        if row.height and groups.period is not None:
            _over_time(room, groups.period, *row.select(c.FROM, c.TO).row(0))
        _chart(room, found)
    with right, st.container(border=True):
        if row.height:
            _panel(room, groups, row.row(0, named=True))


def _to_goal(room: Room, found: pl.DataFrame) -> tuple[str, ...]:
    """Return the most frequent step to the goal; nothing without one."""
    steps = found.filter(pl.col(c.TO) == (goal(room.sequences) or "")).sort(
        pl.col("count_a") + pl.col("count_b"), descending=True
    )
    return steps.select(c.FROM, c.TO).row(0) if steps.height else ()


def _over_time(room: Room, period: tuple[date, date], source: str, target: str) -> None:
    """Draw how often the chosen step is taken over all days, so that the days to ask about can be seen and chosen."""
    segment = context.group(room.now.dataset.id)
    sequences = journeys_calls.sequences(room.now, room.of, segment, room.shape)
    key = journeys_calls.key_of(room.now, room.of, segment, room.shape)
    frame = journeys_calls.over_time(key, sequences, source, target)
    known = frame.drop_nulls("rate")
    if known.height < 2:
        return
    low = known.filter(pl.col("n") >= FEW).sort("rate", "first") if (known["n"] >= FEW).any() else known.sort("rate", "first")
    worst = low.row(0, named=True)
    values = {"source": source, "target": target, "share": percent(worst["rate"])}
    days = {"first": worst["first"].isoformat(), "last": worst["last"].isoformat()}
    chart.finding(
        say("page_journeys.over_time", **values, **days), say("page_journeys.over_time.subtitle", source=source, target=target)
    )
    new = chart.chart(
        over_time(frame, period, room.dark),
        key="journeys_over_time",
        alt=say("page_journeys.over_time.alt", n=frame.height, **values, **days),
        table=frame,
        how=say("page_journeys.how.over_time"),
        clickable=True,
        once=True,
        columns=headings("first", "last", c.COUNT, "n", "rate", percents=("rate",)),
    )
    if new is None:
        return
    first, last = frame.select("first", "last").row(new[1]) if new[0] == "row" else map(date.fromisoformat, new)
    context.put(**{"from": first.isoformat(), "to": (last + timedelta(days=1)).isoformat(), "sel": packed([source, target])})
    st.rerun()


def _row(found: pl.DataFrame, pair: tuple[str, ...]) -> pl.DataFrame:
    """Return the row of one step; none where it is not compared."""
    return found.filter((pl.col(c.FROM) == pair[0]) & (pl.col(c.TO) == pair[1])) if len(pair) == 2 else found.clear()


def _chart(room: Room, found: pl.DataFrame) -> None:
    new = chart.chart(
        figures.differences(found, room.dark, top=SHOWN),
        key="journeys_changes",
        alt=alt.differences(found),
        table=found.select(TABLE),
        how=say("page_journeys.how.changes"),
        clickable=True,
        once=True,
        columns=headings(*TABLE, percents=RATES),
    )
    if new is not None:
        pick(*(found.select(c.FROM, c.TO).row(new[1]) if new[0] == "row" else new))
        st.rerun()


def _panel(room: Room, groups: Groups, row: dict[str, float]) -> None:
    """Show one step in both groups, what chance has to do with it, and who of B did not take it."""
    source, target = str(row[c.FROM]), str(row[c.TO])
    heading(f"{source} → {target}")
    for side in ("a", "b"):
        note = say("page_journeys.changes.of", n=integer(row[f"count_{side}"]), total=integer(row[f"n_{side}"]))
        number(say(f"page_journeys.changes.{side}"), percent(row[f"rate_{side}"]), note)
    low, high = signed(100 * row["low"], 1), signed(100 * row["high"], 1)
    points = signed(100 * row["difference"], 1)
    st.markdown(say("page_journeys.changes.interval", points=f"**{points}**", low=low, high=high))
    p = row["p_corrected"]
    written = say("page_journeys.p.tiny") if p < 0.001 else say("page_journeys.p", p=decimal(p, 3))
    verdict = "small" if row["small"] else "sure" if p < 0.05 else "unsure"
    st.caption(errors.plain(say(f"page_journeys.changes.{verdict}", p=written)))
    _goal(room, groups)
    took = transition(groups.among, source, target).rows
    missed = _shared(np.setdiff1d(rows_with(groups.among, source), took, assume_unique=True), groups.b)
    see(room, missed, groups.among, "changes.lost", everyone=not room.chosen.vs, named=f"{source} ↛ {target}")


def _goal(room: Room, groups: Groups) -> None:
    """Say how many of each group reach the goal, where the groups are not told apart by it."""
    found = _reaching(room, groups)
    if found is not None:
        aim, did, did_not = found
        words = {"event": aim, "did": percent(did), "did_not": percent(did_not)}
        st.markdown(errors.plain(say("page_journeys.changes.goal", **words)))


def _reaching(room: Room, groups: Groups) -> tuple[str, float, float] | None:
    """Return the goal and the share of B and of A that reach it; None where the groups are told apart by it, or by dates."""
    aim = goal(room.sequences)
    if aim is None or groups.without is None or aim == groups.without:
        return None
    reached = rows_with(groups.among, aim)
    did, did_not = (len(_shared(reached, side)) / len(side) for side in (groups.b, groups.a))
    return aim, did, did_not


def _shared(rows: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what is in both of two lists of rising numbers."""
    return np.intersect1d(rows, others, assume_unique=True)


def _groups(room: Room) -> Groups | None:
    """Return the two groups: by an event, by the dates of the bar, by its segment, or the last days against those before."""
    chosen, now = room.chosen, room.now
    if chosen.vs:
        did = rows_with(room.sequences, chosen.vs)
        did_not = np.setdiff1d(np.arange(len(room.sequences)), did, assume_unique=True)
        words = {"event": chosen.vs, "n_a": integer(len(did_not)), "n_b": count(len(did), room.unit)}
        return Groups(room.sequences, did_not, did, say("page_journeys.changes.did", **words), ("vs", chosen.vs), chosen.vs)
    group = context.group(now.dataset.id)
    start, end = context.day("from"), context.day("to")
    kind = "segment" if group is not None and start is None and end is None else "periods"
    if kind == "periods":
        if not now.dataset.has_times:
            return None
        if start is None and end is None:
            start, end = _proposed(room)
    named = context.during(group, start, end)
    base = group if kind == "periods" else None
    inside = loaders.members(now.dataset, now.unit, named)
    everyone = journeys_calls.sequences(now, room.of, None, room.shape)
    outside = np.setdiff1d(loaders.members(now.dataset, now.unit, base), inside, assume_unique=True)
    b = context.segment_label() or _days(start, end)
    words = {"b": b, "n_a": integer(len(outside)), "n_b": count(len(inside), room.unit)}
    key = ("period", named.model_dump_json(), kind, "" if base is None else base.model_dump_json())
    return Groups(
        everyone,
        outside,
        inside,
        say(f"page_journeys.changes.{kind}", **words),
        key,
        name=b if kind == "segment" else "",
        period=_period(room, start, end) if kind == "periods" else None,
    )


def _span(room: Room) -> tuple[date, date]:
    """Return the first and the last day of the log."""
    first, last = room.now.dataset.first, room.now.dataset.last
    days = [datetime.fromisoformat(day).date() for day in (first, last) if day is not None]
    return min(days), max(days)


def _period(room: Room, start: datetime | None, end: datetime | None) -> tuple[date, date]:
    """Return the first and the last day of a period, both included."""
    first, last = _span(room)
    return (start.date() if start else first), ((end - timedelta(days=1)).date() if end else last)


def _proposed(room: Room) -> tuple[datetime, datetime]:
    """Return the last days of the log, at most two weeks and at most a third of it."""
    first, last = _span(room)
    days = max(min(PROPOSED_DAYS, ((last - first).days + 1) // 3), 1)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    return end - timedelta(days=days), end


def _days(start: datetime | None, end: datetime | None) -> str:
    """Name a period by its days, the last one included."""
    last = "…" if end is None else (end - timedelta(days=1)).date().isoformat()
    return f"{'…' if start is None else start.date().isoformat()} – {last}"


def _choose(room: Room) -> None:
    """Choose period B, or go back to periods from who did and who did not."""
    if room.chosen.vs:
        st.button(
            say("page_journeys.changes.back"),
            icon=":material/calendar_month:",
            on_click=context.put,
            kwargs={"vs": None, "sel": None},
        )
        return
    if not room.now.dataset.has_times:
        return
    first, last = _span(room)
    start, end = context.day("from"), context.day("to")
    is_proposed = start is None and end is None and not context.get("seg")
    if is_proposed:
        start, end = _proposed(room)
    shown = _period(room, start, end)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        keys = tuple(f"changes_{name}_{shown}" for name in ("from", "to"))
        for name, key, value in zip(("from", "to"), keys, shown, strict=True):
            st.date_input(
                say(f"page_journeys.changes.{name}"),
                value=min(max(value, first), last),
                min_value=first,
                max_value=last,
                key=key,
                on_change=_put_period,
                args=keys,
                width=170,
            )
        if is_proposed:
            st.caption(say("page_journeys.changes.proposed", n=count((shown[1] - shown[0]).days + 1, "day")))


def _put_period(key_from: str, key_to: str) -> None:
    """Keep both days in the address; the last day is included on the page and excluded there."""
    start, end = sorted((st.session_state[key_from], st.session_state[key_to]))
    context.put(**{"from": start.isoformat(), "to": (end + timedelta(days=1)).isoformat(), "sel": None})
