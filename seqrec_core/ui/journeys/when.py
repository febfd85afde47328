"""Two views of the Journeys page that ask when: how long it takes from one event to another, and who comes back in which week."""

from datetime import date

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.figures.cohorts import cohorts as cohorts_figure
from seqrec_core.figures.journeys import within as within_figure
from seqrec_core.journeys.cohorts import Retention
from seqrec_core.journeys.duration import Duration
from seqrec_core.journeys.funnel import Progress
from seqrec_core.journeys.suggest import suggested_steps
from seqrec_core.text import count, duration, integer, percent, say
from seqrec_core.ui import chart, context
from seqrec_core.ui.journeys import bar as journeys_bar
from seqrec_core.ui.journeys import calls as journeys_calls
from seqrec_core.ui.journeys.more import COLUMNS, MOST_OFFERED, window
from seqrec_core.ui.journeys.panel import Room, heading, headings, number, see, times
from seqrec_core.ui.journeys.state import STRETCHES, pick

MOST_STRETCHES = 16
QUANTILE_NAMES = ((0.1, "10"), (0.25, "25"), (0.5, "50"), (0.75, "75"), (0.9, "90"))


def time_between(room: Room) -> None:
    """Draw how many get from one event to another, and in which time."""
    if not room.now.dataset.has_times:
        _without_times(room)
        return
    start, end = _two(room)
    found, progress = journeys_calls.between(room.key, room.sequences, start, end, room.chosen.window)
    chart.finding(_time_title(room, found, start, end), _time_subtitle(room, found, start, end), page=True)
    journeys_bar.views(room)
    _choose_two(room, start, end)
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        if _is_coarse(found):
            st.info(say("page_journeys.time.coarse"), icon=":material/calendar_month:")
        chart.chart(
            within_figure(found.within, start, end, room.dark),
            key="journeys_time",
            alt=say("page_journeys.time.alt", start=start, end=end, share=percent(_share(found))),
            table=found.within.select("seconds", c.COUNT, c.RATE_OF_START),
            how=say("page_journeys.how.time"),
            columns=headings("seconds", c.COUNT, c.RATE_OF_START, percents=(c.RATE_OF_START,)),
        )
    with right, st.container(border=True):
        _time_panel(room, found, progress, start, end)


def _without_times(room: Room) -> None:
    chart.finding(say("page_journeys.when.no_times"), room.who(), page=True)
    journeys_bar.views(room)


def _two(room: Room) -> tuple[str, str]:
    """Return the two events: as the address says, else the first and the last step of the suggested funnel."""
    steps = suggested_steps(room.sequences) or room.ranked[:2]
    start = room.chosen.t0 or steps[0]
    return start, room.chosen.t1 or (steps[-1] if steps[-1] != start else steps[0])


def _share(found: Duration) -> float | None:
    return found.arrived / found.started if found.started else None


def _is_coarse(found: Duration) -> bool:
    """Whether nearly all get there in no time: the log knows only days, or gives all events of a visit one time."""
    return bool(found.arrived) and found.quantiles[0.9] == 0


def _time_title(room: Room, found: Duration, start: str, end: str) -> str:
    if not found.arrived:
        return say("page_journeys.title.time.none", units=room.units, start=start, end=end)
    if _is_coarse(found):
        return say("page_journeys.title.time.coarse", units=room.units, start=start, end=end, share=percent(_share(found)))
    share, half = percent(_share(found)), duration(found.quantiles[0.5])
    return say("page_journeys.title.time", units=room.units, start=start, end=end, share=share, half=half)


def _time_subtitle(room: Room, found: Duration, start: str, end: str) -> str:
    values = {"who": room.who(), "n": integer(found.started), "k": integer(found.arrived), "start": start, "end": end}
    text = say("page_journeys.time.subtitle", **values)
    if room.chosen.window is None:
        return text
    return say("page_journeys.funnel.subtitle.window", rest=text, window=duration(room.chosen.window))


