"""The chosen pattern: its events with what lies between them, its numbers, what can be done with it, where it occurs."""

import hashlib
from datetime import UTC, datetime

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core.errors import NotFound
from seqrec_core.figures import alt
from seqrec_core.figures import patterns as figures
from seqrec_core.mining.between import Gap
from seqrec_core.mining.preparing import label_counts
from seqrec_core.mining.types import Match
from seqrec_core.segments.members import of_rows
from seqrec_core.segments.types import Segment
from seqrec_core.stats.intervals import wilson_interval
from seqrec_core.text import count, decimal, duration, integer, percent, say
from seqrec_core.ui import chart, context, errors, frame, loaders
from seqrec_core.ui.journeys.state import packed
from seqrec_core.ui.patterns import calls as patterns_calls
from seqrec_core.ui.patterns.calls import Held
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.state import FLOOR

EXAMPLES, READABLE, AROUND = 5, 9, 2  # examples shown, events of one that is easy to read, events kept beside a match
MOST_NAME = 120


def panel(room: Room, items: tuple[str, ...]) -> Held | None:
    """Show the chosen pattern; return who holds it, None where it cannot be shown."""
    with st.container(border=True):
        try:
            held = patterns_calls.held(room.reading.key, room.chosen.gap, items, room.reading.sequences)
        except NotFound as error:
            errors.show(error)
            _first()
            return None
        if held.users < FLOOR:
            st.info(say("page_patterns.panel.private", floor=FLOOR), icon=":material/group_off:")
            _first()
            return None
        _chips(room, items, held)
        _numbers(room, items, held)
        _actions(room, items, held)
    return held


def _first() -> None:
    st.button(say("page_patterns.panel.first"), key="patterns_first", on_click=context.put, kwargs={"pat": None})


def _chips(room: Room, items: tuple[str, ...], held: Held) -> None:
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


def _numbers(room: Room, items: tuple[str, ...], held: Held) -> None:
    """Show support, lift and success with their references."""
    n = len(held.rows)
    low, high = wilson_interval(n, room.n)
    left, right = st.columns(2)
    interval = say("page_patterns.interval", low=percent(float(low)), high=percent(float(high)))
    left.metric(
        say("page_patterns.panel.support"),
        percent(n / room.n),
        count(n, room.unit),
        delta_color="off",
        delta_arrow="off",
        help=interval,
    )
    lift = _lift(room, items, n)
    if lift is not None:
        right.metric(
            say("page_patterns.panel.lift"),
            say("page_patterns.panel.times", lift=decimal(lift, 1)),
            say("page_patterns.panel.chance"),
            delta_color="off",
            delta_arrow="off",
            help=say("page_patterns.how.lift", units=room.units),
        )
    st.caption(interval)
    _success(room, items, held)


def _lift(room: Room, items: tuple[str, ...], n: int) -> float | None:
    """Return support over what chance would give."""
    if len(items) < 2:
        return None
    row = room.found.frame.filter(pl.col("items") == pl.lit(list(items), dtype=pl.List(pl.String)))
    if row.height:
        return float(row["lift"][0])
    shares = label_counts(room.reading.sequences) / room.n
    codes = [room.reading.sequences.labels.index(item) for item in dict.fromkeys(items)]
    return float(n / room.n / np.prod(shares[codes]))


def _success(room: Room, items: tuple[str, ...], held: Held) -> None:
    """Say how many of them reach success afterwards."""
    success = room.success
    if success is None or (room.chosen.of == "event" and success.event in items):
        return
    ends = np.array([match.positions[-1] for match in held.matches])
    after = success.places[held.rows] > ends
    low, high = wilson_interval(int(after.sum()), len(after))
    interval = say("page_patterns.interval", low=percent(float(low)), high=percent(float(high)))
    values = {"event": success.event, "all": percent(success.share), "units": room.units, "interval": interval}
    st.markdown(f"**{percent(float(after.mean()))}** {errors.plain(say('page_patterns.panel.success', **values))}")


