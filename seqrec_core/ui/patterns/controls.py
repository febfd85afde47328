"""The controls of the Patterns page: the view, the terms of the search, the filters over what was found, and the export."""

import numpy as np
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.text import integer, percent, say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.journeys.state import packed, views_of
from seqrec_core.ui.patterns import export as patterns_export
from seqrec_core.ui.patterns.room import Room, share_of
from seqrec_core.ui.patterns.state import FLOOR, GAPS, KINDS, LENGTHS, LONGEST, MOST, VIEWS, choose_of

STOPS = 40


def views(room: Room) -> None:
    """Choose how to look at the patterns, what they are made of, and take them away."""
    chosen = room.chosen
    options = [view for view in VIEWS if view != "before" or room.success is not None]
    event = "" if room.success is None else room.success.event
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        key = f"patterns_show_{chosen.show}"
        st.segmented_control(
            say("page_patterns.view"),
            options,
            default=chosen.show if chosen.show in options else VIEWS[0],
            required=True,
            format_func=lambda view: errors.plain(say(f"page_patterns.view.{view}", event=event)),
            key=key,
            on_change=_put,
            args=(key, "show", VIEWS[0]),
            label_visibility="collapsed",
        )
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            _of(room)
            patterns_export.menu(room)


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
    """Set a value of the address; the chosen pattern stays."""
    value = st.session_state[key]
    context.put(**{name: None if str(value) == default else str(value)})


def terms(room: Room) -> None:
    """Set the search and the filters."""
    support, length, gap, last, more = st.columns([2.1, 1.3, 1.6, 1.8, 1.1], gap="medium", vertical_alignment="bottom")
    with support:
        _support(room)
    with length:
        _lengths(room)
    with gap:
        _choice(room, "gap", GAPS, room.chosen.gap or 0)
    with last:
        _labels(room, "last", room.chosen.last)
    with more, st.popover(say("page_patterns.more"), width="stretch"):
        _labels(room, "has", room.chosen.has)
        _choice(room, "kind", KINDS, room.chosen.kind)
        _choice(room, "most", MOST, room.chosen.most or 0)
        key = f"patterns_once_{room.chosen.once}"
        st.toggle(
            say("page_patterns.once"),
            room.chosen.once,
            key=key,
            on_change=_put_once,
            args=(key,),
            help=say("page_patterns.once.help"),
        )


def _support(room: Room) -> None:
    """Set the least support on a scale that is as fine for rare patterns as for frequent ones."""
    now = room.terms.min_count
    top = max(room.reading.most, now, FLOOR + 1)
    stops = {round(float(stop)) for stop in np.geomspace(FLOOR, top, STOPS)}
    options = sorted(stops | {now, room.suggested})
    key = f"patterns_support_{room.reading.key[-1]}_{now}_{top}"
    st.select_slider(
        say("page_patterns.support"),
        options,
        value=now,
        format_func=lambda stop: say("page_patterns.support.stop", share=percent(stop / max(room.n, 1)), n=integer(stop)),
        key=key,
        on_change=_put_support,
        args=(key, room.suggested, room.n),
        help=say("page_patterns.support.help", units=room.units, n=integer(room.suggested)),
    )


def _put_support(key: str, suggested: int, n: int) -> None:
    value = int(st.session_state[key])
    context.put(sup=None if value == suggested else share_of(value, n))


def _lengths(room: Room) -> None:
    low, high = room.chosen.shortest, room.chosen.longest
    key = f"patterns_length_{low}_{high}"
    st.slider(say("page_patterns.length"), 1, LONGEST, (low, high), key=key, on_change=_put_lengths, args=(key,))


def _put_lengths(key: str) -> None:
    low, high = st.session_state[key]
    context.put(len=None if (low, high) == LENGTHS else f"{low}-{high}")


def _choice(room: Room, name: str, options: tuple[object, ...], chosen: object) -> None:
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
    )


def _option(name: str, option: object) -> str:
    if name == "kind":
        return say(f"page_patterns.kind.{option}")
    if option == 0:
        return say(f"page_patterns.{name}.any")
    if option == 1:
        return say("page_patterns.gap.one")
    return say(f"page_patterns.{name}.at_most", n=option)


def _put_once(key: str) -> None:
    context.put(rep=None if st.session_state[key] else "all", sup=None, pat=None)


def _labels(room: Room, name: str, chosen: tuple[str, ...]) -> None:
    """Choose labels among those that the patterns hold (or end with)."""
    lists = room.found.frame[c.ITEMS]
    labels = lists.list.last() if name == "last" else lists.explode()
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