def _choose_two(room: Room, start: str, end: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, value in (("t0", start), ("t1", end)):
            options = list(dict.fromkeys([value, *room.ranked[:MOST_OFFERED]]))
            key = f"journeys_{name}_{value}"
            label = say(f"page_journeys.time.{name}")
            st.selectbox(label, options, key=key, on_change=context.put_from, args=(key, name), width=230)
        window(room)


def _time_panel(room: Room, found: Duration, progress: Progress, start: str, end: str) -> None:
    heading(f"{start} → {end}")
    number(say("page_journeys.time.arrived"), integer(found.arrived), say("page_journeys.time.of", n=integer(found.started)))
    if found.arrived and not _is_coarse(found):
        times("time.median", found.quantiles[0.5], found.quantiles[0.9])
        parts = [f"{name} %: {duration(found.quantiles[share])}" for share, name in QUANTILE_NAMES]
        st.caption(say("page_journeys.time.quantiles", parts=" · ".join(parts)))
    with st.container(gap="xsmall"):
        see(room, np.flatnonzero(progress.depth == 2), named=f"{start} → {end}")


def cohorts(room: Room) -> None:
    """Draw who comes back, by the stretch of days in which they came first."""
    if not room.now.dataset.has_times:
        _without_times(room)
        return
    days = room.chosen.days or _fitting_days(room)
    found = journeys_calls.cohorts(room.key, room.sequences, days, room.chosen.back)
    chart.finding(_cohort_title(found, days), _cohort_subtitle(room, found, days), page=True)
    journeys_bar.views(room)
    _choose_cohorts(room, days)
    cells = found.frame.filter(pl.col("period") > 0)
    left, right = st.columns(COLUMNS, gap="medium")
    at = _cell(room, cells)
    with left:
        new = chart.chart(
            cohorts_figure(found.frame, room.dark, picked=at),
            key="journeys_cohorts",
            alt=_cohort_title(found, days),
            table=cells,
            how=say("page_journeys.how.cohorts"),
            clickable=True,
            once=True,
            columns=headings(*cells.columns, percents=("rate",)),
        )
        if new is not None:
            chosen = cells.select("cohort", "period").row(new[1]) if new[0] == "row" else new
            pick(*chosen)
            st.rerun()
    with right, st.container(border=True):
        _cohort_panel(room, cells, days, at)


def _fitting_days(room: Room) -> int:
    """Return a week, or the shortest longer stretch of which the log has at most sixteen."""
    first, last = (date.fromisoformat(str(day)[:10]) for day in (room.now.dataset.first, room.now.dataset.last))
    span = (last - first).days + 1
    if span < 2 * STRETCHES[1]:
        return STRETCHES[0]
    return next((days for days in STRETCHES[1:] if span / days <= MOST_STRETCHES), STRETCHES[-1])


def _after_one(found: Retention) -> tuple[int, int]:
    """Return how many users of complete cohorts came back in the stretch after their first, and how many these are."""
    known = found.frame.filter((pl.col("period") == 1) & pl.col("complete"))
    return int(known[c.COUNT].sum()), int(known["size"].sum())


def _cohort_title(found: Retention, days: int) -> str:
    back, n = _after_one(found)
    stretch = say(f"page_journeys.stretch.{days}")
    if not n:
        return say("page_journeys.title.cohorts.none", stretch=stretch)
    return say("page_journeys.title.cohorts", share=percent(back / n), stretch=stretch)


def _cohort_subtitle(room: Room, found: Retention, days: int) -> str:
    sizes = found.frame.filter(pl.col("period") == 0)["size"].sum()
    what = room.chosen.back or say("page_journeys.back.any")
    values = {"users": count(int(sizes), "user"), "stretch": say(f"page_journeys.stretch.{days}"), "what": what}
    text = say("page_journeys.cohorts.subtitle", **values)
    return say("page_journeys.who.group", n=text, group=context.segment_label()) if context.segment_label() else text


def _choose_cohorts(room: Room, days: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"journeys_days_{days}"
        st.selectbox(
            say("page_journeys.stretch"),
            [str(one) for one in STRETCHES],
            index=STRETCHES.index(days),
            format_func=lambda one: say(f"page_journeys.stretch.{one}"),
            key=key,
            on_change=context.put_from,
            args=(key, "days"),
            width=150,
        )
        options = list(dict.fromkeys(["", *([room.chosen.back] if room.chosen.back else []), *room.ranked[:MOST_OFFERED]]))
        key = f"journeys_back_{room.chosen.back}"
        st.selectbox(
            say("page_journeys.back"),
            options,
            index=options.index(room.chosen.back),
            format_func=lambda event: event or say("page_journeys.back.any"),
            key=key,
            on_change=context.put_from,
            args=(key, "back"),
            width=230,
        )


def _cell(room: Room, cells: pl.DataFrame) -> tuple[str, int] | None:
    """Return the chosen cell where it is drawn, else the largest cohort one stretch later."""
    picked = room.chosen.picked
    if len(picked) == 2 and picked[1].isascii() and picked[1].isdigit():
        day, period = picked[0], int(picked[1])
        if cells.filter((pl.col("cohort").cast(pl.String) == day) & (pl.col("period") == period)).height:
            return day, period
    first = cells.filter(pl.col("period") == 1).sort(["size", "cohort"], descending=[True, False])
    return (first["cohort"][0].isoformat(), 1) if first.height else None


def _cohort_panel(room: Room, cells: pl.DataFrame, days: int, at: tuple[str, int] | None) -> None:
    if at is None:
        st.caption(say("page_journeys.cohorts.one"))
        return
    day, period = at
    row = cells.filter((pl.col("cohort").cast(pl.String) == day) & (pl.col("period") == period)).row(0, named=True)
    stretch = say(f"page_journeys.stretch.{days}")
    heading(day, say("page_journeys.cohorts.later", n=period, stretch=stretch))
    number(
        say("page_journeys.cohorts.back"),
        integer(row[c.COUNT]),
        say("page_journeys.cohorts.of", share=percent(row["rate"]), n=integer(row["size"])),
    )
    if not row["complete"]:
        st.caption(say("page_journeys.cohorts.open"))
    rows = journeys_calls.came_back(room.key, room.sequences, days, room.chosen.back, date.fromisoformat(day), period)
    with st.container(gap="xsmall"):
        see(room, rows, named=f"{day} +{period}")
