"""What stands behind the chosen pattern: real sequences, how long it takes, of what kind they are, in which weeks."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.figures import alt
from seqrec_core.figures import patterns as figures
from seqrec_core.figures.over_time import over_time
from seqrec_core.insight.evidence import COLUMN, HELD, SHARE_ALL, SHARE_HELD, VALUE, Evidence
from seqrec_core.insight.weeks import END, RATE, START
from seqrec_core.mining.types import Match
from seqrec_core.text import count, duration, integer, percent, say
from seqrec_core.ui import chart, errors
from seqrec_core.ui.patterns import calls as patterns_calls
from seqrec_core.ui.patterns.reading import Reading
from seqrec_core.ui.patterns.room import Room

EXAMPLES, READABLE, AROUND = 5, 9, 2  # examples shown, events of one that is easy to read, events kept beside a match
COLUMNS = [1.75, 1]
MOST_MIXED = 8
SHARES = (SHARE_HELD, SHARE_ALL)


def behind(room: Room, reading: Reading, items: tuple[str, ...], held: Evidence) -> None:
    """Show examples and times, then who and when."""
    has_times = held.between.seconds is not None and bool((held.between.seconds > 0).any()) and len(items) > 1
    left, right = st.columns(COLUMNS, gap="medium") if has_times else (st.container(), None)
    with left:
        _where(room, reading, held)
    if right is not None:
        with right:
            _times(held)
    who, weeks = patterns_calls.who(room, held.rows), held.trend
    if who.height and weeks.height > 1:
        left, right = st.columns(2, gap="medium")
    else:
        left = right = st.container()
    with left:
        _who(room, who)
    with right:
        _when(room, weeks)


def _where(room: Room, reading: Reading, held: Evidence) -> None:
    lengths = np.diff(reading.sequences.offsets)
    near = sorted(held.examples, key=lambda match: (abs(int(lengths[match.sequence]) - READABLE), match.sequence))
    shown = sorted(near[:EXAMPLES], key=lambda match: match.sequence)
    title = say("page_patterns.where", n=len(shown), all=count(len(held.rows), room.unit))
    chart.finding(title, say("page_patterns.where.how"))
    for match in shown:
        _example(room, reading, match)


def _example(room: Room, reading: Reading, match: Match) -> None:
    """Write one sequence as chips with the time between the matched ones; what is far from any of them is only counted."""
    sequences = reading.sequences
    start = int(sequences.offsets[match.sequence])
    labels = [sequences.labels[code] for code in sequences[match.sequence]]
    near = {at for spot in match.positions for at in range(spot - AROUND, spot + AROUND + 1)}
    later = dict(zip(match.positions[1:], match.positions, strict=False))
    parts, skipped = [], 0
    for at, label in enumerate([*labels, None]):
        if label is not None and at not in near:
            skipped += 1
            continue
        if skipped:
            parts.append(f":gray[:small[{say('page_patterns.where.skipped', n=count(skipped, 'more_event'))}]]")
            skipped = 0
        if at in later and sequences.times is not None:
            seconds = int(sequences.times[start + at] - sequences.times[start + later[at]]) / 1e6
            if seconds > 0:
                parts.append(f":gray[:small[{say('page_patterns.where.after', time=duration(seconds))}]]")
        if label is not None:
            parts.append(chip(room.names.get(label, label), "green" if at in match.positions else "gray"))
    st.markdown(day_of(room, reading, match.sequence) + " ".join(parts))


def day_of(room: Room, reading: Reading, row: int) -> str:
    """Write the day on which a sequence begins; nothing without times."""
    sequences = reading.sequences
    if sequences.times is None:
        return ""
    day = datetime.fromtimestamp(int(sequences.times[int(sequences.offsets[row])]) / 1_000_000, UTC)
    return f":gray[:small[{day.date().isoformat()}]] "


def chip(name: str, color: str) -> str:
    """Write an event as a chip inside a line."""
    return f":{color}-badge[{errors.plain(name if len(name) <= 40 else name[:39] + '…')}]"


def _times(held: Evidence) -> None:
    """Draw how long the pattern takes from its first event to its last."""
    seconds = held.between.seconds
    assert seconds is not None
    median, p90 = float(np.median(seconds)), float(np.quantile(seconds, 0.9))
    title = say("page_patterns.times.title", median=duration(median))
    chart.finding(title, say("page_patterns.times.subtitle", p90=duration(p90), n=integer(len(seconds))))
    chart.chart(
        figures.gaps(seconds.tolist(), chart.is_dark(), width=320),
        key="patterns_times",
        alt=alt.gaps(seconds.tolist()),
        table=pl.DataFrame({"seconds": np.sort(seconds)}),
        how=say("page_patterns.how.times"),
    )


def _who(room: Room, mix: pl.DataFrame) -> None:
    """Draw of what kind the sessions are that hold the pattern, the largest difference from all first."""
    if not mix.height:
        return
    far = (pl.col(SHARE_HELD) - pl.col(SHARE_ALL)).abs()
    rows = mix.sort([-far, COLUMN, VALUE]).head(MOST_MIXED)
    first = rows.row(0, named=True)
    kind = say("page_patterns.who.kind", column=first[COLUMN], value=first[VALUE])
    title = say("page_patterns.who.title", kind=kind, held=percent(first[SHARE_HELD]), all=percent(first[SHARE_ALL]))
    chart.finding(title, say("page_patterns.who.subtitle"))
    headings = {name: say(f"page_patterns.column.{name}") for name in (COLUMN, VALUE, HELD)}
    shares = {name: st.column_config.NumberColumn(say(f"page_patterns.column.{name}"), format="percent") for name in SHARES}
    chart.chart(
        figures.mix(rows, room.dark, width=380),
        key="patterns_who",
        alt=say("page_patterns.who.alt", n=rows.height, title=title),
        table=mix.select(COLUMN, VALUE, HELD, SHARE_HELD, SHARE_ALL),
        how=say("page_patterns.how.who"),
        columns={**headings, **shares},
    )


def _when(room: Room, trend: pl.DataFrame) -> None:
    """Draw in which weeks the pattern was held."""
    if trend.height < 2:
        return
    best = trend.filter((pl.col("n") >= 20) & pl.col(RATE).is_not_null()).sort([RATE, START], descending=[True, False]).head(1)
    title = say("page_patterns.when.title.none")
    if best.height:
        row = best.row(0, named=True)
        title = say("page_patterns.when.title", day=row[START].date().isoformat(), share=percent(row[RATE]), units=room.units)
    chart.finding(title, say("page_patterns.when.subtitle", units=room.units))
    days = trend.select(
        pl.col(START).dt.date().alias("first"),
        (pl.col(END).dt.date() - timedelta(days=1)).alias("last"),
        pl.col(c.SUPPORT_COUNT).alias(c.COUNT),
        pl.col("n").cast(pl.Int64),
        pl.when(pl.col("n") > 0).then(pl.col(RATE)).alias("rate"),
    )
    chart.chart(
        over_time(days, None, room.dark),
        key="patterns_when",
        alt=say("page_patterns.when.alt", n=trend.height, title=title),
        table=days,
        how=say("page_patterns.how.when", units=room.units),
        columns={
            "first": say("page_patterns.column.first"),
            "last": say("page_patterns.column.last"),
            c.COUNT: say("page_patterns.column.held"),
            "n": say("page_patterns.column.n"),
            "rate": st.column_config.NumberColumn(say("page_patterns.column.rate"), format="percent"),
        },
    )
