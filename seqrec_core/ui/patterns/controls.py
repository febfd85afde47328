"""The controls of the Patterns page: the question, the view, the terms of the search, and the filters over what was found."""

from typing import Literal

import numpy as np
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.text import duration, integer, percent, say
from seqrec_core.ui import context, loaders
from seqrec_core.ui.journeys.state import packed, views_of
from seqrec_core.ui.patterns import export as patterns_export
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.search import Search, share_of
from seqrec_core.ui.patterns.state import FLOOR, GAPS, KINDS, LONGEST, MOST, TABS, VIEWS, WAITS, choose_of, lengths_of

STOPS = 40


def tabs(room: Room) -> None:
    """Choose the question, and what patterns are made of."""
    chosen = room.chosen
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        _segments("tab", TABS, chosen.tab)
        _of(room)


def views(room: Room, search: Search) -> None:
    """Choose how to look at the patterns, and take them away."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        _segments("show", VIEWS, room.chosen.show)
        patterns_export.menu(room, search)


def _segments(name: str, options: tuple[str, ...], chosen: str) -> None:
    key = f"patterns_{name}_{chosen}"
    st.segmented_control(
        say(f"page_patterns.{name}"),
        options,
        default=chosen,
        required=True,
        format_func=lambda option: say(f"page_patterns.{name}.{option}"),
        key=key,
        on_change=_put,
        args=(key, name, options[0]),
        label_visibility="collapsed",
    )


def _of(room: Room) -> None:
    options = views_of(loaders.arrays(room.now.dataset).arrays)
    if len(options) < 2:
        return
    key = f"patterns_of_{room.chosen.of}"
    st.selectbox(
        say("page_patterns.of"),
        options,
        index=options.index(room.chosen.of),
        format_func=lambda of: say(f"page_patterns.of.{of}"),
        key=key,
        on_change=_put_of,
        args=(key,),
        label_visibility="collapsed",
        width=170,
    )


def _put_of(key: str) -> None:
    choose_of(st.session_state[key])


def _put(key: str, name: str, default: str = "") -> None:
    """Set a value of the address; the chosen pattern stays, but for another question."""
    value = st.session_state[key]
    gone = dict.fromkeys(("pat", "sup", "len", "has", "first", "last")) if name == "tab" else {}
    context.put(**{name: None if str(value) == default else str(value), **gone})


def terms(room: Room, search: Search, *, kinds: bool = True) -> None:
    """Set the search and the filters; without `kinds`, closed and maximal patterns are no question here."""
    has_times = room.now.dataset.has_times
    widths = [1.9, 1.2, 1.3, 1.4, 1.6, 1.0] if has_times else [2.1, 1.3, 1.6, 1.8, 1.1]
    support, length, far, *wait, last, more = st.columns(widths, gap="small", vertical_alignment="bottom")
    with support:
        _support(search, room.units)
    with length:
        _lengths(room)
    with far:
        gap(room)
    if wait:
        with wait[0]:
            _choice("wait", WAITS, room.chosen.wait or 0)
    with last:
        _labels(room, search, "last", room.chosen.last)
    with more, st.popover(say("page_patterns.more"), width="stretch"):
        _labels(room, search, "has", room.chosen.has)
        _labels(room, search, "first", room.chosen.first)
        _types(room)
        if has_times:
            _choice("span", WAITS, room.chosen.span or 0)
        if kinds:
            _choice("kind", KINDS, room.chosen.kind)
            _choice("most", MOST, room.chosen.most or 0)
        once(room)


def gap(room: Room, width: "int | Literal['stretch']" = "stretch") -> None:
    """Choose how many steps may lie between two events."""
    _choice("gap", GAPS, room.chosen.gap or 0, width)


def once(room: Room) -> None:
    """Choose whether an event that repeats directly counts as one."""
    key = f"patterns_once_{room.chosen.once}"
    st.toggle(
        say("page_patterns.once"),
        room.chosen.once,
        key=key,
        on_change=_put_once,
        args=(key,),
        help=say("page_patterns.once.help"),
    )


def _types(room: Room) -> None:
    """Choose the event types that are read, where there are several."""
    known = loaders.arrays(room.now.dataset).arrays.event_names
    if len(known) < 2:
        return
    key = f"patterns_types_{packed(room.chosen.types)}"
    st.multiselect(
        say("page_patterns.types"),
        known,
        default=list(room.chosen.types),
        key=key,
        on_change=_put_labels,
        args=(key, "types"),
        placeholder=say("page_patterns.anything"),
        help=say("page_patterns.types.help"),
    )


def _support(search: Search, units: str) -> None:
    """Set the least support on a scale that is as fine for rare patterns as for frequent ones."""
    now, n = search.terms.min_count, search.n
    top = max(search.reading.most, now, FLOOR + 1)
    stops = {round(float(stop)) for stop in np.geomspace(FLOOR, top, STOPS)}
    options = sorted(stops | {now, search.suggested})
    key = f"patterns_support_{search.reading.key[-1]}_{now}_{top}"
    st.select_slider(
        say("page_patterns.support"),
        options,
        value=now,
        format_func=lambda stop: say("page_patterns.support.stop", share=percent(stop / max(n, 1)), n=integer(stop)),
        key=key,
        on_change=_put_support,
        args=(key, search.suggested, n),
        help=say("page_patterns.support.help", units=units, n=integer(search.suggested)),
    )


def _put_support(key: str, suggested: int, n: int) -> None:
    value = int(st.session_state[key])
    context.put(sup=None if value == suggested else share_of(value, n))


def _lengths(room: Room) -> None:
    low, high = room.chosen.shortest, room.chosen.longest
    key = f"patterns_length_{low}_{high}"
    st.slider(say("page_patterns.length"), 1, LONGEST, (low, high), key=key, on_change=_put_lengths, args=(key, room.chosen.tab))


def _put_lengths(key: str, tab: str) -> None:
    low, high = st.session_state[key]
    context.put(len=None if (low, high) == lengths_of(tab) else f"{low}-{high}")


def _choice(name: str, options: tuple[object, ...], chosen: object, width: "int | Literal['stretch']" = "stretch") -> None:
    key = f"patterns_{name}_{chosen}"
    st.selectbox(
        say(f"page_patterns.{name}"),
        options,
        index=options.index(chosen),
        format_func=lambda option: _option(name, option),
        key=key,
        on_change=_put,
        args=(key, name, str(options[0])),
        help=say(f"page_patterns.{name}.help"),
        width=width,
    )


def _option(name: str, option: object) -> str:
    if name == "kind":
        return say(f"page_patterns.kind.{option}")
    if option == 0:
        return say(f"page_patterns.{name}.any")
    if name in ("wait", "span"):
        return say(f"page_patterns.{name}.at_most", time=duration(float(str(option))))
    if option == 1:
        return say("page_patterns.gap.one")
    return say(f"page_patterns.{name}.at_most", n=option)


def _put_once(key: str) -> None:
    context.put(rep=None if st.session_state[key] else "all", sup=None, pat=None)


def _labels(room: Room, search: Search, name: str, chosen: tuple[str, ...]) -> None:
    """Choose labels among those that the patterns hold, or start or end with."""
    lists = search.found.frame[c.ITEMS]
    ends = {"first": lists.list.first, "last": lists.list.last}
    labels = ends[name]() if name in ends else lists.explode()
    held: set[str] = {*labels.drop_nulls().to_list(), *chosen}
    known = sorted(held, key=lambda label: str(room.names.get(label, label)).lower())
    key = f"patterns_{name}_{packed(chosen)}"
    st.multiselect(
        say(f"page_patterns.{name}"),
        known,
        default=list(chosen),
        format_func=lambda label: room.names.get(label, label),
        key=key,
        on_change=_put_labels,
        args=(key, name),
        placeholder=say("page_patterns.anything"),
    )


def _put_labels(key: str, name: str) -> None:
    context.put(**{name: packed(st.session_state[key]), "pat": None})
