"""The two groups of the Compare question: named in the address, chosen on the page, read as segments."""

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from seqrec_core.segments.columns import values_of
from seqrec_core.segments.types import Segment
from seqrec_core.text import say
from seqrec_core.ui import context, loaders
from seqrec_core.ui.patterns.room import Room

REST, BETWEEN, HERE = "rest", "..", "here"
PROPOSED_DAYS = 14


def chosen(room: Room) -> tuple[str, str] | None:
    """Return the texts of both groups; None where the log has nothing to tell groups apart by."""
    a = room.chosen.a or default(room)
    return None if a is None else (a, room.chosen.b or REST)


def default(room: Room) -> str | None:
    """Return the group that a first visit compares with the rest: the one of the bar, else the last days, else a value."""
    if room.now.segment is not None:
        return HERE
    if room.now.dataset.has_times and _span(room)[0] < _span(room)[1]:
        first, last = _span(room)
        days = max(min(PROPOSED_DAYS, ((last - first).days + 1) // 3), 1)
        return period(last - timedelta(days=days - 1), last)
    return next(iter(_options(room)), None)


def segment(room: Room, text: str) -> Segment | None:
    """Return the group that a text names, None for the rest.

    Raises:
        NotFound: a saved group that is gone.
    """
    if text == REST:
        return None
    if text == HERE:
        return room.now.segment
    if text.startswith(context.SAVED):
        return loaders.segment(room.now.dataset.id, text.removeprefix(context.SAVED))
    if BETWEEN in text and "=" not in text:
        begin, _, end = text.partition(BETWEEN)
        return Segment(name=text, start=_day(begin), end=_day(end))
    column, _, value = text.partition("=")
    return Segment(name=text, where={column: value})


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def period(first: date, last: date) -> str:
    """Name a period by its first day and the day after its last."""
    return f"{first.isoformat()}{BETWEEN}{(last + timedelta(days=1)).isoformat()}"


def label(room: Room, text: str) -> str:
    """Name a group for people."""
    if text == REST:
        return say("page_patterns.compare.rest")
    if text == HERE:
        return context.segment_label()
    if text.startswith(context.SAVED):
        return text.removeprefix(context.SAVED)
    if BETWEEN in text and "=" not in text:
        first, last = days(room, text)
        return say("page_patterns.compare.days", first=first.isoformat(), last=last.isoformat())
    column, _, value = text.partition("=")
    return say("ui.segment.option", column=column, value=value)


def days(room: Room, text: str) -> tuple[date, date]:
    """Return the first and the last day of a period, within the log."""
    first, last = _span(room)
    begin, _, end = text.partition(BETWEEN)
    start, stop = _day(begin), _day(end)
    low = min(max(start.date() if start else first, first), last)
    high = min(max(stop.date() - timedelta(days=1) if stop else last, low), last)
    return low, high


def _span(room: Room) -> tuple[date, date]:
    first, last = room.now.dataset.first, room.now.dataset.last
    found = [datetime.fromisoformat(day).date() for day in (first, last) if day is not None]
    return (min(found), max(found)) if found else (date.min, date.min)


def _options(room: Room) -> list[str]:
    """Return the groups on offer besides periods and the rest."""
    now = room.now
    values = values_of(loaders.arrays(now.dataset).log)
    found = [f"{column}={value}" for column, listed in values.items() for value in listed]
    return found + [f"{context.SAVED}{name}" for name in loaders.saved_segments(now.dataset.id)]


def choose(room: Room, a: str, b: str) -> None:
    """Choose both groups; a period by its days."""
    has_times = room.now.dataset.has_times
    proposed = [period(*_proposed_days(room))] if has_times else []
    here = [HERE] if room.now.segment is not None else []
    offered = [*here, *proposed, *_options(room)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _one(room, "a", a, [option for option in offered if option != b])
        if _is_period(a):
            _days(room, "a", a)
        _one(room, "b", b, [REST, *(option for option in offered if option != a)])
        if _is_period(b):
            _days(room, "b", b)


def _proposed_days(room: Room) -> tuple[date, date]:
    first, last = _span(room)
    return last - timedelta(days=max(min(PROPOSED_DAYS, ((last - first).days + 1) // 3), 1) - 1), last


def _is_period(text: str) -> bool:
    return BETWEEN in text and "=" not in text


def _one(room: Room, name: str, now: str, options: list[str]) -> None:
    """Choose one group; all periods are one option, whose days are chosen beside it."""
    shown = [now if _is_period(option) and _is_period(now) else option for option in options]
    shown = shown if now in shown else [now, *shown]
    key = f"patterns_{name}_{now}"
    st.selectbox(
        say(f"page_patterns.compare.{name}"),
        shown,
        index=shown.index(now),
        format_func=lambda option: say("page_patterns.compare.period") if _is_period(option) else label(room, option),
        key=key,
        on_change=_put,
        args=(key, name),
        width=240,
    )


def _put(key: str, name: str) -> None:
    chosen_text = st.session_state[key]
    context.put(**{name: None if name == "b" and chosen_text == REST else chosen_text, "pat": None})


def _days(room: Room, name: str, text: str) -> None:
    first, last = _span(room)
    low, high = days(room, text)
    keys = tuple(f"patterns_{name}_{side}_{text}" for side in ("first", "last"))
    for side, key, value in zip(("first", "last"), keys, (low, high), strict=True):
        st.date_input(
            say(f"page_patterns.compare.{side}"),
            value=value,
            min_value=first,
            max_value=last,
            key=key,
            on_change=_put_days,
            args=(name, *keys),
            width=140,
        )


def _put_days(name: str, key_first: str, key_last: str) -> None:
    low, high = sorted((st.session_state[key_first], st.session_state[key_last]))
    context.put(**{name: period(low, high), "pat": None})
