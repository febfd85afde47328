"""What is unlike the rest? Single sequences with the steps that make them so, and weeks in which a step goes another way."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.figures.over_time import over_time
from seqrec_core.figures.unusual import scatter
from seqrec_core.insight import unusual as insight_unusual
from seqrec_core.insight import weeks as insight_weeks
from seqrec_core.insight.weeks import END, START
from seqrec_core.insight.weeks_within import COLUMN, VALUE
from seqrec_core.text import count, decimal, duration, integer, percent, say
from seqrec_core.ui import chart, context, errors, frame, loaders
from seqrec_core.ui.patterns import calls as patterns_calls
from seqrec_core.ui.patterns.calls import Standing
from seqrec_core.ui.patterns.evidence import chip, day_of
from seqrec_core.ui.patterns.panel import number
from seqrec_core.ui.patterns.room import Room

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SHOWN, MOST_CHIPS, MOST_TABLED = 20, 40, 200
COLUMNS = [1.4, 1]
STRONG_BITS, LEVEL, WITH_IDS = 4.0, 0.05, "patterns_with_ids"


def draw(room: Room, head: "DeltaGenerator") -> None:
    """Draw the unusual sequences, the chosen one, and the weeks that stand out."""
    with st.spinner(say("page_patterns.searching")), errors.shown():
        found = patterns_calls.standing_out(room)
    rows = found.sequences.frame.head(MOST_TABLED)
    at = min(room.chosen.row, rows.height - 1)
    with head:
        chart.finding(_title(room, found, rows), _subtitle(room, found), page=True)
    with_ids = _ids(room)
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        _chart(room, found, rows, at, with_ids)
    with right, st.container(border=True):
        _panel(room, found, rows.row(at, named=True), at, with_ids)
    _weeks(room, found.weeks)
    _slow(found.slow)


def _title(room: Room, found: Standing, rows: pl.DataFrame) -> str:
    first = rows.row(0, named=True)
    reason = first[insight_unusual.REASON]
    values = {
        "unit": say(f"page_patterns.unusual.one.{room.unit}"),
        "bits": decimal(first[insight_unusual.BITS], 1),
        "typical": decimal(found.sequences.typical_bits, 1),
        "n": count(first[insight_unusual.EVENTS], "event"),
    }
    return say(f"page_patterns.unusual.title.{reason}", **values)


def _subtitle(room: Room, found: Standing) -> str:
    return say("page_patterns.unusual.subtitle", who=room.who(), bits=decimal(found.sequences.typical_bits, 1))


def _ids(room: Room) -> bool:
    """Offer to name users, on a log that people imported themselves."""
    if room.now.dataset.sample is not None:
        return False
    return st.toggle(say("page_patterns.unusual.ids"), key=WITH_IDS, help=say("page_patterns.unusual.ids.help"))


def _chart(room: Room, found: Standing, rows: pl.DataFrame, at: int, with_ids: bool) -> None:
    """Draw all as length and bits, the unusual ones to be chosen; the table is the same list."""
    everyone = found.sequences.frame
    table = rows.select(
        pl.int_range(1, pl.len() + 1).alias("place"),
        insight_unusual.REASON,
        insight_unusual.SCORE,
        insight_unusual.BITS,
        insight_unusual.EVENTS,
    ).with_columns(
        pl.col(insight_unusual.REASON).replace_strict(
            {reason: say(f"page_patterns.unusual.reason.{reason}") for reason in insight_unusual.REASONS}
        )
    )
    if with_ids:
        table = table.with_columns(pl.Series("id", [_user(room, row) for row in rows[insight_unusual.ROW].to_list()]))
    new = chart.chart(
        scatter(everyone, room.dark, selected=at, top=SHOWN, unit=room.unit),
        key="patterns_unusual",
        alt=say("page_patterns.unusual.alt", n=count(everyone.height, room.unit), bits=decimal(found.sequences.typical_bits, 1)),
        table=table,
        how=say("page_patterns.how.unusual"),
        clickable=True,
        once=True,
        columns={name: say(f"page_patterns.column.{name}") for name in table.columns},
    )
    if new is not None and int(new[-1]) != at:
        context.put(row=str(int(new[-1])))
        st.rerun()


def _user(room: Room, row: int) -> str:
    return loaders.arrays(room.now.dataset).arrays.user_ids[int(room.reading.sequences.owner[row])]


def _panel(room: Room, found: Standing, row: dict[str, float], at: int, with_ids: bool) -> None:
    """Show one sequence: why it is here, and its steps, the surprising ones marked with their bits."""
    number_row = int(row[insight_unusual.ROW])
    st.markdown(say("page_patterns.unusual.place", n=at + 1, reason=say(f"page_patterns.unusual.reason.{row['reason']}")))
    left, right = st.columns(2)
    with left:
        typical = say("page_patterns.unusual.typical", bits=decimal(found.sequences.typical_bits, 1))
        number(say("page_patterns.unusual.bits"), decimal(row[insight_unusual.BITS], 1), typical)
    with right:
        middle = decimal(float(np.median(np.diff(room.reading.sequences.offsets))), 0)
        number(
            say("page_patterns.unusual.events"),
            integer(row[insight_unusual.EVENTS]),
            say("page_patterns.unusual.middle", n=middle),
        )
    if with_ids:
        st.caption(errors.plain(say("page_patterns.unusual.user", id=_user(room, number_row))))
    pace = row[insight_unusual.PACE]
    if row["reason"] == insight_unusual.PACE and pace is not None:
        st.caption(say("page_patterns.unusual.pace"))
    _steps(room, found, number_row)
    if with_ids and st.button(
        say("page_patterns.unusual.explain"), key="patterns_explain", icon=":material/person_search:", width="stretch"
    ):
        frame.go("explain", u=_user(room, number_row), i=None, drop=None, add=None)


def _steps(room: Room, found: Standing, row: int) -> None:
    """Write the sequence as chips; where a step carries many bits, its chip is marked and says how many."""
    sequences = room.reading.sequences
    start, end = int(sequences.offsets[row]), int(sequences.offsets[row + 1])
    bits = found.sequences.bits[start:end]
    order = np.argsort(-bits, kind="stable")
    strong = {int(at) for at in order[: MOST_CHIPS // 4] if bits[at] >= STRONG_BITS}
    near = {at for spot in strong for at in range(spot - 1, spot + 2)} if end - start > MOST_CHIPS else set(range(end - start))
    parts, skipped = [], 0
    for at in range(end - start + 1):
        if at < end - start and (at in near or at == 0):
            if skipped:
                parts.append(_skipped(skipped))
                skipped = 0
            name = room.names.get(sequences.labels[int(sequences.values[start + at])], "")
            parts.append(chip(name, "orange" if at in strong else "gray"))
            if at in strong:
                parts.append(f":small[**{decimal(float(bits[at]), 1)}**]")
        elif at < end - start:
            skipped += 1
        elif skipped:
            parts.append(_skipped(skipped))
    st.markdown(day_of(room, room.reading, row) + " ".join(parts))
    st.caption(say("page_patterns.unusual.steps"))


def _skipped(n: int) -> str:
    return f":gray[:small[{say('page_patterns.where.skipped', n=count(n, 'more_event'))}]]"


def _weeks(room: Room, weeks: pl.DataFrame) -> None:
    """Show the weeks in which a step is taken more or less often than in all others; the chosen one opens in Journeys."""
    sure = weeks.filter(pl.col(insight_weeks.P_CORRECTED) <= LEVEL)
    if not weeks.height:
        return
    if not sure.height:
        chart.finding(say("page_patterns.weeks.none"), say("page_patterns.weeks.none.why", n=integer(weeks.height)))
        return
    first = sure.row(0, named=True)
    everyone = say("page_patterns.weeks.everyone", units=room.units)
    source = "" if first[c.FROM] is None else room.path([first[c.FROM]])
    values = {
        "who": everyone if first[COLUMN] is None else say("ui.segment.option", column=first[COLUMN], value=first[VALUE]),
        "source": source,
        "target": room.path([first[c.TO]]),
        "day": first[START].date().isoformat(),
        "share": percent(first[insight_weeks.RATE]),
        "elsewhere": percent(first[insight_weeks.ELSEWHERE]),
    }
    key = "page_patterns.weeks.event" if first[c.FROM] is None else "page_patterns.weeks"
    chart.finding(say(key, **values), say("page_patterns.weeks.subtitle", n=integer(sure.height), of=integer(weeks.height)))
    table = sure.with_columns(
        pl.col(START).dt.to_string("%Y-%m-%d"),
        pl.concat_str([COLUMN, VALUE], separator=" = ").fill_null(everyone).alias("who"),
        pl.col(c.FROM).replace(room.names).fill_null(say("page_patterns.weeks.alone")),
        pl.col(c.TO).replace(room.names),
    ).select(START, "who", c.FROM, c.TO, insight_weeks.RATE, insight_weeks.ELSEWHERE, "n", insight_weeks.P_CORRECTED)
    left, right = st.columns([1.75, 1], gap="medium")
    with left:
        event = st.dataframe(
            table.head(MOST_TABLED),
            key="patterns_weeks",
            hide_index=True,
            on_select="rerun",
            selection_mode="single-row",
            column_config=_week_headings(),
            height=260,
        )
        chart.download(table, key="patterns_weeks_csv", file_name="weeks.csv")
        st.caption(say("page_patterns.how.weeks"))
    at = event.selection.rows[0] if event and event.selection.rows else 0
    with right:
        _week(room, weeks, sure.row(at, named=True))


def _week_headings() -> dict[str, Any]:
    percents = (insight_weeks.RATE, insight_weeks.ELSEWHERE)
    names = (START, "who", c.FROM, c.TO, insight_weeks.RATE, insight_weeks.ELSEWHERE, "n", insight_weeks.P_CORRECTED)
    labels = {name: say(f"page_patterns.column.{name}") for name in names}
    found: dict[str, Any] = {
        name: st.column_config.NumberColumn(label, format="percent") if name in percents else label
        for name, label in labels.items()
    }
    corrected = insight_weeks.P_CORRECTED
    return {**found, corrected: st.column_config.NumberColumn(labels[corrected], format="%.4f")}


def _week(room: Room, weeks: pl.DataFrame, row: dict[str, object]) -> None:
    """Draw one step over all weeks, and open the week in Journeys."""
    source, target = row[c.FROM], row[c.TO]
    asked = {c.FROM: source, c.TO: target, COLUMN: row[COLUMN], VALUE: row[VALUE]}
    same = weeks.filter(pl.col(name).eq_missing(pl.lit(value, dtype=pl.String)) for name, value in asked.items()).sort(START)
    days = same.select(
        pl.col(START).dt.date().alias("first"),
        (pl.col(END).dt.date() - timedelta(days=1)).alias("last"),
        pl.col(insight_weeks.REACHED).alias(c.COUNT),
        "n",
        pl.col(insight_weeks.RATE).alias("rate"),
    )
    start, end = row[START].date(), row[END].date()  # type: ignore[attr-defined]
    period: tuple[date, date] = (start, end - timedelta(days=1))
    st.plotly_chart(
        over_time(days, period, room.dark, most_ticks=4),
        key="patterns_week",
        alt=say("page_patterns.weeks.alt", n=days.height, day=start.isoformat()),
        config=chart.CONFIG,
        theme=None,
    )
    if st.button(say("page_patterns.weeks.open"), key="patterns_week_open", icon=":material/open_in_new:", width="stretch"):
        values = {"from": start.isoformat(), "to": end.isoformat(), "view": "changes", "of": room.chosen.of}
        if row[COLUMN] is not None:
            values["seg"] = f"{row[COLUMN]}={row[VALUE]}"
        frame.go("journeys", **values)


def _slow(slow: pl.DataFrame) -> None:
    """Say in which weeks a step takes longer or less long than in all others."""
    sure = slow.filter(pl.col(insight_weeks.P_CORRECTED) <= LEVEL)
    if not sure.height:
        return
    first = sure.row(0, named=True)
    values = {
        "source": first[c.FROM],
        "target": first[c.TO],
        "day": first[START].date().isoformat(),
        "median": duration(first[c.MEDIAN_SECONDS]),
        "elsewhere": duration(first[insight_weeks.MEDIAN_ELSEWHERE]),
    }
    chart.finding(say("page_patterns.slow", **values), say("page_patterns.slow.subtitle", n=integer(sure.height)))
    table = sure.with_columns(pl.col(START).dt.to_string("%Y-%m-%d")).select(
        START, c.FROM, c.TO, c.MEDIAN_SECONDS, insight_weeks.MEDIAN_ELSEWHERE, "n", insight_weeks.P_CORRECTED
    )
    columns = {name: say(f"page_patterns.column.{name}") for name in table.columns}
    chart.twin(table, key="patterns_slow", how=say("page_patterns.how.slow"), columns=columns)