def _actions(room: Room, items: tuple[str, ...], held: Held) -> None:
    """Light the sequences up in Journeys, or keep them as a segment."""
    n = count(len(held.rows), room.unit)
    if st.button(
        say("page_patterns.light", n=n),
        key="patterns_light",
        type="primary",
        icon=":material/lightbulb:",
        width="stretch",
        help=say("page_patterns.light.help"),
    ):
        saved = save(room, held, segment_name(room, items))
        gone = dict.fromkeys(("from", "to", "view", "sel", "start", "end", "hide", "vs"))
        frame.go("journeys", seg=f"{context.SAVED}{saved.name}", **gone)
    with st.popover(say("page_patterns.save"), icon=":material/bookmark_add:", width="stretch"):
        name = st.text_input(
            say("page_patterns.save.name"), segment_name(room, items), max_chars=200, key=f"patterns_name_{packed(items)}"
        )
        if st.button(say("page_patterns.save.do"), key="patterns_save", type="primary", disabled=not name.strip()):
            save(room, held, name.strip())
            st.success(errors.plain(say("page_patterns.save.done", name=name.strip(), n=n)), icon=":material/check:")


def save(room: Room, held: Held, name: str) -> Segment:
    """Keep exactly the sequences that hold the pattern as a segment of the dataset."""
    members = loaders.members(room.now.dataset, room.now.unit, room.now.segment)
    arrays = loaders.arrays(room.now.dataset).arrays
    return loaders.segments().save(room.now.dataset.id, of_rows(name, arrays, room.now.unit, members[held.rows]))


def segment_name(room: Room, items: tuple[str, ...]) -> str:
    """Name the group so that equal names mean equal groups: the pattern, its gap, its unit, the group it was found in."""
    parts = [room.path(items)]
    if room.chosen.gap is not None:
        parts.append(say("page_patterns.subtitle.gap", n=count(room.chosen.gap, "step")))
        if room.chosen.once:
            parts.append(say("page_patterns.once.short"))
    if room.unit == "user":
        parts.append(room.units)
    if context.segment_label():
        parts.append(context.segment_label())
    name = " · ".join(parts)
    if len(name) <= MOST_NAME:
        return name
    return f"{name[: MOST_NAME - 8]}… {hashlib.sha256(name.encode()).hexdigest()[:6]}"


def where(room: Room, items: tuple[str, ...], held: Held) -> None:
    """Show real sequences with the matched events marked, and how long the pattern takes."""
    has_times = held.between.seconds is not None and bool((held.between.seconds > 0).any()) and len(items) > 1
    left, right = st.columns([1.75, 1], gap="medium") if has_times else (st.container(), None)
    with left:
        shown = _examples(held, np.diff(room.reading.sequences.offsets))
        title = say("page_patterns.where", n=len(shown), all=count(len(held.rows), room.unit))
        chart.finding(title, say("page_patterns.where.how"))
        for match in shown:
            _example(room, match)
    if right is not None:
        with right:
            _times(items, held)


def _examples(held: Held, lengths: "np.ndarray") -> list[Match]:
    """Choose occurrences in sequences that are easy to read, in their order."""
    near = sorted(held.matches, key=lambda match: (abs(int(lengths[match.sequence]) - READABLE), match.sequence))
    return sorted(near[:EXAMPLES], key=lambda match: match.sequence)


def _example(room: Room, match: Match) -> None:
    """Write one sequence as chips; what is far from any matched event is counted instead of named."""
    sequences = room.reading.sequences
    start = int(sequences.offsets[match.sequence])
    labels = [sequences.labels[code] for code in sequences[match.sequence]]
    near = {at for spot in match.positions for at in range(spot - AROUND, spot + AROUND + 1)}
    parts, skipped = [], 0
    for at, label in enumerate([*labels, None]):
        if label is not None and at not in near:
            skipped += 1
            continue
        if skipped:
            parts.append(f":gray[:small[{say('page_patterns.where.skipped', n=count(skipped, 'more_event'))}]]")
            skipped = 0
        if label is not None:
            color = "green" if at in match.positions else "gray"
            parts.append(f":{color}-badge[{errors.plain(_cut(room.names.get(label, label)))}]")
    when = ""
    if sequences.times is not None:
        day = datetime.fromtimestamp(int(sequences.times[start]) / 1_000_000, UTC)
        when = f":gray[:small[{day.date().isoformat()}]] "
    st.markdown(when + " ".join(parts))


def _cut(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


def _times(items: tuple[str, ...], held: Held) -> None:
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
